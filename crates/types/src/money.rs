//! Amounts of money, exact to the currency's smallest unit.

use core::fmt;

use crate::{Currency, trimmed};

/// An amount in one currency, exact: whole smallest units, never a float.
///
/// ```
/// use predispatch_types::{Currency, Money, MoneyError};
///
/// let paid = Money::parse("129.9", Currency::EUR)?;
/// assert_eq!(paid.minor_units(), 12_990);
/// assert_eq!(paid.to_string(), "129.90 EUR");
/// assert_eq!(paid.decimal().to_string(), "129.9");
/// // A comma may be a decimal mark or a thousands mark; only the sender knows.
/// assert_eq!(Money::parse("129,90", Currency::EUR), Err(MoneyError::Comma));
/// assert_eq!(Money::parse("100.5", Currency::JPY), Err(MoneyError::TooPrecise { exponent: 0 }));
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Money {
    minor_units: i64,
    currency: Currency,
}

impl Money {
    /// An amount in the currency's smallest unit: cents for EUR, yen for JPY, fils for KWD.
    pub const fn from_minor_units(minor_units: i64, currency: Currency) -> Self {
        Self { minor_units, currency }
    }

    /// Reads a decimal number as JSON writes it: an optional minus, digits, at most one point, an
    /// optional exponent. White space around it is ignored; nothing else is.
    ///
    /// Trailing zeros below the smallest unit are exact and taken (`5.00` yen); any other digit
    /// there is refused. Exactly three digits after one point are refused as well, where the currency
    /// has fewer: half of the world writes `1.299` for a thousand two hundred and ninety-nine.
    ///
    /// # Errors
    /// The first broken rule, as a [`MoneyError`]. A comma, a currency sign or a thousands mark is
    /// never read one way or the other.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let amount = trimmed(amount);
        if amount.is_empty() {
            return Err(MoneyError::Empty);
        }
        if amount.len() > MAX_LEN {
            return Err(MoneyError::TooLong { len: amount.len() });
        }
        let number = Number::split(amount).ok_or_else(|| MoneyError::not_a_number(amount))?;
        let exponent = currency.exponent();
        if exponent < 3 && number.may_have_thousands_mark() {
            return Err(MoneyError::ThousandsMark);
        }
        let minor_units = number.scaled(exponent)?;
        Ok(Self { minor_units, currency })
    }

    /// Reads a number as a program writes a binary fraction that it has calculated: 19.99 + 4.95 is
    /// `24.939999999999998` in most languages, which is 24.94.
    ///
    /// Taken is what [`parse`](Self::parse) takes, and of fifteen digits or more one whose first four digits
    /// below the smallest unit are all noughts or all nines. No price has such digits. Beside the amount stands
    /// whether it was rounded so: report it, for the sender calculates with floats.
    ///
    /// ```
    /// use predispatch_types::{Currency, Money, MoneyError};
    ///
    /// let (sum, is_rounded) = Money::parse_float("24.939999999999998", Currency::EUR)?;
    /// assert!(is_rounded);
    /// assert_eq!(sum.to_string(), "24.94 EUR");
    /// assert_eq!(
    ///     Money::parse_float("24.9385", Currency::EUR),
    ///     Err(MoneyError::TooPrecise { exponent: 2 })
    /// );
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_float(amount: &str, currency: Currency) -> Result<(Self, bool), MoneyError> {
        let error = match Self::parse(amount, currency) {
            Ok(exact) => return Ok((exact, false)),
            Err(error @ MoneyError::TooPrecise { .. }) => error,
            Err(error) => return Err(error),
        };
        let tail = |number: Number<'_>| number.without_float_tail(currency.exponent());
        let minor_units = Number::split(trimmed(amount)).and_then(tail).ok_or(error)?;
        Ok((Self { minor_units, currency }, true))
    }

    /// The amount in the currency's smallest unit; negative for a refund.
    pub const fn minor_units(self) -> i64 {
        self.minor_units
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as a number of whole units, printed without trailing zeros: `129.9`, `-0.05`,
    /// `42`. This is what a JSON number field gets.
    pub const fn decimal(self) -> Decimal {
        Decimal { money: self, trailing_zeros: false }
    }

    /// The amount with all the currency's digits: `129.90` EUR, `42` JPY. This is what a string
    /// field gets.
    pub const fn fixed_decimal(self) -> Decimal {
        Decimal { money: self, trailing_zeros: true }
    }
}

