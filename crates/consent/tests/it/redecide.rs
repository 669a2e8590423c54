//! The second look, beyond what the table asks.

use predispatch_consent::{
    Case, ConsentMode, DigestKey, EventFacts, EventKey, Given, Grant, Newest, Outcome, Person,
    Place, Policy, Reason, Reasons, Record, Signals, redecide,
};
use predispatch_types::{Platform, Timestamp};
use serde_json::{from_value, json};

fn time() -> Timestamp {
    "2026-11-20T18:00:00Z".parse().unwrap()
}

fn key() -> EventKey {
    EventKey::of_content(b"one")
}

fn log() -> DigestKey {
    DigestKey::new([9; 32])
}

fn recorded(policy: &Policy, place: &str, signals: &Signals) -> Record {
    let mut event = EventFacts::new(key(), "purchase", time());
    event.place.explicit = Place::parse(&place[..2], Some(place));
    let case = Case::new(signals, &Person::default(), &event, policy, time());
    case.recorder(&log()).decide(Platform::Meta.into()).1
}

#[test]
fn a_record_of_another_event_or_log_permits_nothing() {
    let (policy, silence) = (Policy::bundled(), Signals::default());
    let record = recorded(&policy, "US-OH", &silence);
    assert_eq!(record.outcome(), Outcome::Allow);
    let now = time().plus_secs(60);
    let same = redecide(&record, &Newest::new(key(), &silence, now), &policy, &log());
    assert_eq!(same.outcome(), Outcome::Allow);
    let other = EventKey::of_content(b"two");
    for decision in [
        redecide(&record, &Newest::new(other, &silence, now), &policy, &log()),
        redecide(&record, &Newest::new(key(), &silence, now), &policy, &DigestKey::new([8; 32])),
    ] {
        assert_eq!(decision.outcome(), Outcome::Deny);
        assert!(decision.reasons().contains(Reason::RECORD_NOT_AUTHENTIC));
        assert!(decision.into_permit().is_none());
    }
}

#[test]
fn a_permit_of_the_second_look_is_for_the_same_event() {
    let (policy, silence) = (Policy::bundled(), Signals::default());
    let record = recorded(&policy, "US-OH", &silence);
    let now = time().plus_secs(60);
    let decision = redecide(&record, &Newest::new(key(), &silence, now), &policy, &log());
    let permit = decision.into_permit().unwrap();
    assert!(permit.authorise(Platform::Meta.into(), key(), now).is_ok());
    assert!(permit.authorise(Platform::Meta.into(), key(), now.plus_secs(901)).is_err());
}

#[test]
fn a_stricter_policy_since_then_counts() {
    let (policy, silence) = (Policy::bundled(), Signals::default());
    let record = recorded(&policy, "US-OH", &silence);
    let stricter = policy.overlay("version = \"2\"\ndenied = [\"US\"]\n").unwrap();
    let newest = Newest::new(key(), &silence, time().plus_secs(60));
    let decision = redecide(&record, &newest, &stricter, &log());
    assert_eq!(decision.outcome(), Outcome::Deny);
    assert!(decision.reasons().contains(Reason::COUNTRY_DENIED));
    // A limit that the platform no longer has is no permission without it.
    let mut opted_out = Signals::default();
    opted_out.observe_gpc(["1"]);
    let record = recorded(&policy, "US-CA", &opted_out);
    assert_eq!(record.outcome(), Outcome::Limited);
    let without = policy.overlay("version = \"2\"\n[destination.meta.limited]\nenabled = false\n");
    let mut silence = Signals::default();
    silence.observe_gpc([]);
    let newest = Newest::new(key(), &silence, time().plus_secs(60));
    let decision = redecide(&record, &newest, &without.unwrap(), &log());
    assert_eq!(decision.outcome(), Outcome::Deny);
    assert!(decision.reasons().contains(Reason::NO_LIMITED_FLAG));
}

#[test]
fn a_record_that_says_more_or_less_than_we_know_does_not_read() {
    let policy = Policy::bundled();
    let record = recorded(&policy, "US-CA", &Signals::default());
    let value = serde_json::to_value(&record).unwrap();
    for (field, spoilt) in [
        ("decision", json!("perhaps")),
        ("reasons", json!(["gpc", "new_reason"])),
        ("places", json!(["US-XX"])),
        ("age", json!("17")),
        ("flags", json!({"ad_magic": "granted"})),
        ("more", json!(1)),
    ] {
        let mut value = value.clone();
        value[field] = spoilt;
        assert!(from_value::<Record>(value).is_err(), "{field}");
    }
    for field in value.as_object().unwrap().keys().filter(|key| !value[*key].is_null()) {
        let mut less = value.clone();
        less.as_object_mut().unwrap().remove(field);
        assert!(from_value::<Record>(less).is_err(), "{field}");
    }
}

