//! Google Ads API, `uploadConversionAdjustments`: enhanced conversions for the web, and refunds.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the account | [`AdsAccount`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `ads::read_answer` |
//!
//! A conversion that the website's tag has reported gets what the tag did not know of the person
//! (`ENHANCEMENT`); a refund takes the conversion of its order back (`RETRACTION`). Taking back a part
//! (`RESTATEMENT`) needs the worth that is left, which no event tells; it is not built. An adjustment has
//! no field for consent. The rules with their pages: `docs/sources/payload.md#google`.

use predispatch_consent::{ActionSource, Grant};
use predispatch_event::StandardEvent;
use predispatch_pii::{Kind, NormalForm};
use predispatch_types::{Severity, Timestamp};

use super::{
    Address,
    ads::{self, Contacts, Customer},
    refunded_order,
};
use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target},
    build::Case,
    facts::Facts,
    field::Field,
    json::{self, Hash, Object},
    rejection::Rejection,
    rules::{BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Google documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Google Ads API v26: ConversionAdjustmentUploadService (google-ads 34.0.0); Implement Enhanced Conversions for Web",
    versions: ads::VERSIONS,
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
        // The action of the purchase that is taken back.
        (StandardEvent::Refund, Name::ByAccount),
        (StandardEvent::Schedule, Name::ByAccount),
        (StandardEvent::Search, Name::ByAccount),
        (StandardEvent::StartTrial, Name::ByAccount),
        (StandardEvent::SubmitApplication, Name::ByAccount),
        (StandardEvent::Subscribe, Name::ByAccount),
        (StandardEvent::ViewContent, Name::ByAccount),
    ],
    // A conversion can be taken back for 54 days, and completed for one.
    windows: &[Window::all(Some(RETRACTION_SECS))],
    batch: BatchLimits { events: ads::MOST_ROWS, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::Switch,
    errors: Errors {
        invalid: "REQUIRED or INVALID_ARGUMENT in the row's partial failure",
        time: "CONVERSION_EXPIRED in the row's partial failure",
        identity: "REQUIRED: no user identifier",
        name: "NO_CONVERSION_ACTION_FOUND in the row's partial failure",
    },
};

const ENHANCEMENT_SECS: i64 = DAY;
const RETRACTION_SECS: i64 = 54 * DAY;

/// An account of Google Ads. Its conversion actions are the account's event names
/// (`Account::with_name`); a refund, if it has none of its own, has that of its original event, else of
/// the purchase.
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

    /// Signed in to by a manager account: the header `login-customer-id`.
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
        Self::GoogleAdsAdjustment(account)
    }
}

/// One entry of `conversionAdjustments`.
pub(crate) struct Event<'e> {
    account: &'e AdsAccount,
    action: String,
    kind: Adjustment<'e>,
}

enum Adjustment<'e> {
    Enhancement { order_id: &'e str, person: Box<Person<'e>> },
    Retraction { of: Conversion<'e>, time: Timestamp },
}

/// Which conversion: by its order or by its click, never by both.
enum Conversion<'e> {
    Order(&'e str),
    Click { gclid: &'e str, time: Timestamp },
}

/// At least one identifier; the browser goes only with one.
struct Person<'e> {
    contacts: Contacts,
    home: Option<Home<'e>>,
    user_agent: Option<&'e str>,
}

struct Home<'e> {
    address: Address<'e>,
    street: Option<Hash>,
    city: Option<NormalForm<'e>>,
    state: Option<NormalForm<'e>>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        account: &'e AdsAccount,
    ) -> Result<Box<Self>, Rejection> {
        if facts.flags.limited_use.is_some() {
            return Err(Rejection::LimitedUse);
        }
        let action = account.customer.action(case.called.as_str())?;
        let kind = match facts.event.name().standard() {
            Some(StandardEvent::Refund) => Adjustment::retraction(facts, case)?,
            _ => Adjustment::enhancement(facts, case)?,
        };
        Ok(Box::new(Self { account, action, kind }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            o.text("conversionAction", &self.action);
            match &self.kind {
                Adjustment::Enhancement { order_id, person } => {
                    o.text("adjustmentType", "ENHANCEMENT");
                    o.text("orderId", order_id);
                    person.write(o);
                }
                Adjustment::Retraction { of, time } => {
                    o.text("adjustmentType", "RETRACTION");
                    o.text("adjustmentDateTime", &ads::date_time(*time));
                    match of {
                        Conversion::Order(id) => o.text("orderId", id),
                        Conversion::Click { gclid, time } => o.object("gclidDateTimePair", |o| {
                            o.text("gclid", gclid);
                            o.text("conversionDateTime", &ads::date_time(*time));
                        }),
                    }
                }
            }
        });
    }

    pub(crate) fn envelope(&self, version: &str, test: Option<&str>) -> Envelope {
        let (method, list) = ("uploadConversionAdjustments", "conversionAdjustments");
        self.account.customer.envelope(method, list, version, test)
    }
}

