//! The pipeline as a whole: its laws over generated events, and its configuration.

mod canary;
mod config;
mod events;
mod laws;
