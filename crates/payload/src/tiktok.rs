//! TikTok, Events API 2.0.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the pixel, app and event set | [`EventSource`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! The rules with their pages: `docs/sources/payload.md#tiktok`.

use std::borrow::Cow;

use predispatch_consent::{ActionSource, LimitedUse};
use predispatch_event::{App, EventName, Item, StandardEvent, Text};
use predispatch_pii::{DeviceSystem, Kind, NormalForm};
use predispatch_types::{Money, Severity};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, given, identifier},
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

/// What TikTok documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Events API 2.0: Report events, Parameters, Supported standard events, Event deduplication",
    versions: &[ApiVersion::new("v1.3")],
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Standard("AddPaymentInfo")),
        (StandardEvent::AddToCart, Name::Standard("AddToCart")),
        (StandardEvent::AddToWishlist, Name::Standard("AddToWishlist")),
        (StandardEvent::CompleteRegistration, Name::Standard("CompleteRegistration")),
        (StandardEvent::Contact, Name::Standard("Contact")),
        (StandardEvent::Download, Name::Standard("Download")),
        (StandardEvent::InitiateCheckout, Name::Standard("InitiateCheckout")),
        (StandardEvent::Lead, Name::Standard("Lead")),
        (StandardEvent::Login, Name::Custom("Login")),
        (StandardEvent::PageView, Name::Standard("PageView")),
        // `CompletePayment` is counted as this.
        (StandardEvent::Purchase, Name::Standard("Purchase")),
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::Standard("Schedule")),
        (StandardEvent::Search, Name::Standard("Search")),
        (StandardEvent::StartTrial, Name::Standard("StartTrial")),
        (StandardEvent::SubmitApplication, Name::Standard("SubmitApplication")),
        (StandardEvent::Subscribe, Name::Standard("Subscribe")),
        (StandardEvent::ViewContent, Name::Standard("ViewContent")),
    ],
    // **Ours**: no limit is documented. After 28 days, the longest click window, no ad can be
    // credited, and one refused event refuses its whole request.
    windows: &[Window::all(Some(CLICK_SECS))],
    batch: BatchLimits { events: 1_000, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::Code,
    errors: Errors {
        invalid: "40002 invalid parameter, whole request refused",
        time: "40002 invalid parameter, whole request refused",
        identity: "0 OK, and never matched",
        name: "40002 invalid parameter, whole request refused",
    },
};

/// How long after a click, and after a view, an ad can be credited.
const CLICK_SECS: i64 = 28 * DAY;
const VIEW_SECS: i64 = 7 * DAY;

/// Where events go: at least one of a pixel, an app and a set of offline events. Which one an event
/// needs follows from where it happened.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EventSource {
    pixel_code: Option<Box<str>>,
    app_id: Option<Box<str>>,
    event_set_id: Option<Box<str>>,
}

impl EventSource {
    /// A pixel, for events of websites.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 64 letters, digits, hyphens and underscores.
    pub fn pixel(code: &str) -> Result<Self, AccountError> {
        Ok(Self { pixel_code: Some(identifier("pixel_code", code)?), ..Self::default() })
    }

    /// The same with an app, for events of apps.
    ///
    /// # Errors
    /// As [`pixel`](Self::pixel).
    pub fn with_app(self, app_id: &str) -> Result<Self, AccountError> {
        Ok(Self { app_id: Some(identifier("app_id", app_id)?), ..self })
    }

    /// The same with a set of offline events, for everything else.
    ///
    /// # Errors
    /// As [`pixel`](Self::pixel).
    pub fn with_event_set(self, event_set_id: &str) -> Result<Self, AccountError> {
        Ok(Self { event_set_id: Some(identifier("event_set_id", event_set_id)?), ..self })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        let read = |key, text: Option<&str>| given(text).map(|id| identifier(key, id)).transpose();
        let source = Self {
            pixel_code: read("pixel_code", keys.pixel_code.as_deref())?,
            app_id: read("app_id", keys.app_id.as_deref())?,
            event_set_id: read("event_set_id", keys.event_set_id.as_deref())?,
        };
        if source == Self::default() {
            return Err(AccountError::Missing { key: "pixel_code" });
        }
        Ok(source)
    }
}

impl From<EventSource> for Target {
    fn from(source: EventSource) -> Self {
        Self::TikTok(source)
    }
}

/// Any text but the old names, which TikTok counts as something else.
pub(crate) fn takes_name(name: &str) -> bool {
    let sound = (1..=EventName::MAX_LEN).contains(&name.len()) && !name.contains(char::is_control);
    sound && !RENAMED.contains(&name)
}

/// One entry of `data`.
pub(crate) struct Event<'e> {
    event: &'e str,
    time: i64,
    id: Option<&'e str>,
    place: Place<'e>,
    user: User<'e>,
    properties: Properties<'e>,
    limited: bool,
}

