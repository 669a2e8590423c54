//! Facts in, required JSON out: `tests/data/NAME/cases.jsonl` for each platform.
//!
//! A case is one line: a `patch` on `tests/data/base.json`, what the event's JSON must hold (`want`: a
//! pointer and its value; `sha256:TEXT` is the digest of that text), what it must not (`lacks`), issues
//! that must be there (`issues`: `code field`), or the `error` that it must be refused with. `permit`,
//! `account` and `age_secs` (of the event, at the building) where they are not the usual ones;
//! `good_for_secs`: how long it may be sent from then on (at most the permit's 600 s).

use predispatch_payload::{Body, Prepared};
use predispatch_types::{Sha256Hex, Timestamp};
use serde_json::{Value, json};

use crate::{
    platforms::{SUBJECTS, Subject, data},
    setting::{flags, merge, permit, read},
};

#[test]
fn every_case_of_every_platform() {
    let base: Value =
        serde_json::from_str(&std::fs::read_to_string(data("base.json")).unwrap()).unwrap();
    let mut failures = Vec::new();
    for subject in SUBJECTS {
        let mut run = 0;
        for line in subject.read("cases.jsonl").lines().filter(|line| !line.is_empty()) {
            let case: Value = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{}: {error}: {line}", subject.name));
            if let Err(failure) = check(subject, &base, &case) {
                failures.push(format!("{}: {}: {failure}", subject.name, case["name"]));
            }
            run += 1;
        }
        println!("{}: {run} cases", subject.name);
        assert!(run >= 40, "{} has {run} cases", subject.name);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn check(subject: &Subject, base: &Value, case: &Value) -> Result<(), String> {
    let known = [
        "name",
        "patch",
        "want",
        "lacks",
        "issues",
        "error",
        "permit",
        "account",
        "age_secs",
        "envelope",
        "test_until_secs",
        "good_for_secs",
    ];
    if let Some(key) = case.as_object().unwrap().keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("a case has no key {key}"));
    }
    let mut event = base.clone();
    if case["patch"].is_object() {
        merge(&mut event, &case["patch"]);
    }
    let event = read(&event);
    let now = event.time().plus_secs(case["age_secs"].as_i64().unwrap_or(0));
    let mut account = subject.account(&case["account"]);
    if let Some(until) = case["test_until_secs"].as_i64() {
        account = account.in_test_mode(now.plus_secs(until));
    }
    let to = subject.destination();
    let permit = permit(&event, to, flags(&case["permit"], to, event.time()), now);
    match Prepared::new(&event).build(&permit, &account, now) {
        Err(rejected) => {
            let code = rejected.reason.code();
            let wanted = case["error"].as_str();
            if wanted == Some(code) { Ok(()) } else { Err(format!("rejected: {rejected}")) }
        }
        Ok(_) if case["error"].is_string() => Err("was built".to_owned()),
        Ok(built) => {
            let issues: Vec<_> = built
                .issues
                .iter()
                .map(|issue| format!("{} {}", issue.code, issue.field))
                .collect();
            for wanted in case["issues"].as_array().into_iter().flatten() {
                if !issues.iter().any(|issue| issue == wanted.as_str().unwrap()) {
                    return Err(format!("no issue {wanted} in {issues:?}"));
                }
            }
            compare(case, &built.body, now)
        }
    }
}

fn compare(case: &Value, body: &Body<'_>, now: Timestamp) -> Result<(), String> {
    let mut bytes = Vec::new();
    body.write_event(&mut bytes);
    let event: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let request: Value =
        serde_json::from_slice(&body.to_request()).map_err(|error| error.to_string())?;
    let good_for = body.good_until().secs_since(now);
    if good_for < 0 {
        return Err("it is built and may not be sent".to_owned());
    }
    if case["good_for_secs"].as_i64().is_some_and(|wanted| wanted != good_for) {
        return Err(format!("it is good for {good_for} s"));
    }
    let around = body.envelope();
    let envelope = json!({"url": around.url(), "headers": around.headers(), "body": request});
    for (root, wants) in [(&event, &case["want"]), (&envelope, &case["envelope"])] {
        for (pointer, wanted) in wants.as_object().into_iter().flatten() {
            let wanted = digest(wanted);
            let found = root.pointer(pointer).unwrap_or(&Value::Null);
            // An integer and a decimal are two values: 42 is not 42.0.
            if *found != wanted {
                return Err(format!("{pointer} is {found}, want {wanted}"));
            }
        }
    }
    for pointer in case["lacks"].as_array().into_iter().flatten() {
        let pointer = pointer.as_str().unwrap();
        if let Some(found) = event.pointer(pointer) {
            return Err(format!("{pointer} is there: {found}"));
        }
    }
    Ok(())
}

/// `sha256:TEXT` as the digest of TEXT.
fn digest(wanted: &Value) -> Value {
    match wanted {
        Value::String(text) => match text.strip_prefix("sha256:") {
            Some(text) => Sha256Hex::of(text.as_bytes()).as_str().into(),
            None => wanted.clone(),
        },
        Value::Array(items) => items.iter().map(digest).collect(),
        Value::Object(object) => {
            object.iter().map(|(key, value)| (key.clone(), digest(value))).collect()
        }
        _ => wanted.clone(),
    }
}
