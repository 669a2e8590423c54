//! The habits of the published lists: maps by id or arrays, dates with or without a time.

use core::{fmt, marker::PhantomData};

use predispatch_types::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// The rows of a map by id or of an array, in their order. The key is the id only where the row has
/// none.
#[derive(Debug)]
pub(crate) struct Rows<T>(pub(crate) Vec<(Option<u32>, T)>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowsVisitor(PhantomData))
    }
}

struct RowsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RowsVisitor<T> {
    type Value = Rows<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map by id or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            rows.push((key.parse().ok(), map.next_value()?));
        }
        Ok(Rows(rows))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = seq.next_element()? {
            rows.push((None, row));
        }
        Ok(Rows(rows))
    }
}

/// A date that is there. `None` when it can't be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Date(pub(crate) Option<Timestamp>);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Text(String),
            Other(IgnoredAny),
        }
        Ok(Self(match Raw::deserialize(deserializer)? {
            Raw::Text(text) => parse_date(&text),
            Raw::Other(_) => None,
        }))
    }
}

/// RFC 3339, or a date alone, which means its first moment in UTC.
fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() == "2026-11-22".len() {
        return format!("{text}T00:00:00Z").parse().ok();
    }
    text.parse().ok()
}
