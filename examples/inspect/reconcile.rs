//! `reconcile`: two logs side by side. A line is an object with `data_set`, `event_name`, `event_id`,
//! `event_time` and perhaps `order_id`; more keys are ignored.

use std::{collections::BTreeMap, fs, time::Duration};

use predispatch_dedup::reconcile::{Cause, LogEvent, NameReport, reconcile};
use predispatch_types::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{dedup::time, lines::UsageError};

/// Meta's, and most others'.
const PAIRING: Duration = Duration::from_secs(48 * 3_600);

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    let as_json = args.iter().any(|arg| arg == "--json");
    let files: Vec<&String> = args.iter().filter(|arg| *arg != "--json").collect();
    let [pixel, server] = files[..] else {
        return Err(UsageError::new("reconcile takes PIXEL.jsonl SERVER.jsonl [--json]"));
    };
    let (pixel, pixel_bad) = read(pixel)?;
    let (server, server_bad) = read(server)?;
    let report = reconcile(&views(&pixel), &views(&server), PAIRING);
    if as_json {
        let names: BTreeMap<&str, Value> =
            report.iter().map(|(name, row)| (name.as_str(), object(row))).collect();
        let bad = json!({ "pixel": pixel_bad, "server": server_bad });
        println!("{}", json!({ "names": names, "unreadable_lines": bad }));
        return Ok(());
    }
    println!(
        "{:<24} {:>8} {:>8} {:>8} {:>6}  misses",
        "event", "pixel", "server", "matched", "rate"
    );
    for (name, row) in &report {
        let rate = row.per_cent().map_or("-".to_owned(), |rate| format!("{rate}%"));
        let NameReport { pixel, server, matched, .. } = row;
        let misses = misses(row);
        println!("{name:<24} {pixel:>8} {server:>8} {matched:>8} {rate:>6}  {misses}");
    }
    if pixel_bad + server_bad > 0 {
        println!("unreadable lines: pixel {pixel_bad}, server {server_bad}");
    }
    Ok(())
}

struct Line {
    data_set: String,
    event_name: String,
    event_id: String,
    at: Timestamp,
    order_id: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    data_set: String,
    event_name: String,
    event_id: String,
    event_time: Value,
    order_id: Option<String>,
}

/// The lines that can be read, and the number of the others.
fn read(path: &str) -> Result<(Vec<Line>, usize), UsageError> {
    let text =
        fs::read_to_string(path).map_err(|error| UsageError::new(format!("{path}: {error}")))?;
    let all: Vec<Option<Line>> =
        text.lines().filter(|line| !line.trim().is_empty()).map(line).collect();
    let bad = all.iter().filter(|line| line.is_none()).count();
    Ok((all.into_iter().flatten().collect(), bad))
}

fn line(text: &str) -> Option<Line> {
    let Item { data_set, event_name, event_id, event_time, order_id } =
        serde_json::from_str(text).ok()?;
    let at = time(&event_time, "event_time").ok()?;
    let order_id = order_id.filter(|order| !order.is_empty());
    Some(Line { data_set, event_name, event_id, at, order_id })
}

fn views(log: &[Line]) -> Vec<LogEvent<'_>> {
    let views = log.iter().map(|line| {
        let mut event = LogEvent::new(&line.data_set, &line.event_name, &line.event_id, line.at);
        event.order_id = line.order_id.as_deref();
        event
    });
    views.collect()
}

fn object(row: &NameReport) -> Value {
    let causes = |misses: &BTreeMap<Cause, u64>| -> BTreeMap<&'static str, u64> {
        misses.iter().map(|(cause, count)| (cause.as_str(), *count)).collect()
    };
    json!({
        "pixel": row.pixel,
        "server": row.server,
        "matched": row.matched,
        "rate_per_cent": row.per_cent(),
        "repeated": row.repeated,
        "pixel_misses": causes(&row.pixel_misses),
        "server_misses": causes(&row.server_misses),
    })
}

fn misses(row: &NameReport) -> String {
    let side = |name: &str, misses: &BTreeMap<Cause, u64>| -> Vec<String> {
        misses.iter().map(|(cause, count)| format!("{name} {} {count}", cause.as_str())).collect()
    };
    let mut all = side("pixel", &row.pixel_misses);
    all.extend(side("server", &row.server_misses));
    if row.repeated > 0 {
        all.push(format!("repeated {}", row.repeated));
    }
    all.join(", ")
}
