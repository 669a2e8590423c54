//! Moments in time.

use core::fmt;

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};

use crate::trimmed;

/// A moment in UTC, exact to the microsecond.
///
/// ```
/// use predispatch_types::Timestamp;
///
/// let paid: Timestamp = "2026-11-20T19:03:11+01:00".parse()?;
/// assert_eq!(paid.unix_secs(), 1_795_197_791);
/// assert_eq!(paid.to_string(), "2026-11-20T18:03:11Z");
/// // Platforms and browsers write seconds, milliseconds or microseconds; the size tells which.
/// assert_eq!("1795197791".parse::<Timestamp>()?, paid);
/// assert_eq!("1795197791000".parse::<Timestamp>()?, paid);
/// # Ok::<(), predispatch_types::TimestampError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp {
    /// Microseconds since 1970-01-01T00:00:00Z.
    micros: i64,
}

impl Timestamp {
    /// The first moment of 1970.
    pub const UNIX_EPOCH: Self = Self { micros: 0 };
    /// The earliest moment that [`detect`](Self::detect) and `FromStr` accept, the first of 2000.
    pub const EARLIEST: Self = Self::from_unix_secs(946_684_800);
    /// The moment that [`detect`](Self::detect) and `FromStr` stop before, the first of 2100.
    pub const LATEST: Self = Self::from_unix_secs(4_102_444_800);

    /// From whole seconds since 1970. Saturates beyond the years −290,308 and +294,247.
    #[inline]
    pub const fn from_unix_secs(secs: i64) -> Self {
        Self { micros: secs.saturating_mul(MICROS_PER_SEC) }
    }

