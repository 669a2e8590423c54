//! Connections that break, and answers that are lost or late.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use predispatch_dedup::{Receipt, Store, Unknown, Verdict, store::redis::RedisStore};

use super::{
    at,
    proxy::Proxy,
    reserve,
    server::{Server, options},
    server_claim, verdict,
};

#[test]
fn killed_connections_grant_nothing_twice_and_burn_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let done = AtomicBool::new(false);
    let grants: Vec<AtomicUsize> = (0..600).map(|_| AtomicUsize::new(0)).collect();
    let unknown = AtomicUsize::new(0);
    let mut kills = 0;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let (grants, unknown, store) = (&grants, &unknown, server.store("k"));
                scope.spawn(move || {
                    for ids in (0..600).collect::<Vec<u64>>().chunks(3) {
                        let claims: Vec<_> = ids.iter().map(|id| server_claim(*id)).collect();
                        for (id, outcome) in ids.iter().zip(store.reserve(&claims, at(0))) {
                            let count = &grants[usize::try_from(*id).unwrap()];
                            match verdict(&outcome) {
                                Verdict::First => count.fetch_add(1, Ordering::Relaxed),
                                Verdict::InFlight => 0,
                                Verdict::Unknown(Unknown::Unreachable) => {
                                    unknown.fetch_add(1, Ordering::Relaxed)
                                }
                                other => panic!("{other}"),
                            };
                        }
                    }
                })
            })
            .collect();
        let killer = scope.spawn(|| {
            let mut kills = 0;
            while !done.load(Ordering::Relaxed) {
                let answer = server.command(&["CLIENT", "KILL", "TYPE", "normal"]);
                kills += answer.trim_start_matches(':').parse().unwrap_or(0);
                thread::sleep(Duration::from_millis(2));
            }
            kills
        });
        let results: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        kills = killer.join().unwrap();
        assert!(results.iter().all(Result::is_ok));
    });
    let (unknown, kills): (usize, usize) = (unknown.into_inner(), kills);
    println!("{kills} connections killed, {unknown} answers unknown");
    assert!(kills > 3);
    let store = server.store("k");
    for (id, grants) in (0..).zip(&grants) {
        let grants = grants.load(Ordering::Relaxed);
        assert!(grants <= 1, "id {id} was granted {grants} times");
        // Whoever got no answer may claim again when the hold has timed out.
        assert_eq!(verdict(&reserve(&store, id, 61)), Verdict::First);
    }
}

#[test]
fn a_lost_answer_is_neither_a_second_first_nor_a_burnt_id() {
    let Some(server) = Server::start(&[]) else { return };
    let proxy = Proxy::before(server.port);
    let store = RedisStore::open(options(proxy.port, "lost")).unwrap();
    let other = server.store("lost");
    for how in ["commit", "release"] {
        let id = how.len() as u64;
        proxy.cut_answers(1);
        let outcome = reserve(&store, id, 0);
        assert_eq!(proxy.cut.load(Ordering::SeqCst), 0, "an answer was lost");
        assert_eq!(verdict(&outcome), Verdict::First, "its own grant is recognised");
        assert_eq!(verdict(&reserve(&other, id, 0)), Verdict::InFlight);
        let receipt = [outcome.into_receipt().unwrap()];
        proxy.cut_answers(1);
        let settle = |store: &RedisStore, receipts: &[Receipt]| match how {
            "commit" => store.commit(receipts, at(1)),
            _ => store.release(receipts, at(1)),
        };
        assert_eq!(settle(&store, &receipt), [Ok(())]);
        assert_eq!(proxy.cut.load(Ordering::SeqCst), 0, "an answer was lost");
        let after = verdict(&reserve(&other, id, 2));
        match how {
            "commit" => assert!(matches!(after, Verdict::Duplicate { .. })),
            _ => assert_eq!(after, Verdict::First),
        }
    }
    // All answers are lost: unknown, and free again when the hold has timed out.
    proxy.cut_answers(2);
    assert_eq!(verdict(&reserve(&store, 99, 0)), Verdict::Unknown(Unknown::Unreachable));
    assert_eq!(verdict(&reserve(&other, 99, 60)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&other, 99, 61)), Verdict::First);
}

/// The server was asked again so late that the claim had to be judged anew: a receipt that ends later
/// than what is held there would let two send.
#[test]
fn a_grant_whose_answer_was_lost_long_ago_is_nobodys() {
    let Some(server) = Server::start(&[]) else { return };
    let proxy = Proxy::before(server.port);
    let mut patient = options(proxy.port, "long");
    patient.response_timeout = Duration::from_secs(20);
    let store = RedisStore::open(patient).unwrap();
    let other = server.store("long");
    proxy.wait.store(5_500, Ordering::SeqCst);
    proxy.cut_answers(1);
    let outcome = reserve(&store, 1, 0);
    assert_eq!(proxy.cut.load(Ordering::SeqCst), 0, "an answer was lost");
    assert_eq!(verdict(&outcome), Verdict::Unknown(Unknown::Unreachable));
    assert!(outcome.receipt().is_none());
    assert_eq!(verdict(&reserve(&other, 1, 60)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&other, 1, 61)), Verdict::First);
}

/// The caller is told, soon.
#[test]
fn a_server_that_does_not_answer_in_time_is_unreachable() {
    let Some(server) = Server::start(&[]) else { return };
    let mut slow = server.options("slow");
    slow.response_timeout = Duration::from_millis(100);
    let store = RedisStore::open(slow).unwrap();
    assert_eq!(verdict(&reserve(&store, 1, 0)), Verdict::First);
    assert_eq!(server.command(&["CLIENT", "PAUSE", "3000", "ALL"]), "+OK");
    assert_eq!(verdict(&reserve(&store, 2, 0)), Verdict::Unknown(Unknown::Unreachable));
    thread::sleep(Duration::from_millis(3_100));
    let other = server.store("slow");
    assert_eq!(verdict(&reserve(&other, 1, 1)), Verdict::InFlight);
    assert!(matches!(verdict(&reserve(&other, 2, 1)), Verdict::First | Verdict::InFlight));
}
