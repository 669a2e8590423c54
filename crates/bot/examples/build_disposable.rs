//! Builds a set of disposable domains from lists and writes its bytes to a file.
//!
//! ```text
//! cargo run -p predispatch-bot --example build_disposable -- OUTPUT KIND LIST [KIND LIST]...
//! ```
//!
//! KIND is `curated`, `wildcard` or `collected`. `scripts/refresh-bot-data` makes the bundled set so.
#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use std::{env, fs, process::ExitCode};

use predispatch_bot::email::{DisposableDomains, DomainList, ListKind};

/// Of a thousand rows; the lists hold some rows with underscores and a few public suffixes.
const MAX_BAD: usize = 20;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let output = arguments.next().ok_or("the output file is missing")?;
    let mut texts = Vec::new();
    while let Some(kind) = arguments.next() {
        let kind = match &*kind {
            "curated" => ListKind::Curated,
            "wildcard" => ListKind::Wildcard,
            "collected" => ListKind::Collected,
            _ => return Err("KIND is curated, wildcard or collected".into()),
        };
        texts.push((kind, fs::read_to_string(arguments.next().ok_or("a list is missing")?)?));
    }
    let lists: Vec<_> = texts.iter().map(|(kind, text)| DomainList::new(*kind, text)).collect();
    let (set, report) = DisposableDomains::from_lists(&lists, MAX_BAD)?;
    fs::write(&output, set.as_bytes())?;
    println!("{report:?}, {} bytes", set.as_bytes().len());
    Ok(ExitCode::SUCCESS)
}
