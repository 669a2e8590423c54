//! Google Analytics 4, Measurement Protocol, for web streams.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, errors | [`RULES`] |
//! | the stream | [`WebStream`] |
//! | what an event must have | `Hit::build` |
//! | what goes on the wire, key by key | `Hit::write` |
//! | what an answer means | `read_answer` |
//!
//! The person, the consent and the device stand beside the list of events, so a request has one event,
//! and the bare body is what `Body::write_event` writes. The sender adds its secret to the address as
//! `&api_secret=`. A stream of an app needs an id that the event does not have; none is built.

use core::net::IpAddr;
use std::borrow::Cow;

use predispatch_consent::{ActionSource, Grant};
use predispatch_event::{Item, Scalar, StandardEvent, Text};
use predispatch_pii::{Kind, NormalForm};
use predispatch_types::{Money, Severity};

use super::{Address, personalisation, refunded_order, takes_user_data, withhold};
use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, given, required},
    answer::{Answer, Response, Why},
    build::Case,
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Hash, Object},
    rejection::Rejection,
    rules::{BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Google documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Measurement Protocol (GA4): reference, sending and validating events, user-provided data; recommended events",
    versions: &[],
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Standard("add_payment_info")),
        (StandardEvent::AddToCart, Name::Standard("add_to_cart")),
        (StandardEvent::AddToWishlist, Name::Standard("add_to_wishlist")),
        (StandardEvent::CompleteRegistration, Name::Standard("sign_up")),
        (StandardEvent::Contact, Name::Custom("contact")),
        (StandardEvent::Download, Name::Standard("file_download")),
        (StandardEvent::InitiateCheckout, Name::Standard("begin_checkout")),
        (StandardEvent::Lead, Name::Standard("generate_lead")),
        (StandardEvent::Login, Name::Standard("login")),
        (StandardEvent::PageView, Name::Standard("page_view")),
        (StandardEvent::Purchase, Name::Standard(PURCHASE)),
        (StandardEvent::Refund, Name::Standard(REFUND)),
        (StandardEvent::Schedule, Name::Custom("schedule")),
        (StandardEvent::Search, Name::Standard("search")),
        (StandardEvent::StartTrial, Name::Custom("start_trial")),
        (StandardEvent::SubmitApplication, Name::Custom("submit_application")),
        (StandardEvent::Subscribe, Name::Custom("subscribe")),
        (StandardEvent::ViewContent, Name::Standard("view_item")),
    ],
    // What is older would be dated 72 hours ago.
    windows: &[Window::of(
        &[
            ActionSource::Website,
            ActionSource::PhysicalStore,
            ActionSource::PhoneCall,
            ActionSource::Email,
            ActionSource::Chat,
            ActionSource::SystemGenerated,
            ActionSource::BusinessMessaging,
            ActionSource::Other,
        ],
        Some(3 * DAY),
    )],
    batch: BatchLimits { events: 1, bytes: 130_000 },
    test: TestMark::Switch,
    errors: Errors {
        invalid: "204, and left out (validation server: VALUE_REQUIRED, VALUE_INVALID)",
        time: "204, and dated 72 hours ago",
        identity: "204, and left out (validation server: VALUE_REQUIRED client_id)",
        name: "204, and left out (validation server: NAME_INVALID, NAME_RESERVED)",
    },
};

const PURCHASE: &str = "purchase";
const REFUND: &str = "refund";

/// A web stream of Google Analytics 4.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WebStream {
    measurement_id: Box<str>,
    is_in_europe: bool,
}

impl WebStream {
    /// By its measurement id, such as `G-AB12CD34EF`.
    ///
    /// # Errors
    /// [`AccountError`] if it is not `G-` and 4 to 20 capital letters and digits.
    pub fn new(measurement_id: &str) -> Result<Self, AccountError> {
        const KEY: &str = "measurement_id";
        let id = measurement_id.strip_prefix("G-").ok_or(match measurement_id {
            "" => AccountError::Missing { key: KEY },
            _ => AccountError::BadValue { key: KEY },
        })?;
        let is_legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        if !(4..=20).contains(&id.len()) || !id.bytes().all(is_legal) {
            return Err(AccountError::BadValue { key: KEY });
        }
        Ok(Self { measurement_id: measurement_id.into(), is_in_europe: false })
    }

