//! Microsoft Advertising, UET Conversions API.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the tag | [`UetTag`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! Offline conversions (shops, telephone calls, refunds) are another interface, which is not built. The
//! rules with their pages: `docs/sources/payload.md#microsoft`.

use core::net::IpAddr;
use std::borrow::Cow;

use predispatch_consent::{ActionSource, Grant};
use predispatch_event::{EventName, Item, StandardEvent, Text};
use predispatch_pii::{DeviceSystem, Kind, NormalForm};
use predispatch_types::{Money, Severity};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, number, required},
    answer::{Answer, Response, Row, Why},
    build::{Called, Case},
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Microsoft documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "UET Conversions API (pilot): integrators' notes of Aug 2026, ms-bing-capi 3.497.0, stape microsoft-capi-tag, Tealium; UET event parameters",
    versions: &[ApiVersion::new("v1")],
    // All but the page load are free names, which a goal's definition has to repeat. These are the ones
    // that UET's own event pages use.
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Custom("add_payment_info")),
        (StandardEvent::AddToCart, Name::Custom("add_to_cart")),
        (StandardEvent::AddToWishlist, Name::Custom("add_to_wishlist")),
        (StandardEvent::CompleteRegistration, Name::Custom("sign_up")),
        (StandardEvent::Contact, Name::Custom("contact")),
        (StandardEvent::Download, Name::Custom("file_download")),
        (StandardEvent::InitiateCheckout, Name::Custom("begin_checkout")),
        (StandardEvent::Lead, Name::Custom("generate_lead")),
        (StandardEvent::Login, Name::Custom("login")),
        (StandardEvent::PageView, Name::Standard(PAGE_LOAD)),
        (StandardEvent::Purchase, Name::Custom("purchase")),
        // Only offline conversions can be adjusted.
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::Custom("schedule")),
        (StandardEvent::Search, Name::Custom("search")),
        (StandardEvent::StartTrial, Name::Custom("start_trial")),
        (StandardEvent::SubmitApplication, Name::Custom("submit_application")),
        (StandardEvent::Subscribe, Name::Custom("subscribe")),
        (StandardEvent::ViewContent, Name::Custom("view_item")),
    ],
    // An event does not say where it happened: a shop's sale would count as the website's. **Ours**.
    windows: &[Window::of(&[ActionSource::Website, ActionSource::App], Some(7 * DAY))],
    batch: BatchLimits { events: 1_000, bytes: 1_000_000 },
    test: TestMark::None,
    errors: Errors {
        invalid: "400 ValidationError",
        time: "400 ValidationError, eventTime",
        identity: "400 ValidationError, userData",
        name: "200, and no goal counts it",
    },
};

/// The type of the one event that has no name.
const PAGE_LOAD: &str = "pageLoad";

/// A UET tag of Microsoft Advertising.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UetTag {
    id: Box<str>,
}

impl UetTag {
    /// By its number.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 20 digits.
    pub fn new(tag_id: &str) -> Result<Self, AccountError> {
        Ok(Self { id: number("tag_id", tag_id, 20)? })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        Self::new(required("tag_id", keys.tag_id.as_ref())?)
    }
}

impl From<UetTag> for Target {
    fn from(tag: UetTag) -> Self {
        Self::Microsoft(tag)
    }
}

/// Any text; Microsoft documents neither length nor letters. `pageLoad` is the page load; its twin,
/// `custom`, is no name.
pub(crate) fn takes_name(name: &str) -> bool {
    let is_sound =
        (1..=EventName::MAX_LEN).contains(&name.len()) && !name.contains(char::is_control);
    is_sound && name != "custom"
}

/// One entry of `data`.
pub(crate) struct Event<'e> {
    tag: &'e UetTag,
    kind: Type<'e>,
    time: i64,
    id: Option<&'e str>,
    referrer_url: Option<Cow<'e, str>>,
    ad_storage: Option<Grant>,
    user: User<'e>,
    custom: CustomData<'e>,
}

/// A page load needs its page, everything else a name.
enum Type<'e> {
    PageLoad { url: Cow<'e, str> },
    Custom { name: &'e str, url: Option<Cow<'e, str>> },
}

struct User<'e> {
    em: Hashes,
    ph: Hashes,
    external_id: Option<NormalForm<'e>>,
    msclkid: Option<&'e str>,
    anonymous_id: Option<&'e str>,
    ip: Option<IpAddr>,
    user_agent: Option<&'e str>,
    mobile: Option<Mobile<'e>>,
}

