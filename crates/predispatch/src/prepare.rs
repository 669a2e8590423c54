//! The first half of an event's way: consent, then the sender, then the claim that is wanted.

use predispatch_bot::verdict::{Action, Subject, Verdict as BotVerdict, judge_with};
use predispatch_consent::{Case, EventFacts, Outcome as ConsentOutcome, Permit, Policy};
use predispatch_dedup::{Claim, Destination as ClaimedFor, Destinations, Fact, Source as Side};
use predispatch_event::{Event, Source, StandardEvent};
use predispatch_payload::event_key;
use predispatch_pii::{Format, Identifier};
use predispatch_types::Timestamp;

use crate::{AtDestination, Fate, Pipeline, Snapshot, settings::Target};

/// An event that waits for the answer of a store of claims, or needs none.
pub struct Prepared<'e> {
    pub(crate) pipeline: &'e Pipeline,
    pub(crate) event: &'e Event,
    pub(crate) now: Timestamp,
    pub(crate) legs: Vec<Leg<'e>>,
    pub(crate) bot: Option<BotVerdict>,
    pub(crate) claim: Option<Claim>,
}

/// The way to one destination.
pub(crate) struct Leg<'e> {
    pub(crate) target: &'e Target,
    pub(crate) at: AtDestination,
    /// There while the event may still go.
    pub(crate) permit: Option<Permit>,
    pub(crate) without_value: bool,
}

impl Leg<'_> {
    pub(crate) fn end(&mut self, fate: Fate, reason: &'static str) {
        self.permit = None;
        self.at.fate = fate;
        self.at.reasons.push(reason);
    }
}

impl Pipeline {
    /// Takes an event through all steps that need no store.
    ///
    /// Reserve [`Prepared::claim`] in a store, in whatever way suits, and hand its answer to
    /// [`Prepared::finish`]. Nothing is claimed, hashed or built yet.
    pub fn prepare<'e>(&'e self, event: &'e Event, now: Timestamp) -> Prepared<'e> {
        let snapshot = self.snapshot();
        let mut prepared = Prepared::new(self, event, now);
        prepared.ask_consent(&snapshot.consent);
        if prepared.has_open() {
            prepared.ask_about_sender(&snapshot);
        }
        if prepared.has_open() {
            prepared.want_claim();
        }
        prepared
    }
}

impl<'e> Prepared<'e> {
    /// The claim to reserve; `None` if the event goes nowhere.
    pub const fn claim(&self) -> Option<Claim> {
        self.claim
    }

    fn new(pipeline: &'e Pipeline, event: &'e Event, now: Timestamp) -> Self {
        let legs = pipeline.settings.targets.iter().map(|target| Leg {
            target,
            at: AtDestination::new(target.account.destination(), Fate::Invalid),
            permit: None,
            without_value: false,
        });
        Self { pipeline, event, now, legs: legs.collect(), bot: None, claim: None }
    }

    fn has_open(&self) -> bool {
        self.legs.iter().any(|leg| leg.permit.is_some())
    }

    fn ask_consent(&mut self, policy: &Policy) {
        let (event, now) = (self.event, self.now);
        let facts = consent_facts(event);
        // Its strings are read when the first destination asks.
        let mut case = None;
        for leg in &mut self.legs {
            let destination = leg.at.destination;
            if !event.destinations().contains(destination.platform()) {
                leg.end(Fate::NotTargeted, "not_targeted");
                continue;
            }
            let case = case.get_or_insert_with(|| {
                Case::new(event.consent(), event.person(), &facts, policy, now)
            });
            let decision = match &self.pipeline.settings.record_key {
                None => case.decide(destination),
                Some(key) => {
                    let (decision, record) = case.recorder(key).decide(destination);
                    leg.at.record = Some(Box::new(record));
                    decision
                }
            };
            leg.at.reasons.extend(decision.reasons().iter().map(|reason| reason.code()));
            leg.at.fate = match decision.outcome() {
                ConsentOutcome::Allow => Fate::Ready,
                ConsentOutcome::Limited => Fate::Limited,
                ConsentOutcome::Hold => Fate::Held,
                ConsentOutcome::Deny => Fate::Denied,
            };
            leg.permit = decision.into_permit();
        }
    }

