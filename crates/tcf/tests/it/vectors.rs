//! The vectors of the reference implementation; see `tests/data/README.md`.

use std::collections::HashSet;

use predispatch_tcf::{
    Field, GlobalVendorList, Part, Place, Purpose, ReadError, Segment, StringRefusal, TcString,
    VendorId,
};
use serde_json::Value;

use crate::{eager, shape};

pub(crate) fn lines(file: &str) -> Vec<Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) const VECTORS: &str = include_str!("../data/vectors.jsonl");
pub(crate) const BAD: &str = include_str!("../data/bad.jsonl");

#[test]
fn every_vector_is_read_as_the_reference_library_reads_it() {
    let vectors = lines(VECTORS);
    for vector in &vectors {
        let text = vector["tc"].as_str().unwrap();
        assert_eq!(
            eager::read(text).as_ref(),
            Some(&vector["expect"]),
            "the second reader: {text}"
        );
        let tc = TcString::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(shape::of(&tc), vector["expect"], "{text}");
        let lenient = TcString::parse_lenient(text).unwrap();
        assert_eq!(lenient.faults(), [], "{text}");
        assert_eq!(shape::of(&tc.to_owned().as_view()), vector["expect"], "{text}");
    }
    assert_eq!(vectors.len(), 142, "vectors read");
}

#[test]
fn every_vendor_is_answered_for_as_it_is_listed() {
    let mut asked = 0_u32;
    for vector in lines(VECTORS) {
        let expect = &vector["expect"];
        let tc = TcString::parse(vector["tc"].as_str().unwrap()).unwrap();
        let listed = |list: &Value| -> HashSet<u64> {
            list.as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect()
        };
        let (consents, interests) =
            (listed(&expect["vendorsConsent"]), listed(&expect["vendorsLI"]));
        let disclosed = Some(&expect["disclosed"]).filter(|list| !list.is_null()).map(listed);
        let restrictions: Vec<_> = expect["restrictions"].as_array().unwrap().iter().collect();
        let restrictions: Vec<_> = restrictions
            .iter()
            .map(|r| (&r["purpose"], &r["type"], listed(&r["vendors"])))
            .collect();
        for id in (1..=2_010).chain(65_490..=65_535) {
            let signals = tc.vendor(VendorId::new(id).unwrap());
            let id = u64::from(id);
            assert_eq!(signals.consent, consents.contains(&id), "{id} in {}", vector["tc"]);
            assert_eq!(signals.legitimate_interest, interests.contains(&id));
            assert_eq!(signals.disclosed, disclosed.as_ref().map(|list| list.contains(&id)));
            for (purpose, kind, vendors) in &restrictions {
                let on = signals.restrictions;
                let of_kind = match kind.as_u64().unwrap() {
                    0 => on.not_allowed,
                    1 => on.require_consent,
                    _ => on.require_legitimate_interest,
                };
                let purpose = u8::try_from(purpose.as_u64().unwrap()).unwrap();
                let is_restricted = of_kind.contains(Purpose::new(purpose).unwrap());
                assert_eq!(is_restricted, vendors.contains(&id), "{id} in {}", vector["tc"]);
            }
            asked += 1;
        }
    }
    assert_eq!(asked, 142 * 2_056, "questions asked");
}

#[test]
fn every_malformed_string_is_refused_with_its_class() {
    let (mut refused, mut places) = (0, 0);
    for case in lines(BAD) {
        if case["strength"] != "must" && case["strength"] != "strict" {
            continue;
        }
        let note = &case["note"];
        let error = TcString::parse(case["tc"].as_str().unwrap()).unwrap_err();
        assert_eq!(error.code(), case["class"].as_str().unwrap(), "{note}");
        refused += 1;
        if let Some(at) = case["at"].as_str() {
            assert_eq!(place_name(error.place().unwrap()), expected_place(note, at), "{note}");
            places += 1;
        }
    }
    assert_eq!((refused, places), (102, 33), "cases refused, of them with a place");
}

/// Two of the vectors cut two fields at the same character, and name the second although the first
/// is the one that is cut.
fn expected_place<'a>(note: &Value, at: &'a str) -> &'a str {
    match note.as_str().unwrap() {
        "core ends inside useNonStandardTexts" => "isServiceSpecific",
        "core ends inside purposeOneTreatment" => "purposesLI",
        _ => at,
    }
}

