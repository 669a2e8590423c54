//! What a request was for.

use core::fmt;
use core::str::FromStr;

/// What a request was for. Browsers send other headers with a page than with an image or a call of
/// a script.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RequestKind {
    /// A page: the user navigated.
    Document,
    /// A page inside another page.
    Frame,
    /// A script file.
    Script,
    /// A style sheet.
    Style,
    /// An image or tracking pixel.
    Image,
    /// `fetch()`, `XMLHttpRequest` or `navigator.sendBeacon()`.
    Fetch,
    /// Anything else.
    Other,
}

impl RequestKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Document,
        Self::Frame,
        Self::Script,
        Self::Style,
        Self::Image,
        Self::Fetch,
        Self::Other,
    ];

    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Frame => "frame",
            Self::Script => "script",
            Self::Style => "style",
            Self::Image => "image",
            Self::Fetch => "fetch",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads [`RequestKind::as_str`].
impl FromStr for RequestKind {
    type Err = UnknownRequestKind;

    fn from_str(text: &str) -> Result<Self, UnknownRequestKind> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or(UnknownRequestKind)
    }
}

/// Not the name of a [`RequestKind`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a kind of request: document, frame, script, style, image, fetch or other")]
#[non_exhaustive]
pub struct UnknownRequestKind;

impl UnknownRequestKind {
    /// A stable code for logs and issues.
    pub const fn code(self) -> &'static str {
        "client_request_kind"
    }
}
