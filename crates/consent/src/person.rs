//! What is known about the person: age, and what they told the business itself.

use core::fmt;

use chrono::{DateTime, Datelike, NaiveDate};
use predispatch_types::{MAX_BELIEVED_AGE, Timestamp, is_no_birth_date};

use crate::Given;

/// The person behind the event, as far as a decision needs to know.
///
/// Of age, minor flag and birth date the strictest counts. Nothing given means an unknown age, not
/// a child.
///
/// ```
/// use predispatch_consent::{AgeBand, Given, Person};
///
/// let mut person = Person::default();
/// person.age = Given::Value(34);
/// person.minor = Given::Value(true);
/// let at = "2026-11-22T12:00:00Z".parse()?;
/// assert_eq!(person.age_band(at), AgeBand::Minor);
/// # Ok::<(), predispatch_types::TimestampError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Default)]
pub struct Person {
    /// Age in years at the event.
    pub age: Given<u8>,
    /// Whether the person is known to be under age.
    pub minor: Given<bool>,
    /// The birth date, if it stands among the identifiers: it is knowledge of the age. A
    /// [day that stands for none](is_no_birth_date) tells nothing.
    pub birth_date: Given<NaiveDate>,
    /// An erasure request is on file.
    pub erased: bool,
    /// An objection to advertising is on file.
    pub objected: bool,
}

impl Person {
    /// The strictest of what is known, at the time of the event.
    pub fn age_band(&self, event_time: Timestamp) -> AgeBand {
        let given = [
            self.minor.map_band(|minor| if *minor { AgeBand::Minor } else { AgeBand::Unknown }),
            self.age.map_band(|age| AgeBand::of_years(*age)),
            self.birth_date.map_band(|born| AgeBand::of_birth_date(*born, event_time)),
        ];
        let known = given.into_iter().filter(|band| *band != AgeBand::Unknown);
        known.min_by_key(|band| band.at_least()).unwrap_or(AgeBand::Unknown)
    }
}

struct Hidden(&'static str);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What is given, not what it says.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("age", &self.age.redacted())
            .field("minor", &self.minor.redacted())
            .field("birth_date", &self.birth_date.redacted())
            .field("erased", &self.erased)
            .field("objected", &self.objected)
            .finish()
    }
}

impl<T> Given<T> {
    const fn redacted(&self) -> Hidden {
        match self {
            Self::Absent => Hidden("Absent"),
            Self::Unreadable => Hidden("Unreadable"),
            Self::Value(_) => Hidden("<redacted>"),
        }
    }

    fn map_band(&self, band: impl FnOnce(&T) -> AgeBand) -> AgeBand {
        match self {
            Self::Absent => AgeBand::Unknown,
            Self::Unreadable => AgeBand::Unreadable,
            Self::Value(value) => band(value),
        }
    }
}

/// An age as coarse as the rules need it; records hold nothing finer.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AgeBand {
    /// Nothing is known.
    Unknown,
    /// Something was given that can't be read. It counts as the youngest.
    Unreadable,
    /// Said to be a minor, without a number.
    Minor,
    /// 0 to 12 years.
    Under13,
    /// 13 years.
    From13,
    /// 14 years.
    From14,
    /// 15 years.
    From15,
    /// 16 or 17 years.
    From16,
    /// 18, 19 or 20 years.
    From18,
    /// 21 years or more.
    From21,
}

impl AgeBand {
    const ALL: [Self; 10] = [
        Self::Unknown,
        Self::Unreadable,
        Self::Minor,
        Self::Under13,
        Self::From13,
        Self::From14,
        Self::From15,
        Self::From16,
        Self::From18,
        Self::From21,
    ];

    /// The band of an age in years. Over [`MAX_BELIEVED_AGE`] it can't be one.
    pub const fn of_years(years: u8) -> Self {
        match years {
            0..=12 => Self::Under13,
            13 => Self::From13,
            14 => Self::From14,
            15 => Self::From15,
            16..=17 => Self::From16,
            18..=20 => Self::From18,
            21..=MAX_BELIEVED_AGE => Self::From21,
            _ => Self::Unreadable,
        }
    }

