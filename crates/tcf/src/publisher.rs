//! The Publisher TC segment: what the user allowed the publisher itself.

use core::fmt;

use crate::{
    Field, Place, PurposeSet, ReadError, Segment, bits::Bits, core_segment::check_padding,
};

/// The publisher's own legal bases; a vendor may lean on them only by agreement.
#[derive(Clone, Copy)]
pub struct PublisherTc<'a> {
    bits: Bits<'a>,
}

impl<'a> PublisherTc<'a> {
    pub(crate) const fn new(bits: Bits<'a>) -> Self {
        Self { bits }
    }

    /// Checks that every field is there and that only zeros follow.
    pub(crate) fn check(bits: Bits<'_>) -> Result<(), ReadError> {
        let custom = bits.peek(NUM_CUSTOM, 6);
        #[expect(clippy::cast_possible_truncation, reason = "6 bits were asked for")]
        let count = custom as u32;
        let li = CUSTOM.saturating_add(count);
        let end = li.saturating_add(count);
        let fields = [
            (Field::PubPurposesConsent, CONSENT, LI),
            (Field::PubPurposesLITransparency, LI, NUM_CUSTOM),
            (Field::NumCustomPurposes, NUM_CUSTOM, CUSTOM),
            (Field::CustomPurposesConsent, CUSTOM, li),
            (Field::CustomPurposesLITransparency, li, end),
        ];
        for (field, bit, end) in fields {
            if end > bits.len() {
                let segment = Segment::PublisherTc;
                let place = Place { segment, field: Some(field), part: None, bit };
                return Err(ReadError::Truncated(place));
            }
        }
        check_padding(bits, end, Segment::PublisherTc)
    }

    /// The field `PubPurposesConsent`.
    pub fn purposes_consent(&self) -> PurposeSet {
        PurposeSet::from_field(self.bits.peek(CONSENT, 24), 24)
    }

    /// The field `PubPurposesLITransparency`.
    pub fn purposes_li_transparency(&self) -> PurposeSet {
        PurposeSet::from_field(self.bits.peek(LI, 24), 24)
    }

    /// The field `NumCustomPurposes`, 0 to 63. What they mean is between publisher and user.
    pub fn num_custom_purposes(&self) -> u8 {
        #[expect(clippy::cast_possible_truncation, reason = "6 bits were asked for")]
        let count = self.bits.peek(NUM_CUSTOM, 6) as u8;
        count
    }

    /// Whether the user consented to custom purpose `number`, counted from 1.
    pub fn custom_purpose_consent(&self, number: u8) -> bool {
        self.custom_bit(CUSTOM, number)
    }

    /// Whether legitimate interest was made transparent for custom purpose `number`, counted from
    /// 1, and not objected to.
    pub fn custom_purpose_li_transparency(&self, number: u8) -> bool {
        let count = u32::from(self.num_custom_purposes());
        self.custom_bit(CUSTOM.saturating_add(count), number)
    }

    /// The numbers of `CustomPurposesConsent`, ascending.
    pub fn custom_purposes_consent(&self) -> impl Iterator<Item = u8> + use<'a> {
        let this = *self;
        (1..=this.num_custom_purposes()).filter(move |&number| this.custom_purpose_consent(number))
    }

    /// The numbers of `CustomPurposesLITransparency`, ascending.
    pub fn custom_purposes_li_transparency(&self) -> impl Iterator<Item = u8> + use<'a> {
        let this = *self;
        let is_set = move |number: &u8| this.custom_purpose_li_transparency(*number);
        (1..=this.num_custom_purposes()).filter(is_set)
    }

    fn custom_bit(&self, field: u32, number: u8) -> bool {
        let is_there = (1..=self.num_custom_purposes()).contains(&number);
        is_there && self.bits.bit(field.saturating_add(u32::from(number)).saturating_sub(1))
    }
}

impl fmt::Debug for PublisherTc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublisherTc")
            .field("num_custom_purposes", &self.num_custom_purposes())
            .finish_non_exhaustive()
    }
}

// Bit offsets: docs/sources/tcf.md#publisher-tc. The first three bits are the segment's type.
const CONSENT: u32 = 3;
const LI: u32 = 27;
const NUM_CUSTOM: u32 = 51;
const CUSTOM: u32 = 57;
