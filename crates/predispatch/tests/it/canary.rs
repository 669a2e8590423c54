//! Law 2: marked personal data goes in everywhere; none of it comes out anywhere, in any encoding.

use predispatch::{
    Counters, Pipeline,
    event::{Event, ReadOptions},
    explain,
    payload::Batch,
};
use serde_json::{Value, json};

use crate::events::{everywhere, now, store};

/// Each is long enough to be found in any encoding, and stands in nothing else.
const ADDRESS: &str = "canarymail@example.com";
const NUMBER: &str = "+44 20 7946 0958";
const MARKS: [&str; 3] = ["canarymail", "2079460958", "20 7946 0958"];
/// What only the identifiers have.
const NAMES: [&str; 7] = [
    "canaryfirst",
    "canarylast",
    "canarystreet",
    "canaryown",
    "canarycompany",
    "canarytitle",
    "canarycity",
];

/// An event that goes everywhere.
fn event() -> Value {
    json!({
        "event_name": "purchase", "event_id": "order-1", "event_time": now().unix_secs() - 60,
        "event_source_url": "https://shop.example.com/thanks?fbclid=IwAR2kx9&gclid=Cj0KCQ&twclid=23opevjt88&li_fat_id=f0b1c2d3-1111-4222-8333-444455556666",
        "user": {"email": ["ada@example.com"], "external_id": "c-1"},
        "client": {"ip": "93.184.216.34", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
        "custom_data": {"currency": "GBP", "value": 1, "order_id": "A-1"},
        "jurisdiction": {"country": "US", "region": "TX"},
        "consent": {"gpc": false},
    })
}

/// All that is ever said or sent about an event.
fn outputs(pipeline: &Pipeline, event: &Value) -> (Vec<String>, usize) {
    let text = event.to_string();
    let event = match Event::from_json(text.as_bytes(), &ReadOptions::new()) {
        Ok(event) => event,
        Err(error) => {
            let outcome = pipeline.unreadable(error);
            let said = format!("{error} {error:?} {outcome:?}");
            return (vec![said, outcome.to_json_with_event_id(), explain(&outcome).to_string()], 0);
        }
    };
    let mut outcome = pipeline.process(&event, &store(), now());
    let payloads: Vec<_> = outcome.payloads().cloned().collect();
    let mut counters = Counters::default();
    counters.add(&outcome);
    let prepared = pipeline.prepare(&event, now());
    let mut out = vec![
        outcome.to_json_with_event_id(),
        explain(&outcome).to_string(),
        format!("{event:?} {prepared:?} {outcome:?} {counters:?} {pipeline:?} {payloads:?}"),
        event.issues().iter().map(|issue| format!("{issue} {issue:?}")).collect(),
    ];
    out.push(format!("{:?}", outcome.take_receipt()));
    for batch in Batch::plan(&payloads) {
        let envelope = batch.envelope(&payloads).expect("of this list");
        out.push(format!("{batch:?} {} {:?}", envelope.url(), envelope.headers()));
        out.push(String::from_utf8(batch.body(&payloads)).expect("bodies are JSON"));
    }
    (out, payloads.len())
}

fn assert_clean(outputs: &[String], marks: &[&str], place: &str) {
    for text in outputs {
        let lower = text.to_lowercase();
        for mark in marks {
            for form in forms(mark) {
                assert!(!lower.contains(&form), "{mark} in {place} came out as {form} in {text}");
            }
        }
    }
}

#[test]
fn identifiers_leave_as_digests_only() {
    let mut event = event();
    event["user"] = json!({
        "email": ADDRESS, "phone": NUMBER,
        "first_name": "Canaryfirst", "last_name": "Canarylast", "street": "1 Canarystreet",
        "city": "Canarycity", "external_id": "canaryown@example.com",
        "company": "Canarycompany", "job_title": "Canarytitle", "date_of_birth": "1985-12-10",
    });
    let (mut outputs, payloads) = outputs(everywhere(), &event);
    assert!(payloads >= 8, "it goes to {payloads} destinations");
    // What a platform documents as plain goes plain: a city, at TikTok, Google Ads and so on.
    let plain = |text: &str| text.to_lowercase().contains("\"canarycity\"");
    assert!(outputs.iter().any(|text| plain(text)), "nothing was plain where it may be");
    for text in &mut outputs {
        *text = text.to_lowercase().replace("\"city\":\"canarycity\"", "");
    }
    assert_clean(&outputs, &MARKS, "user");
    assert_clean(&outputs, &NAMES, "user");
}

/// An address and a number in every field that takes text, one field at a time.
#[test]
fn no_field_lets_an_address_or_a_number_through() {
    let schema: Value = serde_json::from_str(include_str!("../../../event/schema/event.json"))
        .expect("the schema is JSON");
    let mut places = Vec::new();
    texts(&schema, &mut Vec::new(), &mut places);
    // Objects whose keys are anybody's own.
    for own in [
        "custom_data/properties/note",
        "consent/tcf",
        "consent/gpp",
        "consent/us_privacy",
        "consent/note",
        "client/headers/X-Note",
        "client/headers/Cookie",
        "client/headers/User-Agent",
        "client/headers/Referer",
        "client/signals/user_agent",
        "note",
    ] {
        places.push(own.split('/').map(str::to_owned).collect());
    }
    assert!(places.len() > 90, "only {} places", places.len());
    let pipeline = everywhere();
    let mut sent = 0;
    // Of a regulated subject the audit record keeps more.
    let subjects = [json!(null), json!("health")];
    for (place, subject) in places.iter().flat_map(|place| subjects.iter().map(move |s| (place, s)))
    {
        let name = format!("{} ({subject})", place.join("/"));
        for text in [
            ADDRESS.to_owned(),
            NUMBER.to_owned(),
            format!("for {ADDRESS} or {NUMBER}"),
            format!("https://shop.example.com/{ADDRESS}?e={ADDRESS}&p=%2B442079460958#{ADDRESS}"),
        ] {
            let mut event = event();
            event["vertical"] = subject.clone();
            put(&mut event, place, json!(text));
            let (outputs, payloads) = outputs(pipeline, &event);
            assert_clean(&outputs, &MARKS, &name);
            sent += payloads;
        }
    }
    // In most fields the mark is dropped and the event goes.
    assert!(sent > places.len() * 8, "{sent} payloads from {} places", places.len());
}

/// A name of the sender's own is no address and no number, and may hold anything.
#[test]
fn the_name_of_a_regulated_event_is_in_no_record() {
    for vertical in ["health", "health, oncology", "Health: oncology"] {
        let mut event = event();
        event["event_name"] = json!("Oncology visit Canarylast 442079460958");
        event["vertical"] = json!(vertical);
        let (outputs, payloads) = outputs(everywhere(), &event);
        assert_eq!(payloads, 0, "{vertical}");
        assert!(outputs[0].contains("\"vertical\":\"health\""), "no record in {}", outputs[0]);
        assert_clean(&outputs, &["canarylast", "2079460958", "oncology"], vertical);
    }
}

/// The key, too, may be personal data where keys are free.
#[test]
fn no_free_key_lets_an_address_through() {
    for object in ["custom_data/properties", "consent/cmp", "client/headers", "user", ""] {
        let mut event = event();
        let mut place: Vec<_> =
            object.split('/').filter(|key| !key.is_empty()).map(str::to_owned).collect();
        place.push(ADDRESS.to_owned());
        put(&mut event, &place, json!("yes"));
        let (outputs, _) = outputs(everywhere(), &event);
        assert_clean(&outputs, &MARKS, object);
    }
}

/// Every place of the schema where a text may stand.
fn texts(node: &Value, path: &mut Vec<String>, places: &mut Vec<Vec<String>>) {
    for choice in node["anyOf"].as_array().into_iter().flatten() {
        texts(choice, path, places);
    }
    let types = node["type"].as_array().cloned().unwrap_or_else(|| vec![node["type"].clone()]);
    if types.contains(&json!("string")) && !places.contains(path) && !path.is_empty() {
        places.push(path.clone());
    }
    for (key, inner) in node["properties"].as_object().into_iter().flatten() {
        path.push(key.clone());
        texts(inner, path, places);
        path.pop();
    }
    if node["items"].is_object() {
        path.push("[]".to_owned());
        texts(&node["items"], path, places);
        path.pop();
    }
}

fn put(event: &mut Value, place: &[String], value: Value) {
    let mut at = event;
    for key in place {
        if key == "[]" {
            if !at.is_array() {
                *at = json!([{}]);
            }
            at = &mut at[0];
        } else {
            if !at.is_object() {
                *at = json!({});
            }
            at = &mut at[key.as_str()];
        }
    }
    *at = value;
}

/// The ways in which a mark may hide: itself, hexadecimal, percent-encoded, base64 at each of three
/// offsets (in lower case, as the text that it is looked for in).
fn forms(mark: &str) -> Vec<String> {
    let hex: String = mark.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = mark.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let mut forms = vec![mark.to_owned(), hex, percent, mark.replace(' ', "%20")];
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

/// The search finds what is there: else the tests above would hold for any output.
#[test]
#[should_panic(expected = "came out")]
fn a_leak_is_found() {
    assert_clean(&["x=Y2FuYXJ5bWFpbA==".to_owned()], &MARKS, "nowhere");
}
