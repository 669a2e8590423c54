//! Each format, with its traps. The small feeds are the seeds of the fuzz target, whose first byte
//! names the format.

use std::fs;

use predispatch_bot::ip::{
    Answer, Class, Feed, Format, IpTable, IpTableBuilder, Label, LoadReport, RowFault,
};
use predispatch_types::Timestamp;

fn load(feed: &Feed, bytes: &[u8]) -> (IpTable, LoadReport) {
    let mut builder = IpTableBuilder::empty();
    let report = builder.load(feed, bytes).unwrap();
    (builder.build(), report)
}

fn seed(name: &str, format: Format) -> (IpTable, LoadReport) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds/bot_ip_feed/");
    load(&Feed::new(name, format), &fs::read(folder.to_owned() + name).unwrap()[1..])
}

fn database(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/data/mmdb/{name}.mmdb", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn at<'a>(table: &'a IpTable, address: &str) -> Answer<'a> {
    table.lookup(address.parse().unwrap())
}

fn classes(table: &IpTable, address: &str) -> String {
    at(table, address).classes().to_string()
}

#[test]
fn aws_names_a_prefix_once_for_each_service() {
    let (table, report) = seed("aws", Format::Aws);
    assert_eq!((report.rows, report.networks, report.skipped), (3, 3, 0));
    assert_eq!(report.version.as_deref(), Some("1790000000"));
    assert_eq!(report.made, "2026-11-22T10:00:00Z".parse().ok());
    assert_eq!(classes(&table, "192.0.2.1"), "datacenter");
    assert_eq!(classes(&table, "2001:db8::1"), "cdn,datacenter");
    assert_eq!(at(&table, "192.0.2.1").provider(), Some("aws"));
}

#[test]
fn google_has_one_key_or_the_other() {
    let (table, report) = seed("google", Format::Google);
    assert_eq!(report.made, "2026-11-22T10:00:00Z".parse().ok());
    assert_eq!(classes(&table, "198.51.100.1"), "datacenter");
    assert_eq!(classes(&table, "2001:db8:1::1"), "datacenter");
    let crawler = br#"{"creationTime":"2026-11-01T10:00:00.000000","prefixes":[{"ipv4Prefix":"203.0.113.0/28"}]}"#;
    let (table, _) = load(&Feed::crawler("gptbot"), crawler);
    assert_eq!(at(&table, "203.0.113.1").operator(), Some("gptbot"));
    assert_eq!(classes(&table, "203.0.113.1"), "crawler");
}

#[test]
fn azure_oracle_and_github() {
    let (table, report) = seed("azure", Format::Azure);
    assert_eq!((report.networks, report.version.as_deref()), (2, Some("300")));
    assert_eq!(classes(&table, "2001:db8:2::1"), "datacenter");
    let (table, report) = seed("oracle", Format::Oracle);
    assert_eq!((report.networks, classes(&table, "192.0.2.63")), (1, "datacenter".to_owned()));
    // Keys and domains are arrays too.
    let (table, report) = seed("github", Format::Github);
    assert_eq!((report.rows, report.networks, report.skipped), (3, 3, 0));
    assert_eq!(at(&table, "192.0.2.1").provider(), Some("github"));
}

#[test]
fn lines_of_networks_addresses_and_ranges() {
    let feed = Feed::new("list", Format::Networks).label(Label::of(Class::Abuse));
    let text = "\u{feff}# head\r\n192.0.2.0/24 ; SBL1\r\n\r\n198.51.100.7\r\n203.0.113.9-203.0.113.30\r\n\
                ::ffff:192.88.99.0/120\r\n2001:db8::5/64\r\n";
    let (table, report) = load(&feed, text.as_bytes());
    assert_eq!((report.rows, report.skipped, report.corrected), (5, 0, 1));
    assert_eq!(report.bad_rows[0].fault, RowFault::HostBits);
    assert_eq!(report.bad_rows[0].row, 7);
    for address in ["192.0.2.9", "198.51.100.7", "203.0.113.30", "192.88.99.1", "2001:db8::1"] {
        assert_eq!(classes(&table, address), "abuse", "{address}");
    }
    for address in ["198.51.100.8", "203.0.113.8", "203.0.113.31"] {
        assert!(at(&table, address).is_empty(), "{address}");
    }
}

