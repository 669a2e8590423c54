//! Telephone numbers that are written as such.

use super::{
    Shape,
    number::{Edge, Number, Separator},
};

/// A number with `+`, with `00`, in North America's 3-3-4, or grouped with a trunk zero.
///
/// Digits in one piece without a prefix are none: order numbers and time stamps look the same.
pub(super) fn of(number: &Number<'_>) -> Option<(Shape, usize)> {
    let end = if number.plus {
        international(number, 8)
    } else {
        north_american(number)
            .or_else(|| if number.edge == Edge::Free { double_zero(number) } else { None })
            .or_else(|| if number.edge == Edge::Free { trunk_zero(number) } else { None })
    };
    end.map(|end| (Shape::Phone, end))
}

/// As many groups as E.164's 15 digits take; a country code never begins with 0.
fn international(number: &Number<'_>, least: usize) -> Option<usize> {
    let first = number.groups.first()?;
    if first.digits.first() == Some(&b'0') {
        return None;
    }
    longest(number, |groups, digits| {
        // `+1.250.000` is a sum of money, `+33.612.345.678` a number.
        let thousands = groups > 1
            && number
                .groups
                .iter()
                .take(groups)
                .skip(1)
                .all(|group| group.separator == Separator::Dot && group.digits.len() == 3);
        (least..=15).contains(&digits) && !(thousands && digits < 10)
    })
}

/// Area code and exchange begin with 2 to 9 (NANP); before them a 1 or nothing.
fn north_american(number: &Number<'_>) -> Option<usize> {
    let one = number.groups.first().is_some_and(|group| group.digits == b"1");
    let from = usize::from(one);
    let lengths = [3, 3, 4];
    let groups = number.groups.get(from..from.saturating_add(lengths.len()))?;
    let sound = groups
        .iter()
        .zip(lengths)
        .all(|(group, len)| group.digits.len() == len && group.separator != Separator::Slash);
    let begins = |place: usize| {
        groups.get(place).and_then(|group| group.digits.first()).is_some_and(|&digit| digit >= b'2')
    };
    if !(sound && begins(0) && begins(1)) {
        return None;
    }
    number.end(from.saturating_add(lengths.len()))
}

/// `00` and a country code. In one piece it must not be an article number with its check digit (UPC
/// as GTIN-13 or -14 begins alike), nor have 12 digits, as order numbers filled up with zeros have.
fn double_zero(number: &Number<'_>) -> Option<usize> {
    let first = number.groups.first()?;
    let [b'0', b'0', b'1'..=b'9', ..] = first.digits else {
        // `00 44 …` and `00-44-…`.
        let apart = first.digits == b"00" && number.groups.get(1)?.digits.first() != Some(&b'0');
        return if apart { longest(number, |_, digits| (10..=17).contains(&digits)) } else { None };
    };
    let digits = number.digits(1);
    if number.groups.len() == 1 || first.digits.len() > 7 {
        let american = first.digits.get(2) == Some(&b'1');
        let fits = if american { 13..=13 } else { 13..=15 };
        let article = digits.len() <= 14 && gtin(&digits);
        return (fits.contains(&digits.len()) && !article).then(|| number.end(1)).flatten();
    }
    longest(number, |_, digits| (10..=17).contains(&digits))
}

/// `020 7946 0958`, `030/1234567`, `06 12 34 56 78`: groups, of which the first begins with one 0.
fn trunk_zero(number: &Number<'_>) -> Option<usize> {
    let first = number.groups.first()?;
    let [b'0', b'1'..=b'9', ..] = first.digits else { return None };
    if !(2..=5).contains(&first.digits.len()) {
        return None;
    }
    let separator = number.groups.get(1)?.separator;
    let rest = number.groups.get(2).map_or(Separator::Space, |group| group.separator);
    // The first separator may differ (`030/12 34 56 78`, `(020) 7946 0958`), the others not.
    let sound = match (separator, rest) {
        (Separator::Slash | Separator::Bracket, Separator::Slash) => false,
        (Separator::Slash | Separator::Bracket, _) => true,
        (Separator::Hyphen, Separator::Space) => true,
        (first, rest) => first == rest || number.groups.len() == 2,
    };
    if !sound {
        return None;
    }
    longest(number, |groups, digits| {
        let parts = number.groups.iter().take(groups).skip(1);
        let even = parts.clone().skip(1).all(|group| group.separator == rest);
        let fits = parts.clone().all(|group| (2..=8).contains(&group.digits.len()));
        // Belgian and Swiss numbers with spaces have 9; with hyphens or dots that is a code.
        let least = if separator == Separator::Space { 9 } else { 10 };
        groups >= 2 && even && fits && (least..=12).contains(&digits)
    })
}

/// The end of the longest run of first groups whose number of digits fits, at a token's end.
pub(super) fn longest(number: &Number<'_>, fits: impl Fn(usize, usize) -> bool) -> Option<usize> {
    let mut digits = 0_usize;
    let mut end = None;
    for (place, group) in number.groups.iter().enumerate() {
        digits = digits.saturating_add(group.digits.len());
        let groups = place.saturating_add(1);
        if fits(groups, digits) {
            end = number.end(groups).or(end);
        }
    }
    end
}

/// GS1's check digit: weights 3 and 1 from the right.
fn gtin(digits: &[u8]) -> bool {
    let weighted = digits.iter().rev().enumerate().map(|(place, &digit)| {
        let weight = if place.is_multiple_of(2) { 1 } else { 3_u32 };
        u32::from(digit).saturating_mul(weight)
    });
    weighted.sum::<u32>().is_multiple_of(10)
}
