//! Every seed and every old crash goes through its law, on stable, in each `cargo test`.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a test")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use predispatch_checks::{LAWS, check};

#[test]
fn every_seed_and_old_crash_keeps_its_law() {
    for (name, _) in LAWS {
        let seeds = replay("seeds", name);
        assert!(seeds > 0, "fuzz/seeds/{name} has no file");
        let regressions = replay("regressions", name);
        println!("{name}: {seeds} seeds, {regressions} old crashes");
    }
}

#[test]
fn laws_targets_and_seed_folders_are_the_same_names() {
    let laws: BTreeSet<String> = LAWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(laws.len(), LAWS.len(), "a law is listed twice");
    assert!(LAWS.is_sorted_by_key(|(name, _)| *name), "keep the laws in alphabetical order");
    assert_eq!(names("fuzz_targets"), laws, "fuzz/fuzz_targets");
    assert_eq!(names("seeds"), laws, "fuzz/seeds");
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in &laws {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "fuzz/Cargo.toml lacks {name}");
    }
}

/// Runs the law on each file and returns their number. The file's name is in the panic's output.
fn replay(folder: &str, law: &str) -> usize {
    let Ok(files) = fs::read_dir(fuzz().join(folder).join(law)) else { return 0 };
    let mut count = 0;
    for file in files {
        let path = file.unwrap().path();
        println!("{}", path.display());
        check(law, &fs::read(&path).unwrap());
        count += 1;
    }
    count
}

/// File or folder names, without `.rs`, of a folder in `fuzz/`.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(fuzz().join(folder)).unwrap();
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    entries.map(|entry| stem(entry.unwrap().path())).collect()
}

fn fuzz() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz"))
}
