//! The proof that a payload may be built.

use core::{fmt, ops::RangeInclusive};
use std::sync::Arc;

use predispatch_types::{Platform, Timestamp};

use crate::{Decision, Destination, EventKey, Flags, Outcome};

/// Permission to build one event's payload for one destination, from when it was decided until it
/// expires.
///
/// A payload builder takes one and asks [`authorise`](Self::authorise). A decision makes at most
/// one ([`Decision::into_permit`]), or [`attested`](Self::attested) does where the caller answers for
/// it; it can't be copied, and none exists for a denied or held event.
///
/// ```compile_fail
/// fn twice(permit: predispatch_consent::Permit) {
///     let copy = permit.clone();
/// }
/// ```
#[derive(Debug)]
pub struct Permit {
    destination: Destination,
    event: EventKey,
    valid: RangeInclusive<Timestamp>,
    flags: Flags,
    basis: Basis,
}

/// Where a permit comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Basis {
    /// A decision under this version of the policy, at this time.
    Decided {
        /// The policy's version.
        policy_version: Arc<str>,
        /// When.
        at: Timestamp,
    },
    /// Somebody answers for it.
    Attested(Attestation),
}

impl Permit {
    pub(crate) fn decided(decision: Decision) -> Self {
        Self {
            destination: decision.destination,
            event: decision.event,
            valid: decision.decided_at..=decision.permit_until,
            flags: decision.flags,
            basis: Basis::Decided {
                policy_version: decision.policy_version,
                at: decision.decided_at,
            },
        }
    }

    /// A permit without a decision, for tools and for callers that decide elsewhere. Who answers
    /// for it, and why, stands in `basis` and belongs in the records. It is good from the first to
    /// the last moment of `valid`, never if that is empty.
    ///
    /// ```
    /// use predispatch_consent::{Attestation, EventKey, Flags, Permit};
    /// use predispatch_types::{Platform, Timestamp};
    ///
    /// let who = Attestation::new("ops: replay of the test account")?;
    /// let now: Timestamp = "2026-11-20T18:03:11Z".parse()?;
    /// let event = EventKey::of_content(b"the whole event");
    /// let permit =
    ///     Permit::attested(who, Platform::X.into(), event, Flags::new(), now..=now.plus_secs(60));
    /// assert!(permit.authorise(Platform::X.into(), event, now).is_ok());
    /// assert!(permit.authorise(Platform::X.into(), event, now.plus_secs(61)).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn attested(
        basis: Attestation,
        destination: Destination,
        event: EventKey,
        flags: Flags,
        valid: RangeInclusive<Timestamp>,
    ) -> Self {
        Self { destination, event, valid, flags, basis: Basis::Attested(basis) }
    }

    /// The conditions of sending, if this permit is for that destination, that event and that time.
    ///
    /// # Errors
    /// [`PermitError`] names the mismatch; then no payload may be built.
    pub fn authorise(
        &self,
        destination: Destination,
        event: EventKey,
        now: Timestamp,
    ) -> Result<&Flags, PermitError> {
        if destination.platform() != self.destination.platform() {
            return Err(PermitError::OtherDestination {
                permitted: self.destination.platform(),
                asked: destination.platform(),
            });
        }
        if destination.google_product() != self.destination.google_product() {
            return Err(PermitError::OtherProduct);
        }
        if event != self.event {
            return Err(PermitError::OtherEvent);
        }
        if now < *self.valid.start() {
            return Err(PermitError::NotYet { from: *self.valid.start() });
        }
        if now > *self.valid.end() {
            return Err(PermitError::Expired { at: *self.valid.end() });
        }
        Ok(&self.flags)
    }

    /// Whether the platform's restriction flag must be sent.
    pub const fn outcome(&self) -> Outcome {
        if self.flags.limited_use.is_some() { Outcome::Limited } else { Outcome::Allow }
    }

    /// Where to.
    pub const fn destination(&self) -> Destination {
        self.destination
    }

    /// The event that it is for.
    pub const fn event(&self) -> EventKey {
        self.event
    }

    /// The first moment at which it is good: when it was decided.
    pub const fn not_before(&self) -> Timestamp {
        *self.valid.start()
    }

    /// The last moment at which it is good.
    pub const fn expires(&self) -> Timestamp {
        *self.valid.end()
    }

    /// The conditions of sending: restriction flag, consent fields, what to leave out. To look at;
    /// a payload builder takes them from [`authorise`](Self::authorise), which checks that they are
    /// for what it builds.
    pub const fn flags(&self) -> &Flags {
        &self.flags
    }

    /// Where it comes from.
    pub const fn basis(&self) -> &Basis {
        &self.basis
    }
}

/// Who answers for a permit that no decision made, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attestation(Box<str>);

impl Attestation {
    /// Longest text, in bytes.
    pub const MAX_LEN: usize = 256;

