//! The canonical conversion event: what a shop, a customer-data platform or an edge collector reports
//! once, and every platform's payload is made of.
//!
//! Read from JSON, where one bad field kills no event:
//!
//! ```
//! use predispatch_event::{Event, ReadOptions};
//!
//! let json = br#"{"event_name": "lead", "event_time": "2026-11-20T18:03:11Z",
//!     "user": {"email": "ada@example.com", "phone": "020 7946 0958"}}"#;
//! let event = Event::from_json(json, &ReadOptions::new())?;
//! // Whose country's number that is, nobody said, and it is not guessed: it is left out.
//! assert_eq!(event.user().email.len(), 1);
//! assert!(event.user().phone.is_empty());
//! assert_eq!(event.issues()[0].to_string(), "user.phone dropped in ingest: phone_no_country");
//! # Ok::<(), predispatch_event::EventError>(())
//! ```
//!
//! or made in Rust, part by part:
//!
//! ```
//! use predispatch_event::{CustomData, Event, EventName, StandardEvent, User};
//! use predispatch_pii::Email;
//! use predispatch_types::{Currency, EventId, Money, Timestamp};
//!
//! let mut user = User::default();
//! user.email = Email::parse("ada@example.com")?.into();
//! let mut bought = CustomData::default();
//! bought.value = Some(Money::parse("129.90", Currency::EUR)?);
//!
//! let time = Timestamp::from_unix_secs(1_795_197_791);
//! let event = Event::new(EventName::from(StandardEvent::Purchase), time)
//!     .with_id(EventId::new("ord-88213")?)
//!     .with_user(user)
//!     .with_custom_data(bought)?;
//! assert_eq!(event.custom_data().currency, Some(Currency::EUR));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Words
//!
//! - [`Event`]: one action of one person, as one side (the browser or the server) reports it. Its personal
//!   identifiers are the types of `predispatch-pii`: they can be hashed and not printed. Written it is
//!   only by [`Event::write_json`], which asks what may be disclosed ([`Disclose`]).
//! - [`EventName`]: one of [`StandardEvent`], or a name of the sender's own.
//! - [`Issue`](predispatch_types::Issue): why a field was left out, or is not what it was. An
//!   [`EventError`] is why there is no event: it is not JSON, has no name or time, or can't be read in a
//!   field that restricts what may be done with it (`consent`, `person`, `destinations`, amounts).
//! - [`ClickIds`], [`BrowserIds`]: what platforms put into an address and into cookies; found there too.
//! - [`Client`]: the sender's address, user agent and headers; [`TrustedProxies`] finds the address behind
//!   one's own proxies.
//!
//! # Strict and lenient
//!
//! A key that is not in the schema is an error: most likely it is misspelt, and its value would be lost.
//! [`ReadOptions::lenient`] keeps such keys aside as [`Event::unknown`], but for those that nearly are a
//! restriction. [`json_schema`] is the schema; every field with its meaning:
//! [`docs/event.md`](https://github.com/predispatch/predispatch/blob/main/docs/event.md).
//!
//! # Limits
//!
//! An event in JSON has at most 64 KiB and 16 levels; 20 values a field, 500 items, 100 properties of the
//! sender's own, 100 headers; 100 unknown keys are named. Reading costs the length of the text. Nothing
//! here asks a clock, opens a file or logs.
//!
//! # Features
//!
//! `csv` (off): events from rows of CSV files (`csv_events`, `ColumnMap`), among them Meta's and Google's
//! templates for uploads. Brings the crate `csv` and the time zones of `chrono-tz`.
//!
//! # What it does not do
//!
//! It decides nothing: whether an event may be sent, and whether a person sent it, is for
//! `predispatch-consent` and `predispatch-bot`, whose types of input it fills; these two crates come
//! along.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod app;
mod browser_ids;
mod builder;
mod capture;
mod click_ids;
mod client_ip;
#[cfg(feature = "csv")]
mod csv;
mod custom_data;
mod customer;
mod destinations;
mod error;
mod event;
mod fbc;
mod item;
mod json;
mod list;
mod name;
mod opaque_id;
mod original_event;
mod page_url;
mod read;
mod scalar;
mod schema;
mod source;
mod split;
mod sub_domain;
mod text;
mod unknown;
mod user;
mod write;

pub use app::App;
pub use browser_ids::BrowserIds;
pub use builder::CustomDataError;
pub use click_ids::ClickIds;
pub use client_ip::{ClientIpError, ForwardingHeader, NotANetwork, TrustedProxies, read_address};
#[cfg(feature = "csv")]
pub use csv::{ColumnMap, CsvError, CsvRowError, CsvRowErrorKind, csv_events};
pub use custom_data::CustomData;
pub use customer::Customer;
pub use destinations::Destinations;
pub use error::{EventError, EventErrorKind, Pointer};
pub use event::Event;
pub use fbc::{FbError, Fbc, Fbp};
pub use item::Item;
pub use list::List;
pub use name::{EventName, EventNameError, StandardEvent};
pub use opaque_id::{OpaqueId, OpaqueIdError};
pub use original_event::OriginalEvent;
pub use page_url::PageUrl;
pub use predispatch_bot::client::Client;
pub use predispatch_consent::ActionSource;
pub use read::ReadOptions;
pub use scalar::Scalar;
pub use schema::json_schema;
pub use source::Source;
pub use text::{PersonalText, PersonalTextError, Text, TextError};
pub use unknown::Unknown;
pub use user::User;
pub use write::Disclose;
