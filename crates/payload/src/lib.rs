//! What each ad platform should receive: an event and a permit go in, a typed body comes out, or the
//! reason why the platform must not get the event.
//!
//! ```
//! use predispatch_consent::{Attestation, Flags, Permit};
//! use predispatch_event::{Event, EventName, StandardEvent};
//! use predispatch_payload::{Account, build, event_key, meta};
//! use predispatch_types::{Platform, Timestamp};
//!
//! let now = Timestamp::from_unix_secs(1_795_197_791);
//! let event = Event::new(EventName::from(StandardEvent::Purchase), now);
//! let account = Account::new(meta::Dataset::new("1234567890")?);
//! // A decision makes the permit; here somebody answers for it.
//! let basis = Attestation::new("documentation example")?;
//! let to = Platform::Meta.into();
//! let permit = Permit::attested(basis, to, event_key(&event), Flags::new(), now..=now);
//!
//! let rejected = build(&event, &permit, &account, now).unwrap_err();
//! assert_eq!(rejected.reason.code(), "required_field_missing");
//! assert_eq!(rejected.reason.to_string(), "event_source_url is required");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Words
//!
//! - [`Account`]: the place at a platform that takes events, with its own event names and test mode.
//! - [`Prepared`]: an event on its way to several destinations; each distinct normal form of an
//!   identifier is hashed once.
//! - [`Body`]: one event in a platform's own shape. It can't be made without a
//!   [`Permit`](predispatch_consent::Permit) for this event and destination.
//! - [`Rejected`]: why a platform must not get an event, and what it would have answered.
//! - [`Payload`], [`Batch`], [`Envelope`]: requests of several events.
//! - [`Answer`]: what the platform's answer means for each of them.
//! - [`Rules`]: what a platform documents, as dated data.
//!
//! # Laws
//!
//! A body has no null, no empty text, list or object, and no key that the platform does not know;
//! its keys have one order, its amounts the digits that they came with. Whatever of the event it does
//! not carry is named by an [`Issue`](predispatch_types::Issue). Same input, same bytes. In clear goes
//! what `plain_fields.toml` lists, and nothing else.
//!
//! # To add a platform
//!
//! Copy the module of the platform that is most alike, and read it top down: its table of contents is
//! the module's documentation. Then
//!
//! 1. `RULES`: names, windows, limits, versions and errors, from its pages; a rule without a page is
//!    marked **Ours**. The pages go to
//!    [`docs/sources/payload.md`](https://github.com/predispatch/predispatch/blob/main/docs/sources/payload.md).
//! 2. The account's type with `from_keys`; new keys in [`AccountKeys`].
//! 3. The event's type: an `enum` where the platform demands one thing here and another there, so that
//!    what it refuses can't be held. `build` takes what it needs from `Facts` (whatever it never asks
//!    for is reported on its own); `write` is the list of keys; `envelope` is all that stands outside
//!    the event, including what only some events may share.
//! 4. `read_answer`.
//! 5. One line in each `match`: in [`Target`] and `WireBody`, where the compiler asks, and in
//!    [`Account::from_keys`], [`Rules::of`] and [`Answer::read`], where the runners of the next step do.
//! 6. Data: `tests/data/NAME/cases.jsonl` (at least 40), `schema.json` written from the documents,
//!    `events.jsonl`'s bodies in `snapshots/`, answers in `answers.jsonl`, the plain fields in
//!    `plain_fields.toml`, and the name in `tests/it/platforms.rs`. The runners are shared.
//!
//! # What it does not do
//!
//! It sends nothing, holds no token, decides nothing about consent, and asks no clock.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod account;
pub mod amazon;
mod answer;
mod batch;
mod build;
mod envelope;
mod facts;
mod field;
pub mod google;
mod identity;
mod json;
pub mod linkedin;
pub mod meta;
pub mod microsoft;
mod numeral;
pub mod pinterest;
mod present;
pub mod quality;
pub mod reddit;
mod rejection;
mod rules;
pub mod snapchat;
pub mod tiktok;
pub mod x;

pub use account::{Account, AccountError, AccountKeys, Mode, Target};
pub use answer::{Answer, Response, Why};
pub use batch::{Batch, Next, Payload, Refusal, TooEarly};
pub use build::{Body, Built, Prepared, build, event_key};
pub use envelope::Envelope;
pub use rejection::{Rejected, Rejection};
pub use rules::{ApiVersion, BatchLimits, Errors, Name, Rules, TestMark, Window};
