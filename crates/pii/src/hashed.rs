//! Identifiers that arrive already hashed.

use core::fmt;

use predispatch_types::{Sha256Digest, Sha256HexError, trimmed};

use crate::{Format, Wire, placeholder};

/// A SHA-256 digest that the sender made of an identifier.
///
/// It passes as it is. Whether it was made of the right normal form can't be checked, and the
/// platforms' normal forms differ: a digest made for one platform often fails to match at another
/// ([`NOT_PORTABLE`](Self::NOT_PORTABLE)).
///
/// ```
/// use predispatch_pii::{Hashed, HashedError};
///
/// let digest = "62A14E44F765419D10FEA99367361A727C12365E2520F32218D505ED9AA0F62F";
/// assert!(Hashed::parse(digest).is_ok());
/// // What Meta's parameter builder appends is kept, and goes to Meta only.
/// assert!(Hashed::parse(&format!("{digest}.AQQCAQMC"))?.meta_suffix().is_some());
/// // The digest of an absent value would match nobody, or everybody who is absent.
/// let of_empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(Hashed::parse(of_empty), Err(HashedError::Placeholder));
/// # Ok::<(), HashedError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Hashed {
    hash: Sha256Digest,
    suffix: Option<MetaSuffix>,
}

impl Hashed {
    /// The issue code to report when a digest passes to a platform that it may not be made for.
    pub const NOT_PORTABLE: &'static str = "hash_not_portable";

    /// Reads 64 hex digits in either case, or those with Meta's mark after a point. White space
    /// around it is ignored.
    ///
    /// # Errors
    /// The first broken rule, as a [`HashedError`].
    pub fn parse(text: &str) -> Result<Self, HashedError> {
        let text = text.trim();
        let (digest, suffix) = match text.split_once('.') {
            Some((digest, suffix)) => (digest, Some(MetaSuffix::parse(suffix)?)),
            None => (text, None),
        };
        let hash = Sha256Digest::parse(digest)?;
        if placeholder::is_hash_of_placeholder(&hash) {
            return Err(HashedError::Placeholder);
        }
        Ok(Self { hash, suffix })
    }

    /// Whether a text in a plain field is a SHA-256 digest: 64 hex digits, maybe with a mark after
    /// a point. Such a value belongs to `from_hashed`; hashed again it would match nobody.
    pub fn is_digest(text: &str) -> bool {
        looks_like_digest(trimmed(text)) == Some(DigestShape::Sha256)
    }

    /// Whether a text in a plain field looks like a digest of any kind, MD5 and SHA-1 included.
    pub fn looks_like_digest(text: &str) -> bool {
        looks_like_digest(text.trim()).is_some()
    }

    /// The digest.
    pub const fn sha256(&self) -> Sha256Digest {
        self.hash
    }

    /// The mark of Meta's parameter builder, if there was one.
    pub const fn meta_suffix(&self) -> Option<MetaSuffix> {
        self.suffix
    }

    /// The mark tells Meta about Meta's own library; to others it would spoil the digest.
    pub(crate) const fn wire(&self, format: Format) -> Wire<'static> {
        match (format, self.suffix) {
            (Format::Meta, Some(suffix)) => Wire::SuffixedHash(self.hash, suffix),
            _ => Wire::Hash(self.hash),
        }
    }
}

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hashed(<redacted>)")
    }
}

/// The mark that Meta's parameter builder appends to a digest: its version, language and what it
/// did, in base64url.
///
/// It is passed on and never made here, because it says that Meta's library was at work.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct MetaSuffix {
    bytes: [u8; 8],
    len: u8,
}

