//! A SHA-256 digest as the text that platforms take.

use core::fmt;

use sha2::{Digest, Sha256, block_api::compress256};
use zeroize::optimization_barrier;

/// A SHA-256 digest as 64 lower-case hex digits.
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
///
/// Aligned to eight bytes: at an odd address (inside a `Result`, say) every copy of it right after
/// it was made stalls the processor for longer than writing the digits took.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(align(8))]
pub struct Sha256Hex([u8; Self::LEN]);

impl Sha256Hex {
    /// Length of the text in bytes.
    pub const LEN: usize = 64;

    /// The digest of nothing: a sender that hashed an absent value. Never worth sending.
    pub const OF_EMPTY: Self =
        Self(*b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// Hashes `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex_digits(digest(bytes)))
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
    fn of_length(text: &str) -> Self {
        let hex = text.bytes().all(|digit| digit.is_ascii_hexdigit());
        match text.len() {
            32 if hex => Self::Md5,
            40 if hex => Self::Sha1,
            len => Self::WrongLength { len },
        }
    }
}

/// SHA-256 of `bytes`.
///
/// Most identifiers fit one block with its padding, so that block is laid out here and compressed
/// at once: with its hex digits it costs about what the streaming interface costs without
/// (`benches/README.md`). The block held plain text, so it is wiped.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "past the first line there are at most ONE_BLOCK_MAX bytes"
)]
fn digest(bytes: &[u8]) -> [u8; 32] {
    if bytes.len() > ONE_BLOCK_MAX {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that hashes")]
        return Sha256::digest(bytes).into();
    }
    let mut block = [0_u8; 64];
    block[..bytes.len()].copy_from_slice(bytes);
    block[bytes.len()] = 0x80;
    block[56..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    let mut state = INITIAL_STATE;
    compress256(&mut state, core::slice::from_ref(&block));
    // The whole block, because a length known beforehand makes it four stores.
    block = [0; 64];
    optimization_barrier(&block);

    let mut digest = [0; 32];
    for (place, word) in digest.chunks_exact_mut(4).zip(state) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// Without a table or a branch, so that the compiler makes vector instructions of it: measured faster
/// here than a library that picks its instructions at run time.
#[expect(clippy::arithmetic_side_effects, reason = "no digit's character is over 'f'")]
fn hex_digits(digest: [u8; 32]) -> [u8; Sha256Hex::LEN] {
    let digit = |half: u8| half + if half > 9 { b'a' - 10 } else { b'0' };
    let mut hex = [0; Sha256Hex::LEN];
    for (place, byte) in hex.chunks_exact_mut(2).zip(digest) {
        place.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
    }
    hex
}

/// 64 bytes less the end mark (1) and the length (8). FIPS 180-4 §5.1.1.
const ONE_BLOCK_MAX: usize = 55;

/// FIPS 180-4 §5.3.3.
const INITIAL_STATE: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The plainest way, to compare with.
    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn short_and_long_texts_hash_as_the_library_does() {
        let text = [b'a'; 200];
        for len in 0..text.len() {
            #[expect(clippy::disallowed_methods, reason = "the reference to compare with")]
            let reference = Sha256::digest(&text[..len]);
            assert_eq!(Sha256Hex::of(&text[..len]).as_str(), hex(&reference), "{len}");
        }
    }

    #[test]
    fn the_published_digest_of_abc_and_of_nothing() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256Hex::of(b"abc").as_str(), abc);
        assert_eq!(Sha256Hex::of(b""), Sha256Hex::OF_EMPTY);
    }

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
