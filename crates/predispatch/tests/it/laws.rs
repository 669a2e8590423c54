//! The laws of the design, each over generated events through the whole pipeline.

use predispatch::{
    Counters, Fate, Outcome, Pipeline,
    consent::Newest,
    dedup::Store as _,
    payload::{Account, Batch, event_key, meta},
    types::Platform,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::events::{any_event, blank, now, pipeline, read, store};

/// What leaves, and what is said about it.
fn seen(outcome: &Outcome) -> Vec<String> {
    let payloads: Vec<_> = outcome.payloads().cloned().collect();
    let bodies = Batch::plan(&payloads)
        .into_iter()
        .map(|batch| String::from_utf8(batch.body(&payloads)).expect("bodies are JSON"));
    bodies.chain([outcome.to_json_with_event_id()]).collect()
}

fn process_all(pipeline: &Pipeline, events: &[Value]) -> Vec<Outcome> {
    let store = store();
    let process = |event| pipeline.process(&read(event), &store, now());
    events.iter().map(process).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Law 3: for each destination exactly one fate, with a reason, and the fates add up.
    #[test]
    fn every_event_is_accounted_for(events in prop::collection::vec(any_event(), 1..40)) {
        let pipeline = pipeline();
        let mut counters = Counters::default();
        for outcome in process_all(pipeline, &events) {
            prop_assert_eq!(outcome.destinations().len(), 4);
            for at in outcome.destinations() {
                prop_assert_eq!(at.fate.has_payload(), at.payload.is_some());
                prop_assert!(!at.reasons().is_empty());
            }
            counters.add(&outcome);
        }
        prop_assert_eq!(counters.events(), events.len() as u64);
        for destination in counters.destinations() {
            let sum: u64 = Fate::ALL.iter().map(|fate| counters.fate(destination, *fate)).sum();
            prop_assert_eq!(sum, events.len() as u64, "{}", destination);
        }
    }

    /// Law 1: where a yes is needed and nobody gave one, nothing leaves, whatever else is there.
    #[test]
    fn no_readable_yes_no_event(
        event in any_event(),
        place in prop::sample::select(vec![Value::Null, json!({"country": "DE"}), json!({"country": "nowhere"})]),
        consent in prop::sample::select(vec![
            json!({}), json!({"tcf": "CQ"}), json!({"tcf": ""}), json!({"cmp": {"meta": "maybe"}}),
            json!({"consent_mode": "granted"}), json!({"gpp": 7}), json!([]),
        ]),
    ) {
        let mut event = event;
        event["jurisdiction"] = place;
        event["consent"] = consent;
        let outcome = &process_all(pipeline(), &[event])[0];
        prop_assert_eq!(outcome.payloads().count(), 0);
        for at in outcome.destinations() {
            prop_assert!(matches!(at.fate, Fate::Denied | Fate::NotTargeted), "{}", at.fate);
        }
    }

    /// Law 4: of equal reports of one side only one leaves for each destination.
    #[test]
    fn an_event_leaves_once(event in any_event(), times in 2_usize..5) {
        let pipeline = pipeline();
        let store = store();
        let event = read(&event);
        let mut sent = std::collections::BTreeMap::new();
        for _ in 0..times {
            let mut outcome = pipeline.process(&event, &store, now());
            for payload in outcome.payloads() {
                *sent.entry(payload.destination()).or_insert(0) += 1;
            }
            if let Some(receipt) = outcome.take_receipt() {
                store.commit(&[receipt], now());
            }
        }
        prop_assert!(sent.values().all(|count| *count == 1), "{:?}", sent);
    }

    /// Law 4: what was not sent has not burnt its id.
    #[test]
    fn a_refused_event_never_burns_its_id(event in any_event()) {
        let pipeline = pipeline();
        let store = store();
        let mut good = json!({
            "event_name": event["event_name"], "event_time": now().unix_secs() - 60,
            "event_id": "order-1", "event_source_url": "https://shop.example.com/",
            "user": {"email": "ada@example.com"},
            "client": {"ip": "198.51.100.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
            "custom_data": {"currency": "GBP", "value": 1},
            "jurisdiction": {"country": "US", "region": "TX"},
            "consent": {"gpc": false},
        });
        let mut refused = event;
        refused["event_id"] = json!("order-1");
        refused["source"] = json!("server");
        let first = pipeline.process(&read(&refused), &store, now());
        let left: Vec<_> = first.payloads().map(|payload| payload.destination()).collect();
        drop(first);

        good["source"] = json!("server");
        let alone = pipeline.process(&read(&good), &crate::events::store(), now());
        let second = pipeline.process(&read(&good), &store, now());
        for at in second.destinations() {
            let expected = alone.at(at.destination).expect("the same destinations").fate;
            if !left.contains(&at.destination) {
                prop_assert_eq!(at.fate, expected, "{} {:?}", at.destination, at.reasons());
            }
        }
    }

    /// Law 1: the second look never permits more than the first, whatever is said by then; and law 4: it
    /// leaves nothing behind that another look would send again.
    #[test]
    fn the_second_look_permits_no_more_than_the_first(
        event in any_event(),
        newest in any_event(),
        secs in 0_i64..4_000,
    ) {
        let (pipeline, store) = (pipeline(), store());
        let (event, newest) = (read(&event), read(&newest));
        let mut outcome = pipeline.process(&event, &store, now());
        let first: Vec<_> = outcome.destinations().iter().map(|at| at.fate).collect();
        let newest = Newest::new(event_key(&event), newest.consent(), now().plus_secs(secs));
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        prop_assert_eq!(outcome.destinations().len(), first.len());
        for (at, first) in outcome.destinations().iter().zip(first) {
            let second = at.fate;
            prop_assert_eq!(second.has_payload(), at.payload.is_some());
            prop_assert!(!at.reasons().is_empty());
            let is_no_more = match first {
                Fate::Held => true,
                Fate::Ready => second != Fate::Observed,
                Fate::Limited => !matches!(second, Fate::Ready | Fate::Observed),
                _ => second == first,
            };
            prop_assert!(is_no_more, "{} after {}", second, first);
        }
        let left: Vec<_> = outcome.take_payloads().map(|payload| payload.destination()).collect();
        outcome.settle(&store, newest.now, |_| true).expect("memory can be reached");
        pipeline.recheck(&event, &mut outcome, &store, &newest).expect("records are kept");
        prop_assert!(outcome.payloads().all(|payload| !left.contains(&payload.destination())));
    }

    /// Law 5: the same events, clock and store give the same bytes.
    #[test]
    fn equal_input_equal_output(events in prop::collection::vec(any_event(), 1..10)) {
        let all = |pipeline: &Pipeline| -> Vec<_> {
            process_all(pipeline, &events).iter().map(seen).collect()
        };
        prop_assert_eq!(all(&crate::events::four_platforms()), all(pipeline()));
    }

    /// Law 7: in a batch each event comes out as it would alone, whatever its neighbours are.
    #[test]
    fn no_event_harms_its_neighbours(mut events in prop::collection::vec(any_event(), 1..12)) {
        for (index, event) in events.iter_mut().enumerate() {
            event["event_id"] = json!(format!("order-{index}"));
            event["custom_data"]["order_id"] = json!(format!("A-{index}"));
        }
        let pipeline = pipeline();
        let read: Vec<_> = events.iter().map(read).collect();
        let together = pipeline.process_batch(&read, &store(), now());
        prop_assert_eq!(together.len(), events.len());
        for (event, together) in events.iter().zip(&together) {
            let alone = &process_all(pipeline, std::slice::from_ref(event))[0];
            prop_assert_eq!(seen(alone), seen(together));
        }
    }
}

const CODES: &str = include_str!("../../../../docs/codes.md");

/// Every outcome, whatever the event, is as the committed schema says.
#[test]
fn outcomes_are_as_the_schema_says() {
    let schema: Value =
        serde_json::from_str(include_str!("../../schema/outcome.json")).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let seen = std::cell::RefCell::new(std::collections::BTreeSet::new());
    // Few of any events may leave, and by chance none.
    let event = prop_oneof![20 => any_event(), 1 => Just(ordinary_purchase())];
    proptest!(ProptestConfig::with_cases(300), |(event in event, with_id: bool)| {
        let pipeline = crate::events::everywhere();
        for outcome in process_all(pipeline, &[event.clone(), event]) {
            let mut outcome = outcome;
            let json = |outcome: &Outcome| match with_id {
                true => outcome.to_json_with_event_id(),
                false => outcome.to_json(),
            };
            let text = json(&outcome);
            prop_assert!(!text.contains('\n'));
            let line: Value = serde_json::from_str(&text).expect("it is JSON");
            let faults: Vec<_> = validator.iter_errors(&line).map(|error| error.to_string()).collect();
            prop_assert!(faults.is_empty(), "{faults:?} in {line}");
            prop_assert_eq!(line.get("event_id").is_some(), with_id && outcome.event_id().is_some());
            let story = predispatch::explain(&outcome).to_string();
            // Most services log what came of it after the payloads were sent.
            outcome.take_payloads().for_each(drop);
            prop_assert_eq!(json(&outcome), text);
            prop_assert_eq!(predispatch::explain(&outcome).to_string(), story);
            for code in outcome.destinations().iter().flat_map(|at| at.reasons()) {
                // Those of purposes are listed as a row of numbers.
                let is_listed =
                    code.starts_with("tcf_purpose_") || CODES.contains(&format!("`{code}`"));
                prop_assert!(is_listed, "{}", code);
            }
            seen.borrow_mut().extend(outcome.destinations().iter().map(|at| at.fate));
        }
    });
    // All but the fate of programs, for which the sample has too few.
    assert!(seen.borrow().len() >= 8, "only {:?} were seen", seen.borrow());
    let unreadable = pipeline().read(br#"{"custom_data":{"items":[{"no_such_key":1}]}}"#);
    let unreadable = pipeline().unreadable(unreadable.expect_err("a key that is none"));
    for none in [unreadable, pipeline().refuse("row_too_long")] {
        let line = none.to_json_with_event_id();
        let line = serde_json::from_str(&line).expect("it is JSON");
        assert!(validator.is_valid(&line), "{line}");
    }
}

fn ordinary_purchase() -> Value {
    json!({
        "event_name": "purchase", "event_id": "order-1", "event_time": now().unix_secs() - 60,
        "event_source_url": "https://shop.example.com/thank-you",
        "user": {"email": "ada@example.com", "external_id": "c-1"},
        "client": {"ip": "198.51.100.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
        "custom_data": {"currency": "GBP", "value": "129.90", "order_id": "A-1"},
        "jurisdiction": {"country": "US", "region": "TX"},
        "consent": {"gpc": false},
    })
}

/// Something does leave: the laws above would hold for a pipeline that refuses everything.
#[test]
fn an_ordinary_purchase_goes_to_all_four() {
    let outcome = &process_all(pipeline(), &[ordinary_purchase()])[0];
    let story = predispatch::explain(outcome).to_string();
    assert_eq!(outcome.payloads().count(), 4, "{story}");
    assert_eq!(outcome.at(Platform::Meta).map(|at| at.fate), Some(Fate::Ready));
}

/// The policy may let a doubtful event count without its worth.
#[test]
fn without_value_no_amount_leaves() {
    // Meta refuses purchases without an amount.
    let policy: predispatch::bot::verdict::Policy = toml::from_str(
        "actions = { not_measured = \"without_value\" }\n\
         overrides = [\
             { event = \"purchase\", actions = { not_measured = \"mark\" } },\
             { event = \"Purchase\", actions = { not_measured = \"mark\" } }]",
    )
    .expect("a policy");
    let build = |policy| {
        blank()
            .destination(Account::new(meta::Dataset::new("1234567890").expect("an id")))
            .dedup_key([7; 16])
            .bot_policy(policy)
            .build()
            .expect("settings are whole")
    };
    let event = read(&json!({
        "event_name": "lead", "event_id": "order-1", "event_time": now().unix_secs() - 60,
        "event_source_url": "https://shop.example.com/thank-you",
        "user": {"email": "ada@example.com"},
        "client": {"ip": "198.51.100.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
        "custom_data": {"currency": "GBP", "value": "77123.45", "items": [{"id": "sku-7", "quantity": 1, "price": "77123.45"}]},
        "jurisdiction": {"country": "US", "region": "TX"},
        "consent": {"gpc": false},
    }));
    for (policy, has_amount) in [(policy, false), (Default::default(), true)] {
        let outcome = build(policy).process(&event, &store(), now());
        assert_eq!(outcome.payloads().count(), 1, "{}", predispatch::explain(&outcome));
        assert_eq!(seen(&outcome)[0].contains("77123.45"), has_amount);
    }
}

/// A caller that mixes up the answers of a store must not send what nobody granted.
#[test]
fn the_grant_of_another_event_grants_nothing() {
    let pipeline = pipeline();
    let store = store();
    let event = |id: &str| {
        read(&json!({
            "event_name": "lead", "event_id": id, "event_time": now().unix_secs() - 60,
            "event_source_url": "https://shop.example.com/thank-you",
            "user": {"email": "ada@example.com"},
            "client": {"ip": "198.51.100.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
            "jurisdiction": {"country": "US", "region": "TX"},
            "consent": {"gpc": false},
        }))
    };
    let (one, two) = (event("order-1"), event("order-2"));
    let answer = |event| {
        let claim = pipeline.prepare(event, now()).claim().expect("it may go");
        store.reserve(&[claim], now()).pop()
    };
    let (own, other) = (answer(&one), answer(&two));
    assert_eq!(pipeline.prepare(&one, now()).finish(other).payloads().count(), 0);
    assert!(pipeline.prepare(&one, now()).finish(own).payloads().count() > 0);
}