/// Where it happened, with the id that TikTok wants for it.
enum Place<'e> {
    Web { pixel_code: &'e str, url: Cow<'e, str>, referrer: Option<Cow<'e, str>> },
    App { app_id: &'e str, app: Option<&'e App> },
    Offline { event_set_id: &'e str },
}

struct User<'e> {
    email: Hashes,
    phone: Hashes,
    external_id: Hashes,
    first_name: Hashes,
    last_name: Hashes,
    zip_code: Hashes,
    city: Option<NormalForm<'e>>,
    state: Option<NormalForm<'e>>,
    country: Option<NormalForm<'e>>,
    ip: Option<core::net::IpAddr>,
    user_agent: Option<&'e str>,
    ttclid: Option<&'e str>,
    ttp: Option<&'e str>,
    locale: Option<&'e str>,
    mobile: Option<Mobile<'e>>,
    att_status: Option<&'static str>,
}

/// A device's id under the key of its system.
struct Mobile<'e> {
    key: &'static str,
    id: NormalForm<'e>,
}

struct Properties<'e> {
    currency: Option<&'static str>,
    value: Option<Money>,
    items: Cow<'e, [Item]>,
    content_type: Option<&'static str>,
    num_items: Option<i64>,
    order_id: Option<&'e str>,
    query: Option<&'e str>,
    description: Option<&'e str>,
    status: Option<&'e str>,
    predicted_ltv: Option<Money>,
    delivery_category: Option<&'static str>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        source: &'e EventSource,
    ) -> Result<Box<Self>, Rejection> {
        if !takes_name(case.called.as_str()) {
            return Err(Rejection::EventName);
        }
        let place = Place::of(facts, source)?;
        let user = User::of(facts, &place);
        if !user.is_enough() {
            return Err(Rejection::Identity);
        }
        let limited = match facts.flags.limited_use {
            None => false,
            Some(LimitedUse::TikTok) => true,
            Some(_) => return Err(Rejection::LimitedUse),
        };
        if limited && matches!(place, Place::Offline { .. }) {
            // The flag is documented for web and app alone: elsewhere it would not reach anybody.
            return Err(Rejection::LimitedUse);
        }
        if facts.now.secs_since(case.time) > VIEW_SECS {
            facts.note("event_time_late", "event_time", Severity::Noted);
        }
        Ok(Box::new(Self {
            event: case.called.as_str(),
            time: case.time.unix_secs(),
            id: facts.text(Field::EventId),
            properties: Properties::of(facts)?,
            place,
            user,
            limited,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("event", self.event);
            o.integer("event_time", self.time);
            o.maybe_text("event_id", self.id);
            o.object("user", |o| self.user.write(o));
            match &self.place {
                Place::Web { url, referrer, .. } => o.object("page", |o| {
                    o.text("url", url);
                    o.maybe_text("referrer", referrer.as_deref());
                }),
                Place::App { app_id, app } => o.object("app", |o| write_app(o, app_id, *app)),
                Place::Offline { .. } => {}
            }
            o.object("properties", |o| self.properties.write(o));
            if self.limited {
                o.flag("limited_data_use", true);
            }
        });
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.id.is_some()
    }

    /// Which of the account's envelopes it has outside of tests: one for each place.
    pub(crate) const fn envelope_number(&self) -> usize {
        match &self.place {
            Place::Web { .. } => 0,
            Place::App { .. } => 1,
            Place::Offline { .. } => 2,
        }
    }

    pub(crate) fn envelope(&self, version: &str, test: Option<&str>) -> Envelope {
        let (source, id) = match &self.place {
            Place::Web { pixel_code, .. } => ("web", pixel_code),
            Place::App { app_id, .. } => ("app", app_id),
            Place::Offline { event_set_id } => ("offline", event_set_id),
        };
        let test = match test {
            Some(code) => format!(",\"test_event_code\":{}", quoted(code)),
            None => String::new(),
        };
        Envelope {
            account: None,
            url: ["https://business-api.tiktok.com/open_api/", version, "/event/track/"].concat(),
            head: [
                "{\"event_source\":\"",
                source,
                "\",\"event_source_id\":",
                &quoted(id),
                &test,
                ",\"data\":[",
            ]
            .concat()
            .into(),
            tail: "]}".into(),
            headers: Vec::new(),
        }
    }
}

