//! A request's headers beside its user agent.
//!
//! ```
//! use predispatch_bot::client::{Client, HeaderList, RequestKind};
//! use predispatch_bot::headers;
//!
//! let mut client = Client::new();
//! client.set_request_kind(RequestKind::Document);
//! client.set_headers(HeaderList::in_wire_order([
//!     ("Host", "shop.example.com"),
//!     ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
//!     ("Accept", "*/*"),
//! ])?);
//! let verdict = headers::judge(&client);
//! let codes: Vec<_> = verdict.reasons().map(|reason| reason.code).collect();
//! assert_eq!(codes, ["headers_no_accept_language", "headers_accept_anything"]);
//!
//! // Nobody passed the headers on: that is no evidence.
//! assert!(!headers::judge(&Client::new()).is_wired());
//! # Ok::<(), predispatch_bot::client::ClientError>(())
//! ```
//!
//! # Rules
//!
//! What a browser always sends with this kind of request must be there; client hints must fit the
//! user agent; fetch metadata must fit each other and the kind of request. Order and case count only
//! in a list that came [in wire order](crate::client::HeaderList::in_wire_order). Rules about what
//! browsers send only on trustworthy origins need [`set_secure`](crate::client::Client::set_secure).
//! Without a request kind no rule fires that depends on it.
//!
//! # What it does not do
//!
//! A client that copies a browser's headers over HTTP/2 breaks no rule here: the address and the
//! missing script have to tell.

mod brands;
mod claims;
mod finding;

use brands::Brands;
use claims::{Claims, Engine, System};
use finding::{Finding, Findings};

use crate::{
    Reason,
    client::{
        Client, HeaderList,
        KnownHeader::{self, *},
        RequestKind,
    },
    words::Read,
};

/// What the headers say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HeaderVerdict {
    is_wired: bool,
    findings: Findings,
}

impl HeaderVerdict {
    /// Whether there were headers to look at.
    pub const fn is_wired(&self) -> bool {
        self.is_wired
    }

    /// Why, in a fixed order.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.findings.reasons()
    }
}

/// Compares a request's headers with each other and with its user agent.
pub fn judge(client: &Client) -> HeaderVerdict {
    judge_with(client, &Read::default())
}

/// The same, where a user agent was read already.
pub(crate) fn judge_with(client: &Client, read: &Read<'_>) -> HeaderVerdict {
    let mut findings = Findings::default();
    let Some(headers) = client.headers() else {
        return HeaderVerdict { is_wired: false, findings };
    };
    let request = Request {
        headers,
        kind: client.request_kind(),
        is_secure: client.is_secure() == Some(true),
        // A user agent that the event states beside the headers may be another one; the headers
        // belong to the one among them.
        claims: Claims::of(&read.words(headers.known(UserAgent).unwrap_or_default())),
    };
    request.basics(&mut findings);
    request.client_hints(&mut findings);
    request.fetch_metadata(&mut findings);
    request.wire(&mut findings);
    HeaderVerdict { is_wired: true, findings }
}

struct Request<'a> {
    headers: &'a HeaderList,
    kind: Option<RequestKind>,
    is_secure: bool,
    claims: Claims,
}

