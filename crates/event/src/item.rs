//! One line of a cart or an order.

use predispatch_types::Money;

use crate::{OpaqueId, Text};

/// One line of a cart or an order. Amounts are in the currency of the [`CustomData`](crate::CustomData).
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Item {
    /// The product's id, as in the catalogue.
    pub id: Option<OpaqueId>,
    /// The product's name.
    pub name: Option<Text>,
    /// Its category.
    pub category: Option<Text>,
    /// Its brand.
    pub brand: Option<Text>,
    /// Colour, size and so on.
    pub variant: Option<Text>,
    /// How many; 1 if not given is the platform's choice.
    pub quantity: Option<u32>,
    /// The price of one.
    pub price: Option<Money>,
    /// The coupon used for it.
    pub coupon: Option<Text>,
    /// The discount on one.
    pub discount: Option<Money>,
}
