//! The second look at an event that waited: by the newest signals, through sender and claim to the payload.

use predispatch::{
    Fate, OnUnknown, Outcome, Pipeline, PipelineBuilder, RecheckError,
    consent::{EventKey, Newest, Policy, Record, Signals},
    dedup::{Claim, Outcome as Claimed, Receipt, SettleError, Store, Unknown},
    event::Event,
    payload::{Account, Batch, event_key, tiktok},
    types::{Platform, Timestamp},
};
use serde_json::{Value, json};

use crate::{
    events::{now, store},
    steps::{builder, purchase},
};

/// Keeps records, and the platform's own answer is the site's record of consent.
fn recording() -> PipelineBuilder {
    let overlay = "version = \"s\"\n[switches]\ncmp_is_record = true\n";
    let policy = Policy::bundled().overlay(overlay).expect("a policy");
    builder().record_key([8; 32]).consent_policy(policy)
}

fn pipeline() -> Pipeline {
    recording().build().expect("settings are whole")
}

fn signals(consent: Value) -> Signals {
    serde_json::from_value(consent).expect("they are signals")
}

fn at(secs: i64) -> Timestamp {
    now().plus_secs(secs)
}

/// Of now, in Germany; the banner is up.
fn pending(more: Value) -> Event {
    let mut event = json!({
        "jurisdiction": {"country": "DE"}, "consent": {"pending": true},
        "event_time": now().unix_secs(), "user": {"email": "ada@example.com"},
    });
    for (key, value) in more.as_object().expect("an object") {
        event[key] = value.clone();
    }
    purchase(event)
}

