//! How a claim is judged and entered.

use core::time::Duration;

use predispatch_types::Timestamp;
use smallvec::SmallVec;

use super::{Hold, MAX_PER_ID, Record, Records, fact_key, live, own_record};
use crate::{
    Claim, Destination, Destinations, Differs, Key, Outcome, Receipt, Source, Tags, Unknown,
    Verdict, Windows,
};

/// What [`reserve`] did: the outcome, and which records must be written.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "stores read every field")]
pub struct Reserved {
    /// For the caller.
    pub outcome: Outcome,
    /// The changed record among those of the id; the last one if it is new.
    pub event: Option<usize>,
    /// The changed record among those of the fact.
    pub fact: Option<usize>,
}

/// Judges a claim and enters it.
///
/// `events` are all records of the claim's id, `facts` all of its fact (empty without one).
/// `remembered_from` is the moment from which on the store has forgotten no event that happened then
/// or later; `fence` is the number of this grant, if it comes to one.
pub fn reserve(
    windows: &Windows,
    claim: &Claim,
    events: &mut Records,
    facts: &mut Records,
    remembered_from: Timestamp,
    fence: u64,
    now: Timestamp,
) -> Reserved {
    let is_alive = |record: &Record| !record.is_empty(now);
    let own = own_record(events, claim.key, claim.tags, claim.source, is_alive, now)
        .or_else(|| dead_record(events, claim.key, claim.tags, now));
    let view = View { windows, claim, events, facts, own, remembered_from, now };
    let verdicts: SmallVec<[(Destinations, Verdict); 4]> = claim
        .destinations
        .iter()
        .map(|destination| (destination.into(), view.verdict(destination)))
        .collect();

    let entered: Destinations = verdicts
        .iter()
        .filter(|(_, verdict)| view.is_entered(*verdict))
        .fold(Destinations::NONE, |set, (destination, _)| set | *destination);
    if entered.is_empty() {
        return Reserved { outcome: Outcome::new(verdicts, None), event: None, fact: None };
    }
    let until = now.plus_secs(windows.hold_secs.into());
    let hold = Hold { destinations: entered, fence, until };
    let entry = Entry { claim, entered, hold, future_secs: windows.future_secs, now };
    let event = Some(entry.enter_among(events, own, claim.key, claim.tags));
    let fact = fact_key(claim).and_then(|key| {
        let own = || facts.iter().position(|record| record.key == key);
        let place = own().or_else(|| facts.iter().position(|record| record.is_empty(now)));
        let is_known = facts.iter().any(|record| record.key == key && !record.is_empty(now));
        // Beyond the limit one more id of the same fact tells nothing new.
        let has_room = is_known || has_room(claim.source, facts, now);
        has_room.then(|| entry.enter_among(facts, place, key, Tags::default()))
    });
    let receipt =
        (claim.source == Source::Server).then(|| Receipt::new(claim, entered, fence, until));
    Reserved { outcome: Outcome::new(verdicts, receipt), event, fact }
}

/// As [`reserve`] where the store has no record of the id and the claim names no fact, which most
/// claims are: gives what is to be entered, and writes the outcome in its place. Of a server's claim a
/// grant is entered, to be held; of a browser's report its destinations alone.
#[inline]
pub fn reserve_unseen(
    windows: &Windows,
    claim: &Claim,
    remembered_from: Timestamp,
    fence: u64,
    now: Timestamp,
    outcome: &mut Outcome,
) -> Option<Hold> {
    let why = |destination| unknown(windows, claim, destination, remembered_from, now);
    let entered: Destinations =
        claim.destinations.iter().filter(|destination| why(*destination).is_none()).collect();
    let until = now.plus_secs(windows.hold_secs.into());
    let is_granted = claim.source == Source::Server && !entered.is_empty();
    if entered == claim.destinations && !entered.is_empty() {
        outcome.set_verdict(entered, Verdict::First);
    } else {
        let verdict =
            |at| (Destinations::from(at), why(at).map_or(Verdict::First, Verdict::Unknown));
        *outcome = Outcome::new(claim.destinations.iter().map(verdict), None);
    }
    if is_granted {
        outcome.set_receipt(Receipt::new(claim, entered, fence, until));
    }
    (!entered.is_empty()).then_some(Hold { destinations: entered, fence, until })
}

