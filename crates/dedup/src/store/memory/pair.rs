//! The shards that one claim changes.

use predispatch_types::Timestamp;

use super::{
    clock::{Now, Slices},
    shard::{Found, Full, Shard},
};
use crate::Source;

/// The locked shards of an event and of its fact; they may be one.
pub(super) struct Pair<'a> {
    pub(super) event: &'a mut Shard,
    pub(super) fact: Option<&'a mut Shard>,
}

impl Pair<'_> {
    pub(super) fn fact(&mut self) -> &mut Shard {
        self.fact.as_deref_mut().unwrap_or(self.event)
    }

    /// Moves both to the present.
    #[inline]
    pub(super) fn advance(&mut self, slices: Slices, now: Now) {
        self.event.advance(slices, now);
        if let Some(fact) = &mut self.fact {
            fact.advance(slices, now);
        }
    }

    /// Whether a claim's grant can be held in both.
    pub(super) fn has_room_to_hold(&mut self, source: Source, now: Timestamp) -> bool {
        let has_room = |shard: &mut Shard| shard.has_room_to_hold(now);
        source == Source::Browser
            || (has_room(self.event) && self.fact.as_deref_mut().is_none_or(has_room))
    }

    /// Writes what a claim changed, all or nothing.
    pub(super) fn write(
        &mut self,
        slices: Slices,
        (events, event): (&Found, Option<usize>),
        (facts, fact): (&Found, Option<usize>),
        now: Timestamp,
    ) -> Result<(), Full> {
        // What is new goes first: it alone may fail.
        let new_event = events.new_record(event);
        let new_fact = facts.new_record(fact);
        if let Some(record) = new_event {
            self.event.insert(slices, record)?;
        }
        if let Some(record) = new_fact
            && self.fact().insert(slices, record).is_err()
        {
            if let Some(record) = new_event {
                self.event.take_back(record);
            }
            return Err(Full);
        }
        let mut written = Ok(());
        if new_event.is_none() {
            written = self.event.update(slices, events, event, now);
        }
        if new_fact.is_none() {
            written = written.and_then(|()| self.fact().update(slices, facts, fact, now));
        }
        if written.is_err() {
            if let Some(record) = new_event {
                self.event.take_back(record);
            }
            if let Some(record) = new_fact {
                self.fact().take_back(record);
            }
        }
        written
    }
}
