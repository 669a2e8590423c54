//! The durable store: the suite, the model, crashes and damage.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use predispatch_dedup::{
    Claim, Destination, KeyMaker, Outcome, Source, Store, Unknown, Verdict, Windows,
    store::durable::{DurableError, DurableOptions, DurableStore},
};
use predispatch_types::{EventId, Timestamp};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::{
    model,
    suite::{self, Stores},
};

/// Stores whose process dies by being dropped: the file is all that a store leaves behind, for
/// nothing is written when it ends. [`no_acknowledged_claim_is_lost`] kills real processes.
struct Durable {
    parent: PathBuf,
    /// Of the newest store.
    folder: Mutex<Option<(TempDir, Windows)>>,
}

impl Durable {
    fn within(parent: PathBuf) -> Self {
        Self { parent, folder: Mutex::default() }
    }
}

impl Stores for Durable {
    fn fresh(&self, windows: Windows) -> Box<dyn Store> {
        let folder = TempDir::new_in(&self.parent).unwrap();
        let store = open(folder.path(), windows.clone()).unwrap();
        *self.folder.lock().unwrap() = Some((folder, windows));
        Box::new(store)
    }

    fn after_crash(&self, store: Box<dyn Store>) -> Box<dyn Store> {
        drop(store);
        let guard = self.folder.lock().unwrap();
        let (folder, windows) = guard.as_ref().unwrap();
        Box::new(open(folder.path(), windows.clone()).unwrap())
    }
}

#[test]
fn the_durable_store_keeps_the_suite() {
    suite::run(&Durable::within(std::env::temp_dir()));
}

/// Where `fsync` costs nothing, if there is such a place: the model asks what is written, not
/// whether a disk has it.
fn fast_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_durable_store_is_a_list_of_records(steps in model::steps()) {
        model::check(&Durable::within(fast_folder()), &Windows::whole(), &steps);
    }
}

#[test]
fn without_room_only_what_is_known_is_told() {
    let folder = TempDir::new().unwrap();
    let mut options = DurableOptions::default();
    options.max_entries = 2;
    let store = DurableStore::open(folder.path().join("f"), options, at(0)).unwrap();
    let first = store.reserve(&[server(1), server(2), server(3)], at(0));
    assert_eq!(verdict(&first[1]), Verdict::First);
    assert_eq!(verdict(&first[2]), Verdict::Unknown(Unknown::Full));
    assert!(first[2].receipt().is_none());
    assert_eq!(verdict(&store.reserve(&[server(1)], at(1))[0]), Verdict::InFlight);
    // What was given back makes room.
    let receipts: Vec<_> = first.into_iter().filter_map(Outcome::into_receipt).collect();
    assert_eq!(store.release(&receipts[..1], at(2)), [Ok(())]);
    assert_eq!(verdict(&store.reserve(&[server(3)], at(3))[0]), Verdict::First);
}

#[test]
fn what_has_expired_makes_room_and_a_clock_that_goes_back_behind_it_proves_nothing() {
    let folder = TempDir::new().unwrap();
    let mut options = DurableOptions::default();
    options.max_entries = 300;
    let store = DurableStore::open(folder.path().join("f"), options.clone(), at(0)).unwrap();
    let claims: Vec<_> = (0..300).map(server).collect();
    assert!(store.reserve(&claims, at(0)).iter().all(|outcome| verdict(outcome) == Verdict::First));
    let later = 8 * 86_400;
    let new = |id| {
        let mut claim = server(id);
        claim.event_time = at(later);
        claim
    };
    for id in 0..20 {
        store.reserve(&[new(1_000 + id)], at(later));
    }
    assert_eq!(verdict(&store.reserve(&[new(2_000)], at(later))[0]), Verdict::First);
    drop(store);
    let store = DurableStore::open(folder.path().join("f"), options, at(later)).unwrap();
    assert!(store.len() < 25, "{}", store.len());
    let back = store.reserve(&[server(1)], at(3_600));
    assert_eq!(verdict(&back[0]), Verdict::Unknown(Unknown::TooOld));
}

/// An event from the future's edge, claimed in the last part of a millisecond.
#[test]
fn what_is_taken_to_the_last_microsecond_is_remembered_to_it() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path(), Windows::whole()).unwrap();
    let now = Timestamp::from_unix_micros(at(0).unix_micros() + 999);
    let mut claim = server(1);
    claim.event_time = now.plus_secs(300);
    let sent = store.reserve(&[claim], now).remove(0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], now), [Ok(())]);
    let last = claim.event_time.plus_secs(7 * 86_400);
    assert!(matches!(verdict(&store.reserve(&[claim], last)[0]), Verdict::Duplicate { .. }));
}

