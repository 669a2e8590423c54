//! Reading a US section.

use core::fmt;

use super::{
    ChildGroup, Field,
    core_segment::{Core, first_undefined, read_core, take_core},
    layout::{Layout, Second, VALUE_BITS, VERSION_BITS},
    section_header,
};
use crate::{
    Choice, Fault, MAX_SEGMENTS, SectionError, SectionId, SensitiveCategory, UsAnswer,
    bits::{BITS_PER_CHAR, BitReader, INVALID, value},
};

/// A US section, 7 to 27: a few flags, copied out of the text.
///
/// ```
/// use predispatch_gpp::{Choice, Field, Gpc, SectionId, UsSection};
///
/// let section = UsSection::parse(SectionId::US_CA, "BIWZBARI.QA")?;
/// assert_eq!(section.value(Field::SaleOptOut), Some(1));
/// assert_eq!(section.answer().sale, Choice::Refused);
/// assert_eq!(section.answer().gpc, Gpc::Off);
/// # Ok::<(), predispatch_gpp::SectionError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct UsSection {
    pub(super) layout: &'static Layout,
    /// The core segment's bits, the last one lowest; those that can't be read are 0.
    pub(super) core: u128,
    /// The second segment of Indiana, Kentucky and Rhode Island.
    pub(super) sensitive: Option<u16>,
    pub(super) gpc: Option<bool>,
    pub(super) form: Form,
    /// Fields that start at this bit or later can't be read.
    pub(super) readable_bits: u32,
}

/// How sections 24 to 27 are spelled; all others have one form.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Form {
    /// The core segment comes first, as in all other sections: what the official library writes.
    CoreFirst,
    /// A segment with section id, version and the list of sub-sections comes first: the
    /// specification of October 2025, for public comment.
    WithHeader,
}

impl UsSection {
    /// Reads the text of section `id`, 7 to 27.
    ///
    /// The national section's layout is chosen by its version and its length. Where the two
    /// disagree, what lies at the same place in both versions (notices and opt-outs) is read, and
    /// the rest answers [`Choice::Unreadable`].
    ///
    /// # Errors
    /// The first broken rule, as a [`SectionError`]; [`Fault::UnsupportedVersion`] also for an id
    /// that is no US section of flags.
    pub fn parse(id: SectionId, text: &str) -> Result<Self, SectionError> {
        let at =
            |segment, field, bit, fault| SectionError { section: id, segment, field, bit, fault };
        let newest =
            Layout::newest(id).ok_or_else(|| at(0, "Version", 0, Fault::UnsupportedVersion))?;
        let mut segments = text.split('.').enumerate();
        let mut form = Form::CoreFirst;
        let (_, mut core_text) = segments.next().unwrap_or_default();
        let mut core_segment = 0;
        let mut listed = None;
        if newest.version.is_none() && section_header::begins_with_id(core_text, id) {
            listed = Some(section_header::read(id, core_text)?);
            form = Form::WithHeader;
            (core_segment, core_text) =
                segments.next().ok_or_else(|| at(1, "MspaVersion", 0, Fault::Empty))?;
        }
        let mut section = Self::of_core(&read_core(id, core_segment, core_text)?, form);
        let mut following = 0_u16;
        for (segment, text) in segments {
            if segment >= MAX_SEGMENTS {
                return Err(at(segment, "", 0, Fault::TooManySegments));
            }
            section.read_following(segment, text)?;
            following = following.saturating_add(1);
        }
        match listed {
            // Id 0, the core, has no Fibonacci code: a writer either leaves it out or shifts the
            // ids by one.
            Some(count) if count != following && count != following.saturating_add(1) => {
                Err(at(0, "SubSections", 12, Fault::UnknownSegment))
            }
            _ => Ok(section),
        }
    }

