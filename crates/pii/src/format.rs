//! Which platform takes which identifier, and in which form.

use core::{fmt, str::FromStr};

use predispatch_types::Platform;

/// A platform's rule set for identifiers.
///
/// Not one per [`Platform`]: Google has three products with different rules, and LinkedIn takes
/// names in two ways. One address can have several correct hashes; which one depends on this.
///
/// ```
/// use predispatch_pii::{Format, Kind, Treatment};
///
/// assert_eq!(Format::Meta.treatment(Kind::Email), Treatment::Hashed);
/// assert_eq!(Format::TikTok.treatment(Kind::City), Treatment::Plain);
/// assert_eq!(Format::LinkedIn.treatment(Kind::Phone), Treatment::NotTaken);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Format {
    /// Amazon Ads API v1, `create/events`.
    Amazon,
    /// Google Ads API v26, click conversions and adjustments.
    GoogleAds,
    /// Google Analytics 4, Measurement Protocol.
    GoogleAnalytics4,
    /// Google Data Manager API, `events:ingest`.
    GoogleDataManager,
    /// LinkedIn Conversions API. Names go in clear (`userInfo.firstName`).
    LinkedIn,
    /// LinkedIn Conversions API from version 202609 with `hashedFirstName` and `hashedLastName`;
    /// otherwise as [`LinkedIn`](Self::LinkedIn).
    LinkedInHashedNames,
    /// Meta Conversions API.
    Meta,
    /// Microsoft Advertising, UET Conversions API and offline conversions.
    Microsoft,
    /// Pinterest Conversions API v5.
    Pinterest,
    /// Reddit Conversions API v3.
    Reddit,
    /// Snapchat Conversions API v3.
    Snapchat,
    /// TikTok Events API 2.0.
    TikTok,
    /// X Conversions API.
    X,
}

impl Format {
    /// Every rule set, in alphabetical order.
    pub const ALL: [Self; 13] = [
        Self::Amazon,
        Self::GoogleAds,
        Self::GoogleAnalytics4,
        Self::GoogleDataManager,
        Self::LinkedIn,
        Self::LinkedInHashedNames,
        Self::Meta,
        Self::Microsoft,
        Self::Pinterest,
        Self::Reddit,
        Self::Snapchat,
        Self::TikTok,
        Self::X,
    ];

    /// The platform that this rule set belongs to.
    pub const fn platform(self) -> Platform {
        match self {
            Self::Amazon => Platform::Amazon,
            Self::GoogleAds | Self::GoogleAnalytics4 | Self::GoogleDataManager => Platform::Google,
            Self::LinkedIn | Self::LinkedInHashedNames => Platform::LinkedIn,
            Self::Meta => Platform::Meta,
            Self::Microsoft => Platform::Microsoft,
            Self::Pinterest => Platform::Pinterest,
            Self::Reddit => Platform::Reddit,
            Self::Snapchat => Platform::Snapchat,
            Self::TikTok => Platform::TikTok,
            Self::X => Platform::X,
        }
    }

    /// The rule set of a platform's product, or the platform's default when `product` is `None`.
    ///
    /// Products: Google has `data_manager` (default), `ads` and `ga4`; LinkedIn has
    /// `hashed_names`. The others have none.
    ///
    /// # Errors
    /// [`UnknownProduct`] if the platform has no such product.
    pub fn of(platform: Platform, product: Option<&str>) -> Result<Self, UnknownProduct> {
        match (platform, product) {
            (Platform::Amazon, None) => Ok(Self::Amazon),
            (Platform::Google, None | Some("data_manager")) => Ok(Self::GoogleDataManager),
            (Platform::Google, Some("ads")) => Ok(Self::GoogleAds),
            (Platform::Google, Some("ga4")) => Ok(Self::GoogleAnalytics4),
            (Platform::LinkedIn, None) => Ok(Self::LinkedIn),
            (Platform::LinkedIn, Some("hashed_names")) => Ok(Self::LinkedInHashedNames),
            (Platform::Meta, None) => Ok(Self::Meta),
            (Platform::Microsoft, None) => Ok(Self::Microsoft),
            (Platform::Pinterest, None) => Ok(Self::Pinterest),
            (Platform::Reddit, None) => Ok(Self::Reddit),
            (Platform::Snapchat, None) => Ok(Self::Snapchat),
            (Platform::TikTok, None) => Ok(Self::TikTok),
            (Platform::X, None) => Ok(Self::X),
            _ => Err(UnknownProduct { platform }),
        }
    }

