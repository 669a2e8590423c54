//! Where at a platform the events go.

use std::collections::BTreeMap;

use predispatch_consent::{Destination, GoogleProduct};
use predispatch_event::StandardEvent;
use predispatch_pii::Format;
use predispatch_types::{Issue, Platform, Severity, Stage, Timestamp};

use crate::{
    amazon,
    envelope::Shared,
    google, linkedin, meta, microsoft, pinterest, reddit,
    rules::{Name, Rules},
    snapchat, tiktok, x,
};

/// One place at one platform that takes events: a pixel, a data set, an ad account, with what is set
/// for it. No secret is in it; tokens belong to the sender.
///
/// ```
/// use predispatch_payload::{Account, AccountKeys, meta};
/// use predispatch_types::Platform;
///
/// let account = Account::new(meta::Dataset::new("1234567890")?);
/// assert_eq!(account.destination(), Platform::Meta.into());
///
/// // The same from configuration; a missing key is an error that names it.
/// let error = Account::from_keys(Platform::Meta.into(), &AccountKeys::default()).unwrap_err();
/// assert_eq!(error.to_string(), "the account lacks the key pixel_id");
/// # Ok::<(), predispatch_payload::AccountError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Account {
    target: Target,
    names: BTreeMap<Box<str>, Box<str>>,
    version: Option<Box<str>>,
    test_code: Option<Box<str>>,
    mode: Mode,
    /// Of this account as it is: whatever changes it empties them.
    envelopes: Shared,
}

/// The place, by platform.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// An advertiser of Amazon Ads.
    Amazon(amazon::Advertiser),
    /// The conversion rules of LinkedIn.
    LinkedIn(linkedin::AdAccount),
    /// A pixel of X.
    X(x::Pixel),
    /// An account of Google Ads, whose conversions get corrected or completed.
    GoogleAdsAdjustment(google::ads_adjustment::AdsAccount),
    /// An account of Google Ads, by uploads of click conversions.
    GoogleAdsClick(google::ads_click::AdsAccount),
    /// A web stream of Google Analytics 4.
    GoogleAnalytics4(google::ga4::WebStream),
    /// An account of Google Ads, by the Data Manager.
    GoogleDataManager(google::data_manager::AdsAccount),
    /// A data set (pixel) of Meta.
    Meta(meta::Dataset),
    /// A UET tag of Microsoft Advertising.
    Microsoft(microsoft::UetTag),
    /// An ad account of Pinterest.
    Pinterest(pinterest::AdAccount),
    /// A pixel of Reddit.
    Reddit(reddit::Pixel),
    /// A pixel or app of Snapchat.
    Snapchat(snapchat::Asset),
    /// A pixel, app or event set of TikTok.
    TikTok(tiktok::EventSource),
}

/// Whether what is sent is meant to count.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Mode {
    /// It counts. A test code is left out and reported.
    #[default]
    Production,
    /// It carries the platform's mark for tests until a moment; after it, this is production again. At Meta
    /// what carries the mark counts too ([`TestMark::CodeThatCounts`](crate::TestMark)), which is reported.
    Test {
        /// The last moment of the test.
        until: Timestamp,
    },
}

impl Account {
    /// An account in production, with the platform's own event names.
    pub fn new(target: impl Into<Target>) -> Self {
        Self {
            target: target.into(),
            names: BTreeMap::new(),
            version: None,
            test_code: None,
            mode: Mode::Production,
            envelopes: Shared::default(),
        }
    }

