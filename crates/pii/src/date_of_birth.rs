//! Dates of birth.

use core::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use predispatch_types::{MAX_BELIEVED_AGE, Timestamp, is_no_birth_date};

use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    month, placeholder,
    text::PlainText,
};

/// A date of birth, or the sender's digest of one.
///
/// `YYYYMMDD`, hashed, for Meta and Pinterest. Sources: `docs/sources.md#date-of-birth`.
///
/// ```
/// use predispatch_pii::{DateOfBirth, DateOfBirthError, DateOrder, Format, Identifier};
/// use predispatch_types::Timestamp;
///
/// let now: Timestamp = "2026-11-22T00:00:00Z".parse()?;
/// // There is no month 16, so this can be read in one way only.
/// let born = DateOfBirth::parse("2/16/1997", None, now)?;
/// assert_eq!(born.normal_form(Format::Meta)?.as_str(), "19970216");
/// assert_eq!(born.age_at(now), Some(29));
/// // The second of March or the third of February: the caller must say.
/// let ambiguous = DateOfBirth::parse("2/3/1997", None, now);
/// assert_eq!(ambiguous.unwrap_err(), DateOfBirthError::Ambiguous);
/// assert!(DateOfBirth::parse("2/3/1997", Some(DateOrder::DayFirst), now).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Deviation
/// Meta's parameter builder reads `2/3/1997` as the third of February and takes days that no
/// calendar has (`31/02/1997`); this does neither.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct DateOfBirth(Held<Born>);

/// The eight digits, which are wiped.
#[derive(Clone, Eq, Hash, PartialEq)]
struct Born {
    digits: PlainText,
}

/// Which part of a date such as `2/3/1997` comes first.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DateOrder {
    /// `DD/MM/YYYY`: most of the world.
    DayFirst,
    /// `MM/DD/YYYY`: the United States.
    MonthFirst,
}

impl DateOfBirth {
    /// The greatest age that is believed, in years.
    pub const MAX_AGE: u8 = MAX_BELIEVED_AGE;

    /// Reads a plain date: `YYYYMMDD`; year, month, day or day, month, year with `-`, `/`, `.` or
    /// white space between; a month's name in the larger European languages; a time after an ISO
    /// date is ignored.
    ///
    /// `order` decides between day and month where both are 12 or less. Dates with dots and no
    /// order given are day first, as everywhere that writes dots. The year has four digits.
    ///
    /// # Errors
    /// The first broken rule, as a [`DateOfBirthError`]; among them a date after `now`.
    pub fn parse(
        raw: &str,
        order: Option<DateOrder>,
        now: Timestamp,
    ) -> Result<Self, DateOfBirthError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(DateOfBirthError::Empty);
        }
        if let Some(shape) = looks_like_digest(text) {
            return Err(DateOfBirthError::Digest(shape));
        }
        let zeros = text.bytes().all(|byte| !byte.is_ascii_alphanumeric() || byte == b'0');
        if placeholder::is_placeholder(text) || (zeros && text.contains('0')) {
            return Err(DateOfBirthError::Placeholder);
        }
        if text.len() > LONGEST {
            return Err(DateOfBirthError::NotADate);
        }
        let date = read(text, order)?;
        let today = date_of(now).ok_or(DateOfBirthError::NotADate)?;
        if date > today {
            return Err(DateOfBirthError::Future);
        }
        if date.year() < 1900 || today.years_since(date) > Some(u32::from(Self::MAX_AGE)) {
            return Err(DateOfBirthError::TooLongAgo);
        }
        let digits = eight_digits(date);
        Ok(Self(Held::Plain(Born { digits })))
    }

    /// Takes the sender's digest of a date.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }

    /// The day; `None` for a digest.
    pub fn date(&self) -> Option<NaiveDate> {
        let Held::Plain(born) = &self.0 else { return None };
        NaiveDate::parse_from_str(born.digits.as_str(), "%Y%m%d").ok()
    }

    /// Age in whole years at a moment, by UTC's date; `None` for a digest or before the birth.
    pub fn age_at(&self, moment: Timestamp) -> Option<u8> {
        u8::try_from(date_of(moment)?.years_since(self.date()?)?).ok()
    }
}

