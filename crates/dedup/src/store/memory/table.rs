//! A hash table of cells in groups of sixteen.
//!
//! A cell lies in one of two groups that its id names, in the emptier when it came; if both are full,
//! one cell of theirs moves to its other group. So a look takes two groups whatever happened before,
//! an entry is dropped by clearing one byte, and the table may be filled to nineteen twentieths.
//!
//! Entries of slices that have passed are no entries: a look passes them by, and a new entry takes the
//! place of one. They are dropped in one pass when the table would have to grow, or before the byte
//! that says their slice comes to mean another.
//!
//! Groups lie in segments that are never moved or given back, so that the allocator has no holes to
//! keep. The table grows by a sixteenth at a time: its entries are put aside and entered anew.

use super::{
    bits::{Kept, SLOTS, count, equal_to, place},
    cell::{self, Cell},
};
use crate::Key;

#[derive(Debug, Default)]
#[expect(clippy::vec_box, reason = "a segment never moves, and leaves no hole where it was")]
pub(super) struct Table {
    segments: Vec<Box<Segment>>,
    /// Entries, with those whose slices have passed and that are still there.
    len: usize,
    kept: Kept,
    /// How often an entry was written or dropped.
    changes: u32,
}

type Segment = [Group; GROUPS_A_SEGMENT];

/// What a look needs stands together: it takes one or two cache lines where the id is not there.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// 0 where there is no entry.
    tags: [u8; SLOTS],
    /// The lowest byte of each entry's slice.
    slices: [u8; SLOTS],
    cells: [Cell; SLOTS],
}

/// A group and a place in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Slot {
    group: usize,
    place: usize,
}

/// A slot that was free when somebody looked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Free {
    slot: Slot,
    changes: u32,
}

impl Table {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bytes(&self) -> usize {
        let pointers = self.segments.capacity().saturating_mul(size_of::<Box<Segment>>());
        self.segments.len().saturating_mul(size_of::<Segment>()).saturating_add(pointers)
    }

    /// Reads a byte of each cache line that a look for the key needs first. Of a batch this is done
    /// for all before anything else, so that the processor waits for many lines at once.
    #[inline]
    pub(super) fn touch(&self, key: Key) -> u8 {
        let (first, second) = self.groups_of(cell::places_of(key));
        let tag = |group| self.group(group).map_or(0, |group| group.tags[0]);
        tag(first) ^ tag(second)
    }

    /// After [`touch`](Self::touch): where a new entry of the key would go, if none has its tag.
    #[inline]
    pub(super) fn look(&self, key: Key) -> Option<Free> {
        let (first, second) = self.groups_of(cell::places_of(key));
        let tag = cell::tag(key);
        let (one, two) = (self.group(first)?, self.group(second)?);
        if equal_to(&one.tags, tag) | equal_to(&two.tags, tag) != 0 {
            return None;
        }
        let slot = self.free_slot(first, second)?;
        Some(Free { slot, changes: self.changes })
    }

    /// Reads the cell that will be written; it may lie in two cache lines.
    #[inline]
    pub(super) fn touch_free(&self, free: Free) -> u8 {
        let group = self.group(free.slot.group);
        let cell = group.and_then(|group| group.cells.get(free.slot.place));
        cell.map_or(0, |[first, .., last]| first ^ last)
    }

    /// Writes a new entry where a look found room, unless anything has changed since or the table is
    /// as full as it should be.
    #[inline]
    pub(super) fn insert_at(&mut self, free: Free, tag: u8, slice: u8, cell: &Cell) -> bool {
        let is_good = free.changes == self.changes && self.len < self.most();
        if is_good {
            self.put(free.slot, tag, slice, cell);
        }
        is_good
    }

    /// Whether nothing has changed since a look found room.
    #[inline]
    pub(super) const fn is_as_seen(&self, free: Free) -> bool {
        free.changes == self.changes
    }

