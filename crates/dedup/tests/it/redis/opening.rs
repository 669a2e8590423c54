//! With which options and servers a store is not opened.

use std::time::Duration;

use predispatch_dedup::{
    Destination, Store, Unknown, Verdict,
    store::redis::{RedisError, RedisOptions, RedisStore},
};

use super::{at, reserve, server::Server, server_claim, verdict};

#[test]
fn a_server_that_evicts_is_refused() {
    let Some(server) = Server::start(&["--maxmemory-policy", "allkeys-lru"]) else { return };
    assert_eq!(RedisStore::open(server.options("p")).unwrap_err(), RedisError::Evicts);
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]), "+OK");
    let store = server.store("p");
    assert_eq!(store.check(), Ok(()));
    assert_eq!(server.command(&["CONFIG", "SET", "maxmemory-policy", "volatile-ttl"]), "+OK");
    assert_eq!(store.check(), Err(RedisError::Evicts));
}

/// Under other retentions, partitions or numbers of events nothing that was claimed would be found.
#[test]
fn another_layout_is_refused() {
    let Some(server) = Server::start(&[]) else { return };
    let store = server.store("p");
    assert_eq!(verdict(&reserve(&store, 1, 0)), Verdict::First);
    let with = |change: &dyn Fn(&mut RedisOptions)| {
        let mut options = server.options("p");
        change(&mut options);
        RedisStore::open(options).map(drop)
    };
    let short = |options: &mut RedisOptions| {
        for destination in Destination::all() {
            let mut window = options.windows.of(destination);
            window.retention_secs = window.retention_secs.min(3 * 86_400);
            options.windows = options.windows.clone().with(destination, window);
        }
    };
    assert_eq!(with(&short), Err(RedisError::Layout));
    assert_eq!(with(&|options| options.partitions = 128), Err(RedisError::Layout));
    assert_eq!(with(&|options| options.expected_events *= 100), Err(RedisError::Layout));
    assert_eq!(with(&|options| options.windows.future_secs = 60), Err(RedisError::Layout));
    // What decides nothing about places may change, and another prefix is another store.
    assert_eq!(with(&|options| options.windows.hold_secs = 120), Ok(()));
    let anew = |options: &mut RedisOptions| {
        short(options);
        options.prefix = "q".to_owned();
    };
    assert_eq!(with(&anew), Ok(()));
    // Whoever is there already goes on.
    assert_eq!(verdict(&reserve(&store, 1, 1)), Verdict::InFlight);
    // A server that was emptied is begun by whoever comes first; the others then do nothing there.
    assert_eq!(server.command(&["FLUSHALL"]), "+OK");
    let mut other = server.options("p");
    short(&mut other);
    let other = RedisStore::open(other).unwrap();
    assert_eq!(verdict(&reserve(&store, 1, 100)), Verdict::Unknown(Unknown::TooOld));
    assert_eq!(verdict(&reserve(&other, 1, 101)), Verdict::Unknown(Unknown::Unreachable));
}

#[test]
fn what_is_older_than_the_store_is_said_to_be_is_unknown() {
    let Some(server) = Server::start(&[]) else { return };
    let known = server.store("p");
    assert_eq!(verdict(&reserve(&known, 1, 0)), Verdict::First);
    // Also in a store that was begun without it.
    let mut options = server.options("p");
    options.remembers_from = at(1);
    let store = RedisStore::open(options).unwrap();
    assert_eq!(verdict(&reserve(&store, 1, 5)), Verdict::InFlight);
    assert_eq!(verdict(&reserve(&store, 2, 5)), Verdict::Unknown(Unknown::TooOld));
    let mut claim = server_claim(3);
    claim.event_time = at(1);
    assert_eq!(verdict(&store.reserve(&[claim], at(5))[0]), Verdict::First);
}

#[test]
fn nothing_shows_a_password() {
    let mut options = RedisOptions::new("redis://user:marked@127.0.0.1:1");
    let shown = format!("{options:?}");
    assert!(!shown.contains("marked") && !shown.contains("127.0.0.1"), "{shown}");
    options.connect_timeout = Duration::from_millis(200);
    let error = RedisStore::open(options).unwrap_err();
    assert_eq!(error, RedisError::Unreachable);
    let url = RedisOptions::new("nonsense://user:marked@");
    assert_eq!(RedisStore::open(url).unwrap_err(), RedisError::Url);
    let mut brace = RedisOptions::new("redis://127.0.0.1:1");
    brace.prefix = "a{b".to_owned();
    assert_eq!(RedisStore::open(brace).unwrap_err(), RedisError::Prefix);
}

#[test]
fn a_wrong_password_is_denied() {
    let Some(server) = Server::start(&[]) else { return };
    assert_eq!(server.command(&["CONFIG", "SET", "requirepass", "right"]), "+OK");
    for user in ["", ":wrong@"] {
        let options = RedisOptions::new(format!("redis://{user}127.0.0.1:{}", server.port));
        assert_eq!(RedisStore::open(options).unwrap_err(), RedisError::Denied, "{user}");
    }
    let options = RedisOptions::new(format!("redis://:right@127.0.0.1:{}", server.port));
    assert_eq!(verdict(&reserve(&RedisStore::open(options).unwrap(), 1, 0)), Verdict::First);
}

/// A grant could have ended before its owner hears of it.
#[test]
fn a_hold_that_is_over_at_once_is_refused() {
    let opened = |secs| {
        let mut options = RedisOptions::new("redis://127.0.0.1:1");
        options.windows.hold_secs = secs;
        options.connect_timeout = Duration::from_millis(200);
        RedisStore::open(options).map(drop)
    };
    assert_eq!([0, 1, 5].map(opened), [Err(RedisError::Hold); 3]);
    assert_eq!(opened(6), Err(RedisError::Unreachable));
    assert_eq!(RedisError::Hold.code(), "dedup_redis_hold");
}
