//! The pipeline: settings that stay, data that is swapped, and the way of an event.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use predispatch_bot::{
    email::EmailClassifier,
    verdict::{Data as BotData, Policy as BotPolicy},
};
use predispatch_consent::{Destination, Newest, Policy};
use predispatch_dedup::{Destinations, Store};
use predispatch_event::{Event, EventError, ReadOptions};
use predispatch_types::Timestamp;
use smallvec::SmallVec;

use crate::{
    AtDestination, Fate, Outcome, PipelineBuilder, Prepared, SettingsError,
    settings::{Settings, Target},
};

/// Decides for each event and destination, and builds what leaves.
///
/// It keeps nothing of the events: what was seen before is the store's to know, so any number of
/// pipelines may share one. All methods take `&self`; a pipeline is used from many threads.
///
/// See the crate's documentation for an example.
pub struct Pipeline {
    pub(crate) settings: Settings,
    snapshot: ArcSwap<Snapshot>,
}

/// The data that an event is judged by. It ages, so it is exchanged as a whole while events are
/// being processed; an event sees one snapshot from beginning to end.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// Who may receive what, where and when.
    pub consent: Policy,
    /// Tables of addresses and user agents.
    pub bot: BotData,
    /// Tables of mail domains; without them an address says nothing.
    pub mail: Option<Arc<EmailClassifier>>,
    /// What becomes of an event, given the verdict on its sender.
    pub bot_policy: BotPolicy,
}

impl Snapshot {
    /// A snapshot of these, without tables of mail domains.
    pub const fn new(consent: Policy, bot: BotData, bot_policy: BotPolicy) -> Self {
        Self { consent, bot, mail: None, bot_policy }
    }
}

impl Pipeline {
    /// Starts a pipeline from Rust.
    pub fn builder() -> PipelineBuilder {
        PipelineBuilder::new()
    }

    pub(crate) fn new(settings: Settings, snapshot: Snapshot) -> Self {
        Self { settings, snapshot: ArcSwap::from_pointee(snapshot) }
    }

    pub(crate) fn current(&self) -> Guard<Arc<Snapshot>> {
        self.snapshot.load()
    }

    /// The data that new events are judged by.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Exchanges the data. Events on their way keep the old one; nobody waits.
    ///
    /// # Errors
    /// [`SettingsError::UnknownVertical`] if the new consent policy does not know the site's regulated
    /// subject, [`SettingsError::AmountDemanded`] if the new bot policy takes an amount that a destination
    /// demands; the old data stays.
    pub fn swap_snapshot(&self, snapshot: Snapshot) -> Result<(), SettingsError> {
        self.settings.check(&snapshot)?;
        self.snapshot.store(Arc::new(snapshot));
        Ok(())
    }

    /// Reads an event from JSON, as the pipeline is set to read.
    ///
    /// # Errors
    /// As [`Event::from_json`].
    pub fn read(&self, json: &[u8]) -> Result<Event, EventError> {
        Event::from_json(json, &self.read_options())
    }

