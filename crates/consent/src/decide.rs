//! The engine: signals, person, event and policy into one decision per destination.

use std::sync::Arc;

use predispatch_gpp::SensitiveCategory;
use predispatch_types::Timestamp;

use crate::{
    Decision, Destination, EventFacts, Flags, Jurisdiction, Outcome, Person, Reason, Reasons,
    Signals,
    clock::Clock,
    evidence::Evidence,
    facts::Facts,
    findings::Findings,
    jurisdiction,
    policy::{DestinationRules, Exemption, Policy, Yes},
    ruling::{self, Ruling, Scope},
};

/// Decides whether `event` may go to `destination` at `now`.
///
/// For several destinations of one event, make one [`Case`]: it reads the strings once.
///
/// ```
/// use predispatch_consent::{
///     EventFacts, EventKey, Given, Outcome, Person, Place, Policy, Reason, Signals, decide,
/// };
/// use predispatch_types::{EventId, Platform};
///
/// let policy = Policy::bundled();
/// let id = EventId::new("ord-1009")?;
/// let time = "2026-11-20T18:03:11Z".parse()?;
/// let mut event = EventFacts::new(EventKey::of_id("purchase", &id), "purchase", time);
/// event.place.explicit = Place::parse("DE", None);
///
/// // Nobody asked: in Germany that is a no.
/// let asked_nobody = Signals::default();
/// let person = Person::default();
/// let decision = decide(&asked_nobody, &person, &event, Platform::Meta.into(), &policy, time);
/// assert_eq!(decision.outcome(), Outcome::Deny);
/// assert!(decision.reasons().contains(Reason::NO_SIGNAL));
/// assert!(decision.into_permit().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(
    signals: &Signals,
    person: &Person,
    event: &EventFacts<'_>,
    destination: Destination,
    policy: &Policy,
    now: Timestamp,
) -> Decision {
    Case::new(signals, person, event, policy, now).decide(destination)
}

/// One event with its strings read, ready to be decided for any number of destinations.
pub struct Case<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) signals: &'a Signals,
    pub(crate) facts: Facts,
    pub(crate) jurisdiction: Jurisdiction,
    pub(crate) evidence: Evidence<'a>,
}

impl core::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Case").field("jurisdiction", &self.jurisdiction).finish_non_exhaustive()
    }
}

impl<'a> Case<'a> {
    /// Reads the strings and finds the rules that hold.
    pub fn new(
        signals: &'a Signals,
        person: &Person,
        event: &EventFacts<'_>,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        let mut facts = Facts::new(event, person, policy, now);
        facts.gpc_observed |= !signals.gpc.is_absent();
        // A yes must not become good by an event that claims to be in the future.
        let clock = Clock {
            event: facts.time,
            asked: facts.time.min(now),
            since: None,
            must_be_dated: false,
            now,
            max_age_days: policy.switches().max_age_days,
        };
        let evidence = Evidence::read(signals, policy, clock);
        let knows_sections = evidence.knows_sections_in_force();
        let jurisdiction = jurisdiction::resolve(&event.place, signals, knows_sections, policy);
        Self { policy, signals, facts, jurisdiction, evidence }
    }

    /// For the second look, which knows the rules from the record.
    pub(crate) fn at(
        policy: &'a Policy,
        signals: &'a Signals,
        facts: Facts,
        jurisdiction: Jurisdiction,
        clock: Clock,
    ) -> Self {
        let evidence = Evidence::read(signals, policy, clock);
        Self { policy, signals, facts, jurisdiction, evidence }
    }

    /// The decision for one destination.
    pub fn decide(&self, destination: Destination) -> Decision {
        let Some(rules) = self.policy.destination(destination.platform()) else {
            let reasons = Reasons::of(Reason::DESTINATION_UNKNOWN);
            return self.decision(destination, Ruling::deny(reasons), Flags::new(), None);
        };
        let mut found = self.evidence.about(destination, rules, self.policy);
        let exemption = self.exemption(destination);
        self.find_stops(rules, exemption.is_some(), &mut found);
        self.find_us_opt_outs(&mut found);
        if exemption.is_some_and(|exemption| self.has_express_yes(exemption)) {
            found.yes.insert(Yes::Explicit);
        }
        let scope = Scope {
            policy: self.policy,
            rules,
            destination,
            states: &self.jurisdiction.states,
            now: self.evidence.clock().now,
            event_time: self.facts.time,
            latest: self.evidence.clock().latest(),
            pending_secs: self.pending_secs(),
            is_sensitive: self.facts.is_regulated(),
            is_special: self.is_special(),
        };
        let ruling = ruling::strictest(&scope, &found, self.jurisdiction.profiles.iter());
        let flags = self.flags(rules, destination, &ruling, exemption.is_some());
        self.decision(destination, ruling, flags, exemption)
    }

