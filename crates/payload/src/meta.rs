//! Meta, Conversions API.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the data set | [`Dataset`] |
//! | what an event must have | `ServerEvent::build` |
//! | what goes on the wire, key by key | `ServerEvent::write` |
//! | what an answer means | `read_answer` |
//!
//! The rules with their pages: `docs/sources/payload.md#meta`.

use std::borrow::Cow;

use predispatch_consent::{ActionSource, LimitedUse};
use predispatch_event::{App, EventName, Item, OriginalEvent, Scalar, StandardEvent, Text};
use predispatch_pii::{Kind, NormalForm};
use predispatch_types::{Money, Severity};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, number, required},
    answer::{Answer, Response, Why},
    build::Case,
    envelope::quoted,
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Meta documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Conversions API: Server Event, Customer Information, Standard Parameters; Graph API versions",
    versions: &[
        ApiVersion::new("v26.0"),
        ApiVersion::until("v25.0", 1_848_441_600), // 2028-07-29
        ApiVersion::until("v24.0", 1_834_444_800), // 2028-02-18
        ApiVersion::until("v23.0", 1_822_953_600), // 2027-10-08
        ApiVersion::until("v22.0", 1_810_771_200), // 2027-05-20
        ApiVersion::until("v21.0", 1_800_489_600), // 2027-01-21
        ApiVersion::until("v20.0", 1_790_208_000), // 2026-09-24
    ],
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Standard("AddPaymentInfo")),
        (StandardEvent::AddToCart, Name::Standard("AddToCart")),
        (StandardEvent::AddToWishlist, Name::Standard("AddToWishlist")),
        (StandardEvent::CompleteRegistration, Name::Standard("CompleteRegistration")),
        (StandardEvent::Contact, Name::Standard("Contact")),
        (StandardEvent::Download, Name::Custom("Download")),
        (StandardEvent::InitiateCheckout, Name::Standard("InitiateCheckout")),
        (StandardEvent::Lead, Name::Standard("Lead")),
        (StandardEvent::Login, Name::Custom("Login")),
        (StandardEvent::PageView, Name::Standard("PageView")),
        (StandardEvent::Purchase, Name::Standard(PURCHASE)),
        // A refund is no conversion; under a name of its own it would be optimised for.
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::Standard("Schedule")),
        (StandardEvent::Search, Name::Standard("Search")),
        (StandardEvent::StartTrial, Name::Standard("StartTrial")),
        (StandardEvent::SubmitApplication, Name::Standard("SubmitApplication")),
        (StandardEvent::Subscribe, Name::Standard("Subscribe")),
        (StandardEvent::ViewContent, Name::Standard("ViewContent")),
    ],
    windows: &[
        Window::of(&[ActionSource::PhysicalStore], Some(62 * DAY)),
        // Business messaging needs ids of pages and chats that the event does not have.
        Window::of(
            &[
                ActionSource::Website,
                ActionSource::App,
                ActionSource::PhoneCall,
                ActionSource::Email,
                ActionSource::Chat,
                ActionSource::SystemGenerated,
                ActionSource::Other,
            ],
            Some(7 * DAY),
        ),
    ],
    batch: BatchLimits { events: 1_000, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::CodeThatCounts,
    errors: Errors {
        invalid: "100 invalid parameter, whole request refused",
        time: "100/2804003 event timestamp too old, whole request refused",
        identity: "100/2804050 not enough customer information, whole request refused",
        name: "100 invalid parameter, whole request refused",
    },
};

/// A data set (pixel) of Meta.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dataset {
    id: Box<str>,
}

impl Dataset {
    /// By its number.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 20 digits.
    pub fn new(pixel_id: &str) -> Result<Self, AccountError> {
        Ok(Self { id: number("pixel_id", pixel_id, 20)? })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        Self::new(required("pixel_id", keys.pixel_id.as_ref())?)
    }
}

impl From<Dataset> for Target {
    fn from(dataset: Dataset) -> Self {
        Self::Meta(dataset)
    }
}

/// The one event that is refused without an amount.
pub(crate) const PURCHASE: &str = "Purchase";

/// Any text; Meta documents neither length nor letters.
pub(crate) fn takes_name(name: &str) -> bool {
    (1..=EventName::MAX_LEN).contains(&name.len()) && !name.contains(char::is_control)
}

