//! Tests of `ua`.
