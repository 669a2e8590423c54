//! `dedup`: what does each event get, one after the other, from an empty store in memory?
//!
//! The clock is the latest event time so far. What is granted is committed at once.

use predispatch_dedup::{
    Claim, Destination, Fact, KeyMaker, Source, Store, Subject, Verdict,
    store::memory::{MemoryOptions, MemoryStore},
};
use predispatch_types::{Currency, EventId, Money, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::lines::{ItemError, UsageError, answer_each, no_options};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    no_options("dedup", args)?;
    let store = MemoryStore::new(&MemoryOptions::default());
    let keys = KeyMaker::new(*b"inspect only key");
    let mut now = Timestamp::UNIX_EPOCH;
    answer_each(|line| answer(line, &store, &keys, &mut now))
}

#[derive(Deserialize)]
struct Item {
    data_set: String,
    destination: String,
    event_name: String,
    event_id: String,
    source: Option<String>,
    event_time: Value,
    /// When it is claimed; default the event's time.
    #[serde(default)]
    now: Value,
    order_id: Option<String>,
    #[serde(default)]
    value: Value,
    currency: Option<String>,
    user: Option<String>,
}

fn answer(
    line: &str,
    store: &MemoryStore,
    keys: &KeyMaker,
    now: &mut Timestamp,
) -> Result<Map<String, Value>, ItemError> {
    let item: Item = serde_json::from_str(line).map_err(|error| {
        ItemError::new("bad_item", format!("not such an object, at column {}", error.column()))
    })?;
    let destination: Destination =
        item.destination.parse().map_err(|error| ItemError::new("unknown_destination", error))?;
    let source = Source::from_name(item.source.as_deref().unwrap_or("server"))
        .ok_or_else(|| ItemError::new("unknown_source", "source is browser or server"))?;
    let id = EventId::new(&item.event_id).map_err(|error| ItemError::new("bad_event_id", error))?;
    let event_time = time(&item.event_time, "event_time")?;
    *now = if item.now.is_null() { event_time.max(*now) } else { time(&item.now, "now")? };

    let key = keys.event(&item.data_set, &id, &item.event_name);
    let order = item.order_id.as_deref().filter(|order| !order.is_empty()).map(Fact::Order);
    let person = item.user.as_deref().map(Subject::Person);
    let tags = keys.tags(money(&item)?, order.map(Subject::Fact).or(person));
    let mut claim = Claim::new(key, destination.into(), source, event_time).with_tags(tags);
    if let Some(order) = order {
        claim = claim.with_fact(keys.fact(&item.data_set, &item.event_name, order));
    }
    let outcome = store.reserve(&[claim], *now).remove(0);
    let verdict = outcome
        .verdict(destination)
        .ok_or_else(|| ItemError::new("no_verdict", "the store gave no verdict"))?;
    if let Some(receipt) = outcome.into_receipt() {
        let settled = store.commit(&[receipt], *now).remove(0);
        settled.map_err(|error| ItemError::new(error.code(), error))?;
    }
    Ok(shown(verdict))
}

fn shown(verdict: Verdict) -> Map<String, Value> {
    let mut object = Map::new();
    let mut add = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    add("verdict", json!(verdict.as_str()));
    match verdict {
        Verdict::Paired { lag } | Verdict::Late { lag } => add("lag_ms", json!(lag.as_millis())),
        Verdict::Duplicate { of_age, source } | Verdict::Rotated { of_age, source } => {
            add("of_age_ms", json!(of_age.as_millis()));
            add("source", json!(source.as_str()));
        }
        Verdict::Collision(differs) => add("differs", json!(differs.as_str())),
        Verdict::Unknown(why) => add("why", json!(why.as_str())),
        _ => {}
    }
    object
}

/// Without a currency all amounts are taken for euros: only whether they are equal matters.
fn money(item: &Item) -> Result<Option<Money>, ItemError> {
    let text = match &item.value {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(ItemError::new("bad_value", "value is no number")),
    };
    let currency = item.currency.as_deref().unwrap_or("EUR");
    let currency: Currency =
        currency.parse().map_err(|error| ItemError::new("bad_currency", error))?;
    Money::parse(&text, currency).map(Some).map_err(|error| ItemError::new("bad_value", error))
}

pub(crate) fn time(value: &Value, field: &'static str) -> Result<Timestamp, ItemError> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(ItemError::new("bad_time", format!("{field} is missing or no time"))),
    };
    text.parse().map_err(|error| ItemError::new("bad_time", format!("{field}: {error}")))
}
