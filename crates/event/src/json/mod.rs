//! JSON text: read value by value without a tree, and written.

mod de;
mod reader;
mod string;
mod write;

pub(crate) use de::{Broken, Values};
pub(crate) use reader::{Fault, Reader, Start};
pub(crate) use string::Room;
pub(crate) use write::{Object, push_text};
