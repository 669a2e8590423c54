//! The judge, rule by rule: each string differs from a sound one in the point that is asked about.

use predispatch_tcf::{
    CmpList, Feature, GlobalVendorList, GvlError, GvlFaultKind, IdSet, Judge, LetterPair, Purpose,
    PurposeSet, RestrictionType, SpecialFeature, SpecialPurpose, StringRefusal, TcString,
    TcStringBuilder, VendorDeclaration, VendorId, VendorSet,
};
use predispatch_types::Timestamp;

const UPDATED: &str = "2026-05-01T00:00:00Z";
const ME: u16 = 755;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn vendor(id: u16) -> VendorId {
    VendorId::new(id).unwrap()
}

fn vendors(ids: &[u16]) -> VendorSet {
    ids.iter().map(|&id| vendor(id)).collect()
}

fn purposes(ids: &[u8]) -> PurposeSet {
    ids.iter().filter_map(|&id| Purpose::new(id)).collect()
}

/// Yes to everything that can be asked, for vendor 755 and its neighbours.
fn sound() -> TcStringBuilder {
    TcStringBuilder::new(300, 120, time(UPDATED), vendors(&[754, ME, 756]))
        .purposes_consent(purposes(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]))
        .purposes_li_transparency(purposes(&[2, 7, 8, 9, 10, 11]))
        .special_feature_opt_ins([1].into_iter().filter_map(SpecialFeature::new).collect())
        .vendor_consents(vendors(&[754, ME, 756]))
        .vendor_legitimate_interests(vendors(&[754, ME, 756]))
}

/// Declares 1, 3 and 8 on consent, 2 and 7 on legitimate interest; 7 and 8 are flexible.
fn declared() -> VendorDeclaration {
    let mut declared = VendorDeclaration::consent_only(vendor(ME), purposes(&[1, 3, 8]));
    declared.leg_int_purposes = purposes(&[2, 7]);
    declared.flexible_purposes = purposes(&[7, 8]);
    declared.special_purposes = ids(&[1, 2]);
    declared.features = ids(&[3]);
    declared.special_features = ids(&[1, 2]);
    declared
}

fn ids<T: predispatch_tcf::SmallId>(ids: &[u8]) -> IdSet<T> {
    ids.iter().filter_map(|&id| T::new(id)).collect()
}

/// The verdict on one purpose, a month after the update.
fn verdict(builder: &TcStringBuilder, purpose: u8) -> String {
    let text = builder.build().unwrap();
    let judge = Judge::new();
    let judgement =
        judge.vendor(&TcString::parse(&text).unwrap(), &declared(), time("2026-06-01T09:00:00Z"));
    judgement.purpose(Purpose::new(purpose).unwrap()).to_string()
}

#[test]
fn without_restrictions_the_declared_basis_counts() {
    let tc = sound();
    for (purpose, expected) in [
        (1, "consent"),
        (2, "legitimate_interest"),
        (3, "consent"),
        (4, "denied:not_declared"),
        (7, "legitimate_interest"),
        (8, "consent"),
        (24, "denied:not_declared"),
    ] {
        assert_eq!(verdict(&tc, purpose), expected, "purpose {purpose}");
    }
}

/// The table of `docs/sources/tcf.md#judging`: purposes 3, 2, 8 and 7 stand for consent, legitimate
/// interest, and both again but flexible.
#[test]
fn restrictions_turn_the_basis_as_the_table_says() {
    use RestrictionType::{NotAllowed, RequireConsent, RequireLegitimateInterest};
    for (purpose, not_allowed, require_consent, require_interest) in [
        (3, "denied:restricted_not_allowed", "consent", REFUSED),
        (
            2,
            "denied:restricted_not_allowed",
            "denied:restricted_require_consent",
            "legitimate_interest",
        ),
        (8, "denied:restricted_not_allowed", "consent", "legitimate_interest"),
        (7, "denied:restricted_not_allowed", "consent", "legitimate_interest"),
    ] {
        let restricted = |to| {
            let purpose = Purpose::new(purpose).unwrap();
            // By bits, since the writer refuses type 2 on purposes that never have that basis.
            let text = with_restriction(purpose, to, ME);
            let tc = TcString::parse(&text).unwrap();
            Judge::new().vendor(&tc, &declared(), time(UPDATED)).purpose(purpose).to_string()
        };
        assert_eq!(restricted(NotAllowed), not_allowed, "purpose {purpose}");
        assert_eq!(restricted(RequireConsent), require_consent, "purpose {purpose}");
        assert_eq!(restricted(RequireLegitimateInterest), require_interest, "purpose {purpose}");
    }
}

