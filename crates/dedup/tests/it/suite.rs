//! What every store must do, whatever it is made of.
//!
//! A store joins by an implementation of [`Stores`] and one test that calls [`run`].

use std::time::Duration;

use predispatch_dedup::{
    Claim, Destination, Destinations, Differs, Fact, KeyMaker, Outcome, Receipt, SettleError,
    Source, Store, Subject, Tags, Unknown, Verdict, Windows,
};
use predispatch_types::{EventId, Timestamp};

/// Makes stores of one kind.
pub(crate) trait Stores {
    /// An empty one.
    fn fresh(&self, windows: Windows) -> Box<dyn Store>;

    /// The same store after its process died and came back. A store in memory is itself: there only
    /// owners of grants die.
    fn after_crash(&self, store: Box<dyn Store>) -> Box<dyn Store> {
        store
    }
}

/// Runs every scenario.
pub(crate) fn run(stores: &dyn Stores) {
    for (name, scenario) in SCENARIOS {
        println!("{name}");
        scenario(stores);
    }
}

type Scenario = fn(&dyn Stores);

const SCENARIOS: &[(&str, Scenario)] = &[
    ("an event leaves once", leaves_once),
    ("what is held is in flight", in_flight),
    ("what is released may be claimed again", released),
    ("a dead owner's grant times out", times_out),
    ("a late commit is an error and is not forgotten", late_commit),
    ("an owner that was overtaken takes nothing from the next", overtaken),
    ("what left is known, however late that is said", left_late),
    ("the sides know a person by other names", other_forms),
    ("browsers leave room for the server", room_for_the_server),
    ("browsers leave room for the server among the ids of an order", room_in_an_order),
    ("dead owners leave browsers no more room", room_of_dead_owners),
    ("dead owners' events are told apart all the same", dead_owners),
    ("halves pair within the window and are late after it", pairs),
    ("each destination has its own claim", destinations),
    ("a part that is given back twice takes nothing from the other", parts),
    ("another value or person under an id collides", collides),
    ("an order is one person's, however they are named", one_order),
    ("an order that left is known under an id of another", one_order_under_two_ids),
    ("another name collides where ids alone are compared", other_name),
    ("the same order under a new id is rotated", rotates),
    ("what is older than the retention is unknown", too_old),
    ("what claims to happen later is unknown", future),
    ("a clock that goes back changes no answer", clock_back),
    ("a batch sees itself", batch),
    ("a crash loses no commit", crash),
];

fn leaves_once(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let first = reserve(&*store, server("a"), 0);
    assert_eq!(verdict(&first), Verdict::First);
    assert_eq!(commit(&*store, first, 1), Ok(()));
    let again = reserve(&*store, server("a"), 30);
    assert_eq!(verdict(&again), duplicate(30));
    assert!(again.receipt().is_none());
}

fn in_flight(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let _held = reserve(&*store, server("a"), 0);
    let other = reserve(&*store, server("a"), 60);
    assert_eq!(verdict(&other), Verdict::InFlight);
    assert!(other.receipt().is_none());
}

fn released(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let first = reserve(&*store, server("a"), 0);
    assert_eq!(release(&*store, first, 5), Ok(()));
    assert_eq!(verdict(&reserve(&*store, server("a"), 6)), Verdict::First);
}

fn times_out(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let _dead = reserve(&*store, server("a"), 0);
    let next = reserve(&*store, server("a"), 61);
    assert_eq!(verdict(&next), Verdict::First);
    assert_eq!(commit(&*store, next, 62), Ok(()));
    assert_eq!(verdict(&reserve(&*store, server("a"), 63)), duplicate(2));
}

fn late_commit(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let slow = reserve(&*store, server("a"), 0);
    assert_eq!(commit(&*store, slow, 61), Err(SettleError::TimedOut));
    let Verdict::Duplicate { source: Source::Server, .. } =
        verdict(&reserve(&*store, server("a"), 62))
    else {
        panic!("it was sent")
    };
}

