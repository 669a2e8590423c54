//! Range entries: `NumEntries`, then for each a flag and one or two vendor ids.

use core::fmt;

use crate::{Field, Part, Place, ReadError, Segment, VendorId, bits::Bits, faults::Faults};

/// Vendors from one id to another, both included.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VendorRange {
    first: VendorId,
    last: VendorId,
}

impl VendorRange {
    /// `None` if `first` is 0 or over `last`.
    pub const fn new(first: u16, last: u16) -> Option<Self> {
        match (VendorId::new(first), VendorId::new(last)) {
            (Some(from), Some(to)) if first <= last => Some(Self { first: from, last: to }),
            _ => None,
        }
    }

    /// The lowest id.
    pub const fn first(self) -> VendorId {
        self.first
    }

    /// The highest id.
    pub const fn last(self) -> VendorId {
        self.last
    }

    /// Whether `vendor` lies in it.
    pub fn contains(self, vendor: VendorId) -> bool {
        self.first <= vendor && vendor <= self.last
    }

    /// The range from its first id to `last`, which must not be before that.
    pub(crate) const fn extended_to(self, last: VendorId) -> Self {
        Self { first: self.first, last }
    }

    /// Without the ids over `max`.
    pub(crate) fn up_to(self, max: u16) -> Option<Self> {
        Self::new(self.first.get(), self.last.get().min(max))
    }
}

impl fmt::Debug for VendorRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VendorRange({}..={})", self.first, self.last)
    }
}

/// Where checked entries lie.
#[derive(Clone, Copy)]
pub(crate) struct Entries {
    /// Bit of the first entry.
    at: u32,
    count: u16,
    /// Each entry starts after the one before it ends.
    ascending: bool,
}

impl Entries {
    pub(crate) const fn is_ascending(self) -> bool {
        self.ascending
    }

