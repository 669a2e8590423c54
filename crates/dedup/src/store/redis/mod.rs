//! The store that many processes share: Redis 7 or Valkey, one server or a cluster.
//!
//! # What is kept, and where
//! All records of one id are one field of a small hash; the hashes are sliced by the time in which
//! they may be forgotten and expire as a whole. What an event costs in bytes is in
//! `benches/README.md`. Keys are keyed hashes: nobody can tell an id from them without the secret.
//!
//! # How a claim is made
//! The rules run here; the server compares and sets. A batch is one pipelined round trip to each
//! node. Events that turn out to be known already, and not to this process, take a second one, and
//! events with a business fact one for the fact. A script call never leaves its slot.
//!
//! A lost answer is asked for again with the grant's own number: what was written by the first try is
//! recognised, and neither granted twice nor lost.
//!
//! Claims are refused while the server's memory is full; commits and releases are not.
//!
//! # What can be lost
//! - Replication is asynchronous. A failover forgets what the new master had not received: such an
//!   event is `First` once more. [`RedisOptions::wait_replicas`] makes the window smaller, at the
//!   price of the replicas' latency; it does not close it.
//! - A server without persistence forgets everything when it restarts. A process that has seen it
//!   before notices, whoever comes first after the loss: events that happened before are
//!   [`Unknown::TooOld`](crate::Unknown::TooOld) from then on. A process that has not cannot know until
//!   another has told the server; see [`RedisOptions::remembers_from`].
//! - A server that restarts from a snapshot, or from an append-only file that is not written at once
//!   (`appendfsync always`), forgets what came last: such an event is `First` once more.
//! - The clocks of all processes, and the server's, must agree within an hour, and not step back by
//!   more: an id may else be looked for where it is not.
//! - Holds end by the clock of the server that has them: each answer tells how far ours differs. A call
//!   that was judged by another time than the server's, by more than five seconds, does nothing and is
//!   judged anew. So `hold_secs` must be longer than a sending takes by more than that
//!   ([`RedisError::Hold`] where it is not even longer than that), `now` must come from
//!   [`RedisOptions::clock`], and the clocks of a master and of whoever takes its place must agree,
//!   within what is left.
//! - A server that evicts forgets claims. It is refused, when a connection is made.
//! - While a slot moves between nodes, its claims may be
//!   [`Unknown::Unreachable`](crate::Unknown::Unreachable).

mod clock;
mod error;
mod exchange;
mod layout;
mod nodes;
mod options;
mod reserve;
mod settle;
mod task;

use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::{BuildHasher, Hasher},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use predispatch_types::Timestamp;

pub use self::{error::RedisError, options::RedisOptions};
use self::{
    exchange::{Answer, Exchange, Script},
    reserve::apart,
    task::Task,
};
use crate::{
    Claim, Outcome, Receipt, SettleError, Store, Windows,
    rules::Settlement,
    store::group::{Group, GroupBytes},
};

/// Claims shared by many processes.
///
/// ```no_run
/// use predispatch_dedup::{
///     Claim, Destination, KeyMaker, Source, Store,
///     store::redis::{RedisOptions, RedisStore},
/// };
/// use predispatch_types::{EventId, Timestamp};
///
/// let store = RedisStore::open(RedisOptions::new("redis://127.0.0.1:6379"))?;
/// let now = Timestamp::from_unix_secs(1_795_197_791);
/// let key = KeyMaker::new([7; 16]).event("shop", &EventId::new("ord-88213")?, "purchase");
/// let claim = Claim::new(key, Destination::META.into(), Source::Server, now);
/// for outcome in store.reserve(&[claim], now) {
///     let Some(receipt) = outcome.into_receipt() else { continue };
///     // Send it; then:
///     store.commit(&[receipt], now);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RedisStore {
    windows: Windows,
    exchange: Exchange,
    remembers_from: Timestamp,
    /// What was last seen of some groups: mostly a grant that is about to be settled.
    seen: Mutex<Vec<Option<(Group, GroupBytes)>>>,
    fence: AtomicU64,
}

