//! IPv6 ranges: by the upper half of the address, and only where a `/64` is divided by the lower.

use super::{flatten::Piece, network::Key, record::index, search::Ranges};

/// IPv6 ranges with the number of their record.
///
/// Networks are handed out in `/64`s or more, so nearly all ranges start at one: 8 bytes tell a start
/// instead of 16. A `/64` that is divided has a list of its own.
#[derive(Clone, Debug)]
pub(crate) struct V6 {
    /// Values are records, or with [`DIVIDED`] set the number of a divided `/64`.
    upper: Ranges<u64>,
    /// Where each divided `/64` starts in `lower` and `records`; the end of the last at the end.
    divided: Box<[u32]>,
    /// For each divided `/64`: starts, ascending, the first 0.
    lower: Box<[u64]>,
    records: Box<[u32]>,
}

const DIVIDED: u32 = 1 << 31;

impl V6 {
    /// From pieces in ascending order, of which the first starts at 0.
    pub(crate) fn new(pieces: &[Piece<u128>]) -> Self {
        let mut starts: Vec<u64> = Vec::with_capacity(pieces.len());
        let mut values = Vec::with_capacity(pieces.len());
        let mut divided: Vec<u32> = Vec::new();
        let mut lower = Vec::new();
        let mut records = Vec::new();
        // What holds before the piece looked at.
        let mut before = 0;
        let mut rest = pieces;
        while let Some(piece) = rest.first() {
            let upper = upper_half(piece.start);
            let same = rest.partition_point(|piece| upper_half(piece.start) == upper);
            let (inside, after) = rest.split_at(same);
            rest = after;
            let last = inside.last().map_or(before, |piece| piece.record);
            let is_divided = inside.len() > 1 || lower_half(piece.start) != 0;
            starts.push(upper);
            if !is_divided {
                values.push(piece.record);
                before = last;
                continue;
            }
            values.push(DIVIDED | number(divided.len()));
            divided.push(number(lower.len()));
            if lower_half(piece.start) != 0 {
                lower.push(0);
                records.push(before);
            }
            lower.extend(inside.iter().map(|piece| lower_half(piece.start)));
            records.extend(inside.iter().map(|piece| piece.record));
            before = last;
            // The last answer goes on after the divided block, unless another starts right there.
            let next = upper.checked_add(1);
            if let Some(next) = next
                && rest.first().is_none_or(|piece| upper_half(piece.start) != next)
            {
                starts.push(next);
                values.push(last);
            }
        }
        divided.push(number(lower.len()));
        Self {
            upper: Ranges::new(starts, values),
            divided: divided.into(),
            lower: lower.into(),
            records: records.into(),
        }
    }

    /// The record at `key`.
    #[inline]
    pub(crate) fn record(&self, key: u128) -> u32 {
        let value = self.upper.value(upper_half(key));
        if value & DIVIDED == 0 { value } else { self.inside(value, key).0 }
    }

    /// The record at `key`, with the first and last address of its range.
    pub(crate) fn range(&self, key: u128) -> (u32, u128, u128) {
        let (value, first, last) = self.upper.range(upper_half(key));
        if value & DIVIDED == 0 {
            return self.widened(value, u128::from(first) << 64, whole(last));
        }
        let (record, first, last) = self.inside(value, key);
        let base = key & !u128::from(u64::MAX);
        self.widened(record, base | u128::from(first), base | u128::from(last))
    }

    /// All ranges in ascending order; neighbours differ.
    pub(crate) fn pieces(&self) -> Vec<Piece<u128>> {
        let mut pieces: Vec<Piece<u128>> = Vec::with_capacity(self.upper.len());
        for (start, value) in self.upper.iter() {
            let base = u128::from(start) << 64;
            if value & DIVIDED == 0 {
                pieces.push(Piece { start: base, record: value });
                continue;
            }
            let (lower, records) = self.division(value);
            let inside = lower.iter().zip(records);
            pieces.extend(
                inside
                    .map(|(low, record)| Piece { start: base | u128::from(*low), record: *record }),
            );
        }
        pieces.dedup_by_key(|piece| piece.record);
        pieces
    }

    /// Bytes on the heap.
    pub(crate) fn heap_len(&self) -> usize {
        self.upper
            .heap_len()
            .saturating_add(size_of_val(&*self.divided))
            .saturating_add(size_of_val(&*self.lower))
            .saturating_add(size_of_val(&*self.records))
    }

    /// The record in a divided `/64`, with the first and last lower half of its range.
    fn inside(&self, value: u32, key: u128) -> (u32, u64, u64) {
        let (lower, records) = self.division(value);
        let at = lower.partition_point(|start| *start <= lower_half(key)).saturating_sub(1);
        let next = lower.get(at.saturating_add(1));
        (
            records.get(at).copied().unwrap_or(0),
            lower.get(at).copied().unwrap_or(0),
            next.and_then(|next| next.previous()).unwrap_or(u64::MAX),
        )
    }

    fn division(&self, value: u32) -> (&[u64], &[u32]) {
        let at = index(value & !DIVIDED);
        let bound = |at: usize| self.divided.get(at).copied().map_or(0, index);
        let span = bound(at)..bound(at.saturating_add(1));
        let lower = self.lower.get(span.clone()).unwrap_or_default();
        (lower, self.records.get(span).unwrap_or_default())
    }

    /// A range that was cut at a divided `/64` goes on beside it.
    fn widened(&self, record: u32, mut first: u128, mut last: u128) -> (u32, u128, u128) {
        while let Some(before) = first.previous()
            && self.record(before) == record
        {
            first = self.first_of_part(before);
        }
        while let Some(after) = last.next()
            && self.record(after) == record
        {
            last = self.last_of_part(after);
        }
        (record, first, last)
    }

    fn first_of_part(&self, key: u128) -> u128 {
        let (value, first, _) = self.upper.range(upper_half(key));
        if value & DIVIDED == 0 {
            return u128::from(first) << 64;
        }
        (key & !u128::from(u64::MAX)) | u128::from(self.inside(value, key).1)
    }

    fn last_of_part(&self, key: u128) -> u128 {
        let (value, _, last) = self.upper.range(upper_half(key));
        if value & DIVIDED == 0 {
            return whole(last);
        }
        (key & !u128::from(u64::MAX)) | u128::from(self.inside(value, key).2)
    }
}

/// The last address of the `/64` with this upper half.
fn whole(upper: u64) -> u128 {
    (u128::from(upper) << 64) | u128::from(u64::MAX)
}

const fn upper_half(key: u128) -> u64 {
    (key >> 64) as u64
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
const fn lower_half(key: u128) -> u64 {
    key as u64
}

/// Under [`DIVIDED`], since there are at most `Ranges::MAX` pieces.
fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX) & !DIVIDED
}
