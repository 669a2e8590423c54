//! Digits on their way from the input to a number.

use core::ops::Range;

use zeroize::Zeroize;

/// Up to [`CAPACITY`](Self::CAPACITY) ASCII digits on the stack, wiped on drop.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct Digits {
    bytes: [u8; Self::CAPACITY],
    len: u8,
}

impl Digits {
    /// The longest number (15) behind the longest international prefix with a carrier's code (9,
    /// Australia's `1488 0011` and the like), and room for a trunk zero.
    pub(super) const CAPACITY: usize = 25;

    pub(super) const fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], len: 0 }
    }

    /// The digits of `text`, which must all be digits and fit; else none.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut digits = Self::new();
        text.bytes().all(|byte| byte.is_ascii_digit() && digits.push(byte)).then_some(digits)
    }

    /// Appends an ASCII digit; `false` if there is no room.
    #[must_use]
    pub(super) fn push(&mut self, digit: u8) -> bool {
        match self.bytes.get_mut(usize::from(self.len)) {
            Some(place) => {
                *place = digit;
                self.len = self.len.saturating_add(1);
                true
            }
            None => false,
        }
    }

    /// Takes the digits of a range out; a range that is not there takes nothing.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        let old = usize::from(self.len);
        if range.start <= range.end && range.end <= old {
            self.bytes.copy_within(range.end..old, range.start);
            let len = old.saturating_sub(range.len());
            self.bytes.get_mut(len..old).unwrap_or_default().fill(0);
            self.len = u8::try_from(len).unwrap_or_default();
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }

    pub(super) fn starts_with(&self, digits: &str) -> bool {
        self.as_bytes().starts_with(digits.as_bytes())
    }
}

impl Drop for Digits {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_up_to_the_capacity() {
        let full = "1".repeat(Digits::CAPACITY);
        assert_eq!(Digits::of(&full).unwrap().as_str(), full);
        assert!(Digits::of(&(full + "1")).is_none());
        assert!(Digits::of("12a").is_none());
    }

    #[test]
    fn a_range_is_taken_out_and_what_was_there_is_cleared() {
        let mut digits = Digits::of("4402079").unwrap();
        digits.remove(2..3);
        assert_eq!(digits.as_str(), "442079");
        digits.remove(0..2);
        assert!(digits == Digits::of("2079").unwrap());
        digits.remove(3..9);
        assert_eq!(digits.as_str(), "2079");
    }
}
