//! Sixteen bytes at once: which of them equal a byte, and which lie in a range. An answer is the highest
//! bit of each of the bytes that do.

/// The slices that are kept: so many, at most [`MOST_KEPT`], from the first on, as bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    pub(super) first: u8,
    pub(super) count: u8,
}

impl Kept {
    #[inline]
    pub(super) fn has(self, slice: u8) -> bool {
        slice.wrapping_sub(self.first) < self.count
    }

    /// The highest bit of each of the sixteen bytes that is no slice of these.
    #[inline]
    pub(super) fn lacks(self, slices: &[u8; SLOTS]) -> u128 {
        let first = all(self.first);
        let beyond = all(0x80_u8.saturating_sub(self.count));
        in_halves(slices, |slices| {
            // Byte by byte, without a borrow from the next: how far each is after the first.
            let after = (slices | HIGH_BITS).wrapping_sub(first & LOW_BITS)
                ^ ((slices ^ !first) & HIGH_BITS);
            // So is this sum without a carry into the next.
            ((after & LOW_BITS).wrapping_add(beyond) | after) & HIGH_BITS
        })
    }
}

/// The highest bit of each of the sixteen bytes that equals `byte`.
#[inline]
pub(super) fn equal_to(bytes: &[u8; SLOTS], byte: u8) -> u128 {
    let byte = all(byte);
    in_halves(bytes, |bytes| {
        let differing = bytes ^ byte;
        // No byte of the sum carries into the next.
        !((differing & LOW_BITS).wrapping_add(LOW_BITS) | differing | LOW_BITS)
    })
}

/// Eight bytes in one register at a time.
#[inline]
fn in_halves(bytes: &[u8; SLOTS], bits: impl Fn(u64) -> u64) -> u128 {
    let both = u128::from_le_bytes(*bytes);
    let halves = [both & u128::from(u64::MAX), both >> 64];
    let [low, high] = halves.map(|half| bits(u64::try_from(half).unwrap_or_default()));
    u128::from(low) | u128::from(high) << 64
}

/// Eight times this byte.
#[inline]
fn all(byte: u8) -> u64 {
    u64::from(byte).wrapping_mul(0x0101_0101_0101_0101)
}

/// Which byte the lowest bit of [`equal_to`] stands for.
#[inline]
pub(super) const fn place(hits: u128) -> u8 {
    let [place, ..] = (hits.trailing_zeros() >> 3).to_le_bytes();
    place
}

/// How many bytes bits of [`equal_to`] stand for.
#[inline]
pub(super) fn count(hits: u128) -> u64 {
    // The sum of all bytes, of which each is at most two, comes to be in the highest one.
    let halves = [hits & u128::from(u64::MAX), hits >> 64];
    let [low, high] = halves.map(|half| u64::try_from(half).unwrap_or_default() >> 7);
    low.wrapping_add(high).wrapping_mul(0x0101_0101_0101_0101) >> 56
}

const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);
const LOW_BITS: u64 = u64::from_ne_bytes([0x7f; 8]);
/// How many slices may be kept at a time.
pub(super) const MOST_KEPT: usize = 0x80;
/// So many bytes.
pub(super) const SLOTS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_stand_for_slices_that_are_not_kept() {
        let all: Vec<u8> = (0..=255).collect();
        for (first, count) in [(0, 1), (0, 101), (250, 101), (127, 128), (128, 2), (255, 1)] {
            let kept = Kept { first, count };
            for slices in all.as_chunks().0 {
                let lacks = kept.lacks(slices).to_le_bytes();
                let expected = slices.map(|slice| if kept.has(slice) { 0 } else { 0x80 });
                assert_eq!(lacks, expected, "{first} {count}");
            }
        }
    }

    #[test]
    fn bits_stand_for_equal_bytes() {
        for byte in [0, 1, 7, 127, 128, 129, 255] {
            for other in [0, 1, 6, 127, 128, 129, 254, 255] {
                let mut bytes = [other; SLOTS];
                bytes[3] = byte;
                bytes[15] = byte;
                let mut hits = equal_to(&bytes, byte);
                let mut places = Vec::new();
                while hits != 0 {
                    places.push(usize::from(place(hits)));
                    hits &= hits - 1;
                }
                assert_eq!(count(equal_to(&bytes, byte)), places.len() as u64);
                let expected: Vec<_> = (0..SLOTS).filter(|at| bytes[*at] == byte).collect();
                assert_eq!(places, expected, "{byte} {other}");
            }
        }
    }
}
