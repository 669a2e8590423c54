//! The header: which sections follow, in which order.

use crate::{
    SectionId,
    bits::BitReader,
    fibonacci::{self, FibonacciError},
};

/// Ids in the order of the sections, ascending.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    ids: [Option<SectionId>; MAX_SECTIONS],
    count: usize,
}

impl Header {
    /// Reads the text before the first `~`.
    ///
    /// `Type` Int(6) = 3, `Version` Int(6) = 1, `Sections` Range(Fibonacci), then only zeros.
    pub(crate) fn parse(text: &str) -> Result<Self, GppError> {
        let mut bits = BitReader::new(text).map_err(|offset| GppError::BadCharacter { offset })?;
        // Type, version and number of items at once; what is shorter is an error in any case.
        let head = bits.read(24);
        let (kind, version) = match head {
            Some(head) => (head >> 18, (head >> 12) & 0b11_1111),
            None => {
                let cut = |bit| move || GppError::HeaderCutShort { bit };
                (bits.read(6).ok_or_else(cut(0))?, bits.read(6).ok_or_else(cut(6))?)
            }
        };
        if kind != TYPE {
            return Err(GppError::NotGpp);
        }
        if version != VERSION {
            return Err(GppError::UnsupportedVersion);
        }
        let items = head.ok_or(GppError::HeaderCutShort { bit: 12 })? & 0xFFF;
        let mut header = Self { ids: [None; MAX_SECTIONS], count: 0 };
        let mut last = 0;
        for _ in 0..items {
            let bit = bits.position();
            let is_group = bits.bit().ok_or(GppError::HeaderCutShort { bit })?;
            let start = next_id(&mut bits, last)?;
            // After a single id the next offset counts from that id, after a group from its end.
            last = if is_group { next_id(&mut bits, start)? } else { start };
            for id in start..=last {
                header.push(id)?;
            }
        }
        match bits.first_set() {
            Some(bit) => Err(GppError::HeaderTrailingBits { bit }),
            None => Ok(header),
        }
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = SectionId> {
        self.ids.iter().take(self.count).filter_map(|id| *id)
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Offsets are at least 1, so that ids ascend and none comes twice.
    fn push(&mut self, id: u16) -> Result<(), GppError> {
        let slot = self.ids.get_mut(self.count).ok_or(GppError::TooManySections)?;
        *slot = SectionId::new(id);
        self.count = self.count.saturating_add(1);
        Ok(())
    }
}

/// `last` plus the Fibonacci number that comes next.
fn next_id(bits: &mut BitReader<'_>, last: u16) -> Result<u16, GppError> {
    let bit = bits.position();
    let offset = fibonacci::read(bits).map_err(|error| match error {
        FibonacciError::CutShort => GppError::HeaderCutShort { bit },
        FibonacciError::TooBig => GppError::SectionIdTooBig { bit },
    })?;
    last.checked_add(offset).ok_or(GppError::SectionIdTooBig { bit })
}

/// Why a text is not a GPP string. It holds offsets and counts, never text.
///
/// A fault inside one section is a [`SectionError`](crate::SectionError) and leaves the rest
/// readable.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GppError {
    /// The header holds something else than base64url. (A section may, and spoils only itself.)
    #[error("GPP header has a character outside base64url at byte {offset}")]
    BadCharacter {
        /// Bytes from the start of the string.
        offset: usize,
    },
    /// No text at all.
    #[error("GPP string is empty")]
    Empty,
    /// The header ends inside a field.
    #[error("GPP header ends inside the field at bit {bit}")]
    HeaderCutShort {
        /// Where the field starts.
        bit: usize,
    },
    /// Bits are set after the header's last field, where only zeros may pad.
    #[error("GPP header has a set bit at {bit}, after its end")]
    HeaderTrailingBits {
        /// The first of them.
        bit: usize,
    },
    /// The first six bits are not 3. A TC string, which begins with `C`, is refused here.
    #[error("text does not begin as a GPP string does (type 3)")]
    NotGpp,
    /// The header lists another number of sections than follow.
    #[error("GPP header lists {listed} sections, {found} follow")]
    SectionCount {
        /// Ids in the header.
        listed: usize,
        /// Texts after the header.
        found: usize,
    },
    /// A section id over 65,535, or a run of zeros in its place.
    #[error("GPP header has a section id over 65535 at bit {bit}")]
    SectionIdTooBig {
        /// Where its Fibonacci code starts.
        bit: usize,
    },
    /// Over [`Gpp::MAX_LEN`](crate::Gpp::MAX_LEN).
    #[error("GPP string is {len} bytes long, limit {}", crate::Gpp::MAX_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// Over [`Gpp::MAX_SECTIONS`](crate::Gpp::MAX_SECTIONS).
    #[error("GPP header lists more than {} sections", crate::Gpp::MAX_SECTIONS)]
    TooManySections,
    /// Only version 1 of the header is defined.
    #[error("GPP header is not of version 1")]
    UnsupportedVersion,
}

impl GppError {
    /// Stable, lower-case, with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadCharacter { .. } => "bad_character",
            Self::Empty => "empty",
            Self::HeaderCutShort { .. } => "header_cut_short",
            Self::HeaderTrailingBits { .. } => "header_trailing_bits",
            Self::NotGpp => "not_gpp",
            Self::SectionCount { .. } => "section_count",
            Self::SectionIdTooBig { .. } => "section_id_too_big",
            Self::TooLong { .. } => "too_long",
            Self::TooManySections => "too_many_sections",
            Self::UnsupportedVersion => "unsupported_version",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<GppError>();

/// 27 ids are registered; a longer list is an attack.
pub(crate) const MAX_SECTIONS: usize = 64;

const TYPE: u64 = 3;
const VERSION: u64 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Result<Vec<u16>, GppError> {
        Ok(Header::parse(text)?.ids().map(SectionId::as_u16).collect())
    }

