//! The second half of an event's way: what the store said, then the payloads.

use core::cell::OnceCell;

use predispatch_dedup::{Destinations, Outcome as Claimed, Receipt, Unknown, Verdict};
use predispatch_event::Source;
use predispatch_payload::{Payload, Prepared as Building};
use predispatch_types::Timestamp;

use crate::{
    AtDestination, Fate, OnUnknown, Outcome, Prepared,
    counters::counted_name,
    prepare::{Leg, side_of},
};

impl Prepared<'_> {
    /// Takes the store's answer to [`claim`](Self::claim) and builds what may go.
    ///
    /// Without an answer to a wanted claim, or with a grant of another event, the store counts as
    /// unreachable.
    pub fn finish(self, claimed: Option<Claimed>) -> Outcome {
        let Self { pipeline, event, now, mut at, mut legs, bot, claim } = self;
        let is_own = |receipt: &Receipt| claim.is_some_and(|claim| claim.key == receipt.key());
        let claimed = claimed.filter(|claimed| claimed.receipt().is_none_or(is_own));
        let granted = claimed.as_ref().map(Claimed::granted).unwrap_or_default();
        let held_until = claimed.as_ref().and_then(Claimed::receipt).map(Receipt::until);
        let mut built_for = Destinations::NONE;
        // Identifiers are normalised and hashed when the first payload is built. It is large, and stays
        // where it is.
        let mut building = Building::new(event);
        let mut buffer = Vec::new();
        let without_amounts = OnceCell::new();
        let open = at.iter_mut().zip(&mut legs).filter(|(_, leg)| leg.permit.is_some());
        for (at, leg) in open {
            let place = leg.target.claimed_for;
            let verdict = claimed
                .as_ref()
                .and_then(|claimed| claimed.verdict(place))
                .unwrap_or(Verdict::Unknown(Unknown::Unreachable));
            at.dedup = Some(verdict);
            if event.source() == Source::Browser {
                leg.end(at, Fate::Observed, code(verdict));
                continue;
            }
            match may_go(verdict, granted.contains(place), pipeline.settings.on_unknown) {
                Err(fate) => leg.end(at, fate, code(verdict)),
                Ok(()) => {
                    at.reasons.push(code(verdict));
                    let held_until = held_until.filter(|_| granted.contains(place));
                    if leg.without_value {
                        let event = without_amounts.get_or_init(|| event.without_amounts());
                        build(at, leg, &mut Building::new(event), now, held_until, &mut buffer);
                    } else {
                        build(at, leg, &mut building, now, held_until, &mut buffer);
                    }
                    if at.payload.is_some() {
                        built_for |= place.into();
                    }
                }
            }
        }
        let (built, unused) = part(claimed.and_then(Claimed::into_receipt), built_for);
        let of = |receipt: &Option<Receipt>| {
            receipt.as_ref().map(Receipt::destinations).unwrap_or_default()
        };
        let standing = of(&built);
        Outcome {
            name: counted_name(event.name()),
            id: event.id().cloned(),
            error: None,
            destinations: at,
            bot,
            issues: event.issues().to_vec(),
            side: Some(side_of(event)),
            granted: standing | of(&unused),
            standing,
            receipts: built.into_iter().collect(),
            unused,
        }
    }
}

/// Builds the payload, or ends the way.
fn build<'b, 'e: 'b>(
    at: &mut AtDestination,
    leg: &mut Leg<'e>,
    building: &mut Building<'b>,
    now: Timestamp,
    held_until: Option<Timestamp>,
    buffer: &mut Vec<u8>,
) {
    let Some(permit) = &leg.permit else { return };
    match building.build(permit, &leg.target.account, now) {
        Ok(built) => {
            let payload = Payload::written_in(buffer, &built.body).held_until(held_until);
            at.good_until = Some(payload.good_until());
            at.payload = Some(payload);
            at.issues = built.issues;
        }
        Err(rejected) => {
            leg.end(at, Fate::Invalid, rejected.reason.code());
            at.rejection = Some(rejected.reason);
            at.platform_error = rejected.platform_error;
            at.issues = rejected.issues;
        }
    }
}

/// Whether a server's event goes on, or what becomes of it.
fn may_go(verdict: Verdict, is_granted: bool, on_unknown: OnUnknown) -> Result<(), Fate> {
    match verdict {
        _ if is_granted => Ok(()),
        Verdict::Unknown(_) if on_unknown == OnUnknown::Send => Ok(()),
        Verdict::Unknown(_) | Verdict::InFlight => Err(Fate::Held),
        Verdict::Duplicate { .. } | Verdict::Rotated { .. } => Err(Fate::Duplicate),
        Verdict::Late { .. } => Err(Fate::Invalid),
        // First, paired or colliding, and yet not granted: the store has not written it down. And
        // whatever a later version may add.
        _ => Err(Fate::Held),
    }
}

/// The claim on what was built, and the claim on what was not.
fn part(receipt: Option<Receipt>, built: Destinations) -> (Option<Receipt>, Option<Receipt>) {
    let Some(receipt) = receipt else { return (None, None) };
    let (built, unused) = receipt.split(built);
    let some = |receipt: Receipt| (!receipt.destinations().is_empty()).then_some(receipt);
    (some(built), some(unused))
}

/// The stable reason code of a store's answer.
const fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::First => "dedup_first",
        Verdict::Paired { .. } => "dedup_paired",
        Verdict::Duplicate { .. } => "dedup_duplicate",
        Verdict::Late { .. } => "dedup_late",
        Verdict::Collision(_) => "dedup_collision",
        Verdict::Rotated { .. } => "dedup_rotated",
        Verdict::InFlight => "dedup_in_flight",
        Verdict::Unknown(Unknown::Crowded) => "dedup_crowded",
        Verdict::Unknown(Unknown::Full) => "dedup_full",
        Verdict::Unknown(Unknown::Future) => "dedup_future",
        Verdict::Unknown(Unknown::TooOld) => "dedup_too_old",
        Verdict::Unknown(Unknown::Unreachable) => "dedup_unreachable",
        _ => "dedup_unknown",
    }
}
