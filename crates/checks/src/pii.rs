//! Laws of `predispatch-pii`.

use predispatch_pii::{Format, Identifier, Phone};
use predispatch_types::{Country, Sha256Hex};

use crate::text;

/// What can be read is 8 to 15 digits whose hash is that of its normal form, and reads as itself.
///
/// The input is two letters of a country, or anything else for none, then the number.
pub(crate) fn phone(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let (country, number) = text.split_at_checked(2).unwrap_or(("", text));
    let country = Country::from_alpha2(country);
    let Ok(phone) = Phone::parse(number, country) else { return };
    for format in Format::ALL {
        let Ok(form) = phone.normal_form(format) else { continue };
        assert_eq!(phone.sha256(format), Ok(Sha256Hex::of(form.as_bytes())));
        let digits = form.as_str().strip_prefix('+').unwrap_or(form.as_str());
        assert!((Phone::MIN_DIGITS..=Phone::MAX_DIGITS).contains(&digits.len()));
        assert!(digits.bytes().all(|digit| digit.is_ascii_digit()));
    }
    let international = phone.normal_form(Format::TikTok).expect("TikTok takes every number");
    assert_eq!(Phone::parse(international.as_str(), None).as_ref(), Ok(&phone));
    assert_eq!(Phone::parse(international.as_str(), country).as_ref(), Ok(&phone));
    assert!(phone.is_assigned().is_some() && phone.calling_code().is_some());
}
