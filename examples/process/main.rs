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
    io::Write,
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

fn main() -> ExitCode {
    let words = std::env::args_os().skip(1).map(|word| word.into_string());
    let words: Result<Vec<String>, _> = words.collect();
    let arguments = words.map_err(|word| format!("{} is not UTF-8", word.display()));
    let arguments = match arguments.and_then(|words| args::read(words.into_iter())) {
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
            // Nobody may be there to read it; the files are written.
            let _ = write!(std::io::stdout(), "{summary}");
            match summary.is_complete {
                true => ExitCode::SUCCESS,
                false => ExitCode::from(130),
            }
        }
        Err(message) => {
            eprintln!("process: {message}");
            ExitCode::FAILURE
        }
    }
}
