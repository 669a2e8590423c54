//! A hash table of cells in groups of sixteen.
//!
//! A cell lies in one of two groups that its id names, in the emptier when it came; if both are full,
//! one cell of theirs moves to its other group. So a look takes two groups whatever happened before,
//! an entry is dropped by clearing one byte, and the table may be filled to 93 in 100.
//!
//! Entries of slices that have passed are no entries: a look passes them by, and a new entry takes the
//! place of one. The entries of each slice are counted, so that nothing has to be read when one
//! passes; what it leaves is dropped only before the byte that says a slice comes to mean another.
//!
//! Groups lie in segments that are never moved or given back, so that the allocator has no holes to
//! keep. The table grows by a sixteenth at a time: its entries are put aside and entered anew.

use super::{
    bits::{Kept, MOST_KEPT, SLOTS, count, equal_to, place},
    cell::{self, Cell, Words},
};
use crate::{Key, Tags};

#[derive(Debug)]
#[expect(clippy::vec_box, reason = "a segment never moves, and leaves no hole where it was")]
pub(super) struct Table {
    segments: Vec<Box<Segment>>,
    /// Entries of the slices that are kept.
    len: usize,
    kept: Kept,
    /// How often an entry was written or dropped.
    changes: u32,
    /// How many entries each slice has that is kept.
    of_slice: [u16; MOST_KEPT],
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
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Slot {
    group: u32,
    place: u8,
}

/// What there was when somebody looked for an id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Where a new entry would go.
    free: Option<Slot>,
    /// The first entry that has the id's tag: one look in eight finds another id's.
    tagged: Option<Slot>,
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

    /// The two groups in which an entry of the key's id lies.
    #[inline]
    pub(super) fn groups_of_key(&self, key: Key) -> (u32, u32) {
        self.groups_of(cell::places_of(key))
    }

    /// Reads a byte of each cache line that a look into the groups, and a new entry of the present,
    /// need first.
    #[inline]
    pub(super) fn touch(&self, (first, second): (u32, u32), now: u8) -> u8 {
        let touch = |group: &Group| {
            let ([tag, ..], [.., slice]) = (&group.tags, &group.slices);
            tag ^ slice
        };
        let [entries, _] = self
            .of_slice
            .get(usize::from(now) % MOST_KEPT)
            .map_or([0; 2], |count| count.to_ne_bytes());
        self.group(first).map_or(0, touch) ^ self.group(second).map_or(0, touch) ^ entries
    }

    /// What is there of the key's tag, and where a new entry would go.
    #[inline]
    pub(super) fn look(&self, (first, second): (u32, u32), key: Key) -> Option<Seen> {
        let tag = cell::tag(key);
        let (one, two) = (self.group(first)?, self.group(second)?);
        let (in_one, in_two) = (equal_to(&one.tags, tag), equal_to(&two.tags, tag));
        let tagged = if in_one != 0 {
            Some(Slot { group: first, place: place(in_one) })
        } else {
            (in_two != 0).then(|| Slot { group: second, place: place(in_two) })
        };
        Some(Seen { free: self.free_slot(first, second), tagged, changes: self.changes })
    }

    /// Reads the cells that will be compared and written; each may lie in two cache lines.
    #[inline]
    pub(super) fn touch_seen(&self, seen: Seen) -> u8 {
        let touch = |slot: Slot| self.cell(slot).map_or(0, |[first, .., last]| first ^ last);
        seen.free.map_or(0, touch) ^ seen.tagged.map_or(0, touch)
    }

    /// What was seen, if nothing has changed since, or what is there now.
    #[inline]
    pub(super) fn look_again(&self, key: Key, seen: Option<Seen>) -> Option<Seen> {
        let still = seen.filter(|seen| seen.changes == self.changes);
        still.or_else(|| self.look(self.groups_of_key(key), key))
    }

    /// Whether there is no entry of the key's id; `seen` is what is there now.
    #[inline]
    pub(super) fn lacks_id(&self, key: Key, seen: Option<Seen>) -> bool {
        let mut lacks = true;
        if seen.is_none_or(|seen| seen.tagged.is_some()) {
            self.each_of_id(key, |_, _, _| lacks = false);
        }
        lacks
    }

    /// Writes a new entry where a look found room, unless anything has changed since or the table is
    /// as full as it should be; gives its place.
    #[inline]
    pub(super) fn insert_at(
        &mut self,
        seen: Seen,
        tag: u8,
        slice: u8,
        cell: Words,
    ) -> Option<Slot> {
        let is_good = seen.changes == self.changes && self.len < self.most();
        let slot = seen.free.filter(|_| is_good)?;
        self.put_with(slot, tag, slice, |to| cell.write(to));
        Some(slot)
    }

