//! Laws of `predispatch-payload`.

use predispatch_consent::{Attestation, Destination, Flags, GoogleProduct, Permit};
use predispatch_event::{Event, ReadOptions};
use predispatch_payload::{Account, AccountKeys, Answer, Prepared, Response, event_key};
use predispatch_types::Platform;
use serde_json::Value;

/// Whatever the event: each platform gets a body that parses, without null and empty text, twice the
/// same; or a rejection with a code. And whatever it answers, that is read.
pub(crate) fn every_platform(input: &[u8]) {
    for to in destinations() {
        let _ = Answer::read(to, &Response::new(200, input), 3);
        let _ = Answer::read(to, &Response::new(400, input), 3);
    }
    let Ok(event) = Event::from_json(input, &ReadOptions::new().lenient()) else { return };
    let now = event.time();
    let accounts = accounts();
    let mut prepared = Prepared::new(&event);
    for account in &accounts {
        let to = account.destination();
        let permit = || {
            let who = Attestation::new("fuzz").expect("a text");
            Permit::attested(who, to, event_key(&event), Flags::new(), now..=now)
        };
        match prepared.build(&permit(), account, now) {
            Err(rejected) => assert!(!rejected.reason.code().is_empty()),
            Ok(built) => {
                let bytes = built.body.to_request();
                let body: Value = serde_json::from_slice(&bytes).expect("a body is JSON");
                has_no_void(&body);
                let again = Prepared::new(&event)
                    .build(&permit(), account, now)
                    .map(|built| built.body.to_request());
                assert_eq!(again.ok().as_deref(), Some(&*bytes), "the same input, other bytes");
            }
        }
    }
}

fn has_no_void(value: &Value) {
    match value {
        Value::Null => panic!("null"),
        Value::String(text) => assert!(!text.is_empty(), "an empty text"),
        Value::Array(items) => items.iter().for_each(has_no_void),
        // In `extinfo` places count.
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| *key != "extinfo")
            .for_each(|(_, value)| has_no_void(value)),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

pub(crate) fn accounts() -> Vec<Account> {
    let keys = r#"{"tag_id":"187123456","measurement_id":"G-AB12CD34EF","region":"eu","account_id":"45123","client_id":"amzn1.a","country":"US","pixel_id":"1234567890","ad_account_id":"549755885175","pixel_code":"C9ABCDEF","app_id":"7001","event_set_id":"8001","conversion_rules":{"*":"104001"},"event_tags":{"*":"o87ne"},"operating_account_id":"1234567890","conversion_action_id":"987654321"}"#;
    let keys: AccountKeys = serde_json::from_str(keys).expect("keys of accounts");
    destinations().map(|to| Account::from_keys(to, &keys).expect("an account of each")).collect()
}

/// Every platform, and every product of Google.
fn destinations() -> impl Iterator<Item = Destination> {
    let products = GoogleProduct::ALL.map(Destination::google);
    Platform::ALL.map(Destination::from).into_iter().chain(products)
}
