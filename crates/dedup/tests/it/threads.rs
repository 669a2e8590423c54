//! Of any number of concurrent claims of one id exactly one is granted.

use std::{sync::Barrier, thread};

use predispatch_dedup::{
    Claim, Destination, Fact, KeyMaker, Outcome, Source, Store, Verdict,
    store::memory::{MemoryOptions, MemoryStore},
};
use predispatch_types::{EventId, Timestamp};

const THREADS: usize = 4;
const IDS: usize = 3_000;

/// Every history of claims and commits is recorded; of each id one thread saw `First`, the others
/// `InFlight` or `Duplicate`, and no thread saw `InFlight` after it saw `Duplicate`.
#[test]
fn one_of_many_is_first() {
    let store = MemoryStore::new(&MemoryOptions::default());
    let histories = race(&store, |keys, number, _| {
        Claim::new(
            keys.event("shop", &EventId::new(&format!("id-{number}")).unwrap(), "purchase"),
            Destination::META.into(),
            Source::Server,
            now(),
        )
    });
    check(&histories);
}

/// The same for one order under as many ids as there are threads: two shards change as one.
#[test]
fn one_of_many_ids_of_an_order_is_first() {
    let store = MemoryStore::new(&MemoryOptions::default());
    let histories = race(&store, |keys, number, thread| {
        let id = EventId::new(&format!("id-{number}-{thread}")).unwrap();
        let order = keys.fact("shop", "purchase", Fact::Order(&number.to_string()));
        let key = keys.event("shop", &id, "purchase");
        Claim::new(key, Destination::META.into(), Source::Server, now()).with_fact(order)
    });
    check(&histories);
}

/// Each thread claims every id twice, in its own order, and commits what it is granted.
fn race(
    store: &MemoryStore,
    claim: impl Fn(&KeyMaker, usize, usize) -> Claim + Sync,
) -> Vec<Vec<(usize, Verdict)>> {
    let keys = KeyMaker::new([7; 16]);
    let start = Barrier::new(THREADS);
    let run = |thread: usize| {
        start.wait();
        let mut history = Vec::new();
        for step in 0..2 * IDS {
            // Threads meet at the same ids now and then.
            let number = (step / 2 * 7 + thread % 2) % IDS;
            let claim = claim(&keys, number, thread);
            let outcome = store.reserve(&[claim], now()).remove(0);
            history.push((number, outcome.verdict(Destination::META).unwrap()));
            if let Some(receipt) = Outcome::into_receipt(outcome) {
                assert_eq!(store.commit(&[receipt], now()), [Ok(())]);
            }
        }
        history
    };
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || run(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn check(histories: &[Vec<(usize, Verdict)>]) {
    let mut firsts = vec![0; IDS];
    for history in histories {
        let mut settled = vec![false; IDS];
        for (number, verdict) in history {
            match verdict {
                Verdict::First => firsts[*number] += 1,
                Verdict::Duplicate { .. } | Verdict::Rotated { .. } => settled[*number] = true,
                Verdict::InFlight => assert!(!settled[*number], "in flight after it was sent"),
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(firsts.iter().all(|firsts| *firsts == 1), "an id was granted twice or never");
}

fn now() -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791)
}
