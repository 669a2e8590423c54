//! What one vendor may do: every purpose of it answered from a few words.

use predispatch_types::Timestamp;

use crate::{
    Basis, Feature, Purpose, PurposeSet, Refusal, SpecialFeature, SpecialFeatureSet,
    SpecialPurpose, StringRefusals, TcString, VendorDeclaration, VendorSignals, Verdict,
    declaration::DeclaredBasis,
};

/// A judgement of one vendor on one string at one time; see [`Judge`](crate::Judge).
///
/// Making it walks the string once; each question after that reads a few bits.
#[derive(Clone, Copy, Debug)]
pub struct Judgement {
    string_refusals: StringRefusals,
    /// What stands against the vendor as a whole.
    refusal: Option<Refusal>,
    declared: VendorDeclaration,
    signals: VendorSignals,
    purposes_consent: PurposeSet,
    purposes_li_transparency: PurposeSet,
    special_feature_opt_ins: SpecialFeatureSet,
    purpose_one: PurposeOne,
    vendor_list_matches: Option<bool>,
}

/// How purpose 1 was treated.
#[derive(Clone, Copy, Debug)]
enum PurposeOne {
    /// Like any purpose.
    Asked,
    /// `PurposeOneTreatment`: not disclosed.
    NotAsked,
    /// Not disclosed, in a country that the caller named as exempt.
    Exempt,
}

impl Judgement {
    pub(crate) fn new(
        tc: &TcString<'_>,
        string_refusals: StringRefusals,
        declared: &VendorDeclaration,
        at: Timestamp,
        is_exempt: bool,
    ) -> Self {
        let signals = tc.vendor(declared.id);
        let refusal = if let Some(refusal) = string_refusals.iter().next() {
            Some(Refusal::String(refusal))
        } else if declared.deleted.is_some_and(|deleted| deleted <= at) {
            Some(Refusal::VendorDeleted)
        } else if signals.disclosed == Some(false) {
            Some(Refusal::NotDisclosed)
        } else {
            None
        };
        Self {
            string_refusals,
            refusal,
            declared: *declared,
            signals,
            purposes_consent: tc.purposes_consent(),
            purposes_li_transparency: tc.purposes_li_transparency(),
            special_feature_opt_ins: tc.special_feature_opt_ins(),
            purpose_one: match (tc.purpose_one_treatment(), is_exempt) {
                (false, _) => PurposeOne::Asked,
                (true, false) => PurposeOne::NotAsked,
                (true, true) => PurposeOne::Exempt,
            },
            vendor_list_matches: None,
        }
    }

    /// The vendor is not on the list.
    pub(crate) fn unlisted(self) -> Self {
        let refusal = match self.refusal {
            Some(Refusal::String(_)) => self.refusal,
            _ => Some(Refusal::VendorUnknown),
        };
        Self { refusal, ..self }
    }

    pub(crate) fn with_list_matching(self, matches: bool) -> Self {
        Self { vendor_list_matches: Some(matches), ..self }
    }

    /// Every reason not to rely on the string at all.
    pub const fn string_refusals(&self) -> StringRefusals {
        self.string_refusals
    }

    /// What stands against the vendor whatever it wants to do: the string, the list, or that the
    /// user was not shown it.
    pub const fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// Whether the vendor list has the version in the string; `None` when judged without a list.
    pub const fn vendor_list_matches(&self) -> Option<bool> {
        self.vendor_list_matches
    }

    /// What the vendor declared, as it was judged.
    pub const fn declared(&self) -> &VendorDeclaration {
        &self.declared
    }

    /// The vendor's bits.
    pub const fn signals(&self) -> &VendorSignals {
        &self.signals
    }

    /// Whether the vendor may process data for `purpose`, and on what basis.
    pub fn purpose(&self, purpose: Purpose) -> Verdict {
        verdict(self.purpose_basis(purpose))
    }

    /// Whether the vendor may process data for a special purpose. The user has no choice in it, but
    /// must have been told.
    pub fn special_purpose(&self, purpose: SpecialPurpose) -> Verdict {
        verdict(self.special_purpose_basis(purpose))
    }

    /// Whether the vendor may use a special feature: declared, and opted in to.
    pub fn special_feature(&self, feature: SpecialFeature) -> Verdict {
        let declared = self.declared.special_features.contains(feature);
        verdict(self.if_declared(declared).and_then(|()| {
            let is_opted_in = self.special_feature_opt_ins.contains(feature);
            need(is_opted_in, Refusal::NotOptedIn).map(|()| Basis::Consent)
        }))
    }

