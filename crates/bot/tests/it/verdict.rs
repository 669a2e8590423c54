//! Tests of `verdict`.

use predispatch_bot::client::{Client, HeaderList, RequestKind};
use predispatch_bot::device::Signals;
use predispatch_bot::verdict::{
    Action, Actions, Class, Data, DataSource, InvalidTraffic, Override, Policy, Stale, Subject,
    Tally, Verdict, judge, judge_with,
};
use predispatch_bot::{Layer, Reason, Strength};
use predispatch_types::{Money, Platform, Timestamp};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_unix_secs(1_795_435_200);

fn found(strengths: &[Strength]) -> Verdict {
    const CODES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let reasons: Vec<Reason> = CODES
        .iter()
        .zip(strengths)
        .map(|(code, strength)| Reason::new(Layer::Device, code, *strength))
        .collect();
    judge_with(&Client::new(), &reasons, &Data::empty(), NOW)
}

fn speculative() -> Verdict {
    let mut client = Client::new();
    client.set_headers(HeaderList::unordered([("sec-purpose", "prefetch")]).unwrap());
    judge(&client, &Data::empty(), NOW)
}

const ORDER: Subject<'_> = Subject::new("purchase", Platform::Meta);

#[test]
fn strengths_decide_the_class() {
    use Strength::{Hard, Note, Strong, Weak};
    for (strengths, class, score) in [
        (&[][..], Class::NotMeasured, 0),
        (&[Note, Note], Class::NotMeasured, 0),
        (&[Weak; 6], Class::NotMeasured, 36),
        (&[Weak; 7], Class::Suspect, 42),
        (&[Strong], Class::Suspect, 40),
        (&[Strong, Weak], Class::Suspect, 46),
        (&[Strong, Strong], Class::Automation, 80),
        (&[Hard], Class::Automation, 90),
        (&[Hard, Hard], Class::Automation, 100),
    ] {
        let verdict = found(strengths);
        assert_eq!((verdict.class(), verdict.score()), (class, score), "{strengths:?}");
    }
}

#[test]
fn nothing_known_is_not_measured_and_never_human() {
    assert_eq!(judge(&Client::new(), &Data::empty(), NOW).class(), Class::NotMeasured);
    let mut client = Client::new();
    let mut signals = Signals::default();
    signals.version = Some(Signals::VERSION);
    signals.webdriver = Some(false);
    client.set_signals(signals);
    assert_eq!(judge(&client, &Data::empty(), NOW).class(), Class::NotMeasured);
}

#[test]
fn a_collector_that_stays_silent_is_weak_evidence() {
    let mut client = Client::new();
    client.set_signals_absent();
    let verdict = judge(&client, &Data::empty(), NOW);
    assert_eq!(verdict.reasons()[0].code, "device_no_signals");
    assert_eq!((verdict.class(), verdict.score()), (Class::NotMeasured, 6));
}

