//! The schema: what the collector measured, as typed values.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// What the collector (`web/signals.js`) measured in the page, version 1 of the schema.
///
/// Every probe is optional. `None` is *unknown*: not run, failed, or not told; it never counts for
/// or against anybody. The names in JSON stand beside each field. Under the feature `serde` the
/// whole is read from JSON: keys that are not known are skipped, a value of a wrong type counts in
/// [`unreadable`](Self::unreadable), and one out of its range in [`impossible`](Self::impossible).
///
/// It is personal data (a fingerprint): no `Serialize`, and `Debug` shows no value.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Signals {
    /// `v`: version of the schema. Signals of another version than [`Self::VERSION`] are not judged.
    pub version: Option<u32>,
    /// Probes that came with a value of a wrong type.
    pub unreadable: u8,
    /// Probes that came with a value that no device has, such as −3 processors.
    pub impossible: u8,
    /// `framed`: the collector ran inside a frame, where window and permissions mean less.
    pub framed: Option<bool>,
    /// `sab_coi.secure`: the page is a secure context.
    pub secure: Option<bool>,

    /// `webdriver`: `navigator.webdriver`.
    pub webdriver: Option<bool>,
    /// `webdriver_in_nav`: there is such a property.
    pub webdriver_in_nav: Option<bool>,
    /// `webdriver_own`, `nav_own_props`: the navigator object has properties of its own, other than
    /// those of [`user_agent_own`](Self::user_agent_own).
    pub navigator_own: Option<bool>,
    /// `nav_own_props`: it has a user agent, platform or another name of the browser of its own, as
    /// where an extension replaces the user agent.
    pub user_agent_own: Option<bool>,
    /// `webdriver_getter_src`: the getter of `webdriver` is the browser's.
    pub webdriver_getter_native: Option<bool>,
    /// `iframe`: the same in a fresh frame.
    pub frame: Option<Frame>,
    /// `cdc_globals`, `doc_cdc_globals`: how many ChromeDriver globals.
    pub driver_globals: Option<u32>,
    /// `automation_globals`: names of globals that tools leave.
    pub tool_globals: Vec<Box<str>>,
    /// `doc_attrs`: names of the document element's attributes.
    pub document_attributes: Vec<Box<str>>,
    /// `process_versions`: Node.js or Electron in the page.
    pub has_process: Option<bool>,
    /// `error_console`: logging an error runs code that a debugger asked for.
    pub debugger_attached: Option<bool>,
    /// `hook_stacks`: who called DOM methods; only where the optional probe ran.
    pub caller_stacks: Vec<Box<str>>,
    /// `tostring_proxy_tell.hasObjApply`: a native function is wrapped by a proxy.
    pub has_proxy_frames: Option<bool>,
    /// `native_fns`: names of functions that are not the browser's own.
    pub overridden_functions: Vec<Box<str>>,

    /// `user_agent`: `navigator.userAgent`.
    pub user_agent: Option<Box<str>>,
    /// `platform`: `navigator.platform`.
    pub platform: Option<Box<str>>,
    /// `languages`: `navigator.languages`.
    pub languages: Option<Vec<Box<str>>>,
    /// `hardware_concurrency`: logical processors, 1 to 1,024.
    pub processors: Option<u32>,
    /// `max_touch_points`: 0 to 256.
    pub touch_points: Option<u32>,
    /// `uad_low`, `uad_high`: `navigator.userAgentData`.
    pub client_hints: Option<Hints>,
    /// `worker`: the same values in a worker.
    pub worker: Option<Worker>,
    /// `property_order_engine`: the engine by its own marks.
    pub engine: Option<Engine>,
    /// `modern_features`: names of language features that are missing.
    pub missing_features: Vec<Box<str>>,

    /// `chrome_obj`: there is `window.chrome`.
    pub has_chrome: Option<bool>,
    /// `plugins_len`: 0 to 1,000.
    pub plugins: Option<u32>,
    /// `plugins_proto_ok`, `plugin0_proto_ok`, `mimetypes_proto_ok`: their prototypes are genuine.
    pub plugins_genuine: Option<bool>,
    /// `pdf_viewer_enabled`.
    pub pdf_viewer: Option<bool>,
    /// `notif_perm`: `Notification.permission`.
    pub notification: Option<Permission>,
    /// `perm_notifications`: what `permissions.query` says to the same.
    pub notification_query: Option<Permission>,
    /// `perm_many["background-sync"]`.
    pub background_sync: Option<Permission>,
    /// `perm_many.accelerometer`.
    pub accelerometer: Option<Permission>,
    /// `perm_many.geolocation`.
    pub geolocation: Option<Permission>,
    /// `connection.rtt` in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// `keyboard_map`: keys in the layout map.
    pub keyboard_keys: Option<u32>,
    /// `layout_works`: an element of known size has one.
    pub has_layout: Option<bool>,
    /// `webgl`: the unmasked renderer; empty where there is no WebGL.
    pub renderer: Option<Box<str>>,
    /// `fonts`: names of installed fonts, of those that were tried.
    pub fonts: Option<Vec<Box<str>>>,
    /// `intl.tz`: the time zone.
    pub time_zone: Option<Box<str>>,

    /// `screen`.
    pub screen: Option<Screen>,
    /// `win_geom`.
    pub window: Option<Window>,
    /// `scrollbar_width` in CSS pixels.
    pub scrollbar: Option<u32>,
    /// `media_queries["(pointer: none)"]` and not `"(hover: hover)"`.
    pub no_pointer: Option<bool>,
    /// `media_queries["(display-mode: browser)"]`: neither full screen nor installed.
    pub in_browser_window: Option<bool>,

    /// `event_summary`: how the page was used.
    pub input: Input,
}