    /// Calls `found` for each entry of the key's id.
    #[inline]
    pub(super) fn each_of_id(&self, key: Key, mut found: impl FnMut(Slot, u8, &Cell)) {
        let (first, second) = self.groups_of(cell::places_of(key));
        let tag = cell::tag(key);
        self.each_in_group(first, tag, key, &mut found);
        if second != first {
            self.each_in_group(second, tag, key, &mut found);
        }
    }

    #[inline]
    fn each_in_group(&self, at: usize, tag: u8, key: Key, found: &mut impl FnMut(Slot, u8, &Cell)) {
        let Some(group) = self.group(at) else { return };
        let mut hits = equal_to(&group.tags, tag);
        while hits != 0 {
            let place = place(hits);
            hits &= hits.wrapping_sub(1);
            if let (Some(cell), Some(slice)) = (group.cells.get(place), group.slices.get(place))
                && self.kept.has(*slice)
                && cell::is_of_id(cell, key)
            {
                found(Slot { group: at, place }, *slice, cell);
            }
        }
    }

    /// Enters a cell; `false` if neither of its groups has room or can be given room.
    pub(super) fn insert(&mut self, tag: u8, slice: u8, cell: &Cell) -> bool {
        let (first, second) = self.groups_of(cell::places(cell));
        let slot = self.free_slot(first, second).or_else(|| self.make_room(first, second));
        if let Some(slot) = slot {
            self.put(slot, tag, slice, cell);
        }
        slot.is_some()
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        let tag = self.group_mut(slot.group).and_then(|group| group.tags.get_mut(slot.place));
        if let Some(tag) = tag.filter(|tag| **tag != 0) {
            *tag = 0;
            self.len = self.len.saturating_sub(1);
            self.changes = self.changes.wrapping_add(1);
        }
    }

    /// From now on only entries of these slices are any: so many from the first on.
    pub(super) fn keep(&mut self, first: u8, count: u8) {
        self.kept = Kept { first, count };
    }

    /// Drops what is no entry any more.
    pub(super) fn sweep(&mut self) {
        let kept = self.kept;
        let mut dropped = 0_u64;
        for group in self.segments.iter_mut().flat_map(|segment| segment.iter_mut()) {
            let passed = group.without_entry(kept) & !equal_to(&group.tags, 0);
            if passed != 0 {
                dropped = dropped.saturating_add(count(passed));
                // 0x80 for each that has passed becomes 0xFF.
                let bytes = (passed >> 7).wrapping_mul(0xFF);
                group.tags = (u128::from_le_bytes(group.tags) & !bytes).to_le_bytes();
            }
        }
        self.len = self.len.saturating_sub(usize::try_from(dropped).unwrap_or(usize::MAX));
    }

    pub(super) fn clear(&mut self) {
        for group in self.segments.iter_mut().flat_map(|segment| segment.iter_mut()) {
            group.tags = [0; SLOTS];
        }
        self.len = 0;
    }

    /// How far the oldest entry's slice is behind `now`, counted in bytes.
    pub(super) fn oldest_behind(&self, now: u8) -> Option<u8> {
        let groups = self.segments.iter().flat_map(|segment| segment.iter());
        let entries = groups.flat_map(|group| group.tags.iter().zip(&group.slices));
        let entries = entries.filter(|(tag, slice)| **tag != 0 && self.kept.has(**slice));
        entries.map(|(_, slice)| now.wrapping_sub(*slice)).max()
    }

    /// How many entries it should have at most.
    #[inline]
    const fn most(&self) -> usize {
        self.segments.len().saturating_mul(MAX_IN_A_SEGMENT)
    }

    /// Drops what has passed or grows, if it is as full as it should be.
    #[inline]
    pub(super) fn relieve(&mut self, max_bytes: usize) {
        let most = self.most();
        if self.len >= most {
            self.sweep();
            // With little room left it would soon be swept again.
            if self.len >= most.saturating_sub(most >> 5) {
                self.grow(max_bytes);
            }
        }
    }

