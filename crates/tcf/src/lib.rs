//! TC strings of IAB Europe's Transparency & Consent Framework: read, written, and judged.
//!
//! ```
//! use predispatch_tcf::{GlobalVendorList, Purpose, TcString, VendorId};
//!
//! // What came with the event, and the list that the service loaded when it started.
//! let text = "CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.IABM";
//! let list = GlobalVendorList::from_json(br#"{
//!     "gvlSpecificationVersion": 3, "vendorListVersion": 120,
//!     "vendors": {"2": {"id": 2, "purposes": [1, 3, 4], "legIntPurposes": [7]}}
//! }"#)?;
//!
//! let tc = TcString::parse(text)?;
//! let vendor = VendorId::new(2).expect("not 0");
//! let judgement = list.judge(&tc, vendor, "2025-06-01T12:00:00Z".parse()?);
//! assert!(judgement.purpose(Purpose::STORE_AND_ACCESS).is_consent());
//! assert_eq!(judgement.purpose(Purpose::MEASURE_ADS).to_string(), "legitimate_interest");
//! assert_eq!(judgement.purpose(Purpose::MEASURE_CONTENT).to_string(), "denied:not_declared");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is here
//!
//! - [`TcString`]: version 2, policies 2.0 to 2.4, all segments in any order after the core. A view
//!   of the text that allocates nothing: a base64url character is six bits, so the text is the bit
//!   buffer. [`TcString::parse`] is strict; [`TcString::parse_lenient`] lives with faults that can
//!   only take a yes away, and lists them. [`TcStringBuf`] owns its text.
//! - [`TcStringBuilder`]: writes today's form, each list in its smaller encoding.
//! - [`GlobalVendorList`] and [`Judge`]: may this vendor do that, at that time? A [`Verdict`] is a
//!   [`Basis`] or a typed [`Refusal`]. Without a list, give a [`VendorDeclaration`].
//! - [`AdditionalConsent`]: Google's string for vendors that are not on the list.
//!
//! # Words of the field
//!
//! A *CMP* asks the user and writes the string. *Vendors* are numbered on the *Global Vendor List*
//! (GVL), where each declares for every *purpose* whether it relies on *consent* or on *legitimate
//! interest*; where that is *flexible*, a *publisher restriction* may change it. *Disclosed* vendors
//! are those that the user was shown.
//!
//! # Limits
//!
//! [`TcString::MAX_LEN`], [`TcString::MAX_SEGMENTS`], [`AdditionalConsent::MAX_LEN`],
//! [`GlobalVendorList::MAX_LEN`]. Reading costs the length of the text, and so does a question about
//! one vendor, whatever ranges stand in it; lists of ids are made only when they are iterated.
//!
//! # What is not here
//!
//! Version 1 strings are refused. Nothing is fetched and no clock is asked: lists and time are
//! arguments. Whether the GDPR applies, and which recipient needs which purposes, is the caller's
//! question. A string says what a CMP recorded, not that the recording was lawful.
//!
//! # Features
//!
//! `serde`: `Serialize` for [`TcString`] and its parts, in the shape of the test vectors, and for
//! [`Verdict`]. Off by default; it changes nothing else.
//!
//! Where each rule comes from:
//! [`docs/sources/tcf.md`](https://github.com/predispatch/predispatch/blob/main/docs/sources/tcf.md).
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

extern crate alloc;

mod additional_consent;
mod bit_writer;
mod bits;
mod cmp_list;
mod core_segment;
mod declaration;
mod error;
mod faults;
mod gvl;
mod ids;
mod json;
mod judge;
mod judgement;
mod letters;
mod publisher;
mod ranges;
mod restrictions;
mod segments;
#[cfg(feature = "serde")]
mod serialize;
mod tc_string;
mod vendor_set;
mod vendors;
mod verdict;
mod write;

pub use additional_consent::{AdditionalConsent, AdditionalConsentError, AtpStatus};
pub use cmp_list::{CmpList, CmpListError, ListedCmp};
pub use declaration::VendorDeclaration;
pub use error::{Field, Part, Place, ReadError, Segment};
pub use gvl::{GlobalVendorList, GvlError, GvlFault, GvlFaultKind, ListedVendor};
pub use ids::{
    Feature, IdSet, Purpose, PurposeSet, SmallId, SpecialFeature, SpecialFeatureSet,
    SpecialPurpose, VendorId,
};
pub use judge::Judge;
pub use judgement::Judgement;
pub use letters::LetterPair;
pub use publisher::PublisherTc;
pub use ranges::VendorRange;
pub use restrictions::{
    MergedRestriction, PublisherRestriction, PublisherRestrictions, RestrictionType, Restrictions,
};
pub use tc_string::{TcString, TcStringBuf, Tolerated, VendorSignals};
pub use vendor_set::VendorSet;
pub use vendors::{VendorIds, VendorList, VendorRanges};
pub use verdict::{Basis, Refusal, StringRefusal, StringRefusals, Verdict};
pub use write::{PublisherTcBuilder, TcStringBuilder, WriteError};
