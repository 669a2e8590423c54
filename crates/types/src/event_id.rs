//! The id that makes two reports of one action one.

use core::fmt;

/// An event's id: the same text in the browser's and the server's report of one action.
///
/// One to [`MAX_LEN`](Self::MAX_LEN) bytes of text without control characters, sent exactly as
/// given: a decorated or re-cased id no longer pairs. It goes to platforms in clear, so an e-mail
/// address or a telephone number is refused. It still singles a person out, so `Debug` is redacted
/// and there is no `Display`.
///
/// ```
/// use predispatch_types::{EventId, EventIdError};
///
/// let id = EventId::new("01JD8Q2Z6F3K9V7T5W1X4Y0ABC")?;
/// assert_eq!(id.as_str(), "01JD8Q2Z6F3K9V7T5W1X4Y0ABC");
/// assert_eq!(EventId::new("ada@example.com"), Err(EventIdError::Email));
/// # Ok::<(), EventIdError>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EventId(Box<str>);

impl EventId {
    /// Longest accepted id, in bytes.
    pub const MAX_LEN: usize = 128;

    /// Checks `id` and takes it as it is. Outer white space is an error, not trimmed: the other
    /// half of the pair would keep it.
    ///
    /// # Errors
    /// The first broken rule, as an [`EventIdError`].
    pub fn new(id: &str) -> Result<Self, EventIdError> {
        if id.is_empty() {
            return Err(EventIdError::Empty);
        }
        if id.len() > Self::MAX_LEN {
            return Err(EventIdError::TooLong { len: id.len() });
        }
        // Nearly every id: nothing in it that any rule below is about.
        if id.bytes().all(is_plain) {
            return Ok(Self(id.into()));
        }
        if let Some(offset) = id.find(char::is_control) {
            return Err(EventIdError::Control { offset });
        }
        if id.starts_with(char::is_whitespace) || id.ends_with(char::is_whitespace) {
            return Err(EventIdError::OuterSpace);
        }
        Self::check_impersonal(id)?;
        Ok(Self(id.into()))
    }

    /// Whether `id`, of any length, has neither an e-mail address nor a telephone number in it: the
    /// rule for everything that goes out in clear as an id.
    ///
    /// ```
    /// use predispatch_types::{EventId, EventIdError};
    ///
    /// let long = format!("{}-ada@example.com", "7".repeat(500));
    /// assert_eq!(EventId::check_impersonal(&long), Err(EventIdError::Email));
    /// ```
    ///
    /// # Errors
    /// [`EventIdError::Email`] or [`EventIdError::Phone`].
    pub fn check_impersonal(id: &str) -> Result<(), EventIdError> {
        if !id.bytes().any(is_mark) {
            return Ok(());
        }
        if is_email(id) {
            return Err(EventIdError::Email);
        }
        if is_phone(id) {
            return Err(EventIdError::Phone);
        }
        Ok(())
    }

    /// The id as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventId(<redacted>)")
    }
}

/// Why a text is not an [`EventId`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EventIdError {
    /// A control character, such as a line break.
    #[error("event id has a control character at byte {offset}")]
    Control {
        /// Place of the first one, in bytes from 0.
        offset: usize,
    },
    /// An e-mail address in it, plain or percent-encoded. Ids are sent in clear.
    #[error("event id is an e-mail address; use an opaque id")]
    Email,
    /// No text at all.
    #[error("event id is empty")]
    Empty,
    /// White space at the beginning or end.
    #[error("event id begins or ends with white space")]
    OuterSpace,
    /// A telephone number in it, marked by a plus or brackets. Ids are sent in clear.
    #[error("event id is a telephone number; use an opaque id")]
    Phone,
    /// Over [`EventId::MAX_LEN`].
    #[error("event id is {len} bytes long, limit {}", EventId::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl EventIdError {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control { .. } => "event_id_control",
            Self::Email => "event_id_email",
            Self::Empty => "event_id_empty",
            Self::OuterSpace => "event_id_outer_space",
            Self::Phone => "event_id_phone",
            Self::TooLong { .. } => "event_id_too_long",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<EventIdError>();

