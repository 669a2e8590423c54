//! The device rules.

use smallvec::SmallVec;

use super::claim::{Browser, Claim, System};
use super::rules::*;
use super::signals::{Engine, Hints, Permission, Signals, Window, Worker};
use crate::Reason;
use crate::words::{Read, Words};

/// What the rules found; rarely more than fits without an allocation.
pub type Findings = SmallVec<[Reason; 16]>;

/// Tries every rule, contradictions before marks. `user_agent` is the request's, if known; without
/// it the page's own stands in.
///
/// Signals of another version than [`Signals::VERSION`] give `device_version_unknown`, a note.
pub fn findings(signals: &Signals, user_agent: Option<&str>) -> Findings {
    findings_with(signals, user_agent, &Read::default())
}

/// The same, where a user agent was read already.
pub(crate) fn findings_with(
    signals: &Signals,
    user_agent: Option<&str>,
    read: &Read<'_>,
) -> Findings {
    let mut found = Findings::new();
    match signals.version {
        Some(Signals::VERSION) => {}
        None => return found,
        Some(_) => {
            found.push(VERSION_UNKNOWN);
            return found;
        }
    }
    let own = signals.user_agent.as_deref();
    let look = Look {
        signals,
        user_agent: own.or(user_agent).unwrap_or_default(),
        claim: Claim::of(&read.words(own.or(user_agent).unwrap_or_default())),
        is_framed: signals.framed == Some(true),
    };
    let mut rule = |reason: Reason, holds: bool| {
        if holds {
            found.push(reason);
        }
    };
    look.identity(user_agent, &mut rule);
    look.overrides(&mut rule);
    look.tools(&mut rule);
    look.headless(&mut rule);
    look.geometry(&mut rule);
    look.environment(&mut rule);
    look.input(&mut rule);
    found
}

/// Whether enough of the page was measured to call its user a person: at least half of
/// [`Signals::CORE`] and a version that is known.
pub fn is_measured(signals: &Signals) -> bool {
    signals.version == Some(Signals::VERSION) && signals.answered() >= Signals::CORE / 2
}

/// The signals with what all rules ask about them.
struct Look<'a> {
    signals: &'a Signals,
    user_agent: &'a str,
    claim: Claim,
    is_framed: bool,
}

