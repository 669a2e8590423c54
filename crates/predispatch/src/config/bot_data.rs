//! `[bot_data]`: the files that senders are judged by.

#[cfg(feature = "bundled")]
use std::sync::OnceLock;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use predispatch_bot::{
    Layer,
    email::{DisposableDomains, Domain, DomainList, EmailClassifier, ListKind},
    ip::{Class, Feed, Format, IpTable, IpTableBuilder, Label},
    ua::{UaCache, UaClassifier},
    verdict::{Data, DataSource, Stale},
};
use predispatch_types::Timestamp;
use serde::Deserialize;

use super::value::{self, read_bytes, read_table};
use crate::{ConfigError, SettingsError};

/// `[bot_data]`: newer tables in the place of the bundled ones. What is not given stays as it is
/// bundled; without the feature `bundled` it is not there, and `ip` or `user_agents` must be given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct BotDataFiles {
    /// Feeds of address ranges. The first one replaces all bundled ranges.
    pub ip: Vec<IpFeed>,
    /// From which age, in days, findings from address ranges count for less: 1 to 3,650, by default 90.
    #[serde(deserialize_with = "value::number::<_, 1, 3_650>")]
    pub ip_max_age_days: Option<u64>,
    /// What such findings are worth then.
    pub ip_when_old: WhenOld,
    /// Files of tokens of user agents; one of an earlier file wins.
    pub user_agents: Vec<PathBuf>,
    /// Chromium's build ranges; needed with `user_agents`, and only there.
    pub chromium_builds: Option<PathBuf>,
    /// Lists of disposable mail domains. The first one replaces all bundled lists.
    pub mail: Vec<MailList>,
    /// Mail domains that no list counts against, with all below them.
    #[serde(deserialize_with = "domains")]
    pub mail_allow: Vec<Domain>,
}

/// What findings from old address ranges are worth.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhenOld {
    /// One strength less.
    #[default]
    Weaken,
    /// Nothing; they are noted.
    Ignore,
}

/// `[[bot_data.ip]]`: one feed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IpFeed {
    /// The file.
    pub file: PathBuf,
    /// How it is written.
    pub format: FeedFormat,
    /// Its name in verdicts; by default the file's name up to the first dot.
    #[serde(default)]
    pub name: Option<Box<str>>,
    /// What its networks are, in addition to what its rows say: names such as `datacenter`, `vpn`.
    #[serde(default, deserialize_with = "classes")]
    pub class: Vec<Class>,
    /// Whose servers or network it is.
    #[serde(default)]
    pub provider: Option<Box<str>>,
    /// Whose crawler comes from it: all its networks are that operator's.
    #[serde(default)]
    pub operator: Option<Box<str>>,
    /// Names of crawlers, as user agents say them, all of whose ranges this feed has: from elsewhere
    /// such a name is somebody else's. Needs `operator`.
    #[serde(default)]
    pub crawlers: Vec<Box<str>>,
    /// When it was made or fetched; what the file itself says comes first.
    #[serde(default, deserialize_with = "moment")]
    pub made: Option<Timestamp>,
    /// The fewest networks that are accepted, at least 1: a feed that shrinks is mostly broken.
    #[serde(default)]
    pub at_least: Option<u64>,
    /// For MaxMind's Anonymous Plus: rows of a lower confidence, 0 to 99, say nothing of anonymisers.
    #[serde(default, deserialize_with = "value::number::<_, 0, 99>")]
    pub min_confidence: Option<u64>,
}

/// How a feed is written: `predispatch_bot::ip::Format`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is documented at predispatch_bot::ip::Format")]
pub enum FeedFormat {
    AsnList,
    AsnRanges,
    Aws,
    Azure,
    Columns,
    Geofeed,
    Github,
    Google,
    Ip2proxy,
    Iporigin,
    Labelled,
    Mmdb,
    Networks,
    Oracle,
    PrivateRelay,
    Spamhaus,
    TorExits,
}

/// `[[bot_data.mail]]`: one list of disposable mail domains, one a line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MailList {
    /// The file.
    pub file: PathBuf,
    /// How far it is to be trusted.
    pub kind: MailKind,
}

/// How far a list of mail domains is to be trusted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MailKind {
    /// Each entry was looked at by somebody.
    Curated,
    /// Hosts that give every visitor a sub-domain.
    Wildcard,
    /// Collected; two of these have to agree.
    Collected,
}

