//! Requests of several events: grouped, filled, and taken apart again after an answer.

use std::{collections::BTreeMap, sync::Arc};

use crate::{Answer, BatchLimits, Body, Envelope, Rules, Why, build::USUAL_LEN};
use predispatch_consent::Destination;
use predispatch_types::Timestamp;

/// A payload on its way into a request: its bytes and the envelope that it needs.
#[derive(Clone, Eq, PartialEq)]
pub struct Payload {
    destination: Destination,
    envelope: Arc<Envelope>,
    event: Box<[u8]>,
    good_until: Timestamp,
    is_paired: bool,
    held_until: Option<Timestamp>,
}

impl Payload {
    /// The last moment at which it may be sent.
    pub const fn good_until(&self) -> Timestamp {
        self.good_until
    }

    /// Whom it is for.
    pub const fn destination(&self) -> Destination {
        self.destination
    }

    /// The event as one JSON object, without the request around it.
    pub const fn event(&self) -> &[u8] {
        &self.event
    }

    /// Whether the platform tells a copy of it by an id, so that sent twice it counts once.
    pub const fn is_paired(&self) -> bool {
        self.is_paired
    }

    /// Under a claim that lapses after `until`; `None` if it is final before the event is sent, or there is
    /// none. Once it has lapsed another may send the event: what the platform does not pair falls out of
    /// [`Batch::without_expired`] then.
    #[must_use]
    pub fn held_until(self, until: Option<Timestamp>) -> Self {
        Self { held_until: until, ..self }
    }

    /// Whether it may be sent at `now`: it is good, and nobody else may have sent it meanwhile.
    fn may_go(&self, now: Timestamp) -> bool {
        let is_ours = self.is_paired || self.held_until.is_none_or(|until| now <= until);
        now <= self.good_until && is_ours
    }

    /// As [`From`], by way of a buffer that several payloads are written in, one after the other. What
    /// was in it is lost, and what was written stays in it: wipe or drop it soon.
    pub fn written_in(buffer: &mut Vec<u8>, body: &Body<'_>) -> Self {
        buffer.clear();
        // At once: a buffer that grows is copied several times.
        buffer.reserve(USUAL_LEN);
        body.write_event(buffer);
        Self {
            destination: body.destination(),
            envelope: body.shared_envelope(),
            event: buffer.as_slice().into(),
            good_until: body.good_until(),
            is_paired: body.is_paired(),
            held_until: None,
        }
    }
}

impl From<&Body<'_>> for Payload {
    fn from(body: &Body<'_>) -> Self {
        Self::written_in(&mut Vec::new(), body)
    }
}

impl core::fmt::Debug for Payload {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Payload")
            .field("destination", &self.destination)
            .field("len", &self.event.len())
            .field("good_until", &self.good_until)
            .finish_non_exhaustive()
    }
}

/// One request: the places of its events in the list that it was planned from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Batch {
    destination: Destination,
    members: Vec<usize>,
    /// Places of those of which the platform can't tell a copy, ascending; nearly always none.
    unpaired: Vec<usize>,
    /// How often it may still be halved.
    halvings: u32,
}

