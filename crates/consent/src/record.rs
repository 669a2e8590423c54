//! What an audit log keeps of a decision, and what a later decision needs to know of it.

use predispatch_gpp::SensitiveCategory;
use predispatch_types::{Region, Timestamp};

use crate::{
    ActionSource, AgeBand, Case, Decision, Destination, DigestKey, Grant, Outcome, Place,
    PlaceSource, Reasons, SignalDigests, digest, jurisdiction::UsState,
};

/// A decision as it is kept: no consent string, no event id, no exact age.
///
/// With the feature `serde` it is written as one flat object and read back equal. Equal inputs make
/// equal records.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    pub(crate) event: Box<str>,
    pub(crate) destination: Destination,
    pub(crate) outcome: Outcome,
    pub(crate) reasons: Reasons,
    pub(crate) jurisdiction: Vec<Box<str>>,
    pub(crate) place_source: PlaceSource,
    pub(crate) place: Option<Place>,
    pub(crate) us_state: RecordedState,
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
    pub(crate) event_name: Option<Box<str>>,
    pub(crate) sensitive: Vec<SensitiveCategory>,
    pub(crate) ad_storage: Option<Grant>,
    pub(crate) ad_user_data: Option<Grant>,
    pub(crate) ad_personalization: Option<Grant>,
    pub(crate) analytics_storage: Option<Grant>,
    pub(crate) signals: SignalDigests,
}

/// The state that the rules went by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RecordedState {
    NotInUnitedStates,
    Unknown,
    Known(Region),
}

impl From<UsState> for RecordedState {
    fn from(state: UsState) -> Self {
        match state {
            UsState::None => Self::NotInUnitedStates,
            UsState::Unknown => Self::Unknown,
            UsState::Known(region) => Self::Known(region),
        }
    }
}

impl From<RecordedState> for UsState {
    fn from(state: RecordedState) -> Self {
        match state {
            RecordedState::NotInUnitedStates => Self::None,
            RecordedState::Unknown => Self::Unknown,
            RecordedState::Known(region) => Self::Known(region),
        }
    }
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
}

/// Decides and records; it digests the signals once for all destinations.
#[derive(Debug)]
pub struct Recorder<'c> {
    case: &'c Case<'c>,
    event: Box<str>,
    signals: SignalDigests,
}

impl Case<'_> {
    /// A recorder whose digests are made with `key`.
    pub fn recorder(&self, key: &DigestKey) -> Recorder<'_> {
        Recorder {
            case: self,
            event: digest::event(key, self.facts.key),
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
        Record {
            event: self.event.clone(),
            destination: decision.destination,
            outcome: decision.outcome,
            reasons: decision.reasons,
            jurisdiction: decision.jurisdiction_names().map(Into::into).collect(),
            place_source: jurisdiction.source,
            place: jurisdiction.place,
            us_state: jurisdiction.state.into(),
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
            event_name: facts.name.clone(),
            sensitive: facts.sensitive.clone(),
            ad_storage: flags.ad_storage,
            ad_user_data: flags.ad_user_data,
            ad_personalization: flags.ad_personalization,
            analytics_storage: flags.analytics_storage,
            signals: self.signals.clone(),
        }
    }
}
