//! The vectors of the official library; see `tests/data/README.md`.

use predispatch_gpp::{
    Form, Gpp, GppWriter, Section, SectionId, TcfCaV1, TcfCaV1Values, UsSection, VendorCoding,
};
use predispatch_testkit::ExpectedDifferences;
use serde_json::{Value, json};

use crate::shape;

#[test]
fn every_vector_is_read_as_the_official_library_reads_it() {
    let (mut strings, mut sections) = (0, 0);
    for vector in lines(VECTORS) {
        let text = vector["gpp"].as_str().unwrap();
        let gpp = Gpp::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let expect = &vector["expect"];
        let ids: Vec<u16> = gpp.section_ids().map(SectionId::as_u16).collect();
        assert_eq!(json!(ids), expect["sectionIds"], "{text}");
        for (id, section) in gpp.sections() {
            let raw = &expect["raw"][id.to_string()];
            assert_eq!(gpp.raw(id), raw.as_str(), "{id} {text}");
            let section = section.unwrap_or_else(|error| panic!("{error}: {text}"));
            let expect = &expect["sections"][id.name().unwrap()];
            let ours = match section {
                Section::TcfEuV2(tc) => {
                    assert_eq!(expect["tc"], tc.as_str(), "{text}");
                    expect.clone()
                }
                Section::TcfCaV1(section) => shape::of_canada(&section),
                Section::UspV1(usp) => shape::of_us_privacy(usp),
                Section::Us(section) => shape::of_us(&section),
                other => panic!("{other:?} in {text}"),
            };
            assert_eq!(&ours, expect, "{id} {text}");
            sections += 1;
        }
        assert_eq!(ids.len(), expect["sections"].as_object().unwrap().len(), "{text}");
        strings += 1;
    }
    assert_eq!((strings, sections), (60, 145), "strings, and sections in them");
}

#[test]
fn every_vector_is_written_as_the_official_library_wrote_it() {
    let mut strings = 0;
    for vector in lines(VECTORS) {
        let text = vector["gpp"].as_str().unwrap();
        let gpp = Gpp::parse(text).unwrap();
        let written = gpp.sections().try_fold(GppWriter::new(), |writer, (id, section)| {
            let text = match section.unwrap() {
                Section::TcfCaV1(section) => TcfCaV1Values::from(&section).to_text().unwrap(),
                Section::UspV1(usp) => usp.to_text(),
                Section::Us(section) => section.to_text(),
                Section::TcfEuV2(tc) => tc.as_str().to_owned(),
                other => panic!("{other:?} in {text}"),
            };
            writer.with(id, &text)
        });
        assert_eq!(written.unwrap().to_text(), text);
        strings += 1;
    }
    assert_eq!(strings, 60);
}

#[test]
fn no_cut_of_a_vector_is_read_as_something_else() {
    let (mut refused, mut cuts) = (0, 0);
    for vector in lines(VECTORS) {
        let text = vector["gpp"].as_str().unwrap();
        let whole = Gpp::parse(text).unwrap();
        let last = whole.section_ids().last().unwrap();
        for end in 0..text.len() {
            cuts += 1;
            let Ok(cut) = Gpp::parse(&text[..end]) else {
                refused += 1;
                continue;
            };
            // Only the last section can be cut when all are there.
            assert!(cut.section_ids().eq(whole.section_ids()), "{end} {text}");
            for id in whole.section_ids().filter(|id| *id != last) {
                assert_eq!(cut.raw(id), whole.raw(id), "{end} {text}");
            }
        }
    }
    assert_eq!((cuts, refused), (CUTS, CUTS_REFUSED), "cuts, and those without a readable header");
}

#[test]
fn disputed_sections_are_read_in_the_form_of_the_official_library() {
    let mut differences = ExpectedDifferences::parse(include_str!("../data/disputed.toml"));
    let mut cases = 0;
    for (line, vector) in lines(VECTORS).into_iter().enumerate() {
        let text = vector["gpp"].as_str().unwrap();
        let gpp = Gpp::parse(text).unwrap();
        let disputed: Vec<_> = gpp.section_ids().filter(|id| id.as_u16() >= 24).collect();
        assert_eq!(!disputed.is_empty(), vector.get("disputed").is_some(), "{text}");
        for id in disputed {
            let form = UsSection::parse(id, gpp.raw(id).unwrap()).map(|section| section.form());
            let ours = match form {
                Ok(Form::CoreFirst) => "core first",
                Ok(Form::WithHeader) => "with header",
                _ => "refused",
            };
            differences.check(&format!("{line} {}", id.name().unwrap()), ours, "refused");
            cases += 1;
        }
    }
    differences.finish(11);
    assert_eq!(cases, 11);
}

#[test]
fn canadian_sections_of_older_writers_are_told_from_newer_ones() {
    let (mut integer, mut either) = (0, 0);
    for vector in lines(INTEGER) {
        let text = vector["text"].as_str().unwrap();
        let section = TcfCaV1::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(shape::of_canada(&section), vector["expect"], "{text}");
        // Without ranges the two codings are the same bits.
        match section.vendor_coding() {
            VendorCoding::Integer => integer += 1,
            _ => either += 1,
        }
        let mut values = TcfCaV1Values::from(&section);
        values.vendor_coding = VendorCoding::Integer;
        // That release padded to four characters.
        let trimmed = |text: &str| {
            let segments = text.split('.').map(|segment| segment.trim_end_matches('A').to_owned());
            segments.collect::<Vec<_>>()
        };
        assert_eq!(trimmed(&values.to_text().unwrap()), trimmed(text));
    }
    assert_eq!((integer, either), (INTEGER_CORES, 40 - INTEGER_CORES));
}

#[cfg(feature = "serde")]
#[test]
fn serialize_has_the_shape_of_the_vectors() {
    let mut sections = 0;
    for vector in lines(VECTORS) {
        let gpp = Gpp::parse(vector["gpp"].as_str().unwrap()).unwrap();
        for (id, section) in gpp.sections() {
            let value = match section.unwrap() {
                Section::TcfCaV1(section) => serde_json::to_value(section),
                Section::UspV1(usp) => serde_json::to_value(usp),
                Section::Us(section) => serde_json::to_value(section),
                _ => continue,
            };
            assert_eq!(value.unwrap(), vector["expect"]["sections"][id.name().unwrap()]);
            sections += 1;
        }
    }
    assert_eq!(sections, 137);
}

fn lines(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const VECTORS: &str = include_str!("../data/gpp_vectors.jsonl");
const INTEGER: &str = include_str!("../data/tcfcav1_integer.jsonl");

/// Lines of the integer file whose core holds ranges.
const INTEGER_CORES: usize = 35;

/// Characters of all vectors, and those up to the last section's `~`.
const CUTS: usize = 3958;
const CUTS_REFUSED: usize = 3145;
