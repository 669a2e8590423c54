//! Which hash holds which group, and how long the hash lives.
//!
//! A group stands in a hash of its partition, of the slice of time in which it may be forgotten, and
//! of a few bits of its id. The hashes are small, so that the server keeps them packed; they expire
//! as a whole. A partition is the unit that lies in one slot of a cluster.

use core::hash::Hasher as _;

use predispatch_types::Timestamp;
use redis::Value;
use siphasher::sip::SipHasher24;

use crate::{
    Destination, Windows,
    store::group::{CLOCK_SLACK_SECS, Group},
};

pub(super) struct Layout {
    prefix: String,
    partitions: u16,
    /// Hashes of one slice in one partition.
    buckets: u32,
    /// How long each destination's claims are kept, in seconds.
    keeps: Vec<i64>,
    classes: Vec<Class>,
}

/// Groups that are kept for about as long as each other.
#[derive(Clone, Copy)]
struct Class {
    letter: char,
    keep_secs: i64,
    slice_secs: i64,
}

/// A class and a slice of time in it: part of a hash's name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Slice {
    class: usize,
    number: i64,
}

/// A set of classes: bits by their numbers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Classes(u8);

impl Classes {
    pub(super) fn with(self, slice: Slice) -> Self {
        Self(self.0 | 1_u8.checked_shl(slice.class_bit()).unwrap_or_default())
    }

    pub(super) fn has(self, slice: Slice) -> bool {
        self.with(slice) == self
    }
}

impl Slice {
    fn class_bit(self) -> u32 {
        u32::try_from(self.class).unwrap_or(u32::MAX)
    }
}

impl Layout {
    pub(super) fn new(prefix: &str, windows: &Windows, partitions: u16, expected: u64) -> Self {
        let keeps: Vec<i64> = Destination::all()
            .map(|destination| i64::from(windows.of(destination).retention_secs))
            .map(|secs| {
                // A second more for what is given back of a moment that was cut off.
                let secs = secs.saturating_add(windows.future_secs.into()).saturating_add(1);
                secs.max(windows.hold_secs.into())
            })
            .collect();
        let longest = keeps.iter().copied().max().unwrap_or_default();
        // What is kept for a week must not lie among what is kept for three months.
        let is_short = |keep: &i64| *keep <= longest.div_euclid(SHORT_PART);
        let short = keeps.iter().copied().filter(is_short).max();
        let class = |letter, keep_secs: i64| Class {
            letter,
            keep_secs,
            slice_secs: keep_secs.div_euclid(SLICES_IN_A_WINDOW).max(1),
        };
        let classes = short.map(|keep| class('s', keep)).into_iter().chain([class('l', longest)]);
        let partitions = partitions.max(1);
        let hashes = u64::from(partitions).saturating_mul(SLICES_IN_A_WINDOW.unsigned_abs());
        let buckets = expected.div_ceil(hashes.saturating_mul(FIELDS_IN_A_HASH));
        Self {
            prefix: prefix.to_owned(),
            partitions,
            buckets: u32::try_from(buckets).unwrap_or(u32::MAX).max(1),
            classes: classes.collect(),
            keeps,
        }
    }

    pub(super) fn partitions(&self) -> u16 {
        self.partitions
    }

    /// All that decides where a group stands, for how long, and which form it has there, as a number:
    /// under another one it is not found, or is forgotten too early.
    pub(super) fn fingerprint(&self) -> String {
        let mut hasher = SipHasher24::new();
        hasher.write(&FORMAT.to_le_bytes());
        hasher.write(&self.partitions.to_le_bytes());
        hasher.write(&self.buckets.to_le_bytes());
        for keep_secs in &self.keeps {
            hasher.write(&keep_secs.to_le_bytes());
        }
        format!("{:x}", hasher.finish())
    }

    pub(super) fn partition(&self, group: Group) -> u16 {
        let [a, b, ..] = *group.id();
        u16::from_le_bytes([a, b]).checked_rem(self.partitions).unwrap_or_default()
    }

    /// What is hashed to a slot.
    pub(super) fn tag(&self, partition: u16) -> String {
        format!("{}{partition:x}", self.prefix)
    }

    pub(super) fn marker(&self, partition: u16) -> String {
        format!("{{{}}}m", self.tag(partition))
    }

    /// The key of the classes of which something stands in a partition.
    pub(super) fn used(&self, partition: u16) -> String {
        format!("{{{}}}c", self.tag(partition))
    }

    /// Classes by their letters.
    pub(super) fn letters(&self, classes: Classes) -> String {
        self.classes
            .iter()
            .enumerate()
            .filter(|(at, _)| classes.has(Slice { class: *at, number: 0 }))
            .map(|(_, class)| class.letter)
            .collect()
    }

    /// As [`letters`](Self::letters) wrote them; `None` for anything else.
    pub(super) fn classes(&self, letters: &Value) -> Option<Classes> {
        let Value::BulkString(letters) = letters else { return None };
        letters.iter().try_fold(Classes::default(), |classes, letter| {
            let class =
                self.classes.iter().position(|class| class.letter == char::from(*letter))?;
            Some(classes.with(Slice { class, number: 0 }))
        })
    }

    /// The slices in which a group may stand at a moment, whatever its class.
    pub(super) fn slices(&self, now: Timestamp) -> Vec<Slice> {
        let mut slices = Vec::new();
        for (at, class) in self.classes.iter().enumerate() {
            let first = now.plus_secs(-CLOCK_SLACK_SECS);
            let last = now.plus_secs(class.keep_secs).plus_secs(CLOCK_SLACK_SECS);
            slices.extend(
                (class.number(first)..=class.number(last))
                    .map(|number| Slice { class: at, number }),
            );
        }
        slices
    }

