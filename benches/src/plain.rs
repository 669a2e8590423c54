//! The canonical event as a plain struct, for what any reader of the same text has to pay.
//!
//! Every field of the schema is there, typed as a programmer without this crate would type it: texts as
//! `String`, amounts as `f64`, the rest as `Option` and `Vec`. Nothing is skipped and nothing is checked
//! beyond the types.

#![expect(missing_docs, reason = "the fields are the schema's: docs of `predispatch-event`")]
#![expect(clippy::exhaustive_structs, reason = "plain data of the benches")]

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub event_name: String,
    pub event_id: Option<String>,
    /// A number or a text.
    pub event_time: serde_json::Value,
    pub action_source: Option<String>,
    pub event_source_url: Option<String>,
    pub referrer_url: Option<String>,
    pub source: Option<String>,
    pub user: Option<User>,
    pub user_hashed: Option<User>,
    pub click_ids: Option<ClickIds>,
    pub browser_ids: Option<BrowserIds>,
    pub client: Option<Client>,
    pub custom_data: Option<CustomData>,
    pub app: Option<App>,
    pub customer: Option<Customer>,
    pub original_event: Option<OriginalEvent>,
    pub consent: Option<Consent>,
    pub jurisdiction: Option<Jurisdiction>,
    pub person: Option<Person>,
    pub vertical: Option<String>,
    pub destinations: Option<Vec<String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub date_of_birth: Option<String>,
    pub gender: Option<String>,
    pub street: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
    pub external_id: Option<String>,
    pub mobile_ad_id: Option<String>,
    pub subscription_id: Option<String>,
    pub lead_id: Option<String>,
    pub company: Option<String>,
    pub job_title: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClickIds {
    pub fbclid: Option<String>,
    pub fbclid_seen_at: Option<i64>,
    pub fbc: Option<String>,
    pub gclid: Option<String>,
    pub gbraid: Option<String>,
    pub wbraid: Option<String>,
    pub dclid: Option<String>,
    pub ttclid: Option<String>,
    pub li_fat_id: Option<String>,
    pub sc_click_id: Option<String>,
    pub epik: Option<String>,
    pub rdt_cid: Option<String>,
    pub msclkid: Option<String>,
    pub twclid: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrowserIds {
    pub fbp: Option<String>,
    pub ttp: Option<String>,
    pub sc_cookie1: Option<String>,
    pub ga_client_id: Option<String>,
    pub ga_session_id: Option<String>,
    pub rdt_uuid: Option<String>,
    pub uet_vid: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub language: Option<String>,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    pub request_kind: Option<String>,
    pub signals: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomData {
    pub currency: Option<String>,
    pub value: Option<f64>,
    pub order_id: Option<String>,
    #[serde(default)]
    pub items: Vec<Item>,
    pub content_type: Option<String>,
    pub content_name: Option<String>,
    pub content_category: Option<String>,
    pub num_items: Option<u32>,
    pub search_string: Option<String>,
    pub status: Option<String>,
    pub predicted_ltv: Option<f64>,
    pub coupon: Option<String>,
    pub shipping: Option<f64>,
    pub tax: Option<f64>,
    pub delivery_category: Option<String>,
    pub properties: Option<BTreeMap<String, serde_json::Value>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub id: Option<String>,
    pub name: Option<String>,
    pub category: Option<String>,
    pub brand: Option<String>,
    pub variant: Option<String>,
    pub quantity: Option<u32>,
    pub price: Option<f64>,
    pub coupon: Option<String>,
    pub discount: Option<f64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub id: Option<String>,
    pub name: Option<String>,
    pub version: Option<String>,
    pub platform: Option<String>,
    pub advertiser_tracking_enabled: Option<bool>,
    pub application_tracking_enabled: Option<bool>,
    #[serde(default)]
    pub extinfo: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    pub new_customer: Option<bool>,
    pub segment: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginalEvent {
    pub event_name: Option<String>,
    pub event_time: Option<i64>,
    pub event_id: Option<String>,
    pub order_id: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub tcf: Option<String>,
    pub additional_consent: Option<String>,
    pub gpp: Option<String>,
    pub gpp_sid: Option<Vec<u16>>,
    pub us_privacy: Option<String>,
    pub gpc: Option<bool>,
    pub gpc_at: Option<String>,
    pub gdpr_applies: Option<bool>,
    pub consent_mode: Option<ConsentMode>,
    pub gcs: Option<String>,
    pub gcd: Option<String>,
    pub cmp: Option<BTreeMap<String, bool>>,
    pub collected_at: Option<String>,
    pub pending: Option<bool>,
    pub opted_out: Option<bool>,
    pub explicit_consent: Option<ExplicitConsent>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentMode {
    pub ad_storage: Option<String>,
    pub ad_user_data: Option<String>,
    pub ad_personalization: Option<String>,
    pub analytics_storage: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplicitConsent {
    pub time: String,
    pub text_id: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    pub country: Option<String>,
    pub region: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub age: Option<u8>,
    pub minor: Option<bool>,
}