fn meta(outcome: &Outcome) -> (Fate, &[&'static str]) {
    let at = outcome.at(Platform::Meta).expect("it is configured");
    assert_eq!(at.fate.has_payload(), at.payload.is_some());
    (at.fate, at.reasons())
}

fn body(outcome: &mut Outcome) -> String {
    let payloads: Vec<_> = outcome.take_payloads().collect();
    assert_eq!(payloads.len(), 1);
    String::from_utf8(Batch::plan(&payloads)[0].body(&payloads)).expect("JSON")
}

/// What the person answers while the event waits decides, and it leaves once.
#[test]
fn a_held_event_goes_by_the_answer_that_came_in_time() {
    let pipeline = pipeline();
    let yes = |secs| json!({"cmp": {"meta": true}, "collected_at": at(secs).to_string()});
    let no = |secs| json!({"cmp": {"meta": false}, "collected_at": at(secs).to_string()});
    for (newest, looked_at, fate, reason) in [
        (yes(60), 90, Fate::Ready, "granted"),
        // The answer was in time, the look at it was not.
        (yes(60), 7_200, Fate::Ready, "granted"),
        (yes(1_801), 1_900, Fate::Denied, "consent_after_event"),
        (no(60), 90, Fate::Denied, "cmp_no"),
        (json!({"pending": true}), 90, Fate::Held, "consent_pending"),
        (json!({"pending": true}), 1_900, Fate::Denied, "consent_pending"),
    ] {
        let (store, event) = (store(), pending(json!({})));
        let mut outcome = pipeline.process(&event, &store, now());
        assert_eq!(meta(&outcome).0, Fate::Held);
        let signals = signals(newest.clone());
        let newest = Newest::new(event_key(&event), &signals, at(looked_at));
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        let (is, reasons) = meta(&outcome);
        assert_eq!(is, fate, "{signals:?} {reasons:?}");
        assert!(reasons.contains(&reason), "{reasons:?}");

        // The same once more, as another report and as another look.
        let left = usize::from(fate == Fate::Ready);
        assert_eq!(outcome.take_payloads().count(), left);
        outcome.settle(&store, at(looked_at), |_| true).expect("memory can be reached");
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        assert_eq!(outcome.payloads().count(), 0);
        let records = outcome.destinations().iter().filter_map(|at| at.record.as_deref());
        let again = pipeline.prepare_again(&event, records, &newest).expect("records are kept");
        let claimed = again.claim().and_then(|claim| store.reserve(&[claim], newest.now).pop());
        let again = again.finish(claimed);
        assert_eq!(again.payloads().count(), 0);
        assert!(left == 0 || meta(&again).0 == Fate::Duplicate);
    }
}

/// California, and the browser sends Global Privacy Control by now: what was built without a restriction
/// is thrown away, and another payload built that has it.
#[test]
fn an_event_that_may_only_go_restricted_by_now_is_built_anew() {
    let pipeline = pipeline();
    let event = purchase(json!({"jurisdiction": {"country": "US", "region": "CA"}}));
    let store = store();
    let mut outcome = pipeline.process(&event, &store, now());
    assert_eq!(meta(&outcome).0, Fate::Ready);
    let signals = signals(json!({"gpc": true}));
    // Before and after the first claim has timed out.
    for secs in [30, 300] {
        let newest = Newest::new(event_key(&event), &signals, at(secs));
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        assert_eq!(meta(&outcome).0, Fate::Limited, "{:?}", meta(&outcome).1);
    }
    assert!(body(&mut outcome).contains("\"data_processing_options\":[\"LDU\"]"));
    // It is on its way: nobody else sends it, and another look leaves it alone.
    assert_eq!(meta_of(&pipeline, &event, &store), Fate::Held);
    let newest = Newest::new(event_key(&event), &signals, at(301));
    pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
    assert_eq!(outcome.payloads().count(), 0);
    outcome.settle(&store, at(301), |_| true).expect("it holds the claim");
    assert!(outcome.take_receipt().is_none());
    assert_eq!(meta_of(&pipeline, &event, &store), Fate::Duplicate);
}

/// What a platform has accepted has left, also if its payload was sent without being taken out.
#[test]
fn what_was_accepted_is_not_looked_at_again() {
    let pipeline = pipeline();
    let event = purchase(json!({"jurisdiction": {"country": "US", "region": "CA"}}));
    let (store, signals) = (store(), signals(json!({"gpc": true})));
    let newest = Newest::new(event_key(&event), &signals, at(30));
    let mut outcome = pipeline.process(&event, &store, now());
    assert_eq!(outcome.payloads().count(), 1);
    outcome.settle(&store, at(20), |_| true).expect("memory can be reached");
    pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
    let meta = outcome.at(Platform::Meta).expect("it is configured");
    assert_eq!((meta.fate, meta.has_left()), (Fate::Ready, Some(true)));
    assert_eq!(outcome.take_payloads().count(), 0);
    assert_eq!(meta_of(&pipeline, &event, &store), Fate::Duplicate);
}

/// Once its claim was given back it is another worker's to send.
#[test]
fn what_was_not_accepted_is_not_handed_out_any_more() {
    let (pipeline, store) = (pipeline(), store());
    let event = purchase(json!({"jurisdiction": {"country": "US", "region": "CA"}}));
    let mut outcome = pipeline.process(&event, &store, now());
    assert_eq!(outcome.payloads().count(), 1);
    outcome.settle(&store, at(20), |_| false).expect("memory can be reached");
    assert_eq!(outcome.payloads().count(), 0);
    assert_eq!(outcome.take_payloads().count(), 0);
    assert_eq!(meta_of(&pipeline, &event, &store), Fate::Ready);
}

/// An objection that one look has seen holds at the next, which is shown the event's own signals again.
#[test]
fn what_one_look_restricted_stays_restricted() {
    let (pipeline, store) = (pipeline(), store());
    let event = purchase(json!({"jurisdiction": {"country": "US", "region": "CA"}}));
    let mut outcome = pipeline.process(&event, &store, now());
    for (gpc, secs) in [(true, 10), (false, 20)] {
        let signals = signals(json!({"gpc": gpc}));
        let newest = Newest::new(event_key(&event), &signals, at(secs));
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        assert_eq!(meta(&outcome).0, Fate::Limited, "gpc {gpc}");
    }
    assert!(body(&mut outcome).contains("\"data_processing_options\":[\"LDU\"]"));
}

/// Whoever took the receipt may have made the claim final: a new claim would be a copy of it.
#[test]
fn a_claim_in_other_hands_is_not_looked_at() {
    let (pipeline, store) = (pipeline(), store());
    let event = purchase(json!({"jurisdiction": {"country": "US", "region": "CA"}}));
    let signals = signals(json!({"gpc": true}));
    let newest = Newest::new(event_key(&event), &signals, at(10));
    let mut outcome = pipeline.process(&event, &store, now());
    let receipt = outcome.take_receipt().expect("it was granted");
    store.commit(&[receipt], at(5));
    let refused = pipeline.recheck(&event, &mut outcome, &store, &newest);
    assert_eq!(refused, Err(RecheckError::NoReceipt));
    assert_eq!(meta(&outcome).0, Fate::Ready);
    // What is on its way is nobody's to look at.
    assert_eq!(outcome.take_payloads().count(), 1);
    assert_eq!(pipeline.recheck(&event, &mut outcome, &store, &newest), Ok(()));
}

/// A store that can't be reached.
struct Gone;

impl Store for Gone {
    fn reserve_into(&self, claims: &[Claim], _: Timestamp, outcomes: &mut Vec<Claimed>) {
        let unknown = |claim: &Claim| Claimed::unknown(claim.destinations, Unknown::Unreachable);
        outcomes.extend(claims.iter().map(unknown));
    }

    fn commit(&self, receipts: &[Receipt], _: Timestamp) -> Vec<Result<(), SettleError>> {
        receipts.iter().map(|_| Err(SettleError::Unreachable)).collect()
    }

    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.commit(receipts, now)
    }
}

