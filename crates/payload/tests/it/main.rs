//! Data-driven tests, snapshots, schemas, properties and canaries, for every platform alike.

mod answers;
mod canary;
mod cases;
mod generate;
mod generated;
mod platforms;
mod rules;
mod setting;
mod snapshots;
