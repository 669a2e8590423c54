//! Tests of `device`.

use std::collections::BTreeSet;

use predispatch_bot::Strength;
use predispatch_bot::device::{Rule, Signals, SignalsError, findings, is_measured};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::capture;

const COLLECTOR: &str = include_str!("../../web/signals.js");

/// One change of a stand-in's answers, and what it makes the rules find besides.
#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    user_agent: Option<String>,
    patch: Value,
    expect: BTreeSet<String>,
}

#[test]
fn each_rule_finds_what_it_is_for_and_nothing_else() {
    let runs = capture::all();
    let person = runs.iter().find(|run| run.name == "human_chromium_headed_xvfb").unwrap();
    let codes = |signals: &Signals, requested: Option<&str>| -> BTreeSet<String> {
        findings(signals, requested).iter().map(|reason| reason.code.to_owned()).collect()
    };
    let before = codes(person.signals.as_ref().unwrap(), None);
    let mut covered = before.clone();
    let mut count = 0;
    for line in include_str!("../data/device.jsonl").lines().filter(|line| !line.starts_with('#')) {
        let case: Case = serde_json::from_str(line).unwrap();
        let run = person.patched(&case.patch);
        let found = codes(run.signals.as_ref().unwrap(), case.user_agent.as_deref());
        let more: BTreeSet<String> = found.difference(&before).cloned().collect();
        assert_eq!(more, case.expect, "{line}");
        covered.extend(found);
        count += 1;
    }
    assert_eq!(count, 94);
    let missing: Vec<&str> = Rule::ALL
        .iter()
        .map(|rule| rule.reason.code)
        .filter(|code| !covered.contains(*code))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn nothing_measured_is_nothing_found() {
    let empty: Signals = serde_json::from_value(json!({"v": 1})).unwrap();
    assert!(findings(&empty, Some("Mozilla/5.0")).is_empty());
    assert!(!is_measured(&empty));
}

/// One probe that no parser can hold leaves the others readable.
#[test]
fn one_bad_probe_does_not_hide_the_others() {
    for bad in ["1e999", "-1e400", r#""\ud800""#, r#"[{"a": 1e999}]"#] {
        let json = format!(r#"{{"v": 1, "plugins_len": {bad}, "webdriver": true}}"#);
        let signals = Signals::from_json(&json).unwrap();
        assert_eq!((signals.webdriver, signals.unreadable), (Some(true), 1), "{bad}");
        let found: Vec<_> = findings(&signals, None).iter().map(|reason| reason.code).collect();
        assert!(found.contains(&"device_value_unreadable"), "{bad}: {found:?}");
    }
    for bad in ["", "[]", "null", "1", r#"{"v": 1"#, r#"{"v": 1} x"#, r#"{"v": 1,}"#] {
        assert_eq!(Signals::from_json(bad), Err(SignalsError::NotAnObject), "{bad}");
    }
}

#[test]
fn both_ways_of_reading_agree_on_the_captures() {
    for run in capture::all() {
        let Some(signals) = run.signals else { continue };
        let text = run.json["signals"].to_string();
        assert_eq!(Signals::from_json(&text), Ok(signals), "{}", run.name);
    }
}

/// A version that is no number is unknown, not 0, and so no other version than the user agent's.
#[test]
fn an_unreadable_brand_version_is_unknown() {
    const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    let with = |version: &str| -> (Signals, Vec<&str>) {
        let brands =
            json!([{"brand": "Chromium", "version": version}, {"brand": "X", "version": "1"}]);
        let hints = json!({"v": 1, "user_agent": CHROME, "uad_low": {"brands": brands}});
        let signals: Signals = serde_json::from_value(hints).unwrap();
        let codes = findings(&signals, None).iter().map(|reason| reason.code).collect();
        (signals, codes)
    };
    let (signals, codes) = with("156.0.1");
    assert_eq!(signals.client_hints.unwrap().brands[0], ("Chromium".into(), None));
    assert_eq!(codes, ["device_value_unreadable"]);
    assert_eq!(with("156").1, Vec::<&str>::new());
    assert_eq!(with("100").1, ["device_version_not_brands"]);
}

/// What one of the three probes saw stays seen, whatever the others say or do not say.
#[test]
fn forged_plugins_stay_forged() {
    let keys = ["plugins_proto_ok", "plugin0_proto_ok", "mimetypes_proto_ok"];
    for forged in 0..3 {
        for rest in [json!(true), json!(null), json!("x:TypeError"), json!(7)] {
            let probes = keys.iter().enumerate().map(|(at, key)| {
                ((*key).to_owned(), if at == forged { json!(false) } else { rest.clone() })
            });
            let signals: Signals = serde_json::from_value(Value::Object(probes.collect())).unwrap();
            assert_eq!(signals.plugins_genuine, Some(false), "{forged} {rest}");
        }
    }
}

#[test]
fn another_version_is_not_judged() {
    let later: Signals = serde_json::from_value(json!({"v": 2, "webdriver": true})).unwrap();
    let found = findings(&later, None);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].strength), ("device_version_unknown", Strength::Note));
    let without: Signals = serde_json::from_value(json!({"webdriver": true})).unwrap();
    assert!(findings(&without, None).is_empty());
}