    /// Sent to Google's servers in the European Union.
    #[must_use]
    pub fn in_europe(self) -> Self {
        Self { is_in_europe: true, ..self }
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        let stream = Self::new(required("measurement_id", keys.measurement_id.as_ref())?)?;
        match given(keys.region.as_deref()) {
            None => Ok(stream),
            Some("eu") => Ok(stream.in_europe()),
            Some(_) => Err(AccountError::BadValue { key: "region" }),
        }
    }
}

impl From<WebStream> for Target {
    fn from(stream: WebStream) -> Self {
        Self::GoogleAnalytics4(stream)
    }
}

/// A name that Analytics does not keep for itself.
pub(crate) fn takes_name(name: &str) -> bool {
    is_name(name) && !RESERVED_EVENTS.contains(&name)
}

/// 1 to 40 letters, digits and underscores, a letter first, and none of Google's own beginnings.
fn is_name(name: &str) -> bool {
    let is_legal = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(is_legal)
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// One request.
pub(crate) struct Hit<'e> {
    stream: &'e WebStream,
    client_id: &'e str,
    micros: i64,
    name: &'e str,
    person: Person<'e>,
    ad_user_data: Option<Grant>,
    ad_personalization: Option<Grant>,
    is_test: bool,
    params: Params<'e>,
}

/// What goes only where data about the person may.
#[derive(Default)]
struct Person<'e> {
    user_id: Option<NormalForm<'e>>,
    emails: Hashes,
    phones: Hashes,
    home: Option<Home<'e>>,
    ip: Option<IpAddr>,
    user_agent: Option<&'e str>,
}

struct Home<'e> {
    address: Address<'e>,
    street: Option<Hash>,
    city: Option<NormalForm<'e>>,
    region: Option<NormalForm<'e>>,
}

struct Params<'e> {
    session_id: Option<&'e str>,
    page_location: Option<Cow<'e, str>>,
    page_referrer: Option<Cow<'e, str>>,
    currency: Option<&'static str>,
    value: Option<Money>,
    transaction_id: Option<&'e str>,
    coupon: Option<&'e str>,
    shipping: Option<Money>,
    tax: Option<Money>,
    search_term: Option<&'e str>,
    items: Cow<'e, [Item]>,
    own: Vec<&'e (Text, Scalar)>,
}

impl<'e> Hit<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        stream: &'e WebStream,
    ) -> Result<Box<Self>, Rejection> {
        let name = case.called.as_str();
        if !takes_name(name) {
            return Err(Rejection::EventName);
        }
        let ad_personalization = personalisation(facts)?;
        if facts.flags.analytics_storage == Some(Grant::Denied) {
            withhold(facts, &[Field::GaClientId, Field::GaSessionId]);
            return Err(Rejection::missing(Field::GaClientId));
        }
        let client_id = facts.text(Field::GaClientId);
        let client_id = client_id.ok_or(Rejection::missing(Field::GaClientId))?;
        let person = if takes_user_data(facts) {
            Person::of(facts)
        } else {
            withhold(facts, &PERSONAL);
            Person::default()
        };
        Ok(Box::new(Self {
            stream,
            client_id,
            micros: case.time.unix_micros(),
            name,
            person,
            ad_user_data: facts.flags.ad_user_data,
            ad_personalization,
            is_test: case.test.is_some(),
            params: Params::of(facts, name)?,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("client_id", self.client_id);
            o.maybe_text("user_id", self.person.user_id.as_ref().map(NormalForm::as_str));
            o.integer("timestamp_micros", self.micros);
            o.object("user_data", |o| self.person.write(o));
            o.object("consent", |o| {
                o.maybe_text("ad_user_data", self.ad_user_data.map(consent));
                o.maybe_text("ad_personalization", self.ad_personalization.map(consent));
            });
            o.maybe_ip("ip_override", self.person.ip);
            o.maybe_text("user_agent", self.person.user_agent);
            if self.is_test {
                o.text("validation_behavior", "ENFORCE_RECOMMENDATIONS");
            }
            o.list("events", [()], |out, ()| {
                json::object(out, |o| {
                    o.text("name", self.name);
                    o.object("params", |o| self.params.write(o));
                });
            });
        });
    }

    /// Whether Analytics tells a copy of it: a purchase by its transaction, nothing else at all.
    pub(crate) fn is_paired(&self) -> bool {
        self.name == PURCHASE
    }

    pub(crate) fn envelope(&self, test: Option<&str>) -> Envelope {
        let host = if self.stream.is_in_europe { "region1" } else { "www" };
        // The validation server counts nothing.
        let debug = if test.is_some() { "debug/" } else { "" };
        let id = &self.stream.measurement_id;
        Envelope {
            account: None,
            url: format!(
                "https://{host}.google-analytics.com/{debug}mp/collect?measurement_id={id}"
            ),
            head: "".into(),
            tail: "".into(),
            headers: Vec::new(),
        }
    }
}

