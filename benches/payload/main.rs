//! A finished body to bytes, for each platform.
//!
//! `cargo bench -p predispatch-benches --bench payload`. The peer is `serde_json` writing a struct with
//! `#[derive(Serialize)]` that has the same keys, texts and numbers; both give the same bytes, which is
//! checked before anything is measured. And the way from an event in memory to the bytes: of each platform,
//! of a Meta Purchase with eight identifiers and with ten, and of four destinations of one event.
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]

mod bodies;

use std::hint::black_box;

use criterion::{Criterion, measurement::WallTime};
use predispatch_benches::{Ratio, median_ns, print_ratios};
use predispatch_consent::{Attestation, Destination, Flags, Grant, Permit};
use predispatch_event::{Event, ReadOptions};
use predispatch_payload::{Account, AccountKeys, Prepared, build, event_key};
use predispatch_types::Platform;
use serde::{Serialize, de::DeserializeOwned};

type Group<'c> = criterion::BenchmarkGroup<'c, WallTime>;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let options = ReadOptions::new();
    let ten = Event::from_json(PURCHASE.as_bytes(), &options).unwrap();
    let mut group = criterion.benchmark_group("payload/write");
    let ids = ACCOUNTS.map(|(to, keys)| {
        let case: fn(&mut Group<'_>, &Event, &Account) -> String = match to {
            "amazon" => case::<bodies::Amazon>,
            "google" => case::<bodies::Google>,
            "google:ads_adjustment" => case::<bodies::GoogleAdsAdjustment>,
            "google:ads_click" => case::<bodies::GoogleAdsClick>,
            "google:ga4" => case::<bodies::GoogleGa4>,
            "linkedin" => case::<bodies::Linkedin>,
            "meta" => case::<bodies::Meta>,
            "microsoft" => case::<bodies::Microsoft>,
            "pinterest" => case::<bodies::Pinterest>,
            "reddit" => case::<bodies::Reddit>,
            "snapchat" => case::<bodies::Snapchat>,
            "tiktok" => case::<bodies::Tiktok>,
            _ => case::<bodies::X>,
        };
        case(&mut group, &ten, &account(to, keys))
    });
    group.finish();

    let mut group = criterion.benchmark_group("payload/build_and_write");
    for (to, keys) in ACCOUNTS {
        from_event(&mut group, &to.replace(':', "_"), &ten, &[account(to, keys)]);
    }
    let four = ACCOUNTS.iter().filter(|(to, _)| FOUR.contains(to));
    let four: Vec<Account> = four.map(|(to, keys)| account(to, keys)).collect();
    from_event(&mut group, "four", &ten, &four);
    let eight = PURCHASE.replace(NINTH_AND_TENTH, "");
    assert_ne!(eight, PURCHASE);
    let eight = Event::from_json(eight.as_bytes(), &options).unwrap();
    let meta = [account("meta", r#"{"pixel_id":"1234567890"}"#)];
    from_event(&mut group, "meta_eight_identifiers", &eight, &meta);
    from_event(&mut group, "meta_ten_identifiers", &ten, &meta);
    group.finish();
    criterion.final_summary();
    let ratios = ids.map(|id| Ratio {
        claim: format!("{id}, body to bytes / serde_json on a struct").leak(),
        ours: format!("payload/write/{id}_predispatch").leak(),
        peer: format!("payload/write/{id}_serde_json").leak(),
        budget: 1.5,
    });
    print_ratios(&ratios);
    print_rate("payload/build_and_write/meta_eight_identifiers");
    print_rate("payload/build_and_write/meta_ten_identifiers");
}

/// From an event in memory to the bytes for each account: normalise, hash, build, write.
fn from_event(group: &mut Group<'_>, name: &str, event: &Event, accounts: &[Account]) {
    let permits: Vec<Permit> = accounts.iter().map(|to| permit(event, to.destination())).collect();
    let mut out = Vec::new();
    group.bench_function(name, |b| {
        b.iter(|| {
            let mut prepared = Prepared::new(black_box(event));
            out.clear();
            for (account, permit) in accounts.iter().zip(&permits) {
                let built = prepared.build(permit, account, event.time()).unwrap();
                built.body.write_event(&mut out);
            }
            out.len()
        });
    });
}

/// Measures one platform's body; returns the name of the case.
fn case<T: Serialize + DeserializeOwned>(
    group: &mut Group<'_>,
    event: &Event,
    account: &Account,
) -> String {
    let to = account.destination();
    let permit = permit(event, to);
    let body = build(event, &permit, account, event.time()).unwrap().body;
    let mut out = Vec::new();
    body.write_event(&mut out);
    let peer: T = serde_json::from_slice(&out).unwrap();
    assert_eq!(serde_json::to_string(&peer).unwrap().as_bytes(), out, "{to}");
    let name = to.to_string().replace(':', "_");
    group.bench_function(format!("{name}_predispatch"), |b| {
        b.iter(|| {
            out.clear();
            black_box(&body).write_event(&mut out);
            out.len()
        });
    });
    group.bench_function(format!("{name}_serde_json"), |b| {
        b.iter(|| {
            out.clear();
            serde_json::to_writer(&mut out, black_box(&peer)).unwrap();
            out.len()
        });
    });
    name
}

fn account(to: &str, keys: &str) -> Account {
    let keys: AccountKeys = serde_json::from_str(keys).unwrap();
    Account::from_keys(to.parse().unwrap(), &keys).unwrap()
}

fn permit(event: &Event, to: Destination) -> Permit {
    let basis = Attestation::new("a bench").unwrap();
    let mut flags = Flags::new();
    // Amazon takes no event from Europe without a word about consent.
    if to.platform() == Platform::Amazon {
        flags.ad_user_data = Some(Grant::Granted);
        flags.ad_storage = Some(Grant::Granted);
    }
    Permit::attested(basis, to, event_key(event), flags, event.time()..=event.time())
}

#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
fn print_rate(id: &str) {
    if let Some(nanos) = median_ns(id) {
        println!("{id}: {:.0} a second, budget 400,000", 1e9 / nanos);
    }
}

/// Those of the bench of the whole way.
const FOUR: [&str; 4] = ["meta", "pinterest", "reddit", "tiktok"];

/// What the purchase with eight identifiers lacks.
const NINTH_AND_TENTH: &str = r#","date_of_birth":"1990-12-10","gender":"f""#;

const ACCOUNTS: [(&str, &str); 13] = [
    (
        "amazon",
        r#"{"account_id":"ENTITY1ABC","client_id":"amzn1.application-oa2-client.abc","region":"eu","country":"GB"}"#,
    ),
    (
        "google:ads_adjustment",
        r#"{"operating_account_id":"1234567890","conversion_action_id":"987654321"}"#,
    ),
    (
        "google:ads_click",
        r#"{"operating_account_id":"1234567890","conversion_action_id":"987654321"}"#,
    ),
    ("google:ga4", r#"{"measurement_id":"G-AB12CD34EF"}"#),
    ("google", r#"{"operating_account_id":"1234567890","conversion_action_id":"987654321"}"#),
    ("linkedin", r#"{"conversion_rules":{"*":"104001"}}"#),
    ("meta", r#"{"pixel_id":"1234567890"}"#),
    ("microsoft", r#"{"tag_id":"187123456"}"#),
    ("pinterest", r#"{"ad_account_id":"549755885175"}"#),
    ("reddit", r#"{"pixel_id":"t2_pixel"}"#),
    (
        "snapchat",
        r#"{"pixel_id":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","app_id":"6f1c2b3a-0d4e-4f5a-8b6c-7d8e9fa0b1c2"}"#,
    ),
    ("tiktok", r#"{"pixel_code":"C9ABCDEF0123456789XY","app_id":"7001","event_set_id":"8001"}"#),
    ("x", r#"{"pixel_id":"o8z6j","event_tags":{"*":"tw-o8z6j-o87ne"}}"#),
];

const PURCHASE: &str = r#"{"event_name":"purchase","event_id":"01JD8Q2Z6F3K9V7T5W1X4Y0ABC","event_time":"2026-11-20T18:03:11Z","event_source_url":"https://shop.example.com/thank-you?fbclid=IwAR2kx9&ttclid=E.C.P.Cnw&ScCid=6f1c2b3a-0d4e-4f5a-8b6c-7d8e9fa0b1c2&epik=dj0yJnU9abc&rdt_cid=5123456789012345678&gclid=Cj0KCQ&msclkid=0a1b2c3d4e5f60718293a4b5c6d7e8f9&twclid=26l6412g5p4iyj65a2oic2ayg2","referrer_url":"https://shop.example.com/cart","user":{"email":"Ada.Example@Example.com","phone":"+44 20 7946 0958","first_name":"Ada","last_name":"Example","city":"London","postal_code":"SW1A 1AA","country":"GB","external_id":"c-1009","date_of_birth":"1990-12-10","gender":"f"},"browser_ids":{"fbp":"fb.1.1795190000123.1098115397","ttp":"2aBcDeFgHiJkLmNoPqRsTuVwXyZ","sc_cookie1":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","rdt_uuid":"9f8e7d6c-5b4a-4321-9876-0a1b2c3d4e5f","ga_client_id":"1098115397.1795190000","ga_session_id":"1795190000","uet_vid":"3c9d0e1f2a3b4c5d8e6f7a8b9c0d1e2f"},"client":{"ip":"93.184.216.34","user_agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36","language":"en-GB"},"custom_data":{"currency":"GBP","value":129.95,"order_id":"A-1009","content_type":"product","num_items":2,"items":[{"id":"sku-7","name":"Teapot","category":"Kitchen","brand":"Acme","quantity":1,"price":99.95},{"id":"sku-9","name":"Cup, \"blue\"","category":"Kitchen","brand":"Acme","quantity":1,"price":"30.25"}]}}"#;