impl Request<'_> {
    fn value(&self, header: KnownHeader) -> Option<&str> {
        self.headers.known(header)
    }

    fn has(&self, header: KnownHeader) -> bool {
        self.headers.place(header).is_some()
    }

    fn is_page(&self) -> bool {
        matches!(self.kind, Some(RequestKind::Document | RequestKind::Frame))
    }

    fn says_browser(&self) -> bool {
        self.claims.engine != Engine::Other
    }

    fn basics(&self, findings: &mut Findings) {
        if self.value(UserAgent).is_none_or(str::is_empty) {
            findings.add(Finding::NoUserAgent);
        }
        if self.value(AcceptLanguage).is_none_or(str::is_empty) {
            match self.kind {
                Some(_) if self.is_page() => findings.add(Finding::NoAcceptLanguage),
                Some(_) if self.says_browser() => findings.add(Finding::NoAcceptLanguageOnPart),
                _ => {}
            }
        }
        match self.value(Accept) {
            None if self.is_page() => findings.add(Finding::NoAccept),
            Some("*/*") if self.is_page() => findings.add(Finding::AcceptAnything),
            _ => {}
        }
        let is_bare_cors = self.value(SecFetchMode) == Some("cors")
            && !self.has(SecFetchSite)
            && !self.has(SecFetchDest);
        if self.value(AcceptLanguage) == Some("*") && is_bare_cors {
            findings.add(Finding::NodeFetch);
        }
        if self.has(Http2Settings)
            && self.value(Upgrade).is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("h2c"))
        {
            findings.add(Finding::UpgradeToH2c);
        }
        self.encoding(findings);
    }

    /// On trustworthy origins every browser offers Brotli, and Chromium from 123 on Zstandard.
    fn encoding(&self, findings: &mut Findings) {
        let Some(list) = self.value(AcceptEncoding) else { return };
        if !self.says_browser() {
            return;
        }
        let (mut has_br, mut has_zstd, mut has_odd) = (false, false, false);
        for item in list.as_bytes().split(|byte| *byte == b',') {
            let coding = item.split(|byte| *byte == b';').next().unwrap_or_default();
            match coding.trim_ascii() {
                b"br" => has_br = true,
                b"zstd" => has_zstd = true,
                b"compress" | b"identity" => has_odd = true,
                _ => {}
            }
        }
        let needs_zstd = matches!(self.claims.engine, Engine::Chromium(123..));
        if has_odd || self.is_secure && (!has_br || needs_zstd && !has_zstd) {
            findings.add(Finding::Encoding);
        }
    }

    fn client_hints(&self, findings: &mut Findings) {
        let Some(brands) = self.value(SecChUa) else {
            // From Chromium 89 on for all; web views came later, and forks with "like Chrome" not.
            let is_expected = matches!(self.claims.engine, Engine::Chromium(90..));
            if self.is_secure && is_expected && !self.claims.is_web_view {
                findings.add(Finding::NoClientHints);
            }
            return;
        };
        let brands = Brands::read(brands);
        if brands.is_headless {
            findings.add(Finding::HeadlessBrand);
        }
        match self.claims.engine {
            Engine::Firefox(_) | Engine::WebKit(..) => findings.add(Finding::ForeignClientHints),
            Engine::Chromium(major) => {
                if brands.chromium.is_some_and(|brand| brand != major) {
                    findings.add(Finding::VersionDiffers);
                }
                if !brands.has_vendor {
                    findings.add(Finding::Unbranded);
                }
                self.platform_hints(findings);
            }
            Engine::Other => {}
        }
    }

    fn platform_hints(&self, findings: &mut Findings) {
        let platform = self.value(SecChUaPlatform).unwrap_or_default().trim_matches('"');
        let claimed = self.claims.system;
        let fits = match platform {
            "Windows" => claimed == System::Windows,
            "macOS" => claimed == System::MacOs,
            "iOS" => claimed == System::Ios,
            // The desktop view on a telephone says Linux.
            "Android" => matches!(claimed, System::Android | System::Linux),
            "Linux" => matches!(claimed, System::Linux | System::ChromeOs | System::Android),
            "Chrome OS" | "Chromium OS" => matches!(claimed, System::ChromeOs | System::Linux),
            _ => true,
        };
        if !fits {
            findings.add(Finding::PlatformDiffers);
        }
        let says_mobile = self.value(SecChUaMobile) == Some("?1");
        let is_desktop = matches!(claimed, System::Windows | System::MacOs | System::ChromeOs);
        if says_mobile && is_desktop && !self.claims.is_mobile {
            findings.add(Finding::MobileDiffers);
        }
    }

    fn fetch_metadata(&self, findings: &mut Findings) {
        let [site, mode, dest] =
            [SecFetchSite, SecFetchMode, SecFetchDest].map(|header| self.value(header));
        if site.is_none() && mode.is_none() && dest.is_none() {
            let is_expected = match self.claims.engine {
                Engine::Chromium(major) => major >= 80 && !self.claims.is_web_view,
                Engine::Firefox(major) => major >= 90,
                Engine::WebKit(major, minor) => (major, minor) >= (16, 4),
                Engine::Other => false,
            };
            if self.is_secure && is_expected {
                findings.add(Finding::NoFetchMetadata);
            }
            return;
        }
        let is_navigation = matches!(
            dest,
            Some("document" | "iframe" | "frame" | "embed" | "object" | "fencedframe")
        );
        let wrong_mode = dest == Some("document") && mode.is_some_and(|mode| mode != "navigate");
        let wrong_user = self.value(SecFetchUser) == Some("?1") && dest.is_some() && !is_navigation;
        let wrong_dest =
            mode == Some("navigate") && dest.is_some() && !is_navigation && dest != Some("empty");
        if wrong_mode || wrong_user || wrong_dest {
            findings.add(Finding::FetchContradiction);
        }
        if site == Some("none") && self.has(Referer) {
            findings.add(Finding::RefererWithoutSite);
        }
        if dest.is_some_and(|dest| !self.fits_kind(dest)) {
            findings.add(Finding::FetchDestinationDiffers);
        }
    }

    /// Whether a destination can belong to the kind of request. What is fetched ahead of its use has
    /// destinations of its own.
    fn fits_kind(&self, dest: &str) -> bool {
        if self.has(SecPurpose) || self.has(Purpose) {
            return true;
        }
        match self.kind {
            Some(RequestKind::Document) => dest == "document",
            Some(RequestKind::Frame) => {
                matches!(dest, "iframe" | "frame" | "fencedframe" | "object" | "embed")
            }
            Some(RequestKind::Script) => {
                matches!(dest, "script" | "worker" | "sharedworker" | "serviceworker")
            }
            Some(RequestKind::Style) => dest == "style",
            // A pixel may be fetched by a script.
            Some(RequestKind::Image) => matches!(dest, "image" | "empty"),
            Some(RequestKind::Fetch) => dest == "empty",
            Some(RequestKind::Other) | None => true,
        }
    }

    /// Order and case, where they are those of the wire.
    fn wire(&self, findings: &mut Findings) {
        if !self.headers.is_ordered() || !self.says_browser() {
            return;
        }
        let place = |header| self.headers.place(header);
        let is_after = |first, second| {
            place(first).zip(place(second)).is_some_and(|(first, second)| first > second)
        };
        let is_wrong = match self.claims.engine {
            Engine::Chromium(_) => {
                is_after(UserAgent, Accept)
                    || is_after(Accept, AcceptLanguage)
                    || is_after(AcceptEncoding, AcceptLanguage)
                    || is_after(Host, UserAgent)
            }
            Engine::Firefox(_) => {
                is_after(UserAgent, Accept)
                    || is_after(AcceptLanguage, AcceptEncoding)
                    || is_after(Host, UserAgent)
            }
            Engine::WebKit(..) | Engine::Other => is_after(Host, UserAgent),
        };
        if is_wrong {
            findings.add(Finding::Order);
        }
        // HTTP/1 has a Host header, and there browsers write User-Agent; HTTP/2 has neither.
        if self.has(Host) && self.headers.iter().any(|(name, _)| name == "user-agent") {
            findings.add(Finding::Case);
        }
    }
}
