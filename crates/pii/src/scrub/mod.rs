//! Removing personal data from URLs and free text before they are passed on or logged.
//!
//! [`scrub_url`] cuts parts out of a URL and leaves every other byte as it was, because platforms
//! match on bytes. [`scrub_text`] masks the same [`Shape`]s in running text. Which key means what,
//! which shape is told how, and what is left alone on purpose: `docs/sources/scrub.md`.

mod census;
mod component;
mod key_table;
mod keys;
mod layer;
mod listed;
mod pairs;
mod parts;
mod query;
mod reason;
mod scan;
mod shape;
mod text;
mod url;

pub use keys::is_personal_key;
pub use reason::{Reason, Removed};
pub use shape::Shape;
pub use text::{ScrubbedText, scrub_text};
pub use url::{ScrubbedUrl, UrlError, UrlOptions, UrlPolicy, scrub_url};
