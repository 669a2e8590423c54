//! Integration tests of `predispatch-pii`, one binary.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

mod ask;
mod codes;
mod examples;
mod phone;
mod properties;
mod scrub;
mod vectors;