impl BotDataFiles {
    /// The tables of addresses and user agents, and those of mail domains.
    pub(super) fn load(
        &self,
        folder: &Path,
        seed: u64,
    ) -> Result<(Data, Option<Arc<EmailClassifier>>), ConfigError> {
        let given = !(self.ip.is_empty() && self.user_agents.is_empty());
        let mut data = match bundled() {
            Some(data) => data,
            None if given => Data::empty(),
            None => return Err(SettingsError::NoBotData.into()),
        };
        if let Some(classifier) = self.user_agents(folder)? {
            data = with_agents(data, classifier, seed);
        }
        if !self.ip.is_empty() {
            data = data.with_ip(Arc::new(self.addresses(folder)?));
            for feed in self.ip.iter().filter(|feed| !feed.crawlers.is_empty()) {
                let (key, needed) = ("bot_data.ip.crawlers", "operator");
                let operator = feed.operator.as_deref().filter(|operator| !operator.is_empty());
                let operator = operator.ok_or(ConfigError::Needs { key, needed })?;
                for name in &feed.crawlers {
                    data = data.with_crawler_ranges(name, operator);
                }
            }
        }
        let days = self.ip_max_age_days.unwrap_or(90);
        let when_old = match self.ip_when_old {
            WhenOld::Weaken => Stale::Weaken,
            WhenOld::Ignore => Stale::Ignore,
        };
        data = data.with_max_age(Layer::Ip, days.saturating_mul(86_400), when_old);
        Ok((data, self.mail(folder)?.map(Arc::new)))
    }

    fn addresses(&self, folder: &Path) -> Result<IpTable, ConfigError> {
        let mut table = IpTableBuilder::new();
        for feed in &self.ip {
            let bytes = read_bytes(&folder.join(&feed.file))?;
            let loaded = table.load(&feed.feed(), &bytes);
            loaded.map_err(|source| ConfigError::Feed { path: feed.file.clone(), source })?;
        }
        Ok(table.build())
    }

    fn user_agents(&self, folder: &Path) -> Result<Option<UaClassifier>, ConfigError> {
        let (agents, numbers) = ("bot_data.user_agents", "bot_data.chromium_builds");
        let builds = match (&self.chromium_builds, self.user_agents.is_empty()) {
            (None, true) => return Ok(bundled_agents()),
            (None, false) => return Err(ConfigError::Needs { key: agents, needed: numbers }),
            (Some(_), true) => return Err(ConfigError::Needs { key: numbers, needed: agents }),
            (Some(builds), false) => builds,
        };
        let texts = self.user_agents.iter().map(|path| read_table(&folder.join(path)));
        let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        UaClassifier::new(&texts, &read_table(&folder.join(builds))?)
            .map(Some)
            .map_err(|source| ConfigError::UserAgents { source })
    }

    fn mail(&self, folder: &Path) -> Result<Option<EmailClassifier>, ConfigError> {
        let mut classifier = match self.mail.is_empty() {
            true => bundled_mail(),
            false => {
                let texts = self.mail.iter().map(|list| read_table(&folder.join(&list.file)));
                let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
                let lists: Vec<_> = self
                    .mail
                    .iter()
                    .zip(&texts)
                    .map(|(list, text)| DomainList::new(list.kind.into(), text))
                    .collect();
                let (domains, _) = DisposableDomains::from_lists(&lists, MAX_BAD_PER_MILLE)
                    .map_err(|source| ConfigError::MailLists { source })?;
                Some(EmailClassifier::new(domains))
            }
        };
        if let Some(classifier) = &mut classifier {
            for domain in &self.mail_allow {
                classifier.allow(domain);
            }
        }
        Ok(classifier)
    }
}

impl IpFeed {
    fn feed(&self) -> Feed {
        let stem = self.file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        let name = self.name.as_deref().or(self.operator.as_deref()).unwrap_or(stem);
        let mut feed = Feed::new(name, self.format.into());
        if let Some(label) = self.label() {
            feed = feed.label(label);
        }
        if let Some(made) = self.made {
            feed = feed.made(made);
        }
        if let Some(networks) = self.at_least {
            feed = feed.at_least(networks);
        }
        if let Some(confidence) = self.min_confidence {
            feed = feed.min_confidence(u16::try_from(confidence).unwrap_or(u16::MAX));
        }
        feed
    }

