//! What a server may be like: its clock, its memory, its scripts; and what it keeps.

use std::time::SystemTime;

use predispatch_dedup::{SettleError, Store, Unknown, Verdict, store::redis::RedisStore};
use predispatch_types::Timestamp;

use super::{at, reserve, server::Server, server_claim, verdict};

/// A clock that runs two minutes ahead, or behind, takes no hold for ended and none for longer.
#[test]
fn holds_end_by_the_servers_clock() {
    let Some(server) = Server::start(&[]) else { return };
    let wrong = |prefix, clock: fn() -> Timestamp| {
        let mut options = server.options(prefix);
        options.clock = clock;
        RedisStore::open(options).unwrap()
    };
    let ahead = ("ahead", 120, wrong("ahead", || real().plus_secs(120)));
    let behind = ("behind", -120, wrong("behind", || real().plus_secs(-120)));
    for (prefix, by, wrong) in [ahead, behind] {
        let right = server.store(prefix);
        let held = reserve(&right, 1, 0);
        assert_eq!(verdict(&held), Verdict::First);
        assert_eq!(verdict(&reserve(&wrong, 1, by + 30)), Verdict::InFlight, "{prefix}");
        assert_eq!(right.commit(&[held.into_receipt().unwrap()], at(40)), [Ok(())]);
        assert!(matches!(verdict(&reserve(&wrong, 1, by + 41)), Verdict::Duplicate { .. }));
        let held = reserve(&wrong, 2, by);
        assert_eq!(verdict(&held), Verdict::First);
        assert_eq!(verdict(&reserve(&right, 2, 30)), Verdict::InFlight, "{prefix}");
        assert_eq!(verdict(&reserve(&right, 2, 62)), Verdict::First, "{prefix}");
        assert_eq!(
            wrong.commit(&[held.into_receipt().unwrap()], at(by + 63)),
            [Err(SettleError::Superseded)]
        );
    }
}

fn real() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_unix_micros(since.as_micros().try_into().unwrap())
}

#[test]
fn full_memory_is_told_and_harms_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("full");
    let [sent, unsent] = [1, 3].map(|id| [reserve(&store, id, 0).into_receipt().unwrap()]);
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory", "1"]), "+OK");
    assert_eq!(verdict(&reserve(&store, 2, 0)), Verdict::Unknown(Unknown::Full));
    // What was granted is settled all the same: that makes it smaller.
    assert_eq!(store.commit(&sent, at(1)), [Ok(())]);
    assert_eq!(store.release(&unsent, at(1)), [Ok(())]);
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory", "0"]), "+OK");
    assert_eq!(verdict(&reserve(&store, 2, 2)), Verdict::First);
    assert!(matches!(verdict(&reserve(&store, 1, 2)), Verdict::Duplicate { .. }));
    assert_eq!(verdict(&reserve(&store, 3, 2)), Verdict::First);
}

#[test]
fn a_flushed_script_is_loaded_again() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    assert_eq!(verdict(&reserve(&store, 1, 0)), Verdict::First);
    assert_eq!(server.command(&["SCRIPT", "FLUSH"]), "+OK");
    assert_eq!(verdict(&reserve(&store, 1, 1)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&store, 2, 1)), Verdict::First);
}

#[test]
fn what_is_kept_expires_by_itself() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    let claims: Vec<_> = (0..500).map(server_claim).collect();
    store.reserve(&claims, at(0));
    let info = server.command(&["DBSIZE"]);
    let keys: usize = info.trim_start_matches(':').parse().unwrap();
    // What is known of each partition stays: its marker, and its classes.
    assert!(keys > 2 * 64);
    assert_eq!(server.command(&["EVAL", EVERY_HASH_EXPIRES, "0"]), format!(":{}", keys - 2 * 64));
}

const EVERY_HASH_EXPIRES: &str = "local n = 0
for _, key in ipairs(redis.call('KEYS', '*')) do
  local ttl = redis.call('TTL', key)
  if ttl > 7 * 86400 and ttl < 15 * 86400 then n = n + 1 end
end
return n";