impl<'e> Person<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        Self {
            user_id: facts.plain(Kind::ExternalId),
            emails: facts.hashes(Kind::Email, 3),
            phones: facts.hashes(Kind::Phone, 3),
            home: Home::of(facts),
            ip: facts.ip(),
            user_agent: facts.text(Field::UserAgent),
        }
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hashes("sha256_email_address", &self.emails);
        o.hashes("sha256_phone_number", &self.phones);
        o.list("address", &self.home, |out, home| {
            json::object(out, |o| home.write(o));
        });
    }
}

impl<'e> Home<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Option<Self> {
        let address = Address::of(facts, &[Field::Street, Field::City, Field::Region])?;
        let street = facts.hashes(Kind::Street, 1).first().copied();
        let (city, region) = (facts.plain(Kind::City), facts.plain(Kind::Region));
        Some(Self { address, street, city, region })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hash("sha256_first_name", Some(&self.address.given_name));
        o.hash("sha256_last_name", Some(&self.address.family_name));
        o.hash("sha256_street", self.street.as_ref());
        o.maybe_text("city", self.city.as_ref().map(NormalForm::as_str));
        o.maybe_text("region", self.region.as_ref().map(NormalForm::as_str));
        o.text("postal_code", self.address.postal_code.as_str());
        o.text("country", self.address.country.as_str());
    }
}

impl<'e> Params<'e> {
    fn of(facts: &mut Facts<'_, 'e>, name: &str) -> Result<Self, Rejection> {
        let value = facts.worth()?;
        let items = items(facts);
        let is_whole = value.is_none() && !items.iter().any(|item| has_short_id(&item));
        if name == REFUND && is_whole && facts.event.custom_data().tells_worth() {
            // Without the amount and the lines it may count as a refund of the whole order.
            return Err(Rejection::PartialRefund);
        }
        let (shipping, tax) = (facts.money(Field::Shipping), facts.money(Field::Tax));
        let has_amount = value.is_some()
            || shipping.is_some()
            || tax.is_some()
            || items.iter().any(|item| item.price.is_some() || item.discount.is_some());
        if !has_amount && facts.has(Field::Currency) {
            facts.report("currency_without_value", Field::Currency, Severity::Dropped);
        }
        let mut params = Self {
            session_id: session_id(facts),
            page_location: url(facts, Field::EventSourceUrl, 1_000),
            page_referrer: url(facts, Field::ReferrerUrl, 420),
            currency: facts.currency().filter(|_| has_amount),
            value,
            transaction_id: transaction_id(facts, name)?,
            coupon: facts.text_of_chars(Field::Coupon, MOST_CHARS),
            shipping,
            tax,
            search_term: facts.text_of_chars(Field::SearchString, MOST_CHARS),
            items,
            own: Vec::new(),
        };
        params.own = own(facts, MOST_PARAMS.saturating_sub(params.count()));
        Ok(params)
    }

    /// How many of Analytics' own there are.
    fn count(&self) -> usize {
        [
            self.session_id.is_some(),
            self.page_location.is_some(),
            self.page_referrer.is_some(),
            self.currency.is_some(),
            self.value.is_some(),
            self.transaction_id.is_some(),
            self.coupon.is_some(),
            self.shipping.is_some(),
            self.tax.is_some(),
            self.search_term.is_some(),
            !self.items.is_empty(),
        ]
        .into_iter()
        .filter(|is_there| *is_there)
        .count()
    }

