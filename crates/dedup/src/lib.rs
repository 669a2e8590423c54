//! Was this event seen before? An event leaves once, and everybody can see why the rest did not.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod claim;
mod destination;
mod key;
mod receipt;
pub mod rules;
pub mod store;
mod verdict;
mod windows;

pub use claim::{Claim, Source};
pub use destination::{Destination, Destinations, UnknownDestination};
pub use key::{Fact, FactKey, Key, KeyMaker, Tags};
pub use receipt::{Receipt, SettleError};
pub use store::Store;
pub use verdict::{Differs, Outcome, Unknown, Verdict};
pub use windows::{Window, Windows};
