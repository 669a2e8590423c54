//! The first half of an event's way: consent, then the sender, then the claim that is wanted.

use std::borrow::Cow;

use predispatch_bot::{
    Reason,
    verdict::{Subject as BotSubject, Verdict as BotVerdict, judge_with},
};
use predispatch_consent::{
    Case, Decision, Destination, EventFacts, GoogleProduct, Newest, Outcome as ConsentOutcome,
    Permit, Policy, Record, redecide_and_record,
};
use predispatch_dedup::{
    Claim, Destination as ClaimedFor, Destinations, Fact, Source as Side, Subject,
};
use predispatch_event::{Event, Source, StandardEvent};
use predispatch_payload::event_key;
use predispatch_pii::{Format, Identifier};
use predispatch_types::Timestamp;
use smallvec::SmallVec;

use crate::{
    AtDestination, Fate, PaidOrders, Pipeline, SettingsError, Snapshot,
    settings::{Settings, Target},
};

/// An event that waits for the answer of a store of claims, or needs none.
pub struct Prepared<'e> {
    pub(crate) pipeline: &'e Pipeline,
    pub(crate) event: &'e Event,
    pub(crate) now: Timestamp,
    /// What is known of each destination so far; it becomes the outcome's list, and is never moved.
    pub(crate) at: Vec<AtDestination>,
    /// The way to each, in the same order.
    pub(crate) legs: Vec<Leg<'e>>,
    pub(crate) bot: Option<BotVerdict>,
    pub(crate) claim: Option<Claim>,
}

/// The way to one destination.
pub(crate) struct Leg<'e> {
    pub(crate) target: &'e Target,
    /// There while the event may still go.
    pub(crate) permit: Option<Permit>,
    pub(crate) without_value: bool,
}

impl<'e> Leg<'e> {
    const fn to(target: &'e Target) -> Self {
        Self { target, permit: None, without_value: false }
    }

    fn decide(&mut self, at: &mut AtDestination, decision: Decision) {
        at.reasons.extend(decision.reasons().iter().map(|reason| reason.code()));
        at.fate = match decision.outcome() {
            ConsentOutcome::Allow => Fate::Ready,
            ConsentOutcome::Limited => Fate::Limited,
            ConsentOutcome::Hold => Fate::Held,
            ConsentOutcome::Deny => Fate::Denied,
        };
        self.permit = decision.into_permit();
    }

    pub(crate) fn end(&mut self, at: &mut AtDestination, fate: Fate, reason: &'static str) {
        self.permit = None;
        at.fate = fate;
        at.reasons.push(reason);
    }
}

impl Pipeline {
    /// Takes an event through all steps that need no store.
    ///
    /// Reserve [`Prepared::claim`] in a store, in whatever way suits, and hand its answer to
    /// [`Prepared::finish`]. Nothing is claimed, hashed or built yet.
    ///
    /// In an asynchronous program the store's calls are awaited in between:
    ///
    /// ```
    /// # use predispatch::{dedup::store::memory::{MemoryOptions, MemoryStore}};
    /// # use predispatch::{event::{EventName, StandardEvent}, payload::{Account, meta}};
    /// use std::sync::Arc;
    ///
    /// use predispatch::{
    ///     Outcome, Pipeline,
    ///     dedup::{self, Claim, Receipt, Store},
    ///     event::Event,
    ///     types::Timestamp,
    /// };
    ///
    /// /// A store of yours that awaits its answers. One of ours runs where waiting harms nobody: with tokio
    /// /// `spawn_blocking(move || store.reserve(&[claim], now).pop()).await.ok().flatten()`.
    /// async fn reserve(store: Arc<dyn Store>, claim: Claim, now: Timestamp) -> Option<dedup::Outcome> {
    ///     store.reserve(&[claim], now).pop()
    /// }
    ///
    /// async fn release(store: Arc<dyn Store>, unused: Receipt, now: Timestamp) {
    ///     store.release(&[unused], now);
    /// }
    ///
    /// async fn decide(
    ///     pipeline: &Pipeline,
    ///     event: &Event,
    ///     store: &Arc<dyn Store>,
    ///     now: Timestamp,
    /// ) -> Outcome {
    ///     let prepared = pipeline.prepare(event, now);
    ///     let claimed = match prepared.claim() {
    ///         Some(claim) => reserve(Arc::clone(store), claim, now).await,
    ///         None => None,
    ///     };
    ///     // No answer counts as a store out of reach.
    ///     let mut outcome = prepared.finish(claimed);
    ///     if let Some(unused) = outcome.take_unused() {
    ///         release(Arc::clone(store), unused, now).await;
    ///     }
    ///     outcome
    /// }
    /// # fn is_send<T: Send>(future: T) -> T { future }
    /// # let account = Account::new(meta::Dataset::new("1234567890")?);
    /// # let builder = Pipeline::builder().destination(account).dedup_key([7; 16]);
    /// # let pipeline = builder.without_bot_data().build()?;
    /// # let store: Arc<dyn Store> = Arc::new(MemoryStore::new(&MemoryOptions::default()));
    /// # let now = "2026-11-20T18:03:11Z".parse()?;
    /// # let event = Event::new(EventName::from(StandardEvent::Purchase), now);
    /// # let mut decided = std::pin::pin!(is_send(decide(&pipeline, &event, &store, now)));
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # assert!(decided.as_mut().poll(&mut context).is_ready());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// For several events at once, collect the claims of those that have one, reserve them in one call, and
    /// hand each its answer: they come in the order of the claims. [`Outcome::take_receipt`](crate::Outcome::take_receipt)
    /// gives what is to be committed or released after the platforms have answered.
    pub fn prepare<'e>(&'e self, event: &'e Event, now: Timestamp) -> Prepared<'e> {
        self.prepare_for(event, now, |_| true)
    }

