//! What was dropped, corrected or refused on an event's way, without the value.

use core::fmt;

use crate::Platform;

/// One thing that a user of the event should know about it.
///
/// It names the field and the rule, never the value: all text in it is `'static`, and the type is
/// `Copy`, so it has nowhere to keep input.
///
/// ```
/// use predispatch_types::{Issue, Platform, Severity, Stage};
///
/// let issue = Issue::new("phone_no_country", Stage::Identity, "user.phone", Severity::Dropped)
///     .at(Platform::Meta);
/// assert_eq!(issue.to_string(), "meta: user.phone dropped in identity: phone_no_country");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Issue {
    /// Stable, lower-case, with underscores, such as `phone_no_country`. Each crate lists its own.
    pub code: &'static str,
    /// The step that found it.
    pub stage: Stage,
    /// The event's key, such as `user.phone`.
    pub field: &'static str,
    /// What was done about it.
    pub severity: Severity,
    /// The one platform that it concerns; `None` means all.
    pub platform: Option<Platform>,
}

impl Issue {
    /// An issue that concerns every platform.
    pub const fn new(
        code: &'static str,
        stage: Stage,
        field: &'static str,
        severity: Severity,
    ) -> Self {
        Self { code, stage, field, severity, platform: None }
    }

    /// The same issue, for one platform only.
    #[must_use]
    pub const fn at(self, platform: Platform) -> Self {
        Self { platform: Some(platform), ..self }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(platform) = self.platform {
            write!(f, "{platform}: ")?;
        }
        write!(f, "{} {} in {}: {}", self.field, self.severity, self.stage, self.code)
    }
}

/// What an [`Issue`] did to the event.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Nothing was changed, but the value will work less well than it could.
    Noted,
    /// The field was changed to a form that works.
    Corrected,
    /// The field was left out; the event goes on without it.
    Dropped,
    /// The event does not go to this platform.
    Rejected,
    /// The event goes to no platform.
    Fatal,
}

impl Severity {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Noted => "noted",
            Self::Corrected => "corrected",
            Self::Dropped => "dropped",
            Self::Rejected => "rejected",
            Self::Fatal => "fatal",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A step on the way of an event.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Stage {
    /// Reading the event and checking its structure.
    Ingest,
    /// May it leave, for whom?
    Consent,
    /// Is this a person?
    Bot,
    /// Was it sent before?
    Dedup,
    /// Normalising and hashing identifiers.
    Identity,
    /// Building a platform's body.
    Payload,
    /// Estimating match quality.
    Quality,
}

impl Stage {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Consent => "consent",
            Self::Bot => "bot",
            Self::Dedup => "dedup",
            Self::Identity => "identity",
            Self::Payload => "payload",
            Self::Quality => "quality",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<Issue>();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_platform_field_fate_step_and_code() {
        let issue = Issue::new("too_old", Stage::Payload, "event_time", Severity::Rejected);
        assert_eq!(issue.to_string(), "event_time rejected in payload: too_old");
        assert_eq!(issue.at(Platform::X).to_string(), "x: event_time rejected in payload: too_old");
    }

    #[test]
    fn severities_are_ordered_by_what_is_lost() {
        assert!(Severity::Noted < Severity::Corrected);
        assert!(Severity::Dropped < Severity::Rejected);
        assert!(Severity::Rejected < Severity::Fatal);
    }
}
