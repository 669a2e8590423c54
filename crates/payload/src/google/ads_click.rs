//! Google Ads API, `uploadClickConversions`: conversions after a click, and of leads.
//!
//! | what | where |
//! |---|---|
//! | names, windows, limits, versions, errors | [`RULES`] |
//! | the account | [`AdsAccount`] |
//! | what an event must have | `Event::build` |
//! | what goes on the wire, key by key | `Event::write` |
//! | what an answer means | `ads::read_answer` |
//!
//! Only developer tokens that uploaded between December 2025 and May 2026 may still use it; for all others
//! Google refers to the Data Manager. An event has no name: the account's table gives the number of the
//! conversion action. The rules with their pages: `docs/sources/payload.md#google`.

use std::borrow::Cow;

use predispatch_consent::{ActionSource, Grant};
use predispatch_event::{Item, StandardEvent};
use predispatch_types::{Money, Timestamp};

use super::{
    Click,
    ads::{self, Contacts, Customer},
    cart, takes_user_data, withhold,
};
use crate::{
    Envelope,
    account::{AccountError, AccountKeys, Target},
    build::Case,
    facts::Facts,
    field::Field,
    json,
    rejection::Rejection,
    rules::{BatchLimits, DAY, Errors, Name, Rules, TestMark, Window},
};

/// What Google documents.
pub const RULES: Rules = Rules {
    read: "2026-11-22",
    source: "Google Ads API v26: ConversionUploadService (google-ads 34.0.0), enhanced conversions for leads; Ads developer blog 2026-05-15",
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
        // It is an adjustment: `google:ads_adjustment`.
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
    batch: BatchLimits { events: ads::MOST_ROWS, bytes: crate::rules::UNDOCUMENTED_BODY_LIMIT },
    test: TestMark::Switch,
    errors: Errors {
        invalid: "REQUIRED or INVALID_ARGUMENT in the row's partial failure",
        time: "EXPIRED_EVENT in the row's partial failure",
        identity: "REQUIRED: no click id and no user identifier",
        name: "NO_CONVERSION_ACTION_FOUND in the row's partial failure",
    },
};

/// How long after a click Google matches people by hashed identifiers.
const WITHOUT_CLICK_SECS: i64 = 63 * DAY;

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
        Self::GoogleAdsClick(account)
    }
}

/// One entry of `conversions`.
pub(crate) struct Event<'e> {
    account: &'e AdsAccount,
    action: String,
    time: Timestamp,
    click: Option<Click<'e>>,
    worth: Option<Money>,
    currency: Option<&'static str>,
    order_id: Option<&'e str>,
    items: Cow<'e, [Item]>,
    contacts: Contacts,
    environment: Option<&'static str>,
    ad_user_data: Option<Grant>,
    new_customer: Option<bool>,
}

impl<'e> Event<'e> {
    pub(crate) fn build(
        facts: &mut Facts<'_, 'e>,
        case: &Case<'e>,
        account: &'e AdsAccount,
    ) -> Result<Box<Self>, Rejection> {
        // There is no field for it, nor for personalised ads.
        if facts.flags.limited_use.is_some() {
            return Err(Rejection::LimitedUse);
        }
        let action = account.customer.action(case.called.as_str())?;
        let click = Click::of(facts);
        let contacts = if takes_user_data(facts) {
            Contacts::of(facts, ads::MOST_IDENTIFIERS)
        } else {
            withhold(facts, &[Field::Email, Field::Phone]);
            Contacts::none()
        };
        if click.is_none() {
            if contacts.is_empty() {
                return Err(Rejection::Identity);
            }
            facts.within(case.time, WITHOUT_CLICK_SECS)?;
        }
        let worth = facts.worth()?;
        let items = cart(facts, click);
        Ok(Box::new(Self {
            account,
            action,
            time: case.time,
            click,
            worth,
            currency: facts.currency_of(worth, &items),
            items,
            order_id: super::conversion_id(facts),
            contacts,
            environment: match facts.event.action_source() {
                ActionSource::Website => Some("WEB"),
                ActionSource::App => Some("APP"),
                _ => None,
            },
            ad_user_data: facts.flags.ad_user_data,
            new_customer: facts.new_customer(),
        }))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        json::object(out, |o| {
            if let Some(click) = self.click {
                o.text(click.key, click.id);
            }
            o.text("conversionAction", &self.action);
            o.text("conversionDateTime", &ads::date_time(self.time));
            o.money_number("conversionValue", self.worth);
            o.maybe_text("currencyCode", self.currency);
            o.maybe_text("orderId", self.order_id);
            o.object("cartData", |o| o.list("items", &*self.items, write_item));
            o.list("userIdentifiers", self.contacts.iter(), ads::write_contact);
            o.maybe_text("conversionEnvironment", self.environment);
            o.object("consent", |o| {
                let word = |grant| if grant == Grant::Granted { "GRANTED" } else { "DENIED" };
                o.maybe_text("adUserData", self.ad_user_data.map(word));
            });
            let kind = |new| if new { "NEW" } else { "RETURNING" };
            o.maybe_text("customerType", self.new_customer.map(kind));
        });
    }

    /// Whether the platform tells a copy of it by an id.
    pub(crate) const fn is_paired(&self) -> bool {
        self.order_id.is_some()
    }

    pub(crate) fn envelope(&self, version: &str, test: Option<&str>) -> Envelope {
        self.account.customer.envelope("uploadClickConversions", "conversions", version, test)
    }
}

fn write_item(out: &mut Vec<u8>, item: &Item) {
    json::object(out, |o| {
        o.maybe_text("productId", item.id.as_ref().map(|id| id.as_str()));
        o.maybe_integer("quantity", item.quantity.map(i64::from));
        o.money_number("unitPrice", item.price);
    });
}
