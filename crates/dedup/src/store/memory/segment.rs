//! Where entries lie in memory.

use super::{
    bits::{Kept, SLOTS, equal_to},
    cell::Cell,
};

/// What a look needs of its groups stands together, so that each takes one cache line where the id is
/// not there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) heads: [Head; GROUPS_A_SEGMENT],
    pub(super) cells: [[Cell; SLOTS]; GROUPS_A_SEGMENT],
}

/// Aligned so that it lies in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Head {
    /// 0 where there is no entry.
    pub(super) tags: [u8; SLOTS],
    /// The lowest byte of each entry's slice.
    pub(super) slices: [u8; SLOTS],
}

/// A group and a place in it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Slot {
    pub(super) group: u32,
    pub(super) place: u8,
}

impl Segment {
    pub(super) const EMPTY: Self = Self {
        heads: [Head { tags: [0; SLOTS], slices: [0; SLOTS] }; GROUPS_A_SEGMENT],
        cells: [[[0; size_of::<Cell>()]; SLOTS]; GROUPS_A_SEGMENT],
    };

    /// All entries, and places without one: tag, slice and cell.
    pub(super) fn places(&self) -> impl Iterator<Item = (u8, u8, &Cell)> {
        self.heads.iter().zip(&self.cells).flat_map(|(head, cells)| {
            let places = head.tags.iter().zip(&head.slices).zip(cells);
            places.map(|((tag, slice), cell)| (*tag, *slice, cell))
        })
    }
}

impl Head {
    /// The highest bit of the byte of each slot that has no entry of a slice that is kept.
    #[inline]
    pub(super) fn without_entry(&self, kept: Kept) -> u128 {
        equal_to(&self.tags, 0) | kept.lacks(&self.slices)
    }
}

/// The places of a group.
pub(super) fn slots(group: u32) -> impl Iterator<Item = Slot> {
    (0..).take(SLOTS).map(move |place| Slot { group, place })
}

/// A segment is less than two pages of memory.
pub(super) const GROUPS_A_SEGMENT: usize = 16;
