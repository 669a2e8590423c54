//! IPv4 ranges: a bit for each `/24` at which the answer changes.

use super::{
    cut::{Cut, Split, widened},
    divided::{DIVIDED, Divided},
    record::index,
};

/// IPv4 ranges with the number of their record.
///
/// The 16 leading bits give a record, or a block of 256 bits, one for each `/24`: how many are set up
/// to an address's own is the place of its value. No search, and four bytes for a range.
#[derive(Clone, Debug)]
pub(crate) struct V4 {
    /// For each `/16`: its record, or with [`BLOCK`] set the number of its block.
    roots: Box<[u32]>,
    blocks: Box<[Block]>,
    /// The values of [`Cut`].
    values: Box<[u32]>,
    divided: Divided<u8>,
}

/// A `/16` with more than one value.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// A bit for each `/24` at which a value starts.
    starts: [u64; 4],
    /// How many bits are set before each of the four.
    before: [u8; 4],
    /// How many values start before the block.
    first: u32,
}

/// Set in a root that is the number of a block and no record.
const BLOCK: u32 = DIVIDED;

/// Patterns of 16 bits.
const ROOTS: u32 = 1 << 16;

impl V4 {
    pub(crate) fn new(cut: Cut<u32>) -> Self {
        let mut roots = Vec::with_capacity(index(ROOTS));
        let mut blocks = Vec::new();
        let mut rest = &*cut.starts;
        for top in 0..ROOTS {
            let before = cut.values.len().saturating_sub(rest.len());
            let inside = rest.iter().take_while(|start| **start >> 8 == top).count();
            let (starts, later) = rest.split_at_checked(inside).unwrap_or_default();
            rest = later;
            // The value at the first address: one that starts right there, or the one before.
            let starts_here = starts.first().is_some_and(|start| start & 0xff == 0);
            let at = before.saturating_add(usize::from(starts_here)).saturating_sub(1);
            let value = cut.values.get(at).copied().unwrap_or(0);
            if value & DIVIDED == 0 && inside == usize::from(starts_here) {
                roots.push(value);
                continue;
            }
            roots.push(BLOCK | number(blocks.len()));
            blocks.push(Block::new(starts, number(before)));
        }
        let mut divided = cut.divided;
        divided.shrink_to_fit();
        Self { roots: roots.into(), blocks: blocks.into(), values: cut.values.into(), divided }
    }

    /// The record at `key`.
    #[inline]
    pub(crate) fn record(&self, key: u32) -> u32 {
        let value = self.value(key);
        if value & DIVIDED == 0 { value } else { self.divided.part(value, key.lower()).0 }
    }

    /// The record at `key`, with the first and last address of its range.
    pub(crate) fn range(&self, key: u32) -> (u32, u32, u32) {
        widened(key, |key| self.part(key))
    }

    /// The `/24`s at which a value starts, and the values: what [`Cut`] holds.
    pub(crate) fn starts(&self) -> impl Iterator<Item = u32> {
        let mut before = None;
        (0..ROOTS << 8).step_by(256).flat_map(move |first| {
            // A value that a whole /16 has starts there only if it is another than the last.
            let starts_here = u64::from(before != Some(self.value(first << 8)));
            let starts = match self.block(first << 8) {
                Some(block) => block.starts,
                None => [starts_here, 0, 0, 0],
            };
            before = Some(self.value(first << 8 | 0xffff));
            slots(starts).map(move |slot| first | slot)
        })
    }

    pub(crate) fn values(&self) -> &[u32] {
        &self.values
    }

    pub(crate) const fn divided(&self) -> &Divided<u8> {
        &self.divided
    }

    /// Bytes on the heap.
    pub(crate) fn heap_len(&self) -> usize {
        size_of_val(&*self.roots)
            .saturating_add(size_of_val(&*self.blocks))
            .saturating_add(size_of_val(&*self.values))
            .saturating_add(self.divided.heap_len())
    }

    #[inline]
    fn value(&self, key: u32) -> u32 {
        let root = self.roots.get(index(key >> 16)).copied().unwrap_or(0);
        if root & BLOCK == 0 {
            return root;
        }
        let block = self.blocks.get(index(root & !BLOCK)).copied().unwrap_or_default();
        self.values.get(index(block.position(key >> 8 & 0xff))).copied().unwrap_or(0)
    }

    fn block(&self, key: u32) -> Option<&Block> {
        let root = self.roots.get(index(key >> 16)).filter(|root| **root & BLOCK != 0)?;
        self.blocks.get(index(root & !BLOCK))
    }

    /// The record at `key`, with the first and last address that are known to share it.
    fn part(&self, key: u32) -> (u32, u32, u32) {
        let value = self.value(key);
        if value & DIVIDED != 0 {
            let (record, first, last) = self.divided.part(value, key.lower());
            return (record, u32::join(key.upper(), first), u32::join(key.upper(), last));
        }
        let top = key & !0xffff;
        let Some(block) = self.block(key) else { return (value, top, key | 0xffff) };
        let slot = key >> 8 & 0xff;
        let first = slots(block.starts).take_while(|start| *start <= slot).last().unwrap_or(0);
        let next = slots(block.starts).find(|start| *start > slot).unwrap_or(256);
        (value, top | first << 8, top | (next.saturating_sub(1) << 8 | 0xff))
    }
}

impl Block {
    fn new(starts: &[u32], first: u32) -> Self {
        let mut block = Self { first, ..Self::default() };
        for start in starts {
            if let Some(word) = block.starts.get_mut(index(start >> 6 & 3)) {
                *word |= 1 << (start & 63);
            }
        }
        let mut count = 0u32;
        for (before, word) in block.before.iter_mut().zip(block.starts) {
            *before = u8::try_from(count).unwrap_or(u8::MAX);
            count = count.saturating_add(word.count_ones());
        }
        block
    }

    /// The place of the value of a `/24`: the last one that starts at or before it.
    #[inline]
    fn position(self, slot: u32) -> u32 {
        let word = index(slot >> 6 & 3);
        let (starts, before) = (self.starts.get(word), self.before.get(word));
        let after = 63u32.wrapping_sub(slot & 63);
        let up_to = starts.copied().unwrap_or(0).wrapping_shl(after);
        let inside = u32::from(before.copied().unwrap_or(0)).wrapping_add(up_to.count_ones());
        // At the first address of all a value starts, so the sum is never 0.
        self.first.wrapping_add(inside).wrapping_sub(1)
    }
}

/// The numbers of the bits that are set.
fn slots(words: [u64; 4]) -> impl Iterator<Item = u32> {
    (0..256).filter(move |slot| {
        words.get(index(slot >> 6)).is_some_and(|word| word >> (slot & 63) & 1 == 1)
    })
}

/// Fits, since there are at most [`ROOTS`] blocks and fewer than 2^31 values.
fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX) & !BLOCK
}
