//! Why a platform gets no payload for an event.

use predispatch_consent::PermitError;
use predispatch_types::{Issue, Severity, Stage};

use crate::field::Field;

/// Why nothing was built, and what was noticed until then.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Rejected {
    /// The reason.
    pub reason: Rejection,
    /// What the platform would have answered, where that is known.
    pub platform_error: Option<&'static str>,
    /// Fields that were dropped or corrected on the way.
    pub issues: Vec<Issue>,
}

impl core::fmt::Display for Rejected {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(&self.reason, f)?;
        match self.platform_error {
            Some(error) => write!(f, "; the platform's answer would be: {error}"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Rejected {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.reason)
    }
}

/// The rule that an event breaks at one platform.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// The platform does not take events from there.
    #[error("the platform takes no events of this action source")]
    ActionSource,
    /// A field has a value that the platform refuses, and the event says nothing without it.
    #[error("{field} is required and its value is not one that the platform takes")]
    BadValue {
        /// The event's key.
        field: &'static str,
    },
    /// It is the browser's half, kept for pairing and never sent.
    #[error("the event was reported by the browser, which sends it itself")]
    BrowserEvent,
    /// A custom name that the platform does not take.
    #[error("event_name is not a name that the platform takes")]
    EventName,
    /// The event lies further ahead than clocks differ.
    #[error("event_time is {ahead_secs} s in the future, limit {limit_secs}")]
    InTheFuture {
        /// Seconds ahead of now.
        ahead_secs: i64,
        /// Most seconds.
        limit_secs: i64,
    },
    /// Too little to match a person by.
    #[error("no identifiers that the platform matches people by")]
    Identity,
    /// The permit demands a restriction flag, or carries a denial, that this platform can't be told.
    #[error("the permit restricts what the platform may do, and the platform can't be told so")]
    LimitedUse,
    /// A required field is not there, or had to be dropped.
    #[error("{field} is required")]
    Missing {
        /// The event's key.
        field: &'static str,
    },
    /// A negative amount; refunds are another event.
    #[error("custom_data.value is negative")]
    NegativeValue,
    /// The account's table has no rule, tag or slot for this event.
    #[error("the account names no rule, tag or slot for this event")]
    NoMapping,
    /// The event's `destinations` leave this one out.
    #[error("the event names its destinations, and this is none of them")]
    NotTargeted,
    /// An amount with a refund: it may be of part of the order, and what is left is not known.
    #[error("the refund has an amount or lines, so it may be of part of the order only")]
    PartialRefund,
    /// The permit is for something else, or has expired.
    #[error(transparent)]
    Permit(#[from] PermitError),
    /// The platform has no mode for tests; what is built would count.
    #[error("the account is in test mode, and the platform has none")]
    NoTestMode,
    /// In test mode without the platform's code the event would count.
    #[error("the account is in test mode without the platform's test code")]
    NoTestCode,
    /// Older than the platform takes.
    #[error("event_time is {age_secs} s ago, limit {limit_secs}")]
    TooOld {
        /// Age in seconds.
        age_secs: i64,
        /// Largest age in seconds.
        limit_secs: i64,
    },
    /// The person denied data about them for ads, and the platform has no use for an event without.
    #[error("data about the person is denied, and the platform takes no event without it")]
    UserDataDenied,
    /// The platform has nothing for this canonical event.
    #[error("the platform has no such event")]
    Unsupported,
}

impl Rejection {
    /// The stable code; listed in `docs/codes.md`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ActionSource => "action_source_not_taken",
            Self::BadValue { .. } => "required_value_refused",
            Self::BrowserEvent => "browser_event",
            Self::EventName => "event_name_not_taken",
            Self::Identity => "identity_too_thin",
            Self::InTheFuture { .. } => "event_time_future",
            Self::LimitedUse => "limited_use_mismatch",
            Self::Missing { .. } => "required_field_missing",
            Self::NegativeValue => "value_negative",
            Self::NoMapping => "event_not_mapped",
            Self::NotTargeted => "not_targeted",
            Self::NoTestCode => "test_code_missing",
            Self::NoTestMode => "no_test_mode",
            Self::PartialRefund => "refund_may_be_partial",
            Self::Permit(error) => error.code(),
            Self::TooOld { .. } => "event_time_too_old",
            Self::Unsupported => "event_unsupported",
            Self::UserDataDenied => "user_data_denied",
        }
    }

    /// The event's key that is at fault.
    pub const fn field(self) -> &'static str {
        match self {
            Self::ActionSource => "action_source",
            Self::BadValue { field } | Self::Missing { field } => field,
            Self::BrowserEvent => "source",
            Self::EventName | Self::NoMapping | Self::Unsupported => "event_name",
            Self::Identity => "user",
            Self::InTheFuture { .. } | Self::TooOld { .. } => "event_time",
            Self::NegativeValue | Self::PartialRefund => "custom_data.value",
            Self::NotTargeted => "destinations",
            Self::LimitedUse | Self::UserDataDenied => "consent",
            Self::NoTestCode | Self::NoTestMode => "test_code",
            Self::Permit(_) => "permit",
        }
    }

    pub(crate) const fn missing(field: Field) -> Self {
        Self::Missing { field: field.as_str() }
    }

    /// The same as an issue, for reports that list one kind of thing.
    pub const fn issue(self) -> Issue {
        Issue::new(self.code(), Stage::Payload, self.field(), Severity::Rejected)
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<Rejection>();