impl Sealed for DateOfBirth {}

impl Identifier for DateOfBirth {
    const KIND: Kind = Kind::DateOfBirth;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|born| NormalForm::of(&born.digits))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        Ok(NormalForm::of(&self.0.plain_for(Self::KIND, format)?.digits))
    }
}

impl fmt::Debug for DateOfBirth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DateOfBirth(<redacted>)")
    }
}

/// Why a plain text is not a [`DateOfBirth`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DateOfBirthError {
    /// Day and month could be either way round.
    #[error("date of birth can be read day first and month first; write YYYY-MM-DD")]
    Ambiguous,
    /// A digest in a plain field.
    #[error("date of birth is {0}")]
    Digest(DigestShape),
    /// Nothing but white space.
    #[error("date of birth is empty")]
    Empty,
    /// After today.
    #[error("date of birth is in the future")]
    Future,
    /// Not a date in any known form, or a day that the calendar does not have.
    #[error("date of birth is not a date such as 1997-02-16")]
    NotADate,
    /// A value that stands for none, such as `0000-00-00` or `1900-01-01`.
    #[error("date of birth is a placeholder")]
    Placeholder,
    /// Before 1900 or more than [`DateOfBirth::MAX_AGE`] years ago.
    #[error("date of birth is before 1900 or over {} years ago", DateOfBirth::MAX_AGE)]
    TooLongAgo,
    /// A year of two digits.
    #[error("date of birth has a year of two digits; write four")]
    TwoDigitYear,
}

impl DateOfBirthError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ambiguous => "date_of_birth_ambiguous",
            Self::Digest(_) => "date_of_birth_is_digest",
            Self::Empty => "date_of_birth_empty",
            Self::Future => "date_of_birth_future",
            Self::NotADate => "date_of_birth_not_a_date",
            Self::Placeholder => "date_of_birth_placeholder",
            Self::TooLongAgo => "date_of_birth_too_long_ago",
            Self::TwoDigitYear => "date_of_birth_two_digit_year",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<DateOfBirthError>();

/// The longest form is a weekday-free date with a month's name and a time: 40 bytes will do.
const LONGEST: usize = 48;

fn date_of(moment: Timestamp) -> Option<NaiveDate> {
    DateTime::<Utc>::from_timestamp_micros(moment.unix_micros()).map(|at| at.date_naive())
}

/// `YYYYMMDD` without an allocation.
fn eight_digits(date: NaiveDate) -> PlainText {
    let year = [1_000, 100, 10, 1].map(|unit| (date.year().unsigned_abs(), unit));
    let month_and_day = [(date.month(), 10), (date.month(), 1), (date.day(), 10), (date.day(), 1)];
    year.into_iter()
        .chain(month_and_day)
        .filter_map(|(number, unit)| char::from_digit(number.div_euclid(unit).rem_euclid(10), 10))
        .collect()
}

fn read(text: &str, order: Option<DateOrder>) -> Result<NaiveDate, DateOfBirthError> {
    if let (8, Ok(digits)) = (text.len(), number(text)) {
        let (year, rest) = (digits.div_euclid(10_000), digits.rem_euclid(10_000));
        return calendar(year, rest.div_euclid(100), rest.rem_euclid(100));
    }
    let separator = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '年' | '月');
    let text = without_time(text).trim_end_matches('日');
    let mut parts = text.split(separator).filter(|part| !part.is_empty());
    let (Some(first), Some(second), Some(third), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(DateOfBirthError::NotADate);
    };
    if first.len() == 4 && number(first).is_ok() {
        return calendar(number(first)?, month_number(second)?, number(third)?);
    }
    let year = match third.len() {
        4 => number(third)?,
        1 | 2 if first.len() <= 2 => return Err(DateOfBirthError::TwoDigitYear),
        _ => return Err(DateOfBirthError::NotADate),
    };
    if let Some(month) = month::by_name(first) {
        return calendar(year, month, number(without_ordinal(second))?);
    }
    if let Some(month) = month::by_name(second) {
        return calendar(year, month, number(without_ordinal(first))?);
    }
    let dotted = text.matches('.').count() == 2 && !text.contains(['/', '-', ',', ' ']);
    day_and_month(year, number(first)?, number(second)?, order, dotted)
}

