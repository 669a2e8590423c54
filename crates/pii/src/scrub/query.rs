//! The parameters of a query, and the segments of a path.

use core::ops::Range;

use memchr::{memchr, memchr2_iter};
use zeroize::Zeroizing;

use super::{
    Reason, Removed, UrlOptions, UrlPolicy,
    census::{Census, PERCENT, PLUS},
    component::{Care, Depth, Edit, REDACTED, Verdict, look, look_by},
    keys::{self, Key},
    layer::percent_decoded,
    scan::slice,
};

/// Appends what is to be cut out of a query. `range` is without its question mark.
///
/// A removed parameter takes the separator before it along, or the one after it where nothing is
/// kept before it; when none is kept, the question mark goes too.
pub(super) fn query(
    text: &[u8],
    range: Range<usize>,
    depth: Depth,
    options: &UrlOptions,
    edits: &mut Vec<Edit>,
) {
    let first = edits.len();
    let (mut kept, mut removed) = (false, false);
    // Empty pairs (`a=1&&b=2`) go only if something else goes.
    let mut empty = Vec::new();
    for pair in
        (Pieces { text, next: Some(range.start), end: range.end, delimiter: Delimiter::Pair })
    {
        let cut = if kept {
            pair.start.saturating_sub(1)..pair.end
        } else {
            pair.start..pair.end.saturating_add(1).min(range.end)
        };
        if pair.is_empty() {
            empty.push(Edit { range: cut, with: "", removed: None, inner: false });
            continue;
        }
        match parameter(slice(text, pair.start, pair.end), depth, options) {
            Verdict::Clean => kept = true,
            Verdict::Cut(inner) => {
                kept = true;
                extend(edits, inner, pair.start);
            }
            Verdict::Personal(reason) => {
                removed = true;
                let rule = Some(Removed::Query(reason));
                edits.push(Edit { range: cut, with: "", removed: rule, inner: false });
            }
        }
    }
    if !removed {
        return;
    }
    if !empty.is_empty() {
        edits.append(&mut empty);
        edits.sort_by_key(|edit| edit.range.start);
    }
    if !kept && let Some(edit) = edits.get_mut(first) {
        edit.range.start = range.start.saturating_sub(1);
    }
}

/// Appends what is to be cut out of a path.
///
/// A personal segment becomes `redacted`; a personal matrix parameter (`;key=value`) goes.
pub(super) fn path(
    text: &[u8],
    range: Range<usize>,
    depth: Depth,
    options: &UrlOptions,
    edits: &mut Vec<Edit>,
) {
    let has_matrix = memchr(b';', slice(text, range.start, range.end)).is_some();
    for segment in
        (Pieces { text, next: Some(range.start), end: range.end, delimiter: Delimiter::Slash })
    {
        if segment.is_empty() {
            continue;
        }
        let matrix = Pieces {
            text,
            next: Some(segment.start),
            end: segment.end,
            delimiter: if has_matrix { Delimiter::Semicolon } else { Delimiter::None },
        };
        for piece in matrix {
            let bytes = slice(text, piece.start, piece.end);
            let name = piece.start == segment.start;
            let verdict = if name || !bytes.contains(&b'=') {
                look(bytes, Care::Full, depth, options)
            } else {
                matrix_parameter(bytes, depth, options)
            };
            match verdict {
                Verdict::Clean => {}
                Verdict::Personal(_) if name || !bytes.contains(&b'=') => {
                    let removed = Some(Removed::Path);
                    edits.push(Edit { range: piece, with: REDACTED, removed, inner: false });
                }
                Verdict::Personal(_) => {
                    let range = piece.start.saturating_sub(1)..piece.end;
                    let removed = Some(Removed::Path);
                    edits.push(Edit { range, with: "", removed, inner: false });
                }
                Verdict::Cut(inner) => extend(edits, inner, piece.start),
            }
        }
    }
}

fn extend(edits: &mut Vec<Edit>, inner: Vec<Edit>, start: usize) {
    edits.extend(inner.into_iter().map(|edit| edit.moved(start)));
}

