//! How a service calls it: decide, send in batches, read the answers, settle each event's claim.
//!
//! ```text
//! cargo run --release --example embed
//! ```

use std::collections::HashMap;

use predispatch::{
    Fate, Outcome, Pipeline,
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
    /// Waits so many seconds.
    wait: fn(u32),
}

/// What your HTTP client brought back.
struct Reply {
    status: u16,
    /// The header `Retry-After`.
    retry_after_secs: Option<u32>,
    body: Vec<u8>,
}

/// What became of a payload. The later one counts: what may have arrived stays so, whatever the next
/// attempt comes to. Rather once too few than twice.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Sent {
    /// It did not leave. The event may be processed anew, not before so many seconds.
    NotNow { after_secs: u32 },
    /// The platform will never take it.
    Refused,
    /// The platform has it, or may have it.
    Left,
}

impl Service {
    /// Takes events, sends what may be sent, and says what became of each. `send` is your HTTP client, which
    /// adds the token; nothing if there was no answer.
    fn deliver(
        &self,
        events: &[&[u8]],
        mut send: impl FnMut(&Envelope, &[u8]) -> Option<Reply>,
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
        let sent = self.send_all(&payloads, &mut send);
        let sent: HashMap<_, _> = owners.into_iter().zip(sent).collect();

        // What left is final; what did not is given back and may be claimed again.
        for (index, outcome) in outcomes.iter_mut().enumerate() {
            let has_left = |to| sent.get(&(index, to)) == Some(&Sent::Left);
            match outcome.settle(&*self.store, (self.now)(), has_left) {
                // The store is away: keep the outcome and settle again soon.
                Err(SettleError::Unreachable) => println!("not settled: the store is away"),
                // Sending took longer than the claim's time. What left is recorded all the same.
                Err(late) => println!("settled late: {}", late.code()),
                Ok(()) => {}
            }
            // These are yours to keep: `Pipeline::retry` takes a held event on.
            for at in outcome.destinations() {
                match sent.get(&(index, at.destination)) {
                    Some(Sent::Left) => {}
                    Some(other) => println!("event {index} for {}: {other:?}", at.destination),
                    None if at.fate == Fate::Held => {
                        println!("event {index} for {}: held", at.destination);
                    }
                    None => {}
                }
            }
        }
        outcomes
    }

    /// Sends in batches, each three times at most; what became of each payload, in their order.
    fn send_all(
        &self,
        payloads: &[Payload],
        send: &mut impl FnMut(&Envelope, &[u8]) -> Option<Reply>,
    ) -> Vec<Sent> {
        let mut sent = vec![Sent::NotNow { after_secs: 0 }; payloads.len()];
        let mut note = |place: usize, what: Sent| sent[place] = sent[place].max(what);
        let mut batches: Vec<_> =
            Batch::plan(payloads).into_iter().map(|batch| (batch, 1)).collect();
        while let Some((batch, attempt)) = batches.pop() {
            // The permits of some may have run out meanwhile.
            let (Some(batch), _) = batch.without_expired(payloads, (self.now)()) else { continue };
            let envelope = batch.envelope(payloads).expect("planned from this list");
            let answer = read(&batch, send(envelope, &batch.body(payloads)));
            println!("attempt {attempt}, {} events: {answer:?}", batch.members().len());

            batch.in_doubt(&answer).into_iter().for_each(|place| note(place, Sent::Left));
            let next = batch.after(&answer);
            next.accepted.iter().for_each(|place| note(*place, Sent::Left));
            next.refused.iter().for_each(|refusal| note(refusal.member, Sent::Refused));
            for early in &next.too_early {
                note(early.member, Sent::NotNow { after_secs: early.after_secs });
            }

            let (attempt, after_secs) = match answer {
                // In halves, to find the event at fault: that ends by itself.
                Answer::Refused { .. } | Answer::TooLarge | Answer::Divided { .. } => (attempt, 0),
                Answer::Retry { after_secs: Some(secs), .. } => (attempt + 1, secs),
                _ => (attempt + 1, attempt),
            };
            if let Some(why) = next.blocked {
                println!("nothing more before somebody has looked at the account: {}", why.code());
            } else if attempt > 3 || after_secs > LONGEST_WAIT_SECS {
                let members = next.again.iter().flat_map(Batch::members);
                members.for_each(|place| note(*place, Sent::NotNow { after_secs }));
            } else if !next.again.is_empty() {
                (self.wait)(after_secs);
                batches.extend(next.again.into_iter().map(|again| (again, attempt)));
            }
        }
        sent
    }
}

/// Far below the minute for which a claim is held. Who has to wait longer keeps the event in a queue.
const LONGEST_WAIT_SECS: u32 = 10;

fn read(batch: &Batch, reply: Option<Reply>) -> Answer {
    // It may have arrived or not.
    let Some(reply) = reply else { return Answer::Unknown };
    let mut response = Response::new(reply.status, &reply.body);
    response.retry_after_secs = reply.retry_after_secs;
    Answer::read(batch.destination(), &response, batch.members().len())
}

