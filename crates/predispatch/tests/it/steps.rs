//! What each step of the pipeline takes into account, and what it does with what waits.

use std::sync::Arc;

use predispatch::{
    Fate, PaidOrders, Pipeline, Snapshot,
    bot::{
        email::EmailClassifier,
        verdict::{Class, Data, Policy as BotPolicy},
    },
    consent::Policy,
    dedup::Verdict,
    event::Event,
    payload::{Account, meta, tiktok},
    types::Platform,
};
use serde_json::{Value, json};

use crate::events::{now, read, store};

fn builder() -> predispatch::Builder {
    Pipeline::builder()
        .destination(Account::new(meta::Dataset::new("1234567890").expect("an id")))
        .dedup_key([7; 16])
}

fn purchase(more: Value) -> Event {
    let mut event = json!({
        "event_name": "purchase", "event_id": "order-1", "event_time": now().unix_secs() - 60,
        "event_source_url": "https://shop.example.com/thank-you",
        "user": {"external_id": "c-1"},
        "client": {"user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
        "custom_data": {"currency": "GBP", "value": 1, "order_id": "A-1"},
        "jurisdiction": {"country": "US", "region": "TX"}, "consent": {"gpc": false},
    });
    for (key, value) in more.as_object().expect("an object") {
        event[key] = value.clone();
    }
    read(&event)
}

fn fate(pipeline: &Pipeline, event: &Event) -> (Fate, Vec<&'static str>) {
    let outcome = pipeline.process(event, &store(), now());
    let at = outcome.at(Platform::Meta.into()).expect("it is configured");
    (at.fate, at.reasons.to_vec())
}

/// Without a word about data the bundled tables count: a program is one.
#[test]
#[cfg(feature = "bundled")]
fn the_default_pipeline_knows_a_program() {
    let pipeline = builder().build().expect("settings are whole");
    let event = purchase(json!({"client": {"user_agent": "curl/8.5.0"}}));
    let (fate, reasons) = fate(&pipeline, &event);
    assert_eq!(fate, Fate::Bot, "{reasons:?}");
}

#[test]
#[cfg(feature = "bundled")]
fn mail_addresses_are_looked_at() {
    let event = purchase(json!({"user": {"email": "jane@mailinator.com"}}));
    let with_mail = builder().build().expect("settings are whole");
    let outcome = with_mail.process(&event, &store(), now());
    let bot = outcome.bot().expect("it was judged");
    assert_eq!(bot.class(), Class::Suspect);
    assert!(bot.reasons().iter().any(|reason| reason.code == "email_disposable"));
    assert!(outcome.is_suspected_bot());

    // Without its tables an address says nothing.
    with_mail.swap_data(Snapshot::new(Policy::bundled(), Data::bundled(), BotPolicy::default()));
    let outcome = with_mail.process(&event, &store(), now());
    assert_eq!(outcome.bot().map(|bot| bot.class()), Some(Class::NotMeasured));
    let mut snapshot = (*with_mail.data()).clone();
    snapshot.mail = Some(Arc::new(EmailClassifier::bundled()));
    with_mail.swap_data(snapshot);
    assert!(with_mail.process(&event, &store(), now()).is_suspected_bot());
}

#[test]
#[cfg(feature = "bundled")]
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

/// A subject that the site names counts beside the event's own; neither hides the other.
#[test]
fn the_sites_subject_counts_for_every_event() {
    for (site, own, expected) in [
        (None, None, Fate::Ready),
        (Some("health"), None, Fate::Denied),
        (None, Some("health"), Fate::Denied),
        (Some("health"), Some("toys"), Fate::Denied),
        (Some("toys"), Some("health"), Fate::Denied),
        (Some("toys"), None, Fate::Ready),
    ] {
        let builder = builder();
        let builder = match site {
            Some(site) => builder.vertical(site),
            None => builder,
        };
        let pipeline = builder.build().expect("settings are whole");
        let event = purchase(match own {
            Some(own) => json!({"vertical": own}),
            None => json!({}),
        });
        let (fate, reasons) = fate(&pipeline, &event);
        assert_eq!(fate, expected, "{site:?} {own:?}: {reasons:?}");
    }
}

/// What another report of the same event holds is decided once that one is settled.
#[test]
fn a_retry_ends_what_was_in_flight() {
    let pipeline = builder()
        .destination(Account::new(
            tiktok::EventSource::pixel("C4A1B2C3D4E5F6G7H8I9").expect("a code"),
        ))
        .build()
        .expect("settings are whole");
    let both = [purchase(json!({})), purchase(json!({}))];
    for (is_accepted, expected) in [(true, Fate::Duplicate), (false, Fate::Ready)] {
        let store = store();
        let mut outcomes = pipeline.process_batch(&both, &store, now());
        let second = outcomes.pop().expect("two went in");
        let mut first = outcomes.pop().expect("two went in");
        for at in second.destinations() {
            assert_eq!((at.fate, at.dedup), (Fate::Held, Some(Verdict::InFlight)));
        }
        first.settle(&store, now(), |_| is_accepted).expect("memory can be reached");
        let mut again = pipeline.retry(&both[1], &second, &store, now());
        assert_eq!(again.destinations().len(), 2);
        again.settle(&store, now(), |_| true).expect("memory can be reached");
        let mut second = second;
        second.update(again);
        for at in second.destinations() {
            assert_eq!(at.fate, expected);
            assert_eq!(at.payload.is_some(), !is_accepted);
        }
        assert!(second.take_receipt().is_none());
        // Nothing is left to be tried.
        assert!(pipeline.retry(&both[1], &second, &store, now()).destinations().is_empty());
    }
}

/// What one platform took is final, what another refused may be claimed again.
#[test]
fn settling_parts_the_claim_by_destination() {
    let pipeline = builder()
        .destination(Account::new(
            tiktok::EventSource::pixel("C4A1B2C3D4E5F6G7H8I9").expect("a code"),
        ))
        .build()
        .expect("settings are whole");
    let (event, store) = (purchase(json!({})), store());
    let mut outcome = pipeline.process(&event, &store, now());
    let meta = Platform::Meta.into();
    outcome.settle(&store, now(), |to| to == meta).expect("memory can be reached");
    let again = pipeline.process(&event, &store, now());
    assert_eq!(again.at(meta).map(|at| at.fate), Some(Fate::Duplicate));
    assert_eq!(again.at(Platform::TikTok.into()).map(|at| at.fate), Some(Fate::Ready));
}

/// The banner is up: held, and after its time a no. Nothing that came later is a yes.
#[test]
fn an_answer_that_does_not_come_is_a_no() {
    let pipeline = builder().build().expect("settings are whole");
    let event = purchase(json!({
        "jurisdiction": {"country": "DE"}, "consent": {"pending": true},
        "event_time": now().unix_secs() - 5,
    }));
    let store = store();
    let outcome = pipeline.process(&event, &store, now());
    let meta = Platform::Meta.into();
    assert_eq!(outcome.at(meta).map(|at| at.fate), Some(Fate::Held));
    let later = pipeline.retry(&event, &outcome, &store, now().plus_secs(60));
    assert_eq!(later.at(meta).map(|at| at.fate), Some(Fate::Held));
    let late = pipeline.retry(&event, &outcome, &store, now().plus_secs(3_600));
    assert_eq!(late.at(meta).map(|at| at.fate), Some(Fate::Denied));
}

/// A store that can't be reached holds; when it is back, the event goes.
#[test]
fn a_store_that_comes_back_lets_held_events_go() {
    let pipeline = builder().build().expect("settings are whole");
    let event = purchase(json!({}));
    let outcome = pipeline.prepare(&event, now()).finish(None);
    let meta = Platform::Meta.into();
    assert_eq!(outcome.at(meta).map(|at| at.fate), Some(Fate::Held));
    let again = pipeline.retry(&event, &outcome, &store(), now());
    assert_eq!(again.at(meta).map(|at| at.fate), Some(Fate::Ready));
}
