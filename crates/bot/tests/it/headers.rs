//! Header rules on the captured runs and on what browsers are known to send.

use std::{collections::BTreeMap, fs, path::Path};

use predispatch_bot::{
    Strength,
    client::{Client, HeaderList, RequestKind},
    headers,
};
use proptest::prelude::*;

const EXPECTED: &str = include_str!("../data/headers_captures.tsv");

/// The headers of each kind of request of a capture: label, then kind, then names and values.
type Requests = Vec<(RequestKind, Vec<(String, String)>)>;

fn captures() -> BTreeMap<String, (String, Requests)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let json: serde_json::Value =
                serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let label = json["meta"]["label"].as_str().unwrap().to_owned();
            let requests = json["headers"].as_object().unwrap().iter();
            let requests = requests.map(|(kind, request)| {
                let kind = if kind == "fetch_post" { "fetch" } else { kind };
                let list = request["list"].as_array().unwrap().iter();
                let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
                (kind.parse().unwrap(), list.map(|pair| (text(&pair[0]), text(&pair[1]))).collect())
            });
            (name, (label, requests.collect()))
        })
        .collect()
}

fn judged(kind: RequestKind, list: &[(String, String)]) -> Vec<(&'static str, Strength)> {
    let mut client = Client::new();
    client.set_request_kind(kind);
    // Loopback counts as trustworthy: browsers send client hints and fetch metadata there.
    client.set_secure(true);
    let list = list.iter().map(|(name, value)| (&**name, &**value));
    client.set_headers(HeaderList::in_wire_order(list).unwrap());
    headers::judge(&client).reasons().map(|reason| (reason.code, reason.strength)).collect()
}

#[test]
fn captured_page_loads_have_the_listed_findings() {
    let mut lines = Vec::new();
    for (name, (label, requests)) in captures() {
        for (kind, list) in requests {
            if kind == RequestKind::Document {
                let codes: Vec<_> = judged(kind, &list).into_iter().map(|(code, _)| code).collect();
                lines.push(format!("{name}\t{label}\t{}", codes.join(" ")));
            }
        }
    }
    let expected: Vec<_> = EXPECTED.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, expected, "\n{}", lines.join("\n"));
    assert_eq!(lines.len(), 45);
}

#[test]
fn a_person_s_request_breaks_no_rule_whatever_its_kind() {
    let mut requests_seen = 0;
    for (name, (label, requests)) in captures() {
        for (kind, list) in requests.iter().filter(|_| label == "human_stand_in") {
            let found = judged(*kind, list);
            assert!(
                found.iter().all(|(_, strength)| *strength == Strength::Note),
                "{name} {kind}: {found:?}"
            );
            requests_seen += 1;
        }
    }
    assert!(requests_seen >= 12, "{requests_seen}");
}

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const WEB_VIEW: &str = "Mozilla/5.0 (Linux; Android 14; SM-A546B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.135 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/492.0.0.66.107;]";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const SAFARI_15: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15";

fn codes(
    kind: Option<RequestKind>,
    is_secure: Option<bool>,
    list: &[(&str, &str)],
) -> Vec<&'static str> {
    let mut client = Client::new();
    if let Some(kind) = kind {
        client.set_request_kind(kind);
    }
    if let Some(is_secure) = is_secure {
        client.set_secure(is_secure);
    }
    client.set_headers(HeaderList::unordered(list.iter().copied()).unwrap());
    headers::judge(&client).reasons().map(|reason| reason.code).collect()
}

#[test]
fn what_is_not_known_is_no_evidence() {
    assert!(!headers::judge(&Client::new()).is_wired());
    assert_eq!(headers::judge(&Client::new()).reasons().count(), 0);
    let bare = [("User-Agent", CHROME)];
    assert_eq!(codes(None, None, &bare), Vec::<&str>::new(), "neither kind nor origin is known");
    assert_eq!(codes(None, Some(false), &bare), Vec::<&str>::new(), "browsers send none over http");
    assert_eq!(
        codes(None, Some(true), &bare),
        ["headers_no_client_hints", "headers_no_fetch_metadata"]
    );
    let page =
        ["headers_no_accept_language", "headers_no_accept"].map(|code| code == "headers_no_accept");
    assert_eq!(page, [false, true]);
}

