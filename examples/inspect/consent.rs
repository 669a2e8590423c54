//! `consent`: may an event go to a destination, why, and with which flags?

use std::{collections::BTreeMap, fs, sync::Arc};

use predispatch_consent::{
    ActionSource, Case, Decision, Destination, DigestKey, EventFacts, EventKey, Flags, Given,
    GoogleProduct, LimitedUse, Newest, Person, Place, Policy, Signals, decide, redecide,
};
use predispatch_tcf::GlobalVendorList;
use predispatch_types::{Platform, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::lines::{ItemError, UsageError, answer_each};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    let policy = policy(args)?;
    answer_each(|line| answer(line, &policy))
}

/// `--policy` takes a whole policy, or a file to lay over the bundled one: whichever it reads as.
fn policy(args: &[String]) -> Result<Policy, UsageError> {
    let mut policy = Policy::bundled();
    let mut list = None;
    let mut args = args.iter();
    while let Some(name) = args.next() {
        let path = args.next().ok_or_else(|| UsageError::new(format!("{name} needs a value")))?;
        let fault = |error: &dyn std::fmt::Display| UsageError::new(format!("{path}: {error}"));
        match name.as_str() {
            "--gvl" => {
                let json = fs::read(path).map_err(|error| fault(&error))?;
                list = Some(GlobalVendorList::from_json(&json).map_err(|error| fault(&error))?);
            }
            "--policy" => {
                let text = fs::read_to_string(path).map_err(|error| fault(&error))?;
                policy = Policy::parse(&text)
                    .or_else(|_| policy.overlay(&text))
                    .map_err(|error| fault(&error))?;
            }
            _ => return Err(UsageError::new(format!("unknown option '{name}'"))),
        }
    }
    Ok(match list {
        Some(list) => policy.with_vendor_list(Arc::new(list)),
        None => policy,
    })
}

#[derive(Deserialize)]
struct Item {
    destination: String,
    product: Option<String>,
    #[serde(default)]
    signals: Signals,
    signals_now: Option<Signals>,
    #[serde(default)]
    jurisdiction: Value,
    action_source: Option<String>,
    /// Whether the request's headers were looked at.
    #[serde(default)]
    headers_seen: bool,
    event_name: Option<String>,
    event_time: Value,
    #[serde(default)]
    now: Value,
    vertical: Option<String>,
    #[serde(default)]
    age: Value,
    #[serde(default)]
    minor: Value,
    /// Keys that were not looked at.
    #[serde(flatten)]
    ignored: BTreeMap<String, serde::de::IgnoredAny>,
}

#[derive(Serialize)]
struct Answer {
    decision: &'static str,
    reasons: Vec<String>,
    flags: Map<String, Value>,
    explanation: String,
    jurisdiction: Vec<String>,
    policy: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<String>,
}

fn answer(line: &str, policy: &Policy) -> Result<Answer, ItemError> {
    let item: Item = serde_json::from_str(line).map_err(|error| {
        let place = format!("not such an object, at column {}", error.column());
        ItemError::new("bad_item", place)
    })?;
    let destination = destination(&item)?;
    let time = time(&item.event_time, "event_time")?;
    let now = if item.now.is_null() { time } else { self::time(&item.now, "now")? };
    // One event on the line: any key will do, as long as it is the same for both looks.
    let key = EventKey::of_content(b"inspect");
    let mut event = EventFacts::new(key, item.event_name.as_deref().unwrap_or_default(), time);
    event.vertical = item.vertical.as_deref();
    event.headers_seen = item.headers_seen;
    event.place.explicit = place(&item.jurisdiction);
    if let Some(source) = &item.action_source {
        event.source = ActionSource::from_name(source)
            .ok_or_else(|| ItemError::new("unknown_action_source", "unknown action source"))?;
    }
    let mut person = Person::default();
    person.age = given(&item.age, |age| u8::try_from(age.as_u64()?).ok());
    person.minor = given(&item.minor, Value::as_bool);

    let decision = match &item.signals_now {
        None => decide(&item.signals, &person, &event, destination, policy, now),
        Some(newest) => {
            // At the event, and again now.
            let log = DigestKey::new([0; 32]);
            let case = Case::new(&item.signals, &person, &event, policy, time);
            let (_, record) = case.recorder(&log).decide(destination);
            redecide(&record, &Newest::new(key, newest, now), policy, &log)
        }
    };
    Ok(Answer {
        decision: decision.outcome().as_str(),
        reasons: decision.reasons().iter().map(|reason| reason.to_string()).collect(),
        flags: wire(&decision),
        explanation: decision.to_string(),
        jurisdiction: decision.jurisdiction_names().map(str::to_owned).collect(),
        policy: decision.policy_version().to_owned(),
        ignored: item.ignored.into_keys().collect(),
    })
}

