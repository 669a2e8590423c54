//! What personal data looks like: one pass over bytes, no regular expression.
//!
//! A shape must be told from order numbers, article numbers and time stamps, so each rests on
//! something that those lack: an at sign, a `+`, a check digit with a fixed length, a grouping, or
//! a word before it. Bare digits are no telephone number here; the key beside them tells
//! ([`keys`](super::keys)). Sources: `docs/sources/scrub.md`.
//!
//! Cost is linear: every token is looked at from its beginning only, and each look is bounded.

mod card;
mod clean;
mod email;
mod iban;
mod national;
mod number;
mod phone;
mod word;

use memchr::memchr3_iter;

pub(super) use self::clean::is_clean;
use super::{
    census::{self, Census},
    scan::{Scan, slice},
};

/// A kind of personal data that can be told by its look.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Shape {
    /// A payment card's number: a brand's length and prefix, and Luhn's check digit.
    Card,
    /// An e-mail address.
    Email,
    /// An international bank account number: a country's length, and 97 as its check.
    Iban,
    /// A JSON web token, signed or encrypted.
    Jwt,
    /// A number that a state gave a person, such as the US social security number.
    NationalId,
    /// A telephone number written as one: with `+`, with `00`, or grouped.
    Phone,
    /// A credential: a bearer token, a password after its word, or a key with a known prefix.
    Secret,
}

impl Shape {
    /// Every shape, in the order of their names.
    pub const ALL: [Self; 7] = [
        Self::Card,
        Self::Email,
        Self::Iban,
        Self::Jwt,
        Self::NationalId,
        Self::Phone,
        Self::Secret,
    ];

    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Email => "email",
            Self::Iban => "iban",
            Self::Jwt => "jwt",
            Self::NationalId => "national_id",
            Self::Phone => "phone",
            Self::Secret => "secret",
        }
    }
}

/// A shape and the bytes that it takes up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) shape: Shape,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The first shape in a text.
pub(super) fn first(text: &[u8], census: Census<'_>) -> Option<Shape> {
    Shapes::new(text, census).next().map(|found| found.shape)
}

/// Whether there is an e-mail address in a text.
pub(super) fn has_email(text: &[u8]) -> bool {
    let mut floor = 0;
    memchr3_iter(b'@', b'%', b'\\', text).any(|at| {
        let found = email::around(text, floor, at);
        if let Some(Err(end)) = found {
            floor = end;
        }
        matches!(found, Some(Ok(_)))
    })
}

/// The shapes of a text from left to right, none overlapping another.
pub(super) struct Shapes<'a> {
    text: &'a [u8],
    /// What a shape may begin with in this text.
    places: u16,
    at: usize,
    /// End of the last find, or of the last at sign that was none: an address begins after it.
    floor: usize,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(text: &'a [u8], census: Census<'_>) -> Self {
        Self { text, places: census.places(), at: 0, floor: 0 }
    }

    /// The shape at this byte, or how many bytes can't begin one.
    fn look(&mut self, byte: u8) -> Result<Found, usize> {
        let scan = Scan::new(self.text, self.at);
        match byte {
            b'0'..=b'9' | b'(' => match number::at(scan) {
                Some(found) => Ok(found),
                None => Err(digits(scan)),
            },
            b'+' => number::at(scan).ok_or(1),
            b'a'..=b'z' | b'A'..=b'Z' => {
                let (len, digits) = census::word(scan.rest());
                let found =
                    if word::may_begin(scan.rest(), len, digits) { word::at(scan) } else { None };
                found.ok_or(len)
            }
            b'@' | b'%' | b'\\' | b'&' => match email::around(self.text, self.floor, self.at) {
                Some(Ok(found)) => Ok(found),
                Some(Err(end)) => {
                    self.floor = end;
                    Err(1)
                }
                None => Err(1),
            },
            _ => Err(1),
        }
    }
}

/// How many digits stand here.
fn digits(scan: Scan<'_>) -> usize {
    let rest = scan.rest();
    rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
}

impl Iterator for Shapes<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if self.places == 0 {
            return None;
        }
        loop {
            let rest = slice(self.text, self.at, self.text.len());
            let place = rest.iter().position(|&byte| census::is_at(byte, self.places))?;
            let byte = *rest.get(place)?;
            self.at = self.at.saturating_add(place);
            match self.look(byte) {
                Ok(found) => {
                    self.at = found.end;
                    self.floor = found.end;
                    return Some(found);
                }
                Err(skipped) => self.at = self.at.saturating_add(skipped.max(1)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(shapes: Shapes<'_>) -> Vec<(Shape, usize, usize)> {
        shapes.map(|found| (found.shape, found.start, found.end)).collect()
    }

    /// What the census says is not there is not there: looking at every byte finds nothing more.
    fn same_with_and_without_census(text: &str) -> Result<(), TestCaseError> {
        let text = text.as_bytes();
        let everywhere = Shapes { text, places: u16::MAX, at: 0, floor: 0 };
        let everywhere = found(everywhere);
        prop_assert!(everywhere.is_empty() || !is_clean(text));
        prop_assert_eq!(found(Shapes::new(text, Census::of(text))), everywhere);
        Ok(())
    }

    #[test]
    fn what_a_browser_says_of_itself_is_clean() {
        for agent in [
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 \
             Safari/537.36",
        ] {
            assert_eq!(is_clean(agent.as_bytes()), !agent.contains("20100101"), "{agent}");
        }
        for text in ["", "Oxford shirt, 44", "ord-88213", "SSN: none"] {
            assert!(is_clean(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_census_hides_no_number(text in "[0-9 +./()xX,_a@-]{0,32}") {
            same_with_and_without_census(&text)?;
        }

        #[test]
        fn the_census_hides_no_shape(
            parts in prop::collection::vec(
                prop::sample::select(&[
                    "+44 20 7946 0958", "020 7946 0958", "(650) 555-1212", "00442079460958",
                    "4111 1111 1111 1111", "371449635398431", "078-05-1120", "123.456.789-09",
                    "1 85 05 78 006 084 91", "11010519491231002X", "DE89370400440532013000",
                    "RSSMRA85T10A562S", "X1234567L", "QQ 12 34 56 C", "ada@example.com",
                    "ada%40example.com", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "Bearer abcd1234efgh",
                    "password=hunter2x", "tel. 5550143", "SSN 123456789", "AKIAIOSFODNN7EXAMPLE",
                    "sku-7", "537.36", "Chrome/142.0.0.0", "20100101", " ", "-", ".", "+", "(", ")", "/", "x",
                    "7", "é", "_", ",",
                ][..]),
                0..6,
            ),
        ) {
            same_with_and_without_census(&parts.concat())?;
        }
    }
}
