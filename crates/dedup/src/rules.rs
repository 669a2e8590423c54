//! What a claim gets: the one place that decides, for every store.
//!
//! A store finds the records of the claim's id (and of its fact), lets [`reserve`] judge and change
//! them, and writes back what changed. Nothing here keeps or asks for anything.

use core::time::Duration;

use predispatch_types::Timestamp;
use smallvec::SmallVec;

use crate::{
    Claim, Destination, Destinations, Differs, Key, Outcome, Receipt, SettleError, Source, Tags,
    Unknown, Verdict, Windows,
};

/// All that is kept of one event: of one id under one name with one amount and person.
///
/// The record of a fact has the same form: its key is [`fact_key`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores write every field")]
pub struct Record {
    /// Of id and name.
    pub key: Key,
    /// Of amount and person; filled in by whichever half has them.
    pub tags: Tags,
    /// Whose pixels reported it.
    pub browser: Destinations,
    /// Where it was sent.
    pub server: Destinations,
    /// A browser's first report, or a later one of an event that says to have happened after it.
    /// Means nothing while `browser` is empty.
    pub browser_at: Timestamp,
    /// A server's first grant, or a later one in the same way. Means nothing while nothing is sent or
    /// held.
    pub server_at: Timestamp,
    /// Grants that are not settled; the dead ones may be dropped at any time.
    pub holds: SmallVec<[Hold; 1]>,
}

/// A grant that is not settled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores write every field")]
pub struct Hold {
    /// What was granted.
    pub destinations: Destinations,
    /// The receipt's number.
    pub fence: u64,
    /// The last moment at which it holds.
    pub until: Timestamp,
}

/// The records of one id, or of one fact.
pub type Records = SmallVec<[Record; 1]>;

/// More events under one id are not kept: a claim of another is [`Unknown::Crowded`].
pub const MAX_PER_ID: usize = 8;

/// The key of a fact's record: the fact, and four bytes that stand for the id it came with.
pub fn fact_key(claim: &Claim) -> Option<Key> {
    fact_key_of(claim.key, claim.fact)
}

pub(crate) fn fact_key_of(event: Key, fact: Option<crate::FactKey>) -> Option<Key> {
    let mut bytes = *fact?.as_bytes();
    for (to, from) in bytes.iter_mut().skip(12).zip(event.id_part()) {
        *to = from;
    }
    Some(Key::from_bytes(bytes))
}

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
        let place = facts
            .iter()
            .position(|record| record.key == key)
            .or_else(|| facts.iter().position(|record| record.is_empty(now)));
        // Beyond the limit one more id of the same fact tells nothing new.
        let has_room = place.is_some() || facts.len() < MAX_PER_ID;
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
    let index = own.unwrap_or(records.len());
    let Some(record) = records.get_mut(index) else {
        let is_entered = how == Settlement::Commit && records.len() < MAX_PER_ID;
        if is_entered {
            records.push(Record { server: these, ..blank });
        }
        let changed = is_entered.then_some(index);
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

impl Record {
    #[inline]
    fn new(key: Key, tags: Tags, now: Timestamp) -> Self {
        Self {
            key,
            tags,
            browser: Destinations::NONE,
            server: Destinations::NONE,
            browser_at: now,
            server_at: now,
            holds: SmallVec::new(),
        }
    }

    /// Whether nothing was reported, sent or is held any more, so that it may be dropped.
    pub fn is_empty(&self, now: Timestamp) -> bool {
        self.browser.is_empty() && self.server.is_empty() && !self.has_live_hold(now)
    }

    /// Where a side has reported it; the server's grants are among them.
    fn taken(&self, source: Source, now: Timestamp) -> Destinations {
        match source {
            Source::Browser => self.browser,
            Source::Server => {
                let live = self.holds.iter().filter(|hold| hold.is_live(now));
                live.fold(self.server, |set, hold| set | hold.destinations)
            }
        }
    }

    fn is_taken(&self, destination: Destination, now: Timestamp) -> bool {
        (self.taken(Source::Browser, now) | self.taken(Source::Server, now)).contains(destination)
    }

    fn has_live_hold(&self, now: Timestamp) -> bool {
        self.holds.iter().any(|hold| hold.is_live(now))
    }

    fn is_held(&self, destination: Destination, now: Timestamp) -> bool {
        let mut holds = self.holds.iter();
        holds.any(|hold| hold.is_live(now) && hold.destinations.contains(destination))
    }

    /// Whether a side's report with these tags may be of this event.
    ///
    /// The two sides know a person by different identifiers, and no platform compares persons: between
    /// them only amounts tell events apart. Once a server has reported, the person is the server's.
    fn may_be(&self, tags: Tags, source: Source, now: Timestamp) -> bool {
        let is_servers = !self.taken(Source::Server, now).is_empty();
        let is_own_side = is_servers == (source == Source::Server);
        may_equal(self.tags.value, tags.value)
            && (!is_own_side || may_equal(self.tags.user, tags.user))
    }

    fn holds_fence(&self, fence: u64) -> bool {
        self.holds.iter().any(|hold| hold.fence == fence)
    }

    /// The dead grant of a receipt goes, so that a clock that goes back does not bring it to life
    /// again. Of a live one, which another part of the receipt may still need, only this part goes.
    fn end_grant(&mut self, receipt: &Receipt, now: Timestamp) -> bool {
        let mut has_ended = false;
        for hold in self.holds.iter_mut().filter(|hold| hold.fence == receipt.fence()) {
            let left = match hold.is_live(now) {
                true => hold.destinations.without(receipt.destinations()),
                false => Destinations::NONE,
            };
            has_ended |= left != hold.destinations;
            hold.destinations = left;
        }
        self.holds.retain(|hold| !hold.destinations.is_empty());
        has_ended
    }

    /// Since a side's first report. A clock that went back gives zero.
    fn age(&self, source: Source, now: Timestamp) -> Duration {
        let since = match source {
            Source::Browser => self.browser_at,
            Source::Server => self.server_at,
        };
        let millis = now.unix_millis().saturating_sub(since.unix_millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or_default())
    }
}

impl Hold {
    /// Whether it still keeps others out.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now <= self.until
    }

    /// Whether it is a receipt's, in time, and has all that the receipt is for.
    #[inline]
    pub(crate) fn is_for(&self, receipt: &Receipt, now: Timestamp) -> bool {
        self.fence == receipt.fence()
            && self.is_live(now)
            && receipt.destinations().without(self.destinations).is_empty()
    }
}

