//! Snapchat, Conversions API v3.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the pixel and the app | [`Asset`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! The rules with their pages: `docs/sources/payload.md#snapchat`.

use std::borrow::Cow;

use predispatch_consent::{ActionSource, LimitedKeyword, LimitedUse};
use predispatch_event::{App, Item, StandardEvent, Text};
use predispatch_pii::{Kind, NormalForm};
use predispatch_types::{Money, Region, Severity};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, given, identifier},
    answer::{Answer, Response, Why},
    build::{Called, Case},
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Snapchat documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Conversions API v3: Introduction, Parameters, Deduplication, Validation; business-sdk-v3 1.1.5",
    versions: &[ApiVersion::new("v3")],
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Standard("ADD_BILLING")),
        (StandardEvent::AddToCart, Name::Standard("ADD_CART")),
        (StandardEvent::AddToWishlist, Name::Standard("ADD_TO_WISHLIST")),
        (StandardEvent::CompleteRegistration, Name::Standard("SIGN_UP")),
        // The four slots for events that Snapchat has no name for are ours.
        (StandardEvent::Contact, Name::Standard("CUSTOM_EVENT_2")),
        (StandardEvent::Download, Name::Standard("CUSTOM_EVENT_4")),
        (StandardEvent::InitiateCheckout, Name::Standard("START_CHECKOUT")),
        (StandardEvent::Lead, Name::Standard("CUSTOM_EVENT_1")),
        (StandardEvent::Login, Name::Standard("LOGIN")),
        (StandardEvent::PageView, Name::Standard("PAGE_VIEW")),
        (StandardEvent::Purchase, Name::Standard(PURCHASE)),
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::Standard("RESERVE")),
        (StandardEvent::Search, Name::Standard("SEARCH")),
        (StandardEvent::StartTrial, Name::Standard("START_TRIAL")),
        (StandardEvent::SubmitApplication, Name::Standard("CUSTOM_EVENT_3")),
        (StandardEvent::Subscribe, Name::Standard("SUBSCRIBE")),
        (StandardEvent::ViewContent, Name::Standard("VIEW_CONTENT")),
    ],
    windows: &[
        Window::of(&[ActionSource::Website, ActionSource::App], Some(7 * DAY)),
        Window::all(Some(37 * DAY)),
    ],
    batch: BatchLimits { events: 2_000, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::Code,
    errors: Errors {
        invalid: "400 INVALID: missing required fields",
        time: "400 INVALID: timestamp out of range",
        identity: "400 INVALID: too little identity",
        name: "400 INVALID: unknown event_name",
    },
};

/// Where events go: at least one of a pixel and an app.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Asset {
    pixel_id: Option<Box<str>>,
    app_id: Option<Box<str>>,
}

impl Asset {
    /// A pixel, for events of websites and shops.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 64 letters, digits, hyphens and underscores.
    pub fn pixel(pixel_id: &str) -> Result<Self, AccountError> {
        Ok(Self { pixel_id: Some(identifier("pixel_id", pixel_id)?), app_id: None })
    }

    /// The same with an app, for events of apps.
    ///
    /// # Errors
    /// As [`pixel`](Self::pixel).
    pub fn with_app(self, app_id: &str) -> Result<Self, AccountError> {
        Ok(Self { app_id: Some(identifier("app_id", app_id)?), ..self })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        let read = |key, text: Option<&str>| given(text).map(|id| identifier(key, id)).transpose();
        let asset = Self {
            pixel_id: read("pixel_id", keys.pixel_id.as_deref())?,
            app_id: read("app_id", keys.app_id.as_deref())?,
        };
        if asset == Self::default() {
            return Err(AccountError::Missing { key: "pixel_id" });
        }
        Ok(asset)
    }
}

impl From<Asset> for Target {
    fn from(asset: Asset) -> Self {
        Self::Snapchat(asset)
    }
}

/// The one event that is refused without an amount.
pub(crate) const PURCHASE: &str = "PURCHASE";

/// Snapchat has a closed list; names of one's own have five slots.
pub(crate) fn takes_name(name: &str) -> bool {
    NAMES.contains(&name)
}

/// One entry of `data`.
pub(crate) struct Event<'e> {
    name: &'e str,
    time: i64,
    id: Option<&'e str>,
    place: Place<'e>,
    /// In a box of its own: with it the event is larger than what glibc's allocator gives at once.
    user: Box<UserData<'e>>,
    custom: CustomData<'e>,
    limited: Option<Limited>,
    test: Option<&'e str>,
}

