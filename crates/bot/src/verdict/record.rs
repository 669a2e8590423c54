//! The verdict on one sender.

use alloc::boxed::Box;
use alloc::sync::Arc;

use predispatch_types::Timestamp;
use smallvec::SmallVec;

use super::class::Class;
use crate::{Layer, Reason};

/// What one sender is, how sure that is, why, and by which data.
///
/// It holds nothing of the sender: codes, names of data and times. Under the feature `serde` it can
/// be written as a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub(super) class: Class,
    pub(super) score: u8,
    pub(super) reasons: Reasons,
    pub(super) is_speculative: bool,
    pub(super) data: Arc<[DataSource]>,
    pub(super) judged_at: Timestamp,
}

/// Reasons of one verdict: people have few, and every outcome carries the room.
pub(super) type Reasons = SmallVec<[Reason; 4]>;

impl Verdict {
    /// What the sender is.
    pub const fn class(&self) -> Class {
        self.class
    }

    /// How much speaks against a person: 0 to 100. See [`weight`](super::weight).
    pub const fn score(&self) -> u8 {
        self.score
    }

    /// Every finding, by layer.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Whether the request was a prefetch or prerender: the page was fetched and perhaps run, and
    /// nobody had asked for it yet.
    pub const fn is_speculative(&self) -> bool {
        self.is_speculative
    }

    /// The data that the layers used.
    pub fn data(&self) -> &[DataSource] {
        &self.data
    }

    /// When it was judged: the `now` that the caller gave.
    pub const fn judged_at(&self) -> Timestamp {
        self.judged_at
    }
}

/// One table that a layer used.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DataSource {
    /// The layer that used it.
    pub layer: Layer,
    /// Its name, such as `aws`.
    pub name: Box<str>,
    /// Its own version, if it has one.
    pub version: Option<Box<str>>,
    /// When it was made, if it says so.
    pub made: Option<Timestamp>,
}

impl DataSource {
    /// A table named `name`.
    pub fn new(layer: Layer, name: &str) -> Self {
        Self { layer, name: name.into(), version: None, made: None }
    }

    /// Its age in seconds; 0 if it was made after `now`, `None` if nobody said when.
    pub fn age_secs(&self, now: Timestamp) -> Option<u64> {
        let made = self.made?;
        Some(u64::try_from(now.unix_secs().saturating_sub(made.unix_secs())).unwrap_or(0))
    }
}
