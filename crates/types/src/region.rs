//! Subdivisions of countries: ISO 3166-2 codes, and the names that people write instead.
//!
//! Codes and names are those of `crates/types/data`, checked on 2026-11-22 (sources, versions and
//! what is known to lag in its `README.md`; `scripts/refresh-type-data` rebuilds it). Beside
//! ISO 3166-2 stand the "states" of United States military mail (AA, AE, AP: USPS Publication 28,
//! section 225.1), because address forms list them, and Norway's counties of 2024.

use core::fmt;

use crate::{
    Country,
    fold::{Folded, fold, is_code},
    table::{Table, code_number, rows},
};

/// A state, province or other subdivision in the tables, with its country.
///
/// `Debug` and `Display` print the full code; the order is that of the codes.
///
/// ```
/// use predispatch_types::{Country, Region, RegionError};
///
/// let california = Region::parse("California", Some(Country::US))?;
/// assert_eq!(california.to_string(), "US-CA");
/// assert_eq!(Region::parse("ca", Some(Country::US))?, california);
/// assert_eq!(Region::parse("US-CA", None)?, california);
/// assert_eq!(Region::parse("Québec", Some(Country::CA))?.code(), "QC");
/// assert_eq!(Region::parse("CA", None), Err(RegionError::NeedsCountry));
/// # Ok::<(), RegionError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Region {
    country: Country,
    /// Row in `subdivisions.tsv`, which is sorted by full code.
    row: u16,
}

impl Region {
    /// Reads a full code (`US-CA`), or, within `country`, a code (`CA`) or a name (`California`).
    ///
    /// Names are the one in ISO 3166-2 and everyday variants of the larger countries: French names
    /// of Canada's provinces, English names of Germany's, the traditional abbreviations of the
    /// United States ("Calif.", from the Government Publishing Office's style manual). Case,
    /// accents, punctuation and white space do not count; German and Scandinavian letters may be
    /// spelled out ("Thueringen"). The exact name comes before variants ("Madrid" is the province
    /// `ES-M`, not the "Comunidad de Madrid"); where a region and a district inside it share the
    /// exact name, the outer one is meant.
    ///
    /// Without a country, full codes are read, and names that only one of the United States, Canada
    /// and Australia has.
    ///
    /// # Errors
    /// [`RegionError`]; nothing is guessed.
    pub fn parse(raw: &str, country: Option<Country>) -> Result<Self, RegionError> {
        let raw = raw.trim();
        match raw.len() {
            0 => return Err(RegionError::Empty),
            len if len > Self::MAX_LEN => return Err(RegionError::TooLong { len }),
            _ => {}
        }
        let full = full_code(raw);
        if let Some((home, code)) = full
            && let Ok(region) = Self::new(home, code)
        {
            let other = country.is_some_and(|country| country != home);
            return if other { Err(RegionError::OtherCountry) } else { Ok(region) };
        }
        match country {
            Some(country) => Self::within(country, raw),
            None if full.is_some() => Err(RegionError::Unknown),
            None => Self::anywhere(&fold(raw)),
        }
    }

    /// The subdivision of `country` with this code, in either case: `CA`, not `US-CA`.
    ///
    /// ```
    /// use predispatch_types::{Country, Region};
    ///
    /// assert_eq!(Region::new(Country::AU, "nsw")?.name(), "New South Wales");
    /// # Ok::<(), predispatch_types::RegionError>(())
    /// ```
    ///
    /// # Errors
    /// [`RegionError::Unknown`] if the tables have no such code.
    pub fn new(country: Country, code: &str) -> Result<Self, RegionError> {
        if !is_code(code) {
            return Err(RegionError::Unknown);
        }
        let mut full = [0; 8];
        let bytes = country.as_str().bytes().chain([b'-']).chain(code.bytes());
        for (place, byte) in full.iter_mut().zip(bytes) {
            *place = byte.to_ascii_uppercase();
        }
        let row = CODES.binary_search(&code_number(full)).map_err(|_| RegionError::Unknown)?;
        let row = u16::try_from(row).map_err(|_| RegionError::Unknown)?;
        Ok(Self { country, row })
    }

    fn within(country: Country, raw: &str) -> Result<Self, RegionError> {
        // Before folding, so that a code costs no allocation.
        if let Ok(region) = Self::new(country, raw) {
            return Ok(region);
        }
        let key = fold(raw);
        // Dotted codes ("N.Y.") are a habit of these countries; elsewhere "N.A." would be Naples.
        if (!raw.is_ascii() || WELL_KNOWN.contains(&country))
            && let Some(code) = key.as_code()
            && let Ok(region) = Self::new(country, code)
        {
            return Ok(region);
        }
        Self::named(country, &key)
    }

