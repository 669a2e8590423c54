//! What a user agent claims to be, as far as the device rules ask.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// The claim, read once for all rules.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Claim {
    pub(super) system: System,
    pub(super) browser: Browser,
    /// An in-app browser: it lacks what a full one has.
    pub(super) is_in_app: bool,
    /// A browser without a window, by its own word.
    pub(super) is_headless: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum System {
    Windows,
    Mac,
    Linux,
    Android,
    Ios,
    /// Televisions, consoles, readers, anything not known.
    Other,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Browser {
    /// Chrome or another Chromium browser, with its major version.
    Chromium(u32),
    Firefox,
    Safari,
    Other,
}

impl Claim {
    pub(super) fn of(user_agent: &str) -> Self {
        let mut found = Found::default();
        for word in WORDS.find_overlapping_iter(user_agent) {
            found.take(word.pattern().as_usize(), user_agent.get(word.end()..).unwrap_or_default());
        }
        Self {
            system: found.system(),
            browser: found.browser(),
            is_in_app: found.has(IN_APP),
            is_headless: found.has(HEADLESS),
        }
    }

    /// A desktop computer with a full browser.
    pub(super) fn is_desktop(self) -> bool {
        matches!(self.system, System::Windows | System::Mac | System::Linux) && !self.is_in_app
    }

    pub(super) fn is_phone(self) -> bool {
        matches!(self.system, System::Android | System::Ios)
    }

    pub(super) fn is_chromium(self) -> bool {
        matches!(self.browser, Browser::Chromium(_))
    }
}

/// The words of one user agent.
#[derive(Default)]
struct Found {
    bits: u32,
    chrome: Option<u32>,
}

impl Found {
    fn take(&mut self, pattern: usize, rest: &str) {
        let bit = TOKENS.get(pattern).map_or(0, |(_, bit)| *bit);
        self.bits |= 1 << bit;
        if bit == CHROME && self.chrome.is_none() {
            let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
            self.chrome = rest.get(..end).and_then(|digits| digits.parse().ok());
        }
    }

    fn has(&self, bit: u8) -> bool {
        self.bits >> bit & 1 == 1
    }

    fn system(&self) -> System {
        let systems = [
            (SPECIAL, System::Other),
            (WINDOWS, System::Windows),
            (IOS, System::Ios),
            (ANDROID, System::Android),
            (MAC, System::Mac),
            (LINUX, System::Linux),
        ];
        let named = systems.into_iter().find(|(bit, _)| self.has(*bit));
        named.map_or(System::Other, |(_, system)| system)
    }

    fn browser(&self) -> Browser {
        if let Some(major) = self.chrome {
            Browser::Chromium(major)
        } else if self.has(ON_IOS) {
            // On iOS every browser is WebKit.
            Browser::Safari
        } else if self.has(FIREFOX) && self.has(GECKO) {
            Browser::Firefox
        } else if self.has(VERSION) && self.has(SAFARI) {
            Browser::Safari
        } else {
            Browser::Other
        }
    }
}

/// Finds every word in one pass; built once, at the first user agent.
static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(TOKENS.iter().map(|(word, _)| word))
        .expect("a fixed list of short words")
});

const WINDOWS: u8 = 0;
const IOS: u8 = 1;
const ANDROID: u8 = 2;
const MAC: u8 = 3;
const LINUX: u8 = 4;
/// Not desktop computers, whatever system they name.
const SPECIAL: u8 = 5;
const CHROME: u8 = 6;
const ON_IOS: u8 = 7;
const FIREFOX: u8 = 8;
const GECKO: u8 = 9;
const VERSION: u8 = 10;
const SAFARI: u8 = 11;
/// Marks of browsers inside apps.
const IN_APP: u8 = 12;
const HEADLESS: u8 = 13;

const TOKENS: &[(&str, u8)] = &[
    ("Windows NT", WINDOWS),
    ("iPhone", IOS),
    ("iPad", IOS),
    ("iPod", IOS),
    ("Android", ANDROID),
    ("Macintosh", MAC),
    ("Linux", LINUX),
    ("Chrome/", CHROME),
    ("CriOS/", ON_IOS),
    ("FxiOS/", ON_IOS),
    ("EdgiOS/", ON_IOS),
    ("Firefox/", FIREFOX),
    ("Gecko/", GECKO),
    ("Version/", VERSION),
    ("Safari/", SAFARI),
    ("TV", SPECIAL),
    ("Tizen", SPECIAL),
    ("Web0S", SPECIAL),
    ("PlayStation", SPECIAL),
    ("Xbox", SPECIAL),
    ("Nintendo", SPECIAL),
    ("CrOS", SPECIAL),
    ("Kindle", SPECIAL),
    ("Silk", SPECIAL),
    ("Roku", SPECIAL),
    ("VIDAA", SPECIAL),
    ("OculusBrowser", SPECIAL),
    ("Windows Phone", SPECIAL),
    ("PPC", SPECIAL),
    ("KAIOS", SPECIAL),
    ("; wv)", IN_APP),
    ("FBAN", IN_APP),
    ("FBAV", IN_APP),
    ("FB_IAB", IN_APP),
    ("MetaIAB", IN_APP),
    ("Instagram", IN_APP),
    ("musical_ly", IN_APP),
    ("BytedanceWebview", IN_APP),
    ("TikTok", IN_APP),
    ("Line/", IN_APP),
    ("MicroMessenger", IN_APP),
    ("Snapchat", IN_APP),
    ("Pinterest", IN_APP),
    ("Electron/", IN_APP),
    ("GSA/", IN_APP),
    ("HeadlessChrome", HEADLESS),
    ("PhantomJS", HEADLESS),
    ("jsdom", HEADLESS),
    ("SlimerJS", HEADLESS),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_and_browsers_are_told() {
        let of = |text| {
            let claim = Claim::of(text);
            (claim.system, claim.browser, claim.is_desktop())
        };
        assert_eq!(
            of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0"),
            (System::Windows, Browser::Chromium(156), true)
        );
        assert_eq!(
            of(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
                like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1"
            ),
            (System::Ios, Browser::Safari, false)
        );
        assert_eq!(
            of("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"),
            (System::Linux, Browser::Firefox, true)
        );
        assert_eq!(
            of("Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) \
                Version/6.0 TV Safari/537.36"),
            (System::Other, Browser::Safari, false)
        );
        assert_eq!(of("").0, System::Other);
    }
}