/// All the currency's digits and the code: `129.90 EUR`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.fixed_decimal(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A [`Money`]'s amount that prints as a plain decimal number.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    money: Money,
    trailing_zeros: bool,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Money { minor_units, currency } = self.money;
        let digits = usize::from(currency.exponent());
        let unit = 10_u64.pow(u32::from(currency.exponent()));
        let amount = minor_units.unsigned_abs();
        let (whole, fraction) = (amount.div_euclid(unit), amount.rem_euclid(unit));
        let sign = if minor_units < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}")?;
        if digits == 0 || (fraction == 0 && !self.trailing_zeros) {
            return Ok(());
        }
        let fraction = alloc::format!("{fraction:0digits$}");
        let shown = if self.trailing_zeros { &*fraction } else { fraction.trim_end_matches('0') };
        write!(f, ".{shown}")
    }
}

/// Why a text is not an amount of [`Money`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MoneyError {
    /// A comma: decimal mark or thousands mark cannot be told apart.
    #[error("amount has a comma; write 129.90 with a point and no thousands marks")]
    Comma,
    /// Nothing but white space.
    #[error("amount is empty")]
    Empty,
    /// Infinity or not-a-number.
    #[error("amount is not finite")]
    NotFinite,
    /// Not a decimal number.
    #[error("amount is not a decimal number such as 129.90")]
    NotANumber,
    /// A point that may be a thousands mark: `1.299` in a currency with two digits.
    #[error("amount's point may be a thousands mark; write 1299.00 or 1.30")]
    ThousandsMark,
    /// Beyond what 64 bits of smallest units hold.
    #[error("amount is too large")]
    TooLarge,
    /// Over 64 bytes.
    #[error("amount is {len} bytes long, limit {MAX_LEN}")]
    TooLong {
        /// Bytes found.
        len: usize,
    },
    /// A digit below the currency's smallest unit.
    #[error("amount has digits below the currency's smallest unit, 10^-{exponent}")]
    TooPrecise {
        /// Decimal digits that the currency has.
        exponent: u8,
    },
}

impl MoneyError {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Comma => "money_comma",
            Self::Empty => "money_empty",
            Self::NotFinite => "money_not_finite",
            Self::NotANumber => "money_not_a_number",
            Self::ThousandsMark => "money_thousands_mark",
            Self::TooLarge => "money_too_large",
            Self::TooLong { .. } => "money_too_long",
            Self::TooPrecise { .. } => "money_too_precise",
        }
    }

    fn not_a_number(amount: &str) -> Self {
        if amount.contains(',') {
            return Self::Comma;
        }
        let word = amount.trim_start_matches(['-', '+']).to_ascii_lowercase();
        match &*word {
            "nan" | "inf" | "infinity" => Self::NotFinite,
            _ => Self::NotANumber,
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<MoneyError>();

/// The parts of a decimal number, still text.
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    /// Power of ten.
    exponent: i32,
}

impl<'a> Number<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match split_at(text, |byte| matches!(byte, b'e' | b'E')) {
            Some((mantissa, power)) => (mantissa, parse_power(power)?),
            None => (text, 0),
        };
        let (whole, fraction) = match split_at(mantissa, |byte| byte == b'.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let sound = !whole.is_empty() && digits(whole) && digits(fraction);
        sound.then_some(Self { negative, whole, fraction, exponent })
    }

    /// One to three digits, a point and three digits, and no exponent: the shape of `1.299`.
    fn may_have_thousands_mark(&self) -> bool {
        (1..=3).contains(&self.whole.len())
            && !self.whole.starts_with('0')
            && self.fraction.len() == 3
            && self.exponent == 0
    }

    /// The number times 10^`digits`, if that is whole and fits.
    fn scaled(&self, digits: u8) -> Result<i64, MoneyError> {
        let point = i64::try_from(self.whole.len()).map_err(|_| MoneyError::TooLarge)?;
        // Digits before this place count whole smallest units.
        let end = point.saturating_add(i64::from(self.exponent)).saturating_add(i64::from(digits));
        let mut amount = 0_i64;
        let mut place = 0_i64;
        for digit in self.whole.bytes().chain(self.fraction.bytes()) {
            let digit = i64::from(digit.wrapping_sub(b'0'));
            if place < end {
                amount = push_digit(amount, digit)?;
            } else if digit != 0 {
                return Err(MoneyError::TooPrecise { exponent: digits });
            }
            place = place.saturating_add(1);
        }
        // `1e5`: the digits end before the place does. Zero stays zero, however far that is.
        while place < end && amount != 0 {
            amount = push_digit(amount, 0)?;
            place = place.saturating_add(1);
        }
        Ok(if self.negative { amount.saturating_neg() } else { amount })
    }
}

