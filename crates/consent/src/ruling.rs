//! One place's rules on what was found, and the strictest of several places.

use predispatch_types::Timestamp;

use crate::{
    Destination, LimitedUse, Outcome, Reason, Reasons,
    findings::Findings,
    flags,
    places::UsStates,
    policy::{DestinationRules, Model, Policy, Profile, Yes, YesSet},
};

/// What a place's rules need to know beside the findings.
pub(crate) struct Scope<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) rules: &'a DestinationRules,
    pub(crate) destination: Destination,
    pub(crate) states: &'a UsStates,
    pub(crate) now: Timestamp,
    pub(crate) event_time: Timestamp,
    /// The laws that count are those in force by then.
    pub(crate) latest: Timestamp,
    pub(crate) pending_secs: u32,
    /// The event's subject is regulated.
    pub(crate) is_sensitive: bool,
    /// It is a special category of data.
    pub(crate) is_special: bool,
}

/// An outcome with its reasons and what must be told to the destination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruling {
    pub(crate) outcome: Outcome,
    pub(crate) reasons: Reasons,
    pub(crate) limited_use: Option<LimitedUse>,
    /// Personal ads may be made of it.
    pub(crate) is_personal: bool,
    /// A yes was needed.
    pub(crate) was_asked: bool,
}

impl Ruling {
    pub(crate) const fn deny(reasons: Reasons) -> Self {
        Self {
            outcome: Outcome::Deny,
            reasons,
            limited_use: None,
            is_personal: false,
            was_asked: true,
        }
    }

    const fn hold() -> Self {
        let reasons = Reasons::of(Reason::CONSENT_PENDING);
        Self { outcome: Outcome::Hold, ..Self::deny(reasons) }
    }

    /// The stricter outcome with the reasons of all that forbid as much; permission is only what
    /// both permit.
    fn and(self, other: Self) -> Self {
        let reasons = match self.outcome.cmp(&other.outcome) {
            core::cmp::Ordering::Greater => self.reasons,
            core::cmp::Ordering::Less => other.reasons,
            core::cmp::Ordering::Equal => self.reasons.union(other.reasons),
        };
        Self {
            outcome: self.outcome.max(other.outcome),
            reasons,
            limited_use: self.limited_use.or(other.limited_use),
            is_personal: self.is_personal && other.is_personal,
            was_asked: self.was_asked || other.was_asked,
        }
    }
}

/// The strictest of what all `profiles` say; without any, nothing may be sent.
pub(crate) fn strictest(
    scope: &Scope<'_>,
    found: &Findings,
    profiles: impl Iterator<Item = usize>,
) -> Ruling {
    let rulings = profiles.map(|index| {
        let profile = scope.policy.profile(index);
        match profile.when_sensitive.filter(|_| scope.is_sensitive) {
            Some(stricter) => {
                rule(scope, found, profile).and(rule(scope, found, scope.policy.profile(stricter)))
            }
            None => rule(scope, found, profile),
        }
    });
    let ruling = rulings
        .reduce(Ruling::and)
        .unwrap_or_else(|| Ruling::deny(Reasons::of(Reason::JURISDICTION_UNKNOWN)));
    Ruling { reasons: ruling.reasons.union(found.notes), ..ruling }
}

fn rule(scope: &Scope<'_>, found: &Findings, profile: &Profile) -> Ruling {
    match profile.model {
        Model::Closed => Ruling::deny(found.against().union(Reasons::of(Reason::COUNTRY_DENIED))),
        Model::OptIn => opt_in(scope, found, profile),
        Model::OptOut if profile.is_united_states => united_states(scope, found),
        Model::OptOut => opt_out(scope, found, profile),
    }
}

/// Silence is a no.
fn opt_in(scope: &Scope<'_>, found: &Findings, profile: &Profile) -> Ruling {
    let until = scope.event_time.plus_secs(i64::from(scope.pending_secs));
    let may_wait = found.is_pending && scope.pending_secs > 0 && scope.now <= until;
    // What was said while the question stood is no answer to it, but for a no.
    if may_wait && against_yes(scope, &found.while_asked(), profile).is_empty() {
        return Ruling::hold();
    }
    let yes = kinds(scope, found, profile);
    let against = against_yes(scope, found, profile);
    let mut lacking = Reasons::EMPTY;
    if yes.is_empty() {
        lacking = found.lacking.union(Reasons::of(Reason::NO_SIGNAL));
        lacking.add_if(found.yes.contains(Yes::Cmp), Reason::CMP_NOT_MAPPED);
    }
    let personal_yes = found.personal_yes.and(yes);
    let has_personal_yes = found.personal_no.is_empty() && !personal_yes.is_empty();
    if !yes.is_empty() && !has_personal_yes && scope.rules.assumes_personal(scope.destination) {
        lacking = lacking.union(found.lacking).union(Reasons::of(Reason::NO_SIGNAL));
        lacking.add_if(yes.contains(Yes::ConsentMode), Reason::GCM_UNSET);
    }
    lacking.add_if(lacks_express_yes(scope, found, profile), Reason::EXPLICIT_CONSENT_NEEDED);
    if !against.is_empty() {
        return Ruling::deny(against.union(lacking));
    }
    if found.is_pending {
        return Ruling::deny(lacking.union(Reasons::of(Reason::CONSENT_PENDING)));
    }
    if !lacking.is_empty() {
        return Ruling::deny(lacking);
    }
    let is_personal = has_personal_yes && canadian_no(found, profile, personal_yes).is_empty();
    allow(scope, found, Reason::GRANTED, is_personal, true)
}

