//! Nested and overlapping blocks made disjoint ranges.

use super::{
    network::Key,
    record::{Layers, index},
};

/// A block of addresses with the number of its label.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<K> {
    pub(crate) start: K,
    pub(crate) len: u8,
    pub(crate) label: u32,
}

/// From `start` up to the next one's start holds `record`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Piece<K> {
    pub(crate) start: K,
    pub(crate) record: u32,
}

/// Cuts the address space into pieces of one answer each, the first at 0.
///
/// Blocks nest or are disjoint, so a stack holds those that are open; the most specific one is on top
/// and its answer is the joined answer of all. Of equal blocks the later row lies on top.
pub(crate) fn flatten<K: Key>(rows: &mut [Row<K>], layers: &mut Layers<'_>) -> Vec<Piece<K>> {
    // Stable: equal blocks keep their order.
    rows.sort_by_key(|row| (row.start, row.len));
    let mut pieces = Pieces::with_capacity(rows.len());
    // Last address and answer of each open block.
    let mut open: Vec<(K, u32)> = Vec::new();
    for row in rows.iter() {
        pieces.close(&mut open, Some(row.start));
        let below = open.last().map_or(0, |(_, record)| *record);
        let record = layers.join(below, row.label);
        pieces.push(row.start, record);
        open.push((row.start.last(row.len), record));
    }
    pieces.close(&mut open, None);
    pieces.0
}

/// Replaces each record by its new number and joins neighbours of the same.
pub(crate) fn renumber<K: Key>(pieces: &mut Vec<Piece<K>>, renumbered: &[u32]) {
    for piece in pieces.iter_mut() {
        piece.record = renumbered.get(index(piece.record)).copied().unwrap_or(0);
    }
    pieces.dedup_by_key(|piece| piece.record);
    pieces.shrink_to_fit();
}

struct Pieces<K>(Vec<Piece<K>>);

impl<K: Key> Pieces<K> {
    fn with_capacity(rows: usize) -> Self {
        let mut pieces = Vec::with_capacity(rows.saturating_mul(2).saturating_add(1));
        pieces.push(Piece { start: K::default(), record: 0 });
        Self(pieces)
    }

    fn push(&mut self, start: K, record: u32) {
        match self.0.last_mut() {
            // A narrower or later block that starts at the same address.
            Some(last) if last.start == start => last.record = record,
            Some(last) if last.record == record => {}
            _ => self.0.push(Piece { start, record }),
        }
    }

    /// Ends the open blocks that lie before `start`, or all.
    fn close(&mut self, open: &mut Vec<(K, u32)>, start: Option<K>) {
        while let Some((last, _)) = open.last() {
            if start.is_some_and(|start| start <= *last) {
                break;
            }
            let after = last.next();
            open.pop();
            // The address space ends with the block.
            let Some(after) = after else { continue };
            self.push(after, open.last().map_or(0, |(_, record)| *record));
        }
    }
}
