//! Time in slices: whole slices are forgotten at once.

use predispatch_types::Timestamp;

use crate::Windows;

/// How time is cut. An entry has one byte for its slice and three for its place in the slice, which
/// is exact to the millisecond as long as nothing is kept for more than nine days.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slices {
    /// A unit is this power of two of milliseconds.
    unit_shift: u32,
    keep_millis: i64,
    future_millis: i64,
}

/// The present of a batch, and where it lies among the slices: worked out once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) at: Timestamp,
    pub(super) slice: Slice,
    pub(super) offset: u32,
}

/// A slice's number since 1970. Entries keep its lowest byte.
pub(super) type Slice = i64;

impl Slices {
    pub(super) fn new(windows: &Windows) -> Self {
        let keep_millis = i64::from(windows.longest_retention_secs()).saturating_mul(1_000);
        let future_millis = i64::from(windows.future_secs).saturating_mul(1_000);
        // Twice the slices that are kept must fit into a byte, so that old and new never meet.
        let mut unit_shift = 0;
        while keep_millis >> unit_shift >> OFFSET_BITS >= MAX_KEPT {
            unit_shift = u32::saturating_add(unit_shift, 1);
        }
        Self { unit_shift, keep_millis, future_millis }
    }

    /// The slice of a moment, and its place there in units.
    #[inline]
    pub(super) fn split(self, at: Timestamp) -> (Slice, u32) {
        let units = at.unix_millis() >> self.unit_shift;
        (units >> OFFSET_BITS, u32::try_from(units & OFFSET_MASK).unwrap_or_default())
    }

    pub(super) fn present(self, at: Timestamp) -> Now {
        let (slice, offset) = self.split(at);
        Now { at, slice, offset }
    }

    /// The moment at a place in a slice.
    #[inline]
    pub(super) fn join(self, slice: Slice, offset: u32) -> Timestamp {
        let units = (slice << OFFSET_BITS) | i64::from(offset);
        Timestamp::from_unix_millis(units << self.unit_shift)
    }

    #[inline]
    pub(super) fn of(self, at: Timestamp) -> Slice {
        self.split(at).0
    }

    /// The first slice that is still kept at `now`.
    pub(super) fn first_kept(self, now: Timestamp) -> Slice {
        let millis = now.unix_millis().saturating_sub(self.keep_millis);
        self.of(Timestamp::from_unix_millis(millis))
    }

    /// If nothing was forgotten from `first` on: of which events, by their own time, nothing was. A
    /// report comes at most the tolerance before its event.
    pub(super) fn remembered_from(self, first: Slice) -> Timestamp {
        let millis = self.join(first, 0).unix_millis().saturating_add(self.future_millis);
        Timestamp::from_unix_millis(millis)
    }
}

const OFFSET_BITS: u32 = 23;
const OFFSET_MASK: i64 = (1 << OFFSET_BITS) - 1;
const MAX_KEPT: i64 = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Destination, Window};

    #[test]
    fn a_week_is_exact_to_the_millisecond() {
        let slices = Slices::new(&Windows::in_memory());
        for millis in [0, 1, 16_777_215, 16_777_216, 1_795_197_791_123] {
            let at = Timestamp::from_unix_millis(millis);
            let (slice, offset) = slices.split(at);
            assert_eq!(slices.join(slice, offset), at);
        }
    }

    #[test]
    fn any_retention_fits_into_a_byte() {
        for days in [1, 7, 90, 400, 40_000] {
            let mut window: Window = Windows::whole().of(Destination::META);
            window.retention_secs = days * 86_400;
            let slices = Slices::new(&Windows::whole().with(Destination::META, window));
            let now = Timestamp::from_unix_secs(1_795_197_791);
            assert!(slices.of(now) - slices.first_kept(now) <= MAX_KEPT + 1, "{days}");
        }
    }
}
