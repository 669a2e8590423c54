//! Making and writing US sections.

use super::{
    Field, Form, UsSection,
    layout::{Layout, Second, VALUE_BITS, VERSION_BITS},
    section_header::HEADER_VERSION,
    us_national,
    us_section::GPC_SEGMENT_TYPE,
};
use crate::{SectionId, bit_writer::BitWriter, fibonacci};

/// Making a section, for CMPs and tests.
///
/// ```
/// use predispatch_gpp::{Field, SectionId, UsSection};
///
/// let section = UsSection::new(SectionId::US_VA)?
///     .with(Field::SaleOptOutNotice, &[1])?
///     .with(Field::SaleOptOut, &[1])?;
/// assert_eq!(UsSection::parse(SectionId::US_VA, &section.to_text()), Ok(section));
/// # Ok::<(), predispatch_gpp::UsWriteError>(())
/// ```
impl UsSection {
    /// A section of the newest version that says "not applicable" everywhere and "not covered by
    /// the MSPA", which has no such value.
    ///
    /// # Errors
    /// [`UsWriteError::NotAUsSection`] for an id outside 7 to 27.
    pub fn new(id: SectionId) -> Result<Self, UsWriteError> {
        let layout = Layout::newest(id).ok_or(UsWriteError::NotAUsSection)?;
        Self::blank(layout, layout.version.unwrap_or(FIRST_MSPA_VERSION))
    }

    /// The national section in version 1, of 12 sensitive categories.
    ///
    /// # Errors
    /// None in practice; the type is that of [`new`](Self::new).
    pub fn us_national_v1() -> Result<Self, UsWriteError> {
        let layout = Layout::of_version(SectionId::US_NAT, 1).ok_or(UsWriteError::NotAUsSection)?;
        Self::blank(layout, 1)
    }

    /// This section with other values of a field: one, or as many as its list has.
    ///
    /// # Errors
    /// A field that the section does not have, another number of values, a value over 2, or a
    /// section that could not be read whole.
    pub fn with(mut self, field: Field, values: &[u8]) -> Result<Self, UsWriteError> {
        if !self.is_readable() {
            return Err(UsWriteError::Unreadable);
        }
        if values.iter().any(|value| *value > LARGEST_VALUE) {
            return Err(UsWriteError::UndefinedValue);
        }
        let is_second =
            field == Field::SensitiveDataProcessing && self.layout.second == Second::Sensitive;
        let start = self.layout.offsets().find(|(other, _)| *other == field).map(|(_, at)| at);
        if start.is_none() && !is_second {
            return Err(UsWriteError::NoSuchField);
        }
        if values.len() != self.layout.values(field) {
            return Err(UsWriteError::NumberOfValues { expected: self.layout.values(field) });
        }
        let packed = values.iter().fold(0, |bits: u128, value| (bits << 2) | u128::from(*value));
        match start {
            Some(start) => {
                let width = self.layout.width(field);
                let below = self.layout.bits.saturating_sub(start).saturating_sub(width);
                let ones = u128::MAX.checked_shr(u128::BITS.saturating_sub(width));
                let mask = ones.unwrap_or_default().checked_shl(below).unwrap_or_default();
                self.core = (self.core & !mask) | packed.checked_shl(below).unwrap_or_default();
            }
            None => self.sensitive = u16::try_from(packed).ok(),
        }
        Ok(self)
    }

    /// This section with a GPC sub-section, or with none.
    ///
    /// # Errors
    /// [`UsWriteError::NoSuchField`] if the specification gives the section no GPC sub-section.
    pub fn with_gpc(mut self, gpc: Option<bool>) -> Result<Self, UsWriteError> {
        if !self.defines_gpc() && gpc.is_some() {
            return Err(UsWriteError::NoSuchField);
        }
        self.gpc = gpc;
        Ok(self)
    }

    /// This section without the segment of sensitive categories that Indiana, Kentucky and Rhode
    /// Island may have. Others stay as they are.
    #[must_use]
    pub const fn without_sensitive_segment(mut self) -> Self {
        self.sensitive = None;
        self
    }

    /// This section in another spelling.
    ///
    /// # Errors
    /// [`UsWriteError::NoSuchForm`] if the section has only one.
    pub fn with_form(mut self, form: Form) -> Result<Self, UsWriteError> {
        if form == Form::WithHeader && self.layout.version.is_some() {
            return Err(UsWriteError::NoSuchForm);
        }
        self.form = form;
        Ok(self)
    }

    /// The section's text, padded as the official library does. It reads back as an equal section.
    ///
    /// One of the national section whose version and length disagreed is written so again: what
    /// could not be read must not turn into "not applicable".
    pub fn to_text(&self) -> String {
        let is_v2 = core::ptr::eq(self.layout, &us_national::V2);
        let written = match self.is_readable() {
            false if is_v2 => us_national::V1.bits,
            _ => self.layout.bits,
        };
        let mut core = BitWriter::default();
        for place in (0..self.layout.bits).rev().zip(0..written).map(|(place, _)| place) {
            core.bit(self.core.checked_shr(place).unwrap_or_default() & 1 == 1);
        }
        if !self.is_readable() && !is_v2 {
            core.bit(true);
        }
        let mut segments = Vec::new();
        segments.push(core.to_base64url());
        if let Some(values) = self.sensitive {
            let mut bits = BitWriter::default();
            bits.write(u64::from(values), u16::BITS);
            segments.push(bits.to_base64url());
        }
        if let Some(gpc) = self.gpc {
            let mut bits = BitWriter::default();
            bits.write(GPC_SEGMENT_TYPE, 2);
            bits.bit(gpc);
            segments.push(bits.to_base64url());
        }
        if self.form == Form::WithHeader {
            segments.insert(0, self.header_text());
        }
        segments.join(".")
    }

