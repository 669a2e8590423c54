//! Laws of `predispatch-bot`.

use predispatch_bot::client::{Client, HeaderList, RequestKind};
use predispatch_bot::device::{Rule, Signals, findings, is_measured};
use predispatch_bot::verdict::{Class, Data, MAX, SUSPECT, judge};
use predispatch_types::Timestamp;

use crate::text;

/// Any JSON object reads within its limits, and every finding is a published rule's.
pub(crate) fn device(input: &[u8]) {
    let Ok(signals) = serde_json::from_slice::<Signals>(input) else { return };
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

/// The first line is the user agent, the next ones headers up to an empty one, the rest signals.
/// Whatever they hold there is a verdict, the same each time, and it shows nothing of them.
pub(crate) fn verdict(input: &[u8]) {
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
    if let Ok(signals) = serde_json::from_str(signals) {
        client.set_signals(signals);
    }
    let data = Data::empty();
    let verdict = judge(&client, &data, Timestamp::UNIX_EPOCH);
    assert_eq!(verdict, judge(&client, &data, Timestamp::UNIX_EPOCH));
    assert!(verdict.score() <= MAX);
    match verdict.class() {
        Class::Human => {
            assert!(client.signals().present().is_some_and(is_measured));
            assert!(verdict.score() < SUSPECT);
        }
        Class::NotMeasured => assert!(verdict.score() < SUSPECT),
        Class::Suspect | Class::Automation => assert!(verdict.score() >= SUSPECT),
        _ => {}
    }
    assert!(serde_json::to_string(&verdict).is_ok());
}
