//! What a platform documents: names, windows, limits, versions and its own errors, as dated data.
//!
//! Each platform's table stands at the top of its module. This file is the shape of it.

use predispatch_consent::{ActionSource, Destination, GoogleProduct};
use predispatch_event::StandardEvent;
use predispatch_types::{Platform, Timestamp};

use crate::{amazon, google, linkedin, meta, microsoft, pinterest, reddit, snapchat, tiktok, x};

/// A platform's documented rules, as read on one day.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rules {
    /// The day on which the documents were read, such as `2026-11-22`.
    pub read: &'static str,
    /// What was read; the full list is `docs/sources/payload.md`.
    pub source: &'static str,
    /// The interface's versions, the newest first; the first is the default.
    pub versions: &'static [ApiVersion],
    /// What the platform calls the canonical events.
    pub names: &'static [(StandardEvent, Name)],
    /// How old an event may be, by where it happened. The first line that applies counts.
    pub windows: &'static [Window],
    /// What one request may hold.
    pub batch: BatchLimits,
    /// How the platform tells tests from what counts.
    pub test: TestMark,
    /// What the platform would have answered.
    pub errors: Errors,
}

impl Rules {
    /// The rules of a destination; `None` where this crate has no builder.
    pub const fn of(destination: Destination) -> Option<&'static Self> {
        match destination.platform() {
            Platform::Amazon => Some(&amazon::RULES),
            Platform::LinkedIn => Some(&linkedin::RULES),
            Platform::X => Some(&x::RULES),
            Platform::Google => match destination.google_product() {
                None | Some(GoogleProduct::DataManager) => Some(&google::data_manager::RULES),
                Some(GoogleProduct::AdsAdjustment) => Some(&google::ads_adjustment::RULES),
                Some(GoogleProduct::AdsClick) => Some(&google::ads_click::RULES),
                Some(GoogleProduct::Ga4) => Some(&google::ga4::RULES),
                Some(_) => None,
            },
            Platform::Meta => Some(&meta::RULES),
            Platform::Microsoft => Some(&microsoft::RULES),
            Platform::Pinterest => Some(&pinterest::RULES),
            Platform::Reddit => Some(&reddit::RULES),
            Platform::Snapchat => Some(&snapchat::RULES),
            Platform::TikTok => Some(&tiktok::RULES),
            _ => None,
        }
    }

    /// The platform's name of a canonical event.
    pub fn name(&self, event: StandardEvent) -> Option<Name> {
        self.names.iter().find(|(known, _)| *known == event).map(|(_, name)| *name)
    }

    /// How long after an event from `source` the platform takes it.
    pub fn window(&self, source: ActionSource) -> Option<&'static Window> {
        self.windows.iter().find(|window| window.applies_to(source))
    }
}

/// A version of a platform's interface.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ApiVersion {
    /// As it stands in the URL or header, such as `v26.0`.
    pub name: &'static str,
    /// The first moment at which it no longer works; `None` if none is announced.
    pub expires: Option<Timestamp>,
}

impl ApiVersion {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, expires: None }
    }

    /// `unix_secs` is midnight, UTC, of the day that the platform announces.
    pub(crate) const fn until(name: &'static str, unix_secs: i64) -> Self {
        Self { name, expires: Some(Timestamp::from_unix_secs(unix_secs)) }
    }
}

/// What a platform calls a canonical event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Name {
    /// One of the platform's own names.
    Standard(&'static str),
    /// A name of ours that goes where the platform takes free names.
    Custom(&'static str),
    /// The name must come from the account: a slot, or the id of a rule or tag.
    ByAccount,
    /// The platform has nothing for it, and something else would be false.
    Unsupported,
}

/// How old an event may be.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Window {
    /// For these sources; none means all.
    pub sources: &'static [ActionSource],
    /// Largest age in seconds, that age included. `None`: no limit is known.
    pub max_age_secs: Option<i64>,
}

impl Window {
    pub(crate) const fn all(max_age_secs: Option<i64>) -> Self {
        Self { sources: &[], max_age_secs }
    }

    pub(crate) const fn of(sources: &'static [ActionSource], max_age_secs: Option<i64>) -> Self {
        Self { sources, max_age_secs }
    }

    fn applies_to(&self, source: ActionSource) -> bool {
        self.sources.is_empty() || self.sources.contains(&source)
    }
}

/// What one request may hold.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct BatchLimits {
    /// Most events.
    pub events: usize,
    /// Most bytes of the body. Where the platform documents none this is ours.
    pub bytes: usize,
}

/// How a platform tells tests from what counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum TestMark {
    /// By a code from the platform's own pages, in the body.
    Code,
    /// By such a code, and what carries it counts all the same: it is only shown among the tests too.
    CodeThatCounts,
    /// Not at all: everything counts.
    None,
    /// By a switch in the URL or the body.
    Switch,
}

/// What the platform would have answered: its code and its words for it, or the nearest that is
/// known.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Errors {
    /// A required field is missing or has no legal value.
    pub invalid: &'static str,
    /// The event is older than the window, or lies in the future.
    pub time: &'static str,
    /// Too little to match a person by.
    pub identity: &'static str,
    /// No such event, or no rule or tag for it.
    pub name: &'static str,
}

/// A day, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// Seconds by which an event's time may lie ahead of our clock: clocks differ. It is then sent as
/// now. **Ours**: of the ten only Reddit names a tolerance, about five minutes.
pub(crate) const CLOCK_SKEW_SECS: i64 = 300;

/// For platforms that document no size of a body. **Ours**: small enough for every gateway.
pub(crate) const UNDOCUMENTED_BODY_LIMIT: usize = 4 << 20;