#[test]
fn a_record_whose_fields_contradict_each_other_does_not_read() {
    let policy = Policy::bundled();
    let value = serde_json::to_value(recorded(&policy, "US-CA", &Signals::default())).unwrap();
    assert_eq!(value["decision"], "limited");
    for (field, spoilt) in [
        ("decision", json!("allow")),
        ("reasons", json!([])),
        ("reasons", json!(["not_opted_out"])),
        ("reasons", json!(["gpc_not_observed", "erased"])),
        ("reasons", json!(["gpc_not_observed", "no_limited_flag"])),
        ("erased", json!(true)),
        ("objected", json!(true)),
        ("age", json!("under_13")),
        ("minimum_age", json!(18)),
        ("vertical", json!("health")),
        ("sensitive", json!(["health"])),
        ("event_name", json!("00000000000000000000000000000000")),
        ("proof", json!("contract 7")),
        ("held_until", json!("2026-11-20T18:30:00Z")),
        ("places", json!([])),
        ("places", json!(["DE", "FR", "IT", "ES", "GB"])),
        ("more_places", json!(true)),
        ("jurisdiction", json!([])),
    ] {
        let mut changed = value.clone();
        if field == "minimum_age" {
            changed["age"] = json!("16_17");
        }
        changed[field] = spoilt.clone();
        assert!(from_value::<Record>(changed).is_err(), "{field}: {spoilt}");
    }
    let mut asking = Signals::default();
    asking.pending = Given::Value(true);
    let held = serde_json::to_value(recorded(&policy, "DE", &asking)).unwrap();
    assert_eq!(held["decision"], "hold");
    for (field, spoilt) in [
        ("held_until", json!("2026-11-20T17:00:00Z")),
        ("held_until", json!("2026-11-22T18:00:00Z")),
        ("decided_at", json!("2026-11-20T18:30:01Z")),
        ("flags", json!({"ad_user_data": "granted"})),
        ("reasons", json!(["granted"])),
    ] {
        let mut changed = held.clone();
        changed[field] = spoilt.clone();
        assert!(from_value::<Record>(changed).is_err(), "{field}: {spoilt}");
    }
}

#[test]
fn a_record_that_was_changed_permits_nothing() {
    let (policy, silence) = (Policy::bundled(), Signals::default());
    let record = recorded(&policy, "US-OH", &silence);
    assert!(record.is_authentic(&log()) && !record.is_authentic(&DigestKey::new([8; 32])));
    let value = serde_json::to_value(&record).unwrap();
    let newest = Newest::new(key(), &silence, time().plus_secs(60));
    let mut changed_fields = 0;
    for (field, changed) in [
        ("event", json!("00000000000000000000000000000000")),
        ("destination", json!("x")),
        ("reasons", json!(["granted"])),
        ("jurisdiction", json!(["notice"])),
        ("place_source", json!("business")),
        ("places", json!(["US-NV"])),
        ("gdpr_added", json!(true)),
        ("minimum_age", json!(13)),
        ("policy_version", json!("another")),
        ("vendor_list_version", json!(7)),
        ("decided_at", json!("2026-11-20T18:00:00.000001Z")),
        ("event_time", json!("2026-11-20T18:00:01Z")),
        ("action_source", json!("app")),
        ("gpc_observed", json!(true)),
        ("age", json!("21_up")),
        ("unknown_vertical", json!(["00000000000000000000000000000000"])),
        ("flags", json!({"analytics_storage": "granted"})),
        ("signals", json!({"gpc": "false"})),
        ("seal", json!("")),
    ] {
        let mut other = value.clone();
        assert_ne!(other[field], changed, "{field}");
        other[field] = changed;
        let other: Record = from_value(other).unwrap();
        assert!(!other.is_authentic(&log()), "{field}");
        let decision = redecide(&other, &newest, &policy, &log());
        assert_eq!(decision.reasons(), Reasons::of(Reason::RECORD_NOT_AUTHENTIC), "{field}");
        assert!(decision.into_permit().is_none(), "{field}");
        changed_fields += 1;
    }
    // But for those that only a contradiction could change.
    assert_eq!(changed_fields + 9, value.as_object().unwrap().len());
}

