//! Pinterest, Conversions API (API v5).
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the ad account | [`AdAccount`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! The rules with their pages: `docs/sources/payload.md#pinterest`.

use std::borrow::Cow;

use predispatch_consent::{ActionSource, LimitedUse};
use predispatch_event::{App, Item, StandardEvent, Text};
use predispatch_pii::{DeviceSystem, Kind};
use predispatch_types::{Money, Region, Severity, Sha256Digest};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, number, required},
    answer::{Answer, Response, Row, Why},
    build::{Called, Case},
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Hash, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, Errors, Name, Rules, TestMark, Window},
};

/// What Pinterest documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "API v5 description 5.23.0 (events/create); guides Conversions, Deduplication",
    versions: &[ApiVersion::new("v5")],
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Standard("add_payment_info")),
        (StandardEvent::AddToCart, Name::Standard("add_to_cart")),
        (StandardEvent::AddToWishlist, Name::Standard("add_to_wishlist")),
        (StandardEvent::CompleteRegistration, Name::Standard("signup")),
        (StandardEvent::Contact, Name::Standard("custom")),
        (StandardEvent::Download, Name::Standard("custom")),
        (StandardEvent::InitiateCheckout, Name::Standard("initiate_checkout")),
        (StandardEvent::Lead, Name::Standard("lead")),
        (StandardEvent::Login, Name::Standard("custom")),
        (StandardEvent::PageView, Name::Standard("page_visit")),
        (StandardEvent::Purchase, Name::Standard("checkout")),
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::Standard("custom")),
        (StandardEvent::Search, Name::Standard("search")),
        (StandardEvent::StartTrial, Name::Standard("custom")),
        (StandardEvent::SubmitApplication, Name::Standard("custom")),
        (StandardEvent::Subscribe, Name::Standard("subscribe")),
        (StandardEvent::ViewContent, Name::Standard("view_content")),
    ],
    // No limit is documented, and one refused event harms no other: it is left to Pinterest.
    windows: &[Window::all(None)],
    batch: BatchLimits { events: 1_000, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::Switch,
    errors: Errors {
        invalid: "4196 the request was invalid",
        time: "4196 the request was invalid",
        identity: "4196 the request was invalid: user_data",
        name: "processed with the warning: Unknown event_name",
    },
};

/// An ad account of Pinterest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AdAccount {
    id: Box<str>,
}

impl AdAccount {
    /// By its number.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 18 digits.
    pub fn new(ad_account_id: &str) -> Result<Self, AccountError> {
        Ok(Self { id: number("ad_account_id", ad_account_id, 18)? })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        Self::new(required("ad_account_id", keys.ad_account_id.as_ref())?)
    }
}

impl From<AdAccount> for Target {
    fn from(account: AdAccount) -> Self {
        Self::Pinterest(account)
    }
}

/// Pinterest has a closed list.
pub(crate) fn takes_name(name: &str) -> bool {
    NAMES.contains(&name)
}

/// One entry of `data`.
pub(crate) struct Event<'e> {
    account: &'e AdAccount,
    name: &'e str,
    time: i64,
    id: &'e str,
    source: Source,
    url: Option<Cow<'e, str>>,
    opt_out: Option<bool>,
    app: Option<&'e App>,
    language: Option<&'e str>,
    user: UserData<'e>,
    custom: CustomData<'e>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Source {
    AppAndroid,
    AppIos,
    Offline,
    Web,
}

struct UserData<'e> {
    em: Hashes,
    ph: Hashes,
    ge: Hashes,
    db: Hashes,
    first: Hashes,
    last: Hashes,
    ct: Hashes,
    st: Hashes,
    zp: Hashes,
    country: Hashes,
    external_id: Hashes,
    hashed_maids: Hashes,
    ip: Option<core::net::IpAddr>,
    user_agent: Option<&'e str>,
    click_id: Option<&'e str>,
}

