//! `consent`: may an event go to a destination, why, and with which flags?

use std::{collections::BTreeMap, fs, num::NonZeroUsize, sync::Arc};

use predispatch_consent::{
    ActionSource, Case, Decision, Destination, DigestKey, EventFacts, EventKey, Flags, Given,
    GoogleProduct, LimitedUse, Newest, Person, Place, Policy, SensitiveCategory, Signals, decide,
    redecide,
};
use predispatch_tcf::{CmpList, GlobalVendorList};
use predispatch_types::{Platform, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::lines::{ItemError, UsageError, answer_each, shown};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    let policy = policy(args)?;
    answer_each(|line| answer(line, &policy))
}

/// `--policy` takes a whole policy, or a file to lay over the bundled one: whichever it reads as.
fn policy(args: &[String]) -> Result<Policy, UsageError> {
    let mut policy = Policy::bundled();
    let (mut list, mut cmps) = (None, None);
    let mut args = args.iter();
    while let Some(name) = args.next() {
        let path =
            args.next().ok_or_else(|| UsageError::new(format!("{} needs a value", shown(name))))?;
        let fault = |error: &dyn std::fmt::Display| UsageError::new(format!("{path}: {error}"));
        match name.as_str() {
            "--gvl" => {
                let json = fs::read(path).map_err(|error| fault(&error))?;
                list = Some(GlobalVendorList::from_json(&json).map_err(|error| fault(&error))?);
            }
            "--cmps" => {
                let json = fs::read(path).map_err(|error| fault(&error))?;
                cmps = Some(CmpList::from_json(&json).map_err(|error| fault(&error))?);
            }
            "--policy" => {
                let text = fs::read_to_string(path).map_err(|error| fault(&error))?;
                policy = Policy::parse(&text)
                    .or_else(|_| policy.overlay(&text))
                    .map_err(|error| fault(&error))?;
            }
            _ => return Err(UsageError::new(format!("unknown option {}", shown(name)))),
        }
    }
    if let Some(list) = list {
        policy = policy.with_vendor_list(Arc::new(list));
    }
    if let Some(list) = cmps {
        policy = policy.with_cmp_list(Arc::new(list));
    }
    Ok(policy)
}

#[derive(Deserialize)]
struct Item {
    destination: String,
    product: Option<String>,
    #[serde(default)]
    signals: Signals,
    signals_now: Option<Signals>,
    jurisdiction: Option<PlaceIn>,
    /// A second place whose rules hold too.
    also: Option<PlaceIn>,
    /// From the address of the request.
    geo: Option<PlaceIn>,
    /// The business's default.
    business: Option<PlaceIn>,
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
    #[serde(default)]
    birth_date: Value,
    #[serde(default)]
    erased: bool,
    #[serde(default)]
    objected: bool,
    /// Newly known with `signals_now`.
    #[serde(default)]
    erased_now: bool,
    #[serde(default)]
    objected_now: bool,
    /// Sensitive categories besides those of the vertical.
    #[serde(default)]
    sensitive: Vec<String>,
    /// Keys that were not looked at.
    #[serde(flatten)]
    ignored: BTreeMap<String, serde::de::IgnoredAny>,
}

/// A key given twice or not known is refused: nobody can tell which country was meant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceIn {
    #[serde(default)]
    country: Value,
    #[serde(default)]
    region: Value,
}

#[derive(Serialize)]
struct Answer {
    decision: &'static str,
    reasons: Vec<String>,
    flags: Map<String, Value>,
    explanation: String,
    jurisdiction: Vec<String>,
    policy: String,
    /// How many keys were not looked at. Their names may be anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<NonZeroUsize>,
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
    event.place.explicit = place(item.jurisdiction.as_ref());
    event.place.also = place(item.also.as_ref());
    event.place.geo = place(item.geo.as_ref());
    event.place.business = place(item.business.as_ref());
    for name in &item.sensitive {
        let known = SensitiveCategory::ALL.into_iter().find(|known| known.as_str() == name);
        event.sensitive.push(
            known
                .ok_or_else(|| ItemError::new("unknown_category", "unknown sensitive category"))?,
        );
    }
    if let Some(source) = &item.action_source {
        event.source = ActionSource::from_name(source)
            .ok_or_else(|| ItemError::new("unknown_action_source", "unknown action source"))?;
    }
    let mut person = Person::default();
    person.age = given(&item.age, |age| u8::try_from(age.as_u64()?).ok());
    person.minor = given(&item.minor, Value::as_bool);
    person.birth_date = given(&item.birth_date, |born| born.as_str()?.parse().ok());
    person.erased = item.erased;
    person.objected = item.objected;

    let decision = match &item.signals_now {
        None => decide(&item.signals, &person, &event, destination, policy, now),
        Some(newest) => {
            // At the event, and again now.
            let log = DigestKey::new([0; 32]);
            let case = Case::new(&item.signals, &person, &event, policy, time);
            let (_, record) = case.recorder(&log).decide(destination);
            let mut newest = Newest::new(key, newest, now);
            newest.person.erased = item.erased_now;
            newest.person.objected = item.objected_now;
            redecide(&record, &newest, policy, &log)
        }
    };
    Ok(Answer {
        decision: decision.outcome().as_str(),
        reasons: decision.reasons().iter().map(|reason| reason.to_string()).collect(),
        flags: wire(&decision),
        explanation: decision.to_string(),
        jurisdiction: decision.jurisdiction_names().map(str::to_owned).collect(),
        policy: decision.policy_version().to_owned(),
        ignored: NonZeroUsize::new(item.ignored.len()),
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

fn place(place: Option<&PlaceIn>) -> Given<Place> {
    let Some(PlaceIn { country, region }) = place else { return Given::Absent };
    match country {
        // A part without its country was meant as a place.
        Value::Null if region.is_null() => Given::Absent,
        Value::String(country) if country.is_empty() && region.is_null() => Given::Absent,
        Value::String(country) => Place::parse(country, region.as_str()),
        _ => Given::Unreadable,
    }
}

/// What the payload will carry, by the platform's own keys where it has a restriction flag.
fn wire(decision: &Decision) -> Map<String, Value> {
    let Flags {
        limited_use, ad_storage, ad_user_data, ad_personalization, analytics_storage, ..
    } = decision.flags();
    let mut flags = Map::new();
    for (name, grant) in [
        ("ad_storage", ad_storage),
        ("ad_user_data", ad_user_data),
        ("ad_personalization", ad_personalization),
        ("analytics_storage", analytics_storage),
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
