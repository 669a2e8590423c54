//! `Serialize` of what a section says, in the shape of the official library (feature `serde`).

use predispatch_types::Timestamp;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::{Field, Restriction, TcfCaV1, UsPrivacy, UsSection, VendorList};

/// A map with the specification's names in their order. A list of one value is a number. An absent
/// sub-section has its zeros, as in the official library; what can't be read is `null`.
impl Serialize for UsSection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let version = if self.is_mspa_versioned() { "MspaVersion" } else { "Version" };
        map.serialize_entry(version, &self.version())?;
        for field in self.fields() {
            let mut values: Vec<u8> = self.values(field).collect();
            let is_second = field == Field::SensitiveDataProcessing && self.is_mspa_versioned();
            if values.is_empty() && is_second {
                values.resize(self.number_of_values(field), 0);
            }
            match values.as_slice() {
                [] => map.serialize_entry(field.as_str(), &())?,
                [value] => map.serialize_entry(field.as_str(), value)?,
                values => map.serialize_entry(field.as_str(), values)?,
            }
        }
        if self.defines_gpc() {
            map.serialize_entry("GpcSegmentType", &1)?;
            map.serialize_entry("Gpc", &self.gpc().unwrap_or(false))?;
        }
        map.end()
    }
}

/// A map of the version as a number and three letters.
impl Serialize for UsPrivacy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("Version", &1)?;
        map.serialize_entry("Notice", self.notice().as_str())?;
        map.serialize_entry("OptOutSale", self.opt_out_sale().as_str())?;
        map.serialize_entry("LspaCovered", self.lspa_covered().as_str())?;
        map.end()
    }
}

/// A map with the specification's names. Purposes are lists of booleans, vendors of ids, times
/// RFC 3339 with milliseconds. An absent sub-section has its empty lists.
///
/// Ids are written as they are found: a text of a thousand characters can become megabytes.
impl Serialize for TcfCaV1<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Version", &self.version())?;
        map.serialize_entry("Created", &with_millis(self.created()))?;
        map.serialize_entry("LastUpdated", &with_millis(self.last_updated()))?;
        map.serialize_entry("CmpId", &self.cmp_id())?;
        map.serialize_entry("CmpVersion", &self.cmp_version())?;
        map.serialize_entry("ConsentScreen", &self.consent_screen())?;
        map.serialize_entry("ConsentLanguage", &String::from_iter(self.consent_language()))?;
        map.serialize_entry("VendorListVersion", &self.vendor_list_version())?;
        map.serialize_entry("TcfPolicyVersion", &self.tcf_policy_version())?;
        map.serialize_entry("UseNonStandardStacks", &self.use_non_standard_stacks())?;
        let features = (1..=12).map(|id| self.special_feature_express_consent(id));
        map.serialize_entry("SpecialFeatureExpressConsent", &features.collect::<Vec<_>>())?;
        let express = (1..=24).map(|id| self.purpose_express_consent(id));
        map.serialize_entry("PurposesExpressConsent", &express.collect::<Vec<_>>())?;
        let implied = (1..=24).map(|id| self.purpose_implied_consent(id));
        map.serialize_entry("PurposesImpliedConsent", &implied.collect::<Vec<_>>())?;
        map.serialize_entry("VendorExpressConsent", &self.vendor_express_consent())?;
        map.serialize_entry("VendorImpliedConsent", &self.vendor_implied_consent())?;
        map.serialize_entry("PubRestrictions", &self.restrictions().collect::<Vec<_>>())?;
        let publisher = self.publisher_purposes().unwrap_or_default();
        let custom = publisher.num_custom_purposes;
        map.serialize_entry("PubPurposesSegmentType", &3)?;
        let flags = flags(publisher.express_consent.into(), 24);
        map.serialize_entry("PubPurposesExpressConsent", &flags)?;
        let flags = self::flags(publisher.implied_consent.into(), 24);
        map.serialize_entry("PubPurposesImpliedConsent", &flags)?;
        map.serialize_entry("NumCustomPurposes", &custom)?;
        let flags = self::flags(publisher.custom_express_consent, custom);
        map.serialize_entry("CustomPurposesExpressConsent", &flags)?;
        let flags = self::flags(publisher.custom_implied_consent, custom);
        map.serialize_entry("CustomPurposesImpliedConsent", &flags)?;
        map.serialize_entry("DisclosedVendorsSegmentType", &1)?;
        match self.disclosed_vendors() {
            Some(vendors) => map.serialize_entry("DisclosedVendors", &vendors)?,
            None => map.serialize_entry("DisclosedVendors", &[0_u16; 0])?,
        }
        map.end()
    }
}

impl Serialize for VendorList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids = serializer.serialize_seq(None)?;
        for id in self.iter() {
            ids.serialize_element(&id)?;
        }
        ids.end()
    }
}

/// A map of `key` (the purpose), `type` and `ids`.
impl Serialize for Restriction<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("key", &self.purpose)?;
        map.serialize_entry("type", &self.kind.as_u8())?;
        map.serialize_entry("ids", &self.vendors)?;
        map.end()
    }
}

/// The lowest bit first.
fn flags(bits: u64, width: u8) -> Vec<bool> {
    let is_set = |place| bits.checked_shr(place).unwrap_or_default() & 1 == 1;
    (0..u32::from(width)).map(is_set).collect()
}

/// JavaScript's `toISOString`, which always has three digits after the second.
fn with_millis(moment: Timestamp) -> String {
    let text = Timestamp::from_unix_secs(moment.unix_secs()).to_string();
    let millis = moment.unix_millis().rem_euclid(1_000);
    format!("{}.{millis:03}Z", text.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_after_the_second() {
        let of = |millis| with_millis(Timestamp::from_unix_millis(millis));
        assert_eq!(of(1_767_225_600_000), "2026-01-01T00:00:00.000Z");
        assert_eq!(of(1_767_225_600_100), "2026-01-01T00:00:00.100Z");
    }
}
