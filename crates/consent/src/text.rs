//! Text of a consent signal.

use core::fmt;

/// A consent string as it was given, kept whole so that it can be passed on unchanged.
///
/// It singles a person out, so `Debug` is redacted, there is no `Display`, and records hold only a
/// keyed digest of it.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct ConsentText(Box<str>);

impl ConsentText {
    /// Takes the text as it is.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ConsentText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsentText(<redacted>)")
    }
}

impl From<&str> for ConsentText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}