    /// The account that configuration describes.
    ///
    /// # Errors
    /// [`AccountError`] names the key that is missing or has no legal value.
    pub fn from_keys(destination: Destination, keys: &AccountKeys) -> Result<Self, AccountError> {
        let target: Target = match destination.platform() {
            Platform::Amazon => amazon::Advertiser::from_keys(keys)?.into(),
            Platform::LinkedIn => linkedin::AdAccount::from_keys(keys)?.into(),
            Platform::X => x::Pixel::from_keys(keys)?.into(),
            Platform::Google => match destination.google_product() {
                None | Some(GoogleProduct::DataManager) => {
                    google::data_manager::AdsAccount::from_keys(keys)?.into()
                }
                Some(GoogleProduct::AdsAdjustment) => {
                    google::ads_adjustment::AdsAccount::from_keys(keys)?.into()
                }
                Some(GoogleProduct::AdsClick) => {
                    google::ads_click::AdsAccount::from_keys(keys)?.into()
                }
                Some(GoogleProduct::Ga4) => google::ga4::WebStream::from_keys(keys)?.into(),
                Some(_) => return Err(AccountError::NoBuilder { platform: Platform::Google }),
            },
            Platform::Meta => meta::Dataset::from_keys(keys)?.into(),
            Platform::Microsoft => microsoft::UetTag::from_keys(keys)?.into(),
            Platform::Pinterest => pinterest::AdAccount::from_keys(keys)?.into(),
            Platform::Reddit => reddit::Pixel::from_keys(keys)?.into(),
            Platform::Snapchat => snapchat::Asset::from_keys(keys)?.into(),
            Platform::TikTok => tiktok::EventSource::from_keys(keys)?.into(),
            platform => return Err(AccountError::NoBuilder { platform }),
        };
        let mut account = Self::new(target);
        for (event, name) in &keys.event_names {
            account = account.with_name(event, name)?;
        }
        for (event, id) in keys.ids_of_events(destination) {
            account = account.with_name(event, id)?;
        }
        if let Some(version) = given(keys.api_version.as_deref()) {
            account = account.with_version(version)?;
        }
        if let Some(code) = given(keys.test_code.as_deref()) {
            account = account.with_test_code(code)?;
        }
        Ok(account)
    }

    /// Calls the event `event` (canonical or custom) `name` at this account.
    ///
    /// # Errors
    /// [`AccountError::BadValue`] if the platform takes no such name.
    pub fn with_name(mut self, event: &str, name: &str) -> Result<Self, AccountError> {
        if event.is_empty() || !self.target.takes_name(name) {
            return Err(AccountError::BadValue { key: "event_names" });
        }
        self.names.insert(event.into(), name.into());
        self.envelopes = Shared::default();
        Ok(self)
    }

