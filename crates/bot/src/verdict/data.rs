//! The tables that a judgement uses.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use predispatch_types::Timestamp;

use super::record::DataSource;
use crate::ip::IpTable;
use crate::ua::{UaCache, UaClassifier, UaVerdict};
use crate::words::Words;
use crate::{Layer, Reason, Strength};

/// The tables that a judgement uses. Each is optional; a layer without its table finds nothing.
///
/// Tables are shared and read-only: to load newer ones while judging goes on, make another `Data`
/// and put it in the place of the old one.
#[derive(Clone)]
pub struct Data {
    pub(super) ip: Option<Arc<IpTable>>,
    agents: Option<Agents>,
    crawlers: Vec<(Box<str>, Box<str>)>,
    ages: Vec<Age>,
    pub(super) sources: Arc<[DataSource]>,
}

#[derive(Clone)]
enum Agents {
    Plain(Arc<UaClassifier>),
    Cached(Arc<UaCache>),
}

#[derive(Clone, Copy)]
struct Age {
    layer: Layer,
    max_secs: u64,
    then: Stale,
}

/// What becomes of findings from data over its age.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Stale {
    /// Each counts one strength less: hard as strong, strong as weak, weak as a note.
    Weaken,
    /// Each is a note.
    Ignore,
}

impl Default for Data {
    fn default() -> Self {
        Self::empty()
    }
}

impl Data {
    /// No table: only the layers that need none are asked.
    pub fn empty() -> Self {
        Self {
            ip: None,
            agents: None,
            crawlers: Vec::new(),
            ages: Vec::new(),
            sources: Arc::from(Vec::new()),
        }
    }

    /// The bundled user agents and address ranges ([`IpTable::bundled`], with its limits). Build it
    /// once and keep it: it takes some tens of milliseconds.
    ///
    /// Ranges age within weeks: findings from those older than [`BUNDLED_IP_MAX_AGE`] count one
    /// strength less. In production load feeds with [`crate::ip`], put them in the place of the bundled
    /// ranges with [`with_ip`](Self::with_ip), and say with [`with_max_age`](Self::with_max_age) when
    /// they are old.
    ///
    /// [`BUNDLED_IP_MAX_AGE`]: Self::BUNDLED_IP_MAX_AGE
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Self {
        let mut source = DataSource::new(Layer::Ua, "bundled");
        source.made = Some(BUNDLED_AGENTS_MADE);
        Self::empty()
            .with_user_agents(Arc::new(UaClassifier::bundled()), source)
            .with_ip(Arc::new(IpTable::bundled()))
            .with_max_age(Layer::Ip, Self::BUNDLED_IP_MAX_AGE, Stale::Weaken)
    }

    /// Seconds after which findings from the bundled address ranges count for less: 90 days.
    #[cfg(feature = "bundled")]
    pub const BUNDLED_IP_MAX_AGE: u64 = 90 * 86_400;

    /// The same with this table of addresses. Its feeds are named in each verdict.
    #[must_use]
    pub fn with_ip(mut self, table: Arc<IpTable>) -> Self {
        let feeds = table.sources().iter().map(|feed| DataSource {
            layer: Layer::Ip,
            name: feed.name.clone(),
            version: feed.version.clone(),
            made: feed.made,
        });
        let others = self.sources.iter().filter(|source| source.layer != Layer::Ip).cloned();
        self.sources = others.chain(feeds).collect();
        self.ip = Some(table);
        self
    }

    /// The same with this classifier of user agents.
    #[must_use]
    pub fn with_user_agents(self, agents: Arc<UaClassifier>, source: DataSource) -> Self {
        self.with_agents(Agents::Plain(agents), source)
    }

    /// The same with this classifier of user agents, which remembers those that it saw.
    #[must_use]
    pub fn with_user_agent_cache(self, agents: Arc<UaCache>, source: DataSource) -> Self {
        self.with_agents(Agents::Cached(agents), source)
    }

    /// The same, naming one more source in each verdict: of the e-mail list, for example, whose
    /// findings go to [`judge_with`](super::judge_with).
    #[must_use]
    pub fn with_source(mut self, source: DataSource) -> Self {
        self.sources = self.sources.iter().cloned().chain([source]).collect();
        self
    }

