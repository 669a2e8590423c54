//! The segment before the core that the specification gives sections 24 to 27.

use super::us_section::segment_bits;
use crate::{Fault, SectionError, SectionId, bits::value, fibonacci};

/// Whether the first six bits are the section's own id, as in [`Form::WithHeader`](crate::Form::WithHeader).
pub(super) fn begins_with_id(text: &str, id: SectionId) -> bool {
    text.bytes().next().is_some_and(|byte| u16::from(value(byte)) == id.as_u16())
}

/// Reads the header segment and returns how many sub-sections it lists.
pub(super) fn read(id: SectionId, text: &str) -> Result<u16, SectionError> {
    let at = |field, bit, fault| SectionError { section: id, segment: 0, field, bit, fault };
    let mut bits = segment_bits(id, 0, text)?;
    bits.read(6).ok_or_else(|| at("SectionID", 0, Fault::CutShort))?;
    let version = bits.read(6).ok_or_else(|| at("Version", 6, Fault::CutShort))?;
    if version != HEADER_VERSION {
        return Err(at("Version", 6, Fault::UnsupportedVersion));
    }
    let field = "SubSections";
    let items = bits.read(12).ok_or_else(|| at(field, 12, Fault::CutShort))?;
    let (mut listed, mut last) = (0_u16, 0_u16);
    for _ in 0..items {
        let bit = bits.position();
        let is_group = bits.bit().ok_or_else(|| at(field, bit, Fault::CutShort))?;
        for _ in 0..=u8::from(is_group) {
            let number = fibonacci::read(&mut bits).map_err(|_| at(field, bit, Fault::CutShort))?;
            last = last.saturating_add(number);
        }
        // A group of two lists both; a longer one lists what no section has.
        listed = listed.saturating_add(1).saturating_add(u16::from(is_group));
        if last > MAX_SUB_SECTION {
            return Err(at(field, bit, Fault::UnknownSegment));
        }
    }
    bits.first_set().map_or(Ok(listed), |bit| Err(at("", bit, Fault::TrailingBits)))
}

/// Of the header segment of sections 24 to 27.
pub(super) const HEADER_VERSION: u64 = 1;

/// Ids 0 and 1 are defined; written with an offset of one they are 1 and 2.
const MAX_SUB_SECTION: u16 = 2;