    /// Uses this version of the platform's interface instead of [`Rules::versions`]'s first.
    ///
    /// # Errors
    /// [`AccountError::BadValue`] if it can't stand in a URL or header, or the interface has none.
    pub fn with_version(mut self, version: &str) -> Result<Self, AccountError> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let has_versions = !self.rules().versions.is_empty();
        if !has_versions || version.is_empty() || version.len() > 16 || !version.bytes().all(legal)
        {
            return Err(AccountError::BadValue { key: "api_version" });
        }
        self.version = Some(version.into());
        self.envelopes = Shared::default();
        Ok(self)
    }

    /// Sets the platform's code for test events. It is sent in test mode only.
    ///
    /// # Errors
    /// [`AccountError::BadValue`] if it is not 1 to 64 letters, digits, hyphens and underscores.
    pub fn with_test_code(mut self, code: &str) -> Result<Self, AccountError> {
        self.test_code = Some(identifier("test_code", code)?);
        Ok(self)
    }

    /// Marks what is built as a test until that moment, at which the account returns to production.
    #[must_use]
    pub const fn in_test_mode(mut self, until: Timestamp) -> Self {
        self.mode = Mode::Test { until };
        self
    }

    /// The destination that this account belongs to.
    pub fn destination(&self) -> Destination {
        self.target.destination()
    }

    pub(crate) const fn envelopes(&self) -> &Shared {
        &self.envelopes
    }

    /// Whether what is built now counts.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// What one should know before sending with it: a version that has expired or does so within 60
    /// days, a test code without test mode.
    pub fn warnings(&self, now: Timestamp) -> Vec<Issue> {
        let platform = self.destination().platform();
        let warn =
            |code, field| Issue::new(code, Stage::Payload, field, Severity::Noted).at(platform);
        let mut warnings = Vec::new();
        let version = self.version();
        let known = self.rules().versions.iter().find(|known| known.name == version);
        match known.map(|known| known.expires) {
            None if self.rules().versions.is_empty() => {}
            None => warnings.push(warn("api_version_unknown", "api_version")),
            Some(Some(end)) if end <= now => {
                warnings.push(warn("api_version_expired", "api_version"));
            }
            Some(Some(end)) if end <= now.plus_secs(WARN_AHEAD_SECS) => {
                warnings.push(warn("api_version_expires_soon", "api_version"));
            }
            Some(_) => {}
        }
        if self.test_code.is_some() && self.mode == Mode::Production {
            warnings.push(warn("test_code_in_production", "test_code"));
        }
        warnings
    }

    /// The platform's name of the event that it refuses without an amount, if there is one. An event of the
    /// sender's own that has this name is refused like it.
    pub const fn name_with_amount(&self) -> Option<&'static str> {
        match self.target {
            Target::Meta(_) => Some(meta::PURCHASE),
            Target::Snapchat(_) => Some(snapchat::PURCHASE),
            _ => None,
        }
    }

    /// Whether some event of this name (canonical or one's own) is refused there for want of an amount.
    pub fn demands_amount(&self, event: &str) -> bool {
        let theirs = || match StandardEvent::from_name(event) {
            Some(standard) => match self.rules().name(standard) {
                Some(Name::Standard(name) | Name::Custom(name)) => Some(name),
                _ => None,
            },
            None => Some(event),
        };
        let own = self.name_of(event).or_else(|| self.name_of_others());
        self.name_with_amount().is_some_and(|name| own.or_else(theirs) == Some(name))
    }

    /// The events that it has names of its own for; `*` stands for those that it does not list.
    pub fn named_events(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|event| &**event)
    }

    pub(crate) const fn target(&self) -> &Target {
        &self.target
    }

    /// The account's own name of an event.
    pub(crate) fn name_of(&self, event: &str) -> Option<&str> {
        if self.names.is_empty() {
            return None;
        }
        self.names.get(event).map(|name| &**name)
    }

    /// Its name for all events that it does not list.
    pub(crate) fn name_of_others(&self) -> Option<&str> {
        self.name_of("*")
    }

    /// The first of its names in order; nothing without names.
    pub(crate) fn first_name(&self) -> &str {
        self.names.values().min().map_or("", |name| name)
    }

    /// Whether that is its only name.
    pub(crate) fn names_one(&self) -> bool {
        self.names.len() == 1
    }

    pub(crate) fn version(&self) -> &str {
        let default = || self.rules().versions.first().map_or("", |version| version.name);
        self.version.as_deref().unwrap_or_else(default)
    }

    pub(crate) fn test_code(&self) -> Option<&str> {
        self.test_code.as_deref()
    }

    pub(crate) const fn rules(&self) -> &'static Rules {
        self.target.rules()
    }
}

impl Target {
    /// The destination that it belongs to.
    pub fn destination(&self) -> Destination {
        match self {
            Self::Amazon(_) => Platform::Amazon.into(),
            Self::LinkedIn(_) => Platform::LinkedIn.into(),
            Self::X(_) => Platform::X.into(),
            Self::GoogleAdsAdjustment(_) => Destination::google(GoogleProduct::AdsAdjustment),
            Self::GoogleAdsClick(_) => Destination::google(GoogleProduct::AdsClick),
            Self::GoogleAnalytics4(_) => Destination::google(GoogleProduct::Ga4),
            Self::GoogleDataManager(_) => Platform::Google.into(),
            Self::Meta(_) => Platform::Meta.into(),
            Self::Microsoft(_) => Platform::Microsoft.into(),
            Self::Pinterest(_) => Platform::Pinterest.into(),
            Self::Reddit(_) => Platform::Reddit.into(),
            Self::Snapchat(_) => Platform::Snapchat.into(),
            Self::TikTok(_) => Platform::TikTok.into(),
        }
    }