impl Look<'_> {
    /// Does the engine fit the user agent?
    fn identity(&self, requested: Option<&str>, rule: &mut impl FnMut(Reason, bool)) {
        let Self { signals, claim, .. } = self;
        rule(ENGINE_NOT_UA, self.engine_is_not_the_claimed());
        rule(PLATFORM_NOT_OS, self.platform_is_not_the_claimed());
        let both = requested.zip(signals.user_agent.as_deref());
        rule(UA_DIFFERS, both.is_some_and(|(request, page)| names_another(request, page)));
        rule(FEATURES_NOT_VERSION, self.features_are_older());
        rule(FONTS_NOT_OS, self.fonts_are_not_windows());
        if let Some(hints) = &signals.client_hints {
            self.hints(hints, rule);
        }
        if let Some(renderer) = signals.renderer.as_deref() {
            // Linux runs on Apple's processors, and its drivers name them.
            let is_apple = renderer.contains("Apple M") || renderer.contains("Apple GPU");
            let is_of_mac_os = renderer.contains("Intel Iris OpenGL Engine");
            let is_foreign = match claim.system {
                System::Windows => is_apple || is_of_mac_os,
                System::Linux => is_of_mac_os,
                _ => false,
            };
            rule(GPU_NOT_OS, is_foreign);
        }
    }

    fn hints(&self, hints: &Hints, rule: &mut impl FnMut(Reason, bool)) {
        let claim = self.claim;
        let has_none = matches!(claim.browser, Browser::Firefox | Browser::Safari);
        let is_known = claim.system != System::Other;
        rule(HINTS_NOT_UA, hints.is_there && has_none && is_known);
        if !hints.is_there {
            return;
        }
        rule(BRANDS_BLANK, hints.brands.is_empty() && claim.is_chromium() && claim.is_desktop());
        if let Some(full) = &hints.full_brands
            && !full.is_empty()
            && !hints.brands.is_empty()
        {
            let same = full.len() == hints.brands.len()
                && hints.brands.iter().all(|(name, _)| full.contains(name));
            rule(BRANDS_DIFFER, !same);
        }
        let chromium = hints.brands.iter().find(|(name, _)| &**name == "Chromium");
        let major = chromium.and_then(|(_, major)| *major);
        if let (Browser::Chromium(named), Some(major)) = (claim.browser, major) {
            rule(VERSION_NOT_BRANDS, named != major);
        }
        if let Some(version) = hints.platform_version.as_deref()
            && matches!(claim.system, System::Windows | System::Mac | System::Ios)
        {
            rule(PLATFORM_VERSION_SHAPE, !version.is_empty() && !is_three_numbers(version));
        }
    }

    fn engine_is_not_the_claimed(&self) -> bool {
        let claim = self.claim;
        match (self.signals.engine, claim.browser) {
            (Some(Engine::Chromium), Browser::Firefox) => true,
            // Televisions with Chromium name Safari alone; Apple's systems do not have Chromium
            // under that name.
            (Some(Engine::Chromium), Browser::Safari) => {
                matches!(claim.system, System::Ios | System::Mac)
            }
            (Some(Engine::Gecko), Browser::Chromium(_) | Browser::Safari) => claim.is_desktop(),
            _ => false,
        }
    }

    fn platform_is_not_the_claimed(&self) -> bool {
        let Some(platform) = self.signals.platform.as_deref() else {
            return false;
        };
        let starts = |words: &[&str]| words.iter().any(|word| platform.starts_with(word));
        match self.claim.system {
            _ if platform.is_empty() => false,
            System::Windows => !starts(&["Win"]),
            System::Mac => !starts(&["Mac", "iPad", "iPhone"]),
            System::Ios => !starts(&["iPhone", "iPad", "iPod", "Mac"]),
            System::Android => starts(&["Win", "Mac"]),
            System::Linux => starts(&["Win", "Mac", "iP"]),
            System::Other => false,
        }
    }

    fn features_are_older(&self) -> bool {
        let Browser::Chromium(named) = self.claim.browser else {
            return false;
        };
        let is_due = |name: &str| {
            CHROME_FEATURES.iter().any(|&(feature, since)| feature == name && named >= since)
        };
        self.signals.missing_features.iter().any(|name| is_due(name))
    }

    fn fonts_are_not_windows(&self) -> bool {
        let Some(fonts) = &self.signals.fonts else {
            return false;
        };
        let has = |start: &str| fonts.iter().any(|font| font.starts_with(start));
        self.claim.system == System::Windows
            && (has("Liberation") || has("DejaVu"))
            && !(has("Segoe") || has("Calibri"))
    }

    /// Was something replaced?
    fn overrides(&self, rule: &mut impl FnMut(Reason, bool)) {
        let Self { signals, claim, .. } = self;
        if let Some(worker) = &signals.worker {
            let (renamed, differs) = (self.worker_is_renamed(worker), self.worker_differs(worker));
            let is_plain_desktop = claim.is_desktop()
                && claim.browser != Browser::Safari
                && signals.touch_points.unwrap_or(0) == 0;
            rule(WORKER_UA_DIFFERS, renamed && is_plain_desktop);
            rule(WORKER_DIFFERS, differs && is_plain_desktop);
            rule(WORKER_DIFFERS_MOBILE, (renamed || differs) && !is_plain_desktop);
            let page_has = signals.client_hints.as_ref().is_some_and(|it| !it.brands.is_empty());
            let worker_has_none = worker.brands.as_ref().is_some_and(|brands| brands.is_empty());
            rule(WORKER_BRANDS_BLANK, page_has && worker_has_none);
        }
        if let Some(frame) = signals.frame {
            let flags = frame.webdriver.zip(signals.webdriver);
            rule(FRAME_DIFFERS, flags.is_some_and(|(inner, outer)| inner != outer));
            rule(FRAME_PROXIED, frame.is_proxied == Some(true));
            rule(FRAME_UA_DIFFERS, frame.differs == Some(true));
        }
        rule(FUNCTION_PROXIED, signals.has_proxy_frames == Some(true));
        let key = |name: &str| matches!(name, "perm_query" | "getParameter" | "fn_toString");
        let replaced = &signals.overridden_functions;
        let has_key = replaced.iter().any(|name| key(name));
        rule(KEY_FUNCTION_OVERRIDDEN, has_key);
        rule(FUNCTION_OVERRIDDEN, !has_key && !replaced.is_empty());
        rule(UA_OVERRIDDEN, signals.user_agent_own == Some(true));
        let getter_replaced = signals.webdriver_getter_native == Some(false);
        rule(WEBDRIVER_OVERRIDDEN, signals.navigator_own == Some(true) || getter_replaced);
        rule(PLUGINS_FORGED, signals.plugins_genuine == Some(false));
        rule(VALUE_IMPOSSIBLE, signals.impossible > 0);
        rule(VALUE_UNREADABLE, signals.unreadable > 0);
    }

    fn worker_is_renamed(&self, worker: &Worker) -> bool {
        let Signals { user_agent, platform, .. } = self.signals;
        differ(user_agent.as_deref(), worker.user_agent.as_deref())
            || differ(platform.as_deref(), worker.platform.as_deref())
    }

    fn worker_differs(&self, worker: &Worker) -> bool {
        let Signals { processors, languages, .. } = self.signals;
        let first = languages.as_ref().and_then(|list| list.first());
        differ(first.map(|text| &**text), worker.language.as_deref())
            || differ(*processors, worker.processors)
    }

    /// Did a tool leave its marks?
    fn tools(&self, rule: &mut impl FnMut(Reason, bool)) {
        let Self { signals, claim, .. } = self;
        rule(WEBDRIVER, signals.webdriver == Some(true));
        let is_modern = match claim.browser {
            Browser::Chromium(major) => major >= 80,
            Browser::Other => true,
            Browser::Firefox | Browser::Safari => signals.client_hints.is_none(),
        };
        rule(WEBDRIVER_MISSING, signals.webdriver_in_nav == Some(false) && is_modern);
        rule(DRIVER_GLOBALS, signals.driver_globals.unwrap_or(0) > 0);
        let is_specific = |name: &str| {
            SPECIFIC_GLOBALS.contains(&name)
                || ["__webdriver", "__selenium", "__lastWatir"].iter().any(|s| name.starts_with(s))
        };
        let has_specific = signals.tool_globals.iter().any(|name| is_specific(name));
        rule(TOOL_GLOBALS, has_specific);
        rule(GENERIC_GLOBALS, !has_specific && !signals.tool_globals.is_empty());
        let is_driver = |name: &str| matches!(name, "webdriver" | "selenium" | "driver");
        let attributes = &signals.document_attributes;
        rule(DRIVER_ATTRIBUTES, attributes.iter().any(|name| is_driver(name)));
        rule(DEBUGGER, signals.debugger_attached == Some(true));
        rule(NODE, signals.has_process == Some(true) && !claim.is_in_app);
        let names_a_tool = |stack: &str| TOOL_FRAMES.iter().any(|frame| stack.contains(frame));
        let by_tool = signals.caller_stacks.iter().any(|stack| names_a_tool(stack));
        rule(DRIVER_CALLER, by_tool);
    }

    /// Chrome by its user agent, and not by its engine another browser with Chrome's user agent: that
    /// one lacks what Chrome has, which is no further fact. WebKit is a person's on a Mac alone, where
    /// Safari's menu for developers offers it.
    fn is_chromium(&self) -> bool {
        let is_other = match self.signals.engine {
            Some(Engine::Gecko) => true,
            Some(Engine::WebKit) => self.claim.system == System::Mac,
            _ => false,
        };
        self.claim.is_chromium() && !is_other
    }

    /// Is it a browser without a screen?
    fn headless(&self, rule: &mut impl FnMut(Reason, bool)) {
        let Self { signals, claim, .. } = self;
        let is_headless = |brand: &str| brand.starts_with("HeadlessChrome");
        let worker = signals.worker.as_ref();
        let in_worker = worker.and_then(|worker| worker.user_agent.as_deref());
        let only_worker = in_worker.filter(|inside| *inside != self.user_agent);
        let worker_is = only_worker.is_some_and(|text| Claim::of(&Words::of(text)).is_headless);
        rule(HEADLESS_UA, claim.is_headless || worker_is);
        let in_page = signals.client_hints.as_ref();
        let page_brand =
            in_page.is_some_and(|hints| hints.brands.iter().any(|b| is_headless(&b.0)));
        let inside = worker.and_then(|worker| worker.brands.as_ref());
        let worker_brand = inside.is_some_and(|brands| brands.iter().any(|b| is_headless(b)));
        rule(HEADLESS_BRAND, page_brand || worker_brand);
        self.permissions(rule);
        let is_desktop_chrome = self.is_chromium() && claim.is_desktop();
        rule(NO_POINTER, claim.is_desktop() && signals.no_pointer == Some(true));
        rule(NO_CHROME_OBJECT, is_desktop_chrome && signals.has_chrome == Some(false));
        let no_plugins = is_desktop_chrome && signals.plugins == Some(0);
        rule(PLUGINS_CONTRADICTION, no_plugins && signals.pdf_viewer == Some(true));
        rule(PLUGINS_NONE, no_plugins && signals.pdf_viewer != Some(true));
        rule(KEYBOARD_EMPTY, is_desktop_chrome && signals.keyboard_keys == Some(0));
        rule(NO_LAYOUT, !self.is_framed && signals.has_layout == Some(false));
        rule(ROUND_TRIP_ZERO, signals.round_trip_ms == Some(0.0));
        let is_short = |languages: &[Box<str>]| match languages {
            [] => true,
            [only] => only.contains('-'),
            _ => false,
        };
        rule(LANGUAGES_SHORT, signals.languages.as_deref().is_some_and(is_short));
    }

    fn permissions(&self, rule: &mut impl FnMut(Reason, bool)) {
        let signals = self.signals;
        // In a frame or without HTTPS the two ways to ask do differ.
        let is_plain = !self.is_framed && signals.secure != Some(false);
        let contradicts = matches!(
            (signals.notification, signals.notification_query),
            (Some(Permission::Denied), Some(Permission::Ask))
                | (Some(Permission::Ask), Some(Permission::Denied))
        );
        // Measured with Chromium; other engines have had the two ways differ for people.
        let is_chromium = self.is_chromium();
        rule(NOTIFICATION_CONTRADICTION, is_plain && is_chromium && contradicts);
        let asks = |state| state == Some(Permission::Ask);
        let both_ask = asks(signals.background_sync) && asks(signals.accelerometer);
        rule(PERMISSION_DEFAULTS, is_plain && is_chromium && both_ask);
        rule(GEOLOCATION_GRANTED, signals.geolocation == Some(Permission::Granted));
    }

    /// Can this window be on this screen?
    fn geometry(&self, rule: &mut impl FnMut(Reason, bool)) {
        let Self { signals, claim, .. } = self;
        let Some(screen) = signals.screen else {
            return;
        };
        let turned = screen.is_portrait == Some(true) && screen.width > screen.height;
        rule(ORIENTATION, turned);
        if !claim.is_desktop() {
            return;
        }
        let size = (screen.width, screen.height);
        // Firefox that resists fingerprinting, as Tor Browser and LibreWolf do, gives the window's
        // size, a round one, as the screen's.
        let tells_the_screen = claim.browser != Browser::Firefox;
        rule(DEFAULT_SCREEN, tells_the_screen && size == (800, 600));
        let Some(window) = signals.window.filter(|_| !self.is_framed) else {
            return;
        };
        let is_window = signals.in_browser_window == Some(true);
        rule(SCREEN_IS_VIEWPORT, is_window && tells_the_screen && window.inner == size);
        // A maximised window may hang over by its border of 8 pixels on each side.
        let over = window.outer.0 > size.0.saturating_add(20)
            || window.outer.1 > size.1.saturating_add(20);
        rule(WINDOW_OVER_SCREEN, over && size.0 > 0 && self.is_chromium());
        rule(OUTER_UNDER_INNER, is_window && inner_exceeds_outer(&window));
        rule(OUTER_IS_INNER, is_window && window.outer == window.inner);
    }

    /// Weak marks of machines without people.
    fn environment(&self, rule: &mut impl FnMut(Reason, bool)) {
        let Self { signals, claim, .. } = self;
        if let Some(renderer) = signals.renderer.as_deref() {
            rule(NO_WEBGL, renderer.is_empty());
            rule(SOFTWARE_GPU, SOFTWARE_RENDERERS.iter().any(|name| renderer.contains(name)));
        }
        let is_consumer = matches!(claim.system, System::Windows | System::Mac);
        rule(UTC_CLOCK, is_consumer && signals.time_zone.as_deref() == Some("UTC"));
        let has_bars = matches!(claim.system, System::Windows | System::Linux);
        let is_desktop_chrome = self.is_chromium() && claim.is_desktop() && has_bars;
        rule(NO_SCROLLBAR, is_desktop_chrome && signals.scrollbar == Some(0));
        rule(NO_TOUCH, claim.is_phone() && signals.touch_points == Some(0));
        let is_wide = signals.window.is_some_and(|window| window.inner.0 > 1400);
        rule(WIDE_PHONE, claim.is_phone() && is_wide && !self.is_framed);
    }

    /// Did a hand use it?
    fn input(&self, rule: &mut impl FnMut(Reason, bool)) {
        let input = self.signals.input;
        let is_mouse = input.is_touch != Some(true)
            && (self.claim.is_desktop() || input.is_touch == Some(false));
        let is_quick = input.press_ms.is_some_and(|ms| ms < 10.0);
        let is_still = input.moves_before_click.is_some_and(|moves| moves <= 2);
        rule(SYNTHETIC_CLICK, is_mouse && is_quick && is_still);
        rule(QUICK_PRESS, is_quick && !(is_mouse && is_still));
        rule(SYNTHETIC_KEYS, input.key_ms.is_some_and(|ms| ms < 10.0) && self.claim.is_desktop());
        rule(UNTRUSTED_CLICK, input.untrusted_clicks.is_some_and(|clicks| clicks > 0));
    }
}

