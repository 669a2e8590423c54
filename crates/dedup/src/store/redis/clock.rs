//! This process's clock against a server's.
//!
//! A hold is written down with the server's moment at which it ends, and judged by this process's
//! clock as far as the two are known to differ: processes whose clocks differ agree on what is held.

use predispatch_types::Timestamp;

use crate::{
    rules::{Record, Records},
    store::group::{Group, GroupBytes, GroupError, decode, encode},
};

/// How far a server's clock is ahead of this process's, in microseconds.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Offset(i64);

impl Offset {
    /// What an answer tells: the server's clock was read between these two moments of ours. As long as
    /// that can be true nothing changes.
    pub(super) fn after(self, server: Timestamp, sent: Timestamp, heard: Timestamp) -> Self {
        let since = |ours: Timestamp| server.unix_micros().saturating_sub(ours.unix_micros());
        let (least, most) = (since(heard), since(sent));
        Self(self.0.max(least.saturating_sub(FINE)).min(most.saturating_add(FINE)))
    }

    /// A moment of this process's clock, by the server's.
    pub(super) fn to_server(self, ours: Timestamp) -> Timestamp {
        Timestamp::from_unix_micros(ours.unix_micros().saturating_add(self.0))
    }

    /// A moment of the server's clock, by this process's.
    fn to_ours(self, server: Timestamp) -> Timestamp {
        Timestamp::from_unix_micros(server.unix_micros().saturating_sub(self.0))
    }

    /// The records of a group, their holds by our clock.
    pub(super) fn read(self, group: Group, bytes: &[u8]) -> Result<Records, GroupError> {
        let mut records = decode(group, bytes)?;
        each_end(&mut records, |until| self.to_ours(until));
        Ok(records)
    }

    /// The bytes of records, their holds by the server's clock.
    pub(super) fn write(self, mut records: Records) -> GroupBytes {
        each_end(&mut records, |until| self.to_server(until));
        encode(&records)
    }
}

fn each_end(records: &mut [Record], change: impl Fn(Timestamp) -> Timestamp) {
    for hold in records.iter_mut().flat_map(|record| &mut record.holds) {
        hold.until = change(hold.until);
    }
}

/// Differences up to this much, in microseconds, are none: **ours**.
const FINE: i64 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(millis)
    }

    #[test]
    fn only_what_is_proven_wrong_is_corrected() {
        let same = Offset::default();
        assert_eq!(same.after(at(5), at(0), at(10)), same);
        // Moments are cut off, and clocks are nudged.
        assert_eq!(same.after(at(-90), at(0), at(10)), same);
        assert_eq!(same.after(at(100), at(0), at(10)), same);
        let ahead = same.after(at(60_005), at(0), at(10));
        assert_eq!(ahead, Offset(59_895_000));
        // A slow answer proves nothing against it.
        assert_eq!(ahead.after(at(61_000), at(0), at(5_000)), ahead);
        let behind = ahead.after(at(-60_000), at(0), at(10));
        assert_eq!(behind, Offset(-59_900_000));
        // Our clock stepped back between the two.
        assert_eq!(same.after(at(5), at(0), at(-60_000)), Offset(105_000));
        let _ = same.after(Timestamp::LATEST, Timestamp::from_unix_micros(i64::MIN), at(0));
    }

    #[test]
    fn a_moment_reads_back() {
        for offset in [Offset(0), Offset(59_895_000), Offset(-120_000_000)] {
            assert_eq!(offset.to_ours(offset.to_server(at(7))), at(7));
        }
    }
}
