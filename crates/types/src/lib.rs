//! The words that every part of `predispatch` shares: plain values, no input or output, no
//! features.
//!
//! ```
//! use predispatch_types::{Platform, Timestamp};
//!
//! let happened: Timestamp = "2026-11-20T18:03:11Z".parse()?;
//! assert_eq!(happened.unix_millis(), 1_795_197_791_000);
//! assert_eq!(Platform::LinkedIn.as_str(), "linkedin");
//! # Ok::<(), predispatch_types::TimestampError>(())
//! ```
//!
//! A type lives here only when two other crates must pass it on. Time is always an argument: no
//! function here, or in any leaf crate, asks a clock.
//!
//! # Licence
//!
//! The code: MIT or Apache-2.0, as you like. The tables of countries, subdivisions and currencies are made
//! of three packages under MIT, whose notices stand in [`TABLES_NOTICE`].
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

extern crate alloc;

mod birth_date;
mod country;
mod currency;
mod event_id;
mod event_id_key;
mod fold;
mod issue;
mod json_text;
mod money;
mod platform;
mod region;
mod sha256_digest;
mod sha256_hex;
mod table;
mod timestamp;
mod trim;

pub use birth_date::{MAX_BELIEVED_AGE, is_no_birth_date, is_no_birth_year};
pub use country::{Country, CountryError};
pub use currency::{Currency, CurrencyError};
pub use event_id::{EventId, EventIdError};
pub use event_id_key::{EventIdFacts, EventIdKey};
pub use issue::{Issue, Severity, Stage};
pub use json_text::{json_text_len, plain_json_len};
pub use money::{Decimal, Money, MoneyError};
pub use platform::{Platform, UnknownPlatform};
pub use region::{Region, RegionError};
pub use sha256_digest::Sha256Digest;
pub use sha256_hex::{Sha256Hex, Sha256HexError};
pub use timestamp::{Timestamp, TimestampError};
pub use trim::trimmed;

/// Whose the tables of countries, subdivisions and currencies are, with the notices that a program carries
/// when it is passed on.
pub const TABLES_NOTICE: &str = include_str!("../data/NOTICE");
