//! The pipeline as a whole: its laws over generated events, and its configuration.

mod bounds;
mod canary;
mod codes;
mod config;
mod config_doc;
mod events;
mod laws;
mod second_look;
#[cfg(feature = "bundled")]
mod senders;
mod steps;
