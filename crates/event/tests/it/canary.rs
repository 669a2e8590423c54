//! Marked values in every place that an event can hold: none shows in an error, an issue, a `Debug` or
//! the JSON for logs.

use predispatch_event::{Disclose, Event, ReadOptions};
use serde_json::{Value, json};

/// A value for every field that holds a text, with a number that is in no other.
fn marked() -> Vec<String> {
    (0..64).map(|number| format!("canary{number:02}x")).collect()
}

/// An event with a mark in 51 places; all of them are read.
fn event_with_marks() -> (Value, usize) {
    let marks = marked();
    let mut next = marks.iter();
    let mut used = 0;
    let mut mark = || {
        used += 1;
        next.next().unwrap().clone()
    };
    let event = json!({
        "event_name": mark(), "event_time": 1_795_197_791, "event_id": mark(),
        "event_source_url": format!("https://shop.example.com/{}?gclid={}&q={}", mark(), mark(), mark()),
        "referrer_url": format!("https://shop.example.com/{}", mark()),
        "user": {
            "email": [format!("{}@example.com", mark()), format!("{}@example.com", mark())],
            "first_name": mark(), "last_name": mark(), "street": mark(), "city": mark(),
            "region": mark(), "postal_code": mark(), "external_id": mark(),
            "subscription_id": mark(), "lead_id": mark(), "company": mark(), "job_title": mark(),
        },
        "click_ids": {
            "fbclid": mark(), "gclid": mark(), "gbraid": mark(), "wbraid": mark(), "dclid": mark(),
            "ttclid": mark(), "li_fat_id": mark(), "sc_click_id": mark(), "epik": mark(),
            "rdt_cid": mark(), "twclid": mark(),
        },
        "browser_ids": {
            "fbp": format!("fb.1.1795000000000.{}", mark()), "ttp": mark(), "sc_cookie1": mark(),
            "ga_client_id": mark(), "ga_session_id": mark(), "rdt_uuid": mark(), "uet_vid": mark(),
        },
        "client": {
            "user_agent": mark(), "language": mark(),
            "headers": [["Cookie", mark()], ["Accept", mark()]],
        },
        "custom_data": {"order_id": mark(), "search_string": mark(), "properties": {mark(): mark()}},
        "original_event": {"event_name": mark(), "event_id": mark(), "order_id": mark()},
        "consent": {"tcf": mark(), "gpp": mark(), "us_privacy": mark()},
        "vertical": mark(),
        mark(): mark(),
    });
    (event, used)
}

fn shows_none(place: &str, text: &str) {
    assert!(!text.contains("canary"), "{place}: {text}");
}

#[test]
fn no_marked_value_shows() {
    let (json, used) = event_with_marks();
    assert!(used >= 50, "{used} marks");
    let text = json.to_string();
    let event = Event::from_json(text.as_bytes(), &ReadOptions::new().lenient()).unwrap();
    shows_none("Debug", &format!("{event:?} {event:#?}"));
    for issue in event.issues() {
        shows_none("issue", &format!("{issue} {issue:?}"));
    }
    shows_none("log JSON", &event.write_json(Disclose::NotThePerson));
    // And they were there.
    let written = event.write_json(Disclose::Everything);
    let kept = marked().iter().filter(|mark| written.contains(*mark)).count();
    assert!(kept >= 45, "{kept} of {used} kept");
}

#[test]
fn no_error_shows_a_marked_value() {
    let (json, _) = event_with_marks();
    let text = json.to_string();
    let mut seen = 0;
    // Strict, cut off anywhere, and with a wrong type in each field that must be right.
    let mut broken: Vec<String> = (0..text.len()).map(|end| text[..end].to_owned()).collect();
    for key in ["event_name", "event_time", "action_source", "source", "vertical", "destinations"] {
        for value in
            [json!({"canary": "canary"}), json!("canary \u{7}"), json!("canary@example.com")]
        {
            let mut changed = json.clone();
            changed[key] = value;
            broken.push(changed.to_string());
        }
    }
    for text in broken.iter().chain([&text]) {
        if let Err(error) = Event::from_json(text.as_bytes(), &ReadOptions::new()) {
            shows_none("error", &format!("{error} {error:?} {} {}", error.code(), error.pointer()));
            seen += 1;
        }
    }
    assert!(seen > 1_000, "{seen} errors");
}
