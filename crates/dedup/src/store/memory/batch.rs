//! Where the items of a batch lie, so that what lies together is done together.

use smallvec::SmallVec;

use crate::{Claim, FactKey, Key, Receipt};

/// What lies in a shard by its key.
pub(super) trait Keyed {
    fn key(&self) -> Key;
    fn fact(&self) -> Option<FactKey>;
}

impl Keyed for Claim {
    #[inline]
    fn key(&self) -> Key {
        self.key
    }

    #[inline]
    fn fact(&self) -> Option<FactKey> {
        self.fact
    }
}

impl Keyed for Receipt {
    #[inline]
    fn key(&self) -> Key {
        self.key()
    }

    #[inline]
    fn fact(&self) -> Option<FactKey> {
        self.fact()
    }
}

/// Whether items may become new entries: then the room for them is read beforehand too.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Enters {
    No,
    Perhaps,
}

/// Where an item of a batch lies: a byte for its stripe, two for its shard there, one for its number
/// in the batch.
#[derive(Clone, Copy, Default)]
pub(super) struct Place(u32);

/// The places of a batch.
pub(super) type Places = SmallVec<[Place; MAX_TOGETHER]>;

/// The places stripe by stripe; those of one stripe keep their order.
pub(super) fn by_stripe(places: &[Place]) -> Places {
    let mut next = [0_usize; STRIPES];
    for place in places {
        if let Some(count) = next.get_mut(place.stripe()) {
            *count = count.saturating_add(1);
        }
    }
    let mut start = 0_usize;
    for count in &mut next {
        let end = start.saturating_add(*count);
        *count = start;
        start = end;
    }
    let mut sorted = Places::from_elem(Place::default(), places.len());
    for place in places {
        if let Some(next) = next.get_mut(place.stripe())
            && let Some(to) = sorted.get_mut(*next)
        {
            *to = *place;
            *next = next.saturating_add(1);
        }
    }
    sorted
}

impl Place {
    #[inline]
    pub(super) fn new(shard: u16, item: u8) -> Self {
        let (stripe, shard) = (u32::from(shard) & STRIPE_MASK, u32::from(shard) >> STRIPE_BITS);
        Self(stripe << 24 | shard << 8 | u32::from(item))
    }

    #[inline]
    pub(super) fn stripe(self) -> usize {
        (self.0 >> 24) as usize
    }

    #[inline]
    pub(super) fn shard(self) -> usize {
        (self.0 >> 8 & 0xFFFF) as usize
    }

    #[inline]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stripe_keeps_its_order() {
        let places: Vec<Place> =
            (0..=255).map(|item: u8| Place::new(u16::from(item) * 7 % 61, item)).collect();
        let mut expected: Vec<u32> = places.iter().map(|place| place.0).collect();
        expected.sort_by_key(|place| place >> 24);
        let sorted: Vec<u32> = by_stripe(&places).iter().map(|place| place.0).collect();
        assert_eq!(sorted, expected);
    }
}
