//! Laws of `predispatch-bot`.

use std::sync::LazyLock;

use predispatch_bot::Strength;
use predispatch_bot::client::{Client, HeaderList, RequestKind};
use predispatch_bot::device::{Rule, Signals, findings, is_measured};
use predispatch_bot::verdict::{Class, Data, MAX, SUSPECT, judge};
use predispatch_types::Timestamp;

use crate::text;

/// Any JSON object reads within its limits, and every finding is a published rule's.
pub(crate) fn device(input: &[u8]) {
    let Some(text) = text(input) else { return };
    let at_once = serde_json::from_str::<Signals>(text);
    let Ok(signals) = Signals::from_json(text) else {
        assert!(at_once.is_err());
        return;
    };
    // Reading probe by probe takes all that reading at once takes, and more.
    assert!(at_once.is_err() || at_once.is_ok_and(|at_once| at_once == signals));
    assert!(signals.answered() <= Signals::CORE);
    let lists = [
        signals.tool_globals.len(),
        signals.document_attributes.len(),
        signals.caller_stacks.len(),
        signals.overridden_functions.len(),
        signals.missing_features.len(),
        signals.languages.as_ref().map_or(0, Vec::len),
        signals.fonts.as_ref().map_or(0, Vec::len),
    ];
    assert!(lists.iter().all(|len| *len <= Signals::MAX_LIST));
    for reason in findings(&signals, None) {
        let is_published = Rule::ALL.iter().any(|rule| rule.reason == reason);
        assert!(is_published || reason.code == "device_version_unknown", "{}", reason.code);
    }
    if signals.version.is_none() {
        assert!(findings(&signals, None).is_empty() && !is_measured(&signals));
    }
}

/// The first line is the user agent, the next ones headers up to an empty one, the rest signals. The
/// bytes of the user agent choose an address. Whatever they hold there is a verdict, the same each
/// time, with tables and without; and hard evidence never makes a person.
pub(crate) fn verdict(input: &[u8]) {
    static BUNDLED: LazyLock<Data> = LazyLock::new(Data::bundled);
    let Some(text) = text(input) else { return };
    let (head, signals) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let mut client = Client::new();
    let user_agent = lines.next().unwrap_or_default();
    let is_taken = client.set_user_agent(user_agent).is_ok();
    assert_eq!(is_taken, user_agent.len() <= Client::MAX_TEXT);
    let headers = lines.map(|line| line.split_once(": ").unwrap_or((line, "")));
    if let Ok(headers) = HeaderList::in_wire_order(headers) {
        client.set_headers(headers);
        client.set_request_kind(RequestKind::Document);
    }
    if let Ok(signals) = Signals::from_json(signals) {
        client.set_signals(signals);
    }
    let address = ADDRESSES[user_agent.len() % ADDRESSES.len()];
    client.set_ip(address.parse().unwrap_or_else(|error| panic!("{error}")));
    for data in [&Data::empty(), &*BUNDLED] {
        judged(&client, data);
    }
}

/// One of a private network, a cloud, a crawler's range, a home.
const ADDRESSES: [&str; 4] = ["10.0.0.1", "52.95.110.1", "66.249.66.1", "93.184.216.34"];

fn judged(client: &Client, data: &Data) {
    let verdict = judge(client, data, Timestamp::UNIX_EPOCH);
    assert_eq!(verdict, judge(client, data, Timestamp::UNIX_EPOCH));
    assert!(verdict.score() <= MAX);
    let is_hard = verdict.reasons().iter().any(|reason| reason.strength == Strength::Hard);
    match verdict.class() {
        Class::Human => {
            assert!(client.signals().present().is_some_and(is_measured));
            assert!(verdict.score() < SUSPECT && !is_hard);
        }
        Class::NotMeasured => assert!(verdict.score() < SUSPECT && !is_hard),
        Class::Suspect => assert!(verdict.score() >= SUSPECT && !is_hard),
        Class::Automation => assert!(verdict.score() >= SUSPECT),
        _ => {}
    }
    assert!(serde_json::to_string(&verdict).is_ok());
}