#[expect(clippy::indexing_slicing, reason = "the table has a place for every byte")]
fn is_plain(byte: u8) -> bool {
    PLAIN[usize::from(byte)]
}

/// Printable, and no mark.
#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        table[byte as usize] = byte.is_ascii_graphic() && !is_mark(byte);
        byte -= 1;
    }
    table
};

/// What every address and every telephone number has: an at sign or what encodes it, a plus, a
/// bracket, or the first byte of their full-width forms.
const fn is_mark(byte: u8) -> bool {
    matches!(byte, b'@' | b'%' | b'+' | b'(' | 0xef)
}

/// An address anywhere in the text: something, an at sign (plain, full-width or percent-encoded once
/// or twice), a host with a point in it.
fn is_email(id: &str) -> bool {
    let part_of_address = |c: char| !c.is_whitespace() && !"/?#&=,;:<>()\"".contains(c);
    ["@", "＠", "%40", "%2540"].iter().any(|at| {
        id.match_indices(at).any(|(place, _)| {
            let (local, at_host) = id.split_at(place);
            let host = at_host.get(at.len()..).unwrap_or_default();
            let host = host.split(|c| !part_of_address(c)).next().unwrap_or_default();
            local.ends_with(part_of_address) && host.trim_matches('.').contains('.')
        })
    })
}

/// A number written as people write telephone numbers: with a `+` before it, or with its area code in
/// brackets.
///
/// Bare digits, with or without hyphens, are not enough: order numbers and dates look the same, and
/// refusing those would lose events.
fn is_phone(id: &str) -> bool {
    let marks = id.match_indices(['+', '＋']).map(|(place, mark)| (place, mark.len()));
    let bracket = id.starts_with('(').then_some((0, 0));
    marks.chain(bracket).any(|(place, mark)| {
        let number = id.get(place.saturating_add(mark)..).unwrap_or_default();
        let separator = |c: char| "()-./ \u{a0}".contains(c);
        let end = number.find(|c: char| !c.is_ascii_digit() && !separator(c));
        let number = number.get(..end.unwrap_or(number.len())).unwrap_or_default();
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        (8..=15).contains(&digits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_common_make_are_taken() {
        for id in [
            "7",
            "ord-88213",
            "1795197791000.4711",
            "16505551212",
            "2026-11-20-000123",
            "b7c1f0de-22b5-4a0b-9d62-5d5d5a3f2c11",
            "fb.1.1763661700123.1098115397",
            "user@host",
            "Bestellung №7 (Ärmel)",
        ] {
            assert_eq!(EventId::new(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |id: &str| EventId::new(id).unwrap_err();
        assert_eq!(error(""), EventIdError::Empty);
        assert_eq!(error(" a"), EventIdError::OuterSpace);
        assert_eq!(error("a\nb"), EventIdError::Control { offset: 1 });
        assert_eq!(error(&"a".repeat(129)), EventIdError::TooLong { len: 129 });
        for email in [
            "ada@example.com",
            "Ada%40example.com",
            "ada%2540example.com",
            "ada＠example.com",
            "purchase-ada@example.co.uk",
            "ada@example.com/2",
            "x@y/ada@example.com",
        ] {
            assert_eq!(error(email), EventIdError::Email, "{email}");
        }
        for phone in
            ["+44 20 7946 0958", "(650) 555-1212", "tel:+16505551212", "order+442079460958"]
        {
            assert_eq!(error(phone), EventIdError::Phone, "{phone}");
        }
    }

    #[test]
    fn debug_does_not_print_it() {
        assert_eq!(format!("{:?}", EventId::new("marked").unwrap()), "EventId(<redacted>)");
    }
}