    pub(crate) const fn walk(self, bits: Bits<'_>) -> Walk<'_> {
        Walk { bits, at: self.at, left: self.count }
    }

    pub(crate) fn contains(self, bits: Bits<'_>, vendor: VendorId) -> bool {
        let id = vendor.get();
        let mut at = self.at;
        for _ in 0..self.count {
            let entry = Entry::peek(bits, at);
            if (entry.start..=entry.end).contains(&id) {
                return true;
            }
            if self.ascending && entry.start > id {
                return false;
            }
            at = at.wrapping_add(entry.width());
        }
        false
    }
}

/// Checks `NumEntries` at bit `at` and the entries after it; also gives the bit after the last.
///
/// `max` is the list's `MaxVendorId`; publisher restrictions have none.
pub(crate) fn read(
    bits: Bits<'_>,
    at: u32,
    max: Option<u16>,
    (segment, field): (Segment, Field),
    faults: &mut Faults,
) -> Result<(Entries, u32), ReadError> {
    let place = |part, bit| Place { segment, field: Some(field), part: Some(part), bit };
    let len = bits.len();
    let first = at.saturating_add(12);
    if first > len {
        return Err(ReadError::Truncated(place(Part::NumEntries, at)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "12 bits were asked for")]
    let count = bits.peek(at, 12) as u16;
    let max = max.unwrap_or(u16::MAX);
    let mut ascending = true;
    let mut highest = 0;
    let mut at = first;
    for left in (0..u32::from(count)).rev() {
        let entry = Entry::peek(bits, at);
        // Far from overflow: the text has at most 64 KiB.
        let next = at.wrapping_add(entry.width());
        if next > len {
            let (part, bit) = entry.part_at(at, len);
            return Err(ReadError::Truncated(place(part, bit)));
        }
        if let Some((fault, part, bit)) = entry.fault(at, max) {
            // A string cut here would have what follows read as entries: then say that it is cut.
            if next.saturating_add(left.saturating_mul(SHORTEST)) > len {
                let num_entries = place(Part::NumEntries, first.saturating_sub(12));
                return Err(ReadError::Truncated(num_entries));
            }
            match fault {
                Fault::Zero => return Err(ReadError::VendorIdZero(place(part, bit))),
                Fault::Reversed => return Err(ReadError::RangeEndBeforeStart(place(part, bit))),
                Fault::OverMax if max == 0 => {
                    faults.tolerate(ReadError::MaxVendorIdZero(place(part, bit)))?;
                }
                Fault::OverMax => faults.tolerate(ReadError::VendorIdOverMax(place(part, bit)))?,
            }
        }
        ascending &= entry.start > highest;
        highest = entry.end;
        at = next;
    }
    Ok((Entries { at: first, count, ascending }, at))
}

/// The entries whose `NumEntries` stands at bit `at`; [`read`] has checked them.
pub(crate) fn walk_at(bits: Bits<'_>, at: u32) -> Walk<'_> {
    #[expect(clippy::cast_possible_truncation, reason = "12 bits were asked for")]
    let left = bits.peek(at, 12) as u16;
    Walk { bits, at: at.saturating_add(12), left }
}

/// One entry as written.
struct Entry {
    is_a_range: bool,
    start: u16,
    end: u16,
}

impl Entry {
    /// Zeros stand for what is missing at the segment's end.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "each cast keeps the 16 bits of an id")]
    fn peek(bits: Bits<'_>, at: u32) -> Self {
        let entry = bits.peek(at, 33);
        let is_a_range = entry >> 32 == 1;
        let start = (entry >> 16) as u16;
        Self { is_a_range, start, end: if is_a_range { entry as u16 } else { start } }
    }

    const fn width(&self) -> u32 {
        if self.is_a_range { 33 } else { 17 }
    }

    const fn start_part(&self) -> Part {
        if self.is_a_range { Part::StartVendorId } else { Part::OnlyVendorId }
    }

    /// What is wrong with the entry at bit `at`, and in which part of it.
    #[inline]
    fn fault(&self, at: u32, max: u16) -> Option<(Fault, Part, u32)> {
        let (start, end) = (at.saturating_add(1), at.saturating_add(17));
        if self.start == 0 {
            Some((Fault::Zero, self.start_part(), start))
        } else if self.end < self.start {
            Some((Fault::Reversed, Part::EndVendorId, end))
        } else if self.start > max {
            Some((Fault::OverMax, self.start_part(), start))
        } else if self.end > max {
            Some((Fault::OverMax, Part::EndVendorId, end))
        } else {
            None
        }
    }

    /// The part of the entry at bit `at` in which a segment of `len` bits ends.
    fn part_at(&self, at: u32, len: u32) -> (Part, u32) {
        let (start, end) = (at.saturating_add(1), at.saturating_add(17));
        if len < start {
            (Part::IsARange, at)
        } else if len < end {
            (self.start_part(), start)
        } else {
            (Part::EndVendorId, end)
        }
    }
}

enum Fault {
    Zero,
    Reversed,
    OverMax,
}

/// Bits of the shortest entry: the flag and one id.
const SHORTEST: u32 = 17;

/// The entries one by one, as they were written.
#[derive(Clone)]
pub(crate) struct Walk<'a> {
    bits: Bits<'a>,
    at: u32,
    left: u16,
}

impl Walk<'_> {
    /// The bit after the entries, found by walking the rest of them.
    pub(crate) fn end(mut self) -> u32 {
        while self.next().is_some() {}
        self.at
    }
}

impl Iterator for Walk<'_> {
    type Item = VendorRange;

    #[inline]
    fn next(&mut self) -> Option<VendorRange> {
        self.left = self.left.checked_sub(1)?;
        let entry = Entry::peek(self.bits, self.at);
        self.at = self.at.wrapping_add(entry.width());
        VendorRange::new(entry.start, entry.end)
    }
}

/// `ranges` in ascending order, joined where they overlap or touch.
pub(crate) fn merge(mut ranges: Vec<VendorRange>) -> Vec<VendorRange> {
    ranges.sort_unstable();
    ranges.dedup_by(|next, kept| {
        let joins = next.first.get() <= kept.last.get().saturating_add(1);
        if joins {
            kept.last = kept.last.max(next.last);
        }
        joins
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_sorts_and_joins() {
        let ranges = [(60, 60), (1, 5), (6, 7), (3, 4), (65_530, 65_535), (65_535, 65_535)];
        let ranges = ranges.map(|(first, last)| VendorRange::new(first, last).unwrap());
        let merged = merge(ranges.to_vec());
        assert_eq!(
            format!("{merged:?}"),
            "[VendorRange(1..=7), VendorRange(60..=60), VendorRange(65530..=65535)]"
        );
    }

    #[test]
    fn a_range_is_never_empty() {
        assert_eq!(VendorRange::new(0, 5), None);
        assert_eq!(VendorRange::new(6, 5), None);
        assert!(VendorRange::new(5, 5).is_some());
    }
}
