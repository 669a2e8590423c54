//! The event itself.

use core::{fmt, net::IpAddr};
use std::sync::{LazyLock, OnceLock};

use predispatch_bot::client::Client;
use predispatch_consent::{EventKey, Given, Person, Place, Signals};
use predispatch_types::{EventId, Issue, Timestamp};
use zeroize::Zeroizing;

use crate::{
    ActionSource, App, BrowserIds, ClickIds, CustomData, Customer, Destinations, Disclose,
    EventName, OriginalEvent, PageUrl, ReadOptions, Source, Text, Unknown, User, client_ip,
    error::EventError,
    json::Room,
    read::{self, raw::RawEvent},
};

/// One thing that happened, as it was reported, checked and typed.
///
/// Every part but the name and the time may be missing. What was given and could not be used is in
/// [`issues`](Self::issues).
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) name: EventName,
    pub(crate) id: Option<Identified>,
    pub(crate) time: Timestamp,
    pub(crate) action_source: ActionSource,
    pub(crate) source: Source,
    pub(crate) event_source_url: Option<PageUrl>,
    pub(crate) referrer_url: Option<PageUrl>,
    /// Boxed, because it is the largest part by far and most events have none.
    pub(crate) user: Option<Box<User>>,
    pub(crate) click_ids: ClickIds,
    pub(crate) browser_ids: BrowserIds,
    pub(crate) client: Client,
    user_agent_to_send: ToSend,
    pub(crate) custom_data: CustomData,
    pub(crate) app: Option<Box<App>>,
    pub(crate) customer: Customer,
    pub(crate) original_event: Option<Box<OriginalEvent>>,
    pub(crate) consent: Signals,
    pub(crate) place: Given<Place>,
    pub(crate) person: Person,
    pub(crate) vertical: Option<Vertical>,
    pub(crate) destinations: Destinations,
    pub(crate) issues: Vec<Issue>,
    pub(crate) unknown: Vec<Unknown>,
}

