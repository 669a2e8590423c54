//! From raw fields to the typed event.

mod clicks;
mod client;
pub(crate) mod custom_data;
mod issues;
pub(crate) mod json;
mod near;
mod place;
pub(crate) mod raw;
mod scalars;
mod small;
mod user;

use predispatch_consent::Given;
use predispatch_pii::{DateOrder, Hashed, Identifier, UrlOptions, scrub_url};
use predispatch_types::{Country, EventId, EventIdFacts, EventIdKey, Timestamp};

pub(crate) use self::issues::Issues;
use self::raw::RawEvent;
#[cfg(feature = "csv")]
pub(crate) use self::{scalars::truth, small::unreadable_consent};
use crate::{
    Event, PageUrl, TrustedProxies, User,
    error::{EventError, EventErrorKind, Pointer},
    unknown::Unknown,
};

/// What becomes of a key that is not in the schema.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Mode {
    /// It is an error: most likely a misspelt one, whose value would be lost.
    #[default]
    Strict,
    /// It is kept aside and reported.
    Lenient,
}

/// How events are read.
///
/// ```
/// use predispatch_event::ReadOptions;
/// use predispatch_types::{Country, EventIdKey};
///
/// let key = EventIdKey::new([7; 32]);
/// let options = ReadOptions::new().lenient().derive_ids(&key).default_country(Country::DE);
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'a> {
    mode: Mode,
    id_key: Option<&'a EventIdKey>,
    date_order: Option<DateOrder>,
    default_country: Option<Country>,
    proxies: Option<&'a TrustedProxies>,
}

impl<'a> ReadOptions<'a> {
    /// Strict; no ids derived; nothing assumed about dates, countries and proxies.
    pub const fn new() -> Self {
        Self {
            mode: Mode::Strict,
            id_key: None,
            date_order: None,
            default_country: None,
            proxies: None,
        }
    }

    /// Keeps keys that are not in the schema aside and reports them, instead of refusing the event.
    ///
    /// What such a key was meant for is lost. Where that would widen what may be done with the event,
    /// the key still counts: one that nearly is a restriction of the event, the client or the app
    /// (`Consent`, `destination`, `client.header`) is an error; one in `jurisdiction` makes the place
    /// unreadable, one in `consent` or `person` what they say, and one in `user` that tells of an age
    /// (`dob`) the age. A key with another name is not known to be one of these: a `privacy` object or
    /// a `country_code` beside `jurisdiction` is left out and reported. Read strictly where you can.
    #[must_use]
    pub const fn lenient(self) -> Self {
        Self { mode: Mode::Lenient, ..self }
    }

    /// Derives the id of an event that has none.
    #[must_use]
    pub const fn derive_ids(self, key: &'a EventIdKey) -> Self {
        Self { id_key: Some(key), ..self }
    }

    /// How a birth date such as `2/3/1997` is read. Without it such a date is left out.
    #[must_use]
    pub const fn date_order(self, order: DateOrder) -> Self {
        Self { date_order: Some(order), ..self }
    }

    /// In which country a telephone number, a region or a postal code is read if nothing was given for the
    /// country of the event's own address. One that can't be read, a digest and two that differ were given: then
    /// nobody knows whose number it is. It is not added to the address.
    #[must_use]
    pub const fn default_country(self, country: Country) -> Self {
        Self { default_country: Some(country), ..self }
    }

    /// Takes `client.ip` for the address of the connection, and finds the person's behind these
    /// proxies.
    #[must_use]
    pub const fn trusted_proxies(self, proxies: &'a TrustedProxies) -> Self {
        Self { proxies: Some(proxies), ..self }
    }

    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }
}

