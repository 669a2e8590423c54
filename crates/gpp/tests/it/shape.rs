//! What a section says, as the vectors write it, by way of the public accessors.

use predispatch_gpp::{Field, TcfCaV1, UsPrivacy, UsSection, VendorList};
use serde_json::{Map, Value, json};

pub(crate) fn of_us(section: &UsSection) -> Value {
    let mut map = Map::new();
    let version = if section.is_mspa_versioned() { "MspaVersion" } else { "Version" };
    map.insert(version.to_owned(), json!(section.version()));
    for field in section.fields() {
        let mut values: Vec<u8> = section.values(field).collect();
        // The official library gives an absent sub-section the values of an empty one.
        if values.is_empty() && field == Field::SensitiveDataProcessing {
            values = vec![0; 8];
        }
        let value = if values.len() == 1 { json!(values[0]) } else { json!(values) };
        map.insert(field.as_str().to_owned(), value);
    }
    if section.defines_gpc() {
        map.insert("GpcSegmentType".to_owned(), json!(1));
        map.insert("Gpc".to_owned(), json!(section.gpc().unwrap_or(false)));
    }
    Value::Object(map)
}

pub(crate) fn of_us_privacy(usp: UsPrivacy) -> Value {
    json!({
        "Version": 1,
        "Notice": usp.notice().as_str(),
        "OptOutSale": usp.opt_out_sale().as_str(),
        "LspaCovered": usp.lspa_covered().as_str(),
    })
}

pub(crate) fn of_canada(section: &TcfCaV1<'_>) -> Value {
    let ids = |list: VendorList<'_>| list.iter().collect::<Vec<_>>();
    let purposes = |is_set: &dyn Fn(u8) -> bool| (1..=24).map(is_set).collect::<Vec<_>>();
    let flags = |bits: u64, width| (0..width).map(|bit| bits >> bit & 1 == 1).collect::<Vec<_>>();
    let publisher = section.publisher_purposes().unwrap_or_default();
    let custom = publisher.num_custom_purposes;
    let millis = |text: String| text.replace('Z', ".000Z");
    let restrictions: Vec<_> = section
        .restrictions()
        .map(|r| json!({ "key": r.purpose, "type": r.kind.as_u8(), "ids": ids(r.vendors) }))
        .collect();
    let features: Vec<_> = (1..=12).map(|id| section.special_feature_express_consent(id)).collect();
    json!({
        "Version": section.version(),
        "Created": millis(section.created().to_string()),
        "LastUpdated": millis(section.last_updated().to_string()),
        "CmpId": section.cmp_id(),
        "CmpVersion": section.cmp_version(),
        "ConsentScreen": section.consent_screen(),
        "ConsentLanguage": String::from_iter(section.consent_language()),
        "VendorListVersion": section.vendor_list_version(),
        "TcfPolicyVersion": section.tcf_policy_version(),
        "UseNonStandardStacks": section.use_non_standard_stacks(),
        "SpecialFeatureExpressConsent": features,
        "PurposesExpressConsent": purposes(&|id| section.purpose_express_consent(id)),
        "PurposesImpliedConsent": purposes(&|id| section.purpose_implied_consent(id)),
        "VendorExpressConsent": ids(section.vendor_express_consent()),
        "VendorImpliedConsent": ids(section.vendor_implied_consent()),
        "PubRestrictions": restrictions,
        "PubPurposesSegmentType": 3,
        "PubPurposesExpressConsent": flags(publisher.express_consent.into(), 24),
        "PubPurposesImpliedConsent": flags(publisher.implied_consent.into(), 24),
        "NumCustomPurposes": custom,
        "CustomPurposesExpressConsent": flags(publisher.custom_express_consent, custom),
        "CustomPurposesImpliedConsent": flags(publisher.custom_implied_consent, custom),
        "DisclosedVendorsSegmentType": 1,
        "DisclosedVendors": section.disclosed_vendors().map_or(vec![], ids),
    })
}
