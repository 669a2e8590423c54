//! Free text, masked.

use core::fmt;
use std::borrow::Cow;

use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::{
    Shape,
    census::Census,
    layer::Layer,
    shape::{Found, Shapes, is_clean},
};

/// Masks personal data in free text: an item's name, a search term, a message about to be logged.
///
/// Each [`Shape`] found becomes its name in brackets, `[email]`. Nothing is looked up and nothing is
/// decoded beyond other forms of ASCII (full-width letters, digits of other scripts) and a
/// percent-encoded at sign, so a name or a street stays. Text without a shape comes back borrowed.
/// Cost is linear in the text.
///
/// ```
/// use predispatch_pii::{Shape, scrub_text};
///
/// let text = scrub_text("Gift card 4006381333931 for ada@example.com, +44 20 7946 0958");
/// assert_eq!(text.as_str(), "Gift card 4006381333931 for [email], [phone]");
/// assert_eq!(text.count(Shape::Email), 1);
/// assert_eq!(text.total(), 2);
/// ```
pub fn scrub_text(text: &str) -> ScrubbedText<'_> {
    let mut counts = [0; Shape::ALL.len()];
    let mut masked = mask(text, &mut counts);
    // What a mask brings together is looked at again.
    for _ in 1..MAX_PASSES {
        let Some(again) = masked.as_ref().and_then(|masked| mask(masked, &mut counts)) else {
            break;
        };
        masked = Some(again);
    }
    let text =
        masked.map_or(Cow::Borrowed(text), |mut masked| Cow::Owned(core::mem::take(&mut *masked)));
    ScrubbedText { text, counts }
}

const MAX_PASSES: usize = 4;

/// Text without the shapes that [`scrub_text`] masks. What it does not know is still there, so
/// `Debug` is redacted and there is no `Display`.
#[derive(Clone)]
pub struct ScrubbedText<'a> {
    text: Cow<'a, str>,
    counts: [usize; Shape::ALL.len()],
}

impl ScrubbedText<'_> {
    /// The masked text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The masked text, copied if nothing was masked.
    pub fn into_string(self) -> String {
        self.text.into_owned()
    }

    /// How many of a shape were masked.
    pub fn count(&self, shape: Shape) -> usize {
        self.counts().find(|(other, _)| *other == shape).map_or(0, |(_, count)| count)
    }

    /// Every shape that was masked, with its number.
    pub fn counts(&self) -> impl Iterator<Item = (Shape, usize)> {
        Shape::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }

    /// How many were masked in all.
    pub fn total(&self) -> usize {
        self.counts.iter().fold(0, |total, count| total.saturating_add(*count))
    }
}

impl fmt::Debug for ScrubbedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScrubbedText")
            .field("text", &format_args!("<redacted>"))
            .field("total", &self.total())
            .finish()
    }
}

/// One pass; `None` if there is nothing to mask.
fn mask(text: &str, counts: &mut [usize]) -> Option<Zeroizing<String>> {
    if is_clean(text.as_bytes()) {
        return None;
    }
    let folded = Layer::folded(text.as_bytes());
    let bytes = folded.as_ref().map_or(text.as_bytes(), |layer| &layer.bytes);
    let found: SmallVec<[Found; 4]> = Shapes::new(bytes, Census::of(bytes)).collect();
    if found.is_empty() {
        return None;
    }
    // Room for all at once: a string that grows leaves copies behind.
    let room = found.iter().map(|found| mask_of(found.shape).len());
    let room = room.fold(text.len(), usize::saturating_add);
    let mut masked = Zeroizing::new(String::with_capacity(room));
    let mut at = 0;
    for Found { shape, start, end } in found {
        let range = folded.as_ref().map_or(start..end, |layer| layer.above(start..end));
        // Shapes begin and end with whole characters; a range that did not would lose its text.
        masked.push_str(text.get(at..range.start).unwrap_or_default());
        masked.push_str(mask_of(shape));
        at = range.end;
        let place = Shape::ALL.iter().position(|other| *other == shape);
        if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
            *count = count.saturating_add(1);
        }
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    Some(masked)
}

const fn mask_of(shape: Shape) -> &'static str {
    match shape {
        Shape::Card => "[card]",
        Shape::Email => "[email]",
        Shape::Iban => "[iban]",
        Shape::Jwt => "[jwt]",
        Shape::NationalId => "[national_id]",
        Shape::Phone => "[phone]",
        Shape::Secret => "[secret]",
    }
}