/// A device's id under the key of its system.
struct Mobile<'e> {
    key: &'static str,
    id: NormalForm<'e>,
}

struct CustomData<'e> {
    worth: Option<Money>,
    currency: Option<&'static str>,
    transaction_id: Option<&'e str>,
    category: Option<&'e str>,
    page_type: Option<&'static str>,
    search_term: Option<&'e str>,
    items: Cow<'e, [Item]>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        tag: &'e UetTag,
    ) -> Result<Box<Self>, Rejection> {
        if facts.flags.limited_use.is_some() {
            return Err(Rejection::LimitedUse);
        }
        let kind = Type::of(facts, case.called)?;
        let user = User::of(facts);
        if !user.is_enough() {
            return Err(Rejection::Identity);
        }
        Ok(Box::new(Self {
            tag,
            kind,
            time: case.time.unix_secs(),
            id: facts.text(Field::EventId),
            referrer_url: facts.url(Field::ReferrerUrl),
            ad_storage: facts.flags.ad_storage,
            user,
            custom: CustomData::of(facts)?,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            match &self.kind {
                Type::PageLoad { .. } => o.text("eventType", PAGE_LOAD),
                Type::Custom { name, .. } => {
                    o.text("eventType", "custom");
                    o.text("eventName", name);
                }
            }
            o.integer("eventTime", self.time);
            o.maybe_text("eventId", self.id);
            o.maybe_text("eventSourceUrl", self.kind.url());
            o.maybe_text("referrerUrl", self.referrer_url.as_deref());
            o.maybe_text("adStorageConsent", self.ad_storage.map(consent));
            o.object("userData", |o| self.user.write(o));
            o.object("customData", |o| self.custom.write(o));
        });
    }

    /// Whether the platform tells a copy of it by an id. For page loads that is the id of the load, which
    /// the event does not have.
    pub(crate) const fn is_paired(&self) -> bool {
        self.id.is_some() && matches!(self.kind, Type::Custom { .. })
    }

    pub(crate) fn envelope(&self, version: &str) -> Envelope {
        Envelope {
            account: None,
            url: ["https://capi.uet.microsoft.com/", version, "/", &self.tag.id, "/events"]
                .concat(),
            // Otherwise one bad event refuses all.
            head: "{\"continueOnValidationError\":true,\"data\":[".into(),
            tail: "]}".into(),
            headers: Vec::new(),
        }
    }
}

impl<'e> Type<'e> {
    fn of(facts: &mut Facts<'_, 'e>, called: Called<'e>) -> Result<Self, Rejection> {
        let (name, url) = (called.as_str(), facts.url(Field::EventSourceUrl));
        if name == PAGE_LOAD && !matches!(called, Called::Own(_)) {
            let url = url.ok_or(Rejection::missing(Field::EventSourceUrl))?;
            return Ok(Self::PageLoad { url });
        }
        if !takes_name(name) {
            return Err(Rejection::EventName);
        }
        Ok(Self::Custom { name, url })
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::PageLoad { url } => Some(url),
            Self::Custom { url, .. } => url.as_deref(),
        }
    }
}

