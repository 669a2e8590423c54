//! IPv6 ranges: by the upper half of the address, and only where a `/64` is divided by the lower.

use super::{
    cut::{Cut, Split, widened},
    divided::{DIVIDED, Divided},
    search::Ranges,
};

/// IPv6 ranges with the number of their record. 8 bytes tell a start instead of 16.
#[derive(Clone, Debug)]
pub(crate) struct V6 {
    upper: Ranges,
    divided: Divided<u64>,
}

impl V6 {
    pub(crate) fn new(cut: Cut<u128>) -> Self {
        let mut divided = cut.divided;
        divided.shrink_to_fit();
        Self { upper: Ranges::new(cut.starts, cut.values), divided }
    }

    /// The record at `key`.
    #[inline]
    pub(crate) fn record(&self, key: u128) -> u32 {
        let value = self.upper.value(key.upper());
        if value & DIVIDED == 0 { value } else { self.divided.part(value, key.lower()).0 }
    }

    /// The record at `key`, with the first and last address of its range.
    pub(crate) fn range(&self, key: u128) -> (u32, u128, u128) {
        widened(key, |key| self.part(key))
    }

    /// The `/64`s at which a value starts.
    pub(crate) fn starts(&self) -> &[u64] {
        self.upper.starts()
    }

    pub(crate) fn values(&self) -> &[u32] {
        self.upper.values()
    }

    pub(crate) const fn divided(&self) -> &Divided<u64> {
        &self.divided
    }

    /// Bytes on the heap.
    pub(crate) fn heap_len(&self) -> usize {
        self.upper.heap_len().saturating_add(self.divided.heap_len())
    }

    /// The record at `key`, with the first and last address that are known to share it.
    fn part(&self, key: u128) -> (u32, u128, u128) {
        let (value, first, last) = self.upper.range(key.upper());
        if value & DIVIDED == 0 {
            return (value, u128::join(first, 0), u128::join(last, u64::MAX));
        }
        let (record, first, last) = self.divided.part(value, key.lower());
        (record, u128::join(key.upper(), first), u128::join(key.upper(), last))
    }
}
