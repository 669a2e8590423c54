//! The table of calling codes is what the metadata says, digit for digit.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use phonenumber::metadata::{DATABASE, Metadata};
use regex_automata::{Anchored, hybrid::dfa::DFA, util::start, util::syntax};

/// Whether some digits that begin with `beginning` can match the pattern from the first on, past
/// at least all of `beginning`.
fn can_begin(pattern: &str, beginning: &str) -> bool {
    let syntax = syntax::Config::new().ignore_whitespace(true).unicode(false).utf8(false);
    // The lazy kind: only the states on the way are ever built.
    let dfa = DFA::builder().syntax(syntax).build(&format!("(?:{pattern})")).unwrap();
    let mut cache = dfa.create_cache();
    let start = start::Config::new().anchored(Anchored::Yes);
    let mut state = dfa.start_state(&mut cache, &start).unwrap();
    for byte in beginning.bytes() {
        state = dfa.next_state(&mut cache, state, byte).unwrap();
    }
    // A match shows one byte late, so a match of less than `beginning` may be all there is to see.
    let mut seen = BTreeSet::new();
    let mut open = vec![state];
    while let Some(state) = open.pop() {
        if dfa.next_eoi_state(&mut cache, state).unwrap().is_match() {
            return true;
        }
        for digit in b'0'..=b'9' {
            let next = dfa.next_state(&mut cache, state, digit).unwrap();
            if next.is_match() {
                return true;
            }
            if !next.is_dead() && seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// One row of the table: what is true of any region with the code.
fn row(code: u16, regions: &[&Metadata]) -> String {
    let main = regions[0];
    let region = if main.id() == "001" { "00" } else { main.id() };
    let prefix = main.national_prefix_for_parsing().map(|pattern| pattern.as_str());
    let prefix = prefix.or_else(|| main.national_prefix());
    let leading_zero = regions.iter().any(|meta| {
        let general = meta.descriptors().general().national_number().as_str();
        (1..=9).any(|next| can_begin(general, &format!("0{next}")))
    });
    // A zero is always looked at, unless it is part of the number.
    let begins = |digit: u8| prefix.is_some_and(|prefix| can_begin(prefix, &digit.to_string()));
    let digits = (0..=9).filter(|&digit| begins(digit) || digit == 0 && !leading_zero);
    let mut prefixes: String = digits.map(|digit| digit.to_string()).collect();
    if prefixes.is_empty() {
        prefixes.push('-');
    }
    format!("{code} {region} {prefixes} {}", if leading_zero { '0' } else { '-' })
}

fn rows() -> String {
    let mut codes: BTreeMap<u16, Vec<&Metadata>> = BTreeMap::new();
    for code in DATABASE.iter().map(Metadata::country_code) {
        codes.insert(code, Vec::new());
    }
    // Codes of no country share the id 001, so iterating finds one of them only.
    for code in 1..=999 {
        if let Some(regions) = DATABASE.by_code(&code) {
            codes.insert(code, regions);
        }
    }
    codes.iter().fold(String::new(), |mut rows, (code, regions)| {
        writeln!(rows, "{}", row(*code, regions)).unwrap();
        rows
    })
}

#[test]
fn the_table_of_calling_codes_is_that_of_the_metadata() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/calling_codes.txt");
    let old = std::fs::read_to_string(path).unwrap();
    let comments: String = old.lines().filter(|line| line.starts_with('#')).fold(
        String::new(),
        |mut comments, line| {
            writeln!(comments, "{line}").unwrap();
            comments
        },
    );
    let new = comments + &rows();
    if std::env::var_os("PREDISPATCH_WRITE_TABLE").is_some() {
        std::fs::write(path, &new).unwrap();
    }
    assert!(old == new, "run this test once with PREDISPATCH_WRITE_TABLE=1 and review the diff");
    assert_eq!(rows().lines().count(), 215, "calling codes");
}
