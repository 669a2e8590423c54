//! Is this a person?
//!
//! One layer for each kind of evidence, each usable alone; [`verdict`] joins them.
//!
//! - [`ip`]: what kind of network an address belongs to.
//! - [`ua`]: what a user agent says, and whether that can be true.
//! - [`headers`]: whether a request's headers fit its user agent.
//! - [`device`]: what a script in the page measured.
//! - [`email`]: disposable, relay and role addresses.
//! - [`client`]: what an event tells about its sender, the input of the whole.
//! - [`verdict`]: one class and score with every reason, and the policy on top.
//!
//! # Limits
//!
//! Each reader of foreign bytes names its own. Nothing here asks a clock, opens a file or logs.
//!
//! # Features
//!
//! `bundled` (default): the data of `data/`, so that the first run is useful; `data/NOTICE` says
//! whose it is and how old.
//!
//! Where each rule comes from: `docs/sources/bot.md` in the repository.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

extern crate alloc;

pub mod client;
pub mod device;
pub mod email;
pub mod headers;
pub mod ip;
mod reason;
pub mod ua;
pub mod verdict;

pub use reason::{Layer, Reason, Strength};
