//! The examples of `predispatch`; each is a task. See `examples/README.md`.

mod random;

pub use random::Random;

/// Runs the examples in the repository's `README.md`.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
