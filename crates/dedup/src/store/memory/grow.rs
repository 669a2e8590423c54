//! How a table grows: by a sixteenth of its groups, and a few groups at a time.
//!
//! A group's number is an id's number scaled to the count of groups, so the order of ids is the same
//! for every count. When there are more groups, the entries of the last group move to the new end, then
//! those of the one before it, and so on: where they go is always at or after where they were, and what
//! lies there has moved already. Ids below those that have moved are looked for by the old count.
//!
//! Every new entry moves some groups, so that no claim waits for a table.

use core::mem;

use super::{
    bits::SLOTS,
    cell,
    segment::{GROUPS_A_SEGMENT, Segment, Slot},
    table::Table,
};

/// By which groups ids are found, now and before the table grew.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Growth {
    /// Groups that there are, and were before.
    count: u32,
    before: u32,
    /// So many of those of before have not moved.
    left: u32,
    /// So many move with each new entry.
    pace: u32,
    /// With how many entries something is to be done before there is another.
    at: usize,
}

impl Growth {
    /// Nothing is left to move.
    fn of(segments: usize) -> Self {
        let at = segments.saturating_mul(MAX_IN_A_SEGMENT);
        Self { count: groups(segments), at, ..Self::default() }
    }

    /// From so many segments to so many more.
    fn from(before: usize, segments: usize) -> Self {
        let (count, before) = (groups(segments), groups(before));
        // It is over long before it is time for the next: what is left holds ever more meanwhile.
        let entries = count.saturating_sub(before).saturating_mul(QUICKLY);
        let pace = before.div_ceil(entries.max(1));
        Self { count, before, left: before, pace, at: 0 }
    }

    /// With how many entries the next one takes the long way: it moves groups, or adds some.
    #[inline]
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// The two groups of an id's two numbers.
    #[inline]
    pub(super) fn groups_of(&self, (first, second): (u32, u32)) -> (u32, u32) {
        (self.group_of(first), self.group_of(second))
    }

    #[inline]
    fn group_of(&self, number: u32) -> u32 {
        let before = scaled(number, self.before);
        if before < self.left { before } else { scaled(number, self.count) }
    }
}

/// The upper half of the product is below the count, and even for any count.
#[inline]
fn scaled(number: u32, count: u32) -> u32 {
    (u64::from(number).wrapping_mul(count.into()) >> 32) as u32
}

fn groups(segments: usize) -> u32 {
    u32::try_from(segments.saturating_mul(GROUPS_A_SEGMENT)).unwrap_or(u32::MAX)
}

impl Table {
    /// Before a new entry: goes on growing, or begins to if the table is as full as it should be.
    pub(super) fn relieve(&mut self, max_bytes: usize) {
        if self.len < self.growth.at {
            return;
        }
        if self.growth.left == 0 {
            let before = self.segments.len();
            if before == 0 || !self.add_segments(max_bytes) {
                return;
            }
            self.growth = Growth::from(before, self.segments.len());
        }
        for _ in 0..self.growth.pace {
            self.move_group();
        }
        if self.growth.left == 0 {
            self.growth = Growth::of(self.segments.len());
        }
    }

    /// Moves the entries of the last group that is left. They are counted already.
    fn move_group(&mut self) {
        let Some(group) = self.growth.left.checked_sub(1) else { return };
        let Some((head, cells)) = self.take_group(group) else { return };
        self.growth.left = group;
        let places = head.tags.iter().zip(head.slices).zip(&cells);
        for ((tag, slice), cell) in places {
            if *tag == 0 || !self.kept.has(slice) {
                continue;
            }
            let (first, second) = cell::places(cell);
            let is_first = scaled(first, self.growth.before) == group;
            let (first, second) = self.growth.groups_of((first, second));
            // That of its two which is new is near, and mostly has room.
            let (near, far) = if is_first { (first, second) } else { (second, first) };
            if let Some(slot) = self.free_in(near).or_else(|| self.free_in(far)) {
                self.write(slot, *tag, slice, |to| *to = *cell);
                continue;
            }
            let slot = self.make_room(near, far).unwrap_or_else(|| self.room_beside());
            self.put(slot, *tag, slice, cell);
            self.count_out(slice);
        }
    }

