//! The grants of a shard that are not settled.

use predispatch_types::Timestamp;

use super::segment::Slot;
use crate::{Key, Receipt, Tags, rules::Hold};

/// They are few, so they are found one by one; by eight bytes of their ids, which lie together.
#[derive(Debug, Default)]
pub(super) struct Holds {
    ids: Vec<u64>,
    all: Vec<Held>,
}

/// A grant that is not settled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) key: Key,
    pub(super) tags: Tags,
    pub(super) hold: Hold,
    /// Where its entry was when it came; it may have moved.
    pub(super) slot: Slot,
}

impl Holds {
    /// What each takes.
    pub(super) const BYTES_EACH: usize = size_of::<Held>() + size_of::<u64>();

    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    #[inline]
    pub(super) const fn capacity(&self) -> usize {
        self.all.capacity()
    }

    pub(super) fn bytes(&self) -> usize {
        let all = self.all.capacity().saturating_mul(size_of::<Held>());
        all.saturating_add(self.ids.capacity().saturating_mul(size_of::<u64>()))
    }

    #[inline]
    pub(super) fn push(&mut self, held: Held) {
        self.ids.push(id(held.key));
        self.all.push(held);
    }

    /// The grant of a receipt that is in time, and its number here.
    #[inline]
    pub(super) fn find(&self, receipt: &Receipt, now: Timestamp) -> Option<(usize, Held)> {
        let is_his = |held: &Held| held.key == receipt.key() && held.hold.is_for(receipt, now);
        self.of(receipt.key()).find(|(_, held)| is_his(held))
    }

    #[inline]
    pub(super) fn remove(&mut self, at: usize) {
        if at < self.all.len() {
            self.ids.swap_remove(at);
            self.all.swap_remove(at);
        }
    }

    /// Whether any may be of the key's id.
    #[inline]
    pub(super) fn has_any(&self, key: Key) -> bool {
        self.ids.contains(&id(key))
    }

    /// Those of a record.
    pub(super) fn of_record(&self, key: Key, tags: Tags) -> impl Iterator<Item = Hold> {
        let all = self.of(key).map(|(_, held)| held);
        all.filter(move |held| held.key == key && held.tags == tags).map(|held| held.hold)
    }

    /// Lets those of a record go.
    pub(super) fn let_go(&mut self, (key, tags): (Key, Tags)) {
        let is_of = |(_, held): &(usize, Held)| held.key == key && held.tags == tags;
        loop {
            let found = self.of(key).find(is_of);
            let Some((at, _)) = found else { return };
            self.remove(at);
        }
    }

    /// Lets those go that have ended.
    pub(super) fn retain_live(&mut self, now: Timestamp) {
        self.all.retain(|held| held.hold.is_live(now));
        self.ids.clear();
        self.ids.extend(self.all.iter().map(|held| id(held.key)));
    }

    /// Those whose ids may be that of the key.
    #[inline]
    fn of(&self, key: Key) -> impl Iterator<Item = (usize, Held)> {
        let wanted = id(key);
        let places = self.ids.iter().enumerate().filter(move |(_, id)| **id == wanted);
        places.filter_map(|(at, _)| Some((at, *self.all.get(at)?)))
    }
}

#[inline]
fn id(key: Key) -> u64 {
    let [_, _, a, b, c, d, e, f, g, h, ..] = *key.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