impl Signals {
    /// The version of the schema that is read and judged.
    pub const VERSION: u32 = 1;
    /// Most values kept of a list.
    pub const MAX_LIST: usize = 64;
    /// Longest text that is read, in bytes; a longer one is unreadable.
    pub const MAX_TEXT: usize = 2048;

    /// How many of the probes that a real page always answers came with an answer, of
    /// [`Self::CORE`].
    pub fn answered(&self) -> usize {
        [
            self.webdriver.is_some(),
            self.user_agent.is_some(),
            self.platform.is_some(),
            self.languages.is_some(),
            self.screen.is_some(),
            self.window.is_some(),
            self.no_pointer.is_some(),
            self.engine.is_some(),
            self.frame.is_some(),
            self.debugger_attached.is_some(),
        ]
        .into_iter()
        .filter(|&answered| answered)
        .count()
    }

    /// How many probes [`answered`](Self::answered) looks at.
    pub const CORE: usize = 10;
}

/// Shows that there is something, never what.
impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signals")
            .field("version", &self.version)
            .field("answered", &self.answered())
            .finish_non_exhaustive()
    }
}

/// A fresh same-origin frame, seen from the page.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Frame {
    /// `wd`: `navigator.webdriver` in it.
    pub webdriver: Option<bool>,
    /// `cwName` is `own` or `get_self` is false: `contentWindow` is not the browser's.
    pub is_proxied: Option<bool>,
    /// `ua_same`, `plat_same`, `lang_same`: it names another user agent, platform or language.
    pub differs: Option<bool>,
}

/// `navigator.userAgentData`.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Hints {
    /// Whether there is such an object.
    pub is_there: bool,
    /// Brand and major version; `None` for a version that is no number.
    pub brands: Vec<(Box<str>, Option<u32>)>,
    /// Brands of the full version list.
    pub full_brands: Option<Vec<Box<str>>>,
    /// `platform`.
    pub platform: Option<Box<str>>,
    /// `platformVersion`.
    pub platform_version: Option<Box<str>>,
}

/// The navigator of a worker.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Worker {
    /// `ua`.
    pub user_agent: Option<Box<str>>,
    /// `plat`.
    pub platform: Option<Box<str>>,
    /// `hc`: logical processors.
    pub processors: Option<u32>,
    /// `langs`: the first of its languages.
    pub language: Option<Box<str>>,
    /// `brands`: names of its brands.
    pub brands: Option<Vec<Box<str>>>,
}

macro_rules! redacted {
    ($($name:ident)*) => {$(
        /// Shows no value.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
redacted!(Hints Worker);

/// A browser engine, told by its own marks and not by its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Engine {
    /// Blink with V8.
    Chromium,
    /// Gecko.
    Gecko,
    /// WebKit.
    WebKit,
    /// None of the three.
    Other,
}

/// The state of a permission.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Permission {
    /// `prompt`, or `default` for notifications.
    Ask,
    /// `granted`.
    Granted,
    /// `denied`.
    Denied,
}

/// The screen, in CSS pixels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Screen {
    /// `w`.
    pub width: u32,
    /// `h`.
    pub height: u32,
    /// `ori` begins with `portrait`.
    pub is_portrait: Option<bool>,
}

/// The window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Window {
    /// `iw`, `ih`: the viewport.
    pub inner: (u32, u32),
    /// `ow`, `oh`: with the window's frame.
    pub outer: (u32, u32),
    /// `dpr`: device pixels in a CSS pixel.
    pub pixel_ratio: f64,
}

/// How the page was used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Input {
    /// `moves_before_click`, where a mouse clicked: mouse moves before the first trusted click.
    pub moves_before_click: Option<u32>,
    /// `press_to_release_ms`: of the first trusted click.
    pub press_ms: Option<f64>,
    /// `key_dwell_ms`: the median time that a key was down; or `events.keys`, from which it follows.
    pub key_ms: Option<f64>,
    /// `pointer` is `touch` or `pen`.
    pub is_touch: Option<bool>,
    /// `untrusted_clicks`: clicks that a script made.
    pub untrusted_clicks: Option<u32>,
}
