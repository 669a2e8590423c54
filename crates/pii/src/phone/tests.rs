//! What the parts of this module promise each other.

use predispatch_types::Sha256Digest;
use proptest::prelude::*;

use super::*;

fn plus(raw: &str, country: Option<&str>) -> Result<String, PhoneError> {
    let country = country.map(|code| Country::from_alpha2(code).unwrap());
    let phone = Phone::parse(raw, country)?;
    Ok(phone.normal_form(Format::TikTok).unwrap().as_str().to_owned())
}

#[test]
fn each_broken_rule_has_its_error() {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    for (raw, error) in [
        ("+1 650*5551212", PhoneError::BadCharacter),
        ("%2B16505551212", PhoneError::BadCharacter),
        ("tel:5551212;phone-context=+1-650", PhoneError::BadCharacter),
        ("5551212;phone-context=example", PhoneError::BadCharacter),
        (md5, PhoneError::Digest(crate::DigestShape::Md5)),
        ("ada@example.com", PhoneError::Email),
        ("+16505551212@sms.example.com", PhoneError::Email),
        ("", PhoneError::Empty),
        (" \u{200e}\u{a0}", PhoneError::Empty),
        ("+ ()", PhoneError::Empty),
        ("1-800-FLOWERS", PhoneError::Letters),
        ("call me", PhoneError::Letters),
        ("020 7946 0958", PhoneError::NoCountry),
        ("(650) 555-1212", PhoneError::NoCountry),
        ("16505551212", PhoneError::NoCountry),
        ("011 44 20 7946 0958", PhoneError::NoCountry),
        ("null", PhoneError::Placeholder),
        ("0000000000", PhoneError::Placeholder),
        ("+44 0000 000000", PhoneError::Placeholder),
        ("+1 111 111 1111", PhoneError::Placeholder),
        ("+1 123 456 7890", PhoneError::Placeholder),
        ("+1234567890123456", PhoneError::TooLong { digits: 16 }),
        ("+12345678901234567890123456", PhoneError::TooLong { digits: 26 }),
        ("+1234567", PhoneError::TooShort { digits: 7 }),
        ("+44 (0)20", PhoneError::TooShort { digits: 5 }),
        ("+16505551212 +16505551213", PhoneError::TwoNumbers),
        ("+16505551212, 16505551213", PhoneError::TwoNumbers),
        ("+1 650 555 1212 / 1 650 555 1213", PhoneError::TwoNumbers),
        ("+1 650 555 1212 x 650 555 1213", PhoneError::TwoNumbers),
        ("+999 1234567", PhoneError::UnknownCallingCode),
        ("+0 1234567", PhoneError::UnknownCallingCode),
        ("00016505551212", PhoneError::UnknownCallingCode),
    ] {
        assert_eq!(plus(raw, None), Err(error), "{raw}");
    }
    let long = format!("+1{}6505551212", " ".repeat(Phone::MAX_INPUT_LEN));
    assert_eq!(plus(&long, None), Err(PhoneError::InputTooLong { len: 140 }));
    assert_eq!(plus("(650) 555-1212", Some("AQ")), Err(PhoneError::NoCountry));
}

#[test]
fn a_national_number_of_impossible_length_is_refused() {
    for (raw, country) in [
        ("5551212", "US"),
        ("442079460958", "US"),
        ("650 555 12123", "US"),
        ("1 650 555 121", "US"),
        ("650-555-1212/13", "US"),
        ("015004901515", "US"),
        ("(0)13915000800", "US"),
        ("0100000049115", "US"),
        ("0650 555 1212", "US"),
        ("7946 0958", "GB"),
        ("020 7946 0958 1", "GB"),
        ("0555 1212", "SG"),
    ] {
        assert_eq!(plus(raw, Some(country)), Err(PhoneError::NotNational), "{raw} {country}");
    }
    // Completed by the island's area code.
    assert_eq!(plus("464-1234", Some("AG")).unwrap(), "+12684641234");
}

