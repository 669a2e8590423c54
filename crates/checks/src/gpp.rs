//! Laws of `predispatch-gpp`.

use predispatch_gpp::{
    Fault, Gpp, GppWriter, Section, SectionId, TcfCaV1, TcfCaV1Values, UsPrivacy, UsSection,
    VendorList,
};

use crate::text;

/// A string that can be read lists ascending ids, and reads the same when it is written again.
pub(crate) fn header(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let Ok(gpp) = Gpp::parse(text) else { return };
    let ids: Vec<_> = gpp.section_ids().collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "ids ascend");
    let raws = || ids.iter().map(|id| gpp.raw(*id).unwrap_or_else(|| panic!("{id} is listed")));
    assert_eq!(raws().map(|raw| raw.len() + 1).sum::<usize>(), sections_len(text));
    for id in &ids {
        section(*id, gpp.raw(*id).unwrap_or_default());
    }
    if raws().any(str::is_empty) {
        return;
    }
    let mut writer = GppWriter::new();
    for (id, raw) in ids.iter().zip(raws()) {
        // A header that is longer in our spelling may not fit.
        let Ok(with) = writer.with(*id, raw) else { return };
        writer = with;
    }
    let written = writer.to_text();
    let again = Gpp::parse(&written).unwrap_or_else(|error| panic!("{error}"));
    assert!(again.section_ids().eq(ids.iter().copied()));
    assert!(again.section_ids().map(|id| again.raw(id)).eq(raws().map(Some)));
}

/// The first byte is a section's id, the rest its text. What can be read means the same when it is
/// written again; an error's place lies in the text.
pub(crate) fn sections(input: &[u8]) {
    let Some((id, input)) = input.split_first() else { return };
    let (Some(id), Some(text)) = (SectionId::new(u16::from(*id)), text(input)) else { return };
    section(id, text);
}

/// A US Privacy string that can be read is written as it was.
pub(crate) fn us_privacy(input: &[u8]) {
    let Some(text) = text(input) else { return };
    if let Ok(usp) = UsPrivacy::parse(text) {
        assert_eq!(usp.to_text(), text);
        assert_eq!(usp.answer().stricter(usp.answer()), usp.answer());
    }
}

fn section(id: SectionId, text: &str) {
    match Section::parse(id, text) {
        Ok(Section::Us(section)) => us_section(&section, text),
        Ok(Section::TcfCaV1(section)) => canada(&section),
        Ok(_) => {}
        Err(error) => {
            assert_eq!(error.section, id);
            assert!(error.bit <= text.len() * 6, "{error}");
            assert!(error.segment <= text.split('.').count(), "{error}");
            let core = UsSection::core_answer(id, text);
            assert!(core.is_none_or(|core| core.stricter(core) == core));
        }
    }
}

fn us_section(section: &UsSection, text: &str) {
    let answer = section.answer();
    let core = UsSection::core_answer(section.id(), text).expect("a section has a core");
    assert_eq!((core.known_child, core.notices), (answer.known_child, answer.notices));
    assert_eq!(answer.stricter(answer), answer);
    for field in section.fields() {
        assert!(section.values(field).all(|value| value <= 2), "{field}");
    }
    assert_eq!(UsSection::parse(section.id(), &section.to_text()), Ok(*section));
}

fn canada(section: &TcfCaV1<'_>) {
    let mut lists = vec![section.vendor_express_consent(), section.vendor_implied_consent()];
    lists.extend(section.disclosed_vendors());
    lists.extend(section.restrictions().map(|restriction| restriction.vendors));
    for list in &lists {
        vendor_list(list);
    }
    // A short text may name millions of vendors; these are counted above, not copied.
    if lists.iter().map(VendorList::count).sum::<usize>() > 100_000 {
        return;
    }
    let values = TcfCaV1Values::from(section);
    let Ok(written) = values.to_text() else { return };
    match TcfCaV1::parse(&written) {
        Ok(again) => {
            let mut again = TcfCaV1Values::from(&again);
            again.vendor_coding = values.vendor_coding;
            assert_eq!(again, values);
        }
        Err(error) => assert_eq!(error.fault, Fault::AmbiguousEncoding),
    }
}

fn vendor_list(list: &VendorList<'_>) {
    let mut count = 0;
    let mut last = 0;
    for id in list.iter() {
        assert!(id > last, "ids ascend from 1");
        last = id;
        count += 1;
    }
    assert_eq!(count, list.count());
    assert_eq!(list.is_empty(), count == 0);
    assert_eq!(list.contains(last), count > 0);
    assert!(!list.contains(0));
}

/// The text after the header, with its first `~`.
fn sections_len(text: &str) -> usize {
    text.find('~').map_or(0, |at| text.len() - at)
}
