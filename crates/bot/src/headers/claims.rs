//! What a user agent claims that its browser's headers must fit.

use crate::words::{self, Words};

/// The claims, as far as the header rules ask.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Claims {
    pub(super) engine: Engine,
    pub(super) system: System,
    /// Whether it says that it is for a telephone.
    pub(super) is_mobile: bool,
    /// A web view inside an app: it leaves out what its app did not ask for.
    pub(super) is_web_view: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Engine {
    /// Chrome, Edge, Opera, Samsung Internet and others; the major version after `Chrome/`.
    Chromium(u32),
    /// The major version after `Firefox/`.
    Firefox(u32),
    /// Safari, and every browser on iPhone and iPad; major and minor version after `Version/`.
    WebKit(u32, u32),
    /// Anything else: no rule about what it must send.
    Other,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum System {
    Windows,
    MacOs,
    Android,
    /// iPhone and iPad.
    Ios,
    ChromeOs,
    Linux,
    Other,
}

impl Claims {
    pub(super) fn of(words: &Words) -> Self {
        let systems = [
            (words::IOS, System::Ios),
            (words::WINDOWS, System::Windows),
            (words::ANDROID, System::Android),
            (words::CHROME_OS, System::ChromeOs),
            (words::MAC, System::MacOs),
            (words::LINUX, System::Linux),
        ];
        let named = systems.into_iter().find(|(bits, _)| words.has(*bits));
        let system = named.map_or(System::Other, |(_, system)| system);
        Self {
            engine: engine(words, system),
            system,
            is_mobile: words.has(words::MOBILE),
            is_web_view: words.has(words::WEB_VIEW),
        }
    }
}

fn engine(words: &Words, system: System) -> Engine {
    let (major, minor) = words.version.unwrap_or((0, 0));
    if system == System::Ios {
        return Engine::WebKit(major, minor);
    }
    match (words.chrome, words.firefox) {
        (Some(major), _) if !words.has(words::LIKE_CHROME) => Engine::Chromium(major),
        (_, Some(major)) => Engine::Firefox(major),
        _ if system == System::MacOs && words.version.is_some() && words.has(words::SAFARI) => {
            Engine::WebKit(major, minor)
        }
        _ => Engine::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read() {
        let read = |text| Claims::of(&Words::of(text));
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/144.0.0.0 Mobile/15E148 Safari/604.1";
        let claims = read(iphone);
        assert_eq!((claims.engine, claims.system), (Engine::WebKit(0, 0), System::Ios));
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 Safari/605.1.15";
        assert_eq!(read(mac).engine, Engine::WebKit(16, 4));
        let silk = "Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/112.4.3 like Chrome/112.0.5615.213 Safari/537.36";
        assert_eq!(read(silk).engine, Engine::Other);
        assert_eq!(read("").engine, Engine::Other);
    }
}
