//! Words for regulated subjects, as sites write them.

/// The subjects that `text` names: a site's own and the event's, for one.
pub(crate) fn subjects(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '/', '|', '+', '&']).filter(|subject| !subject.trim().is_empty())
}

/// The words under which a policy may know a subject: the whole, and each of its parts. Case, spaces
/// and dashes do not count.
pub(crate) fn words(subject: &str) -> impl Iterator<Item = Box<str>> {
    let each = parts(subject).map(|part| part.to_ascii_lowercase().into());
    each.chain([whole(subject).collect::<String>().into()])
}

/// Whether a subject in `text` is the vertical `name`, as a whole or as one word among several: "health
/// insurance" names both.
pub(super) fn names(text: &str, name: &str) -> bool {
    subjects(text).any(|subject| {
        name.chars().eq(whole(subject))
            || parts(subject).any(|part| part.eq_ignore_ascii_case(name))
    })
}

fn parts(subject: &str) -> impl Iterator<Item = &str> {
    subject.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

fn whole(text: &str) -> impl Iterator<Item = char> {
    text.trim().chars().map(|c| if c == ' ' || c == '-' { '_' } else { c.to_ascii_lowercase() })
}

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
                "a",
                "b",
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
}