/// What went without a claim and was refused is taken up again; once it was accepted, never more.
#[test]
fn what_went_without_a_claim_is_known_by_its_answer() {
    let pipeline = recording().on_unknown(OnUnknown::Send).build().expect("settings are whole");
    let event = purchase(json!({"jurisdiction": {"country": "US", "region": "CA"}}));
    let signals = signals(json!({"gpc": false}));
    let look = |outcome: &mut Outcome, store: &dyn Store, secs| {
        let newest = Newest::new(event_key(&event), &signals, at(secs));
        pipeline.recheck(&event, outcome, store, &newest).expect("records are kept");
        outcome.take_payloads().count()
    };
    let mut outcome = pipeline.process(&event, &Gone, now());
    assert_eq!(outcome.take_payloads().count(), 1);
    assert_eq!(look(&mut outcome, &Gone, 10), 0, "it is on its way");
    outcome.settle(&Gone, at(20), |_| false).expect("nothing is to be settled");
    assert_eq!(look(&mut outcome, &Gone, 30), 1);
    outcome.settle(&Gone, at(40), |_| true).expect("nothing is to be settled");
    assert_eq!(look(&mut outcome, &store(), 50), 0);
}

/// A destination that was taken out of the configuration while the event waited gets nothing.
#[test]
fn a_destination_that_is_gone_gets_nothing() {
    let pixel = tiktok::EventSource::pixel("C4A1B2C3D4E5F6G7H8I9").expect("a code");
    let before = recording().destination(Account::new(pixel)).build().expect("settings are whole");
    let event = purchase(json!({"jurisdiction": {"country": "US", "region": "CA"}}));
    let (store, signals) = (store(), signals(json!({"gpc": false})));
    let mut outcome = before.process(&event, &store, now());
    assert_eq!(outcome.payloads().count(), 2);
    let newest = Newest::new(event_key(&event), &signals, at(30));
    pipeline().recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
    assert_eq!(outcome.payloads().count(), 1);
    let gone = outcome.at(Platform::TikTok).expect("it was configured");
    assert_eq!((gone.fate, gone.reasons()), (Fate::NotTargeted, &["not_targeted"][..]));
}

fn meta_of(pipeline: &Pipeline, event: &Event, store: &dyn Store) -> Fate {
    let mut outcome = pipeline.process(event, store, at(302));
    let fate = outcome.at(Platform::Meta).expect("it is configured").fate;
    outcome.settle(store, at(302), |_| false).expect("memory can be reached");
    fate
}

/// Consent was withdrawn while the payload waited: it is gone, and its claim with it.
#[test]
fn an_event_whose_consent_was_withdrawn_gives_its_claim_back() {
    let pipeline = pipeline();
    let yes = json!({"cmp": {"meta": true}, "collected_at": at(-60).to_string()});
    let event = pending(json!({"consent": yes}));
    let no = signals(json!({"cmp": {"meta": false}, "collected_at": at(20).to_string()}));
    let newest = Newest::new(event_key(&event), &no, at(30));
    // The payload is still there; or it was taken and did not leave.
    for is_taken in [false, true] {
        let store = store();
        let mut outcome = pipeline.process(&event, &store, now());
        assert_eq!(meta(&outcome).0, Fate::Ready, "{:?}", meta(&outcome).1);
        if is_taken {
            drop(body(&mut outcome));
            outcome.settle(&store, at(10), |_| false).expect("memory can be reached");
        }
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        let (fate, reasons) = meta(&outcome);
        assert_eq!(fate, Fate::Denied);
        assert!(reasons.contains(&"withdrawn_after_event"), "{reasons:?}");
        assert!(outcome.take_receipt().is_none());
        assert_eq!(meta(&pipeline.process(&event, &store, at(31))).0, Fate::Ready, "not burnt");
    }
}

