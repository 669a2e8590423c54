//! A pipeline from one TOML file.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use predispatch_bot::verdict::Policy as BotPolicy;
use predispatch_consent::{Destination, Policy, PolicyError};
use predispatch_payload::{Account, AccountError, AccountKeys};
use predispatch_tcf::GlobalVendorList;
use predispatch_types::{Country, Timestamp};
use serde::Deserialize;

use crate::{Builder, OnUnknown, Pipeline, SecretError, SecretSource, SettingsError};

/// What `predispatch.toml` says. Field by field in `docs/config.md`; the schema is
/// `crates/predispatch/schema/config.json`.
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
    /// Deduplication.
    #[serde(default)]
    pub dedup: Dedup,
    /// The destinations, each platform and product at most once.
    pub destination: Vec<To>,
}

/// Where secrets are had from. Each is at least 32 bytes of text.
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

/// `[events]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Events {
    /// Keeps keys that the schema does not have aside, instead of refusing the event.
    pub lenient: bool,
    /// Two letters: where national telephone numbers are from if the event does not say.
    pub default_country: Option<String>,
}

/// `[consent]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Consent {
    /// The site's own policy, laid over the bundled one. Paths are from the configuration's folder.
    pub policy: Option<PathBuf>,
    /// The Global Vendor List, version 3. Without it the vendors' declarations of the policy count.
    pub vendor_list: Option<PathBuf>,
}

/// `[dedup]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Dedup {
    /// What happens to an event when the store can't tell.
    pub on_unknown: OnUnknown,
}

/// `[[destination]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct To {
    /// `meta`, `google:ads_click` and so on.
    pub to: String,
    /// The account's keys, as the platform needs them.
    pub account: AccountKeys,
    /// Until when events are marked as tests. After it they count.
    #[serde(default)]
    pub test_until: Option<String>,
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
            ConfigError::Toml { line, message: error.message().into() }
        })
    }
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError`], with the line.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        read(path)?.parse()
    }

    /// The pipeline that this describes. Paths in it are from `folder`; secrets are read now.
    ///
    /// # Errors
    /// [`ConfigError`] names the entry at fault.
    pub fn pipeline(&self, folder: &Path) -> Result<Pipeline, ConfigError> {
        let mut builder = Pipeline::builder()
            .data_set(&self.data_set)
            .dedup_key(self.keys.dedup.key("dedup", folder)?)
            .on_unknown(self.dedup.on_unknown)
            .bot_policy(self.bot.clone())
            .consent_policy(self.consent.policy(folder)?);
        if let Some(source) = &self.keys.record {
            builder = builder.record_key(source.key("record", folder)?);
        }
        if let Some(source) = &self.keys.event_id {
            builder = builder.event_id_key(source.key("event_id", folder)?);
        }
        if self.events.lenient {
            builder = builder.lenient();
        }
        if let Some(country) = &self.events.default_country {
            let country = Country::parse(country);
            builder = builder.default_country(country.map_err(|_| ConfigError::Country)?);
        }
        let add =
            |builder: Builder, to: &To| Ok::<_, ConfigError>(builder.destination(to.account()?));
        Ok(self.destination.iter().try_fold(builder, add)?.build()?)
    }
}

impl Consent {
    fn policy(&self, folder: &Path) -> Result<Policy, ConfigError> {
        let mut policy = Policy::bundled();
        if let Some(path) = &self.policy {
            let text = read(&folder.join(path))?;
            policy = policy.overlay(&text).map_err(|error| ConfigError::Policy {
                path: path.clone(),
                error: Box::new(error),
            })?;
        }
        if let Some(path) = &self.vendor_list {
            let text = read(&folder.join(path))?;
            let list = GlobalVendorList::from_json(text.as_bytes())
                .map_err(|_| ConfigError::VendorList { path: path.clone() })?;
            policy = policy.with_vendor_list(Arc::new(list));
        }
        Ok(policy)
    }
}

impl To {
    fn account(&self) -> Result<Account, ConfigError> {
        let to = || self.to.clone();
        let destination: Destination =
            self.to.parse().map_err(|_| ConfigError::Destination { to: to() })?;
        let account = Account::from_keys(destination, &self.account)
            .map_err(|error| ConfigError::Account { to: to(), error })?;
        match &self.test_until {
            None => Ok(account),
            Some(until) => {
                let until: Timestamp =
                    until.parse().map_err(|_| ConfigError::TestUntil { to: to() })?;
                Ok(account.in_test_mode(until))
            }
        }
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path)
        .map_err(|error| ConfigError::File { path: path.to_owned(), kind: error.kind() })
}

/// Why a configuration makes no pipeline. It may quote the configuration, never a secret.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A destination's account.
    #[error("destination {to}: {error}")]
    Account {
        /// The destination.
        to: String,
        /// What is wrong with it.
        error: AccountError,
    },
    /// `default_country` is no country.
    #[error("events.default_country is no country; write two letters, such as DE")]
    Country,
    /// No such destination.
    #[error("{to:?} is no destination; write a platform's name, or google:PRODUCT")]
    Destination {
        /// What stands there.
        to: String,
    },
    /// A file can't be read.
    #[error("{}: {kind}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        kind: std::io::ErrorKind,
    },
    /// The site's consent policy.
    #[error("{}: {error}", path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<PolicyError>,
    },
    /// A secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// What is missing or there twice.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// `test_until` is no moment.
    #[error("destination {to}: test_until is no moment; write it as 2026-11-23T12:00:00Z")]
    TestUntil {
        /// The destination.
        to: String,
    },
    /// Not TOML, an unknown key, or a value of the wrong kind.
    #[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
    Toml {
        /// From 1; `None` if the whole file is meant.
        line: Option<usize>,
        /// What was found and what was expected.
        message: Box<str>,
    },
    /// The Global Vendor List can't be read.
    #[error("{}: not a Global Vendor List of version 3", path.display())]
    VendorList {
        /// The file.
        path: PathBuf,
    },
}
