//! The shapes of postal codes, by country.

use predispatch_types::Country;

/// What is known of a country's codes.
#[derive(Clone, Copy)]
pub(super) struct PostalShape {
    country: Country,
    /// `9` a digit, `A` a letter, `X` either; written without separators.
    shapes: &'static [&'static str],
    /// What people put before the code (`D-80331`): the licence plate's or ISO letters.
    prefixes: &'static [&'static str],
}

impl PostalShape {
    /// The shape of a country's codes, if it is in the list.
    pub(super) fn of(country: Country) -> Option<&'static Self> {
        let listed = |country| SHAPES.iter().find(|shape| shape.country == country);
        listed(country).or_else(|| has_us_post(country).then(|| listed(Country::US)).flatten())
    }

    /// Whether these are ZIP codes.
    pub(super) fn is_zip(&self) -> bool {
        self.country == Country::US
    }

    /// `code` without the country's letters before it: `D-80331` and `DE 80331`, but not a code that
    /// merely begins with the letter. A mark such as `〒` needs no separator.
    pub(super) fn without_prefix<'a>(&self, code: &'a str) -> &'a str {
        for prefix in self.prefixes {
            let Some((start, rest)) = code.split_at_checked(prefix.len()) else { continue };
            let separated = rest.starts_with(['-', ' ']) || !prefix.is_ascii();
            if start.eq_ignore_ascii_case(prefix) && separated {
                return rest.trim_start_matches(['-', ' ']);
            }
        }
        code
    }

    /// Whether `code`, given without separators, is one of the country's shapes.
    pub(super) fn fits(&self, code: impl Iterator<Item = u8> + Clone) -> bool {
        let len = code.clone().count();
        self.shapes.iter().any(|shape| {
            shape.len() == len
                && shape.bytes().zip(code.clone()).all(|(kind, byte)| match kind {
                    b'9' => byte.is_ascii_digit(),
                    b'A' => byte.is_ascii_alphabetic(),
                    _ => byte.is_ascii_alphanumeric(),
                })
        })
    }
}

/// The territories and associated states that the post of the United States serves with ZIP codes.
fn has_us_post(country: Country) -> bool {
    matches!(country.as_str(), "AS" | "FM" | "GU" | "MH" | "MP" | "PR" | "PW" | "UM" | "VI")
}

const fn shape(
    country: Country,
    shapes: &'static [&'static str],
    prefixes: &'static [&'static str],
) -> PostalShape {
    PostalShape { country, shapes, prefixes }
}

/// Universal Postal Union addressing guides, as of 2026-11-22. A country that is not here is not
/// checked.
const SHAPES: &[PostalShape] = &[
    shape(Country::AT, &["9999"], &["A", "AT"]),
    shape(Country::AU, &["9999"], &[]),
    shape(Country::BE, &["9999"], &["B", "BE"]),
    shape(Country::BR, &["99999999"], &[]),
    shape(Country::CA, &["A9A9A9"], &[]),
    shape(Country::CH, &["9999"], &["CH"]),
    shape(Country::CN, &["999999"], &[]),
    shape(Country::CZ, &["99999"], &["CZ"]),
    shape(Country::DE, &["99999"], &["D", "DE"]),
    shape(Country::DK, &["9999"], &["DK"]),
    shape(Country::ES, &["99999"], &["E", "ES"]),
    shape(Country::FI, &["99999"], &["FI", "FIN"]),
    shape(Country::FR, &["99999"], &["F", "FR"]),
    shape(
        Country::GB,
        &["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA", "AAA9AA"],
        &[],
    ),
    shape(Country::GR, &["99999"], &["GR"]),
    shape(Country::IE, &["A9XXXXX"], &[]),
    shape(Country::IN, &["999999"], &[]),
    shape(Country::IT, &["99999"], &["I", "IT"]),
    shape(Country::JP, &["9999999"], &["〒"]),
    shape(Country::KR, &["99999"], &[]),
    shape(Country::MX, &["99999"], &[]),
    shape(Country::NL, &["9999AA"], &["NL"]),
    shape(Country::NO, &["9999"], &["N", "NO"]),
    shape(Country::NZ, &["9999"], &[]),
    shape(Country::PL, &["99999"], &["PL"]),
    // Four digits are the old form, still in use for the locality alone.
    shape(Country::PT, &["9999999", "9999"], &["P", "PT"]),
    shape(Country::SE, &["99999"], &["S", "SE"]),
    shape(Country::SG, &["999999"], &[]),
    shape(Country::TR, &["99999"], &[]),
    shape(Country::US, &["99999", "999999999"], &[]),
    shape(Country::ZA, &["9999"], &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_prefix_is_taken_off() {
        let mut count = 0;
        for shape in SHAPES {
            for prefix in shape.prefixes {
                let code = shape.shapes[0].replace('9', "1");
                for written in [format!("{prefix}-{code}"), format!("{prefix} {code}")] {
                    assert_eq!(shape.without_prefix(&written), code, "{written}");
                }
                assert!(shape.fits(code.bytes()));
                count += 1;
            }
        }
        assert_eq!(count, 27);
    }
}