/// The word for limited use, and the numbers of the place that one of them goes with.
#[derive(Clone, Copy)]
struct Limited {
    keyword: LimitedKeyword,
    place: Option<(i64, i64)>,
}

impl Limited {
    /// `LMU` stands alone. `LDU` stood beside a place in older samples, whose only known number is
    /// California's: without one it might reach nobody.
    fn of(keyword: LimitedKeyword, state: Region) -> Result<Self, Rejection> {
        let place = match keyword {
            LimitedKeyword::Lmu => None,
            LimitedKeyword::Ldu if state.code() == "CA" => Some((1, 1_000)),
            LimitedKeyword::Ldu => return Err(Rejection::LimitedUse),
        };
        Ok(Self { keyword, place })
    }
}

/// Where it happened, with the asset that Snapchat wants for it.
enum Place<'e> {
    Web { pixel_id: &'e str, url: Cow<'e, str> },
    App { asset: &'e str, app: &'e App, tracking: bool, url: Option<Cow<'e, str>> },
    Offline { pixel_id: &'e str },
}

struct UserData<'e> {
    em: Hashes,
    ph: Hashes,
    first: Hashes,
    last: Hashes,
    ge: Hashes,
    ct: Hashes,
    st: Hashes,
    zp: Hashes,
    country: Hashes,
    external_id: Hashes,
    ip: Option<core::net::IpAddr>,
    user_agent: Option<&'e str>,
    sc_click_id: Option<&'e str>,
    sc_cookie1: Option<&'e str>,
    madid: Option<NormalForm<'e>>,
    subscription_id: Option<&'e str>,
    lead_id: Option<&'e str>,
}

struct CustomData<'e> {
    currency: Option<&'static str>,
    value: Option<Money>,
    items: Cow<'e, [Item]>,
    content_category: Option<&'e str>,
    content_name: Option<&'e str>,
    content_type: Option<&'static str>,
    num_items: Option<i64>,
    order_id: Option<&'e str>,
    search_string: Option<&'e str>,
    status: Option<&'e str>,
    predicted_ltv: Option<Money>,
    delivery_category: Option<&'static str>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        asset: &'e Asset,
    ) -> Result<Box<Self>, Rejection> {
        if matches!(case.called, Called::Own(_)) {
            return Err(Rejection::NoMapping);
        }
        let name = case.called.as_str();
        let place = Place::of(facts, asset)?;
        let user = Box::new(UserData::of(facts));
        if !user.is_enough() {
            return Err(Rejection::Identity);
        }
        let limited = match facts.flags.limited_use {
            None => None,
            Some(LimitedUse::Snapchat { keyword, state }) => Some(Limited::of(keyword, state)?),
            Some(_) => return Err(Rejection::LimitedUse),
        };
        let custom = CustomData::of(facts)?;
        if name == PURCHASE && custom.value.is_none() {
            return Err(Rejection::missing(Field::Value));
        }
        Ok(Box::new(Self {
            name,
            time: case.time.unix_secs(),
            id: facts.text(Field::EventId),
            place,
            user,
            custom,
            limited,
            test: case.test,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("event_name", self.name);
            o.integer("event_time", self.time);
            o.maybe_text("event_id", self.id);
            let (source, url) = match &self.place {
                Place::Web { url, .. } => ("WEB", Some(url)),
                Place::App { url, .. } => ("MOBILE_APP", url.as_ref()),
                Place::Offline { .. } => ("OFFLINE", None),
            };
            o.text("action_source", source);
            o.maybe_text("event_source_url", url);
            o.texts(
                "data_processing_options",
                self.limited.map(|limited| limited.keyword.as_str()),
            );
            if let Some((country, state)) = self.limited.and_then(|limited| limited.place) {
                o.integer("data_processing_options_country", country);
                o.integer("data_processing_options_state", state);
            }
            o.object("user_data", |o| self.user.write(o));
            o.object("custom_data", |o| self.custom.write(o));
            o.object("app_data", |o| self.place.write_app(o));
            o.maybe_text("test_event_code", self.test);
        });
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.id.is_some()
    }

    /// Which of the account's envelopes it has: one for each kind of asset.
    pub(crate) const fn envelope_number(&self) -> usize {
        match &self.place {
            Place::Web { .. } | Place::Offline { .. } => 0,
            Place::App { .. } => 1,
        }
    }

    pub(crate) fn envelope(&self, version: &str) -> Envelope {
        let asset = match &self.place {
            Place::Web { pixel_id, .. } | Place::Offline { pixel_id } => pixel_id,
            Place::App { asset, .. } => asset,
        };
        Envelope {
            account: None,
            url: ["https://tr.snapchat.com/", version, "/", asset, "/events"].concat(),
            head: "{\"data\":[".into(),
            tail: "]}".into(),
            headers: Vec::new(),
        }
    }
}