    fn write(&self, o: &mut Object<'_>) {
        o.maybe_text("session_id", self.session_id);
        o.maybe_text("page_location", self.page_location.as_deref());
        o.maybe_text("page_referrer", self.page_referrer.as_deref());
        o.maybe_text("currency", self.currency);
        o.money_number("value", self.value);
        o.maybe_text("transaction_id", self.transaction_id);
        o.maybe_text("coupon", self.coupon);
        o.money_number("shipping", self.shipping);
        o.money_number("tax", self.tax);
        o.maybe_text("search_term", self.search_term);
        o.list("items", self.items.iter().filter(has_short_id).take(MOST_ITEMS), write_item);
        for (key, value) in self.own.iter().copied() {
            o.own_key(key.as_str(), |out| match value {
                // A parameter is a text or a number.
                Scalar::Bool(is) => json::text(out, if *is { "true" } else { "false" }),
                value => json::scalar(out, value),
            });
        }
    }
}

/// A purchase or refund without its number would count again with each copy.
fn transaction_id<'e>(facts: &mut Facts<'_, 'e>, name: &str) -> Result<Option<&'e str>, Rejection> {
    let order = if name == REFUND { refunded_order(facts) } else { facts.text(Field::OrderId) };
    let id = match order {
        None if name == PURCHASE => facts.text(Field::EventId),
        order => order,
    };
    let is_needed = matches!(name, PURCHASE | REFUND);
    match id {
        Some(id) if id.chars().count() <= MOST_CHARS => Ok(Some(id)),
        None if is_needed => Err(Rejection::missing(Field::OrderId)),
        None => Ok(None),
        Some(_) => {
            facts.report("too_long_for_platform", Field::OrderId, Severity::Dropped);
            if is_needed { Err(Rejection::missing(Field::OrderId)) } else { Ok(None) }
        }
    }
}

/// A number above zero, as a text.
fn session_id<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    let id = facts.text(Field::GaSessionId)?;
    let is_number = id.len() <= 19 && id.bytes().all(|b| b.is_ascii_digit());
    if is_number && id.bytes().any(|b| b != b'0') {
        return Some(id);
    }
    facts.report("session_id_not_a_number", Field::GaSessionId, Severity::Dropped);
    None
}

fn url<'e>(facts: &mut Facts<'_, 'e>, field: Field, most: usize) -> Option<Cow<'e, str>> {
    let url = facts.url(field)?;
    if url.chars().count() > most {
        facts.report("too_long_for_platform", field, Severity::Dropped);
        return None;
    }
    Some(url)
}

fn items<'e>(facts: &mut Facts<'_, 'e>) -> Cow<'e, [Item]> {
    let items = facts.items(&[
        Field::ItemName,
        Field::ItemCategory,
        Field::ItemBrand,
        Field::ItemVariant,
        Field::ItemQuantity,
        Field::ItemPrice,
        Field::ItemCoupon,
        Field::ItemDiscount,
    ]);
    if items.len() > MOST_ITEMS {
        facts.report("more_than_platform_takes", Field::Items, Severity::Dropped);
    }
    if !items.iter().all(|item| has_short_id(&item)) {
        facts.report("too_long_for_platform", Field::Items, Severity::Dropped);
    }
    type Part = fn(&Item) -> Option<&Text>;
    let texts: [(Field, Part); 5] = [
        (Field::ItemName, |item| item.name.as_ref()),
        (Field::ItemCategory, |item| item.category.as_ref()),
        (Field::ItemBrand, |item| item.brand.as_ref()),
        (Field::ItemVariant, |item| item.variant.as_ref()),
        (Field::ItemCoupon, |item| item.coupon.as_ref()),
    ];
    for (field, part) in texts {
        if items.iter().filter_map(part).any(|text| short(text).is_none()) {
            facts.report("too_long_for_platform", field, Severity::Dropped);
        }
    }
    let has_negative = items.iter().any(|item| item.discount.is_some_and(is_negative));
    if has_negative {
        facts.report("value_negative", Field::ItemDiscount, Severity::Dropped);
    }
    items
}

fn write_item(out: &mut Vec<u8>, item: &Item) {
    let part = |text: &Option<Text>| text.as_ref().and_then(short).map(ToOwned::to_owned);
    json::object(out, |o| {
        o.maybe_text("item_id", item.id.as_ref().map(|id| id.as_str()));
        o.maybe_text("item_name", part(&item.name));
        o.maybe_text("item_category", part(&item.category));
        o.maybe_text("item_brand", part(&item.brand));
        o.maybe_text("item_variant", part(&item.variant));
        o.money_number("price", item.price);
        o.maybe_integer("quantity", item.quantity.map(i64::from));
        o.maybe_text("coupon", part(&item.coupon));
        o.money_number("discount", item.discount.filter(|money| !is_negative(*money)));
    });
}

