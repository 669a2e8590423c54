//! What holds for every string.

use predispatch_gpp::{
    Choice, Fault, Field, Form, Gpp, GppWriter, PublisherPurposes, RestrictionType, Section,
    SectionId, TcfCaV1, TcfCaV1Values, UsAnswer, UsPrivacy, UsSection, VendorCoding,
};
use predispatch_types::Timestamp;
use proptest::{collection::btree_set, prelude::*, sample::select};

/// Any US section of flags, with any values.
fn us_section() -> impl Strategy<Value = UsSection> {
    let ids = (7_u16..=27, any::<bool>(), proptest::collection::vec(0_u8..=2, 64), 0_u8..=2);
    (ids, any::<bool>(), any::<bool>()).prop_map(|((id, v1, values, gpc), header, second)| {
        let id = SectionId::new(id).unwrap();
        let mut section = match (id, v1) {
            (SectionId::US_NAT, true) => UsSection::us_national_v1().unwrap(),
            _ => UsSection::new(id).unwrap(),
        };
        let mut values = values.into_iter().cycle();
        for field in section.fields().collect::<Vec<_>>() {
            let count = section.number_of_values(field);
            let values: Vec<u8> = values.by_ref().take(count).collect();
            section = section.with(field, &values).unwrap();
        }
        if section.defines_gpc() {
            section = section.with_gpc([None, Some(false), Some(true)][usize::from(gpc)]).unwrap();
        }
        if section.is_mspa_versioned() && header {
            section = section.with_form(Form::WithHeader).unwrap();
        }
        if second { section } else { section.without_sensitive_segment() }
    })
}

/// Sparse, dense and runs: what decides between ranges and bits.
fn vendors() -> impl Strategy<Value = Vec<u16>> {
    let ids = |max, count| btree_set(1_u16..=max, 0..count);
    prop_oneof![
        ids(u16::MAX, 8).prop_map(Vec::from_iter),
        ids(60, 50).prop_map(Vec::from_iter),
        (1_u16..2_000, 0_u16..600).prop_map(|(start, len)| (start..=start + len).collect()),
        (1_u16..50, ids(3_000, 6)).prop_map(|(run, starts)| {
            let runs = starts.into_iter().flat_map(|start| start..start + run);
            Vec::from_iter(std::collections::BTreeSet::from_iter(runs))
        }),
    ]
}

fn canada() -> impl Strategy<Value = TcfCaV1Values> {
    let kinds = vec![
        RestrictionType::NotAllowed,
        RestrictionType::RequireExpressConsent,
        RestrictionType::RequireImpliedConsent,
    ];
    let restrictions = proptest::collection::vec((1_u8..=24, select(kinds), vendors()), 0..4);
    let publisher = proptest::option::of((0_u32..1 << 24, 0_u32..1 << 24, 0_u8..=63, any::<u64>()));
    let lists = (vendors(), vendors(), restrictions, proptest::option::of(vendors()), publisher);
    let numbers = (0_u16..4096, 0_u8..64, 0_u16..4096, 0_u32..1 << 24, any::<bool>());
    let time = 0_i64..6_871_947_673_500;
    (lists, numbers, time, any::<bool>()).prop_map(
        |((express, implied, restrictions, disclosed, publisher), numbers, millis, integer)| {
            let mut values = TcfCaV1Values::new();
            values.created = Timestamp::from_unix_millis(millis / 100 * 100);
            values.cmp_id = numbers.0;
            values.consent_screen = numbers.1;
            values.consent_language = ['F', 'R'];
            values.special_feature_express_consent = numbers.2;
            values.purposes_express_consent = numbers.3;
            values.use_non_standard_stacks = numbers.4;
            values.vendor_express_consent = express;
            values.vendor_implied_consent = implied;
            values.restrictions = restrictions;
            values.disclosed_vendors = disclosed;
            values.publisher_purposes = publisher.map(|(express, implied, custom, bits)| {
                let mut purposes = PublisherPurposes::default();
                purposes.express_consent = express;
                purposes.implied_consent = implied;
                purposes.num_custom_purposes = custom;
                purposes.custom_express_consent = bits & ((1 << custom) - 1);
                purposes.custom_implied_consent = !bits & ((1 << custom) - 1);
                purposes
            });
            if integer {
                values.vendor_coding = VendorCoding::Integer;
            }
            values
        },
    )
}

