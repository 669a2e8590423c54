//! URLs, cut in place.

use core::fmt;
use std::borrow::Cow;

use memchr::memchr2;
use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::{
    Removed,
    component::{Depth, Edit, edits},
    parts,
};

/// Removes personal data from an absolute `http` or `https` URL.
///
/// Everything that stays keeps its bytes, its order and its encoding; white space around the URL is
/// left out. A clean URL comes back borrowed.
///
/// | part | what happens |
/// |---|---|
/// | `user:password@` | goes |
/// | path | a segment that looks personal becomes `redacted`; a personal `;key=value` goes |
/// | query | by the [`UrlPolicy`]; a removed parameter goes with its key and its separator |
/// | fragment | goes always: no platform reads it, and sign-in tokens travel in it |
/// | host | stays |
///
/// A part looks personal at any of three levels of percent-encoding, in base64, in another script's
/// digits or in full-width letters; a URL inside a value is scrubbed in place, three levels deep, and
/// what is deeper goes. Click ids keep their bytes unless there is an e-mail address in them. A
/// `utm_*` or allow-listed parameter goes when its value looks personal.
///
/// Click ids are to be read from the URL before it is scrubbed: one in the fragment is lost here.
///
/// ```
/// use predispatch_pii::{UrlError, UrlOptions, scrub_url};
///
/// let raw = "https://shop.example.com/thanks?order=A-1009&gclid=Cj0KCQ&to=ada%2540example.com#top";
/// let url = scrub_url(raw, &UrlOptions::STANDARD)?;
/// assert_eq!(url.as_str(), "https://shop.example.com/thanks?gclid=Cj0KCQ");
/// let rules: Vec<_> = url.removed().iter().map(|removed| removed.as_str()).collect();
/// assert_eq!(rules, ["query:order", "query:email", "fragment"]);
/// # Ok::<(), UrlError>(())
/// ```
///
/// # Errors
/// A URL that can't be read is no URL to send: the first broken rule, as a [`UrlError`].
pub fn scrub_url<'a>(raw: &'a str, options: &UrlOptions) -> Result<ScrubbedUrl<'a>, UrlError> {
    let url = raw.trim_matches(|c: char| c.is_ascii_whitespace());
    if url.is_empty() {
        return Err(UrlError::Empty);
    }
    if url.len() > UrlOptions::MAX_LEN {
        return Err(UrlError::TooLong { len: url.len() });
    }
    let mut removed = Rules::default();
    let Some(mut scrubbed) = cut(url, options, &mut removed)? else {
        return Ok(ScrubbedUrl { url: Cow::Borrowed(url), removed: removed.in_order() });
    };
    // What a cut brings together is looked at again. Each pass takes a whole part away, and two have
    // been enough for everything that was ever tried.
    let mut passes = 0..MAX_PASSES;
    while !scrubbed.settled {
        passes.next().ok_or(UrlError::Unsettled)?;
        match cut(&scrubbed.url, options, &mut removed)? {
            Some(shorter) => scrubbed = shorter,
            None => scrubbed.settled = true,
        }
    }
    let url = Cow::Owned(core::mem::take(&mut *scrubbed.url));
    Ok(ScrubbedUrl { url, removed: removed.in_order() })
}

const MAX_PASSES: usize = 8;

/// What one pass left over. Wiped on drop.
struct Shorter {
    url: Zeroizing<String>,
    /// Only whole parts went, and each part that stayed was found clean: no need to look again.
    settled: bool,
}

/// One pass; `None` if there is nothing to remove.
fn cut(url: &str, options: &UrlOptions, removed: &mut Rules) -> Result<Option<Shorter>, UrlError> {
    let mut parts = parts::absolute(url)?;
    let path = parts.path.clone();
    if options.cut_path {
        parts.path = path.start..path.start;
    }
    let mut edits = edits(url.as_bytes(), &parts, Depth::default(), options);
    if options.cut_path && path.len() > 1 {
        let place = edits.partition_point(|edit| edit.range.start < path.start);
        edits.insert(
            place,
            Edit { range: path, with: "/", removed: Some(Removed::Path), inner: false },
        );
    }
    if edits.is_empty() {
        return Ok(None);
    }
    edits.iter().filter_map(|edit| edit.removed).for_each(|rule| removed.add(rule));
    // Room for all at once: a string that grows leaves copies behind.
    let room = edits.iter().fold(url.len(), |room, edit| room.saturating_add(edit.with.len()));
    let mut kept = Zeroizing::new(String::with_capacity(room));
    let mut at = 0;
    for edit in &edits {
        // Cuts lie on ASCII delimiters; a range that did not would lose its text, not keep it.
        kept.push_str(url.get(at..edit.range.start).unwrap_or_default());
        kept.push_str(edit.with);
        at = edit.range.end;
    }
    kept.push_str(url.get(at..).unwrap_or_default());
    // A cut at the end can bare a space, which a next reading would leave out.
    let len = kept.trim_end_matches(' ').len();
    let trimmed = len < kept.len();
    kept.truncate(len);
    // Whether a semicolon divides parameters depends on what follows it, and a path that begins with
    // a backslash may grow into the host.
    let bound = memchr2(b';', b'\\', url.as_bytes()).is_some();
    let settled = !(trimmed || bound || edits.iter().any(|edit| edit.inner));
    Ok(Some(Shorter { url: kept, settled }))
}

