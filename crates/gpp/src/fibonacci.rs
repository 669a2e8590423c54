//! The Fibonacci code: a number as a sum of Fibonacci numbers no two of which are neighbours, the
//! smallest first, ended by a second one bit.
//!
//! `1` is `11`, `2` is `011`, `4` is `1011`. Zero has no code. Source: `docs/sources/gpp.md#header`.

use crate::{bit_writer::BitWriter, bits::BitReader};

/// Why no number could be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FibonacciError {
    /// The text ends before the `11`.
    CutShort,
    /// The number is over 65,535. A run of zeros, which has no end, is caught here too.
    TooBig,
}

/// Reads one number of at least 1.
pub(crate) fn read(bits: &mut BitReader<'_>) -> Result<u16, FibonacciError> {
    let window = bits.window();
    // Two ones in a row end the code; this is where the first of the two stands.
    let last = (window & (window << 1)).leading_zeros();
    if last >= TERMS_BITS {
        // The end is not within the bits that a number up to 65,535 takes, or not in the text.
        let longest = usize::try_from(TERMS_BITS).unwrap_or(usize::MAX);
        let cut = bits.remaining() <= longest;
        return Err(if cut { FibonacciError::CutShort } else { FibonacciError::TooBig });
    }
    let mut sum = 0_u32;
    for (place, term) in (0..=last).zip(TERMS) {
        if (window << place) >> 63 == 1 {
            sum = sum.saturating_add(term);
        }
    }
    let length = usize::try_from(last).unwrap_or(usize::MAX).saturating_add(2);
    bits.skip(length).ok_or(FibonacciError::CutShort)?;
    u16::try_from(sum).map_err(|_| FibonacciError::TooBig)
}

/// Writes a number of at least 1; for 0, which has no code, nothing.
pub(crate) fn write(bits: &mut BitWriter, number: u16) {
    let mut rest = u32::from(number);
    let mut code = [false; TERMS.len()];
    let mut length = 0;
    for (place, (digit, term)) in code.iter_mut().zip(TERMS).enumerate().rev() {
        if let Some(smaller) = rest.checked_sub(term) {
            rest = smaller;
            *digit = true;
            length = length.max(place.saturating_add(1));
        }
    }
    for &digit in code.iter().take(length) {
        bits.bit(digit);
    }
    if length > 0 {
        bits.bit(true);
    }
}

/// How many bits [`write`] takes.
pub(crate) fn width(number: u16) -> usize {
    let terms = TERMS.iter().filter(|&&term| term <= u32::from(number)).count();
    if terms == 0 { 0 } else { terms.saturating_add(1) }
}

/// All Fibonacci numbers up to 65,535.
const TERMS: [u32; 23] = [
    1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1_597, 2_584, 4_181, 6_765, 10_946,
    17_711, 28_657, 46_368,
];

/// As many as there are terms.
const TERMS_BITS: u32 = 23;

#[cfg(test)]
mod tests {
    use super::*;

    /// Ones and zeros as text that a reader takes.
    fn text(bits: &str) -> String {
        let mut writer = BitWriter::default();
        bits.chars().for_each(|bit| writer.bit(bit == '1'));
        writer.to_base64url()
    }

    #[test]
    fn the_first_codes_are_those_of_the_specification() {
        let codes = ["11", "011", "0011", "1011", "00011", "10011", "01011"];
        for (number, code) in (1..).zip(codes) {
            let text = text(code);
            let mut bits = BitReader::new(&text).unwrap();
            assert_eq!(read(&mut bits), Ok(number));
            assert_eq!((bits.position(), width(number)), (code.len(), code.len()));
        }
    }

    #[test]
    fn every_number_reads_back() {
        for number in 1..=u16::MAX {
            let mut bits = BitWriter::default();
            write(&mut bits, number);
            assert_eq!(bits.len(), width(number));
            let text = bits.to_base64url();
            assert_eq!(read(&mut BitReader::new(&text).unwrap()), Ok(number));
        }
        assert_eq!(width(0), 0);
    }

    #[test]
    fn zeros_without_end_and_sums_over_the_limit_are_refused() {
        let error = |bits: &str| read(&mut BitReader::new(&text(bits)).unwrap()).unwrap_err();
        assert_eq!(error("000000"), FibonacciError::CutShort);
        assert_eq!(error("10"), FibonacciError::CutShort);
        assert_eq!(error(&"0".repeat(60)), FibonacciError::TooBig);
        // 46,368 + 17,711 + 6,765 is over the limit with terms that are all under it.
        assert_eq!(error("00000000000000000010101010011"), FibonacciError::TooBig);
        let over = format!("{}{}", "0".repeat(18), "1010110000000");
        assert_eq!(error(&over), FibonacciError::TooBig);
    }
}