    /// The proof for this vertical, destination and event. It covers what its vertical reveals and
    /// no other sensitive category.
    fn exemption(&self, destination: Destination) -> Option<&Exemption> {
        let rules = self.policy.vertical_rules(self.facts.vertical.as_deref()?)?;
        if !self.facts.may_be_exempt {
            return None;
        }
        let name = self.facts.name.as_deref()?;
        let is_covered = self.facts.sensitive.iter().all(|one| rules.sensitive.contains(one));
        let exemption = self.policy.exemption(&rules.name, destination.platform(), name);
        exemption.filter(|_| is_covered)
    }

    /// Whether the subject is a special category of data; one that no table has is.
    fn is_special(&self) -> bool {
        let is_special =
            |name: &str| self.policy.vertical_rules(name).is_none_or(|rules| rules.is_special);
        !self.facts.sensitive.is_empty() || self.facts.vertical.as_deref().is_some_and(is_special)
    }

    /// An express consent to the text that the exemption names, given before the event and not stale.
    fn has_express_yes(&self, exemption: &Exemption) -> bool {
        let given = self.signals.explicit_consent.value();
        given.zip(exemption.explicit_text.as_ref()).is_some_and(|(consent, text)| {
            let time = crate::Given::Value(consent.time);
            consent.text_id == *text
                && self.evidence.clock().of_answers(time) == crate::clock::Timing::InTime
        })
    }

    /// A regulated event waits for nothing.
    const fn pending_secs(&self) -> u32 {
        if self.facts.is_regulated() { 0 } else { self.policy.switches().pending_secs }
    }

    /// What stands against sending whatever anybody said.
    fn find_stops(&self, rules: &DestinationRules, is_exempt: bool, found: &mut Findings) {
        let (facts, switches) = (&self.facts, self.policy.switches());
        let mut stop_if = |is_so, reason| found.stop.add_if(is_so, reason);
        stop_if(facts.erased, Reason::ERASED);
        stop_if(facts.objected, Reason::OBJECTED);
        stop_if(self.jurisdiction.is_denied, Reason::COUNTRY_DENIED);
        let is_minor = match facts.age.at_least() {
            Some(age) => age < self.jurisdiction.minimum_age.max(LOWEST_AGE),
            None => switches.child_directed,
        };
        stop_if(is_minor, Reason::MINOR);
        stop_if(facts.is_regulated() && !is_exempt, Reason::VERTICAL);
        let too_old = rules
            .max_event_age_days(facts.source)
            .is_some_and(|days| self.evidence.clock().is_older_than_days(days));
        stop_if(too_old, Reason::EVENT_TOO_OLD);
        stop_if(self.evidence.clock().event_is_ahead(), Reason::EVENT_IN_FUTURE);
        let needs_country = rules.needs_country
            && !self.jurisdiction.is_told
            && self.jurisdiction.profiles.contains(self.policy.european_profile());
        stop_if(needs_country, Reason::COUNTRY_NEEDED);
        if self.jurisdiction.has_conflict {
            found.notes.add(Reason::CONFLICT);
        }
        found.notes.add_if(
            self.jurisdiction.source() == jurisdiction::PlaceSource::Unknown,
            Reason::JURISDICTION_UNKNOWN,
        );
        found.notes.add_if(is_exempt, Reason::EXEMPT_VERTICAL);
        found.notes.add_if(facts.has_unknown_vertical, Reason::VERTICAL_UNKNOWN);
    }