const REFUSED: &str = "denied:restricted_require_legitimate_interest";

/// The sound string with one restriction put in place of none: 12 bits become 12 + 8 + 12 + 17.
fn with_restriction(purpose: Purpose, to: RestrictionType, on: u16) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // Purpose 11 sorts after none; its restriction is overwritten with the one that is wanted.
    let filler = Purpose::new(11).unwrap();
    let text =
        sound().restrict(filler, RestrictionType::NotAllowed, vendors(&[on])).build().unwrap();
    let (core, rest) = text.split_once('.').unwrap();
    let mut bits: Vec<u8> = core
        .bytes()
        .map(|byte| ALPHABET.iter().position(|&c| c == byte).unwrap())
        .flat_map(|value| (0..6).rev().map(move |shift| (value >> shift & 1) as u8))
        .collect();
    let head = |purpose: u8, kind: u8| -> Vec<u8> {
        (0..6).rev().map(|s| purpose >> s & 1).chain((0..2).rev().map(|s| kind >> s & 1)).collect()
    };
    // One restriction, purpose 11, type 0, one entry, which is one id.
    let mut wanted: Vec<u8> = vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    wanted.extend(head(11, 0));
    let at = bits.windows(wanted.len()).rposition(|window| window == wanted).unwrap() + 12;
    bits[at..at + 8].copy_from_slice(&head(purpose.get(), to.number()));
    let character = |six: &[u8]| {
        char::from(ALPHABET[six.iter().fold(0, |sum, &bit| sum << 1 | usize::from(bit))])
    };
    format!("{}.{rest}", bits.chunks(6).map(character).collect::<String>())
}

#[test]
fn restrictions_on_others_say_nothing() {
    let text = with_restriction(Purpose::new(3).unwrap(), RestrictionType::NotAllowed, 754);
    let tc = TcString::parse(&text).unwrap();
    let judgement = Judge::new().vendor(&tc, &declared(), time(UPDATED));
    assert_eq!(judgement.purpose(Purpose::CREATE_ADS_PROFILE).to_string(), "consent");
}

#[test]
fn of_several_restrictions_the_most_restrictive_outcome_counts() {
    use RestrictionType::{NotAllowed, RequireConsent, RequireLegitimateInterest};
    let me = || vendors(&[ME]);
    let both = sound().restrict(Purpose::MEASURE_ADS, RequireConsent, me()).restrict(
        Purpose::MEASURE_ADS,
        RequireLegitimateInterest,
        me(),
    );
    assert_eq!(verdict(&both, 7), "consent");
    let all = both.restrict(Purpose::MEASURE_ADS, NotAllowed, me());
    assert_eq!(verdict(&all, 7), "denied:restricted_not_allowed");
    // Not flexible, on legitimate interest: one of the two refuses.
    let both = sound().restrict(Purpose::LIMITED_DATA_ADS, RequireConsent, me()).restrict(
        Purpose::LIMITED_DATA_ADS,
        RequireLegitimateInterest,
        me(),
    );
    assert_eq!(verdict(&both, 2), "denied:restricted_require_consent");
}

#[test]
fn every_needed_bit_is_needed() {
    let others = || vendors(&[754, 756]);
    assert_eq!(
        verdict(&sound().purposes_consent(purposes(&[1, 7])), 3),
        "denied:no_purpose_consent"
    );
    assert_eq!(verdict(&sound().vendor_consents(others()), 3), "denied:no_vendor_consent");
    let no_purpose = sound().purposes_li_transparency(purposes(&[2]));
    assert_eq!(verdict(&no_purpose, 7), "denied:no_purpose_legitimate_interest");
    let no_vendor = sound().vendor_legitimate_interests(others());
    assert_eq!(verdict(&no_vendor, 7), "denied:no_vendor_legitimate_interest");
    // Consent is no legitimate interest, nor the other way round.
    assert_eq!(verdict(&no_vendor, 3), "consent");
    assert_eq!(verdict(&sound().disclosed_vendors(others()), 3), "denied:not_disclosed");
    assert_eq!(verdict(&sound().disclosed_vendors(others()), 7), "denied:not_disclosed");
    assert_eq!(verdict(&sound().disclosed_vendors(vendors(&[])), 3), "denied:not_disclosed");
}