    /// Makes the table larger, if it takes at most `max_bytes` then.
    pub(super) fn grow(&mut self, max_bytes: usize) -> bool {
        let (segments, len) = (self.segments.len(), self.len);
        if !self.add_segments(max_bytes) {
            return false;
        }
        let before: Vec<Segment> = self.segments.iter().take(segments).map(|all| **all).collect();
        // The first try succeeds but for keys that somebody chose.
        while !self.refill(&before) {
            if !self.add_segments(max_bytes) {
                self.segments.truncate(segments);
                for (to, from) in self.segments.iter_mut().zip(before) {
                    **to = from;
                }
                self.len = len;
                return false;
            }
        }
        true
    }

    fn add_segments(&mut self, max_bytes: usize) -> bool {
        let before = self.segments.len();
        let with_its_pointer = size_of::<Segment>().saturating_add(size_of::<Box<Segment>>());
        for _ in 0..before.div_euclid(16).max(1) {
            if self.bytes().saturating_add(with_its_pointer) > max_bytes {
                break;
            }
            self.segments.reserve_exact(1);
            self.segments.push(Box::new([Group::EMPTY; GROUPS_A_SEGMENT]));
        }
        self.segments.len() > before
    }

    /// Enters these entries, and no others.
    fn refill(&mut self, from: &[Segment]) -> bool {
        self.clear();
        let kept = self.kept;
        from.iter().flatten().all(|group| {
            let mut entries = group.tags.iter().zip(&group.slices).zip(&group.cells);
            entries.all(|((tag, slice), cell)| {
                *tag == 0 || !kept.has(*slice) || self.insert(*tag, *slice, cell)
            })
        })
    }

    /// The two groups of these numbers.
    #[inline]
    fn groups_of(&self, (first, second): (u32, u32)) -> (usize, usize) {
        // The upper half of the product is below the count, and even for any count.
        let count = (self.segments.len() as u64).wrapping_mul(GROUPS_A_SEGMENT as u64);
        let scaled = |number: u32| (u64::from(number).wrapping_mul(count) >> 32) as usize;
        (scaled(first), scaled(second))
    }

    #[inline]
    fn group(&self, group: usize) -> Option<&Group> {
        self.segments.get(group / GROUPS_A_SEGMENT)?.get(group % GROUPS_A_SEGMENT)
    }

    fn group_mut(&mut self, group: usize) -> Option<&mut Group> {
        self.segments.get_mut(group / GROUPS_A_SEGMENT)?.get_mut(group % GROUPS_A_SEGMENT)
    }

    /// The slots of a group that may be written, as [`equal_to`] gives them.
    fn free(&self, group: usize) -> u128 {
        self.group(group).map_or(0, |group| group.without_entry(self.kept))
    }

    /// A slot in the emptier group, rather of an entry that has passed than one never used: then the
    /// table needs a pass less often.
    #[inline]
    fn free_slot(&self, first: usize, second: usize) -> Option<Slot> {
        let (one, two) = (self.group(first)?, self.group(second)?);
        let (in_one, in_two) = (one.without_entry(self.kept), two.without_entry(self.kept));
        let (at, group, free) = if count(in_one) >= count(in_two) {
            (first, one, in_one)
        } else {
            (second, two, in_two)
        };
        let passed = free & !equal_to(&group.tags, 0);
        let place = place(if passed == 0 { free } else { passed });
        (free != 0).then_some(Slot { group: at, place })
    }