#[test]
fn digits_that_begin_with_the_country_s_own_calling_code_are_international() {
    for (raw, country) in [
        ("4915112345678", "DE"),
        ("4915212345678", "DE"),
        ("4917612345678", "DE"),
        ("49 151 12345678", "DE"),
        ("49 (0)151 12345678", "DE"),
        ("49 30 123456", "DE"),
        ("1 650 555 1212", "US"),
        ("44 020 7946 0958", "GB"),
        ("91 98100 00001", "IN"),
        ("39 06 69812345", "IT"),
    ] {
        let international = format!("+{raw}");
        assert_eq!(plus(raw, Some(country)), plus(&international, None), "{raw} {country}");
    }
    // One area code or mobile range of the country is the same digits as its calling code.
    for (raw, country, number) in [
        ("391 234 5678", "IT", "+393912345678"),
        ("(55) 99123-4567", "BR", "+5555991234567"),
        ("04921 123456", "DE", "+494921123456"),
        ("91981 00000", "IN", "+919198100000"),
    ] {
        assert_eq!(plus(raw, Some(country)).unwrap(), number, "{raw} {country}");
    }
}

#[test]
fn a_zero_that_is_no_national_prefix_is_left_alone() {
    // Singapore, a digit short; Denmark; the United States.
    for raw in ["+6505551212", "+4501234567", "+10650555121"] {
        assert_eq!(plus(raw, None).unwrap(), raw);
    }
    assert_eq!(plus("+45 (0)32 12 34 56", None).unwrap(), "+4532123456");
    assert_eq!(plus("+44 0020 7946 0958", None).unwrap(), "+442079460958");
}

#[test]
fn a_label_and_an_extension_are_told_from_the_number() {
    for raw in ["Tel.: +49 30 123456", "TEL +49 30 123456", "tel:+4930123456", "Tel. +4930123456"] {
        assert_eq!(plus(raw, None).unwrap(), "+4930123456", "{raw}");
    }
    assert_eq!(plus("0x10", Some("US")), Err(PhoneError::Letters));
    assert_eq!(plus("Fax: +49 30 123456", None), Err(PhoneError::Letters));
}

#[test]
fn a_number_all_of_one_digit_is_kept_where_it_is_in_use() {
    assert_eq!(plus("+7 777 777 77 77", None).unwrap(), "+77777777777");
    assert_eq!(plus("1111111111", Some("US")), Err(PhoneError::Placeholder));
    assert_eq!(plus("0123456789", Some("DE")), Err(PhoneError::Placeholder));
}

#[test]
fn an_international_prefix_with_two_readings_is_read_as_a_number_in_use() {
    // Colombia's 005 is the prefix of a carrier, 0057 is what the rest of the world dials.
    assert_eq!(plus("0057 321 1234567", Some("CO")).unwrap(), "+573211234567");
    assert_eq!(plus("001 650 253 0000", Some("HK")).unwrap(), "+16502530000");
    assert_eq!(plus("0011 44 20 7946 0958", Some("AU")).unwrap(), "+442079460958");
    assert_eq!(plus("8 10 44 20 7946 0958", Some("RU")).unwrap(), "+442079460958");
}

#[test]
fn the_plus_wins_over_the_country() {
    assert_eq!(plus("+44 20 7946 0958", Some("US")).unwrap(), "+442079460958");
}

#[test]
fn a_digest_has_no_number() {
    let digest = Sha256Digest::of(b"+442079460958");
    let phone = Phone::from_hashed(digest.hex().as_str()).unwrap();
    assert_eq!((phone.is_assigned(), phone.calling_code()), (None, None));
    assert_eq!(phone.sha256(Format::Meta), Ok(digest));
    assert_eq!(phone.normal_form(Format::Meta), Err(Withheld::OnlyHashed));
    assert_eq!(phone.normal_form(Format::LinkedIn), Err(Withheld::NotTaken));
    assert_eq!(phone.sha256(Format::LinkedIn), Err(Withheld::NotTaken));
}

#[test]
fn unassigned_numbers_are_kept_and_told() {
    let assigned = |raw: &str| Phone::parse(raw, None).unwrap().is_assigned().unwrap();
    for raw in ["+16502530000", "+442079460958", "+390236618300", "+80012345678", "+979123456789"] {
        assert!(assigned(raw), "{raw}");
    }
    for raw in ["+123456789012345", "+44791234567", "+49001234567", "+800223456789"] {
        assert!(!assigned(raw), "{raw}");
    }
}

#[test]
fn debug_and_errors_do_not_print_it() {
    let phone = Phone::parse("+442079460958", None).unwrap();
    assert_eq!(format!("{phone:?}"), "Phone(<redacted>)");
    assert_eq!(phone.calling_code(), Some(44));
}

proptest! {
    /// The fast reader is only a faster way to the same.
    #[test]
    fn both_readers_read_the_same(text in "[+]?[-0-9 .()]{0,24}") {
        if let Some(plain) = Written::plain(&text) {
            let read = Written::read(&text).unwrap();
            prop_assert!(plain == read);
        }
    }
}