    pub(crate) const fn rules(&self) -> &'static Rules {
        match self {
            Self::Amazon(_) => &amazon::RULES,
            Self::LinkedIn(_) => &linkedin::RULES,
            Self::X(_) => &x::RULES,
            Self::GoogleAdsAdjustment(_) => &google::ads_adjustment::RULES,
            Self::GoogleAdsClick(_) => &google::ads_click::RULES,
            Self::GoogleAnalytics4(_) => &google::ga4::RULES,
            Self::GoogleDataManager(_) => &google::data_manager::RULES,
            Self::Meta(_) => &meta::RULES,
            Self::Microsoft(_) => &microsoft::RULES,
            Self::Pinterest(_) => &pinterest::RULES,
            Self::Reddit(_) => &reddit::RULES,
            Self::Snapchat(_) => &snapchat::RULES,
            Self::TikTok(_) => &tiktok::RULES,
        }
    }

    pub(crate) const fn format(&self) -> Format {
        match self {
            Self::Amazon(_) => Format::Amazon,
            Self::LinkedIn(to) => to.format(),
            Self::X(_) => Format::X,
            Self::GoogleAdsAdjustment(_) | Self::GoogleAdsClick(_) => Format::GoogleAds,
            Self::GoogleAnalytics4(_) => Format::GoogleAnalytics4,
            Self::GoogleDataManager(_) => Format::GoogleDataManager,
            Self::Meta(_) => Format::Meta,
            Self::Microsoft(_) => Format::Microsoft,
            Self::Pinterest(_) => Format::Pinterest,
            Self::Reddit(_) => Format::Reddit,
            Self::Snapchat(_) => Format::Snapchat,
            Self::TikTok(_) => Format::TikTok,
        }
    }

    /// Whether the platform's events have names. Where they have ids of rules, tags or actions, the
    /// account must give one.
    pub(crate) const fn has_names(&self) -> bool {
        match self {
            Self::GoogleAdsAdjustment(_)
            | Self::GoogleAdsClick(_)
            | Self::GoogleDataManager(_)
            | Self::LinkedIn(_)
            | Self::X(_) => false,
            Self::Amazon(_)
            | Self::GoogleAnalytics4(_)
            | Self::Meta(_)
            | Self::Microsoft(_)
            | Self::Pinterest(_)
            | Self::Reddit(_)
            | Self::Snapchat(_)
            | Self::TikTok(_) => true,
        }
    }

    /// Whether `name` may stand where the platform wants an event's name.
    fn takes_name(&self, name: &str) -> bool {
        match self {
            Self::Amazon(_) => amazon::takes_name(name),
            Self::LinkedIn(_) => linkedin::takes_name(name),
            Self::X(_) => x::takes_name(name),
            Self::GoogleAdsAdjustment(_) | Self::GoogleAdsClick(_) | Self::GoogleDataManager(_) => {
                google::takes_action(name)
            }
            Self::GoogleAnalytics4(_) => google::ga4::takes_name(name),
            Self::Meta(_) => meta::takes_name(name),
            Self::Microsoft(_) => microsoft::takes_name(name),
            Self::Pinterest(_) => pinterest::takes_name(name),
            Self::Reddit(_) => reddit::takes_name(name),
            Self::Snapchat(_) => snapchat::takes_name(name),
            Self::TikTok(_) => tiktok::takes_name(name),
        }
    }
}

