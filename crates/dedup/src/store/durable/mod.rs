//! The store that survives its process: an index in memory, written ahead to a log in one file.
//!
//! A call answers only when what the answer rests on is on the disk (`fsync`). Calls that come
//! meanwhile are written together by whichever of them is first: there is no background thread.
//!
//! Every id that must be remembered stands in memory; the file is read once, when it is opened. What
//! opening costs is in `benches/README.md`.

mod index;
mod log;

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use predispatch_types::Timestamp;

use crate::{
    Claim, Destinations, Outcome, Receipt, SettleError, Store, Unknown, Verdict, Windows,
    rules::{self, Settlement},
    store::group::{Group, View, encode, keep_all_until},
};
use index::Index;
use log::{Change, Log};

/// How a durable store is opened.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct DurableOptions {
    /// The windows. Default: whole ([`Windows::whole`]).
    pub windows: Windows,
    /// How many ids and facts are kept at most, about 175 bytes of memory each. A claim that needs
    /// one more is [`Unknown::Full`]: nothing is forgotten before its time. Default 10 million.
    pub max_entries: usize,
    /// Events that happened before this moment are [`Unknown::TooOld`] unless they are known. When a file
    /// begins anew in the place of one that was lost, set that moment. The file keeps the latest that it
    /// was ever opened with, as far as it had passed by then. Default the first of 1970: none.
    pub remembers_from: Timestamp,
}

impl Default for DurableOptions {
    fn default() -> Self {
        Self {
            windows: Windows::whole(),
            max_entries: 10_000_000,
            remembers_from: Timestamp::UNIX_EPOCH,
        }
    }
}

/// Claims that survive `kill -9` and the loss of power.
///
/// The file belongs to one process at a time. After an input or output error the store answers
/// [`Unknown::Unreachable`] until it is opened again: what reached the disk is then read from it.
///
/// ```
/// use predispatch_dedup::{
///     Claim, Destination, KeyMaker, Source, Store, Verdict,
///     store::durable::{DurableOptions, DurableStore},
/// };
/// use predispatch_types::{EventId, Timestamp};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("claims.redb");
/// let now = Timestamp::from_unix_secs(1_795_197_791);
/// let key = KeyMaker::new([7; 16]).event("shop", &EventId::new("ord-88213")?, "purchase");
/// let claim = Claim::new(key, Destination::LINKEDIN.into(), Source::Server, now);
///
/// let store = DurableStore::open(&path, DurableOptions::default(), now)?;
/// let receipts: Vec<_> =
///     store.reserve(&[claim], now).into_iter().filter_map(|outcome| outcome.into_receipt()).collect();
/// assert_eq!(store.commit(&receipts, now), [Ok(())]);
/// drop(store);
///
/// let store = DurableStore::open(&path, DurableOptions::default(), now)?;
/// let later = now.plus_secs(80 * 86_400);
/// let again = store.reserve(&[claim], later).remove(0);
/// assert!(matches!(again.verdict(Destination::LINKEDIN), Some(Verdict::Duplicate { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DurableStore {
    state: Mutex<State>,
    log: Mutex<Log>,
    written: Condvar,
}

struct State {
    windows: Windows,
    remembers_from: Timestamp,
    index: Index,
    /// What is in the index and not yet on the disk.
    pending: Vec<Change>,
    /// Numbers the changes: the last one made, and the last one on the disk.
    made: u64,
    on_disk: u64,
    is_writing: bool,
    is_broken: bool,
    fence: u64,
}

impl DurableStore {
    /// Opens the store in this file, which is made if it is not there.
    ///
    /// The whole file is read and its checksums verified: what a crash left half-written is undone,
    /// and a file that was damaged is refused. With a longer retention than before, what the file may
    /// have dropped already is [`Unknown::TooOld`] from then on.
    ///
    /// # Errors
    /// [`DurableError`]. Nothing is lost by trying again.
    pub fn open(
        path: impl AsRef<Path>,
        options: DurableOptions,
        now: Timestamp,
    ) -> Result<Self, DurableError> {
        let mut index = Index::new(options.max_entries);
        let log = Log::open(path.as_ref(), &options, &mut index, now)?;
        let fence = log.first_fence();
        let state = State {
            windows: options.windows,
            remembers_from: log.remembers_from().max(options.remembers_from),
            index,
            pending: Vec::new(),
            made: 0,
            on_disk: 0,
            is_writing: false,
            is_broken: false,
            fence,
        };
        Ok(Self { state: Mutex::new(state), log: Mutex::new(log), written: Condvar::new() })
    }

