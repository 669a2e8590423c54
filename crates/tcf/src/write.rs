//! Writing TC strings in the one form that today's framework asks for.

mod error;
mod publisher;

use alloc::collections::BTreeMap;

use predispatch_types::Timestamp;

use crate::{
    Field, LetterPair, Purpose, PurposeSet, RestrictionType, SpecialFeatureSet, TcString,
    VendorList, VendorSet,
    bit_writer::{BitWriter, MAX_ENTRIES},
};
pub use error::WriteError;
use error::fit;
pub use publisher::PublisherTcBuilder;

/// Builds a TC string of TCF 2.3 and later: service-specific, with day-level times and with a
/// Disclosed Vendors segment, each vendor list in the smaller of its two forms.
///
/// ```
/// use predispatch_tcf::{Purpose, TcString, TcStringBuilder, VendorId, VendorSet};
///
/// let disclosed: VendorSet = (1..=755).filter_map(VendorId::new).collect();
/// let google = VendorId::new(755).expect("not 0");
/// let text = TcStringBuilder::new(300, 120, "2026-11-22T09:30:00Z".parse()?, disclosed)
///     .purposes_consent([Purpose::STORE_AND_ACCESS, Purpose::MEASURE_ADS].into_iter().collect())
///     .vendor_consents([google].into_iter().collect())
///     .build()?;
///
/// let tc = TcString::parse(&text)?;
/// assert!(tc.vendor_consents().contains(google));
/// assert_eq!(tc.last_updated().to_string(), "2026-11-22T00:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TcStringBuilder {
    last_updated: Timestamp,
    cmp_id: u16,
    cmp_version: u16,
    consent_screen: u8,
    consent_language: LetterPair,
    vendor_list_version: u16,
    tcf_policy_version: u8,
    use_non_standard_texts: bool,
    special_feature_opt_ins: SpecialFeatureSet,
    purposes_consent: PurposeSet,
    purposes_li_transparency: PurposeSet,
    purpose_one_treatment: bool,
    publisher_cc: LetterPair,
    vendor_consents: VendorSet,
    vendor_legitimate_interests: VendorSet,
    restrictions: BTreeMap<(Purpose, RestrictionType), VendorSet>,
    disclosed_vendors: VendorSet,
    publisher_tc: Option<PublisherTcBuilder>,
}

impl TcStringBuilder {
    /// The policy version that is written unless another is set: that of the vendor lists since
    /// November 2024.
    pub const POLICY_VERSION: u8 = 5;

    /// A string in which the user was shown `disclosed_vendors` and said no to everything.
    ///
    /// Both times are `last_updated`, cut to its UTC day; language is `EN`, country not known.
    pub fn new(
        cmp_id: u16,
        vendor_list_version: u16,
        last_updated: Timestamp,
        disclosed_vendors: VendorSet,
    ) -> Self {
        Self {
            last_updated,
            cmp_id,
            cmp_version: 0,
            consent_screen: 0,
            consent_language: LetterPair::ENGLISH,
            vendor_list_version,
            tcf_policy_version: Self::POLICY_VERSION,
            use_non_standard_texts: false,
            special_feature_opt_ins: SpecialFeatureSet::EMPTY,
            purposes_consent: PurposeSet::EMPTY,
            purposes_li_transparency: PurposeSet::EMPTY,
            purpose_one_treatment: false,
            publisher_cc: LetterPair::UNKNOWN,
            vendor_consents: VendorSet::default(),
            vendor_legitimate_interests: VendorSet::default(),
            restrictions: BTreeMap::new(),
            disclosed_vendors,
            publisher_tc: None,
        }
    }

