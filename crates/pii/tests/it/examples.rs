//! Inputs on which published SDKs differ from the platforms' pages.

use predispatch_pii::{Email, Format, Hashed, Kind};
use predispatch_types::Country;
use serde::Deserialize;

use crate::ask::{Context, ask};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    example: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    number: u32,
    platform: String,
    product: Option<String>,
    kind: String,
    value: String,
    country: Option<String>,
    expected: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    why: Option<String>,
}

#[test]
fn every_example_comes_out_as_the_platform_says() {
    let file: File = toml::from_str(include_str!("../data/documented_examples.toml")).unwrap();
    for example in &file.example {
        let kind: Kind = example.kind.parse().unwrap();
        let platform = example.platform.parse().unwrap();
        let format = Format::of(platform, example.product.as_deref()).unwrap();
        let country = example.country.as_deref().map(|name| Country::parse(name).unwrap());
        let context = Context { country, system: None };
        let ours = if Hashed::is_digest(&example.value) {
            Email::from_hashed(&example.value)
                .map_or_else(|e| format!("<{}>", e.code()), |_| String::new())
        } else {
            ask(kind, &example.value, context, format)
        };
        let form = ours.rsplit_once(' ').map_or(ours.as_str(), |(form, _)| form);
        assert_eq!(form, example.expected, "example {} at {}", example.number, example.platform);
    }
    assert_eq!(file.example.len(), 66);
}
