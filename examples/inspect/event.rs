//! `event`: what exactly a platform would get for an event, or why nothing.
//!
//! Consent, bot and dedup steps are not applied: the permit is attested by this tool.

use predispatch_consent::{Attestation, Destination, Flags, GoogleProduct, Grant, Permit, Policy};
use predispatch_event::{Event, ReadOptions};
use predispatch_payload::{Account, AccountKeys, build, event_key};
use predispatch_types::{Country, Issue, Platform, Region, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};

use crate::lines::{ItemError, UsageError, answer_each, shown};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    let defaults = defaults(args)?;
    let policy = Policy::bundled();
    answer_each(|line| answer(line, &defaults, &policy))
}

/// The command line as the keys of an item.
fn defaults(args: &[String]) -> Result<Map<String, Value>, UsageError> {
    let mut keys = Map::new();
    let mut args = args.iter();
    while let Some(name) = args.next() {
        let name = name.as_str();
        let value =
            args.next().ok_or_else(|| UsageError::new(format!("{} needs a value", shown(name))))?;
        let value = match name {
            "--platform" | "--product" | "--now" => Value::from(value.as_str()),
            "--account" => {
                serde_json::from_str(value).map_err(|_| UsageError::new("--account is not JSON"))?
            }
            _ => return Err(UsageError::new(format!("unknown option {}", shown(name)))),
        };
        keys.insert(name.trim_start_matches('-').to_owned(), value);
    }
    Ok(keys)
}

/// The body byte for byte: a number must keep its digits.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Built { body: Box<RawValue>, issues: Vec<Value> },
    Rejected { error: Value, issues: Vec<Value> },
}

fn answer(line: &str, defaults: &Map<String, Value>, policy: &Policy) -> Result<Answer, ItemError> {
    let mut keys = defaults.clone();
    let json: Value =
        serde_json::from_str(line).map_err(|_| ItemError::new("not_json", "not a JSON object"))?;
    // The text of the event itself, so that its numbers keep their digits.
    let event = match json.get("event") {
        None => line.to_owned(),
        Some(_) => {
            let item: Item<'_> = serde_json::from_str(line)
                .map_err(|_| ItemError::new("not_json", "not an item with an event"))?;
            keys.extend(json.as_object().cloned().unwrap_or_default());
            item.event.get().to_owned()
        }
    };
    let event = Event::from_json(event.as_bytes(), &ReadOptions::new())
        .map_err(|error| ItemError::new(error.code(), error))?;
    let to = destination(&keys)?;
    let now = match text(&keys, "now")? {
        Some(text) => text.parse().map_err(|error| ItemError::new("invalid_time", error))?,
        None => event.time(),
    };
    let account = account(&keys, to, now)?;
    let flags = flags(&keys, policy, to, event.time())?;
    let who = Attestation::new("inspect").map_err(|error| ItemError::new("attestation", error))?;
    let permit = Permit::attested(who, to, event_key(&event), flags, now..=now);
    let own = event.issues().iter();
    Ok(match build(&event, &permit, &account, now) {
        Ok(built) => {
            let body = String::from_utf8(built.body.to_request()).unwrap_or_default();
            let body = RawValue::from_string(body)
                .map_err(|_| ItemError::new("body", "the body is not JSON"))?;
            Answer::Built { body, issues: own.chain(&built.issues).map(issue).collect() }
        }
        Err(rejected) => Answer::Rejected {
            error: json!({
                "code": rejected.reason.code(),
                "message": rejected.reason.to_string(),
                "field": rejected.reason.field(),
                "platform_error": rejected.platform_error,
            }),
            issues: own.chain(&rejected.issues).map(issue).collect(),
        },
    })
}

#[derive(serde::Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
}

fn issue(issue: &Issue) -> Value {
    json!({
        "code": issue.code,
        "stage": issue.stage.as_str(),
        "field": issue.field,
        "severity": issue.severity.as_str(),
    })
}

