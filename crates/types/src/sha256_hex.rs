//! A SHA-256 digest as the text that platforms take.

use core::fmt;

use crate::Sha256Digest;

/// A SHA-256 digest as 64 lower-case hex digits. To keep it, [`Sha256Digest`] takes half the room.
///
/// A hash of an identifier is still personal data: it is the key that platforms match people by.
/// So there is no `Display`, `Debug` is redacted, and the text is had only by
/// [`as_str`](Self::as_str).
///
/// ```
/// use predispatch_types::Sha256Hex;
///
/// let hash = Sha256Hex::of(b"ada@example.com");
/// assert!(hash.as_str().starts_with("b5fc85e5"));
/// assert_eq!(Sha256Hex::parse(hash.as_str()), Ok(hash));
/// assert_eq!(format!("{hash:?}"), "Sha256Hex(<redacted>)");
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Sha256Hex([u8; Self::LEN]);

impl Sha256Hex {
    /// Length of the text in bytes.
    pub const LEN: usize = 64;

    /// The digest of nothing: a sender that hashed an absent value. Never worth sending.
    pub const OF_EMPTY: Self =
        Self(*b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// Hashes `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Sha256Digest::of(bytes).hex()
    }

    /// Takes a digest that was made elsewhere: exactly 64 hex digits, in either case.
    ///
    /// # Errors
    /// [`Sha256HexError`] names a shorter digest by its likely algorithm, because no platform
    /// takes MD5 or SHA-1.
    pub fn parse(text: &str) -> Result<Self, Sha256HexError> {
        let Ok(mut hex) = <[u8; Self::LEN]>::try_from(text.as_bytes()) else {
            return Err(Sha256HexError::of_length(text));
        };
        hex.make_ascii_lowercase();
        match hex.iter().position(|digit| !digit.is_ascii_hexdigit()) {
            Some(offset) => Err(Sha256HexError::NotHex { offset }),
            None => Ok(Self(hex)),
        }
    }

    /// The 64 hex digits.
    #[expect(clippy::missing_panics_doc, reason = "only hex digits are ever stored")]
    pub fn as_str(&self) -> &str {
        // Checked, not trusted: the workspace has no `unsafe`, and 64 ASCII bytes take about 2 ns.
        core::str::from_utf8(&self.0).expect("hex digits are ASCII")
    }

    /// The 64 hex digits as bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for Sha256Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256Hex(<redacted>)")
    }
}

/// Why a text is not a [`Sha256Hex`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Sha256HexError {
    /// 32 hex digits. No platform takes MD5.
    #[error("32 hex digits are an MD5 digest; platforms take SHA-256, 64 hex digits")]
    Md5,
    /// Not a hex digit at this place.
    #[error("byte {offset} of the digest is not a hex digit")]
    NotHex {
        /// Place of the first such byte, from 0.
        offset: usize,
    },
    /// 40 hex digits. No platform takes SHA-1.
    #[error("40 hex digits are a SHA-1 digest; platforms take SHA-256, 64 hex digits")]
    Sha1,
    /// Neither 64 bytes long nor another known digest.
    #[error("digest is {len} bytes long, SHA-256 is 64 hex digits")]
    WrongLength {
        /// Bytes found.
        len: usize,
    },
}

impl Sha256HexError {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Md5 => "sha256_md5",
            Self::NotHex { .. } => "sha256_not_hex",
            Self::Sha1 => "sha256_sha1",
            Self::WrongLength { .. } => "sha256_wrong_length",
        }
    }

    fn of_length(text: &str) -> Self {
        let hex = text.bytes().all(|digit| digit.is_ascii_hexdigit());
        match text.len() {
            32 if hex => Self::Md5,
            40 if hex => Self::Sha1,
            len => Self::WrongLength { len },
        }
    }
}

/// Without a table or a branch, so that the compiler makes vector instructions of it: measured faster
/// here than a library that picks its instructions at run time.
impl From<Sha256Digest> for Sha256Hex {
    #[inline]
    #[expect(clippy::arithmetic_side_effects, reason = "no digit's character is over 'f'")]
    fn from(digest: Sha256Digest) -> Self {
        let digit = |half: u8| half + if half > 9 { b'a' - 10 } else { b'0' };
        let mut hex = [0; Self::LEN];
        for (place, byte) in hex.chunks_exact_mut(2).zip(digest.as_bytes()) {
            place.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
        }
        Self(hex)
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<Sha256HexError>();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_case_reads_as_lower_case() {
        let upper = Sha256Hex::OF_EMPTY.as_str().to_uppercase();
        assert_eq!(Sha256Hex::parse(&upper), Ok(Sha256Hex::OF_EMPTY));
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let zeros = "0".repeat(65);
        assert_eq!(Sha256Hex::parse(&zeros[..32]), Err(Sha256HexError::Md5));
        assert_eq!(Sha256Hex::parse(&zeros[..40]), Err(Sha256HexError::Sha1));
        assert_eq!(Sha256Hex::parse(&zeros), Err(Sha256HexError::WrongLength { len: 65 }));
        let spoiled = format!("{}g", &zeros[..63]);
        assert_eq!(Sha256Hex::parse(&spoiled), Err(Sha256HexError::NotHex { offset: 63 }));
    }
}
