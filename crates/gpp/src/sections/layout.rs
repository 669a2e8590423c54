//! How the bits of a section lie. The tables are in `us_national.rs` and `states.rs`.

use super::{ChildGroup, Field, SensitiveCategory, states, us_national};
use crate::SectionId;

/// One version of one section's core segment, and what may follow it.
///
/// The core begins with a version of six bits; each field after it has two bits for each of its
/// values, and they lie without gaps in the order of `fields`.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Layout {
    pub(crate) id: SectionId,
    /// Of the section; `None` where the six bits are a version of the MSPA instead.
    pub(crate) version: Option<u8>,
    pub(crate) fields: &'static [Field],
    /// What each value of `SensitiveDataProcessing` is about.
    pub(crate) sensitive: &'static [&'static [SensitiveCategory]],
    /// What each value of `KnownChildSensitiveDataConsents` is about.
    pub(crate) children: &'static [ChildGroup],
    /// Of the core, as the specification's table adds them up.
    pub(crate) bits: u32,
    pub(crate) second: Second,
}

/// The segment that may follow the core.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Second {
    /// None is defined.
    None,
    /// Two bits of type and the GPC bit.
    Gpc,
    /// Eight sensitive categories, without a type (Indiana, Kentucky, Rhode Island).
    Sensitive,
}

impl Layout {
    /// The newest layout, and the only one but for the national section.
    pub(crate) fn newest(id: SectionId) -> Option<&'static Self> {
        match id {
            SectionId::US_NAT => Some(&us_national::V2),
            _ => states::ALL.iter().find(|layout| layout.id == id),
        }
    }

    /// The layout of a section's version.
    pub(crate) fn of_version(id: SectionId, version: u8) -> Option<&'static Self> {
        if id == SectionId::US_NAT && version == 1 {
            return Some(&us_national::V1);
        }
        Self::newest(id).filter(|layout| layout.version.is_none_or(|known| known == version))
    }

    /// How many values a field of the core has.
    pub(crate) fn values(&self, field: Field) -> usize {
        match field {
            Field::SensitiveDataProcessing => self.sensitive.len(),
            Field::KnownChildSensitiveDataConsents => self.children.len(),
            _ => 1,
        }
    }

    /// How many bits a field of the core takes.
    pub(crate) fn width(&self, field: Field) -> u32 {
        u32::try_from(self.values(field)).unwrap_or(u32::MAX).saturating_mul(VALUE_BITS)
    }

    /// Each field of the core with the bit that it starts at.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = (Field, u32)> {
        self.fields.iter().scan(VERSION_BITS, |next, &field| {
            let start = *next;
            *next = start.saturating_add(self.width(field));
            Some((field, start))
        })
    }
}

/// `Version` or `MspaVersion`, the first field of every core.
pub(crate) const VERSION_BITS: u32 = 6;

/// Every value after the version.
pub(crate) const VALUE_BITS: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> impl Iterator<Item = &'static Layout> {
        [&us_national::V1, &us_national::V2].into_iter().chain(states::ALL)
    }

    #[test]
    fn the_fields_fill_the_bits_of_the_table() {
        for layout in every() {
            let end = layout.offsets().map(|(field, at)| at + layout.width(field)).max();
            assert_eq!(end, Some(layout.bits), "{:?}", layout.id);
        }
    }

    #[test]
    fn sale_and_targeting_stand_where_the_tables_say() {
        // Id, version, SaleOptOut, TargetedAdvertisingOptOut, MspaCoveredTransaction.
        let table = [
            (7, 1, 18, Some(22), 54),
            (7, 2, 18, Some(22), 64),
            (8, 1, 12, None, 40),
            (9, 1, 12, Some(14), 34),
            (10, 1, 12, Some(14), 32),
            (11, 1, 14, Some(16), 36),
            (12, 1, 12, Some(14), 38),
            (13, 1, 12, Some(14), 40),
            (14, 1, 12, Some(14), 40),
            (15, 1, 12, Some(14), 46),
            (16, 1, 12, Some(14), 36),
            (17, 1, 12, Some(14), 46),
            (18, 1, 14, Some(16), 36),
            (19, 1, 12, Some(14), 36),
            (20, 1, 12, Some(14), 40),
            (21, 1, 12, Some(14), 48),
            (22, 1, 12, Some(14), 36),
            (23, 1, 12, Some(14), 36),
            (24, 1, 16, Some(18), 6),
            (25, 1, 16, Some(18), 6),
            (26, 1, 16, Some(18), 6),
            (27, 1, 16, Some(18), 6),
        ];
        assert_eq!(every().count(), table.len());
        for (id, version, sale, targeted, covered) in table {
            let layout = Layout::of_version(SectionId::new(id).unwrap(), version).unwrap();
            let at =
                |wanted| layout.offsets().find(|(field, _)| *field == wanted).map(|(_, at)| at);
            assert_eq!(at(Field::SaleOptOut), Some(sale), "{id}");
            assert_eq!(at(Field::TargetedAdvertisingOptOut), targeted, "{id}");
            assert_eq!(at(Field::MspaCoveredTransaction), Some(covered), "{id}");
        }
    }

    #[test]
    fn no_layout_knows_a_version_that_is_not_defined() {
        for id in (7..=23).filter_map(SectionId::new) {
            assert!(Layout::of_version(id, 0).is_none() && Layout::of_version(id, 3).is_none());
            assert_eq!(Layout::of_version(id, 2).is_some(), id == SectionId::US_NAT);
        }
        assert!(Layout::newest(SectionId::USP_V1).is_none());
    }
}
