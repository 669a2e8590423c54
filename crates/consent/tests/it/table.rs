//! The decision table: what must come out, row by row.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::case::Case;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

pub(crate) fn cases() -> Vec<Case> {
    toml::from_str::<File>(include_str!("../data/decisions.toml")).unwrap().case
}

#[test]
fn every_row_of_the_decision_table_holds() {
    let cases = cases();
    let mut faults = Vec::new();
    let mut decided = 0;
    for case in &cases {
        for (place, destination, decision) in case.decisions() {
            decided += 1;
            if let Some(fault) = case.fault(&decision) {
                let place = place.unwrap_or("nowhere");
                let at = format!("{} ({}, {place}, {destination})", case.name, case.rule);
                faults.push(format!("{at}: {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {decided}:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(cases.len(), CASES, "rows");
    assert_eq!(decided, DECISIONS, "decisions");
}

#[test]
fn rows_have_names_of_their_own_and_a_rule_and_no_two_ask_the_same() {
    let mut names = BTreeSet::new();
    let mut questions = BTreeSet::new();
    for case in cases() {
        assert!(names.insert(case.name.clone()), "{} stands twice", case.name);
        assert!(case.rule.starts_with(|c: char| c.is_ascii_digit()), "{}", case.name);
        assert!(!case.to.is_empty(), "{}", case.name);
        let asked = case.input();
        for (place, destination) in case.questions() {
            let question = format!("{asked} {place:?} {destination}");
            assert!(questions.insert(question), "{} asks what another row asks", case.name);
        }
    }
}

/// Every code that a decision can have stands in the table, but for those that need a policy
/// without the destination, or a record that is not ours.
#[test]
fn every_reason_is_asked_for_by_some_row() {
    let asked: BTreeSet<String> = cases().into_iter().flat_map(|case| case.reasons).collect();
    let missing: Vec<_> = predispatch_consent::Reason::ALL
        .iter()
        .map(|reason| reason.code())
        .filter(|code| !asked.contains(*code))
        .filter(|code| !["destination_unknown", "record_not_authentic"].contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

const CASES: usize = 742;
const DECISIONS: usize = 1_813;