    /// The same, knowing that the table of addresses holds all ranges of a crawler: a user agent of
    /// that `name` from elsewhere is somebody else's. `operator` is the one that the feed was loaded
    /// with.
    ///
    /// An operator adds ranges: with [`with_max_age`](Self::with_max_age) the finding counts for less,
    /// and the sender stays a crawler that only says so, once the feed is old.
    #[must_use]
    pub fn with_crawler_ranges(mut self, name: &str, operator: &str) -> Self {
        self.crawlers.push((name.into(), operator.into()));
        self
    }

    /// The same, with an age from which findings of `layer` count for less. Of addresses the feeds
    /// that name the address decide, of e-mail addresses the sources named with
    /// [`with_source`](Self::with_source); a source that does not say its date never gets old. Headers
    /// and device signals rest on no list: for them nothing changes.
    #[must_use]
    pub fn with_max_age(mut self, layer: Layer, max_secs: u64, then: Stale) -> Self {
        self.ages.retain(|age| age.layer != layer);
        self.ages.push(Age { layer, max_secs, then });
        self
    }

    /// The tables that a verdict names.
    pub fn sources(&self) -> &[DataSource] {
        &self.sources
    }

    /// What a user agent is, and its words if they are remembered.
    pub(super) fn classify(&self, user_agent: &str) -> Option<(UaVerdict, Option<Words>)> {
        match self.agents.as_ref()? {
            Agents::Plain(classifier) => Some((classifier.classify(user_agent), None)),
            Agents::Cached(cache) => {
                let (verdict, words) = cache.classify_and_read(user_agent);
                Some((verdict, Some(words)))
            }
        }
    }

    /// Whose ranges a crawler of this name must come from.
    pub(super) fn operator(&self, name: &str) -> Option<&str> {
        let mut named = self.crawlers.iter();
        let found = named.find(|(crawler, _)| crawler.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }

    /// What becomes of findings of `layer` whose data were made at `made`; `None` if they are fresh.
    pub(super) fn stale(
        &self,
        layer: Layer,
        made: impl IntoIterator<Item = Option<Timestamp>>,
        now: Timestamp,
    ) -> Option<Stale> {
        let age = self.ages.iter().find(|age| age.layer == layer)?;
        let oldest = made.into_iter().flatten().min()?;
        let secs = now.unix_secs().saturating_sub(oldest.unix_secs());
        (u64::try_from(secs).is_ok_and(|secs| secs > age.max_secs)).then_some(age.then)
    }

    /// When the lists were made that would hold a crawler's address: the feed with its operator's
    /// name, or else every feed but IANA's registry, which does not age.
    pub(super) fn made_of_crawler(&self, operator: &str) -> Vec<Option<Timestamp>> {
        let feeds = || self.sources.iter().filter(|source| source.layer == Layer::Ip);
        let own = feeds().filter(|source| &*source.name == operator);
        let made: Vec<_> = own.map(|source| source.made).collect();
        if !made.is_empty() {
            return made;
        }
        let others = feeds().filter(|source| &*source.name != "iana_special");
        others.map(|source| source.made).collect()
    }

    /// When the sources of a layer were made.
    pub(super) fn made(&self, layer: Layer) -> impl Iterator<Item = Option<Timestamp>> {
        self.sources.iter().filter(move |source| source.layer == layer).map(|source| source.made)
    }

    fn with_agents(mut self, agents: Agents, source: DataSource) -> Self {
        let others = self.sources.iter().filter(|other| other.layer != Layer::Ua).cloned();
        self.sources = others.chain([source]).collect();
        self.agents = Some(agents);
        self
    }
}

impl Stale {
    /// What a finding counts now.
    pub(super) fn degrade(self, reason: Reason) -> Reason {
        let strength = match (self, reason.strength) {
            (Self::Weaken, Strength::Hard) => Strength::Strong,
            (Self::Weaken, Strength::Strong) => Strength::Weak,
            _ => Strength::Note,
        };
        Reason { strength, ..reason }
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data").field("sources", &self.sources).finish_non_exhaustive()
    }
}

/// 2026-09-05, the date of the older of the two lists of crawlers (`data/NOTICE`): how old a table is
/// depends on its data, not on when it was built.
#[cfg(feature = "bundled")]
const BUNDLED_AGENTS_MADE: Timestamp = Timestamp::from_unix_secs(1_788_566_400);

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_agents_are_as_old_as_their_data() {
        let crawlers = include_str!("../../data/ua/crawlers.tsv");
        assert!(crawlers.starts_with("# Data of 2026-09-05. "));
        assert_eq!("2026-09-05T00:00:00Z".parse(), Ok(BUNDLED_AGENTS_MADE));
    }
}
