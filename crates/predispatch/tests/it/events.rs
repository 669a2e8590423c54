//! Generated events: parts that a shop really sends, in every mixture.

use std::sync::LazyLock;

use predispatch::{
    Pipeline, PipelineBuilder,
    consent::{Destination, GoogleProduct},
    dedup::store::memory::{MemoryOptions, MemoryStore},
    event::{Event, ReadOptions},
    payload::{Account, AccountKeys, meta, pinterest, reddit, tiktok},
    types::{EventIdKey, Platform, Timestamp},
};
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) const NOW: &str = "2026-11-20T18:05:00Z";

pub(crate) fn now() -> Timestamp {
    NOW.parse().expect("a moment")
}

/// Four platforms, records kept.
pub(crate) fn pipeline() -> &'static Pipeline {
    static PIPELINE: LazyLock<Pipeline> = LazyLock::new(four_platforms);
    &PIPELINE
}

/// With the bundled tables where they are built in; without them no test here needs any.
pub(crate) fn blank() -> PipelineBuilder {
    match cfg!(feature = "bundled") {
        true => Pipeline::builder(),
        false => Pipeline::builder().without_bot_data(),
    }
}

/// A new one.
pub(crate) fn four_platforms() -> Pipeline {
    let pixel = "the ids are well formed";
    blank()
        .destination(Account::new(meta::Dataset::new("1234567890").expect(pixel)))
        .destination(Account::new(tiktok::EventSource::pixel("C4A1B2C3D4E5F6G7H8I9").expect(pixel)))
        .destination(Account::new(pinterest::AdAccount::new("549755885175").expect(pixel)))
        .destination(Account::new(reddit::Pixel::new("t2_abc123").expect(pixel)))
        .dedup_key([7; 16])
        .record_key([8; 32])
        .build()
        .expect("settings are whole")
}

/// Every platform that payloads are built for.
pub(crate) fn everywhere() -> &'static Pipeline {
    static PIPELINE: LazyLock<Pipeline> = LazyLock::new(all_platforms);
    &PIPELINE
}

fn all_platforms() -> Pipeline {
    let keys = r#"{
        "tag_id": "187123456", "measurement_id": "G-AB12CD34EF", "region": "eu",
        "account_id": "45123", "client_id": "amzn1.a", "country": "US", "pixel_id": "1234567890",
        "ad_account_id": "549755885175", "pixel_code": "C9ABCDEF",
        "conversion_rules": {"*": "104001"}, "event_tags": {"*": "o87ne"},
        "operating_account_id": "1234567890", "conversion_action_id": "987654321"
    }"#;
    let keys: AccountKeys = serde_json::from_str(keys).expect("keys of accounts");
    let products = GoogleProduct::ALL.map(Destination::google);
    let destinations = Platform::ALL.map(Destination::from).into_iter().chain(products);
    let mut destinations: Vec<_> = destinations.collect();
    destinations.sort_unstable();
    destinations.dedup();
    let account = |to| Account::from_keys(to, &keys).expect("an account of each");
    let accounts = destinations.into_iter().map(account);
    let builder = blank().dedup_key([7; 16]).record_key([8; 32]).event_id_key([9; 32]);
    accounts.fold(builder, PipelineBuilder::destination).build().expect("settings are whole")
}

pub(crate) fn store() -> MemoryStore {
    MemoryStore::new(&MemoryOptions::default())
}

pub(crate) fn read(json: &Value) -> Event {
    let key = EventIdKey::new([9; 32]);
    let options = ReadOptions::new().derive_ids(&key);
    Event::from_json(json.to_string().as_bytes(), &options).expect("generated events are readable")
}

