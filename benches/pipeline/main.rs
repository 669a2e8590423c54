//! The whole way: JSON text in, every stage, the destinations' bytes out.
//!
//! ```text
//! cargo bench -p predispatch-benches --bench pipeline               # all figures, about a minute
//! cargo bench -p predispatch-benches --bench pipeline -- --flat     # memory over 10 million events
//! ```
//!
//! The events are `events::lines`: a mixture as shops send it, most of them allowed. Each is another
//! event every time, because id, order number and time are changed in the text before it is read.
//!
//! `floor.rs` says what it is measured against, in turns with it.
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]
#![expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench measures time; the floor is the bare library"
)]

mod body;
mod cores;
mod flat;
mod floor;
mod setup;
mod stages;

use std::collections::BTreeMap;

use predispatch::Fate;
use predispatch_benches::{
    allocations,
    clock::{median, timed},
    is_measuring,
};

use crate::{
    floor::Floor,
    setup::{LINES, Source, micros, pipeline, process, store},
};

#[global_allocator]
static COUNTED: allocations::Counted = allocations::Counted;

fn main() {
    let has = |flag: &str| std::env::args().any(|arg| arg == flag);
    if has("--flat") {
        return flat::run();
    }
    if has(cores::WORKER) {
        return cores::work();
    }
    let rounds = if is_measuring() { ROUNDS } else { 1 };
    println!(
        "{:<20} {:>10} {:>12} {:>10} {:>7}",
        "one core", "µs/event", "events/s", "floor µs", "ratio"
    );
    for count in [1, 4, 10] {
        println!("{}", beside_the_floor(count, rounds));
    }
    println!("{}", stages::table(rounds));
    println!("{}", cores::table(rounds));
}

const ROUNDS: usize = 60;

fn beside_the_floor(destinations: usize, rounds: usize) -> String {
    let pipeline = pipeline(destinations);
    let floor = Floor::of(&pipeline);
    let store = store();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut source, mut same) = (Source::new(0), Source::new(0));
    let mut out = Vec::new();
    for _ in 0..rounds {
        ours.push(timed(|| process(&pipeline, &store, &mut source)));
        theirs.push(floor.run(&mut same, &mut out).sum());
    }
    let (ours, theirs) = (micros(median(ours)), micros(median(theirs)));
    let (calls, bytes) = allocations::count(|| process(&pipeline, &store, &mut source));
    let (hashes, sent) = floor.amount();
    format!(
        "{:<20} {ours:>10.2} {:>12.0} {theirs:>10.2} {:>7.2}   {:.1} SHA-256, {} bytes out, \
         {} allocations of {} bytes in all, an event\n    {}",
        format!("{destinations} destination(s)"),
        1e6 / ours,
        ours / theirs,
        hashes as f64 / LINES as f64,
        sent / LINES,
        calls / LINES as u64,
        bytes / LINES as u64,
        mix(destinations),
    )
}

/// What becomes of the list, what it holds, and which platforms can't take which share of it.
fn mix(destinations: usize) -> String {
    let (pipeline, store) = (pipeline(destinations), store());
    let mut source = Source::new(0);
    let mut fates: BTreeMap<Fate, usize> = BTreeMap::new();
    let mut invalid: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    let mut bytes = 0;
    for _ in 0..LINES {
        let (json, now) = source.next();
        bytes += json.len();
        for at in pipeline.process_json(json.as_bytes(), &store, now).destinations() {
            *fates.entry(at.fate).or_default() += 1;
            if at.fate == Fate::Invalid {
                let reason = at.reasons().last().copied().unwrap_or_default();
                *invalid.entry((at.destination.to_string(), reason)).or_default() += 1;
            }
        }
    }
    let all: usize = fates.values().sum();
    let share = |count: usize| count as f64 / all as f64 * 100.0;
    let fates: Vec<String> =
        fates.iter().map(|(fate, count)| format!("{fate} {:.1}%", share(*count))).collect();
    let invalid: String = invalid
        .iter()
        .map(|((to, reason), count)| {
            format!(
                "\n    {to}, {reason}: {:.1}% of its events",
                *count as f64 / LINES as f64 * 100.0
            )
        })
        .collect();
    format!("texts of {} bytes on average; fates: {}{invalid}", bytes / LINES, fates.join(", "))
}
