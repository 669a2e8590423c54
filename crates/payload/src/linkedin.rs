//! LinkedIn, Conversions API.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | what is set for the account | [`AdAccount`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `read_answer` |
//!
//! An event has no name: the account's table gives the number of the conversion rule, and the rule has
//! the type. The rules with their pages: `docs/sources/payload.md#linkedin`.

use core::net::IpAddr;

use predispatch_event::StandardEvent;
use predispatch_pii::{DeviceSystem, Format, Kind, NormalForm};
use predispatch_types::{Money, Severity, Sha256Digest};

use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target, number},
    answer::{Answer, Response, Row, Why},
    build::Case,
    facts::Facts,
    field::Field,
    identity::Hashes,
    json::{self, Hash, Id, Object},
    rejection::Rejection,
    rules::{ApiVersion, BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What LinkedIn documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Marketing API, Conversions API: schema and versions 202601 to 202609; integrators' notes",
    versions: &[
        // 2027-09-15 and 2027-01-15.
        ApiVersion::until(HASHED_NAMES_SINCE, 1_820_966_400),
        ApiVersion::until("202601", 1_799_971_200),
    ],
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
    windows: &[Window::all(Some(90 * DAY))],
    batch: BatchLimits { events: 5_000, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::None,
    errors: Errors {
        invalid: "422 field is required but not found, or is not of the schema's type",
        time: "400 Conversion time should be within 90 days and not exceed current time",
        identity: "400 at least one of userIds, userInfo, externalIds and lead",
        name: "403 No ad accounts found",
    },
};

/// The first version with `hashedFirstName` and `hashedLastName`.
const HASHED_NAMES_SINCE: &str = "202609";

/// What is set for an ad account of LinkedIn. Its conversion rules are the account's event names
/// (`Account::with_name`); the token tells LinkedIn which account it is, and no rule belongs to two.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct AdAccount {
    plain_user_info: bool,
}

impl AdAccount {
    /// Names go as digests; company and job title do not go.
    pub const fn new() -> Self {
        Self { plain_user_info: false }
    }

    /// Names, company and job title go in clear. LinkedIn matches more people by them.
    #[must_use]
    pub const fn with_plain_user_info(self) -> Self {
        Self { plain_user_info: true }
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        if keys.conversion_rules.is_empty() && keys.event_names.is_empty() {
            return Err(AccountError::Missing { key: "conversion_rules" });
        }
        Ok(Self { plain_user_info: keys.plain_user_info })
    }

    pub(crate) const fn format(self) -> Format {
        if self.plain_user_info { Format::LinkedIn } else { Format::LinkedInHashedNames }
    }
}

impl From<AdAccount> for Target {
    fn from(account: AdAccount) -> Self {
        Self::LinkedIn(account)
    }
}

/// The number of a conversion rule.
pub(crate) fn takes_name(name: &str) -> bool {
    number("conversion_rules", name, 20).is_ok()
}

/// One entry of `elements`.
pub(crate) struct Event<'e> {
    rule: &'e str,
    happened_at: i64,
    value: Option<Money>,
    id: Option<&'e str>,
    user: User<'e>,
}

struct User<'e> {
    ids: Ids<'e>,
    info: Option<Info<'e>>,
    lead: Option<&'e str>,
    external_id: Option<NormalForm<'e>>,
}

/// What stands in `userIds`.
struct Ids<'e> {
    email: Hashes,
    li_fat_id: Option<&'e str>,
    ip: Option<Hash>,
    google_aid: Option<NormalForm<'e>>,
}

/// Only both names together make an identifier; the rest refines it.
struct Info<'e> {
    names: Names<'e>,
    company: Option<&'e str>,
    title: Option<&'e str>,
    country: Option<NormalForm<'e>>,
}

