//! Google: several products, each with its own fields, limits and consent.
//!
//! Click ids are cut from an event whose `ad_storage` is denied, and people's data from one whose
//! `ad_user_data` is; the denial itself is sent. The rules with their pages:
//! `docs/sources/payload.md#google`.

pub mod data_manager;

use predispatch_consent::{Grant, LimitedUse};
use predispatch_types::Severity;

use crate::{facts::Facts, field::Field, rejection::Rejection};

/// The click of an ad: Google takes one id.
#[derive(Clone, Copy)]
pub(crate) struct Click<'e> {
    pub(crate) key: &'static str,
    pub(crate) id: &'e str,
}

impl<'e> Click<'e> {
    /// The best of an event's click ids. It was read from storage for ads, so where that is denied
    /// there is none.
    pub(crate) fn of(facts: &mut Facts<'_, 'e>) -> Option<Self> {
        let is_denied = facts.flags.ad_storage == Some(Grant::Denied);
        let mut best = None;
        for (field, key) in CLICKS {
            let Some(id) = facts.text(field) else { continue };
            if is_denied {
                facts.report("consent_denied", field, Severity::Dropped);
            } else if best.is_some() {
                facts.report("more_than_platform_takes", field, Severity::Dropped);
            } else {
                best = Some(Self { key, id });
            }
        }
        best
    }

    /// Whether Google knows the very click, and not only a group of them.
    pub(crate) fn is_exact(&self) -> bool {
        self.key == "gclid"
    }
}

const CLICKS: [(Field, &str); 3] =
    [(Field::Gclid, "gclid"), (Field::Gbraid, "gbraid"), (Field::Wbraid, "wbraid")];

/// Whether data about the person may go.
pub(crate) fn takes_user_data(facts: &Facts<'_, '_>) -> bool {
    facts.flags.ad_user_data != Some(Grant::Denied)
}

/// Leaves a field out because the person denied data about them, and says so.
pub(crate) fn withhold(facts: &mut Facts<'_, '_>, fields: &[Field]) {
    for field in fields {
        if facts.has(*field) {
            facts.report("consent_denied", *field, Severity::Dropped);
        }
    }
}

/// The grant of personalised ads. Google has no flag for limited use: it is denied then.
pub(crate) fn personalisation(facts: &Facts<'_, '_>) -> Result<Option<Grant>, Rejection> {
    match facts.flags.limited_use {
        None => Ok(facts.flags.ad_personalization),
        Some(LimitedUse::NoPersonalisation) => Ok(Some(Grant::Denied)),
        Some(_) => Err(Rejection::LimitedUse),
    }
}
