//! Strip lists that name click ids.

use predispatch_consent::Flags;
use predispatch_payload::Prepared;
use serde_json::{Value, json};

use crate::{
    platforms::SUBJECTS,
    setting::{permit, read, strip_with},
};

/// A click id that is misshapen, too old or of no known platform is none of the event's, and still
/// stands in the address.
#[test]
fn no_click_id_stays_in_an_address() {
    for query in ["fbclid=iwar2kx9abcdefghijklmnopqrst", "gclsrc=aw.ds", "fbclid=IwAR2kx9"] {
        let event = read(&json!({
            "event_name": "purchase", "event_id": "1", "event_time": 1_795_197_791,
            "event_source_url": format!("https://shop.example.com/p?{query}"),
            "user": {"email": "b@example.com"},
            "client": {"ip": "93.184.216.34", "user_agent": "Mozilla/5.0"},
            "custom_data": {"currency": "EUR", "value": "1.00"},
        }));
        let lines = "[vertical.finance]\nurl = \"standard\"\nstrip = [\"click_ids\"]";
        let mut flags = Flags::new();
        flags.strip = strip_with("finance", lines, event.time());
        for subject in SUBJECTS {
            let permit = permit(&event, subject.destination(), flags.clone(), event.time());
            let account = subject.account(&Value::Null);
            let Ok(built) = Prepared::new(&event).build(&permit, &account, event.time()) else {
                // Without a click id some platforms have too little to match by.
                assert_ne!(subject.name, "meta");
                continue;
            };
            let body = String::from_utf8(built.body.to_request()).unwrap();
            assert!(!body.contains(query), "{query} at {}: {body}", subject.name);
            if subject.name == "meta" {
                assert!(body.contains("https://shop.example.com/p\""), "{query}: {body}");
                let is_said = built.issues.iter().any(|issue| issue.code == "url_cut");
                assert!(is_said, "{query}");
            }
        }
    }
}

/// Without its currency an amount would be in the account's, or in US dollars.
#[test]
fn an_amount_goes_with_its_currency() {
    let event = read(&json!({
        "event_name": "add_to_cart", "event_id": "1", "event_time": 1_795_197_791,
        "event_source_url": "https://shop.example.com/p",
        "user": {"email": "b@example.com"}, "browser_ids": {"ga_client_id": "123.456"},
        "client": {"ip": "93.184.216.34", "user_agent": "Mozilla/5.0"},
        "custom_data": {"currency": "ISK", "value": "7103", "predicted_ltv": "7104", "shipping": "7105",
            "tax": "7106", "order_id": "o-1", "items": [{"id": "a", "quantity": 1, "price": "7107"}]},
    }));
    let lines = "[vertical.finance]\nurl = \"standard\"\nstrip = [\"custom_data.currency\"]";
    let mut flags = Flags::new();
    flags.strip = strip_with("finance", lines, event.time());
    for subject in SUBJECTS {
        let permit = permit(&event, subject.destination(), flags.clone(), event.time());
        let account = subject.account(&Value::Null);
        let built = Prepared::new(&event).build(&permit, &account, event.time()).unwrap();
        let body = String::from_utf8(built.body.to_request()).unwrap();
        assert!(!body.contains("ISK") && !body.contains(":710"), "{}: {body}", subject.name);
        assert!(built.issues.iter().any(|issue| issue.field == "custom_data.value"));
    }
}

