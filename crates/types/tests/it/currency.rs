//! Currency codes.

use predispatch_types::{Currency, CurrencyError};
use proptest::prelude::*;

#[test]
fn every_currency_reads_back() {
    let mut seen = 0;
    for currency in Currency::all() {
        let code = currency.as_str();
        assert_eq!(Currency::parse(&code.to_lowercase()), Ok(currency), "{code}");
        assert_eq!(format!(" {currency}\n").parse(), Ok(currency), "{code}");
        assert_eq!(format!("{currency:?}"), code);
        assert!(currency.exponent() <= 4 && !currency.name().is_empty(), "{code}");
        seen += 1;
    }
    // 183 rows less 13 that are not money.
    assert_eq!(seen, 170);
}

#[test]
fn minor_units_are_those_of_iso_4217() {
    for (code, digits) in [
        ("JPY", 0),
        ("KRW", 0),
        ("ISK", 0),
        ("EUR", 2),
        ("HUF", 2),
        ("TWD", 2),
        ("XCG", 2),
        ("BHD", 3),
        ("KWD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("UYW", 4),
    ] {
        assert_eq!(Currency::parse(code).unwrap().exponent(), digits, "{code}");
    }
}

#[test]
fn withdrawn_codes_are_read_and_marked() {
    let withdrawn = Currency::all().filter(|currency| currency.is_withdrawn());
    let codes: Vec<&str> = withdrawn.map(Currency::as_str).collect();
    assert_eq!(codes, ["ANG", "BGN", "CUC", "HRK", "SLL", "ZWL"]);
}

#[test]
fn what_is_not_money_has_its_own_error() {
    for code in ["XAU", "xag", "XDR", "XXX", "XTS", "XBA"] {
        assert_eq!(Currency::parse(code), Err(CurrencyError::NotMoney), "{code}");
    }
    for text in ["EU", "EURO", "€", "U$D", "ABC", "ÉÉ", "日", "DEM"] {
        assert_eq!(Currency::parse(text), Err(CurrencyError::Unknown), "{text}");
    }
    assert_eq!(Currency::parse(" \t"), Err(CurrencyError::Empty));
}

proptest! {
    #[test]
    fn any_text_is_answered_and_the_answer_reads_back(raw in "\\PC{0,10}|[A-Za-z]{3}") {
        if let Ok(currency) = Currency::parse(&raw) {
            prop_assert_eq!(currency.as_str(), raw.trim().to_ascii_uppercase());
            prop_assert_eq!(Currency::parse(currency.as_str()), Ok(currency));
        }
    }
}
