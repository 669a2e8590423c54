//! What an event tells about its sender.
//!
//! ```
//! use predispatch_bot::client::{Client, Given, HeaderList, RequestKind};
//!
//! let mut client = Client::new();
//! client.set_ip("203.0.113.24".parse()?);
//! client.set_request_kind(RequestKind::Fetch);
//! client.set_headers(HeaderList::in_wire_order([
//!     ("Host", "shop.example.com"),
//!     ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
//! ])?);
//!
//! // The user agent was not given beside the headers, so it is theirs.
//! assert!(client.user_agent().present().is_some_and(|text| text.ends_with("Firefox/140.0")));
//! // The headers are wired and this one did not come: that is known.
//! assert_eq!(client.language(), Given::Absent);
//! // Nobody says whether the site has a collector: that is not evidence of anything.
//! assert_eq!(client.signals(), Given::NotWired);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod given;
mod header_list;
mod known_header;
mod request_kind;

use alloc::boxed::Box;
use core::fmt;
use core::net::IpAddr;

pub use self::given::Given;
pub use self::header_list::HeaderList;
pub(crate) use self::known_header::KnownHeader;
pub use self::request_kind::{RequestKind, UnknownRequestKind};
use crate::device::Signals;

/// The sender of an event, as far as the event's own fields and its request say.
///
/// Everything is optional. What the caller cannot see stays [`Given::NotWired`] and never counts
/// against anybody; see [`Given`].
///
/// It is personal data: no `Display`, no `Serialize`, and `Debug` shows only what is there.
#[derive(Clone, Default, PartialEq)]
pub struct Client {
    ip: Option<IpAddr>,
    user_agent: Option<Box<str>>,
    language: Option<Box<str>>,
    headers: Option<HeaderList>,
    request_kind: Option<RequestKind>,
    is_secure: Option<bool>,
    signals: Given<Box<Signals>>,
}

impl Client {
    /// Nothing wired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Longest accepted user agent and language, in bytes.
    pub const MAX_TEXT: usize = HeaderList::MAX_VALUE;

    /// Sets the address of the sender. An IPv4-mapped IPv6 address is taken as IPv4.
    pub fn set_ip(&mut self, ip: IpAddr) {
        self.ip = Some(ip.to_canonical());
    }

    /// Sets the user agent that the event states. It wins over the one among the headers. An empty
    /// text says nothing.
    ///
    /// # Errors
    /// [`ClientError::TextTooLong`]; nothing is set then.
    pub fn set_user_agent(&mut self, text: &str) -> Result<(), ClientError> {
        self.user_agent = stated(text)?;
        Ok(())
    }

    /// Sets the language that the event states, as in `Accept-Language` or `navigator.language`. It
    /// wins over the one among the headers. An empty text says nothing; a locale as Java and POSIX write
    /// it (`en_GB`) becomes the tag that it stands for (`en-GB`, BCP 47).
    ///
    /// # Errors
    /// [`ClientError::TextTooLong`]; nothing is set then.
    pub fn set_language(&mut self, text: &str) -> Result<(), ClientError> {
        self.language = stated(text)?
            .map(|tag| if tag.contains('_') { tag.replace('_', "-").into() } else { tag });
        Ok(())
    }

    /// Sets the request's headers: all of them, for a header that is not in the list counts as
    /// absent. A caller that sees only a few sets [`set_user_agent`](Self::set_user_agent) and
    /// [`set_language`](Self::set_language) instead. A list without any is no observation: HTTP/1.1 asks for
    /// `Host` (RFC 9112 section 3.2), and serialising a request leaves its headers out in many runtimes.
    pub fn set_headers(&mut self, headers: HeaderList) {
        self.headers = (!headers.is_empty()).then_some(headers);
    }

    /// Sets what kind of request the headers belong to.
    pub fn set_request_kind(&mut self, kind: RequestKind) {
        self.request_kind = Some(kind);
    }

    /// Says whether the request came over HTTPS (or to a loopback host, which browsers trust
    /// alike). Browsers send client hints and fetch metadata only then.
    pub fn set_secure(&mut self, is_secure: bool) {
        self.is_secure = Some(is_secure);
    }

    /// Sets what the collector in the page measured.
    pub fn set_signals(&mut self, signals: Signals) {
        self.signals = Given::Present(Box::new(signals));
    }

    /// Says that the page has a collector and nothing came from it.
    pub fn set_signals_absent(&mut self) {
        self.signals = Given::Absent;
    }