enum Names<'e> {
    Plain { first: NormalForm<'e>, last: NormalForm<'e> },
    Hashed { first: Hash, last: Hash },
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        account: &AdAccount,
    ) -> Result<Box<Self>, Rejection> {
        if facts.flags.limited_use.is_some() {
            return Err(Rejection::LimitedUse);
        }
        let rule = case.called.as_str();
        if !takes_name(rule) {
            return Err(Rejection::NoMapping);
        }
        let value = facts.worth()?;
        if value.is_none() && facts.has(Field::Currency) {
            facts.report("currency_without_value", Field::Currency, Severity::Dropped);
        }
        Ok(Box::new(Self {
            rule,
            happened_at: case.time.unix_millis(),
            value,
            id: facts.text(Field::EventId),
            user: User::of(facts, case, *account)?,
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("conversion", &format!("urn:lla:llaPartnerConversion:{}", self.rule));
            o.integer("conversionHappenedAt", self.happened_at);
            o.object("conversionValue", |o| {
                o.maybe_text("currencyCode", self.value.map(|money| money.currency().as_str()));
                o.money_text("amount", self.value);
            });
            o.maybe_text("eventId", self.id);
            o.object("user", |o| self.user.write(o));
        });
    }

    /// `account` is one of the account's rules: a rule belongs to one ad account.
    pub(crate) fn envelope(&self, version: &str, account: &str) -> Envelope {
        Envelope {
            account: Some(account.to_owned()),
            url: "https://api.linkedin.com/rest/conversionEvents".to_owned(),
            head: "{\"elements\":[".into(),
            tail: "]}".into(),
            headers: vec![
                ("LinkedIn-Version", version.to_owned()),
                ("X-RestLi-Method", "BATCH_CREATE".to_owned()),
                ("X-Restli-Protocol-Version", "2.0.0".to_owned()),
            ],
        }
    }
}

impl<'e> User<'e> {
    fn of(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        account: AdAccount,
    ) -> Result<Self, Rejection> {
        let user = Self {
            ids: Ids::of(facts),
            info: Info::of(facts, case, account),
            lead: lead(facts),
            external_id: facts.plain(Kind::ExternalId),
        };
        let is_known = !user.ids.is_empty()
            || user.info.is_some()
            || user.lead.is_some()
            || user.external_id.is_some();
        if is_known { Ok(user) } else { Err(Rejection::Identity) }
    }

    fn write(&self, o: &mut Object<'_>) {
        o.required_list("userIds", self.ids.entries(), |out, (kind, value)| {
            json::object(out, |o| {
                o.text("idType", kind);
                o.id("idValue", value);
            });
        });
        if let Some(info) = &self.info {
            o.object("userInfo", |o| info.write(o));
        }
        o.maybe_text("lead", self.lead);
        o.texts("externalIds", self.external_id.as_ref().map(NormalForm::as_str));
    }
}

impl<'e> Ids<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Self {
        Self {
            email: facts.hashes(Kind::Email, usize::MAX),
            li_fat_id: facts.text(Field::LiFatId),
            ip: ip(facts),
            google_aid: google_aid(facts),
        }
    }

    fn is_empty(&self) -> bool {
        self.entries().next().is_none()
    }

    fn entries(&self) -> impl Iterator<Item = (&'static str, Id<'_>)> {
        let click = self.li_fat_id.map(Id::Text);
        let click = click.map(|id| ("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", id));
        let ip = self.ip.as_ref().map(|hash| ("SHA256_IP_ADDRESS", Id::Hash(hash)));
        let device = self.google_aid.as_ref().map(|id| ("GOOGLE_AID", Id::Text(id.as_str())));
        let mails = self.email.iter().map(|hash| ("SHA256_EMAIL", Id::Hash(hash)));
        mails.chain(click).chain(ip).chain(device)
    }
}

impl<'e> Info<'e> {
    fn of(facts: &mut Facts<'_, 'e>, case: &Case<'e>, account: AdAccount) -> Option<Self> {
        let names = if account.plain_user_info {
            let (first, last) = (facts.plain(Kind::FirstName), facts.plain(Kind::LastName));
            first.zip(last).map(|(first, last)| Names::Plain { first, last })
        } else if case.version >= HASHED_NAMES_SINCE {
            let first = facts.hashes(Kind::FirstName, 1).first().copied();
            let last = facts.hashes(Kind::LastName, 1).first().copied();
            first.zip(last).map(|(first, last)| Names::Hashed { first, last })
        } else {
            // An older version knows names in clear only: then there is no pair to refine.
            return None;
        };
        let (company, title) = match account.plain_user_info {
            true => (facts.text(Field::Company), facts.text(Field::JobTitle)),
            false => (None, None),
        };
        let country = facts.plain(Kind::Country);
        let Some(names) = names else {
            without_pair(facts, account);
            return None;
        };
        Some(Self { names, company, title, country })
    }

    fn write(&self, o: &mut Object<'_>) {
        match &self.names {
            Names::Plain { first, last } => {
                o.text("firstName", first.as_str());
                o.text("lastName", last.as_str());
            }
            Names::Hashed { first, last } => {
                o.hash("hashedFirstName", Some(first));
                o.hash("hashedLastName", Some(last));
            }
        }
        o.maybe_text("companyName", self.company);
        o.maybe_text("title", self.title);
        o.maybe_text("countryCode", self.country.as_ref().map(NormalForm::as_str));
    }
}