fn overtaken(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let slow = reserve(&*store, server("a"), 0);
    let next = reserve(&*store, server("a"), 61);
    assert_eq!(commit(&*store, slow, 62), Err(SettleError::Superseded));
    assert_eq!(verdict(&reserve(&*store, server("a"), 63)), Verdict::InFlight);
    let (receipt, same) = (next.into_receipt().unwrap(), SettleError::Superseded);
    assert_eq!(store.commit(&[receipt], at(64)), [Ok(())]);
    // A second commit of one receipt, as after a lost answer.
    let other = reserve(&*store, server("b"), 64).into_receipt().unwrap();
    let other = [other];
    assert_eq!(store.commit(&other, at(65)), [Ok(())]);
    assert_eq!(store.commit(&other, at(65)), [Err(same)]);
    assert_eq!(store.release(&other, at(65)), [Err(same)]);
    assert_eq!(verdict(&reserve(&*store, server("b"), 66)), duplicate(2));
}

fn left_late(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let order = keys().fact("shop", "purchase", Fact::Order("1011"));
    // The next owner gives it back, before the late commit and after it.
    for (id, back_first) in [("a", false), ("b", true)] {
        let slow = reserve(&*store, server(id), 0);
        let next = reserve(&*store, server(id), 61);
        let expected = if back_first { SettleError::Forgotten } else { SettleError::Superseded };
        if back_first {
            assert_eq!(release(&*store, next, 62), Ok(()));
            assert_eq!(commit(&*store, slow, 63), Err(expected));
        } else {
            assert_eq!(commit(&*store, slow, 62), Err(expected));
            assert_eq!(release(&*store, next, 63), Ok(()));
        }
        let again = reserve(&*store, server(id), 64);
        assert!(matches!(verdict(&again), Verdict::Duplicate { .. }), "{id}: {again:?}");
    }
    // Its order is known too.
    let slow = reserve(&*store, server("c").with_fact(order), 0);
    let next = reserve(&*store, server("c").with_fact(order), 61);
    assert_eq!(commit(&*store, slow, 62), Err(SettleError::Superseded));
    assert_eq!(release(&*store, next, 63), Ok(()));
    let rotated = reserve(&*store, server("d").with_fact(order), 64);
    assert!(matches!(verdict(&rotated), Verdict::Rotated { .. }), "{rotated:?}");
    // A late release takes nothing.
    let slow = reserve(&*store, server("e"), 0);
    let next = reserve(&*store, server("e"), 61);
    assert_eq!(release(&*store, slow, 62), Err(SettleError::Superseded));
    assert_eq!(commit(&*store, next, 63), Ok(()));
}

fn other_forms(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let (by_cookie, by_mail) = (Tags { value: 1, subject: 0x47 }, Tags { value: 1, subject: 0x49 });
    reserve_all(&*store, browser("a").with_tags(by_cookie), 0);
    let other = reserve(&*store, server("a").with_tags(by_mail), 5);
    assert_eq!(verdict(&other), Verdict::Paired { lag: secs(5) });
    assert_eq!(commit(&*store, other, 5), Ok(()));
    // A retry, from either side, is one.
    assert_eq!(verdict(&reserve(&*store, server("a").with_tags(by_mail), 6)), duplicate(1));
    let again = reserve(&*store, browser("a").with_tags(by_cookie), 7);
    assert!(matches!(verdict(&again), Verdict::Duplicate { .. }), "{again:?}");
    // Another person from the same side is another event, and so is another amount from any.
    let stranger = reserve(&*store, server("a").with_tags(Tags { value: 1, subject: 0x48 }), 8);
    assert_eq!(verdict(&stranger), Verdict::Collision(Differs::User));
    reserve_all(&*store, browser("b").with_tags(by_cookie), 0);
    let dearer = reserve(&*store, server("b").with_tags(Tags { value: 2, subject: 0x49 }), 1);
    assert_eq!(verdict(&dearer), Verdict::Collision(Differs::Value));
}

fn room_for_the_server(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    for value in 1..40 {
        let _ = reserve(&*store, browser("a").with_tags(Tags { value, subject: 0 }), 0);
    }
    let sent = reserve(&*store, server("a").with_tags(Tags { value: 50, subject: 0 }), 1);
    assert_eq!(verdict(&sent), Verdict::Collision(Differs::Value));
    assert_eq!(commit(&*store, sent, 1), Ok(()));
}

