//! What a configuration file may say, and what is said about one that may not.

use std::{collections::BTreeSet, error::Error, path::PathBuf};

use predispatch::{Config, ConfigError, SecretSource};
use serde_json::{Map, Value, json};

use crate::{events::now, steps::builder};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/config"))
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).expect("it is committed")
}

fn pipeline_of(text: &str) -> Result<(), ConfigError> {
    let config = text.parse::<Config>()?.in_folder(folder());
    config.pipeline().map(drop)?;
    config.store(now()).map(drop)
}

/// The file with the part `memory` replaced.
fn with_store(name: &str) -> String {
    let whole = text("whole.toml");
    let start = whole.find("[dedup.store.memory]").expect("it has one");
    let end = whole.find("[[destination]]").expect("it has one");
    format!("{}{}\n{}", &whole[..start], text(name), &whole[end..])
}

#[test]
fn a_file_with_every_key_makes_a_pipeline() {
    pipeline_of(&text("whole.toml")).expect("it is whole");
    let read = Config::read(folder().join("whole.toml")).expect("it is whole");
    read.pipeline().expect("its paths start where it is");
}

/// Page and server derive one id from one configuration.
#[test]
fn the_page_and_the_pipeline_derive_one_id() {
    let config = Config::read(folder().join("whole.toml")).expect("it is whole");
    let vectors = include_str!("../../../dedup/tests/data/event_ids.json");
    let vectors: Vec<Value> = serde_json::from_str(vectors).expect("it is JSON");
    let last = vectors.last().expect("there are some");
    let key = config.page_key().expect("it is there").expect("it has one");
    assert_eq!(last["key"], key);
    let event = json!({
        "event_name": last["name"], "event_time": now().unix_secs(),
        "custom_data": {"order_id": last["facts"]["order"]},
    });
    let pipeline = config.pipeline().expect("it is whole");
    let event = pipeline.read(event.to_string().as_bytes()).expect("it is an event");
    assert_eq!(event.id().expect("one is derived").as_str(), last["id"]);
    // A pipeline from Rust with the key of the same secret, too.
    let secret: SecretSource = toml::from_str("file = 'key'").expect("it is a place");
    let key = secret.key("event_id", &folder()).expect("it is there");
    let pipeline = builder().event_id_key(key).build().expect("settings are whole");
    let event = json!({
        "event_name": last["name"], "event_time": now().unix_secs(),
        "custom_data": {"order_id": last["facts"]["order"]},
    });
    let event = pipeline.read(event.to_string().as_bytes()).expect("it is an event");
    assert_eq!(event.id().expect("one is derived").as_str(), last["id"]);

    let without = text("whole.toml").replace("event_id = { file = \"key\" }\n", "");
    let without = without.parse::<Config>().expect("it may be absent").in_folder(folder());
    assert_eq!(without.page_key().expect("nothing is read"), None);
}

#[test]
fn other_stores_are_opened_where_they_are_built_in() {
    let error = pipeline_of(&with_store("redis.toml")).expect_err("nobody set the variable");
    let expected = match cfg!(feature = "redis") {
        true => "environment variable REDIS_URL is not there or can't be read",
        false => "this build has no such store; build predispatch with the feature redis",
    };
    assert_eq!(error.to_string(), expected);

    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("claims.redb");
    let durable = with_store("durable.toml").replace("claims.redb", &file.display().to_string());
    match (pipeline_of(&durable), cfg!(feature = "durable")) {
        (Ok(()), true) => assert!(file.exists()),
        (Err(error), false) => assert!(error.to_string().ends_with("the feature durable")),
        (result, _) => panic!("{result:?}"),
    }
}

