//! Integration tests of `predispatch-bot`; one module for each layer.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

mod client;
mod device;
mod email;
mod headers;
mod ip;
mod ua;
mod verdict;
