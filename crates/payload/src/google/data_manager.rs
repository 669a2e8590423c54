//! Google Data Manager API, `events:ingest`, for conversions of Google Ads.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the operating account | [`AdsAccount`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! An event has no name: the account's table gives the number of the conversion action, which stands in
//! the envelope.

use core::net::IpAddr;
use std::borrow::Cow;

use predispatch_consent::{ActionSource, Grant};
use predispatch_event::{Item, StandardEvent};
use predispatch_pii::{Kind, NormalForm};
use predispatch_types::{Money, Severity, Timestamp};

use super::{
    Address, Click, ads::Customer, cart, conversion_id, personalisation, stored_device_id,
    takes_action, takes_user_data, withhold,
};
use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target},
    answer::{Answer, Response, Why},
    build::Case,
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Hash, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Google documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Data Manager API v1: field reference (google-ads-datamanager 0.9.4), limits, errors, formatting",
    versions: &[ApiVersion::new("v1")],
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
    // The longest click-through window; without a click Google looks back 63 days only.
    windows: &[Window::all(Some(90 * DAY))],
    batch: BatchLimits { events: 2_000, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::Switch,
    errors: Errors {
        invalid: "400 INVALID_ARGUMENT, REQUIRED_FIELD_MISSING",
        time: "400 EVENT_TIME_INVALID, or EVENT_TOO_OLD in the status",
        identity: "400 NO_IDENTIFIERS_PROVIDED",
        name: "400 INVALID_CONVERSION_ACTION_ID",
    },
};

/// How long after a click Google matches people by hashed identifiers.
const WITHOUT_CLICK_SECS: i64 = 63 * DAY;

/// Most identifiers of an event.
const MOST_IDENTIFIERS: usize = 10;

/// An account of Google Ads. Its conversion actions are the account's event names
/// (`Account::with_name`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AdsAccount {
    customer: Customer,
}

impl AdsAccount {
    /// By its number, without hyphens.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 20 digits.
    pub fn new(operating_account_id: &str) -> Result<Self, AccountError> {
        Ok(Self { customer: Customer::new(operating_account_id)? })
    }

    /// Signed in to by a manager account: `loginAccount` of the destination.
    ///
    /// # Errors
    /// [`AccountError`] if it is not 1 to 20 digits.
    pub fn with_login(self, login_account_id: &str) -> Result<Self, AccountError> {
        Ok(Self { customer: self.customer.with_login(login_account_id)? })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        Ok(Self { customer: Customer::from_keys(keys)? })
    }
}

impl From<AdsAccount> for Target {
    fn from(account: AdsAccount) -> Self {
        Self::GoogleDataManager(account)
    }
}

/// One entry of `events`.
pub(crate) struct Event<'e> {
    account: &'e AdsAccount,
    action: &'e str,
    transaction_id: Option<&'e str>,
    time: Timestamp,
    source: &'static str,
    user: UserData<'e>,
    ad_user_data: Option<Grant>,
    ad_personalization: Option<Grant>,
    click: Option<Click<'e>>,
    device_id: Option<NormalForm<'e>>,
    device: Device<'e>,
    worth: Option<Money>,
    currency: Option<&'static str>,
    items: Cow<'e, [Item]>,
    coupon: Option<&'e str>,
    new_customer: Option<bool>,
}

#[derive(Default)]
struct UserData<'e> {
    emails: Hashes,
    phones: Hashes,
    address: Option<Address<'e>>,
}

