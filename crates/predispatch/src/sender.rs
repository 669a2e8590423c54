//! What the bots' policy makes of an event, and how the outcome tells it.

use predispatch_bot::verdict::{Action, Ruling, Verdict};

use crate::{AtDestination, Fate, prepare::Leg};

impl Leg<'_> {
    /// Does what the policy says of an event with this verdict on its sender.
    pub(crate) fn obey(&mut self, at: &mut AtDestination, ruling: &Ruling, verdict: &Verdict) {
        match ruling.action {
            Action::Send => at.reasons.extend(in_shadow(ruling)),
            Action::Mark => at.reasons.push("bot_marked"),
            Action::WithoutValue => {
                self.without_value = true;
                at.reasons.push("bot_without_value");
            }
            Action::Hold => self.end(at, Fate::Held, "bot_hold"),
            // What a later version may add is not sent before it is understood here.
            _ => {
                // A person's browser may ask ahead of its person: then it is not for the class.
                let is_for_class = !ruling.by_speculation;
                let why = if is_for_class { verdict.class().as_str() } else { "bot_speculative" };
                self.end(at, Fate::Bot, why);
                at.reasons.extend(verdict.reasons().iter().map(|reason| reason.code));
                return;
            }
        }
        if ruling.by_speculation {
            at.reasons.push("bot_speculative");
        }
    }
}

/// What would have been done, but for shadow mode.
fn in_shadow(ruling: &Ruling) -> Option<&'static str> {
    let would = if ruling.guarded_as_paid { Action::Mark } else { ruling.wanted };
    match would {
        _ if !ruling.is_shadow => None,
        Action::Send => None,
        Action::Mark => Some("bot_shadow_mark"),
        Action::WithoutValue => Some("bot_shadow_without_value"),
        Action::Hold => Some("bot_shadow_hold"),
        _ => Some("bot_shadow_drop"),
    }
}
