//! A pipeline from one TOML file: [`Config`], and its tables.

mod bot_data;
mod consent;
mod dedup;
mod destination;
mod error;
mod events;
mod value;

use std::path::{Path, PathBuf};

use predispatch_bot::verdict::Policy as BotPolicy;
use predispatch_dedup::{Store, store::memory::MemoryStore};
use predispatch_types::Timestamp;
use serde::Deserialize;

pub(crate) use self::bot_data::{bundled, bundled_mail};
pub use self::{
    bot_data::{BotDataFiles, FeedFormat, IpFeed, MailKind, MailList, WhenOld},
    consent::Consent,
    dedup::{Dedup, Durable, Memory, Redis, Replicas, StoreChoice, WhenFull, WindowSetting},
    destination::DestinationEntry,
    error::ConfigError,
    events::{DateReading, Events, Proxies, ProxyHeader},
};
use crate::{Pipeline, Secret, SecretError, SecretSource, Snapshot};

/// What `predispatch.toml` says, field by field; `docs/configuration.md` tells the same with examples.
///
/// ```
/// use predispatch::Config;
///
/// let config: Config = r#"
///     data_set = "shop.example"
///     [keys]
///     dedup = { env = "PREDISPATCH_DEDUP_KEY" }
///     [[destination]]
///     to = "meta"
///     account = { pixel_id = "1234567890" }
/// "#
/// .parse()?;
/// assert_eq!(config.destination.len(), 1);
///
/// let error = "data_sett = 'x'".parse::<Config>().unwrap_err();
/// assert!(error.to_string().starts_with("line 1: unknown field `data_sett`"));
/// # Ok::<(), predispatch::ConfigError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Keeps the ids of several shops apart that share a store of claims.
    #[serde(default = "default_data_set")]
    pub data_set: Box<str>,
    /// The secrets' places.
    pub keys: Keys,
    /// How events are read.
    #[serde(default)]
    pub events: Events,
    /// Consent.
    #[serde(default)]
    pub consent: Consent,
    /// What becomes of bots' events.
    #[serde(default)]
    pub bot: BotPolicy,
    /// The tables that senders are judged by.
    #[serde(default)]
    pub bot_data: BotDataFiles,
    /// Deduplication.
    #[serde(default)]
    pub dedup: Dedup,
    /// The destinations, each platform and product at most once.
    pub destination: Vec<DestinationEntry>,
    /// Where relative paths start.
    #[serde(skip)]
    folder: PathBuf,
}

/// Where the secrets are read from. Each is at least 32 bytes of text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Keys {
    /// Under which the store of claims keeps ids. The same for all pipelines that share a store.
    pub dedup: SecretSource,
    /// Under which ids are derived for events that have none. Without it those go nowhere.
    #[serde(default)]
    pub event_id: Option<SecretSource>,
    /// Under which audit records keep digests. Without it no records are made.
    #[serde(default)]
    pub record: Option<SecretSource>,
}

fn default_data_set() -> Box<str> {
    "default".into()
}

impl core::str::FromStr for Config {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count().saturating_add(1));
            ConfigError::Toml { line, message: without_secrets(error.message()).into() }
        })
    }
}

/// The parser quotes what it found. Text in the place of a table may be a secret that belongs in one,
/// and a URL may hold a password.
fn without_secrets(message: &str) -> &str {
    let is_table = ["expected struct", "expected enum", "expected a map", "expected a sequence"]
        .iter()
        .any(|expected| message.contains(expected));
    match (message.starts_with("invalid type: string") && is_table) || message.contains("://") {
        true => "expected a table or list, not this text",
        false => message,
    }
}

impl Config {
    /// Reads a file. Relative paths in it start at its folder.
    ///
    /// # Errors
    /// [`ConfigError`], with the line.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let config: Self = value::read_text(path)?.parse()?;
        Ok(config.in_folder(path.parent().unwrap_or_else(|| Path::new(""))))
    }

    /// The same with relative paths that start at `folder`.
    #[must_use]
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// The pipeline that this describes. Secrets and data files are read now.
    ///
    /// # Errors
    /// [`ConfigError`] names the entry at fault.
    pub fn pipeline(&self) -> Result<Pipeline, ConfigError> {
        let mut builder = Pipeline::builder()
            .data_set(&self.data_set)
            .dedup_key(self.keys.dedup.key("dedup", &self.folder)?)
            .on_unknown(self.dedup.on_unknown)
            .snapshot(self.snapshot()?);
        if let Some(source) = &self.keys.record {
            builder = builder.record_key(source.key("record", &self.folder)?);
        }
        if let Some(source) = &self.keys.event_id {
            builder = builder.event_id_key(source.key("event_id", &self.folder)?);
        }
        builder = self.events.apply(builder);
        for to in &self.destination {
            let account = to.account.clone();
            builder = match to.browser_tag {
                Some(tag) => builder.destination_with_tag(account, tag),
                None => builder.destination(account),
            };
        }
        Ok(builder.build()?)
    }

    /// The access token of a destination of this configuration, for the sender; `None` if none is configured.
    /// It is read now.
    ///
    /// # Errors
    /// [`SecretError`] names the source, never what it holds.
    pub fn token(&self, to: &DestinationEntry) -> Result<Option<Secret>, SecretError> {
        to.token.as_ref().map(|source| source.read(&self.folder)).transpose()
    }

    /// The key under which pages derive event ids, for `deriveEventId` of
    /// `crates/dedup/web/event_id.js`: 64 hexadecimal digits. `None` without `keys.event_id`.
    ///
    /// It goes into the page, so it is no secret to whoever sees that. It tells neither the text that it is
    /// made from nor any other key made from it.
    ///
    /// # Errors
    /// [`ConfigError::Secret`].
    pub fn page_key(&self) -> Result<Option<String>, ConfigError> {
        let Some(source) = &self.keys.event_id else { return Ok(None) };
        Ok(Some(source.digest("event_id", &self.folder)?.hex().as_str().to_owned()))
    }

    /// The data that events are judged by, read from their files now. A running service reads them
    /// again from time to time: [`Pipeline::swap_snapshot`].
    ///
    /// # Errors
    /// [`ConfigError`] names the file at fault.
    pub fn snapshot(&self) -> Result<Snapshot, ConfigError> {
        let seed = u64::from_le_bytes(self.keys.dedup.key("user_agents", &self.folder)?);
        let (data, mail) = self.bot_data.load(&self.folder, seed)?;
        let mut snapshot =
            Snapshot::new(self.consent.policy(&self.folder)?, data, self.bot.clone());
        snapshot.mail = mail;
        Ok(snapshot)
    }

    /// Opens the store of claims. With `redis`, `now` must be the system's time, here and at each call.
    ///
    /// # Errors
    /// [`ConfigError`]: its file or server is not there, or this build has no such store.
    pub fn store(&self, now: Timestamp) -> Result<Box<dyn Store>, ConfigError> {
        self.dedup.open(&self.folder, now)
    }

    /// A store of claims for a rehearsal: an empty one in memory that remembers, pairs and holds for as
    /// long as the configured one, which is neither opened nor changed.
    pub fn rehearsal_store(&self) -> MemoryStore {
        self.dedup.rehearsal()
    }
}