impl RedisStore {
    /// Connects, and checks that the server never evicts and that what stands under the prefix is laid
    /// out as these options say.
    ///
    /// # Errors
    /// [`RedisError`].
    pub fn open(options: RedisOptions) -> Result<Self, RedisError> {
        // A brace would move a key to another slot.
        if !options.prefix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(RedisError::Prefix);
        }
        if options.windows.hold_secs <= MOST_APART_SECS {
            return Err(RedisError::Hold);
        }
        let exchange = Exchange::open(&options, &options.windows)?;
        Ok(Self {
            windows: options.windows,
            exchange,
            remembers_from: options.remembers_from,
            seen: Mutex::new(vec![None; SEEN]),
            // Two processes never give one number: the system's random numbers start it.
            fence: AtomicU64::new(random()),
        })
    }

    /// Whether every node answers and none evicts.
    ///
    /// # Errors
    /// The first node's [`RedisError`].
    pub fn check(&self) -> Result<(), RedisError> {
        let nodes = self.exchange.nodes();
        for node in nodes.all() {
            // Only a new connection is checked.
            nodes.forget(&node);
            nodes.give_back(&node, nodes.take(&node)?);
        }
        Ok(())
    }

    fn next_fence(&self) -> u64 {
        self.fence.fetch_add(1, Ordering::Relaxed)
    }

    /// What a group is believed to be.
    fn believed(&self, group: Group) -> GroupBytes {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.get(place(group)).and_then(Option::as_ref);
        entry
            .filter(|(other, _)| *other == group)
            .map(|(_, bytes)| bytes.clone())
            .unwrap_or_default()
    }

    fn saw(&self, group: Group, bytes: &GroupBytes) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = seen.get_mut(place(group)) {
            *entry = (!bytes.is_empty()).then(|| (group, bytes.clone()));
        }
    }

    /// Drives tasks, one for each group, until each is done or can't be.
    fn drive(&self, script: Script, tasks: &mut [Task<'_>], now: Timestamp) {
        for task in tasks.iter_mut() {
            task.base = self.believed(task.group);
        }
        let begun = self.exchange.clock();
        for _ in 0..ROUNDS {
            // What took long is judged anew by the time that it is then.
            let judged = self.exchange.clock();
            let now = now.plus_secs(judged.secs_since(begun));
            let mut changes = Vec::new();
            let mut open = Vec::new();
            for (at, task) in tasks.iter_mut().enumerate().filter(|(_, task)| task.end.is_none()) {
                let terms = self.exchange.terms(task.group);
                match task.next(&self.windows, self.remembers_from, terms, [now, judged]) {
                    Ok(change) => {
                        changes.push(change);
                        open.push(at);
                    }
                    Err(end) => task.end = Some(end),
                }
            }
            if changes.is_empty() {
                return;
            }
            let answers = self.exchange.send(script, &changes, now);
            for ((at, change), answer) in open.into_iter().zip(&changes).zip(answers) {
                let Some(task) = tasks.get_mut(at) else { continue };
                match &answer {
                    Answer::Done => self.saw(task.group, &change.new),
                    Answer::Is(bytes) => self.saw(task.group, bytes),
                    Answer::OtherTerms | Answer::NotDone(_) | Answer::NotCopied | Answer::Lost => {}
                }
                task.hear(answer, change);
            }
        }
    }
}

impl Store for RedisStore {
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Outcome>) {
        // The earlier of a batch is seen by the later, also where a fact takes something back.
        let mut rest = claims;
        while !rest.is_empty() {
            let (now_claims, later) = rest.split_at(apart(rest));
            outcomes.extend(self.reserve_apart(now_claims, now));
            rest = later;
        }
    }

    fn commit(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle(receipts, Settlement::Commit, now)
    }

    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle(receipts, Settlement::Release, now)
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisStore(<redacted>)")
    }
}

/// From the system's random numbers.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

fn place(group: Group) -> usize {
    let [a, b, c, d, ..] = *group.id();
    usize::try_from(u32::from_le_bytes([c, d, a, b])).unwrap_or_default() & (SEEN - 1)
}

/// How far the time that a call was judged by may lie from the server's, as the script has it.
const MOST_APART_SECS: u32 = 5;
/// A power of two; about 56 bytes each.
const SEEN: usize = 1 << 15;
/// How often a group is tried while others come between.
const ROUNDS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_compares_clocks_by_the_same_seconds() {
        let compared = format!("math.abs(time - believed) > {}\n", 1_000 * MOST_APART_SECS);
        assert!(include_str!("claim.lua").contains(&compared), "{compared}");
    }
}
