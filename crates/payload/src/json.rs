//! JSON straight to bytes, where an empty value can't be written.
//!
//! Keys come in the order in which they are written; a text, list or object that would be empty
//! leaves no key behind; there is no null. Money keeps its digits: no number passes through a float.

use core::net::IpAddr;

use predispatch_event::Scalar;
use predispatch_pii::MetaSuffix;
use predispatch_types::{Money, Sha256Digest, Sha256Hex, plain_json_len};

use crate::numeral::{address, decimal, hex_digit, integer};

/// A digest on its way to the wire, with the mark that Meta's own library may have left on it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Hash {
    pub(crate) digest: Sha256Digest,
    pub(crate) suffix: Option<MetaSuffix>,
}

impl From<Sha256Digest> for Hash {
    fn from(digest: Sha256Digest) -> Self {
        Self { digest, suffix: None }
    }
}

/// What a platform matches by, where digests and clear texts stand in one list.
#[derive(Clone, Copy)]
pub(crate) enum Id<'t> {
    Hash(&'t Hash),
    Text(&'t str),
}

/// An object under construction. Each key brings a comma before it; the first one's becomes the brace.
pub(crate) struct Object<'b> {
    out: &'b mut Vec<u8>,
}

/// Writes one object, `{}` if nothing is put into it.
pub(crate) fn object(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
    if !filled(out, fill) {
        out.extend_from_slice(b"{}");
    }
}

/// Writes one object, or nothing if nothing is put into it; whether there was something.
fn filled(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) -> bool {
    let start = out.len();
    fill(&mut Object { out });
    let Some(first_comma) = out.get_mut(start) else { return false };
    *first_comma = b'{';
    out.push(b'}');
    true
}

impl Object<'_> {
    /// Inlined, because a copy of a length known beforehand is two or three stores and no call.
    #[inline(always)]
    fn key(&mut self, key: &'static str) {
        debug_assert!(
            plain_json_len(key.as_bytes()) == key.len(),
            "a key of a platform needs no escape"
        );
        self.out.extend_from_slice(b",\"");
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// A text, unless it is empty.
    #[inline(always)]
    pub(crate) fn text(&mut self, key: &'static str, value: &str) {
        if !value.is_empty() {
            self.key(key);
            text(self.out, value);
        }
    }

    /// A text, if there is one.
    #[inline(always)]
    pub(crate) fn maybe_text(&mut self, key: &'static str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.text(key, value.as_ref());
        }
    }

    /// An address; its letters need no escape.
    pub(crate) fn maybe_ip(&mut self, key: &'static str, value: Option<IpAddr>) {
        if let Some(ip) = value {
            self.key(key);
            self.out.push(b'"');
            address(self.out, ip);
            self.out.push(b'"');
        }
    }

    pub(crate) fn integer(&mut self, key: &'static str, value: i64) {
        self.key(key);
        integer(self.out, value);
    }

    pub(crate) fn maybe_integer(&mut self, key: &'static str, value: Option<i64>) {
        if let Some(value) = value {
            self.integer(key, value);
        }
    }

    pub(crate) fn flag(&mut self, key: &'static str, value: bool) {
        self.key(key);
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// An amount as a number: `129.9`, `42`.
    pub(crate) fn money_number(&mut self, key: &'static str, value: Option<Money>) {
        if let Some(money) = value {
            self.key(key);
            decimal(self.out, money, false);
        }
    }

    /// An amount as a text with all the currency's digits: `"129.90"`, `"42"`.
    pub(crate) fn money_text(&mut self, key: &'static str, value: Option<Money>) {
        if let Some(money) = value {
            self.key(key);
            self.out.push(b'"');
            decimal(self.out, money, true);
            self.out.push(b'"');
        }
    }

    /// One digest.
    pub(crate) fn hash(&mut self, key: &'static str, value: Option<&Hash>) {
        if let Some(value) = value {
            self.key(key);
            hash(self.out, value);
        }
    }

    /// A digest or a text.
    pub(crate) fn id(&mut self, key: &'static str, value: Id<'_>) {
        self.key(key);
        id(self.out, value);
    }

    /// A list of digests, unless there are none.
    pub(crate) fn hashes(&mut self, key: &'static str, values: &[Hash]) {
        self.list(key, values, hash);
    }

    /// A list of texts without the empty ones, unless that leaves none.
    pub(crate) fn texts<'t>(
        &mut self,
        key: &'static str,
        values: impl IntoIterator<Item = &'t str>,
    ) {
        let values = values.into_iter().filter(|value| !value.is_empty());
        self.list(key, values, text);
    }

    /// A list, unless it has no item.
    pub(crate) fn list<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Vec<u8>, T),
    ) {
        let mut items = items.into_iter();
        let Some(first) = items.next() else { return };
        self.key(key);
        self.out.push(b'[');
        write(self.out, first);
        for item in items {
            self.out.push(b',');
            write(self.out, item);
        }
        self.out.push(b']');
    }

    /// A list that must be there even without an item.
    pub(crate) fn required_list<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        write: impl FnMut(&mut Vec<u8>, T),
    ) {
        let start = self.out.len();
        self.list(key, items, write);
        if self.out.len() == start {
            self.key(key);
            self.out.extend_from_slice(b"[]");
        }
    }

    /// An object, unless nothing is put into it.
    pub(crate) fn object(&mut self, key: &'static str, fill: impl FnOnce(&mut Object<'_>)) {
        let start = self.out.len();
        self.key(key);
        if !filled(self.out, fill) {
            self.out.truncate(start);
        }
    }

    /// A key that is not a platform's own word but the sender's: one of an event's `properties`.
    pub(crate) fn own_key(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        self.out.push(b',');
        text(self.out, key);
        self.out.push(b':');
        write(self.out);
    }
}

