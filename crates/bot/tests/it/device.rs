//! Tests of `device`.
use predispatch_bot::device::{Signals, findings, is_measured};

use crate::capture;

#[test]
fn print_findings() {
    for capture in capture::all() {
        let Some(signals) = &capture.signals else { continue };
        let found = findings(signals, None);
        println!(
            "{} {} measured={} {}",
            capture.name,
            capture.label,
            is_measured(signals),
            signals.answered()
        );
        for reason in found {
            println!("    {} {} {}", reason.strength, reason.code, reason.cause);
        }
    }
    let _ = Signals::default();
}
