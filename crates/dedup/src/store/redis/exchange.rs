//! One round trip: compare and set many groups, each node at once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use predispatch_types::Timestamp;
use redis::{Connection, ServerErrorKind, Value};

use super::{
    RedisError, RedisOptions,
    clock::Offset,
    layout::{Classes, Layout, Slice, slot},
    nodes::{Node, Nodes, known},
    random,
};
use crate::{
    Windows,
    store::group::{Group, GroupBytes},
};

/// Which of the two forms of the script runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Script {
    /// Refused while the server's memory is full.
    Claim,
    /// Runs even then: what is settled takes less room than before.
    Settle,
}

/// A group that is to change from what it is believed to be.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) group: Group,
    pub(super) expected: GroupBytes,
    pub(super) new: GroupBytes,
    /// When the new bytes may be forgotten.
    pub(super) until: Timestamp,
    /// What it was judged with.
    pub(super) terms: Terms,
    /// When it was judged, by the [clock](Exchange::clock) that is compared with the server's. One that
    /// is sent once more after a lost answer keeps it.
    pub(super) judged: Timestamp,
}

/// What is known of a partition, and changes there are judged with.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Terms {
    pub(super) marker: Marker,
    /// Of the clock of the node that has it.
    pub(super) offset: Offset,
}

/// From when on a partition remembers everything. The number tells two beginnings of one moment
/// apart: a process that has never been here begins a lost partition where it was begun before.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Marker {
    /// In milliseconds.
    since: i64,
    number: u64,
    was_seen: bool,
}

/// What became of a change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Answer {
    /// It was as expected and is now new.
    Done,
    /// It is something else.
    Is(GroupBytes),
    /// The partition began to remember later than was thought, or the server's clock shows another
    /// time: nothing was looked at.
    OtherTerms,
    /// Nothing was done.
    NotDone(RedisError),
    /// It may have been done, but too few replicas have it.
    NotCopied,
    /// The answer was lost: it may have been done.
    Lost,
}

pub(super) struct Exchange {
    nodes: Nodes,
    layout: Layout,
    /// The layout's, as each marker has it.
    fingerprint: String,
    /// The node's slot and what is known of it, by partition.
    partitions: Vec<Partition>,
    replicas: Option<(u32, u64)>,
    clock: fn() -> Timestamp,
}

struct Partition {
    slot: u16,
    /// What it is judged by, and the classes of which something stands there.
    known: Mutex<(Terms, Classes)>,
}

/// The changes of one partition: one call of the script.
struct Call {
    partition: u16,
    terms: Terms,
    judged: Timestamp,
    /// Where is looked: the classes in use as far as is known, and what will be written.
    classes: Classes,
    node: Node,
    changes: Vec<usize>,
}

/// What all calls of one sending share.
#[derive(Clone, Copy)]
struct Batch<'a> {
    script: Script,
    slices: &'a [Slice],
    changes: &'a [Change],
    now: Timestamp,
    /// When it is sent, by the clock that is compared with the server's.
    sent: Timestamp,
}

impl Exchange {
    pub(super) fn open(options: &RedisOptions, windows: &Windows) -> Result<Self, RedisError> {
        let layout =
            Layout::new(&options.prefix, windows, options.partitions, options.expected_events);
        let partitions = (0..layout.partitions()).map(|partition| Partition {
            slot: slot(&layout.tag(partition)),
            known: Mutex::new((
                Terms {
                    marker: Marker {
                        since: options.remembers_from.unix_millis(),
                        number: random(),
                        was_seen: false,
                    },
                    offset: Offset::default(),
                },
                Classes::default(),
            )),
        });
        let for_replicas = options.wait_replicas.map(|(_, limit)| limit).unwrap_or_default();
        let nodes = Nodes::open(
            &options.url,
            ["#!lua\n", "#!lua flags=allow-oom\n"]
                .map(|first_line| [first_line, include_str!("claim.lua")].concat()),
            options.connect_timeout,
            options.response_timeout.saturating_add(for_replicas),
        )?;
        let replicas = options.wait_replicas.map(|(count, limit)| {
            (count, u64::try_from(limit.as_millis()).unwrap_or(u64::MAX).max(1))
        });
        let partitions = partitions.collect();
        let fingerprint = layout.fingerprint();
        let clock = options.clock;
        let exchange = Self { nodes, layout, fingerprint, partitions, replicas, clock };
        exchange.check_layout()?;
        Ok(exchange)
    }

