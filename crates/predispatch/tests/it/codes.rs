//! `docs/codes.md` lists every code of deduplication, of settings and of the bots' policy, and no other.
//! Consent's, the bots' findings and the platforms' are compared by their crates.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_list_of_codes_is_the_sources() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut in_source = BTreeSet::new();
    for folder in ["src", "../dedup/src"] {
        collect(&own.join(folder), &mut in_source);
    }
    let listed = codes(include_str!("../../../../docs/codes.md"), '`').collect();
    assert_eq!(in_source, listed);
    assert!(in_source.len() > 30, "{} codes", in_source.len());
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            let source = fs::read_to_string(&path).expect("it can be read");
            found.extend(codes(&source, '"'));
        }
    }
}

/// What stands between two marks and looks like such a code.
fn codes(text: &str, mark: char) -> impl Iterator<Item = String> {
    let is_code = |word: &&str| {
        ["bot_", "dedup_", "recheck_", "settings_"]
            .iter()
            .any(|start| word.len() > start.len() && word.starts_with(start))
            // A key of the configuration.
            && *word != "bot_data"
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    text.split(mark).filter(is_code).map(str::to_owned)
}
