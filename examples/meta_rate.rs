//! How many Meta events a second: a fact of a file, read once, then built and written again and again.
//!
//! ```text
//! cargo run --release --example meta_rate -- FACTS FACT COUNT
//! ```
//!
//! `scripts/bench-peers` runs it beside Meta's SDKs with the same fact. Prints the best of five
//! rounds of COUNT events, as JSON. Time is the processor's, as Linux counts it for this thread, so
//! that neighbours on a shared machine count little.

use std::{error::Error, fs, hint::black_box};

use predispatch_consent::{Attestation, Flags, Permit};
use predispatch_event::{Event, ReadOptions};
use predispatch_payload::{Account, AccountKeys, build, event_key};
use predispatch_types::Platform;
use serde_json::{Value, json, value::RawValue};

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, name, count] = args.as_slice() else {
        return Err("usage: meta_rate FACTS FACT COUNT".into());
    };
    let count: u32 = count.parse()?;
    let json = event_of(&fs::read_to_string(file)?, name)?;

    let event = Event::from_json(json.as_bytes(), &ReadOptions::new())?;
    let account = account()?;
    let (flags, now) = (Flags::new(), event.time());
    let who = Attestation::new("meta_rate")?;
    let permit = Permit::attested(who, Platform::Meta.into(), event_key(&event), flags, now..=now);

    let mut bytes = Vec::new();
    let mut write = |event: &Event| match build(event, &permit, &account, now) {
        Ok(built) => {
            bytes = built.body.to_request();
            Ok(())
        }
        Err(rejected) => Err(rejected.reason),
    };
    // Read and built once, so that a fact that Meta must not get is an error and no rate.
    write(&event)?;
    let from_event = rate(count, || write(black_box(&event)).is_ok())?;
    let from_json = rate(count, || {
        Event::from_json(black_box(json.as_bytes()), &ReadOptions::new())
            .is_ok_and(|event| write(&event).is_ok())
    })?;
    println!(
        "{}",
        json!({ "bytes": bytes.len(), "from_event": from_event, "from_json": from_json })
    );
    Ok(())
}

/// The text of the event of a fact.
fn event_of(facts: &str, name: &str) -> Result<String, Box<dyn Error>> {
    for line in facts.lines() {
        let fact: Value = serde_json::from_str(line)?;
        if fact["fact"] == name {
            let event: &RawValue = serde_json::from_str::<Fact<'_>>(line)?.event;
            return Ok(event.get().to_owned());
        }
    }
    Err("no such fact".into())
}

#[derive(serde::Deserialize)]
struct Fact<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
}

fn account() -> Result<Account, Box<dyn Error>> {
    let keys: AccountKeys = serde_json::from_value(json!({ "pixel_id": "1234567890" }))?;
    Ok(Account::from_keys(Platform::Meta.into(), &keys)?)
}

/// Events a second in the best round, after a round for warming up.
fn rate(count: u32, mut one: impl FnMut() -> bool) -> Result<u64, Box<dyn Error>> {
    let mut best = f64::INFINITY;
    for round in 0..=ROUNDS {
        let start = spent()?;
        if !(0..count).all(|_| one()) {
            return Err("an event was refused".into());
        }
        if round > 0 {
            best = best.min(spent()? - start);
        }
    }
    Ok((f64::from(count) / best) as u64)
}

/// Seconds that this thread has had a processor: the first number of Linux's account of it.
fn spent() -> Result<f64, Box<dyn Error>> {
    let account = fs::read_to_string("/proc/self/schedstat")?;
    let nanos = account.split_whitespace().next().ok_or("an empty account")?;
    Ok(nanos.parse::<f64>()? / 1e9)
}