    /// The slice of a group that may be forgotten after `until`, and the seconds it has to live.
    pub(super) fn slice(&self, until: Timestamp, now: Timestamp) -> (Slice, i64) {
        let fits = |class: &Class| until <= now.plus_secs(class.keep_secs);
        let last = self.classes.len().saturating_sub(1);
        let at = self.classes.iter().position(fits).unwrap_or(last);
        let Some(class) = self.classes.get(at) else {
            return (Slice { class: 0, number: 0 }, 1);
        };
        let number = class.number(until);
        let end = number.saturating_add(1).saturating_mul(class.slice_secs);
        let lives = end.saturating_add(CLOCK_SLACK_SECS).saturating_sub(now.unix_secs());
        (Slice { class: at, number }, lives.max(1))
    }

    /// The part of a hash's name that all groups of a partition share.
    pub(super) fn hash_start(&self, partition: u16, slice: Slice) -> String {
        let letter = self.classes.get(slice.class).map_or('l', |class| class.letter);
        format!("{{{}}}{letter}{:x}", self.tag(partition), slice.number)
    }

    /// The rest of it.
    pub(super) fn hash_end(&self, group: Group) -> String {
        let [_, _, a, b, c, d, ..] = *group.id();
        let bucket = u32::from_le_bytes([a, b, c, d]).checked_rem(self.buckets).unwrap_or_default();
        format!("{}{bucket:x}", if group.is_fact() { 'f' } else { 'e' })
    }
}

impl Class {
    fn number(self, moment: Timestamp) -> i64 {
        moment.unix_secs().div_euclid(self.slice_secs)
    }
}

/// The slot of a cluster that a hash tag lies in: CRC-16/XMODEM, as the cluster specification says.
pub(super) fn slot(tag: &str) -> u16 {
    let mut crc: u16 = 0;
    for byte in tag.bytes() {
        crc ^= u16::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
    }
    crc & 0x3FFF
}

/// A group is looked for in at most this many slices and two more, mostly one, and kept for up to one
/// slice longer than it must.
const SLICES_IN_A_WINDOW: i64 = 1;
/// Servers keep hashes of up to 512 (Redis 7) or 128 (older) fields packed.
const FIELDS_IN_A_HASH: u64 = 64;
const SHORT_PART: i64 = 8;
/// Another one where the records' bytes come to mean something else.
const FORMAT: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_cluster_specification() {
        // The check value of CRC-16/XMODEM is 0x31C3; `CLUSTER KEYSLOT foo` answers 12182.
        assert_eq!(slot("123456789"), 0x31C3 & 0x3FFF);
        assert_eq!(slot("foo"), 12_182);
    }

    #[test]
    fn classes_read_back() {
        let layout = Layout::new("pd", &Windows::whole(), 16, 1_000);
        let slices = layout.slices(Timestamp::from_unix_secs(1_795_197_791));
        let all = slices.into_iter().fold(Classes::default(), Classes::with);
        assert_eq!(layout.letters(all), "sl");
        for letters in ["", "s", "l", "sl"] {
            let classes = layout.classes(&Value::BulkString(letters.into())).unwrap();
            assert_eq!(layout.letters(classes), letters);
        }
        assert_eq!(layout.classes(&Value::BulkString(b"x".to_vec())), None);
    }

    #[test]
    fn a_layout_tells_what_it_depends_on() {
        let fingerprint = |windows: &Windows, partitions, expected| {
            Layout::new("pd", windows, partitions, expected).fingerprint()
        };
        let whole = fingerprint(&Windows::whole(), 64, 10_000_000);
        let mut tiktok = Windows::whole().of(Destination::TIKTOK);
        tiktok.retention_secs += 86_400;
        let tiktok = Windows::whole().with(Destination::TIKTOK, tiktok);
        let mut later = Windows::whole();
        later.future_secs += 1;
        let mut as_before = Windows::whole();
        (as_before.hold_secs, as_before.grants_rotated) = (120, true);
        assert_eq!(fingerprint(&as_before, 64, 10_000_000), whole);
        for other in [
            fingerprint(&Windows::in_memory(), 64, 10_000_000),
            fingerprint(&tiktok, 64, 10_000_000),
            fingerprint(&later, 64, 10_000_000),
            fingerprint(&Windows::whole(), 65, 10_000_000),
            fingerprint(&Windows::whole(), 64, 20_000_000),
        ] {
            assert_ne!(other, whole);
        }
    }

    #[test]
    fn what_is_kept_is_looked_for_and_lives_long_enough() {
        for windows in [Windows::whole(), Windows::in_memory()] {
            let layout = Layout::new("pd", &windows, 16, 1_000);
            for start in (0..200_000_000).step_by(1_234_567) {
                let now = Timestamp::from_unix_secs(start);
                for keep in [60, 3 * 86_400, 7 * 86_400 + 300, 90 * 86_400 + 300] {
                    let keep = keep.min(i64::from(windows.longest_retention_secs()));
                    let until = now.plus_secs(keep);
                    let (slice, lives) = layout.slice(until, now);
                    assert!(lives >= keep + CLOCK_SLACK_SECS);
                    for later in [0, keep / 2, keep, keep + CLOCK_SLACK_SECS, -CLOCK_SLACK_SECS] {
                        assert!(layout.slices(now.plus_secs(later)).contains(&slice));
                    }
                }
            }
            assert!(layout.slices(Timestamp::UNIX_EPOCH).len() <= 6);
        }
    }
}