#[test]
fn legitimate_interest_is_never_the_basis_of_1_and_3_to_6() {
    let text = sound().build().unwrap();
    let tc = TcString::parse(&text).unwrap();
    let mut declared = VendorDeclaration::new(vendor(ME));
    declared.leg_int_purposes = purposes(&[1, 2, 3, 4, 5, 6, 7]);
    let judgement = Judge::new().vendor(&tc, &declared, time(UPDATED));
    for purpose in [1, 3, 4, 5, 6].into_iter().filter_map(Purpose::new) {
        let verdict = judgement.purpose(purpose).to_string();
        assert_eq!(verdict, "denied:legitimate_interest_not_allowed", "{purpose}");
    }
    assert_eq!(judgement.purpose(Purpose::MEASURE_ADS).to_string(), "legitimate_interest");
}

#[test]
fn purpose_one_is_refused_where_it_was_not_asked_about() {
    let france = LetterPair::new("FR").unwrap();
    let tc = sound().purpose_one_treatment(true).publisher_cc(france);
    assert_eq!(verdict(&tc, 1), "denied:purpose_one_not_disclosed");
    assert_eq!(verdict(&tc, 3), "consent");
    let verdict = |tc: &TcStringBuilder, exempt: &[LetterPair], at| {
        let text = tc.build().unwrap();
        let judge = Judge::new().purpose_one_exempt(exempt);
        let tc = TcString::parse(&text).unwrap();
        judge.vendor(&tc, &declared(), time(at)).purpose(Purpose::STORE_AND_ACCESS).to_string()
    };
    assert_eq!(verdict(&tc, &[france], UPDATED), "purpose_one_exempt");
    assert_eq!(verdict(&tc, &[LetterPair::UNKNOWN], UPDATED), "denied:purpose_one_not_disclosed");
    // An exemption saves neither an undisclosed vendor nor an old string, nor a purpose one that
    // was asked about and refused.
    let undisclosed = tc.clone().disclosed_vendors(vendors(&[1]));
    assert_eq!(verdict(&undisclosed, &[france], UPDATED), "denied:not_disclosed");
    assert_eq!(verdict(&tc, &[france], "2028-01-01T00:00:00Z"), "denied:stale");
    let asked = sound().publisher_cc(france).purposes_consent(purposes(&[3]));
    assert_eq!(verdict(&asked, &[france], UPDATED), "denied:no_purpose_consent");
}

#[test]
fn special_purposes_and_features_need_declaration_and_disclosure() {
    let judge = |builder: &TcStringBuilder, declared: &VendorDeclaration| {
        let text = builder.build().unwrap();
        Judge::new().vendor(&TcString::parse(&text).unwrap(), declared, time(UPDATED))
    };
    let special = |n| SpecialPurpose::new(n).unwrap();
    let judgement = judge(&sound(), &declared());
    assert_eq!(judgement.special_purpose(special(1)).to_string(), "legitimate_interest");
    assert_eq!(judgement.special_purpose(special(3)).to_string(), "denied:not_declared");
    let feature = |n| judgement.feature(Feature::new(n).unwrap()).to_string();
    assert_eq!([feature(3), feature(1)], ["disclosure", "denied:not_declared"]);
    let special_feature =
        |n| judgement.special_feature(SpecialFeature::new(n).unwrap()).to_string();
    assert_eq!(
        [1, 2, 3].map(special_feature),
        ["consent", "denied:not_opted_in", "denied:not_declared"]
    );
    let judgement = judge(&sound().disclosed_vendors(vendors(&[1])), &declared());
    assert_eq!(judgement.special_purpose(special(1)).to_string(), "denied:not_disclosed");
    assert_eq!(judgement.feature(Feature::new(3).unwrap()).to_string(), "denied:not_disclosed");
}

