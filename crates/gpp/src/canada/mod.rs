//! Section 5, `tcfcav1`: the Canadian TCF.
//!
//! "Express" consent takes the place that consent has in Europe, "implied" that of legitimate
//! interest: an objection clears it. Source: `docs/sources/gpp.md#canada`.

mod coding;
mod fields;
mod restrictions;
mod tcf_ca_v1;
mod vendor_list;
mod write;

pub use restrictions::{Restriction, RestrictionType};
pub use tcf_ca_v1::{CaChoice, PublisherPurposes, TcfCaV1};
pub use vendor_list::{VendorCoding, VendorList};
pub use write::{TcfCaV1Values, TcfCaV1WriteError};