impl Batch {
    /// Groups `payloads` by what a request must share, and fills requests up to the platform's
    /// limits. Within a group the order stays.
    ///
    /// ```
    /// # use predispatch_payload::{Batch, Payload};
    /// let none: Vec<Payload> = Vec::new();
    /// assert!(Batch::plan(&none).is_empty());
    /// ```
    pub fn plan(payloads: &[Payload]) -> Vec<Self> {
        // There are few groups, however many payloads: a payload is compared with groups only.
        let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, payload) in payloads.iter().enumerate() {
            groups.entry((payload.destination, &*payload.envelope)).or_default().push(place);
        }
        let mut batches = Vec::new();
        for group in groups.values() {
            fill(group, payloads, &mut batches);
        }
        batches
    }

    /// Whom it is for.
    pub const fn destination(&self) -> Destination {
        self.destination
    }

    /// Places of its events in the list that it was planned from, in the order of the request.
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// The request around the events; `None` if `payloads` is not the list it was planned from.
    pub fn envelope<'p>(&self, payloads: &'p [Payload]) -> Option<&'p Envelope> {
        self.members.first().and_then(|place| payloads.get(*place)).map(|first| &*first.envelope)
    }

    /// Takes out the members that may no longer be sent at `now`: their permit has expired, the
    /// platform's window has closed, or the claim on them has lapsed and the platform would not tell the copy
    /// that another sends. `None` for the batch if no member is left. To be called before every request, a
    /// first one too.
    pub fn without_expired(
        mut self,
        payloads: &[Payload],
        now: Timestamp,
    ) -> (Option<Self>, Vec<usize>) {
        let may_go =
            |place: &usize| payloads.get(*place).is_some_and(|payload| payload.may_go(now));
        let (good, expired) = self.members.into_iter().partition(may_go);
        self.members = good;
        ((!self.members.is_empty()).then_some(self), expired)
    }

    /// The body. `payloads` is the list that it was planned from.
    pub fn body(&self, payloads: &[Payload]) -> Vec<u8> {
        let Some(envelope) = self.envelope(payloads) else { return Vec::new() };
        let events = self.members.iter().filter_map(|place| payloads.get(*place));
        let len = events.clone().map(|payload| payload.event.len().saturating_add(1)).sum();
        let mut out = Vec::with_capacity(envelope.len().saturating_add(len));
        out.extend_from_slice(envelope.head.as_bytes());
        for (index, payload) in events.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&payload.event);
        }
        out.extend_from_slice(envelope.tail.as_bytes());
        out
    }

    /// The members that the platform may have kept without saying so: it did not answer, or its server failed.
    /// To be asked before [`after`](Self::after), which has most of them sent again.
    ///
    /// The claim on one of these must not be given back, even if a later attempt is not accepted, or not
    /// made: it may be there from this one, and the platform tells a copy for some days at most.
    pub fn in_doubt(&self, answer: &Answer) -> Vec<usize> {
        match answer {
            Answer::Unknown | Answer::Retry { why: Why::Server, .. } => self.members.clone(),
            // Alone it is the one that was refused.
            Answer::Divided { .. } if self.members.len() > 1 => self.members.clone(),
            Answer::Mixed { doubtful, .. } => {
                let members = self.members.iter().zip(named(doubtful, self.members.len()));
                members.filter_map(|(place, is_doubtful)| is_doubtful.then_some(*place)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What to do after an answer. Each member comes out in exactly one place.
    ///
    /// A refused request whose answer names no event is halved, until the event is found or the
    /// halvings are used up: then the rest counts as refused, unattributed.
    pub fn after(self, answer: &Answer) -> Next {
        let mut next = Next::default();
        match answer {
            Answer::Accepted => next.accepted = self.members,
            Answer::Partly { refused, others_kept } => self.part(refused, *others_kept, &mut next),
            Answer::Mixed { refused, again, doubtful, too_early } => {
                self.mixed(refused, again, doubtful, too_early, &mut next);
            }
            Answer::Divided { why } => self.divide(*why, &mut next),
            Answer::Refused { why } => self.halve(Some(*why), &mut next),
            Answer::TooLarge => self.halve(None, &mut next),
            // A server that failed may have kept some.
            Answer::Unknown | Answer::Retry { why: Why::Server, .. } => self.doubt(&mut next),
            Answer::Retry { .. } => next.again.push(self),
            Answer::Blocked { why } => {
                next.blocked = Some(*why);
                next.again.push(self);
            }
        }
        next
    }

    fn part(self, refused: &[usize], others_kept: bool, next: &mut Next) {
        let mut others = Vec::new();
        let refused = named(refused, self.members.len());
        for (place, is_refused) in self.members.iter().zip(refused) {
            if is_refused {
                next.refused.push(Refusal { member: *place, is_attributed: true });
            } else {
                others.push(*place);
            }
        }
        if others_kept {
            next.accepted = others;
        } else if !others.is_empty() {
            next.again.push(Self { members: others, ..self });
        }
    }

    fn mixed(
        self,
        refused: &[usize],
        again: &[usize],
        doubtful: &[usize],
        too_early: &[(usize, u32)],
        next: &mut Next,
    ) {
        let mut later = Vec::new();
        let named = |places| named(places, self.members.len());
        let judged = named(refused).into_iter().zip(named(again)).zip(named(doubtful));
        let judged = self.members.iter().zip(judged).enumerate();
        for (index, (place, ((is_refused, is_later), is_doubtful))) in judged {
            let wait = too_early.binary_search_by_key(&index, |(early, _)| *early).ok();
            let wait = wait.and_then(|at| too_early.get(at));
            if is_refused {
                next.refused.push(Refusal { member: *place, is_attributed: true });
            } else if let Some((_, after_secs)) = wait {
                next.too_early.push(TooEarly { member: *place, after_secs: *after_secs });
            } else if is_later || (is_doubtful && self.pairs(*place)) {
                later.push(*place);
            } else if is_doubtful {
                next.doubtful.push(*place);
            } else {
                next.accepted.push(*place);
            }
        }
        if !later.is_empty() {
            next.again.push(Self { members: later, ..self });
        }
    }

    /// Whether the platform tells a copy of this member.
    fn pairs(&self, place: usize) -> bool {
        self.unpaired.binary_search(&place).is_err()
    }

    /// Some may have been kept. Sent again, those that the platform pairs still count once.
    fn doubt(mut self, next: &mut Next) {
        let members = core::mem::take(&mut self.members);
        (self.members, next.doubtful) = members.into_iter().partition(|place| self.pairs(*place));
        if !self.members.is_empty() {
            next.again.push(self);
        }
    }

    /// Some may have been kept, and one was refused. Alone it is that one.
    fn divide(self, why: Why, next: &mut Next) {
        let sent = self.members.len();
        if sent == 1 {
            return self.halve(Some(why), next);
        }
        self.doubt(next);
        if let Some(paired) = next.again.pop_if(|paired| paired.members.len() > 1) {
            paired.halve(Some(why), next);
        }
    }

    fn halve(self, why: Option<Why>, next: &mut Next) {
        let alone = self.members.len() == 1;
        if alone || self.halvings == 0 {
            let is_attributed = alone && why.is_some();
            let refuse = |member| Refusal { member, is_attributed };
            next.refused.extend(self.members.into_iter().map(refuse));
            return;
        }
        let halvings = self.halvings.saturating_sub(1);
        let (left, right) = self.members.split_at(self.members.len() / 2);
        for half in [left, right] {
            next.again.push(Self {
                members: half.to_vec(),
                halvings,
                ..self.clone_without_members()
            });
        }
    }

    fn clone_without_members(&self) -> Self {
        Self { members: Vec::new(), unpaired: self.unpaired.clone(), ..*self }
    }
}

/// What becomes of a batch's members after an answer. Each is in exactly one list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Next {
    /// Accepted by the platform.
    pub accepted: Vec<usize>,
    /// Refused for good.
    pub refused: Vec<Refusal>,
    /// To be sent again: later, or in smaller requests, each by way of [`Batch::without_expired`]; some may be
    /// there already ([`Batch::in_doubt`]). The claim on
    /// them is held for a minute where nothing else is set, and some platforms want a longer wait: then make the
    /// claim final first ([`Payload::held_until`] `None`), or what the platform does not pair falls out.
    pub again: Vec<Batch>,
    /// Perhaps accepted: the answer can't be read or tells of a failure of the server, and the platform
    /// could not tell a copy of them. Sent again they may count twice, not sent again they may be lost; the caller decides.
    pub doubtful: Vec<usize>,
    /// Taken by the platform only after some hours, when the payload is long not good any more: keep the event,
    /// release the claim, and have it decided anew then.
    pub too_early: Vec<TooEarly>,
    /// Why nothing may be sent to this account until somebody has looked.
    pub blocked: Option<Why>,
}

/// An event that came before what it belongs to can be found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct TooEarly {
    /// Its place in the list that the batch was planned from.
    pub member: usize,
    /// Seconds to wait, from the answer on.
    pub after_secs: u32,
}

/// A refused event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// Its place in the list that the batch was planned from.
    pub member: usize,
    /// Whether it was this event that the platform refused; if not, it was in a request that was
    /// refused as a whole, and the search for the bad event was given up.
    pub is_attributed: bool,
}