/// One entry of `data`.
pub(crate) struct ServerEvent<'e> {
    dataset: &'e Dataset,
    name: &'e str,
    time: i64,
    id: Option<&'e str>,
    place: Place<'e>,
    referrer_url: Option<Cow<'e, str>>,
    limited: Option<LimitedDataUse>,
    /// In a box of its own: with it the event is larger than what glibc's allocator gives at once.
    user: Box<UserData<'e>>,
    custom: CustomData<'e>,
    original: Option<&'e OriginalEvent>,
    original_name: Option<&'e str>,
}

/// Where it happened, with what Meta demands of events from there.
enum Place<'e> {
    Website { url: Cow<'e, str>, user_agent: &'e str },
    App { app: &'e App, advertiser_tracking: bool, user_agent: Option<&'e str> },
    Elsewhere { source: &'static str, url: Option<Cow<'e, str>>, user_agent: Option<&'e str> },
}

struct LimitedDataUse {
    country: u8,
    state: u16,
}

struct UserData<'e> {
    em: Hashes,
    ph: Hashes,
    first: Hashes,
    last: Hashes,
    db: Hashes,
    ge: Hashes,
    ct: Hashes,
    st: Hashes,
    zp: Hashes,
    country: Hashes,
    external_id: Hashes,
    ip: Option<core::net::IpAddr>,
    fbc: Option<&'e str>,
    fbp: Option<&'e str>,
    subscription_id: Option<&'e str>,
    lead_id: Option<i64>,
    madid: Option<NormalForm<'e>>,
}

struct CustomData<'e> {
    currency: Option<&'static str>,
    value: Option<Money>,
    items: Cow<'e, [Item]>,
    content_type: Option<&'static str>,
    content_name: Option<&'e str>,
    content_category: Option<&'e str>,
    order_id: Option<&'e str>,
    num_items: Option<i64>,
    search_string: Option<&'e str>,
    predicted_ltv: Option<Money>,
    status: Option<&'e str>,
    delivery_category: Option<&'static str>,
    customer_segmentation: Option<&'static str>,
    properties: &'e [(Text, Scalar)],
}

impl<'e> ServerEvent<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        dataset: &'e Dataset,
    ) -> Result<Box<Self>, Rejection> {
        let name = case.called.as_str();
        if !takes_name(name) {
            return Err(Rejection::EventName);
        }
        let place = Place::of(facts)?;
        let user = Box::new(UserData::of(facts));
        if !user.is_enough(place.user_agent().is_some()) {
            return Err(Rejection::Identity);
        }
        let limited = LimitedDataUse::of(facts, user.ip.is_some())?;
        let custom = CustomData::of(facts)?;
        if name == PURCHASE && custom.value.is_none() {
            return Err(Rejection::missing(Field::Value));
        }
        Ok(Box::new(Self {
            dataset,
            name,
            time: case.time.unix_secs(),
            id: facts.text(Field::EventId),
            place,
            referrer_url: facts.url(Field::ReferrerUrl),
            limited,
            user,
            custom,
            original: facts.original_event(),
            original_name: case.original,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("event_name", self.name);
            o.integer("event_time", self.time);
            o.maybe_text("event_id", self.id);
            o.text("action_source", self.place.source());
            o.maybe_text("event_source_url", self.place.url());
            o.maybe_text("referrer_url", self.referrer_url.as_deref());
            if let Some(limited) = &self.limited {
                o.texts("data_processing_options", ["LDU"]);
                o.integer("data_processing_options_country", limited.country.into());
                o.integer("data_processing_options_state", limited.state.into());
            }
            o.object("user_data", |o| self.user.write(o, self.place.user_agent()));
            o.object("custom_data", |o| self.custom.write(o));
            o.object("app_data", |o| self.place.write_app(o));
            o.object("original_event_data", |o| self.write_original(o));
        });
    }

    /// The original's name as it was sent.
    fn write_original(&self, o: &mut Object<'_>) {
        let Some(original) = self.original else { return };
        let name = original.event_name.as_ref().map(|name| {
            match name.standard().and_then(|event| RULES.name(event)) {
                Some(Name::Standard(name) | Name::Custom(name)) => name,
                _ => name.as_str(),
            }
        });
        o.maybe_text("event_name", name.map(|name| self.original_name.unwrap_or(name)));
        o.maybe_integer("event_time", original.event_time.map(|time| time.unix_secs()));
        o.maybe_text("order_id", original.order_id.as_ref().map(|id| id.as_str()));
        o.maybe_text("event_id", original.event_id.as_ref().map(|id| id.as_str()));
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.id.is_some()
    }

    pub(crate) fn envelope(&self, version: &str, test: Option<&str>) -> Envelope {
        Envelope {
            account: None,
            url: ["https://graph.facebook.com/", version, "/", &self.dataset.id, "/events"]
                .concat(),
            head: "{\"data\":[".into(),
            tail: match test {
                Some(code) => format!("],\"test_event_code\":{}}}", quoted(code)).into(),
                None => "]}".into(),
            },
            headers: Vec::new(),
        }
    }
}

