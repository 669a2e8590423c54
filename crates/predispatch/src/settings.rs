//! What a pipeline is set to.

use predispatch_bot::verdict::{Data as BotData, Policy as BotPolicy};
use predispatch_consent::{Destination, DigestKey, Policy};
use predispatch_dedup::{Destination as ClaimedFor, KeyMaker};
use predispatch_payload::Account;
use serde::Deserialize;

use crate::{Pipeline, Snapshot, prepare::claimed_for};

/// Everything of a pipeline that does not age.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) targets: Vec<Target>,
    pub(crate) data_set: Box<str>,
    pub(crate) keys: KeyMaker,
    pub(crate) record_key: Option<DigestKey>,
    pub(crate) on_unknown: OnUnknown,
}

/// One destination.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) account: Account,
    /// The same in the words of the store of claims.
    pub(crate) claimed_for: ClaimedFor,
}

/// What becomes of an event when the store of claims can't tell whether it left before: out of
/// reach, full, or the event is older than what it remembers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OnUnknown {
    /// It is held, to be tried again: nothing leaves twice, and some events leave late or never.
    #[default]
    Hold,
    /// It goes: nothing is lost, and the platform's own deduplication has to catch what leaves twice.
    Send,
}

/// Makes a [`Pipeline`] from Rust; see the crate's documentation for an example.
#[derive(Debug)]
#[must_use = "nothing is made before `build`"]
pub struct Builder {
    accounts: Vec<Account>,
    data_set: Box<str>,
    keys: Option<KeyMaker>,
    record_key: Option<DigestKey>,
    on_unknown: OnUnknown,
    consent: Option<Policy>,
    bot: Option<BotData>,
    bot_policy: BotPolicy,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            accounts: Vec::new(),
            data_set: "default".into(),
            keys: None,
            record_key: None,
            on_unknown: OnUnknown::default(),
            consent: None,
            bot: None,
            bot_policy: BotPolicy::default(),
        }
    }

    /// Adds a destination. At least one is needed, and at most one of each platform and product.
    pub fn destination(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// The secret under which a store keeps ids: 16 random bytes, the same for all pipelines that
    /// share a store. Needed.
    pub fn dedup_key(mut self, secret: [u8; 16]) -> Self {
        self.keys = Some(KeyMaker::new(secret));
        self
    }

    /// Keeps the ids of several shops apart that share a store. Default `default`.
    pub fn data_set(mut self, name: &str) -> Self {
        self.data_set = name.into();
        self
    }

    /// Makes a record of each consent decision for the audit log, with signals as digests under this
    /// key. Without it no records are made.
    pub fn record_key(mut self, key: [u8; 32]) -> Self {
        self.record_key = Some(DigestKey::new(key));
        self
    }

    /// What to do when the store can't tell. Default: hold.
    pub const fn on_unknown(mut self, what: OnUnknown) -> Self {
        self.on_unknown = what;
        self
    }

    /// The consent policy. Default: the bundled one, which knows no vendor list.
    pub fn consent_policy(mut self, policy: Policy) -> Self {
        self.consent = Some(policy);
        self
    }

    /// Tables for judging senders. Default: the bundled ones.
    pub fn bot_data(mut self, data: BotData) -> Self {
        self.bot = Some(data);
        self
    }

    /// What becomes of bots' events. Default: [`BotPolicy::default`].
    pub fn bot_policy(mut self, policy: BotPolicy) -> Self {
        self.bot_policy = policy;
        self
    }

    /// The pipeline.
    ///
    /// # Errors
    /// [`SettingsError`] says what is missing or there twice.
    pub fn build(self) -> Result<Pipeline, SettingsError> {
        let Some(keys) = self.keys else { return Err(SettingsError::NoDedupKey) };
        let mut targets: Vec<Target> = Vec::with_capacity(self.accounts.len());
        for account in self.accounts {
            let destination = account.destination();
            if targets.iter().any(|target| target.account.destination() == destination) {
                return Err(SettingsError::DestinationTwice { destination });
            }
            let claimed_for =
                claimed_for(destination).ok_or(SettingsError::NoWindows { destination })?;
            targets.push(Target { account, claimed_for });
        }
        if targets.is_empty() {
            return Err(SettingsError::NoDestination);
        }
        let settings = Settings {
            targets,
            data_set: self.data_set,
            keys,
            record_key: self.record_key,
            on_unknown: self.on_unknown,
        };
        let snapshot = Snapshot::new(
            self.consent.unwrap_or_else(Policy::bundled),
            self.bot.unwrap_or_default(),
            self.bot_policy,
        );
        Ok(Pipeline::new(settings, snapshot))
    }
}

/// Why settings make no pipeline.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// Two accounts of one platform and product: an event's claim could not tell them apart.
    #[error("{destination} is there twice; use a second pipeline with its own data set")]
    DestinationTwice {
        /// The destination.
        destination: Destination,
    },
    /// No secret for the store of claims.
    #[error("there is no key for deduplication; it takes 16 random bytes that stay the same")]
    NoDedupKey,
    /// No destination at all.
    #[error("there is no destination")]
    NoDestination,
    /// The store of claims has no windows for it.
    #[error("nothing is known about deduplication at {destination}")]
    NoWindows {
        /// The destination.
        destination: Destination,
    },
}

impl SettingsError {
    /// The stable code; listed in `docs/codes.md`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::DestinationTwice { .. } => "settings_destination_twice",
            Self::NoDedupKey => "settings_no_dedup_key",
            Self::NoDestination => "settings_no_destination",
            Self::NoWindows { .. } => "settings_no_windows",
        }
    }
}
