//! The committed JSON Schema is the one that the reader gives.

use std::{fmt::Write, fs, path::Path};

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

/// `docs/event.md` is written from the schema. `BLESS=1 cargo test -p predispatch-event schema` writes it
/// anew.
#[test]
fn the_document_says_what_the_schema_says() {
    const DOC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/event.md");
    const MARK: &str = "<!-- Below: written from crates/event/schema/event.json by its test. -->\n";
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let mut out = String::new();
    table(&schema, "", &mut out);
    let doc = fs::read_to_string(DOC).unwrap();
    let (head, rest) = doc.split_once(MARK).unwrap();
    if std::env::var_os("BLESS").is_some() {
        fs::write(DOC, [head, MARK, &out].concat()).unwrap();
    } else {
        assert!(rest == out, "run BLESS=1 cargo test -p predispatch-event schema");
    }
}

/// The keys of one object, then the objects inside it; `user_hashed` repeats those of `user`.
fn table(object: &Value, path: &str, out: &mut String) {
    let properties = object["properties"].as_object().unwrap();
    let title = if path.is_empty() { "The event" } else { &format!("`{path}`") };
    write!(out, "\n## {title}\n\n| field | value | meaning |\n|---|---|---|\n").unwrap();
    for (key, value) in properties {
        let meaning = value["description"].as_str().unwrap();
        assert!(meaning.len() > 3, "{path}.{key} has no meaning in meanings.tsv");
        writeln!(out, "| `{key}` | {} | {meaning} |", kind(value)).unwrap();
    }
    for (key, value) in properties.iter().filter(|(key, _)| *key != "user_hashed") {
        let path = if path.is_empty() { key } else { &format!("{path}.{key}") };
        let of_list = &value["anyOf"][0];
        for inner in [value, of_list].into_iter().filter(|inner| inner["properties"].is_object()) {
            table(inner, path, out);
        }
    }
}

fn kind(value: &Value) -> String {
    if let Some(words) = value["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str).filter(|word| !word.is_empty());
        return words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    }
    if let [one, list] = value["anyOf"].as_array().map_or(&[][..], Vec::as_slice) {
        return format!("{}, or a list of at most {}", kind(one), list["maxItems"]);
    }
    let types =
        value["type"].as_array().map_or_else(|| vec![&value["type"]], |all| all.iter().collect());
    let has = |name: &str| types.iter().any(|kind| *kind == name);
    match () {
        () if has("object") && has("array") => "object, or a list of pairs".to_owned(),
        () if has("object") => "object".to_owned(),
        () if has("boolean") => "value".to_owned(),
        () if has("number") => "text or number".to_owned(),
        () => "text".to_owned(),
    }
}

fn read(key: &str) -> Result<(), &'static str> {
    let json = format!(r#"{{"event_name":"lead","event_time":1795197791,"{key}":null}}"#);
    match Event::from_json(json.as_bytes(), &ReadOptions::new()) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.code()),
    }
}
