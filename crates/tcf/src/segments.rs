//! The text's segments: cut at the dots, checked, told apart by their type.

use core::ops::Range;

use crate::{
    Field, ReadError, Segment, TcString,
    bits::{self, Bits},
    core_segment::{self, CoreLayout, check_padding},
    faults::Faults,
    publisher::PublisherTc,
    vendors::ListLayout,
};

/// Where everything lies in the text: found once, when it is read.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) core: (Span, CoreLayout),
    pub(crate) disclosed_vendors: Option<(Span, ListLayout)>,
    pub(crate) allowed_vendors: Option<(Span, ListLayout)>,
    pub(crate) publisher_tc: Option<Span>,
}

/// A segment's bytes in the text.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Offsets fit: the text is at most `TcString::MAX_LEN` bytes long.
    fn new(range: Range<usize>) -> Self {
        let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: offset(range.start), end: offset(range.end) }
    }

    pub(crate) fn bits(self, text: &str) -> Bits<'_> {
        let range = self.start as usize..self.end as usize;
        Bits::new(text.as_bytes().get(range).unwrap_or_default())
    }
}

impl Layout {
    pub(crate) fn read(text: &str, faults: &mut Faults) -> Result<Self, ReadError> {
        if text.len() > TcString::MAX_LEN {
            return Err(ReadError::TooLong { len: text.len() });
        }
        if text.bytes().all(|byte| byte == b'.') {
            return Err(ReadError::Empty);
        }
        let mut layout: Option<Self> = None;
        let mut skipped: Option<ReadError> = None;
        let mut start = 0_usize;
        for (index, chars) in text.split('.').enumerate() {
            if index >= TcString::MAX_SEGMENTS {
                return Err(ReadError::TooManySegments);
            }
            let byte = start;
            start = start.saturating_add(chars.len()).saturating_add(1);
            if chars.is_empty() {
                // Lenient reading refuses it too: it may be what is left of Disclosed Vendors, and
                // an older string without that segment allows more.
                return Err(ReadError::EmptySegment { byte });
            }
            let version_is_known = layout.is_some();
            let chars = check_characters(chars.as_bytes(), byte, version_is_known, faults)?;
            let bits = Bits::new(chars);
            let span = Span::new(byte..byte.saturating_add(chars.len()));
            match &mut layout {
                None => {
                    let core = (span, CoreLayout::read(bits, faults)?);
                    layout = Some(Self::of_core(core));
                }
                Some(layout) => match layout.add(bits, span, byte, faults) {
                    Err(unknown @ ReadError::UnknownSegmentType { .. }) => {
                        faults.tolerate(unknown)?;
                        skipped = skipped.or(Some(unknown));
                    }
                    added => added?,
                },
            }
        }
        let layout = layout.ok_or(ReadError::Empty)?;
        match skipped {
            // Like an empty segment: it may be what is left of Disclosed Vendors, and an older string
            // without that segment allows more.
            Some(unknown) if layout.disclosed_vendors.is_none() => Err(unknown),
            _ => Ok(layout),
        }
    }

    const fn of_core(core: (Span, CoreLayout)) -> Self {
        Self { core, disclosed_vendors: None, allowed_vendors: None, publisher_tc: None }
    }

    /// Reads a segment after the core segment, where the order is free.
    fn add(
        &mut self,
        bits: Bits<'_>,
        span: Span,
        byte: usize,
        faults: &mut Faults,
    ) -> Result<(), ReadError> {
        #[expect(clippy::cast_possible_truncation, reason = "3 bits were asked for")]
        let segment_type = bits.peek(0, TYPE) as u8;
        let twice = |segment| Err(ReadError::DuplicateSegment { segment, byte });
        match segment_type {
            0 => return twice(Segment::Core),
            1 if self.disclosed_vendors.is_some() => return twice(Segment::DisclosedVendors),
            1 => {
                let of = (Segment::DisclosedVendors, Field::DisclosedVendors);
                self.disclosed_vendors = Some((span, read_vendors(bits, of, faults)?));
            }
            2 if self.allowed_vendors.is_some() => return twice(Segment::AllowedVendors),
            2 => {
                let of = (Segment::AllowedVendors, Field::AllowedVendors);
                self.allowed_vendors = Some((span, read_vendors(bits, of, faults)?));
            }
            3 if self.publisher_tc.is_some() => return twice(Segment::PublisherTc),
            3 => {
                PublisherTc::check(bits)?;
                self.publisher_tc = Some(span);
            }
            _ => return Err(ReadError::UnknownSegmentType { segment_type, byte }),
        }
        Ok(())
    }
}

/// A segment that is a type and a vendor section.
fn read_vendors(
    bits: Bits<'_>,
    of: (Segment, Field),
    faults: &mut Faults,
) -> Result<ListLayout, ReadError> {
    let list = ListLayout::read(bits, TYPE, of, faults)?;
    check_padding(bits, list.end, of.0)?;
    Ok(list)
}

/// The segment's characters without padding, all of the alphabet and at least one. `byte` is their
/// offset.
fn check_characters<'a>(
    chars: &'a [u8],
    byte: usize,
    version_is_known: bool,
    faults: &mut Faults,
) -> Result<&'a [u8], ReadError> {
    if !version_is_known {
        check_version(chars, byte)?;
    }
    let Some(bad) = bits::first_bad(chars) else { return Ok(chars) };
    let (good, rest) = chars.split_at(bad);
    let byte = byte.saturating_add(bad);
    if rest.iter().any(|&rest| rest != b'=') {
        return Err(ReadError::BadCharacter { byte });
    }
    if good.is_empty() {
        // Nothing but padding.
        return Err(ReadError::EmptySegment { byte });
    }
    faults.tolerate(ReadError::Padding { byte })?;
    Ok(good)
}

/// The first six bits of the first segment: 2, or the segment is another one, or the text is
/// another format. This comes before the other characters are looked at, so that a GPP string is
/// called by its version and not by its `~`.
fn check_version(chars: &[u8], byte: usize) -> Result<(), ReadError> {
    let first = chars.get(..1).unwrap_or_default();
    if bits::first_bad(first).is_some() {
        return Err(ReadError::BadCharacter { byte });
    }
    match core_segment::VERSION.peek_u8(Bits::new(first)) {
        2 => Ok(()),
        // The three bits of a segment type that is not the core's.
        8..=31 => Err(ReadError::CoreNotFirst),
        version => Err(ReadError::UnsupportedVersion { version }),
    }
}

/// Bits of the segment type.
const TYPE: u32 = 3;
