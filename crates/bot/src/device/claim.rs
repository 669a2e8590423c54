//! What a user agent claims to be, as far as the device rules ask.

use crate::words::{self, Words};

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
    pub(super) fn of(words: &Words) -> Self {
        Self {
            system: system(words),
            browser: browser(words),
            is_in_app: words.has(words::IN_APP),
            is_headless: words.has(words::HEADLESS),
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

fn system(words: &Words) -> System {
    let systems = [
        (words::SPECIAL, System::Other),
        (words::WINDOWS, System::Windows),
        (words::IOS, System::Ios),
        (words::ANDROID, System::Android),
        (words::MAC, System::Mac),
        (words::LINUX, System::Linux),
    ];
    let named = systems.into_iter().find(|(bits, _)| words.has(*bits));
    named.map_or(System::Other, |(_, system)| system)
}

fn browser(words: &Words) -> Browser {
    if let Some(major) = words.chrome {
        Browser::Chromium(major)
    } else if words.has(words::ON_IOS) {
        // On iOS every browser is WebKit.
        Browser::Safari
    } else if words.has(words::FIREFOX) && words.has(words::GECKO) {
        Browser::Firefox
    } else if words.has(words::VERSION) && words.has(words::SAFARI) {
        Browser::Safari
    } else {
        Browser::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_and_browsers_are_told() {
        let of = |text| {
            let claim = Claim::of(&Words::of(text));
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
