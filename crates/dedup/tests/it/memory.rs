//! The store in memory.

use predispatch_dedup::{
    Claim, Destination, FactKey, Key, Source, Store, Windows,
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
