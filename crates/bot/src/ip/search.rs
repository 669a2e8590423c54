//! Disjoint ranges, found by their leading bits.

use super::{network::Key, record::index};

/// Ranges that cover the whole key space, each with a value.
///
/// The 16 leading bits of a key give a node, and the node says how many bits after those to look at:
/// as many as make about two ranges a step. What is left is a search among the ranges between two
/// steps. So a crowded block costs no more than a sparse one, and an empty one next to nothing.
#[derive(Clone, Debug)]
pub(crate) struct Ranges<K> {
    /// Where each range starts, ascending, the first at 0.
    starts: Box<[K]>,
    values: Box<[u32]>,
    /// For each pattern of 16 bits: `steps` index × 32 + number of bits.
    nodes: Box<[u32]>,
    /// The range that holds the first key of each step, and at the end the last range. Nodes in which
    /// nothing starts share one with their neighbours.
    steps: Box<[u32]>,
}

impl<K: Key> Ranges<K> {
    /// Most ranges: a step's number has 27 bits, and there are at most 65,536 steps more than ranges.
    pub(crate) const MAX: usize = (1 << 27) - (1 << 17);

    /// From ranges in ascending order of their starts, of which the first is 0; at most
    /// [`Ranges::MAX`].
    pub(crate) fn new(starts: Vec<K>, values: Vec<u32>) -> Self {
        let mut nodes = Vec::with_capacity(NODES);
        let mut steps = Vec::with_capacity(starts.len());
        // The last range that starts at or before the key looked at.
        let mut at = 0usize;
        while nodes.len() < NODES {
            let base = u32::try_from(steps.len()).unwrap_or(u32::MAX) << 5;
            let later = starts.get(at.saturating_add(1)..).unwrap_or_default();
            let next = later.first().map_or(NODES, |start| usize::from(start.top()));
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
            for slice in 0..1u32 << bits {
                let first = K::compose(top, slice, bits);
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
    pub(crate) fn value(&self, key: K) -> u32 {
        self.values.get(self.position(key)).copied().unwrap_or(0)
    }

    /// The value at `key`, with the range's first and last key.
    pub(crate) fn range(&self, key: K) -> (u32, K, K) {
        let at = self.position(key);
        let first = self.starts.get(at).copied().unwrap_or_default();
        let next = self.starts.get(at.saturating_add(1));
        let last = next.and_then(|next| next.previous()).unwrap_or(K::MAX);
        (self.values.get(at).copied().unwrap_or(0), first, last)
    }

    #[inline]
    fn position(&self, key: K) -> usize {
        let node = self.nodes.get(usize::from(key.top())).copied().unwrap_or(0);
        let step = index(node >> 5).wrapping_add(index(key.slice(node & 31)));
        let first = self.steps.get(step).copied().map_or(0, index);
        let last = self.steps.get(step.wrapping_add(1)).copied().map_or(0, index);
        // The range of the step's first key, or one that starts later in the step.
        match self.starts.get(first.wrapping_add(1)..last.wrapping_add(1)) {
            Some(later) => first.wrapping_add(later.partition_point(|start| *start <= key)),
            None => first,
        }
    }

    /// How many ranges there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// All ranges: start and value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, u32)> {
        self.starts.iter().copied().zip(self.values.iter().copied())
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

/// As many bits as give about a step for two ranges; none while a cache line holds them all.
fn step_bits(ranges: usize) -> u32 {
    match ranges {
        0..=8 => 0,
        _ => (ranges / 2).next_power_of_two().trailing_zeros().min(24),
    }
}

/// How many leading starts have at most these 16 leading bits. Most often a few, so the search
/// doubles its way up.
fn up_to<K: Key>(starts: &[K], top: u16) -> usize {
    let mut end = 1usize;
    while starts.get(end).is_some_and(|start| start.top() <= top) {
        end = end.saturating_mul(2);
    }
    let near = starts.get(..=end).unwrap_or(starts);
    near.partition_point(|start| start.top() <= top)
}
