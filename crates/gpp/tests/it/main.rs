//! Integration tests of `predispatch-gpp`; one module for each kind.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test by its panic")]

// The lists of these crates are compared in one way.
#[path = "../../../tcf/tests/it/codes.rs"]
mod codes;
mod hostile;
mod properties;
mod shape;
mod vectors;