#[derive(Default)]
struct Device<'e> {
    user_agent: Option<&'e str>,
    ip: Option<IpAddr>,
    language: Option<&'e str>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        account: &'e AdsAccount,
    ) -> Result<Box<Self>, Rejection> {
        let action = case.called.as_str();
        if !takes_action(action) {
            return Err(Rejection::NoMapping);
        }
        let ad_personalization = personalisation(facts)?;
        let click = Click::of(facts);
        let (user, device_id, device) = if takes_user_data(facts) {
            (UserData::of(facts), stored_device_id(facts), Device::of(facts))
        } else {
            withhold(facts, &PERSONAL);
            (UserData::default(), None, Device::default())
        };
        if click.is_none() && user.is_empty() && device_id.is_none() {
            return Err(Rejection::Identity);
        }
        if click.is_none() {
            facts.within(case.time, WITHOUT_CLICK_SECS)?;
        }
        let worth = facts.worth()?;
        let items = cart(facts, click);
        Ok(Box::new(Self {
            account,
            action,
            transaction_id: conversion_id(facts),
            time: case.time,
            source: source(facts.event.action_source()),
            user,
            ad_user_data: facts.flags.ad_user_data,
            ad_personalization,
            click,
            device_id,
            device,
            worth,
            currency: facts.currency_of(worth, &items),
            coupon: if items.is_empty() { None } else { facts.text(Field::Coupon) },
            items,
            new_customer: facts.new_customer(),
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.maybe_text("transactionId", self.transaction_id);
            o.text("eventTimestamp", &self.time.to_string());
            o.text("eventSource", self.source);
            o.object("userData", |o| self.user.write(o));
            o.object("consent", |o| {
                o.maybe_text("adUserData", self.ad_user_data.map(consent));
                o.maybe_text("adPersonalization", self.ad_personalization.map(consent));
            });
            o.object("adIdentifiers", |o| {
                if let Some(click) = self.click {
                    o.text(click.key, click.id);
                }
                o.maybe_text("mobileDeviceId", self.device_id.as_ref().map(NormalForm::as_str));
            });
            o.object("eventDeviceInfo", |o| self.device.write(o));
            o.maybe_text("currency", self.currency);
            o.money_number("conversionValue", self.worth);
            o.object("cartData", |o| {
                o.texts("couponCodes", self.coupon);
                o.list("items", &*self.items, write_item);
            });
            o.object("userProperties", |o| {
                let kind = |new| if new { "NEW" } else { "RETURNING" };
                o.maybe_text("customerType", self.new_customer.map(kind));
            });
        });
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.transaction_id.is_some()
    }

    pub(crate) fn envelope(&self, version: &str, test: Option<&str>) -> Envelope {
        let account = |key, id| {
            format!("\"{key}\":{{\"accountType\":\"GOOGLE_ADS\",\"accountId\":\"{id}\"}},")
        };
        let customer = &self.account.customer;
        let mut accounts = account("operatingAccount", customer.id());
        if let Some(login) = customer.login_id() {
            accounts.push_str(&account("loginAccount", login));
        }
        let action = self.action;
        Envelope {
            account: None,
            url: ["https://datamanager.googleapis.com/", version, "/events:ingest"].concat(),
            head: format!(
                "{{\"destinations\":[{{{accounts}\"productDestinationId\":\"{action}\"}}],\"encoding\":\"HEX\",\"events\":["
            ).into(),
            tail: match test {
                Some(_) => "],\"validateOnly\":true}".into(),
                None => "]}".into(),
            },
            headers: Vec::new(),
        }
    }
}

impl<'e> UserData<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        let address = Address::of(facts, &[]);
        let room = MOST_IDENTIFIERS.saturating_sub(usize::from(address.is_some()));
        let emails = facts.hashes(Kind::Email, room);
        let phones = facts.hashes(Kind::Phone, room.saturating_sub(emails.len()));
        Self { emails, phones, address }
    }

    fn is_empty(&self) -> bool {
        self.emails.is_empty() && self.phones.is_empty() && self.address.is_none()
    }

    fn write(&self, o: &mut Object<'_>) {
        let mails = self.emails.iter().map(One::Email);
        let phones = self.phones.iter().map(One::Phone);
        let all = mails.chain(phones).chain(self.address.as_ref().map(One::Address));
        o.list("userIdentifiers", all, |out, one| {
            json::object(out, |o| match one {
                One::Email(hash) => o.hash("emailAddress", Some(hash)),
                One::Phone(hash) => o.hash("phoneNumber", Some(hash)),
                One::Address(address) => o.object("address", |o| write_address(o, address)),
            });
        });
    }
}