    /// Starts from what `tc` holds, to write it anew in today's form.
    ///
    /// That form has no room for some of it: times are cut to the day of `LastUpdated`, the string
    /// becomes service-specific, the Allowed Vendors segment goes, and an absent Disclosed Vendors
    /// segment becomes an empty one, which allows nobody anything.
    ///
    /// ```
    /// use predispatch_tcf::{TcString, TcStringBuilder};
    ///
    /// let text = "CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.IABM";
    /// let tc = TcString::parse(text)?;
    /// assert_eq!(TcStringBuilder::from_tc_string(&tc).build()?, text);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_tc_string(tc: &TcString<'_>) -> Self {
        let set = |list: VendorList<'_>| list.iter().collect::<VendorSet>();
        let disclosed = tc.disclosed_vendors().map(set).unwrap_or_default();
        let restrictions = tc.publisher_restrictions().merged();
        let restrictions = restrictions.iter().map(|restriction| {
            let vendors = restriction.ranges().iter().copied().collect();
            ((restriction.purpose(), restriction.restriction_type()), vendors)
        });
        Self {
            cmp_version: tc.cmp_version(),
            consent_screen: tc.consent_screen(),
            consent_language: tc.consent_language(),
            tcf_policy_version: tc.tcf_policy_version(),
            use_non_standard_texts: tc.use_non_standard_texts(),
            special_feature_opt_ins: tc.special_feature_opt_ins(),
            purposes_consent: tc.purposes_consent(),
            purposes_li_transparency: tc.purposes_li_transparency(),
            purpose_one_treatment: tc.purpose_one_treatment(),
            publisher_cc: tc.publisher_cc(),
            vendor_consents: set(tc.vendor_consents()),
            vendor_legitimate_interests: set(tc.vendor_legitimate_interests()),
            restrictions: restrictions.collect(),
            publisher_tc: tc
                .publisher_tc()
                .map(|publisher| PublisherTcBuilder::from_tc(&publisher)),
            ..Self::new(tc.cmp_id(), tc.vendor_list_version(), tc.last_updated(), disclosed)
        }
    }

    /// `CmpVersion`, up to 4,095.
    #[must_use]
    pub fn cmp_version(mut self, version: u16) -> Self {
        self.cmp_version = version;
        self
    }

    /// `ConsentScreen`, up to 63.
    #[must_use]
    pub fn consent_screen(mut self, screen: u8) -> Self {
        self.consent_screen = screen;
        self
    }

    /// `ConsentLanguage`.
    #[must_use]
    pub fn consent_language(mut self, language: LetterPair) -> Self {
        self.consent_language = language;
        self
    }

    /// `TcfPolicyVersion`, 4 to 63: the one of the vendor list that was shown.
    #[must_use]
    pub fn tcf_policy_version(mut self, version: u8) -> Self {
        self.tcf_policy_version = version;
        self
    }

    /// `UseNonStandardTexts`.
    #[must_use]
    pub fn use_non_standard_texts(mut self, uses: bool) -> Self {
        self.use_non_standard_texts = uses;
        self
    }

    /// `SpecialFeatureOptIns`.
    #[must_use]
    pub fn special_feature_opt_ins(mut self, features: SpecialFeatureSet) -> Self {
        self.special_feature_opt_ins = features;
        self
    }

    /// `PurposesConsent`.
    #[must_use]
    pub fn purposes_consent(mut self, purposes: PurposeSet) -> Self {
        self.purposes_consent = purposes;
        self
    }

    /// `PurposesLITransparency`; never 1 or 3 to 6.
    #[must_use]
    pub fn purposes_li_transparency(mut self, purposes: PurposeSet) -> Self {
        self.purposes_li_transparency = purposes;
        self
    }

    /// `PurposeOneTreatment`: whether purpose 1 was not disclosed.
    #[must_use]
    pub fn purpose_one_treatment(mut self, is_undisclosed: bool) -> Self {
        self.purpose_one_treatment = is_undisclosed;
        self
    }

    /// `PublisherCC`.
    #[must_use]
    pub fn publisher_cc(mut self, country: LetterPair) -> Self {
        self.publisher_cc = country;
        self
    }

    /// `VendorConsents`.
    #[must_use]
    pub fn vendor_consents(mut self, vendors: VendorSet) -> Self {
        self.vendor_consents = vendors;
        self
    }

    /// `VendorLegitimateInterests`.
    #[must_use]
    pub fn vendor_legitimate_interests(mut self, vendors: VendorSet) -> Self {
        self.vendor_legitimate_interests = vendors;
        self
    }

    /// The vendors of the Disclosed Vendors segment, in place of those given first.
    #[must_use]
    pub fn disclosed_vendors(mut self, vendors: VendorSet) -> Self {
        self.disclosed_vendors = vendors;
        self
    }

    /// Adds a publisher restriction. It replaces an earlier one of the same purpose and type; one
    /// without a vendor says nothing and is not written.
    #[must_use]
    pub fn restrict(mut self, purpose: Purpose, to: RestrictionType, vendors: VendorSet) -> Self {
        self.restrictions.insert((purpose, to), vendors);
        self
    }

    /// Adds a Publisher TC segment.
    #[must_use]
    pub fn publisher_tc(mut self, publisher: PublisherTcBuilder) -> Self {
        self.publisher_tc = Some(publisher);
        self
    }

    /// Writes the string.
    ///
    /// # Errors
    /// [`WriteError`] if a value does not fit its field, or the framework forbids it.
    pub fn build(&self) -> Result<String, WriteError> {
        let mut text = self.core()?;
        text.push('.');
        let mut disclosed = BitWriter::default();
        disclosed.push(1, 3);
        disclosed.push_vendors(&self.disclosed_vendors);
        text.push_str(&disclosed.finish());
        if let Some(publisher) = &self.publisher_tc {
            text.push('.');
            text.push_str(&publisher.segment()?);
        }
        if text.len() > TcString::MAX_LEN {
            return Err(WriteError::TooLong { len: text.len() });
        }
        Ok(text)
    }

    fn core(&self) -> Result<String, WriteError> {
        if self.cmp_id < 2 {
            return Err(WriteError::CmpIdUnassigned);
        }
        if self.tcf_policy_version < 4 {
            return Err(WriteError::PolicyTooOld);
        }
        let mut bits = BitWriter::default();
        bits.push(2, 6);
        // Since December 2021 both times are the same.
        let time = deciseconds(self.last_updated)?;
        bits.push(time, 36);
        bits.push(time, 36);
        bits.push(fit(self.cmp_id, 4_095, Field::CmpId)?, 12);
        bits.push(fit(self.cmp_version, 4_095, Field::CmpVersion)?, 12);
        bits.push(fit(self.consent_screen.into(), 63, Field::ConsentScreen)?, 6);
        bits.push(self.consent_language.to_field(), 12);
        bits.push(fit(self.vendor_list_version, 4_095, Field::VendorListVersion)?, 12);
        bits.push(fit(self.tcf_policy_version.into(), 63, Field::TcfPolicyVersion)?, 6);
        bits.push_flag(true); // IsServiceSpecific
        bits.push_flag(self.use_non_standard_texts);
        bits.push(self.special_feature_opt_ins.to_field(12), 12);
        bits.push(self.purposes_consent.to_field(24), 24);
        bits.push(may_be_interest(self.purposes_li_transparency)?.to_field(24), 24);
        bits.push_flag(self.purpose_one_treatment);
        bits.push(self.publisher_cc.to_field(), 12);
        bits.push_vendors(&self.vendor_consents);
        bits.push_vendors(&self.vendor_legitimate_interests);
        self.push_restrictions(&mut bits)?;
        Ok(bits.finish())
    }

    fn push_restrictions(&self, bits: &mut BitWriter) -> Result<(), WriteError> {
        let mut written = Vec::new();
        for (&(purpose, kind), vendors) in &self.restrictions {
            if kind == RestrictionType::RequireLegitimateInterest {
                may_be_interest(PurposeSet::from_iter([purpose]))?;
            }
            // More ranges than `NumEntries` can count go into a restriction of their own.
            let ranges = vendors.ranges();
            written.extend(ranges.chunks(MAX_ENTRIES).map(|some| (purpose, kind, some.to_vec())));
        }
        // At most 24 purposes with 3 types of 9 chunks.
        bits.push(written.len() as u64, 12);
        for (purpose, kind, ranges) in written {
            bits.push(purpose.get().into(), 6);
            bits.push(kind.number().into(), 2);
            bits.push_entries(&ranges);
        }
        Ok(())
    }
}