/// Who does not want to be tracked by an app said so to be heard, whatever of the app is stripped. A yes is
/// stripped as all else.
#[test]
fn a_refusal_to_be_tracked_is_told_all_the_same() {
    for strip in ["app", "app.id", "app.platform"] {
        for (yes, at_pinterest, at_tiktok) in [
            (false, "\"opt_out\":true", "\"DENIED\""),
            (true, "\"opt_out\":false", "\"AUTHORIZED\""),
        ] {
            let event = read(&json!({
                "event_name": "purchase", "event_id": "1", "event_time": 1_795_197_791,
                "action_source": "app",
                "user": {"email": "b@example.com"},
                "client": {"ip": "93.184.216.34", "user_agent": "Mozilla/5.0"},
                "custom_data": {"currency": "EUR", "value": "1.00"},
                "app": {"id": "com.example", "platform": "ios", "advertiser_tracking_enabled": yes},
            }));
            let lines = format!("[vertical.finance]\nurl = \"standard\"\nstrip = [\"{strip}\"]");
            let mut flags = Flags::new();
            flags.strip = strip_with("finance", &lines, event.time());
            for (name, told) in [("pinterest", at_pinterest), ("tiktok", at_tiktok)] {
                let subject = SUBJECTS.iter().find(|subject| subject.name == name).unwrap();
                let permit = permit(&event, subject.destination(), flags.clone(), event.time());
                let account = subject.account(&Value::Null);
                let Ok(built) = Prepared::new(&event).build(&permit, &account, event.time()) else {
                    // Pinterest wants to know the system.
                    assert!(name == "pinterest" && strip != "app.id");
                    continue;
                };
                let body = String::from_utf8(built.body.to_request()).unwrap();
                assert!(!body.contains("com.example"), "{name}: {body}");
                let is_told = !yes || strip == "app.id";
                assert_eq!(body.contains(told), is_told, "{name}, without {strip}: {body}");
            }
        }
    }
}

/// A refund of a part whose amount is withheld must not take the whole order back.
#[test]
fn a_refund_whose_amount_is_withheld_is_not_of_the_whole() {
    let refund_of = |amount: &str| {
        read(&json!({
            "event_name": "refund", "event_id": "1", "event_time": 1_795_197_791,
            "event_source_url": "https://shop.example.com/p",
            "browser_ids": {"ga_client_id": "123.456"},
            "custom_data": {"currency": "EUR", amount: "20.00", "order_id": "A-1009"},
        }))
        .without_amounts()
    };
    let events = ["value", "shipping", "tax"].map(refund_of);
    let at = ["google_ads_adjustment", "google_analytics_4"];
    for (event, name) in events.iter().flat_map(|event| at.map(|name| (event, name))) {
        let subject = SUBJECTS.iter().find(|subject| subject.name == name).unwrap();
        let permit = permit(event, subject.destination(), Flags::new(), event.time());
        let account = subject.account(&Value::Null);
        let rejected = Prepared::new(event).build(&permit, &account, event.time()).unwrap_err();
        assert_eq!(rejected.reason.code(), "refund_may_be_partial", "{name}");
    }
}

/// Nor where a strip list takes the amount, or the lines.
#[test]
fn a_refund_whose_amount_or_lines_are_stripped_is_not_of_the_whole() {
    let lines = json!([{"id": "sku-7", "quantity": 1}]);
    let worths = [("custom_data.value", json!({"currency": "EUR", "value": "20.00"}), false)];
    let worths = worths.into_iter().chain([("custom_data.items", json!({"items": lines}), true)]);
    for (stripped, mut custom, has_lines) in worths {
        custom["order_id"] = json!("A-1009");
        let event = read(&json!({
            "event_name": "refund", "event_id": "1", "event_time": 1_795_197_791,
            "event_source_url": "https://shop.example.com/p",
            "browser_ids": {"ga_client_id": "123.456"}, "custom_data": custom,
        }));
        assert_eq!(event.custom_data().items.is_empty(), !has_lines);
        let lines = format!("[vertical.finance]\nurl = \"standard\"\nstrip = [\"{stripped}\"]");
        let mut flags = Flags::new();
        flags.strip = strip_with("finance", &lines, event.time());
        let subject = SUBJECTS.iter().find(|subject| subject.name == "google_analytics_4").unwrap();
        let permit = permit(&event, subject.destination(), flags, event.time());
        let account = subject.account(&Value::Null);
        let rejected = Prepared::new(&event).build(&permit, &account, event.time()).unwrap_err();
        assert_eq!(rejected.reason.code(), "refund_may_be_partial", "{stripped}");
    }
}
