//! Numbers that states give to persons, where their look is beyond doubt.
//!
//! Many are bare digits with one check digit (PESEL, BSN, SIN, Aadhaar, the German tax number): one
//! order number in ten passes that check, so those are told by their key or by the word before them
//! only.

use smallvec::SmallVec;

use super::{
    Found, Shape,
    number::{Edge, Number, Separator},
};
use crate::scrub::scan::{Scan, is_space};

/// The shapes that are made of digits.
pub(super) fn of(number: &Number<'_>) -> Option<(Shape, usize)> {
    if number.plus || number.edge == Edge::Slug {
        return None;
    }
    let end = match number.groups.first()?.digits.len() {
        1 => french(number),
        3 => social_security(number).or_else(|| cpf(number)),
        17.. => chinese(number),
        _ => None,
    };
    end.map(|end| (Shape::NationalId, end))
}

/// US SSN and ITIN, 3-2-4: no 000, 666; 9xx only as an ITIN (groups 50–65, 70–88, 90–92, 94–99);
/// no 00, no 0000.
fn social_security(number: &Number<'_>) -> Option<usize> {
    let lengths = [3, 2, 4];
    let grouped = number.is_grouped(&lengths, Separator::Hyphen)
        || number.is_grouped(&lengths, Separator::Space);
    if !grouped {
        return None;
    }
    let [area, group, serial] = [0, 1, 2].map(|place| value(number, place));
    let itin = area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    let ssn = area != 0 && area != 666 && area < 900 && group != 0;
    ((ssn || itin) && serial != 0).then(|| number.end(3)).flatten()
}

/// Brazil's CPF as it is written, `123.456.789-09`, with both check digits.
fn cpf(number: &Number<'_>) -> Option<usize> {
    let head = number.is_grouped(&[3, 3, 3], Separator::Dot);
    let tail = number.groups.get(3)?;
    if !head || tail.separator != Separator::Hyphen || tail.digits.len() != 2 {
        return None;
    }
    let digits = number.digits(4);
    let check = |upto: usize| {
        let weights = 2_u32..;
        let sum: u32 = digits
            .iter()
            .take(upto)
            .rev()
            .zip(weights)
            .map(|(&digit, weight)| u32::from(digit).saturating_mul(weight))
            .sum();
        let rest = sum.saturating_mul(10).checked_rem(11).unwrap_or(0);
        digits.get(upto).map(|&digit| u32::from(digit)) == Some(if rest == 10 { 0 } else { rest })
    };
    (check(9) && check(10)).then(|| number.end(4)).flatten()
}

/// France's NIR, `1 85 05 78 006 084 91`: sex, year, month, place, order, and 97 as its check.
fn french(number: &Number<'_>) -> Option<usize> {
    if !number.is_grouped(&[1, 2, 2, 2, 3, 3, 2], Separator::Space) {
        return None;
    }
    let digits = number.digits(7);
    let body = digits
        .iter()
        .take(13)
        .fold(0_u64, |sum, &digit| sum.saturating_mul(10).saturating_add(u64::from(digit)));
    let key = u64::from(value(number, 6));
    let sound = 97_u64.saturating_sub(body.checked_rem(97).unwrap_or(0)) == key;
    (sound && matches!(digits.first(), Some(1..=2))).then(|| number.end(7)).flatten()
}

/// China's identity number (GB 11643): 17 digits with a birth date in them, and a check digit that
/// may be `X`.
fn chinese(number: &Number<'_>) -> Option<usize> {
    let first = number.groups.first()?;
    let mut scan = first.scan;
    let x = first.digits.len() == 17 && (scan.eat(b'X') || scan.eat(b'x'));
    if !x && first.digits.len() != 18 {
        return None;
    }
    let end =
        if x { (!scan.peek().is_ascii_alphanumeric()).then(|| scan.at()) } else { number.end(1) };
    let digits = number.digits(1);
    let two = |place: usize| {
        let digit = |place: usize| digits.get(place).copied().unwrap_or(0);
        digit(place).saturating_mul(10).saturating_add(digit(place.saturating_add(1)))
    };
    let dated = matches!(two(6), 19 | 20) && matches!(two(10), 1..=12) && matches!(two(12), 1..=31);
    if !dated || !matches!(two(0), 11..=65 | 81..=83) {
        return None;
    }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2_u32];
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(&digit, weight)| u32::from(digit).saturating_mul(weight))
        .sum();
    let check = b"10X98765432".get(usize::try_from(sum.checked_rem(11)?).ok()?);
    let given = if x { b'X' } else { digits.get(17)?.saturating_add(b'0') };
    (check == Some(&given)).then_some(end).flatten()
}

