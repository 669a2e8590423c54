//! The event that this one corrects or adds to.

use predispatch_types::{EventId, Timestamp};

use crate::{EventName, OpaqueId};

/// The event that this one corrects, refunds or adds to.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OriginalEvent {
    /// Its name.
    pub event_name: Option<EventName>,
    /// When it happened.
    pub event_time: Option<Timestamp>,
    /// Its id.
    pub event_id: Option<EventId>,
    /// Its order's number.
    pub order_id: Option<OpaqueId>,
}