/// Every part of every section of a string, so that nothing lazy stays unread.
fn read_all(gpp: &Gpp<'_>) {
    for (id, section) in gpp.sections() {
        match section {
            Ok(Section::Us(section)) => {
                let _ = (section.answer(), section.to_text(), format!("{section:?}"));
                for field in section.fields() {
                    assert!(section.values(field).all(|value| value <= 2), "{id} {field}");
                }
            }
            Ok(Section::TcfCaV1(section)) => {
                let ids = |list: predispatch_gpp::VendorList<'_>| list.iter().take(100).count();
                let _ = section.restrictions().map(|r| ids(r.vendors)).sum::<usize>();
                let _ = (ids(section.vendor_express_consent()), section.choice(3, 755));
            }
            Ok(_) => {}
            Err(error) => {
                let len = gpp.raw(id).unwrap().len();
                assert!(error.bit <= len * 6, "{error}: the place is in the text");
                assert_eq!(error.section, id);
            }
        }
    }
}

const VECTORS: &str = include_str!("../data/gpp_vectors.jsonl");

fn vector_texts() -> Vec<String> {
    let text = |line| serde_json::from_str::<serde_json::Value>(line).unwrap()["gpp"].clone();
    VECTORS.lines().map(|line| text(line).as_str().unwrap().to_owned()).collect()
}

/// Written by another hand than the reader: through fields, not the answer's own loop.
fn strictest_sale(sections: &[UsSection]) -> Choice {
    let of = |section: &UsSection| match section.value(Field::SaleOptOut) {
        Some(0) => Choice::NotApplicable,
        Some(1) => Choice::Refused,
        Some(2) => Choice::Permitted,
        _ => Choice::Unreadable,
    };
    sections.iter().map(of).max().unwrap_or(Choice::Absent)
}

