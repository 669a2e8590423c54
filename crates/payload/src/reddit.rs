//! Reddit, Conversions API v3.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the pixel | [`Pixel`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! The rules with their pages: `docs/sources/payload.md#reddit`.

use std::borrow::Cow;

use predispatch_consent::{ActionSource, LimitedUse};
use predispatch_event::{Item, StandardEvent, Text};
use predispatch_pii::{DeviceSystem, Kind};
use predispatch_types::{Money, Region, Severity};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, identifier, required},
    answer::{Answer, Response, Why},
    build::{Called, Case},
    envelope::quoted,
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Reddit documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Conversions API v3; Manual Advanced Matching; reddit-ss-gtm-template 2.0.0",
    versions: &[ApiVersion::new("v3")],
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Custom("AddPaymentInfo")),
        (StandardEvent::AddToCart, Name::Standard("ADD_TO_CART")),
        (StandardEvent::AddToWishlist, Name::Standard("ADD_TO_WISHLIST")),
        (StandardEvent::CompleteRegistration, Name::Standard("SIGN_UP")),
        (StandardEvent::Contact, Name::Custom("Contact")),
        (StandardEvent::Download, Name::Custom("Download")),
        (StandardEvent::InitiateCheckout, Name::Custom("InitiateCheckout")),
        (StandardEvent::Lead, Name::Standard("LEAD")),
        (StandardEvent::Login, Name::Custom("Login")),
        (StandardEvent::PageView, Name::Standard("PAGE_VISIT")),
        (StandardEvent::Purchase, Name::Standard("PURCHASE")),
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::Custom("Schedule")),
        (StandardEvent::Search, Name::Standard("SEARCH")),
        (StandardEvent::StartTrial, Name::Custom("StartTrial")),
        (StandardEvent::SubmitApplication, Name::Custom("SubmitApplication")),
        (StandardEvent::Subscribe, Name::Custom("Subscribe")),
        (StandardEvent::ViewContent, Name::Standard("VIEW_CONTENT")),
    ],
    // "Less than 168 hours": at 168 it is too old.
    windows: &[Window::all(Some(7 * DAY - 1))],
    batch: BatchLimits { events: 1_000, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::Code,
    errors: Errors {
        invalid: "400 invalid conversion events, none were processed",
        time: "400 event_at timestamp must be less than 168h0m0s old",
        identity: "200, and never matched",
        name: "400 invalid conversion events, none were processed",
    },
};

/// A pixel of Reddit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pixel {
    id: Box<str>,
}

impl Pixel {
    /// By its id, such as `t2_abc` or `a2_abc`.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 64 letters, digits, hyphens and underscores.
    pub fn new(pixel_id: &str) -> Result<Self, AccountError> {
        Ok(Self { id: identifier("pixel_id", pixel_id)? })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        Self::new(required("pixel_id", keys.pixel_id.as_ref())?)
    }
}

impl From<Pixel> for Target {
    fn from(pixel: Pixel) -> Self {
        Self::Reddit(pixel)
    }
}

/// A tracking type, or a custom name of up to 64 characters. The spellings of version 2 and of other
/// platforms are taken as custom names, so they are refused.
pub(crate) fn takes_name(name: &str) -> bool {
    let is_custom = (1..=64).contains(&name.chars().count()) && !name.contains(char::is_control);
    TYPES.contains(&name) || (is_custom && name != "CUSTOM" && !LOOK_ALIKES.contains(&name))
}

/// One entry of `events`.
pub(crate) struct Event<'e> {
    pixel: &'e Pixel,
    at: i64,
    source: &'static str,
    url: Option<Cow<'e, str>>,
    kind: Type<'e>,
    click_id: Option<&'e str>,
    metadata: Metadata<'e>,
    user: User<'e>,
}

/// A tracking type; a custom one has its name.
enum Type<'e> {
    Known(&'e str),
    Custom(&'e str),
}

struct Metadata<'e> {
    conversion_id: Option<&'e str>,
    worth: Option<Money>,
    item_count: Option<i64>,
    products: Cow<'e, [Item]>,
}

