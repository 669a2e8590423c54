//! Marked identifiers in every place that an event can hold them. Each goes out in clear exactly where
//! `plain_fields.toml` says so, and is nowhere else: not in a body, an issue, an error or a debug text.

use std::{collections::BTreeMap, fmt::Write as _};

use predispatch_consent::Flags;
use predispatch_payload::{Batch, Payload, Prepared};
use serde_json::{Value, json};

use crate::{
    platforms::SUBJECTS,
    setting::{merge, permit, read},
};

/// The field, a patch of the event that holds the mark, and the mark as it would look in clear.
fn canaries() -> Vec<(&'static str, Value, &'static str)> {
    let item = |key: &str, value: &str| json!({"custom_data": {"items": [merged(json!({"id": "sku", "quantity": 1, "price": "1.00"}), &json!({key: value}))]}});
    vec![
        // Some send it as the order's number where there is none.
        (
            "event_id",
            json!({"event_id": "canary-event-id", "custom_data": {"order_id": null}}),
            "canary-event-id",
        ),
        (
            "event_source_url",
            json!({"event_source_url": "https://canaryhost.example/p"}),
            "canaryhost",
        ),
        (
            "event_source_url:email",
            json!({"event_source_url": "https://shop.example.com/p?email=canaryq%40example.com"}),
            "canaryq",
        ),
        (
            "event_source_url:path",
            json!({"event_source_url": "https://shop.example.com/u/canaryp@example.com/x"}),
            "canaryp",
        ),
        (
            "event_source_url:fragment",
            json!({"event_source_url": "https://shop.example.com/p#canaryfragment"}),
            "canaryfragment",
        ),
        (
            "referrer_url",
            json!({"referrer_url": "https://canaryreferrer.example/p"}),
            "canaryreferrer",
        ),
        (
            "referrer_url:email",
            json!({"referrer_url": "https://shop.example.com/?to=canaryr@example.com"}),
            "canaryr@",
        ),
        ("user.email", json!({"user": {"email": "canarymail@example.com"}}), "canarymail"),
        ("user.phone", json!({"user": {"phone": "+44 20 7946 0777"}}), "2079460777"),
        ("user.first_name", json!({"user": {"first_name": "Canaryfirst"}}), "anaryfirst"),
        ("user.last_name", json!({"user": {"last_name": "Canarylast"}}), "anarylast"),
        ("user.date_of_birth", json!({"user": {"date_of_birth": "1997-02-16"}}), "19970216"),
        ("user.street", json!({"user": {"street": "77 Canarystreet"}}), "anarystreet"),
        ("user.city", json!({"user": home("city", "Canarycity")}), "anarycity"),
        ("user.region", json!({"user": home("region", "Canaryregion")}), "anaryregion"),
        (
            "user.postal_code",
            json!({"user": {"country": "GB", "postal_code": "ZE3 9XQ", "first_name": "Bo", "last_name": "Cy"}}),
            "ze3",
        ),
        (
            "user.country",
            json!({"user": {"country": "MC", "postal_code": "98000", "first_name": "Bo", "last_name": "Cy"}}),
            "\"mc\"",
        ),
        (
            "user.external_id",
            json!({"user": {"external_id": "canary-external"}}),
            "canary-external",
        ),
        (
            "user.mobile_ad_id",
            json!({"action_source": "app", "app": app(), "user": {"mobile_ad_id": "ea7583cd-a667-48bc-b806-42ecb2b48606"}}),
            "ea7583cd",
        ),
        (
            "user.subscription_id",
            json!({"user": {"subscription_id": "canary-subscription"}}),
            "canary-subscription",
        ),
        ("user.lead_id", json!({"user": {"lead_id": "525645896321548"}}), "525645896321548"),
        ("user.lead_id:text", json!({"user": {"lead_id": "canary-lead"}}), "canary-lead"),
        ("user.company", json!({"user": {"company": "Canarycompany"}}), "anarycompany"),
        ("user.job_title", json!({"user": {"job_title": "Canarytitle"}}), "anarytitle"),
        (
            "click_ids.fbc",
            json!({"click_ids": {"fbc": "fb.1.1795190000000.Canaryfbc"}}),
            "Canaryfbc",
        ),
        ("click_ids.gclid", json!({"click_ids": {"gclid": "Canarygclid"}}), "Canarygclid"),
        ("click_ids.gbraid", json!({"click_ids": {"gbraid": "Canarygbraid"}}), "Canarygbraid"),
        ("click_ids.wbraid", json!({"click_ids": {"wbraid": "Canarywbraid"}}), "Canarywbraid"),
        ("click_ids.dclid", json!({"click_ids": {"dclid": "Canarydclid"}}), "Canarydclid"),
        (
            "click_ids.ttclid",
            json!({"click_ids": {"ttclid": "E.C.P.Canaryttclid"}}),
            "Canaryttclid",
        ),
        (
            "click_ids.li_fat_id",
            json!({"click_ids": {"li_fat_id": "canary-li-fat-id"}}),
            "canary-li-fat-id",
        ),
        (
            "click_ids.sc_click_id",
            json!({"click_ids": {"sc_click_id": "6f1c2b3a-0d4e-4f5a-8b6c-7d8e9fa0b1c2"}}),
            "6f1c2b3a-0d4e-4f5a-8b6c-7d8e9fa0b1c2",
        ),
        ("click_ids.epik", json!({"click_ids": {"epik": "dj0yCanaryepik"}}), "Canaryepik"),
        (
            "click_ids.rdt_cid",
            json!({"click_ids": {"rdt_cid": "5123456789012345678"}}),
            "5123456789012345678",
        ),
        (
            "click_ids.msclkid",
            json!({"click_ids": {"msclkid": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}}),
            "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        ),
        (
            "click_ids.twclid",
            json!({"click_ids": {"twclid": "26l6412canary4iyj65a2oic2ayg2"}}),
            "26l6412canary",
        ),
        (
            "browser_ids.fbp",
            json!({"browser_ids": {"fbp": "fb.1.1795190000000.1098115397"}}),
            "1098115397",
        ),
        (
            "browser_ids.ttp",
            json!({"browser_ids": {"ttp": "2aCanaryTtpNoPqRsTuVwXyZ012"}}),
            "CanaryTtp",
        ),
        (
            "browser_ids.sc_cookie1",
            json!({"browser_ids": {"sc_cookie1": "1a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"}}),
            "1a1b2c3d-4e5f",
        ),
        (
            "browser_ids.ga_client_id",
            json!({"browser_ids": {"ga_client_id": "887766554.1795190000"}}),
            "887766554",
        ),
        (
            "browser_ids.ga_session_id",
            json!({"browser_ids": {"ga_session_id": "1795190077"}}),
            "1795190077",
        ),
        (
            "browser_ids.rdt_uuid",
            json!({"browser_ids": {"rdt_uuid": "9f8e7d6c-5b4a-4321-9876-0a1b2c3d4e5f"}}),
            "9f8e7d6c",
        ),
        (
            "browser_ids.uet_vid",
            json!({"browser_ids": {"uet_vid": "3c9d0e1f2a3b4c5d8e6f7a8b9c0d1e2f"}}),
            "3c9d0e1f2a3b",
        ),
        ("jurisdiction.country", json!({"jurisdiction": {"country": "MC"}}), "\"mc\""),
        ("client.ip", json!({"client": {"ip": "93.184.216.77"}}), "93.184.216.77"),
        (
            "client.user_agent",
            json!({"client": {"user_agent": "Mozilla/5.0 Canaryagent"}}),
            "Canaryagent",
        ),
        ("client.language", json!({"client": {"language": "eo"}}), "\"eo\""),
        (
            "custom_data.order_id",
            json!({"custom_data": {"order_id": "canary-order"}}),
            "canary-order",
        ),
        (
            "custom_data.content_name",
            json!({"custom_data": {"content_name": "Canarycontent"}}),
            "Canarycontent",
        ),
        (
            "custom_data.content_name:email",
            json!({"custom_data": {"content_name": "to canaryc@example.com"}}),
            "canaryc@",
        ),
        (
            "custom_data.search_string",
            json!({"custom_data": {"search_string": "Canarysearch"}}),
            "Canarysearch",
        ),
        (
            "custom_data.search_string:phone",
            json!({"custom_data": {"search_string": "+44 20 7946 0778"}}),
            "7946 0778",
        ),
        (
            "custom_data.status:email",
            json!({"custom_data": {"status": "canarystatus@example.com"}}),
            "canarystatus",
        ),
        (
            "custom_data.content_category",
            json!({"custom_data": {"content_category": "Canarycategory"}}),
            "Canarycategory",
        ),
        (
            "custom_data.content_type",
            json!({"custom_data": {"content_type": "canarytype"}}),
            "canarytype",
        ),
        ("custom_data.status", json!({"custom_data": {"status": "canarystate"}}), "canarystate"),
        (
            "custom_data.coupon",
            json!({"custom_data": {"coupon": "CANARYCOUPON", "items": [{"id": "sku", "quantity": 1}]}}),
            "canarycoupon",
        ),
        (
            "custom_data.delivery_category",
            json!({"custom_data": {"delivery_category": "canarydelivery"}}),
            "canarydelivery",
        ),
        (
            "custom_data.properties",
            json!({"custom_data": {"properties": {"note": "canary_property"}}}),
            "canary_property",
        ),
        ("custom_data.items.id", item("id", "canary-sku"), "canary-sku"),
        ("custom_data.items.name", item("name", "Canaryproduct"), "Canaryproduct"),
        ("custom_data.items.category", item("category", "Canaryshelf"), "Canaryshelf"),
        ("custom_data.items.brand", item("brand", "Canarybrand"), "Canarybrand"),
        ("custom_data.items.variant", item("variant", "Canaryvariant"), "Canaryvariant"),
        ("custom_data.items.coupon", item("coupon", "CANARYLINE"), "canaryline"),
        ("customer.segment", json!({"customer": {"segment": "canarysegment"}}), "canarysegment"),
        (
            "app.id",
            json!({"action_source": "app", "app": merged(app(), &json!({"id": "com.canaryapp"}))}),
            "canaryapp",
        ),
        (
            "app.name",
            json!({"action_source": "app", "app": merged(app(), &json!({"name": "Canaryapplication"}))}),
            "Canaryapplication",
        ),
        (
            "app.version",
            json!({"action_source": "app", "app": merged(app(), &json!({"version": "7.77-canary"}))}),
            "7.77-canary",
        ),
        (
            "app.extinfo",
            json!({"action_source": "app", "app": merged(app(), &json!({"extinfo": ["a2", "com.canaryext", "", "", "17", "", "", "", "", "", "", "", "", "", "", ""]}))}),
            "canaryext",
        ),
        (
            "custom_data.properties:email",
            json!({"custom_data": {"properties": {"note": "canaryprop@example.com"}}}),
            "canaryprop",
        ),
        ("custom_data.items.name:email", item("name", "canaryitem@example.com"), "canaryitem"),
        (
            "original_event.event_id",
            json!({"original_event": {"event_id": "canary-original"}}),
            "canary-original",
        ),
        (
            "original_event.order_id",
            json!({"original_event": {"order_id": "canary-first-order"}}),
            "canary-first-order",
        ),
    ]
}

/// An address that is whole for those who take no other.
fn home(key: &str, value: &str) -> Value {
    let four =
        json!({"first_name": "Bo", "last_name": "Cy", "country": "MC", "postal_code": "98000"});
    merged(four, &json!({key: value}))
}

fn app() -> Value {
    json!({"platform": "android", "advertiser_tracking_enabled": true,
        "extinfo": ["a2", "", "", "", "17", "", "", "", "", "", "", "", "", "", "", ""]})
}

fn merged(mut base: Value, patch: &Value) -> Value {
    merge(&mut base, patch);
    base
}

/// Enough to be built by every platform, with nothing of the marks in it.
fn base() -> Value {
    json!({
        "event_name": "purchase",
        "event_id": "id-1",
        "event_time": crate::generate::EVENT_TIME,
        "event_source_url": "https://shop.example.com/p",
        "user": {"email": "b@example.com"},
        "browser_ids": {"ga_client_id": "123.456"},
        "client": {"ip": "93.184.216.34", "user_agent": "Mozilla/5.0"},
        "custom_data": {"currency": "EUR", "value": "1.00", "order_id": "o-1"},
    })
}

#[test]
fn a_mark_goes_out_in_clear_where_the_table_says_and_nowhere_else() {
    let table: BTreeMap<String, Vec<String>> =
        toml::from_str(include_str!("../../plain_fields.toml")).unwrap();
    let canaries = canaries();
    assert!(canaries.len() >= 50);
    let mut wrong = Vec::new();
    for subject in SUBJECTS {
        let plain = &table[subject.name];
        for (field, patch, mark) in &canaries {
            let (body, around) = outputs(subject, &merged(base(), patch));
            let listed = plain.iter().any(|known| known == field);
            if body.to_lowercase().contains(&mark.to_lowercase()) != listed {
                wrong.push(format!("{} {field}: listed {listed}, but {body}", subject.name));
            }
            assert!(
                !around.to_lowercase().contains(&mark.to_lowercase()),
                "{} {field}: {around}",
                subject.name
            );
        }
        for field in plain {
            let known = canaries.iter().any(|(canary, _, _)| canary == field);
            assert!(known, "{}: no canary tests the listed field {field}", subject.name);
        }
    }
    assert_eq!(table.len(), SUBJECTS.len(), "a table without a platform");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The body, and everything else that comes out: issues, errors, debug texts.
fn outputs(subject: &crate::platforms::Subject, event: &Value) -> (String, String) {
    let event = read(event);
    let to = subject.destination();
    let account = subject.account(&subject.clearest());
    let permit = permit(&event, to, Flags::new(), event.time());
    let mut prepared = Prepared::new(&event);
    let mut around = format!("{prepared:?} {permit:?} {:?} ", event.issues());
    let body = match prepared.build(&permit, &account, event.time()) {
        Ok(built) => {
            let payload = Payload::from(&built.body);
            let plan = Batch::plan(std::slice::from_ref(&payload));
            write!(around, "{built:?} {payload:?} {plan:?} {:?}", built.body.envelope()).unwrap();
            built.issues.iter().for_each(|issue| write!(around, " {issue}").unwrap());
            String::from_utf8(built.body.to_request()).unwrap()
        }
        Err(rejected) => {
            write!(around, "{rejected:?} {rejected} {}", rejected.reason).unwrap();
            String::new()
        }
    };
    (body, around)
}
