//! What was bought, searched or asked for.

use predispatch_types::{Currency, Money};

use crate::{Item, OpaqueId, Scalar, Text};

/// What was bought, searched or asked for, and what it was worth.
///
/// Amounts are exact and have a currency; an amount without one is never kept.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CustomData {
    /// The currency of all amounts here.
    pub currency: Option<Currency>,
    /// What the event is worth.
    pub value: Option<Money>,
    /// The order's number.
    pub order_id: Option<OpaqueId>,
    /// The lines, in the order given.
    pub items: Vec<Item>,
    /// `product`, `product_group` and so on.
    pub content_type: Option<Text>,
    /// The name of the page, product or content.
    pub content_name: Option<Text>,
    /// Its category.
    pub content_category: Option<Text>,
    /// How many things, if that differs from the sum of the items' quantities.
    pub num_items: Option<u32>,
    /// What was searched for.
    pub search_string: Option<Text>,
    /// Such as `registered`.
    pub status: Option<Text>,
    /// What the customer is expected to be worth.
    pub predicted_ltv: Option<Money>,
    /// The coupon used for the order.
    pub coupon: Option<Text>,
    /// What shipping cost.
    pub shipping: Option<Money>,
    /// How much of the value is tax.
    pub tax: Option<Money>,
    /// `in_store`, `curbside`, `home_delivery`.
    pub delivery_category: Option<Text>,
    /// Free properties, in the order given.
    pub properties: Vec<(Text, Scalar)>,
    /// An amount (the value, shipping or tax), a count or lines were given that are not here: they could not be
    /// read, or were taken out, and no value or line is left. A refund of a part must not pass for one of the
    /// whole. Written as a `value` that can't be read: `{}`.
    pub is_worth_lost: bool,
}

impl CustomData {
    /// Whether an amount (the value, shipping or tax), a count or lines were given, also if none of it could be
    /// used: a refund that has them may be one of a part of the order.
    ///
    /// ```
    /// use predispatch_event::CustomData;
    ///
    /// assert!(!CustomData::default().tells_worth());
    /// ```
    pub const fn tells_worth(&self) -> bool {
        self.value.is_some()
            || self.shipping.is_some()
            || self.tax.is_some()
            || self.num_items.is_some()
            || !self.items.is_empty()
            || self.is_worth_lost
    }
}
