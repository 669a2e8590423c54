//! What came of one event.

use core::fmt;

use predispatch_bot::verdict::{Class, Verdict as BotVerdict};
use predispatch_consent::{Destination, Record};
use predispatch_dedup::{
    Destinations, Receipt, SettleError, Source, Store, Verdict as DedupVerdict,
};
use predispatch_event::EventError;
use predispatch_payload::{Payload, Rejection};
use predispatch_types::{EventId, Issue, Timestamp};
use smallvec::SmallVec;

use crate::{Fate, prepare::claimed_for};

/// Everything that is known of one event after its way through the pipeline.
///
/// It owns what it holds: the event may be dropped. Neither `Debug` nor
/// [`to_json`](Self::to_json) shows an identifier or a payload.
#[must_use = "its claim has to be settled after the platforms have answered: `Outcome::settle`"]
#[derive(Debug)]
pub struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) id: Option<EventId>,
    /// In a box, because no event has one.
    pub(crate) error: Option<Box<EventError>>,
    pub(crate) destinations: Vec<AtDestination>,
    pub(crate) bot: Option<BotVerdict>,
    pub(crate) issues: Vec<Issue>,
    /// Which side reported it; `None` where there was no event.
    pub(crate) side: Option<Source>,
    pub(crate) receipts: SmallVec<[Receipt; 1]>,
    pub(crate) unused: Option<Receipt>,
    /// Where the claim was granted, and where that still stands: committed or not settled yet.
    pub(crate) granted: Destinations,
    pub(crate) standing: Destinations,
}

impl Outcome {
    /// The canonical event name; `custom` for any other, because a custom name may hold anything;
    /// `unreadable` where there was no event.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The event's id, given or derived. Personal data: it is not in the JSON line.
    pub const fn event_id(&self) -> Option<&EventId> {
        self.id.as_ref()
    }

    /// Why the input is no event, and where; `None` where it is one.
    pub fn error(&self) -> Option<&EventError> {
        self.error.as_deref()
    }

    /// One entry for each of the pipeline's destinations, in the order of the configuration.
    pub fn destinations(&self) -> &[AtDestination] {
        &self.destinations
    }

    /// What came of it at `destination`; `None` if the pipeline does not have it.
    pub fn at(&self, destination: impl Into<Destination>) -> Option<&AtDestination> {
        let destination = destination.into();
        self.destinations.iter().find(|at| at.destination == destination)
    }

    /// The verdict on the sender; `None` if no destination was left to ask for.
    pub const fn bot(&self) -> Option<&BotVerdict> {
        self.bot.as_ref()
    }

    /// What was dropped or corrected when the event was read, for all destinations.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Whether the sender is at least suspected to be a program; `false` if nobody asked.
    pub fn is_suspected_bot(&self) -> bool {
        let class = self.bot.as_ref().map(BotVerdict::class);
        matches!(class, Some(Class::Suspect | Class::Crawler(_) | Class::Automation))
    }

    /// Settles the claim after the platforms have answered. `has_left` says true where the platform has
    /// accepted the event, **or may have it** and you will not send it again soon: there the claim is
    /// final. Where it says false the claim is given back, and the event may be claimed anew, by another
    /// worker too: also where a platform is still to answer. A payload that was not taken out is gone in
    /// either case.
    ///
    /// A platform may have an event if a request went unanswered or its server failed, whatever came of a
    /// later attempt: [`Batch::in_doubt`](predispatch_payload::Batch::in_doubt) tells.
    ///
    /// What the store could not be reached for stays here: settle it again, soon, for the claim times
    /// out, and then the event may be sent a second time.
    ///
    /// # Errors
    /// The first [`SettleError`]; what else could be settled is.
    pub fn settle(
        &mut self,
        store: &dyn Store,
        now: Timestamp,
        has_left: impl Fn(Destination) -> bool,
    ) -> Result<(), SettleError> {
        let mut left = Destinations::NONE;
        for at in &mut self.destinations {
            // What left once stays so, however often the store has to be asked.
            let has_left = at.has_left == Some(true) || has_left(at.destination);
            if has_left {
                left |= claimed_for(at.destination).into_iter().collect();
            }
            if at.fate.has_payload() {
                at.has_left = Some(has_left);
                // It went, or its claim is given back: nobody may send it from here any more.
                at.payload = None;
            }
        }
        let (mut result, mut unreached) = (Ok(()), SmallVec::new());
        while let Some(receipt) = self.take_receipt() {
            let (sent, unsent) = receipt.split(left);
            for (receipt, is_sent) in [(sent, true), (unsent, false)] {
                let destinations = receipt.destinations();
                if destinations.is_empty() {
                    continue;
                }
                let receipt = [receipt];
                let settled = match is_sent {
                    true => store.commit(&receipt, now),
                    false => store.release(&receipt, now),
                };
                if settled.contains(&Err(SettleError::Unreachable)) {
                    unreached.extend(receipt);
                } else if !is_sent {
                    self.standing = self.standing.without(destinations);
                }
                result = settled.into_iter().fold(result, Result::and);
            }
        }
        self.receipts = unreached;
        result
    }

    /// Whether the store granted the claim and all of that was given back: the event may be claimed
    /// anew, and is counted then.
    pub(crate) const fn is_given_back(&self) -> bool {
        !self.granted.is_empty() && self.standing.is_empty()
    }

    /// Where it has not left for, as far as is known here.
    pub(crate) fn unsent(&self) -> impl Iterator<Item = &AtDestination> {
        self.destinations.iter().filter(|at| at.is_unsent())
    }