impl<'e> Place<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Result<Self, Rejection> {
        let (url, user_agent) = (facts.url(Field::EventSourceUrl), facts.text(Field::UserAgent));
        match facts.event.action_source() {
            ActionSource::Website => Ok(Self::Website {
                url: url.ok_or(Rejection::missing(Field::EventSourceUrl))?,
                user_agent: user_agent.ok_or(Rejection::missing(Field::UserAgent))?,
            }),
            ActionSource::App => {
                if url.is_some() {
                    facts.report("not_taken_for_app", Field::EventSourceUrl, Severity::Dropped);
                }
                app(facts, user_agent)
            }
            source => Ok(Self::Elsewhere { source: source.as_str(), url, user_agent }),
        }
    }

    const fn source(&self) -> &'static str {
        match self {
            Self::Website { .. } => "website",
            Self::App { .. } => "app",
            Self::Elsewhere { source, .. } => source,
        }
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Website { url, .. } => Some(url),
            Self::App { .. } => None,
            Self::Elsewhere { url, .. } => url.as_deref(),
        }
    }

    const fn user_agent(&self) -> Option<&'e str> {
        match self {
            Self::Website { user_agent, .. } => Some(user_agent),
            Self::App { user_agent, .. } | Self::Elsewhere { user_agent, .. } => *user_agent,
        }
    }

    fn write_app(&self, o: &mut Object<'_>) {
        let Self::App { app, advertiser_tracking, .. } = self else { return };
        o.integer("advertiser_tracking_enabled", (*advertiser_tracking).into());
        let tracking = app.application_tracking_enabled.map(i64::from);
        o.maybe_integer("application_tracking_enabled", tracking);
        // Places count here: an unknown one is an empty text.
        o.list("extinfo", &app.extinfo, |out, text| json::text(out, text));
    }
}

/// An event of an app needs the person's answer about tracking and sixteen facts about the device.
fn app<'e>(facts: &mut Facts<'_, 'e>, user_agent: Option<&'e str>) -> Result<Place<'e>, Rejection> {
    let fields = [Field::AdvertiserTracking, Field::ApplicationTracking, Field::Extinfo];
    let app = facts.app(&fields).ok_or(Rejection::missing(Field::Extinfo))?;
    let tracking =
        app.advertiser_tracking_enabled.ok_or(Rejection::missing(Field::AdvertiserTracking))?;
    let system = app.extinfo.first().ok_or(Rejection::missing(Field::Extinfo))?;
    let os_version = app.extinfo.get(4).is_some_and(|version| !version.is_empty());
    if app.extinfo.len() != 16 || !matches!(&**system, "a2" | "i2") || !os_version {
        return Err(Rejection::BadValue { field: Field::Extinfo.as_str() });
    }
    Ok(Place::App { app, advertiser_tracking: tracking, user_agent })
}

impl LimitedDataUse {
    fn of(facts: &Facts<'_, '_>, has_ip: bool) -> Result<Option<Self>, Rejection> {
        match facts.flags.limited_use {
            None => Ok(None),
            // Meta then places the person by the address.
            Some(limited) if limited.needs_client_ip() && !has_ip => {
                Err(Rejection::missing(Field::Ip))
            }
            Some(LimitedUse::Meta { country, state }) => Ok(Some(Self { country, state })),
            Some(_) => Err(Rejection::LimitedUse),
        }
    }
}

