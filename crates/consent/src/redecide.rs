//! The second look, before an event that waited is sent.

use predispatch_types::Timestamp;

use crate::{
    AgeBand, Case, Decision, DigestKey, EventKey, Flags, Given, Grant, Jurisdiction, Outcome,
    Person, PlaceSource, Reason, Reasons, Record, SignalDigests, Signals,
    clock::{Clock, is_after},
    digest,
    facts::Facts,
    flags,
    places::{Places, UsStates},
    policy::Policy,
};

/// What is known now of the person behind a recorded decision.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct Newest<'a> {
    /// The event that the record is about.
    pub event: EventKey,
    /// The newest signals. Pass those of the event again if nothing newer is known.
    pub signals: &'a Signals,
    /// What is newly known of the person, such as an erasure.
    pub person: Person,
    /// The time.
    pub now: Timestamp,
}

impl<'a> Newest<'a> {
    /// The newest signals, and nothing else that is new.
    pub fn new(event: EventKey, signals: &'a Signals, now: Timestamp) -> Self {
        Self { event, signals, person: Person::default(), now }
    }
}

/// The stricter of what was recorded at the event and what holds now.
///
/// A no that was given since stops the event. A yes that was given since does not reach back, but
/// for an event that is held: it resolves by an answer whose `collected_at` lies between the event
/// and the end of the hold, as it was recorded or as the policy has it now, whichever is earlier. A
/// TC string answers only if its day lies within those of the two: it has no time of day.
///
/// Where other rules hold now than then, or the policy has another version, a yes must be of before the
/// event and say so; under another version one that came with the event need not. A record of
/// another event, under another key, or changed since permits nothing.
pub fn redecide(
    record: &Record,
    newest: &Newest<'_>,
    policy: &Policy,
    key: &DigestKey,
) -> Decision {
    decide(&case(record, newest, policy, key), record, newest, key)
}

/// The same, and what to keep of it: the record that the next look is to ask. What this look restricted
/// stays restricted, whatever is said by then.
///
/// Where the event is still held, that is the record itself. Its digests of signals stay those of the event,
/// but for one that was held and may go: then they are of the answer that it goes by.
pub fn redecide_and_record(
    record: &Record,
    newest: &Newest<'_>,
    policy: &Policy,
    key: &DigestKey,
) -> (Decision, Record) {
    let case = case(record, newest, policy, key);
    let decision = decide(&case, record, newest, key);
    let next = match decision.outcome {
        Outcome::Hold => record.clone(),
        _ => record.followed_by(&decision, &case, key),
    };
    (decision, next)
}

/// The event by its record, and what is said of it by now.
fn case<'a>(record: &Record, newest: &Newest<'a>, policy: &'a Policy, key: &DigestKey) -> Case<'a> {
    let (_, answered) = hold(record, newest, policy);
    let jurisdiction = jurisdiction(record, newest.signals, policy);
    let is_held = record.outcome == Outcome::Hold;
    // The profiles of another policy only have the same names. A yes of the event itself is as old as it.
    let is_other_policy = *record.policy_version != *policy.version();
    let is_of_event = || SignalDigests::new(newest.signals, key) == record.signals;
    let has_other_profiles = jurisdiction.profiles != policy.profiles_named(&record.jurisdiction);
    let clock = Clock {
        event: record.event_time,
        asked: if is_held {
            answered.unwrap_or(record.event_time)
        } else if is_other_policy || has_other_profiles {
            record.event_time.min(newest.now)
        } else {
            newest.now
        },
        since: is_held.then_some(record.event_time),
        must_be_dated: has_other_profiles || (is_other_policy && !is_of_event()),
        now: newest.now,
        max_age_days: policy.switches().max_age_days,
    };
    Case::at(policy, newest.signals, facts(record, newest, policy, key), jurisdiction, clock)
}

