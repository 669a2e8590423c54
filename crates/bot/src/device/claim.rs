//! What a user agent claims to be, as far as the device rules ask.

/// The claim, read once for all rules.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Claim {
    pub(super) system: System,
    pub(super) browser: Browser,
    /// An in-app browser: it lacks what a full one has.
    pub(super) is_in_app: bool,
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
        let has =
            |word: &str| memchr::memmem::find(user_agent.as_bytes(), word.as_bytes()).is_some();
        Self {
            system: system(has),
            browser: browser(user_agent, has),
            is_in_app: IN_APP.iter().any(|&word| has(word)),
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

fn system(has: impl Fn(&str) -> bool) -> System {
    if SPECIAL.iter().any(|&word| has(word)) {
        System::Other
    } else if has("Windows NT") {
        System::Windows
    } else if has("iPhone") || has("iPad") || has("iPod") {
        System::Ios
    } else if has("Android") {
        System::Android
    } else if has("Macintosh") {
        System::Mac
    } else if has("Linux") {
        System::Linux
    } else {
        System::Other
    }
}

fn browser(user_agent: &str, has: impl Fn(&str) -> bool) -> Browser {
    if let Some(major) = major_after(user_agent, "Chrome/") {
        Browser::Chromium(major)
    } else if has("CriOS/") || has("FxiOS/") || has("EdgiOS/") {
        // On iOS every browser is WebKit.
        Browser::Safari
    } else if has("Firefox/") && has("Gecko/") {
        Browser::Firefox
    } else if has("Version/") && has("Safari/") {
        Browser::Safari
    } else {
        Browser::Other
    }
}

fn major_after(text: &str, token: &str) -> Option<u32> {
    let at = memchr::memmem::find(text.as_bytes(), token.as_bytes())?;
    let rest = text.get(at.checked_add(token.len())?..)?;
    let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

/// Not desktop computers, whatever system they name.
const SPECIAL: &[&str] = &[
    "TV",
    "Tizen",
    "Web0S",
    "PlayStation",
    "Xbox",
    "Nintendo",
    "CrOS",
    "Kindle",
    "Silk",
    "Roku",
    "VIDAA",
    "OculusBrowser",
    "Windows Phone",
    "PPC",
    "KAIOS",
];

/// Marks of browsers inside apps.
const IN_APP: &[&str] = &[
    "; wv)",
    "FBAN",
    "FBAV",
    "FB_IAB",
    "MetaIAB",
    "Instagram",
    "musical_ly",
    "BytedanceWebview",
    "TikTok",
    "Line/",
    "MicroMessenger",
    "Snapchat",
    "Pinterest",
    "Electron/",
    "GSA/",
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
