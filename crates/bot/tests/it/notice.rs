//! What `data/NOTICE` has to say of each file.

use std::{fs, path::Path};

use predispatch_bot::BUNDLED_NOTICE;

#[test]
fn every_file_of_data_is_named_with_its_licences() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut files = 0;
    for folder in [data.clone(), data.join("email"), data.join("ua")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&data).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() || name == "NOTICE" {
                continue;
            }
            assert!(BUNDLED_NOTICE.contains(&name), "{name}");
            files += 1;
        }
    }
    assert_eq!(files, 8);
    for licence in ["creativecommons.org/licenses/by/4.0", "Apache-2.0", "Permission is hereby"] {
        assert!(BUNDLED_NOTICE.contains(licence), "{licence}");
    }
}