fn destination(item: &Item) -> Result<Destination, ItemError> {
    let unknown = |error| ItemError::new("unknown_destination", error);
    let destination: Destination = item.destination.parse().map_err(unknown)?;
    match item.product.as_deref() {
        None => Ok(destination),
        Some(product) => GoogleProduct::from_name(product)
            .filter(|_| destination.platform() == Platform::Google)
            .map(Destination::google)
            .ok_or_else(|| ItemError::new("unknown_product", "unknown product of this platform")),
    }
}

fn time(value: &Value, field: &'static str) -> Result<Timestamp, ItemError> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(ItemError::new("bad_time", format!("{field} is missing or no time"))),
    };
    text.parse().map_err(|error| ItemError::new("bad_time", format!("{field}: {error}")))
}

/// `null` is absent; what can't be read is not.
fn given<T>(value: &Value, read: impl FnOnce(&Value) -> Option<T>) -> Given<T> {
    if value.is_null() {
        Given::Absent
    } else {
        read(value).map_or(Given::Unreadable, Given::Value)
    }
}

fn place(value: &Value) -> Given<Place> {
    let country = &value["country"];
    match (value, country) {
        (Value::Null, _) | (Value::Object(_), Value::Null) => Given::Absent,
        (Value::Object(_), Value::String(country)) if country.is_empty() => Given::Absent,
        (Value::Object(_), Value::String(country)) => {
            Place::parse(country, value["region"].as_str())
        }
        _ => Given::Unreadable,
    }
}

/// What the payload will carry, by the platform's own keys where it has a restriction flag.
fn wire(decision: &Decision) -> Map<String, Value> {
    let Flags { limited_use, ad_storage, ad_user_data, ad_personalization, .. } = decision.flags();
    let mut flags = Map::new();
    for (name, grant) in [
        ("ad_storage", ad_storage),
        ("ad_user_data", ad_user_data),
        ("ad_personalization", ad_personalization),
    ] {
        if let Some(grant) = grant {
            flags.insert(name.to_owned(), json!(grant.as_str()));
        }
    }
    if let Some(limited) = limited_use {
        let fields = limited_fields(*limited);
        if let Value::Object(fields) = fields {
            flags.extend(fields);
        }
    }
    let strip: Vec<_> = decision.flags().strip.iter().flat_map(|list| list.fields()).collect();
    if !strip.is_empty() {
        flags.insert("strip".to_owned(), json!(strip));
        let is_strict = decision.flags().strip.iter().any(|list| list.url_is_strict());
        flags.insert("url".to_owned(), json!(if is_strict { "strict" } else { "standard" }));
    }
    flags
}

fn limited_fields(limited: LimitedUse) -> Value {
    match limited {
        LimitedUse::Meta { country, state } => json!({
            "data_processing_options": ["LDU"],
            "data_processing_options_country": country,
            "data_processing_options_state": state,
        }),
        LimitedUse::TikTok => json!({ "limited_data_use": true }),
        LimitedUse::Pinterest { state } => json!({
            "opt_out_type": "LDP",
            "country": state.country().as_str(),
            "st": state.code(),
        }),
        LimitedUse::Snapchat { keyword, state } => json!({
            "data_processing_options": [keyword.as_str()],
            "country": state.country().as_str(),
            "region": state.as_str(),
        }),
        LimitedUse::Reddit { region } => json!({ "data_processing_options": {
            "modes": ["LDU"],
            "country": region.country().as_str(),
            "region": region.as_str(),
        }}),
        LimitedUse::Amazon => json!({ "dataProcessingOptions": { "options": "LIMITED_DATA_USE" } }),
        // Google has no field of its own; `ad_personalization` says it.
        _ => json!({}),
    }
}
