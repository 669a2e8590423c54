//! Writes `examples/data/sample_events.jsonl`: a shop's events of four days, as a collector and a shop
//! server report them, in the order of their arrival.
//!
//! ```text
//! cargo run --example make_sample_events > examples/data/sample_events.jsonl
//! ```
//!
//! Everybody in it is fictional. What is real: consent strings, written by our own writers (the official
//! libraries read them in `scripts/conformance-tcf` and `scripts/conformance-gpp`); headers and device signals of
//! browsers and tools, captured by us (`crates/bot/tests/data/captures`); addresses of cloud networks
//! and crawlers. People's addresses are documentation's.

mod consent;
mod people;
mod senders;
mod stories;

use std::error::Error;

use predispatch_examples::Random;
use predispatch_types::Timestamp;
use serde_json::Value;

/// The end of the four days.
const END: &str = "2026-11-20T18:05:00Z";
const SEED: u64 = 20_261_120;
const PEOPLE: usize = 75;

fn main() -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(SEED);
    let end: Timestamp = END.parse()?;
    let senders = senders::read()?;
    let mut lines = Vec::new();
    for number in 0..PEOPLE {
        let person = people::person(number, &mut random);
        let consent = consent::of(&person, end, &mut random)?;
        stories::visit(&person, &consent, &senders, end, &mut random, &mut lines);
    }
    stories::bots(&senders, end, &mut random, &mut lines)?;
    stories::malformed(end, &mut lines);
    // A collector's file is in the order of arrival.
    lines.sort_by_key(|line| line.arrival);
    for line in lines {
        println!("{}", line.text);
    }
    Ok(())
}

/// A line of the file, and when it arrived.
pub(crate) struct Line {
    arrival: i64,
    text: String,
}

impl Line {
    fn new(arrival: i64, event: &Value) -> Self {
        Self { arrival, text: event.to_string() }
    }
}
