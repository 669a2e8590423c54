//! How senders are judged, by the bundled tables.

use std::sync::Arc;

use predispatch::{
    Fate, PaidOrders, Snapshot,
    bot::{
        email::EmailClassifier,
        verdict::{Class, Data, Policy as BotPolicy},
    },
    consent::Policy,
};
use serde_json::json;

use crate::{
    events::{now, store},
    steps::{builder, fate, purchase},
};

/// Without a word about data the bundled tables count: a program is one.
#[test]
fn the_default_pipeline_knows_a_program() {
    let pipeline = builder().build().expect("settings are whole");
    let event = purchase(json!({"client": {"user_agent": "curl/8.5.0"}}));
    let (fate, reasons) = fate(&pipeline, &event);
    assert_eq!(fate, Fate::Bot, "{reasons:?}");
}

#[test]
fn mail_addresses_are_looked_at() {
    let event = purchase(json!({"user": {"email": "jane@mailinator.com"}}));
    let with_mail = builder().build().expect("settings are whole");
    let outcome = with_mail.process(&event, &store(), now());
    let bot = outcome.bot().expect("it was judged");
    assert_eq!(bot.class(), Class::Suspect);
    assert!(bot.reasons().iter().any(|reason| reason.code == "email_disposable"));
    assert!(outcome.is_suspected_bot());

    // Without its tables an address says nothing.
    let without = Snapshot::new(Policy::bundled(), Data::bundled(), BotPolicy::default());
    let made_without = builder().snapshot(without.clone()).build().expect("settings are whole");
    let outcome = made_without.process(&event, &store(), now());
    assert_eq!(outcome.bot().map(|bot| bot.class()), Some(Class::NotMeasured));
    with_mail.swap_data(without).unwrap();
    let outcome = with_mail.process(&event, &store(), now());
    assert_eq!(outcome.bot().map(|bot| bot.class()), Some(Class::NotMeasured));
    let mut snapshot = (*with_mail.data()).clone();
    snapshot.mail = Some(Arc::new(EmailClassifier::bundled()));
    with_mail.swap_data(snapshot).unwrap();
    assert!(with_mail.process(&event, &store(), now()).is_suspected_bot());
}

#[test]
fn an_order_is_paid_when_it_says_so() {
    let agent = json!({"user_agent": "curl/8.5.0"});
    let order = |status: &str, source: &str| {
        purchase(json!({"client": agent, "source": source,
            "custom_data": {"currency": "GBP", "value": 1, "order_id": "A-1", "status": status}}))
    };
    for (which, status, source, expected) in [
        (PaidOrders::ByStatus, "paid", "server", Fate::Ready),
        (PaidOrders::ByStatus, "open", "server", Fate::Bot),
        (PaidOrders::ByStatus, "paid", "browser", Fate::Bot),
        (PaidOrders::All, "open", "server", Fate::Ready),
        (PaidOrders::All, "open", "browser", Fate::Bot),
        (PaidOrders::None, "paid", "server", Fate::Bot),
    ] {
        let pipeline = builder().paid_orders(which).build().expect("settings are whole");
        let (fate, reasons) = fate(&pipeline, &order(status, source));
        assert_eq!(fate, expected, "{which:?} {status} {source}: {reasons:?}");
    }
}
