//! Integration tests: a table of cases, properties over any signals, and the second look.
#![cfg(feature = "serde")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod case;
mod codes;
mod make;
mod matrix;
mod properties;
mod redecide;
mod table;