/// What was dropped under a shorter retention is no proof of anything under a longer one, and what was
/// not is kept for the longer one.
#[test]
fn a_longer_retention_makes_no_first() {
    const DAY: i64 = 86_400;
    let folder = TempDir::new().unwrap();
    let open = |days: u32, now| {
        let mut options = DurableOptions::default();
        for destination in Destination::all() {
            let mut window = options.windows.of(destination);
            window.retention_secs = window.retention_secs.min(days * 86_400);
            options.windows = options.windows.clone().with(destination, window);
        }
        DurableStore::open(folder.path().join("f"), options, at(now)).unwrap()
    };
    let event = |id, happened| {
        let mut claim = server(id);
        claim.event_time = at(happened);
        claim
    };
    let store = open(3, 0);
    for (id, happened) in [(1, 0), (2, 2 * DAY)] {
        let sent = store.reserve(&[event(id, happened)], at(happened)).remove(0);
        assert_eq!(store.commit(&[sent.into_receipt().unwrap()], at(happened)), [Ok(())]);
    }
    // The first is dropped, from the index and from the file.
    let later = 4 * DAY - 1;
    let _ = store.reserve(&[event(9, later)], at(later));
    drop(store);
    let ask = |store: &DurableStore, id, happened, now| {
        verdict(&store.reserve(&[event(id, happened)], at(now))[0])
    };
    let store = open(7, 4 * DAY);
    assert_eq!(ask(&store, 1, 0, 4 * DAY), Verdict::Unknown(Unknown::TooOld));
    assert!(matches!(ask(&store, 2, 2 * DAY, 4 * DAY), Verdict::Duplicate { .. }));
    assert_eq!(ask(&store, 3, 2 * DAY, 4 * DAY), Verdict::First);
    drop(store);
    // It says so in the file, too.
    for now in [5 * DAY, 8 * DAY] {
        let store = open(7, now);
        assert_eq!(ask(&store, 4, DAY - 1, now), Verdict::Unknown(Unknown::TooOld));
        assert!(matches!(ask(&store, 2, 2 * DAY, now), Verdict::Duplicate { .. }), "{now}");
    }
    // A shorter one drops nothing that it asks for.
    let store = open(1, 8 * DAY);
    assert_eq!(ask(&store, 5, 7 * DAY, 8 * DAY), Verdict::First);
}

#[test]
fn a_file_keeps_from_when_on_it_remembers() {
    let folder = TempDir::new().unwrap();
    let open = |from| {
        let mut options = DurableOptions::default();
        options.remembers_from = from;
        DurableStore::open(folder.path().join("f"), options, at(0)).unwrap()
    };
    for from in [at(0), Timestamp::UNIX_EPOCH] {
        let store = open(from);
        let mut claim = server(1);
        claim.event_time = at(-1);
        let old = store.reserve(&[claim], at(5)).remove(0);
        assert_eq!(verdict(&old), Verdict::Unknown(Unknown::TooOld));
        assert!(
            verdict(&store.reserve(&[server(2)], at(5))[0]) != Verdict::Unknown(Unknown::TooOld)
        );
    }
}

#[test]
fn one_file_is_one_process() {
    let folder = TempDir::new().unwrap();
    let _store = open(folder.path(), Windows::whole()).unwrap();
    assert_eq!(open(folder.path(), Windows::whole()).unwrap_err(), DurableError::InUse);
}