/// Before TCF 2.3 there was no segment; then the bit of legitimate interest told.
#[test]
fn a_special_purpose_only_vendor_of_an_old_string_needs_its_interest_bit() {
    let mut only_special = VendorDeclaration::new(vendor(ME));
    only_special.special_purposes = ids(&[1]);
    let at = time("2026-02-20T00:00:00Z");
    let judge = |builder: TcStringBuilder, declared: &VendorDeclaration| {
        let builder = builder.build().unwrap();
        let core = builder.split_once('.').unwrap().0;
        let tc = TcString::parse(core).unwrap();
        assert!(tc.disclosed_vendors().is_none());
        let judgement = Judge::new().vendor(&tc, declared, at);
        judgement.special_purpose(SpecialPurpose::new(1).unwrap()).to_string()
    };
    let old = || TcStringBuilder::new(300, 120, time("2026-02-01T00:00:00Z"), vendors(&[]));
    let with_bit = old().vendor_legitimate_interests(vendors(&[ME]));
    assert_eq!(judge(with_bit, &only_special), "legitimate_interest");
    assert_eq!(judge(old(), &only_special), "denied:no_vendor_legitimate_interest");
    assert_eq!(judge(old(), &declared()), "legitimate_interest");
}

/// A string without a Disclosed Vendors segment, by what `LastUpdated` says; the policy version
/// says nothing about it.
#[test]
fn the_deadline_of_2_3_goes_by_last_updated() {
    let refusals = |updated: &str, policy| {
        let builder = TcStringBuilder::new(300, 120, time(updated), vendors(&[]));
        let text = builder.tcf_policy_version(policy).build().unwrap();
        let tc = TcString::parse(text.split_once('.').unwrap().0).unwrap();
        let refusals = Judge::new().string(&tc, time("2026-03-02T00:00:00Z"));
        refusals.iter().map(StringRefusal::code).collect::<Vec<_>>()
    };
    for policy in [4, 5] {
        assert_eq!(refusals("2026-02-28T00:00:00Z", policy), [""; 0]);
        assert_eq!(refusals("2026-03-01T00:00:00Z", policy), ["no_disclosed_after_deadline"]);
    }
}

#[test]
fn age_and_future_are_counted_from_the_day() {
    let text = sound().build().unwrap();
    let tc = TcString::parse(&text).unwrap();
    let codes = |judge: Judge<'_>, at: Timestamp| {
        judge.string(&tc, at).iter().map(StringRefusal::code).collect::<Vec<_>>()
    };
    let updated = time(UPDATED);
    let days = |days: i64| updated.plus_secs(days * 86_400);
    assert_eq!(codes(Judge::new(), days(397).plus_secs(-1)), [""; 0]);
    assert_eq!(codes(Judge::new(), days(397)), ["stale"]);
    assert_eq!(codes(Judge::new().max_age_days(180), days(180)), [""; 0]);
    assert_eq!(codes(Judge::new().max_age_days(180), days(181)), ["stale"]);
    assert_eq!(codes(Judge::new(), days(-2)), [""; 0]);
    assert_eq!(codes(Judge::new(), days(-2).plus_secs(-1)), ["time_in_future"]);
}

#[test]
fn a_cmp_list_refuses_strangers_and_the_deleted() {
    let list = CmpList::from_json(
        br#"{"cmps": [{"id": 300, "deletedDate": "2026-04-30T00:00:00Z"},
            {"id": 301, "deletedDate": "2026-06-01T00:00:00Z"}, {"id": 302, "deletedDate": "?"},
            {"id": 303}, {"id": 303, "deletedDate": "2020-01-01"}, {"id": 304, "deletedDate": null}]}"#,
    )
    .unwrap();
    let codes = |cmp_id| {
        let text = TcStringBuilder::new(cmp_id, 1, time(UPDATED), vendors(&[])).build().unwrap();
        let tc = TcString::parse(&text).unwrap();
        let refusals = Judge::new().cmp_list(&list).string(&tc, time(UPDATED));
        refusals.iter().map(StringRefusal::code).collect::<Vec<_>>()
    };
    assert_eq!(codes(300), ["cmp_deleted"]);
    // Deleted after the update: what it made before stays.
    assert_eq!(codes(301), [""; 0]);
    assert_eq!(codes(302), ["cmp_deleted"]);
    assert_eq!(codes(303), ["cmp_deleted"]);
    assert_eq!(codes(304), [""; 0]);
    assert_eq!(codes(305), ["cmp_unknown"]);
}

