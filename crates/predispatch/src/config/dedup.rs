//! `[dedup]`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use predispatch_dedup::{
    Destination, Store, Windows,
    store::memory::{self, MemoryOptions, MemoryStore},
};
use predispatch_types::Timestamp;
use serde::Deserialize;

use super::value;
use crate::{ConfigError, OnUnknown, SecretSource};

/// `[dedup]`: where claims are kept, for how long, and what happens when they can't be told.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Dedup {
    /// What happens to an event when the store can't tell.
    pub on_unknown: OnUnknown,
    /// Whether an order that comes again under a new id is sent all the same.
    pub grants_rotated: bool,
    /// How long a grant is held for its owner, in seconds: 1 to 3,600, by default 60.
    #[serde(deserialize_with = "value::number::<_, 1, 3_600>")]
    pub hold_secs: Option<u64>,
    /// How far an event's time may lie after the clock, in seconds: at most 3,600, by default 300.
    #[serde(deserialize_with = "value::number::<_, 0, 3_600>")]
    pub future_secs: Option<u64>,
    /// The longest that ids are remembered, in days: 1 to 400. By default 7 in memory; elsewhere as
    /// long as each destination takes an event.
    #[serde(deserialize_with = "value::number::<_, 1, 400>")]
    pub retention_days: Option<u64>,
    /// Meta takes in-store sales (`action_source` `physical_store`) for 62 days. With this its ids are
    /// remembered for as long, whatever `retention_days` says: nine times as many as without.
    pub in_store_sales: bool,
    /// Events that happened before this moment are not taken for new unless the store knows them: the
    /// moment at which a store was lost, or began anew.
    #[serde(deserialize_with = "value::moment")]
    pub remembers_from: Option<Timestamp>,
    /// Exceptions for single destinations, by name.
    #[serde(deserialize_with = "windows")]
    pub windows: BTreeMap<Destination, WindowSetting>,
    /// Where claims are kept.
    pub store: StoreChoice,
}

/// `[dedup.windows.NAME]`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WindowSetting {
    /// How long after the first half the platform takes the second for the same action, in hours: at
    /// most 9,600.
    #[serde(deserialize_with = "value::number::<_, 0, 9_600>")]
    pub pairing_hours: Option<u64>,
    /// How long ids are remembered for it, in days: 1 to 400.
    #[serde(deserialize_with = "value::number::<_, 1, 400>")]
    pub retention_days: Option<u64>,
}

/// `[dedup.store.memory]`, `[dedup.store.durable]` or `[dedup.store.redis]`; one of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreChoice {
    /// For one process, and gone with it.
    Memory(Memory),
    /// In a file; for one process at a time. Feature `durable`.
    Durable(Durable),
    /// Shared by many processes. Feature `redis`.
    Redis(Redis),
}

impl Default for StoreChoice {
    fn default() -> Self {
        Self::Memory(Memory::default())
    }
}

/// `[dedup.store.memory]`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Memory {
    /// The most that it takes, in MiB: 4 to 98,304, by default 256, for about 8.5 million events.
    #[serde(deserialize_with = "value::number::<_, 4, 98_304>")]
    pub max_mib: Option<u64>,
    /// What it does at that limit.
    pub when_full: WhenFull,
}

/// What a store in memory does at its limit.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhenFull {
    /// Forgets the oldest claims; older events are then unknown, never first.
    #[default]
    ForgetOldest,
    /// Keeps what it has; new events are unknown.
    Refuse,
}

/// `[dedup.store.durable]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Durable {
    /// Its file; made if it is not there.
    pub path: PathBuf,
    /// How many ids and orders are kept at most, about 175 bytes of memory each. By default 10 million.
    #[serde(default, deserialize_with = "value::number::<_, 1_000, 1_000_000_000>")]
    pub max_entries: Option<u64>,
}

