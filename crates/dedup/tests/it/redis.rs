//! The Redis store against a real server, which the tests start themselves.
#![allow(
    clippy::disallowed_methods,
    reason = "waiting for a cluster of real processes takes a clock"
)]

mod cluster;
mod loss;
mod network;
mod opening;
mod proxy;
mod race;
mod replicas;
mod server;
mod state;

use std::sync::Mutex;

use predispatch_dedup::{
    Claim, Destination, KeyMaker, Outcome, Source, Store, Verdict, Windows,
    store::redis::{RedisOptions, RedisStore},
};
use predispatch_types::{EventId, Timestamp};
use proptest::test_runner::{Config, TestRunner};

use self::server::{Server, options};
use crate::{
    model,
    suite::{self, Stores},
};

/// Stores of one server, each with keys of its own. A process that comes back is another store.
struct Redis {
    port: u16,
    made: Mutex<(usize, Option<RedisOptions>)>,
}

impl Redis {
    fn at(port: u16) -> Self {
        Self { port, made: Mutex::default() }
    }
}

impl Stores for Redis {
    fn fresh(&self, windows: Windows) -> Box<dyn Store> {
        let mut made = self.made.lock().unwrap();
        made.0 += 1;
        let mut options = options(self.port, &format!("s{}x", made.0));
        options.windows = windows;
        options.partitions = 4;
        options.expected_events = 100;
        made.1 = Some(options.clone());
        Box::new(RedisStore::open(options).unwrap())
    }

    fn after_crash(&self, store: Box<dyn Store>) -> Box<dyn Store> {
        drop(store);
        let options = self.made.lock().unwrap().1.clone().unwrap();
        Box::new(RedisStore::open(options).unwrap())
    }
}

#[test]
fn the_redis_store_keeps_the_suite() {
    let Some(server) = Server::start(&[]) else { return };
    suite::run(&Redis::at(server.port));
}

#[test]
fn the_redis_store_is_a_list_of_records() {
    let Some(server) = Server::start(&[]) else { return };
    keeps_the_model(&Redis::at(server.port), 1_000);
}

fn keeps_the_model(redis: &Redis, cases: u32) {
    let mut runner =
        TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&model::steps(), |steps| {
        model::check(redis, &Windows::whole(), &steps);
        Ok(())
    });
    result.unwrap();
}

fn reserve(store: &RedisStore, id: u64, secs: i64) -> Outcome {
    store.reserve(&[server_claim(id)], at(secs)).remove(0)
}

fn server_claim(id: u64) -> Claim {
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
