//! The examples of `predispatch`; each is a task. See `examples/README.md`.

mod random;

pub use random::Random;

/// Runs the examples in the repository's `README.md`.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

#[cfg(test)]
mod tests {
    /// Between `…` it is what quickstart prints, in the order of a line.
    #[test]
    fn the_readme_shows_what_quickstart_prints() {
        let readme = include_str!("../../README.md");
        let (_, rest) = readme.split_once("```text\n").expect("an excerpt");
        let (excerpt, _) = rest.split_once("```").expect("its end");
        let printed = include_str!("../expected/quickstart.out");
        for line in excerpt.lines() {
            let is_printed = |mut rest: &str| {
                line.split(" …").all(|part| match rest.split_once(part.trim_end()) {
                    Some((_, after)) => {
                        rest = after;
                        true
                    }
                    None => false,
                })
            };
            assert!(printed.lines().any(is_printed), "quickstart does not print: {line}");
        }
        assert_eq!(excerpt.lines().count(), 3);
    }
}
