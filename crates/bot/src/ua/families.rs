//! Browser, system and device families, by the rules of uap-core.
//!
//! A verdict needs none of this: it is for reports, so it is asked for apart. Two engines stand
//! behind one interface; `benches/README.md` has both.

use core::fmt;

/// What a user agent's browser, system and device are called.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Families {
    /// The browser: `Chrome Mobile` 120.
    pub browser: Option<Product>,
    /// The system: `Android` 14.
    pub os: Option<Product>,
    /// The device: `Samsung SM-A155F`, brand `Samsung`.
    pub device: Option<Device>,
}

/// A product and its version.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Product {
    /// Its name.
    pub family: String,
    /// Up to four numbers with dots between; empty if there is none.
    pub version: String,
}

/// A device.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Device {
    /// Its name; `Spider` is uap-core's word for crawlers.
    pub family: String,
    /// Its maker.
    pub brand: Option<String>,
    /// Its model.
    pub model: Option<String>,
}

/// An engine that knows the families.
pub trait FamilyParser: fmt::Debug + Send + Sync {
    /// The families of a user agent. What is not known is `None`; the first
    /// [`MAX_FAMILY_TEXT`] bytes are read.
    fn families(&self, user_agent: &str) -> Families;
}

/// Bytes of a user agent that are matched against the families' regular expressions.
pub const MAX_FAMILY_TEXT: usize = 1_024;

/// The rules could not be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FamilyError {
    /// They are no uap-core rules in JSON.
    #[error("family rules are not readable")]
    NotReadable,
    /// An expression in them can't be compiled.
    #[error("a family rule can't be compiled")]
    NotCompilable,
}

impl FamilyError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotReadable => "ua_families_not_readable",
            Self::NotCompilable => "ua_families_not_compilable",
        }
    }
}

#[cfg(feature = "families")]
mod ua_parser_engine;
#[cfg(feature = "families-uaparser")]
mod uaparser_engine;

#[cfg(feature = "families")]
pub use ua_parser_engine::UapFamilies;
#[cfg(feature = "families-uaparser")]
pub use uaparser_engine::UaparserFamilies;

/// uap-core's rules, as JSON.
#[cfg(all(feature = "bundled", any(feature = "families", feature = "families-uaparser")))]
const RULES: &str = include_str!("../../data/ua/families.json");

#[cfg(any(feature = "families", feature = "families-uaparser"))]
fn readable(text: &str) -> &str {
    let end = (0..=MAX_FAMILY_TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(any(feature = "families", feature = "families-uaparser"))]
fn product(family: &str, parts: [Option<&str>; 4]) -> Option<Product> {
    let parts: Vec<&str> = parts.into_iter().map_while(|part| part).collect();
    (family != "Other").then(|| Product { family: family.to_owned(), version: parts.join(".") })
}