struct CustomData<'e> {
    currency: Option<&'static str>,
    value: Option<Money>,
    items: Cow<'e, [Item]>,
    num_items: Option<i64>,
    order_id: Option<&'e str>,
    content_name: Option<&'e str>,
    content_category: Option<&'e str>,
    search_string: Option<&'e str>,
    predicted_ltv: Option<Money>,
    limited: bool,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        account: &'e AdAccount,
    ) -> Result<Box<Self>, Rejection> {
        let name = match case.called {
            Called::Own(_) => {
                facts.note("event_name_lost", "event_name", Severity::Corrected);
                "custom"
            }
            called => called.as_str(),
        };
        let id = facts.text(Field::EventId).ok_or(Rejection::missing(Field::EventId))?;
        let source = Source::of(facts)?;
        let limited = match facts.flags.limited_use {
            None => None,
            Some(LimitedUse::Pinterest { state }) => Some(state),
            Some(_) => return Err(Rejection::LimitedUse),
        };
        let user = UserData::of(facts, limited);
        if !user.is_enough() {
            return Err(Rejection::Identity);
        }
        let app_fields = [Field::AppId, Field::AppName, Field::AppVersion];
        let (app, tracking) = match source.is_app() {
            true => (facts.app(&app_fields), facts.advertiser_tracking()),
            false => (None, None),
        };
        Ok(Box::new(Self {
            account,
            name,
            time: case.time.unix_secs(),
            id,
            source,
            url: if source == Source::Web { facts.url(Field::EventSourceUrl) } else { None },
            opt_out: tracking.map(|allowed| !allowed),
            app,
            language: language(facts),
            user,
            custom: CustomData::of(facts, limited.is_some())?,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("event_name", self.name);
            o.text("action_source", self.source.as_str());
            o.integer("event_time", self.time);
            o.text("event_id", self.id);
            o.maybe_text("event_source_url", self.url.as_deref());
            if let Some(opt_out) = self.opt_out {
                o.flag("opt_out", opt_out);
            }
            o.object("user_data", |o| self.user.write(o));
            o.object("custom_data", |o| self.custom.write(o));
            if let Some(app) = self.app {
                o.maybe_text("app_id", app.id.as_ref().map(|id| id.as_str()));
                o.maybe_text("app_name", app.name.as_ref().map(Text::as_str));
                o.maybe_text("app_version", app.version.as_ref().map(Text::as_str));
            }
            o.maybe_text("language", self.language);
        });
    }

    /// Whether the platform tells a copy of it by an id. It does not for offline events.
    pub(crate) fn is_paired(&self) -> bool {
        self.source != Source::Offline
    }

    pub(crate) fn envelope(&self, version: &str, test: Option<&str>) -> Envelope {
        let test = if test.is_some() { "?test=true" } else { "" };
        let id = &self.account.id;
        Envelope {
            account: None,
            url: ["https://api.pinterest.com/", version, "/ad_accounts/", id, "/events", test]
                .concat(),
            head: "{\"data\":[".into(),
            tail: "]}".into(),
            headers: Vec::new(),
        }
    }
}

impl Source {
    fn of(facts: &mut Facts<'_, '_>) -> Result<Self, Rejection> {
        match facts.event.action_source() {
            ActionSource::Website => Ok(Self::Web),
            ActionSource::App => {
                facts.has(Field::AppPlatform);
                match facts.system() {
                    Some(DeviceSystem::Android) => Ok(Self::AppAndroid),
                    Some(DeviceSystem::Ios) => Ok(Self::AppIos),
                    _ => Err(Rejection::missing(Field::AppPlatform)),
                }
            }
            _ => Ok(Self::Offline),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::AppAndroid => "app_android",
            Self::AppIos => "app_ios",
            Self::Offline => "offline",
            Self::Web => "web",
        }
    }

    const fn is_app(self) -> bool {
        matches!(self, Self::AppAndroid | Self::AppIos)
    }
}

/// The language without the country: `en` of `en-GB`.
fn language<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    let tag = facts.text(Field::Language)?;
    let language = tag.split(['-', '_']).next()?;
    let sound = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    if !sound {
        facts.report("language_not_two_letters", Field::Language, Severity::Dropped);
        return None;
    }
    Some(language)
}

impl<'e> UserData<'e> {
    fn of(facts: &mut Facts<'_, 'e>, limited: Option<Region>) -> Self {
        // Limited data processing means nothing without the place whose law it follows, and that place alone:
        // beside the person's own it would not be known which one counts.
        let (st, country) = match limited {
            None => {
                (facts.hashes(Kind::Region, usize::MAX), facts.hashes(Kind::Country, usize::MAX))
            }
            Some(state) => (
                place_of_law(facts, Kind::Region, state.code()),
                place_of_law(facts, Kind::Country, state.country().as_str()),
            ),
        };
        Self {
            em: facts.hashes(Kind::Email, usize::MAX),
            ph: facts.hashes(Kind::Phone, usize::MAX),
            ge: facts.hashes(Kind::Gender, usize::MAX),
            db: facts.hashes(Kind::DateOfBirth, usize::MAX),
            first: facts.hashes(Kind::FirstName, usize::MAX),
            last: facts.hashes(Kind::LastName, usize::MAX),
            ct: facts.hashes(Kind::City, usize::MAX),
            st,
            zp: facts.hashes(Kind::PostalCode, usize::MAX),
            country,
            external_id: facts.hashes(Kind::ExternalId, usize::MAX),
            hashed_maids: facts.hashes(Kind::MobileAdId, usize::MAX),
            ip: facts.ip(),
            user_agent: facts.text(Field::UserAgent),
            click_id: facts.text(Field::Epik),
        }
    }

