//! `docs/configuration.md` is written from the schema, which is tested against the reader: the three
//! can't drift apart. `BLESS=1 cargo test -p predispatch config_doc` writes it anew.

use std::{collections::BTreeMap, fmt::Write};

use serde_json::Value;

const DOC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
/// Above it stands what people wrote.
const MARK: &str =
    "<!-- Below: written from crates/predispatch/schema/config.json by its test. -->\n";

#[test]
fn the_document_says_what_the_schema_says() {
    let schema: Value =
        serde_json::from_str(include_str!("../../schema/config.json")).expect("it is JSON");
    let mut out = String::new();
    table(&schema, &schema, "", &mut BTreeMap::new(), &mut out);
    for (file, title) in [
        ("whole.toml", "A file with every key"),
        ("durable.toml", "The durable store"),
        ("redis.toml", "The Redis store"),
        ("policy.toml", "A site's consent policy"),
    ] {
        let path = format!("{}/tests/data/config/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("it is committed");
        write!(out, "\n## {title}\n\n```toml\n{text}```\n").expect("a text");
    }
    let doc = std::fs::read_to_string(DOC).expect("it is committed");
    let (head, rest) = doc.split_once(MARK).expect("it has the mark");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(DOC, [head, MARK, &out].concat()).expect("it can be written");
    } else {
        assert_eq!(rest, out, "run with BLESS=1 and look at the difference");
    }
}

/// One table of the file as a table of the document, then those inside it.
fn table<'v>(root: &'v Value, node: &'v Value, path: &str, seen: &mut Seen<'v>, out: &mut String) {
    let properties = node["properties"].as_object().expect("a table has keys");
    let title = if path.is_empty() { "The file itself" } else { path };
    let quote = if path.is_empty() { "" } else { "`" };
    write!(out, "\n## {quote}{title}{quote}\n\n").expect("a text");
    if let Some(meaning) = node["description"].as_str() {
        write!(out, "{meaning}\n\n").expect("a text");
    }
    out.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
    for (key, value) in properties {
        row(root, node, key, value, out);
    }
    for (key, value) in properties {
        inner(root, &join(path, key), value, seen, out);
    }
}

fn join(path: &str, key: &str) -> String {
    let path = path.trim_matches(['[', ']']);
    if path.is_empty() { format!("[{key}]") } else { format!("[{path}.{key}]") }
}

/// Tables that several places refer to, and where each was written down.
type Seen<'v> = BTreeMap<&'v str, String>;

fn inner<'v>(root: &'v Value, path: &str, value: &'v Value, seen: &mut Seen<'v>, out: &mut String) {
    let target = resolve(root, value);
    if target["properties"].is_object() {
        if let Some(name) = value["$ref"].as_str() {
            // Its defaults are of the first place.
            if let Some(first) = seen.get(name) {
                let meaning = value["description"].as_str().expect(path);
                write!(out, "\n## `{path}`\n\nThe keys of `{first}`. {meaning}\n").expect("a text");
                return;
            }
            seen.insert(name, path.to_owned());
        }
        table(root, target, path, seen, out);
    } else if target["items"]["properties"].is_object() {
        table(root, &target["items"], &format!("[{path}]"), seen, out);
    } else if target["additionalProperties"]["properties"].is_object() {
        let path = path.trim_matches(['[', ']']);
        table(root, &target["additionalProperties"], &format!("[{path}.NAME]"), seen, out);
    }
}

fn row(root: &Value, table: &Value, key: &str, value: &Value, out: &mut String) {
    let required = table["required"].as_array();
    let is_required = required.is_some_and(|keys| keys.iter().any(|known| known == key));
    let default = match &value["default"] {
        _ if is_required => "required".to_owned(),
        Value::Null => "–".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    };
    let meaning = value["description"].as_str().expect(key);
    let kind = kind(resolve(root, value));
    writeln!(out, "| `{key}` | {kind} | {default} | {meaning} |").expect("a text");
}

fn kind(value: &Value) -> String {
    if let Some(words) = value["enum"].as_array() {
        let words: Vec<_> = words.iter().map(|word| format!("`{}`", text(word))).collect();
        return words.join(", ");
    }
    if value["oneOf"].is_array() {
        return "`{ env = \"NAME\" }` or `{ file = \"PATH\" }`".to_owned();
    }
    match text(&value["type"]) {
        "integer" => match (&value["minimum"], &value["maximum"]) {
            (least, Value::Null) => format!("number from {least}"),
            (least, most) => format!("number, {least} to {most}"),
        },
        "boolean" => "`true` or `false`".to_owned(),
        "array" if value["items"]["properties"].is_object() => "tables".to_owned(),
        "array" => format!("list of {}", kind(&value["items"])),
        "object" => "table".to_owned(),
        _ => "text".to_owned(),
    }
}

fn resolve<'v>(root: &'v Value, value: &'v Value) -> &'v Value {
    match value["$ref"].as_str() {
        Some(name) => root.pointer(name.trim_start_matches('#')).expect(name),
        None => value,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
