//! JSON text: read value by value without a tree, and written.

mod reader;
mod string;

pub(crate) use reader::{Fault, Reader, Start};
