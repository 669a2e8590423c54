//! Categories of sensitive data, the same words for all sections.

use core::fmt;

/// A category of sensitive data, numbered as in the US national section, version 2.
///
/// State sections have their own order and wording; their entries are mapped to these. An entry
/// that joins several (California's "race, religion, union") counts for each.
///
/// Source: `docs/sources/gpp.md#sensitive-categories`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SensitiveCategory {
    /// Racial or ethnic origin.
    RacialOrEthnicOrigin,
    /// Religious or philosophical beliefs.
    ReligiousBeliefs,
    /// Health: condition, diagnosis, treatment, pregnancy.
    Health,
    /// Sex life or sexual orientation.
    SexualOrientation,
    /// Citizenship or immigration status.
    CitizenshipOrImmigration,
    /// Genetic data.
    Genetic,
    /// Biometric data.
    Biometric,
    /// Precise location.
    PreciseGeolocation,
    /// Numbers of identity documents.
    GovernmentIds,
    /// Log-in or financial account with what opens it.
    AccountCredentials,
    /// Union membership.
    UnionMembership,
    /// Contents of mail and messages.
    MessageContents,
    /// Consumer health data.
    ConsumerHealth,
    /// Having been a victim of crime.
    CrimeVictim,
    /// National origin.
    NationalOrigin,
    /// Being transgender or nonbinary.
    TransgenderOrNonbinary,
}

impl SensitiveCategory {
    /// All of them, in their order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::RacialOrEthnicOrigin,
        Self::ReligiousBeliefs,
        Self::Health,
        Self::SexualOrientation,
        Self::CitizenshipOrImmigration,
        Self::Genetic,
        Self::Biometric,
        Self::PreciseGeolocation,
        Self::GovernmentIds,
        Self::AccountCredentials,
        Self::UnionMembership,
        Self::MessageContents,
        Self::ConsumerHealth,
        Self::CrimeVictim,
        Self::NationalOrigin,
        Self::TransgenderOrNonbinary,
    ];

    /// How many there are.
    pub(crate) const COUNT: usize = 16;

    /// Stable, lower-case, with underscores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RacialOrEthnicOrigin => "racial_or_ethnic_origin",
            Self::ReligiousBeliefs => "religious_beliefs",
            Self::Health => "health",
            Self::SexualOrientation => "sexual_orientation",
            Self::CitizenshipOrImmigration => "citizenship_or_immigration",
            Self::Genetic => "genetic",
            Self::Biometric => "biometric",
            Self::PreciseGeolocation => "precise_geolocation",
            Self::GovernmentIds => "government_ids",
            Self::AccountCredentials => "account_credentials",
            Self::UnionMembership => "union_membership",
            Self::MessageContents => "message_contents",
            Self::ConsumerHealth => "consumer_health",
            Self::CrimeVictim => "crime_victim",
            Self::NationalOrigin => "national_origin",
            Self::TransgenderOrNonbinary => "transgender_or_nonbinary",
        }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for SensitiveCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_the_enum() {
        for (index, category) in SensitiveCategory::ALL.into_iter().enumerate() {
            assert_eq!(category.index(), index);
        }
    }
}
