//! Personal identifiers for ad platforms: parsed once, normalised per platform, hashed, never
//! printed.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod email;
mod format;
mod hashed;
mod identifier;
mod placeholder;
mod scrub;
mod text;

pub use email::{Email, EmailError};
pub use format::{Format, Kind, Treatment, UnknownKind, UnknownProduct};
pub use hashed::{DigestShape, Hashed, HashedError, MetaSuffix};
pub use identifier::{Identifier, NormalForm, Wire, Withheld};
pub use scrub::{
    Reason, Removed, ScrubbedText, ScrubbedUrl, Shape, UrlError, UrlOptions, UrlPolicy, scrub_text,
    scrub_url,
};