    /// What the platform does with a kind of identifier.
    ///
    /// The table is the platforms' own documents, read 2026-11-22 (`docs/sources.md#kinds`). Where
    /// a field is only known from somebody's client, it is not taken: what no document asks for
    /// stays here.
    ///
    /// Who takes a kind is listed by name, never left to a wildcard: a new rule set takes nothing
    /// of what it does not say, and nothing in clear by default.
    pub const fn treatment(self, kind: Kind) -> Treatment {
        use Treatment::{Hashed, NotTaken, Plain};
        match kind {
            Kind::Email => match self {
                Self::Amazon
                | Self::GoogleAds
                | Self::GoogleAnalytics4
                | Self::GoogleDataManager
                | Self::LinkedIn
                | Self::LinkedInHashedNames
                | Self::Meta
                | Self::Microsoft
                | Self::Pinterest
                | Self::Reddit
                | Self::Snapchat
                | Self::TikTok
                | Self::X => Hashed,
            },
            Kind::Phone => match self {
                Self::Amazon
                | Self::GoogleAds
                | Self::GoogleAnalytics4
                | Self::GoogleDataManager
                | Self::Meta
                | Self::Microsoft
                | Self::Pinterest
                | Self::Reddit
                | Self::Snapchat
                | Self::TikTok
                | Self::X => Hashed,
                Self::LinkedIn | Self::LinkedInHashedNames => NotTaken,
            },
            Kind::FirstName | Kind::LastName => match self {
                Self::Amazon
                | Self::GoogleAds
                | Self::GoogleAnalytics4
                | Self::GoogleDataManager
                | Self::LinkedInHashedNames
                | Self::Meta
                | Self::Pinterest
                | Self::Snapchat
                | Self::TikTok => Hashed,
                Self::LinkedIn => Plain,
                Self::Microsoft | Self::Reddit | Self::X => NotTaken,
            },
            Kind::DateOfBirth => match self {
                Self::Meta | Self::Pinterest => Hashed,
                _ => NotTaken,
            },
            Kind::Gender => match self {
                Self::Meta | Self::Pinterest | Self::Snapchat => Hashed,
                _ => NotTaken,
            },
            Kind::Street => match self {
                Self::Amazon
                | Self::GoogleAds
                | Self::GoogleAnalytics4
                | Self::GoogleDataManager => Hashed,
                _ => NotTaken,
            },
            Kind::City | Kind::Region => match self {
                Self::Amazon | Self::Meta | Self::Pinterest | Self::Snapchat => Hashed,
                Self::GoogleAds
                | Self::GoogleAnalytics4
                | Self::GoogleDataManager
                | Self::TikTok => Plain,
                _ => NotTaken,
            },
            Kind::PostalCode => match self {
                Self::Amazon | Self::Meta | Self::Pinterest | Self::Snapchat | Self::TikTok => {
                    Hashed
                }
                Self::GoogleAds | Self::GoogleAnalytics4 | Self::GoogleDataManager => Plain,
                _ => NotTaken,
            },
            Kind::Country => match self {
                Self::Meta | Self::Pinterest | Self::Snapchat => Hashed,
                Self::Amazon
                | Self::GoogleAds
                | Self::GoogleAnalytics4
                | Self::GoogleDataManager
                | Self::LinkedIn
                | Self::LinkedInHashedNames
                | Self::TikTok => Plain,
                Self::Microsoft | Self::Reddit | Self::X => NotTaken,
            },
            Kind::ExternalId => match self {
                Self::Meta | Self::Pinterest | Self::Reddit | Self::Snapchat | Self::TikTok => {
                    Hashed
                }
                Self::GoogleAnalytics4
                | Self::GoogleDataManager
                | Self::LinkedIn
                | Self::LinkedInHashedNames
                | Self::Microsoft => Plain,
                _ => NotTaken,
            },
            Kind::MobileAdId => match self {
                Self::Pinterest | Self::Reddit => Hashed,
                Self::Amazon
                | Self::GoogleDataManager
                | Self::LinkedIn
                | Self::LinkedInHashedNames
                | Self::Meta
                | Self::Microsoft
                | Self::Snapchat
                | Self::TikTok => Plain,
                Self::GoogleAds | Self::GoogleAnalytics4 | Self::X => NotTaken,
            },
        }
    }
}