impl<'e> Place<'e> {
    fn of(facts: &mut Facts<'_, 'e>, asset: &'e Asset) -> Result<Self, Rejection> {
        let id = |id: &'e Option<Box<str>>| id.as_deref().ok_or(Rejection::ActionSource);
        match facts.event.action_source() {
            ActionSource::Website => Ok(Self::Web {
                pixel_id: id(&asset.pixel_id)?,
                url: facts
                    .url(Field::EventSourceUrl)
                    .ok_or(Rejection::missing(Field::EventSourceUrl))?,
            }),
            ActionSource::App => {
                let fields = [
                    Field::AppId,
                    Field::AdvertiserTracking,
                    Field::ApplicationTracking,
                    Field::Extinfo,
                ];
                let app =
                    facts.app(&fields).ok_or(Rejection::missing(Field::AdvertiserTracking))?;
                let tracking = app
                    .advertiser_tracking_enabled
                    .ok_or(Rejection::missing(Field::AdvertiserTracking))?;
                if !app.extinfo.is_empty() && app.extinfo.len() != 16 {
                    return Err(Rejection::BadValue { field: Field::Extinfo.as_str() });
                }
                // **Ours**: the page lists it as required, and its own example of an app's event has none.
                let url = facts.url(Field::EventSourceUrl);
                Ok(Self::App { asset: id(&asset.app_id)?, app, tracking, url })
            }
            _ => Ok(Self::Offline { pixel_id: id(&asset.pixel_id)? }),
        }
    }

    fn write_app(&self, o: &mut Object<'_>) {
        let Self::App { app, tracking, .. } = self else { return };
        o.maybe_text("app_id", app.id.as_ref().map(|id| id.as_str()));
        o.integer("advertiser_tracking_enabled", (*tracking).into());
        let tracking = app.application_tracking_enabled.map(i64::from);
        o.maybe_integer("application_tracking_enabled", tracking);
        o.list("extinfo", &app.extinfo, |out, text| json::text(out, text));
    }
}

impl<'e> UserData<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        Self {
            em: facts.hashes(Kind::Email, usize::MAX),
            ph: facts.hashes(Kind::Phone, usize::MAX),
            first: facts.hashes(Kind::FirstName, usize::MAX),
            last: facts.hashes(Kind::LastName, usize::MAX),
            ge: facts.hashes(Kind::Gender, usize::MAX),
            ct: facts.hashes(Kind::City, usize::MAX),
            st: facts.hashes(Kind::Region, usize::MAX),
            zp: facts.hashes(Kind::PostalCode, usize::MAX),
            country: facts.hashes(Kind::Country, usize::MAX),
            external_id: facts.hashes(Kind::ExternalId, usize::MAX),
            ip: facts.ip(),
            user_agent: facts.text(Field::UserAgent),
            sc_click_id: facts.text(Field::ScClickId),
            sc_cookie1: facts.text(Field::ScCookie1),
            madid: facts.plain(Kind::MobileAdId),
            subscription_id: facts.text(Field::SubscriptionId),
            lead_id: lead_id(facts),
        }
    }

    fn is_enough(&self) -> bool {
        !self.em.is_empty()
            || !self.ph.is_empty()
            || self.madid.is_some()
            || (self.ip.is_some() && self.user_agent.is_some())
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hashes("em", &self.em);
        o.hashes("ph", &self.ph);
        o.hashes("fn", &self.first);
        o.hashes("ln", &self.last);
        o.hashes("ge", &self.ge);
        o.hashes("ct", &self.ct);
        o.hashes("st", &self.st);
        o.hashes("zp", &self.zp);
        o.hashes("country", &self.country);
        o.hashes("external_id", &self.external_id);
        o.maybe_ip("client_ip_address", self.ip);
        o.maybe_text("client_user_agent", self.user_agent);
        o.maybe_text("sc_click_id", self.sc_click_id);
        o.maybe_text("sc_cookie1", self.sc_cookie1);
        o.maybe_text("madid", self.madid.as_ref().map(NormalForm::as_str));
        o.maybe_text("subscription_id", self.subscription_id);
        o.maybe_text("lead_id", self.lead_id);
    }
}

