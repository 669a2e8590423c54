//! What a platform's answer means for the events of a request.

use predispatch_consent::{Destination, GoogleProduct};
use predispatch_types::Platform;
use serde_json::Value;

use crate::{amazon, google, linkedin, meta, microsoft, pinterest, reddit, snapchat, tiktok, x};

/// An HTTP answer, as far as it matters here.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    /// The header `Retry-After` in seconds, if there was one.
    pub retry_after_secs: Option<u32>,
    /// The body.
    pub body: &'a [u8],
}

impl<'a> Response<'a> {
    /// An answer without `Retry-After`.
    pub const fn new(status: u16, body: &'a [u8]) -> Self {
        Self { status, retry_after_secs: None, body }
    }

    /// Whether the status is one of the 2xx.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The body as JSON; `null` if it is none, or longer than any answer.
    pub(crate) fn json(&self) -> Said {
        if self.body.len() > MAX_BODY {
            return Said(Value::Null);
        }
        Said(serde_json::from_slice(self.body).unwrap_or(Value::Null))
    }
}

/// What a platform said. What is not there, or of another type, is `None`.
pub(crate) struct Said(Value);

impl Said {
    pub(crate) fn integer(&self, pointer: &str) -> Option<i64> {
        self.0.pointer(pointer).and_then(Value::as_i64)
    }

    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer).and_then(Value::as_str)
    }

    pub(crate) fn is_true(&self, pointer: &str) -> bool {
        self.0.pointer(pointer).and_then(Value::as_bool) == Some(true)
    }

    pub(crate) fn is_false(&self, pointer: &str) -> bool {
        self.0.pointer(pointer).and_then(Value::as_bool) == Some(false)
    }

    pub(crate) fn list(&self, pointer: &str) -> Option<&[Value]> {
        self.0.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice)
    }

    pub(crate) fn has(&self, pointer: &str) -> bool {
        self.0.pointer(pointer).is_some()
    }
}

/// Platforms put values of the event into their messages.
impl core::fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("retry_after_secs", &self.retry_after_secs)
            .field("len", &self.body.len())
            .finish()
    }
}

/// What became of the events of a request.
///
/// An event is accepted only where the platform says so. What it does not account for has failed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// All are accepted.
    Accepted,
    /// These, by their places in the request from 0, are refused for good.
    Partly {
        /// Places of the refused events, ascending.
        refused: Vec<usize>,
        /// Whether the platform kept the others. If not, they are sent again without the refused.
        others_kept: bool,
    },
    /// Each was judged on its own: these are refused for good, those are not accepted and may be later, of
    /// some nothing is said, some came too early, and all others are accepted. By their places in the request
    /// from 0.
    Mixed {
        /// Places of the refused events, ascending.
        refused: Vec<usize>,
        /// Places of those to be sent again, ascending.
        again: Vec<usize>,
        /// Places of those that may have been kept, ascending: nothing is said of them, or their server failed.
        /// Sent again are those that the platform pairs; the others are [`doubtful`](crate::Next::doubtful).
        doubtful: Vec<usize>,
        /// Places of those that came too early, ascending, each with the seconds to wait: hours.
        too_early: Vec<(usize, u32)>,
    },
    /// At least one never will be accepted, the others may have been kept, and nothing says which: halved is what
    /// the platform pairs, the others are [`doubtful`](crate::Next::doubtful).
    Divided {
        /// Why.
        why: Why,
    },
    /// None is accepted, as far as is known, and the same bytes may be accepted later. A server that failed
    /// may have kept some: those without an id to pair by are [`doubtful`](crate::Next::doubtful) then.
    Retry {
        /// Seconds to wait, if the platform said so.
        after_secs: Option<u32>,
        /// Why.
        why: Why,
    },
    /// None is accepted, and at least one of them never will be; which one was not said.
    Refused {
        /// Why.
        why: Why,
    },
    /// None is accepted for a reason that lies with the account: nothing may be sent there until
    /// somebody has looked. The events are kept.
    Blocked {
        /// Why.
        why: Why,
    },
    /// The request is larger than the platform takes: to be halved.
    TooLarge,
    /// The answer says nothing that can be read. All count as failed; sent again, the same event
    /// ids keep them from counting twice. Those without one are [`doubtful`](crate::Next::doubtful).
    Unknown,
}

/// Why a request was not accepted.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Why {
    /// A field of some event, or of the request itself.
    Invalid,
    /// Too many requests.
    RateLimit,
    /// The token, its rights, or the account's id.
    Rights,
    /// The platform itself.
    Server,
    /// The version of the interface is no longer served.
    Version,
}

impl Why {
    /// The stable code; listed in `docs/codes.md`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "answer_invalid",
            Self::RateLimit => "answer_rate_limit",
            Self::Rights => "answer_rights",
            Self::Server => "answer_server",
            Self::Version => "answer_version",
        }
    }
}