    /// What the core segment says of a section that [`parse`](Self::parse) refuses, for who must not
    /// miss the refusal for a child, or that nobody was told, because something else is wrong.
    ///
    /// Values that are not defined are unreadable; what follows the core is left out. `None`: the
    /// core is cut short, or of a version that is not defined.
    ///
    /// ```
    /// use predispatch_gpp::{Choice, SectionId, UsSection};
    ///
    /// // The first sensitive category has the value 3, and a child's consent is refused.
    /// let (id, text) = (SectionId::US_CA, "BVrAABSA");
    /// assert!(UsSection::parse(id, text).is_err());
    /// assert_eq!(UsSection::core_answer(id, text).unwrap().known_child, Choice::Refused);
    /// ```
    pub fn core_answer(id: SectionId, text: &str) -> Option<UsAnswer> {
        let newest = Layout::newest(id)?;
        let mut segments = text.split('.');
        let mut core = segments.next()?;
        if newest.version.is_none() && section_header::begins_with_id(core, id) {
            core = segments.next()?;
        }
        // The bits end where the format's characters do.
        let end = core.bytes().position(|byte| value(byte) == INVALID).unwrap_or(core.len());
        let core = take_core(id, 0, core.get(..end)?).ok()?;
        Some(Self::of_core(&core, Form::CoreFirst).answer())
    }

    const fn of_core(core: &Core, form: Form) -> Self {
        let Core { layout, bits, readable, .. } = *core;
        Self { layout, core: bits, sensitive: None, gpc: None, form, readable_bits: readable }
    }

    /// The section's id.
    pub const fn id(&self) -> SectionId {
        self.layout.id
    }

    /// The first six bits of the core: the section's version, or for sections 24 to 27 that of the
    /// MSPA.
    pub fn version(&self) -> u8 {
        u8::try_from(self.core >> self.below(VERSION_BITS)).unwrap_or(u8::MAX)
    }

    /// Whether [`version`](Self::version) is that of the MSPA, as in sections 24 to 27.
    pub const fn is_mspa_versioned(&self) -> bool {
        self.layout.version.is_none()
    }

    /// How the text was spelled.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The section's fields in their order. The version and GPC have methods of their own.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        let second =
            (self.layout.second == Second::Sensitive).then_some(Field::SensitiveDataProcessing);
        self.layout.fields.iter().copied().chain(second)
    }

    /// The value of a field that has one, 0 to 2. `None` if the section has no such field, if it is
    /// a list, or if it can't be read.
    pub fn value(&self, field: Field) -> Option<u8> {
        let mut values = self.values(field);
        match (values.next(), values.next()) {
            (Some(value), None) => Some(value),
            _ => None,
        }
    }

    /// The values of a field, one or as many as the list has. Empty if the section has no such
    /// field or it can't be read.
    ///
    /// An absent segment of sensitive categories (sections 25 to 27) is empty too.
    pub fn values(&self, field: Field) -> impl Iterator<Item = u8> {
        let (bits, below, count) = self.place(field).unwrap_or_default();
        (0..count).rev().map(move |index| {
            let shift = index.saturating_mul(VALUE_BITS).saturating_add(below);
            two_bits(bits, shift)
        })
    }

    /// How many values a field has in this section: 1, or those of its list; 0 if it has no such
    /// field.
    pub fn number_of_values(&self, field: Field) -> usize {
        if self.fields().any(|other| other == field) { self.layout.values(field) } else { 0 }
    }

    /// Whom and what the values of [`Field::KnownChildSensitiveDataConsents`] are about.
    pub fn child_groups(&self) -> impl Iterator<Item = (ChildGroup, Choice)> {
        let choices = self.choices(Field::KnownChildSensitiveDataConsents);
        self.layout.children.iter().copied().zip(choices)
    }

    /// Which categories the values of [`Field::SensitiveDataProcessing`] are about.
    pub fn sensitive_categories(
        &self,
    ) -> impl Iterator<Item = (&'static [SensitiveCategory], Choice)> {
        self.layout.sensitive.iter().copied().zip(self.choices(Field::SensitiveDataProcessing))
    }

    /// The GPC bit, if the sub-section is there.
    pub const fn gpc(&self) -> Option<bool> {
        self.gpc
    }

    /// Whether the specification gives the section a GPC sub-section.
    pub fn defines_gpc(&self) -> bool {
        self.layout.second == Second::Gpc
    }

    /// A segment after the core, told by its type where it has one.
    fn read_following(&mut self, segment: usize, text: &str) -> Result<(), SectionError> {
        let section = self.layout.id;
        let at = |field, bit, fault| SectionError { section, segment, field, bit, fault };
        let mut bits = segment_bits(section, segment, text)?;
        if self.layout.second == Second::Sensitive {
            let field = Field::SensitiveDataProcessing.as_str();
            let values = bits.read_u16(u16::BITS).ok_or_else(|| at(field, 0, Fault::CutShort))?;
            if let Some(bit) = first_undefined(u128::from(values), u16::BITS, 0) {
                return Err(at(field, bit, Fault::UndefinedValue));
            }
            if self.sensitive.replace(values).is_some() {
                return Err(at(field, 0, Fault::DuplicateSegment));
            }
        } else {
            let kind = bits.read(2).ok_or_else(|| at("GpcSegmentType", 0, Fault::CutShort))?;
            if kind == CORE_SEGMENT_TYPE {
                return Err(at("GpcSegmentType", 0, Fault::DuplicateSegment));
            }
            if kind != GPC_SEGMENT_TYPE {
                // A type of the future; GPC is found by its own, wherever it stands.
                return Ok(());
            }
            let gpc = bits.bit().ok_or_else(|| at("Gpc", 2, Fault::CutShort))?;
            if self.gpc.replace(gpc).is_some() {
                return Err(at("GpcSegmentType", 0, Fault::DuplicateSegment));
            }
        }
        bits.first_set().map_or(Ok(()), |bit| Err(at("", bit, Fault::TrailingBits)))
    }

    fn choices(&self, field: Field) -> impl Iterator<Item = Choice> {
        let known = self.values(field).map(Choice::from_bits);
        let unreadable = match field {
            Field::SensitiveDataProcessing if self.layout.second == Second::Sensitive => {
                Choice::Absent
            }
            _ => Choice::Unreadable,
        };
        known.chain(core::iter::repeat(unreadable))
    }

    /// The bits that hold a field, how many lie below its last value, and how many values it has.
    fn place(&self, field: Field) -> Option<(u128, u32, u32)> {
        let count = u32::try_from(self.layout.values(field)).ok()?;
        if field == Field::SensitiveDataProcessing && self.layout.second == Second::Sensitive {
            return Some((u128::from(self.sensitive?), 0, count));
        }
        let (_, start) = self.layout.offsets().find(|(other, _)| *other == field)?;
        let end = start.checked_add(self.layout.width(field))?;
        (start < self.readable_bits).then(|| (self.core, self.below(end), count))
    }

    /// How many bits of the core come after bit `end`.
    fn below(&self, end: u32) -> u32 {
        self.layout.bits.saturating_sub(end)
    }
}

