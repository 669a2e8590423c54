//! The person as a customer.

use crate::Text;

/// The person as a customer of the business.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Customer {
    /// Whether this is their first order.
    pub new_customer: Option<bool>,
    /// The business's own segment.
    pub segment: Option<Text>,
}
