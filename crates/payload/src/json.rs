//! JSON straight to bytes, where an empty value can't be written.
//!
//! Keys come in the order in which they are written; a text, list or object that would be empty
//! leaves no key behind; there is no null. Money keeps its digits: no number passes through a float.

use core::net::IpAddr;
use std::io::Write as _;

use predispatch_event::Scalar;
use predispatch_pii::MetaSuffix;
use predispatch_types::{Money, Sha256Hex, plain_json_len};

/// A digest on its way to the wire, with the mark that Meta's own library may have left on it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Hash {
    pub(crate) hex: Sha256Hex,
    pub(crate) suffix: Option<MetaSuffix>,
}

/// An object under construction.
pub(crate) struct Object<'b> {
    out: &'b mut Vec<u8>,
    empty: bool,
}

/// Writes one object, `{}` if nothing is put into it.
pub(crate) fn object(out: &mut Vec<u8>, fill: impl FnOnce(&mut Object<'_>)) {
    out.push(b'{');
    let mut object = Object { out, empty: true };
    fill(&mut object);
    object.out.push(b'}');
}

impl Object<'_> {
    /// Inlined, because a copy of a length known beforehand is two or three stores and no call.
    #[inline(always)]
    fn key(&mut self, key: &'static str) {
        debug_assert!(
            plain_json_len(key.as_bytes()) == key.len(),
            "a key of a platform needs no escape"
        );
        self.out.extend_from_slice(if self.empty { b"\"" } else { b",\"" });
        self.empty = false;
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
        let (start, was_empty) = (self.out.len(), self.empty);
        self.key(key);
        self.out.push(b'{');
        let mut inner = Object { out: self.out, empty: true };
        fill(&mut inner);
        if inner.empty {
            self.out.truncate(start);
            self.empty = was_empty;
        } else {
            self.out.push(b'}');
        }
    }

    /// A key that is not a platform's own word but the sender's: one of an event's `properties`.
    pub(crate) fn own_key(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        text(self.out, key);
        self.out.push(b':');
        write(self.out);
    }
}

/// An address as its `Display` writes it; the formatting machinery costs more than four numbers do.
fn address(out: &mut Vec<u8>, ip: IpAddr) {
    match ip {
        IpAddr::V4(v4) => {
            for (place, octet) in v4.octets().into_iter().enumerate() {
                if place > 0 {
                    out.push(b'.');
                }
                digits(out, octet.into(), 1);
            }
        }
        // Writing to a vector can't fail.
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => _ = write!(out, "{v6}"),
        IpAddr::V6(v6) => groups(out, v6.segments()),
    }
}

/// The groups of an address in hexadecimal digits, the first of the longest runs of zeros, if of two or
/// more, as `::` (RFC 5952, section 4).
fn groups(out: &mut Vec<u8>, groups: [u16; 8]) {
    let zeros = |from: &usize| groups.iter().skip(*from).take_while(|group| **group == 0).count();
    // Of equals the last is the greatest, so from behind.
    let start = (0..groups.len()).rev().max_by_key(zeros).unwrap_or_default();
    let run = match zeros(&start) {
        0 | 1 => 0..0,
        len => start..start.saturating_add(len),
    };
    for (place, group) in groups.into_iter().enumerate() {
        if run.contains(&place) {
            if place == run.start {
                out.extend_from_slice(b"::");
            }
            continue;
        }
        if place > 0 && place != run.end {
            out.push(b':');
        }
        let digits = [group >> 12, group >> 8 & 0xf, group >> 4 & 0xf, group & 0xf];
        let leading = digits.iter().take(3).take_while(|digit| **digit == 0).count();
        out.extend(digits.into_iter().skip(leading).map(hex_digit));
    }
}

/// Of a number below 16.
fn hex_digit(digit: u16) -> u8 {
    char::from_digit(digit.into(), 16).map_or(b'0', |digit| digit as u8)
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

fn hash(out: &mut Vec<u8>, hash: &Hash) {
    out.reserve(Sha256Hex::LEN.saturating_add(2));
    out.push(b'"');
    out.extend_from_slice(hash.hex.as_bytes());
    if let Some(suffix) = hash.suffix {
        out.push(b'.');
        out.extend_from_slice(suffix.as_str().as_bytes());
    }
    out.push(b'"');
}

pub(crate) fn integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    digits(out, value.unsigned_abs(), 1);
}

/// The decimal digits of `value`, at least `least` of them.
fn digits(out: &mut Vec<u8>, mut value: u64, least: usize) {
    let mut buffer = [b'0'; MAX_DIGITS];
    let mut used = 0_usize;
    for place in buffer.iter_mut().rev() {
        if value == 0 && used >= least {
            break;
        }
        *place = b'0' | u8::try_from(value % 10).unwrap_or_default();
        value /= 10;
        used = used.saturating_add(1);
    }
    out.extend_from_slice(buffer.get(MAX_DIGITS.saturating_sub(used)..).unwrap_or_default());
}

/// Those of `u64::MAX`.
const MAX_DIGITS: usize = 20;

/// An amount in whole units, with or without its trailing zeros.
pub(crate) fn decimal(out: &mut Vec<u8>, money: Money, trailing_zeros: bool) {
    let exponent = money.currency().exponent();
    let unit = 10_u64.saturating_pow(u32::from(exponent));
    let amount = money.minor_units().unsigned_abs();
    let (whole, fraction) = (amount.div_euclid(unit), amount.rem_euclid(unit));
    if money.minor_units() < 0 {
        out.push(b'-');
    }
    digits(out, whole, 1);
    if exponent == 0 || (fraction == 0 && !trailing_zeros) {
        return;
    }
    out.push(b'.');
    digits(out, fraction, usize::from(exponent));
    while !trailing_zeros && out.last() == Some(&b'0') {
        out.pop();
    }
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
    fn an_address_is_written_as_it_is_displayed() {
        for ip in [
            "0.0.0.0",
            "203.0.113.24",
            "255.255.255.255",
            "1.20.9.100",
            "2001:db8::1",
            "::",
            "::1",
            "::ffff:1.2.3.4",
        ] {
            let json = written(|o| o.maybe_ip("ip", ip.parse().ok()));
            assert_eq!(json, format!("{{\"ip\":\"{ip}\"}}"));
        }
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
        /// Groups of few values, so that there are runs of zeros.
        #[test]
        fn an_address_of_groups_is_written_as_it_is_displayed(
            few in proptest::array::uniform8(prop_oneof![3 => Just(0), 1 => Just(0xffff), 2 => any::<u16>()]),
        ) {
            let ip = IpAddr::from(few);
            let mut out = Vec::new();
            address(&mut out, ip);
            prop_assert_eq!(String::from_utf8(out).unwrap(), ip.to_string());
        }

        #[test]
        fn a_text_reads_back(value: String, key in "\\PC*") {
            let json = written(|o| {
                o.text("k", &value);
                o.own_key(&key, |out| text(out, &value));
            });
            let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&read[&key], &serde_json::Value::from(value));
        }

        #[test]
        fn amounts_agree_with_their_own_text(minor: i64, code in "EUR|JPY|KWD|CLF") {
            let money = Money::from_minor_units(minor, Currency::parse(&code).unwrap());
            for (zeros, text) in [(false, money.decimal()), (true, money.fixed_decimal())] {
                let mut out = Vec::new();
                decimal(&mut out, money, zeros);
                prop_assert_eq!(String::from_utf8(out).unwrap(), text.to_string());
            }
        }
    }
}
