//! The durable store, and the Redis store beside plain keys, on a server that the bench starts.
//!
//! `cargo bench -p predispatch-benches --bench dedup_stores [-- durable|redis]`. A claim is counted
//! when its call has returned: the durable store's is on the disk then.
#![expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
#![expect(clippy::unwrap_used, reason = "a bench that can't run should say where")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::{
    fs,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use predispatch_dedup::{
    Claim, Destination, Key, Outcome, Source, Store, Verdict,
    store::{
        durable::{DurableOptions, DurableStore},
        redis::{RedisOptions, RedisStore},
    },
};
use predispatch_types::Timestamp;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| args.iter().any(|arg| arg == name);
    // As a test: the same work, a thousandth of it.
    let scale = if has("--bench") { 1_000 } else { 1 };
    if !has("redis") {
        durable(scale);
    }
    if !has("durable") {
        redis(scale);
    }
}

fn durable(scale: u64) {
    println!("durable: new events reserved, one call for each batch");
    for (threads, batch) in [(1, 100), (1, 1_000), (1, 10_000), (8, 1_000)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.redb");
        let open = || DurableStore::open(&path, DurableOptions::default(), now()).unwrap();
        let events = scale * if batch == 100 { 200 } else { 2_000 };
        let before = resident();
        let store = open();
        let seconds = reserve_in_threads(&store, events, threads, batch);
        let memory = resident().saturating_sub(before);
        drop(store);
        let file = fs::metadata(&path).unwrap().len();
        let started = Instant::now();
        let store = open();
        let opened = started.elapsed();
        assert_eq!(store.len() as u64, events);
        println!(
            "  {threads} thread(s), batches of {batch:>6}: {:>9.0} claims/s; {:.0} bytes of file and \
             {:.0} of memory an event; opened again in {opened:.2?}",
            events as f64 / seconds,
            file as f64 / events as f64,
            memory as f64 / events as f64,
        );
    }
}

fn redis(scale: u64) {
    let Some(server) = Server::start() else {
        println!("redis: not measured, no redis-server here");
        return;
    };
    let mut connection = server.connection();
    let events = 1_000 * scale;
    println!("redis: new events, pipelined in batches of {BATCH}");
    let mut best = 0.0;
    for threads in [1, 2] {
        flush(&mut connection);
        let before = used(&mut connection);
        let store = RedisStore::open(server.options(events)).unwrap();
        let busy = [server_busy(&mut connection), own_busy()];
        let seconds = reserve_in_threads(&store, events, threads, BATCH);
        let busy = [server_busy(&mut connection) - busy[0], own_busy() - busy[1]];
        let [server_micros, own_micros] = busy.map(|seconds| seconds * 1e6 / events as f64);
        let bytes = used(&mut connection).saturating_sub(before);
        let rate = events as f64 / seconds;
        best = f64::max(best, rate);
        println!(
            "  reserved, {threads} thread(s): {rate:>9.0} claims/s; {:.1} bytes a held event; \
             {server_micros:.2} us of processor a claim in the server, {own_micros:.2} here",
            bytes as f64 / events as f64,
        );
        if threads == 2 {
            commit_all(&store, &server, &mut connection, events);
        }
    }
    flush(&mut connection);
    let before = used(&mut connection);
    let started = Instant::now();
    for from in (0..events).step_by(BATCH) {
        let mut pipe = redis::pipe();
        for id in from..(from + BATCH as u64).min(events) {
            let key = [b"pd:".as_slice(), key(id).as_bytes()].concat();
            pipe.cmd("SET").arg(key).arg([1_u8; 15].as_slice()).arg("NX").arg("EX").arg(604_800);
        }
        pipe.query::<()>(&mut connection).unwrap();
    }
    let rate = events as f64 / started.elapsed().as_secs_f64();
    let bytes = used(&mut connection).saturating_sub(before);
    println!(
        "  peer, SET NX EX of one plain key: {rate:>9.0}/s; {:.1} bytes an event",
        bytes as f64 / events as f64,
    );
    println!("  ratio of rates, ours / plain keys: {:.2}", best / rate);
}

