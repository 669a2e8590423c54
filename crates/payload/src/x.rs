//! X, Conversions API.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the pixel | [`Pixel`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! An event has no name: `event_id` is the id of an event tag, which the account's table gives, and the
//! event's own id goes as `conversion_id`. The rules with their pages: `docs/sources/payload.md#x`.

use core::net::IpAddr;
use std::borrow::Cow;

use predispatch_event::{Item, StandardEvent, Text};
use predispatch_pii::Kind;
use predispatch_types::{Money, Severity, Timestamp};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, required},
    answer::{Answer, Response},
    build::{Called, Case},
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What X documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "X Ads API 12, Measurement: web conversions; stape twitter-tag (June 2026)",
    versions: &[ApiVersion::new("12")],
    names: &[
        (StandardEvent::AddPaymentInfo, Name::ByAccount),
        (StandardEvent::AddToCart, Name::ByAccount),
        (StandardEvent::AddToWishlist, Name::ByAccount),
        (StandardEvent::CompleteRegistration, Name::ByAccount),
        (StandardEvent::Contact, Name::ByAccount),
        (StandardEvent::Download, Name::ByAccount),
        (StandardEvent::InitiateCheckout, Name::ByAccount),
        (StandardEvent::Lead, Name::ByAccount),
        (StandardEvent::Login, Name::ByAccount),
        (StandardEvent::PageView, Name::ByAccount),
        (StandardEvent::Purchase, Name::ByAccount),
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::ByAccount),
        (StandardEvent::Search, Name::ByAccount),
        (StandardEvent::StartTrial, Name::ByAccount),
        (StandardEvent::SubmitApplication, Name::ByAccount),
        (StandardEvent::Subscribe, Name::ByAccount),
        (StandardEvent::ViewContent, Name::ByAccount),
    ],
    // No limit is documented; 30 days is the longest attribution window. **Ours**.
    windows: &[Window::all(Some(30 * DAY))],
    batch: BatchLimits { events: 500, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::None,
    errors: Errors {
        invalid: "400 INVALID_PARAMETER",
        time: "400 INVALID_PARAMETER conversion_time",
        identity: "400 At least one user identifier must be provided",
        name: "400 Event ID was not found",
    },
};

/// A pixel of X. Its event tags are the account's event names (`Account::with_name`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pixel {
    id: Box<str>,
}

impl Pixel {
    /// By its id, such as `o8z6j`.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 16 lower-case letters and digits.
    pub fn new(pixel_id: &str) -> Result<Self, AccountError> {
        if pixel_id.is_empty() {
            return Err(AccountError::Missing { key: "pixel_id" });
        }
        if !is_base_36(pixel_id) {
            return Err(AccountError::BadValue { key: "pixel_id" });
        }
        Ok(Self { id: pixel_id.into() })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        let pixel = Self::new(required("pixel_id", keys.pixel_id.as_ref())?)?;
        if keys.event_tags.is_empty() && keys.event_names.is_empty() {
            return Err(AccountError::Missing { key: "event_tags" });
        }
        Ok(pixel)
    }

    /// Whether the tag is this pixel's; the short form does not say whose it is.
    fn has_tag(&self, tag: &str) -> bool {
        match parts(tag) {
            Some((Some(pixel), _)) => pixel == &*self.id,
            Some((None, _)) => true,
            None => false,
        }
    }
}

impl From<Pixel> for Target {
    fn from(pixel: Pixel) -> Self {
        Self::X(pixel)
    }
}

/// The id of an event tag, `o87ne` or `tw-o8z6j-o87ne`.
pub(crate) fn takes_name(name: &str) -> bool {
    parts(name).is_some()
}

/// The pixel of a tag's id, if it names one, and the tag.
fn parts(tag: &str) -> Option<(Option<&str>, &str)> {
    let (pixel, tag) = match tag.strip_prefix("tw-") {
        Some(rest) => rest.split_once('-').map(|(pixel, tag)| (Some(pixel), tag))?,
        None => (None, tag),
    };
    (pixel.is_none_or(is_base_36) && is_base_36(tag)).then_some((pixel, tag))
}

fn is_base_36(id: &str) -> bool {
    (1..=16).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
}

/// One entry of `conversions`.
pub(crate) struct Event<'e> {
    pixel: &'e Pixel,
    time: Timestamp,
    tag: &'e str,
    id: Option<&'e str>,
    identifiers: Identifiers<'e>,
    worth: Option<Money>,
    currency: Option<&'static str>,
    number_items: Option<i64>,
    search_string: Option<&'e str>,
    content_type: Option<&'e str>,
    contents: Cow<'e, [Item]>,
}

