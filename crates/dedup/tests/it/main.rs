//! Every store through the same suite.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

mod event_ids;
mod memory;
mod model;
mod naive;
mod reconcile;
mod suite;
mod threads;

#[test]
fn the_naive_store_keeps_the_suite() {
    suite::run(&naive::Naive);
}
