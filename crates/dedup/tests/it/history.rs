//! A store against a model that keeps every claim and settlement ever made and reads the verdict out
//! of that history: random operations, clocks that jump, owners that die, edges of windows.

use std::collections::BTreeSet;

use predispatch_dedup::{
    Claim, Destination, Destinations, FactKey, Key, Receipt, SettleError, Source, Store, Unknown,
    Verdict, Windows, rules::MAX_PER_ID,
};
use predispatch_types::Timestamp;
use proptest::prelude::*;

use crate::{memory::Memory, naive::Naive, suite::Stores};

/// What a random step does. Times are seconds.
#[derive(Clone, Debug)]
enum Step {
    /// Claims one of a few ids, for one of a few sets, perhaps with a fact, at an event's age.
    Claim {
        id: u8,
        set: u8,
        browser: bool,
        fact: Option<u8>,
        age: i64,
    },
    /// With `split`, of the first destination alone; the rest stays a receipt.
    Commit {
        receipt: usize,
        split: bool,
    },
    Release {
        receipt: usize,
        split: bool,
    },
    /// Moves the clock, back too.
    Clock {
        by: i64,
    },
}

/// Few ids and facts that come again; or many ids of one fact, most of them browsers'.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let few = (0_u8..4, 0_u8..3, any::<bool>(), proptest::option::of(0_u8..3));
    let many = (0_u8..10, 0_u8..3, prop::bool::weighted(0.7), Just(Some(0)));
    prop_oneof![2 => steps_of(few), 1 => steps_of(many)]
}

fn steps_of(
    claims: impl Strategy<Value = (u8, u8, bool, Option<u8>)> + 'static,
) -> impl Strategy<Value = Vec<Step>> {
    let age = prop_oneof![
        6 => Just(0_i64),
        2 => proptest::sample::select(&AGES[..]),
        1 => proptest::sample::select(&[-300_i64, -301][..]),
    ];
    let age = age.boxed();
    let clock = prop_oneof![
        6 => 0_i64..40,
        3 => proptest::sample::select(&[60_i64, 61, 47 * 3_600, 48 * 3_600, 100 * 3_600, 168 * 3_600, 200 * 3_600][..]),
        2 => -30_i64..0,
    ];
    let step = prop_oneof![
        6 => (claims, age)
            .prop_map(|((id, set, browser, fact), age)| Step::Claim { id, set, browser, fact, age }),
        3 => (0_usize..8, prop::bool::weighted(0.3))
            .prop_map(|(receipt, split)| Step::Commit { receipt, split }),
        1 => (0_usize..8, prop::bool::weighted(0.3))
            .prop_map(|(receipt, split)| Step::Release { receipt, split }),
        3 => clock.prop_map(|by| Step::Clock { by }),
    ];
    proptest::collection::vec(step, 1..60)
}

/// One grant or report of the model, for one destination.
#[derive(Clone, Copy, Debug)]
struct Entry {
    id: u8,
    /// Only if the fact had a place for the id.
    fact: Option<u8>,
    destination: Destination,
    source: Source,
    state: State,
    fence: u64,
    at: i64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// A server's grant that nobody has settled, until then.
    Held { until: i64 },
    /// Sent, or reported by a browser.
    Done,
    /// Given back; or, with a time, a dead grant that a later one of the event ended. A fact's record
    /// may still have that grant.
    Gone { until: Option<i64> },
}

#[derive(Default)]
struct Model {
    entries: Vec<Entry>,
    /// When each id was first reported by a side in the present life of that side's report.
    since: Vec<(u8, Source, i64)>,
}

const PAIRING: i64 = 48 * 3_600;
const AGES: [i64; 10] =
    [0, 1, 59, 60, 61, PAIRING - 1, PAIRING, PAIRING + 1, RETENTION, RETENTION + 1];
const RETENTION: i64 = 7 * 86_400;
const HOLD: i64 = 60;
const FUTURE: i64 = 300;

impl Model {
    fn is_taken(&self, entry: &Entry, now: i64) -> bool {
        match entry.state {
            State::Done => true,
            State::Held { until } => now <= until,
            State::Gone { .. } => false,
        }
    }

