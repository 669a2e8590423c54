//! How a batch walks through the stripes.

use core::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smallvec::SmallVec;

use super::{
    MemoryStore,
    batch::{Enters, Keyed, MAX_TOGETHER, Place, Places, by_stripe},
    pair::Pair,
    shard::Shard,
    table::Seen,
};

impl MemoryStore {
    /// Does `one` to each item and its place among the results: items with a fact in
    /// their order, and those between them stripe by stripe. Items of one id keep their order, since
    /// they lie in one shard.
    pub(super) fn each<T: Keyed, R>(
        &self,
        items: &[T],
        results: &mut [R],
        enters: Enters,
        mut one: impl FnMut(&mut Pair<'_>, (&T, usize, Option<Seen>), &mut R),
    ) {
        let mut start = 0_usize;
        for run in items.chunk_by(|a, b| a.fact().is_none() && b.fact().is_none()) {
            let mut done = |at: usize, seen: Option<Seen>, pair: &mut Pair<'_>| {
                if let (Some(item), Some(to)) = (items.get(at), results.get_mut(at)) {
                    one(pair, (item, at, seen), to);
                }
            };
            if let [item] = run {
                self.with_pair(item, |pair| done(start, None, pair));
                start = start.saturating_add(1);
                continue;
            }
            for part in run.chunks(MAX_TOGETHER) {
                self.each_by_stripe(part, enters, |at, seen, pair| {
                    done(start.saturating_add(at), seen, pair);
                });
                start = start.saturating_add(part.len());
            }
        }
    }

    /// First all that lie in a stripe read their memory, and then each is done. The loops before are
    /// as short as can be: a processor waits for as many cache lines at once as it finds within a few
    /// hundred instructions.
    fn each_by_stripe<T: Keyed>(
        &self,
        items: &[T],
        enters: Enters,
        mut one: impl FnMut(usize, Option<Seen>, &mut Pair<'_>),
    ) {
        let places = items.iter().zip(0..=u8::MAX);
        let places: Places = places.map(|(item, at)| Place::new(self.shard_of(item), at)).collect();
        let mut spots = SmallVec::<[Spot; MAX_TOGETHER]>::new();
        for together in by_stripe(&places).chunk_by(|a, b| a.stripe() == b.stripe()) {
            let Some(first) = together.first() else { continue };
            let mut shards = self.lock(first.stripe());
            spots.clear();
            spots.extend(together.iter().filter_map(|place| {
                let (shard, item) = (shards.get(place.shard())?, items.get(place.item())?);
                Some(Spot { place: *place, groups: shard.groups_of(item.key()), seen: None })
            }));
            let mut touched = 0;
            for spot in &spots {
                touched ^=
                    shards.get(spot.place.shard()).map_or(0, |shard| shard.touch(spot.groups));
            }
            if enters == Enters::Perhaps {
                for spot in &mut spots {
                    let place = spot.place;
                    if let (Some(shard), Some(item)) =
                        (shards.get(place.shard()), items.get(place.item()))
                    {
                        spot.seen = shard.look(spot.groups, item.key());
                    }
                }
                for spot in &spots {
                    if let (Some(shard), Some(seen)) = (shards.get(spot.place.shard()), spot.seen) {
                        touched ^= shard.touch_seen(seen);
                    }
                }
            }
            black_box(touched);
            for Spot { place, seen, .. } in &spots {
                if let Some(event) = shards.get_mut(place.shard()) {
                    one(place.item(), *seen, &mut Pair { event, fact: None });
                }
            }
        }
    }

    /// Locks the shards of an event and of its fact, always in the order of their stripes.
    fn with_pair(&self, item: &impl Keyed, run: impl FnOnce(&mut Pair<'_>)) {
        let event = Place::new(self.shard_of(item), 0);
        let fact = item.fact().map(|fact| Place::new(self.shard(fact.as_bytes()), 0));
        let fact = fact.unwrap_or(event);
        let before = (fact.stripe() < event.stripe()).then(|| self.lock(fact.stripe()));
        let mut shards = self.lock(event.stripe());
        let after = (fact.stripe() > event.stripe()).then(|| self.lock(fact.stripe()));
        if let Some(mut others) = before.or(after) {
            if let Some(event) = shards.get_mut(event.shard()) {
                run(&mut Pair { event, fact: others.get_mut(fact.shard()) });
            }
        } else if let Ok([event, fact]) = shards.get_disjoint_mut([event.shard(), fact.shard()]) {
            run(&mut Pair { event, fact: Some(fact) });
        } else if let Some(event) = shards.get_mut(event.shard()) {
            run(&mut Pair { event, fact: None });
        }
    }

    fn lock(&self, stripe: usize) -> MutexGuard<'_, Box<[Shard]>> {
        #[expect(clippy::indexing_slicing, reason = "a place's stripe is below STRIPES")]
        self.stripes[stripe].lock()
    }

    fn shard_of(&self, item: &impl Keyed) -> u16 {
        self.shard(item.key().as_bytes())
    }

    fn shard(&self, key: &[u8; 16]) -> u16 {
        let [low, high, ..] = *key;
        u16::from_le_bytes([low, high]) & self.last_shard
    }
}

/// Where an item of a batch lies, and what there was before the first of its stripe was done.
#[derive(Clone, Copy)]
struct Spot {
    place: Place,
    groups: (u32, u32),
    seen: Option<Seen>,
}

/// Shards behind one lock, which shares its cache line with no other.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Stripe(pub(super) Mutex<Box<[Shard]>>);

impl Stripe {
    /// A thread that panicked inside a shard left it whole: every change is a few plain writes.
    pub(super) fn lock(&self) -> MutexGuard<'_, Box<[Shard]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
