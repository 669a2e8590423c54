//! Integration tests of `predispatch-bot`; one module for each layer.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

mod address;
#[cfg(feature = "serde")]
mod capture;
#[cfg(feature = "serde")]
mod captures;
mod client;
mod codes;
#[cfg(feature = "serde")]
mod device;
#[cfg(feature = "bundled")]
mod email;
mod headers;
mod ip;
#[cfg(feature = "serde")]
mod make;
#[cfg(feature = "bundled")]
mod notice;
#[cfg(feature = "bundled")]
mod ua;
mod verdict;