impl<'e> UserData<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        Self {
            em: facts.hashes(Kind::Email, MANY),
            ph: facts.hashes(Kind::Phone, MANY),
            first: facts.hashes(Kind::FirstName, MANY),
            last: facts.hashes(Kind::LastName, MANY),
            db: facts.hashes(Kind::DateOfBirth, MANY),
            ge: facts.hashes(Kind::Gender, MANY),
            ct: facts.hashes(Kind::City, MANY),
            st: facts.hashes(Kind::Region, MANY),
            zp: facts.hashes(Kind::PostalCode, MANY),
            country: facts.hashes(Kind::Country, MANY),
            external_id: facts.hashes(Kind::ExternalId, MANY),
            ip: facts.ip(),
            fbc: fbc(facts),
            fbp: facts.text(Field::Fbp),
            subscription_id: facts.text(Field::SubscriptionId),
            lead_id: lead_id(facts),
            madid: facts.plain(Kind::MobileAdId),
        }
    }

    /// Refused are events with nothing but one of four poor sets (Best Practices, since v13).
    fn is_enough(&self, user_agent: bool) -> bool {
        let strong = [&self.em, &self.ph, &self.external_id].into_iter().any(|set| !set.is_empty())
            || self.ip.is_some()
            || self.fbc.is_some()
            || self.fbp.is_some()
            || self.subscription_id.is_some()
            || self.lead_id.is_some()
            || self.madid.is_some();
        let place = [&self.ct, &self.country, &self.st, &self.zp].iter().any(|set| !set.is_empty());
        let (db, ge) = (!self.db.is_empty(), !self.ge.is_empty());
        let (first, last) = (!self.first.is_empty(), !self.last.is_empty());
        // Any key outside one set, with any key outside the others, is in none of them.
        let poor = (!db && !first && !last)
            || (!place && !ge && !first && !last)
            || (!place && !user_agent && !db && !last)
            || (!place && !user_agent && !db && !first);
        strong || !poor
    }

    fn write(&self, o: &mut Object<'_>, user_agent: Option<&str>) {
        o.hashes("em", &self.em);
        o.hashes("ph", &self.ph);
        o.hashes("fn", &self.first);
        o.hashes("ln", &self.last);
        o.hashes("db", &self.db);
        o.hashes("ge", &self.ge);
        o.hashes("ct", &self.ct);
        o.hashes("st", &self.st);
        o.hashes("zp", &self.zp);
        o.hashes("country", &self.country);
        o.hashes("external_id", &self.external_id);
        o.maybe_ip("client_ip_address", self.ip);
        o.maybe_text("client_user_agent", user_agent);
        o.maybe_text("fbc", self.fbc);
        o.maybe_text("fbp", self.fbp);
        o.maybe_text("subscription_id", self.subscription_id);
        o.maybe_integer("lead_id", self.lead_id);
        o.maybe_text("madid", self.madid.as_ref().map(NormalForm::as_str));
    }
}

/// A click of more than 90 days before the event is refused, so practitioners report.
fn fbc<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    let fbc = facts.text(Field::Fbc)?;
    let created = facts.event.click_ids().fbc.as_ref()?.created();
    if facts.event.time().secs_since(created) > 90 * DAY {
        facts.report("click_id_too_old", Field::Fbc, Severity::Dropped);
        return None;
    }
    Some(fbc)
}

/// A number at Meta.
fn lead_id(facts: &mut Facts<'_, '_>) -> Option<i64> {
    let text = facts.text(Field::LeadId)?;
    let number = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    if number.is_none() {
        facts.report("lead_id_not_a_number", Field::LeadId, Severity::Dropped);
    }
    number
}

impl<'e> CustomData<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Result<Self, Rejection> {
        let value = facts.worth()?;
        let parts = [
            Field::ItemName,
            Field::ItemCategory,
            Field::ItemBrand,
            Field::ItemQuantity,
            Field::ItemPrice,
        ];
        let items = facts.items(&parts);
        if items.iter().any(|item| item.quantity.is_none()) {
            facts.report("item_without_quantity", Field::Items, Severity::Corrected);
        }
        Ok(Self {
            currency: facts.currency(),
            value,
            items,
            content_type: facts.word(Field::ContentType, &["product", "product_group"]),
            content_name: facts.text(Field::ContentName),
            content_category: facts.text(Field::ContentCategory),
            order_id: facts.text(Field::OrderId),
            num_items: facts.num_items(),
            search_string: facts.text(Field::SearchString),
            predicted_ltv: facts.money(Field::PredictedLtv),
            status: facts.text(Field::Status),
            delivery_category: facts
                .word(Field::DeliveryCategory, &["in_store", "curbside", "home_delivery"]),
            customer_segmentation: segmentation(facts),
            properties: facts.properties(&RESERVED),
        })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.maybe_text("currency", self.currency);
        o.money_number("value", self.value);
        o.maybe_text("content_type", self.content_type);
        o.maybe_text("content_name", self.content_name);
        o.maybe_text("content_category", self.content_category);
        // An entry of `contents` needs a quantity. Where one is lacking, the ids go on their own.
        if self.items.iter().any(|item| item.quantity.is_none()) {
            o.texts("content_ids", self.items.iter().filter_map(item_id));
        }
        let counted = self.items.iter().filter(|item| item.quantity.is_some());
        o.list("contents", counted, write_item);
        o.maybe_text("order_id", self.order_id);
        o.maybe_integer("num_items", self.num_items);
        o.maybe_text("search_string", self.search_string);
        o.money_number("predicted_ltv", self.predicted_ltv);
        o.maybe_text("status", self.status);
        o.maybe_text("delivery_category", self.delivery_category);
        o.maybe_text("customer_segmentation", self.customer_segmentation);
        for (key, value) in self.properties {
            if !RESERVED.contains(&key.as_str()) {
                o.own_key(key.as_str(), |out| json::scalar(out, value));
            }
        }
    }
}