    /// From milliseconds since 1970. Saturates like [`from_unix_secs`](Self::from_unix_secs).
    #[inline]
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self { micros: millis.saturating_mul(1_000) }
    }

    /// From microseconds since 1970.
    pub const fn from_unix_micros(micros: i64) -> Self {
        Self { micros }
    }

    /// From a number whose unit is told by its size: seconds, milliseconds or microseconds since
    /// 1970.
    ///
    /// Within the years 2000 to 2099 the three never overlap, so nothing is guessed; any other
    /// number (nanoseconds, seconds of 1999) is an error.
    ///
    /// # Errors
    /// [`TimestampError::OutOfRange`] if no unit puts it between [`EARLIEST`](Self::EARLIEST) and
    /// [`LATEST`](Self::LATEST).
    pub fn detect(number: i64) -> Result<Self, TimestampError> {
        let secs = Some(Self::from_unix_secs(number)).filter(Self::is_plausible);
        let millis = || Some(Self::from_unix_millis(number)).filter(Self::is_plausible);
        let micros = || Some(Self::from_unix_micros(number)).filter(Self::is_plausible);
        secs.or_else(millis).or_else(micros).ok_or(TimestampError::OutOfRange)
    }

    /// Whole seconds since 1970, rounded down.
    #[inline]
    pub const fn unix_secs(self) -> i64 {
        self.micros.div_euclid(MICROS_PER_SEC)
    }

    /// Milliseconds since 1970, rounded down.
    #[inline]
    pub const fn unix_millis(self) -> i64 {
        self.micros.div_euclid(1_000)
    }

    /// Microseconds since 1970.
    pub const fn unix_micros(self) -> i64 {
        self.micros
    }

    /// This moment `secs` seconds later (earlier if negative), saturating at the ends of time.
    #[must_use]
    #[inline]
    pub const fn plus_secs(self, secs: i64) -> Self {
        Self { micros: self.micros.saturating_add(secs.saturating_mul(MICROS_PER_SEC)) }
    }

    /// Seconds from `earlier` to this moment, rounded down; negative if `earlier` is later.
    pub const fn secs_since(self, earlier: Self) -> i64 {
        self.micros.saturating_sub(earlier.micros).div_euclid(MICROS_PER_SEC)
    }

    fn is_plausible(&self) -> bool {
        (Self::EARLIEST..Self::LATEST).contains(self)
    }

    /// A whole or decimal number of seconds, milliseconds or microseconds.
    fn parse_number(text: &str) -> Result<Self, TimestampError> {
        let Some((whole, fraction)) = text.split_once('.') else {
            return Self::detect(text.parse().map_err(|_| TimestampError::OutOfRange)?);
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(TimestampError::NotATime);
        }
        let number: i64 = whole.parse().map_err(|_| TimestampError::OutOfRange)?;
        let moment = Self::detect(number)?;
        // What a digit after the point is worth depends on the unit.
        let mut worth = moment.micros.checked_div(number).unwrap_or_default();
        let mut micros = moment.micros;
        for digit in fraction.chars().filter_map(|digit| digit.to_digit(10)) {
            worth = worth.div_euclid(10);
            micros = micros.saturating_add(worth.saturating_mul(i64::from(digit)));
        }
        Ok(Self { micros })
    }

    /// `2026-11-20T18:03:11Z`, as most programs write it, in a tenth of the time. Anything else, and
    /// whatever is wrong with it, is for the whole reader to say.
    fn parse_plain_utc(text: &str) -> Option<Self> {
        let &[
            y1,
            y2,
            y3,
            y4,
            b'-',
            o1,
            o2,
            b'-',
            d1,
            d2,
            b'T',
            h1,
            h2,
            b':',
            m1,
            m2,
            b':',
            s1,
            s2,
            b'Z',
        ] = text.as_bytes()
        else {
            return None;
        };
        let two = |tens: u8, ones: u8| {
            let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
            let digit = |byte: u8| u32::from(byte.wrapping_sub(b'0'));
            is_number.then(|| digit(tens).wrapping_mul(10).wrapping_add(digit(ones)))
        };
        let year = two(y1, y2)?.wrapping_mul(100).wrapping_add(two(y3, y4)?);
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two(o1, o2)?, two(d1, d2)?)?;
        let moment = date.and_hms_opt(two(h1, h2)?, two(m1, m2)?, two(s1, s2)?)?;
        Some(Self::from(moment.and_utc())).filter(|moment| moment.is_plausible())
    }

    fn parse_rfc3339(text: &str) -> Result<Self, TimestampError> {
        match DateTime::parse_from_rfc3339(text) {
            Ok(moment) => {
                let moment = Self { micros: moment.timestamp_micros() };
                if moment.is_plausible() { Ok(moment) } else { Err(TimestampError::OutOfRange) }
            }
            Err(_) if lacks_offset(text) => Err(TimestampError::NoOffset),
            Err(_) => Err(TimestampError::NotATime),
        }
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self { micros: moment.timestamp_micros() }
    }
}

impl core::str::FromStr for Timestamp {
    type Err = TimestampError;

    /// RFC 3339 with its offset, or a number as in [`Timestamp::detect`] with at most one point;
    /// white space around it is ignored. Digits below a microsecond are dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = trimmed(text);
        if let Some(moment) = Self::parse_plain_utc(text) {
            return Ok(moment);
        }
        if text.is_empty() {
            return Err(TimestampError::Empty);
        }
        if text.len() > MAX_LEN {
            return Err(TimestampError::NotATime);
        }
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            Self::parse_number(text)
        } else {
            Self::parse_rfc3339(text)
        }
    }
}

