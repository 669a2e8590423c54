//! The Redis store against a real server, which the tests start themselves.
#![allow(
    clippy::disallowed_methods,
    reason = "waiting for a cluster of real processes takes a clock"
)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use predispatch_dedup::{
    Claim, Destination, Fact, KeyMaker, Outcome, Receipt, SettleError, Source, Store, Unknown,
    Verdict, Windows,
    store::redis::{RedisError, RedisOptions, RedisStore},
};
use predispatch_types::{EventId, Timestamp};
use proptest::test_runner::{Config, TestRunner};

use self::server::{Server, options};
use crate::{
    model,
    suite::{self, Stores},
};

mod server;

/// Stores of one server, each with keys of its own. A process that comes back is another store.
struct Redis {
    port: u16,
    made: Mutex<(usize, Option<RedisOptions>)>,
}

impl Redis {
    fn at(port: u16) -> Self {
        Self { port, made: Mutex::default() }
    }
}

impl Stores for Redis {
    fn fresh(&self, windows: Windows) -> Box<dyn Store> {
        let mut made = self.made.lock().unwrap();
        made.0 += 1;
        let mut options = options(self.port, &format!("s{}x", made.0));
        options.windows = windows;
        options.partitions = 4;
        options.expected_events = 100;
        made.1 = Some(options.clone());
        Box::new(RedisStore::open(options).unwrap())
    }

    fn after_crash(&self, store: Box<dyn Store>) -> Box<dyn Store> {
        drop(store);
        let options = self.made.lock().unwrap().1.clone().unwrap();
        Box::new(RedisStore::open(options).unwrap())
    }
}

#[test]
fn the_redis_store_keeps_the_suite() {
    let Some(server) = Server::start(&[]) else { return };
    suite::run(&Redis::at(server.port));
}

#[test]
fn the_redis_store_is_a_list_of_records() {
    let Some(server) = Server::start(&[]) else { return };
    let redis = Redis::at(server.port);
    let mut runner =
        TestRunner::new(Config { cases: 1_000, failure_persistence: None, ..Config::default() });
    let result = runner.run(&model::steps(), |steps| {
        model::check(&redis, &Windows::whole(), &steps);
        Ok(())
    });
    result.unwrap();
}

/// Three nodes: the suite and the model over them.
#[test]
fn a_cluster_is_one_store() {
    let options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "60000"];
    let Some(first) = Server::start(&options) else { return };
    let others = [Server::start(&options).unwrap(), Server::start(&options).unwrap()];
    let nodes = [&first, &others[0], &others[1]];
    for (node, [from, to]) in
        nodes.iter().zip([["0", "5460"], ["5461", "10922"], ["10923", "16383"]])
    {
        assert_eq!(node.command(&["CLUSTER", "ADDSLOTSRANGE", from, to]), "+OK");
        for other in nodes {
            node.command(&["CLUSTER", "MEET", "127.0.0.1", &other.port.to_string()]);
        }
    }
    let started = Instant::now();
    while !nodes.iter().all(|node| is_whole_cluster(node)) {
        assert!(started.elapsed() < Duration::from_secs(60), "the nodes do not meet");
        thread::sleep(Duration::from_millis(50));
    }
    let redis = Redis::at(others[1].port);
    suite::run(&redis);
    let mut runner =
        TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    let result = runner.run(&model::steps(), |steps| {
        model::check(&redis, &Windows::whole(), &steps);
        Ok(())
    });
    result.unwrap();
    for node in nodes {
        assert_ne!(node.command(&["DBSIZE"]), ":0", "every node has some of it");
    }
}

fn is_whole_cluster(node: &Server) -> bool {
    let info = text(node, "CLUSTER INFO");
    info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
}

