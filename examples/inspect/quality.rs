//! `quality`: what a file of events has to match people by, and an estimate of how well it will.

use predispatch_bot::ua::UaClassifier;
use predispatch_event::{Event, ReadOptions};
use predispatch_payload::quality::{Coverage, Range, Tally};
use predispatch_types::Platform;
use serde_json::{Map, Value, json};

use crate::lines::{UsageError, each_line, print, shown};

pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    let platform = match args {
        [] => Platform::Meta,
        [option, name] if option == "--platform" => {
            name.parse().map_err(|_| UsageError::new("unknown platform"))?
        }
        [option, ..] => {
            return Err(UsageError::new(format!("unknown option {}", shown(option))));
        }
    };
    let mut coverage = Coverage::new(platform);
    let classifier = UaClassifier::bundled();
    let (mut events, mut errors) = (0_u64, Map::new());
    each_line(|line| match Event::from_json(line.as_bytes(), &ReadOptions::new().lenient()) {
        Ok(event) => {
            events += 1;
            // By what the event itself shows.
            let agent = event.client().user_agent().present();
            let is_bot = agent.is_some_and(|agent| classifier.classify(agent).is_bot());
            coverage.add(&event, is_bot);
        }
        Err(error) => {
            let count = errors.get(error.code()).and_then(Value::as_u64).unwrap_or(0);
            errors.insert(error.code().to_owned(), (count + 1).into());
        }
    })?;
    print(&json!({
        "platform": platform.as_str(),
        "estimate": true,
        "events": events,
        "errors": errors,
        "people": coverage.people().iter().map(tally).collect::<Vec<_>>(),
        "suspected_bots": coverage.suspected_bots().iter().map(tally).collect::<Vec<_>>(),
    }))
}

fn tally(tally: &Tally) -> Value {
    let share = |count: u64| (count * 100).div_ceil(tally.events.max(1));
    let coverage: Map<_, _> = tally
        .present
        .iter()
        .map(|(field, count)| ((*field).to_owned(), share(*count).into()))
        .collect();
    json!({
        "event": tally.event,
        "events": tally.events,
        "is_small_sample": tally.is_small(),
        "estimate": range(tally.mean),
        "target": tally.target().map(range),
        "malformed": tally.malformed,
        "coverage_percent": coverage,
    })
}

fn range(range: Range) -> Value {
    json!([f64::from(range.low) / 10.0, f64::from(range.high) / 10.0])
}
