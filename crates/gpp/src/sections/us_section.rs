//! Reading a US section.

use core::fmt;

use super::{
    ChildGroup, Field,
    layout::{Layout, Second, VALUE_BITS, VERSION_BITS},
    us_national,
};
use crate::{
    Choice, Fault, Gpc, MAX_SEGMENTS, Mode, Notice, SectionError, SectionId, SensitiveCategory,
    UsAnswer,
    bits::{BITS_PER_CHAR, BitReader, INVALID, value},
    fibonacci,
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
    /// The core segment's bits; the last one is the lowest.
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
        if newest.version.is_none() && begins_with_id(core_text, id) {
            listed = Some(header(id, core_text)?);
            form = Form::WithHeader;
            (core_segment, core_text) =
                segments.next().ok_or_else(|| at(1, "MspaVersion", 0, Fault::Empty))?;
        }
        let (layout, core, readable_bits) = read_core(id, core_segment, core_text)?;
        let mut section = Self { layout, core, sensitive: None, gpc: None, form, readable_bits };
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

    /// In the words of all US sections.
    pub fn answer(&self) -> UsAnswer {
        let mut answer = UsAnswer::SILENT;
        let mut values = CoreValues::of(self);
        for &field in self.layout.fields {
            match field {
                Field::AdditionalDataProcessingConsent | Field::PersonalDataConsents => {
                    answer.additional_processing = values.choice();
                }
                Field::KnownChildSensitiveDataConsents => {
                    for _ in self.layout.children {
                        answer.known_child = answer.known_child.max(values.choice());
                    }
                }
                Field::MspaCoveredTransaction => answer.covered_transaction = values.mode(),
                Field::MspaMode => {
                    (answer.opt_out_option_mode, answer.service_provider_mode) = match values.next()
                    {
                        0 => (Mode::NotApplicable, Mode::NotApplicable),
                        1 => (Mode::On, Mode::Off),
                        2 => (Mode::Off, Mode::On),
                        _ => (Mode::Unreadable, Mode::Unreadable),
                    };
                }
                Field::MspaOptOutOptionMode => answer.opt_out_option_mode = values.mode(),
                Field::MspaServiceProviderMode => answer.service_provider_mode = values.mode(),
                Field::ProcessingNotice | Field::SharingNotice => {
                    answer.notices.processing = values.notice();
                }
                Field::SaleOptOut => answer.sale = values.choice(),
                Field::SaleOptOutNotice => answer.notices.sale_opt_out = values.notice(),
                Field::SensitiveDataLimitUseNotice => {
                    answer.notices.sensitive_limit_use = values.notice();
                }
                Field::SensitiveDataOptOutNotice | Field::SensitiveDataProcessingOptOutNotice => {
                    answer.notices.sensitive_opt_out = values.notice();
                }
                Field::SensitiveDataProcessing => {
                    for categories in self.layout.sensitive {
                        answer.sensitive.restrict_all(categories, values.choice());
                    }
                }
                Field::SharingOptOut => answer.sharing = values.choice(),
                Field::SharingOptOutNotice => answer.notices.sharing_opt_out = values.notice(),
                Field::TargetedAdvertisingOptOut => answer.targeted_advertising = values.choice(),
                Field::TargetedAdvertisingOptOutNotice => {
                    answer.notices.targeted_advertising_opt_out = values.notice();
                }
            }
        }
        if self.layout.second == Second::Sensitive {
            for (categories, choice) in self.sensitive_categories() {
                answer.sensitive.restrict_all(categories, choice);
            }
        }
        answer.gpc = match self.gpc {
            None => Gpc::Absent,
            Some(false) => Gpc::Off,
            Some(true) => Gpc::On,
        };
        answer
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

/// The values of the core one after the other, without end; 3 for those that can't be read.
struct CoreValues {
    /// The next value is the highest.
    rest: u128,
    readable: u32,
}

impl CoreValues {
    fn of(section: &UsSection) -> Self {
        let unused = u128::BITS.saturating_sub(section.layout.bits).saturating_add(VERSION_BITS);
        Self {
            rest: section.core.checked_shl(unused).unwrap_or_default(),
            readable: section.readable_bits.saturating_sub(VERSION_BITS) / VALUE_BITS,
        }
    }

    fn next(&mut self) -> u8 {
        let Some(readable) = self.readable.checked_sub(1) else { return UNDEFINED };
        self.readable = readable;
        let value = u8::try_from(self.rest >> 126).unwrap_or(UNDEFINED);
        self.rest <<= 2;
        value
    }

    fn choice(&mut self) -> Choice {
        Choice::from_bits(self.next())
    }

    fn notice(&mut self) -> Notice {
        Notice::from_bits(self.next())
    }

    fn mode(&mut self) -> Mode {
        Mode::from_bits(self.next())
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

/// Chooses the layout and takes the core's bits: the layout, the bits, and where they stop being
/// readable.
fn read_core(
    id: SectionId,
    segment: usize,
    text: &str,
) -> Result<(&'static Layout, u128, u32), SectionError> {
    let at = |field, bit, fault| SectionError { section: id, segment, field, bit, fault };
    let newest = Layout::newest(id).ok_or_else(|| at("Version", 0, Fault::UnsupportedVersion))?;
    let version_field = if newest.version.is_some() { "Version" } else { "MspaVersion" };
    let head = Head::load(text).map_err(|(bit, fault)| at("", bit, fault))?;
    if head.bits < VERSION_BITS {
        return Err(at(version_field, 0, Fault::CutShort));
    }
    let version = u8::try_from(head.first(VERSION_BITS)).unwrap_or(u8::MAX);
    let layout = Layout::of_version(id, version)
        .filter(|layout| layout.version.is_some() || version < FIRST_ID_WITH_HEADER)
        .ok_or_else(|| at(version_field, 0, Fault::UnsupportedVersion))?;

    let mut readable = layout.bits;
    if head.bits < layout.bits {
        // A body of version 1 that says version 2.
        let is_older = core::ptr::eq(layout, &us_national::V2) && head.bits >= us_national::V1.bits;
        if !is_older {
            let cut = |(field, start): &(Field, u32)| {
                start.saturating_add(layout.width(*field)) > head.bits
            };
            let (field, start) = layout
                .offsets()
                .find(cut)
                .map_or((version_field, 0), |(field, start)| (field.as_str(), start));
            return Err(at(field, to_usize(start), Fault::CutShort));
        }
        readable = us_national::COMMON_BITS;
    } else if let Some(bit) = head.set_after(layout.bits) {
        // A body of version 2 that says version 1.
        if !core::ptr::eq(layout, &us_national::V1) {
            return Err(at("", bit, Fault::TrailingBits));
        }
        readable = us_national::COMMON_BITS;
    }
    let core = head.first(layout.bits);
    let below = layout.bits.saturating_sub(readable);
    if let Some(bit) = first_undefined(core >> below, readable, VERSION_BITS) {
        let holds = |(_, start): &(Field, u32)| to_usize(*start) <= bit;
        let field = layout.offsets().take_while(holds).last();
        let name = field.map_or(version_field, |(field, _)| field.as_str());
        return Err(at(name, bit, Fault::UndefinedValue));
    }
    Ok((layout, core, readable))
}

/// The first bits of a segment, enough for every core.
struct Head {
    /// The text's first bit is the highest.
    window: u128,
    /// All bits of the text.
    bits: u32,
    /// The first set bit past the window.
    far: Option<usize>,
}

impl Head {
    /// One pass over the text.
    fn load(text: &str) -> Result<Self, (usize, Fault)> {
        if text.is_empty() {
            return Err((0, Fault::Empty));
        }
        let (head, tail) = text.as_bytes().split_at(text.len().min(Self::CHARS));
        let mut window = 0_u128;
        let mut loaded = 0_u32;
        for (index, &byte) in head.iter().enumerate() {
            let six = value(byte);
            if six == INVALID {
                return Err((index.saturating_mul(BITS_PER_CHAR), Fault::BadCharacter));
            }
            window = (window << 6) | u128::from(six);
            loaded = loaded.saturating_add(6);
        }
        let mut far = None;
        // No early end: this runs over many bytes at a time.
        if tail.iter().fold(0, |others, &byte| others | (byte ^ PADDING)) != 0 {
            for (index, &byte) in tail.iter().enumerate() {
                let bit = index.saturating_add(Self::CHARS).saturating_mul(BITS_PER_CHAR);
                match value(byte) {
                    INVALID => return Err((bit, Fault::BadCharacter)),
                    six if six != 0 && far.is_none() => {
                        // Six bits are the lower ones of eight.
                        far = bit.checked_add(to_usize(six.leading_zeros()).saturating_sub(2));
                    }
                    _ => {}
                }
            }
        }
        let unused = u128::BITS.saturating_sub(loaded);
        let bits = text.len().saturating_mul(BITS_PER_CHAR);
        Ok(Self {
            window: window.checked_shl(unused).unwrap_or_default(),
            bits: u32::try_from(bits).unwrap_or(u32::MAX),
            far,
        })
    }

    /// The first `width` bits as a number; zeros stand for what is past the end.
    fn first(&self, width: u32) -> u128 {
        self.window.checked_shr(u128::BITS.saturating_sub(width)).unwrap_or_default()
    }

    /// The first set bit from `bit` on.
    fn set_after(&self, bit: u32) -> Option<usize> {
        let zeros = self.window.checked_shl(bit).unwrap_or_default().leading_zeros();
        if zeros == u128::BITS { self.far } else { bit.checked_add(zeros).map(to_usize) }
    }

    /// As many as fit into the window.
    const CHARS: usize = 21;
}

/// Whether the first six bits are the section's own id, as in [`Form::WithHeader`].
fn begins_with_id(text: &str, id: SectionId) -> bool {
    text.bytes().next().is_some_and(|byte| u16::from(value(byte)) == id.as_u16())
}

/// Reads the header segment and returns how many sub-sections it lists.
fn header(id: SectionId, text: &str) -> Result<u16, SectionError> {
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

fn segment_bits(
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

/// The bit at which the first value of 3 starts, in the lowest `width` bits of `bits`, whose values
/// begin at bit `from`.
fn first_undefined(bits: u128, width: u32, from: u32) -> Option<usize> {
    let pairs = bits & (bits >> 1) & LOW_BITS_OF_PAIRS;
    let unused = u128::BITS.saturating_sub(width.saturating_sub(from));
    // The version's bits are no values.
    let pairs = pairs.checked_shl(unused).unwrap_or_default();
    let low_bit = to_usize(from.saturating_add(pairs.leading_zeros()));
    (pairs != 0).then(|| low_bit.saturating_sub(1))
}

fn two_bits(bits: u128, below: u32) -> u8 {
    u8::try_from(bits.checked_shr(below).unwrap_or_default() & 0b11).unwrap_or(UNDEFINED)
}

fn to_usize(bit: u32) -> usize {
    usize::try_from(bit).unwrap_or(usize::MAX)
}

/// Two bits that no field has.
const UNDEFINED: u8 = 3;

/// Six zeros.
const PADDING: u8 = b'A';

/// Every value lies at an even number of bits from the end.
const LOW_BITS_OF_PAIRS: u128 = u128::MAX / 3;

/// Int(2) at the start of a sub-section; the core itself does not write it.
const CORE_SEGMENT_TYPE: u64 = 0;

/// Int(2) at the start of a GPC sub-section.
pub(super) const GPC_SEGMENT_TYPE: u64 = 1;

/// Of the header segment of sections 24 to 27.
pub(super) const HEADER_VERSION: u64 = 1;

/// Ids 0 and 1 are defined; written with an offset of one they are 1 and 2.
const MAX_SUB_SECTION: u16 = 2;

/// A core that begins with this or more would be taken for a header segment.
const FIRST_ID_WITH_HEADER: u8 = 24;

#[cfg(test)]
mod tests {
    use super::*;

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
