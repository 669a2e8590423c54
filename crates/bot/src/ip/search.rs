//! Disjoint ranges of upper halves of IPv6 addresses, found by their leading bits.

use super::record::index;

/// Ranges that cover all numbers of 64 bits, each with a value.
///
/// The 16 leading bits of a key give a node, and the node says how many bits after those to look at:
/// as many as make a few ranges a step. What is left is a search among the ranges between two
/// steps. So a crowded block costs no more than a sparse one, and an empty one next to nothing.
#[derive(Clone, Debug)]
pub(crate) struct Ranges {
    /// Where each range starts, ascending, the first at 0.
    starts: Box<[u64]>,
    values: Box<[u32]>,
    /// For each pattern of 16 bits: `steps` index × 32 + number of bits.
    nodes: Box<[u32]>,
    /// The range that holds the first key of each step, and at the end the last range. Nodes in which
    /// nothing starts share one with their neighbours.
    steps: Box<[u32]>,
}

impl Ranges {
    /// Most ranges: a step's number has 27 bits, and there are at most 65,536 steps more than ranges.
    pub(crate) const MAX: usize = (1 << 27) - (1 << 17);

    /// From ranges in ascending order of their starts, of which the first is 0; at most
    /// [`Ranges::MAX`].
    pub(crate) fn new(starts: Vec<u64>, values: Vec<u32>) -> Self {
        let mut nodes = Vec::with_capacity(NODES);
        let mut steps = Vec::with_capacity(starts.len() / 2);
        // The last range that starts at or before the key looked at.
        let mut at = 0usize;
        while nodes.len() < NODES {
            let base = u32::try_from(steps.len()).unwrap_or(u32::MAX) << 5;
            let later = starts.get(at.saturating_add(1)..).unwrap_or_default();
            let next = later.first().map_or(NODES, |start| usize::from(top(*start)));
            if nodes.len() < next {
                // Nothing starts in these nodes: they share a step.
                nodes.resize(next, base);
                steps.push(u32::try_from(at).unwrap_or(u32::MAX));
                continue;
            }
            let top = u16::try_from(next).unwrap_or(u16::MAX);
            let inside = up_to(later, top);
            let bits = step_bits(inside);
            nodes.push(base | bits);
            let end = at.saturating_add(inside);
            for step in 0..1u32 << bits {
                let first = first_of(top, step, bits);
                while starts.get(at.saturating_add(1)).is_some_and(|start| *start <= first) {
                    at = at.saturating_add(1);
                }
                steps.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
            at = end;
        }
        steps.push(u32::try_from(starts.len().saturating_sub(1)).unwrap_or(u32::MAX));
        Self {
            starts: starts.into(),
            values: values.into(),
            nodes: nodes.into(),
            steps: steps.into(),
        }
    }

    /// The value at `key`.
    #[inline]
    pub(crate) fn value(&self, key: u64) -> u32 {
        self.values.get(self.position(key)).copied().unwrap_or(0)
    }

    /// The value at `key`, with the range's first and last key.
    pub(crate) fn range(&self, key: u64) -> (u32, u64, u64) {
        let at = self.position(key);
        let first = self.starts.get(at).copied().unwrap_or_default();
        let next = self.starts.get(at.saturating_add(1));
        let last = next.and_then(|next| next.checked_sub(1)).unwrap_or(u64::MAX);
        (self.values.get(at).copied().unwrap_or(0), first, last)
    }

    #[inline]
    fn position(&self, key: u64) -> usize {
        let node = self.nodes.get(usize::from(top(key))).copied().unwrap_or(0);
        let step = index(node >> 5).wrapping_add(index(step_of(key, node & 31)));
        let first = self.steps.get(step).copied().map_or(0, index);
        let last = self.steps.get(step.wrapping_add(1)).copied().map_or(0, index);
        // The range of the step's first key, or one that starts later in the step.
        match self.starts.get(first.wrapping_add(1)..last.wrapping_add(1)) {
            Some(later) => first.wrapping_add(later.partition_point(|start| *start <= key)),
            None => first,
        }
    }

    pub(crate) fn starts(&self) -> &[u64] {
        &self.starts
    }

    pub(crate) fn values(&self) -> &[u32] {
        &self.values
    }

    /// Bytes on the heap.
    pub(crate) fn heap_len(&self) -> usize {
        size_of_val(&*self.starts)
            .saturating_add(size_of_val(&*self.values))
            .saturating_add(size_of_val(&*self.nodes))
            .saturating_add(size_of_val(&*self.steps))
    }
}

/// Patterns of 16 bits.
const NODES: usize = 1 << 16;

/// As many bits as give about a step for four ranges; none while a cache line holds them all.
fn step_bits(ranges: usize) -> u32 {
    match ranges {
        0..=8 => 0,
        _ => (ranges / 4).next_power_of_two().trailing_zeros().min(24),
    }
}

/// The 16 leading bits.
const fn top(key: u64) -> u16 {
    (key >> 48) as u16
}

/// The `bits` bits after the 16 leading ones, at most 24.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "at most 24 bits are left")]
fn step_of(key: u64, bits: u32) -> u32 {
    (key << 16).checked_shr(64u32.wrapping_sub(bits)).unwrap_or(0) as u32
}

/// The first key with these 16 leading bits and, after them, `step` in `bits` bits.
fn first_of(top: u16, step: u32, bits: u32) -> u64 {
    let step = u64::from(step).checked_shl(48u32.saturating_sub(bits)).unwrap_or(0);
    u64::from(top) << 48 | step
}

/// How many leading starts have at most these 16 leading bits. Most often a few, so the search
/// doubles its way up.
fn up_to(starts: &[u64], most: u16) -> usize {
    let mut end = 1usize;
    while starts.get(end).is_some_and(|start| top(*start) <= most) {
        end = end.saturating_mul(2);
    }
    let near = starts.get(..=end).unwrap_or(starts);
    near.partition_point(|start| top(*start) <= most)
}
