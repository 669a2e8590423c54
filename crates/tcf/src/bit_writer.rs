//! Bits into base64url characters.

use crate::{VendorRange, VendorSet, bits::character};

/// A segment under construction.
#[derive(Default)]
pub(crate) struct BitWriter {
    text: String,
    /// The last `count` bits, fewer than six, that make no character yet.
    pending: u64,
    count: u32,
}

impl BitWriter {
    /// Appends the low `width` bits of `value`, at most 36.
    pub(crate) fn push(&mut self, value: u64, width: u32) {
        let kept = 1_u64.wrapping_shl(width).wrapping_sub(1);
        self.pending = self.pending.wrapping_shl(width) | (value & kept);
        self.count = self.count.saturating_add(width);
        while let Some(rest) = self.count.checked_sub(6) {
            self.text.push(char::from(character(self.pending.wrapping_shr(rest))));
            self.count = rest;
        }
    }

    pub(crate) fn push_flag(&mut self, flag: bool) {
        self.push(u64::from(flag), 1);
    }

    /// A vendor section, in the smaller form; a bit field where both are equal.
    pub(crate) fn push_vendors(&mut self, vendors: &VendorSet) {
        let max = vendors.last().map_or(0, |last| last.get());
        let ranges = vendors.ranges();
        let in_ranges =
            ranges.iter().map(|&range| entry_width(range)).fold(12, u32::saturating_add);
        let is_range_encoding = in_ranges < u32::from(max);
        self.push(max.into(), 16);
        self.push_flag(is_range_encoding);
        if is_range_encoding {
            // Fewer than 65,535 bits of entries are fewer than 4,096 entries.
            self.push_entries(&ranges);
        } else {
            for id in 1..=max {
                let is_in = crate::VendorId::new(id).is_some_and(|id| vendors.contains(id));
                self.push_flag(is_in);
            }
        }
    }

    /// `NumEntries` and the entries, at most [`MAX_ENTRIES`].
    pub(crate) fn push_entries(&mut self, ranges: &[VendorRange]) {
        self.push(ranges.len() as u64, 12);
        for range in ranges {
            let (first, last) = (range.first(), range.last());
            self.push_flag(first != last);
            self.push(first.get().into(), 16);
            if first != last {
                self.push(last.get().into(), 16);
            }
        }
    }

    /// The segment's text, padded with zeros to a multiple of 24 bits as the reference library
    /// does: readers exist that want whole bytes, or whole groups of four characters.
    pub(crate) fn finish(mut self) -> String {
        if self.count > 0 {
            self.push(0, 6_u32.saturating_sub(self.count));
        }
        while !self.text.len().is_multiple_of(4) {
            self.push(0, 6);
        }
        self.text
    }
}

/// `NumEntries` has 12 bits.
pub(crate) const MAX_ENTRIES: usize = 4_095;

fn entry_width(range: VendorRange) -> u32 {
    if range.first() == range.last() { 17 } else { 33 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_padded_to_whole_groups_of_four_characters() {
        let text = |widths: &[u32]| {
            let mut bits = BitWriter::default();
            widths.iter().for_each(|&width| bits.push(u64::MAX, width));
            bits.finish()
        };
        assert_eq!(text(&[]), "");
        assert_eq!(text(&[1]), "gAAA");
        assert_eq!(text(&[36, 12]), "________");
        assert_eq!(text(&[36, 13]), "________gAAA");
    }
}
