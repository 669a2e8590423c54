//! Laws of `predispatch-consent`.

use std::sync::LazyLock;

use predispatch_consent::{
    Case, Decision, Destination, DigestKey, EventFacts, EventKey, Given, Grant, Newest, Outcome,
    Person, Place, Policy, Signals, decide, redecide,
};
use predispatch_types::{Platform, Timestamp};

/// Whatever the signals: no panic; always a reason; a permit exactly when something may go; in
/// Germany, Quebec, Brazil and the unknown nothing goes without a yes, and nothing anywhere after a
/// no; one more no or one more spoilt signal never relaxes; the second look is never laxer than the
/// first.
///
/// The input is a header of three bytes (place, destination, flags) and then a `consent` object.
pub(crate) fn decide_law(input: &[u8]) {
    let Some((head, object)) = input.split_first_chunk::<3>() else { return };
    let [place, destination, flags] = *head;
    let Ok(signals) = serde_json::from_slice::<Signals>(object) else { return };
    let to = Destination::from(Platform::ALL[usize::from(destination) % Platform::ALL.len()]);
    let place = PLACES[usize::from(place) % PLACES.len()];
    let event = event(place, flags);
    let decision = decide_now(&signals, &event, to);

    is_sound(&decision);
    if needs_a_yes(place, &signals) && has_no_yes(&signals) {
        assert!(!decision.outcome().may_send(), "{decision}");
    }
    if signals.opted_out.is(true) || signals.cmp_answer(to.platform()).is(false) {
        assert_eq!(decision.outcome(), Outcome::Deny, "{decision}");
    }

    let worse: [fn(&mut Signals, Platform); 5] = [
        |signals, _| signals.gpc = Given::Value(true),
        |signals, _| signals.opted_out = Given::Unreadable,
        |signals, to| signals.set_cmp(to, Given::Value(false)),
        |signals, _| signals.has_unknown_keys = true,
        // In place of a string that says no, it would be a lesser evil in the United States.
        |signals, _| {
            if signals.tcf.is_absent() {
                signals.tcf = Given::Unreadable;
            }
        },
    ];
    for change in worse {
        let mut changed = signals.clone();
        change(&mut changed, to.platform());
        let after = decide_now(&changed, &event, to);
        assert!(after.outcome() >= decision.outcome(), "{decision} / {after}");
    }

    let log = DigestKey::new([1; 32]);
    let case = Case::new(&signals, &PERSON, &event, &POLICY, event.time);
    let (first, record) = case.recorder(&log).decide(to);
    let newest = Newest::new(event.key, &signals, event.time.plus_secs(60));
    let second = redecide(&record, &newest, &POLICY, &log);
    is_sound(&second);
    // A hold is the one that may resolve.
    assert!(second.outcome() >= first.outcome() || first.outcome() == Outcome::Hold);
}

fn is_sound(decision: &Decision) {
    assert!(!decision.reasons().is_empty());
    let may_send = decision.outcome().may_send();
    assert_eq!(decision.flags().limited_use.is_some(), decision.outcome() == Outcome::Limited);
    let against = decision.reasons().iter().any(|reason| !reason.is_note());
    assert!(may_send || against, "{decision}");
}

fn event(place: &str, flags: u8) -> EventFacts<'static> {
    let time = Timestamp::from_unix_secs(1_795_197_600);
    let mut event = EventFacts::new(EventKey::of_content(b"fuzz"), "purchase", time);
    event.headers_seen = flags & 1 == 1;
    event.vertical = (flags & 6 == 6).then_some("health");
    if let Some(country) = place.get(..2) {
        event.place.explicit = Place::parse(country, Some(place));
    }
    event
}

fn decide_now(signals: &Signals, event: &EventFacts<'_>, to: Destination) -> Decision {
    decide(signals, &PERSON, event, to, &POLICY, event.time.plus_secs(30))
}

/// Sections in force may tell where the person is if nothing else does.
fn needs_a_yes(place: &str, signals: &Signals) -> bool {
    let is_unknown = place.is_empty() && signals.gpp_sid.value().is_none();
    is_unknown || matches!(place, "DE" | "GB" | "CA-QC" | "BR" | "CN")
}

/// No text that may hold a yes, no answer `true`, nothing granted.
fn has_no_yes(signals: &Signals) -> bool {
    let mode = signals.consent_mode.value().copied().unwrap_or_default();
    let grants = [mode.ad_storage, mode.ad_user_data, mode.ad_personalization];
    signals.tcf.value().is_none()
        && signals.gpp.value().is_none()
        && signals.gcs.value().is_none()
        && signals.gcd.value().is_none()
        && !grants.contains(&Given::Value(Grant::Granted))
        && Platform::ALL.into_iter().all(|platform| !signals.cmp_answer(platform).is(true))
}

static POLICY: LazyLock<Policy> = LazyLock::new(Policy::bundled);
static PERSON: LazyLock<Person> = LazyLock::new(Person::default);

const PLACES: [&str; 12] =
    ["", "DE", "GB", "US", "US-CA", "US-OH", "US-MD", "CA-QC", "CA-ON", "BR", "AU", "CN"];
