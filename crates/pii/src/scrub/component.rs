//! One part of a URL (a segment, a key, a value), looked through at every level of its encoding.

use core::ops::Range;

use memchr::memchr2;

use super::{
    Reason, Removed, UrlOptions,
    census::{AT, Census, HIGH, PAIR, PERCENT, SLASH},
    layer::{Layer, Places, base64_texts, percent_decoded},
    pairs, parts, query,
    scan::slice,
    shape,
};

/// What to do with a part.
pub(super) enum Verdict {
    Clean,
    /// Personal as a whole.
    Personal(Reason),
    /// A URL with something to cut out of it.
    Cut(Vec<Edit>),
}

/// A range to replace, in the coordinates of the text that was looked at. Edits of one text are in
/// order and apart from each other.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    /// What comes in its place: unreserved characters only, so that it is right at every level of
    /// encoding.
    pub(super) with: &'static str,
    /// The rule; none for a separator that only tidies up.
    pub(super) removed: Option<Removed>,
    /// A piece of a parameter or of a segment, whose rest stays and may read differently without it.
    pub(super) inner: bool,
}

/// How much a part must show to be personal.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Care {
    /// Shapes, and the names of pairs inside it.
    Full,
    /// Shapes: campaign parameters and the allow-list, whose words are the advertiser's.
    Shapes,
    /// E-mail addresses: click ids are opaque, and may look like anything.
    EmailOnly,
}

/// How deep in the text this is.
#[derive(Clone, Copy, Default)]
pub(super) struct Depth {
    decoded: u8,
    nested: u8,
}

/// Levels of percent-encoding, and of URLs in URLs, that are followed.
const MAX_DEPTH: u8 = 3;

/// What replaces a personal segment of a path.
pub(super) const REDACTED: &str = "redacted";

pub(super) fn look(text: &[u8], care: Care, depth: Depth, options: &UrlOptions) -> Verdict {
    look_by(text, Census::of(text), care, depth, options)
}

/// The same, of a text that was gone through.
pub(super) fn look_by(
    text: &[u8],
    census: Census<'_>,
    care: Care,
    depth: Depth,
    options: &UrlOptions,
) -> Verdict {
    if text.is_empty() {
        return Verdict::Clean;
    }
    // Most parts are letters and digits only.
    if care != Care::EmailOnly
        && census.has(SLASH | PAIR)
        && let Some(parts) = parts::nested(text)
    {
        if let Some(reason) = hidden_in_host(slice(text, parts.host.start, parts.host.end)) {
            return Verdict::Personal(reason);
        }
        return match depth.in_url() {
            Some(depth) => cut_or_clean(edits(text, &parts, depth, options)),
            None => Verdict::Personal(Reason::Nested),
        };
    }
    if census.has(PERCENT)
        && let Some(decoded) = percent_decoded(text)
    {
        let Some(depth) = depth.in_encoding() else {
            return Verdict::Personal(personal(text, care, census).unwrap_or(Reason::Nested));
        };
        // First what it stands for: of an encoded URL only a part may have to go.
        match look(&decoded, care, depth, options) {
            Verdict::Clean => {}
            Verdict::Cut(edits) => {
                let mut places = Places::new(text);
                let above = |edit: Edit| Edit { range: places.above(edit.range), ..edit };
                return Verdict::Cut(edits.into_iter().map(above).collect());
            }
            personal @ Verdict::Personal(_) => return personal,
        }
    }
    if let Some(reason) = personal(text, care, census) {
        return Verdict::Personal(reason);
    }
    let hidden = base64_texts(text, |hidden| {
        let Some(depth) = depth.in_url() else { return Some(Reason::Nested) };
        match look(hidden, care, depth, options) {
            Verdict::Clean => None,
            Verdict::Personal(reason) => Some(reason),
            // A part of base64 can't be cut out: the whole goes, for the first reason.
            Verdict::Cut(edits) => {
                Some(edits.iter().map(Edit::reason).next().unwrap_or(Reason::Other))
            }
        }
    });
    hidden.map_or(Verdict::Clean, Verdict::Personal)
}

/// What is to be cut out of a URL, in order.
pub(super) fn edits(
    text: &[u8],
    parts: &parts::Parts,
    depth: Depth,
    options: &UrlOptions,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    let cut = |range, removed| Edit { range, with: "", removed: Some(removed), inner: false };
    if let Some(userinfo) = parts.userinfo.clone() {
        edits.push(cut(userinfo, Removed::Userinfo));
    }
    query::path(text, parts.path.clone(), depth, options, &mut edits);
    if let Some(range) = parts.query.clone() {
        query::query(text, range, depth, options, &mut edits);
    }
    if let Some(fragment) = parts.fragment.clone() {
        edits.push(cut(fragment.start.saturating_sub(1)..fragment.end, Removed::Fragment));
    }
    edits
}

impl Edit {
    /// The same edit in a text that has this one's text inside, from `start` on.
    pub(super) fn moved(self, start: usize) -> Self {
        let Range { start: from, end } = self.range;
        let range = start.saturating_add(from)..start.saturating_add(end);
        Self { range, inner: true, ..self }
    }

    const fn reason(&self) -> Reason {
        match self.removed {
            Some(Removed::Query(reason)) => reason,
            _ => Reason::Other,
        }
    }
}

impl Verdict {
    pub(super) fn into_edits(self) -> Vec<Edit> {
        match self {
            Self::Cut(edits) => edits,
            Self::Clean | Self::Personal(_) => Vec::new(),
        }
    }
}

impl Depth {
    fn in_encoding(self) -> Option<Self> {
        (self.decoded < MAX_DEPTH).then(|| Self { decoded: self.decoded.saturating_add(1), ..self })
    }

    fn in_url(self) -> Option<Self> {
        (self.nested < MAX_DEPTH).then(|| Self { nested: self.nested.saturating_add(1), ..self })
    }
}

/// `https://ada%40example.com/` and `https://ada＠example.com/`: a host is never cut, so one with an
/// encoded or a full-width at sign takes its whole URL along.
fn hidden_in_host(host: &[u8]) -> Option<Reason> {
    let folded = Layer::folded(host);
    let host = folded.as_ref().map_or(host, |layer| layer.bytes.as_slice());
    memchr2(b'%', b'@', host)?;
    Some(if shape::has_email(host) { Reason::Email } else { Reason::Nested })
}

fn cut_or_clean(edits: Vec<Edit>) -> Verdict {
    if edits.is_empty() { Verdict::Clean } else { Verdict::Cut(edits) }
}

fn personal(text: &[u8], care: Care, census: Census<'_>) -> Option<Reason> {
    // Beyond ASCII there are other percent, at and equals signs.
    let folded = census.has(HIGH).then(|| Layer::folded(text)).flatten();
    let (text, census) = folded
        .as_ref()
        .map_or((text, census), |layer| (layer.bytes.as_slice(), Census::of(&layer.bytes)));
    match care {
        Care::EmailOnly if !census.has(AT | PERCENT | HIGH) && folded.is_none() => None,
        Care::EmailOnly => shape::has_email(text).then_some(Reason::Email),
        Care::Shapes => shape::first(text, census).map(Reason::from),
        Care::Full => {
            let named = || census.has(PAIR).then(|| pairs::personal(text)).flatten();
            shape::first(text, census).map(Reason::from).or_else(named)
        }
    }
}
