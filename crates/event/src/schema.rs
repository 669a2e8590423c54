//! The JSON Schema of the canonical event, made of what the reader itself goes by.

use predispatch_types::Platform;

use crate::{
    ActionSource, List, Source, StandardEvent,
    json::{Object, push_text},
    read::{
        json::{MAX_HEADERS, MAX_ITEMS, MAX_PROPERTIES},
        raw::{Fields, RawEvent, RawItem, Slot},
    },
};

/// The JSON Schema (draft 2020-12) of what [`Event::from_json`](crate::Event::from_json) reads.
///
/// It describes the shape: keys, lists, limits and words. A text that the shape allows may still be no
/// e-mail address; that is reported as an issue. The same text stands in `schema/event.json`.
///
/// ```
/// let schema = predispatch_event::json_schema();
/// assert!(schema.contains(r#""required":["event_name","event_time"]"#));
/// ```
pub fn json_schema() -> String {
    let mut out = String::new();
    let mut schema = Object::new(&mut out);
    schema.text("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.text("title", "predispatch canonical event");
    object(&mut RawEvent::default(), "", &mut schema);
    schema.end();
    out
}

fn object(fields: &mut dyn Fields<'_>, path: &str, out: &mut Object<'_>) {
    out.list("type", ["object", "null"].into_iter().take(if path.is_empty() { 1 } else { 2 }));
    if path.is_empty() {
        out.list("required", ["event_name", "event_time"].into_iter());
    }
    out.raw("additionalProperties", "false");
    out.object("properties", |properties| {
        for &key in fields.keys() {
            let Some((_, _, slot)) = fields.slot(key) else { continue };
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            properties.object(key, |property| {
                property.text("description", meaning(&path));
                value(slot, &path, property);
            });
        }
    });
}

/// What a field means, by its path; `user_hashed` has the keys of `user`.
fn meaning(path: &str) -> &'static str {
    let row = |row: &'static str| row.split_once('\t').filter(|(of, _)| *of == path);
    match path.strip_prefix("user_hashed.") {
        Some(key) => meaning(&format!("user.{key}")),
        None => MEANINGS.lines().find_map(row).map_or("", |(_, meaning)| meaning),
    }
}

fn value(slot: Slot<'_, '_>, path: &str, out: &mut Object<'_>) {
    match slot {
        Slot::One(_) => one(path, out),
        Slot::Many(_) => one_or_list(out, List::<()>::MAX, scalar),
        Slot::Restriction(_) => one_or_list(out, List::<()>::MAX, |item| {
            item.list("type", ["string", "null"].into_iter());
            item.list("examples", Platform::ALL.iter().map(|platform| platform.as_str()));
        }),
        Slot::Object(fields) => object(fields, path, out),
        Slot::Items(_) => {
            one_or_list(out, MAX_ITEMS, |item| object(&mut RawItem::default(), path, item));
        }
        Slot::Scalars(_) => {
            out.list("type", ["object", "null"].into_iter());
            out.raw("maxProperties", &MAX_PROPERTIES.to_string());
            out.object("additionalProperties", scalar);
        }
        Slot::Headers(_) => {
            out.list("type", ["object", "array", "null"].into_iter());
            out.raw("maxItems", &MAX_HEADERS.to_string());
            out.raw("maxProperties", &MAX_HEADERS.to_string());
        }
        // Whatever stands there is read by the crate that it is for, and nothing of it is an error.
        Slot::Consent(_) | Slot::Json(_) => out.list("type", ["object", "null"].into_iter()),
    }
}

/// A field of one value; where only some words are taken, these.
fn one(path: &str, out: &mut Object<'_>) {
    match path {
        "event_name" => {
            out.text("type", "string");
            out.list("examples", StandardEvent::ALL.iter().map(|event| event.as_str()));
        }
        "event_time" => out.list("type", ["string", "number"].into_iter()),
        "action_source" => words(out, ActionSource::ALL.iter().map(|source| source.as_str())),
        "source" => words(out, [Source::Server, Source::Browser].iter().map(|side| side.as_str())),
        "vertical" => out.list("type", ["string", "null"].into_iter()),
        _ => scalar(out),
    }
}

fn scalar(out: &mut Object<'_>) {
    out.list("type", ["string", "number", "boolean", "null"].into_iter());
}

/// The empty text and `null` are absent.
fn words<'w>(out: &mut Object<'_>, words: impl Iterator<Item = &'w str>) {
    let mut json = String::from("[null,\"\"");
    for word in words {
        json.push(',');
        push_text(&mut json, word);
    }
    json.push(']');
    out.raw("enum", &json);
}

/// One value, or a list of them.
fn one_or_list(out: &mut Object<'_>, most: usize, item: impl Fn(&mut Object<'_>)) {
    let mut json = String::from("[");
    let mut single = Object::new(&mut json);
    item(&mut single);
    single.end();
    json.push(',');
    let mut list = Object::new(&mut json);
    list.text("type", "array");
    list.raw("maxItems", &most.to_string());
    list.object("items", &item);
    list.end();
    json.push(']');
    out.raw("anyOf", &json);
}

/// Paths and what the fields mean; `docs/event.md` is written from it too.
const MEANINGS: &str = include_str!("schema/meanings.tsv");
