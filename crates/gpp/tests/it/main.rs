//! Integration tests of `predispatch-gpp`; one module for each kind.

mod hostile;
mod properties;
mod shape;
mod vectors;
