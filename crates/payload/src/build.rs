//! From an event and a permit to a body.

use core::{cell::OnceCell, fmt};
use std::sync::Arc;

use predispatch_consent::{Destination, EventKey, Flags, Grant, Permit};
use predispatch_event::{Event, EventName, Source, StandardEvent};
use predispatch_types::{Issue, Severity, Timestamp};

use crate::{
    Account, Envelope,
    account::{Mode, Target},
    amazon,
    facts::Facts,
    google,
    identity::Identity,
    linkedin, meta, microsoft, pinterest,
    present::Present,
    reddit,
    rejection::{Rejected, Rejection},
    rules::{CLOCK_SKEW_SECS, Name, Rules, TestMark},
    snapchat, tiktok, x,
};

/// Builds one event's payload for one account.
///
/// For several destinations of one event use [`Prepared`]: it hashes each distinct normal form once.
///
/// # Errors
/// [`Rejected`] says why the platform must not get the event, and what the platform would have
/// answered.
pub fn build<'e>(
    event: &'e Event,
    permit: &Permit,
    account: &'e Account,
    now: Timestamp,
) -> Result<Built<'e>, Rejected> {
    Prepared::new(event).build(permit, account, now)
}

/// The key that names `event` to its permit: [`Event::key`].
pub fn event_key(event: &Event) -> EventKey {
    event.key()
}

/// An event on its way to several destinations.
pub struct Prepared<'e> {
    /// Of an event without an id it is a digest of the whole.
    key: OnceCell<EventKey>,
    whole: Present<'e>,
    identity: Identity<'e>,
}

impl<'e> Prepared<'e> {
    /// Nothing is normalised or hashed yet.
    pub fn new(event: &'e Event) -> Self {
        Self {
            key: OnceCell::new(),
            whole: Present::of(event),
            identity: Identity::new(event.user()),
        }
    }

    /// Builds the payload for one account.
    ///
    /// # Errors
    /// As [`build`].
    pub fn build(
        &mut self,
        permit: &Permit,
        account: &'e Account,
        now: Timestamp,
    ) -> Result<Built<'e>, Rejected> {
        let rules = account.rules();
        let rejected = |reason: Rejection, issues| Rejected {
            reason,
            platform_error: theirs(reason, rules),
            issues,
        };
        let key = *self.key.get_or_init(|| event_key(self.whole.event));
        let flags = permit
            .authorise(account.destination(), key, now)
            .map_err(|error| rejected(error.into(), Vec::new()))?;
        let format = account.target().format();
        let mut facts = Facts::new(&self.whole, &mut self.identity, format, flags, now);
        match made(&mut facts, account) {
            Err(reason) => Err(rejected(reason, facts.into_issues_so_far())),
            Ok((wire, case)) => {
                let expires = permit.expires();
                let good_until = facts.good_until().map_or(expires, |until| until.min(expires));
                let body = Body { account, wire, test: case.test, good_until };
                Ok(Built { body, issues: facts.into_issues() })
            }
        }
    }
}

impl fmt::Debug for Prepared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

/// What the platforms' modules need to know beside the event's own fields.
#[derive(Clone, Copy)]
pub(crate) struct Case<'e> {
    /// What the account or the platform calls the event.
    pub(crate) called: Called<'e>,
    /// What the account calls the event that this one corrects or adds to, if it has a name of its own.
    pub(crate) original: Option<&'e str>,
    /// When it happened, never after now.
    pub(crate) time: Timestamp,
    /// The platform's code for tests, in test mode.
    pub(crate) test: Option<&'e str>,
    /// The version of the interface.
    pub(crate) version: &'e str,
}

