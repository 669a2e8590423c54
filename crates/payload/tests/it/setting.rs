//! Events, permits and moments of tests.

use std::sync::{Arc, LazyLock};

use predispatch_consent::{
    Attestation, Destination, EventFacts, Flags, Grant, LimitedKeyword, LimitedUse, Permit, Place,
    Policy, StripList,
};
use predispatch_event::{Event, ReadOptions};
use predispatch_payload::event_key;
use predispatch_types::{Country, Platform, Region, Timestamp};
use serde_json::Value;

pub(crate) fn read(event: &Value) -> Event {
    let json = serde_json::to_vec(event).unwrap();
    Event::from_json(&json, &ReadOptions::new()).unwrap_or_else(|error| panic!("{error}: {event}"))
}

/// `base` changed by `patch`: RFC 7396, by which `null` removes a key.
pub(crate) fn merge(base: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *base = patch.clone();
        return;
    };
    if !base.is_object() {
        *base = Value::Object(serde_json::Map::new());
    }
    let object = base.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            object.remove(key);
        } else {
            merge(object.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// The flags that a case writes as `{"limited":"US-CA","strip":"employment","ad_storage":"denied"}`.
pub(crate) fn flags(spec: &Value, destination: Destination, at: Timestamp) -> Flags {
    let mut flags = Flags::new();
    if let Some(place) = spec["limited"].as_str() {
        let state = place.strip_prefix("US-").map(|code| Region::new(Country::US, code).unwrap());
        flags.limited_use = Some(POLICY.limited_use(destination, state, at).unwrap());
    }
    match spec["limited_as"].as_str() {
        Some("ldu") => {
            let Some(LimitedUse::Snapchat { keyword, .. }) = &mut flags.limited_use else {
                panic!("limited_as ldu without limited at Snapchat")
            };
            *keyword = LimitedKeyword::Ldu;
        }
        None => {}
        Some("amazon") => flags.limited_use = Some(LimitedUse::Amazon),
        Some("tiktok") => flags.limited_use = Some(LimitedUse::TikTok),
        Some(other) => panic!("no flag: {other}"),
    }
    flags.ad_storage = grant(&spec["ad_storage"]);
    flags.ad_user_data = grant(&spec["ad_user_data"]);
    flags.ad_personalization = grant(&spec["ad_personalization"]);
    flags.analytics_storage = grant(&spec["analytics_storage"]);
    if let Some(vertical) = spec["strip"].as_str() {
        flags.strip = strip(vertical, at);
    }
    flags
}

fn grant(spec: &Value) -> Option<Grant> {
    match spec.as_str()? {
        "granted" => Some(Grant::Granted),
        "denied" => Some(Grant::Denied),
        other => panic!("no grant: {other}"),
    }
}

/// The strip list of a vertical, had the way every caller has it: by a decision.
fn strip(vertical: &str, at: Timestamp) -> Vec<Arc<StripList>> {
    strip_with(vertical, "", at)
}

/// The same under a policy with these lines more.
pub(crate) fn strip_with(vertical: &str, lines: &str, at: Timestamp) -> Vec<Arc<StripList>> {
    let text = format!(
        "version = \"test\"\n{lines}\n[[exemption]]\nvertical = \"{vertical}\"\ndestination = \"meta\"\nevent = \"purchase\"\nproof = \"test\"\n"
    );
    let policy = POLICY.overlay(&text).unwrap();
    let event = predispatch_types::EventId::new("strip").unwrap();
    let mut facts =
        EventFacts::new(predispatch_consent::EventKey::of_id("purchase", &event), "purchase", at);
    facts.vertical = Some(vertical);
    facts.place.explicit = Place::parse("US", Some("OH"));
    let signals = predispatch_consent::Signals::default();
    let person = predispatch_consent::Person::default();
    let case = predispatch_consent::Case::new(&signals, &person, &facts, &policy, at);
    let decision = case.decide(Platform::Meta.into());
    assert!(!decision.flags().strip.is_empty(), "{decision}");
    decision.flags().strip.clone()
}

pub(crate) fn permit(event: &Event, to: Destination, flags: Flags, now: Timestamp) -> Permit {
    let basis = Attestation::new("a test").unwrap();
    Permit::attested(basis, to, event_key(event), flags, now..=now.plus_secs(600))
}

pub(crate) static POLICY: LazyLock<Policy> = LazyLock::new(Policy::bundled);