/// The record that is this very event: rather one with the very tags than one that only may be it.
fn own_record(
    events: &Records,
    key: Key,
    tags: Tags,
    source: Source,
    counts: impl Fn(&Record) -> bool,
    now: Timestamp,
) -> Option<usize> {
    let position = |fits: &dyn Fn(&Record) -> bool| {
        events.iter().position(|record| record.key == key && counts(record) && fits(record))
    };
    position(&|record| record.tags == tags)
        .or_else(|| position(&|record| record.may_be(tags, source, now)))
}

/// A record whose place may be taken: rather a dead one of this very event than of another.
fn dead_record(events: &Records, key: Key, tags: Tags, now: Timestamp) -> Option<usize> {
    let mut dead = events.iter().enumerate().filter(|(_, record)| record.is_empty(now));
    let first = dead.clone().next();
    let own = dead.find(|(_, record)| record.key == key && record.tags == tags);
    own.or(first).map(|(index, _)| index)
}

/// Tags that are not given are equal to any.
const fn may_equal(a: u8, b: u8) -> bool {
    a == 0 || b == 0 || a == b
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
            .or_else(|| self.collision(destination))
            .or_else(|| self.rotation(destination))
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
        // What browsers make up leaves room for what the server sends.
        let most = match self.claim.source {
            Source::Browser => MAX_PER_ID / 2,
            Source::Server => MAX_PER_ID,
        };
        let is_crowded = self.own.is_none() && self.events.len() >= most;
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
                } else if may_equal(record.tags.value, claim.tags.value) {
                    Some(Differs::User)
                } else {
                    Some(Differs::Value)
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

    /// What one side does not know the other may; the person is the server's, once there is one.
    fn tags_of_both(&self, record: &Record, tags: Tags) -> Tags {
        let or = |first, second| if first == 0 { second } else { first };
        let is_servers = !record.taken(Source::Server, self.now).is_empty();
        let user = match self.claim.source {
            Source::Server if !is_servers => or(tags.user, record.tags.user),
            _ => or(record.tags.user, tags.user),
        };
        Tags { value: or(record.tags.value, tags.value), user }
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

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::FactKey;

    proptest! {
        #[test]
        fn the_short_way_gives_what_the_long_one_gives(
            key: [u8; 16], destinations in 0_u16..1 << 13, is_browser: bool, value: u8, user: u8,
            age in prop_oneof![-1_000_i64..1_000, -800_000_i64..9_000_000], from in -9_000_000_i64..1_000,
        ) {
            let now = Timestamp::from_unix_secs(1_795_197_791);
            let source = if is_browser { Source::Browser } else { Source::Server };
            let destinations = Destinations::from_bits(destinations);
            let claim = Claim::new(Key::from_bytes(key), destinations, source, now.plus_secs(-age))
                .with_tags(Tags { value, user });
            for windows in [Windows::in_memory(), Windows::whole()] {
                let (mut events, mut facts) = (Records::new(), Records::new());
                let from = now.plus_secs(from);
                let long = reserve(&windows, &claim, &mut events, &mut facts, from, 7, now);
                let mut outcome = Outcome::none();
                let hold = reserve_unseen(&windows, &claim, from, 7, now, &mut outcome);
                for destination in Destination::all() {
                    prop_assert_eq!(outcome.verdict(destination), long.outcome.verdict(destination));
                }
                prop_assert_eq!(outcome.receipt(), long.outcome.receipt());
                let entered = events.first().map(|record| (record.browser, record.holds.first()));
                let expected = hold.as_ref().map(|hold| match source {
                    Source::Browser => (hold.destinations, None),
                    Source::Server => (Destinations::NONE, Some(hold)),
                });
                prop_assert_eq!(entered, expected);
                prop_assert!(long.fact.is_none() && facts.is_empty());
            }
        }
    }

    #[test]
    fn the_end_of_time_is_a_time() {
        let windows = Windows::whole();
        for now in [Timestamp::LATEST, Timestamp::from_unix_micros(i64::MIN)] {
            let claim =
                Claim::new(Key::from_bytes([1; 16]), Destinations::ALL, Source::Server, now)
                    .with_fact(FactKey::from_bytes([2; 16]));
            let (mut events, mut facts) = (Records::new(), Records::new());
            let done = reserve(&windows, &claim, &mut events, &mut facts, now, 7, now);
            let receipt = done.outcome.into_receipt().unwrap();
            assert_eq!(settle(&receipt, Settlement::Commit, &mut events, now).result, Ok(()));
            assert_eq!(settle_fact(&receipt, Settlement::Commit, &mut facts, now).result, Ok(()));
        }
    }
}
