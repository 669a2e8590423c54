//! Where an event may go.

use core::{fmt, str::FromStr};

use predispatch_types::Platform;

/// A platform, and for Google which of its products: they differ in the consent fields that they
/// have.
///
/// The text form is the platform's name, or `google:ads_click` and the like.
///
/// ```
/// use predispatch_consent::{Destination, GoogleProduct};
/// use predispatch_types::Platform;
///
/// let meta: Destination = "meta".parse()?;
/// assert_eq!(meta, Destination::from(Platform::Meta));
/// let clicks: Destination = "google:ads_click".parse()?;
/// assert_eq!(clicks, Destination::google(GoogleProduct::AdsClick));
/// assert!("meta:ads_click".parse::<Destination>().is_err());
/// # Ok::<(), predispatch_consent::UnknownDestination>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Destination {
    platform: Platform,
    product: Option<GoogleProduct>,
}

impl Destination {
    /// One of Google's products.
    pub const fn google(product: GoogleProduct) -> Self {
        Self { platform: Platform::Google, product: Some(product) }
    }

    /// The platform.
    pub const fn platform(self) -> Platform {
        self.platform
    }

    /// Google's product; `None` for other platforms. Google without one is the Data Manager.
    pub const fn google_product(self) -> Option<GoogleProduct> {
        match (self.platform, self.product) {
            (Platform::Google, None) => Some(GoogleProduct::DataManager),
            (_, product) => product,
        }
    }
}

impl From<Platform> for Destination {
    fn from(platform: Platform) -> Self {
        let product = (platform == Platform::Google).then_some(GoogleProduct::DataManager);
        Self { platform, product }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.product {
            None | Some(GoogleProduct::DataManager) => fmt::Display::fmt(&self.platform, f),
            Some(product) => write!(f, "{}:{}", self.platform, product.as_str()),
        }
    }
}

impl FromStr for Destination {
    type Err = UnknownDestination;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (platform, product) = match text.split_once(':') {
            Some((platform, product)) => (platform, Some(product)),
            None => (text, None),
        };
        let platform: Platform = platform.parse().map_err(|_| UnknownDestination)?;
        match product {
            None => Ok(Self::from(platform)),
            Some(product) if platform == Platform::Google => {
                GoogleProduct::from_name(product).map(Self::google).ok_or(UnknownDestination)
            }
            Some(_) => Err(UnknownDestination),
        }
    }
}

/// Google's ways to take a conversion.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum GoogleProduct {
    /// Data Manager `events:ingest`.
    DataManager,
    /// Google Ads click conversions.
    AdsClick,
    /// Google Ads conversion adjustments, enhanced conversions among them.
    AdsAdjustment,
    /// Analytics 4, Measurement Protocol.
    Ga4,
}

impl GoogleProduct {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::DataManager, Self::AdsClick, Self::AdsAdjustment, Self::Ga4];

    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DataManager => "data_manager",
            Self::AdsClick => "ads_click",
            Self::AdsAdjustment => "ads_adjustment",
            Self::Ga4 => "ga4",
        }
    }

    /// The product with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|product| product.as_str() == name)
    }
}

/// The text names no destination.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("unknown destination; write a platform's name, or google:PRODUCT")]
pub struct UnknownDestination;

impl UnknownDestination {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        "destination_unknown"
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<UnknownDestination>();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_destination_reads_back() {
        let products = GoogleProduct::ALL.map(Destination::google);
        for destination in Platform::ALL.map(Destination::from).into_iter().chain(products) {
            assert_eq!(destination.to_string().parse(), Ok(destination));
        }
        assert_eq!("google:data_manager".parse(), Ok(Destination::from(Platform::Google)));
        for text in ["", "meta:", "google:", "google:ads", "Google", "x:ga4"] {
            assert_eq!(text.parse::<Destination>(), Err(UnknownDestination), "{text}");
        }
    }
}
