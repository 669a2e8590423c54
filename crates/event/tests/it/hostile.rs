//! Broken input errs and never panics; what is read is written and read back.

use predispatch_event::{Disclose, Event, ReadOptions};
use proptest::prelude::*;

const FULL: &str = include_str!("../data/full.json");

fn read(json: &[u8]) -> Option<Event> {
    let strict = Event::from_json(json, &ReadOptions::new());
    let lenient = Event::from_json(json, &ReadOptions::new().lenient());
    // What the stricter reading takes, the other takes as well.
    assert!(strict.is_err() || lenient.is_ok());
    lenient.ok()
}

/// Writing and reading again changes nothing.
fn survives(event: &Event) {
    let written = event.write_json(Disclose::Everything);
    let again = Event::from_json(written.as_bytes(), &ReadOptions::new())
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.write_json(Disclose::Everything), written);
    assert_eq!(again.user(), event.user());
    assert_eq!(again.click_ids(), event.click_ids());
    assert_eq!(again.browser_ids(), event.browser_ids());
    assert_eq!(again.custom_data(), event.custom_data());
    assert_eq!(again.consent(), event.consent());
    assert_eq!(again.destinations(), event.destinations());
    assert_eq!((again.place(), again.vertical()), (event.place(), event.vertical()));
    assert_eq!((again.source(), again.action_source()), (event.source(), event.action_source()));
    assert_eq!(again.app(), event.app());
    let person = |event: &Event| {
        let known = event.person();
        (known.age, known.minor, known.birth_date, known.erased, known.objected)
    };
    assert_eq!(person(&again), person(event));
    assert_eq!(again.key(), event.key());
    assert_eq!((again.id(), again.time(), again.name()), (event.id(), event.time(), event.name()));
}

#[test]
fn every_truncation_is_an_error() {
    let json = FULL.trim_end();
    survives(&read(json.as_bytes()).unwrap());
    for end in 0..json.len() {
        assert!(read(&json.as_bytes()[..end]).is_none(), "{end}");
    }
}

#[test]
fn no_flipped_bit_panics() {
    let mut json = FULL.trim_end().as_bytes().to_vec();
    let mut read_anyway = 0;
    for place in 0..json.len() {
        let bit = 1 << (place % 7);
        json[place] ^= bit;
        if let Some(event) = read(&json) {
            survives(&event);
            read_anyway += 1;
        }
        json[place] ^= bit;
    }
    assert!(read_anyway > 300, "{read_anyway} of them were read");
}

/// Whatever stands before an escape, and however little after it.
#[test]
fn an_escape_near_the_end_is_read() {
    let start = r#"{"event_name":"view_content","event_time":1795197791,"#;
    for end in [
        r#""custom_data":{"content_name":"Gaming laptop, 17.3\""}}"#,
        r#""vertical":"health and beauty\n"}"#,
        r#""referrer_url":"https://shop.example/a/long/path?x=1\u0026y=2"}"#,
        r#""custom_data":{"search_string":"\u00e9t\u00e9","content_name":"a long name\t\ud83d\ude00"}}"#,
    ] {
        let json = format!("{start}{end}");
        survives(&read(json.as_bytes()).unwrap_or_else(|| panic!("{json}")));
    }
}

/// Cookies whose value holds another cookie's form.
#[test]
fn an_id_within_an_id_survives() {
    for cookie in [
        "_rdt_uuid=1763661700123.9000000.IwAR2kx9",
        "_ga=GA1.1.GA1.2.1098115397.1763661700",
        "_ga_ABC=GS2.1.sGS1.1.1763661700$o4",
    ] {
        let json = serde_json::json!({
            "event_name": "lead", "event_time": 1_795_197_791, "client": {"headers": [["Cookie", cookie]]},
        });
        let event = read(json.to_string().as_bytes()).unwrap();
        assert_ne!(event.browser_ids(), &Default::default(), "{cookie}");
        survives(&event);
    }
}

#[test]
fn a_digest_before_a_plain_address_survives() {
    let digest = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f";
    let mut json: serde_json::Value = serde_json::from_str(FULL).unwrap();
    json["user"]["email"] = serde_json::json!([digest, "ada@example.com", digest, "b@example.org"]);
    survives(&read(json.to_string().as_bytes()).unwrap());
}

/// A value of any shape for any key.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let texts = prop_oneof![
        "\\PC{0,12}",
        Just(String::new()),
        Just("ada@example.com".to_owned()),
        Just("+442079460958".to_owned()),
        Just("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f".to_owned()),
        Just("2026-11-20T18:03:11Z".to_owned()),
        Just("EUR".to_owned()),
        Just("129.90".to_owned()),
        Just("https://a.example/?gclid=x&email=ada%40example.com".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1e6..1e6).prop_map(Into::into),
        texts.prop_map(Into::into),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Into::into),
            prop::collection::hash_map("[a-z_]{1,6}", inner, 0..3)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A path of the schema, as its keys stand in the full event.
fn any_path() -> impl Strategy<Value = String> {
    let full: serde_json::Value = serde_json::from_str(FULL).unwrap();
    let mut paths = Vec::new();
    for (key, value) in full.as_object().unwrap() {
        paths.push(format!("/{key}"));
        for inner in value.as_object().into_iter().flat_map(|object| object.keys()) {
            paths.push(format!("/{key}/{inner}"));
        }
    }
    prop::sample::select(paths)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_stands_in_a_field_the_event_is_read_or_refused(
        changes in prop::collection::vec((any_path(), any_json()), 1..4)
    ) {
        let mut json: serde_json::Value = serde_json::from_str(FULL).unwrap();
        for (path, value) in changes {
            if let Some(place) = json.pointer_mut(&path) {
                *place = value;
            }
        }
        if let Some(event) = read(json.to_string().as_bytes()) {
            survives(&event);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&bytes).is_none());
    }
}
