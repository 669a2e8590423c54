//! Reading a canonical event.
//!
//! `cargo bench -p predispatch-benches --bench event`. The peer is `serde_json` into a plain struct of the
//! same fields, of the same bytes, which checks nothing: no identifier is read, no address cleaned, no money
//! made exact. Then the allocations of each are counted.
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]

use std::hint::black_box;

use criterion::Criterion;
use predispatch_benches::{
    allocations::{self, Counted},
    clock::Turns,
    plain,
};
use predispatch_event::{Disclose, Event, ReadOptions};

#[global_allocator]
static COUNTED: Counted = Counted;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let options = ReadOptions::new();
    let event = Event::from_json(PURCHASE.as_bytes(), &options).unwrap();
    let mut group = criterion.benchmark_group("event/write");
    group.bench_function("purchase", |b| b.iter(|| event.write_json(Disclose::Everything)));
    group.finish();
    criterion.final_summary();
    print_reading(&options);
    print_allocations(&options);
}

/// Reading, in turns with the peer. In a test run each code runs in one turn.
#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
fn print_reading(options: &ReadOptions<'_>) {
    let turns = if predispatch_benches::is_measuring() { Turns::USUAL } else { 1 };
    println!(
        "{:<52} {:>9} {:>9} {:>6} {:>14} {:>7}",
        "reading, in turns", "ours", "peer", "ratio", "half of them", "budget"
    );
    for (claim, json) in [
        ("purchase of 1 kB / serde_json into a plain struct", PURCHASE),
        ("page view of 0.4 kB / serde_json into a plain struct", PAGE_VIEW),
    ] {
        let json = json.as_bytes();
        let Turns { ours, peer, ratio: [low, middle, high] } = Turns::of(
            turns,
            || drop(black_box(Event::from_json(black_box(json), options).unwrap())),
            || drop(black_box(serde_json::from_slice::<plain::Event>(black_box(json)).unwrap())),
        );
        println!(
            "{claim:<52} {:>6} ns {:>6} ns {middle:>6.3} {low:>6.3}–{high:<6.3}  {:>7}",
            ours.as_nanos(),
            peer.as_nanos(),
            1.5
        );
    }
}

#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
fn print_allocations(options: &ReadOptions<'_>) {
    for (case, json) in [("purchase", PURCHASE), ("page view", PAGE_VIEW)] {
        let json = json.as_bytes();
        let (ours, _) = allocations::count(|| drop(Event::from_json(json, options)));
        let (peer, _) = allocations::count(|| drop(serde_json::from_slice::<plain::Event>(json)));
        println!("allocations of one {case}: {ours} (serde_json {peer})");
    }
    println!("size of an event: {} bytes", size_of::<Event>());
}

const PURCHASE: &str = r#"{"event_name":"purchase","event_id":"01JD8Q2Z6F3K9V7T5W1X4Y0ABC","event_time":"2026-11-20T18:03:11Z","event_source_url":"https://shop.example.com/thank-you?order=A-1009&fbclid=IwAR2kx9","user":{"email":"Ada.Example@Example.com","phone":"+44 20 7946 0958","first_name":"Ada","last_name":"Example","city":"London","postal_code":"SW1A 1AA","country":"GB","external_id":"c-1009"},"browser_ids":{"fbp":"fb.1.1763661700123.1098115397"},"client":{"ip":"203.0.113.24","user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"},"custom_data":{"currency":"GBP","value":129.95,"order_id":"A-1009","items":[{"id":"sku-7","quantity":1,"price":129.95}]},"consent":{"tcf":"CQbXgwAQbXgwAAHABBENCCFsAP_gAEPgAAiQKgNX_H__bW9r-X7_aft0eY1P9_j77sQxBhfJE-4FzLvW_JwXx2E5NAzatqIKmRIAu3TBIQNlHJDURVCgKIgVryDMaEiUgTNKJ6BkiFMRI2NYCFxvm4tjeQCY5vr991c1mB-t7dr83dzyy4xHn3a5_2S1WJCdIYctDfv9ZBKT-9IE9_x8v4v4_F7pE2-eS1n_tGvp4j9-YnM_dBmxt-TyPgAA.II7Nd","gdpr_applies":true,"cmp":{"meta":true},"collected_at":"2026-11-20T18:01:00Z"},"jurisdiction":{"country":"GB"}}"#;

const PAGE_VIEW: &str = r#"{"event_name":"page_view","event_id":"01JD8Q2Z6F3K9V7T5W1X4Y0ABD","event_time":1795197791,"event_source_url":"https://shop.example.com/shirts/blue","browser_ids":{"fbp":"fb.1.1763661700123.1098115397"},"client":{"ip":"203.0.113.24","user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"},"jurisdiction":{"country":"GB"}}"#;
