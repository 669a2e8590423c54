//! A region's numbering plan, from the metadata of the `phonenumber` crate.
//!
//! The steps are those of Google's libphonenumber (`maybeStripNationalPrefixAndCarrierCode`,
//! `testNumberLength`, `isValidNumber`), whose data the crate carries
//! (`docs/sources/phone.md`). The crate's own `parse` is not called: it strips a prefix twice where
//! the shortened number begins with it again, takes a pattern that matches the beginning of a
//! number for one that matches it whole, and has panicked on crafted text. Only digits come here.

use std::sync::OnceLock;

use phonenumber::metadata::{DATABASE, Descriptor, Metadata};
use regex::{Regex, RegexBuilder};

use super::digits::Digits;

/// The rules of one region. Patterns are compiled when they are first asked for.
pub(super) struct Plan {
    meta: &'static Metadata,
    code: String,
    prefix: Option<Regex>,
    /// A zero alone is a national prefix.
    trunk_zero: bool,
    transform: Option<String>,
    general: Pattern,
    /// Lengths that are dialled within one area only.
    local_lengths: Vec<u16>,
    international_prefix: OnceLock<Option<Regex>>,
    kinds: OnceLock<Vec<Pattern>>,
}

/// A pattern that a whole number must match, and the lengths that numbers can have.
struct Pattern {
    lengths: Vec<u16>,
    whole: Option<Regex>,
}

/// A length among those of a region's numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Length {
    Impossible,
    LocalOnly,
    Possible,
    TooLong,
}

impl Plan {
    /// The plan of a region by its upper-case alpha-2 code; none if it has no telephone numbers of
    /// its own, as Antarctica.
    pub(super) fn of(region: [u8; 2]) -> Option<&'static Self> {
        let index = |letter: u8| letter.is_ascii_uppercase().then(|| letter.wrapping_sub(b'A'));
        let [first, second] = region.map(index);
        let at = usize::from(first?).checked_mul(26)?.checked_add(usize::from(second?))?;
        PLANS.get(at)?.get_or_init(|| Self::load(region).map(Box::new)).as_deref()
    }

    fn load(region: [u8; 2]) -> Option<Self> {
        let meta = DATABASE.by_id(core::str::from_utf8(&region).ok()?)?;
        // As libphonenumber's build: without a pattern, the prefix itself is the pattern.
        let prefix = meta.national_prefix_for_parsing().map(|pattern| pattern.as_str());
        let prefix = prefix.or_else(|| meta.national_prefix());
        // As libphonenumber's build: the general lengths are those of all kinds.
        let mut lengths: Vec<u16> =
            kinds(meta).flat_map(|kind| kind.possible_length()).copied().collect();
        lengths.sort_unstable();
        lengths.dedup();
        let local = kinds(meta).flat_map(|kind| kind.possible_local_length()).copied();
        let local_lengths = local.filter(|len| !lengths.contains(len)).collect();
        let prefix = prefix.and_then(at_start);
        let zero = prefix.as_ref().and_then(|prefix| prefix.find("0"));
        Some(Self {
            meta,
            code: meta.country_code().to_string(),
            trunk_zero: zero.is_some_and(|zero| zero.len() == 1),
            prefix,
            transform: meta.national_prefix_transform_rule().map(braced),
            general: Pattern { lengths, ..Pattern::of(meta.descriptors().general()) },
            local_lengths,
            international_prefix: OnceLock::new(),
            kinds: OnceLock::new(),
        })
    }

    /// The calling code's digits.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    /// The length of the international prefix (such as 011) that `digits` begin with.
    pub(super) fn international_prefix(&self, digits: &Digits) -> Option<usize> {
        let pattern = self.international_prefix.get_or_init(|| {
            self.meta.international_prefix().and_then(|pattern| at_start(pattern.as_str()))
        });
        let end = pattern.as_ref()?.find(digits.as_str())?.end();
        // No calling code begins with a zero.
        (digits.as_bytes().get(end)? != &b'0').then_some(end)
    }

    /// Whether `national` is a number of the region as it stands.
    pub(super) fn is_whole(&self, national: &Digits) -> bool {
        self.general.matches(national.as_str())
    }

    /// Whether `national` is of a length that the region's numbers have, and no longer begins with a
    /// national prefix that is no part of it.
    pub(super) fn is_possible(&self, national: &Digits) -> bool {
        let begins_with_prefix = || self.prefix_len(national).is_some() && !self.is_whole(national);
        self.length(national) == Length::Possible && !begins_with_prefix()
    }

    /// Whether one writes a prefix before a national number.
    pub(super) fn has_prefix(&self) -> bool {
        self.meta.national_prefix().is_some()
    }

    /// Whether a zero alone is a national prefix.
    pub(super) const fn has_trunk_zero(&self) -> bool {
        self.trunk_zero
    }

    fn prefix_len(&self, national: &Digits) -> Option<usize> {
        let len = self.prefix.as_ref()?.find(national.as_str())?.end();
        (len > 0).then_some(len)
    }

    /// The number without the national prefix and carrier code that it begins with, or completed
    /// by its area code where the region says so; none if it stands as it is.
    pub(super) fn without_prefix(&self, national: &Digits) -> Option<Digits> {
        let found = self.prefix_len(national)?;
        let stripped = match self.transformed(national) {
            Some(transformed) => transformed?,
            None => {
                let mut stripped = national.clone();
                stripped.remove(0..found);
                stripped
            }
        };
        if self.is_whole(national) && !self.is_whole(&stripped) {
            return None;
        }
        // Else it may be a short number, that begins with the prefix by chance.
        let long_enough = matches!(self.length(&stripped), Length::Possible | Length::TooLong);
        long_enough.then_some(stripped)
    }

    /// The outer `None`: the region has no rule, or it does not concern this number. The inner:
    /// the outcome does not fit.
    #[expect(clippy::option_option, reason = "said above")]
    fn transformed(&self, national: &Digits) -> Option<Option<Digits>> {
        let rule = self.transform.as_ref()?;
        let pattern = self.prefix.as_ref()?;
        let groups = pattern.captures(national.as_str())?;
        groups.get(groups.len().checked_sub(1)?)?;
        let mut text = zeroize::Zeroizing::new(String::new());
        groups.expand(rule, &mut text);
        text.push_str(national.as_str().get(groups.get(0)?.end()..)?);
        Some(Digits::of(&text))
    }

    /// Whether the number is of a length and in a range that is in use, by libphonenumber's data.
    fn is_assigned(&self, national: &str) -> bool {
        self.general.matches(national)
            && self
                .kinds
                .get_or_init(|| kinds(self.meta).map(Pattern::of).collect())
                .iter()
                .any(|kind| kind.matches(national))
    }

    fn length(&self, national: &Digits) -> Length {
        let len = u16::try_from(national.len()).unwrap_or(u16::MAX);
        if self.local_lengths.contains(&len) {
            Length::LocalOnly
        } else if self.general.lengths.contains(&len) {
            Length::Possible
        } else if self.general.lengths.last().is_some_and(|&longest| len > longest) {
            Length::TooLong
        } else {
            Length::Impossible
        }
    }
}

