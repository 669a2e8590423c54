//! A finished body that `serde_json` writes.

use core::fmt;
use std::{collections::BTreeSet, sync::Mutex};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// A body as a tree that keeps the order of its keys, so that `serde_json` writes the same bytes. That
/// costs what a derived struct with as many keys does: both go through the same calls of the serializer.
pub(crate) enum Body {
    Null,
    Bool(bool),
    Whole(i64),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

impl Body {
    /// Reads `bytes`; that it is written as the same bytes is asserted.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let body: Self = serde_json::from_slice(bytes).unwrap();
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            core::str::from_utf8(bytes).unwrap(),
            "the floor writes the same bytes"
        );
        body
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(is_so) => serializer.serialize_bool(*is_so),
            Self::Whole(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(key, value)| (key, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Body, E> {
        Ok(Body::Null)
    }

    fn visit_bool<E>(self, is_so: bool) -> Result<Body, E> {
        Ok(Body::Bool(is_so))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Body, E> {
        Ok(Body::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Body, E> {
        Ok(Body::Whole(i64::try_from(number).unwrap()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Body, E> {
        Ok(Body::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Body, E> {
        Ok(Body::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Body, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Body::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Body, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, value)) = object.next_entry::<String, _>()? {
            fields.push((name(&key), value));
        }
        Ok(Body::Object(fields))
    }
}

/// The key as a struct's field has it: one constant, however often it is written.
fn name(key: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap();
    if let Some(name) = names.get(key) {
        return name;
    }
    let name: &'static str = key.to_owned().leak();
    names.insert(name);
    name
}
