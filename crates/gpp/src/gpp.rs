//! The whole string: a header and the texts of its sections.

use core::fmt;

use crate::{
    GppError, SectionError, SectionId, TcfCaV1, UsAnswer, UsPrivacy, UsSection,
    header::{Header, MAX_SECTIONS},
};

/// A GPP string whose header was read; sections are read when asked for.
///
/// It borrows the text and keeps no copy of any section.
#[derive(Clone, Copy)]
pub struct Gpp<'a> {
    text: &'a str,
    entries: [Option<Entry>; MAX_SECTIONS],
}

/// A section's id and its text, by bytes of the whole.
#[derive(Clone, Copy)]
struct Entry {
    id: SectionId,
    start: u16,
    end: u16,
}

impl<'a> Gpp<'a> {
    /// The longest string that is read, in bytes: a European section can name thousands of vendors.
    pub const MAX_LEN: usize = 65_535;

    /// The most sections that a header may list.
    pub const MAX_SECTIONS: usize = MAX_SECTIONS;

    /// Reads the header and finds the sections. Their texts are not looked into.
    ///
    /// # Errors
    /// The first broken rule, as a [`GppError`]. A header that can't be read, or lists another
    /// number of sections than follow, leaves no section to be trusted.
    pub fn parse(text: &'a str) -> Result<Self, GppError> {
        if text.is_empty() {
            return Err(GppError::Empty);
        }
        if text.len() > Self::MAX_LEN {
            return Err(GppError::TooLong { len: text.len() });
        }
        let (head, rest) = match text.split_once(SEPARATOR) {
            Some((head, rest)) => (head, Some(rest)),
            None => (text, None),
        };
        let header = Header::parse(head)?;
        let listed = header.len();
        let found = match rest {
            // Bytes, not characters: many are compared at a time.
            Some(rest) => rest.bytes().filter(|byte| *byte == b'~').count().saturating_add(1),
            None => 0,
        };
        if listed != found {
            return Err(GppError::SectionCount { listed, found });
        }
        let mut entries = [None; MAX_SECTIONS];
        let mut rest = rest.unwrap_or_default();
        for (entry, id) in entries.iter_mut().zip(header.ids()) {
            let end = rest.find(SEPARATOR).unwrap_or(rest.len());
            // The rest is the tail of the text.
            let start = text.len().saturating_sub(rest.len());
            let offset = |at| u16::try_from(at).map_err(|_| GppError::TooLong { len: text.len() });
            *entry =
                Some(Entry { id, start: offset(start)?, end: offset(start.saturating_add(end))? });
            rest = rest.get(end.saturating_add(1)..).unwrap_or_default();
        }
        Ok(Self { text, entries })
    }

    /// The string as it was given, to be passed on unchanged.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The listed sections, ascending.
    pub fn section_ids(&self) -> impl Iterator<Item = SectionId> {
        self.entries.iter().map_while(|entry| entry.map(|entry| entry.id))
    }

    /// The text of a section, known or not, as it stands; `None` if it is not listed.
    pub fn raw(&self, id: SectionId) -> Option<&'a str> {
        let entry = self.entries.iter().map_while(|entry| *entry).find(|entry| entry.id == id)?;
        self.text.get(usize::from(entry.start)..usize::from(entry.end))
    }

    /// Reads a section; `None` if it is not listed.
    ///
    /// A fault in it says nothing about the others.
    pub fn section(&self, id: SectionId) -> Option<Result<Section<'a>, SectionError>> {
        self.raw(id).map(|text| Section::parse(id, text))
    }

    /// Every listed section, each read when it comes up.
    pub fn sections(&self) -> impl Iterator<Item = (SectionId, Result<Section<'a>, SectionError>)> {
        self.section_ids().filter_map(|id| Some((id, self.section(id)?)))
    }

    /// What each US section (6 to 27) says, in the words that all of them share.
    pub fn us_answers(&self) -> impl Iterator<Item = (SectionId, Result<UsAnswer, SectionError>)> {
        self.us_answers_of(|_| true)
    }

    /// The strictest answer of all US sections for which `in_force` is true; `None` if there is
    /// none.
    ///
    /// A section that can't be read counts as [`UsAnswer::UNREADABLE`]: it may hold an opt-out. A
    /// child that its core refuses for is one all the same ([`UsSection::core_answer`]).
    /// Which sections are in force is what `gpp_sid` says.
    pub fn us_answer(&self, in_force: impl Fn(SectionId) -> bool) -> Option<UsAnswer> {
        let unreadable = |id| {
            let core = self.raw(id).and_then(|text| UsSection::core_answer(id, text));
            UsAnswer::UNREADABLE.stricter(core.unwrap_or(UsAnswer::SILENT))
        };
        self.us_answers_of(in_force)
            .map(|(id, answer)| answer.unwrap_or_else(|_| unreadable(id)))
            .reduce(UsAnswer::stricter)
    }

    fn us_answers_of(
        &self,
        is_wanted: impl Fn(SectionId) -> bool,
    ) -> impl Iterator<Item = (SectionId, Result<UsAnswer, SectionError>)> {
        self.section_ids().filter(move |id| id.is_us() && is_wanted(*id)).filter_map(|id| {
            let text = self.raw(id)?;
            let answer = match id {
                SectionId::USP_V1 => us_privacy(text).map(UsPrivacy::answer),
                _ => UsSection::parse(id, text).map(|section| section.answer()),
            };
            Some((id, answer))
        })
    }
}

/// The text is personal data: only the ids are shown.
impl fmt::Debug for Gpp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gpp")?;
        f.debug_list().entries(self.section_ids()).finish()
    }
}