/// What stands against a yes, where one is needed.
fn against_yes(scope: &Scope<'_>, found: &Findings, profile: &Profile) -> Reasons {
    let counts_tcf = profile.yes.contains(Yes::Tcf);
    let block = if counts_tcf { found.tcf_block } else { Reasons::EMPTY };
    found.against().union(block).union(unspoken_personal_no(scope, found)).union(canadian_no(
        found,
        profile,
        kinds(scope, found, profile),
    ))
}

/// Silence is no objection; a restriction flag means nothing here.
fn opt_out(scope: &Scope<'_>, found: &Findings, profile: &Profile) -> Ruling {
    let yes = kinds(scope, found, profile);
    let mut against = found
        .against()
        .union(unspoken_personal_no(scope, found))
        .union(canadian_no(found, profile, yes));
    against.add_if(lacks_express_yes(scope, found, profile), Reason::EXPLICIT_CONSENT_NEEDED);
    if !against.is_empty() {
        return Ruling::deny(against);
    }
    let reason = if yes.is_empty() { Reason::NOT_OPTED_OUT } else { Reason::GRANTED };
    allow(scope, found, reason, found.personal_no.is_empty(), false)
}

/// An opt-out limits where the destination has a flag that reaches the person, and denies elsewhere.
fn united_states(scope: &Scope<'_>, found: &Findings) -> Ruling {
    let against = found.stop.union(found.no).union(found.us_no);
    let refused =
        found.opt_out.union(found.us_opt_out).union(found.unreadable).union(found.personal_no);
    if !against.is_empty() {
        return Ruling::deny(against.union(refused));
    }
    if refused.is_empty() {
        return allow(scope, found, Reason::NOT_OPTED_OUT, true, false);
    }
    if scope.policy.switches().strict_us_optout {
        return Ruling::deny(refused.union(Reasons::of(Reason::STRICT_US_OPTOUT)));
    }
    let Scope { policy, rules, destination, states, latest, .. } = *scope;
    match flags::limited_use(policy, rules, destination, states, latest) {
        Err(reason) => Ruling::deny(refused.union(Reasons::of(reason))),
        Ok(limited_use) => Ruling {
            outcome: Outcome::Limited,
            reasons: refused,
            limited_use: Some(limited_use),
            is_personal: false,
            was_asked: false,
        },
    }
}

fn allow(
    scope: &Scope<'_>,
    found: &Findings,
    reason: Reason,
    is_personal: bool,
    was_asked: bool,
) -> Ruling {
    let mut reasons = Reasons::of(reason);
    if !is_personal && scope.rules.carries(scope.destination).ad_personalization {
        reasons = reasons.union(found.personal_no);
        reasons.add(Reason::PERSONALISATION_REFUSED);
    }
    Ruling { outcome: Outcome::Allow, reasons, limited_use: None, is_personal, was_asked }
}

/// A special category of data, and no yes that is express enough for it here.
fn lacks_express_yes(scope: &Scope<'_>, found: &Findings, profile: &Profile) -> bool {
    scope.is_special && found.yes.and(profile.special_yes).is_empty()
}

/// The kinds of yes that were given and count here.
fn kinds(scope: &Scope<'_>, found: &Findings, profile: &Profile) -> YesSet {
    let yes = found.yes.and(profile.yes);
    let cmp_counts = !profile.cmp_needs_record || scope.policy.switches().cmp_is_record;
    if cmp_counts { yes } else { yes.without(Yes::Cmp) }
}

/// A no to personal ads that the destination can't be told.
fn unspoken_personal_no(scope: &Scope<'_>, found: &Findings) -> Reasons {
    let can_say = scope.rules.carries(scope.destination).ad_personalization;
    if can_say || found.personal_no.is_empty() {
        return Reasons::EMPTY;
    }
    found.personal_no.union(Reasons::of(Reason::PERSONALISATION_REFUSED))
}

/// Where the Canadian section is honoured, one that is there must be among what says `yes`.
fn canadian_no(found: &Findings, profile: &Profile, yes: YesSet) -> Reasons {
    let is_yes = yes.contains(Yes::CanadaExpress) || yes.contains(Yes::CanadaImplied);
    if profile.honours_canada && found.has_canada && !is_yes {
        found.lacking.union(Reasons::of(Reason::CA_NOT_CONSENTED))
    } else {
        Reasons::EMPTY
    }
}