/// A platform has no product of that name.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{platform} has no such product; google has data_manager, ads and ga4, linkedin has hashed_names"
)]
pub struct UnknownProduct {
    /// The platform that was asked for.
    pub platform: Platform,
}

/// A kind of identifier.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// [`Email`](crate::Email).
    Email,
    /// [`Phone`](crate::Phone).
    Phone,
    /// [`FirstName`](crate::FirstName).
    FirstName,
    /// [`LastName`](crate::LastName).
    LastName,
    /// [`DateOfBirth`](crate::DateOfBirth).
    DateOfBirth,
    /// [`Gender`](crate::Gender).
    Gender,
    /// [`Street`](crate::Street).
    Street,
    /// [`City`](crate::City).
    City,
    /// [`AddressRegion`](crate::AddressRegion).
    Region,
    /// [`PostalCode`](crate::PostalCode).
    PostalCode,
    /// [`AddressCountry`](crate::AddressCountry).
    Country,
    /// [`ExternalId`](crate::ExternalId).
    ExternalId,
    /// [`MobileAdId`](crate::MobileAdId).
    MobileAdId,
}

impl Kind {
    /// Every kind, in the order of an event's `user` object.
    pub const ALL: [Self; 13] = [
        Self::Email,
        Self::Phone,
        Self::FirstName,
        Self::LastName,
        Self::DateOfBirth,
        Self::Gender,
        Self::Street,
        Self::City,
        Self::Region,
        Self::PostalCode,
        Self::Country,
        Self::ExternalId,
        Self::MobileAdId,
    ];

    /// The key in an event's `user` object, such as `postal_code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::DateOfBirth => "date_of_birth",
            Self::Gender => "gender",
            Self::Street => "street",
            Self::City => "city",
            Self::Region => "region",
            Self::PostalCode => "postal_code",
            Self::Country => "country",
            Self::ExternalId => "external_id",
            Self::MobileAdId => "mobile_ad_id",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownKind)
    }
}

/// The text is not the name of a [`Kind`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "unknown kind; known are email, phone, first_name, last_name, date_of_birth, gender, street, city, region, postal_code, country, external_id and mobile_ad_id"
)]
pub struct UnknownKind;

/// How a kind of identifier reaches a platform.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by definition: clear, hashed or not at all")]
pub enum Treatment {
    /// As the SHA-256 of its normal form.
    Hashed,
    /// The platform has no field for it.
    NotTaken,
    /// In clear, in its normal form, as the platform documents.
    Plain,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_and_stands_in_the_error() {
        for kind in Kind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert!(UnknownKind.to_string().contains(kind.as_str()), "{kind}");
        }
        assert_eq!("Email".parse::<Kind>(), Err(UnknownKind));
    }

    #[test]
    fn every_platform_has_a_default_and_every_product_belongs_to_its_platform() {
        for platform in Platform::ALL {
            assert_eq!(Format::of(platform, None).unwrap().platform(), platform);
            assert_eq!(Format::of(platform, Some("?")), Err(UnknownProduct { platform }));
        }
        for (product, format) in [
            ("data_manager", Format::GoogleDataManager),
            ("ads", Format::GoogleAds),
            ("ga4", Format::GoogleAnalytics4),
        ] {
            assert_eq!(Format::of(Platform::Google, Some(product)), Ok(format));
        }
    }
}
