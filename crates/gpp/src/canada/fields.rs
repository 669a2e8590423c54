//! Fields of a fixed width, and errors with their names.

use predispatch_types::Timestamp;

use crate::{
    Fault, SectionError, SectionId,
    bits::{BITS_PER_CHAR, BitReader},
};

/// Fixed fields, each error with the field's name.
pub(super) struct Fields<'r, 'a> {
    pub(super) bits: &'r mut BitReader<'a>,
}

impl Fields<'_, '_> {
    pub(super) fn read(&mut self, name: &'static str, width: u32) -> Result<u64, SectionError> {
        let bit = self.bits.position();
        self.bits.read(width).ok_or_else(|| error(0, name, bit, Fault::CutShort))
    }

    /// A number whose type is as wide as its field or wider.
    pub(super) fn small<T: TryFrom<u64>>(
        &mut self,
        name: &'static str,
        width: u32,
    ) -> Result<T, SectionError> {
        let bit = self.bits.position();
        let number = self.read(name, width)?;
        T::try_from(number).map_err(|_| error(0, name, bit, Fault::UndefinedValue))
    }

    /// Tenths of seconds since 1970.
    pub(super) fn datetime(&mut self, name: &'static str) -> Result<Timestamp, SectionError> {
        let tenths = i64::try_from(self.read(name, 36)?).unwrap_or(i64::MAX);
        Ok(Timestamp::from_unix_millis(tenths.saturating_mul(100)))
    }

    /// A is 0.
    pub(super) fn letter(&mut self, name: &'static str) -> Result<u8, SectionError> {
        let bit = self.bits.position();
        let number: u8 = self.small(name, 6)?;
        let letter = b'A'.saturating_add(number);
        if letter > b'Z' {
            return Err(error(0, name, bit, Fault::NotALetter));
        }
        Ok(letter)
    }

    /// The first bit on the wire is the lowest of the number.
    pub(super) fn long_bitfield(
        &mut self,
        name: &'static str,
        width: u32,
    ) -> Result<u64, SectionError> {
        let bit = self.bits.position();
        let mut field = 0_u64;
        for place in 0..width {
            let set = self.bits.bit().ok_or_else(|| error(0, name, bit, Fault::CutShort))?;
            field |= u64::from(set).checked_shl(place).unwrap_or_default();
        }
        Ok(field)
    }

    pub(super) fn bitfield<T: TryFrom<u64>>(
        &mut self,
        name: &'static str,
        width: u32,
    ) -> Result<T, SectionError> {
        let bit = self.bits.position();
        let field = self.long_bitfield(name, width)?;
        T::try_from(field).map_err(|_| error(0, name, bit, Fault::UndefinedValue))
    }
}

pub(super) fn reader(segment: usize, text: &str) -> Result<BitReader<'_>, SectionError> {
    if text.is_empty() {
        return Err(error(segment, "", 0, Fault::Empty));
    }
    BitReader::new(text).map_err(|offset| {
        error(segment, "", offset.saturating_mul(BITS_PER_CHAR), Fault::BadCharacter)
    })
}

/// The section can only be 5.
pub(super) fn error(segment: usize, field: &'static str, bit: usize, fault: Fault) -> SectionError {
    SectionError { section: SectionId::TCF_CA_V1, segment, field, bit, fault }
}
