//! Laws of `predispatch-tcf`.

use predispatch_tcf::{
    AdditionalConsent, AtpStatus, Judge, Purpose, PurposeSet, RestrictionType, SpecialFeature,
    SpecialPurpose, TcString, TcStringBuilder, VendorDeclaration, VendorId, VendorList, VendorSet,
};
use predispatch_types::Timestamp;

use crate::text;

/// Whatever is read answers consistently: lists ascend and agree with their own questions, lenient
/// reading differs from strict only by faults, and what is written anew reads back equal.
pub(crate) fn decode(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let strict = TcString::parse(text);
    let lenient = TcString::parse_lenient(text);
    match (&strict, &lenient) {
        (Ok(_), Ok(lenient)) => assert!(lenient.faults().is_empty()),
        (Ok(_), Err(error)) => panic!("strict reading goes further than lenient: {error}"),
        (Err(_), Ok(lenient)) => assert!(!lenient.faults().is_empty()),
        (Err(_), Err(_)) => return,
    }
    let Ok(lenient) = lenient else { return };
    let tc = lenient.tc_string();
    assert_eq!(tc.as_str(), text);
    let lists = [tc.vendor_consents(), tc.vendor_legitimate_interests()];
    for list in lists.into_iter().chain(tc.disclosed_vendors()).chain(tc.allowed_vendors()) {
        list_is_consistent(&list);
    }
    restrictions_are_consistent(&tc);
    writing_reads_back(&tc);
}

fn list_is_consistent(list: &VendorList<'_>) {
    let mut last = 0;
    for id in list {
        assert!(id.get() > last && id.get() <= list.max_vendor_id());
        assert!(list.contains(id));
        // What lies between two ids is not in the list; its edges stand for all of it.
        for outside in [last.saturating_add(1), id.get().saturating_sub(1)] {
            if last < outside && outside < id.get() {
                assert!(VendorId::new(outside).is_some_and(|id| !list.contains(id)));
            }
        }
        last = id.get();
        if list.is_range_encoding() && last > 200 {
            // Asking a range list for each of 65,535 ids is quadratic; that is ours, not the list's.
            break;
        }
    }
    assert_eq!(list.is_empty(), last == 0);
}

fn restrictions_are_consistent(tc: &TcString<'_>) {
    let merged = tc.publisher_restrictions().merged();
    assert!(merged.is_sorted_by_key(|restriction| {
        (restriction.purpose(), restriction.restriction_type())
    }));
    for id in [1, 2, 755, 65_535].into_iter().filter_map(VendorId::new) {
        let on = tc.vendor(id).restrictions;
        for (kind, set) in [
            (RestrictionType::NotAllowed, on.not_allowed),
            (RestrictionType::RequireConsent, on.require_consent),
            (RestrictionType::RequireLegitimateInterest, on.require_legitimate_interest),
        ] {
            let of_kind = || merged.iter().filter(|r| r.restriction_type() == kind);
            let names = of_kind().filter(|r| r.ranges().iter().any(|range| range.contains(id)));
            assert_eq!(names.map(|r| r.purpose()).collect::<PurposeSet>(), set);
        }
        let listed = tc.publisher_restrictions().filter(|r| r.contains(id)).count();
        assert_eq!(listed == 0, on == Default::default());
    }
}

fn writing_reads_back(tc: &TcString<'_>) {
    let Ok(text) = TcStringBuilder::from_tc_string(tc).build() else { return };
    let again = TcString::parse(&text).expect("what is written can be read");
    let ids = |list: VendorList<'_>| list.ranges().collect::<VendorSet>();
    assert!(ids(again.vendor_consents()) == ids(tc.vendor_consents()));
    assert!(ids(again.vendor_legitimate_interests()) == ids(tc.vendor_legitimate_interests()));
    let disclosed = |tc: &TcString<'_>| tc.disclosed_vendors().map(ids).unwrap_or_default();
    assert!(disclosed(&again) == disclosed(tc));
    assert_eq!(again.purposes_consent(), tc.purposes_consent());
    assert_eq!(again.purposes_li_transparency(), tc.purposes_li_transparency());
    assert_eq!(again.special_feature_opt_ins(), tc.special_feature_opt_ins());
    assert_eq!(again.publisher_restrictions().merged(), tc.publisher_restrictions().merged());
    assert_eq!(again.consent_language(), tc.consent_language());
    assert_eq!(again.publisher_cc(), tc.publisher_cc());
    let rewritten = TcStringBuilder::from_tc_string(&again).build();
    assert_eq!(rewritten.as_deref(), Ok(text.as_str()), "the canonical form is a fixed point");
}