#[test]
fn bogons_of_a_block_list_are_reserved_and_nothing_else() {
    let mut builder = IpTableBuilder::new();
    let feed = Feed::new("firehol", Format::Networks).label(Label::of(Class::Abuse));
    builder.load(&feed, b"10.0.0.0/8\n").unwrap();
    let table = builder.build();
    assert_eq!(classes(&table, "10.1.2.3"), "reserved");
    assert_eq!(at(&table, "10.1.2.3").counted().to_string(), "reserved");
}

#[test]
fn geofeeds_and_private_relay() {
    let (table, report) = seed("geofeed", Format::Geofeed);
    assert_eq!((report.rows, report.networks), (3, 3));
    assert_eq!(classes(&table, "2001:db8:4::1"), "datacenter");
    let (table, _) = seed("geofeed", Format::PrivateRelay);
    assert!(table.has_relay_list());
    assert_eq!(classes(&table, "192.0.2.10"), "privacy_relay");
}

#[test]
fn a_relay_wins_and_its_hosts_weigh_only_beside_a_full_list() {
    let hosts =
        b"@label cdn provider=cloudflare\n192.0.2.0/24\n@label datacenter,vpn\n192.0.2.0/25\n";
    let feed = Feed::new("lists", Format::Labelled);
    let (table, _) = load(&feed, hosts);
    assert_eq!(classes(&table, "192.0.2.1"), "cdn,datacenter,relay_host,vpn");
    assert_eq!(at(&table, "192.0.2.1").counted().to_string(), "");
    let mut builder = IpTableBuilder::empty();
    builder.load(&feed, hosts).unwrap();
    builder.load(&Feed::new("apple", Format::PrivateRelay), b"192.0.2.0/28,GB,,,\n").unwrap();
    let table = builder.build();
    assert_eq!(at(&table, "192.0.2.1").counted().to_string(), "privacy_relay");
    assert_eq!(at(&table, "192.0.2.99").counted().to_string(), "cdn,datacenter,vpn");
}

#[test]
fn tor_and_spamhaus() {
    let (table, report) = seed("tor", Format::TorExits);
    assert_eq!(report.made, "2026-11-22T02:00:00Z".parse().ok());
    assert_eq!(classes(&table, "192.0.2.77"), "tor");
    let (table, report) = seed("spamhaus", Format::Spamhaus);
    assert_eq!(report.made, Some(Timestamp::from_unix_secs(1_790_000_000)));
    assert_eq!((report.rows, report.networks), (2, 2));
    assert_eq!(classes(&table, "192.0.2.1"), "abuse");
}

#[test]
fn lists_of_systems_reach_their_networks() {
    let mut builder = IpTableBuilder::empty();
    let list = Feed::new("hosters", Format::AsnList).label(Label::of(Class::Datacenter));
    builder.load(&list, b"AS3223 # VOXILITY, RO\nAS4200000000 # big\n").unwrap();
    let ranges = b"9.0.0.0,9.0.0.255,3223,Voxility\n150994944,150995199,4200000000,\"a, b\"\n";
    builder.load(&Feed::new("asn", Format::AsnRanges), &ranges[..32]).unwrap();
    let table = builder.build();
    assert_eq!(classes(&table, "9.0.0.1"), "datacenter");
    assert_eq!(at(&table, "9.0.0.1").asn(), Some(3_223));
    assert_eq!(at(&table, "9.0.0.1").provider(), Some("VOXILITY, RO"));
    let (table, _) = load(&Feed::new("asn", Format::AsnRanges), &ranges[32..]);
    assert_eq!(at(&table, "9.0.0.1").asn(), Some(4_200_000_000));
}

