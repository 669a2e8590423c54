//! The pipeline, its events, and one list of them all the way.

use std::{hint::black_box, sync::Arc, time::Duration};

use predispatch::{
    Pipeline,
    bot::{
        ua::{UaCache, UaClassifier},
        verdict::{Data, DataSource},
    },
    dedup::{
        Store,
        store::memory::{MemoryOptions, MemoryStore},
    },
    payload::{
        Account, Batch, Payload, amazon, google, linkedin, meta, microsoft, pinterest, reddit,
        snapchat, tiktok, x,
    },
    types::Timestamp,
};
use predispatch_benches::events::{self, Line, TIME};

/// Events in a list, and in a request's worth of work.
pub(crate) const LINES: usize = 1_000;

/// Of one event of a list.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / LINES as f64
}

/// The first `count` of ten destinations, one of each platform.
pub(crate) fn accounts(count: usize) -> Vec<Account> {
    let all = [
        Account::new(meta::Dataset::new("1234567890").unwrap()),
        Account::new(tiktok::EventSource::pixel("C4A1B2C3D4E5F6G7H8I9").unwrap()),
        Account::new(pinterest::AdAccount::new("549755885175").unwrap()),
        Account::new(reddit::Pixel::new("t2_abc123").unwrap()),
        Account::new(snapchat::Asset::pixel("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d").unwrap()),
        Account::new(google::data_manager::AdsAccount::new("1234567890").unwrap())
            .with_name("*", "987654321")
            .unwrap(),
        Account::new(linkedin::AdAccount::new()).with_name("*", "104001").unwrap(),
        Account::new(x::Pixel::new("o8z6j").unwrap()).with_name("*", "tw-o8z6j-o87ne").unwrap(),
        Account::new(microsoft::UetTag::new("187123456").unwrap()),
        Account::new(
            amazon::Advertiser::new(amazon::Region::Europe, "ENTITY1ABC", "amzn1.client").unwrap(),
        ),
    ];
    assert!(count <= all.len());
    all.into_iter().take(count).collect()
}

pub(crate) fn pipeline(destinations: usize) -> Pipeline {
    let agents = UaCache::new(Arc::new(UaClassifier::bundled()), 4_096, 0x5eed);
    let source = DataSource::new(predispatch::bot::Layer::Ua, "bundled");
    let builder = Pipeline::builder()
        .dedup_key([7; 16])
        .bot_data(Data::bundled().with_user_agent_cache(Arc::new(agents), source));
    let all = accounts(destinations).into_iter();
    all.fold(builder, |builder, account| builder.destination(account)).build().unwrap()
}

pub(crate) fn store() -> MemoryStore {
    MemoryStore::new(&MemoryOptions::default())
}

/// The events, each renewed before it is read.
pub(crate) struct Source {
    lines: Vec<Line>,
    pub(crate) number: u64,
    /// The first id, so that no two sources have one in common.
    first_id: u64,
}

impl Source {
    pub(crate) fn new(first_id: u64) -> Self {
        Self { lines: events::lines(LINES), number: 0, first_id }
    }

    /// The next event's text, and the moment at which it is processed.
    pub(crate) fn next(&mut self) -> (&str, Timestamp) {
        let at = usize::try_from(self.number % LINES as u64).unwrap();
        let secs = TIME + i64::try_from(self.number / EVENTS_A_SECOND).unwrap();
        let line = &mut self.lines[at];
        line.renew(self.first_id + self.number, secs);
        self.number += 1;
        (line.json(), Timestamp::from_unix_secs(secs + 2))
    }
}

/// So fast the events' own clock runs: ten million take 55 hours.
const EVENTS_A_SECOND: u64 = 50;

/// One list of events all the way into request bodies; the claims are committed.
pub(crate) fn process(pipeline: &Pipeline, store: &MemoryStore, source: &mut Source) {
    let mut payloads: Vec<Payload> = Vec::new();
    let mut receipts = Vec::new();
    let mut last = Timestamp::UNIX_EPOCH;
    for _ in 0..LINES {
        let (json, now) = source.next();
        let mut outcome = pipeline.process_json(json.as_bytes(), store, now);
        receipts.extend(outcome.take_receipt());
        payloads.extend(outcome.take_payloads());
        last = now;
    }
    for batch in Batch::plan(&payloads) {
        black_box(batch.body(&payloads));
    }
    store.commit(&receipts, last);
}