fn may_be_interest(purposes: PurposeSet) -> Result<PurposeSet, WriteError> {
    match purposes.iter().find(|purpose| !purpose.allows_legitimate_interest()) {
        Some(purpose) => Err(WriteError::LegitimateInterestNotAllowed { purpose }),
        None => Ok(purposes),
    }
}

/// Tenths of a second since 1970, of the UTC day's first moment.
fn deciseconds(moment: Timestamp) -> Result<u64, WriteError> {
    let days = moment.unix_secs().div_euclid(86_400);
    let deciseconds = days.checked_mul(864_000).and_then(|number| u64::try_from(number).ok());
    let fits = |number: &u64| *number < 1 << 36;
    deciseconds.filter(fits).ok_or(WriteError::TimeOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{VendorId, VendorRange};

    fn builder() -> TcStringBuilder {
        let at = Timestamp::from_unix_secs(1_795_197_791);
        TcStringBuilder::new(300, 120, at, VendorSet::default())
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        let error = |builder: TcStringBuilder| builder.build().unwrap_err();
        let new = |cmp_id, list, secs| {
            let at = Timestamp::from_unix_secs(secs);
            TcStringBuilder::new(cmp_id, list, at, VendorSet::default())
        };
        assert_eq!(error(new(1, 1, 0)), WriteError::CmpIdUnassigned);
        assert_eq!(error(builder().tcf_policy_version(3)), WriteError::PolicyTooOld);
        for (builder, field, value, max) in [
            (new(4_096, 1, 0), Field::CmpId, 4_096, 4_095),
            (new(2, 4_096, 0), Field::VendorListVersion, 4_096, 4_095),
            (builder().cmp_version(5_000), Field::CmpVersion, 5_000, 4_095),
            (builder().consent_screen(64), Field::ConsentScreen, 64, 63),
            (builder().tcf_policy_version(64), Field::TcfPolicyVersion, 64, 63),
        ] {
            assert_eq!(error(builder), WriteError::OutOfRange { field, value, max });
        }
        for secs in [-1, i64::MIN, i64::MAX, 6_871_947_674 + 86_400] {
            assert_eq!(error(new(2, 1, secs)), WriteError::TimeOutOfRange);
        }
        let purpose = Purpose::CREATE_ADS_PROFILE;
        let set = PurposeSet::from_iter([Purpose::MEASURE_ADS, purpose]);
        let wrong = WriteError::LegitimateInterestNotAllowed { purpose };
        assert_eq!(error(builder().purposes_li_transparency(set)), wrong);
        let to = RestrictionType::RequireLegitimateInterest;
        assert_eq!(error(builder().restrict(purpose, to, VendorSet::default())), wrong);
        let many = (0..64).fold(PublisherTcBuilder::default(), |p, _| p.custom_purpose(true, true));
        let field = Field::NumCustomPurposes;
        let wrong = WriteError::OutOfRange { field, value: 64, max: 63 };
        assert_eq!(error(builder().publisher_tc(many)), wrong);
    }

    #[test]
    fn more_ranges_than_an_entry_count_holds_are_split() {
        let odd: VendorSet = (1..10_000).step_by(2).filter_map(VendorId::new).collect();
        let to = RestrictionType::NotAllowed;
        let text = builder().restrict(Purpose::MEASURE_ADS, to, odd.clone()).build().unwrap();
        let tc = TcString::parse(&text).unwrap();
        assert_eq!(tc.publisher_restrictions().count(), 2);
        let merged = tc.publisher_restrictions().merged();
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].vendors().collect::<VendorSet>(), odd);
    }

    #[test]
    fn a_text_that_could_not_be_read_is_not_written() {
        let odd: VendorSet = (1..=u16::MAX).step_by(2).filter_map(VendorId::new).collect();
        let text = builder().restrict(Purpose::MEASURE_ADS, RestrictionType::NotAllowed, odd);
        assert!(matches!(text.build(), Err(WriteError::TooLong { len }) if len > 90_000));
    }

    #[test]
    fn each_list_takes_its_smaller_form() {
        let all: VendorSet = VendorRange::new(1, 700).into_iter().collect();
        let odd: VendorSet = (1..700).step_by(2).filter_map(VendorId::new).collect();
        let text = builder().vendor_consents(all).vendor_legitimate_interests(odd).build().unwrap();
        let tc = TcString::parse(&text).unwrap();
        assert!(tc.vendor_consents().is_range_encoding());
        assert!(!tc.vendor_legitimate_interests().is_range_encoding());
        assert_eq!(tc.disclosed_vendors().map(|list| list.max_vendor_id()), Some(0));
    }
}
