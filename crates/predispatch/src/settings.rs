//! What a pipeline is set to.

use std::sync::Arc;

use predispatch_bot::{
    email::EmailClassifier,
    verdict::{Action, Data as BotData, Policy as BotPolicy, Subject},
};
use predispatch_consent::{Destination, DigestKey, Policy};
use predispatch_dedup::{Destination as ClaimedFor, KeyMaker};
use predispatch_event::{ReadOptions, StandardEvent, TrustedProxies};
use predispatch_payload::Account;
use predispatch_pii::DateOrder;
use predispatch_types::{Country, EventIdKey};
use serde::Deserialize;

use crate::{
    Pipeline, Snapshot,
    config::{bundled, bundled_mail},
    prepare::claimed_for,
};

/// Everything of a pipeline that does not age.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) targets: Vec<Target>,
    pub(crate) data_set: Box<str>,
    pub(crate) keys: KeyMaker,
    pub(crate) record_key: Option<DigestKey>,
    pub(crate) on_unknown: OnUnknown,
    pub(crate) paid_orders: PaidOrders,
    /// The regulated subject of the whole site.
    pub(crate) vertical: Option<Box<str>>,
    pub(crate) reading: Reading,
}

/// How events are read from text.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) id_key: Option<EventIdKey>,
    pub(crate) is_lenient: bool,
    pub(crate) default_country: Option<Country>,
    pub(crate) date_order: Option<DateOrder>,
    pub(crate) proxies: Option<TrustedProxies>,
}

impl Reading {
    pub(crate) fn options(&self) -> ReadOptions<'_> {
        let mut options = ReadOptions::new();
        if self.is_lenient {
            options = options.lenient();
        }
        if let Some(key) = &self.id_key {
            options = options.derive_ids(key);
        }
        if let Some(country) = self.default_country {
            options = options.default_country(country);
        }
        if let Some(order) = self.date_order {
            options = options.date_order(order);
        }
        if let Some(proxies) = &self.proxies {
            options = options.trusted_proxies(proxies);
        }
        options
    }
}

/// One destination.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) account: Account,
    /// The same in the words of the store of claims.
    pub(crate) claimed_for: ClaimedFor,
    /// Whether the page has the platform's tag, which reports the browser's half.
    pub(crate) has_browser_tag: bool,
}

/// Whether a page usually has a tag of the product that reports actions under our ids. Google's uploads
/// go to conversion actions of their own, unless one is set up to take the tag's too.
const fn is_usually_tagged(destination: ClaimedFor) -> bool {
    !matches!(
        destination,
        ClaimedFor::GOOGLE | ClaimedFor::GOOGLE_ADS_CLICK | ClaimedFor::GOOGLE_ADS_ADJUSTMENT
    )
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

/// Which purchases are paid orders, which the bot policy does not drop or hold below a score of its
/// own ([`Policy::paid_order_score`](crate::bot::verdict::Policy)). Only a server's reports with an
/// order's number ever are.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaidOrders {
    /// Those whose `custom_data.status` is `paid`.
    #[default]
    ByStatus,
    /// All of them: the shop reports an order only once it is paid.
    All,
    /// None.
    None,
}

/// Whether the page has a platform's tag, which reports the same actions from the browser.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is there or it is not")]
pub enum BrowserTag {
    /// A browser's report is taken to be the tag's, too, and paired with the server's.
    Present,
    /// A browser's report is [`NotTargeted`](crate::Fate::NotTargeted) there: it must not stand in the way
    /// of the server's, which is all that the platform gets.
    Absent,
}

/// Makes a [`Pipeline`] from Rust; see the crate's documentation for an example.
#[derive(Debug)]
#[must_use = "nothing is made before `build`"]
pub struct PipelineBuilder {
    /// Each with whether the page has its tag, if that was said.
    accounts: Vec<(Account, Option<BrowserTag>)>,
    data_set: Box<str>,
    keys: Option<KeyMaker>,
    record_key: Option<DigestKey>,
    on_unknown: OnUnknown,
    paid_orders: PaidOrders,
    vertical: Option<Box<str>>,
    reading: Reading,
    consent: Option<Policy>,
    bot: Option<BotData>,
    mail: MailTables,
    bot_policy: BotPolicy,
}

/// Which tables of mail domains a pipeline has.
#[derive(Debug)]
enum MailTables {
    Bundled,
    /// As a snapshot has them: perhaps none.
    These(Option<Arc<EmailClassifier>>),
}