struct User<'e> {
    email: Hashes,
    phone_number: Hashes,
    external_id: Hashes,
    ip: Option<core::net::IpAddr>,
    user_agent: Option<&'e str>,
    mobile: Hashes,
    mobile_key: &'static str,
    uuid: Option<&'e str>,
    limited: Option<Region>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        pixel: &'e Pixel,
    ) -> Result<Box<Self>, Rejection> {
        let kind = Type::of(case.called)?;
        let source = match facts.event.action_source() {
            ActionSource::Website => "WEBSITE",
            ActionSource::App => "APP",
            ActionSource::PhysicalStore => "PHYSICAL_STORE",
            _ => "OTHER",
        };
        let url = if source == "WEBSITE" { facts.url(Field::EventSourceUrl) } else { None };
        if source == "WEBSITE" && url.is_none() {
            return Err(Rejection::missing(Field::EventSourceUrl));
        }
        let user = User::of(facts)?;
        let click_id = facts.text(Field::RdtCid);
        if click_id.is_none() && !user.is_enough() {
            return Err(Rejection::Identity);
        }
        let metadata = Metadata::of(facts, &kind)?;
        Ok(Box::new(Self {
            pixel,
            at: case.time.unix_millis(),
            source,
            url,
            kind,
            click_id,
            metadata,
            user,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.integer("event_at", self.at);
            o.text("action_source", self.source);
            o.maybe_text("event_source_url", self.url.as_deref());
            o.object("type", |o| match self.kind {
                Type::Known(kind) => o.text("tracking_type", kind),
                Type::Custom(name) => {
                    o.text("tracking_type", "CUSTOM");
                    o.text("custom_event_name", name);
                }
            });
            o.maybe_text("click_id", self.click_id);
            o.object("metadata", |o| self.metadata.write(o));
            o.object("user", |o| self.user.write(o));
        });
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.metadata.conversion_id.is_some()
    }

    pub(crate) fn envelope(&self, version: &str, test: Option<&str>) -> Envelope {
        let id = &self.pixel.id;
        Envelope {
            account: None,
            url: ["https://ads-api.reddit.com/api/", version, "/pixels/", id, "/conversion_events"]
                .concat(),
            head: match test {
                Some(code) => {
                    format!("{{\"data\":{{\"test_id\":{},\"events\":[", quoted(code)).into()
                }
                None => "{\"data\":{\"events\":[".into(),
            },
            tail: "]}}".into(),
            headers: Vec::new(),
        }
    }
}

impl<'e> Type<'e> {
    fn of(called: Called<'e>) -> Result<Self, Rejection> {
        let name = called.as_str();
        match (called, TYPES.contains(&name)) {
            (Called::Own(_), true) => Err(Rejection::EventName),
            (_, true) => Ok(Self::Known(name)),
            _ if takes_name(name) => Ok(Self::Custom(name)),
            _ => Err(Rejection::EventName),
        }
    }

    const fn is_custom(&self) -> bool {
        matches!(self, Self::Custom(_))
    }

    fn is_one_of(&self, kinds: &[&str]) -> bool {
        matches!(self, Self::Known(kind) if kinds.contains(kind))
    }
}

impl<'e> Metadata<'e> {
    fn of(facts: &mut Facts<'_, 'e>, kind: &Type<'e>) -> Result<Self, Rejection> {
        let counts = kind.is_custom() || kind.is_one_of(&COUNTED);
        let has_worth = counts || kind.is_one_of(&["LEAD", "SIGN_UP"]);
        // A negative amount is refused whatever the type.
        let worth = facts.worth()?;
        if !has_worth && worth.is_some() {
            facts.report("not_taken_for_event", Field::Value, Severity::Dropped);
        }
        if !has_worth && facts.has(Field::Currency) {
            facts.report("not_taken_for_event", Field::Currency, Severity::Dropped);
        } else if worth.is_none() && facts.has(Field::Currency) {
            facts.report("currency_without_value", Field::Currency, Severity::Dropped);
        }
        let item_count = facts.num_items();
        if !counts && item_count.is_some() {
            facts.report("not_taken_for_event", Field::NumItems, Severity::Dropped);
        }
        Ok(Self {
            conversion_id: facts.text(Field::EventId),
            worth: worth.filter(|_| has_worth),
            item_count: item_count.filter(|_| counts),
            products: facts.items(&[Field::ItemName, Field::ItemCategory]),
        })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.maybe_text("conversion_id", self.conversion_id);
        o.maybe_text("currency", self.worth.map(|money| money.currency().as_str()));
        o.money_number("value", self.worth);
        o.maybe_integer("item_count", self.item_count);
        o.list("products", &*self.products, |out, item| {
            json::object(out, |o| {
                o.maybe_text("id", item.id.as_ref().map(|id| id.as_str()));
                o.maybe_text("name", item.name.as_ref().map(Text::as_str));
                o.maybe_text("category", item.category.as_ref().map(Text::as_str));
            });
        });
    }
}

