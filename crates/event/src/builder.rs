//! An event made in Rust instead of read.

use predispatch_bot::client::Client;
use predispatch_consent::{Given, Person, Place, Signals};
use predispatch_pii::{Identifier, is_personal_key};
use predispatch_types::EventId;

use crate::{
    ActionSource, App, BrowserIds, ClickIds, CustomData, Customer, Destinations, Event,
    OriginalEvent, PageUrl, Scalar, Source, Text, User,
    event::Vertical,
    json::Reader,
    read::{
        Issues,
        custom_data::{is_finite, is_impersonal, without_twins},
        json::{MAX_ITEMS, MAX_PROPERTIES},
        raw::is_gpc,
    },
};

/// Parts of an event, set one by one. The same rules hold as for JSON, by the types of the parts and
/// below; but nothing is searched for: click ids in an address or a cookie, and an id to derive, are for
/// the caller.
///
/// ```
/// use predispatch_event::{
///     CustomData, Event, EventName, PageUrl, StandardEvent, User,
/// };
/// use predispatch_pii::Email;
/// use predispatch_types::{Currency, EventId, Money, Timestamp};
///
/// let mut user = User::default();
/// user.email = Email::parse("ada@example.com")?.into();
/// let mut bought = CustomData::default();
/// bought.value = Some(Money::parse("129.90", Currency::EUR)?);
///
/// let time = Timestamp::from_unix_secs(1_795_197_791);
/// let event = Event::new(EventName::from(StandardEvent::Purchase), time)
///     .with_id(EventId::new("ord-88213")?)
///     .with_event_source_url(PageUrl::scrubbed("https://shop.example.com/thanks")?)
///     .with_user(user)
///     .with_custom_data(bought)?;
/// assert_eq!(event.custom_data().currency, Some(Currency::EUR));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Event {
    /// Sets the id that the browser's report of the same action has too.
    #[must_use]
    pub fn with_id(mut self, id: EventId) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets where it happened; a website if not set.
    #[must_use]
    pub const fn with_action_source(mut self, source: ActionSource) -> Self {
        self.action_source = source;
        self
    }

    /// Sets which side reports it; the server if not set.
    #[must_use]
    pub const fn with_source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// Sets the address of the page.
    #[must_use]
    pub fn with_event_source_url(mut self, url: PageUrl) -> Self {
        self.event_source_url = Some(url);
        self
    }

    /// Sets the address of the page before it.
    #[must_use]
    pub fn with_referrer_url(mut self, url: PageUrl) -> Self {
        self.referrer_url = Some(url);
        self
    }

    /// Sets the person's identifiers. A birth date among them counts for the person's age, also after
    /// another `User` has taken its place.
    #[must_use]
    pub fn with_user(mut self, user: User) -> Self {
        self.user = Some(Box::new(user));
        self.count_birth_date();
        self
    }

    /// Sets the ids of the click that led here.
    #[must_use]
    pub fn with_click_ids(mut self, ids: ClickIds) -> Self {
        self.click_ids = ids;
        self
    }

    /// Sets the ids that platforms' tags gave the browser.
    #[must_use]
    pub fn with_browser_ids(mut self, ids: BrowserIds) -> Self {
        self.browser_ids = ids;
        self
    }

    /// Sets the request and the device. Of the user agent only what holds no personal data is sent, of
    /// the address only a public one; Global Privacy Control among the headers counts as consent does.
    #[must_use]
    pub fn with_client(mut self, client: Client) -> Self {
        self.client = client;
        let mut issues = Issues::of(core::mem::take(&mut self.issues));
        self.set_user_agent_to_send(&mut issues);
        self.issues = issues.into_vec();
        self.observe_gpc();
        self
    }

    /// Sets what was bought, searched or asked for. A currency that is not set is that of the amounts;
    /// a property named after a person's data, or as one before it, and a number that is a card's or a
    /// telephone's, are left out, with an issue.
    ///
    /// # Errors
    /// [`CustomDataError`] where the amounts are not of one currency, a number is none, or there are too
    /// many items or properties.
    pub fn with_custom_data(mut self, mut data: CustomData) -> Result<Self, CustomDataError> {
        if data.items.len() > MAX_ITEMS {
            return Err(CustomDataError::TooMany { limit: MAX_ITEMS });
        }
        if data.properties.len() > MAX_PROPERTIES {
            return Err(CustomDataError::TooMany { limit: MAX_PROPERTIES });
        }
        let whole = [data.value, data.predicted_ltv, data.shipping, data.tax];
        let of_items = data.items.iter().flat_map(|item| [item.price, item.discount]);
        for amount in whole.into_iter().chain(of_items).flatten() {
            let currency = amount.currency();
            if *data.currency.get_or_insert(currency) != currency {
                return Err(CustomDataError::Currencies);
            }
        }
        if data.properties.iter().any(|(_, value)| !is_value(value)) {
            return Err(CustomDataError::NotANumber);
        }
        let given = data.properties.len();
        data.properties.retain(|(key, _)| !is_personal_key(key.as_str()));
        let mut issues = Issues::of(core::mem::take(&mut self.issues));
        if data.properties.len() < given {
            issues.dropped("personal_data_removed", "custom_data.properties");
        }
        data.properties.retain(|(_, value)| match value {
            Scalar::Number(number) => is_impersonal(number, &mut issues),
            Scalar::Bool(_) | Scalar::Text(_) => true,
        });
        if without_twins(&mut data.properties) {
            issues.dropped("duplicate_key", "custom_data.properties");
        }
        self.issues = issues.into_vec();
        self.custom_data = data;
        Ok(self)
    }

    /// Sets the app in which it happened. Facts about the device lose personal data.
    #[must_use]
    pub fn with_app(mut self, mut app: App) -> Self {
        for fact in &mut app.extinfo {
            *fact = Text::scrubbed(fact)
                .map_or_else(|_| Box::default(), |(text, _)| text.as_str().into());
        }
        self.app = Some(Box::new(app));
        self
    }

    /// Sets the person as a customer.
    #[must_use]
    pub fn with_customer(mut self, customer: Customer) -> Self {
        self.customer = customer;
        self
    }

    /// Sets the event that this one corrects or adds to.
    #[must_use]
    pub fn with_original_event(mut self, original: OriginalEvent) -> Self {
        self.original_event = Some(Box::new(original));
        self
    }

    /// Sets what was said about consent. Global Privacy Control among the headers of
    /// [`with_client`](Self::with_client) counts beside it, whichever is set first.
    #[must_use]
    pub fn with_consent(mut self, consent: Signals) -> Self {
        self.consent = consent;
        self.observe_gpc();
        self
    }

    /// Sets where the person was.
    #[must_use]
    pub const fn with_place(mut self, place: Given<Place>) -> Self {
        self.place = place;
        self
    }

    /// Sets what is known of the person's age. A birth date among the identifiers counts beside it,
    /// whichever is set first.
    #[must_use]
    pub fn with_person(mut self, person: Person) -> Self {
        self.person = person;
        self.count_birth_date();
        self
    }

    /// Sets the regulated subject of the event.
    #[must_use]
    pub fn with_vertical(mut self, vertical: &str) -> Self {
        self.vertical = (!vertical.is_empty()).then(|| Vertical(vertical.into()));
        self
    }

    /// Restricts the event to these platforms.
    #[must_use]
    pub const fn with_destinations(mut self, destinations: Destinations) -> Self {
        self.destinations = destinations;
        self
    }

    fn observe_gpc(&mut self) {
        if let Some(headers) = self.client.headers() {
            let lines = headers.iter().filter(|(name, _)| is_gpc(name));
            self.consent.observe_gpc(lines.map(|(_, value)| value));
        }
    }

    /// Half a day earlier, wherever the person is: nobody counts as older than they are.
    fn count_birth_date(&mut self) {
        let earliest = self.time.plus_secs(-12 * 3_600);
        // A digest tells no age.
        let date = self.user().date_of_birth.as_ref();
        let Some(date) = date.filter(|date| date.hashed().is_none()) else { return };
        self.person.age = match (self.person.age, date.age_at(earliest)) {
            // Born after the event: that can't be.
            (Given::Unreadable, _) | (_, None) => Given::Unreadable,
            (Given::Value(said), Some(born)) => Given::Value(said.min(born)),
            (Given::Absent, Some(born)) => Given::Value(born),
        };
    }
}

/// Whether it can stand in JSON as it is.
fn is_value(value: &Scalar) -> bool {
    let Scalar::Number(text) = value else { return true };
    let mut reader = Reader::new(text, &mut []);
    reader.number().is_ok() && reader.offset() == text.len() && is_finite(text)
}

/// Why [`Event::with_custom_data`] did not take it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CustomDataError {
    /// The amounts, or the amounts and the currency, are of several currencies.
    #[error("the amounts are not of one currency")]
    Currencies,
    /// A number among the properties is not one in JSON, or too large for one.
    #[error("a number among the properties is not a JSON number")]
    NotANumber,
    /// Too many items or properties.
    #[error("more than {limit} values")]
    TooMany {
        /// Values allowed.
        limit: usize,
    },
}

impl CustomDataError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Currencies => "currencies_differ",
            Self::NotANumber => "property_not_a_number",
            Self::TooMany { .. } => "too_many",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<CustomDataError>();