fn pipeline() -> Result<Pipeline, Box<dyn std::error::Error>> {
    let account = Account::new(meta::Dataset::new("1234567890")?);
    Ok(Pipeline::builder().destination(account).dedup_key([7; 16]).build()?)
}

fn store() -> Box<dyn Store> {
    Box::new(MemoryStore::new(&MemoryOptions::default()))
}

fn purchase(id: &str) -> String {
    format!(
        r#"{{"event_name":"purchase","event_id":"{id}","event_time":1795197791,
        "event_source_url":"https://shop.example.com/thanks","user":{{"email":"ada@example.com"}},
        "client":{{"user_agent":"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}},
        "custom_data":{{"currency":"USD","value":"129.90"}},"consent":{{"gpc":false}},
        "jurisdiction":{{"country":"US","region":"TX"}}}}"#
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = || Timestamp::from_unix_secs(1_795_197_800);
    let wait = |secs| println!("a service waits {secs} s");
    let service = Service { pipeline: pipeline()?, store: store(), now, wait };
    let (first, second) = (purchase("ord-1"), purchase("ord-2"));

    // Meta's answers in this rehearsal: none at all, too many requests, then all is well.
    let mut answers = [
        None,
        Some((400, Some(2), r#"{"error":{"code":4,"message":"limit"}}"#)),
        Some((200, None, r#"{"events_received":2}"#)),
    ]
    .into_iter();
    let mut send = |_: &Envelope, _: &[u8]| {
        let (status, retry_after_secs, body) = answers.next().expect("no more requests")?;
        Some(Reply { status, retry_after_secs, body: body.into() })
    };
    for outcome in service.deliver(&[first.as_bytes(), second.as_bytes(), b"no event"], &mut send) {
        println!("{}", outcome.to_json());
    }
    // The first one reported once more: it left, so it does not again.
    for outcome in service.deliver(&[first.as_bytes()], &mut send) {
        println!("{}", outcome.to_json());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use predispatch::types::Platform;

    use super::*;

    type Said = Option<(u16, Option<u32>, &'static str)>;

    const NOTHING: Said = None;
    const FAILED: Said = Some((500, None, ""));
    const LIMIT: Said = Some((400, None, r#"{"error":{"code":4,"message":"limit"}}"#));
    const LATER: Said = Some((429, Some(3_600), ""));
    const RIGHTS: Said = Some((401, None, r#"{"error":{"code":190}}"#));
    const ACCEPTED: Said = Some((200, None, r#"{"events_received":1}"#));

    /// Meta answers one request after the other like this, each so many seconds late; then two days pass,
    /// after which it no longer tells a copy, and the event is reported once more.
    fn fate_two_days_after(answers: &[Said], request_secs: i64) -> Fate {
        static NOW: AtomicI64 = AtomicI64::new(0);
        NOW.store(1_795_197_800, Ordering::Relaxed);
        let now = || Timestamp::from_unix_secs(NOW.load(Ordering::Relaxed));
        let service = Service {
            pipeline: pipeline().expect("it is sound"),
            store: store(),
            now,
            wait: |_| {},
        };
        let mut left = answers.iter();
        let send = |_: &Envelope, _: &[u8]| {
            NOW.fetch_add(request_secs, Ordering::Relaxed);
            let (status, retry_after_secs, body) = (*left.next().expect("no more requests"))?;
            Some(Reply { status, retry_after_secs, body: body.into() })
        };
        let fate = |outcome: &Outcome| {
            outcome.at(Platform::Meta).map(|at| at.fate).expect("it is configured")
        };
        let event = purchase("ord-1");
        let outcomes = service.deliver(&[event.as_bytes()], send);
        assert_eq!(outcomes.iter().map(fate).collect::<Vec<_>>(), [Fate::Ready]);
        assert_eq!(left.len(), 0, "requests are missing");
        NOW.fetch_add(49 * 3_600, Ordering::Relaxed);
        fate(&service.pipeline.process_json(event.as_bytes(), &*service.store, now()))
    }

    #[test]
    fn what_may_have_arrived_is_not_sent_once_more() {
        let cases: [(&[Said], i64, Fate); 10] = [
            (&[ACCEPTED], 0, Fate::Duplicate),
            (&[NOTHING, NOTHING, NOTHING], 0, Fate::Duplicate),
            (&[FAILED, LIMIT, LIMIT], 0, Fate::Duplicate),
            (&[NOTHING, LATER], 0, Fate::Duplicate),
            (&[NOTHING, RIGHTS], 0, Fate::Duplicate),
            // The permit runs out before the second attempt.
            (&[NOTHING], 3_600, Fate::Duplicate),
            // What did not arrive may go.
            (&[LIMIT, LIMIT, LIMIT], 0, Fate::Ready),
            (&[LATER], 0, Fate::Ready),
            (&[RIGHTS], 0, Fate::Ready),
            (&[LIMIT], 3_600, Fate::Ready),
        ];
        for (index, (answers, request_secs, expected)) in cases.into_iter().enumerate() {
            assert_eq!(fate_two_days_after(answers, request_secs), expected, "case {index}");
        }
    }
}
