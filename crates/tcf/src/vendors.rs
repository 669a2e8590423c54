//! A vendor section: which vendors, as a bit field or as ranges, never materialised.

use core::{fmt, iter::FusedIterator};

use crate::{
    Field, Part, Place, ReadError, Segment, VendorId,
    bits::Bits,
    faults::Faults,
    ranges::{self, Entries, VendorRange},
};

/// Where a vendor section lies in its segment: found once, when the text is read.
#[derive(Clone, Copy)]
pub(crate) struct ListLayout {
    max_vendor_id: u16,
    form: Form,
    /// The bit after the section.
    pub(crate) end: u32,
}

#[derive(Clone, Copy)]
enum Form {
    /// From this bit on.
    BitField(u32),
    Ranges(Entries),
}

impl ListLayout {
    /// Checks the vendor section at bit `at`: every bit of it is there, every entry is sound.
    pub(crate) fn read(
        bits: Bits<'_>,
        at: u32,
        (segment, field): (Segment, Field),
        faults: &mut Faults,
    ) -> Result<Self, ReadError> {
        let place = |part, bit| Place { segment, field: Some(field), part: Some(part), bit };
        let is_short = |end: u32| end > bits.len();
        let flag = at.saturating_add(16);
        let body = at.saturating_add(17);
        if is_short(flag) {
            return Err(ReadError::Truncated(place(Part::MaxVendorId, at)));
        }
        if is_short(body) {
            return Err(ReadError::Truncated(place(Part::IsRangeEncoding, flag)));
        }
        #[expect(clippy::cast_possible_truncation, reason = "16 bits were asked for")]
        let max_vendor_id = bits.peek(at, 16) as u16;
        if !bits.bit(flag) {
            let end = body.saturating_add(u32::from(max_vendor_id));
            if is_short(end) {
                return Err(ReadError::Truncated(place(Part::BitField, body)));
            }
            return Ok(Self { max_vendor_id, form: Form::BitField(body), end });
        }
        let (entries, end) =
            ranges::read(bits, body, Some(max_vendor_id), (segment, field), faults)?;
        Ok(Self { max_vendor_id, form: Form::Ranges(entries), end })
    }
}

/// The vendors of one list, as a view: a question reads bits or searches ranges.
#[derive(Clone, Copy)]
pub struct VendorList<'a> {
    bits: Bits<'a>,
    layout: ListLayout,
}

impl<'a> VendorList<'a> {
    pub(crate) const fn new(bits: Bits<'a>, layout: ListLayout) -> Self {
        Self { bits, layout }
    }

    /// Whether `vendor` is in the list. An id over [`max_vendor_id`](Self::max_vendor_id) is not.
    ///
    /// One bit of a bit field; for ranges, a search that costs their number.
    pub fn contains(&self, vendor: VendorId) -> bool {
        let id = vendor.get();
        if id > self.layout.max_vendor_id {
            return false;
        }
        match self.layout.form {
            Form::BitField(body) => {
                self.bits.bit(body.saturating_add(u32::from(id)).saturating_sub(1))
            }
            Form::Ranges(entries) => entries.contains(self.bits, vendor),
        }
    }

    /// The field `MaxVendorId`. It may be larger than the largest id in the list.
    pub const fn max_vendor_id(&self) -> u16 {
        self.layout.max_vendor_id
    }

    /// The field `IsRangeEncoding`.
    pub const fn is_range_encoding(&self) -> bool {
        matches!(self.layout.form, Form::Ranges(_))
    }

    /// Whether no vendor is in the list.
    pub fn is_empty(&self) -> bool {
        self.ranges().next().is_none()
    }

    /// The vendors as ranges: those that were written, in their order, or the runs of a bit field.
    ///
    /// Written ranges may overlap and need not ascend. Nothing is allocated.
    pub fn ranges(&self) -> VendorRanges<'a> {
        let max = self.layout.max_vendor_id;
        VendorRanges(match self.layout.form {
            Form::BitField(body) => Source::Runs {
                bits: self.bits,
                body,
                at: body,
                end: body.saturating_add(u32::from(max)),
            },
            Form::Ranges(entries) => Source::Written { walk: entries.walk(self.bits), max },
        })
    }

    /// The vendors, each once, ascending.
    ///
    /// Nothing is allocated but for ranges that overlap or do not ascend, which no known writer
    /// makes: these are sorted first.
    pub fn iter(&self) -> VendorIds<'a> {
        let ascending = match self.layout.form {
            Form::BitField(_) => true,
            Form::Ranges(entries) => entries.is_ascending(),
        };
        VendorIds::new(if ascending {
            self.ranges()
        } else {
            VendorRanges::merged(self.ranges().collect())
        })
    }
}

