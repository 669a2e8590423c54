//! The layer before your conversion APIs.
//!
//! For each event and each destination a [`Pipeline`] decides whether the event may leave, and builds
//! exactly what leaves: consent, bots, deduplication, normalising and hashing, payloads.
//!
//! ```
//! # #[cfg(not(feature = "bundled"))]
//! # fn main() {}
//! # #[cfg(feature = "bundled")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use predispatch::{
//!     Fate, Pipeline,
//!     dedup::store::memory::{MemoryOptions, MemoryStore},
//!     event::{Event, EventName, StandardEvent},
//!     payload::{Account, meta},
//!     types::{EventId, Platform},
//! };
//!
//! let pipeline = Pipeline::builder()
//!     .destination(Account::new(meta::Dataset::new("1234567890")?))
//!     .dedup_key([7; 16])
//!     .build()?;
//! let store = MemoryStore::new(&MemoryOptions::default());
//!
//! // Nobody asked this person for consent, and nobody says where the person is.
//! let now = "2026-11-20T18:03:11Z".parse()?;
//! let event = Event::new(EventName::from(StandardEvent::Purchase), now);
//! let outcome = pipeline.process(&event, &store, now);
//!
//! let meta = outcome.at(Platform::Meta).expect("it is configured");
//! assert_eq!(meta.fate, Fate::Denied);
//! assert!(meta.payload.is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # The way of an event
//!
//! 1. consent, for each destination;
//! 2. the sender, once;
//! 3. one claim in a store, for all destinations that are left;
//! 4. identifiers, each distinct form hashed once;
//! 5. payloads.
//!
//! A cheap refusal comes before costly work: an event that goes nowhere is neither claimed nor
//! hashed. For every destination there is exactly one [`Fate`] and at least one reason.
//!
//! [`Pipeline::process`] does it in one call with any [`Store`](dedup::Store).
//! [`Pipeline::prepare`] and [`Prepared::finish`] are the same without input or output, for
//! asynchronous programs; an example is there.
//!
//! An event may wait, for the person's answer or in a queue of yours, and what the person says meanwhile
//! counts. [`Pipeline::recheck`] is the second look, from consent to the payload once more; it needs a
//! record of the first ([`PipelineBuilder::record_key`]). [`Pipeline::retry`] is for what another
//! sender's claim or the store held up.
//!
//! # Crates
//!
//! Each step is a crate of its own, usable alone, and a module here: [`types`], [`pii`], [`tcf`],
//! [`gpp`], [`consent`], [`bot`], [`dedup`], [`event`], [`payload`].
//!
//! # Features
//!
//! | feature | what it adds | what it costs |
//! |---|---|---|
//! | `bundled` (default) | data for judging senders, so that the first run is useful; without it [`PipelineBuilder::bot_data`] or `[bot_data]` must give some | 3 MB in the binary |
//! | `durable` | a store of claims that outlives the process | the crate `redb`, Rust 1.90 |
//! | `redis` | a store of claims that many processes share | the crate `redis` |
//! | `csv` | events from CSV files, among them Meta's and Google's templates | the crates `csv` and `chrono-tz` |
//! | `families` | browser, system and device families of user agents | the crate `ua-parser`, 22 MB of memory once used |
//!
//! There is none for each platform: each is some hundreds of lines without data or dependencies of its
//! own, a configuration file chooses among them at run time, and 2<sup>10</sup> builds could not be
//! tested. There is none for each leaf, because an event goes through all of them; who needs a single
//! step uses its crate alone.
//!
//! # Licence
//!
//! The code: MIT or Apache-2.0, as you like. The data of `bundled` have licences of their own, among them
//! CC BY 4.0: a program that is passed on with them carries the credits and notices of
//! `bot::BUNDLED_NOTICE`; those of the tables of countries and currencies are [`types::TABLES_NOTICE`].
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

pub use predispatch_bot as bot;
pub use predispatch_consent as consent;
pub use predispatch_dedup as dedup;
pub use predispatch_event as event;
pub use predispatch_gpp as gpp;
pub use predispatch_payload as payload;
pub use predispatch_pii as pii;
pub use predispatch_tcf as tcf;
pub use predispatch_types as types;

pub mod config;
mod counters;
mod explain;
mod fate;
mod finish;
mod json;
mod outcome;
mod pipeline;
mod prepare;
mod secret;
mod sender;
mod settings;

pub use config::{Config, ConfigError};
pub use counters::Counters;
pub use explain::explain;
pub use fate::Fate;
pub use outcome::{AtDestination, Outcome};
pub use pipeline::{Pipeline, RecheckError, Snapshot};
pub use prepare::Prepared;
pub use secret::{Secret, SecretError, SecretSource};
pub use settings::{BrowserTag, OnUnknown, PaidOrders, PipelineBuilder, SettingsError};
