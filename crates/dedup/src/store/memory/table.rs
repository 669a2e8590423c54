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
//! keep. How the table grows, a little with each new entry, is in [`grow`](super::grow).

use super::{
    bits::{Kept, MOST_KEPT, SLOTS, count, equal_to, place},
    cell::{self, Cell, Words},
    grow::Growth,
    segment::{GROUPS_A_SEGMENT, Head, Segment, Slot, slots},
};
use crate::{Key, Tags};

#[derive(Debug)]
pub(super) struct Table {
    /// In boxes, since none ever moves or leaves a hole where it was.
    pub(super) segments: Vec<Box<Segment>>,
    /// By which groups are found.
    pub(super) growth: Growth,
    /// Entries of the slices that are kept.
    pub(super) len: usize,
    pub(super) kept: Kept,
    /// How often an entry was written or dropped.
    pub(super) changes: u32,
    /// Groups that no id names, all of whose entries are looked at in every look: what found no place
    /// when it was moved. Nothing is there but for keys that somebody chose.
    pub(super) beside: Vec<Segment>,
    /// How many entries each slice has that is kept.
    pub(super) of_slice: [u16; MOST_KEPT],
}

/// What there was when somebody looked for an id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Where a new entry would go.
    free: Option<Slot>,
    /// The first entry that may be of the id: one look in eight finds another id's tag.
    tagged: Option<Slot>,
    changes: u32,
}

impl Table {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bytes(&self) -> usize {
        let pointers = self.segments.capacity().saturating_mul(size_of::<Box<Segment>>());
        let segments = self.segments.len().saturating_add(self.beside.capacity());
        segments.saturating_mul(size_of::<Segment>()).saturating_add(pointers)
    }

    /// The two groups in which an entry of the key's id lies.
    #[inline]
    pub(super) fn groups_of_key(&self, key: Key) -> (u32, u32) {
        self.growth.groups_of(cell::places_of(key))
    }

    /// Reads a byte of each cache line that a look into the groups, and a new entry of the present,
    /// need first.
    #[inline]
    pub(super) fn touch(&self, (first, second): (u32, u32), now: u8) -> u8 {
        let touch = |head: &Head| {
            let [tag, ..] = head.tags;
            tag
        };
        let [entries, _] = self
            .of_slice
            .get(usize::from(now) % MOST_KEPT)
            .map_or([0; 2], |count| count.to_ne_bytes());
        self.head(first).map_or(0, touch) ^ self.head(second).map_or(0, touch) ^ entries
    }

    /// What is there of the key's tag, and where a new entry would go.
    #[inline]
    pub(super) fn look(&self, (first, second): (u32, u32), key: Key) -> Option<Seen> {
        let tag = cell::tag(key);
        let (one, two) = (self.head(first)?, self.head(second)?);
        let (in_one, in_two) = (equal_to(&one.tags, tag), equal_to(&two.tags, tag));
        let tagged = if in_one != 0 {
            Some(Slot { group: first, place: place(in_one) })
        } else if in_two != 0 {
            Some(Slot { group: second, place: place(in_two) })
        } else {
            (!self.beside.is_empty()).then_some(Slot { group: BESIDE, place: 0 })
        };
        let free = self.emptier((first, one), (second, two));
        Some(Seen { free, tagged, changes: self.changes })
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
        let is_good = seen.changes == self.changes && self.len < self.growth.at();
        let slot = seen.free.filter(|_| is_good)?;
        self.put_with(slot, tag, slice, |to| cell.write(to));
        Some(slot)
    }

    /// Whether the entry of this key and these tags is there.
    #[inline]
    pub(super) fn is_at(&self, slot: Slot, key: Key, tags: Tags) -> bool {
        let (head, place) = (self.head(slot.group), usize::from(slot.place));
        head.is_some_and(|head| {
            head.tags.get(place) == Some(&cell::tag(key))
                && head.slices.get(place).is_some_and(|slice| self.kept.has(*slice))
                && self
                    .cell(slot)
                    .is_some_and(|cell| cell::is_of_id(cell, key) && cell::is_of(cell, key, tags))
        })
    }

    /// Calls `found` for each entry of the key's id.
    #[inline]
    pub(super) fn each_of_id(&self, key: Key, mut found: impl FnMut(Slot, u8, &Cell)) {
        let (first, second) = self.groups_of_key(key);
        let tag = cell::tag(key);
        self.each_in_group(first, tag, key, &mut found);
        if second != first {
            self.each_in_group(second, tag, key, &mut found);
        }
        for group in self.groups_beside() {
            self.each_in_group(group, tag, key, &mut found);
        }
    }

