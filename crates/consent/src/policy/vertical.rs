//! Words for regulated subjects, as sites write them.

/// The subjects that `text` names: a site's own and the event's, for one.
pub(crate) fn subjects(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '/', '|', '+', '&']).filter(|subject| !subject.trim().is_empty())
}

/// The names under which a policy may know a subject: each run of its words. Case, and what stands
/// between the words, does not count.
pub(crate) fn words(subject: &str) -> Vec<Box<str>> {
    let words: Vec<&str> = parts(subject).collect();
    let mut runs = Vec::new();
    for start in 0..words.len() {
        let rest = words.iter().skip(start).take(MAX_WORDS);
        let mut run = String::new();
        for word in rest {
            if !run.is_empty() {
                run.push('_');
            }
            run.push_str(&word.to_ascii_lowercase());
            runs.push(run.as_str().into());
        }
    }
    runs
}

/// Whether a subject in `text` is the vertical `name`, as a whole or as some words among several:
/// "health insurance" names both.
pub(super) fn names(text: &str, name: &str) -> bool {
    subjects(text).any(|subject| has_run(subject, name))
}

/// Whether this can be a vertical's name: words of lower-case letters with one underscore between two.
pub(super) fn is_name(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    name.split('_').all(is_word) && name.split('_').count() <= MAX_WORDS
}

/// Whether the words of `name` follow one another in `subject`.
fn has_run(subject: &str, name: &str) -> bool {
    let mut rest = parts(subject);
    loop {
        let mut here = rest.clone();
        if name.split('_').all(|word| here.next().is_some_and(|p| p.eq_ignore_ascii_case(word))) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

fn parts(subject: &str) -> impl Iterator<Item = &str> + Clone {
    subject.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

/// Of a name. Each run of so many words of a subject that is not known is kept as a digest.
pub(super) const MAX_WORDS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_by_which_a_text_names_a_vertical() {
        for text in [
            "health",
            " Health-Insurance ",
            "sexual life",
            "a/b, sexual_life",
            "health, sexual life",
            "insurance;Sexual-Life",
            "news: Sexual  Life toys",
            "a b c d e",
            "--",
            "\u{c9}t\u{e9}",
        ] {
            let words: Vec<_> = subjects(text).flat_map(words).collect();
            for name in [
                "health",
                "insurance",
                "sexual_life",
                "sexual",
                "life",
                "life_toys",
                "news_life",
                "a",
                "b",
                "a_b_c_d",
                "b_c_d_e",
                "health_insurance",
            ] {
                assert_eq!(
                    words.iter().any(|word| **word == *name),
                    names(text, name),
                    "{text}: {name}"
                );
            }
        }
        assert!(names("health insurance", "health") && names("health insurance", "insurance"));
        assert!(!names("accreditation", "credit"));
        assert!(
            names("credit, sexual life", "sexual_life") && names("credit, sexual life", "credit")
        );
    }

    #[test]
    fn a_name_of_two_words_is_found_among_others() {
        for text in [
            "sexual life products",
            "Sexual Life / Wellness: sexual life toys",
            "Wellness: sexual life toys",
            "sexual  life",
            "sexual.life",
            "sexual \u{2013} life",
            "sexual\u{a0}life",
            "SEXUAL_LIFE_TOYS",
        ] {
            assert!(names(text, "sexual_life"), "{text}");
        }
        for text in ["sexual", "life", "life sexual", "sexual healthy life", "sexual, life"] {
            assert!(!names(text, "sexual_life"), "{text}");
        }
        assert!(names("the mental health shop", "mental_health"));
    }

    #[test]
    fn a_name_is_words_of_letters() {
        for name in ["health", "sexual_life", "a_b_c_d"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "_", "a_", "_a", "a__b", "Health", "a b", "h2", "a_b_c_d_e"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
