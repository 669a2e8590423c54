//! What the getters say, in the shape of the vectors.

use predispatch_tcf::{PublisherTc, TcString, VendorList};
use serde_json::{Value, json};

/// With the feature `serde`, the crate's own `Serialize` must say the same.
pub(crate) fn of(tc: &TcString<'_>) -> Value {
    let shape = by_getters(tc);
    #[cfg(feature = "serde")]
    assert_eq!(serde_json::to_value(tc).unwrap(), shape);
    shape
}

fn by_getters(tc: &TcString<'_>) -> Value {
    let ids = |list: VendorList<'_>| list.iter().map(|id| id.get()).collect::<Vec<_>>();
    let purposes =
        |set: predispatch_tcf::PurposeSet| set.iter().map(|p| p.get()).collect::<Vec<_>>();
    let publisher = |p: PublisherTc<'_>| {
        json!({
            "consents": purposes(p.purposes_consent()),
            "li": purposes(p.purposes_li_transparency()),
            "numCustom": p.num_custom_purposes(),
            "customConsents": p.custom_purposes_consent().collect::<Vec<_>>(),
            "customLI": p.custom_purposes_li_transparency().collect::<Vec<_>>(),
        })
    };
    let restrictions = tc.publisher_restrictions().merged();
    let restrictions = restrictions.iter().map(|r| {
        json!({
            "purpose": r.purpose().get(),
            "type": r.restriction_type().number(),
            "vendors": r.vendors().map(|id| id.get()).collect::<Vec<_>>(),
        })
    });
    json!({
        "cmpId": tc.cmp_id(),
        "cmpVersion": tc.cmp_version(),
        "consentScreen": tc.consent_screen(),
        "consentLanguage": tc.consent_language().as_str(),
        "vendorListVersion": tc.vendor_list_version(),
        "tcfPolicyVersion": tc.tcf_policy_version(),
        "isServiceSpecific": tc.is_service_specific(),
        "useNonStandardTexts": tc.use_non_standard_texts(),
        "purposeOneTreatment": tc.purpose_one_treatment(),
        "publisherCC": tc.publisher_cc().as_str(),
        "created_ms": tc.created().unix_millis(),
        "lastUpdated_ms": tc.last_updated().unix_millis(),
        "purposesConsent": purposes(tc.purposes_consent()),
        "purposesLI": purposes(tc.purposes_li_transparency()),
        "specialFeatures": tc.special_feature_opt_ins().iter().map(|f| f.get()).collect::<Vec<_>>(),
        "vendorsConsent": ids(tc.vendor_consents()),
        "vendorsLI": ids(tc.vendor_legitimate_interests()),
        "disclosed": tc.disclosed_vendors().map(ids),
        "allowed": tc.allowed_vendors().map(ids),
        "publisher": tc.publisher_tc().map(publisher),
        "restrictions": restrictions.collect::<Value>(),
    })
}
