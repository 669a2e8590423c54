//! The reader as a deserializer of `serde`, for a part of the text that another crate gives its meaning:
//! read where it stands, once, under the same limits.

use core::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor,
    value::BorrowedStrDeserializer,
};

use super::{Fault, Reader, Start};

/// The next value of a reader.
pub(crate) struct Values<'r, 'a> {
    reader: &'r mut Reader<'a>,
    has_huge_number: bool,
}

impl<'r, 'a> Values<'r, 'a> {
    pub(crate) const fn new(reader: &'r mut Reader<'a>) -> Self {
        Self { reader, has_huge_number: false }
    }

    /// Whether a number was too large for an `f64`. It is passed on as an infinite one.
    pub(crate) const fn has_huge_number(&self) -> bool {
        self.has_huge_number
    }

    /// A whole number as one, like `serde_json`; of the rest the nearest `f64`.
    fn number<'de, V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Broken> {
        let text = self.reader.number()?;
        if let Ok(number) = text.parse::<u64>() {
            return visitor.visit_u64(number);
        }
        match text.parse::<i64>() {
            Ok(number) if number != 0 => visitor.visit_i64(number),
            _ => {
                let number = text.parse::<f64>().unwrap_or(f64::INFINITY);
                self.has_huge_number |= number.is_infinite();
                visitor.visit_f64(number)
            }
        }
    }
}

impl<'de> Deserializer<'de> for &mut Values<'_, 'de> {
    type Error = Broken;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        match self.reader.start()? {
            Start::Text => visitor.visit_borrowed_str(self.reader.string()?),
            Start::Number => self.number(visitor),
            Start::True => {
                self.reader.word("true")?;
                visitor.visit_bool(true)
            }
            Start::False => {
                self.reader.word("false")?;
                visitor.visit_bool(false)
            }
            Start::Null => {
                self.reader.word("null")?;
                visitor.visit_unit()
            }
            Start::List => self.parts(|parts| visitor.visit_seq(parts)),
            Start::Object => self.parts(|parts| visitor.visit_map(parts)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        self.reader.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

impl<'r, 'a> Values<'r, 'a> {
    /// A list or an object, which the visitor has to take to its end.
    fn parts<T>(
        &mut self,
        visit: impl FnOnce(&mut Parts<'_, 'r, 'a>) -> Result<T, Broken>,
    ) -> Result<T, Broken> {
        self.reader.enter()?;
        let mut parts = Parts { values: self, is_first: true, is_at_end: false };
        let value = visit(&mut parts)?;
        if parts.is_at_end { Ok(value) } else { Err(Broken(Fault::Syntax)) }
    }
}

/// What stands in a list or an object.
struct Parts<'v, 'r, 'a> {
    values: &'v mut Values<'r, 'a>,
    is_first: bool,
    is_at_end: bool,
}

impl<'de> SeqAccess<'de> for &mut Parts<'_, '_, 'de> {
    type Error = Broken;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Broken> {
        self.is_at_end = !self.values.reader.has_item(self.is_first)?;
        self.is_first = false;
        if self.is_at_end {
            return Ok(None);
        }
        seed.deserialize(&mut *self.values).map(Some)
    }
}

impl<'de> MapAccess<'de> for &mut Parts<'_, '_, 'de> {
    type Error = Broken;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Broken> {
        let key = self.values.reader.key(self.is_first)?;
        self.is_first = false;
        self.is_at_end = key.is_none();
        key.map(|key| seed.deserialize(BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Broken> {
        seed.deserialize(&mut *self.values)
    }
}

/// The text is broken, or says what the visitor does not take.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) Fault);

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl Error for Broken {
    /// Nothing of the message is kept: it may hold input.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(Fault::Syntax)
    }
}

impl core::error::Error for Broken {}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken JSON")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;
    use crate::json::Room;

    /// The value, unless the text is broken or a number is too large.
    fn read(text: &str) -> Option<Value> {
        let mut room = vec![0; Room::size(text.as_bytes())];
        let mut reader = Reader::new(text, &mut room);
        let mut values = Values::new(&mut reader);
        let value = Value::deserialize(&mut values).ok()?;
        let is_huge = values.has_huge_number();
        (reader.is_at_end() && !is_huge).then_some(value)
    }

    #[test]
    fn what_a_visitor_leaves_over_is_broken() {
        let mut reader = Reader::new("[1,2]", &mut []);
        assert!(<(u8,)>::deserialize(&mut Values::new(&mut reader)).is_err());
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_reads(
            parts in prop::collection::vec(
                prop::sample::select(&[
                    "{", "}", "[", "]", ":", ",", " ", "null", "true", "false", "\"a\"", "\"\"", "\"é\"",
                    "\"\\u00e9\\n\"", "\"abcdefgh\\n\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
                    "\"k\":", "\"l\":1", "[1,-1]",
                    "[0,-0]", "[18446744073709551615]", "[18446744073709551616]", "[1e999]",
                    "[-9223372036854775808,1.5,1e3]", "{\"a\":{\"b\":[\"\\\\\"]}}", "\"\\\"\":true",
                ][..]),
                0..7,
            ),
        ) {
            let text = parts.concat();
            prop_assert_eq!(read(&text), serde_json::from_str(&text).ok(), "{}", text);
        }
    }
}