#[test]
fn a_record_shows_neither_name_nor_subject() {
    let policy = Policy::bundled();
    let mut event = EventFacts::new(key(), "clinic_visit", time());
    event.place.explicit = Place::parse("US", Some("OH"));
    event.vertical = Some("health");
    let silence = Signals::default();
    let case = Case::new(&silence, &Person::default(), &event, &policy, time());
    let record = case.recorder(&log()).decide(Platform::Meta.into()).1;
    let shown = format!("{record:?}");
    assert!(shown.contains("Deny"), "{shown}");
    assert!(!shown.contains("clinic") && !shown.contains("health"), "{shown}");
    // Of a subject that is known the name is a digest too.
    let text = serde_json::to_string(&record).unwrap();
    assert!(text.contains("health") && !text.contains("clinic"), "{text}");
    // A subject that nobody knows is kept as digests only.
    event.vertical = Some("oncology ward");
    let case = Case::new(&silence, &Person::default(), &event, &policy, time());
    let record = case.recorder(&log()).decide(Platform::Meta.into()).1;
    let text = serde_json::to_string(&record).unwrap();
    assert!(
        !text.contains("oncology") && !text.contains("ward") && !text.contains("clinic"),
        "{text}"
    );
}

#[test]
fn a_subject_that_becomes_regulated_is_seen_beside_a_known_one() {
    let proof = "version = \"2\"\n[[exemption]]\nvertical = \"credit\"\ndestination = \"meta\"\n\
                 event = \"purchase\"\nproof = \"p\"\n";
    let then = Policy::bundled().overlay(proof).unwrap();
    let silence = Signals::default();
    let mut event = EventFacts::new(key(), "purchase", time());
    event.place.explicit = Place::parse("US", Some("OH"));
    let now = then.overlay("version = \"3\"\n[vertical.oncology]\nstrip = []\n").unwrap();
    for named in ["credit, oncology", "credit oncology", "credit (oncology)"] {
        event.vertical = Some(named);
        let case = Case::new(&silence, &Person::default(), &event, &then, time());
        let record = case.recorder(&log()).decide(Platform::Meta.into()).1;
        assert_eq!(record.outcome(), Outcome::Allow, "{named}");
        let record: Record = from_value(serde_json::to_value(&record).unwrap()).unwrap();
        let newest = Newest::new(key(), &silence, time().plus_secs(60));
        assert_eq!(redecide(&record, &newest, &then, &log()).outcome(), Outcome::Allow);
        let decision = redecide(&record, &newest, &now, &log());
        assert_eq!(decision.outcome(), Outcome::Deny, "{named}: {decision}");
    }
}

#[test]
fn a_hold_ends_when_it_was_said_to_or_earlier() {
    let longer = Policy::bundled().overlay("version = \"2\"\n[switches]\npending_secs = 7200\n");
    let (policy, longer) = (Policy::bundled(), longer.unwrap());
    let mut asking = Signals::default();
    asking.pending = Given::Value(true);
    let mut answer = Signals::default();
    answer.collected_at = Given::Value(time().plus_secs(3_600));
    let mut mode = ConsentMode::default();
    mode.ad_storage = Given::Value(Grant::Granted);
    mode.ad_user_data = Given::Value(Grant::Granted);
    answer.consent_mode = Given::Value(mode);
    let google = |policy: &Policy| {
        let mut event = EventFacts::new(key(), "purchase", time());
        event.place.explicit = Place::parse("DE", None);
        let case = Case::new(&asking, &Person::default(), &event, policy, time());
        case.recorder(&log()).decide(Platform::Google.into()).1
    };
    let now = time().plus_secs(3_700);
    let decide = |record: &Record, signals: &Signals, policy: &Policy| {
        redecide(record, &Newest::new(key(), signals, now), policy, &log())
    };
    for (then, today, outcome) in [
        (&policy, &longer, Outcome::Deny),
        (&longer, &policy, Outcome::Deny),
        (&longer, &longer, Outcome::Allow),
    ] {
        let record = google(then);
        assert_eq!(record.outcome(), Outcome::Hold);
        let decision = decide(&record, &answer, today);
        assert_eq!(decision.outcome(), outcome, "{decision}");
        let late = outcome == Outcome::Deny;
        assert_eq!(decision.reasons().contains(Reason::CONSENT_PENDING), late);
        // Still being asked: held no longer than it was said to be.
        let still = if late { Outcome::Deny } else { Outcome::Hold };
        assert_eq!(decide(&record, &asking, today).outcome(), still);
    }
    // Neither a hold without its end nor an end without a hold reads.
    let mut value = serde_json::to_value(google(&policy)).unwrap();
    assert_eq!(value["held_until"], "2026-11-20T18:30:00Z");
    value["held_until"] = serde_json::Value::Null;
    assert!(from_value::<Record>(value).is_err());
}
