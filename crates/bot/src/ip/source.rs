//! Where a table's knowledge comes from.

use predispatch_types::Timestamp;

/// One feed of a table: what a verdict cites, and what tells that it is stale.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// The name that it was loaded under, such as `aws`.
    pub name: Box<str>,
    /// When the feed was made, as it says itself, or else as the caller said.
    pub made: Option<Timestamp>,
    /// The version that the feed gives itself.
    pub version: Option<Box<str>>,
    /// Licence and credits, as its owner wants them kept.
    pub licence: Box<str>,
    /// Blocks of addresses in it.
    pub networks: u64,
    /// Rows of it that were left out.
    pub skipped: u64,
    /// Is it a full list of a privacy relay's addresses?
    pub is_relay_list: bool,
}

impl Source {
    /// Most feeds of one table.
    pub(crate) const MAX: usize = 64;

    /// Seconds since it was made; 0 if that lies after `now`, `None` if nobody said when.
    pub fn age_secs(&self, now: Timestamp) -> Option<u64> {
        let made = self.made?;
        Some(u64::try_from(now.unix_secs().saturating_sub(made.unix_secs())).unwrap_or(0))
    }
}
