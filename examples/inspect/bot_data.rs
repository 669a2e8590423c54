//! The tables that the commands about bots look things up in.

use predispatch_bot::verdict::Data;

/// Every bundled table.
pub(crate) fn all() -> Data {
    Data::bundled()
}
