//! What a configuration file may say, and what is said about one that may not.

use std::path::Path;

use predispatch::{Config, ConfigError};

const WHOLE: &str = r#"
data_set = "shop.example"

[keys]
dedup = { file = "key" }

[dedup]
on_unknown = "send"

[bot]
shadow = true

[[destination]]
to = "meta"
account = { pixel_id = "1234567890", test_code = "TEST123" }
test_until = "2026-12-01T00:00:00Z"
"#;

fn pipeline_of(text: &str) -> Result<(), ConfigError> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config");
    text.parse::<Config>()?.pipeline(&folder).map(drop)
}

#[test]
fn a_whole_file_makes_a_pipeline() {
    pipeline_of(WHOLE).expect("it is whole");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (right, wrong, expected) in [
        ("data_set", "dataset", "line 2: unknown field `dataset`, expected one of"),
        ("\"send\"", "\"drop\"", "line 8: unknown variant `drop`, expected `hold` or `send`"),
        ("shadow = true", "shadow = 1", "line 11: invalid type: integer `1`, expected a boolean"),
        ("{ file = \"key\" }", "\"s3cret\"", "line 5: expected { env = \"NAME\" }"),
        ("to = \"meta\"", "to = \"facebook\"", "\"facebook\" is no destination"),
        ("pixel_id = \"1234567890\", ", "", "destination meta: the account lacks the key pixel_id"),
        ("2026-12-01T00:00:00Z", "tomorrow", "destination meta: test_until is no moment"),
        (
            "file = \"key\"",
            "env = \"PREDISPATCH_NO_SUCH_KEY\"",
            "environment variable PREDISPATCH_NO_SUCH_KEY is not there",
        ),
    ] {
        assert!(WHOLE.contains(right), "{right}");
        let error = pipeline_of(&WHOLE.replace(right, wrong)).expect_err(wrong).to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
    let twice = format!("{WHOLE}{}", &WHOLE[WHOLE.find("[[").expect("it has one")..]);
    let error = pipeline_of(&twice).expect_err("twice").to_string();
    assert!(error.starts_with("meta is there twice"), "{error}");
}