/// RFC 3339 in UTC with `Z`, and as many of 0, 3 or 6 fraction digits as the moment needs.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp_micros(self.micros) {
            // RFC 3339 has four digits for the year; beyond that the number says it exactly.
            Some(moment) if (0..=9_999).contains(&moment.year()) => {
                f.write_str(&moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            _ => write!(f, "{}us", self.micros),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text or number is not a [`Timestamp`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TimestampError {
    /// Nothing but white space.
    #[error("time is empty")]
    Empty,
    /// A date and a time of day without `Z` or an offset: in which zone is not said.
    #[error("time has no offset; write Z or one such as +01:00")]
    NoOffset,
    /// Neither RFC 3339 nor a number.
    #[error("time is neither RFC 3339 (2026-11-20T18:03:11Z) nor Unix seconds, ms or us")]
    NotATime,
    /// Read in no unit does it lie between 2000 and 2099.
    #[error("time is not between the years 2000 and 2099 in seconds, milliseconds or microseconds")]
    OutOfRange,
}

impl TimestampError {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "time_empty",
            Self::NoOffset => "time_no_offset",
            Self::NotATime => "time_not_a_time",
            Self::OutOfRange => "time_out_of_range",
        }
    }
}

/// Whether `text` is RFC 3339 but for the missing offset, so that the error can say so.
fn lacks_offset(text: &str) -> bool {
    DateTime::parse_from_rfc3339(&alloc::format!("{text}Z")).is_ok()
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<TimestampError>();

const MICROS_PER_SEC: i64 = 1_000_000;

/// RFC 3339 with nine fraction digits has 35 bytes.
const MAX_LEN: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_unit_is_told_by_its_size() {
        let moment = Timestamp::from_unix_secs(1_795_197_791);
        for number in [1_795_197_791, 1_795_197_791_000, 1_795_197_791_000_000] {
            assert_eq!(Timestamp::detect(number), Ok(moment));
        }
    }

    #[test]
    fn fractions_are_kept_to_the_microsecond() {
        let with = |text: &str| text.parse::<Timestamp>().unwrap().unix_micros();
        assert_eq!(with("1763661700.5"), 1_763_661_700_500_000);
        assert_eq!(with("1763661700.1234567"), 1_763_661_700_123_456);
        assert_eq!(with("1763661700123.75"), 1_763_661_700_123_750);
        assert_eq!(with(" 2026-11-20T18:03:11.25Z "), 1_795_197_791_250_000);
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |text: &str| text.parse::<Timestamp>().unwrap_err();
        assert_eq!(error("  "), TimestampError::Empty);
        assert_eq!(error("2026-11-20T18:03:11"), TimestampError::NoOffset);
        assert_eq!(error("2026-11-20 18:03:11"), TimestampError::NoOffset);
        for text in ["yesterday", "2026-02-30T00:00:00Z", "1.2.3", ".5", "5.", "-5"] {
            assert_eq!(error(text), TimestampError::NotATime, "{text}");
        }
        for text in ["0", "1795197791000000000", "946684799", "1999-12-31T23:59:59Z"] {
            assert_eq!(error(text), TimestampError::OutOfRange, "{text}");
        }
    }

    #[test]
    fn the_ends_of_time_neither_panic_nor_wrap() {
        for moment in [i64::MIN, i64::MAX].map(Timestamp::from_unix_secs) {
            assert!(!moment.to_string().is_empty());
            assert_eq!(moment.plus_secs(moment.unix_secs()), moment);
        }
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(micros in 946_684_800_000_000_i64..4_102_444_800_000_000) {
            let moment = Timestamp::from_unix_micros(micros);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }

        /// In every place of the usual form another character.
        #[test]
        fn the_usual_form_is_read_as_by_the_whole_reader(
            secs in 940_000_000_i64..4_110_000_000,
            place in 0_usize..20,
            other in "[0-9:TtZz+ -]",
        ) {
            let mut text = Timestamp::from_unix_secs(secs).to_string();
            for _ in 0..2 {
                let whole = Timestamp::parse_rfc3339(&text);
                if let Some(moment) = Timestamp::parse_plain_utc(&text) {
                    prop_assert_eq!(Ok(moment), whole);
                }
                text.replace_range(place..=place, &other);
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Timestamp>();
        }

        #[test]
        fn no_number_fits_two_units(number: i64) {
            let units = [Timestamp::from_unix_secs, Timestamp::from_unix_millis, Timestamp::from_unix_micros];
            prop_assert!(units.iter().filter(|unit| unit(number).is_plausible()).count() <= 1);
        }
    }
}
