//! Integration tests of `predispatch-tcf`; one module for each kind.

mod eager;
mod shape;
mod vectors;
