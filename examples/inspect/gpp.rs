//! `gpp`: what a GPP string lists, and what its sections say.

use predispatch_gpp::{Gpp, Section, SectionError, SectionId};
use predispatch_tcf::TcString;
use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use crate::lines::{ItemError, UsageError, answer_each};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    if let Some(option) = args.first() {
        return Err(UsageError::new(format!("unknown option '{option}'")));
    }
    answer_each(|line| {
        Gpp::parse(line).map_err(|error| ItemError::new(error.code(), error))?;
        Ok(Answer(line.to_owned()))
    })
}

/// `sectionIds`, `raw` (id to text) and `sections` (name to fields). A section that can't be read is
/// an error object in its place; one that has no name is in `raw` only.
///
/// It keeps the text and reads it again while it is written: a short text may name so many vendors
/// that their ids should never be in memory at once.
struct Answer(String);

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let gpp = &Gpp::parse(&self.0).map_err(S::Error::custom)?;
        let ids: Vec<u16> = gpp.section_ids().map(SectionId::as_u16).collect();
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("sectionIds", &ids)?;
        map.serialize_entry("raw", &Raw(gpp))?;
        map.serialize_entry("sections", &Sections(gpp))?;
        map.end()
    }
}

struct Raw<'a>(&'a Gpp<'a>);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.section_ids().map(|id| (id.as_u16(), self.0.raw(id))))
    }
}

struct Sections<'a>(&'a Gpp<'a>);

impl Serialize for Sections<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (id, section) in self.0.sections() {
            let Some(name) = id.name() else { continue };
            match section {
                Ok(Section::TcfEuV2(text)) => {
                    map.serialize_entry(name, &European::of(text.as_str()))?
                }
                Ok(Section::TcfCaV1(section)) => map.serialize_entry(name, &section)?,
                Ok(Section::UspV1(section)) => map.serialize_entry(name, &section)?,
                Ok(Section::Us(section)) => map.serialize_entry(name, &section)?,
                Ok(_) => {}
                Err(error) => map.serialize_entry(name, &Refused { error: item_error(&error) })?,
            }
        }
        map.end()
    }
}

/// The TC string and its fields, as the `tcf` command prints them.
#[derive(serde::Serialize)]
struct European<'a> {
    tc: &'a str,
    #[serde(flatten)]
    decoded: Decoded<'a>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Decoded<'a> {
    Decoded(TcString<'a>),
    Error(ItemError),
}

impl<'a> European<'a> {
    fn of(tc: &'a str) -> Self {
        let decoded = match TcString::parse(tc) {
            Ok(fields) => Decoded::Decoded(fields),
            Err(error) => Decoded::Error(ItemError::new(error.code(), error)),
        };
        Self { tc, decoded }
    }
}

#[derive(serde::Serialize)]
struct Refused {
    error: ItemError,
}

fn item_error(error: &SectionError) -> ItemError {
    ItemError::new(error.fault.code(), error)
}
