//! Law 6: each input has a limit, and what comes out grows with what goes in.

use predispatch::{
    Counters, Fate, Outcome, Pipeline,
    dedup::{
        Claim, Destination, KeyMaker, Source, Store as _, Unknown, Verdict,
        store::memory::{MemoryOptions, MemoryStore},
    },
    types::EventId,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::events::{any_event, everywhere, now, pipeline, store};

fn process(pipeline: &Pipeline, text: &[u8]) -> Outcome {
    pipeline.process_json(text, &store(), now())
}

fn event(more: Value) -> Value {
    let mut event = json!({
        "event_name": "purchase", "event_id": "order-1", "event_time": now().unix_secs() - 60,
        "event_source_url": "https://shop.example.com/thank-you",
        "user": {"email": "ada@example.com"},
        "custom_data": {"currency": "GBP", "value": 1},
        "jurisdiction": {"country": "US", "region": "TX"}, "consent": {"gpc": false},
    });
    for (key, value) in more.as_object().expect("an object") {
        event[key] = value.clone();
    }
    event
}

#[test]
fn over_a_limit_there_is_a_clear_refusal() {
    let item = json!({"id": "sku-7", "quantity": 1});
    let long = |len: usize| format!("{}\"", "x".repeat(len));
    let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let properties = |count: usize| {
        let pairs = (0..count).map(|number| (format!("key{number}"), json!(number)));
        Value::Object(pairs.collect())
    };
    for (name, text, code) in [
        (
            "bytes",
            event(json!({"custom_data": {"search_string": long(70_000)}})).to_string(),
            "too_large",
        ),
        (
            "emails",
            event(json!({"user": {"email": vec!["ada@example.com"; 21]}})).to_string(),
            "too_many",
        ),
        (
            "items",
            event(json!({"custom_data": {"items": vec![item; 501]}})).to_string(),
            "too_many",
        ),
        (
            "properties",
            event(json!({"custom_data": {"properties": properties(101)}})).to_string(),
            "too_many",
        ),
        (
            "depth",
            event(json!({})).to_string().replace("{\"gpc\":false}", &deep(20_000)),
            "too_deep",
        ),
    ] {
        let outcome = process(pipeline(), text.as_bytes());
        for at in outcome.destinations() {
            assert_eq!((at.fate, at.reasons()), (Fate::Invalid, &[code][..]), "{name}");
        }
        assert!(outcome.to_json_with_event_id().len() < 1_000, "{name}");
    }
}

/// A string of consent that names millions of vendors costs no more than its length.
#[test]
fn hostile_consent_strings_end_in_a_no() {
    for text in ["A".repeat(40_000), format!("C{}", "_".repeat(40_000)), "~".repeat(40_000)] {
        for key in ["tcf", "gpp", "additional_consent"] {
            let event = event(
                json!({"consent": {key: text, "gpc": false}, "jurisdiction": {"country": "DE"}}),
            );
            let outcome = process(everywhere(), event.to_string().as_bytes());
            assert_eq!(outcome.payloads().count(), 0, "{key}");
        }
    }
}

/// Whatever arrives, the store stays within its bytes and never grants what it did not write down.
#[test]
fn a_full_store_holds_and_does_not_grow() {
    let mut options = MemoryOptions::default();
    options.max_bytes = MemoryStore::MIN_BYTES;
    let store = MemoryStore::new(&options);
    let keys = KeyMaker::new([8; 16]);
    for number in 0..200_000 {
        let id = EventId::new(&format!("other-{number}")).expect("an id");
        let key = keys.event("another shop", &id, "purchase");
        let claim = Claim::new(key, Destination::META.into(), Source::Server, now());
        let _ = store.reserve(&[claim], now());
    }
    assert!(store.bytes() <= MemoryStore::MIN_BYTES, "{}", store.bytes());
    let events: Vec<_> = (0..200)
        .map(|number| {
            let event = event(json!({"event_id": format!("own-{number}")}));
            pipeline().read(event.to_string().as_bytes()).expect("it is one")
        })
        .collect();
    let full = Verdict::Unknown(Unknown::Full);
    let mut held = 0;
    for outcome in pipeline().process_batch(&events, &store, now()) {
        let of_full = outcome.destinations().iter().filter(|at| at.dedup == Some(full));
        for at in of_full {
            assert_eq!(at.fate, Fate::Held);
            held += 1;
        }
    }
    assert!(held > 0, "the store was not full");
    assert!(store.bytes() <= MemoryStore::MIN_BYTES, "{}", store.bytes());
}

/// Names of one's own are counted as one: nobody can make the counters grow.
#[test]
fn counters_do_not_grow_with_what_is_said() {
    let pipeline = pipeline();
    let mut counters = Counters::default();
    for number in 0..2_000 {
        let event = event(
            json!({"event_name": format!("own_{number}"), "event_id": format!("e-{number}")}),
        );
        counters.add(&process(pipeline, event.to_string().as_bytes()));
    }
    let names: std::collections::BTreeSet<_> =
        counters.by_name().map(|(_, name, ..)| name).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["custom"]);
    assert!(counters.reasons().count() < 50);
    assert_eq!(counters.dedup().names().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// What leaves is bounded by what came: a body repeats no field, and a digest has 64 digits.
    #[test]
    fn output_is_linear_in_input(event in any_event(), items in 0_usize..500) {
        let mut event = event;
        let item = json!({"id": "sku-7", "name": "A mug", "quantity": 1, "price": "1.50"});
        event["custom_data"]["items"] = Value::from(vec![item; items]);
        let text = event.to_string();
        let outcome = everywhere().process_json(text.as_bytes(), &store(), now());
        let payloads: Vec<_> = outcome.payloads().cloned().collect();
        for batch in predispatch::payload::Batch::plan(&payloads) {
            let body = batch.body(&payloads);
            prop_assert!(body.len() < 3 * text.len() + 4_000, "{} from {}", body.len(), text.len());
        }
        prop_assert!(outcome.to_json_with_event_id().len() < 40_000);
    }

    /// No input panics: any bytes are an event or have a reason.
    #[test]
    fn any_bytes_have_a_fate(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let outcome = process(pipeline(), &bytes);
        for at in outcome.destinations() {
            prop_assert_eq!(at.fate, Fate::Invalid);
        }
    }
}