/// An event's name at a platform.
#[derive(Clone, Copy)]
pub(crate) enum Called<'e> {
    /// By the platform's table: a name of the platform, or ours where it has none.
    Standard(&'static str),
    /// By the account.
    Account(&'e str),
    /// By the event itself. That it spells a name of the platform is chance: Pinterest's `checkout` is a
    /// purchase.
    Own(&'e str),
}

impl<'e> Called<'e> {
    pub(crate) const fn as_str(self) -> &'e str {
        match self {
            Self::Standard(name) => name,
            Self::Account(name) | Self::Own(name) => name,
        }
    }
}

fn made<'e>(
    facts: &mut Facts<'_, 'e>,
    account: &'e Account,
) -> Result<(WireBody<'e>, Case<'e>), Rejection> {
    let event = facts.event;
    if event.source() == Source::Browser {
        return Err(Rejection::BrowserEvent);
    }
    if !event.destinations().contains(account.destination().platform()) {
        return Err(Rejection::NotTargeted);
    }
    heeded(facts.flags, account.target())?;
    let time = moment(facts, account.rules())?;
    let called = name(event, account)?;
    let test = test(facts, account)?;
    let original = event.original_event().and_then(|original| original.event_name.as_ref());
    let original = original.and_then(|name| own_name(name, account));
    let case = Case { called, original, time, test, version: account.version() };
    let wire = match account.target() {
        Target::Amazon(to) => WireBody::Amazon(amazon::Event::build(facts, &case, to)?),
        Target::LinkedIn(to) => WireBody::LinkedIn(linkedin::Event::build(facts, &case, to)?),
        Target::X(to) => WireBody::X(x::Event::build(facts, &case, to)?),
        Target::GoogleAdsAdjustment(to) => {
            WireBody::GoogleAdsAdjustment(google::ads_adjustment::Event::build(facts, &case, to)?)
        }
        Target::GoogleAdsClick(to) => {
            WireBody::GoogleAdsClick(google::ads_click::Event::build(facts, &case, to)?)
        }
        Target::GoogleAnalytics4(to) => {
            WireBody::GoogleAnalytics4(google::ga4::Hit::build(facts, &case, to)?)
        }
        Target::GoogleDataManager(to) => {
            WireBody::GoogleDataManager(google::data_manager::Event::build(facts, &case, to)?)
        }
        Target::Meta(to) => WireBody::Meta(meta::ServerEvent::build(facts, &case, to)?),
        Target::Microsoft(to) => WireBody::Microsoft(microsoft::Event::build(facts, &case, to)?),
        Target::Pinterest(to) => WireBody::Pinterest(pinterest::Event::build(facts, &case, to)?),
        Target::Reddit(to) => WireBody::Reddit(reddit::Event::build(facts, &case, to)?),
        Target::Snapchat(to) => WireBody::Snapchat(snapchat::Event::build(facts, &case, to)?),
        Target::TikTok(to) => WireBody::TikTok(tiktok::Event::build(facts, &case, to)?),
    };
    Ok((wire, case))
}

/// Whether each denial is told to the platform or acted on by its module. A decision makes no other; who
/// attests a permit may.
fn heeded(flags: &Flags, target: &Target) -> Result<(), Rejection> {
    let [storage, user_data, personalization] = match target {
        Target::GoogleAnalytics4(_) | Target::GoogleDataManager(_) => [true, true, true],
        Target::GoogleAdsClick(_) => [true, true, false],
        Target::Amazon(_) | Target::GoogleAdsAdjustment(_) | Target::Microsoft(_) => {
            [true, false, false]
        }
        Target::LinkedIn(_)
        | Target::Meta(_)
        | Target::Pinterest(_)
        | Target::Reddit(_)
        | Target::Snapchat(_)
        | Target::TikTok(_)
        | Target::X(_) => [false, false, false],
    };
    let is_denied = |grant| grant == Some(Grant::Denied);
    if is_denied(flags.ad_user_data) && !user_data {
        return Err(Rejection::UserDataDenied);
    }
    if (is_denied(flags.ad_storage) && !storage)
        || (is_denied(flags.ad_personalization) && !personalization)
    {
        return Err(Rejection::LimitedUse);
    }
    Ok(())
}

/// When the event happened, if the platform takes that.
fn moment(facts: &mut Facts<'_, '_>, rules: &Rules) -> Result<Timestamp, Rejection> {
    let (time, now) = (facts.event.time(), facts.now);
    if time > now {
        let ahead_secs = time.secs_since(now);
        if time > now.plus_secs(CLOCK_SKEW_SECS) {
            return Err(Rejection::InTheFuture { ahead_secs, limit_secs: CLOCK_SKEW_SECS });
        }
        facts.note("event_time_ahead", "event_time", Severity::Corrected);
    }
    let time = time.min(now);
    let window = rules.window(facts.event.action_source()).ok_or(Rejection::ActionSource)?;
    if let Some(limit_secs) = window.max_age_secs {
        facts.within(time, limit_secs)?;
    }
    Ok(time)
}

fn name<'e>(event: &'e Event, account: &'e Account) -> Result<Called<'e>, Rejection> {
    if let Some(name) = own_name(event.name(), account) {
        return Ok(Called::Account(name));
    }
    let own = event.name().as_str();
    let standard = event.name().standard();
    let theirs = standard.and_then(|standard| account.rules().name(standard));
    if standard == Some(StandardEvent::Refund) && theirs == Some(Name::ByAccount) {
        return taken_back(event, account).map(Called::Account).ok_or(Rejection::NoMapping);
    }
    if standard.is_none() {
        return match account.target().has_names() {
            true => Ok(Called::Own(own)),
            false => Err(Rejection::NoMapping),
        };
    }
    match theirs {
        Some(Name::Standard(name) | Name::Custom(name)) => Ok(Called::Standard(name)),
        Some(Name::ByAccount) => Err(Rejection::NoMapping),
        Some(Name::Unsupported) | None => Err(Rejection::Unsupported),
    }
}

