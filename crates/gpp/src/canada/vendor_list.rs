//! Lists of vendor ids, as views of the text.

use core::fmt;

use crate::{
    Fault,
    bits::BitReader,
    fibonacci::{self, FibonacciError},
};

/// Vendor ids in a Canadian section: a bit for each id, or ranges.
///
/// The structure was checked when the section was read; ids ascend and none comes twice.
#[derive(Clone, Copy)]
pub struct VendorList<'a> {
    bits: BitReader<'a>,
    /// The first bit of the field of bits, or of the first range.
    start: usize,
    max: u16,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Shape {
    Bitfield,
    Ranges { items: u16, coding: VendorCoding },
}

/// How a Canadian section writes ranges of vendors. It tells the age of the writer.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum VendorCoding {
    /// Fibonacci numbers: the specification, and the official library from 3.2.0 (August 2026).
    Fibonacci,
    /// Pairs of 16 bits, and restrictions without a maximum: the official library until then.
    Integer,
}

impl<'a> VendorList<'a> {
    /// Whether the list holds `vendor`. Linear in the list's text for ranges.
    pub fn contains(&self, vendor: u16) -> bool {
        match self.shape {
            Shape::Bitfield => {
                (1..=self.max).contains(&vendor)
                    && usize::from(vendor)
                        .checked_sub(1)
                        .and_then(|index| self.bits.bit_at(self.start.checked_add(index)?))
                        == Some(true)
            }
            Shape::Ranges { .. } => self
                .ranges()
                .take_while(|(start, _)| *start <= vendor)
                .any(|(_, end)| vendor <= end),
        }
    }

    /// The ids, ascending. There may be 65,535, whatever the length of the text.
    pub fn iter(&self) -> impl Iterator<Item = u16> + use<'a> {
        self.ranges().flat_map(|(start, end)| start..=end)
    }

    /// How many ids there are.
    pub fn count(&self) -> usize {
        let len = |(start, end): (u16, u16)| usize::from(end.abs_diff(start)).saturating_add(1);
        self.ranges().map(len).fold(0, usize::saturating_add)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ranges().next().is_none()
    }

    /// OptimizedRange as the official library has it: Int(16) maximum, a flag, then ranges or one
    /// bit for each id up to the maximum.
    pub(super) fn parse(
        bits: &mut BitReader<'a>,
        coding: VendorCoding,
    ) -> Result<Self, (usize, Fault)> {
        let field = bits.position();
        let cut = (field, Fault::CutShort);
        let max = bits.read_u16(16).ok_or(cut)?;
        if bits.bit().ok_or(cut)? {
            return Self::parse_ranges(bits, coding, max);
        }
        let list = Self { bits: *bits, start: bits.position(), max, shape: Shape::Bitfield };
        bits.skip(usize::from(max)).ok_or(cut)?;
        Ok(list)
    }

    /// Int(12) number of ranges, then the ranges.
    pub(super) fn parse_ranges(
        bits: &mut BitReader<'a>,
        coding: VendorCoding,
        max: u16,
    ) -> Result<Self, (usize, Fault)> {
        let items = bits.read_u16(12).ok_or_else(|| (bits.position(), Fault::CutShort))?;
        let start = bits.position();
        let list = Self { bits: *bits, start, max, shape: Shape::Ranges { items, coding } };
        let mut last = 0;
        for _ in 0..items {
            let at = bits.position();
            let (_, end) = read_range(bits, coding, last).map_err(|fault| (at, fault))?;
            if end > max {
                return Err((at, Fault::VendorId));
            }
            last = end;
        }
        Ok(list)
    }

    /// Whether both hold the same ranges. It is linear in the texts, not in the ids, and may say no
    /// of equal lists if one was written with neighbours apart.
    pub(super) fn has_ranges_of(&self, other: &Self) -> bool {
        self.ranges().eq(other.ranges())
    }

    /// Whether the text holds ranges, so that its coding matters.
    pub(super) fn has_ranges(&self) -> bool {
        matches!(self.shape, Shape::Ranges { items: 1.., .. })
    }

    /// Whether a writer would have written just this: the maximum is the last id, neighbours are
    /// joined, and the shorter of the two shapes was taken.
    ///
    /// `has_max`: the list is an OptimizedRange, not bare ranges.
    pub(super) fn is_canonical(&self, coding: VendorCoding, has_max: bool) -> bool {
        let (mut before, mut width, mut joined) = (0_u16, RANGES_HEAD_BITS, true);
        let mut items = 0_usize;
        for (start, end) in self.ranges() {
            items = items.saturating_add(1);
            joined &= before == 0 || start.abs_diff(before) > 1;
            width = width.saturating_add(range_width(coding, before, start, end));
            before = end;
        }
        let shorter_as_ranges = width <= usize::from(before) && items <= MAX_RANGES;
        match self.shape {
            Shape::Bitfield => self.max == before && !shorter_as_ranges,
            Shape::Ranges { .. } if has_max => {
                joined && self.max == before && shorter_as_ranges && self.ranges_fill(width)
            }
            Shape::Ranges { .. } => joined && self.ranges_fill(width),
        }
    }

    /// First and last id of each range. In a field of bits neighbours are joined.
    pub(super) fn ranges(&self) -> Ranges<'a> {
        match self.shape {
            Shape::Bitfield => Ranges::Bitfield { list: *self, next: 1 },
            Shape::Ranges { items, coding } => Ranges::Coded {
                bits: self.bits.starting_at(self.start),
                left: items,
                last: 0,
                coding,
            },
        }
    }

    /// Whether the ranges take exactly `width` bits with their number: a group of one id takes more.
    fn ranges_fill(&self, width: usize) -> bool {
        let mut rest = self.ranges();
        while rest.next().is_some() {}
        let end = match rest {
            Ranges::Coded { bits, .. } => bits.position(),
            Ranges::Bitfield { .. } => return false,
        };
        end.saturating_sub(self.start).saturating_add(RANGES_HEAD_BITS) == width
    }
}

