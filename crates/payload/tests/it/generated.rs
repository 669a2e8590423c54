//! What must hold for every event, over events made by chance.

use predispatch_payload::{Batch, Payload, Prepared};
use serde_json::{Value, json};

use crate::{
    generate::{Chance, event},
    platforms::{SUBJECTS, Subject},
    setting::{flags, permit, read},
};

const EVENTS: u64 = 10_000;

/// Every body validates against a schema that was written from the documents, not from the builder:
/// so it has no key that the platform does not know. No null, no empty text, and the same input gives
/// the same bytes.
#[test]
fn ten_thousand_events_validate_at_each_platform() {
    let schemas: Vec<_> = SUBJECTS.iter().map(schema).collect();
    let accounts: Vec<_> = SUBJECTS.iter().map(|subject| subject.account(&Value::Null)).collect();
    let mut built = vec![0_u64; SUBJECTS.len()];
    for seed in 0..EVENTS {
        let json = event(&mut Chance::new(seed));
        let event = read(&json);
        let (mut prepared, mut second) = (Prepared::new(&event), Prepared::new(&event));
        for (index, subject) in SUBJECTS.iter().enumerate() {
            let account = &accounts[index];
            let Some(body) = request(&mut prepared, &event, subject, account, seed) else {
                continue;
            };
            let value: Value = serde_json::from_slice(&body).unwrap();
            if let Err(error) = schemas[index].validate(&value) {
                panic!("{} of {json}: {error} at {}", subject.name, error.instance_path());
            }
            no_void(&value, subject);
            let again = request(&mut second, &event, subject, account, seed);
            assert_eq!(again.as_deref(), Some(&*body), "the same input, other bytes");
            built[index] += 1;
        }
    }
    for (subject, built) in SUBJECTS.iter().zip(built) {
        println!("{}: {built} of {EVENTS} built", subject.name);
        assert!(built >= EVENTS / 6, "{}: too few are built to say much", subject.name);
    }
}

fn schema(subject: &Subject) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&subject.read("schema.json")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// The whole request, or `None` if the platform must not get the event. Some have a flag.
fn request<'e>(
    prepared: &mut Prepared<'e>,
    event: &'e predispatch_event::Event,
    subject: &Subject,
    account: &'e predispatch_payload::Account,
    seed: u64,
) -> Option<Vec<u8>> {
    let to = subject.destination();
    let has_flag = seed.is_multiple_of(5) && LIMITED.contains(&subject.destination);
    // What a schema says of denials is about what may stand beside them.
    let mut spec = match seed % 7 {
        0 => json!({"ad_user_data": "granted", "ad_storage": "granted"}),
        1 => json!({"ad_user_data": "granted", "ad_storage": "denied"}),
        2 => json!({"ad_user_data": "denied"}),
        _ => json!({}),
    };
    if has_flag {
        spec["limited"] = "US-CA".into();
    }
    let permit = permit(event, to, flags(&spec, to, event.time()), event.time());
    let built = prepared.build(&permit, account, event.time()).ok()?;
    // Payloads of one account share what they can, and it is always what stands around this one.
    let payloads = [Payload::from(&built.body)];
    let planned = Batch::plan(&payloads);
    assert_eq!(planned[0].envelope(&payloads), Some(&built.body.envelope()));
    Some(built.body.to_request())
}

const LIMITED: [&str; 7] =
    ["google", "google:ga4", "meta", "pinterest", "reddit", "snapchat", "tiktok"];

