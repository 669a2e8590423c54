//! Verdicts as records.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::class::{Class, Identity};
use super::record::{DataSource, Verdict};
use super::score::weight;
use crate::Reason;

/// `{"class", "verified"?, "score", "reasons": [{"code", "layer", "strength", "weight"}],
/// "speculative", "data": [{"layer", "name", "version", "age_secs"}], "judged_at"}`; the time in
/// Unix seconds.
impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("Verdict", 7)?;
        record.serialize_field("class", self.class.as_str())?;
        match self.class {
            Class::Crawler(identity) => {
                record.serialize_field("verified", &(identity == Identity::Verified))?;
            }
            _ => record.skip_field("verified")?,
        }
        record.serialize_field("score", &self.score)?;
        record.serialize_field("reasons", self.reasons())?;
        record.serialize_field("speculative", &self.is_speculative)?;
        let data: Vec<Aged<'_>> =
            self.data.iter().map(|source| Aged(source, source.age_secs(self.judged_at))).collect();
        record.serialize_field("data", &data)?;
        record.serialize_field("judged_at", &self.judged_at.unix_secs())?;
        record.end()
    }
}

/// `{"code", "layer", "strength", "weight"}`.
impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut reason = serializer.serialize_struct("Reason", 4)?;
        reason.serialize_field("code", self.code)?;
        reason.serialize_field("layer", self.layer.as_str())?;
        reason.serialize_field("strength", self.strength.as_str())?;
        reason.serialize_field("weight", &weight(self.strength))?;
        reason.end()
    }
}

struct Aged<'a>(&'a DataSource, Option<u64>);

impl Serialize for Aged<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut source = serializer.serialize_struct("DataSource", 4)?;
        source.serialize_field("layer", self.0.layer.as_str())?;
        source.serialize_field("name", &*self.0.name)?;
        source.serialize_field("version", &self.0.version.as_deref())?;
        source.serialize_field("age_secs", &self.1)?;
        source.end()
    }
}