/// The vectors' name of a place.
fn place_name(place: Place) -> &'static str {
    let disclosed = |part| match part {
        Part::MaxVendorId => "disclosed.maxVendorId",
        Part::NumEntries => "disclosed.numEntries",
        Part::StartVendorId => "disclosed.range start",
        Part::EndVendorId => "disclosed.range end",
        Part::OnlyVendorId => "disclosed.single id",
        Part::BitField => "disclosed bitfield.bitfield",
        part => panic!("{part:?} is in no vector"),
    };
    match (place.segment, place.field.unwrap()) {
        (Segment::Core, Field::Created) => "created",
        (Segment::Core, Field::LastUpdated) => "lastUpdated",
        (Segment::Core, Field::CmpId) => "cmpId",
        (Segment::Core, Field::CmpVersion) => "cmpVersion",
        (Segment::Core, Field::ConsentScreen) => "consentScreen",
        (Segment::Core, Field::ConsentLanguage) => "consentLanguage",
        (Segment::Core, Field::VendorListVersion) => "vendorListVersion",
        (Segment::Core, Field::TcfPolicyVersion) => "tcfPolicyVersion",
        (Segment::Core, Field::IsServiceSpecific) => "isServiceSpecific",
        (Segment::Core, Field::SpecialFeatureOptIns) => "specialFeatures",
        (Segment::Core, Field::PurposesConsent) => "purposesConsent",
        (Segment::Core, Field::PurposesLITransparency) => "purposesLI",
        (Segment::Core, Field::PublisherCC) => "publisherCC",
        (Segment::Core, Field::VendorConsents) => "vendorConsents",
        (Segment::Core, Field::VendorLegitimateInterests) => "vendorLI",
        (Segment::Core, Field::PubRestrictions) => "pubRestrictions",
        (Segment::DisclosedVendors, Field::DisclosedVendors) => disclosed(place.part.unwrap()),
        (Segment::PublisherTc, Field::PubPurposesConsent) => "publisher.consents",
        (Segment::PublisherTc, Field::PubPurposesLITransparency) => "publisher.LI",
        (Segment::PublisherTc, Field::NumCustomPurposes) => "publisher.numCustomPurposes",
        (Segment::PublisherTc, Field::CustomPurposesConsent) => "publisher.custom",
        (Segment::PublisherTc, Field::CustomPurposesLITransparency) => "publisher.custom purposes",
        (segment, field) => panic!("{field:?} of {segment:?} is in no vector"),
    }
}

#[test]
fn oversized_strings_end_in_an_error_or_are_read() {
    let mut outcomes = Vec::new();
    for case in lines(BAD).iter().filter(|case| case["strength"] == "bound") {
        outcomes.push(match TcString::parse(case["tc"].as_str().unwrap()) {
            Ok(tc) => {
                // What would be 39 and 268 million steps when walked id by id.
                let ids = tc.vendor_consents().iter().count();
                let restricted: usize =
                    tc.publisher_restrictions().merged().iter().map(|r| r.vendors().count()).sum();
                format!("{ids} {restricted}")
            }
            Err(error) => error.code().to_owned(),
        });
    }
    assert_eq!(outcomes, ["too_long", "duplicate_segment", "65535 0", "8 65535"]);
}

#[test]
fn lenient_reading_tolerates_what_can_only_take_a_yes_away() {
    let mut tolerated = std::collections::BTreeMap::<String, u32>::new();
    for case in lines(BAD) {
        let (text, class) = (case["tc"].as_str().unwrap(), case["class"].as_str().unwrap());
        match TcString::parse_lenient(text) {
            Ok(lenient) if case["stage"] == "decode" && case["strength"] != "bound" => {
                assert_eq!(lenient.faults()[0].code(), class, "{}", case["note"]);
                *tolerated.entry(class.to_owned()).or_default() += 1;
            }
            Ok(lenient) => assert_eq!(lenient.faults(), [], "{}", case["note"]),
            Err(error) => assert_eq!(Err(error), TcString::parse(text).map(drop)),
        }
    }
    let tolerated: Vec<_> = tolerated.iter().map(|(class, n)| (class.as_str(), *n)).collect();
    assert_eq!(
        tolerated,
        [
            ("max_vendor_zero_with_data", 3),
            ("padding", 3),
            ("reserved_restriction_type", 1),
            ("vendor_id_over_max", 3),
        ]
    );
}

/// What is left of Disclosed Vendors must not read as a string that never had it.
#[test]
fn an_empty_segment_is_refused_in_lenient_reading_too() {
    let core = "CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA";
    let byte = core.len() + 1;
    for (text, byte) in [
        (format!("{core}."), byte),
        (format!("{core}.="), byte),
        (format!("{core}.=="), byte),
        (format!("{core}..IABM"), byte),
        (format!("{core}.=.IABM"), byte),
        (format!("{core}.IABM."), byte + 5),
        (format!("{core}.IABM.="), byte + 5),
        (format!(".{core}"), 0),
    ] {
        let error = ReadError::EmptySegment { byte };
        assert_eq!(TcString::parse_lenient(&text).unwrap_err(), error, "{text}");
        assert_eq!(TcString::parse(&text).unwrap_err(), error, "{text}");
    }
    assert_eq!(TcString::parse_lenient(core).unwrap().faults(), []);
}

