//! The store in memory.

use predispatch_dedup::{
    Claim, Destination, FactKey, Key, Outcome, Source, Store, Windows,
    store::memory::{MemoryOptions, MemoryStore},
};
use predispatch_types::Timestamp;

use crate::suite::{self, Stores};

pub(crate) struct Memory;

impl Stores for Memory {
    fn fresh(&self, windows: Windows) -> Box<dyn Store> {
        let mut options = MemoryOptions::default();
        options.windows = windows;
        Box::new(MemoryStore::new(&options))
    }
}

#[test]
fn the_store_in_memory_keeps_the_suite() {
    suite::run(&Memory);
}

/// What is claimed together is claimed as one by one: known ids and new ones, with facts and without,
/// some twice.
#[test]
fn a_large_batch_is_its_claims_one_by_one() {
    let now = Timestamp::from_unix_secs(1_795_197_791);
    let claim = |number: u32| {
        let mut bytes = [0; 16];
        let mixed = u64::from(number % 1_700).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bytes[..8].copy_from_slice(&mixed.to_be_bytes());
        bytes[8..].copy_from_slice(&mixed.rotate_left(29).to_le_bytes());
        let source = if number.is_multiple_of(5) { Source::Browser } else { Source::Server };
        let claim = Claim::new(Key::from_bytes(bytes), Destination::META.into(), source, now);
        match number % 41 {
            0 => claim.with_fact(FactKey::from_bytes([(number % 200) as u8; 16])),
            _ => claim,
        }
    };
    let claims: Vec<Claim> = (0..2_000).map(claim).collect();
    let [together, alone] = [(); 2].map(|()| Memory.fresh(Windows::in_memory()));
    for round in 0..3 {
        let now = now.plus_secs(round);
        let ours = together.reserve(&claims, now);
        let theirs: Vec<_> =
            claims.iter().flat_map(|claim| alone.reserve(&[*claim], now)).collect();
        let told = |outcomes: &[Outcome]| -> Vec<_> {
            outcomes.iter().map(|outcome| outcome.verdict(Destination::META)).collect()
        };
        assert_eq!(told(&ours), told(&theirs));
        let receipts = |outcomes: Vec<Outcome>| -> Vec<_> {
            outcomes.into_iter().filter_map(Outcome::into_receipt).collect()
        };
        let (ours, theirs) = (receipts(ours), receipts(theirs));
        assert_eq!(ours.len() > 1_000, round == 0);
        let one_by_one: Vec<_> = theirs
            .iter()
            .flat_map(|receipt| alone.commit(std::slice::from_ref(receipt), now))
            .collect();
        assert_eq!(together.commit(&ours, now), one_by_one);
        // Once more: each was settled before.
        assert!(together.release(&ours, now).iter().all(Result::is_err));
    }
}

/// A grant may end in a slice of time that has not begun: a commit after it was given back is known.
#[test]
fn what_left_is_known_where_a_slice_begins() {
    // Slices are 2^23 milliseconds long.
    let border = (1_795_197_791_000_i64 >> 23) << 23;
    for (before, has_half) in [60_000, 59_999, 30_000, 1, 0]
        .into_iter()
        .flat_map(|before| [(before, false), (before, true)])
    {
        let store = Memory.fresh(Windows::in_memory());
        let now = Timestamp::from_unix_millis(border - before);
        let reserve = |source| {
            let claim = Claim::new(Key::from_bytes([7; 16]), Destination::META.into(), source, now);
            store.reserve(&[claim], now).remove(0)
        };
        if has_half {
            let _ = reserve(Source::Browser);
        }
        let receipts = [reserve(Source::Server).into_receipt().unwrap()];
        assert_eq!(store.release(&receipts, now), [Ok(())]);
        assert!(store.commit(&receipts, now)[0].is_err());
        let again = reserve(Source::Server).verdict(Destination::META).unwrap();
        assert_eq!(again.as_str(), "duplicate", "{before} ms before the border, {has_half}");
    }
}

/// A browser's half lies in the oldest slice, and its order needs the room of that slice: the server's
/// grant is written down all the same.
#[test]
fn what_is_forgotten_to_make_room_is_not_what_is_granted() {
    // All in one shard.
    let bytes = |kind: u8, number: u32| {
        let mut bytes = [kind; 16];
        bytes[0] = 0;
        for (at, byte) in number.wrapping_mul(0x9E37_79B1).to_le_bytes().into_iter().enumerate() {
            (bytes[2 + at], bytes[6 + at]) = (byte, byte.rotate_left(3));
        }
        bytes
    };
    let at = |days: i64| Timestamp::from_unix_secs(1_795_197_791 + days * 86_400);
    let claim = |kind, number, source, days| {
        let key = Key::from_bytes(bytes(kind, number));
        Claim::new(key, Destination::META.into(), source, at(days))
    };
    let mut forgotten = 0;
    for fillers in (300..700).step_by(20) {
        let mut options = MemoryOptions::default();
        options.max_bytes = MemoryStore::MIN_BYTES;
        let store = MemoryStore::new(&options);
        for number in 0..50 {
            store.reserve_into(&[claim(1, number, Source::Browser, 0)], at(0), &mut Vec::new());
        }
        for number in 0..fillers {
            store.reserve_into(&[claim(2, number, Source::Browser, 1)], at(1), &mut Vec::new());
        }
        for number in 0..50 {
            let before = store.entries();
            let fact = FactKey::from_bytes(bytes(3, number));
            let claim = claim(1, number, Source::Server, 1).with_fact(fact);
            let outcome = store.reserve(&[claim], at(1)).remove(0);
            forgotten += usize::from(store.entries() < before);
            let Some(receipt) = outcome.into_receipt() else { continue };
            assert_eq!(store.commit(&[receipt], at(1)), [Ok(())], "{fillers} {number}");
            assert!(store.reserve(&[claim], at(1))[0].receipt().is_none(), "{fillers} {number}");
        }
    }
    assert!(forgotten > 0, "the store was never full");
}

/// What was sent is known however many grants are open: it needs no room for one more.
#[test]
fn a_repetition_is_told_where_no_grant_can_be_held() {
    let now = Timestamp::from_unix_secs(1_795_197_791);
    let claim = |number: u32| {
        let mut bytes = [0; 16];
        // All in one shard.
        bytes[2..6].copy_from_slice(&number.wrapping_mul(0x9E37_79B1).to_le_bytes());
        bytes[6..10].copy_from_slice(&number.wrapping_mul(0x85EB_CA6B).to_le_bytes());
        Claim::new(Key::from_bytes(bytes), Destination::META.into(), Source::Server, now)
    };
    let mut options = MemoryOptions::default();
    options.max_bytes = MemoryStore::MIN_BYTES;
    let store = MemoryStore::new(&options);
    let verdict = |number| {
        let outcome = store.reserve(&[claim(number)], now).remove(0);
        outcome.verdict(Destination::META).unwrap().to_string()
    };
    let sent = store.reserve(&[claim(0)], now).remove(0).into_receipt().unwrap();
    assert_eq!(store.commit(&[sent], now), [Ok(())]);
    let open = (1..1_000).take_while(|number| verdict(*number) == "first").count();
    assert!((1..900).contains(&open), "{open}");
    assert_eq!(verdict(1_000), "unknown (full)");
    assert_eq!(verdict(0), "duplicate of server 0ns ago");
}
