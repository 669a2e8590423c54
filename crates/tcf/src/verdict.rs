//! The words of a judgement.

use core::fmt;

/// Whether a vendor may.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Verdict {
    /// Yes, on this basis.
    Allowed(Basis),
    /// No, for this reason, the first that was found.
    Denied(Refusal),
}

impl Verdict {
    /// Whether it is a yes.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed(_))
    }

    /// Whether it is a yes on the basis of consent.
    pub const fn is_consent(self) -> bool {
        matches!(self, Self::Allowed(Basis::Consent))
    }

    /// Why not, if it is a no.
    pub const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Allowed(_) => None,
            Self::Denied(refusal) => Some(refusal),
        }
    }
}

/// `consent`, `legitimate_interest`, …, or `denied:` and the reason.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed(basis) => f.write_str(basis.as_str()),
            Self::Denied(refusal) => write!(f, "denied:{}", refusal.code()),
        }
    }
}

/// On what a yes stands.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Basis {
    /// The user's consent (for a special feature: the opt-in).
    Consent,
    /// A feature was disclosed to the user; nothing is chosen.
    Disclosure,
    /// A legitimate interest that the user did not object to. For a special purpose the user has no
    /// right to object.
    LegitimateInterest,
    /// Purpose 1 was not asked about, and the caller said that the publisher's country does not
    /// need it; see [`Judge::purpose_one_exempt`](crate::Judge::purpose_one_exempt).
    PurposeOneExempt,
}

impl Basis {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Disclosure => "disclosure",
            Self::LegitimateInterest => "legitimate_interest",
            Self::PurposeOneExempt => "purpose_one_exempt",
        }
    }
}

/// Why a vendor may not.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Refusal {
    /// The whole string is not to be relied on.
    String(StringRefusal),
    /// The vendor is not on the list.
    VendorUnknown,
    /// The vendor was taken off the list.
    VendorDeleted,
    /// The user was not shown the vendor.
    NotDisclosed,
    /// The vendor does not declare this.
    NotDeclared,
    /// A publisher restriction of type 0.
    RestrictedNotAllowed,
    /// A publisher restriction of type 1 on a purpose declared on legitimate interest, not
    /// flexible.
    RestrictedRequireConsent,
    /// A publisher restriction of type 2 on a purpose declared on consent, not flexible.
    RestrictedRequireLegitimateInterest,
    /// The basis would be legitimate interest, which this purpose never has.
    LegitimateInterestNotAllowed,
    /// Purpose 1 was not asked about.
    PurposeOneNotDisclosed,
    /// No consent to the purpose.
    NoPurposeConsent,
    /// No consent to the vendor.
    NoVendorConsent,
    /// The purpose's legitimate interest was not made transparent, or was objected to.
    NoPurposeLegitimateInterest,
    /// The vendor's legitimate interest was not made transparent, or was objected to.
    NoVendorLegitimateInterest,
    /// No opt-in to the special feature.
    NotOptedIn,
}

impl Refusal {
    /// A stable name, lower-case with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::String(refusal) => refusal.code(),
            Self::VendorUnknown => "vendor_unknown",
            Self::VendorDeleted => "vendor_deleted",
            Self::NotDisclosed => "not_disclosed",
            Self::NotDeclared => "not_declared",
            Self::RestrictedNotAllowed => "restricted_not_allowed",
            Self::RestrictedRequireConsent => "restricted_require_consent",
            Self::RestrictedRequireLegitimateInterest => "restricted_require_legitimate_interest",
            Self::LegitimateInterestNotAllowed => "legitimate_interest_not_allowed",
            Self::PurposeOneNotDisclosed => "purpose_one_not_disclosed",
            Self::NoPurposeConsent => "no_purpose_consent",
            Self::NoVendorConsent => "no_vendor_consent",
            Self::NoPurposeLegitimateInterest => "no_purpose_legitimate_interest",
            Self::NoVendorLegitimateInterest => "no_vendor_legitimate_interest",
            Self::NotOptedIn => "not_opted_in",
        }
    }
}

/// Why a whole string is not to be relied on, whoever asks (`docs/sources/tcf.md#validity`).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum StringRefusal {
    /// `IsServiceSpecific` is 0.
    GlobalScope,
    /// A policy version before 4, updated after 30 September 2023.
    PolicyTooOld,
    /// No Disclosed Vendors segment, updated after 28 February 2026.
    NoDisclosedVendors,
    /// `LastUpdated` more than two days after the time of judging.
    FutureDated,
    /// `LastUpdated` too many days before the time of judging.
    Stale,
    /// `Created` is later than `LastUpdated`.
    CreatedAfterUpdated,
    /// `CmpId` is 0 or 1.
    CmpIdUnassigned,
    /// The CMP is not on the given list of CMPs.
    CmpUnknown,
    /// The CMP was taken off the given list before `LastUpdated`.
    CmpDeleted,
}

impl StringRefusal {
    /// All, in the order in which they are listed and tried.
    pub(crate) const ALL: [Self; 9] = [
        Self::GlobalScope,
        Self::PolicyTooOld,
        Self::NoDisclosedVendors,
        Self::FutureDated,
        Self::Stale,
        Self::CreatedAfterUpdated,
        Self::CmpIdUnassigned,
        Self::CmpUnknown,
        Self::CmpDeleted,
    ];

    /// A stable name, lower-case with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::GlobalScope => "global_scope",
            Self::PolicyTooOld => "policy_too_old",
            Self::NoDisclosedVendors => "no_disclosed_after_deadline",
            Self::FutureDated => "time_in_future",
            Self::Stale => "stale",
            Self::CreatedAfterUpdated => "created_after_updated",
            Self::CmpIdUnassigned => "cmp_id_zero",
            Self::CmpUnknown => "cmp_unknown",
            Self::CmpDeleted => "cmp_deleted",
        }
    }
}

/// All reasons why a string is not to be relied on; none means that it is valid.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct StringRefusals(u16);

impl StringRefusals {
    /// Whether there is no reason.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `refusal` is one of them.
    pub const fn contains(self, refusal: StringRefusal) -> bool {
        self.0 & mask(refusal) != 0
    }

    /// The reasons, in the order in which [`StringRefusal`] lists them.
    pub fn iter(self) -> impl Iterator<Item = StringRefusal> {
        StringRefusal::ALL.into_iter().filter(move |&refusal| self.contains(refusal))
    }

    pub(crate) const fn add_if(&mut self, is_so: bool, refusal: StringRefusal) {
        if is_so {
            self.0 |= mask(refusal);
        }
    }
}

const fn mask(refusal: StringRefusal) -> u16 {
    1_u16.wrapping_shl(refusal as u32)
}

impl fmt::Debug for StringRefusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_its_own_bit_and_code() {
        for (index, refusal) in StringRefusal::ALL.into_iter().enumerate() {
            let mut set = StringRefusals::default();
            set.add_if(false, refusal);
            assert!(set.is_empty());
            set.add_if(true, refusal);
            assert_eq!(set.iter().collect::<Vec<_>>(), [refusal]);
            let code = refusal.code();
            assert!(StringRefusal::ALL[..index].iter().all(|other| other.code() != code));
        }
    }

    #[test]
    fn verdicts_read_as_their_reason() {
        assert_eq!(Verdict::Allowed(Basis::Consent).to_string(), "consent");
        let denied = Verdict::Denied(Refusal::String(StringRefusal::Stale));
        assert_eq!(denied.to_string(), "denied:stale");
    }
}
