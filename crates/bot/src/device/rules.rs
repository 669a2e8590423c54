//! Every device rule with its strength: the published table.

use crate::{Layer, Reason, Strength};

/// One rule over device signals.
///
/// The table in `docs/sources/bot.md` is [`Rule::ALL`]; a test compares the two.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// The finding that it makes.
    pub reason: Reason,
    /// What it means, as a sentence.
    pub means: &'static str,
}

impl Rule {
    const fn new(
        code: &'static str,
        strength: Strength,
        cause: &'static str,
        means: &'static str,
    ) -> Self {
        Self { reason: Reason::new(Layer::Device, code, strength).because(cause), means }
    }
}

macro_rules! rules {
    ($($name:ident: $code:literal, $strength:ident, $cause:literal, $means:literal;)*) => {
        $(pub(super) const $name: Reason = Rule::new($code, Strength::$strength, $cause, $means).reason;)*

        impl Rule {
            /// Every rule, in the order in which they are tried: contradictions before marks.
            pub const ALL: &[Self] = &[
                $(Self::new($code, Strength::$strength, $cause, $means),)*
            ];
        }
    };
}

rules! {
    // Contradictions: tools overshoot, so these age better than marks.
    ENGINE_NOT_UA: "device_engine_not_ua", Hard, "device_ua", "The engine is not that of the browser the user agent names.";
    HINTS_NOT_UA: "device_hints_not_ua", Hard, "device_ua", "Client hints in a browser that has none.";
    BRANDS_DIFFER: "device_brands_differ", Hard, "device_ua", "The short and the full list of brands name different ones.";
    WORKER_UA_DIFFERS: "device_worker_ua_differs", Hard, "device_ua", "A worker of a desktop browser has another user agent or platform than the page.";
    WORKER_DIFFERS: "device_worker_differs", Hard, "device_override", "A worker of a desktop browser has another language or processor count than the page.";
    WORKER_DIFFERS_MOBILE: "device_worker_differs_mobile", Strong, "device_ua", "One of these where desktop mode or an app can be the reason.";
    FRAME_DIFFERS: "device_frame_differs", Hard, "device_override", "A fresh frame has another webdriver flag than the page.";
    FRAME_UA_DIFFERS: "device_frame_ua_differs", Strong, "device_ua", "A fresh frame has another user agent, platform or language than the page.";
    FRAME_PROXIED: "device_frame_proxied", Hard, "device_override", "contentWindow of a fresh frame was replaced.";
    NOTIFICATION_CONTRADICTION: "device_notification_contradiction", Hard, "device_permissions", "Two ways to ask for the notification permission give different answers.";
    GPU_NOT_OS: "device_gpu_not_os", Hard, "device_ua", "The graphics driver belongs to another system than the user agent names.";
    NO_LAYOUT: "device_no_layout", Hard, "device_layout", "Nothing on the page has a size.";
    PLATFORM_NOT_OS: "device_platform_not_os", Strong, "device_ua", "navigator.platform is not that of the system the user agent names.";
    UA_DIFFERS: "device_ua_differs", Strong, "device_ua", "The request named another user agent than the page.";
    VERSION_NOT_BRANDS: "device_version_not_brands", Strong, "device_ua", "User agent and client hints name different major versions.";
    PLATFORM_VERSION_SHAPE: "device_platform_version_shape", Strong, "device_ua", "The platform version has not the form that the named system gives it.";
    FEATURES_NOT_VERSION: "device_features_not_version", Strong, "device_ua", "The engine lacks what the named version has.";
    FONTS_NOT_OS: "device_fonts_not_os", Strong, "device_ua", "Linux fonts and none of Windows on a Windows user agent.";
    WORKER_BRANDS_BLANK: "device_worker_brands_blank", Strong, "device_ua", "A worker has no brands and the page has.";
    BRANDS_BLANK: "device_brands_blank", Strong, "device_ua", "Client hints without brands.";
    ORIENTATION: "device_orientation", Strong, "device_geometry", "A portrait screen that is wider than high.";
    PLUGINS_CONTRADICTION: "device_plugins_contradiction", Strong, "device_plugins", "A built-in PDF viewer and no plugins, which browsers list together.";
    PLUGINS_FORGED: "device_plugins_forged", Strong, "device_plugins", "The plugin list is not the browser's own.";
    FUNCTION_PROXIED: "device_function_proxied", Strong, "device_override", "A native function is wrapped by a proxy.";
    KEY_FUNCTION_OVERRIDDEN: "device_key_function_overridden", Strong, "device_override", "One of the functions that forgers replace is not the browser's.";
    FUNCTION_OVERRIDDEN: "device_function_overridden", Weak, "device_override", "A function is not the browser's.";
    UA_OVERRIDDEN: "device_ua_overridden", Strong, "device_ua", "The navigator object has a user agent or platform of its own.";
    WEBDRIVER_OVERRIDDEN: "device_webdriver_overridden", Strong, "device_override", "The navigator object or its webdriver getter was replaced.";
    VALUE_IMPOSSIBLE: "device_value_impossible", Strong, "device_values", "A value that no device has.";
    VALUE_UNREADABLE: "device_value_unreadable", Weak, "device_values", "A value of a wrong type.";
    // Marks of drivers and tools.
    WEBDRIVER: "device_webdriver", Hard, "device_webdriver", "The browser says that it is driven by software.";
    DRIVER_GLOBALS: "device_driver_globals", Hard, "device_globals", "ChromeDriver's globals.";
    TOOL_GLOBALS: "device_tool_globals", Hard, "device_globals", "A tool's globals.";
    DRIVER_ATTRIBUTES: "device_driver_attributes", Hard, "device_globals", "A driver's attributes on the document.";
    DRIVER_CALLER: "device_driver_caller", Hard, "device_caller", "A tool called the page's functions.";
    WEBDRIVER_MISSING: "device_webdriver_missing", Strong, "device_override", "A browser of today without a webdriver property.";
    DEBUGGER: "device_debugger", Strong, "device_debugger", "A debugger's runtime domain is on, as tools need it; developer tools may be open.";
    NODE: "device_node", Strong, "device_node", "Node.js in the page.";
    GENERIC_GLOBALS: "device_generic_globals", Weak, "device_globals", "Globals that tools leave and pages define too.";
    // Marks of headless browsers.
    HEADLESS_UA: "device_headless_ua", Hard, "device_headless", "A headless browser's user agent.";
    HEADLESS_BRAND: "device_headless_brand", Hard, "device_headless", "A headless browser's brand.";
    NO_POINTER: "device_no_pointer", Strong, "device_pointer", "A desktop computer that can neither point nor hover.";
    DEFAULT_SCREEN: "device_default_screen", Strong, "device_screen", "A screen of 800 by 600, the default of headless browsers.";
    SCREEN_IS_VIEWPORT: "device_screen_is_viewport", Strong, "device_geometry", "The screen is as large as the viewport of a window.";
    WINDOW_OVER_SCREEN: "device_window_over_screen", Strong, "device_geometry", "The window is larger than the screen.";
    OUTER_UNDER_INNER: "device_outer_under_inner", Strong, "device_geometry", "The viewport is larger than its window, and no zoom explains it.";
    OUTER_IS_INNER: "device_outer_is_inner", Weak, "device_geometry", "A window without a frame.";
    NO_CHROME_OBJECT: "device_no_chrome_object", Strong, "device_chrome", "Desktop Chrome without window.chrome.";
    PERMISSION_DEFAULTS: "device_permission_defaults", Strong, "device_permissions", "Permissions ask that Chrome grants to every page.";
    KEYBOARD_EMPTY: "device_keyboard_empty", Strong, "device_keyboard", "A desktop computer without a keyboard layout.";
    GEOLOCATION_GRANTED: "device_geolocation_granted", Weak, "device_permissions", "The place may be read, which drivers grant at the start.";
    PLUGINS_NONE: "device_plugins_none", Weak, "device_plugins", "Desktop Chrome without plugins; people turn the PDF viewer off.";
    LANGUAGES_SHORT: "device_languages_short", Weak, "device_languages", "No language, or one with a region and none without.";
    ROUND_TRIP_ZERO: "device_round_trip_zero", Weak, "device_network", "A round trip of 0 ms.";
    NO_SCROLLBAR: "device_no_scrollbar", Weak, "device_scrollbar", "Scroll bars without width on Windows or Linux.";
    SOFTWARE_GPU: "device_software_gpu", Weak, "device_environment", "Graphics drawn by software, as in virtual machines.";
    NO_WEBGL: "device_no_webgl", Weak, "device_environment", "No WebGL.";
    UTC_CLOCK: "device_utc_clock", Weak, "device_environment", "A desktop computer of a consumer's system in UTC.";
    NO_TOUCH: "device_no_touch", Weak, "device_phone", "A phone without touch.";
    WIDE_PHONE: "device_wide_phone", Weak, "device_phone", "A phone with a desktop's viewport.";
    // How the page was used. All one cause: assistive technology clicks and types by software, too.
    SYNTHETIC_CLICK: "device_synthetic_click", Strong, "device_input", "A mouse that pressed for less than 10 ms and hardly moved before.";
    SYNTHETIC_KEYS: "device_synthetic_keys", Strong, "device_input", "Keys that were down for less than 10 ms.";
    QUICK_PRESS: "device_quick_press", Weak, "device_input", "A press of less than 10 ms.";
    UNTRUSTED_CLICK: "device_untrusted_click", Weak, "device_input", "A click made by a script.";
}

/// Signals of a version that this crate does not know were not judged.
pub(super) const VERSION_UNKNOWN: Reason =
    Reason::new(Layer::Device, "device_version_unknown", Strength::Note);
