//! Writing a whole string.

use core::fmt;

use crate::{Gpp, SectionId, bit_writer::BitWriter, fibonacci};

/// Puts the texts of sections under one header.
///
/// ```
/// use predispatch_gpp::{Gpp, GppWriter, SectionId, UspAnswer, UsPrivacy};
///
/// let usp = UsPrivacy::new(UspAnswer::NotApplicable, UspAnswer::Yes, UspAnswer::NotApplicable);
/// let text = GppWriter::new().with(SectionId::USP_V1, &usp.to_text())?.to_text();
/// assert_eq!(text, "DBABTA~1-Y-");
/// assert_eq!(Gpp::parse(&text).unwrap().raw(SectionId::USP_V1), Some("1-Y-"));
/// # Ok::<(), predispatch_gpp::GppWriteError>(())
/// ```
#[derive(Clone, Default)]
pub struct GppWriter {
    /// By ascending id.
    sections: Vec<(SectionId, String)>,
}

impl GppWriter {
    /// No section yet; `DBAA`.
    pub const fn new() -> Self {
        Self { sections: Vec::new() }
    }

    /// With one more section. They may come in any order and are written by ascending id.
    ///
    /// # Errors
    /// A text that is empty or holds `~`, an id that is there already, or a string over the limits
    /// of [`Gpp`].
    pub fn with(mut self, id: SectionId, text: &str) -> Result<Self, GppWriteError> {
        if text.is_empty() {
            return Err(GppWriteError::EmptySection);
        }
        if text.contains('~') {
            return Err(GppWriteError::Separator);
        }
        let Err(place) = self.sections.binary_search_by_key(&id, |(other, _)| *other) else {
            return Err(GppWriteError::DuplicateSection);
        };
        if self.sections.len() >= Gpp::MAX_SECTIONS {
            return Err(GppWriteError::TooManySections);
        }
        self.sections.insert(place, (id, text.to_owned()));
        let texts = self.sections.iter().map(|(_, text)| text.len().saturating_add(1));
        let len = texts.fold(self.header().len(), usize::saturating_add);
        if len > Gpp::MAX_LEN {
            return Err(GppWriteError::TooLong { len });
        }
        Ok(self)
    }

    /// The string.
    pub fn to_text(&self) -> String {
        let mut text = self.header();
        for (_, section) in &self.sections {
            text.push('~');
            text.push_str(section);
        }
        text
    }

    /// Neighbouring ids are one group, as the official library writes them.
    fn header(&self) -> String {
        let mut items = BitWriter::default();
        let (mut count, mut last) = (0_u64, 0);
        let follows = |a: &(SectionId, String), b: &(SectionId, String)| {
            a.0.as_u16().checked_add(1) == Some(b.0.as_u16())
        };
        for group in self.sections.chunk_by(follows) {
            let [(first, _), .., (end, _)] = group else {
                let [(only, _)] = group else { continue };
                items.bit(false);
                fibonacci::write(&mut items, only.as_u16().saturating_sub(last));
                last = only.as_u16();
                count = count.saturating_add(1);
                continue;
            };
            items.bit(true);
            fibonacci::write(&mut items, first.as_u16().saturating_sub(last));
            fibonacci::write(&mut items, end.as_u16().saturating_sub(first.as_u16()));
            last = end.as_u16();
            count = count.saturating_add(1);
        }
        let mut bits = BitWriter::default();
        bits.write(3, 6);
        bits.write(1, 6);
        bits.write(count, 12);
        bits.append(&items);
        bits.to_base64url()
    }
}

/// The texts are personal data: only the ids are shown.
impl fmt::Debug for GppWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GppWriter")?;
        f.debug_list().entries(self.sections.iter().map(|(id, _)| id)).finish()
    }
}

/// Why a section can't be added.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GppWriteError {
    /// The id is there already.
    #[error("the section is there already")]
    DuplicateSection,
    /// A section without text could not be told from a fault.
    #[error("the section has no text")]
    EmptySection,
    /// The text holds `~`, which ends a section.
    #[error("the section holds ~")]
    Separator,
    /// Over [`Gpp::MAX_LEN`].
    #[error("the string would be {len} bytes long, limit {}", Gpp::MAX_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// Over [`Gpp::MAX_SECTIONS`].
    #[error("more than {} sections", Gpp::MAX_SECTIONS)]
    TooManySections,
}

impl GppWriteError {
    /// Stable, lower-case, with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DuplicateSection => "duplicate_section",
            Self::EmptySection => "empty_section",
            Self::Separator => "separator",
            Self::TooLong { .. } => "too_long",
            Self::TooManySections => "too_many_sections",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<GppWriteError>();

#[cfg(test)]
mod tests {
    use super::*;

    fn header(ids: &[u16]) -> String {
        let add = |writer: GppWriter, id: &u16| writer.with(SectionId::new(*id).unwrap(), "x");
        ids.iter().try_fold(GppWriter::new(), add).unwrap().header()
    }

    #[test]
    fn headers_are_those_of_the_official_library() {
        for (ids, text) in [
            (&[][..], "DBAA"),
            (&[2], "DBABMA"),
            (&[2, 6], "DBACNYA"),
            (&[6, 5], "DBABjw"),
            (&[2, 6, 23], "DBADNamA"),
            (&[8, 9, 10, 11, 12], "DBABh2A"),
        ] {
            assert_eq!(header(ids), text, "{ids:?}");
        }
    }

    #[test]
    fn what_could_not_be_read_back_is_refused() {
        let with = |text: &str| GppWriter::new().with(SectionId::US_CA, text).map(|_| ());
        assert_eq!(with(""), Err(GppWriteError::EmptySection));
        assert_eq!(with("a~b"), Err(GppWriteError::Separator));
        assert_eq!(with(&"A".repeat(70_000)), Err(GppWriteError::TooLong { len: 70_007 }));
        let twice = GppWriter::new().with(SectionId::US_CA, "x").unwrap();
        assert_eq!(twice.with(SectionId::US_CA, "y").err(), Some(GppWriteError::DuplicateSection));
        let add = |writer: GppWriter, id| writer.with(SectionId::new(id).unwrap(), "x");
        let full = (1..=65).try_fold(GppWriter::new(), add);
        assert_eq!(full.err(), Some(GppWriteError::TooManySections));
    }
}