/// As [`reserve`] of a server's claim without a fact, where the record is the very event's, by key and
/// tags, nothing is held of it, and it was sent to all that the claim is for: the verdict for all of
/// them, whatever else is known. `None`: it is not that simple.
#[inline]
pub fn sent_before(record: &Record, claim: &Claim, now: Timestamp) -> Option<Verdict> {
    let is_sent = claim.source == Source::Server
        && claim.fact.is_none()
        && !claim.destinations.is_empty()
        && claim.destinations.without(record.server).is_empty()
        && record.holds.is_empty()
        && (record.key, record.tags) == (claim.key, claim.tags);
    let source = claim.source;
    is_sent.then(|| Verdict::Duplicate { of_age: record.age(source, now), source })
}

/// A record whose place may be taken: rather a dead one of this very event than of another.
fn dead_record(events: &Records, key: Key, tags: Tags, now: Timestamp) -> Option<usize> {
    let mut dead = events.iter().enumerate().filter(|(_, record)| record.is_empty(now));
    let first = dead.clone().next();
    let own = dead.find(|(_, record)| record.key == key && record.tags == tags);
    own.or(first).map(|(index, _)| index)
}

/// Whether one more of one id, or of one fact, may be entered. What browsers make up leaves room for what
/// the server sends.
fn has_room(source: Source, records: &Records, now: Timestamp) -> bool {
    let most = match source {
        Source::Browser => MAX_PER_ID / 2,
        Source::Server => MAX_PER_ID,
    };
    live(records, now) < most
}

/// Why no record of an event of this time says nothing about a destination.
#[inline]
fn unknown(
    windows: &Windows,
    claim: &Claim,
    destination: Destination,
    remembered_from: Timestamp,
    now: Timestamp,
) -> Option<Unknown> {
    let time = claim.event_time;
    let retention = windows.of(destination).retention_secs;
    let oldest = now.plus_secs(i64::from(retention).saturating_neg());
    if time > now.plus_secs(windows.future_secs.into()) {
        Some(Unknown::Future)
    } else if time < oldest || time < remembered_from {
        Some(Unknown::TooOld)
    } else {
        None
    }
}

/// A claim before the records that bear on it.
struct View<'a> {
    windows: &'a Windows,
    claim: &'a Claim,
    events: &'a Records,
    facts: &'a Records,
    own: Option<usize>,
    remembered_from: Timestamp,
    now: Timestamp,
}

impl View<'_> {
    fn verdict(&self, destination: Destination) -> Verdict {
        self.known_pair(destination)
            .or_else(|| self.unknown(destination))
            .or_else(|| self.rotation(destination))
            .or_else(|| self.collision(destination))
            .unwrap_or(Verdict::First)
    }

    /// Whether a claim with this verdict becomes part of a record.
    fn is_entered(&self, verdict: Verdict) -> bool {
        match (self.claim.source, verdict) {
            // A browser's report happened, whatever we think of it.
            (Source::Browser, Verdict::Late { .. } | Verdict::Rotated { .. }) => true,
            (_, Verdict::Rotated { .. }) => self.windows.grants_rotated,
            _ => verdict.is_granted(),
        }
    }

    /// What the event's own record says.
    fn known_pair(&self, destination: Destination) -> Option<Verdict> {
        let record = self.events.get(self.own?)?;
        let (source, other) = (self.claim.source, self.claim.source.other());
        let now = self.now;
        if source == Source::Server && record.is_held(destination, now) {
            return Some(Verdict::InFlight);
        }
        if record.taken(source, now).contains(destination) {
            return Some(Verdict::Duplicate { of_age: record.age(source, now), source });
        }
        if record.taken(other, now).contains(destination) {
            let lag = record.age(other, now);
            let window = self.windows.of(destination).pairing_secs;
            let is_paired = lag <= Duration::from_secs(window.into());
            return Some(if is_paired { Verdict::Paired { lag } } else { Verdict::Late { lag } });
        }
        None
    }

    /// Why the absence of a record proves nothing.
    fn unknown(&self, destination: Destination) -> Option<Verdict> {
        let own = self.own.and_then(|own| self.events.get(own));
        let is_known = own.is_some_and(|record| !record.is_empty(self.now));
        let is_crowded = !is_known && !has_room(self.claim.source, self.events, self.now);
        unknown(self.windows, self.claim, destination, self.remembered_from, self.now)
            .or_else(|| is_crowded.then_some(Unknown::Crowded))
            .map(Verdict::Unknown)
    }

    /// Another event under the same id, at this destination.
    fn collision(&self, destination: Destination) -> Option<Verdict> {
        let others = self.events.iter().enumerate();
        let mut others = others
            .filter(|(index, record)| {
                Some(*index) != self.own && record.is_taken(destination, self.now)
            })
            .map(|(_, record)| record);
        let name_in_key = self.windows.of(destination).name_in_key;
        let claim = self.claim;
        others
            .find_map(|record| {
                if record.key != claim.key {
                    (!name_in_key).then_some(Differs::Name)
                } else if !record.tags.may_equal_value(claim.tags) {
                    Some(Differs::Value)
                } else if claim.tags.is_of_fact() {
                    Some(Differs::Fact)
                } else {
                    Some(Differs::User)
                }
            })
            .map(Verdict::Collision)
    }

    /// The same fact under another id, at this destination.
    fn rotation(&self, destination: Destination) -> Option<Verdict> {
        let own = fact_key(self.claim)?;
        let now = self.now;
        let others = || {
            let others = self.facts.iter();
            others.filter(|record| record.key != own && record.is_taken(destination, now))
        };
        // One that can't fail any more says more than one that may.
        let settled = others().find(|record| !record.is_held(destination, now));
        let other = settled.or_else(|| others().next())?;
        if settled.is_none() && self.claim.source == Source::Server {
            return Some(Verdict::InFlight);
        }
        let source = match other.taken(Source::Server, now).contains(destination) {
            true => Source::Server,
            false => Source::Browser,
        };
        Some(Verdict::Rotated { of_age: other.age(source, now), source })
    }
}