#[test]
fn columns_are_found_by_name() {
    let (table, report) = seed("columns", Format::Columns);
    assert_eq!((report.rows, report.skipped), (1, 0));
    // "Anonymous" adds nothing to a named kind.
    assert_eq!(classes(&table, "192.0.2.1"), "vpn");
    let (table, _) = seed("columns_ipinfo", Format::Columns);
    let answer = at(&table, "192.0.2.9");
    assert_eq!((answer.asn(), answer.provider()), (Some(64_500), Some("Example")));
    assert_eq!(answer.classes().to_string(), "datacenter");
    let mut builder = IpTableBuilder::empty();
    let headless = builder.load(&Feed::new("x", Format::Columns), b"192.0.2.0/24,1\n");
    assert_eq!(headless.unwrap_err().code(), "feed_malformed");
}

#[test]
fn ip2proxy_and_iporigin() {
    let (table, report) = seed("ip2proxy", Format::Ip2Proxy);
    assert_eq!((report.rows, report.skipped), (3, 0));
    assert_eq!(classes(&table, "1.0.0.1"), "datacenter");
    assert!(at(&table, "1.0.1.1").is_empty());
    // IPv4 as a mapped IPv6 number.
    assert_eq!(classes(&table, "192.0.2.1"), "vpn");
    let (table, report) = seed("iporigin", Format::Iporigin);
    assert_eq!(report.made, Some(Timestamp::from_unix_secs(1_791_200_061)));
    assert_eq!(classes(&table, "9.9.9.10"), "tor");
}

#[test]
fn maxmind_databases() {
    let load = |name: &str| load(&Feed::new(name, Format::Mmdb), &database(name));
    // Expected values: the sources of MaxMind's test databases.
    let (table, report) = load("GeoIP2-Anonymous-IP-Test");
    assert!(report.made.is_some() && report.skipped == 0, "{report:?}");
    assert_eq!(classes(&table, "1.2.0.1"), "vpn");
    assert_eq!(classes(&table, "65.0.0.1"), "tor");
    let (table, _) = load("GeoIP-Anonymous-Plus-Test");
    assert_eq!(at(&table, "1.2.0.1").provider(), Some("foo"));
    let (table, report) = load("GeoLite2-ASN-Test");
    assert_eq!(report.skipped, 0);
    assert_eq!(at(&table, "1.128.0.1").asn(), Some(1_221));
    let (table, _) = load("GeoIP2-ISP-Test");
    assert_eq!(at(&table, "1.128.0.1").asn(), Some(1_221));
    let (table, report) = load("GeoIP2-Connection-Type-Test");
    assert_eq!(report.skipped, 0);
    assert_eq!(classes(&table, "1.0.1.1"), "mobile");
    assert_eq!(classes(&table, "96.1.20.1"), "residential");
}

#[test]
fn broken_databases_are_refused() {
    for name in ["MaxMind-DB-test-broken-pointers-24", "MaxMind-DB-test-broken-search-tree-24"] {
        let mut builder = IpTableBuilder::empty();
        let refused = builder.load(&Feed::new(name, Format::Mmdb), &database(name)).unwrap_err();
        assert!(
            ["feed_malformed", "feed_empty", "feed_too_many_bad_rows"].contains(&refused.code())
        );
    }
}

#[test]
fn too_low_a_confidence_says_nothing() {
    let name = "GeoIP-Anonymous-Plus-Test";
    let feed = Feed::new(name, Format::Mmdb).min_confidence(100);
    let mut builder = IpTableBuilder::empty();
    let before = builder.load(&Feed::new(name, Format::Mmdb), &database(name)).unwrap();
    let after = builder.load(&feed, &database(name)).map_or(0, |report| report.networks);
    assert!(after < before.networks, "{after} of {}", before.networks);
}
