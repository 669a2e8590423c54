//! The ad platforms that conversion events are sent to.

use core::{fmt, str::FromStr};

/// An ad platform with a server-side conversion API.
///
/// The text form is the lower-case name, in configuration, in events' `destinations` and in
/// reports alike.
///
/// ```
/// use predispatch_types::Platform;
///
/// let platform: Platform = "tiktok".parse()?;
/// assert_eq!(platform, Platform::TikTok);
/// assert_eq!(platform.to_string(), "tiktok");
/// # Ok::<(), predispatch_types::UnknownPlatform>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Platform {
    /// Amazon Ads (Conversions API).
    Amazon,
    /// Google (Data Manager, Google Ads, Analytics 4).
    Google,
    /// LinkedIn (Conversions API).
    LinkedIn,
    /// Meta (Conversions API).
    Meta,
    /// Microsoft Advertising (UET Conversions API).
    Microsoft,
    /// Pinterest (Conversions API v5).
    Pinterest,
    /// Reddit (Conversions API v3).
    Reddit,
    /// Snapchat (Conversions API v3).
    Snapchat,
    /// TikTok (Events API 2.0).
    TikTok,
    /// X, formerly Twitter (Conversions API).
    X,
}

impl Platform {
    /// Every platform, in alphabetical order.
    pub const ALL: [Self; 10] = [
        Self::Amazon,
        Self::Google,
        Self::LinkedIn,
        Self::Meta,
        Self::Microsoft,
        Self::Pinterest,
        Self::Reddit,
        Self::Snapchat,
        Self::TikTok,
        Self::X,
    ];

    /// The lower-case name, such as `linkedin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Amazon => "amazon",
            Self::Google => "google",
            Self::LinkedIn => "linkedin",
            Self::Meta => "meta",
            Self::Microsoft => "microsoft",
            Self::Pinterest => "pinterest",
            Self::Reddit => "reddit",
            Self::Snapchat => "snapchat",
            Self::TikTok => "tiktok",
            Self::X => "x",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Platform {
    type Err = UnknownPlatform;

    /// Reads the lower-case name; nothing else, so that a configuration has one spelling.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == name).ok_or(UnknownPlatform)
    }
}

/// The text is not the lower-case name of a [`Platform`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "unknown platform; known are amazon, google, linkedin, meta, microsoft, pinterest, reddit, snapchat, tiktok and x"
)]
pub struct UnknownPlatform;

impl UnknownPlatform {
    /// The stable code; `docs/codes.md` lists it.
    pub const fn code(self) -> &'static str {
        match self {
            Self => "unknown_platform",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<UnknownPlatform>();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_stands_in_the_error() {
        for platform in Platform::ALL {
            assert_eq!(platform.to_string().parse(), Ok(platform));
            assert!(UnknownPlatform.to_string().contains(platform.as_str()), "{platform}");
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for name in ["Meta", " meta", "facebook", "twitter", ""] {
            assert_eq!(name.parse::<Platform>(), Err(UnknownPlatform), "{name:?}");
        }
    }
}