/// One parameter of a query, as the policy judges it.
fn parameter(pair: &[u8], depth: Depth, options: &UrlOptions) -> Verdict {
    let (key, value) = key_and_value(pair);
    let value_start = key.len().saturating_add(1);
    let in_key = Census::of(key);
    let Some(class) = class_of(key, in_key, options) else {
        return Verdict::Personal(Reason::Nested);
    };
    let care = match class {
        Class::Known(Key::Denied(reason)) => return Verdict::Personal(reason),
        Class::Known(Key::ClickId) => Care::EmailOnly,
        Class::Known(Key::Campaign) | Class::Allowed => Care::Shapes,
        Class::Known(Key::Other) => Care::Full,
    };
    // Also of a known key: `utm_` and `gad_` are known by their beginning only.
    let look =
        |text, census: Census<'_>| match census.has(PLUS).then(|| with_spaces(text)).flatten() {
            Some(spaced) => look(&spaced, care, depth, options),
            None => look_by(text, census, care, depth, options),
        };
    let in_key = look(key, in_key);
    let in_value = match &in_key {
        Verdict::Personal(_) => Verdict::Clean,
        _ => look(value, Census::of(value)),
    };
    match (in_key, in_value) {
        (Verdict::Personal(reason), _) | (_, Verdict::Personal(reason)) => {
            Verdict::Personal(reason)
        }
        _ if options.policy == UrlPolicy::Strict && care == Care::Full => {
            Verdict::Personal(Reason::Other)
        }
        (Verdict::Clean, Verdict::Clean) => Verdict::Clean,
        (in_key, in_value) => {
            let mut edits = in_key.into_edits();
            extend(&mut edits, in_value.into_edits(), value_start);
            Verdict::Cut(edits)
        }
    }
}

/// A matrix parameter is no campaign's: the deny-list and the shapes, in either policy.
fn matrix_parameter(pair: &[u8], depth: Depth, options: &UrlOptions) -> Verdict {
    let (key, _) = key_and_value(pair);
    match class_of(key, Census::of(key), options) {
        None => Verdict::Personal(Reason::Nested),
        Some(Class::Known(Key::Denied(reason))) => Verdict::Personal(reason),
        Some(_) => look(pair, Care::Full, depth, options),
    }
}

fn key_and_value(pair: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr(b'=', pair).unwrap_or(pair.len());
    (slice(pair, 0, end), slice(pair, end.saturating_add(1), pair.len()))
}

/// In a query a plus sign is a space (`order+no.+4502991045`). At the beginning, or after another one
/// or a quotation mark, it is what people forgot to encode: the sign of a telephone number. `None` if
/// nothing changes.
fn with_spaces(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    memchr(b'+', slice(text, 1, text.len()))?;
    let before = core::iter::once(&b'"').chain(text);
    let spaced = before.zip(text).map(|(before, byte)| match (before, byte) {
        (b'+' | b'"' | b'\'', b'+') => b'+',
        (_, b'+') => b' ',
        (_, byte) => *byte,
    });
    Some(Zeroizing::new(spaced.collect()))
}

enum Class {
    Allowed,
    Known(Key),
}

/// The key's class after decoding; `None` if it is encoded too often.
fn class_of(key: &[u8], census: Census<'_>, options: &UrlOptions) -> Option<Class> {
    let mut decoded: Option<Zeroizing<Vec<u8>>> = None;
    for _ in 0..=3 {
        let text = decoded.as_ref().map_or(key, |decoded| decoded.as_slice());
        match census.has(PERCENT).then(|| percent_decoded(text)).flatten() {
            Some(text) => decoded = Some(text),
            None if options.allows(text) => return Some(Class::Allowed),
            None => return Some(Class::Known(keys::classify(text))),
        }
    }
    None
}

/// The pieces of a range between its delimiters, also empty ones.
struct Pieces<'a> {
    text: &'a [u8],
    next: Option<usize>,
    end: usize,
    delimiter: Delimiter,
}

#[derive(Clone, Copy)]
enum Delimiter {
    /// `&`; and `;` where a key follows, or `utm_content=a;b` would lose its end.
    Pair,
    Slash,
    Semicolon,
    /// All of it is one piece.
    None,
}

impl Iterator for Pieces<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.next?;
        let rest = slice(self.text, start, self.end);
        let len = match self.delimiter {
            Delimiter::Pair => memchr2_iter(b'&', b';', rest).find(|&at| {
                rest.get(at) == Some(&b'&')
                    || key_follows(slice(rest, at.saturating_add(1), rest.len()))
            }),
            Delimiter::Slash => memchr(b'/', rest),
            Delimiter::Semicolon => memchr(b';', rest),
            Delimiter::None => None,
        };
        self.next = len.map(|len| start.saturating_add(len).saturating_add(1));
        Some(start..len.map_or(self.end, |len| start.saturating_add(len)))
    }
}

fn key_follows(rest: &[u8]) -> bool {
    let end = rest.iter().take(MAX_KEY).find(|byte| matches!(byte, b'&' | b';' | b'='));
    end == Some(&b'=')
}

/// A longer one after a semicolon is no key; the bound keeps rows of semicolons cheap.
const MAX_KEY: usize = 128;
