//! Memory over ten million events.

use std::{fs, time::Instant};

use predispatch::dedup::store::memory::{MemoryOptions, MemoryStore};

use crate::setup::{Source, pipeline, process};

/// Ten million events, or as many as the last argument says; the store is small enough to be full early.
pub(crate) fn run() {
    let most = std::env::args().filter_map(|arg| arg.parse::<u64>().ok()).next_back();
    let most = most.unwrap_or(10_000_000);
    let pipeline = pipeline(4);
    let mut options = MemoryOptions::default();
    options.max_bytes = 16 << 20;
    let store = MemoryStore::new(&options);
    let mut source = Source::new(0);
    let started = Instant::now();
    println!(
        "{:>12} {:>10} {:>12} {:>12} {:>12}",
        "events", "seconds", "VmRSS (kB)", "VmHWM (kB)", "store (kB)"
    );
    while source.number < most {
        process(&pipeline, &store, &mut source);
        if source.number.is_multiple_of((most / 10).next_multiple_of(1_000)) {
            println!(
                "{:>12} {:>10.1} {:>12} {:>12} {:>12}",
                source.number,
                started.elapsed().as_secs_f64(),
                resident("VmRSS:"),
                resident("VmHWM:"),
                store.bytes() / 1024
            );
        }
    }
}

/// What the system says that this process holds now (`VmRSS:`), and held at most (`VmHWM:`).
fn resident(name: &str) -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().trim_end_matches(" kB").to_owned())
}
