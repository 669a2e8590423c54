//! The shape that browsers' user agents share, and what in it cannot be.

use super::{
    Finding,
    chromium::{ChromeVersion, ChromiumBuilds, leading_number},
    marks,
    scan::Found,
};

/// Whether the text has the shape of a browser: `Mozilla/5.0 (a system people use) an engine`, or
/// what telephones, consoles and text browsers sent before that was usual.
pub(super) fn is_browser_like(text: &str, found: &Found) -> bool {
    // "compatible" without the Internet Explorer that the word was for is a crawler's habit.
    if found.has(marks::COMPATIBLE) && !found.has(COMPATIBLE_IS_USUAL) {
        return false;
    }
    if found.has(marks::MOZILLA) {
        let masked = found.has(marks::RV) && found.has(marks::GECKO) && found.has(marks::FIREFOX);
        return (found.has(marks::PLATFORM) || masked) && text.contains(['(', ' ', '+']);
    }
    TEXT_BROWSERS.iter().any(|name| starts_with_ignoring_case(text, name))
        || starts_with_ignoring_case(text, "opera/")
        || found.has(marks::PHONE | marks::TV)
}

const COMPATIBLE_IS_USUAL: u64 =
    marks::TRIDENT | marks::OLD_BROWSER | marks::OPERA | marks::PHONE | marks::WINDOWS_PHONE;

/// Whether something that is no browser names a system on which apps run.
pub(super) fn is_app_like(found: &Found) -> bool {
    found.has(marks::APP_PLATFORM)
}

/// Whether it has the shape of what people use: a browser, or an app.
pub(super) fn is_of_people(text: &str, found: &Found) -> bool {
    found.app.is_some() || is_app_like(found) || is_browser_like(text, found)
}

/// Browsers without graphics, or older than the habit of saying Mozilla. People.
const TEXT_BROWSERS: &[&str] = &[
    "lynx/",
    "links (",
    "elinks",
    "w3m/",
    "dillo/",
    "netsurf/",
    "ncsa_mosaic",
    "icab/",
    "midori/",
];

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// What cannot be, or hardly, in the user agent of a browser.
pub(super) fn contradictions(
    text: &str,
    found: &Found,
    builds: &ChromiumBuilds,
    mut report: impl FnMut(Finding),
) {
    if let Some(at) = found.chrome {
        chrome(text, at, found, builds, &mut report);
    }
    if let (Some(firefox), Some(rv)) = (found.firefox, found.rv)
        && gecko_differs(text, firefox, rv)
    {
        report(Finding::GeckoVersion);
    }
    if !found.has(marks::WINDOWS_PHONE | marks::CONSOLE) && systems(found) > 1 {
        report(Finding::TwoSystems);
    }
    if safari_on_windows(text, found) {
        report(Finding::SafariOnWindows);
    }
}

fn chrome(
    text: &str,
    at: usize,
    found: &Found,
    builds: &ChromiumBuilds,
    report: &mut impl FnMut(Finding),
) {
    // On iPhones and iPads Chrome is WebKit and says CriOS. Apps that render elsewhere (Puffin) say
    // who they are.
    let is_iphone = found.has(marks::IPHONE) && found.has(marks::LIKE_MAC);
    if is_iphone && !found.has(marks::WINDOWS_PHONE) && found.in_app.is_none() {
        report(Finding::ChromeOnIphone);
    }
    let Some(version) = text.get(at..).and_then(ChromeVersion::read) else {
        return report(Finding::ChromeWithoutVersion);
    };
    if builds.is_impossible(version) {
        report(Finding::ImpossibleBuild);
    }
    if found.has(marks::TEMPLATE) {
        report(Finding::EmulationTemplate);
    }
}

/// Firefox's `rv:` is its own version, but 109 while Firefox was at 110 to 119; before Firefox 5 it
/// was the engine's.
fn gecko_differs(text: &str, firefox: usize, rv: usize) -> bool {
    let number = |at: usize| text.get(at..).and_then(leading_number);
    let (Some(firefox), Some(rv)) = (number(firefox), number(rv)) else { return false };
    firefox >= 5 && rv != firefox && !(rv == 109 && (110..=119).contains(&firefox))
}

/// On an iPad that asks for desktop pages, an app's browser says Macintosh and the app says iPad.
fn systems(found: &Found) -> u32 {
    let apple = if found.in_app.is_some() { marks::NONE } else { marks::MACINTOSH };
    let named = [marks::WINDOWS, apple, marks::ANDROID, marks::IPHONE];
    named.iter().map(|system| u32::from(found.has(*system))).sum()
}

/// Safari for Windows ended with 5.1.
fn safari_on_windows(text: &str, found: &Found) -> bool {
    found.has(marks::WINDOWS)
        && found.has(marks::VERSION)
        && found.has(marks::SAFARI)
        && !found.has(marks::CHROME | marks::PHONE)
        && text.split("Version/").nth(1).and_then(leading_number).is_some_and(|major| major > 5)
}