fn without_pair(facts: &mut Facts<'_, '_>, account: AdAccount) {
    let alone = [Field::FirstName, Field::LastName, Field::Country];
    let refining = [Field::Company, Field::JobTitle];
    let refining = if account.plain_user_info { &refining[..] } else { &[] };
    for field in alone.iter().chain(refining) {
        if facts.has(*field) {
            facts.report("needs_both_names", *field, Severity::Dropped);
        }
    }
}

/// LinkedIn takes the address in clear too; the digest matches as well and tells less. IPv4 only.
fn ip(facts: &mut Facts<'_, '_>) -> Option<Hash> {
    match facts.ip()? {
        IpAddr::V4(ip) => Some(Sha256Digest::of(ip.to_string().as_bytes()).into()),
        IpAddr::V6(_) => {
            facts.report("address_not_v4", Field::Ip, Severity::Dropped);
            None
        }
    }
}

/// The id of an Android device. LinkedIn has no type for any other.
fn google_aid<'e>(facts: &mut Facts<'_, 'e>) -> Option<NormalForm<'e>> {
    if !facts.has(Field::MobileAdId) {
        return None;
    }
    facts.has(Field::AppPlatform);
    match facts.system() {
        Some(DeviceSystem::Android) => facts.plain(Kind::MobileAdId),
        Some(_) => {
            facts.report("not_taken_for_system", Field::MobileAdId, Severity::Dropped);
            None
        }
        None => {
            facts.report("device_system_unknown", Field::MobileAdId, Severity::Dropped);
            None
        }
    }
}

/// The answer of a lead form of LinkedIn's own. Another platform's number here would name a form that
/// is not there.
fn lead<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    let id = facts.text(Field::LeadId)?;
    let rest = id.strip_prefix("urn:li:leadGenFormResponse:");
    if rest.is_some_and(|rest| !rest.is_empty()) {
        return Some(id);
    }
    facts.report("lead_id_not_a_urn", Field::LeadId, Severity::Dropped);
    None
}

/// What LinkedIn's answer means. A request is taken as a whole or not at all; the refusal names the
/// events by their places.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    let status = |line: &serde_json::Value| line.get("status").and_then(serde_json::Value::as_u64);
    match response.status {
        // A single event's answer has no body.
        201 if sent == 1 => Answer::Accepted,
        200..=299 => match json.list("/elements") {
            Some(lines) if lines.len() == sent => {
                let rows: Vec<_> = lines.iter().map(|line| Row::of_status(status(line))).collect();
                Answer::of_rows(&rows)
            }
            _ => Answer::Unknown,
        },
        400 if json.text("/code") == Some("VERSION_MISSING") => {
            Answer::Blocked { why: Why::Version }
        }
        400 | 422 => {
            let refused = places(json.text("/message").unwrap_or_default(), sent);
            match (refused.is_empty(), response.status) {
                (false, _) => Answer::Partly { refused, others_kept: false },
                // It names the events where they are at fault; else a rule is disabled or of another method.
                (true, 400) if !blames_event(response.body) => {
                    Answer::Blocked { why: Why::Invalid }
                }
                (true, _) => Answer::by_status(response),
            }
        }
        _ => Answer::by_status(response),
    }
}

/// Whether some event is at fault: by a code such as `INVALID_CONVERSION_TIME_FIELD_VALUE`, or by places, also
/// where those can't be read. The documents disagree on where they stand.
fn blames_event(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    ["_FIELD_VALUE", "Index:", "batchIndex", "indices ["].iter().any(|sign| text.contains(sign))
}

/// The places that a message names: `Index: 3, ERROR :: …` or `…, indices [0, 3]`. One beyond the
/// request makes all of them doubtful.
fn places(message: &str, sent: usize) -> Vec<usize> {
    let lines = message.lines().filter_map(|line| line.trim_start().strip_prefix("Index:"));
    let lines = lines.map(|rest| rest.split(',').next().unwrap_or_default());
    let listed = message.rsplit_once("indices [").and_then(|(_, rest)| rest.split_once(']'));
    let listed = listed.into_iter().flat_map(|(list, _)| list.split(','));
    let mut places = Vec::new();
    for text in lines.chain(listed) {
        match text.trim().parse() {
            Ok(place) if place < sent => places.push(place),
            _ => return Vec::new(),
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}