/// Both phases, and then the browser's half: what an event costs in the end.
fn commit_all(
    store: &RedisStore,
    server: &Server,
    connection: &mut redis::Connection,
    events: u64,
) {
    flush(connection);
    let before = used(connection);
    let store_again = RedisStore::open(server.options(events)).unwrap();
    let started = Instant::now();
    for from in (0..events).step_by(BATCH) {
        let claims: Vec<_> =
            (from..(from + BATCH as u64).min(events)).map(|id| claim(id, Source::Server)).collect();
        let outcomes = store.reserve(&claims, now());
        let receipts: Vec<_> = outcomes.into_iter().filter_map(Outcome::into_receipt).collect();
        assert_eq!(receipts.len(), claims.len());
        assert!(store.commit(&receipts, now()).iter().all(Result::is_ok));
    }
    let both = events as f64 / started.elapsed().as_secs_f64();
    let sent = used(connection).saturating_sub(before);
    println!(
        "  reserved and committed: {both:>9.0} events/s; {:.1} bytes a sent event",
        sent as f64 / events as f64
    );
    let started = Instant::now();
    for from in (0..events).step_by(BATCH) {
        let claims: Vec<_> = (from..(from + BATCH as u64).min(events))
            .map(|id| claim(id, Source::Browser))
            .collect();
        let outcomes = store_again.reserve(&claims, now());
        let paired = |outcome: &Outcome| {
            matches!(outcome.verdict(Destination::META), Some(Verdict::Paired { .. }))
        };
        assert!(outcomes.iter().all(paired));
    }
    let rate = events as f64 / started.elapsed().as_secs_f64();
    let paired = used(connection).saturating_sub(before);
    println!(
        "  other half from another process: {rate:>9.0} claims/s; {:.1} bytes a paired event",
        paired as f64 / events as f64
    );
}

fn reserve_in_threads(store: &dyn Store, events: u64, threads: u64, batch: usize) -> f64 {
    let next = AtomicU64::new(0);
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut outcomes = Vec::with_capacity(batch);
                loop {
                    let from = next.fetch_add(batch as u64, Ordering::Relaxed);
                    if from >= events {
                        return;
                    }
                    let to = (from + batch as u64).min(events);
                    let claims: Vec<_> = (from..to).map(|id| claim(id, Source::Server)).collect();
                    outcomes.clear();
                    store.reserve_into(&claims, now(), &mut outcomes);
                    let is_first = |outcome: &Outcome| {
                        outcome.verdict(Destination::META) == Some(Verdict::First)
                    };
                    assert!(outcomes.iter().all(is_first));
                }
            });
        }
    });
    started.elapsed().as_secs_f64()
}

struct Server {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .ok()?;
        let server = Self { child, port, _folder: folder };
        let client = redis::Client::open(("127.0.0.1", port)).unwrap();
        for _ in 0..1_000 {
            if client.get_connection().is_ok() {
                return Some(server);
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("redis-server does not answer");
    }

    fn connection(&self) -> redis::Connection {
        redis::Client::open(("127.0.0.1", self.port)).unwrap().get_connection().unwrap()
    }

    fn options(&self, events: u64) -> RedisOptions {
        let mut options = RedisOptions::new(format!("redis://127.0.0.1:{}", self.port));
        options.expected_events = events;
        options.response_timeout = Duration::from_secs(10);
        options
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn flush(connection: &mut redis::Connection) {
    redis::cmd("FLUSHALL").arg("SYNC").query::<()>(connection).unwrap();
}

fn used(connection: &mut redis::Connection) -> u64 {
    let info: String = redis::cmd("INFO").arg("memory").query(connection).unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
    line.unwrap().trim().parse().unwrap()
}

/// Seconds that the server was on a processor.
fn server_busy(connection: &mut redis::Connection) -> f64 {
    let info: String = redis::cmd("INFO").arg("cpu").query(connection).unwrap();
    let value = |name: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse::<f64>().unwrap()
    };
    value("used_cpu_user:") + value("used_cpu_sys:")
}

/// Seconds that this process was on a processor, in hundredths.
fn own_busy() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

/// Resident memory of this process, in bytes; 0 where the system does not tell.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1_024
}

fn claim(id: u64, source: Source) -> Claim {
    Claim::new(key(id), Destination::META.into(), source, now())
}

/// Spread as a keyed hash spreads them.
fn key(id: u64) -> Key {
    let mix = |mut x: u64| {
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    };
    let mut bytes = [0; 16];
    let (one, two) = bytes.split_at_mut(8);
    one.copy_from_slice(&mix(id).to_le_bytes());
    two.copy_from_slice(&mix(!id).to_le_bytes());
    Key::from_bytes(bytes)
}

fn now() -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791)
}

const BATCH: usize = 4_096;
