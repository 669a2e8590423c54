//! How senders are judged, by the bundled tables.

use std::sync::Arc;

use predispatch::{
    Counters, Fate, PaidOrders, Snapshot,
    bot::{
        email::EmailClassifier,
        verdict::{Class, Data, Policy as BotPolicy},
    },
    consent::Policy,
    explain,
    types::Platform,
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
    with_mail.swap_snapshot(without).unwrap();
    let outcome = with_mail.process(&event, &store(), now());
    assert_eq!(outcome.bot().map(|bot| bot.class()), Some(Class::NotMeasured));
    let mut snapshot = (*with_mail.snapshot()).clone();
    snapshot.mail = Some(Arc::new(EmailClassifier::bundled()));
    with_mail.swap_snapshot(snapshot).unwrap();
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

/// What the policy does, or would do but for shadow mode, stands in the outcome, its story and the counts.
#[test]
fn an_outcome_tells_what_the_policy_makes_of_the_sender() {
    let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                  Chrome/142.0.0.0 Safari/537.36";
    let ahead = json!({"client": {"user_agent": chrome, "headers": {"Sec-Purpose": "prefetch"}}});
    let program = json!({"client": {"user_agent": "curl/8.5.0"}});
    let unknown = json!({});
    let custom = json!({"currency": "GBP", "value": 1, "order_id": "A-1", "status": "paid"});
    let mut paid = program.clone();
    paid["custom_data"] = custom;
    let shadow = |actions: &str| format!("shadow = true\nactions = {{ {actions} }}");
    let open = |actions: &str| format!("actions = {{ {actions} }}");
    for (event, policy, fate, codes, words) in [
        (&ahead, String::new(), Fate::Bot, &["bot_speculative"][..], "asked ahead"),
        (
            &ahead,
            open("speculative = \"hold\""),
            Fate::Held,
            &["bot_hold", "bot_speculative"],
            "hold it",
        ),
        (
            &ahead,
            shadow(""),
            Fate::Ready,
            &["bot_shadow_drop", "bot_speculative"],
            "would not be sent",
        ),
        (&ahead, open("speculative = \"send\""), Fate::Ready, &["bot_marked"], "is marked"),
        (&program, String::new(), Fate::Bot, &["automation"], "A program drives the browser"),
        (&program, shadow(""), Fate::Ready, &["bot_shadow_drop"], "would not be sent"),
        (&paid, String::new(), Fate::Ready, &["bot_marked"], "is marked"),
        (&paid, shadow(""), Fate::Ready, &["bot_shadow_mark"], "would be marked"),
        (&unknown, shadow(""), Fate::Ready, &[], "A payload was made"),
        (&unknown, open("not_measured = \"drop\""), Fate::Bot, &["not_measured"], "was measured"),
        (&unknown, shadow("not_measured = \"hold\""), Fate::Ready, &["bot_shadow_hold"], "be held"),
        (
            &unknown,
            shadow("not_measured = \"without_value\""),
            Fate::Ready,
            &["bot_shadow_without_value"],
            "without amounts",
        ),
    ] {
        let policy: BotPolicy = toml::from_str(&policy).expect("a policy");
        let pipeline = builder().bot_policy(policy.clone()).build().expect("settings are whole");
        let outcome = pipeline.process(&purchase(event.clone()), &store(), now());
        let at = outcome.at(Platform::Meta).expect("it is configured");
        assert_eq!(at.fate, fate, "{policy:?} {:?}", at.reasons());
        let is_about_sender =
            |code: &&str| code.starts_with("bot_") || ["automation", "not_measured"].contains(code);
        let told: Vec<_> = at.reasons().iter().copied().filter(is_about_sender).collect();
        assert_eq!(told, codes, "{policy:?}");
        let story = explain(&outcome).to_string();
        assert!(story.contains(words), "{story}");
        assert!(codes.iter().all(|code| story.contains(&format!("({code})"))), "{story}");
        let mut counters = Counters::default();
        counters.add(&outcome);
        let counted = |code| counters.reasons().any(|(_, at, is, _)| (at, is) == (fate, code));
        assert!(codes.iter().all(|code| counted(*code)));
        assert!(told.iter().all(|code| outcome.to_json().contains(&format!("\"{code}\""))));
    }
}