/// One entry of `userIdentifiers`.
enum One<'a, 'e> {
    Email(&'a Hash),
    Phone(&'a Hash),
    Address(&'a Address<'e>),
}

fn write_address(o: &mut Object<'_>, address: &Address<'_>) {
    o.hash("givenName", Some(&address.given_name));
    o.hash("familyName", Some(&address.family_name));
    o.text("regionCode", address.country.as_str());
    o.text("postalCode", address.postal_code.as_str());
}

impl<'e> Device<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        Self { user_agent: facts.text(Field::UserAgent), ip: facts.ip(), language: language(facts) }
    }

    fn write(&self, o: &mut Object<'_>) {
        o.maybe_text("userAgent", self.user_agent);
        o.maybe_ip("ipAddress", self.ip);
        o.maybe_text("languageCode", self.language);
    }
}

/// ISO 639-1, two letters: the language without its region.
fn language<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    let tag = facts.text(Field::Language)?;
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    if language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(language);
    }
    facts.report("language_not_two_letters", Field::Language, Severity::Dropped);
    None
}

fn write_item(out: &mut Vec<u8>, item: &Item) {
    json::object(out, |o| {
        o.maybe_text("merchantProductId", item.id.as_ref().map(|id| id.as_str()));
        o.maybe_integer("quantity", item.quantity.map(i64::from));
        o.money_number("unitPrice", item.price);
    });
}

const fn consent(grant: Grant) -> &'static str {
    match grant {
        Grant::Granted => "CONSENT_GRANTED",
        Grant::Denied => "CONSENT_DENIED",
    }
}

const fn source(source: ActionSource) -> &'static str {
    match source {
        ActionSource::Website => "WEB",
        ActionSource::App => "APP",
        ActionSource::PhysicalStore => "IN_STORE",
        ActionSource::PhoneCall => "PHONE",
        ActionSource::Chat | ActionSource::BusinessMessaging => "MESSAGE",
        _ => "OTHER",
    }
}

/// What is about the person.
const PERSONAL: [Field; 10] = [
    Field::Email,
    Field::Phone,
    Field::FirstName,
    Field::LastName,
    Field::PostalCode,
    Field::Country,
    Field::MobileAdId,
    Field::Ip,
    Field::UserAgent,
    Field::Language,
];

/// What Google's answer means. A request is refused as a whole; accepted is what it will process, and
/// what came of that is told later, without naming events.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    match response.status {
        200..=299 if json.text("/requestId").is_some_and(|id| !id.is_empty()) => Answer::Accepted,
        200..=299 => Answer::Unknown,
        400 => {
            let details = json.list("/error/details").unwrap_or_default();
            let listed = |detail: &serde_json::Value| {
                detail.get("fieldViolations").and_then(|list| list.as_array()).cloned()
            };
            let violations: Vec<_> = details.iter().filter_map(listed).flatten().collect();
            let places: Option<Vec<usize>> =
                violations.iter().map(|violation| place(violation, sent)).collect();
            match places {
                Some(mut refused) if !refused.is_empty() => {
                    refused.sort_unstable();
                    refused.dedup();
                    Answer::Partly { refused, others_kept: false }
                }
                // A destination, the encoding, or nothing that is told: every event would fail alike.
                _ => Answer::Blocked { why: Why::Invalid },
            }
        }
        _ => Answer::by_status(response),
    }
}

/// The place in `events[3].eventTimestamp` or `events.events[3]`; `None` if the field is no event's.
fn place(violation: &serde_json::Value, sent: usize) -> Option<usize> {
    let field = violation.get("field")?.as_str()?;
    let (_, rest) = field.split_once("events[")?;
    let place = rest.split_once(']')?.0.parse().ok()?;
    (place < sent).then_some(place)
}
