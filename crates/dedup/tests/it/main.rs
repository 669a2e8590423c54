//! Every store through the same suite.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

#[cfg(feature = "durable")]
mod durable;
mod event_ids;
mod history;
mod memory;
#[cfg(any(feature = "durable", feature = "redis"))]
mod model;
mod naive;
mod reconcile;
#[cfg(feature = "redis")]
mod redis;
mod suite;
mod threads;

#[test]
fn the_naive_store_keeps_the_suite() {
    suite::run(&naive::Naive);
}
