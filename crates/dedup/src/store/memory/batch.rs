//! Where the items of a batch lie, so that what lies together is done together.

use crate::{Claim, FactKey, Key, Receipt};

/// What lies in a shard by its key.
pub(super) trait Keyed {
    fn key(&self) -> Key;
    fn fact(&self) -> Option<FactKey>;
}

impl Keyed for Claim {
    fn key(&self) -> Key {
        self.key
    }

    fn fact(&self) -> Option<FactKey> {
        self.fact
    }
}

impl Keyed for Receipt {
    fn key(&self) -> Key {
        self.key()
    }

    fn fact(&self) -> Option<FactKey> {
        self.fact()
    }
}

/// Whether items may become new entries: then the room for them is read beforehand too.
#[derive(Clone, Copy)]
pub(super) enum Enters {
    No,
    Perhaps,
}

/// Where an item of a batch lies: a byte for its stripe, two for its shard there, one for its number
/// in the batch. So it is sorted.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place(u32);

impl Place {
    pub(super) fn new(shard: u16, item: u8) -> Self {
        let (stripe, shard) = (u32::from(shard) & STRIPE_MASK, u32::from(shard) >> STRIPE_BITS);
        Self(stripe << 24 | shard << 8 | u32::from(item))
    }

    pub(super) fn stripe(self) -> usize {
        (self.0 >> 24) as usize
    }

    pub(super) fn shard(self) -> usize {
        (self.0 >> 8 & 0xFFFF) as usize
    }

    pub(super) fn item(self) -> usize {
        (self.0 & 0xFF) as usize
    }
}

/// More than a few threads rarely meet in one of so many, and a batch has several claims in each.
pub(super) const STRIPES: usize = 1 << STRIPE_BITS;
const STRIPE_BITS: u32 = 4;
const STRIPE_MASK: u32 = (1 << STRIPE_BITS) - 1;
/// What a batch claims before it waits for memory again: its cache lines fit into the nearer caches,
/// and its numbers into a byte.
pub(super) const MAX_TOGETHER: usize = 1 << 8;
