//! Sections 8 to 27, one a state. Source: `docs/sources/gpp.md#us-states`.
//!
//! States share lists of fields and of categories only where their documents are equal: Utah has
//! another order of categories, Utah and Iowa another place of the opt-outs.

use super::{
    ChildAges, ChildGroup, ChildUse, Field,
    SensitiveCategory::{self, *},
    layout::{Layout, Second},
};
use crate::SectionId;

/// In the order of their ids.
pub(crate) static ALL: &[Layout] = &[
    state(SectionId::US_CA, CALIFORNIA, SENSITIVE_CA, CHILDREN_CA, 46, Second::Gpc),
    state(SectionId::US_VA, SHARING, SENSITIVE_8, KNOWN_CHILD, 40, Second::None),
    state(SectionId::US_CO, SHARING, SENSITIVE_8.split_at(7).0, KNOWN_CHILD, 38, Second::Gpc),
    state(SectionId::US_UT, UTAH, SENSITIVE_UT, KNOWN_CHILD, 42, Second::None),
    state(SectionId::US_CT, SHARING, SENSITIVE_8, CHILDREN_3, 44, Second::Gpc),
    state(SectionId::US_FL, PROCESSING, SENSITIVE_8, CHILDREN_FL, 46, Second::None),
    state(SectionId::US_MT, MONTANA, SENSITIVE_8, CHILDREN_3, 46, Second::Gpc),
    state(SectionId::US_OR, PROCESSING, SENSITIVE_OR, CHILDREN_3, 52, Second::Gpc),
    state(SectionId::US_TX, PROCESSING, SENSITIVE_8, KNOWN_CHILD, 42, Second::Gpc),
    state(SectionId::US_DE, PROCESSING, SENSITIVE_NJ.split_at(9).0, CHILDREN_DE, 52, Second::Gpc),
    state(SectionId::US_IA, IOWA, SENSITIVE_8, KNOWN_CHILD, 42, Second::Gpc),
    state(SectionId::US_NE, PROCESSING, SENSITIVE_8, KNOWN_CHILD, 42, Second::Gpc),
    state(SectionId::US_NH, PROCESSING, SENSITIVE_8, CHILDREN_3, 46, Second::Gpc),
    state(SectionId::US_NJ, PROCESSING, SENSITIVE_NJ, CHILDREN_NJ, 54, Second::Gpc),
    // The document's table loses MspaCoveredTransaction by a slip of its HTML; its text has it.
    state(SectionId::US_TN, PROCESSING, SENSITIVE_8, KNOWN_CHILD, 42, Second::Gpc),
    state(SectionId::US_MN, PROCESSING, SENSITIVE_8, KNOWN_CHILD, 42, Second::Gpc),
    mspa(SectionId::US_MD, MARYLAND, &[], &[], 22, Second::Gpc),
    mspa(SectionId::US_IN, INDIANA, SENSITIVE_8, KNOWN_CHILD, 24, Second::Sensitive),
    mspa(SectionId::US_KY, INDIANA, SENSITIVE_8, KNOWN_CHILD, 24, Second::Sensitive),
    mspa(SectionId::US_RI, INDIANA, SENSITIVE_8, KNOWN_CHILD, 24, Second::Sensitive),
];

type Sensitive = &'static [&'static [SensitiveCategory]];
type Children = &'static [ChildGroup];

const fn state(
    id: SectionId,
    fields: &'static [Field],
    sensitive: Sensitive,
    children: Children,
    bits: u32,
    second: Second,
) -> Layout {
    Layout { id, version: Some(1), fields, sensitive, children, bits, second }
}

/// The core begins with a version of the agreement, not of the layout.
const fn mspa(
    id: SectionId,
    fields: &'static [Field],
    sensitive: Sensitive,
    children: Children,
    bits: u32,
    second: Second,
) -> Layout {
    Layout { id, version: None, fields, sensitive, children, bits, second }
}

/// Virginia, Colorado, Connecticut.
const SHARING: &[Field] = &[
    Field::SharingNotice,
    Field::SaleOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SaleOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::SensitiveDataProcessing,
    Field::KnownChildSensitiveDataConsents,
    Field::MspaCoveredTransaction,
    Field::MspaOptOutOptionMode,
    Field::MspaServiceProviderMode,
];

/// Florida and most that came later.
const PROCESSING: &[Field] = &[
    Field::ProcessingNotice,
    Field::SaleOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SaleOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::SensitiveDataProcessing,
    Field::KnownChildSensitiveDataConsents,
    Field::AdditionalDataProcessingConsent,
    Field::MspaCoveredTransaction,
    Field::MspaOptOutOptionMode,
    Field::MspaServiceProviderMode,
];

/// As [`PROCESSING`], but for the name of the first field.
const MONTANA: &[Field] = &[
    Field::SharingNotice,
    Field::SaleOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SaleOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::SensitiveDataProcessing,
    Field::KnownChildSensitiveDataConsents,
    Field::AdditionalDataProcessingConsent,
    Field::MspaCoveredTransaction,
    Field::MspaOptOutOptionMode,
    Field::MspaServiceProviderMode,
];

const CALIFORNIA: &[Field] = &[
    Field::SaleOptOutNotice,
    Field::SharingOptOutNotice,
    Field::SensitiveDataLimitUseNotice,
    Field::SaleOptOut,
    Field::SharingOptOut,
    Field::SensitiveDataProcessing,
    Field::KnownChildSensitiveDataConsents,
    Field::PersonalDataConsents,
    Field::MspaCoveredTransaction,
    Field::MspaOptOutOptionMode,
    Field::MspaServiceProviderMode,
];