/// A long answer.
fn text(server: &Server, command: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let mut length = String::new();
    reader.read_line(&mut length).unwrap();
    let mut text = vec![0; length.trim_start_matches('$').trim_end().parse().unwrap()];
    reader.read_exact(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// How often a command ran.
fn calls(server: &Server, command: &str) -> u64 {
    let stats = text(server, "INFO commandstats");
    let start = format!("cmdstat_{command}:calls=");
    let line = stats.lines().find_map(|line| line.strip_prefix(&start));
    line.map_or(0, |line| line.split(',').next().unwrap().parse().unwrap())
}

/// A replica that has everything; `to` is its master.
fn follow(replica: &Server, to: &Server) {
    assert_eq!(replica.command(&["REPLICAOF", "127.0.0.1", &to.port.to_string()]), "+OK");
    let started = Instant::now();
    while !text(replica, "INFO replication").contains("master_link_status:up") {
        assert!(started.elapsed() < Duration::from_secs(60), "the replica does not follow");
        thread::sleep(Duration::from_millis(20));
    }
}

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
                .args(["--exact", "redis::claiming_child", "--ignored", "--nocapture"])
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

#[test]
fn a_restart_forgets_nothing_that_was_written_down() {
    let Some(mut server) = Server::start(&["--appendonly", "yes", "--appendfsync", "always"])
    else {
        return;
    };
    let store = server.store("p");
    let sent = reserve(&store, 1, 0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], at(0)), [Ok(())]);
    let held = reserve(&store, 2, 0).into_receipt().unwrap();
    server.kill();
    assert_eq!(verdict(&reserve(&store, 1, 1)), Verdict::Unknown(Unknown::Unreachable));
    assert_eq!(store.commit(&[held], at(1)), [Err(SettleError::Unreachable)]);
    server.restart();
    assert!(matches!(verdict(&reserve(&store, 1, 2)), Verdict::Duplicate { .. }));
    assert_eq!(verdict(&reserve(&store, 2, 2)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&store, 3, 2)), Verdict::First);
}

/// A process that was never there begins the lost partitions anew: who was there notices all the same.
#[test]
fn a_loss_is_noticed_though_a_new_process_comes_first() {
    let Some(mut server) = Server::start(&[]) else { return };
    let store = server.store("p");
    let sent = reserve(&store, 1, 0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], at(0)), [Ok(())]);
    server.kill();
    server.restart();
    let new = server.store("p");
    // Every partition.
    let claims: Vec<_> = (1_000..3_000).map(server_claim).collect();
    assert!(new.reserve(&claims, at(4)).iter().all(|outcome| outcome.receipt().is_some()));
    assert_eq!(verdict(&reserve(&store, 1, 5)), Verdict::Unknown(Unknown::TooOld));
    // And so does the new one, from then on.
    assert_eq!(verdict(&reserve(&new, 1, 6)), Verdict::Unknown(Unknown::TooOld));
    let mut later = server_claim(1);
    later.event_time = at(7);
    assert_eq!(verdict(&new.reserve(&[later], at(7))[0]), Verdict::First);
    assert_eq!(verdict(&store.reserve(&[later], at(7))[0]), Verdict::InFlight);
}

/// The partition of an order is lost, those of its ids are not.
#[test]
fn a_lost_order_is_not_taken_for_a_new_one() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    let fact = KeyMaker::new([7; 16]).fact("shop", "purchase", Fact::Order("A-1"));
    let sent = store.reserve(&[server_claim(1).with_fact(fact)], at(0)).remove(0);
    assert_eq!(store.commit(&[sent.into_receipt().unwrap()], at(1)), [Ok(())]);
    assert_eq!(server.command(&["EVAL", LOSE_PARTITIONS_WITH_FACTS, "0"]), ":2");
    let again = store.reserve(&[server_claim(2).with_fact(fact)], at(2)).remove(0);
    assert_eq!(verdict(&again), Verdict::Unknown(Unknown::TooOld));
    assert!(again.receipt().is_none());
}

/// A fact's hash ends in `f` and the number of its bucket; there are three.
const LOSE_PARTITIONS_WITH_FACTS: &str = "local n = 0
for _, key in ipairs(redis.call('KEYS', '*f[0-2]')) do
  n = n + redis.call('DEL', key, string.match(key, '^{.*}') .. 'm')
end
return n";

