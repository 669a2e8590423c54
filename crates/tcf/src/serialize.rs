//! `Serialize` of what was read, in the shape of the test vectors (feature `serde`).

use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use crate::{
    IdSet, LetterPair, MergedRestriction, PublisherTc, SmallId, TcString, TcStringBuf, VendorId,
    VendorList, Verdict,
};

/// A map of the decoded fields, in camel case; times in milliseconds since 1970 (`created_ms`,
/// `lastUpdated_ms`); lists of ids ascending; `null` for an absent segment, which an empty list is
/// not; restrictions joined by (purpose, type), those without a vendor left out.
///
/// Ids are written one by one as they are found, so a text of a thousand characters can become
/// megabytes of numbers; no more memory is needed for it.
impl Serialize for TcString<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("TcString", 21)?;
        fields.serialize_field("cmpId", &self.cmp_id())?;
        fields.serialize_field("cmpVersion", &self.cmp_version())?;
        fields.serialize_field("consentScreen", &self.consent_screen())?;
        fields.serialize_field("consentLanguage", &self.consent_language())?;
        fields.serialize_field("vendorListVersion", &self.vendor_list_version())?;
        fields.serialize_field("tcfPolicyVersion", &self.tcf_policy_version())?;
        fields.serialize_field("isServiceSpecific", &self.is_service_specific())?;
        fields.serialize_field("useNonStandardTexts", &self.use_non_standard_texts())?;
        fields.serialize_field("purposeOneTreatment", &self.purpose_one_treatment())?;
        fields.serialize_field("publisherCC", &self.publisher_cc())?;
        fields.serialize_field("created_ms", &self.created().unix_millis())?;
        fields.serialize_field("lastUpdated_ms", &self.last_updated().unix_millis())?;
        fields.serialize_field("purposesConsent", &self.purposes_consent())?;
        fields.serialize_field("purposesLI", &self.purposes_li_transparency())?;
        fields.serialize_field("specialFeatures", &self.special_feature_opt_ins())?;
        fields.serialize_field("vendorsConsent", &self.vendor_consents())?;
        fields.serialize_field("vendorsLI", &self.vendor_legitimate_interests())?;
        fields.serialize_field("disclosed", &self.disclosed_vendors())?;
        fields.serialize_field("allowed", &self.allowed_vendors())?;
        fields.serialize_field("publisher", &self.publisher_tc())?;
        fields.serialize_field("restrictions", &self.publisher_restrictions().merged())?;
        fields.end()
    }
}

/// As [`TcString`].
impl Serialize for TcStringBuf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_view().serialize(serializer)
    }
}

impl Serialize for PublisherTc<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("PublisherTc", 5)?;
        fields.serialize_field("consents", &self.purposes_consent())?;
        fields.serialize_field("li", &self.purposes_li_transparency())?;
        fields.serialize_field("numCustom", &self.num_custom_purposes())?;
        let consents: Vec<u8> = self.custom_purposes_consent().collect();
        fields.serialize_field("customConsents", &consents)?;
        let li: Vec<u8> = self.custom_purposes_li_transparency().collect();
        fields.serialize_field("customLI", &li)?;
        fields.end()
    }
}

impl Serialize for MergedRestriction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(Some(3))?;
        fields.serialize_entry("purpose", &self.purpose().get())?;
        fields.serialize_entry("type", &self.restriction_type().number())?;
        fields.serialize_entry("vendors", &Ids(|| self.vendors()))?;
        fields.end()
    }
}

impl Serialize for VendorList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Ids(|| self.iter()).serialize(serializer)
    }
}

/// A sequence of vendor ids that is made only while it is written.
struct Ids<F>(F);

impl<F: Fn() -> I, I: Iterator<Item = VendorId>> Serialize for Ids<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids = serializer.serialize_seq(None)?;
        for id in (self.0)() {
            ids.serialize_element(&id)?;
        }
        ids.end()
    }
}

impl<T: SmallId> Serialize for IdSet<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(T::get))
    }
}

impl Serialize for VendorId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.get())
    }
}

impl Serialize for LetterPair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// As its `Display`: `consent`, `legitimate_interest`, …, or `denied:` and the reason.
impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