    /// Takes the text: name a system or an office and its reason, never the person of the event.
    ///
    /// # Errors
    /// [`AttestationError`] if it is empty, too long or holds control characters.
    pub fn new(text: &str) -> Result<Self, AttestationError> {
        if text.trim().is_empty() {
            return Err(AttestationError::Empty);
        }
        if text.len() > Self::MAX_LEN {
            return Err(AttestationError::TooLong { len: text.len() });
        }
        match text.find(char::is_control) {
            Some(offset) => Err(AttestationError::Control { offset }),
            None => Ok(Self(text.into())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Attestation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Why a text is no [`Attestation`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AttestationError {
    /// A control character.
    #[error("attestation has a control character at byte {offset}")]
    Control {
        /// Bytes from the start.
        offset: usize,
    },
    /// Nothing but white space.
    #[error("attestation is empty; say who answers for the permit and why")]
    Empty,
    /// Over [`Attestation::MAX_LEN`].
    #[error("attestation is {len} bytes long, limit {}", Attestation::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

/// Why a [`Permit`] does not permit this.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PermitError {
    /// Its time is over: decide again.
    #[error("permit expired at {at}")]
    Expired {
        /// The last moment at which it was good.
        at: Timestamp,
    },
    /// The clock stands before the moment when it was decided: one of the two is wrong.
    #[error("permit is good from {from} on, which is not yet")]
    NotYet {
        /// The first moment at which it is good.
        from: Timestamp,
    },
    /// It is for another platform.
    #[error("permit is for {permitted}, not for {asked}")]
    OtherDestination {
        /// Whom it is for.
        permitted: Platform,
        /// Who was asked about.
        asked: Platform,
    },
    /// It is for another event.
    #[error("permit is for another event")]
    OtherEvent,
    /// It is for another of Google's products, which have other consent fields.
    #[error("permit is for another product of Google")]
    OtherProduct,
}

impl PermitError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expired { .. } => "permit_expired",
            Self::NotYet { .. } => "permit_not_yet",
            Self::OtherDestination { .. } => "permit_other_destination",
            Self::OtherEvent => "permit_other_event",
            Self::OtherProduct => "permit_other_product",
        }
    }
}

impl AttestationError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control { .. } => "attestation_control",
            Self::Empty => "attestation_empty",
            Self::TooLong { .. } => "attestation_too_long",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = {
    holds_no_input::<PermitError>();
    holds_no_input::<AttestationError>();
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GoogleProduct, LimitedUse};

    fn permit() -> Permit {
        Permit::attested(
            Attestation::new("unit test").unwrap(),
            Platform::Meta.into(),
            EventKey::of_content(b"one"),
            Flags {
                limited_use: Some(LimitedUse::Meta { country: 1, state: 1000 }),
                ..Flags::new()
            },
            Timestamp::from_unix_secs(100)..=Timestamp::from_unix_secs(1_000),
        )
    }

    #[test]
    fn it_is_good_for_its_destination_event_and_time_only() {
        let (meta, one) = (Destination::from(Platform::Meta), EventKey::of_content(b"one"));
        let at = Timestamp::from_unix_secs;
        assert!(permit().authorise(meta, one, at(1_000)).unwrap().limited_use.is_some());
        assert!(permit().authorise(meta, one, at(100)).is_ok());
        assert_eq!(permit().outcome(), Outcome::Limited);
        assert_eq!(
            permit().authorise(meta, one, at(99)),
            Err(PermitError::NotYet { from: at(100) })
        );
        assert_eq!(
            permit().authorise(meta, one, at(1_001)),
            Err(PermitError::Expired { at: at(1_000) })
        );
        assert_eq!(
            permit().authorise(meta, EventKey::of_content(b"two"), at(0)),
            Err(PermitError::OtherEvent)
        );
        assert_eq!(
            permit().authorise(Platform::X.into(), one, at(0)),
            Err(PermitError::OtherDestination { permitted: Platform::Meta, asked: Platform::X })
        );
    }

    #[test]
    fn one_product_of_google_is_not_another() {
        let event = EventKey::of_content(b"one");
        let permit = Permit::attested(
            Attestation::new("unit test").unwrap(),
            Destination::from(Platform::Google),
            event,
            Flags::new(),
            Timestamp::from_unix_secs(0)..=Timestamp::from_unix_secs(10),
        );
        let clicks = Destination::google(GoogleProduct::AdsClick);
        let manager = Destination::google(GoogleProduct::DataManager);
        let now = Timestamp::from_unix_secs(0);
        assert_eq!(permit.authorise(clicks, event, now), Err(PermitError::OtherProduct));
        assert!(permit.authorise(manager, event, now).is_ok());
    }

    #[test]
    fn a_permit_tells_what_it_is_for() {
        let permit = permit();
        assert_eq!(permit.event(), EventKey::of_content(b"one"));
        assert_eq!(permit.not_before(), Timestamp::from_unix_secs(100));
        assert_eq!(permit.expires(), Timestamp::from_unix_secs(1_000));
        assert_eq!(permit.flags().limited_use, Some(LimitedUse::Meta { country: 1, state: 1000 }));
    }

    #[test]
    fn nobody_attests_in_silence() {
        assert_eq!(Attestation::new(" "), Err(AttestationError::Empty));
        assert_eq!(Attestation::new("a\nb"), Err(AttestationError::Control { offset: 1 }));
        let long = "a".repeat(257);
        assert_eq!(Attestation::new(&long), Err(AttestationError::TooLong { len: 257 }));
    }
}
