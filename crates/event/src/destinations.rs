//! To which platforms an event is restricted.

use predispatch_types::Platform;

/// The platforms that may get an event.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Destinations(Option<u16>);

impl Destinations {
    /// Every platform that is configured.
    pub const ALL: Self = Self(None);
    /// No platform.
    pub const NONE: Self = Self(Some(0));

    /// Only these platforms.
    pub fn only(platforms: impl IntoIterator<Item = Platform>) -> Self {
        Self(Some(platforms.into_iter().fold(0, |all, platform| all | bit(platform))))
    }

    /// Whether `platform` may get the event.
    pub fn contains(self, platform: Platform) -> bool {
        self.0.is_none_or(|bits| bits & bit(platform) != 0)
    }

    /// Those that it is restricted to, or all.
    pub fn iter(self) -> impl Iterator<Item = Platform> {
        Platform::ALL.into_iter().filter(move |platform| self.contains(*platform))
    }

    /// Whether the event is restricted at all.
    pub const fn is_restricted(self) -> bool {
        self.0.is_some()
    }
}

fn bit(platform: Platform) -> u16 {
    let place = Platform::ALL.iter().position(|known| *known == platform);
    place.and_then(|place| 1_u16.checked_shl(u32::try_from(place).ok()?)).unwrap_or_default()
}
