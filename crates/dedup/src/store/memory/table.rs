//! A hash table of cells in groups of sixteen.
//!
//! A cell lies in one of two groups that its id names, in the emptier when it came; if both are full,
//! one cell of theirs moves to its other group. So a look takes two groups whatever happened before,
//! an entry is dropped by clearing one byte, and the table may be filled to nineteen twentieths.

use super::cell::{self, Cell};
use crate::Key;

#[derive(Debug, Default)]
pub(super) struct Table {
    /// 0 where there is no entry.
    tags: Vec<[u8; GROUP]>,
    /// The lowest byte of each entry's slice.
    slices: Vec<[u8; GROUP]>,
    cells: Vec<[Cell; GROUP]>,
    len: usize,
}

/// A group and a place in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Slot {
    group: usize,
    place: usize,
}

impl Table {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bytes(&self) -> usize {
        self.tags.capacity().saturating_mul(BYTES_PER_GROUP)
    }

    /// Calls `found` for each entry of the key's id.
    pub(super) fn each_of_id(&self, key: Key, mut found: impl FnMut(Slot, u8, &Cell)) {
        let Some((first, second)) = self.groups(cell::places_of(key)) else { return };
        let tag = cell::tag(key);
        self.each_in_group(first, tag, key, &mut found);
        if second != first {
            self.each_in_group(second, tag, key, &mut found);
        }
    }

    fn each_in_group(
        &self,
        group: usize,
        tag: u8,
        key: Key,
        found: &mut impl FnMut(Slot, u8, &Cell),
    ) {
        let (Some(tags), Some(slices), Some(cells)) =
            (self.tags.get(group), self.slices.get(group), self.cells.get(group))
        else {
            return;
        };
        let mut hits = equal_to(tags, tag);
        while hits != 0 {
            let place = place(hits);
            hits &= hits.wrapping_sub(1);
            if let (Some(cell), Some(slice)) = (cells.get(place), slices.get(place))
                && cell::is_of_id(cell, key)
            {
                found(Slot { group, place }, *slice, cell);
            }
        }
    }

    /// Enters a cell; `false` if neither of its groups has room or can be given room.
    pub(super) fn insert(&mut self, tag: u8, slice: u8, cell: &Cell) -> bool {
        let Some((first, second)) = self.groups(cell::places(cell)) else { return false };
        let slot = self.free_slot(first, second).or_else(|| self.make_room(first, second));
        if let Some(slot) = slot {
            self.put(slot, tag, slice, cell);
            self.len = self.len.saturating_add(1);
        }
        slot.is_some()
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        let tag = self.tags.get_mut(slot.group).and_then(|group| group.get_mut(slot.place));
        if let Some(tag) = tag.filter(|tag| **tag != 0) {
            *tag = 0;
            self.len = self.len.saturating_sub(1);
        }
    }

    /// Drops every entry whose slice is not among the `count` slices from `first` on.
    pub(super) fn keep_slices(&mut self, first: u8, count: u8) {
        let mut len = 0_usize;
        for (tags, slices) in self.tags.iter_mut().zip(&self.slices) {
            for (tag, slice) in tags.iter_mut().zip(slices) {
                if slice.wrapping_sub(first) >= count {
                    *tag = 0;
                }
                len = len.saturating_add(usize::from(*tag != 0));
            }
        }
        self.len = len;
    }

    pub(super) fn clear(&mut self) {
        self.tags.fill([0; GROUP]);
        self.len = 0;
    }

    /// How far the oldest entry's slice is behind `now`, counted in bytes.
    pub(super) fn oldest_behind(&self, now: u8) -> Option<u8> {
        let entries = self.tags.iter().flatten().zip(self.slices.iter().flatten());
        let behind =
            entries.filter(|(tag, _)| **tag != 0).map(|(_, slice)| now.wrapping_sub(*slice));
        behind.max()
    }

    /// Whether it is as full as it should be before it grows.
    pub(super) fn is_crowded(&self) -> bool {
        self.len >= self.tags.len().saturating_mul(MAX_IN_20_GROUPS).div_euclid(20)
    }

    /// Moves into a table a tenth larger that takes at most `max_bytes`; `false` if there is none.
    pub(super) fn grow(&mut self, max_bytes: usize) -> bool {
        let most = max_bytes.div_euclid(BYTES_PER_GROUP);
        let mut groups = self.tags.len();
        while groups < most {
            groups = groups.saturating_add(groups.div_euclid(10)).saturating_add(1).min(most);
            if let Some(larger) = self.moved_into(groups) {
                *self = larger;
                return true;
            }
        }
        false
    }

