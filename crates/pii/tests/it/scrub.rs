//! Vectors of `scrub_url` and `scrub_text`, and what must hold for every input.

use predispatch_pii::{ScrubbedUrl, UrlError, UrlOptions, UrlPolicy, scrub_text, scrub_url};
use serde::Deserialize;

mod properties;

const URL_CASES: usize = 74;
const CATCHES: usize = 139;
const SURVIVORS: usize = 98;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Urls {
    case: Vec<Url>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Url {
    name: String,
    url: String,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    cut_path: bool,
    #[serde(default)]
    allow: Vec<String>,
    /// Absent where nothing changes.
    want: Option<String>,
    #[serde(default)]
    removed: Vec<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    catch: Vec<Catch>,
    survive: Vec<Survivor>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catch {
    text: String,
    want: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Survivor {
    text: String,
}

fn rules(url: &ScrubbedUrl<'_>) -> Vec<&'static str> {
    url.removed().iter().map(|removed| removed.as_str()).collect()
}

#[test]
fn urls_come_out_as_listed() {
    let urls: Urls = toml::from_str(include_str!("../data/scrub_url.toml")).unwrap();
    let mut failures = Vec::new();
    for case in &urls.case {
        let policy = if case.strict { UrlPolicy::Strict } else { UrlPolicy::Standard };
        let options = UrlOptions::new(policy);
        let options = case.allow.iter().fold(options, |options, key| options.allow(key));
        let options = if case.cut_path { options.cut_path() } else { options };
        let came = match scrub_url(&case.url, &options) {
            Ok(url) => (url.as_str().to_owned(), rules(&url).join(" "), None),
            Err(error) => (String::new(), String::new(), Some(error.code().to_owned())),
        };
        let want = match &case.error {
            Some(code) => (String::new(), String::new(), Some(code.clone())),
            None => (case.want.as_ref().unwrap_or(&case.url).clone(), case.removed.join(" "), None),
        };
        if came != want {
            failures.push(format!("{}\n  came {came:?}\n  want {want:?}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(urls.case.len(), URL_CASES);
}

#[test]
fn texts_are_masked_as_listed_and_survivors_survive() {
    let texts: Texts = toml::from_str(include_str!("../data/scrub_text.toml")).unwrap();
    let mut failures = Vec::new();
    for case in &texts.catch {
        let masked = scrub_text(&case.text);
        if masked.as_str() != case.want {
            failures.push(format!("{:?}\n  came {:?}", case.text, masked.as_str()));
        }
    }
    for case in &texts.survive {
        let masked = scrub_text(&case.text);
        if masked.as_str() != case.text {
            failures.push(format!("survivor {:?}\n  came {:?}", case.text, masked.as_str()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(texts.catch.len(), CATCHES);
    assert_eq!(texts.survive.len(), SURVIVORS);
}

/// Item names and order numbers as values of parameters: no over-redaction there either.
#[test]
fn survivors_survive_as_values_of_parameters() {
    let texts: Texts = toml::from_str(include_str!("../data/scrub_text.toml")).unwrap();
    for case in &texts.survive {
        let value: String = url::form_urlencoded::byte_serialize(case.text.as_bytes()).collect();
        let raw = format!("https://shop.example.com/p?item={value}&utm_content={value}&gclid=AbC");
        let url = scrub_url(&raw, &UrlOptions::STANDARD).unwrap();
        assert_eq!(url.as_str(), raw, "{}", case.text);
    }
}

/// A segment that begins with a backslash ends the host; its replacement would not.
#[test]
fn a_cut_that_grows_into_the_host_is_looked_at_again() {
    let raw = "https://shop.example.com:80\\ada@example.com";
    assert_eq!(scrub_url(raw, &UrlOptions::STANDARD).map(|_| ()), Err(UrlError::Port));
}

#[test]
fn debug_shows_rules_and_counts_but_no_text() {
    let url = scrub_url("https://shop.example.com/marked?email=x", &UrlOptions::STANDARD).unwrap();
    assert_eq!(format!("{url:?}"), "ScrubbedUrl { url: <redacted>, removed: [Query(Email)] }");
    let text = scrub_text("marked ada@example.com");
    assert_eq!(format!("{text:?}"), "ScrubbedText { text: <redacted>, total: 1 }");
}