    /// The band on the day of the event wherever the person is: the day before it in UTC, so that
    /// nobody counts as older than they are.
    fn of_birth_date(born: NaiveDate, event_time: Timestamp) -> Self {
        if is_no_birth_date(born.year(), born.month(), born.day()) {
            return Self::Unknown;
        }
        let earliest = event_time.plus_secs(-12 * 3_600);
        let years = DateTime::from_timestamp_micros(earliest.unix_micros())
            .and_then(|moment| moment.date_naive().years_since(born))
            .and_then(|years| u8::try_from(years).ok());
        years.map_or(Self::Unreadable, Self::of_years)
    }

    /// The lowest age that the band holds; `None` if no age is known.
    pub(crate) const fn at_least(self) -> Option<u8> {
        match self {
            Self::Unknown => None,
            Self::Unreadable | Self::Minor | Self::Under13 => Some(0),
            Self::From13 => Some(13),
            Self::From14 => Some(14),
            Self::From15 => Some(15),
            Self::From16 => Some(16),
            Self::From18 => Some(18),
            Self::From21 => Some(21),
        }
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Unreadable => "unreadable",
            Self::Minor => "minor",
            Self::Under13 => "under_13",
            Self::From13 => "13",
            Self::From14 => "14",
            Self::From15 => "15",
            Self::From16 => "16_17",
            Self::From18 => "18_20",
            Self::From21 => "21_up",
        }
    }

    /// The band with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn of_several_ages_the_youngest_counts() {
        let noon = at("2026-11-22T12:00:00Z");
        let mut person = Person { age: Given::Value(40), ..Person::default() };
        assert_eq!(person.age_band(noon), AgeBand::From21);
        person.minor = Given::Value(false);
        assert_eq!(person.age_band(noon), AgeBand::From21);
        person.birth_date = Given::from(NaiveDate::from_ymd_opt(2010, 11, 22));
        assert_eq!(person.age_band(noon), AgeBand::From16);
        person.age = Given::Value(15);
        assert_eq!(person.age_band(noon), AgeBand::From15);
        person.age = Given::Unreadable;
        assert_eq!(person.age_band(noon), AgeBand::Unreadable);
    }

    #[test]
    fn debug_shows_no_age() {
        let mut person = Person { age: Given::Value(47), ..Person::default() };
        person.birth_date = Given::from(NaiveDate::from_ymd_opt(1979, 3, 14));
        let shown = format!("{person:?}");
        assert!(shown.contains("age: <redacted>, minor: Absent"), "{shown}");
        assert!(!shown.contains("47") && !shown.contains("1979"), "{shown}");
    }

    #[test]
    fn a_birthday_counts_once_it_is_that_day_everywhere() {
        let born = NaiveDate::from_ymd_opt(2008, 11, 22).unwrap();
        let band = |time| AgeBand::of_birth_date(born, at(time));
        assert_eq!(band("2026-11-22T11:59:59Z"), AgeBand::From16);
        assert_eq!(band("2026-11-22T12:00:00Z"), AgeBand::From18);
        let leap = NaiveDate::from_ymd_opt(2008, 2, 29).unwrap();
        assert_eq!(AgeBand::of_birth_date(leap, at("2026-02-28T23:00:00Z")), AgeBand::From16);
        assert_eq!(AgeBand::of_birth_date(leap, at("2026-03-01T12:00:00Z")), AgeBand::From18);
    }

    #[test]
    fn an_impossible_age_is_unreadable_and_so_the_youngest() {
        let future = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
        let band = AgeBand::of_birth_date(future, at("2026-11-22T12:00:00Z"));
        assert_eq!((band, band.at_least()), (AgeBand::Unreadable, Some(0)));
        assert_eq!(AgeBand::of_years(122), AgeBand::From21);
        assert_eq!(AgeBand::of_years(123), AgeBand::Unreadable);
        let band = |year, month, day| {
            let born = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            AgeBand::of_birth_date(born, at("2026-11-22T12:00:00Z"))
        };
        // But for the days that databases write for none.
        assert_eq!([band(1, 1, 1), band(1753, 1, 1), band(1900, 1, 1)], [AgeBand::Unknown; 3]);
        assert_eq!(band(1901, 1, 2), AgeBand::Unreadable);
        // Those of 2015 in two other calendars, and with digits missing.
        let born = [band(1436, 5, 12), band(1394, 5, 12), band(15, 3, 4), band(1, 1, 2)];
        assert_eq!(born, [AgeBand::Unreadable; 4]);
    }

    #[test]
    fn names_read_back() {
        for band in AgeBand::ALL {
            assert_eq!(AgeBand::from_name(band.as_str()), Some(band));
        }
        assert_eq!(AgeBand::from_name("17"), None);
    }
}
