//! Claims at ten million live keys, beside `moka`, `quick_cache` and a bare `hashbrown` map; and a
//! simulated week of expiry.
//!
//! `cargo bench -p predispatch-benches --bench dedup`. Each contender runs in a process of its own, so
//! that the bytes are its own: resident memory after less before, divided by the live keys. Times are
//! those that the thread was on a processor, so that other work on the machine is left out as far as
//! it can be.
//!
//! What an event costs a caller are two visits: it is reserved, and when it was sent it is committed. All
//! do both, in batches of 256, of which one in ten is a repetition that is not committed. A peer reserves
//! by one atomic get-or-insert and commits by one write of the same key; the map's oldest keys are taken
//! out by the caller, in the first visit. The first visit is shown alone too: that share of the time
//! which passed in it. One by one is printed beside.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench reports on the terminal")]
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::{
    collections::BTreeMap,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use predispatch_dedup::{
    Claim, Destination, Destinations, Key, Outcome, Receipt, Source, Store,
    store::memory::{MemoryOptions, MemoryStore},
};
use predispatch_types::Timestamp;

/// Runs one contender: number of live keys, number of claims that are measured.
type Contender = (&'static str, fn(u64, u64) -> Figures);

const CONTENDERS: &[Contender] = &[
    ("predispatch", predispatch),
    ("predispatch_one_by_one", predispatch_one_by_one),
    ("hashbrown", hashbrown_map),
    ("quick_cache", quick_cache_cache),
    ("moka", moka_cache),
    ("week", week),
];

/// A contender's answer: nanoseconds a claim, bytes a live key.
struct Figures {
    fill: f64,
    /// Of both visits, the first.
    reserve: f64,
    steady: f64,
    bytes: f64,
    more: String,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|arg| arg == "--contender") {
        let (live, claims) = (args[at + 2].parse().unwrap(), args[at + 3].parse().unwrap());
        let (_, run) = CONTENDERS.iter().find(|(name, _)| *name == args[at + 1]).unwrap();
        let Figures { fill, reserve, steady, bytes, more } = run(live, claims);
        println!("{fill} {reserve} {steady} {bytes} {more}");
        return;
    }
    let is_bench = args.iter().any(|arg| arg == "--bench") && !args.iter().any(|a| a == "--test");
    let (live, claims) = if is_bench { (10_000_000, 2_000_000) } else { (20_000, 5_000) };
    let only: Vec<&String> = args.iter().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    println!("{live} live keys; processor ns: filling, first visit, both visits; bytes a key");
    let mut all = BTreeMap::new();
    for (name, _) in CONTENDERS {
        if !only.is_empty() && !only.iter().any(|only| only == name) {
            continue;
        }
        let figures = run_alone(name, live, claims);
        println!(
            "{name:<24} {:>8.0} {:>8.0} {:>8.0} {:>8.1}  {}",
            figures.fill, figures.reserve, figures.steady, figures.bytes, figures.more
        );
        all.insert(*name, figures);
    }
    if is_bench {
        print_budgets(&all);
    } else {
        println!("ratios: not measured in a test run");
    }
}

/// The budgets of the issue: how many times faster and smaller.
fn print_budgets(all: &BTreeMap<&str, Figures>) {
    let Some(ours) = all.get("predispatch") else { return };
    println!(
        "\npredispatch: first visit {:.0} ns, both {:.0} ns (budget 150), {:.1} bytes (budget 32)",
        ours.reserve, ours.steady, ours.bytes
    );
    for (peer, faster, smaller) in
        [("moka", 12.0, 10.0), ("quick_cache", 2.5, 2.0), ("hashbrown", 1.0, 1.0)]
    {
        if let Some(theirs) = all.get(peer) {
            println!(
                "{peer:<12} first visit {:>5.2} x faster, both {:>5.2} x (budget {faster}), {:>5.1} x \
                 smaller (budget {smaller})",
                theirs.reserve / ours.reserve,
                theirs.steady / ours.steady,
                theirs.bytes / ours.bytes
            );
        }
    }
}

fn run_alone(name: &str, live: u64, claims: u64) -> Figures {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--contender", name, &live.to_string(), &claims.to_string()])
        .output()
        .unwrap();
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut parts = text.trim_end().splitn(5, ' ');
    let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap();
    let (fill, reserve, steady, bytes) = (number(), number(), number(), number());
    Figures { fill, reserve, steady, bytes, more: parts.next().unwrap_or_default().to_owned() }
}

fn predispatch(live: u64, claims: u64) -> Figures {
    in_batches(live, claims, 256)
}

fn predispatch_one_by_one(live: u64, claims: u64) -> Figures {
    in_batches(live, claims, 1)
}

/// Time runs so that the retention holds `live` events.
fn in_batches(live: u64, claims: u64, batch: u64) -> Figures {
    let before = resident();
    let store = MemoryStore::new(&options(live));
    let span = span(live);
    let clock = Clock { span };
    let mut lane = Lane::default();
    let (_, fill) = timed(|| {
        for from in (0..span).step_by(batch as usize) {
            lane.claim(&store, from..(from + batch).min(span), clock);
        }
    });
    // Expiry is whole slices, so let it begin.
    let start = span + span / 4;
    for from in (span..start).step_by(batch as usize) {
        lane.claim(&store, from..(from + batch).min(start), clock);
    }
    let bytes = (resident() - before) as f64 / live as f64;
    let started = Instant::now();
    let mut reserved = Duration::ZERO;
    let ((), steady) = timed(|| {
        for from in (start..start + claims).step_by(batch as usize) {
            reserved += lane.claim(&store, from..(from + batch).min(start + claims), clock);
        }
    });
    let share = reserved.div_duration_f64(started.elapsed());
    let more = format!(
        "{} entries, {:.1} bytes an entry by its own count",
        store.entries(),
        store.bytes() as f64 / store.entries() as f64
    );
    Figures {
        fill: fill as f64 / span as f64,
        reserve: steady as f64 / claims as f64 * share,
        steady: steady as f64 / claims as f64,
        bytes,
        more,
    }
}

/// The buffers of one caller.
#[derive(Default)]
struct Lane {
    claims: Vec<Claim>,
    outcomes: Vec<Outcome>,
    receipts: Vec<Receipt>,
}

impl Lane {
    /// Claims the events of these numbers, and commits; returns how long it was reserving. One in ten
    /// is a repetition.
    fn claim(
        &mut self,
        store: &MemoryStore,
        numbers: std::ops::Range<u64>,
        clock: Clock,
    ) -> Duration {
        let now = clock.at(numbers.end);
        self.claims.clear();
        for number in numbers.clone() {
            self.claims.push(claim(claimed(number, clock.span), clock.at(number)));
        }
        self.outcomes.clear();
        let started = Instant::now();
        store.reserve_into(&self.claims, now, &mut self.outcomes);
        let reserved = started.elapsed();
        self.receipts.clear();
        for (number, outcome) in numbers.zip(self.outcomes.drain(..)) {
            match outcome.into_receipt() {
                Some(receipt) => self.receipts.push(receipt),
                None => assert!(repeats(number), "{number} was not granted"),
            }
        }
        for settled in store.commit(&self.receipts, now) {
            settled.unwrap();
        }
        reserved
    }
}

fn claim(number: u64, at: Timestamp) -> Claim {
    let key = Key::from_bytes(key(number).to_le_bytes());
    Claim::new(key, Destinations::from(Destination::META), Source::Server, at)
}

/// Spreads the claims of a retention evenly over it.
#[derive(Clone, Copy)]
struct Clock {
    span: u64,
}

impl Clock {
    fn at(self, number: u64) -> Timestamp {
        let millis = number as f64 * (RETENTION_MILLIS as f64 / self.span as f64);
        Timestamp::from_unix_millis(1_795_000_000_000 + millis as i64)
    }
}

/// So many claims name `live` events, because one in ten is a repetition.
fn span(live: u64) -> u64 {
    live / 9 * 10
}

const RETENTION_MILLIS: u64 = 7 * 86_400 * 1_000;

fn options(live: u64) -> MemoryOptions {
    let mut options = MemoryOptions::default();
    options.max_bytes = usize::try_from(live * 48).unwrap();
    options
}

/// Two simulated weeks at a steady rate: the first fills, in the second as much expires as comes.
fn week(live: u64, _: u64) -> Figures {
    let store = MemoryStore::new(&options(live));
    let span = span(live);
    let clock = Clock { span };
    let mut lane = Lane::default();
    let mut days: Vec<Vec<u32>> = Vec::new();
    for from in (0..2 * span).step_by(16) {
        let (_, nanos) = timed(|| lane.claim(&store, from..from + 16, clock));
        let day = (from * 7 / span) as usize;
        days.resize_with(days.len().max(day + 1), Vec::new);
        days[day].push(u32::try_from(nanos).unwrap_or(u32::MAX));
    }
    let mut more = String::from("batches of 16, us by day p50/p99/p99.9/max:");
    for times in &mut days {
        times.sort_unstable();
        let at = |share: f64| f64::from(times[((times.len() - 1) as f64 * share) as usize]) / 1e3;
        more += &format!(" {:.1}/{:.1}/{:.1}/{:.0}", at(0.5), at(0.99), at(0.999), at(1.0));
    }
    let mean = |days: &[Vec<u32>]| {
        let count: usize = days.iter().map(Vec::len).sum();
        days.iter().flatten().map(|nanos| f64::from(*nanos)).sum::<f64>() / (16 * count) as f64
    };
    let bytes = store.bytes() as f64 / store.entries() as f64;
    let reserve = f64::NAN;
    Figures { fill: mean(&days[..7]), reserve, steady: mean(&days[7..]), bytes, more }
}

/// What a peer keeps of an event: a time and a state.
type State = (u32, u32);
const RESERVED: u32 = 1;
const SENT: u32 = 2;

/// A peer's two visits, by the number of a claim. The first tells whether the event was new.
trait Peer {
    fn reserve(&mut self, number: u64) -> bool;
    fn commit(&mut self, number: u64);
}

/// Runs a peer over the same events, in the same batches; returns also how long it was reserving.
fn peer(live: u64, claims: u64, before: u64, mut peer: impl Peer) -> Figures {
    let span = span(live);
    let mut granted = Vec::new();
    let mut run = |from: u64, to: u64| {
        let mut reserved = Duration::ZERO;
        for from in (from..to).step_by(256) {
            let numbers = from..(from + 256).min(to);
            let started = Instant::now();
            granted.clear();
            granted.extend(numbers.filter(|number| peer.reserve(*number)));
            reserved += started.elapsed();
            granted.iter().for_each(|number| peer.commit(*number));
        }
        reserved
    };
    let (_, fill) = timed(|| run(0, span));
    let start = span + span / 4;
    run(span, start);
    let bytes = (resident() - before) as f64 / live as f64;
    let started = Instant::now();
    let (reserved, steady) = timed(|| run(start, start + claims));
    let share = reserved.div_duration_f64(started.elapsed());
    let steady = steady as f64 / claims as f64;
    let fill = fill as f64 / span as f64;
    Figures { fill, reserve: steady * share, steady, bytes, more: String::new() }
}

/// The number of an event that a claim is for.
fn claimed(number: u64, span: u64) -> u64 {
    if repeats(number) { repeated(number, span) } else { number }
}

/// A map alone knows no expiry: the caller takes the oldest key out, from a queue that costs nothing
/// here.
struct Map {
    map: hashbrown::HashMap<u128, State>,
    span: u64,
}

impl Peer for Map {
    fn reserve(&mut self, number: u64) -> bool {
        let is_new = match self.map.entry(key(claimed(number, self.span))) {
            hashbrown::hash_map::Entry::Occupied(entry) => {
                black_box(entry.get());
                false
            }
            hashbrown::hash_map::Entry::Vacant(entry) => {
                entry.insert((number as u32, RESERVED));
                true
            }
        };
        assert_ne!(is_new, repeats(number), "{number}");
        if number >= self.span && !repeats(number - self.span) {
            self.map.remove(&key(number - self.span));
        }
        is_new
    }

    fn commit(&mut self, number: u64) {
        self.map.get_mut(&key(number)).unwrap().1 = SENT;
    }
}

fn hashbrown_map(live: u64, claims: u64) -> Figures {
    let before = resident();
    peer(live, claims, before, Map { map: hashbrown::HashMap::new(), span: span(live) })
}

/// It has no time to live: its oldest go by its capacity.
struct Quick {
    cache: quick_cache::sync::Cache<u128, State>,
    span: u64,
}

impl Peer for Quick {
    fn reserve(&mut self, number: u64) -> bool {
        let mut is_new = false;
        let state = self.cache.get_or_insert_with(&key(claimed(number, self.span)), || {
            is_new = true;
            Ok::<_, ()>((number as u32, RESERVED))
        });
        black_box(state.unwrap());
        is_new
    }

    fn commit(&mut self, number: u64) {
        self.cache.insert(key(claimed(number, self.span)), (number as u32, SENT));
    }
}

fn quick_cache_cache(live: u64, claims: u64) -> Figures {
    let before = resident();
    let cache = quick_cache::sync::Cache::new(usize::try_from(live).unwrap());
    peer(live, claims, before, Quick { cache, span: span(live) })
}

struct Moka {
    cache: moka::sync::Cache<u128, State>,
    span: u64,
}

impl Peer for Moka {
    fn reserve(&mut self, number: u64) -> bool {
        let entry = self.cache.entry(key(claimed(number, self.span)));
        entry.or_insert((number as u32, RESERVED)).is_fresh()
    }

    fn commit(&mut self, number: u64) {
        self.cache.insert(key(claimed(number, self.span)), (number as u32, SENT));
    }
}

fn moka_cache(live: u64, claims: u64) -> Figures {
    let before = resident();
    let cache = moka::sync::Cache::builder()
        .max_capacity(live)
        .time_to_live(Duration::from_millis(RETENTION_MILLIS))
        .build();
    peer(live, claims, before, Moka { cache, span: span(live) })
}

fn repeats(number: u64) -> bool {
    number % 10 == 9 && number > 1_000
}

/// An event that is in the window when `number` comes, and is no repetition itself.
fn repeated(number: u64, span: u64) -> u64 {
    let back = 1 + (key(number) as u64) % (number.min(span / 2) - 600);
    let other = number - back;
    if repeats(other) { other - 1 } else { other }
}

/// A number for each event that looks random, as keys do.
fn key(number: u64) -> u128 {
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let low = mix(number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
    u128::from(mix(low ^ 0x5555_5555_5555_5555)) << 64 | u128::from(low)
}

/// Does it; the nanoseconds that this thread was on a processor meanwhile.
fn timed<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = on_processor();
    let done = run();
    (done, on_processor() - before)
}

fn on_processor() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Resident bytes of this process.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4_096
}
