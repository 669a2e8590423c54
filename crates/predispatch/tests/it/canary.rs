//! Marked personal data goes in everywhere; none of it comes out anywhere.

use predispatch::{Counters, payload::Batch};
use serde_json::json;

use crate::events::{now, pipeline, read, store};

/// Words that only the identifiers have. Each is long enough to be found in any encoding.
const MARKS: [&str; 9] = [
    "canarymail",
    "canaryfirst",
    "canarylast",
    "canarystreet",
    "canarycity",
    "canaryown",
    "canarycompany",
    "canarytitle",
    "canaryquery",
];
/// The number's digits, as Meta and TikTok hash them.
const NUMBERS: [&str; 2] = ["442079460958", "2079460958"];

#[test]
fn no_marked_word_leaves_in_any_form() {
    let event = json!({
        "event_name": "purchase", "event_id": "order-1", "event_time": now().unix_secs() - 60,
        "event_source_url": "https://shop.example.com/a/canaryquery@example.com?email=canarymail%40example.com#canaryquery@example.com",
        "referrer_url": "https://shop.example.com/?e=canarymail@example.com&n=+442079460958",
        "user": {
            "email": "canarymail@example.com", "phone": "+44 20 7946 0958",
            "first_name": "Canaryfirst", "last_name": "Canarylast", "street": "1 Canarystreet",
            "city": "Canarycity", "external_id": "canaryown@example.com",
            "company": "Canarycompany", "job_title": "Canarytitle", "date_of_birth": "1985-12-10",
        },
        "client": {"ip": "198.51.100.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
        "custom_data": {
            "currency": "GBP", "value": 1, "order_id": "A-1",
            "search_string": "canarymail@example.com",
            "content_name": "for canarymail@example.com",
            "properties": {"note": "call +44 20 7946 0958 or canarymail@example.com"},
        },
        "jurisdiction": {"country": "US", "region": "TX"},
        "consent": {"gpc": false},
    });
    let pipeline = pipeline();
    let event = read(&event);
    let outcome = pipeline.process(&event, &store(), now());
    let payloads: Vec<_> = outcome.payloads().cloned().collect();
    assert_eq!(payloads.len(), 4, "{}", predispatch::explain(&outcome));

    let mut counters = Counters::default();
    counters.add(&outcome);
    let mut out = vec![
        outcome.to_json(true),
        predispatch::explain(&outcome).to_string(),
        format!("{event:?} {outcome:?} {counters:?} {pipeline:?} {payloads:?}"),
    ];
    for batch in Batch::plan(&payloads) {
        out.push(String::from_utf8(batch.body(&payloads)).expect("bodies are JSON"));
        out.push(batch.envelope(&payloads).expect("of this list").url().to_owned());
    }
    // TikTok documents the city in clear.
    assert_eq!(out.iter().filter(|text| text.contains("canarycity")).count(), 1);
    for text in &out {
        let lower = text.to_lowercase().replace("\"city\":\"canarycity\"", "");
        for mark in MARKS.into_iter().chain(NUMBERS) {
            for form in forms(mark) {
                assert!(!lower.contains(&form), "{mark} as {form} in {text}");
            }
        }
    }
}

/// The ways in which a word may hide: itself, hexadecimal, percent-encoded, base64 at each of three
/// offsets (in lower case, as the text that it is looked for in).
fn forms(mark: &str) -> Vec<String> {
    let hex: String = mark.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = mark.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let mut forms = vec![mark.to_owned(), hex, percent];
    for shift in 0..3 {
        let encoded = base64(&[&b"   "[..shift], mark.as_bytes()].concat());
        // The characters at both ends have bits of their neighbours.
        let inner = &encoded[if shift == 0 { 0 } else { 4 }..encoded.len() - 4];
        forms.push(inner.to_lowercase());
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let all = chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
            let all = all << (8 * (3 - chunk.len()));
            (0..4).map(move |at| char::from(LETTERS[(all >> (18 - 6 * at) & 63) as usize]))
        })
        .collect()
}

#[test]
fn the_forms_are_what_encoders_make() {
    assert_eq!(base64(b"canarymail"), "Y2FuYXJ5bWFpbAAA");
    assert!(forms("canarymail").contains(&"63616e6172796d61696c".to_owned()));
}
