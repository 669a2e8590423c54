//! Every store through the same suite.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

mod memory;
mod naive;
mod suite;

#[test]
fn the_naive_store_keeps_the_suite() {
    suite::run(&naive::Naive);
}
