//! What an address says in a verdict: its reason, the age of the lists, and crawlers that are none.

use std::sync::Arc;

use predispatch_bot::client::Client;
use predispatch_bot::ip::{Class as IpClass, Feed, Format, IpTable, IpTableBuilder};
use predispatch_bot::ua::UaClassifier;
use predispatch_bot::verdict::{
    Action, Class, Data, DataSource, Identity, Policy, Stale, Subject, Verdict, judge,
};
use predispatch_bot::{Layer, Strength};
use predispatch_types::{Platform, Timestamp};

/// 2026-11-20, when the feeds were made.
const MADE: Timestamp = Timestamp::from_unix_secs(1_795_132_800);
const DAY: u64 = 86_400;

fn after(days: u64) -> Timestamp {
    Timestamp::from_unix_secs(MADE.unix_secs() + i64::try_from(days * DAY).unwrap())
}

fn labelled(text: &str) -> IpTableBuilder {
    let mut builder = IpTableBuilder::empty();
    let feed = Feed::new("lists", Format::Labelled).made(MADE);
    builder.load(&feed, text.as_bytes()).unwrap();
    builder
}

fn from(table: IpTable) -> Data {
    Data::empty().with_ip(Arc::new(table))
}

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// With a few crawlers' names.
fn with_agents(table: IpTable) -> Data {
    let names = "Googlebot\tcrawler\t<\nbingbot\tcrawler\t<\nfacebookexternalhit\tpreview\t<";
    let agents = UaClassifier::new(&[names], "140\t7300\t7400").unwrap();
    from(table).with_user_agents(Arc::new(agents), DataSource::new(Layer::Ua, "test"))
}

fn at(address: &str) -> Client {
    let mut client = Client::new();
    client.set_ip(address.parse().unwrap());
    client
}

fn found(verdict: &Verdict) -> Vec<(&'static str, Strength)> {
    verdict.reasons().iter().map(|reason| (reason.code, reason.strength)).collect()
}

/// The only reason that addresses of these classes give beside a browser's user agent.
fn reason(classes: &str) -> Option<(&'static str, Strength)> {
    let data = with_agents(labelled(&format!("@label {classes}\n9.9.9.0/24\n")).build());
    let mut client = at("9.9.9.9");
    client.set_user_agent(BROWSER).unwrap();
    let found = found(&judge(&client, &data, MADE));
    assert!(found.len() <= 1, "{classes}: {found:?}");
    found.first().copied()
}

#[test]
fn each_class_has_its_reason() {
    let expected = |class| match class {
        IpClass::Abuse => Some(("ip_abuse", Strength::Strong)),
        IpClass::Anonymous => Some(("ip_anonymous", Strength::Weak)),
        IpClass::Crawler => Some(("ip_crawler", Strength::Note)),
        IpClass::Datacenter => Some(("ip_datacenter", Strength::Strong)),
        IpClass::PrivacyRelay => Some(("ip_privacy_relay", Strength::Note)),
        IpClass::PublicProxy => Some(("ip_public_proxy", Strength::Strong)),
        IpClass::Reserved => Some(("ip_reserved", Strength::Note)),
        IpClass::ResidentialProxy => Some(("ip_residential_proxy", Strength::Weak)),
        IpClass::Tor => Some(("ip_tor", Strength::Strong)),
        IpClass::Vpn => Some(("ip_vpn", Strength::Weak)),
        _ => None,
    };
    for class in IpClass::ALL {
        assert_eq!(reason(class.as_str()), expected(class), "{class}");
    }
}

#[test]
fn of_several_classes_the_one_of_people_wins() {
    assert_eq!(reason("datacenter,vpn"), Some(("ip_vpn", Strength::Weak)));
    assert_eq!(reason("datacenter,privacy_relay"), Some(("ip_privacy_relay", Strength::Note)));
    assert_eq!(reason("datacenter,relay_host"), None);
    assert_eq!(reason("reserved,abuse"), Some(("ip_reserved", Strength::Note)));
}

#[test]
fn no_address_alone_is_a_program() {
    for class in IpClass::ALL {
        let data = from(labelled(&format!("@label {class}\n9.9.9.0/24\n")).build());
        let class_found = judge(&at("9.9.9.9"), &data, MADE).class();
        assert_ne!(class_found, Class::Automation, "{class}");
    }
}

#[test]
fn old_lists_count_for_less() {
    let data = from(labelled("@label datacenter\n9.9.9.0/24\n").build());
    let stale = ("ip_data_stale", Strength::Note);
    for (then, days, expected) in [
        (Stale::Weaken, 30, vec![("ip_datacenter", Strength::Strong)]),
        (Stale::Weaken, 31, vec![("ip_datacenter", Strength::Weak), stale]),
        (Stale::Ignore, 31, vec![("ip_datacenter", Strength::Note), stale]),
    ] {
        let data = data.clone().with_max_age(Layer::Ip, 30 * DAY, then);
        assert_eq!(found(&judge(&at("9.9.9.9"), &data, after(days))), expected, "{then:?} {days}");
    }
}

/// A new address of a relay stands in no old list of them, and in the fresh list of its host.
#[test]
fn an_old_list_of_relays_makes_its_hosts_count_for_less() {
    let mut builder = labelled("@label datacenter,relay_host\n9.9.9.0/24\n");
    let relays = Feed::new("apple", Format::PrivateRelay).made(after(0));
    builder.load(&relays, b"9.9.8.0/24,GB,GB-EN,London,\n").unwrap();
    let feed = Feed::new("hosts", Format::Labelled).made(after(60));
    builder.load(&feed, b"@label datacenter,relay_host\n9.9.7.0/24\n").unwrap();
    let data = from(builder.build()).with_max_age(Layer::Ip, 30 * DAY, Stale::Weaken);
    let verdict = judge(&at("9.9.7.1"), &data, after(60));
    assert_eq!(found(&verdict)[0], ("ip_datacenter", Strength::Weak));
}

