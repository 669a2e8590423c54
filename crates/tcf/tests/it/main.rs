//! Integration tests of `predispatch-tcf`; one module for each kind.

mod eager;
mod judge;
mod properties;
mod shape;
mod vectors;
