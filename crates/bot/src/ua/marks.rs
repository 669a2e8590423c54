//! The parts of the usual shape, found in the same pass as the tokens.

pub(super) const MARKS: &[(&str, u64)] = &[
    ("mozilla", MOZILLA),
    ("windows nt", WINDOWS),
    ("windows", WINDOWS_ANY),
    ("windows phone", WINDOWS_PHONE),
    ("macintosh", MACINTOSH),
    ("android", ANDROID),
    ("iphone", IPHONE),
    ("ipad", IPHONE),
    ("ipod", IPHONE),
    ("like mac os x", LIKE_MAC),
    ("x11", X11),
    ("linux", LINUX),
    ("cros ", X11),
    ("xbox", CONSOLE),
    ("playstation", CONSOLE),
    ("nintendo", CONSOLE),
    ("chrome/", CHROME),
    ("crios/", CRIOS),
    ("firefox/", FIREFOX),
    ("rv:", RV),
    ("version/", VERSION),
    ("safari/", SAFARI),
    ("applewebkit/", WEBKIT),
    ("gecko/", GECKO),
    ("trident/", TRIDENT),
    ("msie ", TRIDENT),
    ("edge/", TRIDENT),
    ("konqueror", OLD_BROWSER),
    ("khtml/", OLD_BROWSER),
    ("opera", OPERA),
    ("presto/", OPERA),
    ("compatible", COMPATIBLE),
    ("midp", PHONE),
    ("cldc", PHONE),
    ("up.browser", PHONE),
    ("up.link", PHONE),
    ("obigo", PHONE),
    ("netfront", PHONE),
    ("teleca", PHONE),
    ("ucweb", PHONE),
    ("uc browser", PHONE),
    ("ucbrowser", PHONE),
    ("wap1", PHONE),
    ("wap2", PHONE),
    ("wap-browser", PHONE),
    ("wapbrowser", PHONE),
    ("dolfin/", PHONE),
    ("jasmine/", PHONE),
    ("maui", PHONE),
    ("openwave", PHONE),
    ("polaris/", PHONE),
    ("brew", PHONE),
    ("symbian", PHONE),
    ("series60", PHONE),
    ("series40", PHONE),
    ("blackberry", PHONE),
    ("bb10", PHONE),
    ("playbook", PHONE),
    ("nokia", PHONE),
    ("docomo/", PHONE),
    ("kddi-", PHONE),
    ("kaios", PHONE),
    ("mobile;", PHONE),
    ("mobile/", PHONE),
    ("mobile safari", PHONE),
    ("tablet;", PHONE),
    ("bada", PHONE),
    ("samsung", PHONE),
    ("tizen", TV),
    ("smart-tv", TV),
    ("smarttv", TV),
    ("hbbtv", TV),
    ("webos", TV),
    ("web0s", TV),
    ("netcast", TV),
    ("viera", TV),
    ("bravia", TV),
    ("roku", TV),
    ("directfb", TV),
    ("crkey", TV),
    ("fuchsia", TV),
    ("ce-html", TV),
    ("opera tv", TV),
    ("googletv", TV),
    ("internet tv", TV),
    ("kindle", KINDLE),
    ("silk/", KINDLE),
    ("os/2", OLD_SYSTEM),
    ("cygwin", OLD_SYSTEM),
    ("amiga", OLD_SYSTEM),
    ("beos", OLD_SYSTEM),
    ("haiku", OLD_SYSTEM),
    ("sunos", OLD_SYSTEM),
    ("freebsd", OLD_SYSTEM),
    ("openbsd", OLD_SYSTEM),
    ("netbsd", OLD_SYSTEM),
    ("risc os", OLD_SYSTEM),
    ("mac_powerpc", OLD_SYSTEM),
    ("mac os", APPLE),
    ("win98", OLD_SYSTEM),
    ("win95", OLD_SYSTEM),
    ("winnt", OLD_SYSTEM),
    ("win32", OLD_SYSTEM),
    ("win64", OLD_SYSTEM),
    ("wii", CONSOLE),
    ("ios/", APPLE),
    ("watchos", APPLE),
    ("tvos", APPLE),
    ("iemobile", PHONE),
    ("windows ce", PHONE),
    ("palm", PHONE),
    ("htc", PHONE),
    ("huawei", PHONE),
    ("lenovo", PHONE),
    ("lg-", PHONE),
    ("foma", PHONE),
    ("untrusted/", PHONE),
    ("mqqbrowser", PHONE),
    ("sie-", PHONE),
    ("sony", PHONE),
    ("mot-", PHONE),
    ("pantech", PHONE),
    ("philips", PHONE),
    ("sagem", PHONE),
    ("zte", PHONE),
    ("alcatel", PHONE),
    ("siemens", PHONE),
    ("ericsson", PHONE),
    ("kyocera", PHONE),
    // The devices of Chromium's own emulation, as it writes them; generators copy them. Real ones
    // exist, so a template is weak.
    ("android 5.0; sm-g900p build/lrx21t)", TEMPLATE),
    ("android 6.0; nexus 5 build/mra58n)", TEMPLATE),
    ("android 8.0; pixel 2 build/opd3.170816.012)", TEMPLATE),
    ("iphone; cpu iphone os 11_0 like mac os x)", TEMPLATE),
];

pub(super) const NONE: u64 = 0;
pub(super) const WINDOWS: u64 = 1;
pub(super) const WINDOWS_ANY: u64 = 1 << 1;
pub(super) const WINDOWS_PHONE: u64 = 1 << 2;
pub(super) const MACINTOSH: u64 = 1 << 3;
pub(super) const ANDROID: u64 = 1 << 4;
pub(super) const IPHONE: u64 = 1 << 5;
pub(super) const LIKE_MAC: u64 = 1 << 6;
pub(super) const X11: u64 = 1 << 7;
pub(super) const LINUX: u64 = 1 << 8;
pub(super) const CONSOLE: u64 = 1 << 9;
pub(super) const CHROME: u64 = 1 << 10;
pub(super) const CRIOS: u64 = 1 << 11;
pub(super) const FIREFOX: u64 = 1 << 12;
pub(super) const RV: u64 = 1 << 13;
pub(super) const VERSION: u64 = 1 << 14;
pub(super) const SAFARI: u64 = 1 << 15;
pub(super) const WEBKIT: u64 = 1 << 16;
pub(super) const GECKO: u64 = 1 << 17;
pub(super) const TRIDENT: u64 = 1 << 18;
pub(super) const OLD_BROWSER: u64 = 1 << 19;
pub(super) const OPERA: u64 = 1 << 20;
pub(super) const COMPATIBLE: u64 = 1 << 21;
pub(super) const PHONE: u64 = 1 << 22;
pub(super) const TV: u64 = 1 << 23;
pub(super) const KINDLE: u64 = 1 << 24;
pub(super) const OLD_SYSTEM: u64 = 1 << 25;

pub(super) const MOZILLA: u64 = 1 << 26;
pub(super) const APPLE: u64 = 1 << 27;
pub(super) const TEMPLATE: u64 = 1 << 28;

/// A system or a device that people sit before.
pub(super) const PLATFORM: u64 = WINDOWS
    | WINDOWS_ANY
    | WINDOWS_PHONE
    | MACINTOSH
    | ANDROID
    | IPHONE
    | X11
    | LINUX
    | CONSOLE
    | PHONE
    | TV
    | KINDLE
    | OLD_SYSTEM
    | APPLE;
/// Systems on which apps run.
pub(super) const APP_PLATFORM: u64 = ANDROID | IPHONE | APPLE | WINDOWS_PHONE;
