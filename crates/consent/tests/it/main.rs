//! Integration tests: a table of cases, properties over any signals, and the second look.
#![cfg(feature = "serde")]

mod case;
mod make;
mod properties;
mod redecide;
mod table;
