//! A value of a free property.

use core::fmt;

use crate::Text;

/// The value of a free property.
#[non_exhaustive]
#[derive(Clone, Eq, Hash, PartialEq)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A number, exactly as JSON wrote it.
    Number(Box<str>),
    /// A text without personal data.
    Text(Text),
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scalar(<redacted>)")
    }
}
