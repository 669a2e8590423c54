//! How a Redis store is reached and laid out.

use core::{fmt, time::Duration};
use std::time::{SystemTime, UNIX_EPOCH};

use predispatch_types::Timestamp;

use crate::Windows;

/// How a Redis store is reached, and how it is laid out there.
///
/// `prefix`, `partitions`, `expected_events` and of the windows the retentions and `future_secs` decide
/// where a claim is looked for: all processes that share a store need the same, and a store keeps them
/// for good. With others it is not opened ([`RedisError::Layout`](super::RedisError::Layout)).
#[non_exhaustive]
#[derive(Clone)]
pub struct RedisOptions {
    /// The windows. Default: whole ([`Windows::whole`]).
    pub windows: Windows,
    /// Before each key: letters and digits. Default `pd`.
    pub prefix: String,
    /// How many parts the ids are split into; each lies in one slot of a cluster. Default 64.
    pub partitions: u16,
    /// How many ids are expected within a retention. With eight times as many the server no longer
    /// keeps them packed, and each costs about three times as much. Default 10 million.
    pub expected_events: u64,
    /// Events that happened before this moment are [`Unknown::TooOld`](crate::Unknown::TooOld) unless
    /// they are known. After a loss of data, or when a store begins anew, set that moment, in all
    /// processes. Default the first of 1970: none.
    pub remembers_from: Timestamp,
    /// How long a connection may take. Default one second.
    pub connect_timeout: Duration,
    /// How long an answer may take, besides what is waited for replicas. Default one second.
    pub response_timeout: Duration,
    /// Answer only after that many replicas have the claims, or with `Unknown` after that time.
    /// Default: not waited for.
    pub wait_replicas: Option<(u32, Duration)>,
    /// The clock that every `now` is taken from: it is compared with the server's, by which holds end.
    /// Default the system's.
    pub clock: fn() -> Timestamp,
    pub(super) url: String,
}

impl RedisOptions {
    /// `redis://[USER:PASSWORD@]HOST:PORT`, or `rediss://` for TLS. Of a cluster any node.
    ///
    /// TLS is there when your own manifest turns on `tls-rustls` or `tls-native-tls` of the crate
    /// `redis`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            windows: Windows::whole(),
            prefix: "pd".to_owned(),
            partitions: 64,
            expected_events: 10_000_000,
            remembers_from: Timestamp::UNIX_EPOCH,
            connect_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_secs(1),
            wait_replicas: None,
            clock: system_clock,
            url: url.into(),
        }
    }
}

impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("url", &format_args!("<redacted>"))
            .field("prefix", &self.prefix)
            .field("partitions", &self.partitions)
            .field("expected_events", &self.expected_events)
            .finish_non_exhaustive()
    }
}

fn system_clock() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one clock that is compared with the server's"
    )]
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
