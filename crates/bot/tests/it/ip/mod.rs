//! Tests of `ip`.

mod feeds;
mod oracle;
mod random;
mod swap;
mod table_file;
