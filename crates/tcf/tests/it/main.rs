//! Integration tests of `predispatch-tcf`; one module for each kind.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

mod codes;
mod eager;
mod judge;
mod properties;
mod shape;
mod vectors;
