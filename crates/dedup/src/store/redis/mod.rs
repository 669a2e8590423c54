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
//! # What can be lost
//! - Replication is asynchronous. A failover forgets what the new master had not received: such an
//!   event is `First` once more. [`RedisOptions::wait_replicas`] makes the window smaller, at the
//!   price of the replicas' latency; it does not close it.
//! - A server without persistence forgets everything when it restarts. A process that has seen it
//!   before notices, whoever comes first after the loss: events that happened before are
//!   [`Unknown::TooOld`] from then on. A process that has not cannot know until another has told the
//!   server; see [`RedisOptions::remembers_from`].
//! - A server that restarts from a snapshot, or from an append-only file that is not written at once
//!   (`appendfsync always`), forgets what came last: such an event is `First` once more.
//! - The clocks of all processes, and the server's, must agree within an hour, and not step back by
//!   more: an id may else be looked for where it is not.
//! - A server that evicts forgets claims. It is refused, when a connection is made.
//! - While a slot moves between nodes, its claims may be [`Unknown::Unreachable`].

mod exchange;
mod layout;
mod nodes;

use std::{
    collections::{HashMap, HashSet, hash_map::RandomState},
    fmt,
    hash::{BuildHasher, Hasher},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use predispatch_types::Timestamp;

use crate::{
    Claim, Outcome, Receipt, SettleError, Store, Unknown, Windows,
    rules::{self, Records, Settlement},
    store::group::{Group, GroupBytes, View, decode, encode, keep_all_until},
};
use exchange::{Answer, Change, Exchange, Marker};

/// How a Redis store is reached, and how it is laid out there.
///
/// `prefix`, `partitions`, `expected_events` and the windows decide where a claim is looked for: all
/// processes that share a store need the same.
#[non_exhaustive]
#[derive(Clone)]
pub struct RedisOptions {
    /// The windows. Default: whole ([`Windows::whole`]).
    pub windows: Windows,
    /// Before each key: letters and digits. Default `pd`.
    pub prefix: String,
    /// How many parts the ids are split into; each lies in one slot of a cluster. Default 64.
    pub partitions: u16,
    /// How many ids are expected within a retention. With eight times as many the server no longer
    /// keeps them packed, and each costs about three times as much. Default 10 million.
    pub expected_events: u64,
    /// Events that happened before this moment are [`Unknown::TooOld`] in a store that was empty.
    /// After a loss of all data set the moment of the loss. Default the first of 1970: none.
    pub remembers_from: Timestamp,
    /// How long a connection may take. Default one second.
    pub connect_timeout: Duration,
    /// How long an answer may take. Default one second.
    pub response_timeout: Duration,
    /// Answer only after that many replicas have the claims, or with `Unknown` after that time.
    /// Default: not waited for.
    pub wait_replicas: Option<(u32, Duration)>,
    url: String,
}

impl RedisOptions {
    /// `redis://[USER:PASSWORD@]HOST:PORT`, or `rediss://` for TLS. Of a cluster any node.
    ///
    /// TLS is there when your own manifest turns on `tls-rustls` or `tls-native-tls` of the crate
    /// `redis`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            windows: Windows::whole(),
            prefix: "pd".to_owned(),
            partitions: 64,
            expected_events: 10_000_000,
            remembers_from: Timestamp::UNIX_EPOCH,
            connect_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_secs(1),
            wait_replicas: None,
            url: url.into(),
        }
    }
}

impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("url", &format_args!("<redacted>"))
            .field("prefix", &self.prefix)
            .field("partitions", &self.partitions)
            .field("expected_events", &self.expected_events)
            .finish_non_exhaustive()
    }
}

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
    /// What was last seen of some groups: mostly a grant that is about to be settled.
    seen: Mutex<Vec<Option<(Group, GroupBytes)>>>,
    fence: AtomicU64,
}

