//! What every bench file shares: criterion measures, then the ratios to the peers of the same run
//! are printed.
//!
//! A number alone means little on a shared machine; a ratio to a peer that ran in the same minute
//! does. Names are `crate/operation/case`, and the peer is another case of the same operation.

pub mod allocations;
pub mod clock;
pub mod events;
pub mod plain;

use std::{fs, path::Path};

/// A bench's own case, the peer's case, and the budget for the quotient of their times.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "written as literals in the bench files")]
pub struct Ratio {
    /// What is claimed, in words.
    pub claim: &'static str,
    /// Our criterion id.
    pub ours: &'static str,
    /// The peer's criterion id.
    pub peer: &'static str,
    /// Largest allowed `ours / peer`.
    pub budget: f64,
}

/// Whether this run measures: `cargo bench` asks for it, and a test run does not.
pub fn is_measuring() -> bool {
    let has = |flag: &str| std::env::args().any(|arg| arg == flag);
    has("--bench") && !has("--test")
}

/// Prints each ratio from the medians that criterion has just written.
///
/// Nothing is asserted: timings on a shared machine are no test. In `--test` mode nothing was
/// measured, and that is said.
#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
pub fn print_ratios(ratios: &[Ratio]) {
    if !is_measuring() {
        println!("ratios: not measured in a test run");
        return;
    }
    println!(
        "\n{:<58} {:>11} {:>11} {:>7} {:>7}",
        "claim", "ours (ns)", "peer (ns)", "ratio", "budget"
    );
    for ratio in ratios {
        match (median_ns(ratio.ours), median_ns(ratio.peer)) {
            (Some(ours), Some(peer)) => println!(
                "{:<58} {ours:>11.1} {peer:>11.1} {:>7.3} {:>7.3}",
                ratio.claim,
                ours / peer,
                ratio.budget
            ),
            _ => println!("{:<58} not measured in this run", ratio.claim),
        }
    }
}

/// The median of the newest measurement of a criterion id, in nanoseconds.
///
/// Criterion keeps it in `target/criterion/GROUP/FUNCTION/new/estimates.json`, with each slash in the
/// group's name made an underscore.
pub fn median_ns(id: &str) -> Option<f64> {
    let target = std::env::var("CARGO_TARGET_DIR")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../target").to_owned());
    let (group, function) = id.rsplit_once('/')?;
    let folder = Path::new(&target).join("criterion").join(group.replace('/', "_")).join(function);
    let file = folder.join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}