impl Answer {
    /// Reads the answer of `destination` to a request with `sent` events.
    ///
    /// ```
    /// use predispatch_payload::{Answer, Response};
    /// use predispatch_types::Platform;
    ///
    /// let ok = br#"{"events_received":2,"messages":[],"fbtrace_id":"A"}"#;
    /// let answer = |status, body, sent| {
    ///     Answer::read(Platform::Meta.into(), &Response::new(status, body), sent)
    /// };
    /// assert_eq!(answer(200, ok, 2), Answer::Accepted);
    /// // One of three is missing, and nothing says which: none counts as accepted.
    /// assert_eq!(answer(200, ok, 3), Answer::Unknown);
    /// ```
    pub fn read(destination: Destination, response: &Response<'_>, sent: usize) -> Self {
        match destination.platform() {
            Platform::Amazon => amazon::read_answer(response, sent),
            Platform::LinkedIn => linkedin::read_answer(response, sent),
            Platform::X => x::read_answer(response, sent),
            Platform::Google => match destination.google_product() {
                None | Some(GoogleProduct::DataManager) => {
                    google::data_manager::read_answer(response, sent)
                }
                Some(GoogleProduct::AdsAdjustment | GoogleProduct::AdsClick) => {
                    google::ads::read_answer(response, sent)
                }
                Some(GoogleProduct::Ga4) => google::ga4::read_answer(response),
                Some(_) => Self::by_status(response),
            },
            Platform::Meta => meta::read_answer(response, sent),
            Platform::Microsoft => microsoft::read_answer(response, sent),
            Platform::Pinterest => pinterest::read_answer(response, sent),
            Platform::Reddit => reddit::read_answer(response, sent),
            Platform::Snapchat => snapchat::read_answer(response),
            Platform::TikTok => tiktok::read_answer(response, sent),
            _ => Self::by_status(response),
        }
    }

    /// The answer of a platform that judges each event on its own, in the order of the request.
    pub(crate) fn of_rows(rows: &[Row]) -> Self {
        // Where no row was kept or refused for itself, the account is at fault for all.
        let account_fails = rows.contains(&Row::OfAccount)
            && !rows.iter().any(|row| matches!(row, Row::Accepted | Row::Refused));
        if account_fails && !rows.contains(&Row::Doubtful) {
            return Self::Blocked { why: Why::Rights };
        }
        let places = |wanted: &[Row]| {
            let is_so = |(place, row): (usize, &Row)| wanted.contains(row).then_some(place);
            rows.iter().enumerate().filter_map(is_so).collect::<Vec<_>>()
        };
        let (refused, again) = if account_fails {
            // Beside a doubtful row: nothing is lost, and the next answer tells of the account.
            (Vec::new(), places(&[Row::Again, Row::OfAccount]))
        } else {
            (places(&[Row::OfAccount, Row::Refused]), places(&[Row::Again]))
        };
        let doubtful = places(&[Row::Doubtful]);
        let early = |(place, row): (usize, &Row)| match row {
            Row::TooEarly(secs) => Some((place, *secs)),
            _ => None,
        };
        let too_early: Vec<_> = rows.iter().enumerate().filter_map(early).collect();
        let is_final = again.is_empty() && doubtful.is_empty() && too_early.is_empty();
        match (refused.is_empty(), is_final) {
            (true, true) => Self::Accepted,
            (false, true) => Self::Partly { refused, others_kept: true },
            (_, false) => Self::Mixed { refused, again, doubtful, too_early },
        }
    }

    /// What a status means where the body says nothing. A success has to be told by the body. Few condemn an
    /// event: where all else is at fault, halving a request would refuse the good ones for good.
    pub(crate) const fn by_status(response: &Response<'_>) -> Self {
        let after_secs = response.retry_after_secs;
        match response.status {
            400 | 409 | 422 => Self::Refused { why: Why::Invalid },
            401..=404 | 407 | 410 | 451 => Self::Blocked { why: Why::Rights },
            408 | 500.. => Self::Retry { after_secs, why: Why::Server },
            413 => Self::TooLarge,
            426 => Self::Blocked { why: Why::Version },
            429 => Self::Retry { after_secs, why: Why::RateLimit },
            400..=499 => Self::Blocked { why: Why::Invalid },
            _ => Self::Unknown,
        }
    }
}

/// What a platform says about one event; the later, the more it weighs beside another word about the same.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Row {
    /// It is kept.
    Accepted,
    /// It is not kept, and may be accepted later.
    Again,
    /// It is not kept, and won't be before so many seconds.
    TooEarly(u32),
    /// It is not kept for a reason that lies with the account, unless others of its request are.
    OfAccount,
    /// It may be kept: nothing is said about it, or its server failed.
    Doubtful,
    /// It never will be.
    Refused,
}

impl Row {
    /// By a status of its own, as of HTTP.
    pub(crate) const fn of_status(status: Option<u64>) -> Self {
        match status {
            Some(200..=299) => Self::Accepted,
            Some(401..=404 | 407 | 410 | 426 | 451) => Self::OfAccount,
            Some(429) => Self::Again,
            Some(400 | 405..=406 | 409..=499) => Self::Refused,
            _ => Self::Doubtful,
        }
    }
}

/// Longest answer that is read: the longest, Pinterest's about 1,000 events, is far below.
const MAX_BODY: usize = 4 << 20;
