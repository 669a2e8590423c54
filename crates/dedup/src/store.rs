//! Where claims are kept.

#[cfg(feature = "durable")]
pub mod durable;
mod group;
pub mod memory;
#[cfg(feature = "redis")]
pub mod redis;

pub use group::{Group, GroupBytes, GroupError, decode, encode};
use predispatch_types::Timestamp;

use crate::{Claim, Outcome, Receipt, SettleError};

/// A store of claims. Everything is in batches, so that one may be a round trip or a group commit.
///
/// A claim is made in two phases: [`reserve`](Self::reserve) grants, and after the platform has
/// answered [`commit`](Self::commit) makes it final or [`release`](Self::release) gives it back. A
/// grant that is not settled in [`Windows::hold_secs`](crate::Windows::hold_secs) is anybody's again.
///
/// What each claim gets is decided by [`rules`](crate::rules) alone, so that every store gives the
/// same answers. `now` is the caller's clock; a store never asks one for what it decides. Of claims in
/// one batch the earlier is seen by the later.
///
/// It can be made into an object, and its arguments own nothing that borrows: an asynchronous caller
/// moves a batch to a blocking task.
pub trait Store: Send + Sync {
    /// Claims each event; appends one outcome for each claim to `outcomes`, in order.
    ///
    /// A store that can't be reached gives [`Unknown::Unreachable`](crate::Unknown::Unreachable); it
    /// never gives `First` for what it has not written down.
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Outcome>);

    /// Makes grants final: the events were sent. One result for each receipt, in order.
    fn commit(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>>;

    /// Gives grants back: the events were not sent, and may be claimed again at once. One result for
    /// each receipt, in order.
    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>>;

    /// As [`reserve_into`](Self::reserve_into), into a new list.
    fn reserve(&self, claims: &[Claim], now: Timestamp) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(claims.len());
        self.reserve_into(claims, now, &mut outcomes);
        outcomes
    }
}
