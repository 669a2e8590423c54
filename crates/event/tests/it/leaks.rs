//! What goes out in clear, and signals that must not be lost, in the corners of the input.

use predispatch_consent::Given;
use predispatch_event::{Event, EventName, ReadOptions, StandardEvent};
use predispatch_types::Timestamp;
use serde_json::{Value, json};

fn read(mut patch: Value) -> Event {
    patch["event_name"] = "page_view".into();
    patch["event_time"] = 1_795_197_791.into();
    Event::from_json(patch.to_string().as_bytes(), &ReadOptions::new()).unwrap()
}

#[test]
fn a_user_agent_that_cannot_be_looked_through_is_not_sent() {
    let long = format!("Mozilla/5.0 {} ada@example.com", "x".repeat(5_000));
    for agent in ["Mozilla/5.0 \u{1} ada@example.com", "ada@example.com\tMozilla", &long] {
        let event = read(json!({"client": {"user_agent": agent}}));
        assert_eq!(event.user_agent(), None, "{} bytes", agent.len());
        assert!(event.issues().iter().any(|issue| issue.field == "client.user_agent"));
    }
}

#[test]
fn a_language_is_sent_only_if_it_is_one() {
    let language = |text: &str| {
        let event = read(json!({"client": {"language": text}}));
        event.language().map(str::to_owned)
    };
    for (text, sent) in [
        ("en-GB", Some("en-GB")),
        // As Java and POSIX write a locale.
        ("de_DE", Some("de-DE")),
        ("zh_Hans_CN", Some("zh-Hans-CN")),
        ("gsw-CH", Some("gsw-CH")),
        ("en-GB,en;q=0.9", Some("en-GB")),
        ("zh-Hans-CN", Some("zh-Hans-CN")),
        ("ada@example.com", None),
        ("+44 20 7946 0958", None),
        ("en-16505551212", None),
        ("en-165-055-512", None),
        ("Ada Example", None),
        ("*", None),
    ] {
        assert_eq!(language(text).as_deref(), sent, "{text}");
    }
}

#[test]
fn a_long_id_is_looked_through_like_a_short_one() {
    for personal in ["ada@example.com", "ada%40example.com", "+442079460958"] {
        let id = format!("{}-{personal}", "7".repeat(200));
        let event = read(json!({"custom_data": {"order_id": id}, "user": {"lead_id": id}}));
        assert_eq!(event.custom_data().order_id, None, "{personal}");
        assert_eq!(event.user().lead_id, None, "{personal}");
    }
}

#[test]
fn a_property_named_after_a_persons_data_is_left_out() {
    let properties = json!({"first_name": "Ada", "Date-Of-Birth": "1990-12-10", "name": "Teapot"});
    let event = read(json!({"custom_data": {"properties": properties}}));
    let kept: Vec<_> = event.custom_data().properties.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(kept, ["name"]);
}

#[test]
fn an_objection_in_headers_that_cannot_be_used_still_counts() {
    let long = "c".repeat(9_000);
    for headers in [
        json!([["Sec-GPC", "1"], ["X"]]),
        json!([["Sec-GPC", "1"], ["Cookie", long]]),
        json!({"sec-gpc": "1", "cookie": long}),
        json!([["Sec-GPC", "1"], 7]),
        json!({"HTTP_USER_AGENT": "a", "HTTP_SEC_GPC": "1"}),
        json!({"user_agent": "a", "sec_gpc": "1"}),
        json!([["http-sec-gpc", "1"], ["Sec_GPC ", "1"]]),
    ] {
        let event = read(json!({"client": {"headers": headers}}));
        assert_eq!(event.consent().gpc, Given::Value(true));
    }
    for headers in [
        json!([["Sec-GPC"]]),
        json!([["Sec-GPC", "1", "1"]]),
        json!(["Sec-GPC: 1"]),
        json!([{"name": "Sec-GPC", "value": "1"}]),
        json!("Sec-GPC: 1"),
        json!([["Sec-GPC", ["1"]]]),
        json!(["HTTP_SEC_GPC: 1"]),
        json!({"Sec-GPC": "1", "HTTP_SEC_GPC": "0"}),
    ] {
        let event = read(json!({"client": {"headers": headers}}));
        assert!(event.consent().gpc.is_unreadable(), "{headers}");
    }
    let event = read(json!({"client": {"headers": [["Accept"]]}}));
    assert!(event.consent().gpc.is_absent());
}

#[test]
fn a_digest_beside_a_birth_date_does_not_hide_the_age() {
    let digest = "3".repeat(64);
    let age = |date: &str| {
        let user = json!({"date_of_birth": date});
        read(json!({"user": user, "user_hashed": {"date_of_birth": digest}})).person().age
    };
    assert_eq!(age("02/03/2015"), Given::Value(11));
    assert!(age("the third of May").is_unreadable());
    assert!(age("").is_absent());
}

#[test]
fn two_events_without_an_id_have_two_keys() {
    let ada = read(json!({"user": {"email": "ada@example.com"}}));
    let bob = read(json!({"user": {"email": "bob@example.com"}}));
    let consented =
        read(json!({"user": {"email": "ada@example.com"}, "consent": {"cmp": {"meta": true}}}));
    assert!(ada.key() != bob.key() && ada.key() != consented.key());
    assert_eq!(ada.key(), read(json!({"user": {"email": "ada@example.com"}})).key());
    let bare = Event::new(
        EventName::from(StandardEvent::PageView),
        Timestamp::from_unix_secs(1_795_197_791),
    );
    assert_eq!(bare.key(), read(json!({})).key());
}