const UTAH: &[Field] = &[
    Field::SharingNotice,
    Field::SaleOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SensitiveDataProcessingOptOutNotice,
    Field::SaleOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::SensitiveDataProcessing,
    Field::KnownChildSensitiveDataConsents,
    Field::MspaCoveredTransaction,
    Field::MspaOptOutOptionMode,
    Field::MspaServiceProviderMode,
];

const IOWA: &[Field] = &[
    Field::ProcessingNotice,
    Field::SaleOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SensitiveDataOptOutNotice,
    Field::SaleOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::SensitiveDataProcessing,
    Field::KnownChildSensitiveDataConsents,
    Field::MspaCoveredTransaction,
    Field::MspaOptOutOptionMode,
    Field::MspaServiceProviderMode,
];

const MARYLAND: &[Field] = &[
    Field::MspaCoveredTransaction,
    Field::MspaMode,
    Field::ProcessingNotice,
    Field::SaleOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SaleOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::AdditionalDataProcessingConsent,
];

/// Indiana, Kentucky, Rhode Island. Their sensitive categories are a segment of their own.
const INDIANA: &[Field] = &[
    Field::MspaCoveredTransaction,
    Field::MspaMode,
    Field::ProcessingNotice,
    Field::SaleOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SaleOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::KnownChildSensitiveDataConsents,
    Field::AdditionalDataProcessingConsent,
];

/// Virginia and most others; Colorado without the last.
const SENSITIVE_8: Sensitive = &[
    &[RacialOrEthnicOrigin],
    &[ReligiousBeliefs],
    &[Health],
    &[SexualOrientation],
    &[CitizenshipOrImmigration],
    &[Genetic],
    &[Biometric],
    &[PreciseGeolocation],
];

const SENSITIVE_CA: Sensitive = &[
    &[GovernmentIds],
    &[AccountCredentials],
    &[PreciseGeolocation],
    &[RacialOrEthnicOrigin, ReligiousBeliefs, UnionMembership],
    &[MessageContents],
    &[Genetic],
    &[Biometric],
    &[Health],
    &[SexualOrientation],
];

const SENSITIVE_UT: Sensitive = &[
    &[RacialOrEthnicOrigin],
    &[ReligiousBeliefs],
    &[SexualOrientation],
    &[CitizenshipOrImmigration],
    &[Health],
    &[Genetic],
    &[Biometric],
    &[PreciseGeolocation],
];

const SENSITIVE_OR: Sensitive = &[
    &[RacialOrEthnicOrigin],
    &[ReligiousBeliefs],
    &[Health],
    &[SexualOrientation],
    &[TransgenderOrNonbinary],
    &[CitizenshipOrImmigration],
    &[NationalOrigin],
    &[CrimeVictim],
    &[Genetic],
    &[Biometric],
    &[PreciseGeolocation],
];

/// New Jersey; Delaware without the last, which is financial data with what opens an account.
const SENSITIVE_NJ: Sensitive = &[
    &[RacialOrEthnicOrigin],
    &[ReligiousBeliefs],
    &[Health],
    &[SexualOrientation],
    &[CitizenshipOrImmigration],
    &[Genetic],
    &[Biometric],
    &[PreciseGeolocation],
    &[TransgenderOrNonbinary],
    &[AccountCredentials],
];

const KNOWN_CHILD: Children = &[ChildGroup::new(ChildAges::KnownChild, ChildUse::Processing)];

const CHILDREN_CA: Children = &[
    ChildGroup::new(ChildAges::Under16, ChildUse::Sale),
    ChildGroup::new(ChildAges::Under16, ChildUse::Sharing),
];

const CHILDREN_FL: Children = &[
    ChildGroup::new(ChildAges::Under13, ChildUse::Processing),
    ChildGroup::new(ChildAges::From13To15, ChildUse::Processing),
    ChildGroup::new(ChildAges::From16To17, ChildUse::Processing),
];

/// Connecticut, Montana, Oregon, New Hampshire.
const CHILDREN_3: Children = &[
    ChildGroup::new(ChildAges::KnownChild, ChildUse::Processing),
    ChildGroup::new(ChildAges::From13To15, ChildUse::Sale),
    ChildGroup::new(ChildAges::From13To15, ChildUse::TargetedAdvertising),
];

const CHILDREN_DE: Children = &[
    ChildGroup::new(ChildAges::KnownChild, ChildUse::Processing),
    ChildGroup::new(ChildAges::From13To15, ChildUse::Sale),
    ChildGroup::new(ChildAges::From13To15, ChildUse::TargetedAdvertising),
    ChildGroup::new(ChildAges::From16To17, ChildUse::Sale),
    ChildGroup::new(ChildAges::From16To17, ChildUse::TargetedAdvertising),
];

const CHILDREN_NJ: Children = &[
    ChildGroup::new(ChildAges::KnownChild, ChildUse::Processing),
    ChildGroup::new(ChildAges::From13To15, ChildUse::Sale),
    ChildGroup::new(ChildAges::From13To15, ChildUse::TargetedAdvertising),
    ChildGroup::new(ChildAges::Only16, ChildUse::Sale),
    ChildGroup::new(ChildAges::Only16, ChildUse::TargetedAdvertising),
];