/// The answer of a lead form of Snapchat's own. What one looks like is not documented; LinkedIn's are URNs
/// and Meta's are numbers. **Ours**: these are left out, for they tell of the person there.
fn lead_id<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    let id = facts.text(Field::LeadId)?;
    if id.starts_with("urn:") || id.bytes().all(|b| b.is_ascii_digit()) {
        facts.report("lead_id_of_another_platform", Field::LeadId, Severity::Dropped);
        return None;
    }
    Some(id)
}

impl<'e> CustomData<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Result<Self, Rejection> {
        let parts = [Field::ItemBrand, Field::ItemQuantity, Field::ItemPrice];
        Ok(Self {
            value: facts.worth()?,
            currency: facts.currency(),
            items: facts.items(&parts),
            content_category: facts.text(Field::ContentCategory),
            content_name: facts.text(Field::ContentName),
            content_type: facts.word(Field::ContentType, &["product", "product_group"]),
            num_items: facts.num_items(),
            order_id: facts.text(Field::OrderId),
            search_string: facts.text(Field::SearchString),
            status: facts.text(Field::Status),
            predicted_ltv: facts.money(Field::PredictedLtv),
            delivery_category: facts
                .word(Field::DeliveryCategory, &["in_store", "curbside", "home_delivery"]),
        })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.maybe_text("currency", self.currency);
        o.money_number("value", self.value);
        o.texts("content_ids", self.items.iter().filter_map(item_id));
        o.list("contents", &*self.items, write_item);
        o.maybe_text("content_category", self.content_category);
        o.maybe_text("content_name", self.content_name);
        o.maybe_text("content_type", self.content_type);
        o.maybe_integer("num_items", self.num_items);
        o.maybe_text("order_id", self.order_id);
        o.maybe_text("search_string", self.search_string);
        o.maybe_text("status", self.status);
        o.money_number("predicted_ltv", self.predicted_ltv);
        o.maybe_text("delivery_category", self.delivery_category);
    }
}

fn item_id(item: &Item) -> Option<&str> {
    item.id.as_ref().map(|id| id.as_str())
}

/// Quantity and price are texts in Snapchat's own library.
fn write_item(out: &mut Vec<u8>, item: &Item) {
    json::object(out, |o| {
        o.maybe_text("id", item_id(item));
        o.maybe_text("quantity", item.quantity.map(|quantity| quantity.to_string()));
        o.money_text("item_price", item.price);
        o.maybe_text("brand", item.brand.as_ref().map(Text::as_str));
    });
}

/// What Snapchat's answer means. It has one verdict for the whole request; whether one bad event keeps the
/// others out is not documented.
pub(crate) fn read_answer(response: &Response<'_>) -> Answer {
    let json = response.json();
    match (response.is_success(), json.text("/status")) {
        (true, Some("VALID")) => Answer::Accepted,
        (_, Some("INVALID")) if response.is_success() || response.status == 400 => {
            Answer::Divided { why: Why::Invalid }
        }
        (true, _) => Answer::Unknown,
        (false, _) => Answer::by_status(response),
    }
}

const NAMES: [&str; 31] = [
    "PURCHASE",
    "SAVE",
    "START_CHECKOUT",
    "ADD_CART",
    "VIEW_CONTENT",
    "ADD_BILLING",
    "SIGN_UP",
    "SEARCH",
    "PAGE_VIEW",
    "SUBSCRIBE",
    "AD_CLICK",
    "AD_VIEW",
    "COMPLETE_TUTORIAL",
    "LEVEL_COMPLETE",
    "INVITE",
    "LOGIN",
    "SHARE",
    "RESERVE",
    "ACHIEVEMENT_UNLOCKED",
    "ADD_TO_WISHLIST",
    "SPENT_CREDITS",
    "RATE",
    "START_TRIAL",
    "LIST_VIEW",
    "APP_INSTALL",
    "APP_OPEN",
    "CUSTOM_EVENT_1",
    "CUSTOM_EVENT_2",
    "CUSTOM_EVENT_3",
    "CUSTOM_EVENT_4",
    "CUSTOM_EVENT_5",
];