const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +https://example.com/bot.html)";

fn crawlers() -> Data {
    let mut builder = IpTableBuilder::new();
    let ranges = br#"{"creationTime": "2026-11-20T00:00:00", "prefixes": [{"ipv4Prefix": "66.249.64.0/27"}]}"#;
    builder.load(&Feed::crawler("Googlebot"), ranges).unwrap();
    with_agents(builder.build()).with_max_age(Layer::Ip, 30 * DAY, Stale::Weaken)
}

fn crawler(address: Option<&str>, data: &Data, now: Timestamp) -> Verdict {
    let mut client = address.map_or_else(Client::new, at);
    client.set_user_agent(GOOGLEBOT).unwrap();
    judge(&client, data, now)
}

#[test]
fn a_crawler_outside_of_its_ranges_is_somebody_else() {
    let unsure = crawlers();
    let sure = crawlers().with_crawler_ranges("Googlebot", "Googlebot");
    let impersonated = ("ip_crawler_impersonated", Strength::Hard);
    for (address, data, class, is_impersonated) in [
        (Some("66.249.64.1"), &sure, Class::Crawler(Identity::Verified), false),
        (Some("66.249.64.99"), &sure, Class::Automation, true),
        (Some("66.249.64.99"), &unsure, Class::Crawler(Identity::Claimed), false),
        (None, &sure, Class::Crawler(Identity::Claimed), false),
    ] {
        let verdict = crawler(address, data, after(1));
        assert_eq!(verdict.class(), class, "{address:?}");
        assert_eq!(found(&verdict).contains(&impersonated), is_impersonated, "{address:?}");
    }
}

#[test]
fn an_old_feed_does_not_make_an_impostor() {
    let data = crawlers().with_crawler_ranges("Googlebot", "Googlebot");
    let verdict = crawler(Some("66.249.64.99"), &data, after(31));
    assert_eq!(verdict.class(), Class::Crawler(Identity::Claimed));
    let found = found(&verdict);
    assert!(found.contains(&("ip_crawler_impersonated", Strength::Strong)), "{found:?}");
    assert!(found.contains(&("ip_data_stale", Strength::Note)), "{found:?}");
    // What the feed says of an address proves nothing any more, either.
    let verdict = crawler(Some("66.249.64.1"), &data, after(31));
    assert_eq!(verdict.class(), Class::Crawler(Identity::Claimed));
}

#[test]
fn a_browser_is_never_an_impostor() {
    let data = crawlers().with_crawler_ranges("Googlebot", "Googlebot");
    let mut client = at("9.9.9.9");
    client.set_user_agent(BROWSER).unwrap();
    let verdict = judge(&client, &data, after(1));
    assert_eq!((verdict.class(), found(&verdict)), (Class::NotMeasured, vec![]));
}

/// A crawler is verified by its own operator's range only; another one's proves nothing, and neither
/// makes a crawler of a person whose browser comes from there (Meta's proxies).
#[test]
fn a_range_verifies_its_own_operators_crawlers_only() {
    let ranges =
        "@label crawler operator=Googlebot\n9.9.1.0/24\n@label crawler operator=Meta\n9.9.2.0/24\n";
    let data = with_agents(labelled(ranges).build());
    let (google, meta, other) = ("9.9.1.1", "9.9.2.1", "9.9.3.1");
    let crawler = |is_verified| {
        Class::Crawler(if is_verified { Identity::Verified } else { Identity::Claimed })
    };
    for (user_agent, address, class) in [
        ("Googlebot/2.1", google, crawler(true)),
        ("Googlebot/2.1", meta, crawler(false)),
        ("Googlebot/2.1", other, crawler(false)),
        ("facebookexternalhit/1.1", meta, crawler(true)),
        ("facebookexternalhit/1.1", google, crawler(false)),
        ("bingbot/2.0", google, crawler(false)),
        (BROWSER, google, Class::NotMeasured),
        (BROWSER, meta, Class::NotMeasured),
    ] {
        let mut client = at(address);
        client.set_user_agent(user_agent).unwrap();
        let verdict = judge(&client, &data, MADE);
        assert_eq!(verdict.class(), class, "{user_agent} {address}");
    }
    // Without a user agent the address is all there is: a suspect, who is marked and not dropped.
    let nameless = judge(&at(google), &data, MADE);
    assert_eq!(nameless.class(), Class::Suspect);
    assert_eq!(found(&nameless), [("ip_crawler", Strength::Strong)]);
    let order = Subject::new("purchase", Platform::Meta);
    assert_eq!(Policy::default().decide(Some(&nameless), &order).action, Action::Mark);
}

#[cfg(feature = "bundled")]
#[test]
fn bundled_data_know_addresses_and_grow_old() {
    let data = Data::bundled();
    assert_eq!(data.sources().iter().filter(|source| source.layer == Layer::Ip).count(), 4);
    let cloud = at("52.95.110.1");
    assert_eq!(found(&judge(&cloud, &data, after(3))), [("ip_datacenter", Strength::Strong)]);
    let later = found(&judge(&cloud, &data, after(120)));
    assert_eq!(later, [("ip_datacenter", Strength::Weak), ("ip_data_stale", Strength::Note)]);
}
