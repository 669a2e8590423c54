//! Mobile advertising ids.

use core::fmt;

use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    text::PlainText,
};

/// A mobile advertising id (Apple's IDFA, Google's advertising id), or the sender's digest of one.
///
/// | form | formats |
/// |---|---|
/// | as given, in clear | Amazon, Google Data Manager, Meta, Microsoft, TikTok |
/// | as given, in clear, Android only | LinkedIn |
/// | lower case, in clear | Snapchat |
/// | lower case, hashed | Pinterest |
/// | IDFA upper case, Google's lower case, hashed | Reddit |
///
/// Sources: `docs/sources.md#mobile-ad-id`.
///
/// ```
/// use predispatch_pii::{DeviceSystem, Format, Identifier, MobileAdId, Withheld};
///
/// let raw = "ea7583cd-a667-48bc-b806-42ecb2b48606";
/// let idfa = MobileAdId::parse(raw, Some(DeviceSystem::Ios))?;
/// assert_eq!(idfa.normal_form(Format::Reddit)?.as_str(), raw.to_uppercase());
/// // Reddit's case depends on the system: without it nothing is sent, rather than a wrong hash.
/// let unknown = MobileAdId::parse(raw, None)?;
/// assert_eq!(unknown.wire(Format::Reddit), Err(Withheld::UnknownSystem));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct MobileAdId(Held<Id>);

#[derive(Clone, Eq, Hash, PartialEq)]
struct Id {
    text: PlainText,
    system: Option<DeviceSystem>,
}

/// The system of the device that an advertising id belongs to.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DeviceSystem {
    /// Google's advertising id (AAID, GAID).
    Android,
    /// Apple's IDFA.
    Ios,
}

impl MobileAdId {
    /// Reads a plain id: a UUID with its hyphens, in either case.
    ///
    /// # Errors
    /// The first broken rule, as a [`MobileAdIdError`]. The id of all zeros is what a device gives
    /// when its owner has limited ad tracking.
    pub fn parse(raw: &str, system: Option<DeviceSystem>) -> Result<Self, MobileAdIdError> {
        let id = raw.trim();
        if id.is_empty() {
            return Err(MobileAdIdError::Empty);
        }
        if let Some(shape) = looks_like_digest(id) {
            return Err(MobileAdIdError::Digest(shape));
        }
        if !is_uuid(id) {
            return Err(MobileAdIdError::NotUuid);
        }
        if id.bytes().all(|byte| byte == b'0' || byte == b'-') {
            return Err(MobileAdIdError::Zeros);
        }
        Ok(Self(Held::Plain(Id { text: PlainText::from(id), system })))
    }

    /// The system that the caller named; `None` for a digest.
    pub const fn system(&self) -> Option<DeviceSystem> {
        match &self.0 {
            Held::Plain(id) => id.system,
            Held::Hashed(_) => None,
        }
    }

    /// Takes the sender's digest of an id.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Id {
    fn in_case(&self, case: fn(&u8) -> u8) -> Result<NormalForm<'_>, Withheld> {
        NormalForm::owned(self.text.as_bytes().iter().map(|byte| char::from(case(byte))).collect())
    }
}

impl Sealed for MobileAdId {}

impl Identifier for MobileAdId {
    const KIND: Kind = Kind::MobileAdId;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|id| NormalForm::of(&id.text))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        let id = self.0.plain_for(Self::KIND, format)?;
        match (format, id.system) {
            (Format::Pinterest | Format::Snapchat, _)
            | (Format::Reddit, Some(DeviceSystem::Android)) => id.in_case(u8::to_ascii_lowercase),
            (Format::Reddit, Some(DeviceSystem::Ios)) => id.in_case(u8::to_ascii_uppercase),
            (Format::LinkedIn | Format::LinkedInHashedNames, Some(DeviceSystem::Ios)) => {
                Err(Withheld::NotTakenValue)
            }
            (Format::Reddit | Format::LinkedIn | Format::LinkedInHashedNames, None) => {
                Err(Withheld::UnknownSystem)
            }
            _ => Ok(NormalForm::of(&id.text)),
        }
    }
}

impl fmt::Debug for MobileAdId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MobileAdId(<redacted>)")
    }
}

/// Why a plain text is not a [`MobileAdId`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MobileAdIdError {
    /// A digest in a plain field. 32 hex digits may be an id without its hyphens or its MD5; which
    /// cannot be told.
    #[error("mobile advertising id is {0}")]
    Digest(DigestShape),
    /// Nothing but white space.
    #[error("mobile advertising id is empty")]
    Empty,
    /// Not 8-4-4-4-12 hex digits.
    #[error("mobile advertising id is not a UUID with hyphens")]
    NotUuid,
    /// All zeros: the owner limited ad tracking.
    #[error("mobile advertising id is all zeros: ad tracking is limited on that device")]
    Zeros,
}

impl MobileAdIdError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Digest(_) => "mobile_ad_id_is_digest",
            Self::Empty => "mobile_ad_id_empty",
            Self::NotUuid => "mobile_ad_id_not_uuid",
            Self::Zeros => "mobile_ad_id_zeros",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<MobileAdIdError>();

fn is_uuid(id: &str) -> bool {
    let mut groups = id.split('-');
    let lengths = [8, 4, 4, 4, 12];
    let sound = lengths.into_iter().all(|len| {
        groups.next().is_some_and(|group| {
            group.len() == len && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    });
    sound && groups.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "CDDA802E-fb9c-47ad-9866-0794d394c912";

    #[test]
    fn each_platform_gets_its_case() {
        let form = |system, format| {
            let id = MobileAdId::parse(ID, system).unwrap();
            id.normal_form(format).map(|form| form.as_str().to_owned())
        };
        let (lower, upper) = (ID.to_lowercase(), ID.to_uppercase());
        assert_eq!(form(None, Format::Amazon).as_deref(), Ok(ID));
        assert_eq!(form(None, Format::Snapchat), Ok(lower.clone()));
        assert_eq!(form(Some(DeviceSystem::Android), Format::Reddit), Ok(lower));
        assert_eq!(form(Some(DeviceSystem::Ios), Format::Reddit), Ok(upper));
        assert_eq!(form(Some(DeviceSystem::Android), Format::LinkedIn).as_deref(), Ok(ID));
        assert_eq!(form(Some(DeviceSystem::Ios), Format::LinkedIn), Err(Withheld::NotTakenValue));
        assert_eq!(form(None, Format::LinkedIn), Err(Withheld::UnknownSystem));
        assert_eq!(form(None, Format::X), Err(Withheld::NotTaken));
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |raw: &str| MobileAdId::parse(raw, None).unwrap_err();
        assert_eq!(error(""), MobileAdIdError::Empty);
        assert_eq!(error("00000000-0000-0000-0000-000000000000"), MobileAdIdError::Zeros);
        assert_eq!(error(&ID.replace('-', "")), MobileAdIdError::Digest(DigestShape::Md5));
        for raw in [&ID[1..], &format!("{ID}-"), &format!("{ID}0"), &ID.replace('C', "G")] {
            assert_eq!(error(raw), MobileAdIdError::NotUuid, "{raw}");
        }
    }
}