/// No null and no empty text, list or object; but in Meta's and Snapchat's `extinfo` places count.
fn no_void(value: &Value, subject: &Subject) {
    match value {
        Value::Null => panic!("{}: null", subject.name),
        Value::String(text) => assert!(!text.is_empty(), "{}: empty text", subject.name),
        Value::Array(items) => {
            assert!(!items.is_empty() || subject.may_have_empty_lists(), "{}", subject.name);
            items.iter().for_each(|item| no_void(item, subject));
        }
        Value::Object(object) => {
            assert!(!object.is_empty(), "{}: empty object", subject.name);
            object
                .iter()
                .filter(|(key, _)| *key != "extinfo")
                .for_each(|(_, value)| no_void(value, subject));
        }
        Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A field that no issue names is carried: without it the bytes are others.
#[test]
fn what_is_not_carried_has_an_issue() {
    let mut checked = 0;
    for seed in 0..150 {
        let json = event(&mut Chance::new(seed));
        let event = read(&json);
        let poorer: Vec<_> = leaves(&json)
            .into_iter()
            .map(|pointer| {
                let mut without = json.clone();
                remove(&mut without, &pointer);
                (pointer.trim_start_matches('/').replace('/', "."), read(&without))
            })
            .collect();
        for subject in SUBJECTS {
            let account = subject.account(&Value::Null);
            let Some((bytes, named)) = outcome(&event, subject, &account) else { continue };
            for (key, other) in &poorer {
                let is_named = |name: &&'static str| {
                    *name == key || key.starts_with(&format!("{name}.")) || name.starts_with(key)
                };
                let is_changed =
                    || outcome(other, subject, &account).is_none_or(|(other, _)| other != bytes);
                let is_told = named.iter().any(is_named) || is_changed();
                assert!(is_told, "{}: {key} is lost in silence: {json}", subject.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 5_000, "only {checked} fields were looked at");
}

/// The bytes, and the fields that issues of the event or the platform name.
fn outcome(
    event: &predispatch_event::Event,
    subject: &Subject,
    account: &predispatch_payload::Account,
) -> Option<(Vec<u8>, Vec<&'static str>)> {
    let to = subject.destination();
    let permit = permit(event, to, predispatch_consent::Flags::new(), event.time());
    let built = Prepared::new(event).build(&permit, account, event.time()).ok()?;
    let mut named: Vec<_> = event.issues().iter().map(|issue| issue.field).collect();
    named.extend(built.issues.iter().map(|issue| issue.field));
    Some((built.body.to_request(), named))
}

/// Pointers to the fields of the objects of an event; a list is one field.
fn leaves(event: &Value) -> Vec<String> {
    let mut leaves = Vec::new();
    for (key, value) in event.as_object().unwrap() {
        match value {
            Value::Object(object) => {
                leaves.extend(object.keys().map(|inner| format!("/{key}/{inner}")));
            }
            _ if ["event_name", "event_time", "action_source"].contains(&&**key) => {}
            _ => leaves.push(format!("/{key}")),
        }
    }
    leaves
}

fn remove(event: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    event.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
}

/// One bad event does not keep the others back: they are in the request, in order, and it validates.
#[test]
fn a_batch_goes_out_without_its_bad_event() {
    let base: Value = serde_json::from_str(
        &std::fs::read_to_string(crate::platforms::data("base.json")).unwrap(),
    )
    .unwrap();
    for subject in SUBJECTS {
        let account = subject.account(&Value::Null);
        let mut payloads = Vec::new();
        for number in 0..5 {
            let mut json = base.clone();
            json["event_id"] = format!("id-{number}").into();
            if number == 2 {
                // Refused by every platform.
                json["custom_data"]["value"] = "-1".into();
            }
            let event = read(&json);
            let to = subject.destination();
            let permit = permit(&event, to, predispatch_consent::Flags::new(), event.time());
            match Prepared::new(&event).build(&permit, &account, event.time()) {
                Ok(built) => payloads.push(Payload::from(&built.body)),
                Err(rejected) => {
                    assert_eq!((number, rejected.reason.code()), (2, "value_negative"))
                }
            }
        }
        assert_eq!(payloads.len(), 4, "{}", subject.name);
        let batches = Batch::plan(&payloads);
        let sent: Vec<usize> = batches.iter().flat_map(|batch| batch.members().to_vec()).collect();
        assert_eq!(sent, [0, 1, 2, 3], "{}", subject.name);
        for batch in &batches {
            let body: Value = serde_json::from_slice(&batch.body(&payloads)).unwrap();
            schema(subject).validate(&body).unwrap();
        }
    }
}
