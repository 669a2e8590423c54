//! What an audit log keeps of a decision, and what a later decision needs to know of it.

use core::fmt;

use predispatch_gpp::SensitiveCategory;
use predispatch_types::Timestamp;

use crate::{
    ActionSource, AgeBand, Case, Decision, Destination, DigestKey, Grant, Outcome, Place,
    PlaceSource, Reasons, SignalDigests, digest, seal,
};

/// A decision as it is kept: no consent string, no event id, no name of the sender's own, no exact age.
///
/// It is sealed with the log's key, all of it: one that was changed, or that another key made,
/// permits nothing in [`redecide`](crate::redecide), and
/// [`is_authentic`](Self::is_authentic) says so. With the feature `serde` it is written as one flat
/// object and read back equal; one whose fields contradict each other is not read. Equal inputs make
/// equal records.
#[derive(Clone, Eq, PartialEq)]
pub struct Record {
    pub(crate) event: Box<str>,
    pub(crate) destination: Destination,
    pub(crate) outcome: Outcome,
    pub(crate) reasons: Reasons,
    pub(crate) jurisdiction: Vec<Box<str>>,
    pub(crate) place_source: PlaceSource,
    pub(crate) places: Vec<Place>,
    /// There were more places than are kept.
    pub(crate) has_more_places: bool,
    pub(crate) gdpr_added: bool,
    pub(crate) minimum_age: u8,
    pub(crate) policy_version: Box<str>,
    pub(crate) vendor_list_version: Option<u16>,
    pub(crate) proof: Option<Box<str>>,
    pub(crate) decided_at: Timestamp,
    /// Until when a held event waits; there exactly if it is held.
    pub(crate) held_until: Option<Timestamp>,
    pub(crate) event_time: Timestamp,
    pub(crate) source: ActionSource,
    pub(crate) gpc_observed: bool,
    pub(crate) age: AgeBand,
    pub(crate) erased: bool,
    pub(crate) objected: bool,
    pub(crate) vertical: Option<Box<str>>,
    /// Keyed digests of the words for a vertical that no policy knew then, ascending.
    pub(crate) unknown_vertical: Vec<Box<str>>,
    /// A keyed digest of the event's name, if its subject is regulated: exemptions go by it.
    pub(crate) event_name: Option<Box<str>>,
    pub(crate) sensitive: Vec<SensitiveCategory>,
    pub(crate) ad_storage: Option<Grant>,
    pub(crate) ad_user_data: Option<Grant>,
    pub(crate) ad_personalization: Option<Grant>,
    pub(crate) analytics_storage: Option<Grant>,
    pub(crate) signals: SignalDigests,
    /// A keyed digest of everything above.
    pub(crate) seal: Box<str>,
}

impl Record {
    /// Where to.
    pub const fn destination(&self) -> Destination {
        self.destination
    }

    /// What was decided.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Why.
    pub const fn reasons(&self) -> Reasons {
        self.reasons
    }

    /// When.
    pub const fn decided_at(&self) -> Timestamp {
        self.decided_at
    }

    /// When the event happened.
    pub const fn event_time(&self) -> Timestamp {
        self.event_time
    }

    /// Under which version of the policy.
    pub fn policy_version(&self) -> &str {
        &self.policy_version
    }

    /// The person's age, as a band.
    pub const fn age(&self) -> AgeBand {
        self.age
    }

    /// On which signals.
    pub const fn signals(&self) -> &SignalDigests {
        &self.signals
    }

    /// The record of a later decision about the same event. Of the event it says the same, and what is newly
    /// known of the person beside it.
    pub(crate) fn followed_by(
        &self,
        decision: &Decision,
        case: &Case<'_>,
        key: &DigestKey,
    ) -> Self {
        let signals = match self.outcome {
            Outcome::Hold => SignalDigests::new(case.signals, key),
            _ => self.signals.clone(),
        };
        let recorder = Recorder {
            case,
            key,
            event: self.event.clone(),
            unknown_vertical: self.unknown_vertical.clone(),
            event_name: self.event_name.clone(),
            signals,
        };
        let mut next = recorder.record(decision);
        // A subject that no policy knew at the event is looked up anew each time.
        next.vertical.clone_from(&self.vertical);
        next.seal = seal::of(key, &next);
        next
    }

    /// Whether this record was made with `key` and not changed since.
    pub fn is_authentic(&self, key: &DigestKey) -> bool {
        seal::verifies(key, self)
    }
}

/// Without the event's subjects, which may tell of the person.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("destination", &self.destination)
            .field("outcome", &self.outcome)
            .field("reasons", &self.reasons)
            .field("jurisdiction", &self.jurisdiction)
            .field("policy_version", &self.policy_version)
            .field("decided_at", &self.decided_at)
            .field("event_time", &self.event_time)
            .finish_non_exhaustive()
    }
}

/// Decides and records; it digests the signals once for all destinations.
#[derive(Debug)]
pub struct Recorder<'c> {
    case: &'c Case<'c>,
    key: &'c DigestKey,
    event: Box<str>,
    unknown_vertical: Vec<Box<str>>,
    event_name: Option<Box<str>>,
    signals: SignalDigests,
}

impl Case<'_> {
    /// A recorder whose digests are made with `key`.
    pub fn recorder<'c>(&'c self, key: &'c DigestKey) -> Recorder<'c> {
        let words = &self.facts.unknown_words;
        let mut unknown_vertical: Vec<_> =
            words.iter().map(|word| digest::vertical(key, word)).collect();
        unknown_vertical.sort_unstable();
        Recorder {
            case: self,
            key,
            event: digest::event(key, self.facts.key),
            unknown_vertical,
            event_name: self.facts.name.as_deref().map(|name| digest::event_name(key, name)),
            signals: SignalDigests::new(self.signals, key),
        }
    }
}

impl Recorder<'_> {
    /// The decision for one destination, and what to keep of it.
    pub fn decide(&self, destination: Destination) -> (Decision, Record) {
        let decision = self.case.decide(destination);
        let record = self.record(&decision);
        (decision, record)
    }

    fn record(&self, decision: &Decision) -> Record {
        let (facts, jurisdiction) = (&self.case.facts, &decision.jurisdiction);
        let flags = &decision.flags;
        let mut record = Record {
            event: self.event.clone(),
            destination: decision.destination,
            outcome: decision.outcome,
            reasons: decision.reasons,
            jurisdiction: decision.jurisdiction_names().map(Into::into).collect(),
            place_source: jurisdiction.source,
            places: jurisdiction.places.iter().collect(),
            has_more_places: jurisdiction.places.has_more(),
            gdpr_added: jurisdiction.gdpr_added,
            minimum_age: jurisdiction.minimum_age,
            policy_version: decision.policy_version().into(),
            vendor_list_version: self.case.policy.vendor_list().map(|list| list.version()),
            proof: decision.proof.clone(),
            decided_at: decision.decided_at,
            held_until: decision.held_until,
            event_time: facts.time,
            source: facts.source,
            gpc_observed: facts.gpc_observed,
            age: facts.age,
            erased: facts.erased,
            objected: facts.objected,
            vertical: facts.vertical.clone(),
            unknown_vertical: self.unknown_vertical.clone(),
            event_name: self.event_name.clone(),
            sensitive: facts.sensitive.clone(),
            ad_storage: flags.ad_storage,
            ad_user_data: flags.ad_user_data,
            ad_personalization: flags.ad_personalization,
            analytics_storage: flags.analytics_storage,
            signals: self.signals.clone(),
            seal: Box::default(),
        };
        record.seal = seal::of(self.key, &record);
        record
    }
}
