//! Google: several products, each with its own fields, limits and consent.
//!
//! Click ids are cut from an event whose `ad_storage` is denied, and people's data from one whose
//! `ad_user_data` is; the denial itself is sent. The rules with their pages:
//! `docs/sources/payload.md#google`.

pub(crate) mod ads;
pub mod ads_adjustment;
pub mod ads_click;
pub mod data_manager;
pub mod ga4;

use std::borrow::Cow;

use predispatch_consent::{Grant, LimitedUse};
use predispatch_event::{Item, StandardEvent};
use predispatch_pii::{Kind, NormalForm};
use predispatch_types::Severity;

use crate::{account::number, facts::Facts, field::Field, json::Hash, rejection::Rejection};

/// The click of an ad: Google takes one id.
#[derive(Clone, Copy)]
pub(crate) struct Click<'e> {
    pub(crate) key: &'static str,
    pub(crate) id: &'e str,
}

impl<'e> Click<'e> {
    /// The best of an event's click ids. It was read from storage for ads, so where that is denied
    /// there is none.
    pub(crate) fn of(facts: &mut Facts<'_, 'e>) -> Option<Self> {
        let is_denied = facts.flags.ad_storage == Some(Grant::Denied);
        let mut best = None;
        for (field, key) in CLICKS {
            let Some(id) = facts.text(field) else { continue };
            if is_denied {
                facts.report("consent_denied", field, Severity::Dropped);
            } else if best.is_some() {
                facts.report("more_than_platform_takes", field, Severity::Dropped);
            } else {
                best = Some(Self { key, id });
            }
        }
        best
    }

    /// Whether Google knows the very click, and not only a group of them.
    pub(crate) fn is_exact(&self) -> bool {
        self.key == "gclid"
    }
}

const CLICKS: [(Field, &str); 3] =
    [(Field::Gclid, "gclid"), (Field::Gbraid, "gbraid"), (Field::Wbraid, "wbraid")];

/// A cart counts only with a click that Google knows exactly, or with none.
fn cart<'e>(facts: &mut Facts<'_, 'e>, click: Option<Click<'e>>) -> Cow<'e, [Item]> {
    let items = facts.items(&[Field::ItemQuantity, Field::ItemPrice]);
    if !items.is_empty() && click.is_some_and(|click| !click.is_exact()) {
        facts.report("cart_without_gclid", Field::Items, Severity::Dropped);
        return Cow::Borrowed(&[]);
    }
    items
}

/// By what Google tells the copies of a conversion apart within a conversion action.
///
/// The order's number, as the page's tag gives it, but not for a step on the way to an order: where one
/// action counts several events, the step would take the number, and the sale would be its copy.
fn conversion_id<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    let is_step = matches!(
        facts.event.name().standard(),
        Some(
            StandardEvent::AddPaymentInfo
                | StandardEvent::AddToCart
                | StandardEvent::AddToWishlist
                | StandardEvent::InitiateCheckout
                | StandardEvent::PageView
                | StandardEvent::Search
                | StandardEvent::ViewContent
        )
    );
    let order = if is_step { None } else { facts.text(Field::OrderId) };
    order.or_else(|| facts.text(Field::EventId))
}

/// The number of the order that a refund is about.
fn refunded_order<'e>(facts: &mut Facts<'_, 'e>) -> Option<&'e str> {
    facts.text(Field::OriginalOrderId).or_else(|| facts.text(Field::OrderId))
}

/// A person's names and where they live: all four parts or no address.
pub(crate) struct Address<'e> {
    given_name: Hash,
    family_name: Hash,
    country: NormalForm<'e>,
    postal_code: NormalForm<'e>,
}

impl<'e> Address<'e> {
    /// `more` are the parts that the product takes beside the four.
    fn of(facts: &mut Facts<'_, 'e>, more: &[Field]) -> Option<Self> {
        let given_name = facts.hashes(Kind::FirstName, 1).first().copied();
        let family_name = facts.hashes(Kind::LastName, 1).first().copied();
        let country = facts.plain(Kind::Country);
        let postal_code = facts.plain(Kind::PostalCode);
        if let (Some(given_name), Some(family_name), Some(country), Some(postal_code)) =
            (given_name, family_name, country, postal_code)
        {
            return Some(Self { given_name, family_name, country, postal_code });
        }
        let four = [Field::FirstName, Field::LastName, Field::PostalCode, Field::Country];
        for part in four.iter().chain(more) {
            if facts.has(*part) {
                facts.report("address_incomplete", *part, Severity::Dropped);
            }
        }
        None
    }
}

/// The device's id, which was read from its storage.
fn stored_device_id<'e>(facts: &mut Facts<'_, 'e>) -> Option<NormalForm<'e>> {
    if facts.flags.ad_storage == Some(Grant::Denied) {
        withhold(facts, &[Field::MobileAdId]);
        return None;
    }
    facts.plain(Kind::MobileAdId)
}

/// The number of a conversion action, not its resource name.
pub(crate) fn takes_action(name: &str) -> bool {
    number("conversion_action_id", name, 20).is_ok()
}

/// Whether data about the person may go.
pub(crate) fn takes_user_data(facts: &Facts<'_, '_>) -> bool {
    facts.flags.ad_user_data != Some(Grant::Denied)
}

/// Leaves a field out because the person denied data about them, and says so.
pub(crate) fn withhold(facts: &mut Facts<'_, '_>, fields: &[Field]) {
    for field in fields {
        if facts.has(*field) {
            facts.report("consent_denied", *field, Severity::Dropped);
        }
    }
}

/// The grant of personalised ads. Google has no flag for limited use: it is denied then.
pub(crate) fn personalisation(facts: &Facts<'_, '_>) -> Result<Option<Grant>, Rejection> {
    match facts.flags.limited_use {
        None => Ok(facts.flags.ad_personalization),
        Some(LimitedUse::NoPersonalisation) => Ok(Some(Grant::Denied)),
        Some(_) => Err(Rejection::LimitedUse),
    }
}
