//! The consent platform's own answers, and Google's Additional Consent.

use predispatch_tcf::{AdditionalConsent, AtpStatus};

use crate::{
    Given, Reason,
    clock::Timing,
    findings::Findings,
    policy::{DestinationRules, Yes},
};

/// The answer for this destination; true if it is a yes that counts.
pub(super) fn find(answer: Given<bool>, timing: Timing, found: &mut Findings) -> bool {
    match answer {
        Given::Absent => false,
        Given::Unreadable => {
            found.cannot_read(Reason::SIGNAL_UNREADABLE);
            false
        }
        Given::Value(false) => {
            found.no.add(Reason::CMP_NO);
            false
        }
        Given::Value(true) => {
            found.notes.add_if(timing == Timing::Missing, Reason::CMP_MISSING_TIME);
            match timing.objection(Reason::SIGNAL_STALE) {
                Some(objection) => {
                    found.lacking.add(objection);
                    false
                }
                None => {
                    found.yes.insert(Yes::Cmp);
                    // An answer for the destination as a whole includes what it does with it.
                    found.personal_yes.insert(Yes::Cmp);
                    true
                }
            }
        }
    }
}

/// Google's list; true if the provider has a yes. It speaks only beside a TC string, whose time it
/// shares.
pub(super) fn find_additional(
    additional: Option<AdditionalConsent<'_>>,
    rules: &DestinationRules,
    found: &mut Findings,
) -> bool {
    let (Some(additional), Some(provider)) = (additional, rules.ac_id) else { return false };
    let status = additional.status(provider);
    found.no.add_if(status == AtpStatus::Refused, Reason::AC_NOT_CONSENTED);
    status == AtpStatus::Consented
}