    /// Whether it can give back the claim on all that has not left: nobody took the receipt out.
    pub(crate) fn holds_claims_of_unsent(&self) -> bool {
        let held =
            self.receipts.iter().fold(Destinations::NONE, |all, one| all | one.destinations());
        let taken = self.standing.without(held);
        let mut unsent = self.unsent().filter_map(|at| claimed_for(at.destination));
        unsent.all(|unsent| !taken.contains(unsent))
    }

    /// Takes back what has not left, its payload and its claim. The event is for none of these
    /// destinations until something is put in their places by [`update`](Self::update).
    pub(crate) fn withdraw_unsent(&mut self, store: &dyn Store, now: Timestamp) {
        let mut unsent = Destinations::NONE;
        for at in self.destinations.iter_mut().filter(|at| at.is_unsent()) {
            unsent |= claimed_for(at.destination).into_iter().collect();
            let record = at.record.take();
            *at = AtDestination::new(at.destination, Fate::NotTargeted);
            at.reasons.push("not_targeted");
            at.record = record;
        }
        for receipt in core::mem::take(&mut self.receipts) {
            let (unsent, sent) = receipt.split(unsent);
            if !sent.destinations().is_empty() {
                self.receipts.push(sent);
            }
            if !unsent.destinations().is_empty() {
                self.standing = self.standing.without(unsent.destinations());
                // If it fails, the claim times out.
                store.release(&[unsent], now);
            }
        }
    }

    /// Puts what came of the event later in the places of the same destinations, after a
    /// [`finish`](crate::Prepared::finish) for some of them.
    pub fn update(&mut self, later: Self) {
        for at in later.destinations {
            let mut places = self.destinations.iter_mut();
            if let Some(place) = places.find(|place| place.destination == at.destination) {
                *place = at;
            }
        }
        self.receipts.extend(later.receipts);
        self.granted |= later.granted;
        self.standing |= later.standing;
        self.unused = self.unused.take().or(later.unused);
        if later.bot.is_some() {
            self.bot = later.bot;
        }
    }

    /// The payloads that were made, to be looked at. One that is sent from here still counts as not sent,
    /// until [`settle`](Self::settle) ends it.
    pub fn payloads(&self) -> impl Iterator<Item = &Payload> {
        self.destinations.iter().filter_map(|at| at.payload.as_ref())
    }

    /// Takes the payloads out, to be sent, one with each step of the iterator: what is not drawn from it
    /// stays in the outcome.
    pub fn take_payloads(&mut self) -> impl Iterator<Item = Payload> {
        self.destinations.iter_mut().filter_map(|at| at.payload.take())
    }

    /// The claim on all destinations that have a payload, to be committed once they have accepted
    /// it, and released if it could not be sent. [`Receipt::split`] parts it by destination.
    ///
    /// There is one at most; after an [`update`](Self::update) with one that was not settled there may
    /// be two: call it until there is none.
    pub fn take_receipt(&mut self) -> Option<Receipt> {
        self.receipts.pop()
    }

    /// A claim that was granted and that no payload came of: to be released at once, so that a
    /// rejected event never burns its id. [`process`](crate::Pipeline::process) has done so.
    pub const fn take_unused(&mut self) -> Option<Receipt> {
        self.unused.take()
    }
}

/// What came of one event at one destination.
#[non_exhaustive]
pub struct AtDestination {
    /// The destination.
    pub destination: Destination,
    /// The one end of its way.
    pub fate: Fate,
    pub(crate) reasons: SmallVec<[&'static str; 4]>,
    /// Which of the platform's rules the event breaks, and so [the key](Rejection::field) at fault, where
    /// no payload could be made of it.
    pub rejection: Option<Rejection>,
    /// What the platform would have answered to it, where that is known.
    pub platform_error: Option<&'static str>,
    /// What the audit log keeps of the newest consent decision, if the pipeline makes records; while the
    /// event is held for the person's answer, of the one that held it.
    pub record: Option<Box<Record>>,
    /// What the store of claims said, where it was asked.
    pub dedup: Option<DedupVerdict>,
    /// What is sent: there for [`Fate::Ready`] and [`Fate::Limited`], until it is taken out or settled.
    pub payload: Option<Payload>,
    /// The last moment at which the payload may be sent; it stays when the payload is taken out.
    pub good_until: Option<Timestamp>,
    /// What was dropped or corrected for this platform.
    pub issues: Vec<Issue>,
    /// Whether the platform has the payload or may have it, once somebody has said.
    has_left: Option<bool>,
}

impl AtDestination {
    pub(crate) fn new(destination: Destination, fate: Fate) -> Self {
        Self {
            destination,
            fate,
            reasons: SmallVec::new(),
            rejection: None,
            platform_error: None,
            record: None,
            dedup: None,
            payload: None,
            good_until: None,
            issues: Vec::new(),
            has_left: None,
        }
    }

    /// Whether the event has not left for it: held, said not to have left, or its payload not taken out yet.
    pub(crate) fn is_unsent(&self) -> bool {
        match self.has_left {
            Some(has_left) => !has_left,
            None => self.fate == Fate::Held || self.payload.is_some(),
        }
    }

    /// Whether the payload left, as [`Outcome::settle`] was told; `None` before.
    pub const fn has_left(&self) -> Option<bool> {
        self.has_left
    }

    /// Why, as stable codes in the order in which they were found; at least one.
    pub fn reasons(&self) -> &[&'static str] {
        &self.reasons
    }
}

impl fmt::Debug for AtDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtDestination")
            .field("destination", &self.destination)
            .field("fate", &self.fate)
            .field("reasons", &self.reasons)
            .field("rejection", &self.rejection)
            .field("platform_error", &self.platform_error)
            .field("dedup", &self.dedup)
            .field("issues", &self.issues)
            .finish_non_exhaustive()
    }
}