    /// Whether what stands under the prefix is laid out as this store is. Every layout has a first
    /// partition; whoever comes first begins it.
    fn check_layout(&self) -> Result<(), RedisError> {
        let Some(first) = self.partitions.first() else { return Ok(()) };
        let node = self.node_of(0);
        let mut connection = self.nodes.take(&node)?;
        let key = self.layout.marker(0);
        let mut ask = |command: &redis::Cmd| {
            command.query::<Value>(&mut connection).map_err(|error| known(&error))
        };
        let mut get = redis::cmd("GET");
        get.arg(&key);
        let mut marker = ask(&get)?;
        if marker == Value::Nil {
            ask(redis::cmd("SET").arg(&key).arg(self.written(first.known().0.marker)).arg("NX"))?;
            marker = ask(&get)?;
        }
        self.read_marker(&marker)?;
        self.nodes.give_back(&node, connection);
        Ok(())
    }

    pub(super) fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// What is known of the group's partition.
    pub(super) fn terms(&self, group: Group) -> Terms {
        let partition = self.partitions.get(usize::from(self.layout.partition(group)));
        let nothing = Marker { since: i64::MAX, number: 0, was_seen: false };
        let nothing = Terms { marker: nothing, offset: Offset::default() };
        partition.map_or(nothing, |partition| partition.known().0)
    }

    /// The moment by the clock that is compared with the servers'.
    pub(super) fn clock(&self) -> Timestamp {
        (self.clock)()
    }

    /// Sends all changes; each node gets its own at once. One answer for each, in order.
    pub(super) fn send(&self, script: Script, changes: &[Change], now: Timestamp) -> Vec<Answer> {
        let mut answers = vec![Answer::NotDone(RedisError::Unreachable); changes.len()];
        let slices = self.layout.slices(now);
        let mut calls = self.calls(changes, &slices, now);
        for _ in 0..TRIES {
            let mut again = Vec::new();
            let batch = Batch { script, slices: &slices, changes, now, sent: self.clock() };
            self.try_calls(&calls, batch, &mut answers, &mut again);
            if again.is_empty() {
                return answers;
            }
            // Moved slots, a server that failed over, a script that was flushed.
            let _ = self.nodes.refresh();
            calls = again;
            for call in &mut calls {
                call.node = self.node_of(call.partition);
            }
        }
        answers
    }

    fn node_of(&self, partition: u16) -> Node {
        let slot =
            self.partitions.get(usize::from(partition)).map_or(0, |partition| partition.slot);
        self.nodes.of_slot(slot)
    }

    fn calls(&self, changes: &[Change], slices: &[Slice], now: Timestamp) -> Vec<Call> {
        let mut by_partition = BTreeMap::<(u16, Terms, Timestamp), Vec<usize>>::new();
        for (at, change) in changes.iter().enumerate() {
            // Where nobody would look for it nothing is written.
            if !slices.contains(&self.layout.slice(change.until, now).0) {
                continue;
            }
            let partition = (self.layout.partition(change.group), change.terms, change.judged);
            by_partition.entry(partition).or_default().push(at);
        }
        let call = |((partition, terms, judged), at): ((u16, Terms, Timestamp), Vec<usize>)| {
            let node = self.node_of(partition);
            let known = self.partitions.get(usize::from(partition)).map(|all| all.known().1);
            let written = at.iter().filter_map(|&at| changes.get(at));
            let classes = written.fold(known.unwrap_or_default(), |classes, change| {
                classes.with(self.layout.slice(change.until, now).0)
            });
            // A server does nothing else while a script runs.
            let parts = at.chunks(MAX_CHANGES_A_CALL).map(<[usize]>::to_vec);
            let part =
                |changes| Call { partition, terms, judged, classes, node: node.clone(), changes };
            parts.map(part).collect::<Vec<_>>()
        };
        by_partition.into_iter().flat_map(call).collect()
    }

    /// Writes to every node before it reads from any.
    fn try_calls(
        &self,
        calls: &[Call],
        batch: Batch<'_>,
        answers: &mut [Answer],
        again: &mut Vec<Call>,
    ) {
        let mut by_node = HashMap::<&Node, Vec<&Call>>::new();
        for call in calls {
            by_node.entry(&call.node).or_default().push(call);
        }
        let mut sent = Vec::new();
        for (node, calls) in by_node {
            let mut packed = Vec::new();
            for call in &calls {
                self.pack(call, batch, &mut packed);
            }
            if let Some((replicas, millis)) = self.replicas {
                redis::cmd("WAIT").arg(replicas).arg(millis).write_packed_command(&mut packed);
            }
            match self.nodes.take(node) {
                Err(error) => {
                    mark(&calls, &Answer::NotDone(error), answers);
                    if error == RedisError::Unreachable {
                        again.extend(calls.iter().map(|call| copy(call)));
                    }
                }
                Ok(mut connection) => match connection.send_packed_command(&packed) {
                    Ok(()) => sent.push((node, calls, connection)),
                    Err(_) => {
                        self.nodes.forget(node);
                        mark(&calls, &Answer::Lost, answers);
                    }
                },
            }
        }
        for (node, calls, mut connection) in sent {
            let is_good = self.read(&calls, batch.sent, &mut connection, answers, again);
            let not_copied = self.not_copied(&mut connection);
            if let Some(answer) = &not_copied {
                mark(&calls, answer, answers);
            }
            if is_good && not_copied != Some(Answer::Lost) {
                self.nodes.give_back(node, connection);
            } else {
                self.nodes.forget(node);
            }
        }
    }

