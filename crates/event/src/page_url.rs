//! The address of a page, without personal data.

use core::fmt;

use predispatch_pii::{ScrubbedUrl, UrlError, UrlOptions, scrub_url};

/// An absolute `http` or `https` URL from which personal data was removed.
///
/// Click ids stay in it. A site of a regulated subject has to cut more before it is sent: give
/// [`as_str`](Self::as_str) to [`scrub_url`] with stricter options.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct PageUrl(Box<str>);

impl PageUrl {
    /// Takes `raw` without the personal data in it, by [`UrlOptions::STANDARD`].
    ///
    /// # Errors
    /// As [`scrub_url`].
    pub fn scrubbed(raw: &str) -> Result<Self, UrlError> {
        scrub_url(raw, &UrlOptions::STANDARD).map(|url| Self::of(&url))
    }

    pub(crate) fn of(url: &ScrubbedUrl<'_>) -> Self {
        Self(url.as_str().into())
    }

    /// The URL as it may be sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageUrl(<redacted>)")
    }
}