/// A server would keep such a moment for all processes, and hold every event until then.
#[test]
fn a_store_remembers_from_no_moment_to_come() {
    let given = text("whole.toml");
    let from = |moment: &str| {
        let line = format!("[dedup]\nremembers_from = \"{moment}\"");
        let line_start = given.find("remembers_from").expect("it has one");
        let line_end = line_start + given[line_start..].find('\n').expect("a line");
        let without = format!("{}{}", &given[..line_start], &given[line_end..]);
        pipeline_of(&without.replacen("[dedup]", &line, 1))
    };
    from("2026-11-01T00:00:00Z").expect("it has passed");
    let error = from("2062-11-23T00:00:00Z").expect_err("it has not come");
    assert!(error.to_string().starts_with("dedup.remembers_from is in the future"), "{error}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let whole = text("whole.toml");
    let cases = [
        ("data_set", "dataset", "unknown field `dataset`, expected one of"),
        (
            "\"send\"\ngrants",
            "\"drop\"\ngrants",
            "unknown variant `drop`, expected `hold` or `send`",
        ),
        ("shadow = false", "shadow = 1", "invalid type: integer `1`, expected a boolean"),
        ("dedup = { file = \"key\" }", "dedup = \"s3cret\"", "expected { env = \"NAME\" }"),
        (
            "to = \"meta\"",
            "to = \"facebook\"",
            "invalid value: string \"facebook\", expected a platform's name",
        ),
        ("pixel_id = \"1234567890\", ", "", "destination meta: the account lacks the key pixel_id"),
        (
            "2026-12-01T00:00:00Z",
            "tomorrow",
            "invalid value: string \"tomorrow\", expected a moment",
        ),
        (
            "\"DE\"",
            "\"Atlantis\"",
            "invalid value: string \"Atlantis\", expected a country's two letters",
        ),
        ("\"10.0.0.0/8\"", "\"ten\"", "expected networks such as 10.0.0.0/8"),
        (
            "hold_secs = 120",
            "hold_secs = 0",
            "invalid value: integer `0`, expected a number from 1 to 3600",
        ),
        ("windows.tiktok", "windows.tok", "expected a destination such as meta"),
        ("[\"datacenter\"]", "[\"cloud\"]", "unknown class `cloud`, expected one of abuse"),
        ("format = \"aws\"", "format = \"csv\"", "unknown variant `csv`, expected one of"),
        ("\"mail.example\"", "\"mail\"", "invalid value: string \"mail\", expected a domain"),
        ("[dedup.store.memory]", "[dedup.store.disk]", "unknown variant `disk`, expected one of"),
    ];
    for (right, wrong, expected) in cases {
        let start = whole.find(right).expect(right);
        let text = [&whole[..start], wrong, &whole[start + right.len()..]].concat();
        let error = pipeline_of(&text).expect_err(wrong).to_string();
        let line = whole[..start].matches('\n').count() + 1;
        // What is missing is said of the entry that lacks it.
        let (place, message) = error.split_once(": ").expect("a line and a message");
        let told: usize = place.strip_prefix("line ").expect(&error).parse().expect(&error);
        assert!((told..told + 3).contains(&line), "{error} instead of line {line}");
        assert!(message.starts_with(expected), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
}

/// The error and its causes, as a program prints them.
fn chain(error: &ConfigError) -> String {
    let causes = std::iter::successors(Some(error as &dyn Error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[test]
fn a_file_at_fault_is_named_and_what_is_wrong_with_it_is_its_cause() {
    let whole = text("whole.toml");
    for (right, wrong, expected) in [
        (
            "\"policy.toml\"",
            "\"cmp-list.json\"",
            "cmp-list.json: the consent policy can't be used: policy line 1",
        ),
        (
            "\"vendor-list.json\"",
            "\"key\"",
            "key: the Global Vendor List can't be used: not a vendor list: line 1, column ",
        ),
        (
            "\"vendor-list.json\"",
            "\"vendor-twice.json\"",
            "vendor-twice.json: the Global Vendor List can't be used: vendor 755 comes twice",
        ),
        (
            "\"cmp-list.json\"",
            "\"key\"",
            "key: TCF's list of consent platforms can't be used: not a CMP list: line 1, column ",
        ),
        (
            "\"aws.json\"",
            "\"key\"",
            "key: the feed of addresses can't be used: can't be read as this format",
        ),
        (
            "\"agents.tsv\"",
            "\"key\"",
            "bot_data.user_agents: the tables can't be used: user-agent table: row at line 1",
        ),
        (
            "chromium_builds = \"builds.tsv\"\n",
            "",
            "bot_data.user_agents needs bot_data.chromium_builds",
        ),
        // Without a row nothing would be found any more.
        (
            "user_agents = [\"agents.tsv\"]\n",
            "",
            "bot_data.chromium_builds needs bot_data.user_agents",
        ),
        ("\"agents.tsv\"", "\"comments.txt\"", "comments.txt: there is no row in it"),
        ("\"builds.tsv\"", "\"comments.txt\"", "comments.txt: there is no row in it"),
        ("\"disposable.txt\"", "\"comments.txt\"", "comments.txt: there is no row in it"),
        ("operator = \"examplebot\"\n", "", "bot_data.ip.crawlers needs operator"),
        ("\"health\"", "\"helth\"", "the site's vertical is none that the consent policy knows"),
        (
            "\"health\"",
            "\"finance, helth\"",
            "the site's vertical is none that the consent policy knows",
        ),
        ("\"disposable.txt\"", "\"whole.toml\"", "bot_data.mail: the lists can't be used: "),
        ("\"aws.json\"", "\"no-such-file\"", "no-such-file: entity not found"),
        (
            "{ file = \"key\" }",
            "{ env = \"PREDISPATCH_NO_SUCH_KEY\" }",
            "environment variable PREDISPATCH_NO_SUCH_KEY is not there",
        ),
        (
            "{ file = \"key\" }",
            "{ file = \"agents.tsv\" }",
            "file agents.tsv holds 30 bytes; a key needs at least 32",
        ),
    ] {
        assert!(whole.contains(right), "{right}");
        let error = pipeline_of(&whole.replacen(right, wrong, 1)).expect_err(wrong);
        let told = chain(&error);
        assert!(told.contains(expected), "{told} instead of {expected}");
    }
    let twice = format!("{whole}{}", &whole[whole.rfind("[[dest").expect("it has one")..]);
    let error = pipeline_of(&twice).expect_err("twice").to_string();
    assert!(error.starts_with("google:ga4 is there twice"), "{error}");
}

/// What stands where a table belongs may be what belongs in it.
#[test]
fn no_error_quotes_a_secret() {
    let whole = text("whole.toml");
    let start = whole.find("[dedup.store.memory]").expect("it has one");
    let (before, after) = (&whole[..start], &whole[whole.find("[[dest").expect("it has one")..]);
    let keys = whole.find("[keys]").expect("it has one");
    let events = whole.find("[events]").expect("it has one");
    for text in [
        format!("{before}[dedup.store]\nredis = 'redis://:s3cret@127.0.0.1'\n{after}"),
        format!("{before}[dedup.store]\nredis = {{ url = 'redis://:s3cret@127.0.0.1' }}\n{after}"),
        format!("{before}[dedup.store]\n'redis://:s3cret@127.0.0.1' = {{}}\n{after}"),
        format!("{before}store = 'redis://:s3cret@127.0.0.1'\n{after}"),
        format!("{}keys = 's3cret'\n{}", &whole[..keys], &whole[events..]),
        format!("{}keys = ['s3cret']\n{}", &whole[..keys], &whole[events..]),
        whole.replacen("{ env = \"META_TOKEN\" }", "'s3cret'", 1),
        whole.replacen("{ env = \"META_TOKEN\" }", "s3cret", 1),
        whole.replacen("{ env = \"META_TOKEN\" }", "['s3cret']", 1),
        whole.replacen("{ env = \"META_TOKEN\" }", "{ env = 's3cret', value = 's3cret' }", 1),
        whole.replacen("account = { tag_id = \"12345678\" }", "account = 's3cret'", 1),
    ] {
        assert!(text.contains("s3cret"));
        let error = pipeline_of(&text).expect_err(&text);
        assert!(matches!(error, ConfigError::Toml { line: Some(_), .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}

fn schema() -> Value {
    let text = include_str!("../../schema/config.json");
    serde_json::from_str(text).expect("the schema is JSON")
}

/// Which keys of a table, and of those in it, an example has.
fn keys_of(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                found.insert(key.clone());
                keys_of(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| keys_of(value, found)),
        _ => {}
    }
}

#[test]
fn the_examples_have_every_key_and_every_destination() {
    let mut shown = BTreeSet::new();
    for name in ["whole.toml", "durable.toml", "redis.toml"] {
        keys_of(&as_json(&text(name)), &mut shown);
    }
    let schema = schema();
    walk(&schema, &schema, &mut Vec::new(), &mut |path, own| {
        for key in own.keys() {
            assert!(shown.contains(key), "no example has {key} of {path:?}");
        }
    });
    let whole = Config::read(folder().join("whole.toml")).expect("it is whole");
    let to: BTreeSet<_> =
        whole.destination.iter().map(|entry| entry.account.destination().to_string()).collect();
    let meaning = &schema["properties"]["destination"]["items"]["properties"]["to"]["description"];
    let named = meaning.as_str().expect("a text").split('`').skip(1).step_by(2);
    assert_eq!(to, named.map(str::to_owned).collect());
}

/// It is commented out, so that nobody copies an exemption without a proof.
#[test]
fn the_policys_example_of_an_exemption_is_one() {
    let policy = text("policy.toml");
    let start = policy.find("# [[exemption]]").expect("it has one");
    let example = policy[start..].lines().map(|line| line.trim_start_matches("# "));
    let open = [&policy[..start], &example.collect::<Vec<_>>().join("\n")].concat();
    predispatch::consent::Policy::bundled().overlay(&open).expect("it is sound");
}

fn as_json(toml: &str) -> Value {
    let table: toml::Table = toml.parse().expect("it is TOML");
    serde_json::to_value(table).expect("TOML is JSON here")
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
    for text in [text("whole.toml"), with_store("durable.toml"), with_store("redis.toml")] {
        let instance = as_json(&text);
        let faults: Vec<_> = validator.iter_errors(&instance).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }
    let whole = text("whole.toml");
    for (right, wrong) in [
        ("data_set", "dataset"),
        ("\"send\"\ngrants", "\"drop\"\ngrants"),
        ("hold_secs = 120", "hold_secs = 0"),
        ("format = \"aws\"", "format = \"csv\""),
        ("dedup = { file = \"key\" }", "dedup = \"s3cret\""),
    ] {
        assert!(!validator.is_valid(&as_json(&whole.replacen(right, wrong, 1))), "{wrong}");
    }
}

/// Each table of the schema has exactly the keys that the reader knows: an unknown key makes the
/// reader list them.
#[test]
fn the_schema_has_the_readers_keys() {
    let schema = schema();
    let mut tables = 0;
    walk(&schema, &schema, &mut Vec::new(), &mut |path, own| {
        let mut config = json!({
            "keys": {"dedup": {"env": "X"}},
            "destination": [{"to": "meta", "account": {"pixel_id": "1"}}],
        });
        let mut place = &mut config;
        for step in path {
            place = match step.as_str() {
                "[]" => {
                    if !place.is_array() {
                        *place = json!([{}]);
                    }
                    &mut place[0]
                }
                key => &mut place[key],
            };
        }
        if !place.is_object() {
            *place = json!({});
        }
        place["no_such_key"] = json!(true);
        // The unknown key alone, so that nothing that is missing is found first.
        let text = toml::to_string(&config).expect("it is TOML");
        let error = text.parse::<Config>().expect_err("there is no such key").to_string();
        let (_, known) = error.split_once("expected").expect(&error);
        let known: BTreeSet<_> = known.split('`').skip(1).step_by(2).collect();
        let own: BTreeSet<_> = own.keys().map(String::as_str).collect();
        assert_eq!(own, known, "{path:?}: {error}");
        tables += 1;
    });
    assert!(tables >= 18, "only {tables} tables were compared");
}

/// Calls `see` for every table with fixed keys.
fn walk(
    root: &Value,
    node: &Value,
    path: &mut Vec<String>,
    see: &mut impl FnMut(&[String], &Map<String, Value>),
) {
    if let Some(name) = node["$ref"].as_str() {
        // A secret's keys are told by an error of its own, which quotes nothing.
        if name != "#/$defs/secret" {
            let target = root.pointer(name.trim_start_matches('#')).expect(name);
            walk(root, target, path, see);
        }
        return;
    }
    if let Some(properties) = node["properties"].as_object() {
        see(path, properties);
        for (key, inner) in properties {
            path.push(key.clone());
            walk(root, inner, path, see);
            path.pop();
        }
    }
    if node["additionalProperties"].is_object() {
        path.push("meta".to_owned());
        walk(root, &node["additionalProperties"], path, see);
        path.pop();
    }
    if node["items"].is_object() {
        path.push("[]".to_owned());
        walk(root, &node["items"], path, see);
        path.pop();
    }
}
