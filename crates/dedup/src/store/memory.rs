//! The store in memory: exact, bounded, without pauses and without a thread of its own.
//!
//! Claims are spread over shards by their key. A shard is a small hash table whose entries take 27
//! bytes each; it grows by a tenth at a time, so that memory follows the number of claims closely and
//! no single claim waits for more than a shard's copy (some microseconds). Time is cut into slices;
//! the first claim that reaches a shard in a new slice drops whatever slices have passed the
//! retention, by one pass over one byte an entry.

mod cell;
mod clock;
mod shard;
mod table;

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use predispatch_types::Timestamp;

use self::{
    clock::Slices,
    shard::{Found, Full, Shard},
};
use crate::{
    Claim, FactKey, Key, Outcome, Receipt, SettleError, Source, Store, Unknown, Windows,
    rules::{self, Reserved, Settlement},
};

/// What a [`MemoryStore`] does when its bytes are used up by claims within the retention.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WhenFull {
    /// Forgets the oldest slice of time before its retention is over, and remembers that it did:
    /// events from then are [`Unknown::TooOld`], never `First`. The slice of the present is never
    /// forgotten; if that alone fills the store, a claim is [`Unknown::Full`].
    #[default]
    ForgetOldest,
    /// Keeps what it has: a new event is [`Unknown::Full`] until old ones expire.
    Refuse,
}

/// How a [`MemoryStore`] is made.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct MemoryOptions {
    /// The windows of the destinations. Default [`Windows::in_memory`].
    pub windows: Windows,
    /// The most that the store takes, in bytes; at least [`MemoryStore::MIN_BYTES`]. It takes as much
    /// as its claims need, at most this. Default 256 MiB, for about 8.5 million events.
    pub max_bytes: usize,
    /// What happens at that limit.
    pub when_full: WhenFull,
    /// Events that happened before this moment are [`Unknown::TooOld`]. A service that was restarted
    /// sets its start here if a queue may bring events of before: this store did not see them.
    /// Default the first of 1970: none.
    pub remembers_from: Timestamp,
}

impl Default for MemoryOptions {
    fn default() -> Self {
        Self {
            windows: Windows::in_memory(),
            max_bytes: 256 << 20,
            when_full: WhenFull::default(),
            remembers_from: Timestamp::UNIX_EPOCH,
        }
    }
}

/// Claims in memory, for one process. They are gone when it ends.
///
/// ```
/// use predispatch_dedup::{
///     Claim, Destination, KeyMaker, Source, Store, Verdict,
///     store::memory::{MemoryOptions, MemoryStore},
/// };
/// use predispatch_types::{EventId, Timestamp};
///
/// let store = MemoryStore::new(&MemoryOptions::default());
/// let keys = KeyMaker::new([7; 16]);
/// let key = keys.event("shop", &EventId::new("ord-88213")?, "purchase");
/// let now: Timestamp = "2026-11-20T18:03:11Z".parse()?;
/// let claim = Claim::new(key, Destination::META.into(), Source::Server, now);
///
/// let [outcome] = &mut store.reserve(&[claim], now)[..] else { unreachable!() };
/// assert_eq!(outcome.verdict(Destination::META), Some(Verdict::First));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MemoryStore {
    windows: Windows,
    slices: Slices,
    shards: Box<[Mutex<Shard>]>,
    fence: AtomicU64,
}

impl MemoryStore {
    /// The least that [`MemoryOptions::max_bytes`] may say; less is taken for this.
    pub const MIN_BYTES: usize = 4 << 20;

    /// An empty store.
    pub fn new(options: &MemoryOptions) -> Self {
        let max_bytes = options.max_bytes.max(Self::MIN_BYTES);
        let shards = max_bytes.div_euclid(SHARD_BYTES).clamp(MIN_SHARDS, MAX_SHARDS);
        let shards = 1_usize.checked_shl(shards.ilog2()).unwrap_or(MIN_SHARDS);
        let share = max_bytes.div_euclid(shards).saturating_sub(size_of::<Mutex<Shard>>());
        let slices = Slices::new(&options.windows);
        let shard = || Mutex::new(Shard::new(share, options.when_full, options.remembers_from));
        Self {
            windows: options.windows.clone(),
            slices,
            shards: core::iter::repeat_with(shard).take(shards).collect(),
            fence: AtomicU64::new(1),
        }
    }

    /// Bytes that the store takes now, without the allocator's own.
    pub fn bytes(&self) -> usize {
        let shards = self.shards.iter().map(|shard| lock(shard).bytes());
        shards.sum::<usize>().saturating_add(size_of::<Self>())
    }