/// What the account calls an event. `*` speaks for those that it does not list, never for those that are no
/// conversion.
fn own_name<'e>(event: &EventName, account: &'e Account) -> Option<&'e str> {
    let is_conversion = || match event.standard() {
        Some(StandardEvent::Refund) => false,
        Some(standard) => account.rules().name(standard) != Some(Name::Unsupported),
        None => true,
    };
    let others = || account.name_of_others().filter(|_| is_conversion());
    account.name_of(event.as_str()).or_else(others)
}

/// What the account calls the event that a refund takes back. If the refund does not say which that is, it
/// is the purchase; `*` may stand for something else, unless it stands for everything.
fn taken_back<'e>(event: &Event, account: &'e Account) -> Option<&'e str> {
    let original = event.original_event().and_then(|original| original.event_name.as_ref());
    if let Some(original) = original {
        return account.name_of(original.as_str()).or_else(|| account.name_of_others());
    }
    let purchase = account.name_of(StandardEvent::Purchase.as_str());
    purchase.or_else(|| account.name_of_others().filter(|_| account.names_one()))
}

/// The test code, in test mode. What would count although it was meant as a test is not built, but at Meta,
/// where it counts with the code too: that is reported.
fn test<'e>(facts: &mut Facts<'_, 'e>, account: &'e Account) -> Result<Option<&'e str>, Rejection> {
    let code = account.test_code();
    match account.mode() {
        Mode::Test { until } if facts.now <= until => {
            // Sent later, a marked event would mostly not count although it should.
            facts.not_after(until);
            match account.rules().test {
                TestMark::None => Err(Rejection::NoTestMode),
                TestMark::Code => code.map(Some).ok_or(Rejection::NoTestCode),
                TestMark::CodeThatCounts => {
                    facts.note("test_counts", "test_code", Severity::Noted);
                    code.map(Some).ok_or(Rejection::NoTestCode)
                }
                TestMark::Switch => Ok(Some(code.unwrap_or_default())),
            }
        }
        Mode::Test { .. } => {
            facts.note("test_mode_ended", "test_code", Severity::Noted);
            Ok(None)
        }
        Mode::Production => {
            if code.is_some() {
                facts.note("test_code_in_production", "test_code", Severity::Dropped);
            }
            Ok(None)
        }
    }
}

/// What the platform would have answered.
const fn theirs(reason: Rejection, rules: &Rules) -> Option<&'static str> {
    match reason {
        Rejection::ActionSource | Rejection::BadValue { .. } | Rejection::Missing { .. } => {
            Some(rules.errors.invalid)
        }
        Rejection::NegativeValue | Rejection::PartialRefund => Some(rules.errors.invalid),
        Rejection::Identity => Some(rules.errors.identity),
        Rejection::InTheFuture { .. } | Rejection::TooOld { .. } => Some(rules.errors.time),
        Rejection::EventName | Rejection::NoMapping | Rejection::Unsupported => {
            Some(rules.errors.name)
        }
        _ => None,
    }
}

/// A payload, and what was noticed while it was built.
#[derive(Debug)]
#[non_exhaustive]
pub struct Built<'e> {
    /// What is sent.
    pub body: Body<'e>,
    /// Fields that were dropped or corrected, or that the platform has no place for.
    pub issues: Vec<Issue>,
}

/// One event in a platform's own shape.
///
/// It is made by [`build`] only and holds nothing that the platform does not know. `Debug` shows no
/// part of it.
pub struct Body<'e> {
    account: &'e Account,
    wire: WireBody<'e>,
    test: Option<&'e str>,
    good_until: Timestamp,
}

