//! Counts allocations of the running thread, for benches that claim there are none.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

/// The system's allocator, counting. Set it as a bench's `#[global_allocator]`.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a unit that benches name in a static")]
pub struct Counted;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<u64> = const { Cell::new(0) };
}

/// How many allocations `work` makes on this thread, and how many bytes it asks for in all.
pub fn count(work: impl FnOnce()) -> (u64, u64) {
    let before = (COUNT.get(), BYTES.get());
    work();
    (COUNT.get() - before.0, BYTES.get() - before.1)
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract;
// the counters are thread-local cells without destructors and never allocate. Counting needs an
// allocator, and there is no safe way to write one; this code is in no published crate.
#[expect(unsafe_code, reason = "GlobalAlloc can only be implemented so")]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        BYTES.set(BYTES.get() + layout.size() as u64);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        BYTES.set(BYTES.get() + size.saturating_sub(layout.size()) as u64);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}
