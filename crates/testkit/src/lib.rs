//! Helpers of data-driven tests.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The cases of a vector file that are known not to hold, each with its reason.
///
/// The list fails both ways: a difference that is not listed, and a listed case that holds or is
/// gone.
///
/// The file is TOML: `[[difference]]` tables with `case` (the name that the runner gives it),
/// `ours` (what comes out here) and `reason`.
#[derive(Debug)]
pub struct ExpectedDifferences {
    listed: BTreeMap<String, Difference>,
    seen: BTreeMap<String, String>,
    unexpected: Vec<String>,
    cases: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    difference: Vec<Difference>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    case: String,
    ours: String,
    reason: String,
}

impl ExpectedDifferences {
    /// Reads the list.
    ///
    /// # Panics
    /// If it is not such a file, lists a case twice, or gives no reason.
    pub fn parse(toml: &str) -> Self {
        let file: File = toml::from_str(toml).expect("expected differences are TOML");
        let mut listed = BTreeMap::new();
        for difference in file.difference {
            assert!(difference.reason.len() >= 20, "{} needs a reason", difference.case);
            let case = difference.case.clone();
            assert!(listed.insert(case, difference).is_none(), "a case is listed twice");
        }
        Self { listed, seen: BTreeMap::new(), unexpected: Vec::new(), cases: 0 }
    }

    /// Compares one case.
    pub fn check(&mut self, case: &str, ours: &str, theirs: &str) {
        self.cases += 1;
        if ours == theirs {
            return;
        }
        match self.listed.get(case) {
            Some(difference) if difference.ours == ours => {
                self.seen.insert(case.to_owned(), ours.to_owned());
            }
            Some(difference) => self.unexpected.push(format!(
                "{case}: ours is {ours:?}, listed as {:?}, theirs is {theirs:?}",
                difference.ours
            )),
            None => self.unexpected.push(format!("{case}: ours {ours:?}, theirs {theirs:?}")),
        }
    }

    /// Ends the run, which must have had exactly `cases` cases.
    ///
    /// # Panics
    /// If a difference was not listed, a listed one was not seen, or cases were lost or added.
    pub fn finish(self, cases: usize) {
        let gone: Vec<_> =
            self.listed.keys().filter(|case| !self.seen.contains_key(*case)).collect();
        assert!(
            self.unexpected.is_empty() && gone.is_empty(),
            "not listed:\n  {}\nlisted, but it holds or is gone:\n  {gone:#?}",
            self.unexpected.join("\n  "),
        );
        assert_eq!(self.cases, cases, "cases run");
    }
}
