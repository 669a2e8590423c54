//! IAB Global Privacy Platform (GPP) strings and US Privacy strings, read and written.
//!
//! ```
//! use predispatch_gpp::{Choice, Gpp, SectionId};
//!
//! // California and the national section; only California's is in force for this event.
//! let gpp = Gpp::parse("DBABrw~CSYoghJgYUVE.YA~BFEmUlCA.YA")?;
//! assert!(gpp.section_ids().eq([SectionId::US_NAT, SectionId::US_CA]));
//!
//! let answer = gpp.us_answer(|id| id == SectionId::US_CA).unwrap();
//! assert_eq!(answer.sharing, Choice::Refused);
//! assert_eq!(answer.gpc, predispatch_gpp::Gpc::On);
//! # Ok::<(), predispatch_gpp::GppError>(())
//! ```
//!
//! A GPP string is a header and sections, joined by `~`. The header lists section ids; each section
//! is a text of its own, with segments joined by dots: a core and, in some, sub-sections such as
//! the one with the Global Privacy Control bit. Which sections are in force for an event is told
//! beside the string, by `gpp_sid`.
//!
//! - [`Gpp`] reads the header and borrows the text. Sections are read when they are asked for: a
//!   bad one spoils only itself, and an unknown one is passed on as text.
//! - [`UsSection`] reads the national section in both versions, the states' sections, and the
//!   second form that the specification gives to those of Maryland, Indiana, Kentucky and Rhode
//!   Island. [`UsAnswer`] says the same in one set of words for all of them.
//! - [`TcfCaV1`] reads the Canadian section in both encodings that it has had.
//! - [`UsPrivacy`] reads `us_privacy`, alone or as section 6.
//! - Section 2 is a TC string: [`Section::TcfEuV2`] hands its text on.
//! - [`GppWriter`], [`UsSection::to_text`] and [`TcfCaV1Values`] write, for CMPs and for tests.
//!
//! # Strictness
//!
//! A value, version or segment that no specification defines is an error with its place, never a
//! guess; the official library reads several of them as "not applicable". Padding by any number of
//! zero bits is legal, because writers disagree about it. What this crate does otherwise than the
//! official library, and why, is listed under
//! [`docs/sources/gpp.md#deviations`](https://github.com/predispatch/predispatch/blob/main/docs/sources/gpp.md#deviations).
//!
//! # Limits
//!
//! A string has at most [`Gpp::MAX_LEN`] bytes and [`Gpp::MAX_SECTIONS`] sections, a section at most
//! [`MAX_SEGMENTS`] segments. Reading is linear in the text and allocates nothing. Lists of vendors
//! are views: a short text may name 65,535 of them, and iterating is then the caller's cost.
//!
//! # Features
//!
//! `serde` (off): `Serialize` for [`UsSection`], [`UsPrivacy`] and [`TcfCaV1`], with the names of
//! the specification, as the official library gives them.
//!
//! # What it does not do
//!
//! It decides nothing: which opt-out counts where is policy. It does not read the European
//! section, nor ids 1, 3 and 4, which are dead or unused.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod answer;
mod bit_writer;
mod bits;
mod canada;
mod error;
mod fibonacci;
mod gpp;
mod header;
mod section_id;
mod sections;
#[cfg(feature = "serde")]
mod serialize;
mod us_privacy;
mod write;

pub use answer::{Choice, Gpc, Mode, Notice, Notices, SensitiveChoices, UsAnswer};
pub use canada::{
    CaChoice, PublisherPurposes, Restriction, RestrictionType, TcfCaV1, TcfCaV1Values,
    TcfCaV1WriteError, VendorCoding, VendorList,
};
pub use error::{Fault, SectionError};
pub use gpp::{Gpp, Section, SectionText};
pub use header::GppError;
pub use section_id::SectionId;
pub use sections::{
    ChildAges, ChildGroup, ChildUse, Field, Form, SensitiveCategory, UsSection, UsWriteError,
};
pub use us_privacy::{UsPrivacy, UsPrivacyError, UspAnswer};
pub use write::{GppWriteError, GppWriter};

/// The most segments that a section may have. No section defines more than three.
pub const MAX_SEGMENTS: usize = 16;
