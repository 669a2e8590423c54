//! `docs/codes.md` lists every code of the crate, and nothing else of it. `predispatch-gpp` and
//! `predispatch-types` have this module too.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_list_of_codes_is_the_source_s() {
    let mut in_source = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_source);
    let list = include_str!("../../../../docs/codes.md");
    let start = list.find(concat!("## `", env!("CARGO_PKG_NAME"), "`")).unwrap();
    let section = list[start + 2..].split("\n## ").next().unwrap();
    let code = |line: &str| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned());
    let listed: BTreeSet<String> = section.lines().filter_map(code).collect();
    assert_eq!(listed, in_source);
    assert!(listed.len() > 20, "{} codes", listed.len());
}

/// What the functions named `code` return.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for function in source.split("const fn code(self)").skip(1) {
            let body = function.split("\n    }\n").next().unwrap();
            let arms = body.split("=> \"").skip(1);
            codes.extend(arms.map(|arm| arm.split('"').next().unwrap().to_owned()));
        }
    }
}
