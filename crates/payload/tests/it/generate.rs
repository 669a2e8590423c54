//! Events by chance: each field absent, sound, or odd. The same seed gives the same event.

use serde_json::{Map, Value, json};

/// A small generator of numbers (SplitMix64): the tests must not change with a dependency.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// True `parts` times of ten.
    fn tenths(&mut self, parts: usize) -> bool {
        self.below(10) < parts
    }
}

/// One event, `EVENT_TIME` seconds after 1970.
pub(crate) fn event(chance: &mut Chance) -> Value {
    let mut event = Map::new();
    event.insert("event_name".into(), (*chance.one(NAMES)).into());
    event.insert("event_time".into(), EVENT_TIME.into());
    if chance.tenths(9) {
        event.insert("event_id".into(), format!("id-{}", chance.below(1_000_000)).into());
    }
    if chance.tenths(4) {
        event.insert("action_source".into(), (*chance.one(SOURCES)).into());
    }
    if chance.tenths(9) {
        event.insert("event_source_url".into(), (*chance.one(URLS)).into());
    }
    if chance.tenths(3) {
        event.insert("referrer_url".into(), (*chance.one(URLS)).into());
    }
    for (group, fields) in GROUPS {
        let mut object = Map::new();
        let wanted = chance.below(9) + 1;
        let fields: Map<String, Value> = serde_json::from_str(fields).unwrap();
        for (key, values) in fields {
            if chance.tenths(wanted) {
                object.insert(key, chance.one(values.as_array().unwrap()).clone());
            }
        }
        if !object.is_empty() {
            event.insert((*group).into(), object.into());
        }
    }
    if chance.tenths(6) {
        let amount = *chance.one(AMOUNTS);
        let custom = event.entry("custom_data").or_insert_with(|| json!({}));
        custom["currency"] = (*chance.one(CURRENCIES)).into();
        custom["value"] = amount.into();
        custom["order_id"] = "A-1009".into();
        let items: Vec<Value> = (0..chance.below(4)).map(|_| item(chance)).collect();
        if !items.is_empty() {
            custom["items"] = items.into();
        }
    }
    if chance.tenths(1) {
        event.insert("action_source".into(), "app".into());
        let mut app: Value = serde_json::from_str(APP).unwrap();
        app["platform"] = (*chance.one(&["ios", "android"])).into();
        app["advertiser_tracking_enabled"] = chance.tenths(5).into();
        event.insert("app".into(), app);
    }
    event.into()
}

fn item(chance: &mut Chance) -> Value {
    let mut item = json!({});
    if chance.tenths(9) {
        item["id"] = (*chance.one(&["sku-1", "12345", "ä-7", "a\\b"])).into();
    }
    for (key, values) in [
        ("name", &["Mug", "Täglich 東京 🎉", "a \"b\" \\ c"][..]),
        ("category", &["Kitchen > Mugs", "x"][..]),
        ("brand", &["Acme"][..]),
        ("variant", &["red"][..]),
        ("coupon", &["TEN"][..]),
        ("price", &["1.00", "64.95", "0"][..]),
        ("discount", &["0.50"][..]),
    ] {
        if chance.tenths(5) {
            item[key] = (*chance.one(values)).into();
        }
    }
    if chance.tenths(6) {
        item["quantity"] = (chance.below(5) + 1).into();
    }
    item
}

/// 2026-11-20T18:03:11Z.
pub(crate) const EVENT_TIME: i64 = 1_795_197_791;

const NAMES: &[&str] = &[
    "purchase",
    "purchase",
    "purchase",
    "lead",
    "page_view",
    "add_to_cart",
    "view_content",
    "search",
    "add_to_wishlist",
    "initiate_checkout",
    "add_payment_info",
    "complete_registration",
    "subscribe",
    "start_trial",
    "contact",
    "schedule",
    "submit_application",
    "download",
    "login",
    "refund",
    "Size_Chart_Opened",
    "größe",
    "CompletePayment",
    "Purchase",
    "a \"quoted\" name",
];
const SOURCES: &[&str] = &[
    "website",
    "physical_store",
    "phone_call",
    "email",
    "chat",
    "system_generated",
    "business_messaging",
    "other",
    "app",
];
const URLS: &[&str] = &[
    "https://shop.example.com/thanks?utm_source=mail",
    "https://shop.example.com/",
    "http://shop.example.com/a%20b?q=%22x%22&ttclid=E.C.P.x",
    "https://shop.example.com/reset?email=ada@example.com&gclid=Cj0KCQ#frag",
];
const AMOUNTS: &[&str] =
    &["0", "1", "129.90", "59.9", "100000000.01", "0.05", "-5", "9007199254740993.00", "1299.00"];