    fn live(&self, now: i64) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| self.is_taken(entry, now))
    }

    fn is_held(entry: &Entry) -> bool {
        matches!(entry.state, State::Held { .. })
    }

    /// The kind of the verdict; ages are left to the suite's scenarios.
    fn verdict(
        &self,
        id: u8,
        fact: Option<u8>,
        destination: Destination,
        source: Source,
        event_time: i64,
        now: i64,
    ) -> &'static str {
        let own: Vec<&Entry> = self
            .live(now)
            .filter(|entry| entry.id == id && entry.destination == destination)
            .collect();
        let server_held = own.iter().any(|entry| Self::is_held(entry));
        if source == Source::Server && server_held {
            return "in_flight";
        }
        if own.iter().any(|entry| entry.source == source) {
            return "duplicate";
        }
        if own.iter().any(|entry| entry.source == source.other()) {
            let lag = (now - self.since(id, source.other())).max(0);
            return if lag <= PAIRING { "paired" } else { "late" };
        }
        if event_time > now + FUTURE || event_time < now - RETENTION {
            return "unknown";
        }
        let others: Vec<&Entry> = self
            .live(now)
            .filter(|entry| {
                fact.is_some()
                    && entry.fact == fact
                    && entry.id != id
                    && entry.destination == destination
            })
            .collect();
        let is_settled = |id| others.iter().all(|other| other.id != id || !Self::is_held(other));
        match others.iter().any(|other| is_settled(other.id)) {
            true => "rotated",
            false if others.is_empty() => "first",
            false if source == Source::Server => "in_flight",
            false => "rotated",
        }
    }

    fn since(&self, id: u8, source: Source) -> i64 {
        let mut all = self.since.iter().rev();
        all.find(|(other, side, _)| *other == id && *side == source).unwrap().2
    }

    fn enter(&mut self, entry: Entry, event_time: i64, now: i64, had: bool) {
        if !had || event_time > self.since(entry.id, entry.source) + FUTURE {
            self.since.push((entry.id, entry.source, now));
        }
        self.entries.push(entry);
    }

    /// The ids that have a place in the records of a fact.
    fn placed(&self, fact: u8, now: i64) -> BTreeSet<u8> {
        let of_fact = self.live(now).filter(|entry| entry.fact == Some(fact));
        of_fact.map(|entry| entry.id).collect()
    }

    /// Whether the fact of a claim has a place for its id. Browsers take half of the places at most.
    fn has_place(&self, fact: u8, id: u8, source: Source, now: i64) -> bool {
        let placed = self.placed(fact, now);
        let most = match source {
            Source::Browser => MAX_PER_ID / 2,
            _ => MAX_PER_ID,
        };
        placed.contains(&id) || placed.len() < most
    }

    fn has_dead_hold(&self, now: i64) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| match entry.state {
            State::Held { until } | State::Gone { until: Some(until) } => until < now,
            State::Done | State::Gone { until: None } => false,
        })
    }

    /// A new grant ends the dead ones of its event for good.
    fn bury(&mut self, id: u8, now: i64) {
        for entry in &mut self.entries {
            if let State::Held { until } = entry.state
                && entry.id == id
                && until < now
            {
                entry.state = State::Gone { until: Some(until) };
            }
        }
    }
}

/// Runs the steps through the store and the model; panics where they differ.
fn compare(stores: &dyn Stores, steps: &[Step]) {
    let store = stores.fresh(Windows::in_memory());
    let mut model = Model::default();
    let mut receipts: Vec<(Receipt, u8, Option<u8>)> = Vec::new();
    let (mut now, mut latest) = (0_i64, 0_i64);
    for step in steps {
        match *step {
            // A clock that goes back over the end of a dead grant would bring it back to life: what
            // happens then depends on what a store has swept.
            Step::Clock { by } if by < 0 && model.has_dead_hold(now) => {}
            Step::Clock { by } => now += by,
            Step::Claim { id, set, browser, fact, age } => {
                // The model forgets nothing, so events are asked for only while stores remember.
                latest = latest.max(now);
                let event_time = now - age;
                if event_time < latest - RETENTION && now != latest {
                    continue;
                }
                let source = if browser { Source::Browser } else { Source::Server };
                let claim = claim(id, set, source, fact, event_time);
                let outcome = store.reserve(&[claim], at(now)).remove(0);
                let had = model.live(now).any(|entry| entry.id == id && entry.source == source);
                let fence = outcome.receipt().map_or(0, Receipt::fence);
                let mut entered = Vec::new();
                // From here on a store may have forgotten, and the model has not.
                if !model.remembers(id, fact, latest) {
                    return;
                }
                for destination in claim.destinations.iter() {
                    let expected = model.verdict(id, fact, destination, source, event_time, now);
                    let verdict = outcome.verdict(destination).unwrap();
                    assert_eq!(verdict.as_str(), expected, "{step:?} at {now}: {verdict:?}");
                    let is_entered =
                        verdict.is_granted() || browser && matches!(expected, "late" | "rotated");
                    assert_eq!(
                        outcome.granted().contains(destination),
                        !browser && verdict.is_granted()
                    );
                    if is_entered {
                        let state = match source {
                            Source::Server => State::Held { until: now + HOLD },
                            _ => State::Done,
                        };
                        let fact = fact.filter(|fact| model.has_place(*fact, id, source, now));
                        let entry = Entry { id, fact, destination, source, state, fence, at: now };
                        entered.push(entry);
                    }
                }
                if source == Source::Server && !entered.is_empty() {
                    model.bury(id, now);
                }
                for (index, entry) in entered.into_iter().enumerate() {
                    model.enter(entry, event_time, now, had || index > 0);
                }
                receipts.extend(outcome.into_receipt().map(|receipt| (receipt, id, fact)));
            }
            Step::Commit { receipt, split } | Step::Release { receipt, split } => {
                latest = latest.max(now);
                let Some(index) = receipt.checked_rem(receipts.len()) else { continue };
                let commits = matches!(step, Step::Commit { .. });
                let (mut receipt, id, fact) = receipts.swap_remove(index);
                if split && let Some(first) = receipt.destinations().iter().next() {
                    let (these, rest) = receipt.split(first.into());
                    receipt = these;
                    if !rest.destinations().is_empty() {
                        receipts.push((rest, id, fact));
                    }
                }
                if !model.remembers(id, None, latest) {
                    return;
                }
                settle(&*store, &mut model, &receipt, (id, fact), commits, now);
            }
        }
    }
}

