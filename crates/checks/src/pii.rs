//! Laws of `predispatch-pii`.

use predispatch_pii::{
    AddressCountry, AddressRegion, City, DateOfBirth, Email, ExternalId, FirstName, Format, Gender,
    HashOnce, Hashed, Identifier, LastName, MobileAdId, Phone, PostalCode, Street, Treatment,
};
use predispatch_types::{Country, Sha256Digest, Timestamp};

use crate::text;

/// Every part of an address, names and ids: see [`holds`].
///
/// The input is two letters of a country, or anything else for none, then the text.
pub(crate) fn address(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let (country, raw) = text.split_at_checked(2).unwrap_or(("", text));
    let country = Country::from_alpha2(country);
    holds(Street::parse(raw).ok(), |form| Street::parse(form).ok());
    holds(City::parse(raw).ok(), |form| City::parse(form).ok());
    holds(AddressRegion::parse(raw, country).ok(), |form| AddressRegion::parse(form, country).ok());
    holds(PostalCode::parse(raw, country).ok(), |form| PostalCode::parse(form, country).ok());
    holds(AddressCountry::parse(raw).ok(), |form| AddressCountry::parse(form).ok());
    holds(FirstName::parse(raw).ok(), |form| FirstName::parse(form).ok());
    holds(LastName::parse(raw).ok(), |form| LastName::parse(form).ok());
    holds(Gender::parse(raw).ok(), |form| Gender::parse(form).ok());
    holds(ExternalId::parse(raw).ok(), |form| ExternalId::parse(form).ok());
    holds(MobileAdId::parse(raw, None).ok(), |form| MobileAdId::parse(form, None).ok());
    let born = |raw: &str| DateOfBirth::parse(raw, None, NOW).ok();
    holds(born(raw), born);
}

/// An e-mail address: see [`holds`]; and `HashOnce` sends what the address itself does.
pub(crate) fn email(input: &[u8]) {
    let Some(raw) = text(input) else { return };
    let Ok(email) = Email::parse(raw) else { return };
    let mut once = HashOnce::new(&email);
    for format in Format::ALL {
        assert_eq!(once.wire(format), email.wire(format));
    }
    holds(Some(email.clone()), |form| Email::parse(form).ok());
}

/// For every format: the hash is that of the normal form, and the normal form reads as itself.
fn holds<I: Identifier>(read: Option<I>, read_again: impl Fn(&str) -> Option<I>) {
    let Some(identifier) = read else { return };
    for format in Format::ALL {
        let Ok(form) = identifier.normal_form(format) else { continue };
        assert!(!form.as_bytes().is_empty());
        let wire = identifier.wire(format).expect("a normal form goes on the wire");
        match format.treatment(I::KIND) {
            Treatment::Hashed => assert_eq!(wire.hash(), Some(Sha256Digest::of(form.as_bytes()))),
            _ => assert_eq!(wire.hash(), None),
        }
        // A name or an id in hex can look like a digest without its separators: refused, not
        // changed.
        if !Hashed::looks_like_digest(form.as_str()) {
            let again = read_again(form.as_str()).expect("a normal form reads");
            assert_eq!(again.normal_form(format).as_ref(), Ok(&form));
        }
    }
}

/// 2026-11-22.
const NOW: Timestamp = Timestamp::from_unix_secs(1_795_305_600);

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
        assert_eq!(phone.sha256(format), Ok(Sha256Digest::of(form.as_bytes())));
        let digits = form.as_str().strip_prefix('+').unwrap_or(form.as_str());
        assert!((Phone::MIN_DIGITS..=Phone::MAX_DIGITS).contains(&digits.len()));
        assert!(digits.bytes().all(|digit| digit.is_ascii_digit()));
    }
    let international = phone.normal_form(Format::TikTok).expect("TikTok takes every number");
    assert_eq!(Phone::parse(international.as_str(), None).as_ref(), Ok(&phone));
    assert_eq!(Phone::parse(international.as_str(), country).as_ref(), Ok(&phone));
    assert!(phone.is_assigned().is_some() && phone.calling_code().is_some());
}