/// An extension that replaces the user agent of requests breaks header rules and the comparison with
/// the page: one fact, so a suspect and no program.
#[test]
fn a_replaced_user_agent_is_one_fact() {
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    let mut client = Client::new();
    client.set_secure(true);
    client.set_request_kind(RequestKind::Document);
    let headers = HeaderList::in_wire_order([
        ("Host", "shop.example"),
        ("User-Agent", CHROME),
        ("Accept", "text/html,*/*;q=0.8"),
        ("Accept-Language", "de"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
    ]);
    client.set_headers(headers.unwrap());
    let mut signals = Signals::default();
    signals.version = Some(Signals::VERSION);
    signals.user_agent = Some(FIREFOX.into());
    client.set_signals(signals);
    let verdict = judge(&client, &Data::empty(), NOW);
    let codes: Vec<_> = verdict.reasons().iter().map(|reason| reason.code).collect();
    let expected = [
        "headers_no_client_hints",
        "headers_no_fetch_metadata",
        "headers_order",
        "device_ua_differs",
    ];
    assert_eq!(codes, expected);
    assert_eq!((verdict.class(), verdict.score()), (Class::Suspect, 40));
}

#[test]
fn defaults_send_people_and_drop_programs() {
    let policy = Policy::default();
    let action = |verdict: &Verdict| policy.decide(Some(verdict), &ORDER).action;
    assert_eq!(action(&found(&[])), Action::Send);
    assert_eq!(action(&found(&[Strength::Strong])), Action::Mark);
    assert_eq!(action(&found(&[Strength::Hard])), Action::Drop);
    assert_eq!(policy.decide(None, &ORDER).action, Action::Send);
}

#[test]
fn a_paid_order_is_kept_below_its_score() {
    let policy = Policy::default();
    let order = ORDER.paid_order();
    let one = policy.decide(Some(&found(&[Strength::Hard])), &order);
    assert_eq!((one.action, one.wanted, one.guarded_as_paid), (Action::Mark, Action::Drop, true));
    let two = policy.decide(Some(&found(&[Strength::Hard, Strength::Weak])), &order);
    assert_eq!((two.action, two.guarded_as_paid), (Action::Drop, false));
}

#[test]
fn speculative_requests_are_guarded_apart_from_the_class() {
    let verdict = speculative();
    assert!(verdict.is_speculative());
    let ruling = Policy::default().decide(Some(&verdict), &ORDER);
    assert_eq!((ruling.action, ruling.by_speculation), (Action::Drop, true));
    let ruling = Policy::default().decide(Some(&verdict), &ORDER.paid_order());
    assert_eq!(ruling.action, Action::Mark);
}

#[test]
fn shadow_mode_withholds_nothing_and_says_what_it_would_do() {
    let mut policy = Policy::default();
    policy.shadow = true;
    let ruling = policy.decide(Some(&found(&[Strength::Hard])), &ORDER);
    assert_eq!((ruling.action, ruling.wanted), (Action::Send, Action::Drop));
    assert!(ruling.is_shadow);
}

/// Findings of an e-mail list that is over its age count for less, as those of the other lists.
#[test]
fn an_old_email_list_counts_for_less() {
    const DAY: i64 = 86_400;
    let email = [
        Reason::new(Layer::Email, "email_disposable", Strength::Strong),
        Reason::new(Layer::Email, "email_no_reply", Strength::Weak),
    ];
    // The caller's own, which rest on no list.
    let own = [Reason::new(Layer::Ip, "too_many_orders", Strength::Strong)];
    let aged = |days: Option<i64>, then| {
        let mut source = DataSource::new(Layer::Email, "disposable");
        source.made = days.map(|days| Timestamp::from_unix_secs(NOW.unix_secs() - days * DAY));
        Data::empty()
            .with_source(source)
            .with_max_age(Layer::Email, 30 * 86_400, then)
            .with_max_age(Layer::Ip, 0, then)
    };
    for (days, then, score, strengths, note) in [
        (Some(30), Stale::Weaken, 40, [Strength::Strong, Strength::Weak], false),
        (None, Stale::Weaken, 40, [Strength::Strong, Strength::Weak], false),
        (Some(31), Stale::Weaken, 6, [Strength::Weak, Strength::Note], true),
        (Some(31), Stale::Ignore, 0, [Strength::Note, Strength::Note], true),
    ] {
        let data = aged(days, then);
        let verdict = judge_with(&Client::new(), &email, &data, NOW);
        let found: Vec<_> = verdict.reasons().iter().map(|it| (it.code, it.strength)).collect();
        assert_eq!(verdict.score(), score, "{found:?}");
        assert_eq!(found[0], ("email_disposable", strengths[0]));
        assert_eq!(found[1], ("email_no_reply", strengths[1]));
        let stale = note.then_some(("email_data_stale", Strength::Note));
        assert_eq!(found.get(2).copied(), stale);
        // Without a finding of the layer nothing is said of its age.
        let others = judge_with(&Client::new(), &own, &data, NOW);
        assert_eq!((others.score(), others.reasons().len()), (40, 1));
    }
}

fn of_codes(codes: &[(&'static str, Strength)]) -> Verdict {
    let layer = |code: &str| if code.starts_with("ua_") { Layer::Ua } else { Layer::Device };
    let reasons: Vec<Reason> = codes.iter().map(|(c, s)| Reason::new(layer(c), c, *s)).collect();
    judge_with(&Client::new(), &reasons, &Data::empty(), NOW)
}

#[test]
fn invalid_traffic_is_general_where_lists_find_it() {
    use InvalidTraffic::{General, Sophisticated};
    use Strength::{Hard, Strong};
    for (codes, kind) in [
        (&[("ua_library", Hard)][..], Some(General)),
        (&[("ua_library", Hard), ("device_webdriver", Hard)], Some(General)),
        (&[("ua_not_a_browser", Strong), ("ip_datacenter", Strong)], Some(General)),
        (&[("device_webdriver", Hard)], Some(Sophisticated)),
        (&[("ua_impossible_build", Hard)], Some(Sophisticated)),
        (&[("ip_datacenter", Strong), ("device_debugger", Strong)], Some(Sophisticated)),
        (&[("ip_datacenter", Strong)], None),
        (&[], None),
    ] {
        assert_eq!(InvalidTraffic::of(&of_codes(codes)), kind, "{codes:?}");
    }
    assert_eq!(InvalidTraffic::of(&speculative()), Some(General));
}

#[test]
fn a_tally_counts_what_was_withheld_and_what_it_would_have_cost() {
    let euros = |cents| Some(Money::from_minor_units(cents, "EUR".parse().unwrap()));
    let yen = Some(Money::from_minor_units(900, "JPY".parse().unwrap()));
    let bot = of_codes(&[("ua_library", Strength::Hard)]);
    let hidden = of_codes(&[("device_webdriver", Strength::Hard)]);
    let suspect = of_codes(&[("ip_datacenter", Strength::Strong)]);
    let policy = Policy::default();
    let mut shadow = Policy::default();
    shadow.shadow = true;
    let mut tally = Tally::new();
    for (verdict, policy, order, cost) in [
        (&bot, &policy, ORDER, euros(150)),
        (&hidden, &policy, ORDER, euros(250)),
        (&hidden, &policy, ORDER, yen),
        (&hidden, &policy, ORDER, None),
        // None of these is withheld.
        (&hidden, &policy, ORDER.paid_order(), euros(10_000)),
        (&hidden, &shadow, ORDER, euros(10_000)),
        (&suspect, &policy, ORDER, euros(10_000)),
        (&found(&[]), &policy, ORDER, euros(10_000)),
    ] {
        tally.add(verdict, &policy.decide(Some(verdict), &order), cost);
    }
    let mut twice = tally.clone();
    twice.merge(&tally);
    for (tally, times) in [(tally, 1), (twice, 2)] {
        assert_eq!(tally.events(), 8 * times);
        assert_eq!(tally.invalid(InvalidTraffic::General), times);
        assert_eq!(tally.invalid(InvalidTraffic::Sophisticated), 5 * times);
        assert_eq!((tally.suspects(), tally.withheld()), (times, 4 * times));
        let protected: Vec<_> = tally.protected().map(|(c, sum)| (c.to_string(), sum)).collect();
        let times = i128::from(times);
        assert_eq!(protected, [("EUR".to_owned(), 400 * times), ("JPY".to_owned(), 900 * times)]);
    }
}

#[test]
fn the_most_specific_setting_wins() {
    let set = |action| {
        let mut actions = Actions::default();
        actions.automation = Some(action);
        actions
    };
    let mut policy = Policy::default();
    policy.actions = set(Action::Hold);
    policy.overrides = vec![
        Override::new(Some("lead"), Some(Platform::Meta), set(Action::Mark)),
        Override::new(None, Some(Platform::Meta), set(Action::WithoutValue)),
        Override::new(Some("lead"), None, set(Action::Send)),
    ];
    let verdict = found(&[Strength::Hard]);
    for (event, platform, expected) in [
        ("lead", Platform::Meta, Action::Mark),
        ("lead", Platform::TikTok, Action::Send),
        ("purchase", Platform::Meta, Action::WithoutValue),
        ("purchase", Platform::TikTok, Action::Hold),
    ] {
        let ruling = policy.decide(Some(&verdict), &Subject::new(event, platform));
        assert_eq!(ruling.action, expected, "{event} {platform}");
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_policy_is_read_strictly() {
    let text = r#"{"actions": {"suspect": "hold"}, "paid_order_score": 91, "overrides": [
        {"event": "lead", "destination": "meta", "actions": {"not_measured": "mark"}}]}"#;
    let policy: Policy = serde_json::from_str(text).unwrap();
    assert_eq!(policy.decide(Some(&found(&[Strength::Strong])), &ORDER).action, Action::Hold);
    let lead = Subject::new("lead", Platform::Meta);
    assert_eq!(policy.decide(Some(&found(&[])), &lead).action, Action::Mark);
    assert!(!policy.shadow);
    for wrong in [
        r#"{"action": {}}"#,
        r#"{"actions": {"bot": "drop"}}"#,
        r#"{"actions": {"human": "block"}}"#,
        r#"{"overrides": [{"destination": "myspace", "actions": {}}]}"#,
        r#"{"overrides": [{"event": "lead"}]}"#,
    ] {
        assert!(serde_json::from_str::<Policy>(wrong).is_err(), "{wrong}");
    }
}

fn strengths() -> impl Strategy<Value = Vec<Strength>> {
    use Strength::{Hard, Note, Strong, Weak};
    prop::collection::vec(prop::sample::select(vec![Note, Weak, Strong, Hard]), 0..8)
}

proptest! {
    #[test]
    fn more_evidence_never_lowers_the_score(all in strengths(), keep in 0usize..8) {
        let some = &all[..keep.min(all.len())];
        prop_assert!(found(some).score() <= found(&all).score());
    }

    #[test]
    fn a_paid_order_below_its_score_always_goes(all in strengths(), floor in 0u8..=100) {
        let mut policy = Policy::default();
        policy.paid_order_score = floor;
        policy.actions.suspect = Some(Action::Hold);
        let verdict = found(&all);
        let ruling = policy.decide(Some(&verdict), &ORDER.paid_order());
        if verdict.score() < floor {
            prop_assert!(ruling.action < Action::Hold);
        }
    }
}