impl<'e> User<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Result<Self, Rejection> {
        let limited = match facts.flags.limited_use {
            None => None,
            Some(LimitedUse::Reddit { region }) => Some(region),
            Some(_) => return Err(Rejection::LimitedUse),
        };
        let (mobile, mobile_key) = mobile(facts);
        Ok(Self {
            email: facts.hashes(Kind::Email, 1),
            phone_number: facts.hashes(Kind::Phone, 1),
            external_id: facts.hashes(Kind::ExternalId, 1),
            ip: facts.ip(),
            user_agent: facts.text(Field::UserAgent),
            mobile,
            mobile_key,
            uuid: facts.text(Field::RdtUuid),
            limited,
        })
    }

    /// **Ours**: Reddit demands nothing, and matches nobody without one of these.
    fn is_enough(&self) -> bool {
        [&self.email, &self.phone_number, &self.external_id, &self.mobile]
            .into_iter()
            .any(|set| !set.is_empty())
            || self.uuid.is_some()
            || (self.ip.is_some() && self.user_agent.is_some())
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hash("email", self.email.first());
        o.hash("phone_number", self.phone_number.first());
        o.hash("external_id", self.external_id.first());
        o.maybe_ip("ip_address", self.ip);
        o.maybe_text("user_agent", self.user_agent);
        o.hash(self.mobile_key, self.mobile.first());
        o.maybe_text("uuid", self.uuid);
        if let Some(region) = self.limited {
            o.object("data_processing_options", |o| {
                o.texts("modes", ["LDU"]);
                o.text("country", region.country().as_str());
                o.text("region", region.as_str());
            });
        }
    }
}

/// The device's id and its key, which the system tells.
fn mobile(facts: &mut Facts<'_, '_>) -> (Hashes, &'static str) {
    let hashes = facts.hashes(Kind::MobileAdId, 1);
    if hashes.is_empty() {
        return (hashes, "aaid");
    }
    facts.has(Field::AppPlatform);
    match facts.system() {
        Some(DeviceSystem::Android) => (hashes, "aaid"),
        Some(DeviceSystem::Ios) => (hashes, "idfa"),
        _ => {
            facts.report("device_system_unknown", Field::MobileAdId, Severity::Dropped);
            (Hashes::new(), "aaid")
        }
    }
}

/// What Reddit's answer means. What it lists has no index. It refuses a request as a whole, and may take
/// one in part.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    let names_invalid = ["/invalid_events", "/data/invalid_events"]
        .iter()
        .any(|place| json.list(place).is_some_and(|events| !events.is_empty()));
    // The success body of version 3 is not documented; it has a message, here or there.
    let message = json.text("/message").or_else(|| json.text("/data/message"));
    let is_denied = json.has("/error") || json.is_false("/success");
    match response.is_success() {
        true if names_invalid => Answer::Divided { why: Why::Invalid },
        true if !is_denied && message.is_some_and(|text| is_of_all(text, sent)) => Answer::Accepted,
        true => Answer::Unknown,
        false => Answer::by_status(response),
    }
}

/// A number in a message is that of the events which were processed, or the message tells of something else.
fn is_of_all(message: &str, sent: usize) -> bool {
    !message.contains(|c: char| c.is_ascii_digit())
        || message.contains(&format!("processed {sent} "))
}

const TYPES: [&str; 8] = [
    "PAGE_VISIT",
    "VIEW_CONTENT",
    "SEARCH",
    "ADD_TO_CART",
    "ADD_TO_WISHLIST",
    "PURCHASE",
    "LEAD",
    "SIGN_UP",
];

/// Types with a worth and a number of items.
const COUNTED: [&str; 3] = ["PURCHASE", "ADD_TO_CART", "ADD_TO_WISHLIST"];

/// The names of version 2, which version 3 would count as custom events.
const LOOK_ALIKES: [&str; 9] = [
    "PageVisit",
    "ViewContent",
    "Search",
    "AddToCart",
    "AddToWishlist",
    "Purchase",
    "Lead",
    "SignUp",
    "SIGNUP",
];
