//! `docs/codes.md` lists every code of this crate, and nothing else of it.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_list_of_codes_is_the_source_s() {
    let mut in_source = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_source);
    let list = include_str!("../../../../docs/codes.md");
    let section = list.split("\n## `predispatch-bot`").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let listed: BTreeSet<String> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(listed, in_source);
    assert!(in_source.len() > 150, "{} codes", in_source.len());
}

/// Codes of errors, which stand in functions named `code`, and of findings, which stand on a line with
/// their strength.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        let in_code = source.split("pub const fn code(self)").skip(1);
        let texts = in_code.flat_map(|body| body.split("\n    }\n").next().unwrap().split('"'));
        codes.extend(texts.filter(|text| is_code(text)).map(str::to_owned));
        let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let with_strength = lines.filter(|line| {
            ["Note", "Weak", "Strong", "Hard"].iter().any(|strength| {
                line.contains(&format!(", Strength::{strength}"))
                    || line.contains(&format!("\", {strength}, \""))
            })
        });
        let first = with_strength.filter_map(|line| line.split('"').nth(1));
        codes.extend(first.map(str::to_owned));
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
