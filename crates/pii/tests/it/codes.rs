//! `docs/codes.md` lists every code of this crate, and nothing else of it.

use std::{collections::BTreeSet, fs, path::Path};

const STARTS: &[&str] = &[
    "country_",
    "date_of_birth_",
    "email_",
    "external_id_",
    "gender_",
    "hash_",
    "identifier_",
    "mobile_ad_id_",
    "phone_",
    "postal_code_",
    "region_",
    "text_",
    "url_",
];

#[test]
fn the_list_of_codes_is_the_source_s() {
    let mut in_source = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_source);
    let list = include_str!("../../../../docs/codes.md");
    let start = list.find("## `predispatch-pii`").unwrap();
    let section = list[start + 2..].split("\n## ").next().unwrap();
    let listed: BTreeSet<String> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(listed, in_source);
    assert!(listed.len() > 80, "{} codes", listed.len());
}

/// Every `"code"` that stands alone after an arrow or an equals sign.
fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, codes);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let places = ["=> \"", "str = \""];
        for part in places.iter().flat_map(|place| source.split(place).skip(1)) {
            let code = part.split('"').next().unwrap();
            if STARTS.iter().any(|start| code.starts_with(start)) {
                codes.insert(code.to_owned());
            }
        }
    }
}
