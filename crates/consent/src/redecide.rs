//! The second look, before an event that waited is sent.

use predispatch_types::Timestamp;

use crate::{
    AgeBand, Case, Decision, DigestKey, EventKey, Flags, Given, Grant, Jurisdiction, Outcome,
    Person, Reason, Reasons, Record, Signals, digest, facts::Facts, flags, policy::Policy,
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
/// and the end of the hold, as it was recorded or as the policy has it now, whichever is earlier. A record of another event, or under another key, permits nothing.
pub fn redecide(
    record: &Record,
    newest: &Newest<'_>,
    policy: &Policy,
    key: &DigestKey,
) -> Decision {
    let today = record.event_time.plus_secs(i64::from(policy.switches().pending_secs));
    let held_until = record.held_until.map_or(today, |then| then.min(today));
    // The answer to what the person was being asked: from then on a yes counts.
    let answered = newest
        .signals
        .collected_at
        .value()
        .copied()
        .filter(|at| (record.event_time..=held_until).contains(at) && *at <= newest.now);
    let asked = match record.outcome {
        Outcome::Hold => answered.unwrap_or(record.event_time),
        _ => newest.now,
    };
    let case = Case::at(
        policy,
        newest.signals,
        facts(record, newest),
        jurisdiction(record, newest.signals, policy),
        asked,
        newest.now,
    );
    let mut fresh = case.decide(record.destination);
    if *digest::event(key, newest.event) != *record.event {
        return denied(fresh, Reasons::of(Reason::CONFLICT));
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
        Outcome::Hold => resolve(fresh, newest, answered.is_some(), held_until),
        Outcome::Allow | Outcome::Limited if fresh.outcome == Outcome::Deny => {
            let reasons = fresh.reasons;
            let is_withdrawn = reasons.iter().any(Reason::is_refusal);
            fresh.reasons.add_if(is_withdrawn, Reason::WITHDRAWN_AFTER_EVENT);
            fresh
        }
        Outcome::Allow | Outcome::Limited => stricter(record, fresh, policy),
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
        Given::Value(at) if at > until => reasons.add(Reason::CONSENT_AFTER_EVENT),
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
            let state = record.us_state.into();
            let latest = record.event_time.max(fresh.decided_at);
            flags::limited_use(policy, rules, record.destination, state, latest)
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

fn facts(record: &Record, newest: &Newest<'_>) -> Facts {
    let age = [record.age, newest.person.age_band(record.event_time.min(newest.now))]
        .into_iter()
        .filter(|band| *band != AgeBand::Unknown)
        .min_by_key(|band| band.at_least())
        .unwrap_or(AgeBand::Unknown);
    Facts {
        key: newest.event,
        time: record.event_time,
        source: record.source,
        // Of the event's request: a later look says nothing about it.
        gpc_observed: record.gpc_observed,
        age,
        erased: record.erased || newest.person.erased,
        objected: record.objected || newest.person.objected,
        vertical: record.vertical.clone(),
        has_unknown_vertical: record.reasons.contains(Reason::VERTICAL_UNKNOWN),
        name: record.event_name.clone(),
        sensitive: record.sensitive.clone(),
    }
}

/// The rules of then, as they are now, and European ones if the signals bring them.
fn jurisdiction(record: &Record, signals: &Signals, policy: &Policy) -> Jurisdiction {
    let own_age = record.place.map_or(0, |place| policy.minimum_age(place));
    let mut profiles = policy.profiles_named(&record.jurisdiction);
    if let Some(place) = record.place {
        profiles.insert(policy.profile_of(place));
    }
    let mut jurisdiction = Jurisdiction {
        profiles,
        source: record.place_source,
        place: record.place,
        state: record.us_state.into(),
        minimum_age: record.minimum_age.max(policy.switches().minimum_age).max(own_age),
        is_denied: record.place.is_some_and(|place| policy.country(place.country()).is_denied),
        gdpr_added: record.gdpr_added,
        has_conflict: false,
    };
    jurisdiction.add_european(signals, policy);
    jurisdiction
}
