//! Three states of one signal.

/// What was given for one signal.
///
/// Absent and unreadable are different answers: a string that can't be read may have been a
/// refusal, so it never counts as silence.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by definition: there, not there, or spoilt")]
pub enum Given<T> {
    /// Not there.
    #[default]
    Absent,
    /// There, but empty, of a wrong type, or not understood.
    Unreadable,
    /// There and readable.
    Value(T),
}

impl<T> Given<T> {
    /// The value, if it could be read.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// Whether nothing was given.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether something was given that can't be read.
    pub const fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable)
    }

    /// `Unreadable` instead of an error.
    pub fn from_result<E>(result: Result<T, E>) -> Self {
        result.map_or(Self::Unreadable, Self::Value)
    }

    /// The same state with another value; a value that `read` can't use becomes unreadable.
    pub fn and_then<'s, U>(&'s self, read: impl FnOnce(&'s T) -> Option<U>) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Unreadable => Given::Unreadable,
            Self::Value(value) => read(value).map_or(Given::Unreadable, Given::Value),
        }
    }
}

impl<T> From<Option<T>> for Given<T> {
    /// `None` is absent.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl<T: Copy + Eq> Given<T> {
    /// Whether it was read as exactly `value`.
    pub fn is(&self, value: T) -> bool {
        self.value() == Some(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unusable_value_becomes_unreadable_and_not_absent() {
        assert_eq!(Given::Value(3).and_then(|_| None::<u8>), Given::Unreadable);
        assert_eq!(Given::<u8>::Absent.and_then(|_| None::<u8>), Given::Absent);
        assert_eq!(Given::from_result("x".parse::<u8>()), Given::Unreadable);
        assert_eq!(Given::from(None::<u8>), Given::Absent);
    }
}
