//! Where an event may be claimed for.

use core::{fmt, str::FromStr};

use predispatch_types::Platform;

/// A platform, or one of Google's products: each has its own windows.
///
/// The text form is the platform's name, or `google:ads_click` and the like.
///
/// ```
/// use predispatch_dedup::{Destination, UnknownDestination};
/// use predispatch_types::Platform;
///
/// let meta: Destination = "meta".parse()?;
/// assert_eq!(Destination::try_from(Platform::Meta), Ok(meta));
/// assert_eq!("google:ga4".parse(), Ok(Destination::GOOGLE_GA4));
/// # Ok::<(), UnknownDestination>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Destination(u8);

impl Destination {
    /// Amazon Ads.
    pub const AMAZON: Self = Self(0);
    /// Google's Data Manager.
    pub const GOOGLE: Self = Self(1);
    /// Google Ads click conversions.
    pub const GOOGLE_ADS_CLICK: Self = Self(2);
    /// Google Ads conversion adjustments.
    pub const GOOGLE_ADS_ADJUSTMENT: Self = Self(3);
    /// Google Analytics 4, Measurement Protocol.
    pub const GOOGLE_GA4: Self = Self(4);
    /// LinkedIn.
    pub const LINKEDIN: Self = Self(5);
    /// Meta.
    pub const META: Self = Self(6);
    /// Microsoft Advertising.
    pub const MICROSOFT: Self = Self(7);
    /// Pinterest.
    pub const PINTEREST: Self = Self(8);
    /// Reddit.
    pub const REDDIT: Self = Self(9);
    /// Snapchat.
    pub const SNAPCHAT: Self = Self(10);
    /// TikTok.
    pub const TIKTOK: Self = Self(11);
    /// X.
    pub const X: Self = Self(12);

    /// How many there are. A set of them has room for 16.
    pub const COUNT: usize = 13;

    /// Every destination, by [`index`](Self::index).
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).take(Self::COUNT).map(Self)
    }

    /// Its number, which is its bit in a [`Destinations`]: stores keep it, so it never changes.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AMAZON => "amazon",
            Self::GOOGLE => "google",
            Self::GOOGLE_ADS_CLICK => "google:ads_click",
            Self::GOOGLE_ADS_ADJUSTMENT => "google:ads_adjustment",
            Self::GOOGLE_GA4 => "google:ga4",
            Self::LINKEDIN => "linkedin",
            Self::META => "meta",
            Self::MICROSOFT => "microsoft",
            Self::PINTEREST => "pinterest",
            Self::REDDIT => "reddit",
            Self::SNAPCHAT => "snapchat",
            Self::TIKTOK => "tiktok",
            _ => "x",
        }
    }
}

/// Google is its Data Manager. A platform that this crate has no windows for is refused.
impl TryFrom<Platform> for Destination {
    type Error = UnknownDestination;

    fn try_from(platform: Platform) -> Result<Self, Self::Error> {
        Ok(match platform {
            Platform::Amazon => Self::AMAZON,
            Platform::Google => Self::GOOGLE,
            Platform::LinkedIn => Self::LINKEDIN,
            Platform::Meta => Self::META,
            Platform::Microsoft => Self::MICROSOFT,
            Platform::Pinterest => Self::PINTEREST,
            Platform::Reddit => Self::REDDIT,
            Platform::Snapchat => Self::SNAPCHAT,
            Platform::TikTok => Self::TIKTOK,
            Platform::X => Self::X,
            // A platform is added here together with its windows; `every_platform_is_one` sees to it.
            _ => return Err(UnknownDestination),
        })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Destination {
    type Err = UnknownDestination;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == "google:data_manager" {
            return Ok(Self::GOOGLE);
        }
        Self::all().find(|destination| destination.as_str() == name).ok_or(UnknownDestination)
    }
}

/// The text or the platform is no destination.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("unknown destination; write a platform's name, or google:PRODUCT")]
pub struct UnknownDestination;

impl UnknownDestination {
    /// Its code.
    pub const fn code(self) -> &'static str {
        "dedup_unknown_destination"
    }
}

/// A set of destinations: one event's claims for all of them are one entry in a store.
///
/// ```
/// use predispatch_dedup::{Destination, Destinations};
///
/// let both = Destinations::from(Destination::META) | Destination::TIKTOK.into();
/// assert_eq!(both.iter().collect::<Vec<_>>(), [Destination::META, Destination::TIKTOK]);
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Destinations(u16);

impl Destinations {
    /// No destination.
    pub const NONE: Self = Self(0);
    /// Every destination.
    pub const ALL: Self = Self((1 << Destination::COUNT) - 1);

    /// From the bits that a store kept; bits of no destination are dropped.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// One bit for each destination, by [`Destination::index`].
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it holds `destination`.
    pub const fn contains(self, destination: Destination) -> bool {
        self.0 & (1 << destination.0) != 0
    }

    /// Those of this set that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Its members, by index.
    pub fn iter(self) -> impl Iterator<Item = Destination> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            let lowest = u8::try_from(rest.trailing_zeros()).ok();
            let is_one = rest != 0;
            rest &= rest.wrapping_sub(1);
            lowest.filter(|_| is_one).map(Destination)
        })
    }
}

impl From<Destination> for Destinations {
    fn from(destination: Destination) -> Self {
        Self(1 << destination.0)
    }
}

impl FromIterator<Destination> for Destinations {
    fn from_iter<I: IntoIterator<Item = Destination>>(members: I) -> Self {
        members.into_iter().fold(Self::NONE, |set, member| set | member.into())
    }
}

impl core::ops::BitOr for Destinations {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl core::ops::BitOrAssign for Destinations {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl core::ops::BitAnd for Destinations {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Debug for Destinations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for destination in Destination::all() {
            assert_eq!(destination.as_str().parse(), Ok(destination));
        }
        assert_eq!("google:data_manager".parse(), Ok(Destination::GOOGLE));
        for name in ["", "Meta", "google:", "meta:offline"] {
            assert_eq!(name.parse::<Destination>(), Err(UnknownDestination), "{name}");
        }
    }

    #[test]
    fn every_platform_is_one() {
        for platform in Platform::ALL {
            assert_eq!(Destination::try_from(platform).unwrap().as_str(), platform.as_str());
        }
    }

    #[test]
    fn a_set_is_its_members() {
        assert_eq!(Destination::all().collect::<Destinations>(), Destinations::ALL);
        assert_eq!(Destinations::ALL.iter().count(), Destination::COUNT);
        assert_eq!(Destinations::from_bits(u16::MAX), Destinations::ALL);
        let rest = Destinations::ALL.without(Destination::META.into());
        assert!(!rest.contains(Destination::META) && rest.contains(Destination::X));
    }
}
