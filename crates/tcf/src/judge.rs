//! May this vendor do that, on this string, at that time?

use predispatch_types::Timestamp;

use crate::{
    CmpList, GlobalVendorList, LetterPair, StringRefusal, StringRefusals, TcString,
    VendorDeclaration, VendorId, judgement::Judgement,
};

/// The rules by which a string is judged (`docs/sources/tcf.md#judging`).
///
/// ```
/// use predispatch_tcf::{Judge, Purpose, TcString, VendorDeclaration, VendorId};
///
/// let tc = TcString::parse("CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.IABM")?;
/// let vendor = VendorId::new(2).expect("not 0");
/// let needed = [Purpose::STORE_AND_ACCESS, Purpose::MEASURE_ADS].into_iter().collect();
/// let declared = VendorDeclaration::consent_only(vendor, needed);
///
/// let judge = Judge::default();
/// let at = "2025-06-01T12:00:00Z".parse()?;
/// assert!(judge.vendor(&tc, &declared, at).purpose(Purpose::MEASURE_ADS).is_consent());
/// // The same string two years later is too old to be relied on.
/// let at = "2027-06-01T12:00:00Z".parse()?;
/// let verdict = judge.vendor(&tc, &declared, at).purpose(Purpose::MEASURE_ADS);
/// assert_eq!(verdict.to_string(), "denied:stale");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Judge<'l> {
    max_age_days: u32,
    cmp_list: Option<&'l CmpList>,
    purpose_one_exempt: &'l [LetterPair],
}

impl Default for Judge<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'l> Judge<'l> {
    /// Strings of up to [`MAX_AGE_DAYS`](Self::MAX_AGE_DAYS), any assigned CMP, no country exempt
    /// from purpose 1.
    pub const fn new() -> Self {
        Self { max_age_days: Self::MAX_AGE_DAYS, cmp_list: None, purpose_one_exempt: &[] }
    }

    /// Thirteen months: a prudent default. The string itself has no expiry; the framework reminds
    /// users at least every thirteen months.
    pub const MAX_AGE_DAYS: u32 = 396;

    /// Largest allowed difference between the UTC days of judging and of `LastUpdated`.
    #[must_use]
    pub const fn max_age_days(self, days: u32) -> Self {
        Self { max_age_days: days, ..self }
    }

    /// Refuses strings of CMPs that are not on `list`, or were taken off it before `LastUpdated`.
    #[must_use]
    pub const fn cmp_list(self, list: &'l CmpList) -> Self {
        Self { cmp_list: Some(list), ..self }
    }

    /// Countries (`PublisherCC`) in which purpose 1 needs no consent, so that a string with
    /// `PurposeOneTreatment` allows it to vendors that declare it. None by default.
    #[must_use]
    pub const fn purpose_one_exempt(self, countries: &'l [LetterPair]) -> Self {
        Self { purpose_one_exempt: countries, ..self }
    }

    /// Every reason not to rely on `tc` at all when it is `at`, whichever vendor asks.
    pub fn string(&self, tc: &TcString<'_>, at: Timestamp) -> StringRefusals {
        let updated = tc.last_updated();
        let cmp_id = tc.cmp_id();
        let mut refusals = StringRefusals::default();
        let mut refuse_if = |is_so, refusal| refusals.add_if(is_so, refusal);
        refuse_if(!tc.is_service_specific(), StringRefusal::GlobalScope);
        let policy_is_old = tc.tcf_policy_version() < 4 && updated >= POLICY_4_ONLY;
        refuse_if(policy_is_old, StringRefusal::PolicyTooOld);
        let is_undisclosed = tc.disclosed_vendors().is_none() && updated >= DISCLOSED_ONLY;
        refuse_if(is_undisclosed, StringRefusal::NoDisclosedVendors);
        refuse_if(updated > at.plus_secs(FUTURE_SECS), StringRefusal::FutureDated);
        let age_days = day(at).saturating_sub(day(updated));
        refuse_if(age_days > i64::from(self.max_age_days), StringRefusal::Stale);
        refuse_if(tc.created() > updated, StringRefusal::CreatedAfterUpdated);
        refuse_if(cmp_id < 2, StringRefusal::CmpIdUnassigned);
        if let Some(list) = self.cmp_list {
            match list.listed(cmp_id) {
                None => refuse_if(true, StringRefusal::CmpUnknown),
                Some(cmp) => {
                    let is_deleted = cmp.deleted.is_some_and(|deleted| deleted < updated);
                    refuse_if(is_deleted, StringRefusal::CmpDeleted);
                }
            }
        }
        refusals
    }

    /// What the vendor behind `declared` may do when it is `at`.
    pub fn vendor(
        &self,
        tc: &TcString<'_>,
        declared: &VendorDeclaration,
        at: Timestamp,
    ) -> Judgement {
        let is_exempt = self.purpose_one_exempt.contains(&tc.publisher_cc());
        Judgement::new(tc, self.string(tc, at), declared, at, is_exempt)
    }

    /// What the vendor with number `vendor` may do when it is `at`, as declared on `list`.
    ///
    /// The list should be of the version in the string, since a vendor must not rely on a later
    /// declaration; [`Judgement::vendor_list_matches`] tells. A later list is still worth a
    /// question: it knows of deletions.
    pub fn listed_vendor(
        &self,
        tc: &TcString<'_>,
        list: &GlobalVendorList,
        vendor: VendorId,
        at: Timestamp,
    ) -> Judgement {
        let judgement = match list.vendor(vendor) {
            Some(listed) => self.vendor(tc, listed.declaration(), at),
            None => self.vendor(tc, &VendorDeclaration::new(vendor), at).unlisted(),
        };
        // Before policy version 4 the lists were of format 2, which was numbered apart.
        let is_of_format_3 = tc.tcf_policy_version() >= 4;
        let is_same = list.version() == tc.vendor_list_version();
        judgement.with_list_matching(is_of_format_3 && is_same)
    }
}

/// The UTC day of `moment`, counted from 1970.
fn day(moment: Timestamp) -> i64 {
    moment.unix_secs().div_euclid(86_400)
}

/// "Policy version below 4 made after 30 September 2023 is invalid": from 2023-10-01T00:00:00Z.
const POLICY_4_ONLY: Timestamp = Timestamp::from_unix_secs(1_696_118_400);

/// "Created after 28 February 2026 without a Disclosed Vendors segment": from 2026-03-01T00:00:00Z.
/// It goes by `LastUpdated`, since old strings may get the segment without being renewed.
const DISCLOSED_ONLY: Timestamp = Timestamp::from_unix_secs(1_772_323_200);

/// A time is a UTC day, and clocks differ: two days ahead is still a slip.
const FUTURE_SECS: i64 = 2 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadlines_are_the_days_they_are_meant_to_be() {
        assert_eq!(POLICY_4_ONLY.to_string(), "2023-10-01T00:00:00Z");
        assert_eq!(DISCLOSED_ONLY.to_string(), "2026-03-01T00:00:00Z");
    }
}