/// Vendors that a person chose about: only how many.
impl fmt::Debug for VendorList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VendorList(<{} ids>)", self.count())
    }
}

/// The ranges of a [`VendorList`].
pub(super) enum Ranges<'a> {
    Bitfield { list: VendorList<'a>, next: u16 },
    Coded { bits: BitReader<'a>, left: u16, last: u16, coding: VendorCoding },
}

impl Iterator for Ranges<'_> {
    type Item = (u16, u16);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Bitfield { list, next } => {
                // Past the maximum there is none, and `next` stays where a search ends at once.
                let start = (*next..=list.max).find(|&vendor| list.contains(vendor));
                let Some(start) = start else {
                    *next = u16::MAX;
                    list.max = 0;
                    return None;
                };
                let end = (start..=list.max).take_while(|&vendor| list.contains(vendor)).last()?;
                match end.checked_add(1) {
                    Some(after) => *next = after,
                    None => list.max = 0,
                }
                Some((start, end))
            }
            Self::Coded { bits, left, last, coding } => {
                *left = left.checked_sub(1)?;
                let range = read_range(bits, *coding, *last).ok()?;
                *last = range.1;
                Some(range)
            }
        }
    }
}

/// One range after the id `last`.
fn read_range(
    bits: &mut BitReader<'_>,
    coding: VendorCoding,
    last: u16,
) -> Result<(u16, u16), Fault> {
    let is_group = bits.bit().ok_or(Fault::CutShort)?;
    match coding {
        VendorCoding::Fibonacci => {
            let mut next = |from: u16| {
                let offset = fibonacci::read(bits).map_err(|error| match error {
                    FibonacciError::CutShort => Fault::CutShort,
                    FibonacciError::TooBig => Fault::VendorId,
                })?;
                from.checked_add(offset).ok_or(Fault::VendorId)
            };
            let start = next(last)?;
            Ok((start, if is_group { next(start)? } else { start }))
        }
        VendorCoding::Integer => {
            let start = bits.read_u16(16).ok_or(Fault::CutShort)?;
            let end = if is_group { bits.read_u16(16).ok_or(Fault::CutShort)? } else { start };
            if start == 0 {
                return Err(Fault::VendorId);
            }
            // Ascending order is what keeps the ids of a list to 65,535, however long its text.
            if start <= last || end < start {
                return Err(Fault::RangeOrder);
            }
            Ok((start, end))
        }
    }
}

/// How many bits a range takes.
pub(super) fn range_width(coding: VendorCoding, last: u16, start: u16, end: u16) -> usize {
    let is_group = end > start;
    let numbers = match coding {
        VendorCoding::Fibonacci => {
            let offset = fibonacci::width(start.saturating_sub(last));
            offset.saturating_add(fibonacci::width(end.saturating_sub(start)))
        }
        VendorCoding::Integer if is_group => 32,
        VendorCoding::Integer => 16,
    };
    numbers.saturating_add(1)
}

/// Int(12), the number of ranges.
pub(super) const RANGES_HEAD_BITS: usize = 12;

/// What Int(12) can count.
pub(super) const MAX_RANGES: usize = 4_095;
