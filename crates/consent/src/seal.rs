//! The seal of a record: a keyed digest of every field.

use crate::{DigestKey, Grant, Record};

pub(crate) fn of(key: &DigestKey, record: &Record) -> Box<str> {
    key.digest(FIELD, &bytes(record))
}

pub(crate) fn verifies(key: &DigestKey, record: &Record) -> bool {
    key.verifies(FIELD, &bytes(record), &record.seal)
}

/// Every field but the seal itself, each as texts with their number and lengths before them: no two
/// records have the same bytes.
fn bytes(record: &Record) -> Vec<u8> {
    // A field that is added is either sealed or does not compile.
    let Record {
        event,
        destination,
        outcome,
        reasons,
        jurisdiction,
        place_source,
        places,
        has_more_places,
        gdpr_added,
        minimum_age,
        policy_version,
        vendor_list_version,
        proof,
        decided_at,
        held_until,
        event_time,
        source,
        gpc_observed,
        age,
        erased,
        objected,
        vertical,
        unknown_vertical,
        event_name,
        sensitive,
        ad_storage,
        ad_user_data,
        ad_personalization,
        analytics_storage,
        signals,
        seal: _,
    } = record;
    let mut bytes = Bytes(Vec::with_capacity(1_024));
    bytes.one(event);
    bytes.one(&destination.to_string());
    bytes.one(outcome.as_str());
    bytes.all(reasons.iter().map(|reason| reason.to_string()));
    bytes.all(jurisdiction);
    bytes.one(place_source.as_str());
    bytes.all(places.iter().map(ToString::to_string));
    bytes.flags([*has_more_places, *gdpr_added, *gpc_observed, *erased, *objected]);
    bytes.one(&minimum_age.to_string());
    bytes.one(policy_version);
    bytes.all(vendor_list_version.map(|version| version.to_string()));
    bytes.all(proof);
    // To the microsecond, whatever the text form keeps.
    bytes.one(&decided_at.unix_micros().to_string());
    bytes.all(held_until.map(|until| until.unix_micros().to_string()));
    bytes.one(&event_time.unix_micros().to_string());
    bytes.one(source.as_str());
    bytes.one(age.as_str());
    bytes.all(vertical);
    bytes.all(unknown_vertical);
    bytes.all(event_name);
    bytes.all(sensitive.iter().map(|category| category.as_str()));
    for flag in [ad_storage, ad_user_data, ad_personalization, analytics_storage] {
        bytes.one(flag.map_or("", Grant::as_str));
    }
    bytes.all(signals.iter().flat_map(|(name, value)| [name, value]));
    bytes.0
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn one(&mut self, text: &str) {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn all<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) {
        let texts: Vec<T> = texts.into_iter().collect();
        self.number(texts.len());
        texts.iter().for_each(|text| self.one(text.as_ref()));
    }

    fn flags(&mut self, flags: [bool; 5]) {
        self.0.extend(flags.map(u8::from));
    }

    fn number(&mut self, number: usize) {
        self.0.extend_from_slice(&(number as u64).to_le_bytes());
    }
}

const FIELD: &str = "record";
