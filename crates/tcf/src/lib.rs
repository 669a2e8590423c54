//! TC strings of IAB Europe's Transparency & Consent Framework.
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
