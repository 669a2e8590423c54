//! What the tests judge with.

use std::sync::LazyLock;

use predispatch_bot::verdict::Data;
use predispatch_types::Timestamp;

/// 2026-11-23T12:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_unix_secs(1_795_435_200);

/// Every bundled table, built once: the automaton of user agents takes its time.
pub(crate) fn data() -> &'static Data {
    static DATA: LazyLock<Data> = LazyLock::new(Data::bundled);
    &DATA
}