/// `[dedup.store.redis]`. `prefix`, `partitions`, `expected_events`, and what `[dedup]` says of
/// retentions and `future_secs` have to be the same for all that share the store, and stay so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Redis {
    /// Where `redis://[USER:PASSWORD@]HOST:PORT` is read from: it may hold a password.
    pub url: SecretSource,
    /// Before each key: letters and digits. By default `pd`.
    #[serde(default)]
    pub prefix: Option<String>,
    /// How many parts the ids are split into, 1 to 16,384. By default 64.
    #[serde(default, deserialize_with = "value::number::<_, 1, 16_384>")]
    pub partitions: Option<u64>,
    /// How many ids are expected within a retention. By default 10 million.
    #[serde(default, deserialize_with = "value::number::<_, 1, 1_000_000_000_000>")]
    pub expected_events: Option<u64>,
    /// How long a connection may take, in milliseconds. By default 1,000.
    #[serde(default, deserialize_with = "value::number::<_, 1, 60_000>")]
    pub connect_timeout_ms: Option<u64>,
    /// How long an answer may take, in milliseconds. By default 1,000.
    #[serde(default, deserialize_with = "value::number::<_, 1, 60_000>")]
    pub response_timeout_ms: Option<u64>,
    /// Answers only after replicas have the claims. By default they are not waited for.
    #[serde(default)]
    pub wait_replicas: Option<Replicas>,
}

/// `wait_replicas`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Replicas {
    /// How many.
    pub at_least: u32,
    /// For how long, in milliseconds; then the store can't tell.
    pub timeout_ms: u32,
}

impl Dedup {
    pub(super) fn open(
        &self,
        folder: &Path,
        now: Timestamp,
    ) -> Result<Box<dyn Store>, ConfigError> {
        if self.remembers_from.is_some_and(|from| from > now) {
            // A server keeps it for all processes: a slip of the pen would hold every event until then.
            return Err(ConfigError::OfTheFuture { key: "dedup.remembers_from" });
        }
        match &self.store {
            StoreChoice::Memory(memory) => Ok(Box::new(self.memory(*memory))),
            StoreChoice::Durable(durable) => self.durable(durable, folder, now),
            StoreChoice::Redis(redis) => self.redis(redis, folder),
        }
    }

    /// An empty store in memory that answers as the configured one would.
    pub(super) fn rehearsal(&self) -> MemoryStore {
        self.memory(match self.store {
            StoreChoice::Memory(memory) => memory,
            StoreChoice::Durable(_) | StoreChoice::Redis(_) => Memory::default(),
        })
    }

    fn memory(&self, memory: Memory) -> MemoryStore {
        let mut options = MemoryOptions::default();
        options.windows = self.windows_of_store();
        options.remembers_from = self.remembers_from.unwrap_or(options.remembers_from);
        if let Some(mib) = memory.max_mib {
            options.max_bytes = usize::try_from(mib.saturating_mul(1 << 20)).unwrap_or(usize::MAX);
        }
        options.when_full = match memory.when_full {
            WhenFull::ForgetOldest => memory::WhenFull::ForgetOldest,
            WhenFull::Refuse => memory::WhenFull::Refuse,
        };
        MemoryStore::new(&options)
    }

    #[cfg(feature = "durable")]
    fn durable(
        &self,
        durable: &Durable,
        folder: &Path,
        now: Timestamp,
    ) -> Result<Box<dyn Store>, ConfigError> {
        use predispatch_dedup::store::durable::{DurableOptions, DurableStore};

        let mut options = DurableOptions::default();
        options.windows = self.windows_of_store();
        options.remembers_from = self.remembers_from.unwrap_or(options.remembers_from);
        if let Some(entries) = durable.max_entries {
            options.max_entries = usize::try_from(entries).unwrap_or(usize::MAX);
        }
        let store = DurableStore::open(folder.join(&durable.path), options, now);
        let named = |source| ConfigError::Durable { path: durable.path.clone(), source };
        Ok(Box::new(store.map_err(named)?))
    }

