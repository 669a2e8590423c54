//! `docs/codes.md` lists every code of this crate, and nothing else of it.

use std::collections::BTreeMap;

use predispatch_consent::{
    Attestation, Destination, EventKey, Flags, Permit, Policy, Reason, UnknownDestination,
};
use predispatch_types::{Platform, Timestamp};

fn listed() -> BTreeMap<String, String> {
    let list = include_str!("../../../../docs/codes.md");
    let start = list.find("## `predispatch-consent`").unwrap();
    let section = list[start + 2..].split("\n## ").next().unwrap();
    let row = |line: &str| {
        let (code, meaning) = line.strip_prefix("| `")?.split_once("` | ")?;
        Some((code.to_owned(), meaning.trim_end_matches(" |").to_owned()))
    };
    section.lines().filter_map(row).collect()
}

#[test]
fn every_reason_is_listed_with_its_sentence() {
    let listed = listed();
    for reason in Reason::ALL {
        let code = reason.code();
        assert_eq!(listed.get(code).map(String::as_str), Some(reason.sentence()), "{code}");
    }
}

#[test]
fn every_error_is_listed_and_nothing_else() {
    let at = Timestamp::from_unix_secs;
    let event = EventKey::of_content(b"one");
    let permit = |to: Destination| {
        let basis = Attestation::new("a test").unwrap();
        Permit::attested(basis, to, event, Flags::new(), at(10)..=at(20))
    };
    let refused = |asked: &str, event, now| {
        let permit = permit(Platform::Google.into());
        permit.authorise(asked.parse().unwrap(), event, at(now)).unwrap_err().code()
    };
    let attestation = |text: &str| Attestation::new(text).unwrap_err().code();
    let policy = |text: &str| Policy::bundled().overlay(text).unwrap_err().kind().code();
    let profiles: String = (0..40).map(|at| format!("[profile.p{at}]\n")).collect();
    let mut codes = vec![
        refused("google", event, 21),
        refused("google", event, 9),
        refused("meta", event, 15),
        refused("google", EventKey::of_content(b"two"), 15),
        refused("google:ga4", event, 15),
        attestation("\n."),
        attestation(""),
        attestation(&"a".repeat(257)),
        policy("version = \"v\"\n[switches]\nminimum_age = 300"),
        policy(""),
        policy("["),
        policy(&format!("version = \"v\"\n{profiles}")),
        policy("version = \"v\"\nx = 1"),
        policy("version = 1"),
    ];
    // It says what the reason of the same code says.
    let unknown = UnknownDestination::code("facebook".parse::<Destination>().unwrap_err());
    assert_eq!(unknown, Reason::DESTINATION_UNKNOWN.code());
    codes.extend(Reason::ALL.iter().map(|reason| reason.code()));
    codes.sort_unstable();
    assert!(listed().keys().eq(&codes), "{codes:?}");
}