/// One section of a string.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub enum Section<'a> {
    /// Section 2. Its text is a TC string, which the TCF has its own reader for.
    TcfEuV2(SectionText<'a>),
    /// Section 5.
    TcfCaV1(TcfCaV1<'a>),
    /// Section 6.
    UspV1(UsPrivacy),
    /// Sections 7 to 27.
    Us(UsSection),
    /// A section that this crate does not know: its text can be passed on.
    Opaque(SectionText<'a>),
}

impl<'a> Section<'a> {
    /// Reads the text of section `id`.
    ///
    /// # Errors
    /// The first broken rule, as a [`SectionError`]. Section 2 and unknown ones have none here.
    pub fn parse(id: SectionId, text: &'a str) -> Result<Self, SectionError> {
        Ok(match id {
            SectionId::TCF_EU_V2 => Self::TcfEuV2(SectionText(text)),
            SectionId::TCF_CA_V1 => Self::TcfCaV1(TcfCaV1::parse(text)?),
            SectionId::USP_V1 => Self::UspV1(us_privacy(text)?),
            _ if id.is_us() => Self::Us(UsSection::parse(id, text)?),
            _ => Self::Opaque(SectionText(text)),
        })
    }
}

/// The text of a section, not looked into.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SectionText<'a>(&'a str);

impl<'a> SectionText<'a> {
    /// The text; of section 2, the TC string.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// Personal data.
impl fmt::Debug for SectionText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SectionText(<redacted>)")
    }
}

fn us_privacy(text: &str) -> Result<UsPrivacy, SectionError> {
    UsPrivacy::parse(text).map_err(|error| SectionError {
        section: SectionId::USP_V1,
        segment: 0,
        field: "",
        bit: 0,
        fault: crate::Fault::UsPrivacy(error),
    })
}

const SEPARATOR: char = '~';

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Fault, Gpc};

    #[test]
    fn the_number_of_sections_must_be_that_of_the_header() {
        let error = |text| Gpp::parse(text).unwrap_err();
        assert_eq!(error("DBABTA"), GppError::SectionCount { listed: 1, found: 0 });
        assert_eq!(error("DBABTA~1-Y-~x"), GppError::SectionCount { listed: 1, found: 2 });
        assert_eq!(error("DBAA~x"), GppError::SectionCount { listed: 0, found: 1 });
        assert_eq!(Gpp::parse("DBAA").unwrap().section_ids().count(), 0);
    }

    #[test]
    fn too_long_and_empty_strings_are_refused_before_anything_else() {
        assert_eq!(Gpp::parse("").unwrap_err(), GppError::Empty);
        let long = "D".repeat(Gpp::MAX_LEN + 1);
        assert_eq!(Gpp::parse(&long).unwrap_err(), GppError::TooLong { len: 65_536 });
        let longest = format!("DBABM~{}", "A".repeat(Gpp::MAX_LEN - 6));
        let gpp = Gpp::parse(&longest).unwrap();
        assert_eq!(gpp.raw(SectionId::TCF_EU_V2).unwrap().len(), 65_529);
    }

    #[test]
    fn a_bad_section_spoils_only_itself() {
        // 7 and 8; the national one ends early and its answer is unreadable, not absent.
        let gpp = Gpp::parse("DBABrw~C~BFEmUlCA.YA").unwrap();
        let nat = gpp.section(SectionId::US_NAT).unwrap().unwrap_err();
        assert_eq!((nat.section, nat.fault), (SectionId::US_NAT, Fault::CutShort));
        let california = gpp.us_answer(|id| id == SectionId::US_CA).unwrap();
        assert_eq!((california.sharing, california.gpc), (Choice::Refused, Gpc::On));
        // California's section refuses for a child, which what can't be read does not hide.
        let both = UsAnswer { known_child: Choice::Refused, ..UsAnswer::UNREADABLE };
        assert_eq!(gpp.us_answer(|_| true).unwrap(), both);
        assert_eq!(gpp.us_answer(|id| id == SectionId::US_VA), None);
    }

    #[test]
    fn a_child_is_known_to_a_section_that_is_unreadable_elsewhere() {
        let gpp = Gpp::parse("DBABBg~BVrAABSA").unwrap();
        let refused = UsAnswer { known_child: Choice::Refused, ..UsAnswer::UNREADABLE };
        assert_eq!(gpp.us_answer(|_| true).unwrap(), refused);
    }

    #[test]
    fn an_unknown_id_is_passed_on_and_voids_nothing() {
        let text = crate::GppWriter::new()
            .with(SectionId::USP_V1, "1-Y-")
            .and_then(|gpp| gpp.with(SectionId::new(999).unwrap(), "any?thing.\u{e9}"))
            .unwrap()
            .to_text();
        let gpp = Gpp::parse(&text).unwrap();
        let unknown = SectionId::new(999).unwrap();
        assert_eq!(gpp.raw(unknown), Some("any?thing.\u{e9}"));
        let Some(Ok(Section::Opaque(text))) = gpp.section(unknown) else { panic!("opaque") };
        assert_eq!(text.as_str(), "any?thing.\u{e9}");
        assert_eq!(gpp.us_answer(|_| true).unwrap().sale, Choice::Refused);
    }

    #[test]
    fn debug_output_shows_ids_only() {
        let gpp = Gpp::parse("DBACNY~CPXx~1-YY").unwrap();
        let section = gpp.section(SectionId::TCF_EU_V2).unwrap().unwrap();
        assert_eq!(format!("{gpp:?}"), "Gpp[2 tcfeuv2, 6 uspv1]");
        assert_eq!(format!("{section:?}"), "TcfEuV2(SectionText(<redacted>))");
    }
}
