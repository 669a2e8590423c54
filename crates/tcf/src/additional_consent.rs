//! Google's Additional Consent string: vendors that are not on the Global Vendor List.

use core::fmt;

/// An Additional Consent string, version 1 or 2: a view of the text.
///
/// It speaks of vendors by their number on Google's list of ad technology providers, and only
/// beside a TC string. The format: `docs/sources/tcf.md#additional-consent`.
///
/// ```
/// use predispatch_tcf::{AdditionalConsent, AtpStatus};
///
/// let ac = AdditionalConsent::parse("2~89.1301~dv.43.70")?;
/// assert_eq!(ac.status(89), AtpStatus::Consented);
/// assert_eq!(ac.status(43), AtpStatus::Refused);
/// assert_eq!(ac.status(7), AtpStatus::NotAsked);
/// # Ok::<(), predispatch_tcf::AdditionalConsentError>(())
/// ```
#[derive(Clone, Copy)]
pub struct AdditionalConsent<'a> {
    consented: &'a str,
    /// `None` in version 1.
    disclosed: Option<&'a str>,
}

impl<'a> AdditionalConsent<'a> {
    /// Longest text that is read, in bytes. A string that names all of 1,500 providers, about the
    /// largest list seen, has 7,500.
    pub const MAX_LEN: usize = 32 * 1024;

    /// Reads `1~IDS`, or `2~IDS~dv.IDS` where `~dv` without the dot is allowed when it names
    /// nobody. `IDS` are decimal numbers with dots between them, in any order, or nothing.
    ///
    /// # Errors
    /// The first broken rule, as an [`AdditionalConsentError`]; it never holds any of the text.
    pub fn parse(text: &'a str) -> Result<Self, AdditionalConsentError> {
        if text.len() > Self::MAX_LEN {
            return Err(AdditionalConsentError::TooLong { len: text.len() });
        }
        let Some((version, rest)) = text.split_once('~') else {
            return Err(AdditionalConsentError::NoVersion);
        };
        match version {
            "1" => {
                check_ids(rest, "1~".len())?;
                Ok(Self { consented: rest, disclosed: None })
            }
            "2" => {
                let Some((consented, part)) = rest.split_once('~') else {
                    return Err(AdditionalConsentError::NoDisclosedPart);
                };
                let part_at = text.len().saturating_sub(part.len());
                let disclosed = match part.strip_prefix("dv") {
                    Some("") => "",
                    Some(ids) => match ids.strip_prefix('.') {
                        Some(ids) => ids,
                        // What follows `dv` directly.
                        None => {
                            let byte = part_at.saturating_add("dv".len());
                            return Err(AdditionalConsentError::BadId { byte });
                        }
                    },
                    None => return Err(AdditionalConsentError::NoDisclosedPart),
                };
                check_ids(consented, "2~".len())?;
                check_ids(disclosed, text.len().saturating_sub(disclosed.len()))?;
                Ok(Self { consented, disclosed: Some(disclosed) })
            }
            _ => Err(AdditionalConsentError::UnsupportedVersion),
        }
    }

    /// 1 or 2. Version 1 can't tell a refusal from a question that was never asked.
    pub const fn version(&self) -> u8 {
        if self.disclosed.is_some() { 2 } else { 1 }
    }

    /// What the user said about provider `id`. Costs the text's length.
    ///
    /// A provider in both parts, which no sound writer makes, is refused: a no beats a yes.
    pub fn status(&self, id: u32) -> AtpStatus {
        let mut refused = self.refused();
        if refused.any(|known| known == id) {
            AtpStatus::Refused
        } else if self.consented().any(|known| known == id) {
            AtpStatus::Consented
        } else {
            AtpStatus::NotAsked
        }
    }

    /// The providers of the first part, in their order.
    pub fn consented(&self) -> impl Iterator<Item = u32> + use<'a> {
        ids(self.consented)
    }

    /// The providers that were disclosed and not consented to, in their order; none in version 1.
    pub fn refused(&self) -> impl Iterator<Item = u32> + use<'a> {
        ids(self.disclosed.unwrap_or_default())
    }
}

impl fmt::Debug for AdditionalConsent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdditionalConsent(<redacted>, version {})", self.version())
    }
}

/// What an Additional Consent string says about one provider.
#[expect(clippy::exhaustive_enums, reason = "an answer, a refusal, or neither")]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AtpStatus {
    /// Yes.
    Consented,
    /// Disclosed and not consented to: no.
    Refused,
    /// Not named: no, for all anybody knows. All that is not a yes in version 1.
    NotAsked,
}