    /// The address of the sender.
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }

    /// The user agent: the one stated, else the one among the headers.
    pub fn user_agent(&self) -> Given<&str> {
        self.stated_or(self.user_agent.as_deref(), KnownHeader::UserAgent)
    }

    /// The languages: the ones stated, else `Accept-Language`.
    pub fn language(&self) -> Given<&str> {
        self.stated_or(self.language.as_deref(), KnownHeader::AcceptLanguage)
    }

    /// The request's headers, if the caller sees them.
    pub fn headers(&self) -> Option<&HeaderList> {
        self.headers.as_ref()
    }

    /// One header of the request, whatever its case: [`Given::NotWired`] without a list.
    pub fn header(&self, name: &str) -> Given<&str> {
        match &self.headers {
            None => Given::NotWired,
            Some(headers) => headers.value(name).map_or(Given::Absent, Given::Present),
        }
    }

    /// What kind of request the headers belong to.
    pub fn request_kind(&self) -> Option<RequestKind> {
        self.request_kind
    }

    /// Whether the request came over HTTPS, if the caller knows.
    pub fn is_secure(&self) -> Option<bool> {
        self.is_secure
    }

    /// What the collector in the page measured. [`Given::Absent`]: there is a collector, and nothing
    /// came from it.
    pub fn signals(&self) -> Given<&Signals> {
        match &self.signals {
            Given::NotWired => Given::NotWired,
            Given::Absent => Given::Absent,
            Given::Present(signals) => Given::Present(signals),
        }
    }

    /// Whether a browser fetched the page before anybody asked for it: prefetch, prerender or
    /// preview (`Sec-Purpose`, `Purpose`, `X-Purpose`, `X-Moz`).
    pub fn is_speculative(&self) -> bool {
        let Some(headers) = &self.headers else {
            return false;
        };
        use KnownHeader::{Purpose, SecPurpose, XMoz, XPurpose};
        [SecPurpose, Purpose, XPurpose, XMoz].into_iter().any(|header| {
            headers.known(header).is_some_and(|value| {
                let value = value.trim_start().as_bytes();
                [&b"prefetch"[..], b"prerender", b"preview"].iter().any(|word| {
                    value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                })
            })
        })
    }

    fn stated_or<'a>(&'a self, stated: Option<&'a str>, header: KnownHeader) -> Given<&'a str> {
        match (stated, &self.headers) {
            (Some(stated), _) => Given::Present(stated),
            (None, None) => Given::NotWired,
            (None, Some(headers)) => headers.known(header).map_or(Given::Absent, Given::Present),
        }
    }
}

/// Shows what is there, never what it is.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("ip", &self.ip.map(|_| Redacted))
            .field("user_agent", &self.user_agent.as_ref().map(|_| Redacted))
            .field("language", &self.language.as_ref().map(|_| Redacted))
            .field("headers", &self.headers)
            .field("request_kind", &self.request_kind)
            .field("is_secure", &self.is_secure)
            .field("signals", &self.signals)
            .finish()
    }
}

/// Why a part of a [`Client`] was not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// A user agent or language over [`Client::MAX_TEXT`].
    #[error("text is {len} bytes long, limit {}", Client::MAX_TEXT)]
    TextTooLong {
        /// Its bytes.
        len: usize,
    },
    /// More headers than [`HeaderList::MAX_HEADERS`].
    #[error("more than {} headers", HeaderList::MAX_HEADERS)]
    TooManyHeaders,
    /// A header's name is empty or over [`HeaderList::MAX_NAME`].
    #[error("a header name is {len} bytes long, limit {}", HeaderList::MAX_NAME)]
    HeaderName {
        /// Its bytes.
        len: usize,
    },
    /// A header's value is over [`HeaderList::MAX_VALUE`].
    #[error("a header value is {len} bytes long, limit {}", HeaderList::MAX_VALUE)]
    HeaderValueTooLong {
        /// Its bytes.
        len: usize,
    },
}

impl ClientError {
    /// A stable code for logs and issues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TextTooLong { .. } => "client_text_too_long",
            Self::TooManyHeaders => "client_too_many_headers",
            Self::HeaderName { .. } => "client_header_name",
            Self::HeaderValueTooLong { .. } => "client_header_value_too_long",
        }
    }
}

struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

fn stated(text: &str) -> Result<Option<Box<str>>, ClientError> {
    match text.len() {
        0 => Ok(None),
        len if len > Client::MAX_TEXT => Err(ClientError::TextTooLong { len }),
        _ => Ok(Some(text.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_user_agent_wins_over_the_header() -> Result<(), ClientError> {
        let mut client = Client::new();
        assert_eq!(client.user_agent(), Given::NotWired);
        client.set_headers(HeaderList::unordered([("user-agent", "curl/8")])?);
        assert_eq!(client.user_agent(), Given::Present("curl/8"));
        client.set_user_agent("Mozilla/5.0")?;
        assert_eq!(client.user_agent(), Given::Present("Mozilla/5.0"));
        Ok(())
    }

    #[test]
    fn a_list_without_any_header_is_no_observation() -> Result<(), ClientError> {
        let mut client = Client::new();
        client.set_headers(HeaderList::unordered([])?);
        assert!(client.headers().is_none());
        assert_eq!(client.user_agent(), Given::NotWired);
        Ok(())
    }

    #[test]
    fn too_long_a_text_changes_nothing() {
        let mut client = Client::new();
        client.set_user_agent("first").expect("short");
        let error = client.set_user_agent(&"a".repeat(8193)).expect_err("long");
        assert_eq!(error, ClientError::TextTooLong { len: 8193 });
        assert_eq!(client.user_agent(), Given::Present("first"));
    }

    #[test]
    fn speculative_requests_are_told() -> Result<(), ClientError> {
        for (name, value, expected) in [
            ("Sec-Purpose", "prefetch;prerender", true),
            ("Sec-Purpose", "Prefetch", true),
            ("Purpose", "preview", true),
            ("X-Moz", "prefetch", true),
            ("Sec-Purpose", "", false),
            ("Sec-Fetch-Dest", "prefetch", false),
        ] {
            let mut client = Client::new();
            client.set_headers(HeaderList::in_wire_order([(name, value)])?);
            assert_eq!(client.is_speculative(), expected, "{name}: {value}");
        }
        Ok(())
    }

    #[test]
    fn debug_shows_no_value() -> Result<(), ClientError> {
        let mut client = Client::new();
        client.set_ip("203.0.113.24".parse().expect("an address"));
        client.set_user_agent("agent-canary")?;
        client.set_language("language-canary")?;
        client.set_headers(HeaderList::in_wire_order([("X-Name-Canary", "value-canary")])?);
        let shown = alloc::format!("{client:?}");
        assert!(!shown.contains("canary") && !shown.contains("Canary"), "{shown}");
        assert!(!shown.contains("203"), "{shown}");
        Ok(())
    }
}
