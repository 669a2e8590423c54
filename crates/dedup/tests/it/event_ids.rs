//! The derivation against the vectors that its browser twin is tested with too.

use predispatch_dedup::{DeriveError, EventFacts, IdKey, derive_event_id};
use serde_json::Value;

#[test]
fn every_vector_holds() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("../data/event_ids.json")).unwrap();
    for vector in &vectors {
        let key = IdKey::new(vector["key"].as_str().unwrap().as_bytes()).unwrap();
        let facts = &vector["facts"];
        let facts = match (&facts["order"], &facts["lead"]) {
            (Value::String(order), _) => EventFacts::Order(order),
            (_, Value::String(lead)) => EventFacts::Lead(lead),
            _ => EventFacts::Moment {
                unix_secs: facts["unixSecs"].as_i64().unwrap(),
                identifier: facts["identifier"].as_str().unwrap(),
            },
        };
        let id = derive_event_id(&key, vector["name"].as_str().unwrap(), facts).unwrap();
        assert_eq!(id.as_str(), vector["id"].as_str().unwrap());
    }
    assert_eq!(vectors.len(), 8);
}

#[test]
fn nothing_is_no_fact() {
    let key = IdKey::new(b"k").unwrap();
    let empty = Err(DeriveError::EmptyFact);
    assert_eq!(derive_event_id(&key, "purchase", EventFacts::Order("")), empty);
    assert_eq!(derive_event_id(&key, "", EventFacts::Lead("1")), empty);
    assert_eq!(IdKey::new(b"").unwrap_err(), DeriveError::KeyLength { len: 0 });
    assert_eq!(IdKey::new(&[0; 65]).unwrap_err(), DeriveError::KeyLength { len: 65 });
}