impl Event {
    /// An event of which nothing but its name and time is known.
    pub fn new(name: EventName, time: Timestamp) -> Self {
        Self {
            name,
            id: None,
            time,
            action_source: ActionSource::default(),
            source: Source::default(),
            event_source_url: None,
            referrer_url: None,
            user: None,
            click_ids: ClickIds::default(),
            browser_ids: BrowserIds::default(),
            client: Client::default(),
            user_agent_to_send: ToSend::AsGiven,
            custom_data: CustomData::default(),
            app: None,
            customer: Customer::default(),
            original_event: None,
            consent: Signals::default(),
            place: Given::Absent,
            person: Person::default(),
            vertical: None,
            destinations: Destinations::ALL,
            issues: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Reads one event from JSON.
    ///
    /// # Errors
    /// An [`EventError`] where the text is no JSON, breaks a limit, has a key twice or one that is not
    /// in the schema (unless lenient), has no usable name or time, or can't be read in a field that
    /// restricts what may be done with the event. Everything else is left out and reported as an issue.
    pub fn from_json(json: &[u8], options: &ReadOptions<'_>) -> Result<Self, EventError> {
        // What is too long is refused, so it gets no room.
        let is_read = json.len() <= read::json::MAX_LEN;
        let mut room = vec![0; if is_read { Room::size(json) } else { 0 }];
        let mut raw = RawEvent::default();
        let unknown = read::json::read(json, &mut room, options.mode(), &mut raw)?;
        read::event(&mut raw, unknown, options)
    }

    /// The same event without any amount: for a sender that should be counted and not bid on.
    #[must_use]
    pub fn without_amounts(&self) -> Self {
        let mut event = self.clone();
        let custom = &mut event.custom_data;
        let had_amount = [custom.value, custom.shipping, custom.tax].iter().any(Option::is_some);
        custom.is_worth_lost |= had_amount && custom.items.is_empty();
        custom.currency = None;
        for amount in
            [&mut custom.value, &mut custom.predicted_ltv, &mut custom.shipping, &mut custom.tax]
        {
            *amount = None;
        }
        for item in &mut custom.items {
            item.price = None;
            item.discount = None;
        }
        event
    }

    /// What happened.
    pub const fn name(&self) -> &EventName {
        &self.name
    }

    /// The id that the browser's report of the same action has too; given, or derived.
    pub fn id(&self) -> Option<&EventId> {
        self.id.as_ref().map(|identified| &identified.id)
    }

    /// The key that binds a permit to this event: of its name and id, else of all that it holds and that can be
    /// sent or decided by, so that two events share one only if they say the same.
    pub fn key(&self) -> EventKey {
        match &self.id {
            Some(identified) => identified.key(self.name.as_str()),
            None => {
                let whole = Zeroizing::new(self.write_json(Disclose::Everything));
                EventKey::of_content(whole.as_bytes())
            }
        }
    }

    /// When it happened.
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Where it happened.
    pub const fn action_source(&self) -> ActionSource {
        self.action_source
    }

    /// Which side reports it.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// The address of the page, without personal data.
    pub const fn event_source_url(&self) -> Option<&PageUrl> {
        self.event_source_url.as_ref()
    }

    /// The address of the page before it, without personal data.
    pub const fn referrer_url(&self) -> Option<&PageUrl> {
        self.referrer_url.as_ref()
    }

    /// The person's identifiers.
    pub fn user(&self) -> &User {
        static NOBODY: LazyLock<User> = LazyLock::new(User::default);
        self.user.as_deref().unwrap_or_else(|| &NOBODY)
    }

    /// The ids of the click that led here.
    pub const fn click_ids(&self) -> &ClickIds {
        &self.click_ids
    }

    /// The ids that platforms' tags gave the browser.
    pub const fn browser_ids(&self) -> &BrowserIds {
        &self.browser_ids
    }

    /// The request and the device.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The public address of the person's device or network, to be sent.
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.client.ip().filter(|ip| client_ip::public(*ip).is_ok())
    }

    /// The user agent, to be sent: without personal data.
    pub fn user_agent(&self) -> Option<&str> {
        match &self.user_agent_to_send {
            ToSend::AsGiven => self.client.user_agent().present().filter(|text| !text.is_empty()),
            ToSend::Cut(text) => Some(text.as_str()),
            ToSend::Nothing => None,
        }
    }

    /// The person's language, to be sent: the first tag (BCP 47) of what was stated, such as `en-GB` of
    /// `en-GB,en;q=0.9`. What is no tag is not sent.
    pub fn language(&self) -> Option<&str> {
        let stated = self.client.language().present()?;
        let first = stated.split([',', ';']).next().unwrap_or_default().trim();
        is_language_tag(first).then_some(first)
    }

    /// What was bought, searched or asked for.
    pub const fn custom_data(&self) -> &CustomData {
        &self.custom_data
    }

    /// The app in which it happened.
    pub fn app(&self) -> Option<&App> {
        self.app.as_deref()
    }

    /// The person as a customer.
    pub const fn customer(&self) -> &Customer {
        &self.customer
    }

    /// The event that this one corrects or adds to.
    pub fn original_event(&self) -> Option<&OriginalEvent> {
        self.original_event.as_deref()
    }

    /// What was said about consent.
    pub const fn consent(&self) -> &Signals {
        &self.consent
    }

    /// Where the person was, as the sender knows it.
    pub const fn place(&self) -> Given<Place> {
        self.place
    }

    /// What is known of the person's age. A birth date among the identifiers is counted in.
    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// The regulated subject of the event, as the sender names it.
    pub fn vertical(&self) -> Option<&str> {
        self.vertical.as_ref().map(|vertical| &*vertical.0)
    }

    /// The platforms that may get it.
    pub const fn destinations(&self) -> Destinations {
        self.destinations
    }

    /// What was dropped or corrected when it was read.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// What is not in the schema, kept aside by lenient reading.
    pub fn unknown(&self) -> &[Unknown] {
        &self.unknown
    }

    /// Takes personal data out of the user agent, as far as it is to be sent. The bot rules see the
    /// whole of it.
    pub(crate) fn set_user_agent_to_send(&mut self, issues: &mut read::Issues) {
        const FIELD: &str = "client.user_agent";
        self.user_agent_to_send = ToSend::AsGiven;
        let Some(text) = self.client.user_agent().present().filter(|text| !text.is_empty()) else {
            return;
        };
        self.user_agent_to_send = match Text::cleaned(text) {
            Ok(clean) if clean.total() == 0 => ToSend::AsGiven,
            Ok(clean) => {
                issues.corrected("personal_data_removed", FIELD);
                ToSend::Cut(Text::of(&clean))
            }
            Err(error) => {
                issues.dropped(error.code(), FIELD);
                ToSend::Nothing
            }
        };
    }
}

/// An id with the key that is made of it: once, because every step asks for it.
#[derive(Clone, Debug)]
pub(crate) struct Identified {
    id: EventId,
    key: OnceLock<EventKey>,
}

impl Identified {
    /// The key under the event's name, which never changes.
    fn key(&self, name: &str) -> EventKey {
        *self.key.get_or_init(|| EventKey::of_id(name, &self.id))
    }
}

impl From<EventId> for Identified {
    fn from(id: EventId) -> Self {
        Self { id, key: OnceLock::new() }
    }
}

/// What becomes of the user agent.
#[derive(Clone, Debug)]
enum ToSend {
    AsGiven,
    /// Personal data had to be taken out of it.
    Cut(Text),
    /// It could not be looked through.
    Nothing,
}

/// Letters, then parts of letters and digits; with fewer digits than any telephone number has.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
        && text.len() <= 35
        && text.bytes().filter(u8::is_ascii_digit).count() <= 4
}

/// The regulated subject may tell of the person, so it is not shown.
#[derive(Clone)]
pub(crate) struct Vertical(pub(crate) Box<str>);

impl fmt::Debug for Vertical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}
