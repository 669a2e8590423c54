//! The store in memory: exact, bounded, without pauses and without a thread of its own.
//!
//! Claims are spread over shards by their key. A shard is a hash table whose entries take 27 bytes each;
//! it grows by a sixteenth at a time, so that memory follows the number of claims closely, and what it
//! holds moves a little with each new claim, so that none waits for it. Time is cut into slices; entries
//! of slices that have passed the retention are looked at no more, and new ones take their places.
//!
//! Shards lie in stripes, one lock each. Of a batch, what lies in one stripe is claimed together:
//! memory that is not in a cache is then waited for once and not for each claim, so a claim in a batch
//! of 256 costs less than half of one alone (`benches/README.md`).

mod batch;
mod bits;
mod cell;
mod clock;
mod grow;
mod holds;
mod pair;
mod segment;
mod shard;
mod table;
mod walk;

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;

use predispatch_types::Timestamp;

use self::{
    batch::{Enters, STRIPES},
    clock::{Now, Slices},
    pair::Pair,
    shard::{Found, Full, Shard},
    table::Seen,
    walk::Stripe,
};
use crate::{
    Claim, Outcome, Receipt, SettleError, Source, Store, Unknown, Windows,
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
    /// The most that the store takes, in bytes: [`MemoryStore::MIN_BYTES`] to
    /// [`MemoryStore::MAX_BYTES`]. It takes as much as its claims need, at most this. Default 256 MiB, for about 8.5 million events.
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
    stripes: Box<[Stripe]>,
    /// The highest number of a shard, all stripes together; that plus one is a power of two.
    last_shard: u16,
    fence: AtomicU64,
}

impl MemoryStore {
    /// The least that [`MemoryOptions::max_bytes`] may say; less is taken for this.
    pub const MIN_BYTES: usize = 4 << 20;

    /// The most that it may say; more is taken for this. Room for about 3.5 billion events.
    pub const MAX_BYTES: usize = 96 << 30;

    /// An empty store.
    pub fn new(options: &MemoryOptions) -> Self {
        let max_bytes = options.max_bytes.clamp(Self::MIN_BYTES, Self::MAX_BYTES);
        let shards = max_bytes.div_euclid(SHARD_BYTES).clamp(MIN_SHARDS, MAX_SHARDS);
        let shards = 1_usize.checked_shl(shards.ilog2()).unwrap_or(MIN_SHARDS);
        let share = max_bytes.div_euclid(shards).saturating_sub(size_of::<Shard>());
        let shard = || Shard::new(share, options.when_full, options.remembers_from);
        let in_stripe = shards.div_euclid(STRIPES);
        let stripe =
            || Stripe(Mutex::new(core::iter::repeat_with(shard).take(in_stripe).collect()));
        Self {
            windows: options.windows.clone(),
            slices: Slices::new(&options.windows),
            stripes: core::iter::repeat_with(stripe).take(STRIPES).collect(),
            last_shard: u16::try_from(shards.saturating_sub(1)).unwrap_or(u16::MAX),
            fence: AtomicU64::new(1),
        }
    }

    /// Bytes that the store takes now, without the allocator's own.
    pub fn bytes(&self) -> usize {
        self.sum(Shard::bytes).saturating_add(size_of::<Self>())
    }

    /// Entries that it keeps now: one for each event, one for each fact. Some whose slices have
    /// passed may be among them.
    pub fn entries(&self) -> usize {
        self.sum(Shard::entries)
    }

    fn sum(&self, of: impl Fn(&Shard) -> usize) -> usize {
        let stripe = |stripe: &Stripe| stripe.lock().iter().map(&of).sum::<usize>();
        self.stripes.iter().map(stripe).sum()
    }

