//! Who may receive an event, by which law, and with which flags.
//!
//! Consent signals, the person, the event and a policy go in; one [`Decision`] per destination comes
//! out: [`Allow`](Outcome::Allow), [`Limited`](Outcome::Limited), [`Hold`](Outcome::Hold) or
//! [`Deny`](Outcome::Deny), with every reason as a stable code. It fails closed: where a yes is
//! needed and none can be read, nothing is sent, and what can't be read is never taken for silence.
//!
//! ```
//! use predispatch_consent::{
//!     Case, EventFacts, EventKey, Given, LimitedUse, Outcome, Person, Place, Policy, Signals,
//! };
//! use predispatch_types::{EventId, Platform};
//!
//! let policy = Policy::bundled();
//! let time = "2026-11-20T18:03:11Z".parse()?;
//! let key = EventKey::of_id("purchase", &EventId::new("ord-1009")?);
//! let mut event = EventFacts::new(key, "purchase", time);
//! event.place.explicit = Place::parse("US", Some("CA"));
//!
//! // A browser in California that sends Global Privacy Control.
//! let mut signals = Signals::default();
//! signals.observe_gpc(["1"]);
//!
//! let case = Case::new(&signals, &Person::default(), &event, &policy, time);
//! let meta = case.decide(Platform::Meta.into());
//! assert_eq!(meta.outcome(), Outcome::Limited);
//! let limited = LimitedUse::Meta { country: 1, state: 1000 };
//! assert_eq!(meta.flags().limited_use, Some(limited));
//!
//! // LinkedIn has no such flag, so it gets nothing.
//! let linkedin = case.decide(Platform::LinkedIn.into());
//! assert_eq!(linkedin.outcome(), Outcome::Deny);
//! assert!(linkedin.into_permit().is_none());
//!
//! // The permit is what a payload builder asks; it is good for this event and destination only.
//! let permit = meta.into_permit().expect("limited events may go");
//! assert!(permit.authorise(Platform::Meta.into(), key, time).is_ok());
//! assert!(permit.authorise(Platform::X.into(), key, time).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Signals`]: what was said about consent, each absent, unreadable or a value ([`Given`]).
//! - [`Policy`]: the tables, a data file with version and date, over which a site lays its own.
//! - [`decide`] for one destination, [`Case`] for several of one event.
//! - [`Permit`]: what a payload builder must be shown.
//! - [`Record`] for the audit log, and [`redecide`] for the second look before sending: the stricter
//!   of what was decided at the event and what holds now.
//!
//! The rules, each with its source and date:
//! [`docs/sources/consent.md`](https://github.com/predispatch/predispatch/blob/main/docs/sources/consent.md).
//! They are a rule set to be reviewed by counsel, not legal advice.
//!
//! # Features
//!
//! `serde`: reads [`Signals`] from an event's `consent` object; reads and writes [`Record`].
//!
//! # Limits
//!
//! Strings are as long as `predispatch-tcf` and `predispatch-gpp` read; cost is linear in them.
//! Nothing here asks a clock, opens a file or logs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing
)]

mod clock;
mod consent_mode;
mod decide;
mod decision;
mod destination;
mod digest;
mod event;
mod evidence;
mod facts;
mod findings;
mod flags;
mod given;
#[cfg(feature = "serde")]
mod json;
mod jurisdiction;
mod permit;
mod person;
mod places;
mod policy;
mod reason;
mod record;
mod redecide;
mod ruling;
mod seal;
mod signals;
mod text;

pub use consent_mode::{ConsentMode, Grant};
pub use decide::{Case, decide};
pub use decision::{Decision, Outcome};
pub use destination::{Destination, GoogleProduct, UnknownDestination};
pub use digest::{DigestKey, SignalDigests};
pub use event::{ActionSource, EventFacts, EventKey};
pub use flags::{Flags, LimitedUse};
pub use given::Given;
pub use jurisdiction::{Jurisdiction, Place, PlaceSource, Whereabouts};
pub use permit::{Attestation, AttestationError, Basis, Permit, PermitError};
pub use person::{AgeBand, Person};
pub use policy::{LimitedKeyword, Policy, PolicyError, PolicyErrorKind, StripList, Switches};
pub use predispatch_gpp::SensitiveCategory;
pub use reason::{Reason, Reasons};
pub use record::{Record, Recorder};
pub use redecide::{Newest, redecide, redecide_and_record};
pub use signals::{ExplicitConsent, Signals};
pub use text::ConsentText;