/// Whether request and page name different browsers. A text that was cut off on its way names the
/// same one; so do two Firefox that differ in the system: resisting fingerprinting, Firefox names
/// Windows in requests and the true system in the page.
fn names_another(request: &str, page: &str) -> bool {
    let (request, page) = (request.trim(), page.trim());
    let is_told = !request.is_empty() && !page.is_empty();
    let is_cut = is_told && (page.starts_with(request) || request.starts_with(page));
    let firefox = |version: &(&str, &str)| version.0.contains("Gecko/");
    let version = |text| str::rsplit_once(text, "Firefox/").filter(firefox).map(|parts| parts.1);
    let is_one_firefox = || version(request).is_some() && version(request) == version(page);
    !is_cut && !is_one_firefox()
}

/// Whether both are known and not the same.
fn differ<T: PartialEq>(page: Option<T>, inside: Option<T>) -> bool {
    page.zip(inside).is_some_and(|(page, inside)| page != inside)
}

/// A larger viewport than window: none at all, or by less than any zoom step makes.
fn inner_exceeds_outer(window: &Window) -> bool {
    let ((inner_width, inner_height), (outer_width, outer_height)) = (window.inner, window.outer);
    let is_zoomed = window.pixel_ratio != 1.0 || inner_width > outer_width.saturating_mul(11) / 10;
    let is_larger = inner_width > outer_width || inner_height > outer_height;
    (outer_width == 0 && inner_width > 0) || (is_larger && !is_zoomed)
}

