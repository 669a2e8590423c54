//! `tests/data/events.jsonl`: JSON in; canonical JSON and issues, or an error, out.

use predispatch_event::{Disclose, Event, ForwardingHeader, ReadOptions, TrustedProxies};
use predispatch_types::{Country, EventIdKey};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case<'a> {
    name: &'a str,
    #[serde(borrow, rename = "in")]
    input: &'a RawValue,
    /// The canonical JSON, but `event_name` and `event_time`.
    out: Option<Value>,
    /// `code field` of each issue, but `event_id_missing`.
    #[serde(default)]
    issues: Vec<String>,
    /// `code pointer`.
    error: Option<String>,
    #[serde(default)]
    lenient: bool,
    #[serde(default)]
    derive_ids: bool,
    default_country: Option<&'a str>,
    /// Networks whose `X-Forwarded-For` counts.
    proxies: Option<Vec<String>>,
}

const CASES: &str = include_str!("../data/events.jsonl");

#[test]
fn every_case_comes_out_as_it_should() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in CASES.lines().filter(|line| !line.is_empty()) {
        let case: Case<'_> = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        if let Err(message) = check(&case) {
            wrong.push(format!("{}: {message}", case.name));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, CASES_EXPECTED, "cases run");
}

fn check(case: &Case<'_>) -> Result<(), String> {
    let key = EventIdKey::new([7; 32]);
    let proxies = case.proxies.as_ref().map(|networks| {
        let networks = networks.iter().map(String::as_str);
        TrustedProxies::new(ForwardingHeader::XForwardedFor, networks).unwrap()
    });
    let mut options = ReadOptions::new();
    if case.lenient {
        options = options.lenient();
    }
    if case.derive_ids {
        options = options.derive_ids(&key);
    }
    if let Some(country) = case.default_country {
        options = options.default_country(Country::parse(country).unwrap());
    }
    if let Some(proxies) = &proxies {
        options = options.trusted_proxies(proxies);
    }
    // A text stands for itself, so that what is no JSON can be written down.
    let text = serde_json::from_str::<String>(case.input.get());
    let input = text.unwrap_or_else(|_| completed(case.input.get()));
    match (Event::from_json(input.as_bytes(), &options), &case.error) {
        (Err(error), Some(expected)) => {
            same(&format!("{} {}", error.code(), error.pointer()), expected.as_str())
        }
        (Err(error), None) => Err(error.to_string()),
        (Ok(_), Some(expected)) => Err(format!("was read, expected {expected}")),
        (Ok(event), None) => {
            let mut written = written(&event, &options)?;
            let object = written.as_object_mut().unwrap();
            object.remove("event_name");
            object.remove("event_time");
            let expected = case.out.clone().unwrap_or_else(|| Value::Object(Default::default()));
            same(&written.to_string(), &expected.to_string())?;
            let issues: Vec<String> = event
                .issues()
                .iter()
                .filter(|issue| issue.code != "event_id_missing")
                .map(|issue| format!("{} {}", issue.code, issue.field))
                .collect();
            same(&issues.join(", "), &case.issues.join(", "))
        }
    }
}

/// The name and the time that most cases leave out.
fn completed(input: &str) -> String {
    let rest = input.strip_prefix('{').unwrap();
    if input.starts_with("{\"event_name\"") {
        return input.to_owned();
    }
    let comma = if rest == "}" { "" } else { "," };
    format!(r#"{{"event_name":"purchase","event_time":1795197791{comma}{rest}"#)
}

/// The event as JSON, after a look whether it reads back as the same.
fn written(event: &Event, options: &ReadOptions<'_>) -> Result<Value, String> {
    let json = event.write_json(Disclose::Everything);
    // The address was found already, and is no proxy's.
    let again = Event::from_json(json.as_bytes(), &ReadOptions::new())
        .map_err(|error| format!("{error} in {json}"))?;
    let _ = options;
    same(&again.write_json(Disclose::Everything), &json)?;
    Ok(serde_json::from_str(&json).unwrap())
}

fn same(ours: &str, expected: &str) -> Result<(), String> {
    if ours == expected {
        return Ok(());
    }
    Err(format!("\n   ours     {ours}\n   expected {expected}"))
}

const CASES_EXPECTED: usize = 207;
