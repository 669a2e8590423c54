//! Signals that a script in the page measured.

/// What the collector measured in the page, version 1 of the schema.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Signals {}

/// Shows no value.
impl core::fmt::Debug for Signals {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Signals(<redacted>)")
    }
}