    /// What is to be answered unless as many replicas as are asked for have everything: one that has
    /// not is a loss that may yet happen.
    fn not_copied(&self, connection: &mut Connection) -> Option<Answer> {
        let (replicas, _) = self.replicas?;
        match connection.recv_response() {
            Ok(Value::Int(count)) if count >= i64::from(replicas) => None,
            Ok(Value::Int(_)) => Some(Answer::NotCopied),
            _ => Some(Answer::Lost),
        }
    }

    /// Reads the answers of a node. `false`: the connection is of no more use.
    fn read(
        &self,
        calls: &[&Call],
        sent: Timestamp,
        connection: &mut Connection,
        answers: &mut [Answer],
        again: &mut Vec<Call>,
    ) -> bool {
        let mut is_good = true;
        for (at, call) in calls.iter().enumerate() {
            match connection.recv_response().and_then(Value::extract_error) {
                Ok(Value::Array(reply)) => self.understand(call, sent, &reply, answers),
                Ok(_) => mark(&[call], &Answer::NotDone(RedisError::Answer), answers),
                // No answer, or not one that can be read: what follows on this connection is nobody's.
                Err(error) if error.code().is_none() => {
                    mark(calls.get(at..).unwrap_or_default(), &Answer::Lost, answers);
                    return false;
                }
                Err(error) => {
                    // The server refused: this call did nothing.
                    let known = known(&error);
                    mark(&[call], &Answer::NotDone(known), answers);
                    // A flushed script is loaded with the next connection, and if this is no master
                    // any more, that may lead to the one that is.
                    let is_left = is_left(&error);
                    is_good &= !is_left;
                    if is_left || known == RedisError::Unreachable {
                        again.push(copy(call));
                    }
                }
            }
        }
        is_good
    }

    fn understand(&self, call: &Call, sent: Timestamp, reply: &[Value], answers: &mut [Answer]) {
        let [marker, used, Value::Int(server), reply @ ..] = reply else {
            return mark(&[call], &Answer::NotDone(RedisError::Answer), answers);
        };
        let partition = self.partitions.get(usize::from(call.partition));
        let marker = match self.read_marker(marker) {
            Ok(marker) => marker,
            Err(error) => return mark(&[call], &Answer::NotDone(error), answers),
        };
        let Some(used) = self.layout.classes(used) else {
            return mark(&[call], &Answer::NotDone(RedisError::Answer), answers);
        };
        if let Some(partition) = partition {
            let used = if reply.is_empty() { used } else { call.classes };
            let server = Timestamp::from_unix_millis(*server);
            let mut known = partition.known.lock().unwrap_or_else(PoisonError::into_inner);
            let offset = known.0.offset.after(server, sent, self.clock());
            *known = (Terms { marker, offset }, used);
        }
        if reply.is_empty() {
            return mark(&[call], &Answer::OtherTerms, answers);
        }
        for (&change, value) in call.changes.iter().zip(reply) {
            let answer = match value {
                Value::Int(1) => Answer::Done,
                Value::BulkString(bytes) => Answer::Is(GroupBytes::from_slice(bytes)),
                _ => Answer::NotDone(RedisError::Answer),
            };
            if let Some(place) = answers.get_mut(change) {
                *place = answer;
            }
        }
    }

    /// A marker as it stands at the server: its moment, its number, the layout.
    fn written(&self, marker: Marker) -> String {
        format!("{} {:x} {}", marker.since, marker.number, self.fingerprint)
    }

    fn read_marker(&self, value: &Value) -> Result<Marker, RedisError> {
        let Value::BulkString(bytes) = value else { return Err(RedisError::Answer) };
        let text = core::str::from_utf8(bytes).map_err(|_| RedisError::Answer)?;
        let (marker, layout) = text.rsplit_once(' ').ok_or(RedisError::Answer)?;
        if layout != self.fingerprint {
            return Err(RedisError::Layout);
        }
        Marker::read(marker).ok_or(RedisError::Answer)
    }