    fn ask_about_sender(&mut self, snapshot: &Snapshot) {
        let event = self.event;
        let verdict = judge_with(event.client(), &[], &snapshot.bot, self.now);
        for leg in self.legs.iter_mut().filter(|leg| leg.permit.is_some()) {
            let mut subject = Subject::new(event.name().as_str(), leg.at.destination.platform());
            if is_paid_order(event) {
                subject = subject.paid_order();
            }
            match snapshot.bot_policy.decide(Some(&verdict), &subject).action {
                Action::Send => {}
                Action::Mark => leg.at.reasons.push("bot_marked"),
                Action::WithoutValue => {
                    leg.without_value = true;
                    leg.at.reasons.push("bot_without_value");
                }
                Action::Hold => leg.end(Fate::Held, "bot_hold"),
                // What a later version may add is not sent before it is understood here.
                _ => {
                    leg.end(Fate::Bot, verdict.class().as_str());
                    let found = verdict.reasons().iter().map(|reason| reason.code);
                    leg.at.reasons.extend(found);
                }
            }
        }
        self.bot = Some(verdict);
    }

    fn want_claim(&mut self) {
        let event = self.event;
        let Some(id) = event.id() else {
            for leg in self.legs.iter_mut().filter(|leg| leg.permit.is_some()) {
                leg.end(Fate::Invalid, "event_id_missing");
            }
            return;
        };
        let settings = &self.pipeline.settings;
        let (keys, data_set, name) = (&settings.keys, &*settings.data_set, event.name().as_str());
        let open = self.legs.iter().filter(|leg| leg.permit.is_some());
        let destinations: Destinations = open.map(|leg| leg.target.claimed_for).collect();
        let side = match event.source() {
            Source::Browser => Side::Browser,
            Source::Server => Side::Server,
        };
        let key = keys.event(data_set, id, name);
        let claim = Claim::new(key, destinations, side, event.time())
            .with_tags(with_person(event, |user| keys.tags(event.custom_data().value, user)));
        let custom = event.custom_data();
        let order = custom.order_id.as_ref().map(|id| Fact::Order(id.as_str()));
        let lead = || event.user().lead_id.as_ref().map(|id| Fact::Lead(id.as_str()));
        self.claim = Some(match order.or_else(lead) {
            Some(fact) => claim.with_fact(keys.fact(data_set, name, fact)),
            None => claim,
        });
    }
}

impl core::fmt::Debug for Prepared<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Prepared").field("claim", &self.claim).finish_non_exhaustive()
    }
}

/// What consent has to know of an event.
pub(crate) fn consent_facts(event: &Event) -> EventFacts<'_> {
    let mut facts = EventFacts::new(event_key(event), event.name().as_str(), event.time());
    facts.source = event.action_source();
    facts.headers_seen = event.client().headers().is_some();
    facts.vertical = event.vertical();
    facts.place.explicit = event.place();
    facts
}

/// A purchase with an order's number that the shop's own server reports.
fn is_paid_order(event: &Event) -> bool {
    event.source() == Source::Server
        && event.name().standard() == Some(StandardEvent::Purchase)
        && event.custom_data().order_id.is_some()
}

/// Hands over a text that stays the same for one person; what the store keeps of it is eight bits.
fn with_person<T>(event: &Event, then: impl FnOnce(Option<&str>) -> T) -> T {
    let user = event.user();
    let email = user.email.iter().find_map(|email| email.normal_form(Format::Meta).ok());
    let phone = || user.phone.iter().find_map(|phone| phone.normal_form(Format::Meta).ok());
    let own = || user.external_id.iter().find_map(|id| id.normal_form(Format::Meta).ok());
    let form = email.or_else(phone).or_else(own);
    then(form.as_ref().map(|form| form.as_str()))
}

/// The same destination in the words of the store.
pub(crate) fn claimed_for(destination: predispatch_consent::Destination) -> Option<ClaimedFor> {
    destination.to_string().parse().ok()
}
