//! How a receipt is settled.

use predispatch_types::Timestamp;

use super::{MAX_PER_ID, Record, Records, fact_key_of, live, own_record};
use crate::{Receipt, SettleError, Source, Tags};

/// What [`settle`] did to the records of one key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores read every field")]
pub struct Settled {
    /// For the caller.
    pub result: Result<(), SettleError>,
    /// The record that changed. It may have nothing left in it: see [`Record::is_empty`].
    pub changed: Option<usize>,
}

/// How a receipt is settled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Settlement {
    /// The event was sent.
    Commit,
    /// It was not.
    Release,
}

/// Settles a receipt among the records of its id.
///
/// A commit is always written down, in time or not, as far as the records have room: the event left.
pub fn settle(receipt: &Receipt, how: Settlement, events: &mut Records, now: Timestamp) -> Settled {
    let (key, tags) = (receipt.key(), receipt.tags());
    let own = events
        .iter()
        .position(|record| record.key == key && record.holds_fence(receipt.fence()))
        .or_else(|| own_record(events, key, tags, Source::Server, |_| true, now));
    settle_in(receipt, how, events, own, Record::new(key, tags, granted_before(receipt, now)), now)
}

/// Settles a receipt among the records of its fact, whatever [`settle`] gave. Nothing to do if it has
/// none.
pub fn settle_fact(
    receipt: &Receipt,
    how: Settlement,
    facts: &mut Records,
    now: Timestamp,
) -> Settled {
    let Some(key) = fact_key_of(receipt.key(), receipt.fact()) else {
        return Settled { result: Err(SettleError::Forgotten), changed: None };
    };
    let own = facts.iter().position(|record| record.key == key);
    let blank = Record::new(key, Tags::default(), granted_before(receipt, now));
    settle_in(receipt, how, facts, own, blank, now)
}

/// The latest moment at which it can have been granted, which a record forgotten since is taken for.
fn granted_before(receipt: &Receipt, now: Timestamp) -> Timestamp {
    receipt.until().min(now)
}

/// `blank` is the record that is entered if there is none.
fn settle_in(
    receipt: &Receipt,
    how: Settlement,
    records: &mut Records,
    own: Option<usize>,
    blank: Record,
    now: Timestamp,
) -> Settled {
    let these = receipt.destinations();
    let Some((index, record)) = own.and_then(|own| Some((own, records.get_mut(own)?))) else {
        let changed = (how == Settlement::Commit && live(records, now) < MAX_PER_ID)
            .then(|| put(records, Record { server: these, ..blank }, now));
        return Settled { result: Err(SettleError::Forgotten), changed };
    };
    let held = record.holds.iter_mut().find(|hold| hold.is_for(receipt, now));
    if let Some(hold) = held {
        hold.destinations = hold.destinations.without(these);
        record.holds.retain(|hold| !hold.destinations.is_empty());
        if how == Settlement::Commit {
            record.server |= these;
        }
        return Settled { result: Ok(()), changed: Some(index) };
    }
    if !(record.taken(Source::Server, now) & these).is_empty() {
        // Whoever holds it now may yet give it back; it left all the same.
        let is_news = how == Settlement::Commit && !these.without(record.server).is_empty();
        if is_news {
            record.server |= these;
        }
        let has_ended = record.end_grant(receipt, now);
        let changed = (is_news || has_ended).then_some(index);
        return Settled { result: Err(SettleError::Superseded), changed };
    }
    record.end_grant(receipt, now);
    if how == Settlement::Commit {
        if record.server.is_empty() && !record.has_live_hold(now) {
            record.server_at = granted_before(receipt, now);
        }
        record.server |= these;
    }
    Settled { result: Err(SettleError::TimedOut), changed: Some(index) }
}

/// Enters a record, in a dead one's place if there is no other; returns where.
fn put(records: &mut Records, record: Record, now: Timestamp) -> usize {
    let is_full = records.len() >= MAX_PER_ID;
    let dead = records.iter().position(|other| is_full && other.is_empty(now));
    match dead.and_then(|dead| Some((dead, records.get_mut(dead)?))) {
        Some((dead, place)) => {
            *place = record;
            dead
        }
        None => {
            records.push(record);
            records.len().saturating_sub(1)
        }
    }
}