impl Number<'_> {
    /// The number in units of 10^-`digits`, rounded, if what is rounded away is what calculating with
    /// binary fractions leaves.
    fn without_float_tail(&self, digits: u8) -> Option<i64> {
        let (fraction, tail) = self.fraction.split_at_checked(usize::from(digits))?;
        let significant = [self.whole, self.fraction].concat();
        if self.exponent != 0 || significant.trim_start_matches('0').len() < FLOAT_DIGITS {
            return None;
        }
        let below = match tail.get(..FLOAT_TAIL)? {
            "0000" => 0,
            "9999" => 1,
            _ => return None,
        };
        let amount = Self { negative: false, fraction, ..*self }.scaled(digits).ok()?;
        let amount = amount.checked_add(below)?;
        Some(if self.negative { amount.saturating_neg() } else { amount })
    }
}

/// A 64-bit float holds any number of fifteen digits; one that was calculated is written with as many or more.
const FLOAT_DIGITS: usize = 15;

/// So many of the digits below the smallest unit show which way the error went.
const FLOAT_TAIL: usize = 4;

/// Before and after the first such byte, which is to be an ASCII one.
fn split_at(text: &str, is_mark: impl Fn(u8) -> bool) -> Option<(&str, &str)> {
    let place = text.bytes().position(is_mark)?;
    Some((text.get(..place)?, text.get(place.saturating_add(1)..)?))
}

fn push_digit(amount: i64, digit: i64) -> Result<i64, MoneyError> {
    amount.checked_mul(10).and_then(|tens| tens.checked_add(digit)).ok_or(MoneyError::TooLarge)
}

