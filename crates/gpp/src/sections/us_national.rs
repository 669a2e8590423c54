//! Section 7, `usnat`, in its two versions. Source: `docs/sources/gpp.md#us-national`.

use super::{
    ChildAges, ChildGroup, ChildUse, Field,
    SensitiveCategory::{self, *},
    layout::{Layout, Second},
};
use crate::SectionId;

/// Version 1: 12 sensitive categories, 2 groups of children.
pub(crate) static V1: Layout = Layout {
    id: SectionId::US_NAT,
    version: Some(1),
    fields: FIELDS,
    sensitive: SENSITIVE.split_at(12).0,
    children: CHILDREN.split_at(2).0,
    bits: 60,
    second: Second::Gpc,
};

/// Version 2, of October 2024: 16 sensitive categories, 3 groups of children.
pub(crate) static V2: Layout = Layout {
    id: SectionId::US_NAT,
    version: Some(2),
    fields: FIELDS,
    sensitive: SENSITIVE,
    children: CHILDREN,
    bits: 70,
    second: Second::Gpc,
};

/// The bit at which the two versions part: opt-outs lie before it at the same offsets in both.
pub(crate) const COMMON_BITS: u32 = 24;

const FIELDS: &[Field] = &[
    Field::SharingNotice,
    Field::SaleOptOutNotice,
    Field::SharingOptOutNotice,
    Field::TargetedAdvertisingOptOutNotice,
    Field::SensitiveDataProcessingOptOutNotice,
    Field::SensitiveDataLimitUseNotice,
    Field::SaleOptOut,
    Field::SharingOptOut,
    Field::TargetedAdvertisingOptOut,
    Field::SensitiveDataProcessing,
    Field::KnownChildSensitiveDataConsents,
    Field::PersonalDataConsents,
    Field::MspaCoveredTransaction,
    Field::MspaOptOutOptionMode,
    Field::MspaServiceProviderMode,
];

const SENSITIVE: &[&[SensitiveCategory]] = &[
    &[RacialOrEthnicOrigin],
    &[ReligiousBeliefs],
    &[Health],
    &[SexualOrientation],
    &[CitizenshipOrImmigration],
    &[Genetic],
    &[Biometric],
    &[PreciseGeolocation],
    &[GovernmentIds],
    &[AccountCredentials],
    &[UnionMembership],
    &[MessageContents],
    &[ConsumerHealth],
    &[CrimeVictim],
    &[NationalOrigin],
    &[TransgenderOrNonbinary],
];

const CHILDREN: &[ChildGroup] = &[
    ChildGroup::new(ChildAges::From13To15, ChildUse::Processing),
    ChildGroup::new(ChildAges::Under13, ChildUse::Processing),
    ChildGroup::new(ChildAges::From16To17, ChildUse::Processing),
];
