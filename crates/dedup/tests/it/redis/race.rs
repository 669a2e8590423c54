//! Claims of one thing at one time: one is granted.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use predispatch_dedup::{Fact, KeyMaker, Store, Verdict, store::redis::RedisStore};

use super::{
    at,
    server::{Server, options},
    server_claim, verdict,
};

const CHILD: &str = "PREDISPATCH_DEDUP_REDIS_CHILD";
const PROCESSES: usize = 8;
const IDS: u64 = 400;

/// Of eight processes that claim the same ids at the same time exactly one gets each.
#[test]
fn of_many_processes_exactly_one_is_first() {
    let Some(server) = Server::start(&[]) else { return };
    let mut children: Vec<Child> = (0..PROCESSES)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "redis::race::claiming_child", "--ignored", "--nocapture"])
                .env(CHILD, server.port.to_string())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut outputs: Vec<_> =
        children.iter_mut().map(|child| BufReader::new(child.stdout.take().unwrap())).collect();
    for output in &mut outputs {
        let mut line = String::new();
        while !line.contains("ready") {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0);
        }
    }
    for child in &mut children {
        child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    }
    let mut firsts = vec![0; usize::try_from(IDS).unwrap()];
    let mut winners = 0;
    for output in outputs {
        let said: Vec<String> = output.lines().map(Result::unwrap).collect();
        let line = said.iter().find(|line| line.starts_with("first ")).unwrap();
        let won: Vec<usize> =
            line["first ".len()..].split(' ').filter_map(|id| id.parse().ok()).collect();
        winners += usize::from(!won.is_empty());
        won.into_iter().for_each(|id| firsts[id] += 1);
    }
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    assert!(firsts.iter().all(|count| *count == 1), "{firsts:?}");
    println!("{winners} of {PROCESSES} processes were first with some of {IDS} ids");
}

#[test]
#[ignore = "started by of_many_processes_exactly_one_is_first"]
fn claiming_child() {
    let Ok(port) = std::env::var(CHILD) else { return };
    let store = RedisStore::open(options(port.parse().unwrap(), "race")).unwrap();
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let mut won = Vec::new();
    // Each from another one on; single claims and batches.
    let start = u64::from(std::process::id()) * 53 % IDS;
    let ids: Vec<u64> = (start..IDS).chain(0..start).collect();
    for ids in ids.chunk_by(|a, b| a / 7 == b / 7 && a % 21 < 14) {
        let claims: Vec<_> = ids.iter().map(|id| server_claim(*id)).collect();
        for (id, outcome) in ids.iter().zip(store.reserve(&claims, at(0))) {
            match verdict(&outcome) {
                Verdict::First => won.push(id.to_string()),
                Verdict::InFlight => {}
                other => panic!("{other}"),
            }
        }
    }
    println!("first {}", won.join(" "));
}

/// The same order under eight ids at once: one is granted, whichever node its id lies on.
#[test]
fn of_many_ids_of_one_order_one_is_granted() {
    let Some(server) = Server::start(&[]) else { return };
    for order in 0..20 {
        let fact = KeyMaker::new([7; 16]).fact("shop", "purchase", Fact::Order(&order.to_string()));
        let granted = AtomicUsize::new(0);
        thread::scope(|scope| {
            for number in 0..8 {
                let (server, granted) = (&server, &granted);
                scope.spawn(move || {
                    let store = server.store("orders");
                    let claim = server_claim(1_000 * order + number).with_fact(fact);
                    let outcome = store.reserve(&[claim], at(0)).remove(0);
                    granted.fetch_add(usize::from(outcome.receipt().is_some()), Ordering::Relaxed);
                });
            }
        });
        assert_eq!(granted.into_inner(), 1);
    }
}