impl MetaSuffix {
    /// Reads a mark without its point: the known two letters of old builders, or the eight letters of
    /// newer ones (format 1, language 1 to 6, then what was done and three version numbers).
    ///
    /// # Errors
    /// [`HashedError::UnknownSuffix`] for anything else.
    pub fn parse(text: &str) -> Result<Self, HashedError> {
        let old = ["AQ", "Ag", "Aw", "BA", "BQ", "Bg"].contains(&text);
        // Six bytes in base64url: the first letter and a half are format 1, the next the language.
        let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let new = text.len() == 8
            && text.starts_with("AQ")
            && matches!(text.as_bytes().get(2), Some(b'E' | b'I' | b'M' | b'Q' | b'U' | b'Y'))
            && text.bytes().all(base64url);
        if !old && !new {
            return Err(HashedError::UnknownSuffix);
        }
        let mut bytes = [0; 8];
        for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Ok(Self { bytes, len: if old { 2 } else { 8 } })
    }

    /// The mark without its point.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// Why a text is not [`Hashed`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HashedError {
    /// Not 64 hex digits.
    #[error(transparent)]
    NotSha256(#[from] Sha256HexError),
    /// The digest of nothing, of `null`, of `test@test.com` and the like.
    #[error("digest of an empty or placeholder value")]
    Placeholder,
    /// 64 hex digits with something after a point that Meta's parameter builder does not write.
    #[error("unknown mark after the digest")]
    UnknownSuffix,
}

impl HashedError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSha256(_) => "hash_not_sha256",
            Self::Placeholder => "hash_of_placeholder",
            Self::UnknownSuffix => "hash_unknown_suffix",
        }
    }
}

/// What a text that was handed over as plain looks like.
///
/// A 64-digit hex text is a digest that somebody put into a plain field; it would be hashed twice.
pub(crate) fn looks_like_digest(text: &str) -> Option<DigestShape> {
    // Nearly every identifier is shorter than the shortest digest.
    if text.len() < 32 {
        return None;
    }
    let digits = text.split_once('.').map_or(text, |(digits, _)| digits);
    let shape = match digits.len() {
        32 => DigestShape::Md5,
        40 => DigestShape::Sha1,
        64 => DigestShape::Sha256,
        _ => return None,
    };
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    // A number that long is no phone and no date; but it may be an id, and ids ask only for 64.
    hex.then_some(shape)
}

/// Which digest a text in a plain field looks like.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DigestShape {
    /// 32 hex digits.
    Md5,
    /// 40 hex digits.
    Sha1,
    /// 64 hex digits. Read it with the type's `from_hashed`.
    Sha256,
}

impl fmt::Display for DigestShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md5 => "an MD5 digest, which no platform takes",
            Self::Sha1 => "a SHA-1 digest, which no platform takes",
            Self::Sha256 => "a SHA-256 digest; it belongs in the hashed field",
        })
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<HashedError>();

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f";

    #[test]
    fn metas_own_marks_are_kept_for_meta_alone() {
        for mark in ["AQ", "Bg", "AQQAAQMC", "AQQDAQMC", "AQIBAQMC"] {
            let hashed = Hashed::parse(&format!("{DIGEST}.{mark}")).unwrap();
            let mut sent = String::new();
            hashed.wire(Format::Meta).push_to(&mut sent);
            assert_eq!(sent, format!("{DIGEST}.{mark}"));
            assert_eq!(hashed.wire(Format::TikTok), Wire::Hash(hashed.sha256()));
        }
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |text: &str| Hashed::parse(text).unwrap_err();
        for mark in ["", "A", "AQQ", "ZZZZZZZZ", "AQ=CAQMC", "AQQCAQMC.AQ"] {
            assert_eq!(error(&format!("{DIGEST}.{mark}")), HashedError::UnknownSuffix, "{mark}");
        }
        assert_eq!(error(&DIGEST[..32]), HashedError::NotSha256(Sha256HexError::Md5));
        assert_eq!(error(&DIGEST[..40]), HashedError::NotSha256(Sha256HexError::Sha1));
        let of_null = Sha256Digest::of(b"null");
        assert_eq!(error(of_null.hex().as_str()), HashedError::Placeholder);
    }
}
