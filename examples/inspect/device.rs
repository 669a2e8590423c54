//! `device`: is this a person, by a page's request and what the collector measured in it?

use predispatch_bot::client::{Client, HeaderList, RequestKind};
use predispatch_bot::device::Signals;
use predispatch_bot::verdict::judge;
use predispatch_types::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::bot_data;
use crate::lines::{ItemError, UsageError, answer_each, no_options};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    no_options("device", args)?;
    let data = bot_data::all();
    answer_each(|line| answer(line).map(|client| judge(&client, &data, NOW)))
}

/// A recorded run is judged at no particular time; the epoch makes no data look stale.
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// One run, as the collector's test page records it.
#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    signals: Option<Value>,
    ip: Option<String>,
}

fn answer(line: &str) -> Result<Client, ItemError> {
    let item: Item = serde_json::from_str(line)
        .map_err(|_| ItemError::new("not_json", "not an object with headers and signals"))?;
    let mut client = Client::new();
    if let Some(ip) = &item.ip {
        let unreadable = |_| ItemError::new("ip_unreadable", "ip is not an address");
        client.set_ip(ip.parse().map_err(unreadable)?);
    }
    let request = KINDS.iter().find_map(|(name, kind)| Some((item.headers.get(*name)?, *kind)));
    if let Some((request, kind)) = request {
        client.set_headers(headers(request)?);
        client.set_request_kind(kind);
        client.set_secure(is_secure(request, &client));
    }
    match item.signals {
        Some(Value::Object(signals)) if !signals.is_empty() => {
            let unreadable = |_| ItemError::new("signals_unreadable", "signals are unreadable");
            let signals = Signals::deserialize(Value::Object(signals)).map_err(unreadable)?;
            client.set_signals(signals);
        }
        _ => {}
    }
    Ok(client)
}

/// The kinds of request in a recorded run; the page's own request says the most.
const KINDS: &[(&str, RequestKind)] = &[
    ("document", RequestKind::Document),
    ("fetch_post", RequestKind::Fetch),
    ("script", RequestKind::Script),
    ("image", RequestKind::Image),
];

fn headers(request: &Value) -> Result<HeaderList, ItemError> {
    let unreadable = || ItemError::new("headers_unreadable", "headers are no list of pairs");
    let list = request.get("list").and_then(Value::as_array).ok_or_else(unreadable)?;
    let pair = |pair: &Value| -> Option<(String, String)> {
        Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()))
    };
    let pairs: Option<Vec<_>> = list.iter().map(pair).collect();
    let pairs = pairs.ok_or_else(unreadable)?;
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    HeaderList::in_wire_order(pairs).map_err(|error| ItemError::new(error.code(), error))
}

/// HTTP/2 is spoken over TLS only; a loopback host is trusted like HTTPS, and its name is in the
/// request.
fn is_secure(request: &Value, client: &Client) -> bool {
    let is_http2 = request.get("http_version").and_then(Value::as_str) == Some("2");
    let is_told = client.headers().is_some_and(|headers| headers.value("sec-fetch-mode").is_some());
    let pairs = request.get("list").and_then(Value::as_array);
    let is_loopback = pairs.into_iter().flatten().any(|pair| {
        let text = |at: usize| pair.get(at).and_then(Value::as_str).unwrap_or_default();
        text(0).eq_ignore_ascii_case("host")
            && (text(1).starts_with("127.0.0.1") || text(1).starts_with("localhost"))
    });
    is_http2 || is_loopback || is_told
}
