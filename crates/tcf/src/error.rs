//! Why a text is not a TC string, and where.

use core::fmt;

use crate::TcString;

/// Which rule a text breaks, and where.
///
/// It is `Copy` and its numbers are lengths, offsets and codes: there is no room for input in it.
/// The classes and what the reference library does instead: `docs/sources/tcf.md#strict`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// A byte outside `A`–`Z`, `a`–`z`, `0`–`9`, `-`, `_`: white space, `+`, `/`, `%`, …
    #[error("byte {byte} is not a base64url character")]
    BadCharacter {
        /// Offset in the text.
        byte: usize,
    },
    /// Six bits over 25 where a letter is due.
    #[error("{0}: not a letter")]
    BadLetter(Place),
    /// A publisher restriction on purpose 0 or on one over 24.
    #[error("{0}: not a purpose from 1 to 24")]
    BadRestrictionPurpose(Place),
    /// The first segment is one that carries a type, or no core segment is there at all.
    #[error("the first segment is not the core segment")]
    CoreNotFirst,
    /// A segment type comes twice.
    #[error("segment {segment} comes twice, the second time at byte {byte}")]
    DuplicateSegment {
        /// Which one.
        segment: Segment,
        /// Offset of the second in the text.
        byte: usize,
    },
    /// No text, or nothing but dots.
    #[error("no segment")]
    Empty,
    /// Two dots in a row, one at an end, or nothing but `=` after a dot.
    #[error("segment at byte {byte} is empty")]
    EmptySegment {
        /// Offset in the text.
        byte: usize,
    },
    /// Range entries although `MaxVendorId` is 0.
    #[error("{0}: range entries, but MaxVendorId is 0")]
    MaxVendorIdZero(Place),
    /// `=` at a segment's end: the format has no padding characters.
    #[error("padding character at byte {byte}")]
    Padding {
        /// Offset in the text.
        byte: usize,
    },
    /// A range that ends before it starts.
    #[error("{0}: the range ends before it starts")]
    RangeEndBeforeStart(Place),
    /// Restriction type 3, which is not defined.
    #[error("{0}: restriction type 3 is not defined")]
    ReservedRestrictionType(Place),
    /// More text than [`TcString::MAX_LEN`].
    #[error("text is {len} bytes long, limit {}", TcString::MAX_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// More segments than [`TcString::MAX_SEGMENTS`].
    #[error("more than {} segments", TcString::MAX_SEGMENTS)]
    TooManySegments,
    /// Set bits after a segment's last field.
    #[error("{0}: set bits after the last field")]
    TrailingData(Place),
    /// The segment ends inside a field.
    #[error("{0}: the segment ends inside this field")]
    Truncated(Place),
    /// A segment type from 4 to 7.
    #[error("segment at byte {byte} has the undefined type {segment_type}")]
    UnknownSegmentType {
        /// 4 to 7.
        segment_type: u8,
        /// Offset of the segment in the text.
        byte: usize,
    },
    /// Not version 2: a version 1 string, a GPP string (version bits 3), or something else.
    #[error("version {version} is not supported, only 2 is")]
    UnsupportedVersion {
        /// 0 to 63.
        version: u8,
    },
    /// A range entry beyond the list's own `MaxVendorId`.
    #[error("{0}: vendor id over MaxVendorId")]
    VendorIdOverMax(Place),
    /// A range entry with vendor id 0; ids start at 1.
    #[error("{0}: vendor id 0")]
    VendorIdZero(Place),
}

impl ReadError {
    /// A stable name, lower-case with underscores, such as `range_end_before_start`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadCharacter { .. } => "bad_base64_char",
            Self::BadLetter(_) => "bad_letter",
            Self::BadRestrictionPurpose(_) => "bad_restriction_purpose",
            Self::CoreNotFirst => "core_not_first",
            Self::DuplicateSegment { .. } => "duplicate_segment",
            Self::Empty => "empty",
            Self::EmptySegment { .. } => "empty_segment",
            Self::MaxVendorIdZero(_) => "max_vendor_zero_with_data",
            Self::Padding { .. } => "padding",
            Self::RangeEndBeforeStart(_) => "range_end_before_start",
            Self::ReservedRestrictionType(_) => "reserved_restriction_type",
            Self::TooLong { .. } => "too_long",
            Self::TooManySegments => "too_many_segments",
            Self::TrailingData(_) => "trailing_data",
            Self::Truncated(_) => "truncated",
            Self::UnknownSegmentType { .. } => "unknown_segment_type",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::VendorIdOverMax(_) => "vendor_id_over_max",
            Self::VendorIdZero(_) => "vendor_id_zero",
        }
    }

    /// Segment, field and bit, for the faults that have them.
    pub const fn place(self) -> Option<Place> {
        match self {
            Self::BadLetter(place)
            | Self::BadRestrictionPurpose(place)
            | Self::MaxVendorIdZero(place)
            | Self::RangeEndBeforeStart(place)
            | Self::ReservedRestrictionType(place)
            | Self::TrailingData(place)
            | Self::Truncated(place)
            | Self::VendorIdOverMax(place)
            | Self::VendorIdZero(place) => Some(place),
            _ => None,
        }
    }
}