fn is_three_numbers(version: &str) -> bool {
    version.split('.').count() == 3
        && version
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

const SOFTWARE_RENDERERS: &[&str] = &["SwiftShader", "llvmpipe", "softpipe", "Basic Render"];

/// Callers that only a tool has: names of its own, in code without a file.
const TOOL_FRAMES: &[&str] = &[
    "pptr:",
    "UtilityScript.evaluate (<anonymous>",
    "UtilityScript.<anonymous> (<anonymous>",
    "executeScript (<anonymous>",
    "callFunction (<anonymous>",
];

const SPECIFIC_GLOBALS: &[&str] = &[
    "callPhantom",
    "_phantom",
    "domAutomation",
    "domAutomationController",
    "__nightmare",
    "awesomium",
    "CefSharp",
    "RunPerfTest",
    "fmget_targets",
    "geb",
    "__phantomas",
    "_Selenium_IDE_Recorder",
    "_WEBDRIVER_ELEM_CACHE",
    "wdioElectron",
    "Cypress",
    "__karma__",
    "__playwright__binding__",
    "__pwInitScripts",
];

/// Features and a Chrome version that surely has them: some versions after the first, so that a fork
/// that lags behind its own name is left alone.
const CHROME_FEATURES: &[(&str, u32)] = &[
    ("at", 98),
    ("hasOwn", 99),
    ("structuredClone", 104),
    ("findLast", 103),
    ("toSorted", 116),
    ("groupBy", 123),
    ("withResolvers", 125),
    ("iteratorHelpers", 128),
    ("setUnion", 128),
    ("urlParse", 132),
];
