//! One raw value as text, number, truth or free text.

use predispatch_consent::Given;
use predispatch_types::trimmed;

use super::{issues::Issues, raw::Raw};
use crate::{OpaqueId, Text};

impl<'a> Raw<'a> {
    /// The text. A whole number stands for its digits, which is said; anything else is left out.
    pub(crate) fn as_text(self, field: &'static str, issues: &mut Issues) -> Option<&'a str> {
        match self {
            Raw::Absent => None,
            Raw::Text(text) => Some(text),
            Raw::Number(number) if is_whole(number) => {
                issues.corrected("number_as_text", field);
                Some(number)
            }
            _ => {
                issues.dropped("wrong_type", field);
                None
            }
        }
    }

    /// An id as it is.
    pub(crate) fn opaque_id(&self, field: &'static str, issues: &mut Issues) -> Option<OpaqueId> {
        let text = self.as_text(field, issues)?;
        match OpaqueId::new(trimmed(text)) {
            Ok(id) => Some(id),
            Err(error) => {
                issues.dropped(error.code(), field);
                None
            }
        }
    }

    /// Free text, without personal data.
    pub(crate) fn free_text(&self, field: &'static str, issues: &mut Issues) -> Option<Text> {
        let text = self.as_text(field, issues)?;
        free_text(text, field, issues)
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&self, field: &'static str, issues: &mut Issues) -> Option<u32> {
        let digits = match self {
            Raw::Absent => return None,
            Raw::Number(number) => number,
            Raw::Text(text) => trimmed(text),
            _ => {
                issues.dropped("wrong_type", field);
                return None;
            }
        };
        // `2.0` is a whole number too.
        let whole = digits.split_once('.').map_or(digits, |(whole, fraction)| {
            if fraction.bytes().all(|digit| digit == b'0') { whole } else { digits }
        });
        let is_digits = !whole.is_empty() && whole.bytes().all(|digit| digit.is_ascii_digit());
        let count = is_digits.then(|| whole.parse().ok()).flatten();
        if count.is_none() {
            issues.dropped("not_a_count", field);
        }
        count
    }

    /// `true` or `false`, also as text or as 1 and 0, which is said. Anything else is not silence.
    pub(crate) fn truth(&self, field: &'static str, issues: &mut Issues) -> Given<bool> {
        let read = match self {
            Raw::Absent => return Given::Absent,
            Raw::Bool(truth) => return Given::Value(*truth),
            Raw::Text("1") | Raw::Number("1") => Some(true),
            Raw::Text("0") | Raw::Number("0") => Some(false),
            Raw::Text(word) => truth(word),
            Raw::Number(_) | Raw::Wrong => None,
        };
        match read {
            Some(truth) => {
                issues.corrected("text_as_bool", field);
                Given::Value(truth)
            }
            None => {
                issues.dropped("wrong_type", field);
                Given::Unreadable
            }
        }
    }
}

/// `true` and `false` in any letter case: spreadsheets write `TRUE`.
pub(crate) fn truth(word: &str) -> Option<bool> {
    let truths = [("true", true), ("false", false)];
    truths.into_iter().find_map(|(known, truth)| word.eq_ignore_ascii_case(known).then_some(truth))
}

/// Free text, without personal data.
pub(crate) fn free_text(raw: &str, field: &'static str, issues: &mut Issues) -> Option<Text> {
    match Text::scrubbed(raw) {
        Ok((text, removed)) => {
            if removed > 0 {
                issues.corrected("personal_data_removed", field);
            }
            Some(text)
        }
        Err(error) => {
            issues.dropped(error.code(), field);
            None
        }
    }
}

fn is_whole(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit())
}