    /// Id, version, and the list of sub-sections without the core, whose id 0 has no code.
    fn header_text(&self) -> String {
        let mut bits = BitWriter::default();
        bits.write(u64::from(self.id().as_u16()), 6);
        bits.write(HEADER_VERSION, 6);
        let has_second = self.gpc.is_some() || self.sensitive.is_some();
        bits.write(u64::from(has_second), 12);
        if has_second {
            bits.bit(false);
            fibonacci::write(&mut bits, 1);
        }
        bits.to_base64url()
    }

    /// Whether the whole core could be read.
    const fn is_readable(&self) -> bool {
        self.readable_bits == self.layout.bits
    }

    fn blank(layout: &'static Layout, version: u8) -> Result<Self, UsWriteError> {
        let below = layout.bits.saturating_sub(VERSION_BITS);
        let section = Self {
            layout,
            core: u128::from(version).checked_shl(below).unwrap_or_default(),
            sensitive: None,
            gpc: None,
            form: Form::CoreFirst,
            readable_bits: layout.bits,
        };
        section.with(Field::MspaCoveredTransaction, &[NOT_COVERED])
    }
}

/// Why a [`UsSection`] can't be made.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UsWriteError {
    /// The section does not have the field.
    #[error("the section has no such field")]
    NoSuchField,
    /// Only sections 24 to 27 have two forms.
    #[error("the section has no such form")]
    NoSuchForm,
    /// Not an id from 7 to 27.
    #[error("not a US section of flags")]
    NotAUsSection,
    /// More or fewer values than the field has.
    #[error("the field has {expected} values")]
    NumberOfValues {
        /// How many it has.
        expected: usize,
    },
    /// A value over 2.
    #[error("a value is over 2")]
    UndefinedValue,
    /// The section was read in part, since its version and length disagreed.
    #[error("the section could not be read whole")]
    Unreadable,
}

impl UsWriteError {
    /// Stable, lower-case, with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSuchField => "no_such_field",
            Self::NoSuchForm => "no_such_form",
            Self::NotAUsSection => "not_a_us_section",
            Self::NumberOfValues { .. } => "number_of_values",
            Self::UndefinedValue => "undefined_value",
            Self::Unreadable => "unreadable",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<UsWriteError>();

const _: () = assert!(VALUE_BITS == 2, "values are packed two bits each");

const LARGEST_VALUE: u8 = 2;

/// `MspaCoveredTransaction` has no "not applicable".
const NOT_COVERED: u8 = 2;

/// Of the agreement that sections 24 to 27 were made for.
const FIRST_MSPA_VERSION: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_every_section_is_written_where_it_is_read() {
        let mut fields = 0;
        for id in (7..=27).filter_map(SectionId::new) {
            let blank = UsSection::new(id).unwrap();
            for field in blank.fields() {
                let count = blank.layout.values(field);
                let values: Vec<u8> = (0..count).map(|index| [1, 2, 0][index % 3]).collect();
                let section = blank.with(field, &values).unwrap();
                let back = UsSection::parse(id, &section.to_text()).unwrap();
                assert_eq!(back, section, "{id} {field}");
                assert_eq!(back.values(field).collect::<Vec<_>>(), values, "{id} {field}");
                for other in blank.fields().filter(|other| *other != field) {
                    let before: Vec<_> = blank.values(other).collect();
                    assert_eq!(back.values(other).collect::<Vec<_>>(), before, "{id} {other}");
                }
                fields += 1;
            }
        }
        assert_eq!(fields, 226, "fields of all sections");
    }

    #[test]
    fn the_second_form_reads_back_with_and_without_a_second_segment() {
        for id in (24..=27).filter_map(SectionId::new) {
            let plain = UsSection::new(id).unwrap().with_form(Form::WithHeader).unwrap();
            let second = match id {
                SectionId::US_MD => plain.with_gpc(Some(true)).unwrap(),
                _ => plain.with(Field::SensitiveDataProcessing, &[1, 2, 0, 1, 2, 0, 1, 2]).unwrap(),
            };
            for section in [plain, second] {
                assert_eq!(UsSection::parse(id, &section.to_text()), Ok(section));
            }
            assert_eq!(second.without_sensitive_segment().with_gpc(None), Ok(plain));
        }
        let california = UsSection::new(SectionId::US_CA).unwrap();
        assert_eq!(california.with_form(Form::WithHeader), Err(UsWriteError::NoSuchForm));
    }

    #[test]
    fn what_could_not_be_read_stays_so_when_it_is_written() {
        for text in ["CVQVAAAAAg", "BVVVQAAAAABA"] {
            let section = UsSection::parse(SectionId::US_NAT, text).unwrap();
            let again = UsSection::parse(SectionId::US_NAT, &section.to_text()).unwrap();
            assert_eq!(again, section);
            assert!(again.answer().has_unreadable());
            assert_eq!(section.with(Field::SaleOptOut, &[2]), Err(UsWriteError::Unreadable));
        }
    }

    #[test]
    fn what_the_section_cannot_say_is_refused() {
        let virginia = UsSection::new(SectionId::US_VA).unwrap();
        assert_eq!(virginia.with(Field::SaleOptOut, &[3]), Err(UsWriteError::UndefinedValue));
        assert_eq!(virginia.with(Field::SharingOptOut, &[1]), Err(UsWriteError::NoSuchField));
        assert_eq!(virginia.with_gpc(Some(true)), Err(UsWriteError::NoSuchField));
        assert_eq!(
            virginia.with(Field::SensitiveDataProcessing, &[1]),
            Err(UsWriteError::NumberOfValues { expected: 8 }),
        );
        assert_eq!(UsSection::new(SectionId::USP_V1), Err(UsWriteError::NotAUsSection));
    }
}
