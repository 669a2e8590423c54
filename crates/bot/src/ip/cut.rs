//! Ranges cut at the borders of blocks, where nearly all of them start.

use super::{
    divided::{DIVIDED, Divided},
    flatten::Piece,
    network::Key,
    record::index,
};

/// An address as a block and a place in it: a `/24` of IPv4, a `/64` of IPv6.
///
/// Networks are handed out in whole blocks, so a range is told by its block, and only a block that
/// is divided needs a list of its own.
pub(crate) trait Split: Key {
    /// Number of a block.
    type Upper: Key;
    /// Place in a block.
    type Lower: Key;

    fn upper(self) -> Self::Upper;
    fn lower(self) -> Self::Lower;
    fn join(upper: Self::Upper, lower: Self::Lower) -> Self;
}

/// The whole address space: which value starts at which block.
#[derive(Clone, Debug)]
pub(crate) struct Cut<K: Split> {
    /// Blocks at which a value starts, ascending, the first 0.
    pub(crate) starts: Vec<K::Upper>,
    /// Records, or with [`DIVIDED`] set the number of a divided block. Neighbours differ.
    pub(crate) values: Vec<u32>,
    pub(crate) divided: Divided<K::Lower>,
}

impl<K: Split> Cut<K> {
    /// From pieces in ascending order, of which the first starts at 0 and each has another record
    /// than the one before.
    pub(crate) fn new(pieces: &[Piece<K>]) -> Self {
        let mut cut = Self {
            starts: Vec::with_capacity(pieces.len()),
            values: Vec::with_capacity(pieces.len()),
            divided: Divided::default(),
        };
        // The record before the block looked at, and where it goes on if nothing else starts there.
        let mut before = 0;
        let mut after_division = None;
        for inside in pieces.chunk_by(|a, b| a.start.upper() == b.start.upper()) {
            let Some((first, last)) = inside.first().zip(inside.last()) else { continue };
            let upper = first.start.upper();
            if let Some(next) = after_division.take().filter(|next| *next != upper) {
                cut.push(next, before);
            }
            let starts_inside = first.start.lower() != K::Lower::default();
            if inside.len() == 1 && !starts_inside {
                cut.push(upper, first.record);
            } else {
                let start = starts_inside.then_some((K::Lower::default(), before));
                let parts = inside.iter().map(|piece| (piece.start.lower(), piece.record));
                let number = cut.divided.push(start.into_iter().chain(parts));
                cut.push(upper, number);
                after_division = next_block::<K>(upper);
            }
            before = last.record;
        }
        if let Some(next) = after_division {
            cut.push(next, before);
        }
        cut
    }

    fn push(&mut self, start: K::Upper, value: u32) {
        self.starts.push(start);
        self.values.push(value);
    }

    /// Whether it is as [`new`](Self::new) makes it, of this many records.
    pub(crate) fn is_sound(&self, records: usize) -> bool {
        let (starts, values) = (&*self.starts, &*self.values);
        let ends_in_space = starts.last().is_some_and(|last| *last <= K::MAX.upper());
        let is_ascending = starts.first() == Some(&K::Upper::default())
            && starts.is_sorted_by(|a, b| a < b)
            && starts.len() == values.len();
        let is_cut_soundly = || {
            let pairs = values.iter().zip(values.get(1..).unwrap_or_default());
            let nexts = starts.iter().zip(starts.get(1..).unwrap_or_default());
            pairs.zip(nexts).all(|((value, next), (start, next_start))| {
                // After a divided block the next one always starts anew.
                value != next
                    && (value & DIVIDED == 0 || next_block::<K>(*start) == Some(*next_start))
            })
        };
        let is_last_open = || values.last().zip(starts.last());
        let ends_soundly = || {
            is_last_open().is_some_and(|(value, start)| {
                value & DIVIDED == 0 || next_block::<K>(*start).is_none()
            })
        };
        ends_in_space
            && is_ascending
            && is_cut_soundly()
            && ends_soundly()
            && self.values_are_known(records)
            && self.divided.is_sound(records)
    }

    /// Records that there are, and each divided block once, in order.
    fn values_are_known(&self, records: usize) -> bool {
        let mut number = 0usize;
        let are_known = self.values.iter().all(|value| {
            if value & DIVIDED == 0 {
                return index(*value) < records;
            }
            let is_next = index(value & !DIVIDED) == number;
            number = number.saturating_add(1);
            is_next
        });
        are_known && number == self.divided.len()
    }
}

fn next_block<K: Split>(upper: K::Upper) -> Option<K::Upper> {
    K::join(upper, K::Lower::MAX).next().map(K::upper)
}

/// The whole range around a part of it: the table's parts end at block borders too.
///
/// `part` gives the record at a key with the first and last key of its part.
pub(crate) fn widened<K: Key>(key: K, part: impl Fn(K) -> (u32, K, K)) -> (u32, K, K) {
    let (record, mut first, mut last) = part(key);
    while let Some((other, start, _)) = first.previous().map(&part)
        && other == record
    {
        first = start;
    }
    while let Some((other, _, end)) = last.next().map(&part)
        && other == record
    {
        last = end;
    }
    (record, first, last)
}

impl Split for u32 {
    type Upper = Self;
    type Lower = u8;

    #[inline]
    fn upper(self) -> Self {
        self >> 8
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the last byte is wanted")]
    fn lower(self) -> u8 {
        self as u8
    }

    fn join(upper: Self, lower: u8) -> Self {
        upper << 8 | Self::from(lower)
    }
}

impl Split for u128 {
    type Upper = u64;
    type Lower = u64;

    #[inline]
    fn upper(self) -> u64 {
        (self >> 64) as u64
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    fn lower(self) -> u64 {
        self as u64
    }

    fn join(upper: u64, lower: u64) -> Self {
        Self::from(upper) << 64 | Self::from(lower)
    }
}