impl<'e> Place<'e> {
    fn of(facts: &mut Facts<'_, 'e>, source: &'e EventSource) -> Result<Self, Rejection> {
        let id = |id: &'e Option<Box<str>>| id.as_deref().ok_or(Rejection::ActionSource);
        match facts.event.action_source() {
            ActionSource::Website => Ok(Self::Web {
                pixel_code: id(&source.pixel_code)?,
                url: facts
                    .url(Field::EventSourceUrl)
                    .ok_or(Rejection::missing(Field::EventSourceUrl))?,
                referrer: facts.url(Field::ReferrerUrl),
            }),
            ActionSource::App => {
                let fields = [Field::AppName, Field::AppVersion];
                Ok(Self::App { app_id: id(&source.app_id)?, app: facts.app(&fields) })
            }
            _ => Ok(Self::Offline { event_set_id: id(&source.event_set_id)? }),
        }
    }
}

fn write_app(o: &mut Object<'_>, app_id: &str, app: Option<&App>) {
    o.text("app_id", app_id);
    o.maybe_text("app_name", app.and_then(|app| app.name.as_ref()).map(Text::as_str));
    o.maybe_text("app_version", app.and_then(|app| app.version.as_ref()).map(Text::as_str));
}

impl<'e> User<'e> {
    fn of(facts: &mut Facts<'_, 'e>, place: &Place<'e>) -> Self {
        let is_web = matches!(place, Place::Web { .. });
        let is_app = matches!(place, Place::App { .. });
        Self {
            email: facts.hashes(Kind::Email, usize::MAX),
            phone: facts.hashes(Kind::Phone, usize::MAX),
            external_id: facts.hashes(Kind::ExternalId, usize::MAX),
            first_name: facts.hashes(Kind::FirstName, 1),
            last_name: facts.hashes(Kind::LastName, 1),
            zip_code: facts.hashes(Kind::PostalCode, 1),
            city: facts.plain(Kind::City),
            state: facts.plain(Kind::Region),
            country: facts.plain(Kind::Country),
            ip: facts.ip(),
            user_agent: facts.text(Field::UserAgent),
            // Only for web; elsewhere they are reported as not taken.
            ttclid: if is_web { facts.text_within(Field::Ttclid, 1_000) } else { None },
            ttp: if is_web { facts.text(Field::Ttp) } else { None },
            locale: facts.text(Field::Language),
            mobile: if is_app { mobile(facts) } else { None },
            att_status: if is_app { att_status(facts) } else { None },
        }
    }

    /// **Ours**: TikTok takes events that it can match to nobody, and answers as if all was well.
    fn is_enough(&self) -> bool {
        [&self.email, &self.phone, &self.external_id].into_iter().any(|set| !set.is_empty())
            || self.ttclid.is_some()
            || self.ttp.is_some()
            || self.mobile.is_some()
            || (self.ip.is_some() && self.user_agent.is_some())
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hashes("email", &self.email);
        o.hashes("phone", &self.phone);
        o.hashes("external_id", &self.external_id);
        o.hash("first_name", self.first_name.first());
        o.hash("last_name", self.last_name.first());
        o.hash("zip_code", self.zip_code.first());
        o.maybe_text("city", self.city.as_ref().map(NormalForm::as_str));
        o.maybe_text("state", self.state.as_ref().map(NormalForm::as_str));
        o.maybe_text("country", self.country.as_ref().map(NormalForm::as_str));
        o.maybe_ip("ip", self.ip);
        o.maybe_text("user_agent", self.user_agent);
        o.maybe_text("ttclid", self.ttclid);
        o.maybe_text("ttp", self.ttp);
        o.maybe_text("locale", self.locale);
        if let Some(mobile) = &self.mobile {
            o.text(mobile.key, mobile.id.as_str());
        }
        o.maybe_text("att_status", self.att_status);
    }
}

/// The system tells the key; without it there is none.
fn mobile<'e>(facts: &mut Facts<'_, 'e>) -> Option<Mobile<'e>> {
    let id = facts.plain(Kind::MobileAdId)?;
    facts.has(Field::AppPlatform);
    let key = match facts.system() {
        Some(DeviceSystem::Android) => "gaid",
        Some(DeviceSystem::Ios) => "idfa",
        _ => {
            facts.report("device_system_unknown", Field::MobileAdId, Severity::Dropped);
            return None;
        }
    };
    Some(Mobile { key, id })
}

/// The answer about tracking on iOS. A no goes even if a strip list hides the system that it is asked on.
fn att_status(facts: &mut Facts<'_, '_>) -> Option<&'static str> {
    let refused = facts.event.app().filter(|app| app.advertiser_tracking_enabled == Some(false));
    if facts.system().or_else(|| refused.and_then(|app| app.platform)) != Some(DeviceSystem::Ios) {
        return None;
    }
    facts.has(Field::AppPlatform);
    facts.advertiser_tracking().map(|yes| if yes { "AUTHORIZED" } else { "DENIED" })
}

