//! Why a Redis store can't be used.

/// Why a Redis store can't be used. Holds neither address nor password.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RedisError {
    /// An answer that no server of a known version gives. Redis 7 or Valkey is needed.
    #[error("the server gave an answer that is not understood; Redis 7 or Valkey is needed")]
    Answer,
    /// User, password or the rights of the user.
    #[error("the server refused the user")]
    Denied,
    /// `maxmemory-policy` is not `noeviction`.
    #[error("the server may evict keys; set maxmemory-policy to noeviction")]
    Evicts,
    /// Its memory is full.
    #[error("the server's memory is full")]
    Full,
    /// [`Windows::hold_secs`](crate::Windows::hold_secs) is not more than the five seconds by which a
    /// call's time may differ from the server's: a grant may have ended when it is given.
    #[error("hold_secs must be more than five seconds, by which clocks may differ")]
    Hold,
    /// The prefix is in use with another layout: with these windows, partitions or number of expected
    /// events nothing of what was claimed would be found.
    #[error(
        "the prefix is in use with other retentions, partitions or expected_events; set them as they \
         were, or begin anew with another prefix and remembers_from"
    )]
    Layout,
    /// The prefix has other characters than letters and digits of ASCII.
    #[error("the prefix may have only letters and digits")]
    Prefix,
    /// No connection, or no answer in time.
    #[error("the server can't be reached")]
    Unreachable,
    /// The URL is none, or asks for TLS where the crate `redis` was built without.
    #[error("the URL is not one of a Redis server that can be reached with these features")]
    Url,
}

impl RedisError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answer => "dedup_redis_answer",
            Self::Denied => "dedup_redis_denied",
            Self::Evicts => "dedup_redis_evicts",
            Self::Full => "dedup_redis_full",
            Self::Hold => "dedup_redis_hold",
            Self::Layout => "dedup_redis_layout",
            Self::Prefix => "dedup_redis_prefix",
            Self::Unreachable => "dedup_redis_unreachable",
            Self::Url => "dedup_redis_url",
        }
    }
}

const _: fn() = || {
    const fn holds_no_input<T: Copy + 'static>() {}
    holds_no_input::<RedisError>();
};
