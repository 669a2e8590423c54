//! The times against which signals are held.

use predispatch_types::Timestamp;

use crate::{Given, Reason};

/// When it happened, until when a yes could be given, and what time it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) event: Timestamp,
    /// A yes counts if it was given by then: the event, or, for the newest state, now.
    pub(crate) asked: Timestamp,
    /// A yes is the answer to a question that was put then: older ones and undated ones are not.
    pub(crate) since: Option<Timestamp>,
    /// A yes must prove its time: one that was given after the event would reach back.
    pub(crate) must_be_dated: bool,
    pub(crate) now: Timestamp,
    pub(crate) max_age_days: u32,
}

/// What a signal's time does to its yes. Its no counts whatever the time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Timing {
    InTime,
    /// No time given: as of the event.
    Missing,
    /// No time given, where it must be.
    Undated,
    Stale,
    AfterEvent,
    /// From before the question that it should answer.
    BeforeQuestion,
    /// Unreadable, or in the future beyond any slip.
    Unreadable,
}

impl Timing {
    /// Why a yes of this time is none, if so.
    pub(crate) const fn objection(self, stale: Reason) -> Option<Reason> {
        match self {
            Self::InTime | Self::Missing => None,
            Self::Stale => Some(stale),
            Self::Undated => Some(Reason::CMP_MISSING_TIME),
            Self::AfterEvent => Some(Reason::CONSENT_AFTER_EVENT),
            Self::BeforeQuestion => Some(Reason::CONSENT_PENDING),
            Self::Unreadable => Some(Reason::SIGNAL_UNREADABLE),
        }
    }
}

impl Clock {
    /// Timing of a string whose time is a whole UTC day: a day of slip is allowed, but for the
    /// answer to a question. Its day must lie within those of question and answer, or nothing shows
    /// that it came in time.
    pub(crate) fn of_day(&self, updated: Timestamp) -> Timing {
        let (updated, asked) = (day(updated), day(self.asked));
        let slip = i64::from(self.since.is_none());
        if updated > day(self.now).saturating_add(MAX_FUTURE_DAYS) {
            Timing::Unreadable
        } else if updated > asked.saturating_add(slip) {
            Timing::AfterEvent
        } else if self.since.is_some_and(|since| updated < day(since)) {
            Timing::BeforeQuestion
        } else if self.is_stale(updated, asked) {
            Timing::Stale
        } else {
            Timing::InTime
        }
    }

    /// Timing of answers that are dated by `collected_at`.
    pub(crate) fn of_answers(&self, collected: Given<Timestamp>) -> Timing {
        match collected {
            Given::Absent if self.must_be_dated => Timing::Undated,
            Given::Absent => Timing::Missing,
            Given::Unreadable => Timing::Unreadable,
            Given::Value(at) if day(at) > day(self.now).saturating_add(MAX_FUTURE_DAYS) => {
                Timing::Unreadable
            }
            Given::Value(at) if is_after(at, self.asked) => Timing::AfterEvent,
            Given::Value(at) if self.is_stale(day(at), day(self.asked)) => Timing::Stale,
            Given::Value(_) => Timing::InTime,
        }
    }

    fn is_stale(&self, given: i64, asked: i64) -> bool {
        asked.saturating_sub(given) > i64::from(self.max_age_days)
    }

    /// Of event and now the later: a law that was in force at either is by then.
    pub(crate) fn latest(&self) -> Timestamp {
        self.event.max(self.now)
    }

    /// Whether the event lies further ahead of now than clocks and zones slip.
    pub(crate) fn event_is_ahead(&self) -> bool {
        self.event.secs_since(self.now) > MAX_FUTURE_DAYS.saturating_mul(DAY_SECS)
    }

    /// Whole and part days since the event, rounded up.
    pub(crate) fn is_older_than_days(&self, days: u32) -> bool {
        self.now.secs_since(self.event) > i64::from(days).saturating_mul(DAY_SECS)
    }
}

/// Whether an answer came after `moment`, to the second: many clocks and formats have no more.
pub(crate) fn is_after(answer: Timestamp, moment: Timestamp) -> bool {
    answer.unix_secs() > moment.unix_secs()
}

/// The UTC day, counted from 1970.
pub(crate) fn day(moment: Timestamp) -> i64 {
    moment.unix_secs().div_euclid(DAY_SECS)
}

const DAY_SECS: i64 = 86_400;
/// Two days ahead is still a slip of clocks and zones.
const MAX_FUTURE_DAYS: i64 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn clock() -> Clock {
        let event = at("2026-11-20T23:30:00Z");
        Clock {
            event,
            asked: event,
            since: None,
            must_be_dated: false,
            now: at("2026-11-22T12:00:00Z"),
            max_age_days: 396,
        }
    }

    #[test]
    fn strings_are_compared_by_whole_days_with_one_day_of_slip() {
        let timing = |day: &str| clock().of_day(at(&format!("{day}T00:00:00Z")));
        assert_eq!(timing("2026-11-21"), Timing::InTime);
        assert_eq!(timing("2026-11-22"), Timing::AfterEvent);
        assert_eq!(timing("2026-11-24"), Timing::AfterEvent);
        assert_eq!(timing("2026-11-25"), Timing::Unreadable);
        assert_eq!(timing("2025-10-20"), Timing::InTime);
        assert_eq!(timing("2025-10-19"), Timing::Stale);
    }

    #[test]
    fn the_answer_to_a_question_lies_within_the_days_of_both() {
        let mut clock = clock();
        clock.since = Some(clock.event);
        let timing = |clock: &Clock, day: &str| clock.of_day(at(&format!("{day}T00:00:00Z")));
        assert_eq!(timing(&clock, "2026-11-19"), Timing::BeforeQuestion);
        assert_eq!(timing(&clock, "2026-11-20"), Timing::InTime);
        assert_eq!(timing(&clock, "2026-11-21"), Timing::AfterEvent);
        // Answered 20 minutes past midnight.
        clock.asked = at("2026-11-21T00:20:00Z");
        assert_eq!(timing(&clock, "2026-11-21"), Timing::InTime);
        assert_eq!(timing(&clock, "2026-11-22"), Timing::AfterEvent);
    }

    #[test]
    fn answers_are_compared_to_the_second() {
        let timing = |time: &str| clock().of_answers(Given::Value(at(time)));
        assert_eq!(timing("2026-11-20T23:30:00Z"), Timing::InTime);
        assert_eq!(timing("2026-11-20T23:30:00.999999Z"), Timing::InTime);
        assert_eq!(timing("2026-11-20T23:30:01Z"), Timing::AfterEvent);
        assert_eq!(timing("2026-11-25T00:00:00Z"), Timing::Unreadable);
        assert_eq!(timing("2025-10-19T23:59:59Z"), Timing::Stale);
        assert_eq!(clock().of_answers(Given::Absent), Timing::Missing);
        assert_eq!(clock().of_answers(Given::Unreadable), Timing::Unreadable);
        let strict = Clock { must_be_dated: true, ..clock() };
        assert_eq!(strict.of_answers(Given::Absent), Timing::Undated);
    }

    #[test]
    fn an_event_is_too_old_after_the_last_second() {
        let mut clock = clock();
        clock.now = clock.event.plus_secs(7 * 86_400);
        assert!(!clock.is_older_than_days(7));
        clock.now = clock.now.plus_secs(1);
        assert!(clock.is_older_than_days(7));
    }
}