    /// The description demands one of these; a phone or a click id alone is not enough.
    fn is_enough(&self) -> bool {
        !self.em.is_empty()
            || !self.hashed_maids.is_empty()
            || (self.ip.is_some() && self.user_agent.is_some())
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hashes("em", &self.em);
        o.hashes("ph", &self.ph);
        o.hashes("ge", &self.ge);
        o.hashes("db", &self.db);
        o.hashes("fn", &self.first);
        o.hashes("ln", &self.last);
        o.hashes("ct", &self.ct);
        o.hashes("st", &self.st);
        o.hashes("zp", &self.zp);
        o.hashes("country", &self.country);
        o.hashes("external_id", &self.external_id);
        o.hashes("hashed_maids", &self.hashed_maids);
        o.maybe_ip("client_ip_address", self.ip);
        o.maybe_text("client_user_agent", self.user_agent);
        o.maybe_text("click_id", self.click_id);
    }
}

/// The digest of the code of the place whose law applies, instead of where the person lives.
fn place_of_law(facts: &mut Facts<'_, '_>, kind: Kind, code: &str) -> Hashes {
    let code = code.to_ascii_lowercase();
    let hash = Hash::from(Sha256Digest::of(code.as_bytes()));
    let home = facts.hashes(kind, usize::MAX);
    if home.iter().any(|home| *home != hash) {
        let field = if kind == Kind::Region { Field::Region } else { Field::Country };
        facts.report("place_of_law", field, Severity::Corrected);
    }
    let mut place = Hashes::new();
    place.push(hash);
    place
}

impl<'e> CustomData<'e> {
    fn of(facts: &mut Facts<'_, 'e>, limited: bool) -> Result<Self, Rejection> {
        let parts = [
            Field::ItemName,
            Field::ItemCategory,
            Field::ItemBrand,
            Field::ItemQuantity,
            Field::ItemPrice,
        ];
        Ok(Self {
            value: facts.worth()?,
            currency: facts.currency(),
            items: facts.items(&parts),
            num_items: facts.num_items(),
            order_id: facts.text(Field::OrderId),
            content_name: facts.text(Field::ContentName),
            content_category: facts.text(Field::ContentCategory),
            search_string: facts.text(Field::SearchString),
            predicted_ltv: facts.money(Field::PredictedLtv),
            limited,
        })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.maybe_text("currency", self.currency);
        o.money_text("value", self.value);
        o.texts("content_ids", self.items.iter().filter_map(item_id));
        o.list("contents", &*self.items, write_item);
        o.maybe_integer("num_items", self.num_items);
        o.maybe_text("order_id", self.order_id);
        o.maybe_text("content_name", self.content_name);
        o.maybe_text("content_category", self.content_category);
        o.maybe_text("search_string", self.search_string);
        o.money_text("predicted_ltv", self.predicted_ltv);
        o.maybe_text("opt_out_type", self.limited.then_some("LDP"));
    }
}

fn item_id(item: &Item) -> Option<&str> {
    item.id.as_ref().map(|id| id.as_str())
}

fn write_item(out: &mut Vec<u8>, item: &Item) {
    json::object(out, |o| {
        o.maybe_text("id", item_id(item));
        o.money_text("item_price", item.price);
        o.maybe_integer("quantity", item.quantity.map(i64::from));
        o.maybe_text("item_name", item.name.as_ref().map(Text::as_str));
        o.maybe_text("item_category", item.category.as_ref().map(Text::as_str));
        o.maybe_text("item_brand", item.brand.as_ref().map(Text::as_str));
    });
}

/// What Pinterest's answer means: a line for each event, in the request's order, with status 200 or
/// 422. Only the line's `status` counts.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    let after_secs = response.retry_after_secs;
    if let Some(events) = json.list("/events") {
        if events.len() != sent {
            return Answer::Unknown;
        }
        let row = |event: &serde_json::Value| match event.get("status")?.as_str()? {
            "processed" => Some(Row::Accepted),
            "failed" => Some(Row::Refused),
            _ => None,
        };
        let rows: Vec<_> = events.iter().map(|event| row(event).unwrap_or(Row::Doubtful)).collect();
        return Answer::of_rows(&rows);
    }
    if response.status == 422 {
        // "Not all events were processed", without the list.
        return Answer::Divided { why: Why::Invalid };
    }
    match json.integer("/code") {
        Some(4_196) => Answer::Refused { why: Why::Invalid },
        Some(2 | 29) => Answer::Blocked { why: Why::Rights },
        Some(8) => Answer::Retry { after_secs, why: Why::RateLimit },
        Some(4_197) => Answer::Retry { after_secs, why: Why::Server },
        _ if response.is_success() => Answer::Unknown,
        _ => Answer::by_status(response),
    }
}

const NAMES: [&str; 15] = [
    "add_payment_info",
    "add_to_cart",
    "add_to_wishlist",
    "app_install",
    "checkout",
    "custom",
    "initiate_checkout",
    "lead",
    "page_visit",
    "search",
    "signup",
    "subscribe",
    "view_category",
    "view_content",
    "watch_video",
];
