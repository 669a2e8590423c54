//! Bits written most significant first, given out as base64url.

use crate::bits::{BITS_PER_CHAR, character};

/// Grows by fields; [`to_base64url`](Self::to_base64url) pads.
#[derive(Clone, Default)]
pub(crate) struct BitWriter {
    bits: Vec<bool>,
}

impl BitWriter {
    /// The lowest `width` bits of `value`.
    pub(crate) fn write(&mut self, value: u64, width: u32) {
        for place in (0..width).rev() {
            self.bits.push(value.checked_shr(place).unwrap_or_default() & 1 == 1);
        }
    }

    pub(crate) fn bit(&mut self, bit: bool) {
        self.bits.push(bit);
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.bits.extend_from_slice(&other.bits);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.bits.len()
    }

    /// Zeros to a multiple of eight bits and then of six: how the official library spells every
    /// section but the European one.
    pub(crate) fn to_base64url(&self) -> String {
        let padded = self.bits.len().next_multiple_of(8).next_multiple_of(BITS_PER_CHAR);
        let mut bits = self.bits.clone();
        bits.resize(padded, false);
        let six = |chunk: &[bool]| chunk.iter().fold(0, |six: u8, &bit| (six << 1) | u8::from(bit));
        bits.chunks(BITS_PER_CHAR).map(|chunk| character(six(chunk))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_goes_to_whole_bytes_and_then_to_whole_characters() {
        let mut bits = BitWriter::default();
        bits.write(0b011, 3);
        assert_eq!(bits.to_base64url(), "YA");
        bits.write(0, 3);
        bits.write(1, 6);
        assert_eq!((bits.len(), bits.to_base64url().as_str()), (12, "YBA"));
    }
}
