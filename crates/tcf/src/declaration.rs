//! What a vendor says it does, and on which legal basis.

use predispatch_types::Timestamp;

use crate::{Feature, IdSet, Purpose, PurposeSet, SpecialFeature, SpecialPurpose, VendorId};

/// A vendor's declaration: its row of the Global Vendor List, or what a caller knows instead.
///
/// ```
/// use predispatch_tcf::{Purpose, PurposeSet, VendorDeclaration, VendorId};
///
/// let needed: PurposeSet = [Purpose::STORE_AND_ACCESS, Purpose::MEASURE_ADS].into_iter().collect();
/// let vendor = VendorDeclaration::consent_only(VendorId::new(755).expect("not 0"), needed);
/// assert!(vendor.purposes.contains(Purpose::MEASURE_ADS));
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VendorDeclaration {
    /// Who declares.
    pub id: VendorId,
    /// Purposes whose default basis is consent. Where a purpose is here and in
    /// [`leg_int_purposes`](Self::leg_int_purposes), which the list forbids, consent counts.
    pub purposes: PurposeSet,
    /// Purposes whose default basis is legitimate interest.
    pub leg_int_purposes: PurposeSet,
    /// Of these purposes, those whose basis a publisher restriction may change.
    pub flexible_purposes: PurposeSet,
    /// Special purposes.
    pub special_purposes: IdSet<SpecialPurpose>,
    /// Features.
    pub features: IdSet<Feature>,
    /// Special features.
    pub special_features: IdSet<SpecialFeature>,
    /// When the vendor was taken off the list.
    pub deleted: Option<Timestamp>,
}

impl VendorDeclaration {
    /// Declares nothing yet; fill in the fields.
    pub const fn new(id: VendorId) -> Self {
        Self {
            id,
            purposes: PurposeSet::EMPTY,
            leg_int_purposes: PurposeSet::EMPTY,
            flexible_purposes: PurposeSet::EMPTY,
            special_purposes: IdSet::EMPTY,
            features: IdSet::EMPTY,
            special_features: IdSet::EMPTY,
            deleted: None,
        }
    }

    /// Declares `purposes` on consent and nothing else, none of it flexible.
    ///
    /// This is how to judge without a vendor list, or to accept nothing but consent whatever the
    /// vendor declares: a publisher restriction of type 0 or 2 on a purpose then refuses it.
    pub const fn consent_only(id: VendorId, purposes: PurposeSet) -> Self {
        Self { purposes, ..Self::new(id) }
    }

    /// The basis on which `purpose` stands without a restriction; `None` if it is not declared.
    pub(crate) fn default_basis(&self, purpose: Purpose) -> Option<DeclaredBasis> {
        if self.purposes.contains(purpose) {
            Some(DeclaredBasis::Consent)
        } else if self.leg_int_purposes.contains(purpose) {
            Some(DeclaredBasis::LegitimateInterest)
        } else {
            None
        }
    }

    /// Whether special purposes are all that it processes data for.
    pub(crate) fn is_special_purpose_only(&self) -> bool {
        self.purposes.union(self.leg_int_purposes).is_empty() && !self.special_purposes.is_empty()
    }
}

/// The two legal bases that a purpose can be declared on. Closed: the policies know no third.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DeclaredBasis {
    Consent,
    LegitimateInterest,
}
