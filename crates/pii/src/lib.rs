//! Personal identifiers for ad platforms: parsed once, normalised per platform, hashed, never
//! printed.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod address;
mod date_of_birth;
mod email;
mod external_id;
mod fold;
mod format;
mod gender;
mod hash_once;
mod hashed;
mod identifier;
mod mobile_ad_id;
mod month;
mod name;
mod phone;
mod placeholder;
mod scrub;
mod text;
mod written;

pub use address::{
    AddressCountry, AddressCountryError, AddressRegion, AddressRegionError, City, PostalCode,
    PostalCodeError, Street,
};
pub use date_of_birth::{DateOfBirth, DateOfBirthError, DateOrder};
pub use email::{Email, EmailError};
pub use external_id::{ExternalId, ExternalIdError};
pub use format::{Format, Kind, Treatment, UnknownKind, UnknownProduct};
pub use gender::{Gender, GenderError};
pub use hash_once::HashOnce;
pub use hashed::{DigestShape, Hashed, HashedError, MetaSuffix};
pub use identifier::{Identifier, NormalForm, Wire, Withheld};
pub use mobile_ad_id::{DeviceSystem, MobileAdId, MobileAdIdError};
pub use name::{FirstName, LastName};
pub use phone::{Phone, PhoneError};
pub use scrub::{
    Reason, Removed, ScrubbedText, ScrubbedUrl, Shape, UrlError, UrlOptions, UrlPolicy, scrub_text,
    scrub_url,
};
pub use written::TextError;
