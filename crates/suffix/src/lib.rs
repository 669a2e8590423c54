//! Which part of a domain name was registered.
//!
//! The public suffix list, as a snapshot in the crate `psl`. That is generic code of two megabytes,
//! which every crate that calls it compiles anew, so this crate calls it once for all others.
//!
//! ```
//! use predispatch_suffix::{Suffix, registrable, suffix};
//!
//! assert_eq!(registrable("mail.example.co.uk"), Some("example.co.uk"));
//! assert_eq!(registrable("co.uk"), None);
//! assert_eq!(suffix("shop.github.io"), Suffix::Private);
//! assert_eq!(suffix("example.nosuchending"), Suffix::Unknown);
//! ```
//!
//! # Licence
//!
//! MIT or Apache-2.0, as you like, as `psl` is. The owner of the list itself, Mozilla, gives it out under
//! MPL-2.0.
#![cfg_attr(docsrs, feature(doc_cfg))]

use psl::Type;

/// The registrable part of a name in lower case: its public suffix and one label more. `None` for a
/// public suffix itself and for a name of one label.
pub fn registrable(name: &str) -> Option<&str> {
    psl::domain_str(name)
}

/// What the ending of a name is.
pub fn suffix(name: &str) -> Suffix {
    of_type(psl::suffix(name.as_bytes()).and_then(|suffix| suffix.typ()))
}

const fn of_type(of: Option<Type>) -> Suffix {
    match of {
        Some(Type::Icann) => Suffix::Icann,
        Some(Type::Private) => Suffix::Private,
        None => Suffix::Unknown,
    }
}

/// [`registrable`] and [`suffix`] of a name, in one search of the list.
pub fn parts(name: &str) -> (Option<&str>, Suffix) {
    match psl::domain(name.as_bytes()) {
        Some(domain) => {
            let registrable = core::str::from_utf8(domain.trim().as_bytes()).ok();
            (registrable, of_type(domain.suffix().typ()))
        }
        None => (None, suffix(name)),
    }
}

/// What the ending of a name is, by the section of the list that it stands in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the list has two sections")]
pub enum Suffix {
    /// A registry's: `com`, `co.uk`.
    Icann,
    /// Of somebody who hands out names below their own: `github.io`.
    Private,
    /// In no section.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_at_once_are_the_same_as_each_alone() {
        for name in [
            "example.com",
            "mail.example.co.uk",
            "co.uk",
            "com",
            "shop.github.io",
            "github.io",
            "example.nosuchending",
            "nosuchending",
            // A rule for all names of one more label, and the exception to it.
            "shop.foo.kawasaki.jp",
            "foo.kawasaki.jp",
            "city.kawasaki.jp",
            "www.city.kawasaki.jp",
            "kawasaki.jp",
            "bücher.example.de",
            "",
            ".",
            "example.com.",
            ".com",
            "..com",
        ] {
            assert_eq!(parts(name), (registrable(name), suffix(name)), "{name}");
        }
    }
}