/// Makes the event of its raw fields. An object that is not given is not looked at.
pub(crate) fn event(
    raw: &mut RawEvent<'_>,
    unknown: Vec<Unknown>,
    options: &ReadOptions<'_>,
) -> Result<Event, EventError> {
    let consent = raw.consent.take();
    let raw = &*raw;
    let mut issues = Issues::default();
    let name = small::name(&raw.event_name)?;
    let time = small::time(&raw.event_time)?;
    let mut event = Event::new(name, time);
    event.action_source = small::action_source(&raw.action_source)?;
    event.source = small::source(&raw.source)?;
    event.destinations = small::destinations(&raw.destinations, &mut issues)?;
    event.vertical = small::vertical(&raw.vertical)?;

    // White space around an address is no part of its last id, nor of the cleaned address.
    let source_url = raw.event_source_url.as_text("event_source_url", &mut issues);
    let source_url = source_url.map(str::trim_ascii);
    let referrer_url = raw.referrer_url.as_text("referrer_url", &mut issues);
    let referrer_url = referrer_url.map(str::trim_ascii);
    let headers = raw.client.as_ref().map(|client| &client.headers);
    let cookies = headers.into_iter().flat_map(client::cookies);
    // Before anything is taken out of the addresses.
    let found = clicks::Found::new(source_url, referrer_url, cookies);
    clicks::click_ids(raw.click_ids.as_ref(), &found, time, &mut event.click_ids, &mut issues);
    clicks::browser_ids(raw.browser_ids.as_ref(), &found, &mut event.browser_ids, &mut issues);
    event.event_source_url = page(source_url, "event_source_url", &mut issues);
    event.referrer_url = page(referrer_url, "referrer_url", &mut issues);

    let system = raw.app.as_ref().and_then(|app| small::app(app, &mut event, &mut issues));
    let reading = user::Reading { options, time, system };
    let (plain, hashed) = (raw.user.as_ref(), raw.user_hashed.as_ref());
    let mut born = if plain.is_some() || hashed.is_some() {
        reading.user(plain, hashed, event.user.get_or_insert_default(), &mut issues)
    } else {
        Given::Absent
    };
    if let Some(client) = &raw.client {
        client::client(client, options.proxies, &mut event, &mut issues);
    }
    if let Some(data) = &raw.custom_data {
        custom_data::custom_data(data, &mut event.custom_data, &mut issues);
    }
    if let Some(customer) = &raw.customer {
        small::customer(customer, &mut event.customer, &mut issues);
    }
    if let Some(original) = &raw.original_event {
        small::original_event(original, &mut event, &mut issues);
    }
    small::consent(consent, raw.client.as_ref(), &mut event);
    event.place = raw.jurisdiction.as_ref().map_or(Given::Absent, small::place);
    // As in the consent: what is said of place and person and not understood may be a no.
    let mut said = unknown.iter().filter(|field| !field.is_empty());
    if said.clone().any(|field| field.issue_field() == "jurisdiction") {
        event.place = Given::Unreadable;
    }
    if said.any(|field| field.issue_field() == "user" && near::tells_age(field.key())) {
        born = Given::Unreadable;
    }
    event.person = small::person(raw.person.as_ref(), born, &reading, &mut issues);
    if unknown.iter().any(|field| field.issue_field() == "person") {
        event.person.minor = Given::Unreadable;
    }

    event.id = id(&raw.event_id, &event, options, &mut issues).map(Into::into);
    for field in &unknown {
        issues.noted("unknown_key", field.issue_field());
    }
    event.unknown = unknown;
    event.issues = issues.into_vec();
    Ok(event)
}

/// The URL without personal data.
fn page(raw: Option<&str>, field: &'static str, issues: &mut Issues) -> Option<PageUrl> {
    let raw = raw?;
    match scrub_url(raw, &UrlOptions::STANDARD) {
        Ok(url) => {
            if !url.removed().is_empty() {
                issues.corrected("url_personal_data_removed", field);
            }
            Some(PageUrl::of(&url))
        }
        Err(error) => {
            issues.dropped(error.code(), field);
            None
        }
    }
}

/// The id as it was given, else derived.
fn id(
    raw: &raw::Raw<'_>,
    event: &Event,
    options: &ReadOptions<'_>,
    issues: &mut Issues,
) -> Option<EventId> {
    const FIELD: &str = "event_id";
    if let Some(text) = raw.as_text(FIELD, issues) {
        match EventId::new(text) {
            Ok(id) => return Some(id),
            Err(error) => issues.dropped(error.code(), FIELD),
        }
    }
    let derived = options.id_key.and_then(|key| derived_id(event, key));
    match derived {
        Some(_) => issues.noted("event_id_derived", FIELD),
        None => issues.noted("event_id_missing", FIELD),
    }
    derived
}

pub(crate) fn derived_id(event: &Event, key: &EventIdKey) -> Option<EventId> {
    let name = event.name.as_str();
    let facts = match (&event.custom_data.order_id, &event.user().lead_id) {
        (Some(order), _) => EventIdFacts::Order { name, order_id: order.as_str() },
        (None, Some(lead)) => EventIdFacts::Lead { name, lead_id: lead.as_str() },
        (None, None) => {
            let identifier = first_identifier(event.user())?;
            let facts =
                EventIdFacts::Moment { name, time: event.time, identifier: &identifier.hex() };
            return Some(key.derive(facts));
        }
    };
    Some(key.derive(facts))
}

/// The digest of the first identifier that says who the person is: e-mail, telephone, the sender's
/// own id, device. Meta's normal form is taken for all.
fn first_identifier(user: &User) -> Option<predispatch_types::Sha256Digest> {
    fn digest<I: Identifier>(identifier: Option<&I>) -> Option<predispatch_types::Sha256Digest> {
        identifier?.sha256(predispatch_pii::Format::Meta).ok()
    }
    digest(user.email.first())
        .or_else(|| digest(user.phone.first()))
        .or_else(|| digest(user.external_id.first()))
        .or_else(|| digest_of_device(user))
}

/// Meta takes device ids in clear, so only a digest that the sender made, or the id itself, hashed.
fn digest_of_device(user: &User) -> Option<predispatch_types::Sha256Digest> {
    let device = user.mobile_ad_id.as_ref()?;
    let hashed = device.hashed().map(Hashed::sha256);
    hashed.or_else(|| device.sha256(predispatch_pii::Format::Snapchat).ok())
}

/// An error about the event as a whole rather than a place in the input.
pub(crate) const fn whole(kind: EventErrorKind, key: &'static str) -> EventError {
    EventError::new(kind, Pointer::ROOT.key(key), 0)
}

/// When `text` or a number says.
pub(crate) fn timestamp(text: &str) -> Result<Timestamp, predispatch_types::TimestampError> {
    text.parse()
}