/// A page that makes a new id with each report, and a server that sends the order to another platform
/// under two more.
fn room_in_an_order(stores: &dyn Stores) {
    let order = keys().fact("shop", "purchase", Fact::Order("1012"));
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    for count in 0..=ids.len() {
        let store = stores.fresh(Windows::in_memory());
        for id in ids.iter().take(count) {
            let _ = reserve(&*store, browser(id).with_fact(order), 0);
        }
        let both = Destinations::from(Destination::META) | Destination::TIKTOK.into();
        let at_tiktok = |outcome: &Outcome| outcome.verdict(Destination::TIKTOK).unwrap();
        let sent = reserve(&*store, to(both, server("y")).with_fact(order), 1);
        assert_eq!(at_tiktok(&sent), Verdict::First, "{count}");
        let other = reserve(&*store, to(both, server("z")).with_fact(order), 2);
        assert_eq!(at_tiktok(&other), Verdict::InFlight, "{count}");
        assert_eq!(commit(&*store, sent, 3), Ok(()));
        let other = reserve(&*store, to(both, server("z")).with_fact(order), 4);
        let rotated = Verdict::Rotated { of_age: secs(3), source: Source::Server };
        assert_eq!(at_tiktok(&other), rotated, "{count}");
        // What a browser reported still stands for the order.
        let source = if count == 0 { Source::Server } else { Source::Browser };
        let of_age = secs(if count == 0 { 3 } else { 4 });
        assert_eq!(verdict(&other), Verdict::Rotated { of_age, source }, "{count}");
    }
}

fn room_of_dead_owners(stores: &dyn Stores) {
    let with = |claim: Claim, value| claim.with_tags(Tags { value, subject: 0 });
    let store = stores.fresh(Windows::in_memory());
    for value in 1..=8 {
        let _dead = reserve(&*store, with(server("a"), value), 0);
    }
    for value in 11..40 {
        let _ = reserve(&*store, with(browser("a"), value), 100);
    }
    let sent = reserve(&*store, with(server("a"), 50), 101);
    assert_eq!(verdict(&sent), Verdict::Collision(Differs::Value));
    // The same among the ids of an order.
    let order = keys().fact("shop", "purchase", Fact::Order("1013"));
    let elsewhere = |id| to(Destination::TIKTOK.into(), server(id)).with_fact(order);
    for (number, id) in ["b", "c", "d", "e", "f", "g", "h", "i"].into_iter().enumerate() {
        let secs = 61 * i64::try_from(number).unwrap();
        let dead = reserve(&*store, elsewhere(id), secs);
        assert_eq!(dead.verdict(Destination::TIKTOK), Some(Verdict::First), "{id}");
    }
    for id in ["k", "l", "m", "n", "o", "p", "q", "r", "s"] {
        let _ = reserve(&*store, browser(id).with_fact(order), 600);
    }
    let sent = reserve(&*store, elsewhere("y"), 601);
    assert_eq!(sent.verdict(Destination::TIKTOK), Some(Verdict::First));
    assert_eq!(commit(&*store, sent, 601), Ok(()));
    let rotated = Verdict::Rotated { of_age: secs(1), source: Source::Server };
    let other = reserve(&*store, elsewhere("z"), 602);
    assert_eq!(other.verdict(Destination::TIKTOK), Some(rotated));
}

fn dead_owners(stores: &dyn Stores) {
    let with = |claim: Claim, value| claim.with_tags(Tags { value, subject: 0 });
    let store = stores.fresh(Windows::in_memory());
    for value in [1, 2] {
        let _dead = reserve(&*store, with(server("a"), value), 0);
    }
    let sent = reserve(&*store, with(server("a"), 2), 100);
    assert_eq!(verdict(&sent), Verdict::First);
    assert_eq!(commit(&*store, sent, 100), Ok(()));
    assert_eq!(verdict(&reserve(&*store, with(server("a"), 2), 101)), duplicate(1));
    let other = reserve(&*store, with(server("a"), 1), 102);
    assert_eq!(verdict(&other), Verdict::Collision(Differs::Value));
    // The same where the browser's half, which names no amount, takes the place of one of them.
    for value in [1, 2] {
        let _dead = reserve(&*store, with(server("b"), value), 0);
    }
    reserve_all(&*store, with(browser("b"), 0), 100);
    let sent = reserve(&*store, with(server("b"), 2), 105);
    assert_eq!(verdict(&sent), Verdict::Paired { lag: secs(5) });
    assert_eq!(commit(&*store, sent, 105), Ok(()));
    let other = reserve(&*store, with(server("b"), 3), 106);
    assert_eq!(verdict(&other), Verdict::Collision(Differs::Value));
    assert_eq!(verdict(&reserve(&*store, with(server("b"), 2), 107)), duplicate(2));
}

