//! What a run came to: counts that add up.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display},
    time::Duration,
};

use predispatch::{
    Counters, Fate, Outcome,
    consent::Destination,
    dedup::{SettleError, Verdict},
    types::Timestamp,
};
use serde_json::{Map, Value, json};

use crate::files::Written;

/// Counts of a run.
pub(crate) struct Summary {
    /// Whether the input was read to its end, or to the limit that was asked for, and every row decided.
    pub(crate) is_complete: bool,
    pub(crate) rows: u64,
    /// Rows that are no event, by reason.
    pub(crate) rejected: BTreeMap<&'static str, u64>,
    pub(crate) counters: Counters,
    /// `None` if nothing was to be written.
    pub(crate) written: Option<Written>,
    /// Rows that the store of claims holds somewhere, or could not write down, by reason.
    pub(crate) held: BTreeMap<&'static str, u64>,
    /// Rows that go although the store can't tell whether they left before, by reason.
    pub(crate) unclaimed: BTreeMap<&'static str, u64>,
    /// When claims that others left behind have timed out; there if any holds a row.
    pub(crate) again_after: Option<Timestamp>,
    /// Whether claims outlive the process.
    pub(crate) has_lasting_claims: bool,
    /// Claims that could not be settled as asked, by reason.
    pub(crate) unsettled: BTreeMap<&'static str, u64>,
    pub(crate) took: Duration,
}

impl Summary {
    pub(crate) fn new(has_lasting_claims: bool) -> Self {
        Self {
            is_complete: true,
            rows: 0,
            rejected: BTreeMap::new(),
            counters: Counters::default(),
            written: None,
            held: BTreeMap::new(),
            unclaimed: BTreeMap::new(),
            again_after: None,
            has_lasting_claims,
            unsettled: BTreeMap::new(),
            took: Duration::ZERO,
        }
    }

    /// Counts a row's outcome; `timed_out` is when another's claim on it, if any, has timed out.
    pub(crate) fn add(&mut self, outcome: &Outcome, timed_out: Timestamp) {
        self.counters.add(outcome);
        let (mut held, mut unclaimed) = (BTreeSet::new(), BTreeSet::new());
        for at in outcome.destinations() {
            let Some(code) = at.reasons().iter().copied().find(|code| code.starts_with("dedup_"))
            else {
                continue;
            };
            let is_unknown = matches!(at.dedup, Some(Verdict::Unknown(_)));
            match at.fate {
                Fate::Held if is_unknown || at.dedup == Some(Verdict::InFlight) => {
                    held.insert(code)
                }
                // A browser's report, which the store has not written down.
                Fate::Observed if is_unknown => held.insert(code),
                Fate::Ready | Fate::Limited if is_unknown => unclaimed.insert(code),
                _ => continue,
            };
        }
        if held.contains(IN_FLIGHT) {
            self.again_after = self.again_after.max(Some(timed_out));
        }
        for (codes, counts) in [(held, &mut self.held), (unclaimed, &mut self.unclaimed)] {
            for code in codes {
                *counts.entry(code).or_default() += 1;
            }
        }
    }

    /// Every row has one fate at every destination, and every payload is in a request.
    pub(crate) fn check(&self) -> Result<(), String> {
        for destination in self.counters.destinations() {
            let fate = |fate| self.counters.fate(destination, fate);
            let sum: u64 = Fate::ALL.into_iter().map(fate).sum();
            let made = fate(Fate::Ready) + fate(Fate::Limited);
            let written = self.written.as_ref().map_or(made, |_| self.requests(destination).1);
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

    /// Whether the store of claims could be asked for every row, and knows all that was written.
    pub(crate) fn check_claims(&self) -> Result<(), String> {
        if let Some(count) = self.held.get(UNREACHABLE) {
            return Err(format!(
                "the store of claims could not be reached for {count} rows, which are held; what was \
                 written is whole: run again when the store is back, into another folder"
            ));
        }
        if let Some(count) = self.unclaimed.get(UNREACHABLE) {
            return Err(format!(
                "the store of claims could not be reached for {count} rows, which were written all the \
                 same, as dedup.on_unknown asks; another run makes them again"
            ));
        }
        match self.unsettled.get(SettleError::Unreachable.code()) {
            None => Ok(()),
            Some(count) => Err(format!(
                "the store of claims could not be reached to keep {count} claims; what was written is \
                 whole, but another run over these events may make it again"
            )),
        }
    }

    fn requests(&self, destination: Destination) -> (u64, u64) {
        let written = self.written.as_ref();
        let requests = written.and_then(|written| written.requests.get(&destination));
        requests.copied().unwrap_or_default()
    }

    fn send_by(&self) -> Option<Timestamp> {
        self.written.as_ref().and_then(|written| written.send_by)
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
            "held": self.held,
            "unclaimed": self.unclaimed,
            "again_after": self.again_after.map(|moment| moment.to_string()),
            "send_by": self.send_by().map(|moment| moment.to_string()),
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
        for (code, count) in &self.held {
            writeln!(f, "{count:>10} rows held: {code}")?;
        }
        for (code, count) in &self.unclaimed {
            writeln!(f, "{count:>10} rows go without a claim: {code}")?;
        }
        if let Some(moment) = self.again_after {
            writeln!(
                f,
                "claimed by another run and not settled ({IN_FLIGHT}): run again after {moment}"
            )?;
        }
        for (code, count) in &self.unsettled {
            writeln!(f, "{count:>10} claims: {code}")?;
        }
        if let Some(moment) = self.send_by() {
            writeln!(f, "send by: {moment} (the earliest; each request's own is its good_until)")?;
            let again = match (self.has_lasting_claims, self.unclaimed.is_empty()) {
                (true, true) => {
                    "what is written is claimed for good: another run makes none of it again"
                }
                (true, false) => {
                    "what is written is claimed for good, but for the rows without a claim: \
                                  another run makes those again"
                }
                (false, _) => "claims were kept in memory: another run makes all of it again",
            };
            writeln!(f, "{again}")?;
        }
        let secs = self.took.as_secs_f64();
        writeln!(f, "time taken: {secs:.2} s, {:.0} rows/s", self.rows as f64 / secs.max(1e-6))
    }
}

/// Reasons of rows that the store holds: claimed by somebody who has not settled it, and not asked.
const IN_FLIGHT: &str = "dedup_in_flight";
const UNREACHABLE: &str = "dedup_unreachable";