    /// Moves one cell of the two full groups to its other group.
    fn make_room(&mut self, first: usize, second: usize) -> Option<Slot> {
        for group in [first, second] {
            for place in 0..SLOTS {
                let slot = Slot { group, place };
                let (tag, slice, cell) = self.at(slot)?;
                let (one, two) = self.groups_of(cell::places(&cell));
                let other = if one == group { two } else { one };
                let free = self.free(other);
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
        let group = self.group(slot.group)?;
        let (tag, slice) = (group.tags.get(slot.place)?, group.slices.get(slot.place)?);
        Some((*tag, *slice, *group.cells.get(slot.place)?))
    }

    /// The cell in a slot; it stays the cell of the same entry.
    #[inline]
    pub(super) fn cell_mut(&mut self, slot: Slot) -> Option<&mut Cell> {
        self.group_mut(slot.group)?.cells.get_mut(slot.place)
    }

    /// Writes an entry.
    #[inline]
    pub(super) fn put(&mut self, slot: Slot, tag: u8, slice: u8, cell: &Cell) {
        let segment = self.segments.get_mut(slot.group / GROUPS_A_SEGMENT);
        let group = segment.and_then(|segment| segment.get_mut(slot.group % GROUPS_A_SEGMENT));
        let Some(group) = group else { return };
        if let (Some(to_tag), Some(to_slice), Some(to_cell)) = (
            group.tags.get_mut(slot.place),
            group.slices.get_mut(slot.place),
            group.cells.get_mut(slot.place),
        ) {
            self.len = self.len.saturating_add(usize::from(*to_tag == 0));
            self.changes = self.changes.wrapping_add(1);
            (*to_tag, *to_slice, *to_cell) = (tag, slice, *cell);
        }
    }
}

impl Group {
    const EMPTY: Self =
        Self { tags: [0; SLOTS], slices: [0; SLOTS], cells: [[0; size_of::<Cell>()]; SLOTS] };

    /// The highest bit of the byte of each slot that has no entry of a slice that is kept.
    #[inline]
    fn without_entry(&self, kept: Kept) -> u128 {
        equal_to(&self.tags, 0) | kept.lacks(&self.slices)
    }
}

/// A segment is a little less than a page of memory.
const GROUPS_A_SEGMENT: usize = 8;
/// 19 of 20. Two choices and one move fill a table to 0.98 and more before they fail; up to here a
/// move is rarely needed.
const MAX_IN_A_SEGMENT: usize = GROUPS_A_SEGMENT * SLOTS * 19 / 20;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test")]
mod tests {
    use super::*;

    /// Keys as they come: hashes.
    fn key(number: u64) -> Key {
        let mix = |mut x: u64| {
            x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            x ^ (x >> 31)
        };
        let [low, high] = [mix(number + 1), mix(!number)];
        Key::from_bytes((u128::from(high) << 64 | u128::from(low)).to_le_bytes())
    }

    fn holds(table: &Table, key: Key) -> usize {
        let mut count = 0;
        table.each_of_id(key, |_, _, _| count += 1);
        count
    }

    #[test]
    fn nothing_is_lost_or_doubled_while_it_grows() {
        let mut table = Table::default();
        table.keep(0, 7);
        let cell = |key: Key| cell::of_id(key);
        for number in 0..6_000 {
            let key = key(number);
            table.relieve(usize::MAX);
            while !table.insert(cell::tag(key), (number % 7) as u8, &cell(key)) {
                assert!(table.grow(usize::MAX));
            }
            assert_eq!(table.len() as u64, number + 1);
            if number % 97 == 0 {
                assert!((0..=number).all(|number| holds(&table, self::key(number)) == 1));
            }
        }
        assert!(!(6_000..12_000).any(|number| holds(&table, key(number)) != 0));
        // Never far from what it should hold: that is what bytes a key rest on.
        let slots = table.segments.len() * GROUPS_A_SEGMENT * SLOTS;
        assert!(slots * 88 < 100 * table.len(), "{} in {slots}", table.len());
        let is_kept = |number: &u64| (2..5).contains(&(number % 7));
        table.keep(2, 3);
        for number in 0..6_000 {
            assert_eq!(holds(&table, key(number)) == 1, is_kept(&number));
        }
        // New entries take the places of those that have passed.
        for number in 6_000..7_000 {
            assert!(table.insert(cell::tag(key(number)), 4, &cell(key(number))));
        }
        table.sweep();
        assert_eq!(table.len(), (0..6_000).filter(is_kept).count() + 1_000);
        for number in 0..7_000 {
            assert_eq!(holds(&table, key(number)) == 1, number >= 6_000 || is_kept(&number));
        }
    }
}