proptest! {
    #[test]
    fn a_us_section_reads_back(section in us_section()) {
        prop_assert_eq!(UsSection::parse(section.id(), &section.to_text()), Ok(section));
    }

    #[test]
    fn zero_bits_change_nothing(section in us_section(), zeros in 0_usize..40) {
        let text = section.to_text();
        let padded: Vec<String> =
            text.split('.').map(|segment| format!("{segment}{}", "A".repeat(zeros))).collect();
        prop_assert_eq!(UsSection::parse(section.id(), &padded.join(".")), Ok(section));
    }

    #[test]
    fn a_cut_us_section_is_an_error_or_lost_only_what_may_be_absent(
        section in us_section(), keep in 0.0..1.0,
    ) {
        let text = section.to_text();
        let keep = (text.len() as f64 * keep) as usize;
        if let Ok(read) = UsSection::parse(section.id(), &text[..keep]) {
            let same = |field: &Field| {
                let values = |section: &UsSection| section.values(*field).collect::<Vec<_>>();
                let read = values(&read);
                read.is_empty() || read == values(&section)
            };
            // A national version 2 that is cut in its last fields says so; padding may go.
            prop_assert!(section.fields().all(|field| same(&field)));
            let lost = read.answer().has_unreadable();
            prop_assert!(!lost || section.id() == SectionId::US_NAT);
        }
    }

    #[test]
    fn a_core_is_heard_whatever_follows_it(section in us_section(), rubbish in "[ -}]{0,12}") {
        let text = section.to_text();
        let whole = UsSection::core_answer(section.id(), &text).unwrap();
        let answer = section.answer();
        prop_assert_eq!(whole.known_child, answer.known_child);
        prop_assert_eq!(whole.notices, answer.notices);
        prop_assert_eq!(whole.sale, answer.sale);
        let followed = UsSection::core_answer(section.id(), &format!("{text}.{rubbish}"));
        prop_assert_eq!(followed, Some(whole));
    }

    #[test]
    fn canada_reads_back_or_is_refused_for_its_two_meanings(values in canada()) {
        let text = values.to_text().unwrap();
        let section = match TcfCaV1::parse(&text) {
            Ok(section) => section,
            Err(error) => {
                prop_assert_eq!(error.fault, Fault::AmbiguousEncoding, "{}", text);
                return Ok(());
            }
        };
        let mut read = TcfCaV1Values::from(&section);
        // A core without ranges does not tell its coding.
        read.vendor_coding = values.vendor_coding;
        prop_assert_eq!(read.to_text().unwrap(), text);
        prop_assert_eq!(read, values);
    }

    #[test]
    fn membership_agrees_with_the_list(values in canada(), others: [u16; 8]) {
        let text = values.to_text().unwrap();
        let Ok(section) = TcfCaV1::parse(&text) else { return Ok(()) };
        let list = section.vendor_express_consent();
        let ids = &values.vendor_express_consent;
        prop_assert_eq!(list.count(), ids.len());
        for id in ids.iter().take(50).chain(&others) {
            prop_assert_eq!(list.contains(*id), ids.contains(id), "{}", id);
        }
    }

    #[test]
    fn a_whole_string_reads_back_with_unknown_sections_in_it(
        sections in proptest::collection::btree_map(7_u16..=27, us_section(), 0..6),
        unknown in proptest::collection::btree_map(28_u16..=u16::MAX, "[ -}]{1,20}", 0..4),
    ) {
        let known: Vec<UsSection> = sections.into_values().collect();
        let mut writer = GppWriter::new();
        let mut kept = Vec::new();
        for section in known {
            if let Ok(with) = writer.clone().with(section.id(), &section.to_text()) {
                writer = with;
                kept.push(section);
            }
        }
        for (id, text) in &unknown {
            writer = writer.with(SectionId::new(*id).unwrap(), text).unwrap();
        }
        let text = writer.to_text();
        let gpp = Gpp::parse(&text).unwrap();
        prop_assert_eq!(gpp.section_ids().count(), kept.len() + unknown.len());
        for section in &kept {
            let Some(Ok(Section::Us(read))) = gpp.section(section.id()) else {
                return Err(TestCaseError::fail("a section is lost"));
            };
            prop_assert_eq!(&read, section);
        }
        for (id, text) in &unknown {
            prop_assert_eq!(gpp.raw(SectionId::new(*id).unwrap()), Some(text.as_str()));
        }
        let answer = gpp.us_answer(|_| true).unwrap_or(UsAnswer::SILENT);
        prop_assert_eq!(answer.sale, strictest_sale(&kept));
    }

    #[test]
    fn a_bad_section_leaves_its_neighbours(
        index in 0_usize..60, victim in 0_usize..20, rubbish in "[ -}]{0,12}",
    ) {
        let text = vector_texts().swap_remove(index);
        let gpp = Gpp::parse(&text).unwrap();
        let ids: Vec<_> = gpp.section_ids().collect();
        let victim = ids[victim % ids.len()];
        let mut parts: Vec<&str> = text.split('~').collect();
        parts[1 + ids.iter().position(|id| *id == victim).unwrap()] = &rubbish;
        let spoiled = parts.join("~");
        let spoiled = Gpp::parse(&spoiled).unwrap();
        for id in ids.into_iter().filter(|id| *id != victim) {
            prop_assert_eq!(spoiled.raw(id), gpp.raw(id));
            prop_assert!(spoiled.section(id).unwrap().is_ok());
        }
        read_all(&spoiled);
    }

    #[test]
    fn no_flip_and_no_cut_panics(
        index in 0_usize..60, at: usize, byte: u8, keep: usize, cut: bool,
    ) {
        let mut bytes = vector_texts().swap_remove(index).into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= byte;
        if cut {
            bytes.truncate(keep % bytes.len());
        }
        let text = String::from_utf8(bytes).unwrap_or_default();
        if let Ok(gpp) = Gpp::parse(&text) {
            read_all(&gpp);
        }
    }

    #[test]
    fn no_text_panics(text in "D[AB][A-Za-z0-9_-]{0,12}(~[A-Za-f0-9_.-]{0,30}){0,4}") {
        if let Ok(gpp) = Gpp::parse(&text) {
            read_all(&gpp);
        }
        let _ = UsPrivacy::parse(&text);
        for id in (1..=30).filter_map(SectionId::new) {
            let _ = Section::parse(id, &text);
        }
    }

    #[test]
    fn the_stricter_of_two_is_never_milder_than_either(a in us_section(), b in us_section()) {
        let (a, b) = (a.answer(), b.answer());
        let both = a.stricter(b);
        prop_assert_eq!(both, b.stricter(a));
        prop_assert!(both.sale >= a.sale && both.sale >= b.sale);
        prop_assert!(both.gpc >= a.gpc);
        let children = [a.known_child, b.known_child];
        let order = [Choice::NotApplicable, Choice::Permitted, Choice::Unreadable, Choice::Refused];
        let strictest = order.into_iter().rfind(|choice| children.contains(choice));
        prop_assert_eq!(both.known_child, strictest.unwrap_or(Choice::Absent), "{:?}", children);
        for (category, choice) in a.sensitive.iter() {
            prop_assert!(both.sensitive.of(category) >= choice);
        }
    }
}