    #[cfg(not(feature = "durable"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn durable(&self, _: &Durable, _: &Path, _: Timestamp) -> Result<Box<dyn Store>, ConfigError> {
        Err(ConfigError::NoSuchStore { feature: "durable" })
    }

    #[cfg(feature = "redis")]
    fn redis(&self, redis: &Redis, folder: &Path) -> Result<Box<dyn Store>, ConfigError> {
        use core::time::Duration;

        use predispatch_dedup::store::redis::{RedisOptions, RedisStore};

        let mut options = RedisOptions::new(redis.url.read(folder)?.expose());
        options.windows = self.windows_of_store();
        options.remembers_from = self.remembers_from.unwrap_or(options.remembers_from);
        if let Some(prefix) = &redis.prefix {
            options.prefix.clone_from(prefix);
        }
        if let Some(partitions) = redis.partitions {
            options.partitions = u16::try_from(partitions).unwrap_or(u16::MAX);
        }
        if let Some(expected) = redis.expected_events {
            options.expected_events = expected;
        }
        if let Some(millis) = redis.connect_timeout_ms {
            options.connect_timeout = Duration::from_millis(millis);
        }
        if let Some(millis) = redis.response_timeout_ms {
            options.response_timeout = Duration::from_millis(millis);
        }
        options.wait_replicas = redis
            .wait_replicas
            .map(|wait| (wait.at_least, Duration::from_millis(wait.timeout_ms.into())));
        Ok(Box::new(RedisStore::open(options).map_err(|source| ConfigError::Redis { source })?))
    }

    #[cfg(not(feature = "redis"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn redis(&self, _: &Redis, _: &Path) -> Result<Box<dyn Store>, ConfigError> {
        Err(ConfigError::NoSuchStore { feature: "redis" })
    }

    /// Those of the store that is configured, wherever claims are kept in fact.
    fn windows_of_store(&self) -> Windows {
        self.windows(match self.store {
            StoreChoice::Memory(_) => Windows::in_memory(),
            StoreChoice::Durable(_) | StoreChoice::Redis(_) => Windows::whole(),
        })
    }

    /// The store's own windows with what the file changes.
    fn windows(&self, mut windows: Windows) -> Windows {
        windows.grants_rotated = self.grants_rotated;
        if let Some(secs) = self.hold_secs {
            windows.hold_secs = clamped(secs);
        }
        if let Some(secs) = self.future_secs {
            windows.future_secs = clamped(secs);
        }
        for destination in Destination::all() {
            let mut window = windows.of(destination);
            if let Some(days) = self.retention_days {
                window.retention_secs = days_in_secs(days).min(window.acceptance_secs);
            }
            if self.in_store_sales && destination == Destination::META {
                window.retention_secs = days_in_secs(IN_STORE_DAYS);
            }
            if let Some(own) = self.windows.get(&destination) {
                let hours = own.pairing_hours.map(|hours| clamped(hours.saturating_mul(3_600)));
                window.pairing_secs = hours.unwrap_or(window.pairing_secs);
                let days = own.retention_days.map(days_in_secs);
                window.retention_secs = days.unwrap_or(window.retention_secs);
            }
            windows = windows.with(destination, window);
        }
        windows
    }
}

fn windows<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<Destination, WindowSetting>, D::Error> {
    let written = BTreeMap::<Name, WindowSetting>::deserialize(from)?;
    Ok(written.into_iter().map(|(Name(destination), setting)| (destination, setting)).collect())
}

#[derive(Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
struct Name(Destination);

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse().map(Self).map_err(|_| "expected a destination such as meta or google:ga4")
    }
}

fn clamped(secs: u64) -> u32 {
    u32::try_from(secs).unwrap_or(u32::MAX)
}

fn days_in_secs(days: u64) -> u32 {
    clamped(days.saturating_mul(86_400))
}

/// Meta, "Sending Offline Events": upload within 62 days. `docs/sources/dedup.md#windows`.
const IN_STORE_DAYS: u64 = 62;

#[cfg(test)]
mod tests {
    use super::*;

    fn windows_of(text: &str, base: Windows) -> Windows {
        toml::from_str::<Dedup>(text).expect("it is sound").windows(base)
    }

    #[test]
    fn nothing_said_changes_nothing() {
        for base in [Windows::in_memory(), Windows::whole()] {
            assert_eq!(windows_of("", base.clone()), base);
        }
    }

    #[test]
    fn in_store_sales_are_remembered_while_meta_takes_them() {
        let text = "in_store_sales = true\nretention_days = 3";
        for base in [Windows::in_memory(), Windows::whole()] {
            let windows = windows_of(text, base);
            assert_eq!(windows.of(Destination::META).retention_secs, 62 * 86_400);
            assert_eq!(windows.of(Destination::TIKTOK).retention_secs, 3 * 86_400);
        }
    }

    #[test]
    fn a_destination_has_its_own() {
        let text = "[windows.'google:ga4']\npairing_hours = 1\nretention_days = 2";
        let windows = windows_of(text, Windows::whole());
        let own = windows.of(Destination::GOOGLE_GA4);
        assert_eq!((own.pairing_secs, own.retention_secs), (3_600, 2 * 86_400));
        assert_eq!(windows.of(Destination::META), Windows::whole().of(Destination::META));
    }
}
