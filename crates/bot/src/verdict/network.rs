//! What an address says about its sender.

use crate::ip::{Answer, Class};
use crate::{Layer, Reason, Strength};

/// One finding for an address, by what speaks loudest. All have one cause: it is one address.
///
/// People come first. A VPN stands in a data centre, so it hides the data centre; a privacy relay, a
/// content network and a phone network say nothing against anybody.
///
/// A crawler's address alone does not make a crawler: operators have people's proxies in such ranges,
/// too. Where no user agent says what it is, the address is all there is, and it makes a suspect.
pub(super) fn reason(answer: Answer<'_>, has_user_agent: bool) -> Option<Reason> {
    let classes = answer.counted();
    if classes.contains(Class::Crawler) && !has_user_agent {
        return Some(NAMELESS_CRAWLER);
    }
    RULES.iter().find(|(class, _)| classes.contains(*class)).map(|(_, reason)| *reason)
}

/// Whether a crawler's operator publishes the address.
pub(super) fn is_crawler(answer: Answer<'_>) -> bool {
    answer.counted().contains(Class::Crawler)
}

const fn rule(class: Class, code: &'static str, strength: Strength) -> (Class, Reason) {
    (class, Reason::new(Layer::Ip, code, strength).because("ip_network"))
}

const RULES: &[(Class, Reason)] = &[
    rule(Class::Crawler, "ip_crawler", Strength::Note),
    rule(Class::PrivacyRelay, "ip_privacy_relay", Strength::Note),
    rule(Class::Reserved, "ip_reserved", Strength::Note),
    rule(Class::Abuse, "ip_abuse", Strength::Strong),
    rule(Class::Tor, "ip_tor", Strength::Strong),
    rule(Class::PublicProxy, "ip_public_proxy", Strength::Strong),
    rule(Class::Vpn, "ip_vpn", Strength::Weak),
    rule(Class::Anonymous, "ip_anonymous", Strength::Weak),
    rule(Class::ResidentialProxy, "ip_residential_proxy", Strength::Weak),
    rule(Class::Datacenter, "ip_datacenter", Strength::Strong),
];

const NAMELESS_CRAWLER: Reason = rule(Class::Crawler, "ip_crawler", Strength::Strong).1;