fn item_id(item: &Item) -> Option<&str> {
    item.id.as_ref().map(|id| id.as_str())
}

fn write_item(out: &mut Vec<u8>, item: &Item) {
    json::object(out, |o| {
        o.maybe_text("id", item_id(item));
        o.maybe_integer("quantity", item.quantity.map(i64::from));
        o.money_number("item_price", item.price);
        o.maybe_text("title", item.name.as_ref().map(Text::as_str));
        o.maybe_text("brand", item.brand.as_ref().map(Text::as_str));
        o.maybe_text("category", item.category.as_ref().map(Text::as_str));
    });
}

/// The sender's segment if it is one of Meta's, else what is known of a first order.
fn segmentation(facts: &mut Facts<'_, '_>) -> Option<&'static str> {
    if let Some(segment) = facts.word(Field::Segment, &SEGMENTS) {
        return Some(segment);
    }
    let is_new = facts.new_customer()?;
    Some(if is_new { "new_customer_to_business" } else { "existing_customer_to_business" })
}

/// What Meta's answer means. It takes or refuses a request as a whole and names no event.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    if json.has("/error") {
        let retry = |why| Answer::Retry { after_secs: response.retry_after_secs, why };
        return match json.integer("/error/code") {
            // They are called transient too, and by a limit nothing was kept: nobody need doubt.
            Some(4 | 17 | 32 | 613 | 80_000..=80_014) => retry(Why::RateLimit),
            Some(10 | 190 | 200..=299) => Answer::Blocked { why: Why::Rights },
            Some(2_635) => Answer::Blocked { why: Why::Version },
            // No such data set, or none for this token.
            Some(100) if json.integer("/error/error_subcode") == Some(33) => {
                Answer::Blocked { why: Why::Rights }
            }
            // What Meta calls transient is refused for good under no code.
            _ if json.is_true("/error/is_transient") => retry(Why::Server),
            Some(100) => Answer::Refused { why: Why::Invalid },
            Some(1 | 2 | 5_000 | i64::MIN..=-1) => retry(Why::Server),
            _ => Answer::by_status(response),
        };
    }
    let received = json.integer("/events_received");
    match (response.is_success(), received) {
        (true, Some(received)) if usize::try_from(received) == Ok(sent) => Answer::Accepted,
        // Some were lost, and nothing says which.
        (true, _) => Answer::Unknown,
        (false, _) => Answer::by_status(response),
    }
}

/// Meta sets no limit on the values of a key; the event has one.
const MANY: usize = usize::MAX;

/// Meta's own keys, which a free property must not take.
const RESERVED: [&str; 36] = [
    "value",
    "currency",
    "content_ids",
    "contents",
    "content_type",
    "content_name",
    "content_category",
    "order_id",
    "num_items",
    "search_string",
    "predicted_ltv",
    "net_revenue",
    "status",
    "delivery_category",
    "item_number",
    "lead_event_source",
    "customer_segmentation",
    "em",
    "ph",
    "fn",
    "ln",
    "db",
    "ge",
    "ct",
    "st",
    "zp",
    "country",
    "external_id",
    "client_ip_address",
    "client_user_agent",
    "fbc",
    "fbp",
    "subscription_id",
    "lead_id",
    "madid",
    "store_data",
];

const SEGMENTS: [&str; 9] = [
    "new_customer_to_business",
    "new_customer_to_business_line",
    "new_customer_to_product_area",
    "new_customer_to_medium",
    "existing_customer_to_business",
    "existing_customer_to_business_line",
    "existing_customer_to_product_area",
    "existing_customer_to_medium",
    "customer_in_loyalty_program",
];
