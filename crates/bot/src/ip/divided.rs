//! Blocks with more than one answer inside.

use super::{network::Key, record::index};

/// Set in a value that is the number of a divided block and no record.
pub(crate) const DIVIDED: u32 = 1 << 31;

/// Divided blocks, each a list of where in it which record starts.
#[derive(Clone, Debug)]
pub(crate) struct Divided<L> {
    /// Where each block's parts end in the other two lists; 0 in front.
    pub(crate) ends: Vec<u32>,
    /// Starts of the parts, in each block ascending from 0.
    pub(crate) starts: Vec<L>,
    pub(crate) records: Vec<u32>,
}

impl<L> Default for Divided<L> {
    fn default() -> Self {
        Self { ends: vec![0], starts: Vec::new(), records: Vec::new() }
    }
}

impl<L: Key> Divided<L> {
    /// Adds a block of these parts; its value.
    pub(crate) fn push(&mut self, parts: impl Iterator<Item = (L, u32)>) -> u32 {
        let number = u32::try_from(self.len()).unwrap_or(u32::MAX) | DIVIDED;
        for (start, record) in parts {
            self.starts.push(start);
            self.records.push(record);
        }
        self.ends.push(u32::try_from(self.starts.len()).unwrap_or(u32::MAX));
        number
    }

    /// How many blocks.
    pub(crate) fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// The record at `place` in the block of this value, with the first and last place of its part.
    pub(crate) fn part(&self, value: u32, place: L) -> (u32, L, L) {
        let number = index(value & !DIVIDED);
        let end = |at: usize| self.ends.get(at).copied().map_or(0, index);
        let span = end(number)..end(number.saturating_add(1));
        let starts = self.starts.get(span.clone()).unwrap_or_default();
        let records = self.records.get(span).unwrap_or_default();
        let after = starts.partition_point(|start| *start <= place);
        let at = after.saturating_sub(1);
        (
            records.get(at).copied().unwrap_or(0),
            starts.get(at).copied().unwrap_or_default(),
            starts.get(after).and_then(|next| next.previous()).unwrap_or(L::MAX),
        )
    }

    /// Whether each block has at least two parts, from 0 on, each with another record than the one
    /// before, of `records`.
    pub(crate) fn is_sound(&self, records: usize) -> bool {
        let ends_at = self.ends.last().copied().map(index);
        self.ends.first() == Some(&0)
            && ends_at == Some(self.starts.len())
            && self.records.len() == self.starts.len()
            && self.records.iter().all(|record| index(*record) < records)
            && self.ends.windows(2).all(|pair| match pair {
                [from, to] => self.is_divided(index(*from), index(*to)),
                _ => false,
            })
    }

    fn is_divided(&self, from: usize, to: usize) -> bool {
        let (Some(starts), Some(records)) = (self.starts.get(from..to), self.records.get(from..to))
        else {
            return false;
        };
        starts.len() > 1
            && starts.first() == Some(&L::default())
            && starts.is_sorted_by(|a, b| a < b)
            && records.is_sorted_by(|a, b| a != b)
    }

    /// Gives back what was reserved for more.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.ends.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.records.shrink_to_fit();
    }

    /// Bytes on the heap.
    pub(crate) fn heap_len(&self) -> usize {
        size_of_val(&*self.ends)
            .saturating_add(size_of_val(&*self.starts))
            .saturating_add(size_of_val(&*self.records))
    }
}
