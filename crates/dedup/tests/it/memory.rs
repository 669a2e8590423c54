//! The store in memory.

use predispatch_dedup::{
    Store, Windows,
    store::memory::{MemoryOptions, MemoryStore},
};

use crate::suite::{self, Stores};

pub(crate) struct Memory;

impl Stores for Memory {
    fn fresh(&self, windows: Windows) -> Box<dyn Store> {
        let mut options = MemoryOptions::default();
        options.windows = windows;
        Box::new(MemoryStore::new(&options))
    }
}

#[test]
fn the_store_in_memory_keeps_the_suite() {
    suite::run(&Memory);
}