#[test]
fn calls_that_come_together_are_all_answered() {
    let folder = TempDir::new().unwrap();
    let store = Arc::new(open(folder.path(), Windows::whole()).unwrap());
    let firsts: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let store = Arc::clone(&store);
                scope.spawn(move || {
                    let firsts = (0..50).filter(|id| {
                        verdict(&store.reserve(&[server(*id)], at(0))[0]) == Verdict::First
                    });
                    firsts.count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(firsts, 50, "each id once");
    drop(store);
    let store = open(folder.path(), Windows::whole()).unwrap();
    for id in 0..50 {
        assert_eq!(verdict(&store.reserve(&[server(id)], at(1))[0]), Verdict::InFlight);
    }
}

/// A damaged file is refused, or the damage was where nothing is kept and every answer is right.
#[test]
fn damage_is_refused_or_harmless() {
    let folder = TempDir::new_in(fast_folder()).unwrap();
    let path = folder.path().join("claims.redb");
    let store = open(folder.path(), Windows::whole()).unwrap();
    for batch in 0..20 {
        let claims: Vec<_> = (batch * 50..batch * 50 + 50).map(server).collect();
        store.reserve(&claims, at(0));
    }
    drop(store);
    let good = fs::read(&path).unwrap();
    let (mut refused, mut harmless) = (0, 0);
    let mut damaged = |bytes: &[u8], what: &str| {
        fs::write(&path, bytes).unwrap();
        match open(folder.path(), Windows::whole()) {
            Err(error) => {
                assert!(
                    matches!(error, DurableError::Damaged | DurableError::OtherVersion),
                    "{what}: {error:?}"
                );
                refused += 1;
            }
            Ok(store) => {
                let claims: Vec<_> = (0..1_000).map(server).collect();
                let outcomes = store.reserve(&claims, at(1));
                let right = outcomes.iter().all(|outcome| verdict(outcome) == Verdict::InFlight);
                assert!(right, "{what}: read wrong");
                harmless += 1;
            }
        }
    };
    let step = good.len() / 400;
    for position in (0..good.len()).step_by(step).chain(0..300) {
        let mut bytes = good.clone();
        bytes[position] ^= 1 << (position % 8);
        damaged(&bytes, &format!("bit of byte {position} of {} turned", good.len()));
    }
    for length in (1..good.len()).step_by(good.len() / 40) {
        damaged(&good[..length], &format!("cut to {length} of {} bytes", good.len()));
    }
    println!("{refused} refused, {harmless} harmless");
    assert!(refused > 100);
}

/// 200 times a process that claims, commits and releases is killed at a random moment. What it had
/// acknowledged must be there afterwards, and only that and what it was about to acknowledge.
#[test]
fn no_acknowledged_claim_is_lost() {
    // What a killed process has handed to the system is kept there, on a disk or not.
    let folder = TempDir::new_in(fast_folder()).unwrap();
    let mut ids: Vec<State> = Vec::new();
    let (mut acknowledged, mut killed_at_work) = (0, 0);
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for round in 0..KILLS {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (lines, was_killed) = run_and_kill(folder.path(), ids.len(), random >> 33);
        killed_at_work += usize::from(was_killed);
        acknowledged += apply(&mut ids, &lines);
        // All of it now and then, and at the end; else what the last processes did.
        let is_whole = round % 20 == 19;
        let from = if is_whole { 0 } else { ids.len().saturating_sub(300) };
        verify(folder.path(), &mut ids, from, round);
    }
    println!(
        "{KILLS} kills, {killed_at_work} at work, {acknowledged} acknowledged, {} ids",
        ids.len()
    );
    assert_eq!(killed_at_work, KILLS);
    assert!(acknowledged > 10 * KILLS);
}

const KILLS: usize = 200;
const CHILD: &str = "PREDISPATCH_DEDUP_CRASH_CHILD";

/// What is known of an id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Free,
    Held,
    Sent,
    /// An operation was under way: before or after it, nothing else.
    Between(&'static [Self]),
}

/// Lets a child work in the folder and kills it; returns what it said.
fn run_and_kill(folder: &Path, first_id: usize, random: u64) -> (Vec<String>, bool) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "durable::crash_child", "--ignored", "--nocapture"])
        .env(CHILD, folder)
        .env("FIRST_ID", first_id.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut lines = Vec::new();
    // Mostly after it has said some lines, now and then while it opens the file.
    let mut left = if random.is_multiple_of(8) { 0 } else { 1 + random % 40 };
    while left > 0 {
        let line = stdout.next().expect("the child works until it is killed");
        left -= u64::from(line.ends_with(" end"));
        lines.push(line);
    }
    std::thread::sleep(Duration::from_micros(random % 3_000));
    let was_killed = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    lines.extend(stdout);
    (lines, was_killed)
}

