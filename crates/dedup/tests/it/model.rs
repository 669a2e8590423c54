//! A store against a plain list of records under random operations, clocks and crashes.

use std::sync::Mutex;

use predispatch_dedup::{
    Claim, Destination, Destinations, Fact, KeyMaker, Outcome, Receipt, SettleError, Source, Store,
    Tags, Windows,
    rules::{self, Record, Records, Settlement},
};
use predispatch_types::{EventId, Timestamp};
use proptest::prelude::*;

use crate::suite::Stores;

/// What happens to a store.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Reserve(Vec<Spec>),
    Settle { which: usize, how: Settlement, split: bool },
    Clock(i64),
    Crash,
}

#[derive(Clone, Debug)]
pub(crate) struct Spec {
    id: u8,
    name: bool,
    destinations: u8,
    source: Source,
    tags: Tags,
    fact: Option<u8>,
    age_secs: i64,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let spec = (
        (0_u8..10, prop::bool::weighted(0.8), 1_u8..16),
        prop_oneof![2 => Just(Source::Server), 1 => Just(Source::Browser)],
        (0_u8..3, 0_u8..2),
        prop::option::weighted(0.3, 0_u8..3),
        prop::sample::select(vec![
            0,
            0,
            0,
            1,
            3_600,
            3 * DAY,
            7 * DAY,
            8 * DAY,
            60 * DAY,
            -299,
            -301,
        ]),
    );
    let spec = spec.prop_map(|((id, name, destinations), source, tags, fact, age_secs)| Spec {
        // Many ids of one fact, and few without one, that come again.
        id: if fact.is_some() { id } else { id % 5 },
        name,
        destinations,
        source,
        tags: Tags { value: tags.0, subject: tags.1 },
        fact,
        age_secs,
    });
    let settle = (0_usize..64, any::<bool>(), prop::bool::weighted(0.2));
    let settle = settle.prop_map(|(which, commit, split)| Step::Settle {
        which,
        how: if commit { Settlement::Commit } else { Settlement::Release },
        split,
    });
    // Edges of the grant, of the pairing windows and of the retentions, and backwards.
    let clock = prop::sample::select(vec![
        1,
        1,
        20,
        60,
        61,
        300,
        2 * DAY,
        2 * DAY + 1,
        3 * DAY,
        7 * DAY,
        7 * DAY + 301,
        40 * DAY,
        90 * DAY + 301,
        -1,
        -45,
        -1_500,
    ]);
    let step = prop_oneof![
        8 => prop::collection::vec(spec, 1..5).prop_map(Step::Reserve),
        6 => settle,
        4 => clock.prop_map(Step::Clock),
        1 => Just(Step::Crash),
    ];
    prop::collection::vec(step, 1..40)
}

/// Does the steps to a fresh store and to the list.
pub(crate) fn check(stores: &dyn Stores, windows: &Windows, steps: &[Step]) {
    let mut store = stores.fresh(windows.clone());
    let list = List { windows: windows.clone(), state: Mutex::default() };
    let (mut now, mut latest) = (START, START);
    let mut receipts: Vec<(Receipt, Receipt)> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Reserve(specs) => {
                let claims: Vec<Claim> = specs.iter().map(|spec| claim(spec, now)).collect();
                let ours = store.reserve(&claims, at(now));
                let theirs = list.reserve(&claims, at(now));
                assert_eq!(ours.len(), claims.len());
                for (ours, theirs) in ours.into_iter().zip(theirs) {
                    assert_eq!(told(&ours), told(&theirs), "step {number}");
                    assert_eq!(ours.granted(), theirs.granted(), "step {number}");
                    receipts.extend(ours.into_receipt().zip(theirs.into_receipt()));
                }
            }
            Step::Settle { which, how, split } if !receipts.is_empty() => {
                let (mut ours, mut theirs) = receipts.swap_remove(which % receipts.len());
                if *split {
                    let first = ours.destinations().iter().next().unwrap().into();
                    let ours_split = ours.split(first);
                    let theirs_split = theirs.split(first);
                    (ours, theirs) = (ours_split.0, theirs_split.0);
                    if !ours_split.1.destinations().is_empty() {
                        receipts.push((ours_split.1, theirs_split.1));
                    }
                }
                let settle = |store: &dyn Store, receipt: &[Receipt]| match how {
                    Settlement::Commit => store.commit(receipt, at(now)),
                    Settlement::Release => store.release(receipt, at(now)),
                };
                let (ours, theirs) = ([ours], [theirs]);
                // Asked twice, as after a lost answer.
                for _ in 0..2 {
                    let result = settle(&list, &theirs);
                    assert_eq!(settle(&*store, &ours), result, "step {number}");
                }
            }
            Step::Settle { .. } => {}
            Step::Clock(secs) => {
                // Further back a store may answer `Unknown`.
                now = (now + secs).max(latest - 3_000);
                latest = latest.max(now);
            }
            Step::Crash => store = stores.after_crash(store),
        }
    }
}

