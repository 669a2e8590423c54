//! Words for regulated subjects, as sites write them.

/// The words under which a policy may know a vertical: the whole, and each of its parts. Case, spaces
/// and dashes do not count.
pub(crate) fn words(text: &str) -> Vec<Box<str>> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let mut words: Vec<Box<str>> = parts.map(|part| part.to_ascii_lowercase().into()).collect();
    words.push(whole(text).collect::<String>().into());
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether `text` names the vertical `name`, as a whole or as one word among several: "health
/// insurance" names both.
pub(super) fn names(text: &str, name: &str) -> bool {
    let mut parts = text.split(|c: char| !c.is_alphanumeric());
    name.chars().eq(whole(text)) || parts.any(|part| part.eq_ignore_ascii_case(name))
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
            "--",
            "\u{c9}t\u{e9}",
        ] {
            let words = words(text);
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
    }
}
