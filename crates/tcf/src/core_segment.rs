//! The core segment: 213 bits of fixed fields, two vendor sections, the restrictions.

use predispatch_types::Timestamp;

use crate::{
    Field, LetterPair, Place, ReadError, Segment, bits::Bits, faults::Faults,
    restrictions::RestrictionsLayout, vendors::ListLayout,
};

/// Where the parts of the core segment lie that have no fixed place.
#[derive(Clone, Copy)]
pub(crate) struct CoreLayout {
    pub(crate) vendor_consents: ListLayout,
    pub(crate) vendor_legitimate_interests: ListLayout,
    pub(crate) restrictions: RestrictionsLayout,
}

impl CoreLayout {
    /// Checks the whole segment. Its version has been checked before.
    pub(crate) fn read(bits: Bits<'_>, faults: &mut Faults) -> Result<Self, ReadError> {
        const OF: Segment = Segment::Core;
        if bits.len() < PREFIX {
            return Err(ReadError::Truncated(place_in_prefix(bits.len())));
        }
        for fixed in [CONSENT_LANGUAGE, PUBLISHER_CC] {
            if LetterPair::from_field(fixed.peek(bits)).is_none() {
                return Err(ReadError::BadLetter(fixed.place()));
            }
        }
        let vendor_consents = ListLayout::read(bits, PREFIX, (OF, Field::VendorConsents), faults)?;
        let vendor_legitimate_interests = ListLayout::read(
            bits,
            vendor_consents.end,
            (OF, Field::VendorLegitimateInterests),
            faults,
        )?;
        let (restrictions, end) =
            RestrictionsLayout::read(bits, vendor_legitimate_interests.end, faults)?;
        check_padding(bits, end, OF)?;
        Ok(Self { vendor_consents, vendor_legitimate_interests, restrictions })
    }
}

/// Any number of zero bits may follow a segment's last field, and nothing else.
pub(crate) fn check_padding(bits: Bits<'_>, end: u32, segment: Segment) -> Result<(), ReadError> {
    match bits.next_set(end, bits.len()) {
        None => Ok(()),
        Some(bit) => Err(ReadError::TrailingData(Place { segment, field: None, part: None, bit })),
    }
}

/// A field at a fixed place of the core segment.
#[derive(Clone, Copy)]
pub(crate) struct Fixed {
    field: Field,
    at: u32,
    pub(crate) width: u32,
}

impl Fixed {
    const fn new(field: Field, at: u32, width: u32) -> Self {
        Self { field, at, width }
    }

    pub(crate) fn peek(self, bits: Bits<'_>) -> u64 {
        bits.peek(self.at, self.width)
    }

    #[expect(clippy::cast_possible_truncation, reason = "only for fields of up to 12 bits")]
    pub(crate) fn peek_u16(self, bits: Bits<'_>) -> u16 {
        self.peek(bits) as u16
    }

    #[expect(clippy::cast_possible_truncation, reason = "only for fields of up to 6 bits")]
    pub(crate) fn peek_u8(self, bits: Bits<'_>) -> u8 {
        self.peek(bits) as u8
    }

    /// For the two times: tenths of a second since 1970, at most the year 2187.
    pub(crate) fn peek_time(self, bits: Bits<'_>) -> Timestamp {
        let millis = self.peek(bits).saturating_mul(100);
        Timestamp::from_unix_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    const fn place(self) -> Place {
        Place { segment: Segment::Core, field: Some(self.field), part: None, bit: self.at }
    }
}

/// The fixed field in which a segment of `len` bits ends.
fn place_in_prefix(len: u32) -> Place {
    let cut = FIXED.iter().find(|fixed| fixed.at.saturating_add(fixed.width) > len);
    cut.map_or_else(|| PUBLISHER_CC.place(), |fixed| fixed.place())
}

// Offsets and widths: docs/sources/tcf.md#fields.
pub(crate) const VERSION: Fixed = Fixed::new(Field::Version, 0, 6);
pub(crate) const CREATED: Fixed = Fixed::new(Field::Created, 6, 36);
pub(crate) const LAST_UPDATED: Fixed = Fixed::new(Field::LastUpdated, 42, 36);
pub(crate) const CMP_ID: Fixed = Fixed::new(Field::CmpId, 78, 12);
pub(crate) const CMP_VERSION: Fixed = Fixed::new(Field::CmpVersion, 90, 12);
pub(crate) const CONSENT_SCREEN: Fixed = Fixed::new(Field::ConsentScreen, 102, 6);
pub(crate) const CONSENT_LANGUAGE: Fixed = Fixed::new(Field::ConsentLanguage, 108, 12);
pub(crate) const VENDOR_LIST_VERSION: Fixed = Fixed::new(Field::VendorListVersion, 120, 12);
pub(crate) const TCF_POLICY_VERSION: Fixed = Fixed::new(Field::TcfPolicyVersion, 132, 6);
pub(crate) const IS_SERVICE_SPECIFIC: Fixed = Fixed::new(Field::IsServiceSpecific, 138, 1);
pub(crate) const USE_NON_STANDARD_TEXTS: Fixed = Fixed::new(Field::UseNonStandardTexts, 139, 1);
pub(crate) const SPECIAL_FEATURE_OPT_INS: Fixed = Fixed::new(Field::SpecialFeatureOptIns, 140, 12);
pub(crate) const PURPOSES_CONSENT: Fixed = Fixed::new(Field::PurposesConsent, 152, 24);
pub(crate) const PURPOSES_LI_TRANSPARENCY: Fixed =
    Fixed::new(Field::PurposesLITransparency, 176, 24);
pub(crate) const PURPOSE_ONE_TREATMENT: Fixed = Fixed::new(Field::PurposeOneTreatment, 200, 1);
pub(crate) const PUBLISHER_CC: Fixed = Fixed::new(Field::PublisherCC, 201, 12);

/// Every fixed field in its order.
const FIXED: [Fixed; 16] = [
    VERSION,
    CREATED,
    LAST_UPDATED,
    CMP_ID,
    CMP_VERSION,
    CONSENT_SCREEN,
    CONSENT_LANGUAGE,
    VENDOR_LIST_VERSION,
    TCF_POLICY_VERSION,
    IS_SERVICE_SPECIFIC,
    USE_NON_STANDARD_TEXTS,
    SPECIAL_FEATURE_OPT_INS,
    PURPOSES_CONSENT,
    PURPOSES_LI_TRANSPARENCY,
    PURPOSE_ONE_TREATMENT,
    PUBLISHER_CC,
];

/// Bits of the fixed fields together.
const PREFIX: u32 = 213;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_fields_follow_each_other_without_a_gap() {
        let end = FIXED.iter().fold(0, |at, fixed| {
            assert_eq!(fixed.at, at, "{}", fixed.field.as_str());
            at + fixed.width
        });
        assert_eq!(end, PREFIX);
    }
}
