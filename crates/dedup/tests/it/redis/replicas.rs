//! Replicas, and a master that becomes one.

use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use predispatch_dedup::{Store, Unknown, Verdict, store::redis::RedisStore};

use super::{
    at,
    proxy::Proxy,
    reserve,
    server::{Server, options},
    verdict,
};

/// One server has no replica: an answer that asks for one can't be given.
#[test]
fn replicas_that_do_not_answer_make_the_claim_unknown() {
    let Some(server) = Server::start(&[]) else { return };
    let mut options = server.options("p");
    options.wait_replicas = Some((1, Duration::from_millis(20)));
    let store = RedisStore::open(options).unwrap();
    assert_eq!(verdict(&reserve(&store, 1, 0)), Verdict::Unknown(Unknown::Unreachable));
    assert_eq!(verdict(&reserve(&server.store("p"), 1, 61)), Verdict::First);
}

/// A replica that hangs has nothing: neither what is new, nor what was found as it is.
#[test]
fn what_a_replica_does_not_have_is_not_said_to_be_copied() {
    let Some(server) = Server::start(&[]) else { return };
    let replica = Server::start(&[]).unwrap();
    follow(&replica, &server);
    let mut options = server.options("p");
    // A replica on a machine that is busy with other tests is slow, and hangs not.
    options.wait_replicas = Some((1, Duration::from_secs(3)));
    let store = RedisStore::open(options).unwrap();
    assert_eq!(verdict(&reserve(&store, 1, 0)), Verdict::First);
    signal(&replica, "STOP");
    let before = calls(&server, "wait");
    assert_eq!(verdict(&reserve(&store, 2, 1)), Verdict::Unknown(Unknown::Unreachable));
    assert_eq!(calls(&server, "wait"), before + 1, "it is waited for once");
    // Newer servers count what is waited for from a connection's last write.
    let before = calls(&server, "set");
    assert_eq!(verdict(&reserve(&store, 1, 2)), Verdict::Unknown(Unknown::Unreachable));
    assert_eq!(calls(&server, "set"), before + 1, "a call that changes nothing writes");
    signal(&replica, "CONT");
    assert_eq!(verdict(&reserve(&store, 1, 3)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&store, 3, 3)), Verdict::First);
}

fn signal(server: &Server, name: &str) {
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

/// The name of the server stands for another one now, and the old one has become its replica.
#[test]
fn a_master_that_became_a_replica_is_left() {
    let Some(old) = Server::start(&[]) else { return };
    let new = Server::start(&[]).unwrap();
    let name = Proxy::before(old.port);
    let store = RedisStore::open(options(name.port, "p")).unwrap();
    let sent = reserve(&store, 1, 0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], at(0)), [Ok(())]);
    follow(&new, &old);
    assert_eq!(new.command(&["REPLICAOF", "NO", "ONE"]), "+OK");
    follow(&old, &new);
    name.point_at(new.port);
    assert!(matches!(verdict(&reserve(&store, 1, 1)), Verdict::Duplicate { .. }));
    assert_eq!(verdict(&reserve(&store, 2, 1)), Verdict::First);
}

/// How often a command ran.
fn calls(server: &Server, command: &str) -> u64 {
    let stats = server.text("INFO commandstats");
    let start = format!("cmdstat_{command}:calls=");
    let line = stats.lines().find_map(|line| line.strip_prefix(&start));
    line.map_or(0, |line| line.split(',').next().unwrap().parse().unwrap())
}

/// A replica that has everything; `to` is its master.
fn follow(replica: &Server, to: &Server) {
    assert_eq!(replica.command(&["REPLICAOF", "127.0.0.1", &to.port.to_string()]), "+OK");
    let started = Instant::now();
    while !replica.text("INFO replication").contains("master_link_status:up") {
        assert!(started.elapsed() < Duration::from_secs(60), "the replica does not follow");
        thread::sleep(Duration::from_millis(20));
    }
}