#[test]
fn wrong_types_are_counted_and_harm_nothing() {
    let runs = capture::all();
    for run in runs.iter().filter(|run| !run.is_bot()).take(1) {
        let keys: Vec<String> = run.json["signals"].as_object().unwrap().keys().cloned().collect();
        for key in keys {
            for wrong in [
                json!(true),
                json!(-1),
                json!(1e300),
                json!("text"),
                json!([[[[[[1]]]]]]),
                json!({"w": {}, "wd": 3, "tz": []}),
            ] {
                let signals = run.patched(&json!({ key.clone(): wrong })).signals.unwrap();
                let _ = findings(&signals, None);
            }
        }
    }
    let strange =
        json!({"v": 1, "webdriver": "yes", "languages": "en", "hardware_concurrency": -3});
    let signals: Signals = serde_json::from_value(strange).unwrap();
    assert_eq!((signals.unreadable, signals.impossible), (2, 1));
}

#[test]
fn signals_are_an_object() {
    for text in ["[]", "3", "\"a\"", "{\"v\":1", ""] {
        assert!(serde_json::from_str::<Signals>(text).is_err(), "{text}");
    }
}

#[test]
fn the_collector_is_small_and_plain() {
    assert!(COLLECTOR.len() < 12_000, "{} bytes", COLLECTOR.len());
    for word in ["import ", "require(", "eval(", "localStorage", "document.cookie", "fetch("] {
        assert!(!COLLECTOR.contains(word), "{word}");
    }
}

/// Each key that the collector answers changes what is read, so it stands in the schema.
#[test]
fn the_collector_answers_keys_of_the_schema_only() {
    // No probe is a list of lists, so it changes the count of unreadable ones, or else what is read.
    let changes = |key: &str, value: &Value| {
        let read = serde_json::from_value::<Signals>(json!({ key: value })).unwrap();
        read != Signals::default()
    };
    let runs = capture::all();
    let is_read = |key: &str| {
        let captured = runs.iter().filter_map(|run| run.json["signals"].get(key));
        changes(key, &json!([[[1]]])) || captured.clone().any(|value| changes(key, value))
    };
    assert!(!["battery", "audio", "canvas2d"].iter().any(|key| is_read(key)));
    let tables =
        COLLECTOR.split("const PROBES = {").nth(1).unwrap().split("const TOOL_GLOBALS").next();
    let keys: Vec<&str> = tables
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.split_once(':'))
        .filter(|(key, _)| {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        })
        .map(|(key, _)| key)
        .collect();
    assert_eq!(keys.len(), 41, "{keys:?}");
    for key in keys.into_iter().chain(["hook_stacks", "event_summary"]) {
        assert!(is_read(key), "{key}");
    }
}

/// The published table is the one in the code.
#[test]
fn the_documented_rules_are_the_rules() {
    let document = include_str!("../../../../docs/sources/bot.md");
    for rule in Rule::ALL {
        let reason = rule.reason;
        let row = format!("| `{}` | {} | `{}` |", reason.code, reason.strength, reason.cause);
        assert!(document.contains(&row), "docs/sources/bot.md lacks: {row} {} |", rule.means);
    }
    let rows = document.lines().filter(|line| line.starts_with("| `device_")).count();
    assert_eq!(rows, Rule::ALL.len());
}
