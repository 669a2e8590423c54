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
//! ```
//! # #[cfg(feature = "bundled")] {
//! use predispatch_bot::client::Client;
//! use predispatch_bot::verdict::{Action, Class, Data, Identity, Policy, Subject, judge};
//! use predispatch_types::Platform;
//!
//! // Both once; the tables and the policy are shared by all events.
//! let data = Data::bundled();
//! let policy = Policy::default();
//! let now = "2026-11-23T12:00:00Z".parse()?;
//!
//! let mut client = Client::new();
//! client.set_ip("66.249.66.1".parse()?);
//! client.set_user_agent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")?;
//! let verdict = judge(&client, &data, now);
//! assert_eq!(verdict.class(), Class::Crawler(Identity::Verified));
//! let codes: Vec<_> = verdict.reasons().iter().map(|reason| reason.code).collect();
//! assert_eq!(codes, ["ua_bot", "ip_crawler"]);
//!
//! let event = Subject::new("page_view", Platform::Meta);
//! assert_eq!(policy.decide(Some(&verdict), &event).action, Action::Drop);
//!
//! // A browser from a data centre is marked, not dropped: companies send their people through there.
//! let mut client = Client::new();
//! client.set_ip("52.95.110.1".parse()?);
//! let verdict = judge(&client, &data, now);
//! assert_eq!((verdict.class(), verdict.reasons()[0].code), (Class::Suspect, "ip_datacenter"));
//! assert_eq!(policy.decide(Some(&verdict), &event).action, Action::Mark);
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//!
//! Each reader of foreign bytes names its own. Nothing here asks a clock, opens a file or logs.
//!
//! Where each rule comes from:
//! [`docs/sources/bot.md`](https://github.com/predispatch/predispatch/blob/main/docs/sources/bot.md).
//!
//! # Features
//!
//! | feature | what it adds | what it costs |
//! |---|---|---|
//! | `bundled` (default) | networks, user agents and mail domains of November 2026, so that the first run is useful | 3 MB in the binary, and a notice to pass on (`BUNDLED_NOTICE`) |
//! | `families` (default) | browser, system and device by name: `ua::UapFamilies`; no verdict needs them | the crate `ua-parser`; 22 MB once built, some 10 µs a user agent |
//! | `families-uaparser` | the same by the crate `uaparser`, for those who use it already | some 50 times slower |
//! | `serde` | device signals from the collector's JSON; verdicts and policies written and read | nothing: feeds are read with serde anyway |
//!
//! # Licence
//!
//! The code: MIT or Apache-2.0, as you like. The bundled data have licences of their own (MIT, CC0,
//! CC BY 4.0; Apache-2.0 for families): a program that is passed on with them carries the credits
//! and notices of `BUNDLED_NOTICE`, which is `data/NOTICE`.
#![cfg_attr(docsrs, feature(doc_cfg))]
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
mod words;

pub use reason::{Layer, Reason, Strength};

/// Whose the bundled data are, under which licences, how old and of which checksums; with the credits and
/// notices that a program carries when it is passed on with them.
#[cfg(feature = "bundled")]
pub const BUNDLED_NOTICE: &str = include_str!("../data/NOTICE");

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = {
    holds_no_input::<(client::ClientError, client::UnknownRequestKind)>();
    holds_no_input::<(email::EmailError, email::LoadError)>();
    holds_no_input::<(ip::LoadError, ip::RowFault, ip::TableError)>();
    holds_no_input::<(ua::FamilyError, ua::UaDataError)>();
    #[cfg(feature = "serde")]
    holds_no_input::<device::SignalsError>();
};