    fn moved_into(&self, groups: usize) -> Option<Self> {
        let mut larger = Self {
            tags: vec![[0; GROUP]; groups],
            slices: vec![[0; GROUP]; groups],
            cells: vec![[[0; size_of::<Cell>()]; GROUP]; groups],
            len: 0,
        };
        let cells = self.cells.iter().flatten();
        let entries = self.tags.iter().flatten().zip(self.slices.iter().flatten()).zip(cells);
        for ((tag, slice), cell) in entries.filter(|((tag, _), _)| **tag != 0) {
            if !larger.insert(*tag, *slice, cell) {
                return None;
            }
        }
        Some(larger)
    }

    /// The two groups of these numbers; `None` in a table without any.
    fn groups(&self, (first, second): (u32, u32)) -> Option<(usize, usize)> {
        let count = u64::try_from(self.tags.len()).ok().filter(|count| *count != 0)?;
        // The upper half of the product is below the count, and even for any count.
        let scaled = |number: u32| u64::from(number).wrapping_mul(count) >> 32;
        Some((usize::try_from(scaled(first)).ok()?, usize::try_from(scaled(second)).ok()?))
    }

    fn free_slot(&self, first: usize, second: usize) -> Option<Slot> {
        let free = |group| self.tags.get(group).map_or(0, |tags| equal_to(tags, 0));
        let (in_first, in_second) = (free(first), free(second));
        let (group, free) = if in_first.count_ones() >= in_second.count_ones() {
            (first, in_first)
        } else {
            (second, in_second)
        };
        (free != 0).then(|| Slot { group, place: place(free) })
    }

    /// Moves one cell of the two full groups to its other group.
    fn make_room(&mut self, first: usize, second: usize) -> Option<Slot> {
        for group in [first, second] {
            for place in 0..GROUP {
                let slot = Slot { group, place };
                let (tag, slice, cell) = self.at(slot)?;
                let (one, two) = self.groups(cell::places(&cell))?;
                let other = if one == group { two } else { one };
                let free = self.tags.get(other).map_or(0, |tags| equal_to(tags, 0));
                if free != 0 {
                    let to = Slot { group: other, place: self::place(free) };
                    self.put(to, tag, slice, &cell);
                    return Some(slot);
                }
            }
        }
        None
    }

    fn at(&self, slot: Slot) -> Option<(u8, u8, Cell)> {
        let byte = |bytes: &[[u8; GROUP]]| bytes.get(slot.group)?.get(slot.place).copied();
        let cell = self.cells.get(slot.group)?.get(slot.place)?;
        Some((byte(&self.tags)?, byte(&self.slices)?, *cell))
    }

    /// Writes an entry.
    pub(super) fn put(&mut self, slot: Slot, tag: u8, slice: u8, cell: &Cell) {
        let Slot { group, place } = slot;
        if let Some(to) = self.tags.get_mut(group).and_then(|group| group.get_mut(place)) {
            *to = tag;
        }
        if let Some(to) = self.slices.get_mut(group).and_then(|group| group.get_mut(place)) {
            *to = slice;
        }
        if let Some(to) = self.cells.get_mut(group).and_then(|group| group.get_mut(place)) {
            *to = *cell;
        }
    }
}

/// The highest bit of each of the sixteen bytes that equals `byte`.
fn equal_to(bytes: &[u8; GROUP], byte: u8) -> u128 {
    let differing = u128::from_le_bytes(*bytes) ^ ONES.wrapping_mul(byte.into());
    // No byte of the sum carries into the next.
    !((differing & LOW_BITS).wrapping_add(LOW_BITS) | differing | LOW_BITS)
}

/// Which byte the lowest bit of [`equal_to`] stands for.
fn place(hits: u128) -> usize {
    hits.trailing_zeros() as usize >> 3
}

const ONES: u128 = u128::from_ne_bytes([1; GROUP]);
const LOW_BITS: u128 = u128::from_ne_bytes([0x7f; GROUP]);
const GROUP: usize = 16;
const BYTES_PER_GROUP: usize = GROUP * (2 + size_of::<Cell>());
/// 19 of 20, times the sixteen of a group. Two choices and one move fill a table to 0.98 and more
/// before they fail; up to here a move is rarely needed.
const MAX_IN_20_GROUPS: usize = 19 * GROUP;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_stand_for_equal_bytes() {
        for byte in [0, 1, 7, 127, 128, 129, 255] {
            for other in [0, 1, 6, 127, 128, 129, 254, 255] {
                let mut bytes = [other; GROUP];
                bytes[3] = byte;
                bytes[15] = byte;
                let mut hits = equal_to(&bytes, byte);
                let mut places = Vec::new();
                while hits != 0 {
                    places.push(place(hits));
                    hits &= hits - 1;
                }
                let expected: Vec<_> = (0..GROUP).filter(|at| bytes[*at] == byte).collect();
                assert_eq!(places, expected, "{byte} {other}");
            }
        }
    }
}
