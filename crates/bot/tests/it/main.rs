//! Integration tests of `predispatch-bot`; one module for each layer.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

#[cfg(feature = "serde")]
mod capture;
mod client;
#[cfg(feature = "serde")]
mod device;
mod email;
mod headers;
mod ip;
mod ua;
mod verdict;