impl Model {
    /// Whether every report of the id or fact is recent enough for any store to remember it.
    fn remembers(&self, id: u8, fact: Option<u8>, now: i64) -> bool {
        let concerned = |entry: &&Entry| entry.id == id || fact.is_some() && entry.fact == fact;
        let mut concerned = self.entries.iter().filter(concerned);
        concerned.all(|entry| entry.at >= now - RETENTION)
    }
}

fn settle(
    store: &dyn Store,
    model: &mut Model,
    receipt: &Receipt,
    (id, fact): (u8, Option<u8>),
    commits: bool,
    now: i64,
) {
    let one = std::slice::from_ref(receipt);
    let result =
        if commits { store.commit(one, at(now)) } else { store.release(one, at(now)) }.remove(0);
    let is_mine = |entry: &Entry| {
        entry.fence == receipt.fence()
            && Model::is_held(entry)
            && receipt.destinations().contains(entry.destination)
    };
    let in_time = at(now) <= receipt.until() && model.entries.iter().any(is_mine);
    let others = model.live(now).any(|entry| {
        entry.id == id
            && entry.source == Source::Server
            && entry.fence != receipt.fence()
            && receipt.destinations().contains(entry.destination)
    });
    let expected = match (in_time, others) {
        (true, _) => Ok(()),
        (false, true) => Err(SettleError::Superseded),
        (false, false) => Err(SettleError::TimedOut),
    };
    match (result, expected) {
        // A store may have dropped what a dead owner left; what left is entered anew.
        (Err(SettleError::Forgotten), Err(SettleError::TimedOut)) => {}
        _ => assert_eq!(result, expected, "commits: {commits}, at {now}"),
    }
    let had = model.live(now).any(|entry| entry.id == id && entry.source == Source::Server);
    // What left takes a place that there was none of when it was claimed.
    let fact = fact.filter(|fact| model.has_place(*fact, id, Source::Server, now));
    let mut was_settled = false;
    for entry in model.entries.iter_mut().filter(|entry| entry.fence == receipt.fence()) {
        let concerned =
            entry.source == Source::Server && receipt.destinations().contains(entry.destination);
        if concerned && commits {
            was_settled = true;
            entry.state = State::Done;
            entry.fact = entry.fact.or(fact);
        } else if concerned && entry.state != State::Done {
            entry.state = State::Gone { until: None };
        }
    }
    if was_settled && !in_time && !had {
        model.since.push((id, Source::Server, receipt.until().unix_secs() - BASE));
    }
}

fn claim(id: u8, set: u8, source: Source, fact: Option<u8>, event_time: i64) -> Claim {
    let destinations: Destinations = match set {
        0 => Destination::META.into(),
        1 => Destination::TIKTOK.into(),
        _ => Destinations::from(Destination::META) | Destination::TIKTOK.into(),
    };
    let claim = Claim::new(Key::from_bytes([id; 16]), destinations, source, at(event_time));
    match fact {
        // In the same shard as some ids, and in others.
        Some(fact) => {
            let mut bytes = [200 + fact; 16];
            bytes[..2].fill(fact);
            claim.with_fact(FactKey::from_bytes(bytes))
        }
        None => claim,
    }
}

const BASE: i64 = 1_795_197_791;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(BASE + secs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_naive_store_is_the_model(steps in steps()) {
        compare(&Naive, &steps);
    }

    #[test]
    fn the_store_in_memory_is_the_model(steps in steps()) {
        compare(&Memory, &steps);
    }
}

/// Whatever was forgotten is never `First` again, even when a clock jumps a century and back.
#[test]
fn a_clock_that_jumps_far_never_makes_a_first() {
    let store = Memory.fresh(Windows::in_memory());
    let sent = store.reserve(&[claim(1, 0, Source::Server, None, 0)], at(0)).remove(0);
    assert_eq!(store.commit(&[sent.into_receipt().unwrap()], at(0)), [Ok(())]);
    let century = 100 * 365 * 86_400;
    let _ = store.reserve(&[claim(1, 0, Source::Server, None, century)], at(century));
    let again = store.reserve(&[claim(1, 0, Source::Server, None, 0)], at(1)).remove(0);
    let verdict = again.verdict(Destination::META).unwrap();
    assert!(!matches!(verdict, Verdict::First), "{verdict:?}");
    let other = store.reserve(&[claim(3, 0, Source::Server, None, 0)], at(1)).remove(0);
    assert!(other.verdict(Destination::META).is_some_and(|verdict| {
        matches!(verdict, Verdict::First | Verdict::Unknown(Unknown::TooOld))
    }));
}
