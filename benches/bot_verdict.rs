//! The whole verdict: every layer on real requests with their device signals.
//!
//! ```text
//! cargo bench -p predispatch-benches --bench bot_verdict
//! ```
//!
//! No peer joins the layers. The floor beside it is what `isbot` needs for the user agent alone.
#![allow(missing_docs, reason = "a bench has no interface")]
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use predispatch_benches::{Ratio, print_ratios};
use predispatch_bot::client::{Client, HeaderList, RequestKind};
use predispatch_bot::ip::{Feed, Format, IpTableBuilder};
use predispatch_bot::verdict::{Class, Data, judge};
use predispatch_types::Timestamp;
use serde_json::Value;

const PERSON: &str =
    include_str!("../crates/bot/tests/data/captures/human_chromium_headed_xvfb.json");
const PROGRAM: &str =
    include_str!("../crates/bot/tests/data/captures/puppeteer_extra_stealth_headless.json");

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = IpTableBuilder::new();
    let feed = br#"{"prefixes": [{"ip_prefix": "198.51.100.0/24", "service": "EC2"}]}"#;
    table.load(&Feed::new("aws", Format::Aws), feed).unwrap();
    let data = Data::bundled().with_ip(Arc::new(table.build()));
    let peer = isbot::Bots::default();

    let mut group = criterion.benchmark_group("bot/verdict");
    for (case, json, class) in
        [("person", PERSON, Class::Human), ("program", PROGRAM, Class::Automation)]
    {
        let client = client(json);
        assert_eq!(judge(&client, &data, Timestamp::UNIX_EPOCH).class(), class, "{case}");
        group.bench_function(case, |b| {
            b.iter(|| judge(black_box(&client), &data, Timestamp::UNIX_EPOCH));
        });
    }
    group.finish();
    let person = client(PERSON);
    let user_agent = person.user_agent().present().unwrap();
    let mut group = criterion.benchmark_group("bot/verdict_peer");
    group.bench_function("isbot", |b| b.iter(|| peer.is_bot(black_box(user_agent))));
    group.finish();
    criterion.final_summary();
    let ratio = |claim, ours| Ratio {
        claim,
        ours,
        peer: "bot/verdict_peer/isbot",
        // 2 us is the budget; `isbot` took 0.45 us on the machine where that was set.
        budget: 4.4,
    };
    print_ratios(&[
        ratio("person, all layers / isbot on the user agent", "bot/verdict/person"),
        ratio("program, all layers / isbot on the user agent", "bot/verdict/program"),
    ]);
}

fn client(json: &str) -> Client {
    let run: Value = serde_json::from_str(json).unwrap();
    let list = run["headers"]["document"]["list"].as_array().unwrap();
    let pairs = list.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
    let mut client = Client::new();
    client.set_ip("203.0.113.24".parse().unwrap());
    client.set_headers(HeaderList::in_wire_order(pairs).unwrap());
    client.set_request_kind(RequestKind::Document);
    client.set_secure(true);
    client.set_signals(serde_json::from_value(run["signals"].clone()).unwrap());
    client
}
