//! What can be found in a user agent, and how hard it weighs.

use crate::{Layer, Reason, Strength, reason::bits};

/// One finding. Its place is its bit in [`Findings`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(super) enum Finding {
    Empty,
    Replaced,
    TooLong,
    ControlCharacter,
    NamedBot,
    NamedLibrary,
    NamedHeadless,
    BotWord,
    AppBotWord,
    NotABrowser,
    ImpossibleBuild,
    ChromeOnIphone,
    ChromeWithoutVersion,
    GeckoVersion,
    TwoSystems,
    SafariOnWindows,
    EmulationTemplate,
}

/// All findings, in the order of their bits.
static ALL: [(Finding, &str, Strength); 17] = [
    (Finding::Empty, "ua_empty", Strength::Strong),
    (Finding::Replaced, "ua_replaced", Strength::Note),
    (Finding::TooLong, "ua_too_long", Strength::Strong),
    (Finding::ControlCharacter, "ua_control_character", Strength::Strong),
    (Finding::NamedBot, "ua_bot", Strength::Hard),
    (Finding::NamedLibrary, "ua_library", Strength::Hard),
    (Finding::NamedHeadless, "ua_headless", Strength::Hard),
    (Finding::BotWord, "ua_bot_word", Strength::Hard),
    (Finding::AppBotWord, "ua_app_bot_word", Strength::Weak),
    (Finding::NotABrowser, "ua_not_a_browser", Strength::Strong),
    (Finding::ImpossibleBuild, "ua_impossible_build", Strength::Hard),
    (Finding::ChromeOnIphone, "ua_chrome_on_iphone", Strength::Hard),
    (Finding::ChromeWithoutVersion, "ua_chrome_without_version", Strength::Hard),
    (Finding::GeckoVersion, "ua_gecko_version_differs", Strength::Strong),
    (Finding::TwoSystems, "ua_two_systems", Strength::Strong),
    (Finding::SafariOnWindows, "ua_safari_on_windows", Strength::Strong),
    (Finding::EmulationTemplate, "ua_emulation_template", Strength::Weak),
];

/// A set of findings in four bytes, so that a verdict is cheap to copy.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Findings(u32);

impl Findings {
    pub(super) const fn add(&mut self, finding: Finding) {
        self.0 |= 1_u32.wrapping_shl(finding as u32);
    }

    pub(super) fn reasons(self) -> impl Iterator<Item = Reason> {
        bits(self.0).filter_map(|bit| ALL.get(bit)).map(|(finding, code, strength)| {
            let reason = Reason::new(Layer::Ua, code, *strength);
            match finding {
                Finding::NamedHeadless => reason.because("device_headless"),
                // As a replaced user agent looks beside the headers and the script: one fact.
                Finding::GeckoVersion | Finding::TwoSystems | Finding::SafariOnWindows => {
                    reason.because("device_ua")
                }
                _ => reason,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_bits() {
        for (index, (finding, code, _)) in ALL.iter().enumerate() {
            assert_eq!(*finding as usize, index, "{code}");
        }
    }
}
