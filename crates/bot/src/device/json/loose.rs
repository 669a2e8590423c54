//! A value of any shape, so that a failed probe can be told from a forged one.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::device::Signals;

/// What stood in the place of a probe.
pub(super) enum Loose {
    Null,
    Bool(bool),
    Number(f64),
    Text(Box<str>),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// Deeper or longer than any probe's answer.
    Excess,
}

impl Loose {
    /// What an object holds under `key`.
    pub(super) fn at(&self, key: &str) -> Option<&Self> {
        let Self::Object(entries) = self else {
            return None;
        };
        entries.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }
}

/// Reads a [`Loose`] of at most this many levels below.
#[derive(Clone, Copy)]
pub(super) struct Depth(pub(super) u8);

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Loose;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Loose, D::Error> {
        if self.0 == 0 {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
            return Ok(Loose::Excess);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "no probe's range reaches 2^53")]
    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "no probe's range reaches 2^53")]
    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(if value.len() > Signals::MAX_TEXT { Loose::Excess } else { Loose::Text(value.into()) })
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
        let below = Self(self.0.saturating_sub(1));
        let mut list = Vec::new();
        while list.len() < Signals::MAX_LIST {
            match seq.next_element_seed(below)? {
                Some(item) => list.push(item),
                None => return Ok(Loose::List(list)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        let below = Self(self.0.saturating_sub(1));
        let mut object = Vec::new();
        while object.len() < Signals::MAX_LIST {
            match map.next_key()? {
                Some(key) => object.push((key, map.next_value_seed(below)?)),
                None => return Ok(Loose::Object(object)),
            }
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Object(object))
    }
}