fn pairs(stores: &dyn Stores) {
    const PAIRING: i64 = 48 * 3_600;
    let store = stores.fresh(Windows::in_memory());
    for (id, lag) in [("a", 0), ("b", 7), ("c", PAIRING)] {
        let half = reserve(&*store, browser(id), 0);
        assert_eq!(verdict(&half), Verdict::First);
        assert!(half.receipt().is_none(), "a browser's report is not handed out");
        let other = reserve(&*store, server(id), lag);
        assert_eq!(verdict(&other), Verdict::Paired { lag: secs(lag) });
        assert_eq!(commit(&*store, other, lag), Ok(()));
        assert_eq!(
            verdict(&reserve(&*store, browser(id), lag + 3)),
            Verdict::Duplicate { of_age: secs(lag + 3), source: Source::Browser }
        );
        assert_eq!(verdict(&reserve(&*store, server(id), lag + 4)), duplicate(4));
    }
    reserve_all(&*store, browser("d"), 0);
    let late = reserve(&*store, server("d"), PAIRING + 1);
    assert_eq!(verdict(&late), Verdict::Late { lag: secs(PAIRING + 1) });
    assert!(late.receipt().is_none());
    // The server first.
    let first = reserve(&*store, server("e"), 0);
    assert_eq!(commit(&*store, first, 0), Ok(()));
    let other = reserve(&*store, browser("e"), 2);
    assert_eq!(verdict(&other), Verdict::Paired { lag: secs(2) });
}

fn destinations(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let both = Destinations::from(Destination::META) | Destination::TIKTOK.into();
    let first = reserve(&*store, to(both, server("a")), 0);
    assert_eq!(first.granted(), both);
    // Meta took it, TikTok refused.
    let (meta, tiktok) = first.into_receipt().unwrap().split(Destination::META.into());
    assert_eq!(store.commit(&[meta], at(1)), [Ok(())]);
    assert_eq!(store.release(&[tiktok], at(1)), [Ok(())]);
    let again = reserve(&*store, to(both, server("a")), 2);
    assert_eq!(again.verdict(Destination::META), Some(duplicate(2)));
    assert_eq!(again.verdict(Destination::TIKTOK), Some(Verdict::First));
    assert_eq!(again.verdict(Destination::X), None);
    assert_eq!(again.granted(), Destination::TIKTOK.into());
}

fn parts(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let both = Destinations::from(Destination::META) | Destination::TIKTOK.into();
    let first = reserve(&*store, to(both, server("a")), 0);
    let (meta, tiktok) = first.into_receipt().unwrap().split(Destination::META.into());
    assert_eq!(store.release(std::slice::from_ref(&meta), at(1)), [Ok(())]);
    // Whoever lost the answer asks again; the other part is still held.
    assert!(store.release(&[meta], at(2))[0].is_err());
    let again = reserve(&*store, to(Destination::TIKTOK.into(), server("a")), 3);
    assert_eq!(again.verdict(Destination::TIKTOK), Some(Verdict::InFlight));
    assert_eq!(store.commit(&[tiktok], at(4)), [Ok(())]);
}

fn collides(stores: &dyn Stores) {
    // The tags of two addresses.
    const ADA: u8 = 0x41;
    const BOB: u8 = 0x42;
    let store = stores.fresh(Windows::in_memory());
    let tagged = |value, subject| server("a").with_tags(Tags { value, subject });
    let first = reserve(&*store, tagged(1, ADA), 0);
    assert_eq!(commit(&*store, first, 0), Ok(()));
    for (claim, differs) in [(tagged(2, ADA), Differs::Value), (tagged(1, BOB), Differs::User)] {
        let other = reserve(&*store, claim, 1);
        assert_eq!(verdict(&other), Verdict::Collision(differs));
        assert_eq!(commit(&*store, other, 1), Ok(()));
        assert_eq!(verdict(&reserve(&*store, claim, 3)), duplicate(2), "{differs:?}");
    }
    assert_eq!(verdict(&reserve(&*store, tagged(1, 0), 4)), duplicate(4), "not given is no other");
    // More than are kept under one id.
    for value in 10..30 {
        let outcome = reserve(&*store, tagged(value, ADA), 5);
        let crowded = Verdict::Unknown(Unknown::Crowded);
        let expected = if value < 15 { Verdict::Collision(Differs::Value) } else { crowded };
        assert_eq!(verdict(&outcome), expected, "{value}");
    }
}