/// A server that lost everything: what happened before is not taken for new.
#[test]
fn a_loss_of_everything_is_noticed() {
    let Some(mut server) = Server::start(&[]) else { return };
    let store = server.store("p");
    let sent = reserve(&store, 1, 0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], at(0)), [Ok(())]);
    server.kill();
    server.restart();
    assert_eq!(verdict(&reserve(&store, 1, 5)), Verdict::Unknown(Unknown::TooOld));
    let mut new = server_claim(1);
    new.event_time = at(6);
    assert_eq!(verdict(&store.reserve(&[new], at(7))[0]), Verdict::First);
    // Another process learns it from the server.
    let other = server.store("p");
    assert_eq!(verdict(&reserve(&other, 1, 8)), Verdict::InFlight);
    let mut of_partition = other.reserve(&[server_claim(1), server_claim(1)], at(70));
    assert_eq!(verdict(&of_partition.remove(0)), Verdict::Unknown(Unknown::TooOld));
}

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

/// Passes bytes on, and cuts the connection instead of an answer when it is told to.
struct Proxy {
    port: u16,
    server: Arc<AtomicU16>,
    cut: Arc<AtomicUsize>,
}

impl Proxy {
    fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(AtomicUsize::new(0));
        let cuts = Arc::clone(&cut);
        let server = Arc::new(AtomicU16::new(server));
        let to = Arc::clone(&server);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, cuts) = (to.load(Ordering::SeqCst), Arc::clone(&cuts));
                thread::spawn(move || pass(client, server, &cuts));
            }
        });
        Self { port, server, cut }
    }

    /// New connections go there; those that stand stay.
    fn point_at(&self, server: u16) {
        self.server.store(server, Ordering::SeqCst);
    }

    fn cut_answers(&self, count: usize) {
        self.cut.store(count, Ordering::SeqCst);
    }
}

fn pass(mut client: TcpStream, server: u16, cuts: &AtomicUsize) {
    let mut to_server = TcpStream::connect(("127.0.0.1", server)).unwrap();
    let mut from_server = to_server.try_clone().unwrap();
    let mut to_client = client.try_clone().unwrap();
    let is_claim = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&is_claim);
    thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while let Ok(length @ 1..) = client.read(&mut bytes) {
            let has_claim = bytes[..length].windows(7).any(|word| word == b"EVALSHA");
            seen.fetch_or(has_claim, Ordering::SeqCst);
            if to_server.write_all(&bytes[..length]).is_err() {
                return;
            }
        }
        let _ = to_server.shutdown(std::net::Shutdown::Both);
    });
    let mut bytes = [0; 65_536];
    while let Ok(length @ 1..) = from_server.read(&mut bytes) {
        let one_less = |left: usize| left.checked_sub(1);
        if is_claim.swap(false, Ordering::SeqCst)
            && cuts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
        {
            break;
        }
        if to_client.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    let _ = to_client.shutdown(std::net::Shutdown::Both);
    let _ = from_server.shutdown(std::net::Shutdown::Both);
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

/// A clock that runs two minutes ahead, or behind, takes no hold for ended and none for longer.
#[test]
fn holds_end_by_the_servers_clock() {
    let Some(server) = Server::start(&[]) else { return };
    let wrong = |prefix, clock: fn() -> Timestamp| {
        let mut options = server.options(prefix);
        options.clock = clock;
        RedisStore::open(options).unwrap()
    };
    let ahead = ("ahead", 120, wrong("ahead", || real().plus_secs(120)));
    let behind = ("behind", -120, wrong("behind", || real().plus_secs(-120)));
    for (prefix, by, wrong) in [ahead, behind] {
        let right = server.store(prefix);
        let held = reserve(&right, 1, 0);
        assert_eq!(verdict(&held), Verdict::First);
        assert_eq!(verdict(&reserve(&wrong, 1, by + 30)), Verdict::InFlight, "{prefix}");
        assert_eq!(right.commit(&[held.into_receipt().unwrap()], at(40)), [Ok(())]);
        assert!(matches!(verdict(&reserve(&wrong, 1, by + 41)), Verdict::Duplicate { .. }));
        let held = reserve(&wrong, 2, by);
        assert_eq!(verdict(&held), Verdict::First);
        assert_eq!(verdict(&reserve(&right, 2, 30)), Verdict::InFlight, "{prefix}");
        assert_eq!(verdict(&reserve(&right, 2, 62)), Verdict::First, "{prefix}");
        assert_eq!(
            wrong.commit(&[held.into_receipt().unwrap()], at(by + 63)),
            [Err(SettleError::Superseded)]
        );
    }
}

fn real() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_micros(since.as_micros().try_into().unwrap())
}