impl PipelineBuilder {
    pub(crate) fn new() -> Self {
        Self {
            accounts: Vec::new(),
            data_set: "default".into(),
            keys: None,
            record_key: None,
            on_unknown: OnUnknown::default(),
            paid_orders: PaidOrders::default(),
            vertical: None,
            reading: Reading::default(),
            consent: None,
            bot: None,
            mail: MailTables::Bundled,
            bot_policy: BotPolicy::default(),
        }
    }

    /// Adds a destination. At least one is needed, and at most one of each platform and product.
    ///
    /// A browser's report is taken to be its tag's, too, and paired with the server's. Google's Data
    /// Manager and Ads uploads are taken to have none: say so if the page reports to the same
    /// conversion action, by [`destination_with_tag`](Self::destination_with_tag).
    pub fn destination(mut self, account: Account) -> Self {
        self.accounts.push((account, None));
        self
    }

    /// The same, and whether the page has the platform's tag.
    pub fn destination_with_tag(mut self, account: Account, tag: BrowserTag) -> Self {
        self.accounts.push((account, Some(tag)));
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

    /// Derives an id for events that are read without one: 32 random bytes, the same wherever ids of
    /// the same events are derived. Without it such an event can't be claimed and goes nowhere.
    pub fn event_id_key(mut self, key: [u8; 32]) -> Self {
        self.reading.id_key = Some(EventIdKey::new(key));
        self
    }

    /// Keeps keys that the event's schema does not have aside, instead of refusing the event.
    pub const fn lenient(mut self) -> Self {
        self.reading.is_lenient = true;
        self
    }

    /// In which country telephone numbers and postal codes are read if the event's own address has
    /// none. Without it a national number is left out.
    pub const fn default_country(mut self, country: Country) -> Self {
        self.reading.default_country = Some(country);
        self
    }

    /// How a birth date such as `2/3/1997` is read. Without it such a date is left out.
    pub const fn date_order(mut self, order: DateOrder) -> Self {
        self.reading.date_order = Some(order);
        self
    }

    /// Takes `client.ip` for the address of the connection, and finds the person's behind these
    /// proxies.
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.reading.proxies = Some(proxies);
        self
    }

    /// The regulated subject of the whole site, such as `health`, or several with commas, in addition to
    /// what an event says of itself; the consent policy has to know each. Default: none.
    pub fn vertical(mut self, subject: &str) -> Self {
        self.vertical = Some(subject.into());
        self
    }

    /// Which purchases are paid orders. Default: those that say so.
    pub const fn paid_orders(mut self, which: PaidOrders) -> Self {
        self.paid_orders = which;
        self
    }

    /// The consent policy. Default: the bundled one, which knows no vendor list.
    pub fn consent_policy(mut self, policy: Policy) -> Self {
        self.consent = Some(policy);
        self
    }

    /// Tables for judging senders. Default: the bundled ones. Without the feature `bundled` there is no
    /// default: a pipeline has these, those of a [`snapshot`](Self::snapshot), or is told to go
    /// [without](Self::without_bot_data).
    pub fn bot_data(mut self, data: BotData) -> Self {
        self.bot = Some(data);
        self
    }

    /// No tables for judging senders: known crawlers and the addresses of data centres are taken for
    /// anybody's.
    pub fn without_bot_data(self) -> Self {
        self.bot_data(BotData::empty())
    }

    /// Tables for judging mail addresses. Default: the bundled ones; none without the feature
    /// `bundled`.
    pub fn mail_data(mut self, classifier: Arc<EmailClassifier>) -> Self {
        self.mail = MailTables::These(Some(classifier));
        self
    }