fn one_order(stores: &dyn Stores) {
    let tagged = |subject| server("a").with_tags(keys().tags(None, Some(subject)));
    let order = |id| tagged(Subject::Fact(Fact::Order(id)));
    for (first, second, expected) in [
        (order("1"), order("1"), duplicate(1)),
        (order("1"), order("2"), Verdict::Collision(Differs::Fact)),
        (order("1"), tagged(Subject::Email("ada")), duplicate(1)),
        (tagged(Subject::Email("ada")), order("1"), duplicate(1)),
        (tagged(Subject::Email("ada")), tagged(Subject::Phone("7")), duplicate(1)),
        (tagged(Subject::Phone("7")), tagged(Subject::Person("c-1")), duplicate(1)),
        (
            tagged(Subject::Email("ada")),
            tagged(Subject::Email("bob")),
            Verdict::Collision(Differs::User),
        ),
    ] {
        let store = stores.fresh(Windows::in_memory());
        let sent = reserve(&*store, first, 0);
        assert_eq!(commit(&*store, sent, 0), Ok(()));
        assert_eq!(verdict(&reserve(&*store, second, 1)), expected, "{first:?} {second:?}");
    }
}

fn one_order_under_two_ids(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let with = |id, order| {
        let fact = Fact::Order(order);
        let tags = keys().tags(None, Some(Subject::Fact(fact)));
        server(id).with_tags(tags).with_fact(keys().fact("shop", "purchase", fact))
    };
    for (id, order) in [("a", "1"), ("b", "2")] {
        let sent = reserve(&*store, with(id, order), 0);
        assert_eq!(commit(&*store, sent, 0), Ok(()));
    }
    let again = reserve(&*store, with("a", "2"), 1);
    assert_eq!(verdict(&again), Verdict::Rotated { of_age: secs(1), source: Source::Server });
}

fn other_name(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let both = Destinations::from(Destination::META) | Destination::LINKEDIN.into();
    let first = reserve(&*store, to(both, server("a")), 0);
    assert_eq!(commit(&*store, first, 0), Ok(()));
    let named = to(both, claim("a", "page_view", Source::Server));
    let other = reserve(&*store, named, 1);
    assert_eq!(other.verdict(Destination::META), Some(Verdict::First));
    assert_eq!(other.verdict(Destination::LINKEDIN), Some(Verdict::Collision(Differs::Name)));
    assert_eq!(commit(&*store, other, 1), Ok(()));
    assert_eq!(reserve(&*store, named, 2).verdict(Destination::META), Some(duplicate(1)));
}

fn rotates(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let order = keys().fact("shop", "purchase", Fact::Order("1009"));
    reserve_all(&*store, browser("a").with_fact(order), 0);
    let rotated = reserve(&*store, server("b").with_fact(order), 5);
    assert_eq!(verdict(&rotated), Verdict::Rotated { of_age: secs(5), source: Source::Browser });
    assert!(rotated.receipt().is_none());
    let paired = reserve(&*store, server("a").with_fact(order), 6);
    assert_eq!(verdict(&paired), Verdict::Paired { lag: secs(6) });
    assert_eq!(
        verdict(&reserve(&*store, server("b").with_fact(order), 7)),
        Verdict::InFlight,
        "the true one may yet fail"
    );
    assert_eq!(release(&*store, paired, 8), Ok(()));
    // A dead or released grant burns no order.
    let order = keys().fact("shop", "purchase", Fact::Order("1010"));
    let _dead = reserve(&*store, server("c").with_fact(order), 0);
    let next = reserve(&*store, server("d").with_fact(order), 61);
    assert_eq!(verdict(&next), Verdict::First);
    assert_eq!(release(&*store, next, 62), Ok(()));
    let next = reserve(&*store, server("e").with_fact(order), 63);
    assert_eq!(verdict(&next), Verdict::First);
    assert_eq!(commit(&*store, next, 63), Ok(()));
    let rotated = reserve(&*store, server("d").with_fact(order), 64);
    assert_eq!(verdict(&rotated), Verdict::Rotated { of_age: secs(1), source: Source::Server });
}