fn destination(keys: &Map<String, Value>) -> Result<Destination, ItemError> {
    let platform: Platform = text(keys, "platform")?
        .ok_or_else(|| ItemError::new("platform_missing", "name a platform"))?
        .parse()
        .map_err(|error| ItemError::new("unknown_platform", error))?;
    match text(keys, "product")? {
        None => Ok(platform.into()),
        Some(product) if platform == Platform::Google => GoogleProduct::from_name(product)
            .map(Destination::google)
            .ok_or_else(|| ItemError::new("unknown_product", "no such product of Google")),
        Some(_) => Err(ItemError::new("unknown_product", "the platform has no products")),
    }
}

fn account(
    keys: &Map<String, Value>,
    to: Destination,
    now: Timestamp,
) -> Result<Account, ItemError> {
    let mut read = keys.get("account").cloned().unwrap_or_else(|| json!({}));
    if let (Some(code), Some(object)) = (keys.get("test_event_code"), read.as_object_mut())
        && !code.is_null()
    {
        object.insert("test_code".to_owned(), code.clone());
    }
    let read: AccountKeys = serde_json::from_value(read)
        .map_err(|_| ItemError::new("account_unknown_key", "the account has an unknown key"))?;
    let account =
        Account::from_keys(to, &read).map_err(|error| ItemError::new(error.code(), error))?;
    match text(keys, "mode")? {
        None | Some("production") => Ok(account),
        Some("test") => Ok(account.in_test_mode(now)),
        Some(_) => Err(ItemError::new("unknown_mode", "want production or test")),
    }
}

/// The text of a key; any other type is an error, not a default.
fn text<'k>(keys: &'k Map<String, Value>, key: &str) -> Result<Option<&'k str>, ItemError> {
    match keys.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(ItemError::new("not_a_text", "a key that takes a text has something else")),
    }
}

fn flags(
    keys: &Map<String, Value>,
    policy: &Policy,
    to: Destination,
    at: Timestamp,
) -> Result<Flags, ItemError> {
    let none = Map::new();
    let permit = match keys.get("permit") {
        None | Some(Value::Null) => &none,
        Some(Value::Object(permit)) => permit,
        Some(_) => return Err(ItemError::new("permit_not_an_object", "the permit is no object")),
    };
    let known =
        ["decision", "country", "region", "ad_storage", "ad_user_data", "ad_personalization"];
    if permit.keys().any(|key| !known.contains(&key.as_str())) {
        return Err(ItemError::new("permit_unknown_key", "the permit has an unknown key"));
    }
    let text = |key: &str| text(permit, key);
    let grant = |key: &str| match text(key)? {
        Some("denied") => Ok(Some(Grant::Denied)),
        None | Some("granted") => Ok(Some(Grant::Granted)),
        Some(_) => Err(ItemError::new("unknown_grant", "want granted or denied")),
    };
    let mut flags = Flags::new();
    flags.ad_storage = grant("ad_storage")?;
    flags.ad_user_data = grant("ad_user_data")?;
    flags.ad_personalization = grant("ad_personalization")?;
    match text("decision")? {
        None | Some("allow") => {}
        Some("limited") => {
            let country = text("country")?.unwrap_or("US");
            if country != "US" {
                return Err(ItemError::new(
                    "no_limited_flag",
                    "limited use is for the United States",
                ));
            }
            let state = text("region")?
                .map(|code| Region::parse(code, Some(Country::US)))
                .transpose()
                .map_err(|error| ItemError::new("unknown_region", error))?;
            let flag = policy
                .limited_use(to, state, at)
                .map_err(|reason| ItemError::new(reason.code(), reason.explain()))?;
            flags.limited_use = Some(flag);
        }
        Some(_) => return Err(ItemError::new("unknown_decision", "want allow or limited")),
    }
    Ok(flags)
}