    fn named(country: Country, name: &Folded) -> Result<Self, RegionError> {
        let key = format!("{country} {}", name.as_str());
        let row = NAMES.find(key.as_bytes()).ok_or(RegionError::Unknown)?;
        // Ambiguous names have several codes in this column.
        Self::new(country, NAMES.column(row, 1)).map_err(|_| RegionError::Ambiguous)
    }

    fn anywhere(name: &Folded) -> Result<Self, RegionError> {
        if let Some(code) = name.as_code() {
            match WELL_KNOWN.into_iter().filter(|&home| Self::new(home, code).is_ok()).count() {
                0 => {}
                // Someone else's code too, perhaps: DE is Delaware, and Germany.
                1 => return Err(RegionError::NeedsCountry),
                _ => return Err(RegionError::Ambiguous),
            }
        }
        let mut found = WELL_KNOWN.into_iter().map(|home| Self::named(home, name));
        let mut known = found.by_ref().filter(|region| *region != Err(RegionError::Unknown));
        match (known.next(), known.next()) {
            (None, _) => Err(RegionError::NeedsCountry),
            (Some(region), None) => region,
            (Some(_), Some(_)) => Err(RegionError::Ambiguous),
        }
    }

    /// The country it belongs to.
    pub const fn country(self) -> Country {
        self.country
    }

    /// The full code, such as `US-CA`.
    pub fn as_str(self) -> &'static str {
        SUBDIVISIONS.column(usize::from(self.row), 0)
    }

    /// The part of the code after the dash, such as `CA`: one to three upper-case ASCII letters and
    /// digits.
    pub fn code(self) -> &'static str {
        self.as_str().get(3..).unwrap_or_default()
    }

    /// The name in the tables: in the country's own language, in Latin letters.
    pub fn name(self) -> &'static str {
        SUBDIVISIONS.column(usize::from(self.row), 1)
    }

    /// Every subdivision of `country`, in the order of the codes; empty for those without.
    ///
    /// ```
    /// use predispatch_types::{Country, Region};
    ///
    /// assert_eq!(Region::all_in(Country::AU).count(), 8);
    /// ```
    pub fn all_in(country: Country) -> impl Iterator<Item = Self> + Clone {
        let start = SUBDIVISIONS.lower_bound(country.as_str().as_bytes());
        let rows = (start..).map_while(|row| u16::try_from(row).ok());
        rows.map(move |row| Self { country, row })
            .take_while(move |region| region.as_str().starts_with(country.as_str()))
    }

    /// Longest accepted text, in bytes after trimming; the longest name in the tables has 72.
    pub const MAX_LEN: usize = 256;
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text is not a [`Region`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RegionError {
    /// More than one subdivision: of the country, or, without one, of the three looked at.
    #[error("region is that of more than one subdivision")]
    Ambiguous,
    /// Nothing but white space.
    #[error("region is empty")]
    Empty,
    /// Not a full code, and not a name that is clear without a country.
    #[error("region needs its country")]
    NeedsCountry,
    /// A full code, but of another country than the one given.
    #[error("region belongs to another country")]
    OtherCountry,
    /// Over [`Region::MAX_LEN`].
    #[error("region is {len} bytes long, limit {}", Region::MAX_LEN)]
    TooLong {
        /// Bytes after trimming.
        len: usize,
    },
    /// Neither a code nor a name of the country in the tables.
    #[error("region is unknown")]
    Unknown,
}

impl RegionError {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ambiguous => "region_ambiguous",
            Self::Empty => "region_empty",
            Self::NeedsCountry => "region_needs_country",
            Self::OtherCountry => "region_other_country",
            Self::TooLong { .. } => "region_too_long",
            Self::Unknown => "region_unknown",
        }
    }
}

/// The two sides of a text of the form `US-CA`, if the first is a country.
fn full_code(text: &str) -> Option<(Country, &str)> {
    let (country, code) = text.split_once('-')?;
    is_code(code).then_some((Country::from_alpha2(country)?, code))
}

/// Whose names are read without a country: there the state is always part of an address, and shops
/// often send it alone.
const WELL_KNOWN: [Country; 3] = [Country::US, Country::CA, Country::AU];

// Rows are counted in two bytes.
const _: () = assert!(COUNT <= u16::MAX as usize);

const SUBDIVISIONS_TEXT: &str = include_str!("../data/subdivisions.tsv");
const COUNT: usize = rows(SUBDIVISIONS_TEXT);
const NAMES_TEXT: &str = include_str!("../data/subdivision_names.tsv");

static SUBDIVISIONS: Table<COUNT> = Table::new(SUBDIVISIONS_TEXT);
static CODES: [u64; COUNT] = SUBDIVISIONS.codes();
static NAMES: Table<{ rows(NAMES_TEXT) }> = Table::new(NAMES_TEXT);

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<RegionError>();
