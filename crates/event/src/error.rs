//! Why an input is no event, and where.

use core::fmt;

use predispatch_types::TimestampError;

use crate::EventNameError;

/// Why an input is no [`Event`](crate::Event).
///
/// It points at the schema's keys and at a byte of the input, and holds nothing of the input.
///
/// ```
/// use predispatch_event::{Event, ReadOptions};
///
/// let text = r#"{"event_name":"lead","event_time":1795197791,"custom_data":{"itmes":[]}}"#;
/// let error = Event::from_json(text.as_bytes(), &ReadOptions::new()).unwrap_err();
/// assert_eq!(error.code(), "unknown_key");
/// assert_eq!(error.pointer().to_string(), "/custom_data");
/// assert_eq!(error.to_string(), "at /custom_data, byte 68: a key that is not in the schema");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("at {pointer}, byte {offset}: {kind}")]
pub struct EventError {
    kind: EventErrorKind,
    pointer: Pointer,
    offset: usize,
}

impl EventError {
    pub(crate) const fn new(kind: EventErrorKind, pointer: Pointer, offset: usize) -> Self {
        Self { kind, pointer, offset }
    }

    /// The rule that was broken.
    pub const fn kind(&self) -> EventErrorKind {
        self.kind
    }

    /// Where in the schema.
    pub const fn pointer(&self) -> Pointer {
        self.pointer
    }

    /// Where in the input, in bytes from 0; 0 where it is the event as a whole.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

/// The rule that an input breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EventErrorKind {
    /// A key stands twice in one object.
    #[error("a key stands twice")]
    DuplicateKey,
    /// The required field is not there.
    #[error("the field is required")]
    Missing,
    /// The event's name can't be used.
    #[error(transparent)]
    Name(EventNameError),
    /// The input is not one JSON object.
    #[error("not a JSON object")]
    NotAnObject,
    /// The input is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// The text is not JSON.
    #[error("not JSON")]
    Syntax,
    /// The event's time can't be used.
    #[error(transparent)]
    Time(TimestampError),
    /// Objects and lists stand too deep in each other.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// The event is too long.
    #[error("{len} bytes long, limit {limit}")]
    TooLong {
        /// Bytes found.
        len: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A list or a free object has too many values.
    #[error("more than {limit} values")]
    TooMany {
        /// Values allowed.
        limit: usize,
    },
    /// A key that is not in the schema. The error points at the object that has it.
    #[error("a key that is not in the schema")]
    UnknownKey,
    /// A word that is not one of the field's, where a default would change what happens to the event.
    #[error("not one of the field's words")]
    UnknownWord,
    /// A value of a wrong type, where leaving it out would change what happens to the event.
    #[error("a value of a wrong type")]
    WrongType,
}

impl EventErrorKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DuplicateKey => "duplicate_key",
            Self::Missing => "missing",
            Self::Name(error) => error.code(),
            Self::NotAnObject => "not_an_object",
            Self::NotUtf8 => "not_utf8",
            Self::Syntax => "syntax",
            Self::Time(error) => error.code(),
            Self::TooDeep { .. } => "too_deep",
            Self::TooLong { .. } => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::UnknownKey => "unknown_key",
            Self::UnknownWord => "unknown_word",
            Self::WrongType => "wrong_type",
        }
    }
}

/// A place in the schema: keys of the schema and indices, never keys of the input.
///
/// Prints as a JSON pointer; the empty text is the event itself.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Pointer {
    steps: [Step; Self::MAX_STEPS],
    len: u8,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Step {
    Key(&'static str),
    Index(usize),
}

impl Pointer {
    /// The event itself.
    pub const ROOT: Self = Self { steps: [Step::Index(0); Self::MAX_STEPS], len: 0 };
    /// `custom_data`, `items`, an index and `price` is as deep as the schema goes.
    const MAX_STEPS: usize = 4;

    /// The innermost key; `event` for the event itself.
    #[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "below len")]
    pub(crate) const fn last_key(&self) -> &'static str {
        let mut at = self.len as usize;
        while at > 0 {
            at -= 1;
            if let Step::Key(key) = self.steps[at] {
                return key;
            }
        }
        "event"
    }

    pub(crate) const fn key(self, key: &'static str) -> Self {
        self.then(Step::Key(key))
    }

    pub(crate) const fn index(self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// What is deeper than the schema is told by the place above it.
    #[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "len is checked")]
    const fn then(mut self, step: Step) -> Self {
        let len = self.len as usize;
        if len < Self::MAX_STEPS {
            self.steps[len] = step;
            self.len += 1;
        }
        self
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in self.steps.iter().take(usize::from(self.len)) {
            match step {
                Step::Key(key) => write!(f, "/{key}")?,
                Step::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<EventError>();