    /// The same for some of the destinations.
    pub(crate) fn prepare_for<'e>(
        &'e self,
        event: &'e Event,
        now: Timestamp,
        is_wanted: impl Fn(Destination) -> bool,
    ) -> Prepared<'e> {
        let snapshot = self.current();
        let mut prepared = Prepared::new(self, event, now, is_wanted);
        if prepared.has_target() {
            prepared.ask_consent(&snapshot.consent);
        }
        prepared.ask_the_rest(&snapshot);
        prepared
    }

    /// The same before an event that waited is sent, to the destinations of `records`: consent is the
    /// stricter of what they say and what holds by the newest signals, at the moment of those.
    ///
    /// [`recheck`](Self::recheck) does it for an [`Outcome`](crate::Outcome) at hand. This is for stores of
    /// another kind, and for records that were read back from the log: give the last one of each destination
    /// that the event has not left for, and see that no earlier payload of it is sent. A claim that it still
    /// has there has to be released before; while it stands, the event is held.
    ///
    /// # Errors
    /// [`SettingsError::NoRecordKey`] if the pipeline makes no records.
    pub fn prepare_again<'e, 'r>(
        &'e self,
        event: &'e Event,
        records: impl IntoIterator<Item = &'r Record>,
        newest: &Newest<'_>,
    ) -> Result<Prepared<'e>, SettingsError> {
        let key = self.settings.record_key.as_ref().ok_or(SettingsError::NoRecordKey)?;
        let records: SmallVec<[&Record; 8]> = records.into_iter().collect();
        let snapshot = self.current();
        let is_wanted = |to| records.iter().any(|record| record.destination() == to);
        let mut prepared = Prepared::new(self, event, newest.now, is_wanted);
        if prepared.has_target() {
            prepared.ask_again(&records, |record| {
                redecide_and_record(record, newest, &snapshot.consent, key)
            });
        }
        prepared.ask_the_rest(&snapshot);
        Ok(prepared)
    }
}

impl<'e> Prepared<'e> {
    /// The claim to reserve; `None` if the event goes nowhere.
    pub const fn claim(&self) -> Option<Claim> {
        self.claim
    }

    fn new(
        pipeline: &'e Pipeline,
        event: &'e Event,
        now: Timestamp,
        is_wanted: impl Fn(Destination) -> bool,
    ) -> Self {
        let targets = &pipeline.settings.targets;
        let mut legs = Vec::with_capacity(targets.len());
        let wanted = |target: &&Target| is_wanted(target.account.destination());
        legs.extend(targets.iter().filter(wanted).map(Leg::to));
        let mut at = Vec::with_capacity(legs.len());
        let to =
            |leg: &Leg<'_>| AtDestination::new(leg.target.account.destination(), Fate::Invalid);
        at.extend(legs.iter().map(to));
        Self { pipeline, event, now, at, legs, bot: None, claim: None }
    }