    /// Entries that it keeps now: one for each event, one for each fact. Those whose slices have
    /// passed since their shard was last used are among them.
    pub fn entries(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).entries()).sum()
    }

    fn claim(&self, claim: &Claim, now: Timestamp) -> Outcome {
        let fence = self.fence.fetch_add(1, Ordering::Relaxed);
        let slices = self.slices;
        let mut pair = self.lock(claim.key, claim.fact);
        if !pair.advance(slices, claim.source, now) {
            return Outcome::unknown(claim.destinations, Unknown::Full);
        }
        let mut from = pair.event.remembered_from();
        let mut events = pair.event.find_live(slices, claim.key, now);
        let mut facts = Found::default();
        if let Some(key) = rules::fact_key(claim) {
            from = from.max(pair.fact().remembered_from());
            facts = pair.fact().find_live(slices, key, now);
        }
        let Reserved { outcome, event, fact } = rules::reserve(
            &self.windows,
            claim,
            &mut events.records,
            &mut facts.records,
            from,
            fence,
            now,
        );
        match pair.write(slices, (&events, event), (&facts, fact), now) {
            Ok(()) => outcome,
            Err(Full) => Outcome::unknown(claim.destinations, Unknown::Full),
        }
    }

    fn settle(
        &self,
        receipt: &Receipt,
        how: Settlement,
        now: Timestamp,
    ) -> Result<(), SettleError> {
        let slices = self.slices;
        let mut pair = self.lock(receipt.key(), receipt.fact());
        pair.advance(slices, Source::Browser, now);
        let mut events = pair.event.find_all(slices, receipt.key());
        let settled = rules::settle(receipt, how, &mut events.records, now);
        // Nothing was entered since it was found, so it is still there.
        let _ = pair.event.update(slices, &events, settled.changed, now);
        let is_his = matches!(settled.result, Ok(()) | Err(SettleError::TimedOut));
        if let Some(key) = rules::fact_key_of(receipt.key(), receipt.fact()).filter(|_| is_his) {
            let mut facts = pair.fact().find_all(slices, key);
            let settled = rules::settle_fact(receipt, how, &mut facts.records, now);
            let _ = pair.fact().update(slices, &facts, settled.changed, now);
        }
        settled.result
    }

    /// Locks the shards of an event and of its fact, always in the order of their numbers.
    fn lock(&self, key: Key, fact: Option<FactKey>) -> Pair<'_> {
        let event = self.shard_of(key.as_bytes());
        let fact = fact.map(|fact| self.shard_of(fact.as_bytes())).filter(|fact| *fact != event);
        match fact {
            Some(fact) if fact < event => {
                let fact = Some(self.lock_one(fact));
                Pair { event: self.lock_one(event), fact }
            }
            _ => Pair { event: self.lock_one(event), fact: fact.map(|fact| self.lock_one(fact)) },
        }
    }

    fn lock_one(&self, index: usize) -> MutexGuard<'_, Shard> {
        #[expect(clippy::indexing_slicing, reason = "shard_of gives numbers below their count")]
        lock(&self.shards[index])
    }

    fn shard_of(&self, key: &[u8; 16]) -> usize {
        let [low, high, ..] = *key;
        usize::from(u16::from_le_bytes([low, high])) & self.shards.len().wrapping_sub(1)
    }
}

impl Store for MemoryStore {
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Outcome>) {
        outcomes.extend(claims.iter().map(|claim| self.claim(claim, now)));
    }

    fn commit(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        receipts.iter().map(|receipt| self.settle(receipt, Settlement::Commit, now)).collect()
    }

    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        receipts.iter().map(|receipt| self.settle(receipt, Settlement::Release, now)).collect()
    }
}

/// The locked shards of an event and of its fact; they may be one.
struct Pair<'a> {
    event: MutexGuard<'a, Shard>,
    fact: Option<MutexGuard<'a, Shard>>,
}

impl Pair<'_> {
    fn fact(&mut self) -> &mut Shard {
        self.fact.as_deref_mut().unwrap_or(&mut self.event)
    }

    /// Moves both to the present; `false` if a server's grant can't be held.
    fn advance(&mut self, slices: Slices, source: Source, now: Timestamp) -> bool {
        let shards = [Some(&mut self.event), self.fact.as_mut()];
        shards.into_iter().flatten().fold(true, |has_room, shard| {
            shard.advance(slices, now);
            has_room && (source == Source::Browser || shard.has_room_to_hold(now))
        })
    }

    /// Writes what a claim changed, all or nothing.
    fn write(
        &mut self,
        slices: Slices,
        (events, event): (&Found, Option<usize>),
        (facts, fact): (&Found, Option<usize>),
        now: Timestamp,
    ) -> Result<(), Full> {
        // What is new goes first: it alone may fail.
        let new_event = events.new_record(event);
        let new_fact = facts.new_record(fact);
        if let Some(record) = new_event {
            self.event.insert(slices, record)?;
        }
        if let Some(record) = new_fact
            && self.fact().insert(slices, record).is_err()
        {
            if let Some(record) = new_event {
                self.event.take_back(record);
            }
            return Err(Full);
        }
        let mut written = Ok(());
        if new_event.is_none() {
            written = self.event.update(slices, events, event, now);
        }
        if new_fact.is_none() {
            written = written.and_then(|()| self.fact().update(slices, facts, fact, now));
        }
        if written.is_err() {
            if let Some(record) = new_event {
                self.event.take_back(record);
            }
            if let Some(record) = new_fact {
                self.fact().take_back(record);
            }
        }
        written
    }
}

/// Keys are hashes, so each shard has nearly the same number of them.
const SHARD_BYTES: usize = 64 << 10;
/// An entry leaves out one byte of its key, because the shard's number says it.
const MIN_SHARDS: usize = 1 << 8;
/// The shard's number is two bytes of the key.
const MAX_SHARDS: usize = 1 << 16;

/// A thread that panicked inside a shard left it whole: every change is a few plain writes.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
