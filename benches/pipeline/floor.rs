//! What anybody pays who turns the same text into the same bytes.
//!
//! For each event: `serde_json` reads the text into a plain struct of the same fields; SHA-256 of each
//! distinct text whose digest stands in one of the event's bodies, once however many bodies show it;
//! `serde_json` writes each body, key by key. So it grows with the destinations, as the work does. What
//! it leaves out is what this library is for: no check, no normal form, no decision, no claim; and it
//! neither writes digests as hex nor puts bodies into requests.

use std::{hint::black_box, time::Duration};

use predispatch::{
    Outcome, Pipeline,
    consent::Given,
    event::{Event, User},
    pii::{Format, Identifier, Treatment},
    types::Sha256Hex,
};
use predispatch_benches::{clock::timed, plain};
use sha2::{Digest as _, Sha256};

use crate::{
    body::Body,
    setup::{LINES, Source, store},
};

/// What the floor needs to know of each event.
pub(crate) struct Floor {
    events: Vec<Work>,
}

/// The texts that are hashed, and the bodies that are written.
struct Work {
    forms: Vec<Vec<u8>>,
    bodies: Vec<Body>,
}

/// Time of the floor's three parts.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) read: Duration,
    pub(crate) hash: Duration,
    pub(crate) write: Duration,
}

impl Parts {
    pub(crate) fn sum(&self) -> Duration {
        self.read + self.hash + self.write
    }
}

/// Events of a share.
const SHARE: usize = 20;

impl Floor {
    /// Of the first list of events.
    pub(crate) fn of(pipeline: &Pipeline) -> Self {
        let store = store();
        let mut source = Source::new(0);
        let mut events = Vec::new();
        for _ in 0..LINES {
            let (json, now) = source.next();
            let event = pipeline.read(json.as_bytes()).unwrap();
            let outcome = pipeline.process(&event, &store, now);
            let forms = hashed_forms(&event, &outcome);
            let bodies = outcome.payloads().map(|payload| Body::of(payload.event()));
            let bodies = bodies.collect();
            events.push(Work { forms, bodies });
        }
        Self { events }
    }

    /// In small shares, because bodies that were just made are in the processor's near memory, and a
    /// thousand events' bodies are not: each share is written once before it is timed.
    pub(crate) fn run(&self, source: &mut Source, out: &mut Vec<u8>) -> Parts {
        let mut parts = Parts::default();
        for share in self.events.chunks(SHARE) {
            out.clear();
            share.iter().for_each(|work| write(work, out));
            out.clear();
            parts.read += timed(|| share.iter().for_each(|_| read(source)));
            parts.hash += timed(|| share.iter().for_each(hash));
            parts.write += timed(|| share.iter().for_each(|work| write(work, out)));
            black_box(&*out);
        }
        parts
    }

    /// SHA-256 and bytes of bodies, in all.
    pub(crate) fn amount(&self) -> (usize, usize) {
        let mut out = Vec::new();
        self.events.iter().for_each(|work| write(work, &mut out));
        (self.events.iter().map(|work| work.forms.len()).sum(), out.len())
    }
}

fn read(source: &mut Source) {
    let (json, _) = source.next();
    black_box(serde_json::from_str::<plain::Event>(json).unwrap());
}

fn hash(work: &Work) {
    for form in &work.forms {
        black_box(Sha256::digest(form));
    }
}

fn write(work: &Work, out: &mut Vec<u8>) {
    for body in &work.bodies {
        serde_json::to_writer(&mut *out, body).unwrap();
    }
}

/// The texts whose digests stand in the bodies; that no digest there is of another text is asserted.
fn hashed_forms(event: &Event, outcome: &Outcome) -> Vec<Vec<u8>> {
    let mut digests: Vec<String> =
        outcome.payloads().flat_map(|payload| digests_in(payload.event())).collect();
    digests.sort();
    digests.dedup();
    let mut forms = all_forms(event.user());
    // A restriction flag may need the place, hashed as an address's.
    if let Given::Value(place) = event.place() {
        forms.push(place.country().as_str().to_ascii_lowercase().into());
        forms.extend(place.region().map(|region| region.code().to_ascii_lowercase().into()));
    }
    // One platform takes the address of the request hashed.
    forms.extend(event.client().ip().map(|ip| ip.to_string().into_bytes()));
    forms.sort();
    forms.dedup();
    forms.retain(|form| digests.iter().any(|digest| digest == Sha256Hex::of(form).as_str()));
    assert_eq!(forms.len(), digests.len(), "each digest is of one text");
    forms
}

/// Every run of exactly 64 hex digits.
fn digests_in(body: &[u8]) -> impl Iterator<Item = String> {
    let words = body.split(|byte| !byte.is_ascii_alphanumeric());
    let digests = words.filter(|word| word.len() == 64 && word.iter().all(u8::is_ascii_hexdigit));
    digests.map(|word| String::from_utf8(word.to_vec()).unwrap())
}

/// The distinct normal forms that any platform wants hashed.
fn all_forms(user: &User) -> Vec<Vec<u8>> {
    fn of<I: Identifier>(values: &[I], all: &mut Vec<Vec<u8>>) {
        for value in values {
            let hashed = Format::ALL.iter().filter(|f| f.treatment(I::KIND) == Treatment::Hashed);
            all.extend(
                hashed.filter_map(|f| Some(value.normal_form(*f).ok()?.as_bytes().to_vec())),
            );
        }
    }
    let mut all = Vec::new();
    of(&user.email, &mut all);
    of(&user.phone, &mut all);
    of(&user.first_name, &mut all);
    of(&user.last_name, &mut all);
    of(user.date_of_birth.as_slice(), &mut all);
    of(user.gender.as_slice(), &mut all);
    of(user.street.as_slice(), &mut all);
    of(&user.city, &mut all);
    of(&user.region, &mut all);
    of(&user.postal_code, &mut all);
    of(&user.country, &mut all);
    of(&user.external_id, &mut all);
    all
}
