//! What a user agent says that it is.

use core::fmt;

/// What a user agent says that it is. [`is_bot`](Self::is_bot) parts the first group from the last.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum UaKind {
    /// Search engines, archives, research and advertising crawlers, and what only says "bot".
    Crawler,
    /// Collects pages for a model or for an assistant's index.
    AiCrawler,
    /// Acts for one person at one time: an assistant's fetcher or browser.
    AiAgent,
    /// Makes the preview of a shared link, a screenshot, a proxied image.
    Preview,
    /// Uptime and speed checks.
    Monitor,
    /// Search-engine optimisation tools.
    Seo,
    /// Security scanners.
    Scanner,
    /// Feed readers and podcast fetchers.
    FeedReader,
    /// HTTP libraries and command-line clients.
    Library,
    /// A browser under remote control, or without a window.
    Headless,
    /// A browser's user agent that no browser has ever sent.
    Forged,
    /// Some other program: nothing in it has the shape of a browser.
    Program,
    /// A native app's own HTTP stack. No page ran, so nothing of a browser is to be expected.
    App,
    /// A browser inside an app: Facebook, Instagram, TikTok and others. People.
    InAppBrowser,
    /// A browser.
    Browser,
    /// Nothing was said: empty, or replaced by a content delivery network for all its visitors.
    Unknown,
}

impl UaKind {
    /// Whether it says that no person is there, or cannot be true.
    pub const fn is_bot(self) -> bool {
        !matches!(self, Self::App | Self::InAppBrowser | Self::Browser | Self::Unknown)
    }

    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Crawler => "crawler",
            Self::AiCrawler => "ai_crawler",
            Self::AiAgent => "ai_agent",
            Self::Preview => "preview",
            Self::Monitor => "monitor",
            Self::Seo => "seo",
            Self::Scanner => "scanner",
            Self::FeedReader => "feed_reader",
            Self::Library => "library",
            Self::Headless => "headless",
            Self::Forged => "forged",
            Self::Program => "program",
            Self::App => "app",
            Self::InAppBrowser => "in_app_browser",
            Self::Browser => "browser",
            Self::Unknown => "unknown",
        }
    }

    /// The kinds that a token of a rules file may give.
    pub(super) fn of_token(name: &str) -> Option<Self> {
        Some(match name {
            "crawler" => Self::Crawler,
            "ai_crawler" => Self::AiCrawler,
            "ai_agent" => Self::AiAgent,
            "preview" => Self::Preview,
            "monitor" => Self::Monitor,
            "seo" => Self::Seo,
            "scanner" => Self::Scanner,
            "feed_reader" => Self::FeedReader,
            "library" => Self::Library,
            "headless" => Self::Headless,
            _ => return None,
        })
    }
}

impl fmt::Display for UaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