    /// A place in a group that no id names.
    fn room_beside(&mut self) -> Slot {
        loop {
            if let Some(slot) = self.groups_beside().find_map(|group| self.free_in(group)) {
                return slot;
            }
            self.beside.push(Segment::EMPTY);
        }
    }

    /// Makes the table larger at once, if it takes at most `max_bytes` then: its entries are put aside
    /// and entered anew. For a table without room where it is needed, which is a table that holds
    /// nothing yet or keys that somebody chose.
    pub(super) fn grow(&mut self, max_bytes: usize) -> bool {
        let segments = self.segments.len();
        if !self.add_segments(max_bytes) {
            return false;
        }
        let (growth, len, of_slice) = (self.growth, self.len, self.of_slice);
        let beside = mem::take(&mut self.beside);
        let before = self.segments.iter().take(segments).map(|all| **all);
        let before: Vec<Segment> = before.chain(beside.iter().copied()).collect();
        loop {
            self.growth = Growth::of(self.segments.len());
            if self.refill(&before) {
                return true;
            }
            if !self.add_segments(max_bytes) {
                self.segments.truncate(segments);
                for (to, from) in self.segments.iter_mut().zip(before) {
                    **to = from;
                }
                (self.growth, self.len, self.of_slice) = (growth, len, of_slice);
                self.beside = beside;
                return false;
            }
        }
    }

    fn add_segments(&mut self, max_bytes: usize) -> bool {
        let before = self.segments.len();
        let with_its_pointer = size_of::<Segment>().saturating_add(size_of::<Box<Segment>>());
        for _ in 0..before.div_ceil(16).max(1) {
            // So that a slice's entries can be counted.
            if self.segments.len() >= MOST_SEGMENTS {
                break;
            }
            if self.bytes().saturating_add(with_its_pointer) > max_bytes {
                break;
            }
            self.segments.reserve_exact(1);
            self.segments.push(Box::new(Segment::EMPTY));
        }
        self.segments.len() > before
    }

    /// Enters these entries, and no others.
    fn refill(&mut self, from: &[Segment]) -> bool {
        self.clear();
        let kept = self.kept;
        from.iter()
            .flat_map(Segment::places)
            .all(|(tag, slice, cell)| tag == 0 || !kept.has(slice) || self.insert(tag, slice, cell))
    }
}

/// 238 of 256. Two choices and one move fill a table to 0.98 and more before they fail; up to here a
/// move is rarely needed.
const MAX_IN_A_SEGMENT: usize = GROUPS_A_SEGMENT * SLOTS * 119 / 128;
/// All have moved after so many new entries for each new group: an eighth of its room.
const QUICKLY: u32 = 2;
/// All entries of a table may be of one slice.
const MOST_SEGMENTS: usize = u16::MAX as usize / (GROUPS_A_SEGMENT * SLOTS);
/// How many bytes a table takes at most, whatever it is allowed to take.
pub(super) const MOST_BYTES: usize =
    MOST_SEGMENTS * (size_of::<Segment>() + size_of::<Box<Segment>>());

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test")]
mod tests {
    use super::*;
    use crate::Key;

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

    fn enter(table: &mut Table, key: Key, slice: u8) {
        table.relieve(usize::MAX);
        while !table.insert(cell::tag(key), slice, &cell::of_id(key)) {
            assert!(table.grow(usize::MAX));
        }
    }

