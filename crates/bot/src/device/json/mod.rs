//! `Signals` from the collector's JSON object.
//!
//! Reading never fails on what the object holds; only broken syntax is an error. A probe that failed says so (`"throws:…"`, `"x:…"`, `"timeout"`), one whose subject does
//! not exist is `null` or `"undefined"`; neither is evidence by itself.

mod loose;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use self::loose::{Depth, Loose};
use super::signals::{Engine, Frame, Input, Permission, Screen, Signals, Window, Worker};

impl Signals {
    /// Reads the collector's JSON object. Unlike `serde_json::from_str` it takes a number that no
    /// computer can hold (`1e999`) or a text that is no Unicode as one unreadable probe, not as an
    /// unreadable whole: else one of them would make all others unseen.
    ///
    /// # Errors
    /// [`SignalsError`]: not a JSON object.
    ///
    /// ```
    /// use predispatch_bot::device::Signals;
    ///
    /// let signals = Signals::from_json(r#"{"v": 1, "webdriver": true, "screen": {"w": 1e999}}"#)?;
    /// assert_eq!((signals.webdriver, signals.unreadable), (Some(true), 1));
    /// # Ok::<(), predispatch_bot::device::SignalsError>(())
    /// ```
    pub fn from_json(json: &str) -> Result<Self, SignalsError> {
        let mut parser = serde_json::Deserializer::from_str(json);
        let signals = parser.deserialize_map(TextVisitor);
        let signals = signals.map_err(|_| SignalsError::NotAnObject)?;
        parser.end().map_err(|_| SignalsError::NotAnObject)?;
        Ok(signals)
    }
}

/// Why signals could not be read at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SignalsError {
    /// The text is no JSON object.
    #[error("not a JSON object")]
    NotAnObject,
}

impl SignalsError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnObject => "signals_unreadable",
        }
    }
}

/// Reads each probe by itself, from its text.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Signals;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SignalsVisitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Signals, A::Error> {
        let mut reader = Reader::default();
        while let Some(key) = map.next_key::<String>()? {
            if !KEYS.contains(&key.as_str()) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let json: &RawValue = map.next_value()?;
            match PROBE.deserialize(&mut serde_json::Deserializer::from_str(json.get())) {
                Ok(value) => reader.take(&key, &value),
                Err(_) => reader.unreadable().unwrap_or_default(),
            }
        }
        Ok(reader.signals)
    }
}

/// Levels that the answer of a probe may have.
const PROBE: Depth = Depth(5);

impl<'de> Deserialize<'de> for Signals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SignalsVisitor)
    }
}

struct SignalsVisitor;