    fn has_open(&self) -> bool {
        self.legs.iter().any(|leg| leg.permit.is_some())
    }

    /// The destinations that the event may still go to.
    fn open(&mut self) -> impl Iterator<Item = (&mut AtDestination, &mut Leg<'e>)> {
        self.at.iter_mut().zip(&mut self.legs).filter(|(_, leg)| leg.permit.is_some())
    }

    /// Whether the event is for any of the destinations; ends the way to the others.
    fn has_target(&mut self) -> bool {
        let event = self.event;
        let is_server = event.source() == Source::Server;
        let mut is_any = false;
        for (at, leg) in self.at.iter_mut().zip(&mut self.legs) {
            if !event.destinations().contains(at.destination.platform()) {
                leg.end(at, Fate::NotTargeted, "not_targeted");
            } else if !is_server && !leg.target.has_browser_tag {
                leg.end(at, Fate::NotTargeted, "no_browser_tag");
            } else {
                is_any = true;
            }
        }
        is_any
    }

    /// The destinations that the event is for, before consent was asked.
    fn targeted(&mut self) -> impl Iterator<Item = (&mut AtDestination, &mut Leg<'e>)> {
        let ways = self.at.iter_mut().zip(&mut self.legs);
        ways.filter(|(at, _)| at.fate != Fate::NotTargeted)
    }

    fn ask_consent(&mut self, policy: &Policy) {
        let (event, now) = (self.event, self.now);
        let vertical = self.pipeline.settings.vertical_of(event);
        let facts = consent_facts(event, vertical.as_deref());
        let case = Case::new(event.consent(), event.person(), &facts, policy, now);
        let record_key = self.pipeline.settings.record_key.as_ref();
        let recorder = record_key.map(|key| case.recorder(key));
        for (at, leg) in self.targeted() {
            let destination = at.destination;
            let decision = match &recorder {
                None => case.decide(destination),
                Some(recorder) => {
                    let (decision, record) = recorder.decide(destination);
                    at.record = Some(Box::new(record));
                    decision
                }
            };
            leg.decide(at, decision);
        }
    }

    fn ask_again(&mut self, records: &[&Record], redecide: impl Fn(&Record) -> (Decision, Record)) {
        for (at, leg) in self.targeted() {
            let mut own = records.iter().filter(|record| record.destination() == at.destination);
            let Some(record) = own.next() else { continue };
            if own.any(|other| other != record) {
                // Nobody can say which of them counts.
                at.record = Some(Box::new((*record).clone()));
                leg.end(at, Fate::Denied, "records_differ");
                continue;
            }
            let (decision, record) = redecide(record);
            at.record = Some(Box::new(record));
            leg.decide(at, decision);
        }
    }

    /// What follows on consent: the sender, then the claim.
    fn ask_the_rest(&mut self, snapshot: &Snapshot) {
        if self.has_open() {
            self.ask_about_sender(snapshot);
        }
        if self.has_open() {
            self.want_claim();
        }
    }

    fn ask_about_sender(&mut self, snapshot: &Snapshot) {
        let event = self.event;
        let about_mail = findings_of_mail(event, snapshot);
        let verdict = judge_with(event.client(), &about_mail, &snapshot.bot, self.now);
        let is_paid_order = self.pipeline.settings.is_paid_order(event);
        for (at, leg) in self.open() {
            let mut subject = BotSubject::new(event.name().as_str(), at.destination.platform());
            if is_paid_order {
                subject = subject.paid_order();
            }
            leg.obey(at, &snapshot.bot_policy.decide(Some(&verdict), &subject), &verdict);
        }
        self.bot = Some(verdict);
    }