#[test]
fn the_list_decides_who_is_a_vendor_and_until_when() {
    let list = GlobalVendorList::from_json(
        br#"{"gvlSpecificationVersion": 3, "vendorListVersion": 121, "tcfPolicyVersion": 5,
            "lastUpdated": "2026-05-07T16:00:15Z", "standardTexts": {"a": [1]}, "stacks": {},
            "purposes": [{"id": 1}], "vendors": {
            "755": {"id": 755, "name": "Example", "purposes": [3], "urls": [{"langId": "en"}]},
            "754": {"id": 754, "purposes": [3], "deletedDate": "2026-05-20T10:00:00Z"},
            "756": {"id": 756, "purposes": [3], "deletedDate": "soon"}}}"#,
    )
    .unwrap();
    let text = sound().build().unwrap();
    let tc = TcString::parse(&text).unwrap();
    let verdict = |id, at| {
        let judgement = list.judge(&tc, vendor(id), time(at));
        assert_eq!(judgement.vendor_list_matches(), Some(false));
        judgement.purpose(Purpose::CREATE_ADS_PROFILE).to_string()
    };
    assert_eq!(verdict(755, "2026-05-20T10:00:00Z"), "consent");
    assert_eq!(verdict(754, "2026-05-20T09:59:59Z"), "consent");
    assert_eq!(verdict(754, "2026-05-20T10:00:00Z"), "denied:vendor_deleted");
    assert_eq!(verdict(756, "2026-05-02T00:00:00Z"), "denied:vendor_deleted");
    assert_eq!(verdict(757, "2026-05-02T00:00:00Z"), "denied:vendor_unknown");
    assert_eq!(verdict(757, "2028-05-02T00:00:00Z"), "denied:stale");
    assert_eq!(list.version(), 121);
    assert_eq!(list.last_updated(), Some(time("2026-05-07T16:00:15Z")));
    assert_eq!(list.vendors().map(|vendor| vendor.id().get()).collect::<Vec<_>>(), [754, 755, 756]);
    let kinds: Vec<_> = list.faults().iter().map(|fault| (fault.vendor, fault.kind)).collect();
    assert_eq!(kinds, [(Some(vendor(756)), GvlFaultKind::BadDeletedDate)]);
}

#[test]
fn bad_rows_of_a_list_are_reported_and_can_only_do_less() {
    let list = GlobalVendorList::from_json(
        br#"{"vendorListVersion": 1, "vendors": [
            {"id": 1, "purposes": [2, 7, 99], "legIntPurposes": [7, 8], "flexiblePurposes": [8, 9]},
            {"id": 0}, {"id": 65536}, {"name": "nameless"},
            {"id": 2, "specialFeatures": [1, 13], "specialPurposes": [0]}]}"#,
    )
    .unwrap();
    use GvlFaultKind::{BadId, FlexibleNotDeclared, TwoBases, UnknownNumber};
    let faults: Vec<_> =
        list.faults().iter().map(|f| (f.vendor.map(VendorId::get), f.kind)).collect();
    assert_eq!(
        faults,
        [
            (Some(1), UnknownNumber),
            (Some(1), TwoBases),
            (Some(1), FlexibleNotDeclared),
            (None, BadId),
            (None, BadId),
            (None, BadId),
            (Some(2), UnknownNumber),
            (Some(2), UnknownNumber),
        ]
    );
    let one = list.vendor(vendor(1)).unwrap().declaration();
    assert_eq!(one.purposes, purposes(&[2, 7]));
    assert_eq!(one.leg_int_purposes, purposes(&[8]));
    assert_eq!(one.flexible_purposes, purposes(&[8]));
}

#[test]
fn what_is_no_vendor_list_has_its_error() {
    let error = |json: &str| GlobalVendorList::from_json(json.as_bytes()).unwrap_err();
    for json in ["", "[]", "{}", r#"{"vendors": {}}"#, r#"{"vendorListVersion": 1, "vendors": 7}"#]
    {
        assert!(matches!(error(json), GvlError::NotAList { .. }), "{json}");
    }
    let json = r#"{"gvlSpecificationVersion": 2, "vendorListVersion": 1, "vendors": {}}"#;
    assert_eq!(error(json), GvlError::UnsupportedFormat { version: 2 });
    let json = r#"{"vendorListVersion": 1, "vendors": [{"id": 7}, {"id": 8}, {"id": 7}]}"#;
    assert_eq!(error(json), GvlError::DuplicateVendor { vendor: vendor(7) });
    // The key and the id must be the same vendor.
    let json = r#"{"vendorListVersion": 1, "vendors": {"7": {"id": 8}, "9": {}}}"#;
    let list = GlobalVendorList::from_json(json.as_bytes()).unwrap();
    assert_eq!(list.vendors().map(|vendor| vendor.id().get()).collect::<Vec<_>>(), [9]);
    let deep = "[".repeat(100_000);
    assert!(matches!(error(&deep), GvlError::NotAList { .. }));
}
