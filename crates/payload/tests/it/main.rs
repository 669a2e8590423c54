//! Data-driven tests, snapshots, schemas, properties and canaries, for every platform alike.

mod cases;
mod platforms;
mod setting;