fn too_old(stores: &dyn Stores) {
    const WEEK: i64 = 7 * 86_400;
    let store = stores.fresh(Windows::in_memory());
    assert_eq!(verdict(&reserve(&*store, server("a"), WEEK)), Verdict::First);
    let unknown = Verdict::Unknown(Unknown::TooOld);
    let old = reserve(&*store, server("b"), WEEK + 1);
    assert_eq!(verdict(&old), unknown);
    assert!(old.receipt().is_none());
    assert_eq!(verdict(&reserve(&*store, browser("c"), WEEK + 1)), unknown);
}

fn future(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    assert_eq!(verdict(&reserve(&*store, server("a"), -300)), Verdict::First);
    let unknown = Verdict::Unknown(Unknown::Future);
    assert_eq!(verdict(&reserve(&*store, server("b"), -301)), unknown);
    let mut far = server("c");
    far.event_time = Timestamp::LATEST;
    assert_eq!(verdict(&reserve(&*store, far, 0)), unknown);
}

fn clock_back(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let first = reserve(&*store, server("a"), 100);
    assert_eq!(commit(&*store, first, 100), Ok(()));
    assert_eq!(verdict(&reserve(&*store, server("a"), 90)), duplicate(0));
    assert_eq!(
        verdict(&reserve(&*store, browser("a"), 90)),
        Verdict::Paired { lag: Duration::ZERO }
    );
    assert_eq!(verdict(&reserve(&*store, server("b"), 90)), Verdict::First);
}

fn batch(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let claims = [server("a"), server("b"), server("a"), browser("b")];
    let outcomes = store.reserve(&claims, at(0));
    let verdicts: Vec<_> = outcomes.iter().map(verdict).collect();
    let paired = Verdict::Paired { lag: Duration::ZERO };
    assert_eq!(verdicts, [Verdict::First, Verdict::First, Verdict::InFlight, paired]);
    let receipts: Vec<Receipt> = outcomes.into_iter().filter_map(Outcome::into_receipt).collect();
    assert_eq!(store.commit(&receipts, at(1)), [Ok(()), Ok(())]);
    assert!(store.reserve(&[], at(2)).is_empty() && store.commit(&[], at(2)).is_empty());
}

fn crash(stores: &dyn Stores) {
    let store = stores.fresh(Windows::in_memory());
    let sent = reserve(&*store, server("a"), 0);
    assert_eq!(commit(&*store, sent, 1), Ok(()));
    let _held = reserve(&*store, server("b"), 1);
    let store = stores.after_crash(store);
    assert_eq!(verdict(&reserve(&*store, server("a"), 2)), duplicate(2));
    assert_eq!(verdict(&reserve(&*store, server("b"), 2)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&*store, server("b"), 62)), Verdict::First);
}

// What the scenarios are written in. Times are seconds after the event's own.

fn keys() -> KeyMaker {
    KeyMaker::new([7; 16])
}

fn claim(id: &str, name: &str, source: Source) -> Claim {
    let key = keys().event("shop", &EventId::new(id).unwrap(), name);
    Claim::new(key, Destination::META.into(), source, at(0))
}

fn to(destinations: Destinations, mut claim: Claim) -> Claim {
    claim.destinations = destinations;
    claim
}

fn server(id: &str) -> Claim {
    claim(id, "purchase", Source::Server)
}

fn browser(id: &str) -> Claim {
    claim(id, "purchase", Source::Browser)
}

fn reserve(store: &dyn Store, claim: Claim, at_secs: i64) -> Outcome {
    let mut outcomes = store.reserve(&[claim], at(at_secs));
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

fn reserve_all(store: &dyn Store, claim: Claim, at_secs: i64) {
    assert_eq!(verdict(&reserve(store, claim, at_secs)), Verdict::First);
}

fn commit(store: &dyn Store, outcome: Outcome, at_secs: i64) -> Result<(), SettleError> {
    store.commit(&[outcome.into_receipt().unwrap()], at(at_secs)).remove(0)
}

fn release(store: &dyn Store, outcome: Outcome, at_secs: i64) -> Result<(), SettleError> {
    store.release(&[outcome.into_receipt().unwrap()], at(at_secs)).remove(0)
}

/// The verdict at the only destination of these claims.
fn verdict(outcome: &Outcome) -> Verdict {
    outcome.verdict(Destination::META).unwrap()
}

fn duplicate(age_secs: i64) -> Verdict {
    Verdict::Duplicate { of_age: secs(age_secs), source: Source::Server }
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791 + secs)
}

fn secs(secs: i64) -> Duration {
    Duration::from_secs(secs.unsigned_abs())
}