const CURRENCIES: &[&str] = &["EUR", "usd", "JPY", "KWD", "ALL", "GBP", "CLF"];
const APP: &str = r#"{"id":"com.example","name":"Shop","version":"1.2","application_tracking_enabled":true,
    "extinfo":["i2","com.example","1.0","1.0","17.1","iPhone14,3","en_US","UTC","","390","844","3","6","128","64","UTC"]}"#;

/// For each object the fields and their values.
const GROUPS: &[(&str, &str)] = &[
    (
        "user",
        r#"{"email":["ada@example.com","Ada.B+x@Example.COM",["a@example.com","b@example.com"],"not an address","test@test.com"],
        "phone":["+44 20 7946 0958","+1 (650) 555-1212","12","+49 151 23456789"],
        "first_name":["Ada","정","O'Neil","N/A"],"last_name":["Example","Jean-Luc"],
        "date_of_birth":["1997-02-16","31/02/1997"],"gender":["f","male","other"],
        "street":["1 Main Street"],"city":["New York","München","東京"],"region":["NY","Bayern"],
        "postal_code":["10001-1234","SW1A 1AA","80331"],"country":["US","Deutschland","Nowhere"],
        "external_id":["c-1009","C-1009",["a","b"]],"mobile_ad_id":["EA7583CD-A667-48BC-B806-42ECB2B48606","00000000-0000-0000-0000-000000000000"],
        "subscription_id":["sub-1"],"lead_id":["525645896321548","L-1"],"company":["Example GmbH"],"job_title":["Buyer"]}"#,
    ),
    (
        "click_ids",
        r#"{"fbc":["fb.1.1795190000000.IwAR2kx9","fb.1.1700000000000.IwAR2kx9","broken"],"gclid":["CjwKCA_z"],"gbraid":["0AAAA"],"wbraid":["ClgKCQ"],"dclid":["CJ"],
        "ttclid":["E.C.P.Cnw_aZ"],"li_fat_id":["df5gf5-gh6t7"],"sc_click_id":["6f1c2b3a-0d4e-4f5a-8b6c-7d8e9fa0b1c2"],"epik":["dj0yJnU9abc"],"rdt_cid":["5123456789012345678"],
        "msclkid":["0a1b2c3d4e5f60718293a4b5c6d7e8f9"],"twclid":["26l6412g5p4iyj65a2oic2ayg2"]}"#,
    ),
    (
        "browser_ids",
        r#"{"fbp":["fb.1.1795190000000.1098115397","x"],"ttp":["2aBcDeFgHiJkLmNoPqRsTuVwXyZ"],"sc_cookie1":["0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"],"ga_client_id":["123.456"],"ga_session_id":["1795190000"],
        "rdt_uuid":["9f8e7d6c-5b4a-4321-9876-0a1b2c3d4e5f"],"uet_vid":["3c9d0e1f2a3b4c5d8e6f7a8b9c0d1e2f"]}"#,
    ),
    (
        "client",
        r#"{"ip":["93.184.216.34","2606:2800:220:1:248:1893:25c8:1946","10.0.0.1"],"user_agent":["Mozilla/5.0 (X11; Linux x86_64)","agent \"x\" \\"],"language":["en-GB","de","gsw-CH"]}"#,
    ),
    (
        "custom_data",
        r#"{"currency":["EUR","JPY"],"order_id":["A-1009"],"content_type":["product","product_group","thing"],"content_name":["Täglich 東京 🎉"],"content_category":["c"],"num_items":[0,3],
        "search_string":["mug \"red\""],"status":["registered"],"coupon":["TEN"],"delivery_category":["in_store","drone"],
        "properties":[{"plan":"gold","seats":3,"ratio":0.1,"trial":true,"value":"x"}]}"#,
    ),
    (
        "customer",
        r#"{"new_customer":[true,false],"segment":["customer_in_loyalty_program","vip"]}"#,
    ),
    (
        "original_event",
        r#"{"event_name":["lead","own"],"event_time":[1795190000],"event_id":["e-0"],"order_id":["o-0"]}"#,
    ),
];
