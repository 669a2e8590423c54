//! Was this event seen before? An event leaves once, and everybody can see why the rest did not.
//!
//! An event is claimed for all its destinations at once; what was granted is sent, and then committed,
//! or released if it could not be sent.
//!
//! ```
//! use predispatch_dedup::{
//!     Claim, Destination, Fact, KeyMaker, Source, Store, Verdict,
//!     store::memory::{MemoryOptions, MemoryStore},
//! };
//! use predispatch_types::{EventId, Timestamp};
//!
//! let store = MemoryStore::new(&MemoryOptions::default());
//! let keys = KeyMaker::new([7; 16]);
//! let now: Timestamp = "2026-11-20T18:03:11Z".parse()?;
//! let claim = |id: &str, source| {
//!     let key = keys.event("shop", &EventId::new(id)?, "purchase");
//!     let order = keys.fact("shop", "purchase", Fact::Order("A-1009"));
//!     Ok::<_, Box<dyn std::error::Error>>(
//!         Claim::new(key, Destination::META.into(), source, now).with_fact(order),
//!     )
//! };
//!
//! // The Pixel reports a purchase, and five seconds later the server wants to send it.
//! store.reserve(&[claim("e-1", Source::Browser)?], now);
//! let later = now.plus_secs(5);
//! let outcome = store.reserve(&[claim("e-1", Source::Server)?], later).remove(0);
//! let verdict = outcome.verdict(Destination::META).expect("it was claimed for it");
//! assert!(matches!(verdict, Verdict::Paired { .. }));
//! // … it is sent, and Meta takes it …
//! let receipt = outcome.into_receipt().expect("it was granted");
//! assert_eq!(store.commit(&[receipt], later), [Ok(())]);
//!
//! // A retry, and the same order under a new id.
//! for (id, expected) in [("e-1", "duplicate"), ("e-2", "rotated")] {
//!     let outcome = store.reserve(&[claim(id, Source::Server)?], later).remove(0);
//!     let verdict = outcome.verdict(Destination::META).expect("it was claimed for it");
//!     assert_eq!(verdict.as_str(), expected);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`KeyMaker`] turns ids into keyed 128-bit hashes; [`EventIdKey`] makes one id for browser and
//!   server from the same facts, its browser twin is `crates/dedup/web/event_id.js`.
//! - [`Claim`], [`Outcome`], [`Verdict`], [`Receipt`]: what goes into a store and comes out.
//! - [`Store`]: where claims are kept; [`store::memory`] for one process.
//! - [`Windows`]: how long each platform pairs halves, and how long ids are remembered.
//! - [`Health`]: whether halves meet; [`reconcile`]: why they did not, from two logs.
//!
//! # Words
//!
//! A *half* is one side's report of an action: the browser's or the server's. A *fact* is an order or
//! lead, by which an action is known again when its id has changed. The *data set* in a key is a pixel,
//! or the caller's name for the pixels that one id is sent to.
//!
//! # Features
//!
//! `durable` and `redis`: stores that outlive a process, and that many processes share.
//!
//! # Limits
//!
//! Time is an argument; nothing here asks a clock or logs. At most eight events are kept under one id.
//! Offline events of a platform that pairs them only with each other (Meta's `physical_store`) need a
//! data set of their own, and [`Windows::with_physical_store`]. A clock that ran far ahead leaves a store
//! that knows nothing of before: until that moment it answers [`Unknown::TooOld`], never `First`.
//!
//! The rules with their sources:
//! [`docs/sources/dedup.md`](https://github.com/predispatch/predispatch/blob/main/docs/sources/dedup.md).
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod claim;
mod destination;
mod health;
mod key;
mod receipt;
pub mod reconcile;
pub mod rules;
pub mod store;
mod verdict;
mod windows;

pub use claim::{Claim, Source};
pub use destination::{Destination, Destinations, UnknownDestination};
pub use health::{Health, NameHealth};
pub use key::{Fact, FactKey, Key, KeyMaker, Subject, Tags};
pub use predispatch_types::{EventIdFacts, EventIdKey};
pub use receipt::{Receipt, SettleError};
pub use store::Store;
pub use verdict::{Differs, Outcome, Unknown, Verdict};
pub use windows::{Window, Windows};