impl<'e> Adjustment<'e> {
    /// The tag reported the conversion under the order's number.
    fn enhancement(facts: &mut Facts<'_, 'e>, case: &Case<'e>) -> Result<Self, Rejection> {
        if facts.event.action_source() != ActionSource::Website {
            return Err(Rejection::ActionSource);
        }
        facts.within(case.time, ENHANCEMENT_SECS)?;
        // Amounts don't go, and a negative one is a refund under another name all the same.
        let stated = facts.event.custom_data().value;
        if stated.is_some_and(|money| money.minor_units() < 0) {
            return Err(Rejection::NegativeValue);
        }
        let order_id = facts.text(Field::OrderId).ok_or(Rejection::missing(Field::OrderId))?;
        Ok(Self::Enhancement { order_id, person: Box::new(Person::of(facts)?) })
    }

    /// An amount or lines may be a part of the order, also where they could not be read. What is left of it
    /// is not known then, and the whole must not be taken back for a part.
    fn retraction(facts: &mut Facts<'_, 'e>, case: &Case<'e>) -> Result<Self, Rejection> {
        if facts.event.custom_data().tells_worth() {
            return Err(Rejection::PartialRefund);
        }
        let conversion_time = facts
            .has(Field::OriginalTime)
            .then(|| facts.event.original_event()?.event_time)
            .flatten();
        if let Some(time) = conversion_time {
            facts.within(time, RETRACTION_SECS)?;
        }
        let of = match (refunded_order(facts), conversion_time) {
            (Some(id), time) => {
                if time.is_some() {
                    // The age was judged by it; it does not go.
                    facts.report("not_taken_by_platform", Field::OriginalTime, Severity::Noted);
                }
                Conversion::Order(id)
            }
            (None, Some(time)) if facts.flags.ad_storage != Some(Grant::Denied) => {
                let gclid = facts.text(Field::Gclid).ok_or(Rejection::missing(Field::OrderId))?;
                Conversion::Click { gclid, time }
            }
            (None, _) => return Err(Rejection::missing(Field::OrderId)),
        };
        Ok(Self::Retraction { of, time: case.time })
    }
}

impl<'e> Person<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Result<Self, Rejection> {
        let home = Home::of(facts);
        let room = ads::MOST_IDENTIFIERS.saturating_sub(usize::from(home.is_some()));
        let contacts = Contacts::of(facts, room);
        if contacts.is_empty() && home.is_none() {
            return Err(Rejection::Identity);
        }
        Ok(Self { contacts, home, user_agent: facts.text(Field::UserAgent) })
    }

    fn write(&self, o: &mut Object<'_>) {
        let contacts = self.contacts.iter().map(One::Contact);
        let all = contacts.chain(self.home.as_ref().map(One::Home));
        o.list("userIdentifiers", all, |out, one| match one {
            One::Contact(contact) => ads::write_contact(out, contact),
            One::Home(home) => json::object(out, |o| {
                o.text("userIdentifierSource", ads::FIRST_PARTY);
                o.object("addressInfo", |o| home.write(o));
            }),
        });
        o.maybe_text("userAgent", self.user_agent);
    }
}

/// One entry of `userIdentifiers`.
enum One<'a, 'e> {
    Contact((&'static str, &'a Hash)),
    Home(&'a Home<'e>),
}

impl<'e> Home<'e> {
    fn of(facts: &mut Facts<'_, 'e>) -> Option<Self> {
        let address = Address::of(facts, &[Field::Street, Field::City, Field::Region])?;
        let street = facts.hashes(Kind::Street, 1).first().copied();
        let (city, state) = (facts.plain(Kind::City), facts.plain(Kind::Region));
        Some(Self { address, street, city, state })
    }

    fn write(&self, o: &mut Object<'_>) {
        o.hash("hashedFirstName", Some(&self.address.given_name));
        o.hash("hashedLastName", Some(&self.address.family_name));
        o.hash("hashedStreetAddress", self.street.as_ref());
        o.maybe_text("city", self.city.as_ref().map(NormalForm::as_str));
        o.maybe_text("state", self.state.as_ref().map(NormalForm::as_str));
        o.text("countryCode", self.address.country.as_str());
        o.text("postalCode", self.address.postal_code.as_str());
    }
}
