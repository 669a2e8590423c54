//! From the digits that were written to one number in E.164.

use super::{
    Phone, PhoneError, calling_code::CallingCode, digits::Digits, number::Number, plan, plan::Plan,
    written::Written,
};

/// Reads `written` as an international number, or as a national one of `country` (upper-case
/// alpha-2).
///
/// # Errors
/// The first broken rule.
pub(super) fn resolve(
    mut written: Written,
    country: Option<[u8; 2]>,
) -> Result<Number, PhoneError> {
    let slash = written.slash;
    let number = if written.plus && !written.digits.starts_with("0") {
        international(&mut written)
    } else {
        with_prefix(&mut written, country)
    };
    match number {
        Err(PhoneError::TooLong { .. }) if slash => Err(PhoneError::TwoNumbers),
        number => number,
    }
}

/// The digits begin with an international prefix, or are a national number.
#[cold]
fn with_prefix(written: &mut Written, country: Option<[u8; 2]>) -> Result<Number, PhoneError> {
    if written.digits.as_bytes().iter().all(|&digit| digit == b'0') {
        return Err(PhoneError::Placeholder);
    }
    let plan = country.and_then(Plan::of);
    if let Some(len) = international_prefix(written, plan) {
        written.drop_first(len);
        return international(written);
    }
    match plan {
        // `+0…`: no calling code begins with a zero.
        _ if written.plus => Err(PhoneError::UnknownCallingCode),
        Some(plan) => national(&written.digits, plan),
        None => Err(PhoneError::NoCountry),
    }
}

/// The digits begin with a calling code.
fn international(written: &mut Written) -> Result<Number, PhoneError> {
    let digits = written.digits.len();
    if digits < Phone::MIN_DIGITS {
        return Err(PhoneError::TooShort { digits });
    }
    let code = CallingCode::of(written.digits.as_bytes()).ok_or(PhoneError::UnknownCallingCode)?;
    let code_len = usize::from(code.len());
    if written.bracketed_zero == Some(code_len) && !code.leading_zero() {
        written.digits.remove(code_len..code_len.saturating_add(1));
    }
    let national = written.digits.as_bytes().get(code_len..).unwrap_or_default();
    let first = national.first().copied().unwrap_or_default();
    if code.may_have_prefix(first) {
        let mut national = written.digits.clone();
        national.remove(0..code_len);
        return finish(code, without_prefixes(code, national).as_bytes());
    }
    finish(code, national)
}

/// The digits are as one writes them in the plan's region, or begin with its calling code for want
/// of a plus: spreadsheets and exports lose it.
fn national(digits: &Digits, plan: &Plan) -> Result<Number, PhoneError> {
    let own = CallingCode::of_code(plan.code()).ok_or(PhoneError::NoCountry)?;
    let national = of_plan(own, plan, digits.clone());
    if !digits.starts_with(plan.code()) {
        return national;
    }
    let mut rest = digits.clone();
    rest.remove(0..plan.code().len());
    match (national, of_plan(own, plan, rest)) {
        (Ok(national), Ok(international)) if national != international => {
            let in_use = is_assigned(&international);
            // Where national numbers have a prefix, these digits came without it.
            let lost_plus =
                if in_use == is_assigned(&national) { plan.has_prefix() } else { in_use };
            Ok(if lost_plus { international } else { national })
        }
        (Err(_), Ok(international)) => Ok(international),
        (national, _) => national,
    }
}

/// The digits as a number that the plan's region can have.
fn of_plan(code: &CallingCode, plan: &Plan, digits: Digits) -> Result<Number, PhoneError> {
    let national = plan.without_prefix(&digits).unwrap_or(digits);
    let national = without_prefixes(code, national);
    let number = finish(code, national.as_bytes())?;
    let no_such_zero = national.starts_with("0") && !code.leading_zero();
    if no_such_zero || !plan.is_possible(&national) {
        return Err(PhoneError::NotNational);
    }
    Ok(number)
}

/// Takes off whatever national prefixes are left, until the number stands as it is: so a normal
/// form reads as itself.
fn without_prefixes(code: &CallingCode, mut national: Digits) -> Digits {
    let Some(plan) = Plan::of(code.region()) else { return national };
    let zeros = plan.has_trunk_zero() && !code.leading_zero();
    // Each round takes a digit off, but for the few that complete a number.
    for _ in 0..Digits::CAPACITY {
        if let Some(stripped) = plan.without_prefix(&national) {
            national = stripped;
        } else if zeros && national.starts_with("0") {
            national.remove(0..1);
        } else {
            break;
        }
    }
    national
}

fn finish(code: &CallingCode, national: &[u8]) -> Result<Number, PhoneError> {
    if is_zeros(national) {
        return Err(PhoneError::Placeholder);
    }
    let number = Number::new(code, national)?;
    if looks_made_up(national) && !is_assigned(&number) {
        return Err(PhoneError::Placeholder);
    }
    Ok(number)
}

/// Whether the number is of a length and in a range that is in use.
pub(super) fn is_assigned(number: &Number) -> bool {
    let (code, national) = number.parts();
    code.parse().is_ok_and(|code| plan::is_assigned(code, national))
}

/// One digit over and over, or the keyboard's row. Some such numbers exist (`+7 777 777 77 77`),
/// so that is not proof.
fn looks_made_up(national: &[u8]) -> bool {
    let same = national.split_first().is_some_and(|(first, rest)| rest.iter().all(|d| d == first));
    same || [&b"0123456789"[..], b"1234567890", b"123456789", b"12345678"].contains(&national)
}

fn is_zeros(national: &[u8]) -> bool {
    national.iter().all(|&digit| digit == b'0')
}

/// The length of the international prefix that the digits begin with: the region's own, such as
/// 011, or the 00 that most of the world uses.
///
/// Where the region's own continues the 00, as Colombia's 005, `0057…` has two readings: the one
/// that is a number in use is right.
fn international_prefix(written: &Written, plan: Option<&Plan>) -> Option<usize> {
    let digits = &written.digits;
    let own = plan.and_then(|plan| plan.international_prefix(digits));
    if !digits.starts_with("00") {
        return own;
    }
    let in_use = |len: usize| {
        let mut rest = written.clone();
        rest.drop_first(len);
        international(&mut rest).is_ok_and(|number| is_assigned(&number))
    };
    match (own, plan) {
        (Some(2), _) | (None, None) => Some(2),
        (Some(own), _) => Some(if !in_use(own) && in_use(2) { 2 } else { own }),
        // Japan's freephone numbers begin with 00.
        (None, Some(plan)) => (!plan.is_whole(digits)).then_some(2),
    }
}

impl Written {
    /// Drops the international prefix.
    fn drop_first(&mut self, len: usize) {
        self.digits.remove(0..len);
        self.bracketed_zero = self.bracketed_zero.and_then(|place| place.checked_sub(len));
    }
}