/// Each identifier is an object of its own; address and browser only come along with one.
struct Identifiers<'e> {
    twclid: Option<&'e str>,
    email: Hashes,
    phone: Hashes,
    ip: Option<IpAddr>,
    user_agent: Option<&'e str>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        pixel: &'e Pixel,
    ) -> Result<Box<Self>, Rejection> {
        if facts.flags.limited_use.is_some() {
            return Err(Rejection::LimitedUse);
        }
        let Called::Account(tag) = case.called else { return Err(Rejection::NoMapping) };
        if !pixel.has_tag(tag) {
            return Err(Rejection::NoMapping);
        }
        let identifiers = Identifiers::of(facts);
        if identifiers.is_empty() {
            return Err(Rejection::Identity);
        }
        let worth = facts.worth()?;
        let number_items = facts.num_items().filter(|number| *number > 0);
        if number_items.is_none() && facts.has(Field::NumItems) {
            facts.report("count_not_positive", Field::NumItems, Severity::Dropped);
        }
        let contents = facts.items(&[Field::ItemName, Field::ItemPrice, Field::ItemQuantity]);
        let currency = facts.currency_of(worth, &contents);
        // It stands in each line of the cart, so without one it has no place.
        let content_type = if contents.is_empty() { None } else { facts.text(Field::ContentType) };
        Ok(Box::new(Self {
            pixel,
            time: case.time,
            tag,
            id: facts.text(Field::EventId),
            identifiers,
            worth,
            currency,
            number_items,
            search_string: facts.text(Field::SearchString),
            content_type,
            contents,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("conversion_time", &self.time.to_string());
            o.text("event_id", self.tag);
            self.identifiers.write(o);
            o.maybe_text("conversion_id", self.id);
            o.money_number("value", self.worth);
            o.maybe_text("price_currency", self.currency);
            o.maybe_integer("number_items", self.number_items);
            o.maybe_text("search_string", self.search_string);
            o.list("contents", &*self.contents, |out, item| self.write_item(out, item));
        });
    }

    fn write_item(&self, out: &mut Vec<u8>, item: &Item) {
        json::object(out, |o| {
            o.maybe_text("content_id", item.id.as_ref().map(|id| id.as_str()));
            o.maybe_text("content_name", item.name.as_ref().map(Text::as_str));
            o.maybe_text("content_type", self.content_type);
            o.money_number("content_price", item.price);
            o.maybe_integer("num_items", item.quantity.map(i64::from));
        });
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.id.is_some()
    }

    pub(crate) fn envelope(&self, version: &str) -> Envelope {
        let id = &self.pixel.id;
        Envelope {
            account: None,
            url: ["https://ads-api.x.com/", version, "/measurement/conversions/", id].concat(),
            head: "{\"conversions\":[".into(),
            tail: "]}".into(),
            headers: Vec::new(),
        }
    }
}

impl<'e> Identifiers<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        Self {
            twclid: facts.text(Field::Twclid),
            email: facts.hashes(Kind::Email, usize::MAX),
            phone: facts.hashes(Kind::Phone, usize::MAX),
            ip: facts.ip(),
            user_agent: facts.text(Field::UserAgent),
        }
    }

    /// Address and browser count for nothing without another.
    fn is_empty(&self) -> bool {
        self.twclid.is_none() && self.email.is_empty() && self.phone.is_empty()
    }

    /// One of address and browser alone may not be an object, so it joins the first.
    fn write(&self, o: &mut Object<'_>) {
        let is_pair = self.ip.is_some() && self.user_agent.is_some();
        let click = self.twclid.map(One::Click);
        let mails = self.email.iter().map(One::Email);
        let phones = self.phone.iter().map(One::Phone);
        let pair = is_pair.then_some(One::Pair);
        let all = click.into_iter().chain(mails).chain(phones).chain(pair);
        o.list("identifiers", all.enumerate(), |out, (place, one)| {
            json::object(out, |o| {
                match one {
                    One::Click(id) => o.text("twclid", id),
                    One::Email(hash) => o.hash("hashed_email", Some(hash)),
                    One::Phone(hash) => o.hash("hashed_phone_number", Some(hash)),
                    One::Pair => {}
                }
                if matches!(one, One::Pair) || (place == 0 && !is_pair) {
                    o.maybe_ip("ip_address", self.ip);
                    o.maybe_text("user_agent", self.user_agent);
                }
            });
        });
    }
}

/// One object of `identifiers`.
#[derive(Clone, Copy)]
enum One<'a> {
    Click(&'a str),
    Email(&'a json::Hash),
    Phone(&'a json::Hash),
    Pair,
}

/// What X's answer means. A request is refused as a whole, and no place is named.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let processed = response.json().integer("/data/conversions_processed");
    match response.is_success() {
        true if processed.is_some() && processed == i64::try_from(sent).ok() => Answer::Accepted,
        true => Answer::Unknown,
        false => Answer::by_status(response),
    }
}
