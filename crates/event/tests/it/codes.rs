//! `docs/codes.md` lists every code of this crate.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_code_of_the_source_is_listed() {
    let mut in_source = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_source);
    let list = include_str!("../../../../docs/codes.md");
    let section = list.split("\n## `predispatch-event`").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let listed: BTreeSet<&str> =
        section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let missing: Vec<_> = in_source.iter().filter(|code| !listed.contains(&***code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(in_source.len() > 60, "{} codes", in_source.len());
}

/// The texts that are given to an issue or an error.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for call in [".dropped(\"", ".corrected(\"", ".noted(\"", "Err(\"", "} => \""] {
            let found = source.split(call).skip(1).filter_map(|part| part.split('"').next());
            codes.extend(found.map(str::to_owned));
        }
        // `Self::Control => "…"` inside a function named `code`, or ending in `_code`.
        for body in
            source.split("fn ").filter(|body| body.split('(').next().unwrap().ends_with("code"))
        {
            let arms = body.split("\n    }\n").next().unwrap().split("=> \"").skip(1);
            codes.extend(arms.filter_map(|arm| arm.split('"').next()).map(str::to_owned));
        }
    }
}
