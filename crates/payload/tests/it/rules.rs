//! The tables of the platforms are whole, and accounts say what is wrong with them.

use predispatch_consent::{Destination, Flags, GoogleProduct};
use predispatch_event::StandardEvent;
use predispatch_payload::{
    Account, AccountError, AccountKeys, Batch, Payload, Rules, build, linkedin, meta,
};
use predispatch_types::Timestamp;
use serde_json::json;

use crate::{
    platforms::SUBJECTS,
    setting::{permit, read},
};

#[test]
fn every_canonical_event_has_a_line_in_every_table() {
    for subject in SUBJECTS {
        let rules = Rules::of(subject.destination()).unwrap();
        for event in StandardEvent::ALL {
            assert!(rules.name(event).is_some(), "{}: {event:?}", subject.name);
        }
        assert_eq!(rules.names.len(), StandardEvent::ALL.len(), "{}", subject.name);
        assert!(!rules.source.is_empty() && rules.read.len() == 10 && rules.batch.events > 0);
    }
}

#[test]
fn a_missing_key_is_named() {
    for subject in SUBJECTS {
        let error = Account::from_keys(subject.destination(), &AccountKeys::default()).unwrap_err();
        assert!(matches!(error, AccountError::Missing { .. }), "{}: {error}", subject.name);
    }
    assert_eq!(meta::Dataset::new("12a"), Err(AccountError::BadValue { key: "pixel_id" }));
}

#[test]
fn an_account_warns_of_a_version_that_ends() {
    let account = || Account::new(meta::Dataset::new("1").unwrap());
    let codes = |account: Account, at: &str| -> Vec<&str> {
        let at: Timestamp = at.parse().unwrap();
        account.warnings(at).iter().map(|issue| issue.code).collect()
    };
    let old = || account().with_version("v21.0").unwrap();
    assert!(codes(account(), "2026-11-23T00:00:00Z").is_empty());
    assert_eq!(codes(old(), "2026-12-01T00:00:00Z"), ["api_version_expires_soon"]);
    assert_eq!(codes(old(), "2027-01-21T00:00:00Z"), ["api_version_expired"]);
    let unknown = account().with_version("v99.0").unwrap();
    assert_eq!(codes(unknown, "2026-12-01T00:00:00Z"), ["api_version_unknown"]);
    let coded = account().with_test_code("T").unwrap();
    assert_eq!(codes(coded, "2026-11-23T00:00:00Z"), ["test_code_in_production"]);
}

/// What an account's payloads share is made of the account as it is, not as it once was.
#[test]
fn an_account_that_was_changed_has_other_envelopes() {
    let event = read(&json!({
        "event_name": "purchase",
        "event_id": "ord-1009",
        "event_time": "2026-11-20T18:03:11Z",
        "event_source_url": "https://shop.example.com/",
        "user": {"email": "ada@example.com"},
        "client": {"user_agent": "Mozilla/5.0", "ip": "192.0.2.7"},
        "custom_data": {"currency": "EUR", "value": 12.5},
    }));
    let url = |account: &Account| {
        let permit = permit(&event, account.destination(), Flags::new(), event.time());
        let built = build(&event, &permit, account, event.time()).unwrap();
        let payloads = [Payload::from(&built.body)];
        Batch::plan(&payloads)[0].envelope(&payloads).unwrap().clone()
    };
    let meta = Account::new(meta::Dataset::new("1").unwrap());
    assert!(url(&meta).url().contains("/1/events"));
    let old = meta.clone().with_version("v21.0").unwrap();
    assert!(url(&old).url().contains("/v21.0/1/events"));
    assert!(!url(&meta).url().contains("/v21.0/"));
    // LinkedIn's envelopes are told apart by the account's first rule.
    let linkedin = Account::new(linkedin::AdAccount::new()).with_name("*", "2").unwrap();
    let second = url(&linkedin);
    let first = linkedin.with_name("purchase", "1").unwrap();
    assert_ne!(url(&first), second);
}

/// The Ads API's word for the account does as well; with both nobody knows which of them is meant.
#[test]
fn an_ads_account_is_known_by_either_name() {
    let keys = |text: &str| serde_json::from_str::<AccountKeys>(text);
    for product in [GoogleProduct::AdsClick, GoogleProduct::AdsAdjustment] {
        let text = r#"{"customer_id": "1234567890", "conversion_action_id": "987654321"}"#;
        let ads = keys(text).unwrap();
        let account = Account::from_keys(Destination::google(product), &ads).unwrap();
        let named = keys(&text.replace("customer_id", "operating_account_id")).unwrap();
        let named = Account::from_keys(Destination::google(product), &named).unwrap();
        assert_eq!(format!("{account:?}"), format!("{named:?}"));
    }
    assert!(keys(r#"{"customer_id": "1", "operating_account_id": "1"}"#).is_err());
}