impl RedisStore {
    /// Connects, and checks that the server never evicts.
    ///
    /// # Errors
    /// [`RedisError`].
    pub fn open(options: RedisOptions) -> Result<Self, RedisError> {
        // A brace would move a key to another slot.
        if !options.prefix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(RedisError::Prefix);
        }
        let exchange = Exchange::open(&options, &options.windows)?;
        Ok(Self {
            windows: options.windows,
            exchange,
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
    fn drive(&self, tasks: &mut [Task<'_>], now: Timestamp) {
        for task in tasks.iter_mut() {
            task.base = self.believed(task.group);
        }
        for _ in 0..ROUNDS {
            let mut changes = Vec::new();
            let mut open = Vec::new();
            for (at, task) in tasks.iter_mut().enumerate().filter(|(_, task)| task.end.is_none()) {
                match task.next(&self.windows, self.exchange.marker(task.group), now) {
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
            let answers = self.exchange.send(&changes, now);
            for ((at, change), answer) in open.into_iter().zip(&changes).zip(answers) {
                let Some(task) = tasks.get_mut(at) else { continue };
                match &answer {
                    Answer::Done => self.saw(task.group, &change.new),
                    Answer::Is(bytes) => self.saw(task.group, bytes),
                    Answer::Younger | Answer::NotDone(_) | Answer::Lost => {}
                }
                task.hear(answer, change);
            }
        }
    }

    /// Claims of which no two share an id, or none of those that do has a fact.
    fn reserve_apart(&self, claims: &[Claim], now: Timestamp) -> Vec<Outcome> {
        let fences: Vec<u64> = claims.iter().map(|_| self.next_fence()).collect();
        let (tasks, made) = self.reserve_events(claims, &fences, now);
        let mut outcomes: Vec<Option<Outcome>> = claims.iter().map(|_| None).collect();
        let mut with_facts = Vec::new();
        for (task, made) in tasks.iter().zip(made) {
            for (at, made) in made {
                let Some(claim) = claims.get(at) else { continue };
                let outcome = match task {
                    End::Done => made,
                    End::Failed(unknown) => Made::failed(claim, *unknown),
                };
                if claim.fact.is_some() && outcome.is_entered {
                    with_facts.push((at, outcome));
                } else if let Some(place) = outcomes.get_mut(at) {
                    *place = Some(outcome.outcome);
                }
            }
        }
        with_facts.sort_by_key(|(at, _)| *at);
        self.reserve_facts(claims, &fences, with_facts, &mut outcomes, now);
        let unreachable = |(outcome, claim): (Option<Outcome>, &Claim)| {
            outcome.unwrap_or_else(|| Outcome::unknown(claim.destinations, Unknown::Unreachable))
        };
        outcomes.into_iter().zip(claims).map(unreachable).collect()
    }

    /// Enters claims as if they had no facts.
    fn reserve_events(
        &self,
        claims: &[Claim],
        fences: &[u64],
        now: Timestamp,
    ) -> (Vec<End>, Vec<Vec<(usize, Made)>>) {
        let mut order = Vec::new();
        let mut by_group = HashMap::<Group, Vec<usize>>::new();
        for (at, claim) in claims.iter().enumerate() {
            let group = Group::of_event(claim.key);
            by_group.entry(group).or_insert_with(|| {
                order.push(group);
                Vec::new()
            });
            if let Some(members) = by_group.get_mut(&group) {
                members.push(at);
            }
        }
        let mut made: Vec<Vec<(usize, Made)>> = order.iter().map(|_| Vec::new()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::with_capacity(order.len());
        for (group, made) in order.iter().zip(&mut made) {
            let members = by_group.remove(group).unwrap_or_default();
            let own: Vec<u64> = members.iter().filter_map(|at| fences.get(*at).copied()).collect();
            let apply = move |view: &mut View, turn: &Turn<'_>| {
                made.clear();
                for &at in &members {
                    let (Some(claim), Some(fence)) = (claims.get(at), fences.get(at)) else {
                        continue;
                    };
                    // Needed only to judge the fact.
                    let copy = |view: &View| match claim.fact {
                        Some(_) => view.known.clone(),
                        None => Records::new(),
                    };
                    let before = copy(view);
                    let plain = Claim { fact: None, ..*claim };
                    let mut none = Records::new();
                    let (windows, since) = (turn.windows, turn.since);
                    let done = rules::reserve(
                        windows,
                        &plain,
                        &mut view.known,
                        &mut none,
                        since,
                        *fence,
                        turn.now,
                    );
                    made.push((
                        at,
                        Made {
                            outcome: done.outcome,
                            is_entered: done.event.is_some(),
                            before,
                            after: copy(view),
                            since,
                        },
                    ));
                }
            };
            tasks.push(Task::new(*group, own, Box::new(apply)));
        }
        self.drive(&mut tasks, now);
        let ends = tasks.into_iter().map(Task::into_end).collect();
        (ends, made)
    }

    /// Enters the facts of claims that were entered, and takes back what a fact forbids.
    fn reserve_facts(
        &self,
        claims: &[Claim],
        fences: &[u64],
        entered: Vec<(usize, Made)>,
        outcomes: &mut [Option<Outcome>],
        now: Timestamp,
    ) {
        if entered.is_empty() {
            return;
        }
        let mut by_fact = Vec::<(Group, Vec<usize>)>::new();
        let mut index = HashMap::new();
        for (number, (at, _)) in entered.iter().enumerate() {
            let Some(fact) = claims.get(*at).and_then(Group::of_fact) else { continue };
            let place = *index.entry(fact).or_insert(by_fact.len());
            match by_fact.get_mut(place) {
                Some((_, members)) => members.push(number),
                None => by_fact.push((fact, vec![number])),
            }
        }
        let entered_ref = &entered;
        let mut judged: Vec<Vec<(usize, Outcome, Records)>> =
            by_fact.iter().map(|_| Vec::new()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for ((fact, members), judged) in by_fact.iter().zip(&mut judged) {
            let own = members
                .iter()
                .filter_map(|number| fences.get(entered_ref.get(*number)?.0).copied())
                .collect();
            let apply = move |view: &mut View, turn: &Turn<'_>| {
                judged.clear();
                for &number in members {
                    let Some((at, made)) = entered_ref.get(number) else { continue };
                    let (Some(claim), Some(fence)) = (claims.get(*at), fences.get(*at)) else {
                        continue;
                    };
                    let mut events = made.before.clone();
                    let done = rules::reserve(
                        turn.windows,
                        claim,
                        &mut events,
                        &mut view.known,
                        made.since.max(turn.since),
                        *fence,
                        turn.now,
                    );
                    judged.push((number, done.outcome, events));
                }
            };
            tasks.push(Task::new(*fact, own, Box::new(apply)));
        }
        self.drive(&mut tasks, now);
        let ends: Vec<End> = tasks.into_iter().map(Task::into_end).collect();
        let mut back = Vec::new();
        for ((end, judged), (_, members)) in ends.into_iter().zip(judged).zip(&by_fact) {
            match end {
                End::Done => {
                    for (number, outcome, events) in judged {
                        let Some((at, made)) = entered.get(number) else { continue };
                        if encode(&events) != encode(&made.after) {
                            back.push((*at, events, made.after.clone()));
                        }
                        if let Some(place) = outcomes.get_mut(*at) {
                            *place = Some(outcome);
                        }
                    }
                }
                End::Failed(unknown) => {
                    for (at, made) in members.iter().filter_map(|number| entered.get(*number)) {
                        back.push((*at, made.before.clone(), made.after.clone()));
                        if let (Some(place), Some(claim)) = (outcomes.get_mut(*at), claims.get(*at))
                        {
                            *place = Some(Outcome::unknown(claim.destinations, unknown));
                        }
                    }
                }
            }
        }
        self.take_back(claims, fences, back, now);
    }

    /// Makes events what they should have been. What can't be reached times out by itself.
    fn take_back(
        &self,
        claims: &[Claim],
        fences: &[u64],
        back: Vec<(usize, Records, Records)>,
        now: Timestamp,
    ) {
        let tasks = back.into_iter().filter_map(|(at, should_be, was)| {
            let (claim, fence) = (claims.get(at)?, *fences.get(at)?);
            let apply = move |view: &mut View, _: &Turn<'_>| {
                // As bytes: what a record does not have leaves no trace there.
                if encode(&view.known) == encode(&was) {
                    view.known = should_be.clone();
                    return;
                }
                // Somebody else was here meanwhile: only our own hold is ours to change.
                let keeps = should_be.iter().flat_map(|record| &record.holds);
                let kept = keeps.filter(|hold| hold.fence == fence).map(|hold| hold.destinations);
                let kept = kept.fold(crate::Destinations::NONE, |set, these| set | these);
                for record in &mut view.known {
                    for hold in record.holds.iter_mut().filter(|hold| hold.fence == fence) {
                        hold.destinations = hold.destinations & kept;
                    }
                    record.holds.retain(|hold| !hold.destinations.is_empty());
                }
            };
            Some(Task::new(Group::of_event(claim.key), Vec::new(), Box::new(apply)))
        });
        self.drive(&mut tasks.collect::<Vec<_>>(), now);
    }

    fn settle(
        &self,
        receipts: &[Receipt],
        how: Settlement,
        now: Timestamp,
    ) -> Vec<Result<(), SettleError>> {
        let mut groups = Vec::<(Group, Vec<usize>)>::new();
        let mut index = HashMap::new();
        for (at, receipt) in receipts.iter().enumerate() {
            let event = Group::of_event(receipt.key());
            for group in [Some(event), Group::of_receipt_fact(receipt)].into_iter().flatten() {
                let place = *index.entry(group).or_insert(groups.len());
                match groups.get_mut(place) {
                    Some((_, members)) => members.push(at),
                    None => groups.push((group, vec![at])),
                }
            }
        }
        let mut settled: Vec<Vec<(usize, Result<(), SettleError>)>> =
            groups.iter().map(|_| Vec::new()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for ((group, members), settled) in groups.iter().zip(&mut settled) {
            let apply = move |view: &mut View, turn: &Turn<'_>| {
                settled.clear();
                for &at in members {
                    let Some(receipt) = receipts.get(at) else { continue };
                    if group.is_fact() {
                        rules::settle_fact(receipt, how, &mut view.known, turn.now);
                        continue;
                    }
                    let result = rules::settle(receipt, how, &mut view.known, turn.now).result;
                    // Within its time nobody else can have taken it: the lost answer was "done".
                    let was_ours = turn.after_loss
                        && result == Err(SettleError::Superseded)
                        && turn.now <= receipt.until();
                    settled.push((at, if was_ours { Ok(()) } else { result }));
                }
            };
            tasks.push(Task::new(*group, Vec::new(), Box::new(apply)));
        }
        self.drive(&mut tasks, now);
        let ends: Vec<End> = tasks.into_iter().map(Task::into_end).collect();
        let mut results = vec![Err(SettleError::Unreachable); receipts.len()];
        for (end, settled) in ends.into_iter().zip(settled) {
            for (at, result) in settled {
                if let (Some(place), End::Done) = (results.get_mut(at), &end) {
                    *place = result;
                }
            }
        }
        results
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

/// How many of the first claims can be made together: an id stands among them twice only without
/// facts.
fn apart(claims: &[Claim]) -> usize {
    if claims.iter().all(|claim| claim.fact.is_none()) {
        return claims.len();
    }
    let mut ids = HashSet::new();
    let mut with_facts = HashSet::new();
    for (at, claim) in claims.iter().enumerate() {
        let id = claim.key.id_part();
        let is_new = ids.insert(id);
        if !is_new && (claim.fact.is_some() || with_facts.contains(&id)) {
            return at;
        }
        if claim.fact.is_some() {
            with_facts.insert(id);
        }
    }
    claims.len()
}

/// What became of a claim without its fact.
struct Made {
    outcome: Outcome,
    is_entered: bool,
    before: Records,
    after: Records,
    since: Timestamp,
}

impl Made {
    fn failed(claim: &Claim, why: Unknown) -> Self {
        Self {
            outcome: Outcome::unknown(claim.destinations, why),
            is_entered: false,
            before: Records::new(),
            after: Records::new(),
            since: Timestamp::UNIX_EPOCH,
        }
    }
}

/// What a group is to become, tried until nobody came between.
struct Task<'a> {
    group: Group,
    /// Our own grants: who finds them was here before.
    own: Vec<u64>,
    base: GroupBytes,
    /// The last try's, while its answer is lost.
    lost: Option<Change>,
    after_loss: bool,
    why: Unknown,
    apply: Apply<'a>,
    end: Option<End>,
}

/// Changes a view to what the group is to become.
type Apply<'a> = Box<dyn FnMut(&mut View, &Turn<'_>) + 'a>;

struct Turn<'a> {
    windows: &'a Windows,
    since: Timestamp,
    now: Timestamp,
    after_loss: bool,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Done,
    Failed(Unknown),
}

impl<'a> Task<'a> {
    fn new(group: Group, own: Vec<u64>, apply: Apply<'a>) -> Self {
        Self {
            group,
            own,
            base: GroupBytes::new(),
            lost: None,
            after_loss: false,
            why: Unknown::Unreachable,
            apply,
            end: None,
        }
    }

    fn into_end(self) -> End {
        self.end.unwrap_or(End::Failed(self.why))
    }

    /// The change to try next.
    fn next(&mut self, windows: &Windows, marker: Marker, now: Timestamp) -> Result<Change, End> {
        if let Some(change) = self.lost.take() {
            // The same once more: if it was done, the answer is what it made.
            self.after_loss = true;
            return Ok(change);
        }
        let expected = self.base.clone();
        let unreadable = |_| End::Failed(Unknown::Unreachable);
        let records = decode(self.group, &expected).map_err(unreadable)?;
        let mut view = View::new(records, windows, now);
        let since = marker.since();
        (self.apply)(&mut view, &Turn { windows, since, now, after_loss: self.after_loss });
        let new = encode(&view.into_records(windows, now));
        // As it will be read: moments are cut off when they are written.
        let records = decode(self.group, &new).map_err(unreadable)?;
        let until = keep_all_until(&records, windows).unwrap_or(now);
        Ok(Change { group: self.group, expected, new, until, marker })
    }

    fn hear(&mut self, answer: Answer, change: &Change) {
        match answer {
            Answer::Done => self.end = Some(End::Done),
            Answer::Is(bytes) if self.after_loss && self.is_ours(&bytes, change) => {
                self.end = Some(End::Done);
            }
            Answer::Is(bytes) => self.base = bytes,
            Answer::Younger => {}
            Answer::NotDone(RedisError::Full) => self.end = Some(End::Failed(Unknown::Full)),
            Answer::NotDone(_) => self.end = Some(End::Failed(Unknown::Unreachable)),
            Answer::Lost if self.after_loss => self.end = Some(End::Failed(self.why)),
            Answer::Lost => self.lost = Some(change.clone()),
        }
    }

    /// Whether a try whose answer was lost was done after all, whatever came later.
    fn is_ours(&self, bytes: &GroupBytes, change: &Change) -> bool {
        let records = decode(self.group, bytes).unwrap_or_default();
        let mut holds = records.iter().flat_map(|record| &record.holds);
        *bytes == change.new || holds.any(|hold| self.own.contains(&hold.fence))
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

/// Why a Redis store can't be used. Holds neither address nor password.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RedisError {
    /// An answer that no server of a known version gives. Redis 7 or Valkey is needed.
    #[error("the server gave an answer that is not understood; Redis 7 or Valkey is needed")]
    Answer,
    /// User, password or the rights of the user.
    #[error("the server refused the user")]
    Denied,
    /// `maxmemory-policy` is not `noeviction`.
    #[error("the server may evict keys; set maxmemory-policy to noeviction")]
    Evicts,
    /// Its memory is full.
    #[error("the server's memory is full")]
    Full,
    /// The prefix has other characters than letters and digits of ASCII.
    #[error("the prefix may have only letters and digits")]
    Prefix,
    /// No connection, or no answer in time.
    #[error("the server can't be reached")]
    Unreachable,
    /// The URL is none, or asks for TLS where the crate `redis` was built without.
    #[error("the URL is not one of a Redis server that can be reached with these features")]
    Url,
}

impl RedisError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answer => "dedup_redis_answer",
            Self::Denied => "dedup_redis_denied",
            Self::Evicts => "dedup_redis_evicts",
            Self::Full => "dedup_redis_full",
            Self::Prefix => "dedup_redis_prefix",
            Self::Unreachable => "dedup_redis_unreachable",
            Self::Url => "dedup_redis_url",
        }
    }
}

const _: fn() = || {
    const fn holds_no_input<T: Copy + 'static>() {}
    holds_no_input::<RedisError>();
};

/// A power of two; about 56 bytes each.
const SEEN: usize = 1 << 15;
/// How often a group is tried while others come between.
const ROUNDS: usize = 16;