    #[inline]
    fn each_in_group(&self, at: u32, tag: u8, key: Key, found: &mut impl FnMut(Slot, u8, &Cell)) {
        let Some(head) = self.head(at) else { return };
        let mut hits = equal_to(&head.tags, tag);
        while hits != 0 {
            let slot = Slot { group: at, place: place(hits) };
            hits &= hits.wrapping_sub(1);
            if let (Some(cell), Some(slice)) =
                (self.cell(slot), head.slices.get(usize::from(slot.place)))
                && self.kept.has(*slice)
                && cell::is_of_id(cell, key)
            {
                found(slot, *slice, cell);
            }
        }
    }

    /// Enters a cell; `false` if neither of its groups has room or can be given room.
    pub(super) fn insert(&mut self, tag: u8, slice: u8, cell: &Cell) -> bool {
        let (first, second) = self.growth.groups_of(cell::places(cell));
        let slot = self.free_slot(first, second).or_else(|| self.make_room(first, second));
        if let Some(slot) = slot {
            self.put(slot, tag, slice, cell);
        }
        slot.is_some()
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        let kept = self.kept;
        let Some(head) = self.head_mut(slot.group) else { return };
        let place = usize::from(slot.place);
        if let (Some(tag), Some(slice)) = (head.tags.get_mut(place), head.slices.get(place)) {
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
        for head in self.heads_mut() {
            let passed = head.without_entry(kept) & !equal_to(&head.tags, 0);
            // 0x80 for each that has passed becomes 0xFF.
            let bytes = (passed >> 7).wrapping_mul(0xFF);
            head.tags = (u128::from_le_bytes(head.tags) & !bytes).to_le_bytes();
        }
    }

    pub(super) fn clear(&mut self) {
        for head in self.heads_mut() {
            head.tags = [0; SLOTS];
        }
        self.len = 0;
        self.of_slice = [0; MOST_KEPT];
    }

    fn heads_mut(&mut self) -> impl Iterator<Item = &mut Head> {
        let segments = self.segments.iter_mut().map(|segment| &mut **segment);
        segments.chain(&mut self.beside).flat_map(|segment| &mut segment.heads)
    }

    /// The oldest slice that has an entry, as a byte.
    pub(super) fn oldest(&mut self) -> Option<u8> {
        let Kept { first, count } = self.kept;
        (0..count)
            .map(|after| first.wrapping_add(after))
            .find(|slice| *self.entries_of(*slice) != 0)
    }

    pub(super) fn entries_of(&mut self, slice: u8) -> &mut u16 {
        #[expect(clippy::indexing_slicing, reason = "it is below the length")]
        &mut self.of_slice[usize::from(slice) % MOST_KEPT]
    }

    pub(super) fn count_out(&mut self, slice: u8) {
        let entries = self.entries_of(slice);
        *entries = entries.saturating_sub(1);
        self.len = self.len.saturating_sub(1);
    }

    #[inline]
    fn segment(&self, group: u32) -> Option<&Segment> {
        let at = group as usize / GROUPS_A_SEGMENT;
        match self.segments.get(at) {
            Some(segment) => Some(segment),
            None => self.beside.get(at.wrapping_sub(BESIDE as usize / GROUPS_A_SEGMENT)),
        }
    }

    #[inline]
    fn segment_mut(&mut self, group: u32) -> Option<&mut Segment> {
        let at = group as usize / GROUPS_A_SEGMENT;
        match self.segments.get_mut(at) {
            Some(segment) => Some(segment),
            None => self.beside.get_mut(at.wrapping_sub(BESIDE as usize / GROUPS_A_SEGMENT)),
        }
    }

    #[inline]
    pub(super) fn head(&self, group: u32) -> Option<&Head> {
        self.segment(group)?.heads.get(group as usize % GROUPS_A_SEGMENT)
    }

    #[inline]
    fn head_mut(&mut self, group: u32) -> Option<&mut Head> {
        self.segment_mut(group)?.heads.get_mut(group as usize % GROUPS_A_SEGMENT)
    }

    /// The groups that no id names.
    #[inline]
    pub(super) fn groups_beside(&self) -> impl Iterator<Item = u32> + use<> {
        (BESIDE..).take(self.beside.len().wrapping_mul(GROUPS_A_SEGMENT))
    }

    /// A slot of a group that may be written.
    #[inline]
    pub(super) fn free_in(&self, group: u32) -> Option<Slot> {
        let free = self.head(group)?.without_entry(self.kept);
        (free != 0).then(|| Slot { group, place: place(free) })
    }

    /// A slot in the emptier group.
    fn free_slot(&self, first: u32, second: u32) -> Option<Slot> {
        self.emptier((first, self.head(first)?), (second, self.head(second)?))
    }

    #[inline]
    fn emptier(&self, (first, one): (u32, &Head), (second, two): (u32, &Head)) -> Option<Slot> {
        let (in_one, in_two) = (one.without_entry(self.kept), two.without_entry(self.kept));
        let (group, free) =
            if count(in_one) >= count(in_two) { (first, in_one) } else { (second, in_two) };
        (free != 0).then(|| Slot { group, place: place(free) })
    }

    /// Moves one cell of the two full groups to its other group.
    pub(super) fn make_room(&mut self, first: u32, second: u32) -> Option<Slot> {
        for group in [first, second] {
            for slot in slots(group) {
                let (tag, slice, cell) = self.at(slot)?;
                let (one, two) = self.growth.groups_of(cell::places(&cell));
                let other = if one == group { two } else { one };
                if let Some(to) = self.free_in(other) {
                    self.put(to, tag, slice, &cell);
                    return Some(slot);
                }
            }
        }
        None
    }

    pub(super) fn at(&self, slot: Slot) -> Option<(u8, u8, Cell)> {
        let (head, place) = (self.head(slot.group)?, usize::from(slot.place));
        Some((*head.tags.get(place)?, *head.slices.get(place)?, *self.cell(slot)?))
    }

    #[inline]
    fn cell(&self, slot: Slot) -> Option<&Cell> {
        let segment = self.segment(slot.group)?;
        segment.cells.get(slot.group as usize % GROUPS_A_SEGMENT)?.get(usize::from(slot.place))
    }

    /// The cell in a slot; it stays the cell of the same entry.
    #[inline]
    pub(super) fn cell_mut(&mut self, slot: Slot) -> Option<&mut Cell> {
        let cells = &mut self.segment_mut(slot.group)?.cells;
        cells.get_mut(slot.group as usize % GROUPS_A_SEGMENT)?.get_mut(usize::from(slot.place))
    }

    /// Writes an entry, over what was there.
    pub(super) fn put(&mut self, slot: Slot, tag: u8, slice: u8, cell: &Cell) {
        self.put_with(slot, tag, slice, |to| *to = *cell);
    }

    #[inline]
    fn put_with(&mut self, slot: Slot, tag: u8, slice: u8, write: impl FnOnce(&mut Cell)) {
        let Some((tag_before, slice_before)) = self.write(slot, tag, slice, write) else { return };
        if tag_before != 0 && self.kept.has(slice_before) {
            self.count_out(slice_before);
        }
        let entries = self.entries_of(slice);
        *entries = entries.saturating_add(1);
        self.len = self.len.saturating_add(1);
    }

    /// Writes an entry without counting it; gives the tag and the slice that were there.
    #[inline]
    pub(super) fn write(
        &mut self,
        slot: Slot,
        tag: u8,
        slice: u8,
        write: impl FnOnce(&mut Cell),
    ) -> Option<(u8, u8)> {
        self.changes = self.changes.wrapping_add(1);
        let place = usize::from(slot.place);
        let (head, cells) = self.group_mut(slot.group)?;
        write(cells.get_mut(place)?);
        let (to_tag, to_slice) = (head.tags.get_mut(place)?, head.slices.get_mut(place)?);
        Some((core::mem::replace(to_tag, tag), core::mem::replace(to_slice, slice)))
    }

    /// Takes all entries out of a group, without counting them.
    pub(super) fn take_group(&mut self, group: u32) -> Option<(Head, [Cell; SLOTS])> {
        self.changes = self.changes.wrapping_add(1);
        let (head, cells) = self.group_mut(group)?;
        let taken = (*head, *cells);
        head.tags = [0; SLOTS];
        Some(taken)
    }

    #[inline]
    fn group_mut(&mut self, group: u32) -> Option<(&mut Head, &mut [Cell; SLOTS])> {
        let at = group as usize % GROUPS_A_SEGMENT;
        let segment = self.segment_mut(group)?;
        Some((segment.heads.get_mut(at)?, segment.cells.get_mut(at)?))
    }
}

impl Default for Table {
    fn default() -> Self {
        Self {
            segments: Vec::new(),
            growth: Growth::default(),
            len: 0,
            kept: Kept::default(),
            changes: 0,
            beside: Vec::new(),
            of_slice: [0; MOST_KEPT],
        }
    }
}

/// The first number of a group that no id names.
const BESIDE: u32 = 1 << 31;