    fn want_claim(&mut self) {
        let event = self.event;
        let Some(id) = event.id() else {
            for (at, leg) in self.open() {
                leg.end(at, Fate::Invalid, "event_id_missing");
            }
            return;
        };
        let settings = &self.pipeline.settings;
        let (keys, data_set, name) = (&settings.keys, &*settings.data_set, event.name().as_str());
        let open = self.legs.iter().filter(|leg| leg.permit.is_some());
        let destinations: Destinations = open.map(|leg| leg.target.claimed_for).collect();
        let key = keys.event(data_set, id, name);
        let claim = Claim::new(key, destinations, side_of(event), event.time())
            .with_tags(with_subject(event, |about| keys.tags(event.custom_data().value, about)));
        self.claim = Some(match fact_of(event) {
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

/// Which side reports the event, in the words of the store.
pub(crate) const fn side_of(event: &Event) -> Side {
    match event.source() {
        Source::Browser => Side::Browser,
        Source::Server => Side::Server,
    }
}

/// What consent has to know of an event.
pub(crate) fn consent_facts<'e>(event: &'e Event, vertical: Option<&'e str>) -> EventFacts<'e> {
    let mut facts = EventFacts::new(event_key(event), event.name().as_str(), event.time());
    facts.source = event.action_source();
    facts.headers_seen = event.client().headers().is_some();
    facts.vertical = vertical;
    facts.place.explicit = event.place();
    facts
}

impl Settings {
    /// Whether the bot policy has to keep the event unless the evidence is strong.
    fn is_paid_order(&self, event: &Event) -> bool {
        let custom = event.custom_data();
        let is_order = event.source() == Source::Server
            && event.name().standard() == Some(StandardEvent::Purchase)
            && custom.order_id.is_some();
        let says_paid = || custom.status.as_ref().is_some_and(|status| status.as_str() == "paid");
        is_order
            && match self.paid_orders {
                PaidOrders::All => true,
                PaidOrders::ByStatus => says_paid(),
                PaidOrders::None => false,
            }
    }

    /// The regulated subjects of the site and of the event: whatever either of them names counts.
    fn vertical_of<'e>(&'e self, event: &'e Event) -> Option<Cow<'e, str>> {
        match (self.vertical.as_deref(), event.vertical()) {
            (Some(site), Some(own)) => Some(Cow::Owned([site, own].join(", "))),
            (site, own) => site.or(own).map(Cow::Borrowed),
        }
    }
}

/// What the event's mail addresses say about their owner.
fn findings_of_mail(event: &Event, snapshot: &Snapshot) -> SmallVec<[Reason; 4]> {
    let Some(classifier) = &snapshot.mail else { return SmallVec::new() };
    let mut findings = SmallVec::new();
    for email in event.user().email.iter().filter_map(|email| email.plain_text()) {
        if let Ok(verdict) = classifier.classify(email.as_str()) {
            findings.extend(verdict.reasons());
        }
    }
    findings
}

/// The order or lead that the event is about.
fn fact_of(event: &Event) -> Option<Fact<'_>> {
    let order = event.custom_data().order_id.as_ref().map(|id| Fact::Order(id.as_str()));
    let lead = || event.user().lead_id.as_ref().map(|id| Fact::Lead(id.as_str()));
    order.or_else(lead)
}

/// Hands over what the event is about, its person by a text that stays the same; what the store keeps
/// of it is eight bits.
fn with_subject<T>(event: &Event, then: impl FnOnce(Option<Subject<'_>>) -> T) -> T {
    if let Some(fact) = fact_of(event) {
        return then(Some(Subject::Fact(fact)));
    }
    let user = event.user();
    if let Some(form) = user.email.iter().find_map(|email| email.normal_form(Format::Meta).ok()) {
        return then(Some(Subject::Email(form.as_str())));
    }
    if let Some(form) = user.phone.iter().find_map(|phone| phone.normal_form(Format::Meta).ok()) {
        return then(Some(Subject::Phone(form.as_str())));
    }
    let own = user.external_id.iter().find_map(|id| id.normal_form(Format::Meta).ok());
    then(own.as_ref().map(|form| Subject::Person(form.as_str())))
}

/// The same destination in the words of the store; `None` if the store has no windows for it.
pub(crate) fn claimed_for(destination: Destination) -> Option<ClaimedFor> {
    match destination.google_product() {
        None => ClaimedFor::try_from(destination.platform()).ok(),
        Some(GoogleProduct::DataManager) => Some(ClaimedFor::GOOGLE),
        Some(GoogleProduct::AdsClick) => Some(ClaimedFor::GOOGLE_ADS_CLICK),
        Some(GoogleProduct::AdsAdjustment) => Some(ClaimedFor::GOOGLE_ADS_ADJUSTMENT),
        Some(GoogleProduct::Ga4) => Some(ClaimedFor::GOOGLE_GA4),
        Some(_) => None,
    }
}