/// Which parameters stay.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum UrlPolicy {
    /// All but those whose key is on the deny-list (contact data, orders, tokens, sessions, …) or
    /// whose key or value looks personal.
    #[default]
    Standard,
    /// Click ids, `utm_*` and the allow-list only: for regulated verticals and limited data use.
    Strict,
}

/// How [`scrub_url`] treats a URL.
///
/// ```
/// use predispatch_pii::{UrlOptions, UrlPolicy, scrub_url};
///
/// let strict = UrlOptions::new(UrlPolicy::Strict).allow("variant").cut_path();
/// let url = scrub_url("https://clinic.example/help/page?topic=x&variant=b&ttclid=E.C.P", &strict)?;
/// assert_eq!(url.as_str(), "https://clinic.example/?variant=b&ttclid=E.C.P");
/// # Ok::<(), predispatch_pii::UrlError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Default)]
pub struct UrlOptions {
    pub(super) policy: UrlPolicy,
    allowed: Vec<Box<str>>,
    cut_path: bool,
}

impl UrlOptions {
    /// Longest accepted URL, in bytes. Browsers and platforms stop far below; the bound is for the
    /// cost of a hostile one.
    pub const MAX_LEN: usize = 64 * 1024;
    /// The [standard](UrlPolicy::Standard) policy without an allow-list.
    pub const STANDARD: Self = Self::new(UrlPolicy::Standard);
    /// The [strict](UrlPolicy::Strict) policy without an allow-list.
    pub const STRICT: Self = Self::new(UrlPolicy::Strict);

    /// A policy without an allow-list, which keeps the path.
    pub const fn new(policy: UrlPolicy) -> Self {
        Self { policy, allowed: Vec::new(), cut_path: false }
    }

    /// Keeps the parameter `key` (in any case, written in clear), also against the deny-list, unless
    /// its value looks personal.
    #[must_use]
    pub fn allow(mut self, key: &str) -> Self {
        self.allowed.push(key.into());
        self
    }

    /// Cuts the path down to `/`, for platforms and verticals where no detail of the page may go.
    #[must_use]
    pub fn cut_path(mut self) -> Self {
        self.cut_path = true;
        self
    }

    pub(super) fn allows(&self, key: &[u8]) -> bool {
        self.allowed.iter().any(|allowed| allowed.as_bytes().eq_ignore_ascii_case(key))
    }
}

impl From<UrlPolicy> for UrlOptions {
    fn from(policy: UrlPolicy) -> Self {
        Self::new(policy)
    }
}

/// A URL without what [`scrub_url`] removes. It still holds click ids, so `Debug` is redacted and
/// there is no `Display`.
#[derive(Clone)]
pub struct ScrubbedUrl<'a> {
    url: Cow<'a, str>,
    removed: SmallVec<[Removed; 4]>,
}

impl ScrubbedUrl<'_> {
    /// The URL to send.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The URL to send, copied if nothing was removed.
    pub fn into_string(self) -> String {
        self.url.into_owned()
    }

    /// The rules that removed something, each once: parameters in their order, then path, fragment
    /// and userinfo.
    pub fn removed(&self) -> &[Removed] {
        &self.removed
    }

    /// Whether nothing was removed.
    pub fn is_unchanged(&self) -> bool {
        self.removed.is_empty()
    }
}

impl fmt::Debug for ScrubbedUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScrubbedUrl")
            .field("url", &format_args!("<redacted>"))
            .field("removed", &self.removed)
            .finish()
    }
}

/// Rules in the order in which they first removed something.
#[derive(Default)]
struct Rules(SmallVec<[Removed; 4]>);

impl Rules {
    fn add(&mut self, rule: Removed) {
        if !self.0.contains(&rule) {
            self.0.push(rule);
        }
    }

    fn in_order(mut self) -> SmallVec<[Removed; 4]> {
        self.0.sort_by_key(|rule| match rule {
            Removed::Query(_) => 0,
            Removed::Path => 1,
            Removed::Fragment => 2,
            Removed::Userinfo => 3,
        });
        self.0
    }
}

/// Why a text is no URL to send.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UrlError {
    /// A control character, such as a line break; browsers drop some of them silently.
    #[error("URL has a control character")]
    Control,
    /// Nothing but white space.
    #[error("URL is empty")]
    Empty,
    /// No host, or one with an impossible character; also an encoded one.
    #[error("URL has no valid host")]
    Host,
    /// A port that is no number up to 65,535.
    #[error("URL has no valid port")]
    Port,
    /// No scheme: a relative URL, or none at all.
    #[error("URL is relative or has no scheme")]
    Relative,
    /// A scheme other than http and https.
    #[error("URL is neither http nor https")]
    Scheme,
    /// Over [`UrlOptions::MAX_LEN`].
    #[error("URL is {len} bytes long, limit {}", UrlOptions::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
    /// Every cut uncovered something new. Not seen yet; such a URL is not sent.
    #[error("URL shows new personal data after every cut")]
    Unsettled,
}

impl UrlError {
    /// The stable code, for issues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "url_control",
            Self::Empty => "url_empty",
            Self::Host => "url_host",
            Self::Port => "url_port",
            Self::Relative => "url_relative",
            Self::Scheme => "url_scheme",
            Self::TooLong { .. } => "url_too_long",
            Self::Unsettled => "url_unsettled",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<UrlError>();
const _: () = holds_no_input::<Removed>();
