//! The public surface of `predispatch-types`, table by table.

mod country;
mod currency;
mod region;
