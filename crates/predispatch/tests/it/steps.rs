//! What each step of the pipeline takes into account, and what it does with what waits.

use predispatch::{
    BrowserTag, Config, ConfigError, Counters, Fate, Outcome, Pipeline, PipelineBuilder,
    SettingsError,
    bot::verdict::Policy as BotPolicy,
    consent::Policy,
    dedup::{
        Claim, Outcome as Claimed, Receipt, SettleError, Store, Verdict, store::memory::MemoryStore,
    },
    event::Event,
    payload::{Account, AccountKeys, Batch, meta, tiktok},
    types::{Platform, Timestamp},
};
use serde_json::{Value, json};

use crate::events::{blank, now, read, store};

pub(crate) fn builder() -> PipelineBuilder {
    blank()
        .destination(Account::new(meta::Dataset::new("1234567890").expect("an id")))
        .dedup_key([7; 16])
}

pub(crate) fn purchase(more: Value) -> Event {
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

pub(crate) fn fate(pipeline: &Pipeline, event: &Event) -> (Fate, Vec<&'static str>) {
    let outcome = pipeline.process(event, &store(), now());
    let at = outcome.at(Platform::Meta).expect("it is configured");
    (at.fate, at.reasons().to_vec())
}

/// A subject that the site names counts beside the event's own; neither hides the other.
#[test]
fn the_sites_subject_counts_for_every_event() {
    for (site, own, expected) in [
        (None, None, Fate::Ready),
        (Some("health"), None, Fate::Denied),
        (None, Some("health"), Fate::Denied),
        (Some("health"), Some("toys"), Fate::Denied),
        (Some("credit"), Some("health"), Fate::Denied),
        (Some("credit"), Some("sexual life"), Fate::Denied),
        (None, Some("toys"), Fate::Ready),
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

/// A browser's report is nothing to a platform whose tag the page does not have: what the server sends
/// there is all that it gets.
#[test]
fn a_report_of_another_platforms_tag_keeps_nothing_back() {
    let google = || {
        let keys =
            json!({"operating_account_id": "1234567890", "conversion_action_id": "987654321"});
        let keys = serde_json::from_value(keys).expect("they are keys");
        Account::from_keys(Platform::Google.into(), &keys).expect("they are whole")
    };
    for (said, fates) in [
        (None, [Fate::NotTargeted, Fate::Ready]),
        (Some(BrowserTag::Absent), [Fate::NotTargeted, Fate::Ready]),
        (Some(BrowserTag::Present), [Fate::Observed, Fate::Duplicate]),
    ] {
        let builder = match said {
            None => builder().destination(google()),
            Some(tag) => builder().destination_with_tag(google(), tag),
        };
        let pipeline = builder.build().expect("settings are whole");
        let store = store();
        // The page's tag has made an id of its own for the order.
        let half = purchase(json!({"source": "browser", "event_id": "tag-1"}));
        let user = json!({"email": "ada@example.com"});
        for (event, google) in [half, purchase(json!({"user": user}))].iter().zip(fates) {
            let mut outcome = pipeline.process(event, &store, now());
            outcome.settle(&store, now(), |_| true).expect("memory can be reached");
            let at = outcome.at(Platform::Google).expect("it is configured");
            assert_eq!(at.fate, google, "{said:?}: {:?}", at.reasons());
            let at = outcome.at(Platform::Meta).expect("it is configured");
            assert!(matches!(at.fate, Fate::Observed | Fate::Duplicate), "{:?}", at.reasons());
        }
    }
}

/// An order is one person's, whatever they are named by; without one, only two names of one kind say
/// that it is somebody else.
#[test]
fn a_retry_that_names_the_person_otherwise_is_no_other_event() {
    let pipeline = builder().build().expect("settings are whole");
    let customer = json!({"external_id": "c-1"});
    let (ada, bob) = (json!({"email": "ada@example.com"}), json!({"email": "bob@example.com"}));
    for (first, second, expected) in [
        ((Some("A-1"), &customer), (Some("A-1"), &ada), Fate::Duplicate),
        ((Some("A-1"), &ada), (Some("A-1"), &bob), Fate::Duplicate),
        ((Some("A-1"), &ada), (Some("A-2"), &ada), Fate::Ready),
        ((None, &customer), (None, &ada), Fate::Duplicate),
        ((None, &ada), (Some("A-1"), &bob), Fate::Duplicate),
        ((None, &ada), (None, &bob), Fate::Ready),
    ] {
        let store = store();
        let process = |(order, user): (Option<&str>, &Value)| {
            let mut custom = json!({"currency": "GBP", "value": 1});
            if let Some(order) = order {
                custom["order_id"] = order.into();
            }
            let event = purchase(json!({"user": user, "custom_data": custom}));
            let mut outcome = pipeline.process(&event, &store, now());
            outcome.settle(&store, now(), |_| true).expect("memory can be reached");
            outcome.at(Platform::Meta).map(|at| at.fate)
        };
        assert_eq!(process(first), Some(Fate::Ready), "{first:?}");
        assert_eq!(process(second), Some(expected), "{first:?}, {second:?}");
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
        let mut second = outcomes.pop().expect("two went in");
        let mut first = outcomes.pop().expect("two went in");
        for at in second.destinations() {
            assert_eq!((at.fate, at.dedup), (Fate::Held, Some(Verdict::InFlight)));
        }
        first.settle(&store, now(), |_| is_accepted).expect("memory can be reached");
        pipeline.retry(&both[1], &mut second, &store, now());
        assert_eq!(second.destinations().len(), 2);
        assert_eq!(second.payloads().count(), if is_accepted { 0 } else { 2 });
        second.settle(&store, now(), |_| true).expect("memory can be reached");
        for at in second.destinations() {
            assert_eq!(at.fate, expected);
        }
        assert!(second.take_receipt().is_none());
        // Nothing is left to be tried.
        let sent = second.payloads().count();
        pipeline.retry(&both[1], &mut second, &store, now());
        assert_eq!(second.payloads().count(), sent);
        assert!(second.take_receipt().is_none());
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
    assert_eq!(again.at(Platform::TikTok).map(|at| at.fate), Some(Fate::Ready));
}

/// A store that can't be reached at the moment.
struct Away(MemoryStore);

impl Store for Away {
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Claimed>) {
        self.0.reserve_into(claims, now, outcomes);
    }

    fn commit(&self, receipts: &[Receipt], _: Timestamp) -> Vec<Result<(), SettleError>> {
        receipts.iter().map(|_| Err(SettleError::Unreachable)).collect()
    }

    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.0.release(receipts, now)
    }
}

/// What the platform has taken is not forgotten because the store was away for a moment.
#[test]
fn what_could_not_be_settled_can_be_settled_again() {
    let pipeline = builder().build().expect("settings are whole");
    let (event, away) = (purchase(json!({})), Away(store()));
    let mut outcome = pipeline.process(&event, &away, now());
    let settled = outcome.settle(&away, now(), |_| true);
    assert_eq!(settled, Err(SettleError::Unreachable));
    assert_eq!(outcome.settle(&away.0, now(), |_| true), Ok(()));
    assert!(outcome.take_receipt().is_none());
    let late = now().plus_secs(3_600);
    let again = pipeline.process(&event, &away.0, late);
    assert_eq!(again.at(Platform::Meta).map(|at| at.fate), Some(Fate::Duplicate));
}

/// A claim that was given back is no half: the event comes again, and is counted then.
#[test]
fn health_counts_an_event_once_however_often_it_is_tried() {
    let pipeline = builder().build().expect("settings are whole");
    let (event, store) = (purchase(json!({})), store());
    let halves = |counters: &Counters| {
        counters.dedup().name("purchase").map_or(0, |counts| counts.server_halves)
    };
    let mut counters = Counters::default();
    for (is_accepted, expected) in [(false, 0), (false, 0), (true, 1), (true, 1)] {
        let mut outcome = pipeline.process(&event, &store, now());
        outcome.settle(&store, now(), |_| is_accepted).expect("memory can be reached");
        counters.add(&outcome);
        assert_eq!(halves(&counters), expected);
    }
    assert_eq!(counters.dedup().name("purchase").map(|counts| counts.duplicates), Some(1));
    assert_eq!(counters.events(), 4);

    // Counted first, and released without `settle`.
    let order = |id: &str| json!({"currency": "GBP", "value": 1, "order_id": id});
    let other = purchase(json!({"event_id": "order-2", "custom_data": order("A-2")}));
    let mut outcome = pipeline.process(&other, &store, now());
    counters.add(&outcome);
    assert_eq!(halves(&counters), 2);
    store.release(&[outcome.take_receipt().expect("it was granted")], now());
    counters.take_back(&outcome);
    assert_eq!(halves(&counters), 1);

    // Granted by the store and refused by the payload: released at once.
    let nothing_to_match = purchase(json!({
        "event_id": "order-3", "user": {}, "client": {}, "custom_data": order("A-3")
    }));
    let outcome = pipeline.process(&nothing_to_match, &store, now());
    let at = outcome.at(Platform::Meta).expect("it is configured");
    assert_eq!((at.fate, at.dedup), (Fate::Invalid, Some(Verdict::First)));
    counters.add(&outcome);
    assert_eq!(halves(&counters), 1);
}

/// A half is met where a half can come, and a retry for one platform of two is no half of its own.
#[test]
fn health_counts_an_event_once_however_many_destinations_it_has() {
    let google = json!({"operating_account_id": "1234567890", "conversion_action_id": "987654321"});
    let google = serde_json::from_value(google).expect("they are keys");
    let google = Account::from_keys(Platform::Google.into(), &google).expect("they are whole");
    let dataset = meta::Dataset::new("1234567890").expect("an id");
    let pixel = tiktok::EventSource::pixel("C4A1B2C3D4E5F6G7H8I9").expect("a code");
    let pipeline = blank()
        .destination(google)
        .destination(Account::new(dataset))
        .destination(Account::new(pixel))
        .dedup_key([7; 16])
        .build()
        .expect("settings are whole");
    let (store, mut counters) = (store(), Counters::default());
    let mut process = |event: &Event, accepts: &[Platform]| {
        let mut outcome = pipeline.process(event, &store, now());
        let accepts = |to| accepts.iter().any(|platform| to == (*platform).into());
        outcome.settle(&store, now(), accepts).expect("memory can be reached");
        counters.add(&outcome);
        counters.dedup().name("purchase").expect("it was counted").clone()
    };
    process(&purchase(json!({"source": "browser"})), &[]);
    let user = json!({"email": "ada@example.com"});
    let event = purchase(json!({"user": user}));
    for accepted in [&[Platform::Google, Platform::TikTok][..], &[], &[Platform::Meta]] {
        let counts = process(&event, accepted);
        assert_eq!((counts.browser_halves, counts.server_halves, counts.paired), (1, 1, 1));
    }
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
    let mut outcome = pipeline.process(&event, &store, now());
    let meta = |outcome: &Outcome| outcome.at(Platform::Meta).map(|at| at.fate);
    assert_eq!(meta(&outcome), Some(Fate::Held));
    pipeline.retry(&event, &mut outcome, &store, now().plus_secs(60));
    assert_eq!(meta(&outcome), Some(Fate::Held));
    pipeline.retry(&event, &mut outcome, &store, now().plus_secs(3_600));
    assert_eq!(meta(&outcome), Some(Fate::Denied));
}

/// A store that can't be reached holds; when it is back, the event goes.
#[test]
fn a_store_that_comes_back_lets_held_events_go() {
    let pipeline = builder().build().expect("settings are whole");
    let event = purchase(json!({}));
    let mut outcome = pipeline.prepare(&event, now()).finish(None);
    let meta = |outcome: &Outcome| outcome.at(Platform::Meta).map(|at| at.fate);
    assert_eq!(meta(&outcome), Some(Fate::Held));
    pipeline.retry(&event, &mut outcome, &store(), now());
    assert_eq!(meta(&outcome), Some(Fate::Ready));
}

/// Data are exchanged while events are on their way: each event sees the one or the other as a whole.
#[test]
fn data_are_swapped_without_stopping_anybody() {
    let pipeline = builder().build().expect("settings are whole");
    let snapshot = |policy: &str| {
        let mut snapshot = (*pipeline.snapshot()).clone();
        snapshot.bot_policy = toml::from_str(policy).expect("a policy");
        snapshot
    };
    let sends = snapshot("actions = { not_measured = \"send\", suspect = \"send\" }");
    let drops = snapshot("actions = { not_measured = \"drop\", suspect = \"drop\" }");
    let event = purchase(json!({}));
    std::thread::scope(|scope| {
        let readers = (0..3).map(|_| {
            scope.spawn(|| (0..200).map(|_| fate(&pipeline, &event).0).collect::<Vec<_>>())
        });
        let readers: Vec<_> = readers.collect();
        while readers.iter().any(|reader| !reader.is_finished()) {
            pipeline.swap_snapshot(drops.clone()).unwrap();
            pipeline.swap_snapshot(sends.clone()).unwrap();
        }
        for reader in readers {
            let fates = reader.join().expect("nobody panics");
            assert!(fates.iter().all(|fate| matches!(fate, Fate::Ready | Fate::Bot)), "{fates:?}");
        }
    });
    pipeline.swap_snapshot(drops).unwrap();
    assert_eq!(fate(&pipeline, &event).0, Fate::Bot);
}

/// A consent policy that does not know the site's subject would leave the whole site unregulated.
#[test]
fn data_that_does_not_know_the_sites_vertical_are_refused() {
    let bundled = Policy::bundled();
    let overlay = "version = \"s\"\n[vertical.gambling]\nurl = \"strict\"\n";
    let with_gambling = bundled.overlay(overlay).expect("a policy");
    let pipeline = builder()
        .consent_policy(with_gambling)
        .vertical("gambling")
        .build()
        .expect("the policy knows it");
    let event = purchase(json!({}));
    assert_eq!(fate(&pipeline, &event).0, Fate::Denied);

    let mut without = (*pipeline.snapshot()).clone();
    without.consent = bundled;
    assert_eq!(pipeline.swap_snapshot(without), Err(SettingsError::UnknownVertical));
    assert_eq!(fate(&pipeline, &event).0, Fate::Denied, "the old policy stays");
}

/// A purchase without an amount is refused at Meta and Snapchat, so that bots' purchases would silently not go.
#[test]
fn no_amount_is_taken_that_a_destination_demands() {
    let meta = || Account::new(meta::Dataset::new("1234567890").expect("an id"));
    let pixel = json!({"pixel_id": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"});
    let all = "actions = { suspect = \"without_value\" }";
    let but = |event: &str| {
        format!(
            "{all}\noverrides = [{{ event = \"{event}\", actions = {{ suspect = \"mark\" }} }}]"
        )
    };
    let both = |theirs: &str| {
        let exception =
            |event| format!("{{ event = \"{event}\", actions = {{ suspect = \"mark\" }} }}");
        format!("{all}\noverrides = [{}, {}]", exception("purchase"), exception(theirs))
    };
    let ordered = || meta().with_name("ordered", "Purchase").expect("a name");
    let renamed = || {
        let account = meta().with_name("purchase", "Bought").expect("a name");
        account.with_name("Purchase", "Bought").expect("a name")
    };
    for (account, policy, is_sound) in [
        (meta(), all.to_owned(), false),
        (account(Platform::Snapchat, &pixel), all.to_owned(), false),
        (account(Platform::Reddit, &pixel), all.to_owned(), true),
        (meta(), but("purchase"), false),
        (meta(), both("Purchase"), true),
        (
            meta(),
            "overrides = [{ event = \"Purchase\", actions = { human = \"without_value\" } }]"
                .to_owned(),
            false,
        ),
        (account(Platform::Snapchat, &pixel), both("Purchase"), false),
        (account(Platform::Snapchat, &pixel), both("PURCHASE"), true),
        (renamed(), but("purchase"), true),
        (meta(), but("lead"), false),
        (ordered(), but("purchase"), false),
        (meta().with_name("purchase", "Bought").expect("a name"), all.to_owned(), false),
        (renamed(), all.to_owned(), true),
        (meta(), format!("shadow = true\n{all}"), true),
        (meta(), "actions = { speculative = \"without_value\" }".to_owned(), false),
    ] {
        let destination = account.destination();
        let build = |bots| {
            let builder = blank().destination(account.clone()).dedup_key([7; 16]);
            builder.bot_policy(bots).build()
        };
        let bots: BotPolicy = toml::from_str(&policy).expect("a policy");
        let refused = Some(SettingsError::AmountDemanded { destination });
        assert_eq!(
            build(bots.clone()).err(),
            refused.filter(|_| !is_sound),
            "{destination} {policy}"
        );
        let pipeline = build(BotPolicy::default()).expect("the default takes no amounts");
        let mut snapshot = (*pipeline.snapshot()).clone();
        snapshot.bot_policy = bots;
        assert_eq!(pipeline.swap_snapshot(snapshot).is_ok(), is_sound, "{destination} {policy}");
    }
}

/// The claim on what is built is held for a minute: sent later, what the platform does not pair may have been
/// sent by another.
#[test]
fn a_payload_knows_how_long_its_claim_is_held() {
    let linkedin = account(Platform::LinkedIn, &json!({"conversion_rules": {"*": "104001"}}));
    let meta = account(Platform::Meta, &json!({"pixel_id": "1234567890"}));
    for (account, is_paired) in [(meta, true), (linkedin, false)] {
        let pipeline = blank().destination(account).dedup_key([7; 16]).build().expect("whole");
        let mut outcome = pipeline.process(&purchase(json!({})), &store(), now());
        let held_until = outcome.take_receipt().expect("it is granted").until();
        let payloads: Vec<_> = outcome.take_payloads().collect();
        let final_first: Vec<_> =
            payloads.iter().cloned().map(|payload| payload.held_until(None)).collect();
        for (payloads, now, goes) in [
            (&payloads, held_until, true),
            (&payloads, held_until.plus_secs(1), is_paired),
            (&final_first, held_until.plus_secs(1), true),
        ] {
            let kept = Batch::plan(payloads).remove(0).without_expired(payloads, now).0;
            assert_eq!(kept.is_some(), goes, "{now}");
        }
    }
}

fn account(to: Platform, keys: &Value) -> Account {
    let keys: AccountKeys = serde_json::from_value(keys.clone()).expect("keys");
    Account::from_keys(to.into(), &keys).expect("whole")
}

/// Why an event is no event for the platform is told as it is.
#[test]
fn each_kind_of_invalid_has_its_own_words() {
    let pipeline = builder().build().expect("settings are whole");
    let story = |outcome: &Outcome| {
        assert_eq!(outcome.destinations()[0].fate, Fate::Invalid);
        predispatch::explain(outcome).to_string()
    };
    let nothing_to_match = purchase(json!({"user": {}, "client": {}}));
    let refused = pipeline.process(&nothing_to_match, &store(), now());
    let told = story(&refused);
    let words = "No payload can be made of it that the platform takes: client.user_agent is required (required_field_missing). The platform's answer would be: 100 invalid parameter, ";
    assert!(told.contains(words), "{told}");
    let line: Value = serde_json::from_str(&refused.to_json()).expect("it is JSON");
    let at = &line["destinations"][0];
    assert_eq!(at["field"], "client.user_agent");
    assert_eq!(at["platform_error"], "100 invalid parameter, whole request refused");
    let told = story(&pipeline.refuse("row_too_long"));
    assert_eq!(told, "meta: invalid. It can't be read. Codes: row_too_long.");

    let mut nameless = json!({
        "event_name": "purchase", "event_time": now().unix_secs() - 60,
        "event_source_url": "https://shop.example.com/", "user": {"external_id": "c-1"},
        "jurisdiction": {"country": "US", "region": "TX"}, "consent": {"gpc": false},
    });
    let read = |event: &Value| pipeline.read(event.to_string().as_bytes()).expect("an event");
    let without = pipeline.process(&read(&nameless), &store(), now());
    assert!(story(&without).contains("Nobody could tell whether it left before."));

    // The browser's half left three days before the server's.
    nameless["event_id"] = json!("order-1");
    let (store, half) = (store(), now().plus_secs(-3 * 86_400));
    nameless["source"] = json!("browser");
    nameless["event_time"] = json!(half.unix_secs());
    pipeline
        .process(&read(&nameless), &store, half)
        .settle(&store, half, |_| true)
        .expect("memory");
    nameless["source"] = json!("server");
    nameless["event_time"] = json!(now().unix_secs());
    let late = pipeline.process(&read(&nameless), &store, now());
    assert!(story(&late).contains("The platform would count it beside its other half."));
}

/// Why an input is no event stays with its outcome: the rule and a place in the schema, nothing of the input.
#[test]
fn what_is_no_event_says_where() {
    let pipeline = builder().build().expect("settings are whole");
    let text =
        br#"{"event_name":"lead","event_time":1795197791,"custom_data":{"ada@example.com":1}}"#;
    let outcome = pipeline.process_json(text, &store(), now());
    assert_eq!(outcome.error().map(|error| error.code()), Some("unknown_key"));
    assert_eq!(
        outcome.to_json(),
        r#"{"event_name":"unreadable","error":{"code":"unknown_key","at":"/custom_data"},"destinations":[{"destination":"meta","fate":"invalid","reasons":["unknown_key"]}]}"#
    );
    assert_eq!(
        predispatch::explain(&outcome).to_string(),
        "meta: invalid. It can't be read: a key that is not in the schema (unknown_key) at /custom_data."
    );
    let outcome = pipeline.process_json(b"no event", &store(), now());
    assert!(outcome.to_json().contains(r#""error":{"code":"not_an_object","at":""}"#));
    assert_eq!(
        predispatch::explain(&outcome).to_string(),
        "meta: invalid. It can't be read: not a JSON object (not_an_object)."
    );
}

/// Test mode ends by itself: after its moment events count, and carry no mark.
#[test]
fn test_mode_has_an_end() {
    let dataset = meta::Dataset::new("1234567890").expect("an id");
    let account = Account::new(dataset).with_test_code("TEST123").expect("a code");
    let pipeline = blank()
        .destination(account.in_test_mode(now()))
        .dedup_key([7; 16])
        .build()
        .expect("settings are whole");
    for (secs, is_marked) in [(0, true), (1, false)] {
        let outcome = pipeline.process(&purchase(json!({})), &store(), now().plus_secs(secs));
        let payloads: Vec<_> = outcome.payloads().cloned().collect();
        let body = Batch::plan(&payloads)[0].body(&payloads);
        assert_eq!(String::from_utf8_lossy(&body).contains("TEST123"), is_marked);
    }
}

/// An in-store sale of a month ago goes to Meta where the site says that it has such, and waits where
/// the store may have forgotten it.
#[test]
fn in_store_sales_go_for_62_days() {
    let sale = |days: i64| {
        purchase(json!({
            "action_source": "physical_store", "event_id": format!("sale-{days}"),
            "event_time": now().unix_secs() - days * 86_400,
            "custom_data": {"currency": "USD", "value": 1, "order_id": format!("S-{days}")},
        }))
    };
    for (days, text, expected) in [
        (6, "", Fate::Ready),
        (30, "", Fate::Held),
        (30, "[dedup]\nin_store_sales = true", Fate::Ready),
        (61, "[dedup]\nin_store_sales = true", Fate::Ready),
        (63, "[dedup]\nin_store_sales = true", Fate::Denied),
    ] {
        let text = format!(
            "[keys]\ndedup = {{ file = \"key\" }}\n{text}\n[[destination]]\nto = \"meta\"\n\
             account = {{ pixel_id = \"1234567890\" }}"
        );
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/config");
        let config: Config = text.parse::<Config>().expect("it is sound").in_folder(folder);
        let store = config.store(now()).expect("memory");
        let pipeline = builder().build().expect("settings are whole");
        let outcome = pipeline.process(&sale(days), &*store, now());
        let at = &outcome.destinations()[0];
        assert_eq!(at.fate, expected, "{days} days, {text}: {:?}", at.reasons());
    }
}

/// A rehearsal remembers as long as the store that it stands for, whose file is not touched.
#[test]
fn a_rehearsal_answers_as_the_configured_store_would() {
    let linkedin = account(Platform::LinkedIn, &json!({"conversion_rules": {"*": "104001"}}));
    let pipeline = blank().destination(linkedin).dedup_key([7; 16]).build().expect("whole");
    let event = purchase(json!({
        "event_time": now().unix_secs() - 30 * 86_400, "user": {"email": "ada@example.com"},
    }));
    let durable = "[dedup.store.durable]\npath = \"nowhere/claims.redb\"";
    for (text, expected) in [
        ("", Fate::Held),
        ("[dedup]\nretention_days = 60", Fate::Ready),
        (durable, Fate::Ready),
        (&format!("[dedup]\nretention_days = 20\n{durable}"), Fate::Held),
    ] {
        let text = format!(
            "[keys]\ndedup = {{ file = \"key\" }}\n{text}\n[[destination]]\nto = \"meta\"\n\
             account = {{ pixel_id = \"1234567890\" }}"
        );
        let config: Config = text.parse().expect("it is sound");
        let store = config.rehearsal_store();
        let outcome = pipeline.process(&event, &store, now());
        let at = &outcome.destinations()[0];
        assert_eq!(at.fate, expected, "{text}: {:?}", at.reasons());
    }
}

/// What is marked as a test must not be sent when tests are over: it would not count.
#[test]
fn a_test_is_good_until_the_tests_end() {
    let account = || Account::new(meta::Dataset::new("1234567890").expect("an id"));
    let testing = account().with_test_code("TEST123").expect("a code");
    for (account, secs) in [
        (testing.clone().in_test_mode(now().plus_secs(60)), 60),
        (testing.in_test_mode(now().plus_secs(-1)), 900),
        (account(), 900),
    ] {
        let pipeline = blank().destination(account).dedup_key([7; 16]).build().expect("whole");
        let outcome = pipeline.process(&purchase(json!({})), &store(), now());
        let payload = outcome.payloads().next().expect("it goes");
        assert_eq!(payload.good_until(), now().plus_secs(secs));
    }
}

/// Without tables every crawler would pass for a person, so a build without the bundled ones asks for some.
#[test]
fn a_pipeline_without_tables_for_senders_is_asked_for() {
    let meta = || Account::new(meta::Dataset::new("1234567890").expect("an id"));
    let unsaid = || Pipeline::builder().destination(meta()).dedup_key([7; 16]);
    unsaid().without_bot_data().build().expect("it was said");
    let config: Config = r#"
        keys.dedup = { file = "key" }
        [[destination]]
        to = "meta"
        account = { pixel_id = "1234567890" }
    "#
    .parse()
    .expect("a configuration");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/config");
    let configured = config.in_folder(folder).pipeline().map(drop);
    match cfg!(feature = "bundled") {
        true => {
            unsaid().build().expect("the bundled tables");
            configured.expect("the bundled tables");
        }
        false => {
            assert_eq!(unsaid().build().map(drop), Err(SettingsError::NoBotData));
            let is_refused =
                matches!(configured, Err(ConfigError::Settings(SettingsError::NoBotData)));
            assert!(is_refused, "{configured:?}");
        }
    }
}