/// One flipped bit makes Disclosed Vendors (type 1) a segment of type 5, and a string of before the
/// deadline without that segment allows more.
#[test]
fn an_undefined_segment_is_skipped_only_beside_disclosed_vendors() {
    let core = "CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA";
    let (disclosed, undefined) = ("IABM", "oABM");
    let byte = core.len() + 1;
    let unknown = |byte| ReadError::UnknownSegmentType { segment_type: 5, byte };

    let text = format!("{core}.{undefined}");
    assert_eq!(TcString::parse_lenient(&text).unwrap_err(), unknown(byte));
    assert_eq!(TcString::parse(&text).unwrap_err(), unknown(byte));
    for (text, byte) in [
        (format!("{core}.{disclosed}.{undefined}"), byte + 5),
        (format!("{core}.{undefined}.{disclosed}"), byte),
    ] {
        assert_eq!(TcString::parse_lenient(&text).unwrap().faults(), [unknown(byte)], "{text}");
        assert_eq!(TcString::parse(&text).unwrap_err(), unknown(byte), "{text}");
    }
}

#[test]
fn ids_that_lenient_reading_tolerates_are_a_no() {
    let text_of = |note: &str| {
        let case = lines(BAD).into_iter().find(|case| case["note"] == note).unwrap();
        case["tc"].as_str().unwrap().to_owned()
    };
    let vendor = |id| VendorId::new(id).unwrap();
    let text = text_of("range end over max id");
    let tc = TcString::parse_lenient(&text).unwrap().tc_string();
    let consents = tc.vendor_consents();
    assert!(consents.contains(vendor(755)) && !consents.contains(vendor(756)));
    assert_eq!(consents.iter().last(), VendorId::new(755));

    let text = text_of("single id over max id");
    let tc = TcString::parse_lenient(&text).unwrap().tc_string();
    assert!(tc.vendor_consents().is_empty());

    let text = text_of("type 3 is not defined");
    let tc = TcString::parse_lenient(&text).unwrap().tc_string();
    assert!(tc.vendor(vendor(755)).restrictions.not_allowed.contains(Purpose::new(2).unwrap()));
}

#[test]
fn every_semantic_fault_is_refused_by_the_judge() {
    let list = GlobalVendorList::from_json(GVL.as_bytes()).unwrap();
    let mut cases = 0;
    for case in lines(BAD).iter().filter(|case| case["strength"] == "judge") {
        let tc = TcString::parse(case["tc"].as_str().unwrap()).unwrap();
        let class = case["class"].as_str().unwrap();
        // A day on which nothing but the fault itself is at fault.
        let at = match class {
            "stale" | "time_in_future" => "2025-01-02T00:00:00Z".parse().unwrap(),
            _ => tc.last_updated().plus_secs(30 * 86_400),
        };
        let judgement = list.judge(&tc, VendorId::new(755).unwrap(), at);
        let codes: Vec<_> = judgement.string_refusals().iter().map(StringRefusal::code).collect();
        let verdict = |purpose| judgement.purpose(Purpose::new(purpose).unwrap()).to_string();
        // The bits of these two mean nothing, but the string stands.
        let meaningless = match class {
            "purpose_one_li" => 1..=1,
            "li_on_3_to_6" => 3..=6,
            _ => {
                assert_eq!(codes, [class], "{}", case["note"]);
                assert_eq!(verdict(7), format!("denied:{class}"));
                cases += 1;
                continue;
            }
        };
        assert_eq!(codes, [""; 0], "{}", case["note"]);
        for purpose in meaningless {
            assert!(tc.purposes_li_transparency().contains(Purpose::new(purpose).unwrap()));
            assert_eq!(verdict(purpose), "denied:legitimate_interest_not_allowed");
        }
        cases += 1;
    }
    assert_eq!(cases, 11, "judge cases");
}

/// One vendor, with everything on legitimate interest.
const GVL: &str = r#"{"gvlSpecificationVersion": 3, "vendorListVersion": 120, "vendors": {"755":
    {"id": 755, "legIntPurposes": [1, 2, 3, 4, 5, 6, 7]}}}"#;

#[test]
fn an_error_holds_no_input() {
    const MARK: &str = "s3cret~";
    let text = format!("CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.{MARK}");
    let error = TcString::parse(&text).unwrap_err();
    assert_eq!(error, ReadError::BadCharacter { byte: 51 });
    assert!(!format!("{error} {error:?}").contains("s3cret"));
    let tc = TcString::parse(&text[..44]).unwrap();
    assert!(!format!("{tc:?} {:?}", tc.to_owned()).contains("CQKj"));
}