/// `16th` without its ending.
fn without_ordinal(day: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|ending| day.strip_suffix(ending)).unwrap_or(day)
}

/// `1997-02-16T00:00:00Z` or `1997-02-16 00:00` up to its time: an ISO date has ten bytes.
fn without_time(text: &str) -> &str {
    let Some((date, time)) = text.split_at_checked(10) else { return text };
    let clock = time.strip_prefix(['T', ' ']).unwrap_or_default();
    let begins_with_hour = clock.get(..2).is_some_and(|hour| number(hour).is_ok());
    let only_clock = clock.chars().all(|c| c.is_ascii_digit() || ":.+-Z".contains(c));
    let iso = date.get(..4).is_some_and(|year| number(year).is_ok());
    if iso && begins_with_hour && clock.get(2..3) == Some(":") && only_clock { date } else { text }
}

/// Two numbers that may be day and month or month and day.
fn day_and_month(
    year: u32,
    first: u32,
    second: u32,
    order: Option<DateOrder>,
    dotted: bool,
) -> Result<NaiveDate, DateOfBirthError> {
    let order = if dotted { order.or(Some(DateOrder::DayFirst)) } else { order };
    match (order, first > 12, second > 12) {
        _ if first == second => calendar(year, first, second),
        // A spreadsheet's empty date has no day; no month is 0.
        _ if first == 0 => calendar(year, second, first),
        _ if second == 0 => calendar(year, first, second),
        (_, true, false) => calendar(year, second, first),
        (_, false, true) => calendar(year, first, second),
        (Some(DateOrder::DayFirst), false, false) => calendar(year, second, first),
        (Some(DateOrder::MonthFirst), false, false) => calendar(year, first, second),
        (None, false, false) => Err(DateOfBirthError::Ambiguous),
        (_, true, true) => Err(DateOfBirthError::NotADate),
    }
}

fn calendar(year: u32, month: u32, day: u32) -> Result<NaiveDate, DateOfBirthError> {
    let year = i32::try_from(year).map_err(|_| DateOfBirthError::NotADate)?;
    // Before the calendar, which does not have all of them.
    if is_no_birth_date(year, month, day) {
        return Err(DateOfBirthError::Placeholder);
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateOfBirthError::NotADate)
}

fn month_number(text: &str) -> Result<u32, DateOfBirthError> {
    month::by_name(text).map_or_else(|| number(text), Ok)
}

