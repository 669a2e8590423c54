//! Digits as people group them, read once for every shape that is made of digits.

use smallvec::SmallVec;

use super::{Found, card, national, phone};
use crate::scrub::scan::{Scan, is_space};

/// Digits in groups, from one place of a text.
pub(super) struct Number<'a> {
    /// A `+` stands before the first group.
    pub(super) plus: bool,
    pub(super) groups: SmallVec<[Group<'a>; MAX_GROUPS]>,
    /// The text before and after is not part of a longer token.
    pub(super) edge: Edge,
}

/// A run of digits.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) digits: &'a [u8],
    /// What stands between the group before and this one.
    pub(super) separator: Separator,
    /// Where it ends.
    pub(super) scan: Scan<'a>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Separator {
    /// The first group has none before it.
    None,
    Space,
    Hyphen,
    Dot,
    Slash,
    /// A bracket, with a space or a hyphen beside it or not.
    Bracket,
}

/// What stands before the first digit.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Edge {
    /// The beginning, white space, a bracket, `=`, `:` and the like.
    Free,
    /// A letter and a hyphen or dot: a slug (`call-202-555-0143`) or an article number.
    Slug,
}

/// The longest grouping that any shape has is seven groups (a French social security number).
const MAX_GROUPS: usize = 8;
/// A card has at most 19 digits, a Chinese identity number 18.
const MAX_DIGITS: usize = 20;

/// The shape that begins with this digit, plus sign or bracket.
pub(super) fn at(scan: Scan<'_>) -> Option<Found> {
    if !(may_begin(scan) && has_enough_digits(scan)) {
        return None;
    }
    let number = Number::read(scan)?;
    let found = card::of(&number).or_else(|| national::of(&number)).or_else(|| phone::of(&number));
    found.map(|(shape, end)| Found { shape, start: scan.at(), end })
}

/// Whether a shape's first group may have this length: cards' and national ids' have 1, 3, 4 or at
/// least 14 digits, North America's telephone numbers 1 or 3, and others begin with a sign or a zero.
fn may_begin(mut scan: Scan<'_>) -> bool {
    if scan.peek() == b'+' {
        return true;
    }
    scan.eat(b'(');
    let zero = scan.peek() == b'0';
    let digits = scan.take_while(MAX_DIGITS, |byte| byte.is_ascii_digit()).len();
    zero || matches!(digits, 1 | 3 | 4 | 14..)
}

/// Whether there may be as many digits in the groups from here on as the shortest shape has: eight
/// after a plus sign, 13 in one piece, else nine. Most numbers have fewer, and are not read any further.
fn has_enough_digits(scan: Scan<'_>) -> bool {
    let plus = scan.peek() == b'+';
    let (mut digits, mut groups, mut between) = (0_usize, 0_usize, 1_usize);
    for &byte in scan.rest() {
        if byte.is_ascii_digit() {
            digits = digits.saturating_add(1);
            groups = groups.saturating_add(usize::from(between > 0));
            between = 0;
        } else {
            between = between.saturating_add(1);
        }
        let goes_on = between == 0 || (between <= MAX_BETWEEN && is_separator(byte));
        if groups > MAX_GROUPS || !goes_on {
            return false;
        }
        let least = match groups {
            _ if plus => 8,
            1 => 13,
            _ => 9,
        };
        if digits >= least {
            return true;
        }
    }
    false
}

/// A bracket with a space or a hyphen on both sides; before the first digit `+ (`.
const MAX_BETWEEN: usize = 4;

const fn is_separator(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'-' | b'.' | b'/' | b'(' | b')')
}

impl<'a> Number<'a> {
    pub(super) fn read(mut scan: Scan<'a>) -> Option<Self> {
        let edge = edge_before(scan)?;
        let plus = scan.eat(b'+');
        if plus && scan.peek() == b' ' {
            // `+ 44 20 …` is written as well.
            scan.skip(1);
        }
        let bracket = scan.eat(b'(');
        if !scan.peek().is_ascii_digit() {
            return None;
        }
        let mut groups = SmallVec::new();
        let mut separator = if bracket { Separator::Bracket } else { Separator::None };
        while groups.len() < MAX_GROUPS {
            let digits = scan.take_while(MAX_DIGITS, |byte| byte.is_ascii_digit());
            groups.push(Group { digits, separator, scan });
            match read_separator(&mut scan) {
                Some(next) => separator = next,
                None => break,
            }
        }
        Some(Self { plus, groups, edge })
    }

    /// The lengths of the first groups, and whether all separators between them are `separator`.
    pub(super) fn is_grouped(&self, lengths: &[usize], separator: Separator) -> bool {
        let groups = self.groups.iter().take(lengths.len());
        !self.plus
            && self.groups.len() >= lengths.len()
            && groups.clone().map(|group| group.digits.len()).eq(lengths.iter().copied())
            && groups.skip(1).all(|group| group.separator == separator)
    }

    /// The digits of the first `groups` groups, as numbers.
    pub(super) fn digits(&self, groups: usize) -> SmallVec<[u8; 24]> {
        let groups = self.groups.iter().take(groups);
        groups.flat_map(|group| group.digits.iter().map(|digit| digit.wrapping_sub(b'0'))).collect()
    }

    /// Where the first `groups` groups end, if the text goes on with something else there.
    pub(super) fn end(&self, groups: usize) -> Option<usize> {
        let last = self.groups.get(groups.checked_sub(1)?)?;
        ends_here(last.scan).then(|| last.scan.at())
    }
}

/// Not inside a word, a longer number, a version or a date.
fn edge_before(scan: Scan<'_>) -> Option<Edge> {
    let before = scan.behind(1);
    if before.is_ascii_alphanumeric() {
        return None;
    }
    match (before, scan.behind(2)) {
        (b'-' | b'.' | b'/' | b',', b'0'..=b'9') => None,
        (b'-' | b'.', b'a'..=b'z' | b'A'..=b'Z') => Some(Edge::Slug),
        _ => Some(Edge::Free),
    }
}

/// Not inside a longer token: no letter or digit follows, also not after a hyphen or a dot. An
/// extension (`x12`) may.
fn ends_here(scan: Scan<'_>) -> bool {
    match (scan.peek(), scan.ahead(1)) {
        (b'x' | b'X', b'0'..=b'9') => true,
        (b'@', _) => false,
        (b'-', after) => !after.is_ascii_alphanumeric(),
        (b'.' | b',', after) => !after.is_ascii_digit(),
        (byte, _) => !byte.is_ascii_alphanumeric(),
    }
}

/// One separator, or a bracket with up to two more; a digit must follow.
fn read_separator(scan: &mut Scan<'_>) -> Option<Separator> {
    let mut after = *scan;
    let bytes = after.take_while(3, is_separator);
    if !after.peek().is_ascii_digit() {
        return None;
    }
    let separator = match bytes {
        _ if bytes.iter().any(|byte| matches!(byte, b'(' | b')')) => Separator::Bracket,
        [b'-'] => Separator::Hyphen,
        [b'.'] => Separator::Dot,
        [b'/'] => Separator::Slash,
        [_] => Separator::Space,
        _ => return None,
    };
    *scan = after;
    Some(separator)
}
