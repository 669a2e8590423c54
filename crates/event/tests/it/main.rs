//! Integration tests: tables of cases, laws over any input, marked values that must not show.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod built;
mod canary;
mod cases;
mod codes;
mod hostile;
mod leaks;
mod schema;
mod table;
