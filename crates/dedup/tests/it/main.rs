//! Every store through the same suite.

mod naive;
mod suite;

#[test]
fn the_naive_store_keeps_the_suite() {
    suite::run(&naive::Naive::default());
}