#[test]
fn full_memory_is_told_and_harms_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("full");
    let [sent, unsent] = [1, 3].map(|id| [reserve(&store, id, 0).into_receipt().unwrap()]);
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory", "1"]), "+OK");
    assert_eq!(verdict(&reserve(&store, 2, 0)), Verdict::Unknown(Unknown::Full));
    // What was granted is settled all the same: that makes it smaller.
    assert_eq!(store.commit(&sent, at(1)), [Ok(())]);
    assert_eq!(store.release(&unsent, at(1)), [Ok(())]);
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory", "0"]), "+OK");
    assert_eq!(verdict(&reserve(&store, 2, 2)), Verdict::First);
    assert!(matches!(verdict(&reserve(&store, 1, 2)), Verdict::Duplicate { .. }));
    assert_eq!(verdict(&reserve(&store, 3, 2)), Verdict::First);
}

#[test]
fn a_server_that_evicts_is_refused() {
    let Some(server) = Server::start(&["--maxmemory-policy", "allkeys-lru"]) else { return };
    assert_eq!(RedisStore::open(server.options("p")).unwrap_err(), RedisError::Evicts);
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]), "+OK");
    let store = server.store("p");
    assert_eq!(store.check(), Ok(()));
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory-policy", "volatile-ttl"]), "+OK");
    assert_eq!(store.check(), Err(RedisError::Evicts));
}

#[test]
fn a_flushed_script_is_loaded_again() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    assert_eq!(verdict(&reserve(&store, 1, 0)), Verdict::First);
    assert_eq!(server.command(&["SCRIPT", "FLUSH"]), "+OK");
    assert_eq!(verdict(&reserve(&store, 1, 1)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&store, 2, 1)), Verdict::First);
}

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
    options.wait_replicas = Some((1, Duration::from_millis(500)));
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

/// Under other retentions, partitions or numbers of events nothing that was claimed would be found.
#[test]
fn another_layout_is_refused() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    assert_eq!(verdict(&reserve(&store, 1, 0)), Verdict::First);
    let with = |change: &dyn Fn(&mut RedisOptions)| {
        let mut options = server.options("p");
        change(&mut options);
        RedisStore::open(options).map(drop)
    };
    let short = |options: &mut RedisOptions| {
        for destination in Destination::all() {
            let mut window = options.windows.of(destination);
            window.retention_secs = window.retention_secs.min(3 * 86_400);
            options.windows = options.windows.clone().with(destination, window);
        }
    };
    assert_eq!(with(&short), Err(RedisError::Layout));
    assert_eq!(with(&|options| options.partitions = 128), Err(RedisError::Layout));
    assert_eq!(with(&|options| options.expected_events *= 100), Err(RedisError::Layout));
    assert_eq!(with(&|options| options.windows.future_secs = 60), Err(RedisError::Layout));
    // What decides nothing about places may change, and another prefix is another store.
    assert_eq!(with(&|options| options.windows.hold_secs = 120), Ok(()));
    let anew = |options: &mut RedisOptions| {
        short(options);
        options.prefix = "q".to_owned();
    };
    assert_eq!(with(&anew), Ok(()));
    // Whoever is there already goes on.
    assert_eq!(verdict(&reserve(&store, 1, 1)), Verdict::InFlight);
    // A server that was emptied is begun by whoever comes first; the others then do nothing there.
    assert_eq!(server.command(&["FLUSHALL"]), "+OK");
    let mut other = server.options("p");
    short(&mut other);
    let other = RedisStore::open(other).unwrap();
    assert_eq!(verdict(&reserve(&store, 1, 100)), Verdict::Unknown(Unknown::TooOld));
    assert_eq!(verdict(&reserve(&other, 1, 101)), Verdict::Unknown(Unknown::Unreachable));
}

