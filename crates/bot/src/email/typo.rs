//! Domains that are one slip away from a large provider.

/// The provider that was probably meant: one letter too many, missing, wrong, or two swapped.
pub(super) fn suggestion(domain: &str) -> Option<&'static str> {
    TARGETS.iter().copied().find(|target| is_one_slip(domain.as_bytes(), target.as_bytes()))
}

/// Large enough that a slip is likelier than another domain, long enough that few real names are one
/// letter away; those that are stand among the known mailboxes (`mail.com`, `ymail.com`).
const TARGETS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "hotmail.fr",
    "hotmail.co.uk",
    "yahoo.co.uk",
    "yahoo.fr",
    "hotmail.it",
    "hotmail.es",
    "outlook.fr",
    "outlook.de",
    "protonmail.com",
    "comcast.net",
    "web.de",
    "orange.fr",
    "wanadoo.fr",
    "libero.it",
    "yandex.ru",
];

fn is_one_slip(typed: &[u8], meant: &[u8]) -> bool {
    if typed.len().abs_diff(meant.len()) > 1 {
        return false;
    }
    let same = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (Some(typed), Some(meant)) = (typed.get(same..), meant.get(same..)) else { return false };
    match (typed, meant) {
        ([], []) => false,
        ([_, typed @ ..], meant) if typed == meant => true,
        (typed, [_, meant @ ..]) if typed == meant => true,
        ([_, typed @ ..], [_, meant @ ..]) if typed == meant => true,
        ([a, b, typed @ ..], [c, d, meant @ ..]) => (a, b) == (d, c) && typed == meant,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_found_and_two_are_not() {
        for typed in [
            "gmial.com",
            "gmal.com",
            "gmaill.com",
            "gmali.com",
            "gamil.com",
            "gmail.co",
            "gmail.con",
            "fmail.com",
        ] {
            assert_eq!(suggestion(typed), Some("gmail.com"), "{typed}");
        }
        assert_eq!(suggestion("hotmial.com"), Some("hotmail.com"));
        assert_eq!(suggestion("yaho.com"), Some("yahoo.com"));
        for typed in ["gmail.com", "example.com", "gmx.com", "gmali.co", ""] {
            assert_eq!(suggestion(typed), None, "{typed}");
        }
    }
}