/// Why a text is not an Additional Consent string.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum AdditionalConsentError {
    /// Not a decimal number from 1 to 4,294,967,295 without sign, space or leading zero, or none
    /// between two dots.
    #[error("no provider id at byte {byte}")]
    BadId {
        /// Where the id starts in the text.
        byte: usize,
    },
    /// Version 2 without its part `~dv`.
    #[error("version 2, but no part of disclosed providers")]
    NoDisclosedPart,
    /// No `~` at all.
    #[error("no version")]
    NoVersion,
    /// Over [`AdditionalConsent::MAX_LEN`].
    #[error("text is {len} bytes long, limit {}", AdditionalConsent::MAX_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// Neither `1` nor `2` before the first `~`.
    #[error("version is neither 1 nor 2")]
    UnsupportedVersion,
}

impl AdditionalConsentError {
    /// A stable name, lower-case with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadId { .. } => "bad_id",
            Self::NoDisclosedPart => "no_disclosed_part",
            Self::NoVersion => "no_version",
            Self::TooLong { .. } => "too_long",
            Self::UnsupportedVersion => "unsupported_version",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<AdditionalConsentError>();

/// `list` starts at byte `at` of the text.
fn check_ids(list: &str, mut at: usize) -> Result<(), AdditionalConsentError> {
    if list.is_empty() {
        return Ok(());
    }
    for item in list.split('.') {
        if id(item).is_none() {
            return Err(AdditionalConsentError::BadId { byte: at });
        }
        at = at.saturating_add(item.len()).saturating_add(1);
    }
    Ok(())
}

fn ids(list: &str) -> impl Iterator<Item = u32> + use<'_> {
    // An empty list is one empty item, which is no id.
    list.split('.').filter_map(id)
}

fn id(item: &str) -> Option<u32> {
    // `parse` alone would take a plus sign.
    let is_canonical = item.bytes().all(|byte| byte.is_ascii_digit()) && !item.starts_with('0');
    if is_canonical { item.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> AdditionalConsentError {
        AdditionalConsent::parse(text).unwrap_err()
    }

    #[test]
    fn every_documented_form_is_read() {
        let read = |text| {
            let ac = AdditionalConsent::parse(text).unwrap();
            let consented: Vec<_> = ac.consented().collect();
            let refused: Vec<_> = ac.refused().collect();
            format!("{} {consented:?} {refused:?}", ac.version())
        };
        assert_eq!(read("1~1.35.41.101"), "1 [1, 35, 41, 101] []");
        assert_eq!(read("1~"), "1 [] []");
        assert_eq!(read("2~1.10~dv.2.3.4"), "2 [1, 10] [2, 3, 4]");
        assert_eq!(read("2~~dv.1.2.3"), "2 [] [1, 2, 3]");
        assert_eq!(read("2~1.2.3~dv."), "2 [1, 2, 3] []");
        assert_eq!(read("2~1.2.3~dv"), "2 [1, 2, 3] []");
        assert_eq!(read("2~~dv."), "2 [] []");
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        use AdditionalConsentError::{
            BadId, NoDisclosedPart, NoVersion, TooLong, UnsupportedVersion,
        };
        for text in ["", "1", "2", "89"] {
            assert_eq!(error(text), NoVersion, "{text}");
        }
        for text in ["~", "0~1", "3~1~dv.2", "01~1", " 1~1", "+1~1", "~1"] {
            assert_eq!(error(text), UnsupportedVersion, "{text}");
        }
        for text in ["2~", "2~1.2", "2~1~", "2~1~2", "2~1~DV.2", "2~1~d.2"] {
            assert_eq!(error(text), NoDisclosedPart, "{text}");
        }
        for (text, byte) in [
            ("1~+1", 2),
            ("1~-1", 2),
            ("1~1..2", 4),
            ("1~.1", 2),
            ("1~1.", 4),
            ("1~1 ", 2),
            ("1~0", 2),
            ("1~007", 2),
            ("1~4294967296", 2),
            ("1~1~dv.2", 2),
            ("2~1~dv2", 6),
            ("2~1~dv..2", 7),
            ("2~1~dv.2~3", 7),
            ("2~1.x~dv.2", 4),
            ("2~1~dv.²", 7),
        ] {
            assert_eq!(error(text), BadId { byte }, "{text}");
        }
        let long = format!("1~{}", "1.".repeat(20_000));
        assert_eq!(error(&long), TooLong { len: 40_002 });
    }

    #[test]
    fn a_no_beats_a_yes() {
        let ac = AdditionalConsent::parse("2~7.8~dv.8.9").unwrap();
        assert_eq!(
            [7, 8, 9, 0].map(|id| ac.status(id)),
            [AtpStatus::Consented, AtpStatus::Refused, AtpStatus::Refused, AtpStatus::NotAsked,]
        );
        let ac = AdditionalConsent::parse("1~7").unwrap();
        assert_eq!(ac.status(8), AtpStatus::NotAsked);
    }
}