/// Until when a held event waits, and the time of the answer to what the person was being asked: from
/// then on a yes counts.
fn hold(record: &Record, newest: &Newest<'_>, policy: &Policy) -> (Timestamp, Option<Timestamp>) {
    let today = record.event_time.plus_secs(i64::from(policy.switches().pending_secs));
    let until = record.held_until.map_or(today, |then| then.min(today));
    let collected = newest.signals.collected_at.value().copied();
    let answered = collected
        .filter(|at| !is_after(record.event_time, *at))
        .filter(|at| !is_after(*at, until) && !is_after(*at, newest.now));
    (until, answered)
}

/// The stricter of the record and the case.
fn decide(case: &Case<'_>, record: &Record, newest: &Newest<'_>, key: &DigestKey) -> Decision {
    let mut fresh = case.decide(record.destination);
    if *digest::event(key, newest.event) != *record.event || !record.is_authentic(key) {
        return denied(fresh, Reasons::of(Reason::RECORD_NOT_AUTHENTIC));
    }
    match record.outcome {
        Outcome::Deny => {
            let mut reasons = record.reasons;
            if fresh.outcome.may_send() {
                reasons.add(Reason::CONSENT_AFTER_EVENT);
            } else if fresh.outcome == Outcome::Deny {
                reasons = reasons.union(fresh.reasons);
            }
            denied(fresh, reasons)
        }
        Outcome::Hold => {
            let (until, answered) = hold(record, newest, case.policy);
            resolve(fresh, newest, answered.is_some(), until)
        }
        Outcome::Allow | Outcome::Limited if fresh.outcome == Outcome::Deny => {
            let reasons = fresh.reasons;
            let is_withdrawn = reasons.iter().any(Reason::is_refusal);
            fresh.reasons.add_if(is_withdrawn, Reason::WITHDRAWN_AFTER_EVENT);
            fresh
        }
        Outcome::Allow | Outcome::Limited => stricter(record, fresh, case.policy),
    }
}

/// A held event and what holds now.
fn resolve(
    mut fresh: Decision,
    newest: &Newest<'_>,
    is_answered: bool,
    until: Timestamp,
) -> Decision {
    let is_late = !is_answered && newest.now > until;
    fresh.reasons.add_if(is_late && !fresh.outcome.may_send(), Reason::CONSENT_PENDING);
    if fresh.outcome == Outcome::Hold {
        if is_late {
            let reasons = fresh.reasons;
            return denied(fresh, reasons);
        }
        fresh.held_until = fresh.held_until.map(|fresh| fresh.min(until));
    }
    if !fresh.outcome.may_send() || is_answered {
        return fresh;
    }
    let mut reasons = Reasons::of(Reason::CONSENT_PENDING);
    match newest.signals.collected_at {
        Given::Value(at) if is_after(at, until) => reasons.add(Reason::CONSENT_AFTER_EVENT),
        // An answer from before the question is not the answer: it is still being waited for.
        Given::Value(_) if newest.now <= until => {
            return Decision {
                outcome: Outcome::Hold,
                reasons,
                flags: Flags::new(),
                held_until: Some(until),
                ..fresh
            };
        }
        Given::Value(_) => {}
        Given::Absent | Given::Unreadable => reasons.add(Reason::CMP_MISSING_TIME),
    }
    denied(fresh, reasons)
}

/// What was sent then and may be sent now, with the conditions of both.
fn stricter(record: &Record, mut fresh: Decision, policy: &Policy) -> Decision {
    if fresh.outcome == Outcome::Hold {
        return fresh;
    }
    if record.outcome == Outcome::Limited && fresh.outcome == Outcome::Allow {
        let rules = policy.destination(record.destination.platform());
        let limited = rules.ok_or(Reason::DESTINATION_UNKNOWN).and_then(|rules| {
            let states = &fresh.jurisdiction.states;
            let latest = record.event_time.max(fresh.decided_at);
            flags::limited_use(policy, rules, record.destination, states, latest)
        });
        match limited {
            Err(reason) => return denied(fresh, record.reasons.union(Reasons::of(reason))),
            Ok(limited_use) => {
                fresh.outcome = Outcome::Limited;
                fresh.reasons = record.reasons;
                fresh.flags.limited_use = Some(limited_use);
                if policy.switches().strip_on_limited {
                    fresh.flags.strip.push(std::sync::Arc::clone(policy.limited_strip()));
                }
            }
        }
    } else if record.outcome == fresh.outcome {
        fresh.reasons = fresh.reasons.union(record.reasons);
    }
    for (now, then) in [
        (&mut fresh.flags.ad_storage, record.ad_storage),
        (&mut fresh.flags.ad_user_data, record.ad_user_data),
        (&mut fresh.flags.ad_personalization, record.ad_personalization),
        (&mut fresh.flags.analytics_storage, record.analytics_storage),
    ] {
        if then == Some(Grant::Denied) {
            *now = then;
        }
    }
    fresh
}