    /// Whether the entry of this key and these tags is there.
    #[inline]
    pub(super) fn is_at(&self, slot: Slot, key: Key, tags: Tags) -> bool {
        let (group, place) = (self.group(slot.group), usize::from(slot.place));
        group.is_some_and(|group| {
            group.tags.get(place) == Some(&cell::tag(key))
                && group.slices.get(place).is_some_and(|slice| self.kept.has(*slice))
                && group
                    .cells
                    .get(place)
                    .is_some_and(|cell| cell::is_of_id(cell, key) && cell::is_of(cell, key, tags))
        })
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
    fn each_in_group(&self, at: u32, tag: u8, key: Key, found: &mut impl FnMut(Slot, u8, &Cell)) {
        let Some(group) = self.group(at) else { return };
        let mut hits = equal_to(&group.tags, tag);
        while hits != 0 {
            let place = place(hits);
            hits &= hits.wrapping_sub(1);
            let at_place = usize::from(place);
            if let (Some(cell), Some(slice)) =
                (group.cells.get(at_place), group.slices.get(at_place))
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
        let kept = self.kept;
        let Some(group) = self.group_mut(slot.group) else { return };
        let place = usize::from(slot.place);
        if let (Some(tag), Some(slice)) = (group.tags.get_mut(place), group.slices.get(place)) {
            let was_entry = (*tag != 0 && kept.has(*slice)).then_some(*slice);
            *tag = 0;
            if let Some(slice) = was_entry {
                self.count_out(slice);
            }
            self.changes = self.changes.wrapping_add(1);
        }
    }

    /// From now on only entries of these slices are any: so many from the first on. None of those
    /// that were kept lies after them.
    pub(super) fn keep(&mut self, first: u8, count: u8) {
        let before = self.kept;
        let passed = first.wrapping_sub(before.first).min(before.count);
        for slice in (0..passed).map(|after| before.first.wrapping_add(after)) {
            let entries = core::mem::take(self.entries_of(slice));
            self.len = self.len.saturating_sub(entries.into());
        }
        self.kept = Kept { first, count };
    }

    /// Drops what is no entry any more.
    pub(super) fn sweep(&mut self) {
        let kept = self.kept;
        for group in self.segments.iter_mut().flat_map(|segment| segment.iter_mut()) {
            let passed = group.without_entry(kept) & !equal_to(&group.tags, 0);
            // 0x80 for each that has passed becomes 0xFF.
            let bytes = (passed >> 7).wrapping_mul(0xFF);
            group.tags = (u128::from_le_bytes(group.tags) & !bytes).to_le_bytes();
        }
    }

    pub(super) fn clear(&mut self) {
        for group in self.segments.iter_mut().flat_map(|segment| segment.iter_mut()) {
            group.tags = [0; SLOTS];
        }
        self.len = 0;
        self.of_slice = [0; MOST_KEPT];
    }

    /// The oldest slice that has an entry, as a byte.
    pub(super) fn oldest(&mut self) -> Option<u8> {
        let Kept { first, count } = self.kept;
        (0..count)
            .map(|after| first.wrapping_add(after))
            .find(|slice| *self.entries_of(*slice) != 0)
    }

    fn entries_of(&mut self, slice: u8) -> &mut u16 {
        #[expect(clippy::indexing_slicing, reason = "it is below the length")]
        &mut self.of_slice[usize::from(slice) % MOST_KEPT]
    }

    fn count_out(&mut self, slice: u8) {
        let entries = self.entries_of(slice);
        *entries = entries.saturating_sub(1);
        self.len = self.len.saturating_sub(1);
    }

    /// How many entries it should have at most.
    #[inline]
    const fn most(&self) -> usize {
        self.segments.len().saturating_mul(MAX_IN_A_SEGMENT)
    }

    /// Grows, if it is as full as it should be.
    #[inline]
    pub(super) fn relieve(&mut self, max_bytes: usize) {
        if self.len >= self.most() {
            self.grow(max_bytes);
        }
    }

    /// Makes the table larger, if it takes at most `max_bytes` then.
    pub(super) fn grow(&mut self, max_bytes: usize) -> bool {
        let (segments, len, of_slice) = (self.segments.len(), self.len, self.of_slice);
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
                (self.len, self.of_slice) = (len, of_slice);
                return false;
            }
        }
        true
    }

