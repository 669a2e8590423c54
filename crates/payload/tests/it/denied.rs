//! What the person denied is told to the platform, or left out, or the platform gets nothing.

use predispatch_payload::{Prepared, Rejected};
use predispatch_types::{Issue, Sha256Hex};
use serde_json::{Value, json};

use crate::{
    platforms::SUBJECTS,
    setting::{flags, merge, permit, read},
};

/// A purchase with a click of every platform, in the fields and in the addresses.
fn event() -> Value {
    let query = "fbclid=IwAR2Clicked&gclid=Cj0Clicked&ttclid=E.C.P.Clicked&epik=dj0yClicked\
        &rdt_cid=Clicked5&li_fat_id=Clicked-6&twclid=Clicked7&ScCid=6f1c2b3a-0d4e-4f5a-8b6c-7d8e9fa0b1c2\
        &msclkid=0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    json!({
        "event_name": "purchase", "event_id": "ord-1", "event_time": 1_795_197_791,
        "event_source_url": format!("https://shop.example.com/thanks?{query}"),
        "referrer_url": format!("https://shop.example.com/cart?{query}"),
        "user": {"email": "ada@example.com", "phone": "+442079460958", "external_id": "c-1009",
            "country": "US", "mobile_ad_id": DEVICE},
        "browser_ids": {"ga_client_id": "123.456"},
        "client": {"ip": "93.184.216.34", "user_agent": "Mozilla/5.0"},
        "custom_data": {"currency": "EUR", "value": "1.00", "order_id": "o-1"},
    })
}

const DEVICE: &str = "ea7583cd-a667-48bc-b806-42ecb2b48606";

/// A platform's request with what was noticed, or why it gets none.
type Request = Result<(String, Vec<Issue>), Rejected>;

fn requests(event: &Value, spec: &Value) -> Vec<(&'static str, Request)> {
    let event = read(event);
    let request = |subject: &crate::platforms::Subject| {
        let to = subject.destination();
        let permit = permit(&event, to, flags(spec, to, event.time()), event.time());
        let account = subject.account(&Value::Null);
        let built = Prepared::new(&event).build(&permit, &account, event.time())?;
        Ok((String::from_utf8(built.body.to_request()).unwrap(), built.issues))
    };
    SUBJECTS.iter().map(|subject| (subject.name, request(subject))).collect()
}

/// The requests that were built; all others are refused with this code.
fn built(event: &Value, spec: &Value, code: &str) -> Vec<(&'static str, String)> {
    let mut built = Vec::new();
    for (name, request) in requests(event, spec) {
        match request {
            Ok((body, _)) => built.push((name, body)),
            Err(rejected) => assert_eq!(rejected.reason.code(), code, "{name}"),
        }
    }
    built
}

fn names<T>(built: &[(&'static str, T)]) -> Vec<&'static str> {
    built.iter().map(|(name, _)| *name).collect()
}

#[test]
fn storage_denied_takes_every_click_and_device_along() {
    let spec = json!({"ad_user_data": "granted", "ad_storage": "denied"});
    let built = built(&event(), &spec, "limited_use_mismatch");
    let told = [
        "amazon",
        "google_ads_adjustment",
        "google_ads_click",
        "google_analytics_4",
        "google_data_manager",
        "microsoft",
    ];
    assert_eq!(names(&built), told);
    for (name, body) in built {
        for mark in ["Clicked", "6f1c2b3a", "0a1b2c3d4e5f", DEVICE] {
            assert!(!body.contains(mark), "{name}: {mark} in {body}");
        }
    }
}

#[test]
fn user_data_denied_takes_the_person_along() {
    let built = built(&event(), &json!({"ad_user_data": "denied"}), "user_data_denied");
    assert_eq!(names(&built), ["google_ads_click", "google_analytics_4", "google_data_manager"]);
    let hash = |text: &str| Sha256Hex::of(text.as_bytes()).as_str().to_owned();
    let person = [
        hash("ada@example.com"),
        hash("+442079460958"),
        "c-1009".into(),
        "93.184".into(),
        "Mozilla".into(),
        DEVICE.into(),
    ];
    for (name, body) in built {
        assert!(body.contains("DENIED"), "{name}");
        for mark in &person {
            assert!(!body.contains(mark), "{name}: {mark} in {body}");
        }
    }
}

#[test]
fn personal_ads_denied_are_told() {
    let spec = json!({"ad_user_data": "granted", "ad_personalization": "denied"});
    let built = built(&event(), &spec, "limited_use_mismatch");
    assert_eq!(names(&built), ["google_analytics_4", "google_data_manager"]);
    for (name, body) in built {
        assert!(body.contains("DENIED"), "{name}");
    }
}

/// Some have a flag for it, others not; the device's id goes to none of them.
#[test]
fn who_is_not_to_be_tracked_is_not_followed_by_device() {
    let mut event = event();
    let app = json!({"platform": "ios", "advertiser_tracking_enabled": false,
        "extinfo": ["i2", "", "", "", "17", "", "", "", "", "", "", "", "", "", "", ""]});
    merge(&mut event, &json!({"action_source": "app", "app": app}));
    let upper = DEVICE.to_ascii_uppercase();
    let hash = |text: &str| Sha256Hex::of(text.as_bytes()).as_str().to_owned();
    let marks = [DEVICE.to_owned(), hash(DEVICE), hash(&upper), upper];
    let mut checked = 0;
    for (name, request) in requests(&event, &Value::Null) {
        let (body, issues) = match request {
            Ok(built) => built,
            Err(rejected) => {
                assert_eq!(rejected.reason.code(), "action_source_not_taken", "{name}");
                continue;
            }
        };
        for mark in &marks {
            assert!(!body.contains(mark), "{name}: {mark} in {body}");
        }
        let is_said =
            |issue: &Issue| (issue.code, issue.field) == ("consent_denied", "user.mobile_ad_id");
        assert!(issues.iter().any(is_said), "{name}: {issues:?}");
        checked += 1;
    }
    assert!(checked >= 10, "{checked}");
}