/// A line whose id is too long is left out: cut, it would name another product.
fn has_short_id(item: &&Item) -> bool {
    item.id.as_ref().is_some_and(|id| id.as_str().chars().count() <= MOST_CHARS)
}

/// A text that may be a parameter's value.
fn short(text: &Text) -> Option<&str> {
    Some(text.as_str()).filter(|text| text.chars().count() <= MOST_CHARS)
}

const fn is_negative(money: Money) -> bool {
    money.minor_units() < 0
}

/// The sender's own properties as parameters, as far as there is room.
fn own<'e>(facts: &mut Facts<'_, 'e>, room: usize) -> Vec<&'e (Text, Scalar)> {
    let all = facts.properties(&RESERVED_PARAMS);
    let mut own = Vec::new();
    for pair in all {
        let (key, value) = (pair.0.as_str(), &pair.1);
        let code = if RESERVED_PARAMS.contains(&key) {
            continue;
        } else if !is_name(key) {
            "property_name_not_taken"
        } else if matches!(value, Scalar::Text(text) if short(text).is_none()) {
            "too_long_for_platform"
        } else if own.len() >= room {
            "more_than_platform_takes"
        } else {
            own.push(pair);
            continue;
        };
        facts.report(code, Field::Properties, Severity::Dropped);
    }
    own
}

const fn consent(grant: Grant) -> &'static str {
    match grant {
        Grant::Granted => "GRANTED",
        Grant::Denied => "DENIED",
    }
}

/// What Google's answer means. The collector says yes to whatever it gets, so its receipt is all that
/// there is; the validation server names what is wrong. Google says not to repeat unchanged what got no yes:
/// **ours** is to do so after a failure before the collector (408, 429, 5xx), where nothing is to be changed.
pub(crate) fn read_answer(response: &Response<'_>) -> Answer {
    let json = response.json();
    let is_faulty = json.list("/validationMessages").is_some_and(|messages| !messages.is_empty());
    match response.is_success() {
        true if is_faulty => Answer::Refused { why: Why::Invalid },
        true => Answer::Accepted,
        false => Answer::by_status(response),
    }
}

/// What is about the person, and no id of Analytics.
const PERSONAL: [Field; 12] = [
    Field::Email,
    Field::Phone,
    Field::FirstName,
    Field::LastName,
    Field::Street,
    Field::City,
    Field::Region,
    Field::PostalCode,
    Field::Country,
    Field::ExternalId,
    Field::Ip,
    Field::UserAgent,
];

/// Longest value of a parameter, in characters; Analytics 360 takes 500.
const MOST_CHARS: usize = 100;

/// Most parameters of an event.
const MOST_PARAMS: usize = 25;

/// Most lines of a cart.
const MOST_ITEMS: usize = 200;

const RESERVED_PREFIXES: [&str; 3] = ["firebase_", "ga_", "google_"];

/// Names that Analytics keeps for itself, and those that only apps may send.
const RESERVED_EVENTS: [&str; 30] = [
    "ad_activeview",
    "ad_click",
    "ad_exposure",
    "ad_impression",
    "ad_query",
    "ad_reward",
    "adunit_exposure",
    "app_clear_data",
    "app_exception",
    "app_install",
    "app_remove",
    "app_store_refund",
    "app_update",
    "app_upgrade",
    "dynamic_link_app_open",
    "dynamic_link_app_update",
    "dynamic_link_first_open",
    "error",
    "first_open",
    "first_visit",
    "in_app_purchase",
    "notification_dismiss",
    "notification_foreground",
    "notification_open",
    "notification_receive",
    "notification_send",
    "os_update",
    "screen_view",
    "session_start",
    "user_engagement",
];

/// Analytics' own parameters, which a free property must not take.
const RESERVED_PARAMS: [&str; 15] = [
    "coupon",
    "currency",
    "debug_mode",
    "items",
    "page_location",
    "page_referrer",
    "search_term",
    "session_id",
    "shipping",
    "tax",
    "timestamp_micros",
    "transaction_id",
    "user_data",
    "user_id",
    "value",
];