    /// A claim in full: of an id that may be known, with a fact.
    fn claim(&self, pair: &mut Pair<'_>, claim: &Claim, fence: u64, now: Now) -> Outcome {
        let (slices, Now { at: now, .. }) = (self.slices, now);
        if !pair.has_room_to_hold(claim.source, now) {
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

    /// A claim without a fact. Most are of ids that nobody claimed before, or of events that were sent:
    /// they take a short way.
    #[inline]
    fn claim_event(
        &self,
        shard: &mut Shard,
        claim: &Claim,
        seen: Option<Seen>,
        fence: u64,
        now: Now,
        outcome: &mut Outcome,
    ) {
        shard.advance(self.slices, now);
        let seen = shard.look_again(claim.key, seen);
        if !shard.lacks_id(claim.key, seen) {
            if let Some(verdict) = shard.sent(self.slices, claim, now.at) {
                outcome.set_verdict(claim.destinations, verdict);
                return;
            }
            *outcome = self.claim(&mut Pair { event: shard, fact: None }, claim, fence, now);
            return;
        }
        if claim.source == Source::Server && !shard.has_room_to_hold(now.at) {
            *outcome = Outcome::unknown(claim.destinations, Unknown::Full);
            return;
        }
        let from = shard.remembered_from();
        let hold = rules::reserve_unseen(&self.windows, claim, from, fence, now.at, outcome);
        if let Some(hold) = hold
            && shard.insert_unseen(self.slices, claim, &hold, now, seen).is_err()
        {
            *outcome = Outcome::unknown(claim.destinations, Unknown::Full);
        }
    }

    fn settle(
        &self,
        pair: &mut Pair<'_>,
        receipt: &Receipt,
        how: Settlement,
        now: Now,
    ) -> Result<(), SettleError> {
        let slices = self.slices;
        pair.advance(slices, now);
        let now = now.at;
        if how == Settlement::Commit
            && receipt.fact().is_none()
            && pair.event.commit_held(receipt, now)
        {
            return Ok(());
        }
        let mut events = pair.event.find_all(slices, receipt.key());
        let settled = rules::settle(receipt, how, &mut events.records, now);
        // It may fail only for an event that was forgotten: there is no room for it again.
        let _ = pair.event.update(slices, &events, settled.changed, now);
        if let Some(key) = rules::fact_key_of(receipt.key(), receipt.fact()) {
            let mut facts = pair.fact().find_all(slices, key);
            let settled = rules::settle_fact(receipt, how, &mut facts.records, now);
            let _ = pair.fact().update(slices, &facts, settled.changed, now);
        }
        settled.result
    }

    fn settle_all(
        &self,
        receipts: &[Receipt],
        how: Settlement,
        now: Timestamp,
    ) -> Vec<Result<(), SettleError>> {
        let mut results = vec![Ok(()); receipts.len()];
        let now = self.slices.present(now);
        self.each(receipts, &mut results, Enters::No, |pair, (receipt, ..), result| {
            *result = self.settle(pair, receipt, how, now);
        });
        results
    }
}

impl Store for MemoryStore {
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Outcome>) {
        let count = u64::try_from(claims.len()).unwrap_or(u64::MAX);
        let first_fence = self.fence.fetch_add(count, Ordering::Relaxed);
        let before = outcomes.len();
        let now = self.slices.present(now);
        outcomes.extend(claims.iter().map(|_| Outcome::none()));
        self.each(
            claims,
            outcomes.get_mut(before..).unwrap_or_default(),
            Enters::Perhaps,
            |pair, (claim, at, seen), outcome| {
                let fence = first_fence.wrapping_add(at as u64);
                match claim.fact {
                    None => self.claim_event(pair.event, claim, seen, fence, now, outcome),
                    Some(_) => {
                        pair.advance(self.slices, now);
                        *outcome = self.claim(pair, claim, fence, now);
                    }
                }
            },
        );
    }

    fn commit(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle_all(receipts, Settlement::Commit, now)
    }

    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle_all(receipts, Settlement::Release, now)
    }
}

/// Keys are hashes, so each shard has nearly the same number of them. They are so few that what stands
/// outside their groups stays in a near cache.
const SHARD_BYTES: usize = 768 << 10;
/// An entry leaves out one byte of its key, because the shard's number says it.
const MIN_SHARDS: usize = 1 << 8;
/// The shard's number is two bytes of the key.
const MAX_SHARDS: usize = 1 << 16;
// No table is smaller than its share.
const _: () = assert!(MemoryStore::MAX_BYTES / MAX_SHARDS <= grow::MOST_BYTES);
