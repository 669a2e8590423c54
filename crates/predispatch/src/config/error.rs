//! Why a configuration makes no pipeline.

use std::path::PathBuf;

use predispatch_bot::{email, ip, ua::UaDataError};
use predispatch_consent::PolicyError;
use predispatch_tcf::{CmpListError, GvlError};

use crate::{SecretError, SettingsError};

/// Why a configuration makes no pipeline. It may quote the configuration, never a secret.
///
/// `Display` names the file or key. What is wrong with it is the error's
/// [`source`](core::error::Error::source): whoever prints one prints the whole chain.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// TCF's list of consent platforms can't be read.
    #[error("{}: TCF's list of consent platforms can't be used", path.display())]
    CmpList {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CmpListError,
    },
    /// The durable store can't be opened.
    #[cfg(feature = "durable")]
    #[error("{}: the durable store can't be opened", path.display())]
    Durable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: predispatch_dedup::store::durable::DurableError,
    },
    /// A feed of addresses.
    #[error("{}: the feed of addresses can't be used", path.display())]
    Feed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ip::LoadError,
    },
    /// A file can't be read.
    #[error("{}: {kind}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        kind: std::io::ErrorKind,
    },
    /// The lists of mail domains.
    #[error("bot_data.mail: the lists can't be used")]
    MailLists {
        /// What is wrong with them.
        source: email::LoadError,
    },
    /// A key that means nothing without another.
    #[error("{key} needs {needed} beside it")]
    Needs {
        /// The key that is there.
        key: &'static str,
        /// The key that is not.
        needed: &'static str,
    },
    /// A table of which only comments are left: with it in the place of the bundled one nothing would
    /// be found any more.
    #[error("{}: there is no row in it", path.display())]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// The store that is asked for was not built in.
    #[error("this build has no such store; build predispatch with the feature {feature}")]
    NoSuchStore {
        /// The cargo feature.
        feature: &'static str,
    },
    /// The site's consent policy.
    #[error("{}: the consent policy can't be used", path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PolicyError,
    },
    /// The Redis store can't be used.
    #[cfg(feature = "redis")]
    #[error("dedup.store.redis: the store can't be used")]
    Redis {
        /// Why.
        source: predispatch_dedup::store::redis::RedisError,
    },
    /// A moment that has not come yet.
    #[error("{key} is in the future; it says since when the store has known every event")]
    OfTheFuture {
        /// The key.
        key: &'static str,
    },
    /// A secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// What is missing or there twice.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Not TOML, an unknown key, or a value that is not one of those expected.
    #[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
    Toml {
        /// From 1; `None` if the whole file is meant.
        line: Option<usize>,
        /// What was found and what was expected.
        message: Box<str>,
    },
    /// The tables of user agents.
    #[error("bot_data.user_agents: the tables can't be used")]
    UserAgents {
        /// What is wrong with them.
        source: UaDataError,
    },
    /// The Global Vendor List can't be read.
    #[error("{}: the Global Vendor List can't be used", path.display())]
    VendorList {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: GvlError,
    },
}
