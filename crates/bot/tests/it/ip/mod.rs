//! Tests of `ip`.

#[cfg(feature = "bundled")]
mod bundled;
mod feeds;
mod oracle;
mod random;
mod swap;
mod table_file;