/// A claim on its way into records.
struct Entry<'a> {
    claim: &'a Claim,
    entered: Destinations,
    hold: Hold,
    future_secs: u32,
    now: Timestamp,
}

impl Entry<'_> {
    /// Puts it into record `own`, or into a new one; returns which.
    fn enter_among(
        &self,
        records: &mut Records,
        own: Option<usize>,
        key: Key,
        tags: Tags,
    ) -> usize {
        let index = own.unwrap_or(records.len());
        let tags = match records.get(index) {
            Some(record) if !record.is_empty(self.now) => self.tags_of_both(record, tags),
            _ => tags,
        };
        // Two live records of one key are told apart by their tags.
        let is_other = |(at, other): &(usize, &Record)| *at != index && !other.is_empty(self.now);
        let others = records.iter().enumerate().filter(is_other);
        let is_taken = others.map(|(_, other)| other).any(|at| at.key == key && at.tags == tags);
        if index >= records.len() {
            records.push(Record::new(key, tags, self.now));
        }
        if let Some(record) = records.get_mut(index) {
            let tags = if is_taken { record.tags } else { tags };
            self.enter(record, key, tags);
        }
        index
    }

    /// What one side does not know the other may; the subject is the server's, once there is one.
    fn tags_of_both(&self, record: &Record, tags: Tags) -> Tags {
        let or = |first, second| if first == 0 { second } else { first };
        let is_servers = !record.taken(Source::Server, self.now).is_empty();
        let subject = match self.claim.source {
            Source::Server if !is_servers => or(tags.subject, record.tags.subject),
            _ => or(record.tags.subject, tags.subject),
        };
        Tags { value: or(record.tags.value, tags.value), subject }
    }

    /// A record is kept for the retention from its times on, so these may not lie before the event
    /// by more than clocks differ: else it would be forgotten while the event is still taken.
    fn is_later_than(&self, at: Timestamp) -> bool {
        self.claim.event_time > at.plus_secs(self.future_secs.into())
    }

    fn enter(&self, record: &mut Record, key: Key, tags: Tags) {
        let now = self.now;
        if record.is_empty(now) {
            *record = Record::new(key, tags, now);
        }
        record.tags = tags;
        match self.claim.source {
            Source::Browser => {
                if record.browser.is_empty() || self.is_later_than(record.browser_at) {
                    record.browser_at = now;
                }
                record.browser |= self.entered;
            }
            Source::Server => {
                let is_new = record.taken(Source::Server, now).is_empty();
                if is_new || self.is_later_than(record.server_at) {
                    record.server_at = now;
                }
                record.holds.retain(|hold| hold.is_live(now));
                record.holds.push(self.hold);
            }
        }
    }
}
