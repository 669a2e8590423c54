//! A request's headers: names in wire order and case, and the values that some rule reads.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use smallvec::SmallVec;

use super::ClientError;
use super::known_header::{KnownHeader, Places};

/// A request's headers.
///
/// Every name is kept, but values only of headers that the rules of this crate read (`Accept…`,
/// `Sec-…`, `User-Agent`, `Connection`, …). Others are kept as empty: a cookie or a token does not
/// live on in an event.
///
/// ```
/// use predispatch_bot::client::HeaderList;
///
/// let list = HeaderList::in_wire_order([("Accept", "*/*"), ("Cookie", "session=1")])?;
/// assert_eq!(list.value("accept"), Some("*/*"));
/// assert_eq!(list.value("cookie"), Some(""));
/// assert_eq!(list.value("accept-language"), None);
/// # Ok::<(), predispatch_bot::client::ClientError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct HeaderList {
    // One text for all: a list costs two allocations.
    text: String,
    spans: Vec<Span>,
    known: Places,
    is_ordered: bool,
}

impl HeaderList {
    /// Most headers in a list.
    pub const MAX_HEADERS: usize = 100;
    /// Longest name, in bytes.
    pub const MAX_NAME: usize = 128;
    /// Longest value that is kept, in bytes.
    pub const MAX_VALUE: usize = 8192;

    /// Headers in the order and case in which they came over the wire. Take this only where the
    /// server shows the raw list: a proxy that sorts or rewrites names makes false evidence.
    ///
    /// # Errors
    /// A limit is broken: see [`ClientError`].
    pub fn in_wire_order<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ClientError> {
        Self::collect(headers, true)
    }

    /// Headers whose order and case mean nothing, such as those of a map.
    ///
    /// # Errors
    /// A limit is broken: see [`ClientError`].
    pub fn unordered<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ClientError> {
        Self::collect(headers, false)
    }

    /// Whether order and case are those of the wire.
    pub fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The first value of a header, whatever the case of `name`; empty for a header whose values
    /// are not kept.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The same for a header that rules ask for.
    pub(crate) fn known(&self, header: KnownHeader) -> Option<&str> {
        let span = self.spans.get(self.place(header)?)?;
        Some(self.part((span.start as usize).saturating_add(usize::from(span.name)), span.value))
    }

    /// The number of the first header of this name.
    pub(crate) fn place(&self, header: KnownHeader) -> Option<usize> {
        self.known.get(header)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spans.iter().map(|span| {
            let start = span.start as usize;
            let middle = start.saturating_add(usize::from(span.name));
            (self.part(start, span.name), self.part(middle, span.value))
        })
    }

    fn part(&self, start: usize, len: u16) -> &str {
        self.text.get(start..start.saturating_add(usize::from(len))).unwrap_or_default()
    }

    fn collect<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        is_ordered: bool,
    ) -> Result<Self, ClientError> {
        let headers = headers.into_iter();
        // Room at once for what a browser sends.
        let spans = headers.size_hint().0.min(Self::MAX_HEADERS);
        let mut list = Self {
            text: String::with_capacity(spans.saturating_mul(USUAL_LINE)),
            spans: Vec::with_capacity(spans),
            known: Places::default(),
            is_ordered,
        };
        for (name, value) in headers {
            list.push(name, value)?;
        }
        Ok(list)
    }

    fn push(&mut self, name: &str, value: &str) -> Result<(), ClientError> {
        if self.spans.len() >= Self::MAX_HEADERS {
            return Err(ClientError::TooManyHeaders);
        }
        if name.is_empty() || name.len() > Self::MAX_NAME {
            return Err(ClientError::HeaderName { len: name.len() });
        }
        // A value that is not kept has no limit: people have cookies over 8 kB.
        // Copied and then folded, both many bytes at a time.
        let mut lower: SmallVec<[u8; 32]> = SmallVec::from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        let value = if is_read(&lower) { value } else { "" };
        let too_long = ClientError::HeaderValueTooLong { len: value.len() };
        if value.len() > Self::MAX_VALUE {
            return Err(too_long);
        }
        self.known.add(&lower, self.spans.len());
        self.spans.push(Span {
            start: u32::try_from(self.text.len()).map_err(|_| too_long)?,
            name: u16::try_from(name.len()).map_err(|_| too_long)?,
            value: u16::try_from(value.len()).map_err(|_| too_long)?,
        });
        self.text.push_str(name);
        self.text.push_str(value);
        Ok(())
    }
}

/// Shows how many there are, never which.
impl fmt::Debug for HeaderList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderList")
            .field("len", &self.len())
            .field("is_ordered", &self.is_ordered)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
struct Span {
    start: u32,
    name: u16,
    value: u16,
}

/// A header's name and value are about this long.
const USUAL_LINE: usize = 48;

/// Whether some rule reads the values of the header of this lower-case name.
fn is_read(name: &[u8]) -> bool {
    let prefixes: [&[u8]; 3] = [b"accept", b"sec-", b"upgrade"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || matches!(
            name,
            b"connection"
                | b"content-type"
                | b"dnt"
                | b"http2-settings"
                | b"priority"
                | b"purpose"
                | b"te"
                | b"user-agent"
                | b"x-moz"
                | b"x-purpose"
                | b"x-requested-with"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_case_and_repeats_are_kept() -> Result<(), ClientError> {
        let given = [("Host", ""), ("aCCept", "*/*"), ("accept", "text/html"), ("TE", "trailers")];
        let list = HeaderList::in_wire_order(given)?;
        assert_eq!(list.iter().collect::<Vec<_>>(), given);
        assert_eq!(list.value("ACCEPT"), Some("*/*"));
        assert!(list.is_ordered());
        Ok(())
    }

    #[test]
    fn values_that_rules_read_are_kept_in_any_case() -> Result<(), ClientError> {
        for name in ["ACCEPT-Encoding", "sec-ch-ua", "Sec-Fetch-Site", "Upgrade", "DNT", "x-MOZ"] {
            let list = HeaderList::unordered([(name, "yes")])?;
            assert_eq!(list.value(name), Some("yes"), "{name}");
        }
        Ok(())
    }

    #[test]
    fn values_that_no_rule_reads_are_not_kept() -> Result<(), ClientError> {
        for name in ["Cookie", "Authorization", "Referer", "X-Forwarded-For", "X-Api-Key"] {
            let list = HeaderList::unordered([(name, "canary")])?;
            assert_eq!(list.value(name), Some(""), "{name}");
            assert!(!list.text.contains("canary"), "{name}");
        }
        let long = "a".repeat(20_000);
        let list = HeaderList::unordered([("Cookie", long.as_str()), ("Accept", "*/*")])?;
        assert_eq!((list.value("cookie"), list.value("accept")), (Some(""), Some("*/*")));
        Ok(())
    }

    #[test]
    fn each_limit_has_its_error() {
        let long = "a".repeat(8193);
        let name = "n".repeat(129);
        for (headers, expected) in [
            (alloc::vec![("a", "b"); 101], ClientError::TooManyHeaders),
            (alloc::vec![("", "b")], ClientError::HeaderName { len: 0 }),
            (alloc::vec![(name.as_str(), "")], ClientError::HeaderName { len: 129 }),
            (alloc::vec![("accept", &long)], ClientError::HeaderValueTooLong { len: 8193 }),
        ] {
            assert_eq!(HeaderList::unordered(headers), Err(expected));
        }
    }
}