/// An account as configuration writes it. Which keys are needed depends on the platform.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AccountKeys {
    /// Amazon: the advertiser's id.
    pub account_id: Option<String>,
    /// Pinterest: the ad account's number.
    pub ad_account_id: Option<String>,
    /// The version of the platform's interface, where not the newest known.
    pub api_version: Option<String>,
    /// TikTok and Snapchat: the app, for events of apps.
    pub app_id: Option<String>,
    /// Amazon: the id of the application that signs in, which goes as a header. It is no secret.
    pub client_id: Option<String>,
    /// Amazon: the country of events that name none.
    pub country: Option<String>,
    /// Amazon: the name of the data set.
    pub data_set_name: Option<String>,
    /// TikTok: the event set, for events of shops and of customer systems.
    pub event_set_id: Option<String>,
    /// Google, but for Analytics: the number of the conversion action, for all events that
    /// `event_names` does not list. A refund takes back from the action of its original event, else of
    /// `purchase`; this one stands for it only if none is listed.
    pub conversion_action_id: Option<String>,
    /// LinkedIn: the number of the conversion rule, by the event's own name; `*` for all others.
    pub conversion_rules: BTreeMap<String, String>,
    /// What the platform's events are called, by the event's own name; `*` for all others.
    pub event_names: BTreeMap<String, String>,
    /// X: the id of the event tag, by the event's own name; `*` for all others.
    pub event_tags: BTreeMap<String, String>,
    /// Google, but for Analytics: the number of the manager account that signs in, without hyphens, if it is one.
    pub login_account_id: Option<String>,
    /// Google Analytics: the id of the web stream, such as `G-AB12CD34EF`.
    pub measurement_id: Option<String>,
    /// Google, but for Analytics: the number of the Ads account, without hyphens. Also read as
    /// `customer_id`, which is what the Ads API calls it; not both.
    #[serde(alias = "customer_id")]
    pub operating_account_id: Option<String>,
    /// Meta, Reddit, Snapchat, X: the pixel or data set.
    pub pixel_id: Option<String>,
    /// TikTok: the pixel's code.
    pub pixel_code: Option<String>,
    /// LinkedIn: whether names, company and job title go in clear. By default names go as digests,
    /// and the others not at all.
    pub plain_user_info: bool,
    /// Where the platform's servers are. Amazon: `na`, `eu` or `fe`. Google Analytics: `eu`, or none.
    pub region: Option<String>,
    /// Microsoft: the UET tag.
    pub tag_id: Option<String>,
    /// The platform's code for test events.
    pub test_code: Option<String>,
}

impl AccountKeys {
    /// The platform's own ids, where its events have these and no names.
    fn ids_of_events(&self, destination: Destination) -> impl Iterator<Item = (&str, &str)> {
        let none = &EMPTY;
        let platform = destination.platform();
        let has_actions = platform == Platform::Google
            && destination.google_product() != Some(GoogleProduct::Ga4);
        let listed = match platform {
            Platform::LinkedIn => &self.conversion_rules,
            Platform::X => &self.event_tags,
            _ => none,
        };
        let action = given(self.conversion_action_id.as_deref());
        let action = action.filter(|_| has_actions).map(|id| ("*", id));
        listed.iter().map(|(event, id)| (event.as_str(), id.as_str())).chain(action)
    }
}

static EMPTY: BTreeMap<String, String> = BTreeMap::new();

/// A configuration's text, if it is one.
pub(crate) fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A key that must be there.
pub(crate) fn required<'k>(
    key: &'static str,
    text: Option<&'k String>,
) -> Result<&'k str, AccountError> {
    given(text.map(String::as_str)).ok_or(AccountError::Missing { key })
}

/// An id of the platform's that goes into a URL or body: 1 to 64 letters, digits, hyphens and
/// underscores.
pub(crate) fn identifier(key: &'static str, text: &str) -> Result<Box<str>, AccountError> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    match text {
        "" => Err(AccountError::Missing { key }),
        _ if text.len() <= 64 && text.bytes().all(legal) => Ok(text.into()),
        _ => Err(AccountError::BadValue { key }),
    }
}

/// As [`identifier`], of digits only.
pub(crate) fn number(key: &'static str, text: &str, most: usize) -> Result<Box<str>, AccountError> {
    match text {
        "" => Err(AccountError::Missing { key }),
        _ if text.len() <= most && text.bytes().all(|b| b.is_ascii_digit()) => Ok(text.into()),
        _ => Err(AccountError::BadValue { key }),
    }
}

/// Why a configuration is no [`Account`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AccountError {
    /// The value of a key is not one that the platform takes.
    #[error("the account's {key} has no legal value")]
    BadValue {
        /// The key.
        key: &'static str,
    },
    /// A key that the platform needs is not there.
    #[error("the account lacks the key {key}")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// This crate builds nothing for the platform.
    #[error("nothing is built for {platform}")]
    NoBuilder {
        /// The platform.
        platform: Platform,
    },
}

impl AccountError {
    /// The stable code; listed in `docs/codes.md`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadValue { .. } => "account_bad_value",
            Self::Missing { .. } => "account_key_missing",
            Self::NoBuilder { .. } => "account_no_builder",
        }
    }
}

/// Two months, so that a release can be planned.
const WARN_AHEAD_SECS: i64 = 60 * 86_400;
