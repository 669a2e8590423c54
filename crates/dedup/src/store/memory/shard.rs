//! A part of the store: the claims whose keys begin with the same bits.

use predispatch_types::Timestamp;
use smallvec::SmallVec;

use super::{
    WhenFull,
    cell::{self, Cell},
    clock::{Now, Slice, Slices},
    holds::{Held, Holds},
    segment::Slot,
    table::{Seen, Table},
};
use crate::{
    Claim, Key, Receipt, Source, Tags, Verdict,
    rules::{self, Hold, Record, Records},
};

#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Shard {
    table: Table,
    holds: Holds,
    max_table_bytes: usize,
    max_holds: usize,
    when_full: WhenFull,
    /// The latest slice that a clock showed, and the first that is kept.
    now: Slice,
    first: Slice,
    /// The first that was kept when the table was last swept.
    swept: Slice,
    remembered_from: Timestamp,
}

/// What was found of one id.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) records: Records,
    /// What each was found as, before it is changed.
    names: SmallVec<[(Key, Tags); 1]>,
}

impl Found {
    fn push(&mut self, record: Record) {
        self.names.push((record.key, record.tags));
        self.records.push(record);
    }

    /// The changed record, if it is no entry yet.
    pub(super) fn new_record(&self, changed: Option<usize>) -> Option<&Record> {
        changed.filter(|index| *index >= self.names.len()).and_then(|index| self.records.get(index))
    }
}

/// No room is left.
#[derive(Debug)]
pub(super) struct Full;

