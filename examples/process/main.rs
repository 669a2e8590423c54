//! A whole file of events, or standard input, of any size: what may be sent is written as requests,
//! and for every row what became of it.
//!
//! ```text
//! cargo run --release --example process -- EVENTS.jsonl --config predispatch.toml --out DIR
//! ```
//!
//! `--help` tells all options. Memory does not grow with the input: rows are taken in batches.

mod args;
mod files;
mod progress;
mod rows;
mod run;
mod summary;

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

fn main() -> ExitCode {
    let arguments = match args::read(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{}", args::HELP);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("process: {message}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // The first one asks, the second one ends.
        let registered = flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)));
        if let Err(error) = registered {
            eprintln!("process: {error}; Ctrl-C will not stop it cleanly");
        }
    }
    match run::run(&arguments, &stop) {
        Ok(summary) => {
            print!("{summary}");
            match stop.load(Ordering::Relaxed) {
                true => ExitCode::from(130),
                false => ExitCode::SUCCESS,
            }
        }
        Err(message) => {
            eprintln!("process: {message}");
            ExitCode::FAILURE
        }
    }
}
