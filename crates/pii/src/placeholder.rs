//! Values that stand for "nothing was given". Hashed and sent, they only teach a platform noise.

use std::sync::LazyLock;

use predispatch_types::Sha256Digest;

/// Whether a whole value, trimmed, is a word that programs and forms write for "nothing".
///
/// Only words that are nobody's name, town or id: `Na` is a family name, `None` a village, `Null`
/// a surname that forms have mistaken for decades, but as a value `null` is nearly always a
/// program's. Case is ignored.
pub(crate) fn is_placeholder(text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref();
    // Every identifier is asked, and next to none begins like a word of its length.
    let begins = text.first().is_some_and(|first| {
        BEGINNINGS.get(text.len()).is_some_and(|all| all & bit(first.to_ascii_lowercase()) != 0)
    });
    begins && WORDS.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(text))
}

/// Whether an address is one that people and test suites type when they give none: the same filler
/// before the at sign and as the host (`test@test.com`), or `null`/`undefined` as
/// its user. Case is ignored.
pub(crate) fn is_placeholder_email(local: &[u8], host: &[u8]) -> bool {
    if local.len() > LONGEST_USER {
        return false;
    }
    let is = |text: &[u8], word: &str| text.eq_ignore_ascii_case(word.as_bytes());
    if let Some((start, rest)) = host.split_at_checked(local.len())
        && start.eq_ignore_ascii_case(local)
        && let Some((b'.', suffix)) = rest.split_first()
        && FILLERS.iter().any(|filler| is(local, filler))
    {
        return SUFFIXES.iter().any(|known| is(suffix, known));
    }
    USERS.iter().any(|word| is(local, word))
        || EMAILS.iter().any(|(user, of)| is(local, user) && is(host, of))
}

/// Whether a digest is that of nothing or of a placeholder.
pub(crate) fn is_hash_of_placeholder(hash: &Sha256Digest) -> bool {
    HASHES.binary_search(hash).is_ok()
}

static HASHES: LazyLock<Vec<Sha256Digest>> = LazyLock::new(|| {
    let upper = WORDS.iter().map(|word| word.to_ascii_uppercase());
    let title = WORDS.iter().map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    let emails = FILLERS.iter().flat_map(|filler| {
        SUFFIXES.iter().flat_map(move |suffix| {
            let lower = format!("{filler}@{filler}.{suffix}");
            [lower.to_ascii_uppercase(), lower]
        })
    });
    let users = USERS.iter().map(|user| format!("{user}@example.com"));
    let pairs = EMAILS.iter().map(|(user, host)| format!("{user}@{host}"));
    let plain = WORDS
        .iter()
        .chain(&["", " ", "[object Object]", "NaN", "false", "true", "{}", "[]", "\"\"", "''"])
        .map(|&word| word.into());
    let texts = plain.chain(upper).chain(title).chain(emails).chain(users).chain(pairs);
    let zeros = (1..=15).map(|digits| "0".repeat(digits));
    let plus_zeros = (1..=15).map(|digits| format!("+{}", "0".repeat(digits)));
    let ids = ["00000000-0000-0000-0000-000000000000".to_owned()];
    let mut hashes: Vec<_> = texts
        .chain(zeros)
        .chain(plus_zeros)
        .chain(ids)
        .map(|text| Sha256Digest::of(text.as_bytes()))
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
});

/// What programs and forms write for nothing. Lower case.
const WORDS: &[&str] = &[
    "null",
    "(null)",
    "undefined",
    "(undefined)",
    "none",
    "nil",
    "nan",
    "n/a",
    "n.a.",
    "#n/a",
    "not available",
    "not applicable",
    "not provided",
    "not set",
    "(not set)",
    "unknown",
    "anonymous",
    "anonymized",
    "redacted",
    "[redacted]",
    "<redacted>",
    "[object object]",
    "-",
    "--",
    ".",
    "test",
    "xxx",
];

const LONGEST_WORD: usize = 15;

/// The first letters of the words, as bits, by the words' length.
#[expect(
    clippy::indexing_slicing,
    reason = "in a constant: a word that does not fit is no program"
)]
const BEGINNINGS: [u128; LONGEST_WORD + 1] = {
    let mut all = [0; LONGEST_WORD + 1];
    let mut left = WORDS;
    while let [word, rest @ ..] = left {
        let word = word.as_bytes();
        all[word.len()] |= bit(word[0]);
        left = rest;
    }
    all
};

/// None for what is not ASCII.
const fn bit(byte: u8) -> u128 {
    if byte.is_ascii() { 1 << byte } else { 0 }
}

/// `X@X.SUFFIX` with one of these is a filler.
const FILLERS: &[&str] = &[
    "test",
    "none",
    "null",
    "undefined",
    "no",
    "na",
    "noemail",
    "nomail",
    "email",
    "fake",
    "foo",
    "asdf",
    "qwerty",
    "a",
    "aa",
    "aaa",
    "x",
    "xx",
    "xxx",
    "123",
    "user",
    "example",
];

/// The suffixes that people type after a filler. Not every one: `mail@mail.ru` is a mailbox.
const SUFFIXES: &[&str] =
    &["com", "net", "org", "de", "fr", "it", "es", "co.uk", "io", "test", "example", "invalid"];

/// Users that stand for none at any host.
const USERS: &[&str] = &["null", "undefined", "(null)"];

/// Other addresses that stand for none.
const EMAILS: &[(&str, &str)] = &[
    ("foo", "bar.com"),
    ("no", "email.com"),
    ("no-email", "example.com"),
    ("noemail", "example.com"),
    ("none", "example.com"),
    ("not", "available.com"),
    ("nobody", "nowhere.com"),
    ("your", "email.com"),
    ("name", "domain.com"),
    ("your-email", "example.com"),
    ("a", "b.c"),
    ("a", "b.com"),
    ("a", "a.a"),
];

const LONGEST_USER: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_names_are_not() {
        for word in ["null", "NULL", "Undefined", "[object Object]", "N/A"] {
            assert!(is_placeholder(word), "{word}");
        }
        for word in WORDS {
            assert!(is_placeholder(word) && is_placeholder(word.to_ascii_uppercase()), "{word}");
        }
        for name in ["Na", "Testa", "Nulli", "Nilsson", "Anne", ""] {
            assert!(!is_placeholder(name), "{name}");
        }
        assert!(WORDS.iter().all(|word| word.len() <= LONGEST_WORD));
        assert!(FILLERS.iter().all(|filler| filler.len() <= LONGEST_USER));
        assert!(EMAILS.iter().all(|(user, _)| user.len() <= LONGEST_USER));
    }

    #[test]
    fn digests_of_placeholders_are_known() {
        for text in ["", "null", "NULL", "Null", "test@test.com", "foo@bar.com", "0000000000"] {
            assert!(is_hash_of_placeholder(&Sha256Digest::of(text.as_bytes())), "{text}");
        }
        assert!(!is_hash_of_placeholder(&Sha256Digest::of(b"ada@example.com")));
    }
}
