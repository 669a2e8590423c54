//! The committed JSON Schema is the one that the reader gives.

use std::{fs, path::Path};

use predispatch_event::{Event, ReadOptions, json_schema};
use serde_json::Value;

#[test]
fn the_committed_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/event.json");
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let text = format!("{schema:#}\n");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(committed == text, "run BLESS=1 cargo test -p predispatch-event schema");
}

/// Each key of the schema, alone and absent, is read; any other is not.
#[test]
fn the_reader_takes_the_keys_of_the_schema_and_no_other() {
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 21);
    for key in keys.iter().filter(|key| !key.starts_with("event_")) {
        assert_eq!(read(key), Ok(()), "{key}");
        assert_eq!(read(&format!("{key}x")), Err("unknown_key"), "{key}");
    }
}

fn read(key: &str) -> Result<(), &'static str> {
    let json = format!(r#"{{"event_name":"lead","event_time":1795197791,"{key}":null}}"#);
    match Event::from_json(json.as_bytes(), &ReadOptions::new()) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.code()),
    }
}
