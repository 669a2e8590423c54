//! What a claim gets: the one place that decides, for every store.
//!
//! A store finds the records of the claim's id (and of its fact), lets [`reserve`] judge and change
//! them, and writes back what changed. Nothing here keeps or asks for anything.

mod reserve;
mod settle;

use core::time::Duration;

use predispatch_types::Timestamp;
use smallvec::SmallVec;

pub use self::{
    reserve::{Reserved, reserve, reserve_unseen, sent_before},
    settle::{Settled, Settlement, settle, settle_fact},
};
use crate::{Claim, Destination, Destinations, Key, Receipt, Source, Tags};

/// All that is kept of one event: of one id under one name with one amount and subject.
///
/// The record of a fact has the same form: its key is [`fact_key`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores write every field")]
pub struct Record {
    /// Of id and name.
    pub key: Key,
    /// Of amount and subject; filled in by whichever half has them.
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

/// More events under one id are not kept: a claim of another is [`Unknown::Crowded`](crate::Unknown::Crowded).
/// More ids of one fact are not kept either. Of both, browsers' reports make half at most.
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
    /// them only amounts tell events apart. Once a server has reported, the subject is the server's.
    fn may_be(&self, tags: Tags, source: Source, now: Timestamp) -> bool {
        let is_servers = !self.taken(Source::Server, now).is_empty();
        let is_own_side = is_servers == (source == Source::Server);
        self.tags.may_equal_value(tags) && (!is_own_side || self.tags.may_equal_subject(tags))
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

/// How many records something is left in: what dead owners left takes no place.
fn live(records: &Records, now: Timestamp) -> usize {
    records.iter().filter(|record| !record.is_empty(now)).count()
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

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{FactKey, Outcome, Verdict, Windows};

    proptest! {
        #[test]
        fn the_short_way_gives_what_the_long_one_gives(
            key: [u8; 16], destinations in 0_u16..1 << 13, is_browser: bool, value: u8, subject: u8,
            age in prop_oneof![-1_000_i64..1_000, -800_000_i64..9_000_000], from in -9_000_000_i64..1_000,
        ) {
            let now = Timestamp::from_unix_secs(1_795_197_791);
            let source = if is_browser { Source::Browser } else { Source::Server };
            let destinations = Destinations::from_bits(destinations);
            let claim = Claim::new(Key::from_bytes(key), destinations, source, now.plus_secs(-age))
                .with_tags(Tags { value, subject });
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

    /// Records of one id; no two of one key have the same tags.
    fn records() -> impl Strategy<Value = Records> {
        let some = || prop_oneof![Just(0_u16), Just(1), Just(2), Just(3)];
        let at = || (-9_000_000_i64..10).prop_map(|secs| Timestamp::from_unix_secs(NOW + secs));
        let hold = (some(), -100_i64..100).prop_map(|(destinations, secs)| Hold {
            destinations: Destinations::from_bits(destinations),
            fence: 3,
            until: Timestamp::from_unix_secs(NOW + secs),
        });
        let holds = prop_oneof![3 => Just(None), 1 => hold.prop_map(Some)];
        let record = (0_u8..2, 0_u8..3, some(), some(), at(), at(), holds).prop_map(
            |(name, value, browser, server, browser_at, server_at, hold)| Record {
                key: named(name),
                tags: Tags { value, subject: 0 },
                browser: Destinations::from_bits(browser),
                server: Destinations::from_bits(server),
                browser_at,
                server_at,
                holds: hold.into_iter().collect(),
            },
        );
        proptest::collection::vec(record, 0..5).prop_map(|records| {
            let mut distinct = Records::new();
            for record in records {
                let name = |record: &Record| (record.key, record.tags);
                if distinct.iter().all(|other| name(other) != name(&record)) {
                    distinct.push(record);
                }
            }
            distinct
        })
    }

    /// A key of the one id, with this name.
    fn named(name: u8) -> Key {
        let mut key = [5; 16];
        key[15] = name;
        Key::from_bytes(key)
    }

    const NOW: i64 = 1_795_197_791;

    proptest! {
        #[test]
        fn what_was_sent_before_is_told_as_the_long_way_tells_it(
            records in records(), destinations in 0_u16..4, is_browser: bool, value in 0_u8..3,
            age in -400_i64..800_000,
        ) {
            let now = Timestamp::from_unix_secs(NOW);
            let source = if is_browser { Source::Browser } else { Source::Server };
            let destinations = Destinations::from_bits(destinations);
            let claim = Claim::new(named(0), destinations, source, now.plus_secs(-age))
                .with_tags(Tags { value, subject: 0 });
            for windows in [Windows::in_memory(), Windows::whole()] {
                for record in &records {
                    let Some(verdict) = sent_before(record, &claim, now) else { continue };
                    let (mut events, mut facts) = (records.clone(), Records::new());
                    let long = reserve(&windows, &claim, &mut events, &mut facts, now, 7, now);
                    let told: Vec<_> = long.outcome.verdicts().collect();
                    prop_assert_eq!(told, [(destinations, verdict)]);
                    prop_assert!(long.outcome.receipt().is_none());
                    prop_assert!(long.event.is_none() && long.fact.is_none());
                    prop_assert_eq!(&events, &records);
                }
            }
        }
    }

    #[test]
    fn the_short_way_for_what_was_sent_is_taken() {
        let now = Timestamp::from_unix_secs(NOW);
        let record =
            Record { server: Destinations::ALL, ..Record::new(named(0), Tags::default(), now) };
        let claim = |destinations| Claim::new(named(0), destinations, Source::Server, now);
        let verdict = sent_before(&record, &claim(Destination::META.into()), now);
        let expected = Verdict::Duplicate { of_age: Duration::ZERO, source: Source::Server };
        assert_eq!(verdict, Some(expected));
        assert_eq!(sent_before(&record, &claim(Destinations::NONE), now), None);
        let other_tags = claim(Destinations::ALL).with_tags(Tags { value: 1, subject: 0 });
        assert_eq!(sent_before(&record, &other_tags, now), None);
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