impl<'e> User<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        let (em, ph) = (facts.hashes(Kind::Email, 1), facts.hashes(Kind::Phone, 1));
        let external_id = facts.plain(Kind::ExternalId);
        let (ip, user_agent) = (facts.ip(), facts.text(Field::UserAgent));
        if facts.flags.ad_storage == Some(Grant::Denied) {
            // What was read from the device's storage; what the denial does to it at Microsoft is not
            // documented.
            for field in [Field::Msclkid, Field::UetVid, Field::MobileAdId] {
                if facts.has(field) {
                    facts.report("consent_denied", field, Severity::Dropped);
                }
            }
            let (msclkid, anonymous_id, mobile) = (None, None, None);
            return Self { em, ph, external_id, msclkid, anonymous_id, ip, user_agent, mobile };
        }
        let (msclkid, anonymous_id) = (facts.text(Field::Msclkid), facts.text(Field::UetVid));
        let mobile = mobile(facts);
        Self { em, ph, external_id, msclkid, anonymous_id, ip, user_agent, mobile }
    }

    /// Address and browser do not suffice.
    fn is_enough(&self) -> bool {
        !self.em.is_empty()
            || !self.ph.is_empty()
            || self.external_id.is_some()
            || self.msclkid.is_some()
            || self.anonymous_id.is_some()
            || self.mobile.is_some()
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hash("em", self.em.first());
        o.hash("ph", self.ph.first());
        o.maybe_text("externalId", self.external_id.as_ref().map(NormalForm::as_str));
        o.maybe_text("msclkid", self.msclkid);
        o.maybe_text("anonymousId", self.anonymous_id);
        o.maybe_ip("clientIpAddress", self.ip);
        o.maybe_text("clientUserAgent", self.user_agent);
        if let Some(mobile) = &self.mobile {
            o.text(mobile.key, mobile.id.as_str());
        }
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

impl<'e> CustomData<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Result<Self, Rejection> {
        let worth = facts.worth()?;
        let items = facts.items(&[Field::ItemName, Field::ItemPrice, Field::ItemQuantity]);
        Ok(Self {
            worth,
            currency: facts.currency_of(worth, &items),
            transaction_id: facts.text(Field::OrderId),
            category: facts.text(Field::ContentCategory),
            page_type: facts.event.name().standard().and_then(page_type),
            search_term: facts.text(Field::SearchString),
            items,
        })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.money_number("value", self.worth);
        o.maybe_text("currency", self.currency);
        o.maybe_text("transactionId", self.transaction_id);
        o.maybe_text("ecommCategory", self.category);
        o.maybe_text("pageType", self.page_type);
        o.maybe_text("searchTerm", self.search_term);
        o.texts("itemIds", self.items.iter().filter_map(item_id));
        o.list("items", &*self.items, write_item);
    }
}

fn item_id(item: &Item) -> Option<&str> {
    item.id.as_ref().map(|id| id.as_str())
}

fn write_item(out: &mut Vec<u8>, item: &Item) {
    json::object(out, |o| {
        o.maybe_text("id", item_id(item));
        o.maybe_text("name", item.name.as_ref().map(Text::as_str));
        o.money_number("price", item.price);
        o.maybe_integer("quantity", item.quantity.map(i64::from));
    });
}

/// The kind of page, where the event leaves no doubt.
const fn page_type(event: StandardEvent) -> Option<&'static str> {
    match event {
        StandardEvent::ViewContent => Some("product"),
        StandardEvent::Search => Some("searchresults"),
        StandardEvent::AddToCart => Some("cart"),
        StandardEvent::Purchase => Some("purchase"),
        _ => None,
    }
}

const fn consent(grant: Grant) -> &'static str {
    match grant {
        Grant::Granted => "G",
        Grant::Denied => "D",
    }
}

/// What Microsoft's answer means. It names the refused events by their places and says how many it
/// keeps; only where both add up are the others accepted.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    let is_ours = response.is_success() || response.status == 400;
    if !is_ours {
        return Answer::by_status(response);
    }
    let details = json.list("/error/details").unwrap_or_default();
    let is_warning = |row: &&serde_json::Value| {
        row.get("isWarning").and_then(serde_json::Value::as_bool) == Some(true)
    };
    let mut rows = details.iter().filter(|row| !is_warning(row)).peekable();
    let has_faults = rows.peek().is_some();
    let place = |row: &serde_json::Value| {
        let index = row.get("index")?.as_u64()?;
        usize::try_from(index).ok().filter(|place| *place < sent)
    };
    let received = json.integer("/eventsReceived").and_then(|count| usize::try_from(count).ok());
    let named = rows.map(place).collect::<Option<Vec<_>>>().filter(|places| !places.is_empty());
    let Some(mut refused) = named else {
        // A request that is refused is so for an event that is not named; the others are kept, if nothing
        // else is said.
        let why = Why::Invalid;
        return match (response.is_success(), received) {
            (true, Some(count)) if count == sent && !has_faults => Answer::Accepted,
            (true, _) => Answer::Unknown,
            (false, Some(0)) => Answer::Refused { why },
            (false, _) => Answer::Divided { why },
        };
    };
    refused.sort_unstable();
    refused.dedup();
    match received {
        Some(count) if count.checked_add(refused.len()) == Some(sent) => {
            Answer::Partly { refused, others_kept: true }
        }
        Some(0) => Answer::Partly { refused, others_kept: false },
        Some(_) => Answer::Unknown,
        None => {
            let row = |place| match refused.binary_search(&place) {
                Ok(_) => Row::Refused,
                Err(_) => Row::Doubtful,
            };
            Answer::of_rows(&(0..sent).map(row).collect::<Vec<_>>())
        }
    }
}
