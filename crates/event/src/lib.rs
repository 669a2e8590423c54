//! The canonical conversion event: what a shop, a customer-data platform or an edge collector reports
//! once, and every platform's payload is made of.
//!
//! An [`Event`] holds its personal identifiers as the types of `predispatch-pii`, so they can be
//! hashed and not printed. What could not be used is left out and reported as an
//! [`Issue`](predispatch_types::Issue); one bad field kills no event.
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
