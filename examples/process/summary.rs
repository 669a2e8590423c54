//! What a run came to: counts that add up.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    time::Duration,
};

use predispatch::{Counters, Fate, consent::Destination, dedup::SettleError};
use serde_json::{Map, Value, json};

/// Counts of a run.
pub(crate) struct Summary {
    /// Whether the input was read to its end, or to the limit that was asked for.
    pub(crate) is_complete: bool,
    pub(crate) rows: u64,
    /// Rows that are no event, by reason.
    pub(crate) rejected: BTreeMap<&'static str, u64>,
    pub(crate) counters: Counters,
    /// Requests and events written, by destination; `None` if nothing was to be written.
    pub(crate) requests: Option<BTreeMap<Destination, (u64, u64)>>,
    /// Claims that could not be settled as asked, by reason.
    pub(crate) unsettled: BTreeMap<&'static str, u64>,
    pub(crate) took: Duration,
}

impl Summary {
    /// Every row has one fate at every destination, and every payload is in a request.
    pub(crate) fn check(&self) -> Result<(), String> {
        for destination in self.counters.destinations() {
            let fate = |fate| self.counters.fate(destination, fate);
            let sum: u64 = Fate::ALL.into_iter().map(fate).sum();
            let made = fate(Fate::Ready) + fate(Fate::Limited);
            let written = self.requests.as_ref().map_or(made, |_| self.requests(destination).1);
            if sum != self.rows || made != written {
                return Err(format!(
                    "the counts of {destination} do not add up: {} rows, {sum} fates, {made} payloads, \
                     {written} written",
                    self.rows
                ));
            }
        }
        Ok(())
    }

    /// Whether the store of claims knows all that was written.
    pub(crate) fn check_claims(&self) -> Result<(), String> {
        match self.unsettled.get(SettleError::Unreachable.code()) {
            None => Ok(()),
            Some(count) => Err(format!(
                "the store of claims could not be reached to keep {count} claims; what was written is \
                 whole, but another run over these events may make it again"
            )),
        }
    }

    fn requests(&self, destination: Destination) -> (u64, u64) {
        let written = self.requests.as_ref().and_then(|requests| requests.get(&destination));
        written.copied().unwrap_or_default()
    }

    pub(crate) fn to_json(&self) -> Value {
        let destinations: Map<String, Value> = self
            .counters
            .destinations()
            .map(|destination| {
                let fate = |fate| self.counters.fate(destination, fate);
                let fates: Map<String, Value> = Fate::ALL
                    .into_iter()
                    .map(|each| (each.as_str().to_owned(), fate(each).into()))
                    .collect();
                let (requests, _) = self.requests(destination);
                (destination.to_string(), json!({"fates": fates, "requests": requests}))
            })
            .collect();
        let rejected: u64 = self.rejected.values().sum();
        json!({
            "complete": self.is_complete,
            "rows": self.rows,
            "events": self.rows - rejected,
            "rejected": self.rejected,
            "destinations": destinations,
            "unsettled": self.unsettled,
            "seconds": self.took.as_secs_f64(),
        })
    }
}

impl Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.is_complete { "all of them" } else { "stopped before the end" };
        writeln!(f, "{} rows, {end}", self.rows)?;
        for (code, count) in &self.rejected {
            writeln!(f, "{count:>10} no event: {code}")?;
        }
        write!(f, "{:<14}", "")?;
        for destination in self.counters.destinations() {
            write!(f, "{:>22}", destination.to_string())?;
        }
        writeln!(f)?;
        for fate in Fate::ALL {
            write!(f, "{:<14}", fate.as_str())?;
            for destination in self.counters.destinations() {
                write!(f, "{:>22}", self.counters.fate(destination, fate))?;
            }
            writeln!(f)?;
        }
        write!(f, "{:<14}", "requests")?;
        for destination in self.counters.destinations() {
            write!(f, "{:>22}", self.requests(destination).0)?;
        }
        writeln!(f)?;
        for (code, count) in &self.unsettled {
            writeln!(f, "{count:>10} claims: {code}")?;
        }
        let secs = self.took.as_secs_f64();
        writeln!(f, "time taken: {secs:.2} s, {:.0} rows/s", self.rows as f64 / secs.max(1e-6))
    }
}