/// In boxes, because a body of more than a kilobyte is handed on several times before it is written.
pub(crate) enum WireBody<'e> {
    Amazon(Box<amazon::Event<'e>>),
    LinkedIn(Box<linkedin::Event<'e>>),
    X(Box<x::Event<'e>>),
    GoogleAdsAdjustment(Box<google::ads_adjustment::Event<'e>>),
    GoogleAdsClick(Box<google::ads_click::Event<'e>>),
    GoogleAnalytics4(Box<google::ga4::Hit<'e>>),
    GoogleDataManager(Box<google::data_manager::Event<'e>>),
    Meta(Box<meta::ServerEvent<'e>>),
    Microsoft(Box<microsoft::Event<'e>>),
    Pinterest(Box<pinterest::Event<'e>>),
    Reddit(Box<reddit::Event<'e>>),
    Snapchat(Box<snapchat::Event<'e>>),
    TikTok(Box<tiktok::Event<'e>>),
}

impl Body<'_> {
    /// Whom it is for.
    pub fn destination(&self) -> Destination {
        self.account.destination()
    }

    /// The last moment at which it may be sent: then the permit expires or the platform's window
    /// closes. A retry after it is for nothing.
    pub const fn good_until(&self) -> Timestamp {
        self.good_until
    }

    /// Appends the event as one JSON object.
    pub fn write_event(&self, out: &mut Vec<u8>) {
        match &self.wire {
            WireBody::Amazon(event) => event.write(out),
            WireBody::LinkedIn(event) => event.write(out),
            WireBody::X(event) => event.write(out),
            WireBody::GoogleAdsAdjustment(event) => event.write(out),
            WireBody::GoogleAdsClick(event) => event.write(out),
            WireBody::GoogleAnalytics4(hit) => hit.write(out),
            WireBody::GoogleDataManager(event) => event.write(out),
            WireBody::Meta(event) => event.write(out),
            WireBody::Microsoft(event) => event.write(out),
            WireBody::Pinterest(event) => event.write(out),
            WireBody::Reddit(event) => event.write(out),
            WireBody::Snapchat(event) => event.write(out),
            WireBody::TikTok(event) => event.write(out),
        }
    }

    /// Whether the platform tells a copy of it by an id, so that sent twice it counts once.
    pub fn is_paired(&self) -> bool {
        match &self.wire {
            WireBody::Amazon(event) => event.is_paired(),
            // It pairs with the browser's tag by an id; of two copies from here nothing is said.
            WireBody::LinkedIn(_) => false,
            WireBody::X(event) => event.is_paired(),
            WireBody::GoogleAdsClick(event) => event.is_paired(),
            WireBody::GoogleAnalytics4(hit) => hit.is_paired(),
            WireBody::GoogleDataManager(event) => event.is_paired(),
            WireBody::Meta(event) => event.is_paired(),
            WireBody::Microsoft(event) => event.is_paired(),
            // A conversion is completed or taken back once.
            WireBody::GoogleAdsAdjustment(_) => true,
            WireBody::Pinterest(event) => event.is_paired(),
            WireBody::Reddit(event) => event.is_paired(),
            WireBody::Snapchat(event) => event.is_paired(),
            WireBody::TikTok(event) => event.is_paired(),
        }
    }

    /// The request that it may share with others.
    pub fn envelope(&self) -> Envelope {
        let (version, test) = (self.account.version(), self.test);
        match &self.wire {
            WireBody::Amazon(event) => event.envelope(version),
            WireBody::LinkedIn(event) => event.envelope(version, self.account.first_name()),
            WireBody::X(event) => event.envelope(version),
            WireBody::GoogleAdsAdjustment(event) => event.envelope(version, test),
            WireBody::GoogleAdsClick(event) => event.envelope(version, test),
            WireBody::GoogleAnalytics4(hit) => hit.envelope(test),
            WireBody::GoogleDataManager(event) => event.envelope(version, test),
            WireBody::Meta(event) => event.envelope(version, test),
            WireBody::Microsoft(event) => event.envelope(version),
            WireBody::Pinterest(event) => event.envelope(version, test),
            WireBody::Reddit(event) => event.envelope(version, test),
            WireBody::Snapchat(event) => event.envelope(version),
            WireBody::TikTok(event) => event.envelope(version, test),
        }
    }

    /// The same as all payloads of the account have it that may share a request with it.
    pub(crate) fn shared_envelope(&self) -> Arc<Envelope> {
        let number = match &self.wire {
            // A test's code is for a while.
            _ if self.test.is_some() => None,
            // It names the conversion action, and each event may have another.
            WireBody::GoogleDataManager(_) => None,
            WireBody::Snapchat(event) => Some(event.envelope_number()),
            WireBody::TikTok(event) => Some(event.envelope_number()),
            WireBody::Amazon(_)
            | WireBody::LinkedIn(_)
            | WireBody::X(_)
            | WireBody::GoogleAdsAdjustment(_)
            | WireBody::GoogleAdsClick(_)
            | WireBody::GoogleAnalytics4(_)
            | WireBody::Meta(_)
            | WireBody::Microsoft(_)
            | WireBody::Pinterest(_)
            | WireBody::Reddit(_) => Some(0),
        };
        self.account.envelopes().get(number, || self.envelope())
    }

    /// The whole body of a request with this one event.
    pub fn to_request(&self) -> Vec<u8> {
        let envelope = self.envelope();
        let mut out = Vec::with_capacity(USUAL_LEN);
        out.extend_from_slice(envelope.head.as_bytes());
        self.write_event(&mut out);
        out.extend_from_slice(envelope.tail.as_bytes());
        out
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("destination", &self.destination()).finish_non_exhaustive()
    }
}

/// A purchase with all identifiers has about this many bytes.
pub(crate) const USUAL_LEN: usize = 2_048;
