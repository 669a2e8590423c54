//! The search key of a place name: what is left when spelling habits are taken away.
//!
//! Dropped: case, accents, punctuation, white space and an English article at either end ("The
//! Gambia", "Bahamas, The"). Full-width and other compatibility forms become the plain ones. The
//! keys of the committed tables are made by the same rules in `scripts/refresh-type-data`; the tests
//! here read them back.

use unicode_normalization::UnicodeNormalization;

/// A folded name.
pub(crate) struct Folded {
    text: String,
    /// Nothing was dropped but dots and white space.
    plain: bool,
}

impl Folded {
    /// The key to look up.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The key, if it may be meant as a code: `N.Y.` and `ＵＳ` may, but not `Mỹ`, which only looks
    /// like `MY` once its accent is gone, nor `n/a`.
    pub(crate) fn as_code(&self) -> Option<&str> {
        (self.plain && is_code(&self.text)).then_some(&self.text)
    }
}

/// One to three ASCII letters and digits, the shape of every code behind the country's.
pub(crate) fn is_code(text: &str) -> bool {
    matches!(text.len(), 1..=3) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Folds a name. Time and size are linear in the input, so callers limit its length first.
pub(crate) fn fold(name: &str) -> Folded {
    let name = without_article(name);
    if name.is_ascii() { fold_ascii(name) } else { fold_unicode(name) }
}

/// Most names in forms are ASCII; this path needs no Unicode tables.
fn fold_ascii(name: &str) -> Folded {
    let mut plain = true;
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '&' => {
                plain = false;
                text.push_str("and");
            }
            _ if letter.is_ascii_alphanumeric() => text.push(letter.to_ascii_lowercase()),
            _ => plain &= is_plain_gap(letter),
        }
    }
    Folded { text, plain }
}

fn fold_unicode(name: &str) -> Folded {
    let mut plain = true;
    let mut kept = String::with_capacity(name.len());
    for letter in name.nfkd().flat_map(char::to_lowercase) {
        if is_accent(letter) {
            plain = false;
        } else if let Some(letters) = spelled_out(letter) {
            plain = false;
            kept.push_str(letters);
        } else if letter.is_alphanumeric() {
            kept.push(letter);
        } else {
            plain &= is_plain_gap(letter);
        }
    }
    // Composed again, because decomposed Korean is three times as long.
    Folded { text: kept.nfc().collect(), plain }
}

/// What stands between the letters of a dotted abbreviation.
fn is_plain_gap(letter: char) -> bool {
    letter == '.' || letter.is_whitespace()
}

/// Marks that writers leave out: Latin, Greek and Cyrillic accents, Arabic vowel signs, hamza and
/// tatweel. Vowel signs of Indian scripts and Thai are letters of the word, so they stay.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Letters that compatibility decomposition leaves whole, as they are written without them.
fn spelled_out(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ð' | 'đ' => "d",
        'ł' => "l",
        'ı' => "i",
        'þ' => "th",
        'ħ' => "h",
        'ς' => "σ",
        '&' => "and",
        _ => return None,
    })
}

fn without_article(name: &str) -> &str {
    let name = name.trim();
    let name = match name.split_at_checked(3) {
        Some((the, rest)) if is_the(the) && rest.starts_with(char::is_whitespace) => {
            rest.trim_start()
        }
        _ => name,
    };
    inverted_article(name).unwrap_or(name)
}

/// `Bahamas` of "Bahamas, The" and "Bahamas (the)".
fn inverted_article(name: &str) -> Option<&str> {
    let open = name.strip_suffix(')').unwrap_or(name);
    let (rest, the) = open.split_at_checked(open.len().checked_sub(3)?)?;
    is_the(the).then_some(rest.trim_end())?.strip_suffix([',', '('])
}

fn is_the(word: &str) -> bool {
    word.eq_ignore_ascii_case("the")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(name: &str) -> String {
        fold(name).text
    }

    #[test]
    fn spelling_habits_do_not_count() {
        for (name, folded) in [
            ("U.S.A.", "usa"),
            ("  the  Netherlands ", "netherlands"),
            ("Bahamas, The", "bahamas"),
            ("Gambia (the)", "gambia"),
            ("Theodosia", "theodosia"),
            ("the", "the"),
            ("Trinidad & Tobago", "trinidadandtobago"),
            ("Côte d’Ivoire", "cotedivoire"),
            ("ÖSTERREICH", "osterreich"),
            ("Łódź", "lodz"),
            ("İstanbul ısparta", "istanbulisparta"),
            ("ΕΛΛΆΣ", "ελλασ"),
            ("Ｕｎｉｔｅｄ　Ｓｔａｔｅｓ", "unitedstates"),
            ("ﾆｯﾎﾟﾝ", "ニッホン"),
            ("대한민국", "대한민국"),
            (" .,-'() ", ""),
        ] {
            assert_eq!(key(name), folded, "{name:?}");
        }
    }

    #[test]
    fn only_a_name_that_lost_no_more_than_dots_may_be_a_code() {
        assert_eq!(fold("N. Y.").as_code(), Some("ny"));
        assert_eq!(fold("ＵＳ").as_code(), Some("us"));
        for name in ["n/a", "N-Y", "Mỹ", "ßa", "", "ÖS", "CALI", "日本"] {
            assert_eq!(fold(name).as_code(), None, "{name:?}");
        }
    }

    #[test]
    fn both_paths_fold_ascii_alike_and_keys_fold_to_themselves() {
        let mut keys = 0;
        for text in [
            include_str!("../data/country_names.tsv"),
            include_str!("../data/subdivision_names.tsv"),
        ] {
            for row in text.lines().filter(|line| !line.starts_with('#')) {
                let first = row.split('\t').next().unwrap();
                let stored = first.split(' ').next_back().unwrap();
                assert_eq!(key(stored), stored);
                assert_eq!(fold_unicode(stored).text, stored);
                keys += 1;
            }
        }
        assert!(keys > 13_000, "{keys}");
    }

    proptest! {
        #[test]
        fn ascii_needs_no_unicode_tables(name in "[ -~]{0,40}") {
            let (quick, full) = (fold_ascii(&name), fold_unicode(&name));
            prop_assert_eq!(quick.as_code(), full.as_code());
            prop_assert_eq!(quick.text, full.text);
        }

        #[test]
        fn folding_never_panics(name in "\\PC{0,40}|(the|,|\\(|\\)| |&|é|ß){0,12}") {
            let _ = fold(&name);
        }
    }
}
