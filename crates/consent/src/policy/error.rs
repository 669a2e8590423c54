//! What is wrong with a policy file, and where.

use core::fmt;

/// Why a policy file was refused.
///
/// It names the line and the key, since the reader is the person who edits the file; a policy holds
/// nobody's data.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}{}: {kind}", Line(*line), Key(key))]
pub struct PolicyError {
    line: usize,
    key: Box<str>,
    kind: PolicyErrorKind,
}

impl PolicyError {
    pub(crate) fn new(line: usize, key: impl Into<Box<str>>, kind: PolicyErrorKind) -> Self {
        Self { line, key: key.into(), kind }
    }

    /// The line, from 1; 0 if the fault is that something is missing from the whole file.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The key with those around it, such as `destination.meta.gvl_id`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is wrong with it.
    pub const fn kind(&self) -> PolicyErrorKind {
        self.kind
    }
}

struct Line(usize);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("policy") } else { write!(f, "policy line {}", self.0) }
    }
}

struct Key<'a>(&'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, ", {}", self.0) }
    }
}

/// What a [`PolicyError`] is about.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolicyErrorKind {
    /// The value has the right type and means nothing here.
    #[error("expected {expected}")]
    BadValue {
        /// What would be right.
        expected: &'static str,
    },
    /// A key that must be there is not.
    #[error("missing")]
    Missing,
    /// The text is not TOML.
    #[error("not TOML")]
    Syntax,
    /// More of something than the tables hold.
    #[error("more than {limit}")]
    TooMany {
        /// The most there may be.
        limit: usize,
    },
    /// No such key here.
    #[error("unknown key")]
    UnknownKey,
    /// The value has another type.
    #[error("wrong type; expected {expected}")]
    WrongType {
        /// The right type.
        expected: &'static str,
    },
}

impl PolicyErrorKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadValue { .. } => "policy_bad_value",
            Self::Missing => "policy_missing",
            Self::Syntax => "policy_syntax",
            Self::TooMany { .. } => "policy_too_many",
            Self::UnknownKey => "policy_unknown_key",
            Self::WrongType { .. } => "policy_wrong_type",
        }
    }
}
