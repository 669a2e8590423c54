//! Payment cards.

use super::{
    Shape,
    number::{Number, Separator},
};

/// A card's number: in one piece or grouped as on the card, with a brand's prefix and length, and
/// Luhn's check digit.
///
/// Of random 16-digit numbers about one in fifty passes all that. The 13-digit Visa is left out:
/// it is gone since the nineties, and German and French article numbers (EAN-13) begin alike.
pub(super) fn of(number: &Number<'_>) -> Option<(Shape, usize)> {
    let first = number.groups.first()?.digits.len();
    if number.plus || !matches!(first, 4 | 14..=19) {
        return None;
    }
    let end = GROUPINGS.iter().find_map(|lengths| {
        let grouped = lengths.len() == 1
            || number.is_grouped(lengths, Separator::Space)
            || number.is_grouped(lengths, Separator::Hyphen);
        let digits = grouped.then(|| number.digits(lengths.len()))?;
        (has_brand(&digits) && luhn(&digits)).then(|| number.end(lengths.len())).flatten()
    });
    end.map(|end| (Shape::Card, end))
}

/// In one piece, or as printed, the longer one first.
const GROUPINGS: &[&[usize]] =
    &[&[0], &[4, 4, 4, 4, 3], &[4, 4, 4, 4, 2], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];

fn has_brand(digits: &[u8]) -> bool {
    let prefix = digits
        .iter()
        .take(4)
        .fold(0_u16, |number, &digit| number.saturating_mul(10).saturating_add(u16::from(digit)));
    match digits.len() {
        // Diners Club.
        14 => matches!(prefix, 3000..=3059 | 3600..=3699 | 3800..=3999),
        // American Express.
        15 => matches!(prefix, 3400..=3499 | 3700..=3799),
        16 => matches!(
            prefix,
            2200..=2204 // Mir
            | 2221..=2720 | 5100..=5599 // Mastercard
            | 3528..=3589 // JCB
            | 4000..=4999 // Visa
            | 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763 // Maestro
            | 6011 | 6440..=6599 // Discover
            | 6200..=6299 // UnionPay
        ),
        17..=19 => matches!(
            prefix,
            5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763 | 6200..=6299
        ),
        _ => false,
    }
}

/// ISO/IEC 7812-1: every second digit from the right counts twice, its digits added.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let mut twice = false;
    let mut sum = 0_u32;
    for &digit in digits.iter().rev() {
        let value = u32::from(digit);
        let value = match (twice, value) {
            (false, value) => value,
            (true, value @ 0..=4) => value.saturating_mul(2),
            (true, value) => value.saturating_mul(2).saturating_sub(9),
        };
        sum = sum.saturating_add(value);
        twice = !twice;
    }
    sum.is_multiple_of(10)
}