    /// What counts in the United States only: a browser that nobody asked, sensitive subjects, and
    /// the one upgrade there is.
    fn find_us_opt_outs(&self, found: &mut Findings) {
        let (facts, policy) = (&self.facts, self.policy);
        let unobserved = policy.switches().gpc_unobserved
            && !facts.gpc_observed
            && facts.source == crate::ActionSource::Website
            && self.jurisdiction.gpc_is_binding(policy, self.evidence.clock().latest());
        found.us_opt_out.add_if(unobserved, Reason::GPC_NOT_OBSERVED);

        let (may_reveal, has) = (self.subject_categories(), &*facts.sensitive);
        let states = &self.jurisdiction.states;
        if !may_reveal.is_empty() || !has.is_empty() {
            let is_permitted = |state| {
                let is_barred = policy.us_state(state).is_some_and(|rules| rules.sensitive_never);
                !is_barred && self.evidence.permits_sensitive(may_reveal, has, state)
            };
            let are_permitted = !states.is_open() && states.known().all(is_permitted);
            found.us_no.add_if(!are_permitted, Reason::GPP_SENSITIVE);
        }

        let signal = Reasons::of(Reason::GPC);
        if found.opt_out.contains(Reason::GPC) && !found.has_gpc_bit && self.sets_gpc_aside() {
            found.opt_out = found.opt_out.difference(signal);
            found.notes.add(Reason::EXPLICIT_CONSENT);
        }
    }

    /// California, 11 CCR 7025(c)(3): an express consent to a text that the policy names, newer than
    /// the signal by the signal's own time, given before the event, not stale, where nowhere else's
    /// rules hold too.
    fn sets_gpc_aside(&self) -> bool {
        let Some(state) = self.jurisdiction.states.only() else { return false };
        let mut profiles = self.jurisdiction.profiles.iter();
        let only_us = profiles.all(|index| self.policy.profile(index).is_united_states);
        let is_allowed =
            only_us && self.policy.us_state(state).is_some_and(|rules| rules.explicit_consent);
        let (Some(consent), Some(seen)) =
            (self.signals.explicit_consent.value(), self.signals.gpc_at.value())
        else {
            return false;
        };
        let timing = self.evidence.clock().of_answers(crate::Given::Value(consent.time));
        is_allowed
            && self.policy.upgrades_gpc(&consent.text_id)
            && timing == crate::clock::Timing::InTime
            && consent.time > *seen
    }

    /// What the event's vertical may reveal.
    fn subject_categories(&self) -> &[SensitiveCategory] {
        let vertical = self.facts.vertical.as_deref();
        let rules = vertical.and_then(|name| self.policy.vertical_rules(name));
        rules.map_or(&[], |rules| &rules.sensitive)
    }

    fn flags(
        &self,
        rules: &DestinationRules,
        destination: Destination,
        ruling: &Ruling,
        is_exempt: bool,
    ) -> Flags {
        let mut flags = Flags::new();
        if !ruling.outcome.may_send() {
            return flags;
        }
        let carries = rules.carries(destination);
        let says_so = ruling.was_asked || !rules.carries_where_asked;
        let granted = |carried: bool| (carried && says_so).then_some(crate::Grant::Granted);
        flags.limited_use = ruling.limited_use;
        flags.ad_storage = granted(carries.ad_storage);
        flags.ad_user_data = granted(carries.ad_user_data);
        flags.ad_personalization = carries.ad_personalization.then_some(if ruling.is_personal {
            crate::Grant::Granted
        } else {
            crate::Grant::Denied
        });
        flags.analytics_storage = self.evidence.analytics_storage();
        if is_exempt {
            let vertical = self.facts.vertical.as_deref();
            let rules = vertical.and_then(|name| self.policy.vertical_rules(name));
            flags.strip.extend(rules.map(|rules| Arc::clone(&rules.strip)));
        }
        if flags.limited_use.is_some() && self.policy.switches().strip_on_limited {
            flags.strip.push(Arc::clone(self.policy.limited_strip()));
        }
        flags
    }

    fn decision(
        &self,
        destination: Destination,
        ruling: Ruling,
        flags: Flags,
        exemption: Option<&Exemption>,
    ) -> Decision {
        let now = self.evidence.clock().now;
        let held_until = (ruling.outcome == Outcome::Hold)
            .then(|| self.facts.time.plus_secs(i64::from(self.pending_secs())));
        Decision {
            outcome: ruling.outcome,
            reasons: ruling.reasons,
            flags,
            destination,
            event: self.facts.key,
            jurisdiction: self.jurisdiction,
            profile_names: self.policy.profile_names(),
            policy_version: self.policy.shared_version(),
            proof: exemption.map(|exemption| exemption.proof.clone()),
            decided_at: now,
            held_until,
            permit_until: now.plus_secs(i64::from(self.policy.switches().permit_secs)),
        }
    }
}

/// No policy sends what is known to be about anybody younger.
const LOWEST_AGE: u8 = 13;