    fn add_segments(&mut self, max_bytes: usize) -> bool {
        let before = self.segments.len();
        let with_its_pointer = size_of::<Segment>().saturating_add(size_of::<Box<Segment>>());
        for _ in 0..before.div_euclid(16).max(1) {
            // So that a slice's entries can be counted.
            if self.segments.len() >= MOST_SEGMENTS {
                break;
            }
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
    fn groups_of(&self, (first, second): (u32, u32)) -> (u32, u32) {
        // The upper half of the product is below the count, and even for any count.
        let count = (self.segments.len() as u64).wrapping_mul(GROUPS_A_SEGMENT as u64);
        let scaled = |number: u32| (u64::from(number).wrapping_mul(count) >> 32) as u32;
        (scaled(first), scaled(second))
    }

    #[inline]
    fn group(&self, group: u32) -> Option<&Group> {
        let group = group as usize;
        self.segments.get(group / GROUPS_A_SEGMENT)?.get(group % GROUPS_A_SEGMENT)
    }

    #[inline]
    fn group_mut(&mut self, group: u32) -> Option<&mut Group> {
        let group = group as usize;
        self.segments.get_mut(group / GROUPS_A_SEGMENT)?.get_mut(group % GROUPS_A_SEGMENT)
    }

    /// The slots of a group that may be written, as [`equal_to`] gives them.
    fn free(&self, group: u32) -> u128 {
        self.group(group).map_or(0, |group| group.without_entry(self.kept))
    }

    /// A slot in the emptier group.
    #[inline]
    fn free_slot(&self, first: u32, second: u32) -> Option<Slot> {
        let (one, two) = (self.group(first)?, self.group(second)?);
        let (in_one, in_two) = (one.without_entry(self.kept), two.without_entry(self.kept));
        let (group, free) =
            if count(in_one) >= count(in_two) { (first, in_one) } else { (second, in_two) };
        (free != 0).then(|| Slot { group, place: place(free) })
    }

    /// Moves one cell of the two full groups to its other group.
    fn make_room(&mut self, first: u32, second: u32) -> Option<Slot> {
        for group in [first, second] {
            for place in (0..).take(SLOTS) {
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
        let (group, place) = (self.group(slot.group)?, usize::from(slot.place));
        Some((*group.tags.get(place)?, *group.slices.get(place)?, *group.cells.get(place)?))
    }

    #[inline]
    fn cell(&self, slot: Slot) -> Option<&Cell> {
        self.group(slot.group)?.cells.get(usize::from(slot.place))
    }

    /// The cell in a slot; it stays the cell of the same entry.
    #[inline]
    pub(super) fn cell_mut(&mut self, slot: Slot) -> Option<&mut Cell> {
        self.group_mut(slot.group)?.cells.get_mut(usize::from(slot.place))
    }

    /// Writes an entry, over what was there.
    pub(super) fn put(&mut self, slot: Slot, tag: u8, slice: u8, cell: &Cell) {
        self.put_with(slot, tag, slice, |to| *to = *cell);
    }

    #[inline]
    fn put_with(&mut self, slot: Slot, tag: u8, slice: u8, write: impl FnOnce(&mut Cell)) {
        let (kept, place) = (self.kept, usize::from(slot.place));
        let Some(group) = self.group_mut(slot.group) else { return };
        if let (Some(to_tag), Some(to_slice), Some(to_cell)) =
            (group.tags.get_mut(place), group.slices.get_mut(place), group.cells.get_mut(place))
        {
            let was_entry = (*to_tag != 0 && kept.has(*to_slice)).then_some(*to_slice);
            (*to_tag, *to_slice) = (tag, slice);
            write(to_cell);
            if let Some(before) = was_entry {
                self.count_out(before);
            }
            let entries = self.entries_of(slice);
            *entries = entries.saturating_add(1);
            self.len = self.len.saturating_add(1);
            self.changes = self.changes.wrapping_add(1);
        }
    }
}

impl Default for Table {
    fn default() -> Self {
        Self {
            segments: Vec::new(),
            len: 0,
            kept: Kept::default(),
            changes: 0,
            of_slice: [0; MOST_KEPT],
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
/// 119 of 128. Two choices and one move fill a table to 0.98 and more before they fail; up to here a
/// move is rarely needed.
const MAX_IN_A_SEGMENT: usize = GROUPS_A_SEGMENT * SLOTS * 119 / 128;
/// All entries of a table may be of one slice.
const MOST_SEGMENTS: usize = u16::MAX as usize / (GROUPS_A_SEGMENT * SLOTS);
/// How many bytes a table takes at most, whatever it is allowed to take.
pub(super) const MOST_BYTES: usize =
    MOST_SEGMENTS * (size_of::<Segment>() + size_of::<Box<Segment>>());

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
        let is_kept = |number: &u64| number % 7 >= 2;
        table.keep(2, 5);
        assert_eq!(table.len(), (0..6_000).filter(is_kept).count());
        assert_eq!(table.oldest(), Some(2));
        for number in 0..6_000 {
            assert_eq!(holds(&table, key(number)) == 1, is_kept(&number));
        }
        // New entries take the places of those that have passed.
        let segments = table.segments.len();
        for number in 6_000..7_000 {
            assert!(table.insert(cell::tag(key(number)), 4, &cell(key(number))));
        }
        table.sweep();
        assert_eq!(table.segments.len(), segments);
        assert_eq!(table.len(), (0..6_000).filter(is_kept).count() + 1_000);
        for number in 0..7_000 {
            assert_eq!(holds(&table, key(number)) == 1, number >= 6_000 || is_kept(&number));
        }
    }
}
