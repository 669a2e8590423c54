//! Countries: ISO 3166-1 codes, and the names that people write instead.
//!
//! Codes and names are those of `crates/types/data`, checked on 2026-11-22 (sources and versions in
//! its `README.md`; `scripts/refresh-type-data` rebuilds it). Kosovo stands as `XK`/`XKX`, which
//! ISO 3166-1 leaves to users and which the European Union, the World Bank and most forms use.

use core::{fmt, str::FromStr};

use crate::{
    fold::fold,
    table::{Table, rows},
};

/// A country or territory with an ISO 3166-1 alpha-2 code. No value stands for anything else.
///
/// `Debug` and `Display` print the code; the order is that of the codes.
///
/// ```
/// use predispatch_types::{Country, CountryError};
///
/// assert_eq!(Country::parse("de")?, Country::DE);
/// assert_eq!(Country::parse("U.S.A.")?, Country::US);
/// assert_eq!(Country::parse("Österreich")?.as_str(), "AT");
/// assert_eq!(Country::parse("日本")?.name(), "Japan");
/// assert_eq!(Country::parse("Congo"), Err(CountryError::Ambiguous));
/// # Ok::<(), CountryError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Country(
    /// Row in `countries.tsv`, which is sorted by alpha-2 code.
    u8,
);

impl Country {
    /// Reads a code (alpha-2 or alpha-3) or a name.
    ///
    /// Names are the English one with its usual variants and those of 50 languages. Case, accents,
    /// punctuation, white space, full-width letters and a leading "the" do not count. `UK` and `EL`
    /// (the European Union's code for Greece) are read as the United Kingdom and Greece, and the
    /// parts of the United Kingdom that forms list beside countries as the United Kingdom.
    ///
    /// An alpha-2 code takes a few nanoseconds and no allocation.
    ///
    /// # Errors
    /// [`CountryError`]; the name of two countries is [`CountryError::Ambiguous`], never a guess.
    pub fn parse(raw: &str) -> Result<Self, CountryError> {
        let raw = raw.trim();
        if let Some(country) = Self::from_alpha2(raw) {
            return Ok(country);
        }
        match raw.len() {
            0 => Err(CountryError::Empty),
            len if len > Self::MAX_LEN => Err(CountryError::TooLong { len }),
            _ => Self::from_name(raw),
        }
    }

    fn from_name(name: &str) -> Result<Self, CountryError> {
        let key = fold(name);
        // A code in full-width letters. ASCII ones have been tried: what is left of them, such as
        // "N.A.", is not Namibia.
        if !name.is_ascii()
            && let Some(country) = key.as_code().and_then(Self::from_alpha2)
        {
            return Ok(country);
        }
        let row = NAMES.find(key.as_str().as_bytes()).ok_or(CountryError::Unknown)?;
        // Ambiguous names have several codes in this column.
        Self::from_alpha2(NAMES.column(row, 1)).ok_or(CountryError::Ambiguous)
    }

    /// The country of an alpha-2 code in either case, with nothing around it: one array look-up.
    ///
    /// ```
    /// use predispatch_types::Country;
    ///
    /// assert_eq!(Country::from_alpha2("fr"), Some(Country::FR));
    /// assert_eq!(Country::from_alpha2("UK"), None); // the code is GB
    /// ```
    #[expect(clippy::indexing_slicing, reason = "two ASCII letters give two numbers below 26")]
    pub const fn from_alpha2(code: &str) -> Option<Self> {
        let &[first, second] = code.as_bytes() else { return None };
        if !first.is_ascii_alphabetic() || !second.is_ascii_alphabetic() {
            return None;
        }
        match BY_LETTERS[letter_index(first)][letter_index(second)] {
            NO_COUNTRY => None,
            row => Some(Self(row)),
        }
    }

