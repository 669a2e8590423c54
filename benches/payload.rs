//! Payloads: one Meta Purchase from an event in memory, and each platform's body to bytes.
//!
//! `cargo bench -p predispatch-benches --bench payload`. Baselines: eight bare SHA-256 of the same
//! texts; `serde_json` writing the same finished body. `scripts/bench-meta-purchase` runs Meta's own
//! Node SDK beside it.
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]

use std::hint::black_box;

use criterion::Criterion;
use predispatch_benches::{Ratio, median_ns, print_ratios};
use predispatch_consent::{Attestation, Flags, Permit};
use predispatch_event::{Event, ReadOptions};
use predispatch_payload::{Account, AccountKeys, Prepared, build, event_key};
use predispatch_types::{Platform, Sha256Hex};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, value::RawValue};

/// Eight identifiers, as in the comparison with Meta's SDKs.
const PURCHASE: &str = r#"{"event_name":"purchase","event_id":"01JD8Q2Z6F3K9V7T5W1X4Y0ABC","event_time":1795197791,
"event_source_url":"https://shop.example.com/thank-you",
"user":{"email":"ada.example@example.com","phone":"+442079460958","first_name":"Ada","last_name":"Example","city":"London","postal_code":"SW1A 1AA","country":"GB","external_id":"c-1009"},
"browser_ids":{"fbp":"fb.1.1795190000123.1098115397"},
"client":{"ip":"93.184.216.34","user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"},
"custom_data":{"currency":"GBP","value":"129.95","order_id":"A-1009","items":[{"id":"sku-7","quantity":1,"price":"129.95"}]}}"#;

const KEYS: &str = r#"{"pixel_id":"1234567890","ad_account_id":"549755885175","pixel_code":"C9ABCDEF","app_id":"7001","event_set_id":"8001"}"#;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let event = Event::from_json(PURCHASE.as_bytes(), &ReadOptions::new()).unwrap();
    purchase(&mut criterion, &event);
    let mut ratios = vec![Ratio {
        claim: "Meta Purchase: 8 identifiers, build, write / 8 SHA-256",
        ours: "payload/meta_purchase/predispatch",
        peer: "payload/meta_purchase/eight_sha256",
        budget: 2.5,
    }];
    for (platform, ours, peer) in WRITES {
        write(&mut criterion, &event, *platform);
        ratios.push(Ratio { claim: platform.as_str(), ours, peer, budget: 1.5 });
    }
    criterion.final_summary();
    print_ratios(&ratios);
    if let Some(ns) = median_ns("payload/meta_purchase/predispatch") {
        print_rate(ns);
    }
}

#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
fn print_rate(ns: f64) {
    println!("Meta Purchase: {:.0} events/s on one core; budget 400000", 1e9 / ns);
}

fn account(platform: Platform) -> Account {
    let keys: AccountKeys = serde_json::from_str(KEYS).unwrap();
    Account::from_keys(platform.into(), &keys).unwrap()
}

fn permit(event: &Event, platform: Platform) -> Permit {
    let who = Attestation::new("bench").unwrap();
    let now = event.time();
    Permit::attested(who, platform.into(), event_key(event), Flags::new(), now..=now)
}

fn purchase(criterion: &mut Criterion, event: &Event) {
    let account = account(Platform::Meta);
    let permit = permit(event, Platform::Meta);
    let mut group = criterion.benchmark_group("payload/meta_purchase");
    group.bench_function("predispatch", |b| {
        b.iter(|| {
            build(black_box(event), &permit, &account, event.time()).unwrap().body.to_request()
        });
    });
    let texts = [
        "ada.example@example.com",
        "442079460958",
        "ada",
        "example",
        "london",
        "sw1a1aa",
        "gb",
        "c-1009",
    ];
    group.bench_function("eight_sha256", |b| {
        b.iter(|| texts.map(|text| Sha256Hex::of(black_box(text).as_bytes())));
    });
    group.finish();
}

fn write(criterion: &mut Criterion, event: &Event, platform: Platform) {
    let account = account(platform);
    let permit = permit(event, platform);
    let built = Prepared::new(event).build(&permit, &account, event.time()).unwrap();
    let mut bytes = Vec::new();
    built.body.write_event(&mut bytes);
    let finished = Finished::of(&serde_json::from_slice(&bytes).unwrap());
    let mut same = Vec::new();
    serde_json::to_writer(&mut same, &finished).unwrap();
    assert_eq!(same.len(), bytes.len(), "the peer writes the same body");
    let mut group = criterion.benchmark_group(format!("payload/write/{platform}"));
    let mut out = Vec::with_capacity(4_096);
    group.bench_function("predispatch", |b| {
        b.iter(|| {
            out.clear();
            built.body.write_event(&mut out);
            black_box(out.len())
        });
    });
    let mut out = Vec::with_capacity(4_096);
    group.bench_function("serde_json", |b| {
        b.iter(|| {
            out.clear();
            serde_json::to_writer(&mut out, &finished).unwrap();
            black_box(out.len())
        });
    });
    group.finish();
}

/// A finished body as plain data: what is left for `serde_json` is writing.
enum Finished {
    Flag(bool),
    List(Vec<Self>),
    Number(Box<RawValue>),
    Object(Vec<(String, Self)>),
    Text(String),
}

impl Finished {
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(object) => Self::Object(
                object.iter().map(|(key, value)| (key.clone(), Self::of(value))).collect(),
            ),
            Value::String(text) => Self::Text(text.clone()),
            Value::Null | Value::Number(_) => {
                Self::Number(RawValue::from_string(value.to_string()).unwrap())
            }
        }
    }
}

impl Serialize for Finished {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => flag.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Text(text) => text.serialize(serializer),
        }
    }
}

const WRITES: &[(Platform, &str, &str)] = &[
    (Platform::Meta, "payload/write/meta/predispatch", "payload/write/meta/serde_json"),
    (
        Platform::Pinterest,
        "payload/write/pinterest/predispatch",
        "payload/write/pinterest/serde_json",
    ),
    (Platform::Reddit, "payload/write/reddit/predispatch", "payload/write/reddit/serde_json"),
    (Platform::Snapchat, "payload/write/snapchat/predispatch", "payload/write/snapchat/serde_json"),
    (Platform::TikTok, "payload/write/tiktok/predispatch", "payload/write/tiktok/serde_json"),
];
