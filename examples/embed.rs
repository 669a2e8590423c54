//! How a web service calls it: one handler that takes an event and sends what may be sent.
//!
//! ```text
//! cargo run --release --example embed
//! ```

use predispatch::{
    Pipeline,
    dedup::{
        Store,
        store::memory::{MemoryOptions, MemoryStore},
    },
    payload::{Account, Batch, meta},
    types::Timestamp,
};

/// Made once, shared by all requests: every method takes `&self`.
struct Service {
    pipeline: Pipeline,
    store: Box<dyn Store>,
}

impl Service {
    /// `POST /collect`. `send` is your HTTP client: URL and body in, whether the platform took it out.
    fn collect(&self, body: &[u8], now: Timestamp, send: impl Fn(&str, &[u8]) -> bool) -> String {
        let mut outcome = self.pipeline.process_json(body, &*self.store, now);
        let payloads: Vec<_> = outcome.payloads().cloned().collect();
        let accepted: Vec<_> = Batch::plan(&payloads)
            .iter()
            .filter(|batch| {
                let envelope = batch.envelope(&payloads).expect("planned from this list");
                send(envelope.url(), &batch.body(&payloads))
            })
            .map(Batch::destination)
            .collect();
        // What was taken is final; what was not may be claimed again.
        let settled = outcome.settle(&*self.store, now, |to| accepted.contains(&to));
        settled.expect("memory can be reached; of another store count these errors");
        outcome.to_json(false)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pipeline = Pipeline::builder()
        .destination(Account::new(meta::Dataset::new("1234567890")?))
        .dedup_key([7; 16])
        .build()?;
    let store = Box::new(MemoryStore::new(&MemoryOptions::default()));
    let service = Service { pipeline, store };
    let event = br#"{"event_name":"purchase","event_id":"ord-1","event_time":1795197791,
        "event_source_url":"https://shop.example.com/thanks","user":{"email":"ada@example.com"},
        "client":{"user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"},
        "custom_data":{"currency":"USD","value":"129.90"},"consent":{"gpc":false},
        "jurisdiction":{"country":"US","region":"TX"}}"#;
    let now = Timestamp::from_unix_secs(1_795_197_800);
    // Refused by the network, sent again, and then reported once more.
    for is_up in [false, true, true] {
        println!("{}", service.collect(event, now, |_, _| is_up));
    }
    println!("{}", service.collect(b"no event", now, |_, _| true));
    Ok(())
}
