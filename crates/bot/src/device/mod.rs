//! Signals that a script in the page measured.
//!
//! ```
//! use predispatch_bot::device::{self, Signals};
//!
//! let mut signals = Signals::default();
//! signals.version = Some(Signals::VERSION);
//! signals.webdriver = Some(true);
//! let found = device::findings(&signals, None);
//! assert_eq!(found[0].code, "device_webdriver");
//!
//! // What was not measured is unknown, and unknown is not evidence.
//! assert!(device::findings(&Signals::default(), None).is_empty());
//! ```
//!
//! The collector is `web/signals.js`; [`Signals`] is its schema. Each [`Rule`] has its strength and
//! its cause: of several findings with one cause only the strongest counts, so that one odd fact
//! about a person's device, seen in three ways, stays one.

mod claim;
mod findings;
#[cfg(feature = "serde")]
mod json;
mod rules;
mod signals;

pub(crate) use self::findings::findings_with;
pub use self::findings::{Findings, findings, is_measured};
#[cfg(feature = "serde")]
pub use self::json::SignalsError;
pub use self::rules::Rule;
pub use self::signals::{Engine, Frame, Hints, Input, Permission, Screen, Signals, Window, Worker};