#[test]
fn each_rule_has_its_code() {
    let document = Some(RequestKind::Document);
    let page = [("Accept", "text/html"), ("Accept-Language", "de")];
    let with = |user_agent, more: &[(&'static str, &'static str)]| {
        let mut list = vec![("User-Agent", user_agent)];
        list.extend(page);
        list.extend(more.iter().copied());
        list
    };
    let chromium = r#""Chromium";v="140", "Google Chrome";v="140", "Not?A_Brand";v="24""#;
    let old = r#""Chromium";v="120", "Google Chrome";v="120", "Not?A_Brand";v="24""#;
    type Case = (Vec<(&'static str, &'static str)>, &'static [&'static str]);
    let cases: Vec<Case> = vec![
        (page.to_vec(), &["headers_no_user_agent"]),
        (vec![("User-Agent", "x")], &["headers_no_accept", "headers_no_accept_language"]),
        (with(CHROME, &[("Sec-CH-UA", chromium), ("Sec-CH-UA-Platform", "\"Windows\"")]), &[]),
        (with(CHROME, &[("Sec-CH-UA", old)]), &["headers_version_differs"]),
        (
            with(CHROME, &[("Sec-CH-UA", chromium), ("Sec-CH-UA-Platform", "\"Linux\"")]),
            &["headers_platform_differs"],
        ),
        (
            with(CHROME, &[("Sec-CH-UA", chromium), ("Sec-CH-UA-Mobile", "?1")]),
            &["headers_mobile_differs"],
        ),
        (with(IPHONE, &[("Sec-CH-UA", chromium)]), &["headers_foreign_client_hints"]),
        (
            with(CHROME, &[("Sec-CH-UA", "\"HeadlessChrome\";v=\"140\"")]),
            &["headers_headless_brand"],
        ),
        (
            with(CHROME, &[("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "cors")]),
            &["headers_fetch_contradiction"],
        ),
        (with(CHROME, &[("Sec-Fetch-Dest", "empty")]), &["headers_fetch_destination_differs"]),
        (with(CHROME, &[("Sec-Fetch-Dest", "empty"), ("Sec-Purpose", "prefetch")]), &[]),
        (
            with(CHROME, &[("Sec-Fetch-Site", "none"), ("Referer", "https://x.example/")]),
            &["headers_referer_without_site"],
        ),
        (with(CHROME, &[("Upgrade", "h2c"), ("HTTP2-Settings", "AAM")]), &["headers_upgrade_h2c"]),
        (with(CHROME, &[("Accept-Encoding", "gzip, compress")]), &["headers_encoding"]),
    ];
    for (list, expected) in cases {
        assert_eq!(codes(document, None, &list), expected, "{list:?}");
    }
    let node = [("User-Agent", "node"), ("Accept-Language", "*"), ("Sec-Fetch-Mode", "cors")];
    assert_eq!(codes(Some(RequestKind::Fetch), None, &node), ["headers_node_fetch"]);
}

#[test]
fn web_views_and_old_safari_need_not_send_what_they_do_not_have() {
    for user_agent in [WEB_VIEW, SAFARI_15] {
        let list = [("User-Agent", user_agent), ("Accept", "text/html"), ("Accept-Language", "de")];
        assert_eq!(
            codes(Some(RequestKind::Document), Some(true), &list),
            Vec::<&str>::new(),
            "{user_agent}"
        );
    }
}

proptest! {
    /// What was not in wire order has no order.
    #[test]
    fn order_and_case_of_an_unordered_list_do_not_count(seed in any::<[u8; 8]>()) {
        let mut list = vec![("host", "x"), ("user-agent", CHROME), ("accept", "text/html"), ("accept-language", "de"), ("accept-encoding", "gzip"), ("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"), ("sec-fetch-site", "none")];
        let before = codes(Some(RequestKind::Document), None, &list);
        for (index, byte) in seed.iter().enumerate() {
            list.swap(index, usize::from(*byte) % 8);
        }
        prop_assert_eq!(codes(Some(RequestKind::Document), None, &list), before);
    }
}