impl Shard {
    pub(super) fn new(max_bytes: usize, when_full: WhenFull, remembered_from: Timestamp) -> Self {
        let for_holds = max_bytes.div_euclid(8);
        Self {
            table: Table::default(),
            holds: Holds::default(),
            max_table_bytes: max_bytes.saturating_sub(for_holds),
            // A list that grows is up to twice as long as what is in it.
            max_holds: for_holds.div_euclid(const { 2 * Holds::BYTES_EACH }),
            when_full,
            now: Slice::MIN,
            first: Slice::MIN,
            swept: Slice::MIN,
            remembered_from,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>().saturating_add(self.table.bytes()).saturating_add(self.holds.bytes())
    }

    pub(super) const fn entries(&self) -> usize {
        self.table.len()
    }

    pub(super) const fn remembered_from(&self) -> Timestamp {
        self.remembered_from
    }

    /// Drops the slices that have passed. A clock that goes back brings nothing back, and forgets
    /// nothing.
    #[inline]
    pub(super) fn advance(&mut self, slices: Slices, now: Now) {
        if now.slice > self.now {
            let last = core::mem::replace(&mut self.now, now.slice);
            self.forget_before(slices, slices.first_kept(now.at).max(self.first), last);
        }
    }

    /// `last` is the latest slice that an entry may have.
    fn forget_before(&mut self, slices: Slices, first: Slice, last: Slice) {
        let count = self.now.saturating_sub(first).saturating_add(1);
        if first > last {
            self.table.clear();
            self.swept = first;
        } else if first.saturating_sub(self.swept).saturating_add(count) >= SLICES_IN_A_BYTE {
            // The byte of a slice that has passed is about to mean one that is kept.
            self.table.sweep();
            self.swept = self.first;
        }
        self.table.keep(low_byte(first), u8::try_from(count).unwrap_or(u8::MAX));
        if first > self.first {
            self.first = first;
            self.remembered_from = self.remembered_from.max(slices.remembered_from(first));
        }
    }

    /// Whether one more grant may be held.
    #[inline]
    pub(super) fn has_room_to_hold(&mut self, now: Timestamp) -> bool {
        if self.holds.len() == self.holds.capacity().min(self.max_holds) {
            self.holds.retain_live(now);
        }
        self.holds.len() < self.max_holds
    }

    /// As [`Table::groups_of_key`].
    #[inline]
    pub(super) fn groups_of(&self, key: Key) -> (u32, u32) {
        self.table.groups_of_key(key)
    }

    /// As [`Table::touch`].
    #[inline]
    pub(super) fn touch(&self, groups: (u32, u32)) -> u8 {
        self.table.touch(groups, low_byte(self.now))
    }

    /// As [`Table::look`].
    #[inline]
    pub(super) fn look(&self, groups: (u32, u32), key: Key) -> Option<Seen> {
        self.table.look(groups, key)
    }

    /// As [`Table::touch_seen`].
    #[inline]
    pub(super) fn touch_seen(&self, seen: Seen) -> u8 {
        self.table.touch_seen(seen)
    }

    /// As [`Table::look_again`].
    #[inline]
    pub(super) fn look_again(&self, key: Key, seen: Option<Seen>) -> Option<Seen> {
        self.table.look_again(key, seen)
    }

    /// As [`Table::lacks_id`].
    #[inline]
    pub(super) fn lacks_id(&self, key: Key, seen: Option<Seen>) -> bool {
        self.table.lacks_id(key, seen)
    }

    /// The verdict on a server's claim of an event that was sent to all its destinations, where nothing
    /// is held of its id: what [`rules::reserve`] gives then, without the other records. `None`: it is
    /// not that simple.
    #[inline]
    pub(super) fn sent(&self, slices: Slices, claim: &Claim, now: Timestamp) -> Option<Verdict> {
        if self.holds.has_any(claim.key) {
            return None;
        }
        let mut own = None;
        self.table.each_of_id(claim.key, |_, slice, cell| {
            if own.is_none() && cell::is_of(cell, claim.key, claim.tags) {
                own = Some(cell::decode(slices, cell, self.whole_slice(slice), claim.key));
            }
        });
        rules::sent_before(&own?, claim, now)
    }

    /// Commits a grant that is still held, and all of it: what [`rules::settle`]
    /// does then, without reading the record. `false`: it is not that simple.
    #[inline]
    pub(super) fn commit_held(&mut self, receipt: &Receipt, now: Timestamp) -> bool {
        let Some((at, held)) = self.holds.find(receipt, now) else { return false };
        if held.hold.destinations != receipt.destinations() {
            return false;
        }
        let is_there = self.table.is_at(held.slot, held.key, held.tags);
        let slot = if is_there { Some(held.slot) } else { self.slot_of((held.key, held.tags)) };
        let Some(cell) = slot.and_then(|slot| self.table.cell_mut(slot)) else { return false };
        cell::add_server(cell, receipt.destinations());
        self.holds.remove(at);
        true
    }

    /// Everything of the key's id that is alive. What a dead owner left of this very event is dropped:
    /// a new claim takes its place.
    pub(super) fn find_live(&mut self, slices: Slices, key: Key, now: Timestamp) -> Found {
        let mut found = Found::default();
        let mut dead: SmallVec<[(Slot, Tags); 1]> = SmallVec::new();
        self.table.each_of_id(key, |slot, slice, cell| {
            let record = self.record(slices, slice, cell, key);
            if !record.is_empty(now) {
                found.push(record);
            } else if record.key == key {
                dead.push((slot, record.tags));
            }
        });
        for (slot, tags) in dead {
            self.table.remove(slot);
            // Else a clock that goes back would bring its grant to life in a later entry.
            self.holds.let_go((key, tags));
        }
        found
    }

    /// Everything of the key's id, dead owners' among it: they may yet come back.
    pub(super) fn find_all(&self, slices: Slices, key: Key) -> Found {
        let mut found = Found::default();
        self.table.each_of_id(key, |_, slice, cell| {
            found.push(self.record(slices, slice, cell, key));
        });
        found
    }

    fn record(&self, slices: Slices, slice: u8, cell: &Cell, key: Key) -> Record {
        let mut record = cell::decode(slices, cell, self.whole_slice(slice), key);
        record.holds.extend(self.holds.of_record(record.key, record.tags));
        record
    }

    #[inline]
    fn slot_of(&self, (key, tags): (Key, Tags)) -> Option<Slot> {
        let mut at = None;
        self.table.each_of_id(key, |slot, _, cell| {
            if cell::is_of(cell, key, tags) {
                at = Some(slot);
            }
        });
        at
    }

    /// The slice of an entry from its lowest byte: the latest not after the present.
    fn whole_slice(&self, low: u8) -> Slice {
        self.now.wrapping_sub(i64::from(low_byte(self.now).wrapping_sub(low)))
    }

    /// Enters a new record.
    pub(super) fn insert(&mut self, slices: Slices, record: &Record) -> Result<(), Full> {
        let (slice, cell) = cell::encode(slices, record, self.first);
        self.insert_cell(slices, cell::tag(record.key), low_byte(slice), &cell)?;
        self.hold(record);
        Ok(())
    }

    /// Enters what an unknown id was claimed for, where a look found room if that is still there; a
    /// server's claim is held.
    #[inline]
    pub(super) fn insert_unseen(
        &mut self,
        slices: Slices,
        claim: &Claim,
        granted: &Hold,
        now: Now,
        seen: Option<Seen>,
    ) -> Result<(), Full> {
        let (slice, cell) =
            cell::of_unseen(claim, granted.destinations, self.not_before_first(now));
        let (tag, slice) = (cell::tag(claim.key), low_byte(slice));
        let slot = seen.and_then(|seen| self.table.insert_at(seen, tag, slice, cell));
        if slot.is_none() {
            self.insert_cell(slices, tag, slice, &cell.to_cell())?;
        }
        if claim.source == Source::Server {
            let (key, tags, slot) = (claim.key, claim.tags, slot.unwrap_or_default());
            self.holds.push(Held { key, tags, hold: *granted, slot });
        }
        Ok(())
    }

    /// The slice and offset of the present; the first moment that is kept, if that is later: a clock
    /// went back further than the store remembers.
    #[inline]
    fn not_before_first(&self, now: Now) -> (Slice, u32) {
        if now.slice < self.first { (self.first, 0) } else { (now.slice, now.offset) }
    }

    fn insert_cell(&mut self, slices: Slices, tag: u8, slice: u8, cell: &Cell) -> Result<(), Full> {
        self.table.relieve(self.max_table_bytes);
        while !self.table.insert(tag, slice, cell) {
            if !self.table.grow(self.max_table_bytes) {
                self.forget_oldest(slices)?;
            }
        }
        Ok(())
    }

    /// Takes a new record out again.
    pub(super) fn take_back(&mut self, record: &Record) {
        let name = (record.key, record.tags);
        if let Some(slot) = self.slot_of(name) {
            self.table.remove(slot);
        }
        self.holds.let_go(name);
    }

    /// Writes back the entry that changed, or drops it if nothing is left in it. It may have been
    /// forgotten since it was found, to make room for what was entered with it: then it is new.
    pub(super) fn update(
        &mut self,
        slices: Slices,
        found: &Found,
        changed: Option<usize>,
        now: Timestamp,
    ) -> Result<(), Full> {
        if let Some(record) = found.new_record(changed) {
            // A commit so late that the event was forgotten; of an event that has expired nobody asks.
            let is_kept = slices.of(record.server_at) >= self.first;
            self.holds.let_go((record.key, record.tags));
            return if is_kept { self.insert(slices, record) } else { Ok(()) };
        }
        let Some(index) = changed else { return Ok(()) };
        let (Some(record), Some(name)) = (found.records.get(index), found.names.get(index)) else {
            return Ok(());
        };
        let slot = self.slot_of(*name);
        self.holds.let_go(*name);
        let Some(slot) = slot else {
            return if record.is_empty(now) { Ok(()) } else { self.insert(slices, record) };
        };
        if record.is_empty(now) {
            self.table.remove(slot);
        } else {
            let (slice, cell) = cell::encode(slices, record, self.first);
            self.table.put(slot, cell::tag(record.key), low_byte(slice), &cell);
            self.hold(record);
        }
        Ok(())
    }

    fn forget_oldest(&mut self, slices: Slices) -> Result<(), Full> {
        let now = low_byte(self.now);
        let behind = self.table.oldest().map(|oldest| now.wrapping_sub(oldest));
        match (self.when_full, behind) {
            (WhenFull::ForgetOldest, Some(behind)) if behind > 0 => {
                let first = self.now.saturating_sub(behind.into()).saturating_add(1);
                self.forget_before(slices, first, self.now);
                Ok(())
            }
            _ => Err(Full),
        }
    }

    #[inline]
    fn hold(&mut self, record: &Record) {
        let (key, tags) = (record.key, record.tags);
        for hold in &record.holds {
            self.holds.push(Held { key, tags, hold: *hold, slot: Slot::default() });
        }
    }
}

const SLICES_IN_A_BYTE: Slice = 256;

fn low_byte(slice: Slice) -> u8 {
    let [low, ..] = slice.to_le_bytes();
    low
}