/// What the bots' policy makes of the sender holds in the second look too.
#[test]
fn the_second_look_asks_about_the_sender_too() {
    for (action, fate) in
        [("without_value", Fate::Ready), ("hold", Fate::Held), ("drop", Fate::Bot)]
    {
        let policy = format!(
            "actions = {{ not_measured = \"{action}\" }}\n\
             overrides = [\
                 {{ event = \"purchase\", actions = {{ not_measured = \"send\" }} }},\
                 {{ event = \"Purchase\", actions = {{ not_measured = \"send\" }} }}]"
        );
        let pipeline = recording()
            .bot_policy(toml::from_str(&policy).expect("a policy"))
            .build()
            .expect("settings are whole");
        let event = pending(json!({
            "event_name": "lead", "custom_data": {"currency": "EUR", "value": "77123.45"}
        }));
        let store = store();
        let mut outcome = pipeline.process(&event, &store, now());
        let yes = signals(json!({"cmp": {"meta": true}, "collected_at": at(60).to_string()}));
        let newest = Newest::new(event_key(&event), &yes, at(90));
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        assert_eq!(meta(&outcome).0, fate, "{:?}", meta(&outcome).1);
        if fate == Fate::Ready {
            assert!(!body(&mut outcome).contains("77123.45"));
        }
    }
}

/// Records read back from the log do as well; what can't be relied on permits nothing.
#[test]
fn records_from_the_log_are_taken_up_and_doubtful_ones_are_not() {
    let pipeline = pipeline();
    let logged = |event: &Event, now| -> Record {
        let outcome = pipeline.process(event, &store(), now);
        let line: Value = serde_json::from_str(&outcome.to_json()).expect("it is JSON");
        serde_json::from_value(line["destinations"][0]["consent"].clone()).expect("a record")
    };
    let event = pending(json!({}));
    let held = logged(&event, now());
    let later = logged(&event, at(1_900));
    let other = logged(&pending(json!({"event_id": "order-2"})), now());
    let yes = signals(json!({"cmp": {"meta": true}, "collected_at": at(60).to_string()}));
    let finish = |records: &[&Record], key: EventKey| {
        let newest = Newest::new(key, &yes, at(90));
        let prepared = pipeline.prepare_again(&event, records.iter().copied(), &newest);
        let prepared = prepared.expect("records are kept");
        let claimed = prepared.claim().and_then(|claim| store().reserve(&[claim], at(90)).pop());
        prepared.finish(claimed)
    };
    let key = event_key(&event);
    assert_eq!(meta(&finish(&[&held], key)).0, Fate::Ready);
    assert_eq!(meta(&finish(&[&held, &held], key)).0, Fate::Ready);
    assert_eq!(meta(&finish(&[&held, &later], key)), (Fate::Denied, &["records_differ"][..]));
    let foreign = finish(&[&other], key);
    assert_eq!(meta(&foreign).0, Fate::Denied);
    assert!(meta(&foreign).1.contains(&"record_not_authentic"));
    // A permit for another event than the one that is to be built.
    assert_eq!(finish(&[&other], EventKey::of_content(b"other")).payloads().count(), 0);
    assert!(finish(&[], key).destinations().is_empty());
}

/// Without records nobody can look a second time, and nothing is changed.
#[test]
fn a_second_look_needs_records() {
    let without = builder().build().expect("settings are whole");
    let (event, store, none) = (purchase(json!({})), store(), Signals::default());
    let newest = Newest::new(event_key(&event), &none, at(30));
    let mut outcome = without.process(&event, &store, now());
    for pipeline in [&without, &pipeline()] {
        let refused = pipeline.recheck(&event, &mut outcome, &store, &newest);
        assert_eq!(refused, Err(RecheckError::NoRecord));
        assert_eq!(meta(&outcome).0, Fate::Ready);
    }
    assert!(without.prepare_again(&event, [], &newest).is_err());
    outcome.settle(&store, at(30), |_| true).expect("its claim stands");
}