/// Lines are `KIND PHASE ID…`: `reserve`, `commit` or `release`, `begin` or `done`.
fn apply(ids: &mut Vec<State>, lines: &[String]) -> usize {
    let mut acknowledged = 0;
    for line in lines {
        let mut words = line.split(' ');
        let (Some(kind), Some(phase)) = (words.next(), words.next()) else { continue };
        // The test harness talks too, and a kill may cut the last line.
        let Some(state) = state_after(kind, phase) else { continue };
        if words.clone().next_back() != Some("end") {
            continue;
        }
        for id in words.filter_map(|word| word.parse::<usize>().ok()) {
            if ids.len() <= id {
                ids.resize(id + 1, State::Free);
            }
            ids[id] = state;
            acknowledged += usize::from(phase == "done");
        }
    }
    acknowledged
}

fn state_after(kind: &str, phase: &str) -> Option<State> {
    Some(match (kind, phase) {
        ("reserve", "begin") => State::Between(&[State::Free, State::Held]),
        ("reserve", "done") => State::Held,
        ("commit", "begin") => State::Between(&[State::Held, State::Sent]),
        ("commit", "done") => State::Sent,
        ("release", "begin") => State::Between(&[State::Held, State::Free]),
        ("release", "done") => State::Free,
        _ => return None,
    })
}

fn verify(folder: &Path, ids: &mut [State], from: usize, round: usize) {
    let store = open(folder, Windows::whole()).unwrap();
    let claims: Vec<_> = (from..ids.len()).map(|id| server(id as u64)).collect();
    let outcomes = store.reserve(&claims, at(1));
    let mut probes = Vec::new();
    for ((id, expected), outcome) in ids.iter_mut().enumerate().skip(from).zip(outcomes) {
        let found = match verdict(&outcome) {
            Verdict::First => State::Free,
            Verdict::InFlight => State::Held,
            Verdict::Duplicate { .. } => State::Sent,
            other => panic!("round {round}, id {id}: {other}"),
        };
        let fits = match *expected {
            State::Between(states) => states.contains(&found),
            expected => expected == found,
        };
        assert!(fits, "round {round}, id {id}: {expected:?} was acknowledged, {found:?} is there");
        *expected = found;
        probes.extend(outcome.into_receipt());
    }
    assert!(store.release(&probes, at(1)).iter().all(Result::is_ok));
}

/// Works until it is killed. Two threads, so that they write together.
#[test]
#[ignore = "started by no_acknowledged_claim_is_lost"]
fn crash_child() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let first_id: usize = std::env::var("FIRST_ID").unwrap().parse().unwrap();
    let store = open(Path::new(&folder), Windows::whole()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let store = &store;
            scope.spawn(move || work(store, first_id + thread));
        }
    });
}

fn work(store: &DurableStore, first_id: usize) {
    let mut id = first_id;
    for batch in 1.. {
        let ids: Vec<usize> = (0..batch % 7 + 1).map(|n| id + 2 * n).collect();
        id += 2 * ids.len();
        let claims: Vec<_> = ids.iter().map(|id| server(*id as u64)).collect();
        say("reserve begin", &ids);
        let outcomes = store.reserve(&claims, at(0));
        assert!(outcomes.iter().all(|outcome| verdict(outcome) == Verdict::First));
        say("reserve done", &ids);
        let mut receipts: Vec<_> = outcomes.into_iter().filter_map(Outcome::into_receipt).collect();
        let third = receipts.len() / 3;
        let (released, committed) = (receipts.split_off(receipts.len() - third), receipts);
        let (commits, releases) = ids.split_at(committed.len());
        // One in five is left as it is.
        if batch % 5 != 0 {
            say("commit begin", commits);
            assert!(store.commit(&committed, at(0)).iter().all(Result::is_ok));
            say("commit done", commits);
            say("release begin", releases);
            assert!(store.release(&released, at(0)).iter().all(Result::is_ok));
            say("release done", releases);
        }
    }
}

/// One write, so that lines of two threads do not mix.
fn say(what: &str, ids: &[usize]) {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    let line = format!("{what} {} end\n", ids.join(" "));
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

fn open(folder: &Path, windows: Windows) -> Result<DurableStore, DurableError> {
    let mut options = DurableOptions::default();
    options.windows = windows;
    DurableStore::open(folder.join("claims.redb"), options, at(0))
}

fn server(id: u64) -> Claim {
    let id = EventId::new(&format!("id-{id}")).unwrap();
    let key = KeyMaker::new([7; 16]).event("shop", &id, "purchase");
    Claim::new(key, Destination::META.into(), Source::Server, at(0))
}

fn verdict(outcome: &Outcome) -> Verdict {
    outcome.verdict(Destination::META).unwrap()
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791 + secs)
}
