//! The whole way: JSON text in, every stage, the destinations' bytes out.
//!
//! ```text
//! cargo bench -p predispatch-benches --bench pipeline               # all figures, about two minutes
//! cargo bench -p predispatch-benches --bench pipeline -- --flat     # memory over 10 million events
//! ```
//!
//! The events are [`events::lines`]: a mixture as shops send it, most of them allowed. Each is another
//! event every time, because id, order number and time are changed in the text before it is read.
//!
//! The floor, measured in turns with it: `serde_json` reads the same text into a plain struct of the same
//! fields; as many SHA-256 of the same bytes; the same output is copied. No check, no decision, no claim.
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]
#![expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench measures time; the floor is the bare library"
)]

use std::{
    collections::BTreeMap,
    hint::black_box,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use predispatch::{
    Fate, Outcome, Pipeline,
    bot::{
        ua::{UaCache, UaClassifier},
        verdict::{Data, DataSource},
    },
    dedup::{
        Outcome as Claimed, Store,
        store::memory::{MemoryOptions, MemoryStore},
    },
    event::{Event, User},
    payload::{
        Account, Batch, Payload, google, linkedin, meta, pinterest, reddit, snapchat, tiktok, x,
    },
    pii::{Format, Identifier, Treatment},
    types::{Platform, Timestamp},
};
use predispatch_benches::{
    allocations,
    events::{self, Line, TIME},
    plain,
};
use sha2::{Digest as _, Sha256};

#[global_allocator]
static COUNTED: allocations::Counted = allocations::Counted;

fn main() {
    let has = |flag: &str| std::env::args().any(|arg| arg == flag);
    if has("--flat") {
        return flat();
    }
    let rounds = if has("--test") || !has("--bench") { 1 } else { ROUNDS };
    println!("{}", mix());
    println!(
        "\n{:<34} {:>10} {:>12} {:>10} {:>7}",
        "one core", "µs/event", "events/s", "floor µs", "ratio"
    );
    for count in [1, 4, 10] {
        let accounts = accounts(count);
        println!("{}", beside_the_floor(accounts, rounds));
    }
    println!("{}", stages(rounds));
    println!("{}", two_threads(rounds));
}

/// Events in a list, and in a request's worth of work.
const LINES: usize = 1_000;
const ROUNDS: usize = 60;

/// The destinations that are built for, at most `count`.
fn accounts(count: usize) -> Vec<Account> {
    let all = [
        Account::new(meta::Dataset::new("1234567890").unwrap()),
        Account::new(tiktok::EventSource::pixel("C4A1B2C3D4E5F6G7H8I9").unwrap()),
        Account::new(pinterest::AdAccount::new("549755885175").unwrap()),
        Account::new(reddit::Pixel::new("t2_abc123").unwrap()),
        Account::new(snapchat::Asset::pixel("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d").unwrap()),
        Account::new(google::data_manager::AdsAccount::new("1234567890").unwrap())
            .with_name("*", "987654321")
            .unwrap(),
        Account::new(linkedin::AdAccount::new()).with_name("*", "104001").unwrap(),
        Account::new(x::Pixel::new("o8z6j").unwrap()).with_name("*", "tw-o8z6j-o87ne").unwrap(),
    ];
    all.into_iter().take(count).collect()
}

fn pipeline(accounts: Vec<Account>) -> Pipeline {
    let agents = UaCache::new(Arc::new(UaClassifier::bundled()), 4_096, 0x5eed);
    let source = DataSource::new(predispatch::bot::Layer::Ua, "bundled");
    let mut builder = Pipeline::builder()
        .dedup_key([7; 16])
        .bot_data(Data::bundled().with_user_agent_cache(Arc::new(agents), source));
    for account in accounts {
        builder = builder.destination(account);
    }
    builder.build().unwrap()
}

/// The events, each renewed before it is read.
struct Source {
    lines: Vec<Line>,
    number: u64,
    /// The first id, so that no two sources have one in common.
    first_id: u64,
}

impl Source {
    fn new(first_id: u64) -> Self {
        Self { lines: events::lines(LINES), number: 0, first_id }
    }

    /// The next event's text, and the moment at which it is processed.
    fn next(&mut self) -> (&str, Timestamp) {
        let at = usize::try_from(self.number % LINES as u64).unwrap();
        let secs = TIME + i64::try_from(self.number / EVENTS_A_SECOND).unwrap();
        let line = &mut self.lines[at];
        line.renew(self.first_id + self.number, secs);
        self.number += 1;
        (line.json(), Timestamp::from_unix_secs(secs + 2))
    }
}

/// So fast the events' own clock runs: ten million take 55 hours.
const EVENTS_A_SECOND: u64 = 50;

/// One list of events all the way into request bodies; the claims are committed.
fn process(pipeline: &Pipeline, store: &MemoryStore, source: &mut Source, out: &mut Vec<u8>) {
    let mut payloads: Vec<Payload> = Vec::new();
    let mut receipts = Vec::new();
    let mut last = Timestamp::UNIX_EPOCH;
    for _ in 0..LINES {
        let (json, now) = source.next();
        let mut outcome = pipeline.process_json(json.as_bytes(), store, now);
        receipts.extend(outcome.take_receipt());
        payloads.extend(outcome.take_payloads());
        last = now;
    }
    for batch in Batch::plan(&payloads) {
        out.clear();
        out.extend_from_slice(&batch.body(&payloads));
        black_box(&*out);
    }
    store.commit(&receipts, last);
}

/// What the floor needs to know of each event: the texts that are hashed, the bytes that leave.
struct Floor {
    forms: Vec<Vec<Vec<u8>>>,
    bytes: Vec<Vec<u8>>,
}

impl Floor {
    fn of(pipeline: &Pipeline, formats: &BTreeMap<Platform, Format>) -> Self {
        let store = MemoryStore::new(&MemoryOptions::default());
        let mut source = Source::new(0);
        let mut floor = Self { forms: Vec::new(), bytes: Vec::new() };
        for _ in 0..LINES {
            let (json, now) = source.next();
            let event = pipeline.read(json.as_bytes()).unwrap();
            let outcome = pipeline.process(&event, &store, now);
            let sent = outcome.payloads().map(|payload| formats[&payload.destination().platform()]);
            let sent: Vec<Format> = sent.collect();
            floor.forms.push(distinct_forms(event.user(), &sent));
            let payloads = outcome.payloads();
            floor.bytes.push(payloads.flat_map(|payload| payload.event().to_vec()).collect());
        }
        floor
    }

    fn run(&self, source: &mut Source, out: &mut Vec<u8>) {
        out.clear();
        for place in 0..LINES {
            let (json, _) = source.next();
            black_box(serde_json::from_str::<plain::Event>(json).unwrap());
            for form in &self.forms[place] {
                black_box(Sha256::digest(form));
            }
            out.extend_from_slice(&self.bytes[place]);
        }
        black_box(&*out);
    }
}

/// The texts that a perfect hasher hashes for these platforms: each distinct one of a kind once.
fn distinct_forms(user: &User, formats: &[Format]) -> Vec<Vec<u8>> {
    fn of<I: Identifier>(values: &[I], formats: &[Format], all: &mut Vec<Vec<u8>>) {
        for value in values {
            let hashed =
                formats.iter().filter(|format| format.treatment(I::KIND) == Treatment::Hashed);
            let mut forms: Vec<Vec<u8>> = hashed
                .filter_map(|format| Some(value.normal_form(*format).ok()?.as_bytes().to_vec()))
                .collect();
            forms.sort();
            forms.dedup();
            all.extend(forms);
        }
    }
    let mut all = Vec::new();
    of(&user.email, formats, &mut all);
    of(&user.phone, formats, &mut all);
    of(&user.first_name, formats, &mut all);
    of(&user.last_name, formats, &mut all);
    of(user.date_of_birth.as_slice(), formats, &mut all);
    of(user.gender.as_slice(), formats, &mut all);
    of(&user.city, formats, &mut all);
    of(&user.region, formats, &mut all);
    of(&user.postal_code, formats, &mut all);
    of(&user.country, formats, &mut all);
    of(&user.external_id, formats, &mut all);
    all
}

fn formats() -> BTreeMap<Platform, Format> {
    BTreeMap::from([
        (Platform::Amazon, Format::Amazon),
        (Platform::Google, Format::GoogleDataManager),
        (Platform::LinkedIn, Format::LinkedInHashedNames),
        (Platform::Meta, Format::Meta),
        (Platform::Microsoft, Format::Microsoft),
        (Platform::Pinterest, Format::Pinterest),
        (Platform::Reddit, Format::Reddit),
        (Platform::Snapchat, Format::Snapchat),
        (Platform::TikTok, Format::TikTok),
        (Platform::X, Format::X),
    ])
}

fn beside_the_floor(accounts: Vec<Account>, rounds: usize) -> String {
    let count = accounts.len();
    let pipeline = pipeline(accounts);
    let floor = Floor::of(&pipeline, &formats());
    let store = MemoryStore::new(&MemoryOptions::default());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut source, mut same) = (Source::new(0), Source::new(0));
    let mut out = Vec::new();
    for _ in 0..rounds {
        ours.push(timed(|| process(&pipeline, &store, &mut source, &mut out)));
        theirs.push(timed(|| floor.run(&mut same, &mut out)));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let (calls, bytes) = allocations::count(|| process(&pipeline, &store, &mut source, &mut out));
    let hashes: usize = floor.forms.iter().map(Vec::len).sum();
    let sent: usize = floor.bytes.iter().map(Vec::len).sum();
    format!(
        "{:<34} {:>10.2} {:>12.0} {:>10.2} {:>7.2}   {:.1} SHA-256, {} bytes out, {} allocations of {} bytes in all, an event",
        format!("{count} destination(s)"),
        micros(ours),
        1e6 / micros(ours),
        micros(theirs),
        micros(ours) / micros(theirs),
        hashes as f64 / LINES as f64,
        sent / LINES,
        calls / LINES as u64,
        bytes / LINES as u64,
    )
}

/// How much of the time each stage takes, one after the other over the whole list.
fn stages(rounds: usize) -> String {
    let pipeline = pipeline(accounts(4));
    let store = MemoryStore::new(&MemoryOptions::default());
    let mut source = Source::new(0);
    let mut times: [Vec<Duration>; 6] = Default::default();
    for _ in 0..rounds {
        let mut texts = Vec::with_capacity(LINES);
        let mut now = Timestamp::UNIX_EPOCH;
        for _ in 0..LINES {
            let (json, at) = source.next();
            texts.push(json.to_owned());
            now = at;
        }
        let mut note = |stage: usize, started: Duration| {
            times[stage].push(on_processor() - started);
        };
        let started = on_processor();
        let events: Vec<Event> =
            texts.iter().map(|json| pipeline.read(json.as_bytes()).unwrap()).collect();
        note(0, started);
        let started = on_processor();
        let prepared: Vec<_> = events.iter().map(|event| pipeline.prepare(event, now)).collect();
        note(1, started);
        let started = on_processor();
        let claimed: Vec<Option<Claimed>> = prepared
            .iter()
            .map(|prepared| prepared.claim().and_then(|claim| store.reserve(&[claim], now).pop()))
            .collect();
        note(2, started);
        let started = on_processor();
        let mut outcomes: Vec<Outcome> = prepared
            .into_iter()
            .zip(claimed)
            .map(|(prepared, claimed)| prepared.finish(claimed))
            .collect();
        note(3, started);
        let started = on_processor();
        let payloads: Vec<Payload> = outcomes.iter_mut().flat_map(Outcome::take_payloads).collect();
        for batch in Batch::plan(&payloads) {
            black_box(batch.body(&payloads));
        }
        note(4, started);
        let started = on_processor();
        let receipts: Vec<_> = outcomes.iter_mut().filter_map(Outcome::take_receipt).collect();
        store.commit(&receipts, now);
        note(5, started);
    }
    let times = times.map(median);
    let sum: f64 = times.iter().map(|time| micros(*time)).sum();
    let names =
        ["read", "consent, sender, keys", "claim", "identity, payloads", "requests", "commit"];
    let mut text = format!("\n{:<34} {:>10} {:>7}\n", "stage, 4 destinations", "µs/event", "share");
    for (name, time) in names.iter().zip(times) {
        let micros = micros(time);
        text += &format!("{name:<34} {micros:>10.2} {:>6.0}%\n", micros / sum * 100.0);
    }
    text
}

/// Two threads on one pipeline and one store beside one thread.
fn two_threads(rounds: usize) -> String {
    let pipeline = pipeline(accounts(4));
    let store = MemoryStore::new(&MemoryOptions::default());
    let run = |first_id: u64, threads: u64| {
        let started = Instant::now();
        thread::scope(|scope| {
            for thread in 0..threads {
                let (pipeline, store) = (&pipeline, &store);
                let first_id = first_id + thread * 1_000_000_000;
                scope.spawn(move || {
                    let (mut source, mut out) = (Source::new(first_id), Vec::new());
                    for _ in 0..rounds {
                        process(pipeline, store, &mut source, &mut out);
                    }
                });
            }
        });
        threads as f64 * (rounds * LINES) as f64 / started.elapsed().as_secs_f64()
    };
    let (one, two) = (run(0, 1), run(10_000_000_000, 2));
    format!(
        "two threads: {two:.0} events/s, one: {one:.0}, ratio {:.2} (of {} processors)",
        two / one,
        thread::available_parallelism().map_or(0, usize::from)
    )
}

/// Ten million events in constant memory; the store is small enough to be full early.
fn flat() {
    let most = std::env::args().filter_map(|arg| arg.parse::<u64>().ok()).next_back();
    let most = most.unwrap_or(10_000_000);
    let pipeline = pipeline(accounts(4));
    let mut options = MemoryOptions::default();
    options.max_bytes = 16 << 20;
    let store = MemoryStore::new(&options);
    let (mut source, mut out) = (Source::new(0), Vec::new());
    let started = Instant::now();
    println!("{:>12} {:>10} {:>14} {:>14}", "events", "seconds", "VmHWM (kB)", "store (kB)");
    while source.number < most {
        process(&pipeline, &store, &mut source, &mut out);
        if source.number.is_multiple_of(1_000_000) {
            println!(
                "{:>12} {:>10.1} {:>14} {:>14}",
                source.number,
                started.elapsed().as_secs_f64(),
                peak_resident(),
                store.bytes() / 1024
            );
        }
    }
}

fn peak_resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().trim_end_matches(" kB").to_owned())
}

/// What becomes of the list, and what it holds.
fn mix() -> String {
    let mut source = Source::new(0);
    let pipeline = pipeline(accounts(4));
    let store = MemoryStore::new(&MemoryOptions::default());
    let mut fates: BTreeMap<Fate, usize> = BTreeMap::new();
    let mut bytes = 0;
    for _ in 0..LINES {
        let (json, now) = source.next();
        bytes += json.len();
        for at in pipeline.process_json(json.as_bytes(), &store, now).destinations() {
            *fates.entry(at.fate).or_default() += 1;
        }
    }
    let all: usize = fates.values().sum();
    let share = |count: usize| count as f64 / all as f64 * 100.0;
    let fates: Vec<String> =
        fates.iter().map(|(fate, count)| format!("{fate} {:.1}%", share(*count))).collect();
    format!(
        "{} events of {} bytes on average; at four destinations: {}",
        LINES,
        bytes / LINES,
        fates.join(", ")
    )
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = on_processor();
    work();
    on_processor() - started
}

/// How long this thread has been on a processor: what others do on the machine counts less than in the
/// time of the day.
fn on_processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Of one event of a list.
fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / LINES as f64
}
