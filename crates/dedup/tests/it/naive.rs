//! The rules over a plain list: what a store is without any cleverness.

use std::sync::Mutex;

use predispatch_dedup::{
    Claim, FactKey, Key, Outcome, Receipt, SettleError, Store, Windows,
    rules::{self, Record, Records, Settlement},
};
use predispatch_types::Timestamp;

use crate::suite::Stores;

#[derive(Default)]
pub(crate) struct Naive;

impl Stores for Naive {
    fn fresh(&self, windows: Windows) -> Box<dyn Store> {
        Box::new(NaiveStore { windows, state: Mutex::default() })
    }
}

struct NaiveStore {
    windows: Windows,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: Vec<Record>,
    facts: Vec<Record>,
    fence: u64,
}

impl Store for NaiveStore {
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Outcome>) {
        let mut state = self.state.lock().unwrap();
        for claim in claims {
            state.fence += 1;
            let fence = state.fence;
            let mut events = take_events(&mut state.events, claim.key);
            let mut facts = take_facts(&mut state.facts, claim.fact);
            let from = Timestamp::UNIX_EPOCH;
            let done =
                rules::reserve(&self.windows, claim, &mut events, &mut facts, from, fence, now);
            state.events.extend(events);
            state.facts.extend(facts);
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

impl NaiveStore {
    fn settle(
        &self,
        receipts: &[Receipt],
        how: Settlement,
        now: Timestamp,
    ) -> Vec<Result<(), SettleError>> {
        let mut state = self.state.lock().unwrap();
        let settle_one = |receipt: &Receipt| {
            let mut events = take_events(&mut state.events, receipt.key());
            let mut facts = take_facts(&mut state.facts, receipt.fact());
            let settled = rules::settle(receipt, how, &mut events, now);
            rules::settle_fact(receipt, how, &mut facts, now);
            let kept = |record: &Record| !record.is_empty(now);
            state.events.extend(events.into_iter().filter(kept));
            state.facts.extend(facts.into_iter().filter(kept));
            settled.result
        };
        receipts.iter().map(settle_one).collect()
    }
}

fn take_events(all: &mut Vec<Record>, key: Key) -> Records {
    all.extract_if(.., |record| record.key.id_part() == key.id_part()).collect()
}

fn take_facts(all: &mut Vec<Record>, fact: Option<FactKey>) -> Records {
    let Some(fact) = fact else { return Records::new() };
    all.extract_if(.., |record| record.key.id_part() == fact.as_bytes()[..12]).collect()
}
