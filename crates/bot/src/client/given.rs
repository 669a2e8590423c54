//! Three states, so that what nobody looked at is never evidence.

/// Whether something was looked for, and found.
///
/// A conversion API often gets a conversion without the request behind it. That a header *did not
/// come* is evidence; that nobody *passed it on* is none.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "three states are the idea")]
pub enum Given<T> {
    /// The caller cannot see it: unknown.
    #[default]
    NotWired,
    /// The caller would have seen it, and it did not come.
    Absent,
    /// It came.
    Present(T),
}

impl<T> Given<T> {
    /// What came.
    pub fn present(self) -> Option<T> {
        match self {
            Self::Present(value) => Some(value),
            Self::NotWired | Self::Absent => None,
        }
    }

    /// Whether it is known not to have come.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether it came.
    pub const fn is_present(&self) -> bool {
        matches!(self, Self::Present(_))
    }
}
