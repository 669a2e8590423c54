//! What a user agent claims that its browser's headers must fit.

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
    pub(super) fn read(text: &str) -> Self {
        let has = |part: &str| text.contains(part);
        let system = match () {
            () if has("iPhone") || has("iPad") || has("iPod") => System::Ios,
            () if has("Windows NT") => System::Windows,
            () if has("Android") => System::Android,
            () if has("CrOS") => System::ChromeOs,
            () if has("Macintosh") => System::MacOs,
            () if has("Linux") => System::Linux,
            () => System::Other,
        };
        Self {
            engine: engine(text, system),
            system,
            is_mobile: has("Mobile"),
            is_web_view: has("; wv)") || has("Version/4.0 Chrome/"),
        }
    }
}

fn engine(text: &str, system: System) -> Engine {
    let version = |name: &str| text.split_once(name).and_then(|(_, rest)| number(rest));
    if system == System::Ios {
        return match version("Version/") {
            Some((major, rest)) => Engine::WebKit(major, minor(rest)),
            None => Engine::WebKit(0, 0),
        };
    }
    // "like Chrome/" is Amazon Silk, which has its own habits.
    if let Some((major, _)) = version("Chrome/")
        && !text.contains("like Chrome/")
    {
        return Engine::Chromium(major);
    }
    if let Some((major, _)) = version("Firefox/") {
        return Engine::Firefox(major);
    }
    match version("Version/") {
        Some((major, rest)) if system == System::MacOs && text.contains("Safari/") => {
            Engine::WebKit(major, minor(rest))
        }
        _ => Engine::Other,
    }
}

fn minor(rest: &str) -> u32 {
    rest.strip_prefix('.').and_then(number).map_or(0, |(minor, _)| minor)
}

/// The number that a text begins with, and what follows.
pub(super) fn number(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(len)?;
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read() {
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/144.0.0.0 Mobile/15E148 Safari/604.1";
        let claims = Claims::read(iphone);
        assert_eq!((claims.engine, claims.system), (Engine::WebKit(0, 0), System::Ios));
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 Safari/605.1.15";
        assert_eq!(Claims::read(mac).engine, Engine::WebKit(16, 4));
        let silk = "Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/112.4.3 like Chrome/112.0.5615.213 Safari/537.36";
        assert_eq!(Claims::read(silk).engine, Engine::Other);
        assert_eq!(Claims::read("").engine, Engine::Other);
    }
}
