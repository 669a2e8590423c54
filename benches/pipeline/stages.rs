//! How much of the time and of the allocations each stage takes.

use std::{hint::black_box, time::Duration};

use predispatch::{
    Outcome,
    dedup::{Outcome as Claimed, Store},
    event::Event,
    payload::{Batch, Payload},
    types::Timestamp,
};
use predispatch_benches::{
    allocations,
    clock::{median, timed},
};

use crate::{
    floor::Floor,
    setup::{LINES, Source, micros, pipeline, store},
};

/// One stage after the other, each over the whole list, beside the parts of the floor.
pub(crate) fn table(rounds: usize) -> String {
    let pipeline = pipeline(4);
    let floor = Floor::of(&pipeline);
    let store = store();
    let (mut source, mut same) = (Source::new(0), Source::new(0));
    let mut out = Vec::new();
    let mut stages: [Stage; 6] = NAMES.map(Stage::new);
    let mut parts: [Vec<Duration>; 3] = Default::default();
    for _ in 0..rounds {
        let [reading, deciding, claiming, building, batching, settling] = &mut stages;
        let mut texts = Vec::with_capacity(LINES);
        let mut now = Timestamp::UNIX_EPOCH;
        for _ in 0..LINES {
            let (json, at) = source.next();
            texts.push(json.to_owned());
            now = at;
        }
        let mut events: Vec<Event> = Vec::with_capacity(LINES);
        reading.run(|| {
            events.extend(texts.iter().map(|json| pipeline.read(json.as_bytes()).unwrap()));
        });
        let mut prepared = Vec::with_capacity(LINES);
        deciding.run(|| prepared.extend(events.iter().map(|event| pipeline.prepare(event, now))));
        let mut claimed: Vec<Option<Claimed>> = Vec::with_capacity(LINES);
        claiming.run(|| {
            claimed.extend(prepared.iter().map(|prepared| {
                prepared.claim().and_then(|claim| store.reserve(&[claim], now).pop())
            }));
        });
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(LINES);
        building.run(|| {
            let both = prepared.into_iter().zip(claimed);
            outcomes.extend(both.map(|(prepared, claimed)| prepared.finish(claimed)));
        });
        batching.run(|| {
            let payloads: Vec<Payload> =
                outcomes.iter_mut().flat_map(Outcome::take_payloads).collect();
            for batch in Batch::plan(&payloads) {
                black_box(batch.body(&payloads));
            }
        });
        settling.run(|| {
            let receipts: Vec<_> = outcomes.iter_mut().filter_map(Outcome::take_receipt).collect();
            store.commit(&receipts, now);
            drop((events, outcomes));
        });
        let floor = floor.run(&mut same, &mut out);
        for (times, time) in parts.iter_mut().zip([floor.read, floor.hash, floor.write]) {
            times.push(time);
        }
    }
    let [read, hash, write] = parts.map(|times| micros(median(times)));
    let sum: f64 = stages.iter().map(Stage::micros).sum();
    let mut text = format!(
        "\n{:<34} {:>10} {:>7} {:>12}\n",
        "stage, 4 destinations", "µs/event", "share", "allocations"
    );
    for stage in &stages {
        let (micros, share) = (stage.micros(), stage.micros() / sum * 100.0);
        let allocations = stage.allocations as f64 / LINES as f64;
        text += &format!("{:<34} {micros:>10.2} {share:>6.0}% {allocations:>12.1}\n", stage.name);
    }
    text + &format!("of the floor: read {read:.2}, hash {hash:.2}, write {write:.2} µs/event")
}

struct Stage {
    name: &'static str,
    times: Vec<Duration>,
    /// Of the last list.
    allocations: u64,
}

impl Stage {
    const fn new(name: &'static str) -> Self {
        Self { name, times: Vec::new(), allocations: 0 }
    }

    fn run(&mut self, work: impl FnOnce()) {
        let time = &mut self.times;
        self.allocations = allocations::count(|| time.push(timed(work))).0;
    }

    fn micros(&self) -> f64 {
        micros(median(self.times.clone()))
    }
}

const NAMES: [&str; 6] =
    ["read", "consent, sender, keys", "claim", "identity, payloads", "requests", "commit, drop"];
