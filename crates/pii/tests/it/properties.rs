//! Laws that hold for every input.

use predispatch_pii::{DeviceSystem, Email, Format, Hashed, Identifier, Kind, Treatment, Wire};
use predispatch_types::{Country, Sha256Hex};
use proptest::prelude::*;

use crate::ask::{Context, ask};

/// Texts near enough to every kind that most get past the first check, with the letters on which
/// case folding and composition disagree.
fn near_identifiers() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9._+' -]{1,12}@[A-Za-z0-9-]{1,8}\\.[a-z]{2,3}",
        "[A-Za-zÉİΣßẞﬁŉ\u{300}-\u{30c}\u{2bc}’. -]{1,16}",
        "[+0-9() .-]{6,18}",
        "[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}",
        "[A-Za-z0-9 -]{2,10}",
        "[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "[0-9A-Fa-f]{64}",
        "\\PC{0,30}",
    ]
}

fn context() -> impl Strategy<Value = Context> {
    let countries =
        [None, Some(Country::US), Some(Country::GB), Some(Country::IT), Some(Country::JP)];
    let systems = [None, Some(DeviceSystem::Android), Some(DeviceSystem::Ios)];
    (prop::sample::select(countries.to_vec()), prop::sample::select(systems.to_vec()))
        .prop_map(|(country, system)| Context { country, system })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_hash_is_the_sha256_of_the_reported_normal_form(
        raw in near_identifiers(),
        context in context(),
    ) {
        for (kind, format) in every_kind_and_format() {
            let ours = ask(kind, &raw, context, format);
            if let Some((form, hash)) = ours.rsplit_once(' ') {
                prop_assert!(!form.is_empty());
                let hashed = format.treatment(kind) == Treatment::Hashed;
                let expected = if hashed { Sha256Hex::of(form.as_bytes()).as_str().to_owned() } else { "-".to_owned() };
                prop_assert_eq!(hash, expected, "{} {:?}", kind, format);
            } else {
                prop_assert!(ours.starts_with('<'), "{} {:?}: {}", kind, format, ours);
            }
        }
    }

    #[test]
    fn normalising_a_normal_form_changes_nothing(
        raw in near_identifiers(),
        context in context(),
    ) {
        for (kind, format) in every_kind_and_format() {
            let once = ask(kind, &raw, context, format);
            let Some((form, _)) = once.rsplit_once(' ') else { continue };
            // A UUID without its hyphens reads as somebody's MD5: refused, not changed.
            if [32, 40, 64].contains(&form.len()) && form.bytes().all(|b| b.is_ascii_hexdigit()) {
                continue;
            }
            prop_assert_eq!(&ask(kind, &international(kind, form), context, format), &once, "{} {:?}", kind, format);
        }
    }

    #[test]
    fn a_digest_is_never_taken_for_plain_text(digest in "[0-9a-f]{64}") {
        for (kind, format) in every_kind_and_format() {
            prop_assert!(ask(kind, &digest, Context::default(), format).starts_with('<'), "{}", kind);
        }
        let Ok(email) = Email::from_hashed(&digest) else { return Ok(()) };
        for format in Format::ALL {
            prop_assert_eq!(email.wire(format), Ok(Wire::Hash(Hashed::parse(&digest)?.sha256())));
            prop_assert!(email.normal_form(format).is_err());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), context in context()) {
        let raw = String::from_utf8_lossy(&bytes);
        for (kind, format) in every_kind_and_format() {
            ask(kind, &raw, context, format);
        }
    }
}

fn every_kind_and_format() -> impl Iterator<Item = (Kind, Format)> {
    Kind::ALL.into_iter().flat_map(|kind| Format::ALL.into_iter().map(move |format| (kind, format)))
}

/// The one form that does not read back by itself: digits without the `+` are a national number.
fn international(kind: Kind, form: &str) -> String {
    match kind {
        Kind::Phone if !form.starts_with('+') => format!("+{form}"),
        _ => form.to_owned(),
    }
}
