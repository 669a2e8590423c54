//! Data-driven tests, snapshots, schemas, properties and canaries, for every platform alike.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

mod answers;
mod canary;
mod cases;
mod codes;
mod decided;
mod denied;
mod generate;
mod generated;
mod platforms;
mod quality;
mod rules;
mod setting;
mod snapshots;
mod stripped;