    /// The call in the server's protocol.
    fn pack(&self, call: &Call, batch: Batch<'_>, packed: &mut Vec<u8>) {
        let Batch { script, slices, changes, now, .. } = batch;
        let starts: Vec<(Slice, String)> = slices
            .iter()
            .filter(|slice| call.classes.has(**slice))
            .map(|slice| (*slice, self.layout.hash_start(call.partition, *slice)))
            .collect();
        let groups = call.changes.len();
        let keys = groups.saturating_mul(starts.len()).saturating_add(2);
        let args = groups.saturating_mul(4).saturating_add(6);
        let all = keys.saturating_add(args).saturating_add(3);
        packed.extend_from_slice(format!("*{all}\r\n").as_bytes());
        bulk(packed, &[b"EVALSHA"]);
        bulk(packed, &[self.nodes.digest(script).as_bytes()]);
        bulk(packed, &[keys.to_string().as_bytes()]);
        bulk(packed, &[self.layout.marker(call.partition).as_bytes()]);
        bulk(packed, &[self.layout.used(call.partition).as_bytes()]);
        let changes = || call.changes.iter().filter_map(|&change| changes.get(change));
        for change in changes() {
            let end = self.layout.hash_end(change.group);
            let (to, _) = self.layout.slice(change.until, now);
            // What is known stands where it is written again, mostly: one look finds it.
            let (first, rest): (Vec<_>, Vec<_>) =
                starts.iter().partition(|(slice, _)| *slice == to);
            for (_, start) in first.into_iter().chain(rest) {
                bulk(packed, &[start.as_bytes(), end.as_bytes()]);
            }
        }
        let Terms { marker, offset } = call.terms;
        bulk(packed, &[self.written(marker).as_bytes()]);
        bulk(packed, &[self.written(marker.after_loss(now)).as_bytes()]);
        bulk(packed, &[offset.to_server(call.judged).unix_millis().to_string().as_bytes()]);
        bulk(packed, &[self.layout.letters(call.classes).as_bytes()]);
        bulk(packed, &[if self.replicas.is_some() { b"1" } else { b"0" }]);
        bulk(packed, &[starts.len().to_string().as_bytes()]);
        for change in changes() {
            let (_, lives) = self.layout.slice(change.until, now);
            bulk(packed, &[change.group.id()]);
            bulk(packed, &[&change.expected]);
            bulk(packed, &[&change.new]);
            bulk(packed, &[lives.to_string().as_bytes()]);
        }
    }
}

impl Partition {
    fn known(&self) -> (Terms, Classes) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Marker {
    pub(super) fn since(self) -> Timestamp {
        Timestamp::from_unix_millis(self.since)
    }

    /// What it becomes if it is gone: a partition that was there before has lost everything until
    /// now. It is later than this one, so that everybody who knows this one takes it over.
    fn after_loss(self, now: Timestamp) -> Self {
        if !self.was_seen {
            return self;
        }
        let since = now.unix_millis().max(self.since.saturating_add(1));
        Self { since, number: random(), was_seen: true }
    }

    fn read(text: &str) -> Option<Self> {
        let (since, number) = text.split_once(' ')?;
        let number = u64::from_str_radix(number, 16).ok()?;
        Some(Self { since: since.parse().ok()?, number, was_seen: true })
    }
}

fn copy(call: &Call) -> Call {
    let Call { partition, terms, judged, classes, node, changes } = call;
    let (node, changes) = (node.clone(), changes.clone());
    Call { partition: *partition, terms: *terms, judged: *judged, classes: *classes, node, changes }
}

/// Whether a new connection may find what this one does not.
fn is_left(error: &redis::RedisError) -> bool {
    use ServerErrorKind::{BusyLoading, MasterDown, NoScript, ReadOnly};
    let redis::ErrorKind::Server(kind) = error.kind() else { return false };
    matches!(kind, NoScript | ReadOnly | MasterDown | BusyLoading)
}

fn mark(calls: &[&Call], answer: &Answer, answers: &mut [Answer]) {
    for &change in calls.iter().flat_map(|call| &call.changes) {
        if let Some(place) = answers.get_mut(change) {
            *place = answer.clone();
        }
    }
}

fn bulk(packed: &mut Vec<u8>, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    packed.push(b'$');
    packed.extend_from_slice(length.to_string().as_bytes());
    packed.extend_from_slice(b"\r\n");
    for part in parts {
        packed.extend_from_slice(part);
    }
    packed.extend_from_slice(b"\r\n");
}

const TRIES: usize = 2;
const MAX_CHANGES_A_CALL: usize = 64;
