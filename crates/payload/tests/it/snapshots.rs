//! Whole bodies of ten realistic events for each platform, kept as files and reviewed like code.
//!
//! `BLESS=1 cargo test -p predispatch-payload --test it snapshots` writes them anew.

use std::{fs, path::Path};

use predispatch_consent::Flags;
use predispatch_payload::Prepared;
use serde_json::{Value, json};

use crate::{
    platforms::{SUBJECTS, Subject, data},
    setting::{permit, read},
};

#[test]
fn ten_bodies_of_each_platform_are_as_kept() {
    let events = fs::read_to_string(data("events.jsonl")).unwrap();
    let events: Vec<Value> =
        events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 10);
    let mut differences = Vec::new();
    for subject in SUBJECTS {
        for event in &events {
            let name = event["file"].as_str().unwrap();
            let path = subject.path(&format!("snapshots/{name}.json"));
            let now = shown(subject, &event["event"]);
            if std::env::var_os("BLESS").is_some() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &now).unwrap();
            }
            if kept(&path) != now {
                differences.push(path.display().to_string());
            }
        }
    }
    assert!(differences.is_empty(), "other than kept: {differences:#?}");
}

fn kept(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The request and the issues, or the rejection, as pretty JSON.
fn shown(subject: &Subject, event: &Value) -> String {
    let event = read(event);
    let to = subject.destination();
    let permit = permit(&event, to, Flags::new(), event.time());
    let account = subject.account(&Value::Null);
    let (body, rejected, issues) =
        match Prepared::new(&event).build(&permit, &account, event.time()) {
            Ok(built) => {
                let body: Value = serde_json::from_slice(&built.body.to_request()).unwrap();
                (body, Value::Null, built.issues)
            }
            Err(rejected) => (Value::Null, rejected.to_string().into(), rejected.issues),
        };
    let issues: Vec<_> = issues.iter().map(ToString::to_string).collect();
    let mut text = serde_json::to_string_pretty(
        &json!({"body": body, "rejected": rejected, "issues": issues}),
    )
    .unwrap();
    text.push('\n');
    text
}