impl<'a> IntoIterator for &VendorList<'a> {
    type Item = VendorId;
    type IntoIter = VendorIds<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Whose consent it is makes a list of vendors personal, so only its form is shown.
impl fmt::Debug for VendorList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VendorList")
            .field("max_vendor_id", &self.max_vendor_id())
            .field("is_range_encoding", &self.is_range_encoding())
            .finish_non_exhaustive()
    }
}

/// Ranges of vendors; see [`VendorList::ranges`].
#[derive(Clone)]
pub struct VendorRanges<'a>(Source<'a>);

#[derive(Clone)]
enum Source<'a> {
    Runs { bits: Bits<'a>, body: u32, at: u32, end: u32 },
    Written { walk: ranges::Walk<'a>, max: u16 },
    Merged(alloc::vec::IntoIter<VendorRange>),
}

impl<'a> VendorRanges<'a> {
    /// Written entries of a publisher restriction, which has no `MaxVendorId`.
    pub(crate) const fn written(walk: ranges::Walk<'a>) -> Self {
        Self(Source::Written { walk, max: u16::MAX })
    }

    /// `ranges` in ascending order, joined where they overlap or touch.
    pub(crate) fn merged(ranges: Vec<VendorRange>) -> Self {
        Self(Source::Merged(ranges::merge(ranges).into_iter()))
    }
}

impl Iterator for VendorRanges<'_> {
    type Item = VendorRange;

    fn next(&mut self) -> Option<VendorRange> {
        match &mut self.0 {
            Source::Runs { bits, body, at, end } => {
                let first = bits.next_set(*at, *end)?;
                let after = bits.next_clear(first, *end).unwrap_or(*end);
                *at = after;
                // Bit 0 of the body is vendor 1, so the offset of the bit after is the last's id.
                let id = |bit: u32| u16::try_from(bit.saturating_sub(*body)).ok();
                VendorRange::new(id(first.saturating_add(1))?, id(after)?)
            }
            Source::Written { walk, max } => walk.find_map(|range| range.up_to(*max)),
            Source::Merged(ranges) => ranges.next(),
        }
    }
}

impl FusedIterator for VendorRanges<'_> {}

impl fmt::Debug for VendorRanges<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VendorRanges").finish_non_exhaustive()
    }
}

/// Vendors one by one; see [`VendorList::iter`].
#[derive(Clone)]
pub struct VendorIds<'a> {
    ranges: VendorRanges<'a>,
    /// What is left of the range that was begun.
    current: core::ops::RangeInclusive<u16>,
}

impl<'a> VendorIds<'a> {
    /// `ranges` must ascend without overlap.
    #[expect(clippy::reversed_empty_ranges, reason = "an empty range to start with")]
    pub(crate) const fn new(ranges: VendorRanges<'a>) -> Self {
        Self { ranges, current: 1..=0 }
    }
}

impl Iterator for VendorIds<'_> {
    type Item = VendorId;

    fn next(&mut self) -> Option<VendorId> {
        loop {
            if let Some(id) = self.current.next() {
                return VendorId::new(id);
            }
            let range = self.ranges.next()?;
            self.current = range.first().get()..=range.last().get();
        }
    }
}

impl FusedIterator for VendorIds<'_> {}

impl fmt::Debug for VendorIds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VendorIds").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;
    use crate::{bit_writer::BitWriter, bits};

    const OF: (Segment, Field) = (Segment::Core, Field::VendorConsents);

    #[test]
    fn ranges_in_any_order_answer_like_the_set_of_their_ids() {
        for ranges in [
            vec![],
            vec![(1, 5), (6, 6), (9, 20)],
            // One id in two ranges, also at their ends only.
            vec![(1, 5), (5, 9)],
            vec![(1, 20), (10, 30), (15, 15)],
            // Not ascending, also behind a range that is far ahead.
            vec![(100, 120), (1, 5), (60, 60)],
            vec![(65_530, 65_535), (1, 1), (65_535, 65_535)],
        ] {
            let ranges: Vec<_> =
                ranges.into_iter().filter_map(|(a, b)| VendorRange::new(a, b)).collect();
            let mut section = BitWriter::default();
            section.push(65_535, 16);
            section.push_flag(true);
            section.push_entries(&ranges);
            let text = section.finish();
            assert_eq!(bits::first_bad(text.as_bytes()), None);
            let bits = Bits::new(text.as_bytes());
            let layout = ListLayout::read(bits, 0, OF, &mut Faults::refused()).unwrap();
            let list = VendorList::new(bits, layout);

            let ids: BTreeSet<_> =
                ranges.iter().flat_map(|range| range.first().get()..=range.last().get()).collect();
            assert!(list.iter().map(VendorId::get).eq(ids.iter().copied()), "{ranges:?}");
            assert_eq!(list.ranges().collect::<Vec<_>>(), ranges);
            assert_eq!(list.is_empty(), ids.is_empty());
            for id in (1..=u16::MAX).filter_map(VendorId::new) {
                assert_eq!(list.contains(id), ids.contains(&id.get()), "{id} in {ranges:?}");
            }
        }
    }
}