    #[test]
    fn the_same_header_has_several_spellings() {
        for (text, expected) in [
            ("DBABM", vec![2]),
            ("DBABMA", vec![2]),
            ("DBABMAAAAA", vec![2]),
            ("DBACNY", vec![2, 6]),
            ("DBACNYA", vec![2, 6]),
            ("DBABjw", vec![5, 6]),
            ("DBAA", vec![]),
        ] {
            assert_eq!(ids(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn an_offset_counts_from_the_id_before_not_from_the_offset_before() {
        // A widely used reader takes the third id of this header for 21.
        assert_eq!(ids("DBADNamA"), Ok(vec![2, 6, 23]));
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        for (text, error) in [
            ("", GppError::HeaderCutShort { bit: 0 }),
            ("CPXxRfAPXxRfAAfKABENB", GppError::NotGpp),
            ("DCAA", GppError::UnsupportedVersion),
            ("DB", GppError::HeaderCutShort { bit: 12 }),
            ("DBAB", GppError::HeaderCutShort { bit: 24 }),
            ("DBABA", GppError::HeaderCutShort { bit: 25 }),
            ("DBABAAAAAAAA", GppError::SectionIdTooBig { bit: 25 }),
            ("DBAA.", GppError::BadCharacter { offset: 4 }),
            ("DBAAAB", GppError::HeaderTrailingBits { bit: 35 }),
            ("DBABMB", GppError::HeaderTrailingBits { bit: 35 }),
        ] {
            assert_eq!(ids(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_group_that_names_thousands_of_ids_stops_at_the_limit() {
        // One group, from 1 on, 46,368 ids long.
        let mut bits = crate::bit_writer::BitWriter::default();
        bits.write(3, 6);
        bits.write(1, 6);
        bits.write(1, 12);
        bits.bit(true);
        fibonacci::write(&mut bits, 1);
        fibonacci::write(&mut bits, 46_368);
        assert_eq!(ids(&bits.to_base64url()), Err(GppError::TooManySections));
    }
}
