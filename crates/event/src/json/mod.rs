//! JSON text: read value by value without a tree, and written.

mod reader;
mod string;
mod write;

pub(crate) use reader::{Fault, Reader, Start};
pub(crate) use write::{Object, push_text};
