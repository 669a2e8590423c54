//! JSON feeds: an object whose arrays hold the rows.

use core::fmt;

use predispatch_types::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::ip::LoadError;

/// A member of the top object.
#[derive(Debug)]
pub(super) enum Member<'a> {
    /// An element of the array under `key`.
    Row { key: &'a str, value: Value },
    /// Anything else under `key`.
    Field { key: &'a str, value: Value },
}

/// Hands out the members of the top object in their order, one row at a time in memory. Rows are
/// numbered from 1 through all arrays.
///
/// # Errors
/// If it is not such an object.
pub(super) fn members(
    bytes: &[u8],
    mut each: impl FnMut(u64, Member<'_>),
) -> Result<(), LoadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut row = 0u64;
    let mut each = |member: Member<'_>| {
        row = row.saturating_add(u64::from(matches!(member, Member::Row { .. })));
        each(row, member);
    };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Object(&mut each).deserialize(&mut reader);
    read.and_then(|()| reader.end())
        .map_err(|error| LoadError::Malformed { byte: offset(bytes, error.line(), error.column()) })
}

/// The text under `key`, if `object` is an object that has it.
pub(super) fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

/// A time as the feeds write it: RFC 3339, with or without a zone, which is UTC.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}

/// The offset of a line and column, both counted from 1.
fn offset(bytes: &[u8], line: usize, column: usize) -> u64 {
    let before = bytes.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1));
    let start: usize = before.map(<[u8]>::len).sum();
    u64::try_from(start.saturating_add(column.saturating_sub(1))).unwrap_or(u64::MAX)
}

type Each<'f> = dyn FnMut(Member<'_>) + 'f;

struct Object<'e, 'f>(&'e mut Each<'f>);

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            map.next_value_seed(AnyMember { key: &key, each: &mut *self.0 })?;
        }
        Ok(())
    }
}

struct AnyMember<'e, 'f> {
    key: &'e str,
    each: &'e mut Each<'f>,
}

impl<'de> DeserializeSeed<'de> for AnyMember<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl AnyMember<'_, '_> {
    fn field<E>(self, value: impl Into<Value>) -> Result<(), E> {
        (self.each)(Member::Field { key: self.key, value: value.into() });
        Ok(())
    }
}

impl<'de> Visitor<'de> for AnyMember<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(value) = rows.next_element()? {
            (self.each)(Member::Row { key: self.key, value });
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // No feed has anything that is needed in an object of the top object.
        while map.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.field(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.field(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.field(value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.field(value)
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.field(value)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.field(Value::Null)
    }
}
