//! The public surface of `predispatch-types`, table by table, and its codes.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test by its panic")]

#[path = "../../../tcf/tests/it/codes.rs"]
mod codes;
mod country;
mod currency;
mod region;
