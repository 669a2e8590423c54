//! Every signal, conflict, subject and age at every kind of place for every kind of destination.
//!
//! `tests/data/matrix.toml` says what stands beside every yes there is, and what must come out, place by
//! place: one line for each answer, and each question answered by exactly one line.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::case::Case;

/// An entry as rows of the decision table.
fn rows(base: &Table, entry: &Table) -> Vec<Case> {
    let mut row = base.clone();
    let mut entry = entry.clone();
    let answers = entry.remove("answers").unwrap();
    for key in entry.remove("without").iter().flat_map(texts) {
        match key.split_once('.') {
            None => row.remove(&key),
            Some((table, key)) => row[table].as_table_mut().unwrap().remove(key),
        }
        .unwrap_or_else(|| panic!("{key} is not there to be without"));
    }
    for (key, value) in entry {
        match (row.get_mut(&key), value) {
            (Some(Value::Table(there)), Value::Table(more)) => there.extend(more),
            (Some(Value::String(there)), Value::String(more)) => {
                *there = format!("{there}\n{more}")
            }
            (_, value) => drop(row.insert(key, value)),
        }
    }
    texts(&answers).into_iter().map(|line| answered(row.clone(), &line)).collect()
}

/// `places | destinations | outcome | reasons | flags`
fn answered(mut row: Table, line: &str) -> Case {
    let columns: Vec<&str> = line.split('|').map(str::trim).collect();
    let [places, to, outcome, reasons, flags] = columns[..] else { panic!("{line}") };
    let words = |text: &str| -> Value { text.split_whitespace().collect::<Vec<_>>().into() };
    if places != NOWHERE {
        row.insert("place".into(), words(places));
    }
    row.insert("to".into(), words(to));
    row.insert("expect".into(), outcome.into());
    row.insert("reasons".into(), words(reasons));
    let flags: Vec<&str> =
        flags.split(';').map(str::trim).filter(|flag| !flag.is_empty()).collect();
    row.insert("flags".into(), flags.into());
    Value::Table(row).try_into().unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_question_has_its_one_answer() {
    let file: Table = include_str!("../data/matrix.toml").parse().unwrap();
    let base = file["base"].as_table().unwrap();
    let axis = |name: &str| texts(&file[name]);
    let (places, destinations) = (axis("places"), axis("destinations"));
    let (mut faults, mut names, mut lines, mut decided) = (Vec::new(), BTreeSet::new(), 0, 0);
    for entry in file["entry"].as_array().unwrap() {
        let rows = rows(base, entry.as_table().unwrap());
        let mut asked = BTreeSet::new();
        for row in &rows {
            lines += 1;
            for (place, to, decision) in row.decisions() {
                decided += 1;
                let at = (place.unwrap_or(NOWHERE).to_owned(), to.to_owned());
                if let Some(fault) = row.fault(&decision) {
                    faults.push(format!("{} ({}) {at:?}: {fault}", row.name, row.rule));
                }
                assert!(asked.insert(at), "{} asks twice", row.name);
            }
        }
        let name = &rows[0].name;
        assert!(names.insert(name.clone()), "{name} stands twice");
        for place in &places {
            for to in &destinations {
                assert!(asked.contains(&(place.clone(), to.clone())), "{name}: {place}, {to}");
            }
        }
        assert_eq!(asked.len(), places.len() * destinations.len(), "{name}");
    }
    assert!(faults.is_empty(), "{} of {decided}:\n{}", faults.len(), faults.join("\n"));
    assert_eq!((names.len(), lines, decided), COUNTS, "entries, answers, decisions");
}

/// Nobody knows where the person is.
const NOWHERE: &str = "-";
const COUNTS: (usize, usize, usize) = (104, 1_718, 9_152);