/// A group's value; groups of up to four digits fit.
fn value(number: &Number<'_>, group: usize) -> u32 {
    let digits = number.groups.get(group).map_or(&[][..], |group| group.digits);
    digits.iter().fold(0, |sum: u32, digit| {
        sum.saturating_mul(10).saturating_add(u32::from(digit.wrapping_sub(b'0')))
    })
}

/// The shapes that begin with a letter: Italy's tax code, Spain's NIE, the UK's insurance number.
pub(super) fn lettered(scan: Scan<'_>) -> Option<Found> {
    let end = italian(scan).or_else(|| spanish(scan)).or_else(|| british(scan))?;
    Some(Found { shape: Shape::NationalId, start: scan.at(), end })
}

/// `RSSMRA85T10A562S`: 16 characters of fixed classes, the last one a check.
fn italian(mut scan: Scan<'_>) -> Option<usize> {
    if !(scan.ahead(6).is_ascii_digit() && scan.ahead(7).is_ascii_digit()) {
        return None;
    }
    let code = scan.take_while(17, |byte| byte.is_ascii_alphanumeric());
    let pattern = b"AAAAAA00A00A000A";
    let sound = code.len() == pattern.len()
        && code.iter().zip(pattern).all(|(byte, class)| match class {
            b'A' => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_digit(),
        });
    if !sound {
        return None;
    }
    // Odd places count by this table, even ones by their own value (DM 23/12/1976).
    let odd = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23_u32,
    ];
    let sum: u32 = code
        .iter()
        .take(15)
        .enumerate()
        .map(|(place, byte)| {
            let value = match byte.to_ascii_uppercase() {
                digit @ b'0'..=b'9' => digit.wrapping_sub(b'0'),
                letter => letter.wrapping_sub(b'A'),
            };
            if place.is_multiple_of(2) {
                odd.get(usize::from(value)).copied().unwrap_or(0)
            } else {
                u32::from(value)
            }
        })
        .sum();
    let check = u32::from(code.last()?.to_ascii_uppercase().wrapping_sub(b'A'));
    (sum.checked_rem(26) == Some(check)).then(|| scan.at())
}

/// `X1234567L`: the check letter of the number whose first letter counts 0, 1 or 2.
fn spanish(mut scan: Scan<'_>) -> Option<usize> {
    let lead = match scan.peek() {
        b'X' | b'x' => 0,
        b'Y' | b'y' => 1,
        b'Z' | b'z' => 2_u32,
        _ => return None,
    };
    scan.skip(1);
    scan.eat(b'-');
    let digits = scan.take_while(8, |byte| byte.is_ascii_digit());
    if digits.len() != 7 {
        return None;
    }
    scan.eat(b'-');
    let number = digits.iter().fold(lead, |sum, digit| {
        sum.saturating_mul(10).saturating_add(u32::from(digit.wrapping_sub(b'0')))
    });
    let letter = b"TRWAGMYFPDXBNJZSQVHLCKE".get(usize::try_from(number.checked_rem(23)?).ok()?)?;
    let given = scan.peek().to_ascii_uppercase();
    scan.skip(1);
    (given == *letter && !scan.peek().is_ascii_alphanumeric()).then(|| scan.at())
}

/// `QQ 12 34 56 C` with its spaces; in one piece it looks like an article number.
fn british(mut scan: Scan<'_>) -> Option<usize> {
    if !is_space(scan.ahead(2)) {
        return None;
    }
    let mut parts: SmallVec<[&[u8]; 5]> = SmallVec::new();
    for _ in 0..5 {
        parts.push(scan.take_while(3, |byte| byte.is_ascii_alphanumeric()));
        if parts.len() < 5 && !(scan.eat(b' ') || scan.eat(b'+') || scan.eat(b'\t')) {
            return None;
        }
    }
    let [prefix, numbers @ .., suffix] = parts.as_slice() else { return None };
    let letters = prefix.len() == 2 && prefix.iter().all(u8::is_ascii_alphabetic);
    let digits = numbers.iter().all(|part| part.len() == 2 && part.iter().all(u8::is_ascii_digit));
    let last = matches!(suffix, [b'A'..=b'D' | b'a'..=b'd']);
    (letters && digits && last && !scan.peek().is_ascii_alphanumeric()).then(|| scan.at())
}