/// Where in a TC string: the segment, its field, and the bit at which the field, or the part of it
/// that is at fault, starts.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Place {
    /// The segment.
    pub segment: Segment,
    /// The field; `None` after the last one.
    pub field: Option<Field>,
    /// The part of a field that is itself made of fields.
    pub part: Option<Part>,
    /// Counted from 0 at the segment's first bit.
    pub bit: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} segment, bit {}", self.segment, self.bit)?;
        if let Some(field) = self.field {
            write!(f, ", {}", field.as_str())?;
        }
        if let Some(part) = self.part {
            write!(f, ", {}", part.as_str())?;
        }
        Ok(())
    }
}

/// The segments that a TC string can have (`docs/sources/tcf.md#segments`).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Segment {
    /// Always there, always first.
    Core,
    /// Which vendors the user was shown; mandatory since TCF 2.3.
    DisclosedVendors,
    /// Out-of-band legal bases, withdrawn in 2021: read, never used.
    AllowedVendors,
    /// The publisher's own transparency and consent.
    PublisherTc,
}

impl Segment {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::DisclosedVendors => "disclosed_vendors",
            Self::AllowedVendors => "allowed_vendors",
            Self::PublisherTc => "publisher_tc",
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The fields, by the specification's names (`docs/sources/tcf.md#fields`).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Field {
    /// 6 bits, always 2.
    Version,
    /// 36 bits, tenths of a second.
    Created,
    /// 36 bits, tenths of a second.
    LastUpdated,
    /// 12 bits.
    CmpId,
    /// 12 bits.
    CmpVersion,
    /// 6 bits.
    ConsentScreen,
    /// Two letters of 6 bits.
    ConsentLanguage,
    /// 12 bits.
    VendorListVersion,
    /// 6 bits.
    TcfPolicyVersion,
    /// 1 bit.
    IsServiceSpecific,
    /// 1 bit.
    UseNonStandardTexts,
    /// 12 bits.
    SpecialFeatureOptIns,
    /// 24 bits.
    PurposesConsent,
    /// 24 bits.
    PurposesLITransparency,
    /// 1 bit.
    PurposeOneTreatment,
    /// Two letters of 6 bits.
    PublisherCC,
    /// A vendor section of the core segment.
    VendorConsents,
    /// A vendor section of the core segment.
    VendorLegitimateInterests,
    /// The core segment's last field.
    PubRestrictions,
    /// The vendor section of the Disclosed Vendors segment.
    DisclosedVendors,
    /// The vendor section of the Allowed Vendors segment.
    AllowedVendors,
    /// 24 bits of the Publisher TC segment.
    PubPurposesConsent,
    /// 24 bits of the Publisher TC segment.
    PubPurposesLITransparency,
    /// 6 bits.
    NumCustomPurposes,
    /// As many bits as `NumCustomPurposes` says.
    CustomPurposesConsent,
    /// As many bits as `NumCustomPurposes` says.
    CustomPurposesLITransparency,
}

impl Field {
    /// The specification's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "Version",
            Self::Created => "Created",
            Self::LastUpdated => "LastUpdated",
            Self::CmpId => "CmpId",
            Self::CmpVersion => "CmpVersion",
            Self::ConsentScreen => "ConsentScreen",
            Self::ConsentLanguage => "ConsentLanguage",
            Self::VendorListVersion => "VendorListVersion",
            Self::TcfPolicyVersion => "TcfPolicyVersion",
            Self::IsServiceSpecific => "IsServiceSpecific",
            Self::UseNonStandardTexts => "UseNonStandardTexts",
            Self::SpecialFeatureOptIns => "SpecialFeatureOptIns",
            Self::PurposesConsent => "PurposesConsent",
            Self::PurposesLITransparency => "PurposesLITransparency",
            Self::PurposeOneTreatment => "PurposeOneTreatment",
            Self::PublisherCC => "PublisherCC",
            Self::VendorConsents => "VendorConsents",
            Self::VendorLegitimateInterests => "VendorLegitimateInterests",
            Self::PubRestrictions => "PubRestrictions",
            Self::DisclosedVendors => "DisclosedVendors",
            Self::AllowedVendors => "AllowedVendors",
            Self::PubPurposesConsent => "PubPurposesConsent",
            Self::PubPurposesLITransparency => "PubPurposesLITransparency",
            Self::NumCustomPurposes => "NumCustomPurposes",
            Self::CustomPurposesConsent => "CustomPurposesConsent",
            Self::CustomPurposesLITransparency => "CustomPurposesLITransparency",
        }
    }
}

/// The parts of a vendor section and of a publisher restriction.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Part {
    /// 16 bits.
    MaxVendorId,
    /// 1 bit.
    IsRangeEncoding,
    /// `MaxVendorId` bits.
    BitField,
    /// 12 bits.
    NumEntries,
    /// 1 bit.
    IsARange,
    /// 16 bits of an entry that is one vendor.
    OnlyVendorId,
    /// 16 bits.
    StartVendorId,
    /// 16 bits.
    EndVendorId,
    /// 12 bits.
    NumPubRestrictions,
    /// 6 bits.
    PurposeId,
    /// 2 bits.
    RestrictionType,
}

impl Part {
    /// The specification's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxVendorId => "MaxVendorId",
            Self::IsRangeEncoding => "IsRangeEncoding",
            Self::BitField => "BitField",
            Self::NumEntries => "NumEntries",
            Self::IsARange => "IsARange",
            Self::OnlyVendorId => "OnlyVendorId",
            Self::StartVendorId => "StartVendorId",
            Self::EndVendorId => "EndVendorId",
            Self::NumPubRestrictions => "NumPubRestrictions",
            Self::PurposeId => "PurposeId",
            Self::RestrictionType => "RestrictionType",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<ReadError>();