/// Any event: any person, place, signal, sender and source, with few enough ids that they repeat.
pub(crate) fn any_event() -> impl Strategy<Value = Value> {
    let what = (
        prop::sample::select(&["purchase", "lead", "page_view", "add_to_cart", "own_event"][..]),
        0_u8..6,
        // Up to nine days ago, now and then in the future.
        -800_000_i64..400,
        prop::sample::select(&["server", "server", "server", "browser"][..]),
        prop::sample::select(&["website", "website", "app", "physical_store"][..]),
    );
    let whose = (any_user(), any_place(), any_consent(), any_client());
    let rest = (
        any::<bool>(),
        prop::option::weighted(0.1, prop::sample::select(&["health", "finance", "toys"][..])),
        prop::option::weighted(0.2, prop::sample::subsequence(&["meta", "tiktok", "x"][..], 1..3)),
        any_value(),
    );
    (what, whose, rest).prop_map(
        |(
            (name, id, age, source, action),
            (user, place, consent, client),
            (url, vertical, to, custom),
        )| {
            let mut event = json!({
                "event_name": name,
                "event_time": now().unix_secs() + age,
                "source": source,
                "action_source": action,
                "user": user,
                "client": client,
                "custom_data": custom,
                "consent": consent,
            });
            // One in six has none, and gets one derived.
            if id > 0 {
                event["event_id"] = json!(format!("order-{id}"));
            }
            if url {
                event["event_source_url"] =
                    json!("https://shop.example.com/thank-you?fbclid=IwAR2kx9");
            }
            if let Some(place) = place {
                event["jurisdiction"] = place;
            }
            if let Some(vertical) = vertical {
                event["vertical"] = json!(vertical);
            }
            if let Some(to) = to {
                event["destinations"] = json!(to);
            }
            event
        },
    )
}

fn any_user() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({"email": "Ada.Example@Example.com"}),
        json!({"email": "ada.example@example.com", "phone": "+44 20 7946 0958", "country": "GB"}),
        json!({"email": "not an address", "phone": "123"}),
        json!({"external_id": "c-1009", "city": "London", "date_of_birth": "1985-12-10"}),
        json!({"date_of_birth": "2015-01-02", "email": "kid@example.com"}),
    ])
}

fn any_place() -> impl Strategy<Value = Option<Value>> {
    prop::sample::select(vec![
        None,
        Some(json!({"country": "DE"})),
        Some(json!({"country": "US", "region": "CA"})),
        Some(json!({"country": "US", "region": "TX"})),
        Some(json!({"country": "US"})),
        Some(json!({"country": "JP"})),
        Some(json!({"country": "CA", "region": "QC"})),
        Some(json!({"country": "nowhere"})),
    ])
}

fn any_consent() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({"gpc": true}),
        json!({"gpc": false}),
        json!({"cmp": {"meta": true, "tiktok": true, "pinterest": true, "reddit": true},
               "collected_at": "2026-11-10T00:00:00Z"}),
        json!({"cmp": {"meta": false, "tiktok": true}, "collected_at": "2026-11-10T00:00:00Z"}),
        json!({"cmp": {"meta": "maybe"}}),
        json!({"pending": true, "collected_at": "2026-11-20T18:00:00Z"}),
        json!({"tcf": "CQ"}),
        // Of October 2026: all purposes for 755, 793, 804 and 1126; purposes 1 and 7; none.
        json!({"tcf": "CQsBo0AQsBo0AEsAHBENB4FgAP_gAAAAAAAAIzQBAF5gMZAZIBGYAAAAAAAA.IJYQAYAAglgA", "gdpr_applies": true}),
        json!({"tcf": "CQrnRUAQrnRUAEsAHBENB4FgAIIAAAAAAAAAIzQBAF5gMZAZIBGYAAAAAAAA.IJYQAYAAglgA", "gdpr_applies": true}),
        json!({"tcf": "CQqiDoAQqiDoAEsAHBENB4FgAAAAAAAAAAAAAAAAAAAA.IJYQAYAAglgA", "gdpr_applies": true}),
        json!({"tcf": ""}),
        json!({"opted_out": true}),
        json!({"us_privacy": "1YNN"}),
        json!({"us_privacy": "1YYN"}),
    ])
}

fn any_client() -> impl Strategy<Value = Value> {
    let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                  Chrome/142.0.0.0 Safari/537.36";
    prop::sample::select(vec![
        json!({}),
        json!({"ip": "198.51.100.7", "user_agent": chrome}),
        json!({"ip": "198.51.100.7", "user_agent": "curl/8.5.0"}),
        json!({"user_agent": chrome, "headers": {"Sec-Purpose": "prefetch"}}),
    ])
}

fn any_value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({"currency": "GBP", "value": 129.95, "order_id": "A-1009"}),
        json!({"currency": "EUR", "value": "12,50"}),
        json!({"currency": "USD", "value": -3, "order_id": "A-1010"}),
        json!({"currency": "JPY", "value": 1200, "order_id": "A-1011",
               "items": [{"id": "sku-7", "quantity": 1, "price": 1200}]}),
    ])
}