/// Whether a national part is in use under a calling code: in the plan of the region that it
/// belongs to, by its leading digits or by matching first.
pub(super) fn is_assigned(code: u16, national: &str) -> bool {
    let Some(regions) = DATABASE.by_code(&code) else { return false };
    for meta in regions {
        let region = <[u8; 2]>::try_from(meta.id().as_bytes()).ok();
        let assigned = || match region.and_then(Plan::of) {
            Some(plan) => plan.is_assigned(national),
            // A code of no country, such as 800.
            None => {
                Pattern::of(meta.descriptors().general()).matches(national)
                    && kinds(meta).any(|kind| Pattern::of(kind).matches(national))
            }
        };
        match meta.leading_digits() {
            Some(digits) if digits.find(national).is_some_and(|found| found.start() == 0) => {
                return assigned();
            }
            None if assigned() => return true,
            _ => {}
        }
    }
    false
}

impl Pattern {
    fn of(descriptor: &Descriptor) -> Self {
        let pattern = descriptor.national_number();
        Self {
            lengths: descriptor.possible_length().to_vec(),
            whole: compile(&format!("^(?:{})$", pattern.as_str())),
        }
    }

    fn matches(&self, national: &str) -> bool {
        let len = u16::try_from(national.len()).unwrap_or(u16::MAX);
        (self.lengths.is_empty() || self.lengths.contains(&len))
            && self.whole.as_ref().is_some_and(|whole| whole.is_match(national))
    }
}

/// The descriptors whose union is "in use"; not short codes, nor those that no caller from abroad
/// reaches.
fn kinds(meta: &Metadata) -> impl Iterator<Item = &Descriptor> {
    let all = meta.descriptors();
    [
        all.fixed_line(),
        all.mobile(),
        all.toll_free(),
        all.premium_rate(),
        all.shared_cost(),
        all.personal_number(),
        all.voip(),
        all.pager(),
        all.uan(),
        all.voicemail(),
    ]
    .into_iter()
    .flatten()
}

fn at_start(pattern: &str) -> Option<Regex> {
    compile(&format!("^(?:{pattern})"))
}

/// None only for a pattern that is broken in the metadata; a test compiles them all.
fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).ignore_whitespace(true).unicode(false).build().ok()
}

/// `9$1` as `9${1}`: otherwise a digit or letter after it would belong to the group's name.
fn braced(rule: &str) -> String {
    let mut braced = String::new();
    let mut chars = rule.chars();
    while let Some(c) = chars.next() {
        braced.push(c);
        if c == '$' {
            braced.extend(['{'].into_iter().chain(chars.next()).chain(['}']));
        }
    }
    braced
}

/// By the two letters of the region.
static PLANS: [OnceLock<Option<Box<Plan>>>; 26 * 26] = [const { OnceLock::new() }; 26 * 26];
