//! The derivation against the vectors that its browser twin is tested with too.

use predispatch_dedup::{EventIdFacts, EventIdKey};
use predispatch_types::{Sha256Hex, Timestamp};
use serde_json::Value;

#[test]
fn every_vector_holds() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("../data/event_ids.json")).unwrap();
    for vector in &vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let mut key = [0; 32];
        for (byte, at) in key.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text("key")[at..at + 2], 16).unwrap();
        }
        let (name, facts, identifier) = (text("name"), &vector["facts"], &mut None);
        let facts = match (&facts["order"], &facts["lead"]) {
            (Value::String(order_id), _) => EventIdFacts::Order { name, order_id },
            (_, Value::String(lead_id)) => EventIdFacts::Lead { name, lead_id },
            _ => {
                let digits = facts["identifier"].as_str().unwrap();
                let identifier = &*identifier.insert(Sha256Hex::parse(digits).unwrap());
                let time = Timestamp::from_unix_micros(facts["unixMicros"].as_i64().unwrap());
                EventIdFacts::Moment { name, time, identifier }
            }
        };
        assert_eq!(EventIdKey::new(key).derive(facts).as_str(), text("id"));
    }
    assert_eq!(vectors.len(), 10);
}