impl<'e> Properties<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Result<Self, Rejection> {
        let (mut value, mut currency) = (facts.worth()?, facts.currency());
        let mut predicted_ltv = facts.money(Field::PredictedLtv);
        let parts = [
            Field::ItemName,
            Field::ItemCategory,
            Field::ItemBrand,
            Field::ItemQuantity,
            Field::ItemPrice,
        ];
        let items = facts.items(&parts);
        if currency.is_some_and(|code| CURRENCIES.binary_search(&code).is_err()) {
            for amount in [Field::Currency, Field::Value, Field::PredictedLtv, Field::ItemPrice] {
                if facts.has(amount) {
                    facts.report("currency_not_taken", amount, Severity::Dropped);
                }
            }
            (value, currency, predicted_ltv) = (None, None, None);
        }
        Ok(Self {
            currency,
            value,
            items,
            content_type: facts.word(Field::ContentType, &["product", "product_group"]),
            num_items: facts.num_items(),
            order_id: facts.text(Field::OrderId),
            query: facts.text(Field::SearchString),
            description: facts.text(Field::ContentName),
            status: facts.text(Field::Status),
            predicted_ltv,
            delivery_category: facts
                .word(Field::DeliveryCategory, &["in_store", "curbside", "home_delivery"]),
        })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.maybe_text("currency", self.currency);
        o.money_number("value", self.value);
        // Prices without a currency would be in the account's.
        let has_currency = self.currency.is_some();
        o.list("contents", &*self.items, |out, item| write_item(out, item, has_currency));
        o.maybe_text("content_type", self.content_type);
        o.maybe_integer("num_items", self.num_items);
        o.maybe_text("order_id", self.order_id);
        o.maybe_text("query", self.query);
        o.maybe_text("description", self.description);
        o.maybe_text("status", self.status);
        o.money_number("predicted_ltv", self.predicted_ltv);
        o.maybe_text("delivery_category", self.delivery_category);
    }
}

fn write_item(out: &mut Vec<u8>, item: &Item, has_currency: bool) {
    json::object(out, |o| {
        o.maybe_text("content_id", item.id.as_ref().map(|id| id.as_str()));
        o.maybe_text("content_name", item.name.as_ref().map(Text::as_str));
        o.maybe_text("content_category", item.category.as_ref().map(Text::as_str));
        o.maybe_text("brand", item.brand.as_ref().map(Text::as_str));
        o.maybe_integer("quantity", item.quantity.map(i64::from));
        o.money_number("price", item.price.filter(|_| has_currency));
    });
}

/// What TikTok's answer means: the code in the body counts, then the status.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    let Some(code) = json.integer("/code") else {
        return if response.is_success() { Answer::Unknown } else { Answer::by_status(response) };
    };
    let after_secs = response.retry_after_secs;
    match code {
        0 if response.is_success() => Answer::Accepted,
        40_002 => match json.text("/message").and_then(bad_place) {
            Some(place) if place < sent => {
                Answer::Partly { refused: vec![place], others_kept: false }
            }
            _ => Answer::Refused { why: Why::Invalid },
        },
        40_001 | 40_104 | 40_105 => Answer::Blocked { why: Why::Rights },
        // It comes with status 401, of all things. The minute's budget is back after five.
        40_100 => Answer::Retry { after_secs: after_secs.or(Some(300)), why: Why::RateLimit },
        50_000..=59_999 => Answer::Retry { after_secs, why: Why::Server },
        // A part was taken, and nothing says which.
        20_001 => Answer::Unknown,
        _ if response.is_success() => Answer::Unknown,
        _ => Answer::by_status(response),
    }
}

/// `Batch.3.event_id: Not a valid string.` names the fourth event.
fn bad_place(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once("Batch.")?;
    rest.split_once('.')?.0.parse().ok()
}

/// Names that TikTok counts as others.
const RENAMED: [&str; 14] = [
    "AddBilling",
    "Browse",
    "Checkout",
    "ClickForm",
    "ClickInDownloadPage",
    "ClickToDownload",
    "CompletePayment",
    "Consult",
    "ConsultByPhone",
    "Registration",
    "StartCheckout",
    "ViewConsultationPage",
    "ViewDownloadPage",
    "ViewForm",
];

/// The list of TikTok's own library, sorted.
const CURRENCIES: [&str; 62] = [
    "AED", "ARS", "AUD", "BDT", "BHD", "BIF", "BOB", "BRL", "CAD", "CHF", "CLP", "CNY", "COP",
    "CRC", "CZK", "DKK", "DZD", "EGP", "EUR", "GBP", "GTQ", "HKD", "HNL", "HUF", "IDR", "ILS",
    "INR", "ISK", "JPY", "KES", "KHR", "KRW", "KWD", "KZT", "MAD", "MOP", "MXN", "MYR", "NGN",
    "NIO", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RUB", "SAR",
    "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VES", "VND", "ZAR",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_found_by_halving() {
        assert!(CURRENCIES.is_sorted());
    }
}
