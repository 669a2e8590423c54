//! What became of a feed's rows, and why a feed is refused.

use core::fmt;

use predispatch_types::Timestamp;

/// What is wrong with one row. It holds nothing of the row.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// Not an IPv4 or IPv6 address.
    #[error("not an address")]
    BadAddress,
    /// Not an autonomous system's number.
    #[error("not the number of an autonomous system")]
    BadAsn,
    /// A yes-or-no column that says neither.
    #[error("neither yes nor no")]
    BadFlag,
    /// A name over [`Label::MAX_NAME`](super::Label::MAX_NAME) bytes or with control characters. The
    /// row counts, without the name.
    #[error("name can't be used")]
    BadName,
    /// Not a prefix length of the address's family.
    #[error("not a prefix length")]
    BadPrefixLength,
    /// Bits are set after the prefix length. They are cleared and the row counts.
    #[error("host bits are set")]
    HostBits,
    /// No column, key or part that is needed.
    #[error("a part is missing")]
    Missing,
    /// Both ends must be of one family, and the end not before the start.
    #[error("range ends before it starts")]
    ReversedRange,
    /// JSON, CSV or database text that can't be read as one row.
    #[error("row can't be read")]
    Unreadable,
    /// A word that is not in the format's list.
    #[error("unknown word")]
    UnknownWord,
}

impl RowFault {
    /// A stable name, lower-case with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadAddress => "bad_address",
            Self::BadAsn => "bad_asn",
            Self::BadFlag => "bad_flag",
            Self::BadName => "bad_name",
            Self::BadPrefixLength => "bad_prefix_length",
            Self::HostBits => "host_bits",
            Self::Missing => "missing",
            Self::ReversedRange => "reversed_range",
            Self::Unreadable => "unreadable",
            Self::UnknownWord => "unknown_word",
        }
    }

    /// Is the row used all the same, put right?
    pub const fn is_corrected(self) -> bool {
        matches!(self, Self::BadName | Self::HostBits)
    }
}

/// A bad row: which, and why.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct BadRow {
    /// Counted from 1: lines of a text, elements of JSON arrays, networks of a database.
    pub row: u64,
    /// Why.
    pub fault: RowFault,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: {}", self.row, self.fault)
    }
}

/// What became of a feed's rows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct LoadReport {
    /// Rows that were seen: without comments, blank lines and metadata.
    pub rows: u64,
    /// Blocks of addresses that were added; a range is one or more.
    pub networks: u64,
    /// Rows that were left out.
    pub skipped: u64,
    /// Rows that were put right: [`RowFault::is_corrected`].
    pub corrected: u64,
    /// The first [`LoadReport::MAX_NAMED`] of both.
    pub bad_rows: Vec<BadRow>,
    /// When the feed says that it was made.
    pub made: Option<Timestamp>,
    /// The version that the feed gives itself.
    pub version: Option<Box<str>>,
}

impl LoadReport {
    /// How many bad rows are listed; all are counted.
    pub const MAX_NAMED: usize = 32;

    pub(crate) fn note(&mut self, row: u64, fault: RowFault) {
        let count = if fault.is_corrected() { &mut self.corrected } else { &mut self.skipped };
        *count = count.saturating_add(1);
        if self.bad_rows.len() < Self::MAX_NAMED {
            self.bad_rows.push(BadRow { row, fault });
        }
    }
}

/// Why a feed was refused. Nothing of it was added.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// No row at all: an error page, or a file of another kind.
    #[error("no usable row among {rows}")]
    Empty {
        /// Rows that were seen.
        rows: u64,
    },
    /// Not the format that it should be.
    #[error("can't be read as this format, at byte {byte}")]
    Malformed {
        /// Offset at which reading stopped; 0 if the format does not tell.
        byte: u64,
    },
    /// Fewer networks than [`Feed::at_least`](super::Feed::at_least) asks for.
    #[error("{networks} networks, at least {least} expected")]
    Shrunk {
        /// Blocks of addresses in the feed.
        networks: u64,
        /// What was asked for.
        least: u64,
    },
    /// A larger share of rows had to be left out than [`Feed::tolerance`](super::Feed::tolerance).
    #[error("{skipped} of {rows} rows can't be used")]
    TooManyBadRows {
        /// Rows that were left out.
        skipped: u64,
        /// Rows that were seen.
        rows: u64,
        /// The first one, if not [`LoadReport::MAX_NAMED`] corrected rows stand before it.
        first: Option<BadRow>,
    },
    /// More distinct names than [`IpTableBuilder::MAX_NAMES`](super::IpTableBuilder::MAX_NAMES).
    #[error("too many distinct names")]
    TooManyNames,
    /// More networks than [`IpTableBuilder::MAX_NETWORKS`](super::IpTableBuilder::MAX_NETWORKS).
    #[error("too many networks")]
    TooManyNetworks,
    /// More feeds than [`IpTableBuilder::MAX_SOURCES`](super::IpTableBuilder::MAX_SOURCES).
    #[error("too many feeds")]
    TooManySources,
    /// More bytes than [`Format::max_len`](super::Format::max_len).
    #[error("feed is {len} bytes long, limit {limit}")]
    TooLong {
        /// Bytes.
        len: usize,
        /// The format's limit.
        limit: usize,
    },
}

impl LoadError {
    /// A stable name, lower-case with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty { .. } => "feed_empty",
            Self::Malformed { .. } => "feed_malformed",
            Self::Shrunk { .. } => "feed_shrunk",
            Self::TooManyBadRows { .. } => "feed_too_many_bad_rows",
            Self::TooManyNames => "feed_too_many_names",
            Self::TooManyNetworks => "feed_too_many_networks",
            Self::TooManySources => "feed_too_many_sources",
            Self::TooLong { .. } => "feed_too_long",
        }
    }
}
