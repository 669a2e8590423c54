//! The law of the pipeline as a whole.

use std::sync::LazyLock;

use predispatch::{
    Counters, Fate, Outcome, Pipeline, PipelineBuilder,
    dedup::store::memory::{MemoryOptions, MemoryStore},
    event::{ColumnMap, Event, csv_events},
    payload::{Account, Batch, Payload},
    types::Timestamp,
};
use serde_json::Value;

/// Any bytes as a file of events, JSON lines and CSV: every row has one fate and a reason at every
/// destination, the fates add up, what leaves is JSON and leaves once, and the same again gives the same.
pub(crate) fn file(input: &[u8]) {
    let pipeline = &*PIPELINE;
    let lines = input.split(|byte| *byte == b'\n').take(MAX_ROWS);
    let rows: Vec<Result<Event, &str>> =
        lines.map(|line| pipeline.read(line).map_err(|error| error.code())).collect();
    keeps(pipeline, &rows);

    let options = pipeline.read_options();
    for columns in
        [ColumnMap::canonical(), ColumnMap::meta_offline(), ColumnMap::google_click_conversions()]
    {
        if let Ok(rows) = csv_events(input, &columns, &options) {
            let rows = rows.take(MAX_ROWS).map(|row| row.map_err(|error| error.kind.code()));
            keeps(pipeline, &rows.collect::<Vec<_>>());
        }
    }
}

fn keeps(pipeline: &Pipeline, rows: &[Result<Event, &'static str>]) {
    let first = run(pipeline, rows);
    let mut counters = Counters::default();
    for (row, (outcome, payloads)) in rows.iter().zip(&first) {
        counters.add(outcome);
        for at in outcome.destinations() {
            assert!(!at.reasons().is_empty(), "no reason");
            let was_built = payloads.iter().any(|built| built.destination() == at.destination);
            assert_eq!(at.fate.has_payload(), was_built);
            assert!(row.is_ok() || at.fate == Fate::Invalid);
        }
        assert!(
            serde_json::from_str::<Value>(&outcome.to_json_with_event_id()).is_ok(),
            "an outcome is JSON"
        );
        let _ = predispatch::explain(outcome).to_string();
    }
    assert_eq!(counters.events(), rows.len() as u64);
    for destination in counters.destinations() {
        let sum: u64 = Fate::ALL.iter().map(|fate| counters.fate(destination, *fate)).sum();
        assert_eq!(sum, counters.events(), "the fates do not add up");
    }
    let bodies = bodies(&first);
    for body in &bodies {
        assert!(serde_json::from_slice::<Value>(body).is_ok(), "a body is JSON");
        assert!(!body.contains(&b'\n'), "a body is one line");
    }
    assert!(bodies == self::bodies(&run(pipeline, rows)), "the same input, other bytes");
}

/// Through a new store, each committed before the next; so of equal reports one leaves. With what leaves.
fn run(pipeline: &Pipeline, rows: &[Result<Event, &'static str>]) -> Vec<(Outcome, Vec<Payload>)> {
    let store = MemoryStore::new(&MemoryOptions::default());
    let process = |row: &Result<Event, &'static str>| match row {
        Err(code) => (pipeline.refuse(code), Vec::new()),
        Ok(event) => {
            let mut outcome = pipeline.process(event, &store, NOW);
            let payloads: Vec<_> = outcome.take_payloads().collect();
            assert!(outcome.settle(&store, NOW, |_| true).is_ok(), "memory can be reached");
            let again = pipeline.process(event, &store, NOW);
            assert_eq!(again.payloads().count(), 0, "it left twice");
            (outcome, payloads)
        }
    };
    rows.iter().map(process).collect()
}

fn bodies(outcomes: &[(Outcome, Vec<Payload>)]) -> Vec<Vec<u8>> {
    let payloads: Vec<_> = outcomes.iter().flat_map(|(_, payloads)| payloads).cloned().collect();
    Batch::plan(&payloads).iter().map(|batch| batch.body(&payloads)).collect()
}

static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
    let mut accounts = crate::payload::accounts();
    // Google's Data Manager is the platform and one of its products.
    accounts.sort_by_key(Account::destination);
    accounts.dedup_by_key(|account| account.destination());
    let builder = Pipeline::builder().dedup_key([7; 16]).record_key([8; 32]).event_id_key([9; 32]);
    accounts
        .into_iter()
        .fold(builder.lenient(), PipelineBuilder::destination)
        .build()
        .expect("settings are whole")
});

/// 2026-11-20, when the seeds' events happened.
const NOW: Timestamp = Timestamp::from_unix_secs(1_795_197_900);
/// Enough for two reports of one event to meet.
const MAX_ROWS: usize = 16;