    /// How many ids and facts it holds.
    pub fn len(&self) -> usize {
        self.state().index.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A panic leaves nothing half-done behind: what was changed is in `pending`.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until everything that was made so far is on the disk. `false`: it never will be.
    fn is_written<'a>(&'a self, mut state: MutexGuard<'a, State>, now: Timestamp) -> bool {
        let mine = state.made;
        while !state.is_broken && state.on_disk < mine {
            if state.is_writing {
                state = self.written.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            // The first one here writes for all who have come so far.
            state.is_writing = true;
            let (pending, made) = (std::mem::take(&mut state.pending), state.made);
            drop(state);
            // A panic of the engine must not leave the others waiting.
            let result = catch_unwind(AssertUnwindSafe(|| {
                let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
                log.write(&pending, now)
            }));
            state = self.state();
            state.is_writing = false;
            match result {
                Ok(Ok(())) => state.on_disk = made,
                Ok(Err(_)) | Err(_) => state.is_broken = true,
            }
            self.written.notify_all();
        }
        !state.is_broken
    }

    fn settle(
        &self,
        receipts: &[Receipt],
        how: Settlement,
        now: Timestamp,
    ) -> Vec<Result<(), SettleError>> {
        let mut state = self.state();
        let results = receipts.iter().map(|receipt| state.settle(receipt, how, now)).collect();
        if self.is_written(state, now) {
            return results;
        }
        vec![Err(SettleError::Unreachable); receipts.len()]
    }
}

impl Store for DurableStore {
    fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Outcome>) {
        let before = outcomes.len();
        let mut state = self.state();
        outcomes.extend(claims.iter().map(|claim| state.reserve(claim, now)));
        if !self.is_written(state, now) {
            outcomes.truncate(before);
            let unknown =
                |claim: &Claim| Outcome::unknown(claim.destinations, Unknown::Unreachable);
            outcomes.extend(claims.iter().map(unknown));
        }
    }

    fn commit(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle(receipts, Settlement::Commit, now)
    }

    fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
        self.settle(receipts, Settlement::Release, now)
    }
}

impl fmt::Debug for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DurableStore").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl State {
    fn reserve(&mut self, claim: &Claim, now: Timestamp) -> Outcome {
        self.index.expire(now);
        let event = Group::of_event(claim.key);
        let fact = Group::of_fact(claim);
        let mut events = self.view(event, now);
        let mut facts = fact.map(|fact| self.view(fact, now)).unwrap_or_default();
        self.fence = self.fence.wrapping_add(1);
        let from = self.index.remembered_from(now).max(self.remembers_from);
        let done = rules::reserve(
            &self.windows,
            claim,
            &mut events.known,
            &mut facts.known,
            from,
            self.fence,
            now,
        );
        let changed = [done.event.map(|_| event), done.fact.and(fact)];
        let added = changed.into_iter().flatten().filter(|group| !self.index.contains(*group));
        if added.count() > self.index.room() {
            return without_room(&done.outcome);
        }
        if done.event.is_some() {
            self.put(event, events, now);
        }
        if let (Some(fact), Some(_)) = (fact, done.fact) {
            self.put(fact, facts, now);
        }
        done.outcome
    }

    fn settle(
        &mut self,
        receipt: &Receipt,
        how: Settlement,
        now: Timestamp,
    ) -> Result<(), SettleError> {
        let event = Group::of_event(receipt.key());
        let mut events = self.view(event, now);
        let settled = rules::settle(receipt, how, &mut events.known, now);
        if settled.changed.is_some() {
            self.put_if_room(event, events, now);
        }
        if let Some(fact) = Group::of_receipt_fact(receipt) {
            let mut facts = self.view(fact, now);
            if rules::settle_fact(receipt, how, &mut facts.known, now).changed.is_some() {
                self.put_if_room(fact, facts, now);
            }
        }
        settled.result
    }

    fn view(&self, group: Group, now: Timestamp) -> View {
        View::new(self.index.records(group), &self.windows, now)
    }

    /// What is there is always written; what was forgotten and comes back needs room.
    fn put_if_room(&mut self, group: Group, view: View, now: Timestamp) {
        if self.index.contains(group) || self.index.room() > 0 {
            self.put(group, view, now);
        }
    }

    fn put(&mut self, group: Group, view: View, now: Timestamp) {
        let records = view.into_records(&self.windows, now);
        let until = keep_all_until(&records, &self.windows);
        self.pending.push(self.index.put(group, encode(&records), until));
        self.made = self.made.saturating_add(1);
    }
}

/// What is known already is told; what would be entered can't be.
fn without_room(outcome: &Outcome) -> Outcome {
    let full = |(destinations, verdict): (Destinations, Verdict)| match verdict.is_granted() {
        true => (destinations, Verdict::Unknown(Unknown::Full)),
        false => (destinations, verdict),
    };
    Outcome::new(outcome.verdicts().map(full), None)
}

/// Why a durable store could not be opened.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DurableError {
    /// The file was changed by something else, or the disk lost parts of it.
    #[error(
        "the file is damaged; restore it, or begin anew without it and with remembers_from set to now, so \
         that older events are held"
    )]
    Damaged,
    /// Another process has it open.
    #[error("another process has the file open")]
    InUse,
    /// The operating system refused.
    #[error("input or output failed: {0:?}")]
    Io(std::io::ErrorKind),
    /// A newer version of this crate or of its engine wrote it.
    #[error("the file was written by another version")]
    OtherVersion,
}

impl DurableError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Damaged => "dedup_durable_damaged",
            Self::InUse => "dedup_durable_in_use",
            Self::Io(_) => "dedup_durable_io",
            Self::OtherVersion => "dedup_durable_version",
        }
    }
}

const _: fn() = || {
    const fn holds_no_input<T: Copy + 'static>() {}
    holds_no_input::<DurableError>();
};
