//! Laws of `predispatch-types`.

use predispatch_types::{Currency, Money, Timestamp};

use crate::text;

/// An amount that can be read prints as one that reads back equal.
pub(crate) fn money(input: &[u8]) {
    let Some(text) = text(input) else { return };
    for currency in [Currency::JPY, Currency::EUR] {
        if let Ok(money) = Money::parse(text, currency) {
            let printed = money.decimal().to_string();
            assert_eq!(Money::parse(&printed, currency), Ok(money));
        }
    }
}

/// A moment that can be read prints as one that reads back equal.
pub(crate) fn timestamp(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Ok(moment) = text.parse::<Timestamp>() {
        assert_eq!(moment.to_string().parse(), Ok(moment));
    }
}
