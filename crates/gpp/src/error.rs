//! Why one section can't be read.

use core::fmt;

use crate::{SectionId, UsPrivacyError};

/// What is wrong with one section, and where. The other sections stay readable.
///
/// It holds ids, names of fields, offsets and limits, never text of the string.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SectionError {
    /// The section.
    pub section: SectionId,
    /// Which of the parts between dots, from 0.
    pub segment: usize,
    /// The field's name in the specification; empty when the fault is not in a field.
    pub field: &'static str,
    /// Where in the segment, in bits from 0: where the field starts, or the very bit for
    /// [`Fault::TrailingBits`] and [`Fault::BadCharacter`] (six bits a character).
    pub bit: usize,
    /// The broken rule.
    pub fault: Fault,
}

impl fmt::Display for SectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GPP section {}, segment {}, ", self.section, self.segment)?;
        if !self.field.is_empty() {
            write!(f, "field {}, ", self.field)?;
        }
        write!(f, "bit {}: {}", self.bit, self.fault)
    }
}

impl core::error::Error for SectionError {}

/// The rule that a section breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Both encodings that the Canadian section has had can be read, with different vendors, and
    /// nothing tells which was meant.
    #[error("can be read in two ways")]
    AmbiguousEncoding,
    /// A character outside base64url.
    #[error("a character outside base64url")]
    BadCharacter,
    /// The segment ends before the field does.
    #[error("ends inside the field")]
    CutShort,
    /// A second segment of a type that comes once.
    #[error("a segment of this type came before")]
    DuplicateSegment,
    /// Nothing between two dots, or no text in the section.
    #[error("no text")]
    Empty,
    /// A language letter outside A to Z.
    #[error("not a letter from A to Z")]
    NotALetter,
    /// A range that ends before it starts, or starts before the one before it has ended.
    #[error("ranges are not ascending")]
    RangeOrder,
    /// More publisher restrictions than there are pairs of purpose and type.
    #[error("more than {} restrictions", crate::TcfCaV1::MAX_RESTRICTIONS)]
    TooManyRestrictions,
    /// More segments than any section has.
    #[error("more than {} segments", crate::MAX_SEGMENTS)]
    TooManySegments,
    /// Bits are set where only zeros may pad.
    #[error("a set bit after the end")]
    TrailingBits,
    /// The value 3, which no field of two bits has.
    #[error("a value that is not defined")]
    UndefinedValue,
    /// A segment type that the section does not have.
    #[error("a segment type that is not defined")]
    UnknownSegment,
    /// A layout version that the section does not have.
    #[error("a version that is not defined")]
    UnsupportedVersion,
    /// Section 6 is text, and that text is wrong.
    #[error(transparent)]
    UsPrivacy(UsPrivacyError),
    /// Vendor id 0, or one over the list's own maximum.
    #[error("a vendor id of 0 or over the maximum")]
    VendorId,
}

impl Fault {
    /// Stable, lower-case, with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AmbiguousEncoding => "ambiguous_encoding",
            Self::BadCharacter => "bad_character",
            Self::CutShort => "cut_short",
            Self::DuplicateSegment => "duplicate_segment",
            Self::Empty => "empty",
            Self::NotALetter => "not_a_letter",
            Self::RangeOrder => "range_order",
            Self::TooManyRestrictions => "too_many_restrictions",
            Self::TooManySegments => "too_many_segments",
            Self::TrailingBits => "trailing_bits",
            Self::UndefinedValue => "undefined_value",
            Self::UnknownSegment => "unknown_segment",
            Self::UnsupportedVersion => "unsupported_version",
            Self::UsPrivacy(error) => error.code(),
            Self::VendorId => "vendor_id",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<SectionError>();
