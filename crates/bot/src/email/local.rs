//! The part before the `@`.

use smallvec::SmallVec;

use super::Finding;

/// Reports what is striking about a local part.
pub(super) fn findings(local: &str, report: &mut impl FnMut(Finding)) {
    if !is_sound(local) {
        report(Finding::LocalSyntax);
    }
    // What follows a plus is the owner's own label.
    let name = local.split('+').next().unwrap_or_default();
    let letters = name.bytes().filter(|byte| !matches!(byte, b'.' | b'-' | b'_'));
    let plain: SmallVec<[u8; 64]> = letters.map(|byte| byte.to_ascii_lowercase()).collect();
    let names = |role: &&str| role.as_bytes() == &*plain;
    if NO_REPLY.iter().any(names) {
        report(Finding::NoReply);
    }
    if ROLES.binary_search_by(|role| role.as_bytes().cmp(&plain)).is_ok() {
        report(Finding::Role);
    }
    if is_random(name) {
        report(Finding::RandomLocal);
    }
}

/// RFC 5321 and 5322, less the quoted form, which no provider gives out; letters beyond ASCII by
/// RFC 6531.
fn is_sound(local: &str) -> bool {
    const MAX: usize = 64;
    let is_fine = |byte: u8| {
        byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&byte) || !byte.is_ascii()
    };
    let is_visible = |c: char| !c.is_control() && !c.is_whitespace();
    !local.is_empty()
        && local.len() <= MAX
        && local.bytes().all(is_fine)
        && (local.is_ascii() || local.chars().all(is_visible))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.as_bytes().windows(2).any(|pair| pair == b"..")
}

/// Whether no person would choose or be given this name. Rules of thumb, so the finding is weak:
/// many changes between letters and digits, or a long row of letters that no language pronounces.
fn is_random(name: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
    if name.len() < MIN_RANDOM || !name.is_ascii() || letters < 4 {
        return false;
    }
    changes(name) >= MIN_CHANGES || longest_consonants(name) >= MIN_CONSONANTS || is_hex(name)
}

/// Shorter names are initials and abbreviations.
const MIN_RANDOM: usize = 8;
/// `anna1985b` has two changes between letters and digits, `x7k2m9q` six.
const MIN_CHANGES: usize = 4;
/// German reaches eight ("Angstschweiss").
const MIN_CONSONANTS: usize = 9;

fn changes(name: &str) -> usize {
    let bytes = name.as_bytes();
    let is_change = |pair: &[u8]| match *pair {
        [a, b] => {
            a.is_ascii_alphabetic() && b.is_ascii_digit()
                || a.is_ascii_digit() && b.is_ascii_alphabetic()
        }
        _ => false,
    };
    bytes.windows(2).filter(|pair| is_change(pair)).count()
}

fn longest_consonants(name: &str) -> usize {
    let is_vowel =
        |c: &u8| matches!(c.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let is_consonant = |c: &u8| c.is_ascii_alphabetic() && !is_vowel(c);
    let rows = name.as_bytes().split(|c| !is_consonant(c));
    rows.map(<[u8]>::len).max().unwrap_or(0)
}

/// Sixteen or more hexadecimal digits, with both letters and digits among them.
fn is_hex(name: &str) -> bool {
    name.len() >= 16
        && name.bytes().all(|c| c.is_ascii_hexdigit())
        && name.bytes().any(|c| c.is_ascii_digit())
}

const NO_REPLY: &[&str] =
    &["donotreply", "mailerdaemon", "noreply", "nobody", "bounce", "bounces", "devnull"];

/// Functions, not people; sorted. RFC 2142 and what mailing services refuse to import.
const ROLES: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "all",
    "billing",
    "booking",
    "bookings",
    "careers",
    "compliance",
    "contact",
    "contactus",
    "customercare",
    "customerservice",
    "dev",
    "dpo",
    "editor",
    "enquiries",
    "enquiry",
    "events",
    "everyone",
    "feedback",
    "finance",
    "ftp",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "information",
    "inquiries",
    "invoice",
    "invoices",
    "jobs",
    "kontakt",
    "legal",
    "list",
    "mail",
    "marketing",
    "media",
    "members",
    "news",
    "newsletter",
    "office",
    "operations",
    "orders",
    "payments",
    "post",
    "postmaster",
    "pr",
    "press",
    "privacy",
    "purchasing",
    "reception",
    "recruiting",
    "registrar",
    "reservations",
    "root",
    "sales",
    "secretary",
    "security",
    "service",
    "shop",
    "spam",
    "staff",
    "support",
    "sysadmin",
    "team",
    "tech",
    "undisclosedrecipients",
    "unsubscribe",
    "usenet",
    "uucp",
    "web",
    "webmaster",
    "welcome",
    "www",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(local: &str) -> Vec<Finding> {
        let mut found = Vec::new();
        findings(local, &mut |finding| found.push(finding));
        found
    }

    #[test]
    fn roles_are_sorted_and_found_in_any_spelling() {
        assert!(ROLES.is_sorted());
        for local in ["info", "Info", "customer.service", "no-role+info"] {
            let expected = if local.starts_with("no-") { vec![] } else { vec![Finding::Role] };
            assert_eq!(codes(local), expected, "{local}");
        }
        assert_eq!(codes("no-reply"), [Finding::NoReply]);
    }

    #[test]
    fn people_do_not_look_random() {
        for local in [
            "jane.doe",
            "anna1985",
            "krzysztof.brzeczyszczykiewicz",
            "angstschweiss",
            "m.schwarzschild",
            "vlk.strc.prst",
            "ng.nguyen",
            "j2k",
            "user20261123",
            "1990max07",
            "jean-pierre_1",
            "李小龙",
            "o'brien",
            "dr.k.schmidt99",
        ] {
            assert_eq!(codes(local), [], "{local}");
        }
    }

    #[test]
    fn random_names_look_random() {
        for local in ["x7k2m9q4", "a1b2c3d4e5", "sdkfjhsdkfjh", "3f9a1c2b7d8e4f60"] {
            assert_eq!(codes(local), [Finding::RandomLocal], "{local}");
        }
    }

    #[test]
    fn bad_local_parts_are_found() {
        for local in ["", ".a", "a.", "a..b", "a b", "a\u{7f}", "\"a\"", "(a)", &"a".repeat(65)] {
            assert_eq!(codes(local).first(), Some(&Finding::LocalSyntax), "{local:?}");
        }
    }
}