fn told(outcome: &Outcome) -> Vec<(Destination, String)> {
    let verdict = |destination| Some((destination, format!("{:?}", outcome.verdict(destination)?)));
    Destination::all().filter_map(verdict).collect()
}

fn claim(spec: &Spec, now: i64) -> Claim {
    let keys = KeyMaker::new([7; 16]);
    let id = EventId::new(&format!("id-{}", spec.id)).unwrap();
    let name = if spec.name { "purchase" } else { "lead" };
    let all =
        [Destination::META, Destination::LINKEDIN, Destination::TIKTOK, Destination::GOOGLE_GA4];
    let bits = all.into_iter().enumerate().filter(|(bit, _)| spec.destinations >> bit & 1 == 1);
    let destinations: Destinations = bits.map(|(_, destination)| destination).collect();
    let time = at(now - spec.age_secs);
    let claim = Claim::new(keys.event("shop", &id, name), destinations, spec.source, time)
        .with_tags(spec.tags);
    match spec.fact {
        Some(fact) => claim.with_fact(keys.fact("shop", name, Fact::Order(&fact.to_string()))),
        None => claim,
    }
}

/// The rules over a list that remembers each record exactly as long as it must.
struct List {
    windows: Windows,
    state: Mutex<(Vec<Record>, Vec<Record>, u64)>,
}

impl List {
    fn remembers(&self, record: &Record, now: Timestamp) -> bool {
        let retention = |destinations: Destinations| {
            destinations.iter().map(|destination| self.windows.of(destination).retention_secs).max()
        };
        let since = |at: Timestamp, secs: Option<u32>| {
            secs.is_some_and(|secs| {
                now <= at.plus_secs(i64::from(secs) + i64::from(self.windows.future_secs))
            })
        };
        let server = record.holds.iter().fold(record.server, |set, hold| set | hold.destinations);
        since(record.browser_at, retention(record.browser))
            || since(record.server_at, retention(server))
            || record.holds.iter().any(|hold| hold.is_live(now))
    }

    /// Changes the records of an id that are remembered. The others stay for the clock may step back,
    /// and all in their order.
    fn change<T>(
        &self,
        all: &mut Vec<Record>,
        id: &[u8],
        now: Timestamp,
        change: impl FnOnce(&mut Records) -> T,
    ) -> T {
        let taken: Vec<_> = all.extract_if(.., |record| record.key.id_part() == id).collect();
        let is_known = |record: &&Record| self.remembers(record, now);
        let mut known: Records = taken.iter().filter(is_known).cloned().collect();
        let result = change(&mut known);
        let mut known = known.into_iter();
        for record in taken {
            let is_known = self.remembers(&record, now);
            all.extend(if is_known { known.next() } else { Some(record) });
        }
        all.extend(known);
        result
    }

    fn settle(
        &self,
        receipts: &[Receipt],
        how: Settlement,
        now: Timestamp,
    ) -> Vec<Result<(), SettleError>> {
        let (events, facts, _) = &mut *self.state.lock().unwrap();
        let settle_one = |receipt: &Receipt| {
            let settle = |known: &mut Records| rules::settle(receipt, how, known, now);
            let settled = self.change(events, &receipt.key().id_part(), now, settle);
            events.retain(is_anything);
            if let Some(fact) = receipt.fact() {
                let settle = |known: &mut Records| rules::settle_fact(receipt, how, known, now);
                self.change(facts, &fact.as_bytes()[..12], now, settle);
                facts.retain(is_anything);
            }
            settled.result
        };
        receipts.iter().map(settle_one).collect()
    }
}

impl Store for List {
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Outcome>) {
        let (events, facts, fence) = &mut *self.state.lock().unwrap();
        for claim in claims {
            *fence += 1;
            let (windows, from, fence) = (&self.windows, Timestamp::UNIX_EPOCH, *fence);
            let mut reserve = |of_fact: &mut Records| {
                self.change(events, &claim.key.id_part(), now, |of_id| {
                    rules::reserve(windows, claim, of_id, of_fact, from, fence, now)
                })
            };
            let done = match claim.fact {
                Some(fact) => self.change(facts, &fact.as_bytes()[..12], now, reserve),
                None => reserve(&mut Records::new()),
            };
            outcomes.push(done.outcome);
        }
    }

    fn commit(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle(receipts, Settlement::Commit, now)
    }

    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle(receipts, Settlement::Release, now)
    }
}

/// A grant that has timed out is something: its owner may come late.
fn is_anything(record: &Record) -> bool {
    !(record.browser.is_empty() && record.server.is_empty() && record.holds.is_empty())
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(secs)
}

const START: i64 = 1_795_197_791;
const DAY: i64 = 86_400;