/// Flags of a person: which section it is, no more.
impl fmt::Debug for UsSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsSection")
            .field("id", &self.layout.id)
            .field("version", &self.version())
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

pub(super) fn segment_bits(
    section: SectionId,
    segment: usize,
    text: &str,
) -> Result<BitReader<'_>, SectionError> {
    let at = |bit, fault| SectionError { section, segment, field: "", bit, fault };
    if text.is_empty() {
        return Err(at(0, Fault::Empty));
    }
    BitReader::new(text)
        .map_err(|offset| at(offset.saturating_mul(BITS_PER_CHAR), Fault::BadCharacter))
}

fn two_bits(bits: u128, below: u32) -> u8 {
    u8::try_from(bits.checked_shr(below).unwrap_or_default() & 0b11).unwrap_or_default()
}

/// Int(2) at the start of a sub-section; the core itself does not write it.
const CORE_SEGMENT_TYPE: u64 = 0;

/// Int(2) at the start of a GPC sub-section.
pub(super) const GPC_SEGMENT_TYPE: u64 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Gpc, Mode, Notice};

    fn parse(id: SectionId, text: &str) -> Result<UsSection, SectionError> {
        UsSection::parse(id, text)
    }

    fn fault(id: SectionId, text: &str) -> (usize, &'static str, usize, Fault) {
        let error = parse(id, text).unwrap_err();
        (error.segment, error.field, error.bit, error.fault)
    }

    #[test]
    fn a_short_national_string_of_version_1_is_read_whole() {
        // Google's UMP writes this one; official readers refused it for a year.
        let section = parse(SectionId::US_NAT, "BVQVAAAAAg").unwrap();
        assert_eq!((section.version(), section.value(Field::SharingNotice)), (1, Some(1)));
        assert_eq!(section.values(Field::SensitiveDataProcessing).count(), 12);
        assert_eq!(section.value(Field::MspaCoveredTransaction), Some(2));
        assert!(!section.answer().has_unreadable());
    }

    #[test]
    fn where_version_and_length_disagree_only_the_common_part_is_read() {
        let v2_cut = parse(SectionId::US_NAT, "CVQVAAAAAg").unwrap();
        let v1_long = parse(SectionId::US_NAT, "BVVVQAAAAABA").unwrap();
        for section in [v2_cut, v1_long] {
            let answer = section.answer();
            assert_ne!(answer.sale, Choice::Unreadable);
            assert_ne!(answer.notices.sensitive_limit_use, Notice::Unreadable);
            assert_eq!(answer.known_child, Choice::Unreadable);
            assert_eq!(answer.additional_processing, Choice::Unreadable);
            assert_eq!(answer.service_provider_mode, Mode::Unreadable);
            assert_eq!(answer.sensitive.of(SensitiveCategory::Health), Choice::Unreadable);
            assert_eq!(section.values(Field::SensitiveDataProcessing).count(), 0);
            assert_eq!(section.value(Field::PersonalDataConsents), None);
        }
        assert_eq!(v1_long.answer().sale, Choice::Refused);
    }

    #[test]
    fn zero_padding_is_accepted_and_anything_else_is_not() {
        let plain = parse(SectionId::US_VA, "BiiSUJE").unwrap();
        let long = format!("BiiSUJE{}", "A".repeat(500));
        assert_eq!(parse(SectionId::US_VA, &long), Ok(plain));
        assert_eq!(fault(SectionId::US_VA, "BiiSUJF"), (0, "", 41, Fault::TrailingBits));
        let far = format!("{long}B");
        assert_eq!(fault(SectionId::US_VA, &far), (0, "", 507 * 6 + 5, Fault::TrailingBits));
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let ca = SectionId::US_CA;
        assert_eq!(fault(ca, ""), (0, "", 0, Fault::Empty));
        assert_eq!(fault(ca, "BIWZ BAR"), (0, "", 24, Fault::BadCharacter));
        assert_eq!(fault(ca, "CIWZBARI"), (0, "Version", 0, Fault::UnsupportedVersion));
        assert_eq!(fault(ca, "B"), (0, "SaleOptOutNotice", 6, Fault::CutShort));
        assert_eq!(fault(ca, "BIWZBAR"), (0, "MspaOptOutOptionMode", 42, Fault::CutShort),);
        assert_eq!(fault(ca, "BwWZBARI"), (0, "SaleOptOutNotice", 6, Fault::UndefinedValue));
        assert_eq!(
            fault(ca, "BIXZBARI"),
            (0, "SensitiveDataProcessing", 16, Fault::UndefinedValue),
        );
        assert_eq!(fault(ca, "BIWZBARI."), (1, "", 0, Fault::Empty));
        assert_eq!(fault(ca, "BIWZBARI.QA.Y"), (2, "GpcSegmentType", 0, Fault::DuplicateSegment));
        assert_eq!(fault(ca, "BIWZBARI.A"), (1, "GpcSegmentType", 0, Fault::DuplicateSegment));
        assert_eq!(fault(ca, "BIWZBARI.QQ"), (1, "", 7, Fault::TrailingBits));
        assert_eq!(fault(ca, "BIWZBARI.Q="), (1, "", 6, Fault::BadCharacter));
        let many = format!("BIWZBARI{}", ".g".repeat(40));
        assert_eq!(fault(ca, &many), (MAX_SEGMENTS, "", 0, Fault::TooManySegments));
        assert_eq!(
            fault(SectionId::TCF_EU_V2, "BIWZBARI"),
            (0, "Version", 0, Fault::UnsupportedVersion),
        );
    }

    #[test]
    fn a_core_that_is_there_is_heard_in_a_section_that_is_refused() {
        let ca = SectionId::US_CA;
        for text in [
            "BVrAABSA",       // 3 in another field
            "BVoAABSB",       // a set bit after the end
            "BVoAABSA=",      // another format's padding
            "BVoAABSA\u{e9}", // not even ASCII
            "BVoAABSA.QQ",    // a sub-section that can't be read
            "BVoAABSA..",
        ] {
            assert!(parse(ca, text).is_err(), "{text}");
            let core = UsSection::core_answer(ca, text).unwrap();
            assert_eq!(core.known_child, Choice::Refused, "{text}");
            assert_eq!(core.notices.sale_opt_out, Notice::Given, "{text}");
            assert_eq!(core.sale, Choice::Permitted, "{text}");
        }
        let undefined = UsSection::core_answer(ca, "BVoAADCA").unwrap();
        assert_eq!(undefined.known_child, Choice::Unreadable);
        let headed = UsSection::core_answer(SectionId::US_MD, "YB.BZIg.YA").unwrap();
        assert_eq!(headed.service_provider_mode, Mode::On);
        for text in ["", "B", "BVoAABS", "CVoAABSA", "BVo=AABSA", "=BVoAABSA", ".BVoAABSA"] {
            assert_eq!(UsSection::core_answer(ca, text), None, "{text}");
        }
        assert_eq!(UsSection::core_answer(SectionId::TCF_EU_V2, "BVoAABSA"), None);
    }

    #[test]
    fn gpc_is_found_by_its_type_not_by_its_place() {
        let section = parse(SectionId::US_CA, "BIWZBARI.gAAB.YA").unwrap();
        assert_eq!(section.answer().gpc, Gpc::On);
    }

    #[test]
    fn a_gpc_bit_counts_in_a_section_that_defines_none() {
        let section = parse(SectionId::US_VA, "BiiSUJE.YA").unwrap();
        assert_eq!((section.gpc(), section.answer().gpc), (Some(true), Gpc::On));
        assert!(!section.defines_gpc());
    }

    #[test]
    fn an_entry_that_joins_categories_counts_for_each() {
        // California's fourth entry is 1: race, religion and union membership.
        let answer = parse(SectionId::US_CA, "BIWZBARI").unwrap().answer();
        for category in [
            SensitiveCategory::RacialOrEthnicOrigin,
            SensitiveCategory::ReligiousBeliefs,
            SensitiveCategory::UnionMembership,
        ] {
            assert_eq!(answer.sensitive.of(category), Choice::Refused, "{category}");
        }
        assert_eq!(answer.sensitive.of(SensitiveCategory::CrimeVictim), Choice::Absent);
        assert_eq!(answer.known_child, Choice::Refused);
    }

    #[test]
    fn both_forms_of_the_newest_states_say_the_same() {
        // Header: id 25 (24), version 1, one sub-section beside the core, with id 1.
        let plain = parse(SectionId::US_IN, "BkIa.JWk").unwrap();
        let headed = parse(SectionId::US_IN, "ZBABY.BkIa.JWk").unwrap();
        assert_eq!((plain.form(), headed.form()), (Form::CoreFirst, Form::WithHeader));
        assert_eq!(plain.answer(), headed.answer());
        assert_eq!(plain.answer().opt_out_option_mode, Mode::On);
        let maryland = parse(SectionId::US_MD, "YBABY.BZIg.YA").unwrap();
        assert_eq!(maryland.gpc(), Some(true));
        assert_eq!(maryland.answer().service_provider_mode, Mode::On);
    }

    #[test]
    fn a_header_form_that_does_not_fit_its_list_is_refused() {
        let md = SectionId::US_MD;
        assert_eq!(fault(md, "YBAA"), (1, "MspaVersion", 0, Fault::Empty));
        assert_eq!(fault(md, "YCAA.BZIg"), (0, "Version", 6, Fault::UnsupportedVersion));
        assert_eq!(fault(md, "ZBAA.BZIg"), (0, "MspaVersion", 0, Fault::UnsupportedVersion));
        assert_eq!(fault(md, "YB.BZIg"), (0, "SubSections", 12, Fault::CutShort));
        // Two sub-sections beside the core listed, none there.
        assert_eq!(fault(md, "YBACb.BZIg").3, Fault::UnknownSegment);
    }

    #[test]
    fn absent_sensitive_consents_are_absent_not_unreadable() {
        let answer = parse(SectionId::US_KY, "BiJK").unwrap().answer();
        assert_eq!(answer.sensitive.of(SensitiveCategory::Health), Choice::Absent);
        assert!(!answer.has_unreadable());
    }

    #[test]
    fn debug_output_holds_no_choice() {
        let section = parse(SectionId::US_CA, "BIWZBARI.QA").unwrap();
        assert_eq!(
            format!("{section:?}"),
            "UsSection { id: 8 usca, version: 1, form: CoreFirst, .. }"
        );
    }
}
