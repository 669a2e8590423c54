//! The fields of the US sections, and what their lists are about.

use core::fmt;

/// A field of a US section, by its name in the specification.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Field {
    /// Consent (2) or none (1) to use that does not fit the disclosed purposes.
    AdditionalDataProcessingConsent,
    /// Known children's data, one value for each of the section's groups.
    KnownChildSensitiveDataConsents,
    /// Whether the Multi-State Privacy Agreement covers the transaction: 1 yes, 2 no.
    MspaCoveredTransaction,
    /// 1 opt-out option mode, 2 service provider mode (Maryland, Indiana, Kentucky, Rhode Island).
    MspaMode,
    /// 1 yes, 2 no.
    MspaOptOutOptionMode,
    /// 1 yes, 2 no.
    MspaServiceProviderMode,
    /// As [`AdditionalDataProcessingConsent`](Self::AdditionalDataProcessingConsent), in the
    /// national section and California's.
    PersonalDataConsents,
    /// Notice of processing: 1 given, 2 not given. So are all notices.
    ProcessingNotice,
    /// 1 opted out, 2 did not. So are all opt-outs.
    SaleOptOut,
    /// Notice of the opt-out of sale.
    SaleOptOutNotice,
    /// Notice of the right to limit the use of sensitive data.
    SensitiveDataLimitUseNotice,
    /// Notice of the opt-out of processing sensitive data (Iowa).
    SensitiveDataOptOutNotice,
    /// Sensitive data, one value for each of the section's categories: 1 opted out or no consent.
    SensitiveDataProcessing,
    /// Notice of the opt-out of processing sensitive data (national, Utah).
    SensitiveDataProcessingOptOutNotice,
    /// Notice of sharing.
    SharingNotice,
    /// Opt-out of sharing.
    SharingOptOut,
    /// Notice of the opt-out of sharing.
    SharingOptOutNotice,
    /// Opt-out of targeted advertising.
    TargetedAdvertisingOptOut,
    /// Notice of the opt-out of targeted advertising.
    TargetedAdvertisingOptOutNotice,
}

impl Field {
    /// The name in the specification.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdditionalDataProcessingConsent => "AdditionalDataProcessingConsent",
            Self::KnownChildSensitiveDataConsents => "KnownChildSensitiveDataConsents",
            Self::MspaCoveredTransaction => "MspaCoveredTransaction",
            Self::MspaMode => "MspaMode",
            Self::MspaOptOutOptionMode => "MspaOptOutOptionMode",
            Self::MspaServiceProviderMode => "MspaServiceProviderMode",
            Self::PersonalDataConsents => "PersonalDataConsents",
            Self::ProcessingNotice => "ProcessingNotice",
            Self::SaleOptOut => "SaleOptOut",
            Self::SaleOptOutNotice => "SaleOptOutNotice",
            Self::SensitiveDataLimitUseNotice => "SensitiveDataLimitUseNotice",
            Self::SensitiveDataOptOutNotice => "SensitiveDataOptOutNotice",
            Self::SensitiveDataProcessing => "SensitiveDataProcessing",
            Self::SensitiveDataProcessingOptOutNotice => "SensitiveDataProcessingOptOutNotice",
            Self::SharingNotice => "SharingNotice",
            Self::SharingOptOut => "SharingOptOut",
            Self::SharingOptOutNotice => "SharingOptOutNotice",
            Self::TargetedAdvertisingOptOut => "TargetedAdvertisingOptOut",
            Self::TargetedAdvertisingOptOutNotice => "TargetedAdvertisingOptOutNotice",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whom and what one value of [`Field::KnownChildSensitiveDataConsents`] is about.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ChildGroup {
    /// Of what age.
    pub ages: ChildAges,
    /// For what use.
    pub use_for: ChildUse,
}

impl ChildGroup {
    pub(crate) const fn new(ages: ChildAges, use_for: ChildUse) -> Self {
        Self { ages, use_for }
    }
}

/// The ages that a [`ChildGroup`] is about, as the sections word them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ChildAges {
    /// "Known child", with the age left to the state's law.
    KnownChild,
    /// Younger than 13.
    Under13,
    /// Younger than 16.
    Under16,
    /// 13 to 15 in state sections; the national one says 13 to 16 and goes on with 16 to 17.
    From13To15,
    /// 16 only (New Jersey).
    Only16,
    /// 16 and 17.
    From16To17,
}

/// The use that a [`ChildGroup`] is about.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ChildUse {
    /// Any processing.
    Processing,
    /// Sale.
    Sale,
    /// Sharing.
    Sharing,
    /// Targeted advertising.
    TargetedAdvertising,
}