    /// The alpha-2 code in upper case, such as `US`.
    pub fn as_str(self) -> &'static str {
        self.column(0)
    }

    /// The alpha-2 code in lower case, such as `us`: the form that most platforms hash.
    pub fn as_lower_str(self) -> &'static str {
        self.column(1)
    }

    /// The alpha-3 code in upper case, such as `USA`.
    pub fn alpha3(self) -> &'static str {
        self.column(2)
    }

    /// The everyday English name, such as `United States of America`; [`Country::parse`] reads it.
    pub fn name(self) -> &'static str {
        self.column(3)
    }

    /// Every country, in the order of the codes.
    ///
    /// ```
    /// use predispatch_types::Country;
    ///
    /// assert!(Country::all().any(|country| country.name() == "Kosovo"));
    /// ```
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        (0..=u8::MAX).take(COUNT).map(Self)
    }

    fn column(self, column: usize) -> &'static str {
        COUNTRIES.column(usize::from(self.0), column)
    }

    /// Fails to compile when `code` is no country.
    const fn known(code: &str) -> Self {
        match Self::from_alpha2(code) {
            Some(country) => country,
            None => panic!("not an ISO 3166-1 code"),
        }
    }

    /// Longest accepted text, in bytes after trimming; the longest name in the tables has 120.
    pub const MAX_LEN: usize = 256;
}

/// One documented constant for each country of the list.
macro_rules! constants {
    ($($code:ident $name:literal,)*) => {
        impl Country {
            $(#[doc = concat!($name, ".")]
            pub const $code: Self = Self::known(stringify!($code));)*
        }
    };
}

constants! {
    AE "United Arab Emirates",
    AR "Argentina",
    AT "Austria",
    AU "Australia",
    BE "Belgium",
    BR "Brazil",
    CA "Canada",
    CH "Switzerland",
    CL "Chile",
    CN "China",
    CZ "Czechia",
    DE "Germany",
    DK "Denmark",
    ES "Spain",
    FI "Finland",
    FR "France",
    GB "United Kingdom",
    GR "Greece",
    HU "Hungary",
    IE "Ireland",
    IL "Israel",
    IN "India",
    IS "Iceland",
    IT "Italy",
    JP "Japan",
    KR "South Korea",
    LI "Liechtenstein",
    MX "Mexico",
    NL "Netherlands",
    NO "Norway",
    NZ "New Zealand",
    PL "Poland",
    PT "Portugal",
    RO "Romania",
    SE "Sweden",
    SG "Singapore",
    TR "Türkiye",
    UA "Ukraine",
    US "United States of America",
    ZA "South Africa",
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Country {
    type Err = CountryError;

    /// The same as [`Country::parse`].
    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

/// Why a text is not a [`Country`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CountryError {
    /// The name of more than one country, such as "Korea" or "Congo".
    #[error("country name is that of more than one country")]
    Ambiguous,
    /// Nothing but white space.
    #[error("country is empty")]
    Empty,
    /// Over [`Country::MAX_LEN`].
    #[error("country is {len} bytes long, limit {}", Country::MAX_LEN)]
    TooLong {
        /// Bytes after trimming.
        len: usize,
    },
    /// Neither a code nor a name in the tables.
    #[error("country is unknown")]
    Unknown,
}

impl CountryError {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ambiguous => "country_ambiguous",
            Self::Empty => "country_empty",
            Self::TooLong { .. } => "country_too_long",
            Self::Unknown => "country_unknown",
        }
    }
}

const COUNTRIES_TEXT: &str = include_str!("../data/countries.tsv");
const NAMES_TEXT: &str = include_str!("../data/country_names.tsv");
const COUNT: usize = rows(COUNTRIES_TEXT);

static COUNTRIES: Table<COUNT> = Table::new(COUNTRIES_TEXT);
static NAMES: Table<{ rows(NAMES_TEXT) }> = Table::new(NAMES_TEXT);

const NO_COUNTRY: u8 = u8::MAX;

/// Row in `countries.tsv` of each pair of letters, or [`NO_COUNTRY`].
static BY_LETTERS: [[u8; 26]; 26] = by_letters();

#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "run by the compiler on a committed text: a mistake fails to compile"
)]
const fn by_letters() -> [[u8; 26]; 26] {
    assert!(COUNT < NO_COUNTRY as usize);
    let codes = COUNTRIES.codes();
    let mut found = [[NO_COUNTRY; 26]; 26];
    let mut row = 0;
    while (row as usize) < COUNT {
        let [first, second, ..] = codes[row as usize].to_be_bytes();
        found[letter_index(first)][letter_index(second)] = row;
        row += 1;
    }
    found
}

/// 0 to 25 for an ASCII letter; callers check that it is one.
const fn letter_index(letter: u8) -> usize {
    letter.to_ascii_lowercase().wrapping_sub(b'a') as usize
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<CountryError>();
