//! How a service calls it: decide, send in batches, read the answers, settle each event's claim.
//!
//! ```text
//! cargo run --release --example embed
//! ```

use std::{cell::Cell, collections::HashSet};

use predispatch::{
    Outcome, Pipeline,
    consent::Destination,
    dedup::{
        SettleError, Store,
        store::memory::{MemoryOptions, MemoryStore},
    },
    payload::{Account, Answer, Batch, Envelope, Payload, Response, meta},
    types::Timestamp,
};

/// Made once, shared by all requests: every method takes `&self`.
struct Service {
    pipeline: Pipeline,
    store: Box<dyn Store>,
    /// The clock.
    now: fn() -> Timestamp,
}

impl Service {
    /// Takes events, sends what may be sent, and says what became of each. `send` is your HTTP client, which
    /// adds the token: status and body of the answer, or nothing if there was none.
    fn deliver(
        &self,
        events: &[&[u8]],
        send: impl Fn(&Envelope, &[u8]) -> Option<(u16, Vec<u8>)>,
    ) -> Vec<Outcome> {
        let decide = |event| self.pipeline.process_json(event, &*self.store, (self.now)());
        let mut outcomes: Vec<_> = events.iter().map(|event| decide(event)).collect();

        // Each payload, and whose it is.
        let mut payloads: Vec<Payload> = Vec::new();
        let mut owners: Vec<(usize, Destination)> = Vec::new();
        for (index, outcome) in outcomes.iter_mut().enumerate() {
            for payload in outcome.take_payloads() {
                owners.push((index, payload.destination()));
                payloads.push(payload);
            }
        }

        let left = self.send_all(&payloads, send);
        let left: HashSet<_> = left.into_iter().map(|place| owners[place]).collect();

        // What left is final; what did not is given back and may be claimed again.
        for (index, outcome) in outcomes.iter_mut().enumerate() {
            let has_left = |to| left.contains(&(index, to));
            match outcome.settle(&*self.store, (self.now)(), has_left) {
                // The store is away: keep the outcome and settle again soon.
                Err(SettleError::Unreachable) => println!("not settled: the store is away"),
                // Sending took longer than the claim's time. What left is recorded all the same.
                Err(late) => println!("settled late: {}", late.code()),
                Ok(()) => {}
            }
        }
        outcomes
    }

    /// The places of the payloads that left, or may have.
    fn send_all(
        &self,
        payloads: &[Payload],
        send: impl Fn(&Envelope, &[u8]) -> Option<(u16, Vec<u8>)>,
    ) -> Vec<usize> {
        let mut left = Vec::new();
        let mut batches: Vec<_> =
            Batch::plan(payloads).into_iter().map(|batch| (batch, 1)).collect();
        while let Some((batch, attempt)) = batches.pop() {
            // The permits of some may have run out meanwhile.
            let (Some(batch), _) = batch.without_expired(payloads, (self.now)()) else { continue };
            let envelope = batch.envelope(payloads).expect("planned from this list");
            let answer = match send(envelope, &batch.body(payloads)) {
                Some((status, body)) => {
                    let response = Response::new(status, &body);
                    Answer::read(batch.destination(), &response, batch.members().len())
                }
                // It may have arrived or not.
                None => Answer::Unknown,
            };
            println!("attempt {attempt}, {} events: {answer:?}", batch.members().len());
            let next = batch.after(&answer);
            left.extend(next.accepted);
            // The platform may have these and could not tell a copy: rather once too few than twice.
            left.extend(next.doubtful);
            if next.blocked.is_some() {
                // Somebody has to look at the account first; the events stay with you.
                continue;
            }
            // A service would wait as long as `Answer::Retry` says, or hand these to its queue.
            if attempt < 3 {
                batches.extend(next.again.into_iter().map(|again| (again, attempt + 1)));
            }
        }
        left
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pipeline = Pipeline::builder()
        .destination(Account::new(meta::Dataset::new("1234567890")?))
        .dedup_key([7; 16])
        .build()?;
    let store = Box::new(MemoryStore::new(&MemoryOptions::default()));
    let now = || Timestamp::from_unix_secs(1_795_197_800);
    let service = Service { pipeline, store, now };
    let purchase = |id: &str| {
        format!(
            r#"{{"event_name":"purchase","event_id":"{id}","event_time":1795197791,
            "event_source_url":"https://shop.example.com/thanks","user":{{"email":"ada@example.com"}},
            "client":{{"user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}},
            "custom_data":{{"currency":"USD","value":"129.90"}},"consent":{{"gpc":false}},
            "jurisdiction":{{"country":"US","region":"TX"}}}}"#
        )
    };
    let (first, second) = (purchase("ord-1"), purchase("ord-2"));

    // Meta's answers in this rehearsal: none at all, too many requests, then all is well.
    let asked = Cell::new(0);
    let send = |_: &Envelope, _: &[u8]| {
        asked.set(asked.get() + 1);
        match asked.get() {
            1 => None,
            2 => Some((400, br#"{"error":{"code":4,"message":"limit"}}"#.to_vec())),
            3 => Some((200, br#"{"events_received":2}"#.to_vec())),
            _ => Some((200, br#"{"events_received":1}"#.to_vec())),
        }
    };
    for outcome in service.deliver(&[first.as_bytes(), second.as_bytes(), b"no event"], send) {
        println!("{}", outcome.to_json(false));
    }
    // The first one reported once more: it left, so it does not again.
    for outcome in service.deliver(&[first.as_bytes()], send) {
        println!("{}", outcome.to_json(false));
    }
    Ok(())
}
