//! Permits as decisions make them: a platform's module takes every flag that one can have.

use predispatch_consent::{
    Case, ConsentMode, EventFacts, Given, Grant, Outcome, Person, Place, Signals,
};
use predispatch_payload::{Prepared, event_key};
use serde_json::Value;

use crate::{
    platforms::{SUBJECTS, data},
    setting::{POLICY, read},
};

/// In Ohio nobody is asked, in California the browser says no, in Germany nobody asked.
#[test]
fn what_a_decision_permits_is_built() {
    let base = std::fs::read_to_string(data("base.json")).unwrap();
    let event = read(&serde_json::from_str(&base).unwrap());
    let mut limited = 0;
    for subject in SUBJECTS {
        let account = subject.account(&Value::Null);
        for (country, state, gpc) in
            [("US", Some("OH"), false), ("US", Some("CA"), true), ("DE", None, false)]
        {
            let mut facts = EventFacts::new(event_key(&event), event.name().as_str(), event.time());
            facts.place.explicit = Place::parse(country, state);
            facts.headers_seen = true;
            let mut signals = Signals::default();
            signals.gpc = if gpc { Given::Value(true) } else { Given::Absent };
            let person = Person::default();
            let case = Case::new(&signals, &person, &facts, &POLICY, event.time());
            let decision = case.decide(subject.destination());
            let (outcome, shown) = (decision.outcome(), decision.to_string());
            let wanted: &[Outcome] = match (country, gpc) {
                ("DE", _) => &[Outcome::Deny],
                (_, true) => &[Outcome::Limited, Outcome::Deny],
                _ => &[Outcome::Allow],
            };
            assert!(wanted.contains(&outcome), "{}: {shown}", subject.name);
            let Some(permit) = decision.into_permit() else { continue };
            limited += usize::from(outcome == Outcome::Limited);
            let built = Prepared::new(&event).build(&permit, &account, event.time());
            assert!(built.is_ok(), "{} after {shown}: {}", subject.name, built.unwrap_err());
        }
    }
    assert!(limited >= 6, "only {limited} limited");
}

/// In Germany everything was granted, or everything but personalised ads.
#[test]
fn what_was_granted_is_said() {
    let base = std::fs::read_to_string(data("base.json")).unwrap();
    let event = read(&serde_json::from_str(&base).unwrap());
    let mut said = Vec::new();
    for subject in SUBJECTS {
        let account = subject.account(&Value::Null);
        for personal in [Grant::Granted, Grant::Denied] {
            let mut facts = EventFacts::new(event_key(&event), event.name().as_str(), event.time());
            facts.place.explicit = Place::parse("DE", None);
            let mut mode = ConsentMode::all(Grant::Granted);
            mode.ad_personalization = Given::Value(personal);
            let mut signals = Signals::default();
            signals.consent_mode = Given::Value(mode);
            signals.collected_at = Given::Value(event.time());
            let person = Person::default();
            let case = Case::new(&signals, &person, &facts, &POLICY, event.time());
            let decision = case.decide(subject.destination());
            let shown = decision.to_string();
            let Some(permit) = decision.into_permit() else { continue };
            let built = Prepared::new(&event).build(&permit, &account, event.time());
            let body = built.unwrap_or_else(|error| panic!("{} {shown}: {error}", subject.name));
            let request: Value = serde_json::from_slice(&body.body.to_request()).unwrap();
            let words = [
                "/data/0/adStorageConsent",
                "/consent",
                "/events/0/consent",
                "/conversions/0/consent",
            ];
            let word = words.iter().find_map(|place| request.pointer(place));
            let word = word.map_or_else(|| "nothing".to_owned(), Value::to_string);
            said.push(format!("{} {personal:?}: {word}", subject.name));
        }
    }
    assert_eq!(said, SAID, "{said:#?}");
}

/// Consent Mode speaks for Google and Microsoft. Where personalised ads are denied, what has no word for it
/// gets no event.
const SAID: [&str; 7] = [
    "google_ads_adjustment Granted: nothing",
    r#"google_ads_click Granted: {"adUserData":"GRANTED"}"#,
    r#"google_analytics_4 Granted: {"ad_personalization":"GRANTED","ad_user_data":"GRANTED"}"#,
    r#"google_analytics_4 Denied: {"ad_personalization":"DENIED","ad_user_data":"GRANTED"}"#,
    r#"google_data_manager Granted: {"adPersonalization":"CONSENT_GRANTED","adUserData":"CONSENT_GRANTED"}"#,
    r#"google_data_manager Denied: {"adPersonalization":"CONSENT_DENIED","adUserData":"CONSENT_GRANTED"}"#,
    r#"microsoft Granted: "G""#,
];