    /// How the pipeline is set to read events: for [`csv_events`](crate::event) and the like.
    pub fn read_options(&self) -> ReadOptions<'_> {
        self.settings.reading.options()
    }

    /// The outcome of a text that is no event: invalid at every destination. It keeps the error, which
    /// holds nothing of the text.
    pub fn unreadable(&self, error: EventError) -> Outcome {
        Outcome { error: Some(error.into()), ..self.refuse(error.code()) }
    }

    /// The outcome of an input that never came to be read as an event, such as a row that is too long:
    /// invalid at every destination, for the reason of this code.
    pub fn refuse(&self, code: &'static str) -> Outcome {
        let invalid = |target: &Target| {
            let mut at = AtDestination::new(target.account.destination(), Fate::Invalid);
            at.reasons.push(code);
            at
        };
        Outcome {
            name: "unreadable",
            id: None,
            error: None,
            destinations: self.settings.targets.iter().map(invalid).collect(),
            bot: None,
            issues: Vec::new(),
            side: None,
            receipts: SmallVec::new(),
            unused: None,
            granted: Destinations::NONE,
            standing: Destinations::NONE,
        }
    }

    /// From JSON all the way: [`read`](Self::read), then [`process`](Self::process) or
    /// [`unreadable`](Self::unreadable).
    pub fn process_json(&self, json: &[u8], store: &dyn Store, now: Timestamp) -> Outcome {
        // By reference, because an event is more than a kilobyte.
        match &self.read(json) {
            Ok(event) => self.process(event, store, now),
            Err(error) => self.unreadable(*error),
        }
    }

    /// Takes one event all the way, with a claim in `store`.
    ///
    /// `now` is the moment of the decision. With the Redis store it must be the system's time, here and
    /// wherever a store is given: holds end by the server's clock, which is compared with that.
    ///
    /// After the platforms have answered, [settle](Outcome::settle) the outcome in the same store.
    pub fn process(&self, event: &Event, store: &dyn Store, now: Timestamp) -> Outcome {
        finish_with(self.prepare(event, now), store, now)
    }

    /// Takes an event once more to the destinations at which `outcome` says that it is held, and puts what
    /// comes of it into `outcome`. What went elsewhere before may be settled first or later.
    ///
    /// What held the event may be over: another sender's claim was settled or timed out, the store is
    /// back, the person's answer did not come in time. A claim of the first try should be settled
    /// before: it may be what holds another report of the same action.
    ///
    /// It decides on the event's own signals, at `now`: a banner's answer that was still awaited is not in
    /// them, nor is a no that was given since. Where anything of the kind is known, it is
    /// [`recheck`](Self::recheck) that takes the event on.
    pub fn retry(&self, event: &Event, outcome: &mut Outcome, store: &dyn Store, now: Timestamp) {
        let is_held = |to: Destination| outcome.at(to).is_some_and(|at| at.fate == Fate::Held);
        let prepared = self.prepare_for(event, now, is_held);
        outcome.update(finish_with(prepared, store, now));
    }

    /// The second look at an event that waited: takes it once more to the destinations that it has not
    /// left for, under the stricter of what was recorded at the event and what holds by the newest
    /// signals, and puts what comes of it into `outcome`.
    ///
    /// An event that was held for the person's answer goes if a yes came in time; one that was allowed is
    /// denied if consent was withdrawn since, and goes restricted if the newest signals ask for that. A
    /// payload that is still in `outcome` is thrown away, its claim given back, and another one built if
    /// one may be. Payloads that were [taken out](Outcome::take_payloads) are on their way and left alone,
    /// until [`Outcome::settle`] says that they did not leave; do not send those any more.
    ///
    /// A destination that this pipeline does not have is `not_targeted` then. What is sent from
    /// [`Outcome::payloads`], and not taken out, has to be settled before.
    ///
    /// `newest.now` is the moment. The next look asks the record of this one: what it restricted stays
    /// restricted. A vertical that the site was given since is in no record: process those events anew. What
    /// is still held needs another `recheck`, not [`retry`](Self::retry), which knows nothing of the newest
    /// signals.
    ///
    /// ```
    /// # use predispatch::{Fate, Pipeline, consent::{Newest, Signals}, types::Platform};
    /// # use predispatch::{dedup::store::memory::{MemoryOptions, MemoryStore}, event::Event};
    /// # use predispatch::payload::{Account, event_key, meta};
    /// # let account = Account::new(meta::Dataset::new("1234567890")?);
    /// # let builder = Pipeline::builder().destination(account).dedup_key([7; 16]);
    /// # let pipeline = builder.record_key([8; 32]).without_bot_data().build()?;
    /// # let store = MemoryStore::new(&MemoryOptions::default());
    /// # let event = pipeline.read(br#"{"event_name":"purchase","event_id":"ord-1",
    /// #   "event_time":1795197791,"event_source_url":"https://shop.example.com/thanks",
    /// #   "user":{"email":"ada@example.com"},"client":{"user_agent":"Mozilla/5.0"},
    /// #   "custom_data":{"currency":"USD","value":"129.90"},"consent":{"gpc":false},
    /// #   "jurisdiction":{"country":"US","region":"CA"}}"#)?;
    /// let now = event.time();
    /// let mut outcome = pipeline.process(&event, &store, now);
    /// let meta = Platform::Meta;
    /// assert_eq!(outcome.at(meta).map(|at| at.fate), Some(Fate::Ready));
    ///
    /// // Before it was sent the browser, in California, has said "do not sell".
    /// let mut signals = Signals::default();
    /// signals.observe_gpc(["1"]);
    /// let newest = Newest::new(event_key(&event), &signals, now.plus_secs(300));
    /// pipeline.recheck(&event, &mut outcome, &store, &newest)?;
    /// assert_eq!(outcome.at(meta).map(|at| at.fate), Some(Fate::Limited));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A [`RecheckError`], if there are no records, or somebody else has the claim. Nothing is changed then,
    /// and nothing may be sent.
    pub fn recheck(
        &self,
        event: &Event,
        outcome: &mut Outcome,
        store: &dyn Store,
        newest: &Newest<'_>,
    ) -> Result<(), RecheckError> {
        if !outcome.holds_claims_of_unsent() {
            return Err(RecheckError::NoReceipt);
        }
        let unsent = outcome.unsent();
        let records: Option<Vec<_>> = unsent.map(|at| at.record.as_deref()).collect();
        let records = records.ok_or(RecheckError::NoRecord)?;
        let prepared = self.prepare_again(event, records, newest);
        let prepared = prepared.map_err(|_| RecheckError::NoRecord)?;
        outcome.withdraw_unsent(store, newest.now);
        outcome.update(finish_with(prepared, store, newest.now));
        Ok(())
    }

    /// Takes several events all the way, with one call to `store`. One outcome for each, in order.
    ///
    /// Of two equal events in one batch the second is [`Held`](crate::Fate::Held) until the first is
    /// settled.
    pub fn process_batch<'e>(
        &'e self,
        events: impl IntoIterator<Item = &'e Event>,
        store: &dyn Store,
        now: Timestamp,
    ) -> Vec<Outcome> {
        let prepared: Vec<_> = events.into_iter().map(|event| self.prepare(event, now)).collect();
        let claims: Vec<_> = prepared.iter().filter_map(Prepared::claim).collect();
        let mut answers = store.reserve(&claims, now).into_iter();
        let mut unused = Vec::new();
        let outcomes = prepared
            .into_iter()
            .map(|prepared| {
                let claimed = prepared.claim().and_then(|_| answers.next());
                let mut outcome = prepared.finish(claimed);
                unused.extend(outcome.take_unused());
                outcome
            })
            .collect();
        if !unused.is_empty() {
            store.release(&unused, now);
        }
        outcomes
    }
}

/// Why nobody can look a second time at what an outcome says.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RecheckError {
    /// Its receipt was [taken out](Outcome::take_receipt): whether the claim was made final, and the event
    /// left, is not known here.
    #[error("the receipt was taken out; look again before that, or settle the outcome instead")]
    NoReceipt,
    /// The pipeline makes no records, or the one that the outcome is of made none.
    #[error("there is no record to look at; give the pipeline a record key")]
    NoRecord,
}

impl RecheckError {
    /// The stable code; listed in `docs/codes.md`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoReceipt => "recheck_no_receipt",
            Self::NoRecord => "recheck_no_record",
        }
    }
}

/// The three steps around one event's claim.
fn finish_with(prepared: Prepared<'_>, store: &dyn Store, now: Timestamp) -> Outcome {
    let claimed = prepared.claim().and_then(|claim| store.reserve(&[claim], now).pop());
    let mut outcome = prepared.finish(claimed);
    if let Some(unused) = outcome.take_unused() {
        // If it fails, the claim times out.
        store.release(&[unused], now);
    }
    outcome
}

impl core::fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pipeline").field("settings", &self.settings).finish_non_exhaustive()
    }
}