    /// Whether the vendor may use a feature: declared and disclosed, nothing else is asked. What it
    /// serves needs its own yes.
    pub fn feature(&self, feature: Feature) -> Verdict {
        let declared = self.declared.features.contains(feature);
        verdict(self.if_declared(declared).map(|()| Basis::Disclosure))
    }

    fn purpose_basis(&self, purpose: Purpose) -> Result<Basis, Refusal> {
        let default = self.declared.default_basis(purpose);
        self.if_declared(default.is_some())?;
        let default = default.ok_or(Refusal::NotDeclared)?;
        match self.restricted_basis(purpose, default)? {
            DeclaredBasis::Consent => self.consent(purpose),
            DeclaredBasis::LegitimateInterest => self.legitimate_interest(purpose),
        }
    }

    /// The basis after the publisher's restrictions, which come before any other signal. Several
    /// types on one purpose: the most restrictive outcome counts (no, then consent, then
    /// legitimate interest).
    fn restricted_basis(
        &self,
        purpose: Purpose,
        default: DeclaredBasis,
    ) -> Result<DeclaredBasis, Refusal> {
        use DeclaredBasis::{Consent, LegitimateInterest};
        let on = self.signals.restrictions;
        need(!on.not_allowed.contains(purpose), Refusal::RestrictedNotAllowed)?;
        let is_flexible = self.declared.flexible_purposes.contains(purpose);
        let needs_consent = on.require_consent.contains(purpose);
        let needs_interest = on.require_legitimate_interest.contains(purpose);
        match default {
            LegitimateInterest if needs_consent && !is_flexible => {
                Err(Refusal::RestrictedRequireConsent)
            }
            Consent if needs_interest && !is_flexible => {
                Err(Refusal::RestrictedRequireLegitimateInterest)
            }
            _ if needs_consent => Ok(Consent),
            _ if needs_interest => Ok(LegitimateInterest),
            _ => Ok(default),
        }
    }

    fn consent(&self, purpose: Purpose) -> Result<Basis, Refusal> {
        if purpose == Purpose::STORE_AND_ACCESS {
            match self.purpose_one {
                PurposeOne::Asked => {}
                PurposeOne::NotAsked => return Err(Refusal::PurposeOneNotDisclosed),
                PurposeOne::Exempt => return Ok(Basis::PurposeOneExempt),
            }
        }
        need(self.purposes_consent.contains(purpose), Refusal::NoPurposeConsent)?;
        need(self.signals.consent, Refusal::NoVendorConsent)?;
        Ok(Basis::Consent)
    }

    fn legitimate_interest(&self, purpose: Purpose) -> Result<Basis, Refusal> {
        need(purpose.allows_legitimate_interest(), Refusal::LegitimateInterestNotAllowed)?;
        let is_transparent = self.purposes_li_transparency.contains(purpose);
        need(is_transparent, Refusal::NoPurposeLegitimateInterest)?;
        need(self.signals.legitimate_interest, Refusal::NoVendorLegitimateInterest)?;
        Ok(Basis::LegitimateInterest)
    }

    fn special_purpose_basis(&self, purpose: SpecialPurpose) -> Result<Basis, Refusal> {
        self.if_declared(self.declared.special_purposes.contains(purpose))?;
        // Before TCF 2.3 the bit of legitimate interest told that such a vendor was disclosed.
        let was_told = self.signals.disclosed.is_some()
            || !self.declared.is_special_purpose_only()
            || self.signals.legitimate_interest;
        need(was_told, Refusal::NoVendorLegitimateInterest)?;
        Ok(Basis::LegitimateInterest)
    }

    fn if_declared(&self, is_declared: bool) -> Result<(), Refusal> {
        match self.refusal {
            Some(refusal) => Err(refusal),
            None => need(is_declared, Refusal::NotDeclared),
        }
    }
}

fn need(is_so: bool, otherwise: Refusal) -> Result<(), Refusal> {
    if is_so { Ok(()) } else { Err(otherwise) }
}

fn verdict(basis: Result<Basis, Refusal>) -> Verdict {
    match basis {
        Ok(basis) => Verdict::Allowed(basis),
        Err(refusal) => Verdict::Denied(refusal),
    }
}
