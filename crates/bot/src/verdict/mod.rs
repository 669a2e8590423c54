//! One class and score, with every reason; and the policy on top.

mod cause;
mod class;
mod data;
mod judge;
mod network;
mod operator;
mod policy;
mod record;
mod score;
#[cfg(feature = "serde")]
mod serialize;
mod tally;

pub use self::class::{Class, Identity};
pub use self::data::{Data, Stale};
pub use self::judge::{judge, judge_with};
pub use self::policy::{Action, Actions, Override, Policy, Ruling, Subject};
pub use self::record::{DataSource, Verdict};
pub use self::score::{AUTOMATION, MAX, SUSPECT, score, weight};
pub use self::tally::{InvalidTraffic, Tally};
