//! Currencies: ISO 4217 alphabetic codes and their minor units.
//!
//! The table is ISO 4217's list of 2024-06-25 with the later changes known on 2026-11-22:
//! amendments 176, 178 and 180 (source and version in `crates/types/data/README.md`;
//! `scripts/refresh-type-data` rebuilds it). XAD, a unit of account of Arab states, is left out.

use core::{fmt, str::FromStr};

use crate::table::{Table, code_number, rows};

/// A currency that amounts can be in.
///
/// Codes withdrawn since 2021 are still read, because shops and platforms still send them;
/// [`Currency::is_withdrawn`] tells. `Debug` and `Display` print the code; the order is that of the
/// codes.
///
/// ```
/// use predispatch_types::{Currency, CurrencyError};
///
/// assert_eq!(Currency::parse(" eur ")?, Currency::EUR);
/// assert_eq!(Currency::JPY.exponent(), 0);
/// assert!(Currency::parse("HRK")?.is_withdrawn());
/// assert_eq!(Currency::parse("XAU"), Err(CurrencyError::NotMoney));
/// # Ok::<(), CurrencyError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Currency(
    /// Row in `currencies.tsv`, which is sorted by code.
    u8,
);

impl Currency {
    /// Reads a code in either case, with white space around it allowed. Allocates nothing.
    ///
    /// # Errors
    /// [`CurrencyError`]: names and signs ("euro", "€") are not read, for most signs are several
    /// currencies'.
    pub fn parse(raw: &str) -> Result<Self, CurrencyError> {
        let raw = raw.trim();
        let Ok(mut code) = <[u8; 3]>::try_from(raw.as_bytes()) else {
            let empty = raw.is_empty();
            return Err(if empty { CurrencyError::Empty } else { CurrencyError::Unknown });
        };
        code.make_ascii_uppercase();
        let row = CODES.binary_search(&number(code)).map_err(|_| CurrencyError::Unknown)?;
        let currency = u8::try_from(row).map(Self).map_err(|_| CurrencyError::Unknown)?;
        if currency.is_money() { Ok(currency) } else { Err(CurrencyError::NotMoney) }
    }

    /// The code in upper case, such as `EUR`.
    pub fn as_str(self) -> &'static str {
        self.column(0)
    }

    /// How many digits the minor unit takes: 2 for EUR (cents), 0 for JPY, 3 for BHD, 4 for CLF.
    pub fn exponent(self) -> u8 {
        self.minor_unit().saturating_sub(b'0')
    }

    /// Whether ISO 4217 has withdrawn the code, by 2026-11-22: ANG, BGN, CUC, HRK, SLL and ZWL.
    pub fn is_withdrawn(self) -> bool {
        self.column(2) != "active"
    }

    /// The English name, such as `Swiss Franc`.
    pub fn name(self) -> &'static str {
        self.column(3)
    }

    /// Every currency, withdrawn ones too, in the order of the codes.
    ///
    /// ```
    /// use predispatch_types::Currency;
    ///
    /// assert!(Currency::all().any(|currency| currency.exponent() == 4));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        (0..=u8::MAX).take(COUNT).map(Self).filter(|currency| currency.is_money())
    }

    /// Metals, bond-market units, test codes and the like have no minor unit.
    fn is_money(self) -> bool {
        self.minor_unit() != b'-'
    }

    /// The digits of the minor unit, as a digit; a hyphen for none.
    fn minor_unit(self) -> u8 {
        MINOR_UNITS.get(usize::from(self.0)).copied().unwrap_or(b'-')
    }

    fn column(self, column: usize) -> &'static str {
        TABLE.column(usize::from(self.0), column)
    }

    /// Fails to compile when `code` is not in the table.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "run by the compiler on a committed text: a mistake fails to compile"
    )]
    const fn known(code: [u8; 3]) -> Self {
        let mut row = 0;
        while CODES[row as usize] != number(code) {
            row += 1;
        }
        Self(row)
    }

    /// Australian dollar.
    pub const AUD: Self = Self::known(*b"AUD");
    /// Canadian dollar.
    pub const CAD: Self = Self::known(*b"CAD");
    /// Swiss franc.
    pub const CHF: Self = Self::known(*b"CHF");
    /// Euro.
    pub const EUR: Self = Self::known(*b"EUR");
    /// Pound sterling.
    pub const GBP: Self = Self::known(*b"GBP");
    /// Yen.
    pub const JPY: Self = Self::known(*b"JPY");
    /// United States dollar.
    pub const USD: Self = Self::known(*b"USD");
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    /// The same as [`Currency::parse`].
    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

/// Why a text is not a [`Currency`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CurrencyError {
    /// Nothing but white space.
    #[error("currency is empty")]
    Empty,
    /// An ISO 4217 code without a minor unit, such as gold (XAU), "no currency" (XXX) or testing
    /// (XTS).
    #[error("currency code is not one of money")]
    NotMoney,
    /// Not an ISO 4217 alphabetic code.
    #[error("currency is not an ISO 4217 code")]
    Unknown,
}

impl CurrencyError {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "currency_empty",
            Self::NotMoney => "currency_not_money",
            Self::Unknown => "currency_unknown",
        }
    }
}

const TEXT: &str = include_str!("../data/currencies.tsv");
const COUNT: usize = rows(TEXT);

static TABLE: Table<COUNT> = Table::new(TEXT);
static CODES: [u64; COUNT] = TABLE.codes();
static MINOR_UNITS: [u8; COUNT] = TABLE.marks();

const fn number([first, second, third]: [u8; 3]) -> u64 {
    code_number([first, second, third, 0, 0, 0, 0, 0])
}

// Rows are counted in a byte.
const _: () = assert!(COUNT <= u8::MAX as usize);

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<CurrencyError>();