/// Digits only: `parse` alone would take a sign.
fn number(text: &str) -> Result<u32, DateOfBirthError> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(DateOfBirthError::NotADate)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_secs(1_795_305_600); // 2026-11-22

    fn digits(raw: &str) -> Result<String, DateOfBirthError> {
        let born = DateOfBirth::parse(raw, None, NOW)?;
        Ok(born.normal_form(Format::Meta).unwrap().as_str().to_owned())
    }

    #[test]
    fn every_common_form_of_one_day() {
        for raw in [
            "19970216",
            "1997-02-16",
            "1997/2/16",
            "1997-02-16T00:00:00Z",
            "1997-02-16 00:00:00",
            " 16.02.1997 ",
            "16/2/1997",
            "2/16/1997",
            "02-16-1997",
            "16 Feb 1997",
            "1997-FEB-16",
            "16-FEB-1997",
            "February 16, 1997",
            "16th February 1997",
            "16. Februar 1997",
            "16 février 1997",
            "1997年2月16日",
        ] {
            assert_eq!(digits(raw).as_deref(), Ok("19970216"), "{raw}");
        }
    }

    #[test]
    fn day_and_month_are_never_guessed() {
        assert_eq!(digits("2/3/1997"), Err(DateOfBirthError::Ambiguous));
        assert_eq!(digits("02-03-1997"), Err(DateOfBirthError::Ambiguous));
        assert_eq!(digits("2/3/1997."), Err(DateOfBirthError::Ambiguous));
        assert_eq!(digits("2.3.1997").as_deref(), Ok("19970302"));
        assert_eq!(digits("5/5/1997").as_deref(), Ok("19970505"));
        let ordered = |order| {
            let born = DateOfBirth::parse("2/3/1997", Some(order), NOW).unwrap();
            born.normal_form(Format::Meta).unwrap().as_str().to_owned()
        };
        assert_eq!(ordered(DateOrder::DayFirst), "19970302");
        assert_eq!(ordered(DateOrder::MonthFirst), "19970203");
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        for raw in [
            "31/02/1997",
            "1997-02-29",
            "19971302",
            "16021997",
            "1997",
            "Feb 1997",
            "1997-02",
            "13/13/1997",
            "1997-02-16/1998-02-16",
            "1997-02-16-17",
            "1997-02-16Tgarbage",
            "16abc Feb 1997",
            "13x/4/1997",
            "+1997-02-16",
            "1997-02-16 Monday",
            "16/2/19977",
            "a/b/cccc",
            "1/2/3/4",
        ] {
            assert_eq!(digits(raw), Err(DateOfBirthError::NotADate), "{raw}");
        }
        assert_eq!(digits("3 OCTOBER 1990").as_deref(), Ok("19901003"));
        assert_eq!(digits(""), Err(DateOfBirthError::Empty));
        assert_eq!(digits("0000-00-00"), Err(DateOfBirthError::Placeholder));
        assert_eq!(digits("null"), Err(DateOfBirthError::Placeholder));
        assert_eq!(digits("16/2/97"), Err(DateOfBirthError::TwoDigitYear));
        assert_eq!(digits("2026-11-23"), Err(DateOfBirthError::Future));
        for none in ["0001-01-01T00:00:00", "1753-01-01", "1899-12-30", "01.01.1900"] {
            assert_eq!(digits(none), Err(DateOfBirthError::Placeholder), "{none}");
        }
        // The day before the first of January 1900, as spreadsheets show an empty date.
        for none in [
            "1/0/1900",
            "0/1/1900",
            "00/01/1900",
            "00.01.1900",
            "0-Jan-1900",
            "1900-01-00",
            "19000100",
        ] {
            for order in [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst)] {
                let read = DateOfBirth::parse(none, order, NOW);
                assert_eq!(read, Err(DateOfBirthError::Placeholder), "{none} {order:?}");
            }
        }
        for none in ["0000-00-00T00:00:00", "0-0-0000"] {
            assert_eq!(digits(none), Err(DateOfBirthError::Placeholder), "{none}");
        }
        for no_day in ["0/5/1900", "1/0/1990", "1900-00-01", "1900-02-00"] {
            assert_eq!(digits(no_day), Err(DateOfBirthError::NotADate), "{no_day}");
        }
        for old in ["0001-01-02", "0012-03-04", "1436-05-12", "1900-01-02"] {
            assert_eq!(digits(old), Err(DateOfBirthError::TooLongAgo), "{old}");
        }
        assert_eq!(digits(&"a".repeat(64)), Err(DateOfBirthError::Digest(DigestShape::Sha256)));
        assert_eq!(digits("2000-02-29").as_deref(), Ok("20000229"));
    }

    #[test]
    fn age_changes_on_the_birthday() {
        let born = DateOfBirth::parse("2010-06-15", None, NOW).unwrap();
        let age = |at: &str| born.age_at(at.parse().unwrap());
        assert_eq!(age("2026-06-14T23:59:59Z"), Some(15));
        assert_eq!(age("2026-06-15T00:00:00Z"), Some(16));
        assert_eq!(age("2009-01-01T00:00:00Z"), None);
    }

    proptest! {
        #[test]
        fn reading_the_normal_form_changes_nothing(days in 0_i64..44_000) {
            let born = NOW.plus_secs(days.saturating_mul(-86_400));
            let text = date_of(born).unwrap().format("%Y%m%d").to_string();
            prop_assert_eq!(digits(&text), Ok(text));
        }

        #[test]
        fn no_text_panics(raw in "[-0-9/. TaFebr年月é]{0,20}") {
            let _ = digits(&raw);
        }
    }
}
