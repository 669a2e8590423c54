//! A SHA-256 digest as it is kept and compared.

use core::fmt;

use sha2::{Digest, Sha256, block_api::compress256};
use zeroize::optimization_barrier;

use crate::{Sha256Hex, Sha256HexError};

/// A SHA-256 digest as its 32 bytes: half of what its text takes, so it is kept so until it is
/// written. [`hex`](Self::hex) is the text that platforms take.
///
/// A hash of an identifier is still personal data: it is the key that platforms match people by.
/// So there is no `Display`, and `Debug` is redacted.
///
/// ```
/// use predispatch_types::Sha256Digest;
///
/// let digest = Sha256Digest::of(b"ada@example.com");
/// assert!(digest.hex().as_str().starts_with("b5fc85e5"));
/// assert_eq!(Sha256Digest::parse(digest.hex().as_str()), Ok(digest));
/// assert_eq!(format!("{digest:?}"), "Sha256Digest(<redacted>)");
/// ```
///
/// Aligned to eight bytes: at an odd address (inside a `Result`, say) every copy of it right after
/// it was made stalls the processor.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(align(8))]
pub struct Sha256Digest([u8; Self::LEN]);

impl Sha256Digest {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// Hashes `bytes`.
    ///
    /// Most identifiers fit one block with its padding, so that block is laid out here and
    /// compressed at once: with its hex digits it costs about what the streaming interface costs
    /// without (`benches/README.md`). The block held plain text, so it is wiped.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "past the first line there are at most ONE_BLOCK_MAX bytes"
    )]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.len() > ONE_BLOCK_MAX {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that hashes")]
            return Self(Sha256::digest(bytes).into());
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

        let mut digest = [0; Self::LEN];
        for (place, word) in digest.chunks_exact_mut(4).zip(state) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        Self(digest)
    }

    /// Takes a digest that was made elsewhere: exactly 64 hex digits, in either case.
    ///
    /// # Errors
    /// As [`Sha256Hex::parse`].
    #[expect(clippy::arithmetic_side_effects, reason = "15 and 9 are less than 256")]
    pub fn parse(text: &str) -> Result<Self, Sha256HexError> {
        let hex = Sha256Hex::parse(text)?;
        // The low half of a digit's character is its value, that of a letter from 1.
        let value = |digit: u8| (digit & 0xf) + if digit > b'9' { 9 } else { 0 };
        let mut digest = [0; Self::LEN];
        for (place, [high, low]) in digest.iter_mut().zip(hex.as_bytes().as_chunks().0) {
            *place = value(*high) << 4 | value(*low);
        }
        Ok(Self(digest))
    }

    /// The text of it.
    #[inline]
    pub fn hex(&self) -> Sha256Hex {
        Sha256Hex::from(*self)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256Digest(<redacted>)")
    }
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
            let digest = Sha256Digest::of(&text[..len]);
            assert_eq!(digest.as_bytes(), &*reference, "{len}");
            assert_eq!(digest.hex().as_str(), hex(&reference), "{len}");
            assert_eq!(Sha256Digest::parse(&hex(&reference)), Ok(digest), "{len}");
        }
    }

    #[test]
    fn the_published_digest_of_abc_and_of_nothing() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256Digest::of(b"abc").hex().as_str(), abc);
        assert_eq!(Sha256Digest::of(b"").hex(), Sha256Hex::OF_EMPTY);
    }

    #[test]
    fn every_digit_in_either_case_reads_as_its_value() {
        let text = "00112233445566778899aabbccddeeff0123456789abcdefFEDCBA9876543210";
        let digest = Sha256Digest::parse(text).unwrap();
        assert_eq!(digest.hex().as_str(), text.to_lowercase());
        assert_eq!(digest.as_bytes()[15..18], [0xff, 0x01, 0x23]);
    }
}