/// The part after `e`: an optional sign and up to four digits. More is no amount of money.
fn parse_power(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sound = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

/// 64 bits of smallest units have 19 digits; the rest is room for zeros.
const MAX_LEN: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn euros(amount: &str) -> Result<i64, MoneyError> {
        Money::parse(amount, Currency::EUR).map(Money::minor_units)
    }

    #[test]
    fn forms_that_json_writes() {
        for (amount, cents) in [
            ("0", 0),
            ("129.95", 12_995),
            (" 129.9 ", 12_990),
            ("129.9000", 12_990),
            ("-5", -500),
            ("-0.05", -5),
            ("1e3", 100_000),
            ("1.2995E+2", 12_995),
            ("12995e-2", 12_995),
            ("0e9999", 0),
            ("00012.5", 1_250),
        ] {
            assert_eq!(euros(amount), Ok(cents), "{amount}");
        }
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        for comma in ["129,90", "1.299,00", "1,299.00"] {
            assert_eq!(euros(comma), Err(MoneyError::Comma), "{comma}");
        }
        for word in ["NaN", "nan", "-inf", "Infinity"] {
            assert_eq!(euros(word), Err(MoneyError::NotFinite), "{word}");
        }
        for text in ["€5", "5 EUR", "+5", ".5", "5.", "1.2.3", "--5", "5e", "5e12345", "0x10", "١٢"]
        {
            assert_eq!(euros(text), Err(MoneyError::NotANumber), "{text}");
        }
        assert_eq!(euros("  "), Err(MoneyError::Empty));
        for mark in ["1.299", "12.500", "999.000", "-1.000"] {
            assert_eq!(euros(mark), Err(MoneyError::ThousandsMark), "{mark}");
        }
        assert_eq!(euros("0.500"), Ok(50));
        assert_eq!(euros("1299.000"), Ok(129_900));
        assert_eq!(euros(&"9".repeat(65)), Err(MoneyError::TooLong { len: 65 }));
        assert_eq!(euros("0.001"), Err(MoneyError::TooPrecise { exponent: 2 }));
        assert_eq!(euros("1e-3"), Err(MoneyError::TooPrecise { exponent: 2 }));
        for large in ["92233720368547758.08", "1e17", "1e9999", &"9".repeat(60)] {
            assert_eq!(euros(large), Err(MoneyError::TooLarge), "{large}");
        }
    }

    #[test]
    fn a_float_that_was_calculated_is_its_sum() {
        for (sum, cents) in [
            (19.99 + 4.95, 2_494),
            (3.0 * 19.9, 5_970),
            (0.1 + 0.2, 30),
            (0.07 * 3.0, 21),
            (1.1 * 3.0, 330),
            (-(19.99 + 4.95), -2_494),
            (1_000_000.1 + 0.7, 100_000_080),
            (99_999.99 + 0.35, 10_000_034),
        ] {
            let written = sum.to_string();
            assert_eq!(euros(&written), Err(MoneyError::TooPrecise { exponent: 2 }), "{written}");
            let sum = Money::from_minor_units(cents, Currency::EUR);
            assert_eq!(Money::parse_float(&written, Currency::EUR), Ok((sum, true)), "{written}");
        }
        let yen = Currency::parse("JPY").unwrap();
        let sum = Money::from_minor_units(1_000, yen);
        assert_eq!(Money::parse_float("1000.0000000000001", yen), Ok((sum, true)));
        assert_eq!(Money::parse_float("1000.000000000000", yen), Ok((sum, false)));
        for bad in [
            "24.9385",
            "10.0000001",
            "24.93500000000000",
            "12345678901234.567",
            "2.4939999999999998e1",
        ] {
            let read = Money::parse_float(bad, Currency::EUR);
            assert_eq!(read, Err(MoneyError::TooPrecise { exponent: 2 }), "{bad}");
        }
        assert_eq!(Money::parse_float("129,90", Currency::EUR), Err(MoneyError::Comma));
    }

    #[test]
    fn each_currency_keeps_its_own_digits() {
        let text = |amount, code: &str| {
            Money::parse(amount, Currency::parse(code).unwrap()).map(|money| money.to_string())
        };
        assert_eq!(text("500", "JPY").as_deref(), Ok("500 JPY"));
        assert_eq!(text("500.00", "JPY").as_deref(), Ok("500 JPY"));
        assert_eq!(text("500.5", "JPY"), Err(MoneyError::TooPrecise { exponent: 0 }));
        assert_eq!(text("500.123", "JPY"), Err(MoneyError::ThousandsMark));
        assert_eq!(text("500.000", "JPY"), Err(MoneyError::ThousandsMark));
        assert_eq!(text("1.299", "KWD").as_deref(), Ok("1.299 KWD"));
        assert_eq!(text("1.5", "KWD").as_deref(), Ok("1.500 KWD"));
        assert_eq!(text("-0.5", "USD").as_deref(), Ok("-0.50 USD"));
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(minor_units: i64) {
            let money = Money::from_minor_units(minor_units, Currency::EUR);
            // Read as a positive number first, the smallest one does not fit.
            if minor_units != i64::MIN {
                prop_assert_eq!(Money::parse(&money.decimal().to_string(), Currency::EUR), Ok(money));
                prop_assert_eq!(Money::parse(&money.fixed_decimal().to_string(), Currency::EUR), Ok(money));
            }
        }

        #[test]
        fn no_text_panics(text in "[-+0-9.,eE a]{0,24}") {
            let _ = euros(&text);
        }
    }
}