    /// `None` leaves the format's own label.
    fn label(&self) -> Option<Label> {
        let mut label = match &self.operator {
            Some(operator) => Label::crawler(operator),
            None if self.class.is_empty() && self.provider.is_none() => return None,
            None => Label::default(),
        };
        for class in &self.class {
            label = label.with(*class);
        }
        Some(match &self.provider {
            Some(provider) => label.provider(provider),
            None => label,
        })
    }
}

impl From<FeedFormat> for Format {
    fn from(format: FeedFormat) -> Self {
        match format {
            FeedFormat::AsnList => Self::AsnList,
            FeedFormat::AsnRanges => Self::AsnRanges,
            FeedFormat::Aws => Self::Aws,
            FeedFormat::Azure => Self::Azure,
            FeedFormat::Columns => Self::Columns,
            FeedFormat::Geofeed => Self::Geofeed,
            FeedFormat::Github => Self::Github,
            FeedFormat::Google => Self::Google,
            FeedFormat::Ip2proxy => Self::Ip2Proxy,
            FeedFormat::Iporigin => Self::Iporigin,
            FeedFormat::Labelled => Self::Labelled,
            FeedFormat::Mmdb => Self::Mmdb,
            FeedFormat::Networks => Self::Networks,
            FeedFormat::Oracle => Self::Oracle,
            FeedFormat::PrivateRelay => Self::PrivateRelay,
            FeedFormat::Spamhaus => Self::Spamhaus,
            FeedFormat::TorExits => Self::TorExits,
        }
    }
}

impl From<MailKind> for ListKind {
    fn from(kind: MailKind) -> Self {
        match kind {
            MailKind::Curated => Self::Curated,
            MailKind::Wildcard => Self::Wildcard,
            MailKind::Collected => Self::Collected,
        }
    }
}

fn classes<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Class>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let class = |name: String| {
        let known = || Class::ALL.map(Class::as_str).join(", ");
        Class::from_name(&name).ok_or_else(|| {
            serde::de::Error::custom(format!("unknown class `{name}`, expected one of {}", known()))
        })
    };
    names.into_iter().map(class).collect()
}

fn domains<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Domain>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let domain = |name: String| {
        let wrong = |_| {
            let unexpected = serde::de::Unexpected::Str(&name);
            serde::de::Error::invalid_value(unexpected, &"a domain such as example.com")
        };
        Domain::parse(&name).map_err(wrong)
    };
    names.into_iter().map(domain).collect()
}

fn moment<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    value::text(from, "a moment such as 2026-11-23T12:00:00Z", |text| text.parse().ok()).map(Some)
}

/// The same with a memory of the user agents seen. The texts that share a slot of it are decided by
/// the seed, which nobody outside knows.
fn with_agents(data: Data, classifier: UaClassifier, seed: u64) -> Data {
    let bundled = data.sources().iter().find(|source| source.layer == Layer::Ua).cloned();
    let source = bundled.unwrap_or_else(|| DataSource::new(Layer::Ua, "configured"));
    let cache = UaCache::new(Arc::new(classifier), CACHED_AGENTS, seed);
    data.with_user_agent_cache(Arc::new(cache), source)
}

/// The tables in the binary. They are read once for all pipelines of a process.
#[cfg(feature = "bundled")]
pub(crate) fn bundled() -> Option<Data> {
    static DATA: OnceLock<Data> = OnceLock::new();
    Some(DATA.get_or_init(Data::bundled).clone())
}

#[cfg(not(feature = "bundled"))]
pub(crate) const fn bundled() -> Option<Data> {
    None
}

#[cfg(feature = "bundled")]
fn bundled_agents() -> Option<UaClassifier> {
    Some(UaClassifier::bundled())
}

#[cfg(not(feature = "bundled"))]
const fn bundled_agents() -> Option<UaClassifier> {
    None
}

/// The lists of mail domains in the binary.
#[cfg(feature = "bundled")]
pub(crate) fn bundled_mail() -> Option<EmailClassifier> {
    Some(EmailClassifier::bundled())
}

#[cfg(not(feature = "bundled"))]
pub(crate) const fn bundled_mail() -> Option<EmailClassifier> {
    None
}

/// At most 512 bytes of text each. A site sees some hundred user agents a minute again and again.
const CACHED_AGENTS: usize = 4_096;
/// One row in a hundred, as for address feeds.
const MAX_BAD_PER_MILLE: usize = 10;