fn denied(decision: Decision, reasons: Reasons) -> Decision {
    Decision { outcome: Outcome::Deny, reasons, flags: Flags::new(), held_until: None, ..decision }
}

fn facts(record: &Record, newest: &Newest<'_>, policy: &Policy, key: &DigestKey) -> Facts {
    let age = [record.age, newest.person.age_band(record.event_time.min(newest.now))]
        .into_iter()
        .filter(|band| *band != AgeBand::Unknown)
        .min_by_key(|band| band.at_least())
        .unwrap_or(AgeBand::Unknown);
    // A subject that no policy knew then may be regulated by now. No exemption reaches its event: either
    // the record has no name of it, or it has another regulated subject, and no proof covers two.
    let is_recorded = |name: &str| {
        let digest = digest::vertical(key, name);
        record.unknown_vertical.contains(&digest)
    };
    let is_unknown = !record.unknown_vertical.is_empty();
    let regulated_since = if is_unknown { policy.vertical_known_as(is_recorded) } else { None };
    // The record has a digest of the name; no name but that of an exemption is asked for.
    let is_recorded = |name: &str| {
        record.event_name.as_deref().is_some_and(|digest| *digest == *digest::event_name(key, name))
    };
    let exempt_name = policy.exempt_event(is_recorded);
    Facts {
        key: newest.event,
        time: record.event_time,
        source: record.source,
        // Of the event's request: a later look says nothing about it.
        gpc_observed: record.gpc_observed,
        age,
        erased: record.erased || newest.person.erased,
        objected: record.objected || newest.person.objected,
        vertical: record.vertical.clone().or_else(|| regulated_since.map(Into::into)),
        has_unknown_vertical: record.reasons.contains(Reason::VERTICAL_UNKNOWN)
            && regulated_since.is_none(),
        unknown_words: Vec::new(),
        may_be_exempt: regulated_since.is_none(),
        name: exempt_name.map(Into::into),
        sensitive: record.sensitive.clone(),
    }
}

/// The rules of then, as they are now, and European ones if the signals bring them.
fn jurisdiction(record: &Record, signals: &Signals, policy: &Policy) -> Jurisdiction {
    let mut jurisdiction = Jurisdiction {
        profiles: policy.profiles_named(&record.jurisdiction),
        source: record.place_source,
        is_told: is_told(record, policy),
        places: Places::default(),
        states: UsStates::default(),
        minimum_age: record.minimum_age.max(policy.switches().minimum_age),
        is_denied: false,
        gdpr_added: record.gdpr_added,
        has_conflict: false,
    };
    for place in &record.places {
        jurisdiction.add_place(*place, policy);
    }
    if record.has_more_places {
        jurisdiction.places.add_more();
    }
    jurisdiction.add_european(signals, policy);
    jurisdiction.find_states(policy);
    jurisdiction
}

/// Whether the source of then told a place. Of a flag or of sections the record does not say it: what is
/// there may be the caller's second place alone. The first look refused that, if its policy asked.
fn is_told(record: &Record, policy: &Policy) -> bool {
    let has_place = !record.places.is_empty();
    match record.place_source {
        PlaceSource::Explicit | PlaceSource::Geo | PlaceSource::Business => has_place,
        PlaceSource::GppSid | PlaceSource::GdprFlag => {
            has_place && *record.policy_version == *policy.version()
        }
        PlaceSource::Unknown => false,
    }
}
