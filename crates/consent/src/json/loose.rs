//! A value of any shape, so that a wrong type can be told from a missing one.

use core::fmt;
use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What stood in the place of a signal. Texts are borrowed where the input has them as they are.
#[derive(Debug)]
pub(super) enum Loose<'de> {
    Null,
    Bool(bool),
    Number(Cow<'de, str>),
    Text(Cow<'de, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'de, str>, Self)>),
}

/// More list items or keys than any real signal has are not kept; one is enough to know that there
/// were too many.
pub(super) const MAX_ITEMS: usize = 64;

impl<'de> Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut kept = Vec::new();
        match entries(deserializer, |key, value| kept.push((key, value)))? {
            Self::Object(_) => Ok(Self::Object(kept)),
            other => Ok(other),
        }
    }
}

/// Reads a value. The entries of an object go to `take`, one by one and no more than [`MAX_ITEMS`] and one; the
/// object itself comes back empty.
pub(super) fn entries<'de, D: Deserializer<'de>>(
    deserializer: D,
    take: impl FnMut(Cow<'de, str>, Loose<'de>),
) -> Result<Loose<'de>, D::Error> {
    deserializer.deserialize_any(LooseVisitor { take })
}

struct LooseVisitor<F> {
    take: F,
}

impl<'de, F: FnMut(Cow<'de, str>, Loose<'de>)> Visitor<'de> for LooseVisitor<F> {
    type Value = Loose<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose<'de>, E> {
        Ok(Loose::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose<'de>, E> {
        Ok(Loose::Number(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose<'de>, E> {
        Ok(Loose::Number(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose<'de>, E> {
        Ok(Loose::Number(Cow::Owned(value.to_string())))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Owned(value)))
    }

    fn visit_unit<E>(self) -> Result<Loose<'de>, E> {
        Ok(Loose::Null)
    }

    fn visit_none<E>(self) -> Result<Loose<'de>, E> {
        Ok(Loose::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Loose<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose<'de>, A::Error> {
        let mut list = Vec::new();
        while list.len() <= MAX_ITEMS {
            match seq.next_element()? {
                Some(item) => list.push(item),
                None => return Ok(Loose::List(list)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Loose<'de>, A::Error> {
        for _ in 0..=MAX_ITEMS {
            match map.next_key::<Key<'de>>()? {
                Some(Key(key)) => (self.take)(key, map.next_value()?),
                None => return Ok(Loose::Object(Vec::new())),
            }
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Object(Vec::new()))
    }
}

/// An object's key. (`Cow` on its own is always read as owned.)
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}
