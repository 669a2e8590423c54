//! Personal identifiers for ad platforms: parsed once, normalised per platform, hashed, never
//! printed.
//!
//! ```
//! use predispatch_pii::{Email, Format, Identifier};
//!
//! let email = Email::parse(" Jane.Doe+news@gmail.com ")?;
//! // One address, several correct hashes: each platform normalises in its own way.
//! assert_eq!(email.normal_form(Format::Meta)?.as_str(), "jane.doe+news@gmail.com");
//! assert_eq!(email.normal_form(Format::GoogleDataManager)?.as_str(), "janedoe@gmail.com");
//! assert_ne!(email.sha256(Format::Meta)?, email.sha256(Format::GoogleDataManager)?);
//! // It cannot be printed by accident.
//! assert_eq!(format!("{email:?}"), "Email(<redacted>)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Words
//!
//! - A **kind** ([`Kind`]) is what an identifier is: an e-mail address, a telephone number, a city.
//!   Each kind is a type, made only by its `parse` (plain text) or `from_hashed` (the sender's
//!   SHA-256).
//! - A **format** ([`Format`]) is a platform's rule set. Google has three, LinkedIn two.
//! - A **normal form** ([`NormalForm`]) is the text that a format hashes, or takes in clear.
//! - The **wire** form ([`Wire`]) is what goes out: a hash, or the normal form where the platform
//!   documents the field in clear. [`Format::treatment`] says which.
//! - **Withheld** ([`Withheld`]) is why nothing goes out to one format, though the identifier is
//!   sound.
//!
//! # Plain text stays inside
//!
//! Plain identifiers have no `Display` and no `Serialize`, and their `Debug` is redacted; a
//! compile-time assertion proves it for each type (`secrecy.rs`). Errors are `Copy` and hold no input. The buffers
//! of this crate are wiped when they are dropped. That is best effort: it covers neither the
//! caller's copy nor what a moved value leaves on the stack or in a register, nor the insides of the
//! standard library's and the dependencies' own temporaries.
//!
//! [`scrub_url`] and [`scrub_text`] take personal data out of what is not an identifier: addresses
//! of pages, item names, free text.
//!
//! # Codes
//!
//! Every error has a `code()` that does not change between releases: `email_*`, `phone_*`, `text_*`
//! (names, streets, cities), `date_of_birth_*`, `gender_*`, `region_*`, `postal_code_*`,
//! `country_*`, `external_id_*`, `mobile_ad_id_*`, `hash_*`, `url_*`, and `identifier_*` for
//! [`Withheld`]. [`docs/codes.md`](https://github.com/predispatch/predispatch/blob/main/docs/codes.md)
//! lists them all.
//!
//! # What it does not do
//!
//! It does not decide whether anything may be sent, does not look an address or a number up, and
//! does not guess a country, a date's order or a device's system: it asks the caller, or refuses.
#![cfg_attr(docsrs, feature(doc_cfg))]
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
mod secrecy;
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
    Reason, Removed, ScrubbedText, ScrubbedUrl, Shape, UrlError, UrlOptions, UrlPolicy,
    is_personal_key, scrub_text, scrub_url,
};
pub use written::TextError;
