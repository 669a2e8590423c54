//! `docs/codes.md` lists every code of this crate, and no other.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_list_of_codes_is_whole() {
    let listed = listed();
    let mut used = BTreeSet::new();
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut used);
    // Those of a permit are the consent crate's, and pass through.
    let passed = ["expired", "other_destination", "other_event", "other_product", "not_yet"];
    used.extend(passed.map(|error| format!("permit_{error}")));
    assert!(used.len() > 60, "{} codes were found: {used:?}", used.len());
    let missing: Vec<_> = used.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&used).collect();
    assert!(missing.is_empty() && stale.is_empty(), "not listed {missing:?}, not used {stale:?}");
}

/// The codes of the first column, in the crate's section.
fn listed() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/codes.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once("## `predispatch-payload`").unwrap();
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    cells
        .flat_map(|cell| cell.split(['`', ',', ' ']).filter(|part| is_code(part)))
        .map(str::to_owned)
        .collect()
}

/// Texts in the places where codes are made.
fn read(folder: &Path, used: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, used);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in ["report(", "note(", "warn("] {
            for (_, rest) in text.match_indices(call).map(|(at, _)| text.split_at(at + call.len()))
            {
                let first =
                    rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                used.extend(first.filter(|word| is_code(word)).map(str::to_owned));
            }
        }
        for (start, end) in [("fn code(self)", "\n    }\n"), ("let code = if", "};")] {
            for (at, _) in text.match_indices(start) {
                let body = text[at..].split(end).next().unwrap();
                let quoted = body.split('"').skip(1).step_by(2);
                used.extend(quoted.filter(|word| is_code(word)).map(str::to_owned));
            }
        }
    }
}

fn is_code(word: &str) -> bool {
    word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