/// A string with a bit less never allows more, and an invalid string allows nothing.
///
/// The input is [`HEADER`] bytes that say who asks for what and what is taken away, then the text.
pub(crate) fn judge(input: &[u8]) {
    let Some((header, text_bytes)) = input.split_first_chunk::<HEADER>() else { return };
    let Some(text) = text(text_bytes) else { return };
    let Ok(tc) = TcString::parse(text) else { return };
    let [id_high, id_low, on_consent, on_interest, flexible, special, taken, hours] = *header;
    let Some(vendor) = VendorId::new(u16::from_be_bytes([id_high, id_low])) else { return };
    let purposes = |bits: u8| -> PurposeSet {
        (1..=8).filter(|n| bits >> (n - 1) & 1 == 1).filter_map(Purpose::new).collect()
    };
    let mut declared = VendorDeclaration::consent_only(vendor, purposes(on_consent));
    declared.leg_int_purposes = purposes(on_interest);
    declared.flexible_purposes = purposes(flexible);
    declared.special_purposes =
        (1..=3).filter(|n| special >> n & 1 == 1).filter_map(SpecialPurpose::new).collect();
    declared.special_features =
        (1..=2).filter(|n| special >> (n + 3) & 1 == 1).filter_map(SpecialFeature::new).collect();
    let judge = Judge::new();
    // From a little before the update to a month after it.
    let at = tc.last_updated().plus_secs((i64::from(hours) - 16) * 10_800);
    let judged = judge.vendor(&tc, &declared, at);
    if !judge.string(&tc, at).is_empty() {
        assert!(all_verdicts(&judged).iter().all(|yes| !yes));
        return;
    }
    // Both strings are written here, so that they differ by what is taken away and nothing else.
    let Ok(whole) = TcStringBuilder::from_tc_string(&tc).build() else { return };
    let less = less(&tc, vendor, taken);
    let Ok(less) = less.build() else { return };
    let yes = |text: &str, at: Timestamp| {
        let tc = TcString::parse(text).expect("what is written can be read");
        all_verdicts(&judge.vendor(&tc, &declared, at))
    };
    for (with, without) in yes(&whole, at).into_iter().zip(yes(&less, at)) {
        assert!(with || !without, "a bit was taken away and a no became a yes");
    }
}

const HEADER: usize = 8;

fn less(tc: &TcString<'_>, vendor: VendorId, taken: u8) -> TcStringBuilder {
    let builder = TcStringBuilder::from_tc_string(tc);
    let others =
        |list: VendorList<'_>| list.iter().filter(|&id| id != vendor).collect::<VendorSet>();
    let without = |set: PurposeSet| {
        let purpose = Purpose::new(taken >> 3 & 7).unwrap_or(Purpose::MEASURE_ADS);
        set.difference([purpose].into_iter().collect())
    };
    match taken & 7 {
        0 => builder.vendor_consents(others(tc.vendor_consents())),
        1 => builder.vendor_legitimate_interests(others(tc.vendor_legitimate_interests())),
        2 => builder.purposes_consent(without(tc.purposes_consent())),
        3 => builder.purposes_li_transparency(without(tc.purposes_li_transparency())),
        4 => builder.special_feature_opt_ins(Default::default()),
        // A restriction more is a permission less.
        5 => builder.restrict(
            Purpose::MEASURE_ADS,
            RestrictionType::NotAllowed,
            [vendor].into_iter().collect(),
        ),
        6 => builder.purpose_one_treatment(true),
        _ => builder.disclosed_vendors(tc.disclosed_vendors().map(others).unwrap_or_default()),
    }
}

fn all_verdicts(judgement: &predispatch_tcf::Judgement) -> Vec<bool> {
    let purposes = (1..=24).filter_map(Purpose::new).map(|p| judgement.purpose(p));
    let special = (1..=3).filter_map(SpecialPurpose::new).map(|p| judgement.special_purpose(p));
    let features = (1..=2).filter_map(SpecialFeature::new).map(|f| judgement.special_feature(f));
    purposes.chain(special).chain(features).map(|verdict| verdict.is_allowed()).collect()
}

/// What can be read can be written from its ids, and each id has the status of its part.
pub(crate) fn additional_consent(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let Ok(ac) = AdditionalConsent::parse(text) else { return };
    let join = |ids: &mut dyn Iterator<Item = u32>| {
        ids.map(|id| id.to_string()).collect::<Vec<_>>().join(".")
    };
    let (yes, no) = (join(&mut ac.consented()), join(&mut ac.refused()));
    match ac.version() {
        1 => assert_eq!(text, format!("1~{yes}")),
        2 if no.is_empty() && !text.ends_with('.') => assert_eq!(text, format!("2~{yes}~dv")),
        version => assert_eq!(text, format!("{version}~{yes}~dv.{no}")),
    }
    // The first ids are enough: a question costs the length of the text.
    for id in ac.refused().take(8) {
        assert_eq!(ac.status(id), AtpStatus::Refused);
    }
    for id in ac.consented().take(8) {
        let is_refused = ac.refused().any(|refused| refused == id);
        let expected = if is_refused { AtpStatus::Refused } else { AtpStatus::Consented };
        assert_eq!(ac.status(id), expected);
    }
}