    /// All the data that ages, at once: consent policy, tables, bot policy. One without tables of mail
    /// domains makes a pipeline without them.
    pub fn snapshot(mut self, snapshot: Snapshot) -> Self {
        let Snapshot { consent, bot, mail, bot_policy } = snapshot;
        (self.consent, self.bot, self.bot_policy) = (Some(consent), Some(bot), bot_policy);
        self.mail = MailTables::These(mail);
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
        for (account, tag) in self.accounts {
            let destination = account.destination();
            if targets.iter().any(|target| target.account.destination() == destination) {
                return Err(SettingsError::DestinationTwice { destination });
            }
            let claimed_for =
                claimed_for(destination).ok_or(SettingsError::NoWindows { destination })?;
            let has_browser_tag = tag
                .map_or_else(|| is_usually_tagged(claimed_for), |tag| tag == BrowserTag::Present);
            targets.push(Target { account, claimed_for, has_browser_tag });
        }
        if targets.is_empty() {
            return Err(SettingsError::NoDestination);
        }
        let consent = self.consent.unwrap_or_else(Policy::bundled);
        let settings = Settings {
            targets,
            data_set: self.data_set,
            keys,
            record_key: self.record_key,
            on_unknown: self.on_unknown,
            paid_orders: self.paid_orders,
            vertical: self.vertical,
            reading: self.reading,
        };
        let snapshot = Snapshot {
            consent,
            mail: match self.mail {
                MailTables::Bundled => bundled_mail().map(Arc::new),
                MailTables::These(tables) => tables,
            },
            bot: self.bot.or_else(bundled).ok_or(SettingsError::NoBotData)?,
            bot_policy: self.bot_policy,
        };
        settings.check(&snapshot)?;
        Ok(Pipeline::new(settings, snapshot))
    }
}

impl Settings {
    /// Whether these settings can be kept with such data. A subject that the policy does not know would
    /// leave the site unregulated, as far as it is about that.
    pub(crate) fn check(&self, snapshot: &Snapshot) -> Result<(), SettingsError> {
        let is_known = |subjects| snapshot.consent.knows_verticals(subjects);
        if !self.vertical.as_deref().is_none_or(is_known) {
            return Err(SettingsError::UnknownVertical);
        }
        let refuses =
            |target: &&Target| refuses_what_it_is_left(&target.account, &snapshot.bot_policy);
        match self.targets.iter().find(refuses) {
            Some(target) => {
                Err(SettingsError::AmountDemanded { destination: target.account.destination() })
            }
            None => Ok(()),
        }
    }
}

/// Whether a sender's class leaves an event without the amount that the destination refuses it for.
fn refuses_what_it_is_left(account: &Account, policy: &BotPolicy) -> bool {
    let loses_it = |event: &str| {
        let subject = Subject::new(event, account.destination().platform());
        account.demands_amount(event) && policy.may_take(&subject, Action::WithoutValue)
    };
    StandardEvent::ALL.into_iter().any(|event| loses_it(event.as_str()))
        || account.named_events().any(loses_it)
        // An event of the sender's own may have the platform's name of it.
        || account.name_with_amount().is_some_and(loses_it)
}

/// Why settings make no pipeline.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// A bot action takes the amount of an event that the destination refuses without one: it would not be
    /// sent at all.
    #[error(
        "{destination} refuses purchases without an amount, and events of your own that have its name of them (Purchase, PURCHASE); give both there another bot action than without_value"
    )]
    AmountDemanded {
        /// The destination.
        destination: Destination,
    },
    /// Two accounts of one platform and product: an event's claim could not tell them apart.
    #[error("{destination} is there twice; use a second pipeline with its own data set")]
    DestinationTwice {
        /// The destination.
        destination: Destination,
    },
    /// No tables for judging senders, in a build without the feature `bundled`: every program would pass
    /// for a person.
    #[error(
        "there are no tables for judging senders; give them, or build predispatch with the feature bundled"
    )]
    NoBotData,
    /// A second look needs the key of the records.
    #[error("the pipeline makes no records; give it a record key")]
    NoRecordKey,
    /// No secret for the store of claims.
    #[error("there is no key for deduplication; it takes 16 random bytes that stay the same")]
    NoDedupKey,
    /// No destination at all.
    #[error("there is no destination")]
    NoDestination,
    /// A regulated subject of the site is none that the consent policy knows.
    #[error("the site's vertical is none that the consent policy knows, or one of several is not")]
    UnknownVertical,
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
            Self::AmountDemanded { .. } => "settings_amount_demanded",
            Self::DestinationTwice { .. } => "settings_destination_twice",
            Self::NoBotData => "settings_no_bot_data",
            Self::NoDedupKey => "settings_no_dedup_key",
            Self::NoRecordKey => "settings_no_record_key",
            Self::NoDestination => "settings_no_destination",
            Self::NoWindows { .. } => "settings_no_windows",
            Self::UnknownVertical => "settings_unknown_vertical",
        }
    }
}
