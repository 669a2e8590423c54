//! What can be found in a request's headers, and how hard it weighs.

use crate::{Layer, Reason, Strength, reason::bits};

/// One finding. Its place is its bit in [`Findings`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(super) enum Finding {
    NoUserAgent,
    NoAccept,
    NoAcceptLanguage,
    NoAcceptLanguageOnPart,
    AcceptAnything,
    NodeFetch,
    NoClientHints,
    ForeignClientHints,
    HeadlessBrand,
    VersionDiffers,
    PlatformDiffers,
    MobileDiffers,
    Unbranded,
    NoFetchMetadata,
    FetchContradiction,
    FetchDestinationDiffers,
    RefererWithoutSite,
    UpgradeToH2c,
    Order,
    Case,
    Encoding,
}

/// All findings, in the order of their bits.
static ALL: [(Finding, &str, Strength); 21] = [
    (Finding::NoUserAgent, "headers_no_user_agent", Strength::Strong),
    (Finding::NoAccept, "headers_no_accept", Strength::Strong),
    (Finding::NoAcceptLanguage, "headers_no_accept_language", Strength::Strong),
    (Finding::NoAcceptLanguageOnPart, "headers_no_accept_language_on_part", Strength::Weak),
    (Finding::AcceptAnything, "headers_accept_anything", Strength::Strong),
    (Finding::NodeFetch, "headers_node_fetch", Strength::Hard),
    (Finding::NoClientHints, "headers_no_client_hints", Strength::Strong),
    (Finding::ForeignClientHints, "headers_foreign_client_hints", Strength::Hard),
    (Finding::HeadlessBrand, "headers_headless_brand", Strength::Hard),
    (Finding::VersionDiffers, "headers_version_differs", Strength::Strong),
    (Finding::PlatformDiffers, "headers_platform_differs", Strength::Strong),
    (Finding::MobileDiffers, "headers_mobile_differs", Strength::Strong),
    (Finding::Unbranded, "headers_unbranded", Strength::Note),
    (Finding::NoFetchMetadata, "headers_no_fetch_metadata", Strength::Strong),
    (Finding::FetchContradiction, "headers_fetch_contradiction", Strength::Hard),
    (Finding::FetchDestinationDiffers, "headers_fetch_destination_differs", Strength::Strong),
    (Finding::RefererWithoutSite, "headers_referer_without_site", Strength::Strong),
    (Finding::UpgradeToH2c, "headers_upgrade_h2c", Strength::Hard),
    (Finding::Order, "headers_order", Strength::Strong),
    (Finding::Case, "headers_case", Strength::Strong),
    (Finding::Encoding, "headers_encoding", Strength::Weak),
];

/// A set of findings.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Findings(u32);

impl Findings {
    pub(super) const fn add(&mut self, finding: Finding) {
        self.0 |= 1_u32.wrapping_shl(finding as u32);
    }

    pub(super) fn reasons(self) -> impl Iterator<Item = Reason> {
        bits(self.0).filter_map(|bit| ALL.get(bit)).map(|(finding, code, strength)| {
            let reason = Reason::new(Layer::Headers, code, *strength);
            match finding {
                Finding::HeadlessBrand => reason.because("device_headless"),
                Finding::NoAccept
                | Finding::NoAcceptLanguage
                | Finding::NoAcceptLanguageOnPart
                | Finding::AcceptAnything => reason.because("headers_accept"),
                // A user agent that an extension replaced, or a proxy that rewrites requests, breaks
                // several of these at once, and in the page too: one fact.
                Finding::NoClientHints
                | Finding::ForeignClientHints
                | Finding::VersionDiffers
                | Finding::PlatformDiffers
                | Finding::MobileDiffers
                | Finding::NoFetchMetadata
                | Finding::Order
                | Finding::Case
                | Finding::Encoding => reason.because("device_ua"),
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