impl<'de> Visitor<'de> for SignalsVisitor {
    type Value = Signals;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of device signals")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Signals, A::Error> {
        let mut reader = Reader::default();
        while let Some(key) = map.next_key::<String>()? {
            if KEYS.contains(&key.as_str()) {
                let value = map.next_value_seed(PROBE)?;
                reader.take(&key, &value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(reader.signals)
    }
}

/// Every key that is read.
const KEYS: &[&str] = &[
    "v",
    "framed",
    "sab_coi",
    "webdriver",
    "webdriver_in_nav",
    "webdriver_own",
    "nav_own_props",
    "webdriver_getter_src",
    "iframe",
    "cdc_globals",
    "doc_cdc_globals",
    "automation_globals",
    "doc_attrs",
    "process_versions",
    "error_console",
    "hook_stacks",
    "tostring_proxy_tell",
    "native_fns",
    "user_agent",
    "platform",
    "languages",
    "hardware_concurrency",
    "max_touch_points",
    "uad_low",
    "uad_high",
    "worker",
    "property_order_engine",
    "modern_features",
    "chrome_obj",
    "plugins_len",
    "plugins_proto_ok",
    "plugin0_proto_ok",
    "mimetypes_proto_ok",
    "pdf_viewer_enabled",
    "notif_perm",
    "perm_notifications",
    "perm_many",
    "connection",
    "keyboard_map",
    "layout_works",
    "webgl",
    "fonts",
    "intl",
    "screen",
    "win_geom",
    "scrollbar_width",
    "media_queries",
    "event_summary",
    "events",
];

#[derive(Default)]
struct Reader {
    signals: Signals,
}

impl Reader {
    fn take(&mut self, key: &str, value: &Loose) {
        if says_nothing(value) {
            return self.take_nothing(key, value);
        }
        match key {
            "v" => self.signals.version = self.number(value, 0.0, 1e9).map(whole),
            "framed" => self.signals.framed = self.boolean(value),
            "sab_coi" => self.signals.secure = self.inner_boolean(value, "secure"),
            "iframe" => self.frame(value),
            "user_agent" => self.signals.user_agent = self.text(value),
            "platform" => self.signals.platform = self.text(value),
            "languages" => self.signals.languages = self.texts(value),
            "hardware_concurrency" => {
                self.signals.processors = self.number(value, 1.0, 1024.0).map(whole);
            }
            "max_touch_points" => {
                self.signals.touch_points = self.number(value, 0.0, 256.0).map(whole);
            }
            "uad_low" => self.hints(value),
            "uad_high" => self.high_entropy(value),
            "worker" => self.worker(value),
            "property_order_engine" => self.signals.engine = engine(value),
            "modern_features" => self.signals.missing_features = missing(value),
            "screen" => self.screen(value),
            "win_geom" => self.window(value),
            "scrollbar_width" => {
                self.signals.scrollbar = self.number(value, 0.0, 200.0).map(whole);
            }
            "media_queries" => self.media(value),
            "event_summary" => self.input(value),
            "events" => self.events(value),
            _ if self.take_tool_mark(key, value) => {}
            _ => self.take_browser_mark(key, value),
        }
    }

    /// What a tool adds or overrides.
    fn take_tool_mark(&mut self, key: &str, value: &Loose) -> bool {
        match key {
            "webdriver" => self.signals.webdriver = self.boolean(value),
            "webdriver_in_nav" => self.signals.webdriver_in_nav = self.boolean(value),
            "webdriver_own" => {
                let own = self.boolean(value);
                either(&mut self.signals.navigator_own, own);
            }
            "nav_own_props" => {
                let Some(names) = self.texts(value) else { return true };
                let named = names.iter().filter(|name| BROWSER_NAMES.contains(&&***name));
                let renamed = named.count();
                either(&mut self.signals.user_agent_own, Some(renamed > 0));
                either(&mut self.signals.navigator_own, Some(renamed < names.len()));
            }
            "webdriver_getter_src" => {
                self.signals.webdriver_getter_native =
                    self.text(value).map(|source| source.contains("[native code]"));
            }
            "cdc_globals" | "doc_cdc_globals" => {
                let more = self.texts(value).map_or(0, |names| names.len());
                let more = u32::try_from(more).unwrap_or(u32::MAX);
                let count = self.signals.driver_globals.get_or_insert(0);
                *count = count.saturating_add(more);
            }
            "automation_globals" => {
                self.signals.tool_globals = self.texts(value).unwrap_or_default();
            }
            "doc_attrs" => {
                self.signals.document_attributes = self.texts(value).unwrap_or_default();
            }
            "process_versions" => self.signals.has_process = Some(true),
            "error_console" => self.debugger(value),
            "hook_stacks" => self.signals.caller_stacks = self.texts(value).unwrap_or_default(),
            "tostring_proxy_tell" => {
                self.signals.has_proxy_frames = self.inner_boolean(value, "hasObjApply");
            }
            "native_fns" => self.signals.overridden_functions = not_native(value),
            _ => return false,
        }
        true
    }

    /// What a browser has.
    fn take_browser_mark(&mut self, key: &str, value: &Loose) {
        match key {
            "chrome_obj" => self.signals.has_chrome = Some(true),
            "plugins_len" => self.signals.plugins = self.number(value, 0.0, 1000.0).map(whole),
            "plugins_proto_ok" | "plugin0_proto_ok" | "mimetypes_proto_ok" => {
                // One that is not genuine decides, and one that did not answer changes nothing.
                if let Some(genuine) = self.boolean(value) {
                    let others = self.signals.plugins_genuine.unwrap_or(true);
                    self.signals.plugins_genuine = Some(genuine && others);
                }
            }
            "pdf_viewer_enabled" => self.signals.pdf_viewer = self.boolean(value),
            "notif_perm" => self.signals.notification = permission(value),
            "perm_notifications" => self.signals.notification_query = permission(value),
            "perm_many" => {
                let state = |name| value.at(name).and_then(permission);
                self.signals.background_sync = state("background-sync");
                self.signals.accelerometer = state("accelerometer");
                self.signals.geolocation = state("geolocation");
            }
            "connection" => self.signals.round_trip_ms = self.inner_number(value, "rtt", 1e6),
            "keyboard_map" => {
                self.signals.keyboard_keys = self.number(value, 0.0, 10_000.0).map(whole);
            }
            "layout_works" => {
                let width = self.inner_number(value, "w", 1e5);
                let height = self.inner_number(value, "h", 1e5);
                self.signals.has_layout = width.zip(height).map(|(w, h)| w > 0.0 || h > 0.0);
            }
            "webgl" => {
                let named = value.at("ur").or_else(|| value.at("renderer"));
                self.signals.renderer = named.and_then(|name| self.text(name));
            }
            "fonts" => self.signals.fonts = self.texts(value),
            "intl" => self.signals.time_zone = value.at("tz").and_then(|zone| self.text(zone)),
            _ => {}
        }
    }

    /// A probe whose subject is not there; for a few that is the answer.
    fn take_nothing(&mut self, key: &str, value: &Loose) {
        let is_failure = matches!(value, Loose::Text(text) if &**text != "undefined");
        if is_failure {
            return;
        }
        match key {
            "webgl" => self.signals.renderer = Some("".into()),
            "uad_low" => self.signals.client_hints.get_or_insert_default().is_there = false,
            "chrome_obj" => self.signals.has_chrome = Some(false),
            _ => {}
        }
    }

    fn frame(&mut self, value: &Loose) {
        let differs = ["ua_same", "plat_same", "lang_same"]
            .map(|key| self.inner_boolean(value, key).map(|same| !same));
        let own = match value.at("cwName") {
            Some(Loose::Text(place)) => Some(&**place == "own"),
            _ => None,
        };
        let foreign = self.inner_boolean(value, "get_self").map(|genuine| !genuine);
        self.signals.frame = Some(Frame {
            webdriver: self.inner_boolean(value, "wd"),
            is_proxied: any([own, foreign]),
            differs: any(differs),
        });
    }

    fn debugger(&mut self, value: &Loose) {
        let traces = self.inner_number(value, "prepareStackTrace", 1e6).map(|count| count >= 1.0);
        let names = self.inner_number(value, "err_name", 1e6).map(|count| count >= 2.0);
        self.signals.debugger_attached = any([traces, names]);
    }

    fn hints(&mut self, value: &Loose) {
        let platform = value.at("platform").and_then(|name| self.text(name));
        let brands = value.at("brands").map(brands).unwrap_or_default();
        if brands.iter().any(|(_, major)| major.is_none()) {
            self.unreadable::<()>();
        }
        let hints = self.signals.client_hints.get_or_insert_default();
        hints.is_there = true;
        hints.brands = brands;
        hints.platform = platform;
    }

    fn high_entropy(&mut self, value: &Loose) {
        let version = value.at("platformVersion").and_then(|version| self.text(version));
        let full = value.at("fullVersionList").map(brand_names);
        let hints = self.signals.client_hints.get_or_insert_default();
        hints.platform_version = version;
        hints.full_brands = full;
    }

    fn worker(&mut self, value: &Loose) {
        let text = |reader: &mut Self, key| value.at(key).and_then(|text| reader.text(text));
        let worker = Worker {
            user_agent: text(self, "ua"),
            platform: text(self, "plat"),
            processors: value.at("hc").and_then(|n| self.number(n, 1.0, 1024.0)).map(whole),
            language: text(self, "lang"),
            brands: match value.at("brands") {
                Some(list @ Loose::List(_)) => Some(brand_names(list)),
                _ => None,
            },
        };
        self.signals.worker = Some(worker);
    }

    fn screen(&mut self, value: &Loose) {
        let (Some(width), Some(height)) =
            (self.inner_number(value, "w", 1e5), self.inner_number(value, "h", 1e5))
        else {
            return;
        };
        let is_portrait = match value.at("ori") {
            Some(Loose::Text(kind)) => Some(kind.starts_with("portrait")),
            _ => None,
        };
        self.signals.screen =
            Some(Screen { width: whole(width), height: whole(height), is_portrait });
    }

    fn window(&mut self, value: &Loose) {
        let sides = ["iw", "ih", "ow", "oh"].map(|key| self.inner_number(value, key, 1e5));
        let ratio = self.inner_number(value, "dpr", 100.0);
        if let ([Some(iw), Some(ih), Some(ow), Some(oh)], Some(pixel_ratio)) = (sides, ratio) {
            self.signals.window = Some(Window {
                inner: (whole(iw), whole(ih)),
                outer: (whole(ow), whole(oh)),
                pixel_ratio,
            });
        }
    }

    fn media(&mut self, value: &Loose) {
        let none = self.inner_boolean(value, "(pointer: none)");
        let hover = self.inner_boolean(value, "(hover: hover)");
        self.signals.no_pointer = none.zip(hover).map(|(none, hover)| none && !hover);
        self.signals.in_browser_window = self.inner_boolean(value, "(display-mode: browser)");
    }

    fn input(&mut self, value: &Loose) {
        let mut input = Input {
            moves_before_click: self.inner_number(value, "moves_before_click", 1e9).map(whole),
            press_ms: self.inner_number(value, "press_to_release_ms", 1e9),
            key_ms: self.inner_number(value, "key_dwell_ms", 1e9),
            untrusted_clicks: self.inner_number(value, "untrusted_clicks", 1e9).map(whole),
            is_touch: match value.at("pointer") {
                Some(Loose::Text(kind)) => Some(&**kind != "mouse"),
                _ => None,
            },
        };
        // Without a click there was no move *before* it.
        if input.press_ms.is_none() {
            input.moves_before_click = None;
        }
        input.key_ms = input.key_ms.or(self.signals.input.key_ms);
        self.signals.input = input;
    }

    fn events(&mut self, value: &Loose) {
        if self.signals.input.key_ms.is_none() {
            self.signals.input.key_ms = value.at("keys").and_then(median_dwell);
        }
    }

    fn boolean(&mut self, value: &Loose) -> Option<bool> {
        match value {
            Loose::Bool(value) => Some(*value),
            _ => self.unreadable(),
        }
    }

    fn text(&mut self, value: &Loose) -> Option<Box<str>> {
        match value {
            Loose::Text(text) if !says_nothing(value) => Some(text.clone()),
            Loose::Text(_) | Loose::Null => None,
            _ => self.unreadable(),
        }
    }

    fn texts(&mut self, value: &Loose) -> Option<Vec<Box<str>>> {
        let Loose::List(list) = value else {
            return self.unreadable();
        };
        Some(list.iter().filter_map(|item| self.text(item)).collect())
    }

    fn number(&mut self, value: &Loose, least: f64, most: f64) -> Option<f64> {
        match value {
            Loose::Number(number) if (least..=most).contains(number) => Some(*number),
            Loose::Number(_) => {
                self.signals.impossible = self.signals.impossible.saturating_add(1);
                None
            }
            _ => self.unreadable(),
        }
    }

    fn inner_number(&mut self, value: &Loose, key: &str, most: f64) -> Option<f64> {
        let inner = value.at(key).filter(|inner| !says_nothing(inner))?;
        self.number(inner, 0.0, most)
    }

    fn inner_boolean(&mut self, value: &Loose, key: &str) -> Option<bool> {
        let inner = value.at(key).filter(|inner| !says_nothing(inner))?;
        self.boolean(inner)
    }

    fn unreadable<T>(&mut self) -> Option<T> {
        self.signals.unreadable = self.signals.unreadable.saturating_add(1);
        None
    }
}

/// Properties of the navigator that say which browser it is: what an extension that replaces the user
/// agent has to replace.
const BROWSER_NAMES: &[&str] = &[
    "appCodeName",
    "appName",
    "appVersion",
    "buildID",
    "oscpu",
    "platform",
    "product",
    "productSub",
    "userAgent",
    "userAgentData",
    "vendor",
    "vendorSub",
];

/// `null`, and the words for a property that is not there or a probe that failed.
fn says_nothing(value: &Loose) -> bool {
    match value {
        Loose::Null => true,
        Loose::Text(text) => {
            matches!(&**text, "undefined" | "timeout" | "absent" | "no-throw")
                || text.starts_with("throws:")
                || text.starts_with("x:")
        }
        _ => false,
    }
}

fn either(slot: &mut Option<bool>, more: Option<bool>) {
    *slot = any([*slot, more]);
}

/// Whether one of the answers is yes; `None` if there is no answer.
fn any<const N: usize>(answers: [Option<bool>; N]) -> Option<bool> {
    answers.into_iter().flatten().reduce(|one, other| one || other)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller checked the range; a cast saturates"
)]
fn whole(number: f64) -> u32 {
    number as u32
}

fn engine(value: &Loose) -> Option<Engine> {
    let is = |key| matches!(value.at(key), Some(Loose::Bool(true)));
    match value {
        Loose::Object(_) if is("chromeEngine") => Some(Engine::Chromium),
        Loose::Object(_) if is("gecko") => Some(Engine::Gecko),
        Loose::Object(_) if is("webkit") => Some(Engine::WebKit),
        Loose::Object(_) => Some(Engine::Other),
        _ => None,
    }
}

fn permission(value: &Loose) -> Option<Permission> {
    match value {
        Loose::Text(state) => match &**state {
            "default" | "prompt" => Some(Permission::Ask),
            "granted" => Some(Permission::Granted),
            "denied" => Some(Permission::Denied),
            _ => None,
        },
        _ => None,
    }
}

/// Names, and major versions where they are numbers.
fn brands(value: &Loose) -> Vec<(Box<str>, Option<u32>)> {
    let Loose::List(list) = value else {
        return Vec::new();
    };
    let brand = |item: &Loose| match (item.at("brand")?, item.at("version")?) {
        (Loose::Text(brand), Loose::Text(version)) => Some((brand.clone(), version.parse().ok())),
        _ => None,
    };
    list.iter().filter_map(brand).collect()
}

fn brand_names(value: &Loose) -> Vec<Box<str>> {
    brands(value).into_iter().map(|(name, _)| name).collect()
}

/// Names whose `typeof` is `undefined`.
fn missing(value: &Loose) -> Vec<Box<str>> {
    named(value, |kind| matches!(kind, Loose::Text(kind) if &**kind == "undefined"))
}

fn not_native(value: &Loose) -> Vec<Box<str>> {
    named(value, |native| matches!(native, Loose::Bool(false)))
}

fn named(value: &Loose, is_wanted: impl Fn(&Loose) -> bool) -> Vec<Box<str>> {
    let Loose::Object(entries) = value else {
        return Vec::new();
    };
    let wanted = entries.iter().filter(|(_, value)| is_wanted(value));
    wanted.map(|(name, _)| name.as_str().into()).collect()
}

/// The median time that a key was down, of `[time, key, …]` and `[time, "up:" + key, …]`.
fn median_dwell(keys: &Loose) -> Option<f64> {
    let Loose::List(events) = keys else {
        return None;
    };
    let mut dwell = Vec::new();
    for pair in events.windows(2) {
        let [Loose::List(down), Loose::List(up)] = pair else {
            continue;
        };
        if let (
            [Loose::Number(pressed), Loose::Text(key), ..],
            [Loose::Number(released), Loose::Text(other), ..],
        ) = (down.as_slice(), up.as_slice())
            && other.strip_prefix("up:") == Some(key)
        {
            dwell.push(released - pressed);
        }
    }
    dwell.sort_by(f64::total_cmp);
    dwell.get(dwell.len() / 2).copied()
}
