//! Keys that the schema does not have and that may be meant for one which restricts.
//!
//! Lenient reading keeps what it does not know aside. Of these it can't: left out they would widen what
//! may be done with the event. Source: `docs/sources/event.md#reading` (ours).

use crate::error::Pointer;

/// Whether `key` in the object at `parent` is, but for case, `-`, `_`, spaces and one final `s`, a key
/// of the schema whose loss widens: who reports, to whom it may go, what the person said, who and where
/// they are, what it is about.
pub(super) fn is_nearly_a_restriction(parent: Pointer, key: &str) -> bool {
    let restrictions: &[&str] = if parent == Pointer::ROOT {
        &EVENT
    } else if parent == Pointer::ROOT.key("client") {
        &["headers"]
    } else if parent == Pointer::ROOT.key("app") {
        &["advertiser_tracking_enabled", "application_tracking_enabled"]
    } else {
        return false;
    };
    let key = bare(key);
    restrictions.iter().any(|known| bare(known) == key)
}

/// Whether a key of `user` that is not in the schema tells of the person's age.
pub(super) fn tells_age(key: &str) -> bool {
    let key: String = letters(key).collect();
    let has_part = ["birth", "bday"].iter().any(|part| key.contains(part));
    // Not in the middle of a word: of `adobe_id`.
    let is_short = key.starts_with("dob") || key.ends_with("dob");
    has_part || is_short || ["age", "minor"].contains(&key.as_str())
}

fn bare(key: &str) -> String {
    let mut bare: String = letters(key).collect();
    if bare.ends_with('s') {
        bare.pop();
    }
    bare
}

fn letters(key: &str) -> impl Iterator<Item = char> {
    key.chars().filter(|sign| !"-_ ".contains(*sign)).map(|sign| sign.to_ascii_lowercase())
}

const EVENT: [&str; 9] = [
    "app",
    "client",
    "consent",
    "destinations",
    "jurisdiction",
    "person",
    "source",
    "user",
    "vertical",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restriction_is_seen_in_other_spellings_and_nothing_else_is() {
        let client = Pointer::ROOT.key("client");
        for (parent, key) in [
            (Pointer::ROOT, "Consent"),
            (Pointer::ROOT, "consents"),
            (Pointer::ROOT, "Vertical"),
            (Pointer::ROOT, "verticals"),
            (Pointer::ROOT, "destination"),
            (Pointer::ROOT, " JURISDICTION_"),
            (Pointer::ROOT, "Persons"),
            (client, "header"),
            (client, "Headers"),
            (Pointer::ROOT.key("app"), "advertiserTrackingEnabled"),
            (Pointer::ROOT.key("app"), "application-tracking-enabled"),
        ] {
            assert!(is_nearly_a_restriction(parent, key), "{key}");
        }
        for (parent, key) in [
            (Pointer::ROOT, "emial"),
            (Pointer::ROOT, ""),
            (Pointer::ROOT, "s"),
            (Pointer::ROOT, "header"),
            (Pointer::ROOT, "consentss"),
            (Pointer::ROOT.key("custom_data"), "Consent"),
            (client, "consent"),
        ] {
            assert!(!is_nearly_a_restriction(parent, key), "{key}");
        }
    }

    #[test]
    fn keys_that_tell_an_age() {
        for key in ["dob", "DOB", "userDob", "dob_year", "birthday", "Birth-Date", "bday", "age"] {
            assert!(tells_age(key), "{key}");
        }
        for key in ["", "adobe_id", "shoe", "page", "ages_ago"] {
            assert!(!tells_age(key), "{key}");
        }
    }
}