#[test]
fn what_is_older_than_the_store_is_said_to_be_is_unknown() {
    let Some(server) = Server::start(&[]) else { return };
    let known = server.store("p");
    assert_eq!(verdict(&reserve(&known, 1, 0)), Verdict::First);
    // Also in a store that was begun without it.
    let mut options = server.options("p");
    options.remembers_from = at(1);
    let store = RedisStore::open(options).unwrap();
    assert_eq!(verdict(&reserve(&store, 1, 5)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&store, 2, 5)), Verdict::Unknown(Unknown::TooOld));
    let mut claim = server_claim(3);
    claim.event_time = at(1);
    assert_eq!(verdict(&store.reserve(&[claim], at(5))[0]), Verdict::First);
}

#[test]
fn what_is_kept_expires_by_itself() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    let claims: Vec<_> = (0..500).map(server_claim).collect();
    store.reserve(&claims, at(0));
    let info = server.command(&["DBSIZE"]);
    let keys: usize = info.trim_start_matches(':').parse().unwrap();
    // What is known of each partition stays: its marker, and its classes.
    assert!(keys > 2 * 64);
    assert_eq!(server.command(&["EVAL", EVERY_HASH_EXPIRES, "0"]), format!(":{}", keys - 2 * 64));
}

const EVERY_HASH_EXPIRES: &str = "local n = 0
for _, key in ipairs(redis.call('KEYS', '*')) do
  local ttl = redis.call('TTL', key)
  if ttl > 7 * 86400 and ttl < 15 * 86400 then n = n + 1 end
end
return n";

#[test]
fn nothing_shows_a_password() {
    let mut options = RedisOptions::new("redis://user:marked@127.0.0.1:1");
    let shown = format!("{options:?}");
    assert!(!shown.contains("marked") && !shown.contains("127.0.0.1"), "{shown}");
    options.connect_timeout = Duration::from_millis(200);
    let error = RedisStore::open(options).unwrap_err();
    assert_eq!(error, RedisError::Unreachable);
    let url = RedisOptions::new("nonsense://user:marked@");
    assert_eq!(RedisStore::open(url).unwrap_err(), RedisError::Url);
    let mut brace = RedisOptions::new("redis://127.0.0.1:1");
    brace.prefix = "a{b".to_owned();
    assert_eq!(RedisStore::open(brace).unwrap_err(), RedisError::Prefix);
}

#[test]
fn a_wrong_password_is_denied() {
    let Some(server) = Server::start(&[]) else { return };
    assert_eq!(server.command(&["CONFIG", "SET", "requirepass", "right"]), "+OK");
    for user in ["", ":wrong@"] {
        let options = RedisOptions::new(format!("redis://{user}127.0.0.1:{}", server.port));
        assert_eq!(RedisStore::open(options).unwrap_err(), RedisError::Denied, "{user}");
    }
    let options = RedisOptions::new(format!("redis://:right@127.0.0.1:{}", server.port));
    assert_eq!(verdict(&reserve(&RedisStore::open(options).unwrap(), 1, 0)), Verdict::First);
}

fn reserve(store: &RedisStore, id: u64, secs: i64) -> Outcome {
    store.reserve(&[server_claim(id)], at(secs)).remove(0)
}

fn server_claim(id: u64) -> Claim {
    let id = EventId::new(&format!("id-{id}")).unwrap();
    let key = KeyMaker::new([7; 16]).event("shop", &id, "purchase");
    Claim::new(key, Destination::META.into(), Source::Server, at(0))
}

fn verdict(outcome: &Outcome) -> Verdict {
    outcome.verdict(Destination::META).unwrap()
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791 + secs)
}