/// A text in quotes, escaped.
pub(crate) fn text(out: &mut Vec<u8>, value: &str) {
    out.reserve(value.len().saturating_add(2));
    out.push(b'"');
    let mut rest = value.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_json_len(rest));
        out.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else { break };
        escape(out, *byte);
        rest = after;
    }
    out.push(b'"');
}

/// A free property's value.
pub(crate) fn scalar(out: &mut Vec<u8>, value: &Scalar) {
    match value {
        Scalar::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        // The digits that the sender wrote.
        Scalar::Number(number) => out.extend_from_slice(number.as_bytes()),
        Scalar::Text(value) => text(out, value.as_str()),
        // A kind that this writer does not know is no value; every list of kinds is above.
        _ => out.extend_from_slice(b"\"\""),
    }
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend([byte >> 4, byte & 0xf].map(|digit| hex_digit(digit.into())));
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// A digest or a text, in quotes.
pub(crate) fn id(out: &mut Vec<u8>, value: Id<'_>) {
    match value {
        Id::Hash(value) => hash(out, value),
        Id::Text(value) => text(out, value),
    }
}

fn hash(out: &mut Vec<u8>, hash: &Hash) {
    out.reserve(Sha256Hex::LEN.saturating_add(2));
    out.push(b'"');
    out.extend_from_slice(hash.digest.hex().as_bytes());
    if let Some(suffix) = hash.suffix {
        out.push(b'.');
        out.extend_from_slice(suffix.as_str().as_bytes());
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use predispatch_types::Currency;
    use proptest::prelude::*;

    use super::*;

    fn written(fill: impl FnOnce(&mut Object<'_>)) -> String {
        let mut out = Vec::new();
        object(&mut out, fill);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_empty_leaves_no_key() {
        let json = written(|o| {
            o.text("a", "");
            o.maybe_text("b", None::<&str>);
            o.texts("c", ["", ""]);
            o.hashes("d", &[]);
            o.object("e", |inner| inner.object("f", |_| {}));
            o.flag("g", false);
            o.object("h", |_| {});
            o.integer("i", 0);
        });
        assert_eq!(json, r#"{"g":false,"i":0}"#);
    }

    #[test]
    fn money_keeps_its_digits() {
        let eur = |minor| Some(Money::from_minor_units(minor, Currency::EUR));
        let json = written(|o| {
            o.money_number("a", eur(12_990));
            o.money_text("b", eur(12_990));
            o.money_number("c", eur(-5));
            o.money_number("d", eur(100));
            o.money_text("e", Some(Money::from_minor_units(42, Currency::JPY)));
            o.money_number("f", eur(i64::MIN));
        });
        let want = r#"{"a":129.9,"b":"129.90","c":-0.05,"d":1,"e":"42","f":-92233720368547758.08}"#;
        assert_eq!(json, want);
    }

    proptest! {
        #[test]
        fn a_text_reads_back(value: String, key in "\\PC*") {
            let json = written(|o| {
                o.text("k", &value);
                o.own_key(&key, |out| text(out, &value));
            });
            let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&read[&key], &serde_json::Value::from(value));
        }
    }
}