    #[test]
    fn nothing_is_lost_or_doubled_while_it_grows() {
        let mut table = Table::default();
        table.keep(0, 7);
        let mut while_growing = 0;
        for number in 0..12_000 {
            enter(&mut table, key(number), (number % 7) as u8);
            assert_eq!(table.len() as u64, number + 1);
            while_growing += u64::from(table.growth.left > 0);
            if number % 197 == 0 || (table.growth.left > 0 && number % 7 == 0) {
                assert!((0..=number).all(|number| holds(&table, key(number)) == 1));
            }
        }
        assert!(while_growing > 300, "{while_growing}");
        assert!(table.beside.is_empty());
        assert!(!(12_000..24_000).any(|number| holds(&table, key(number)) != 0));
        // Never far from what it should hold: that is what bytes a key rest on.
        let slots = table.segments.len() * GROUPS_A_SEGMENT * SLOTS;
        assert!(slots * 86 < 100 * table.len(), "{} in {slots}", table.len());
        let is_kept = |number: &u64| number % 7 >= 2;
        table.keep(2, 5);
        assert_eq!(table.len(), (0..12_000).filter(is_kept).count());
        assert_eq!(table.oldest(), Some(2));
        for number in 0..12_000 {
            assert_eq!(holds(&table, key(number)) == 1, is_kept(&number));
        }
        // New entries take the places of those that have passed.
        let segments = table.segments.len();
        for number in 12_000..14_000 {
            assert!(table.insert(cell::tag(key(number)), 4, &cell::of_id(key(number))));
        }
        table.sweep();
        assert_eq!(table.segments.len(), segments);
        assert_eq!(table.len(), (0..12_000).filter(is_kept).count() + 2_000);
        for number in 0..14_000 {
            assert_eq!(holds(&table, key(number)) == 1, number >= 12_000 || is_kept(&number));
        }
    }

    #[test]
    fn keys_that_somebody_chose_are_not_lost_either() {
        let mut table = Table::default();
        table.keep(0, 7);
        // All ids of a dozen lie in two groups, near the end, whatever the count.
        let chosen = |number: u64| {
            let mut bytes = *key(number).as_bytes();
            let low = u8::try_from(number / 12).unwrap();
            bytes[2..10].copy_from_slice(&[0xF0, low, 0x10, 0, 0xF7, low, 0, 0]);
            Key::from_bytes(bytes)
        };
        let mut entered = Vec::new();
        for (before, number) in (0..4_000).enumerate() {
            enter(&mut table, key(number), 1);
            if number % 50 == 0 {
                let chosen = chosen(number / 50);
                enter(&mut table, chosen, 1);
                entered.push(chosen);
            }
            assert!(entered.iter().all(|key| holds(&table, *key) == 1), "{number}");
            assert_eq!(table.len(), before + 1 + entered.len());
        }
        assert!((0..4_000).all(|number| holds(&table, key(number)) == 1));
    }

    #[test]
    fn what_lies_beside_is_found_dropped_and_comes_in() {
        let mut table = Table::default();
        table.keep(0, 7);
        (0..1_000).for_each(|number| enter(&mut table, key(number), 1));
        for number in 1_000..1_040 {
            let slot = table.room_beside();
            table.put(slot, cell::tag(key(number)), 1, &cell::of_id(key(number)));
        }
        assert_eq!((table.len(), table.beside.len()), (1_040, 1));
        let absent = (2_000..3_000).find(|number| {
            let seen = table.look(table.groups_of_key(key(*number)), key(*number));
            seen.is_some() && table.lacks_id(key(*number), seen)
        });
        assert!(absent.is_some());
        for number in 1_000..1_040 {
            let seen = table.look(table.groups_of_key(key(number)), key(number));
            assert!(!table.lacks_id(key(number), seen));
        }
        let mut slot = None;
        table.each_of_id(key(1_039), |at, _, _| slot = Some(at));
        table.remove(slot.unwrap());
        assert_eq!(holds(&table, key(1_039)), 0);
        assert!(table.grow(usize::MAX));
        assert!(table.beside.is_empty());
        assert!((0..1_039).all(|number| holds(&table, key(number)) == 1));
        assert_eq!(table.len(), 1_039);
    }
}