/// Which of so many members `places` name.
fn named(places: &[usize], members: usize) -> Vec<bool> {
    let mut named = vec![false; members];
    for place in places {
        if let Some(is_named) = named.get_mut(*place) {
            *is_named = true;
        }
    }
    named
}

/// One group of payloads, in requests that keep the limits.
fn fill(group: &[usize], payloads: &[Payload], batches: &mut Vec<Batch>) {
    let Some(first) = group.first().and_then(|place| payloads.get(*place)) else { return };
    let Some(rules) = Rules::of(first.destination) else { return };
    let BatchLimits { events, bytes } = rules.batch;
    let mut members = Vec::new();
    let mut len = first.envelope.len();
    let mut close = |members: &mut Vec<usize>| {
        if !members.is_empty() {
            let members = core::mem::take(members);
            let is_unpaired =
                |place: &usize| payloads.get(*place).is_some_and(|payload| !payload.is_paired);
            let unpaired = members.iter().copied().filter(is_unpaired).collect();
            let destination = first.destination;
            batches.push(Batch { destination, members, unpaired, halvings: HALVINGS });
        }
    };
    for place in group {
        let size = payloads.get(*place).map_or(0, |payload| payload.event.len().saturating_add(1));
        if members.len() >= events || len.saturating_add(size) > bytes {
            close(&mut members);
            len = first.envelope.len();
        }
        len = len.saturating_add(size);
        members.push(*place);
    }
    close(&mut members);
}

/// Enough to find one bad event among 8,192, more than any platform takes in a request. One bad event costs two requests for each halving, not
/// one for each of its neighbours.
const HALVINGS: u32 = 13;
