//! The Canadian section: express and implied consent.

use predispatch_gpp::{CaChoice, TcfCaV1};
use predispatch_tcf::{Purpose, PurposeSet};

use crate::{
    Destination, Reason,
    clock::{Clock, Timing},
    findings::Findings,
    policy::{DestinationRules, Yes},
};

/// Adds what the section says. Purpose 1 is not used in Canada. One that is not in force may refuse
/// and not permit.
///
/// For a destination without a vendor number the purposes speak alone, and an express yes needs the
/// consent platform's own yes to the destination (`cmp_yes`).
pub(super) fn find(
    section: &TcfCaV1<'_>,
    in_force: bool,
    destination: Destination,
    rules: &DestinationRules,
    clock: Clock,
    cmp_yes: bool,
    found: &mut Findings,
) {
    let needed = weakest(section, rules, rules.purposes);
    let personal = weakest(section, rules, rules.personalisation);
    found.no.add_if(needed == CaChoice::Neither, Reason::CA_NOT_CONSENTED);
    found.personal_no.add_if(personal == CaChoice::Neither, Reason::CA_NOT_CONSENTED);
    let timing = clock.of_day(section.last_updated());
    // A stale section is as none, but for its no.
    found.has_canada = timing != Timing::Stale;
    if let Some(objection) = timing.objection(Reason::SIGNAL_STALE) {
        found.lacking.add(objection);
        found.unreadable.add_if(objection == Reason::SIGNAL_UNREADABLE, Reason::MALFORMED_GPP);
        return;
    }
    if !in_force {
        return;
    }
    let vendor = rules.vendor.map(|vendor| vendor.get());
    if section.disclosed_vendors().zip(vendor).is_some_and(|(list, id)| !list.contains(id)) {
        // Nobody consents to a recipient that they were not shown, expressly or otherwise.
        found.lacking.add(Reason::TCF_NOT_DISCLOSED);
        return;
    }
    // Who can't be told "not personal" makes personal ads of all that it gets.
    let needed = if rules.carries(destination).ad_personalization {
        needed
    } else {
        weakest(section, rules, rules.purposes.union(rules.personalisation))
    };
    let knows_vendor = rules.vendor.is_some() || cmp_yes;
    let is_express = |choice| matches!(choice, CaChoice::Express) && knows_vendor;
    let is_implied = |choice| matches!(choice, CaChoice::Express | CaChoice::Implied);
    if is_express(needed) {
        found.yes.insert(Yes::CanadaExpress);
        if is_express(personal) {
            found.personal_yes.insert(Yes::CanadaExpress);
        }
    }
    if is_implied(needed) {
        found.yes.insert(Yes::CanadaImplied);
        if is_implied(personal) {
            found.personal_yes.insert(Yes::CanadaImplied);
        }
    }
}

/// The weakest choice of all `purposes`.
fn weakest(section: &TcfCaV1<'_>, rules: &DestinationRules, purposes: PurposeSet) -> CaChoice {
    let mut weakest = CaChoice::Express;
    for purpose in purposes.iter().filter(|purpose| *purpose != Purpose::STORE_AND_ACCESS) {
        let id = purpose.get();
        let choice = match rules.vendor {
            Some(vendor) => section.choice(id, vendor.get()),
            None if section.purpose_express_consent(id) => CaChoice::Express,
            None if section.purpose_implied_consent(id) => CaChoice::Implied,
            None => CaChoice::Neither,
        };
        weakest = match (weakest, choice) {
            (CaChoice::Express, choice) => choice,
            (CaChoice::Implied, CaChoice::Express | CaChoice::Implied) => CaChoice::Implied,
            // A choice that this code does not know is no consent.
            _ => CaChoice::Neither,
        };
    }
    weakest
}
