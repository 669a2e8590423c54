//! Shapes that begin with letters: tokens, credentials, and numbers after the word for them.

use super::{
    Found, Shape, iban, national,
    number::{Number, Separator},
    phone,
};
use crate::scrub::{
    census, layer,
    listed::Lengths,
    scan::{Scan, is_space, slice},
};

/// Whether a shape may begin with the first `len` of these bytes, which are a word with so many digits. Most
/// words have none, and nothing after them that matters: those are not looked at any further.
#[inline]
pub(super) fn may_begin(rest: &[u8], len: usize, digits: usize) -> bool {
    if begins_prefix(rest) {
        return true;
    }
    if digits > 0 {
        return may_be_number(rest, len);
    }
    let next = rest.get(len).copied().unwrap_or_default();
    // A word that announces may go on after an underscore; a digit ends it.
    next == b'_'
        || (census::announces(next) && LENGTHS.may_have(slice(rest, 0, len)))
        || may_be_spaced_number(rest, len)
}

/// Accounts have two letters and two digits; the shortest national ids in one piece are `X1234567-L`, up to its
/// hyphen.
fn may_be_number(rest: &[u8], len: usize) -> bool {
    len >= 8 || matches!(rest, [_, _, b'0'..=b'9', b'0'..=b'9', ..])
}

/// `X-1234567-L` and `QQ 12 34 56 C`.
fn may_be_spaced_number(rest: &[u8], len: usize) -> bool {
    match (len, rest) {
        (1, [first, b'-', b'0'..=b'9', ..]) => matches!(first.to_ascii_lowercase(), b'x'..=b'z'),
        (2, [_, _, space, b'0'..=b'9', ..]) => is_space(*space),
        _ => false,
    }
}

/// The shape that begins with this letter, at the beginning of a word.
pub(super) fn at(scan: Scan<'_>) -> Option<Found> {
    if scan.behind(1).is_ascii_alphanumeric() {
        return None;
    }
    json_web_token(scan)
        .or_else(|| iban::at(scan))
        .or_else(|| prefixed_secret(scan))
        .or_else(|| after_word(scan))
        .or_else(|| national::lettered(scan))
}

/// `eyJ` is base64url for `{"`. A second part follows; a third, or five in all, may.
fn json_web_token(scan: Scan<'_>) -> Option<Found> {
    // A run of base64url is read from its beginning only, or hyphens would make this quadratic.
    if !scan.rest().starts_with(b"eyJ") || is_base64url(scan.behind(1)) {
        return None;
    }
    let mut after = scan;
    let mut lengths = [0_usize; 5];
    for (place, length) in lengths.iter_mut().enumerate() {
        if place > 0 && !after.eat(b'.') {
            break;
        }
        *length = after.take_while(usize::MAX, is_base64url).len();
    }
    let [header, payload, ..] = lengths;
    // An encrypted token with a direct key has an empty second part and a third.
    let sound = header >= 10 && (payload >= 4 || lengths.get(2).is_some_and(|&iv| iv >= 8));
    sound.then(|| Found { shape: Shape::Jwt, start: scan.at(), end: after.at() })
}

/// Keys that their makers marked so that scanners find them.
fn prefixed_secret(scan: Scan<'_>) -> Option<Found> {
    if !begins_prefix(scan.rest()) {
        return None;
    }
    let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| scan.rest().starts_with(prefix))?;
    let mut after = scan;
    after.skip(prefix.len());
    // A digit among the first characters: prefixes in a row must not each be read to the end.
    let head = slice(after.rest(), 0, after.rest().len().min(64));
    let head = head.iter().take_while(|&&byte| is_base64url(byte) || byte == b'.');
    if !head.clone().any(u8::is_ascii_digit) {
        return None;
    }
    let body = after.take_while(usize::MAX, |byte| is_base64url(byte) || byte == b'.');
    (body.len() >= *least).then(|| Found {
        shape: Shape::Secret,
        start: scan.at(),
        end: after.at(),
    })
}

/// Whether a token or one of [`PREFIXES`] may have these first two letters.
#[expect(clippy::indexing_slicing, reason = "the table has a place for every six bits")]
fn begins_prefix(rest: &[u8]) -> bool {
    let [first, second, ..] = rest else { return false };
    SECONDS[usize::from(first & 63)] & (1 << (second & 63)) != 0
}

/// The second letters of [`PREFIXES`] and tokens by the first, as bits: six bits tell letters apart.
#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
static SECONDS: [u64; 64] = {
    let mut seconds = [0; 64];
    seconds[(b'e' & 63) as usize] = 1 << (b'y' & 63);
    let mut place = 0;
    while place < PREFIXES.len() {
        let prefix = PREFIXES[place].0;
        seconds[(prefix[0] & 63) as usize] |= 1 << (prefix[1] & 63);
        place += 1;
    }
    seconds
};

/// Prefix, and the fewest characters after it.
const PREFIXES: &[(&[u8], usize)] = &[
    (b"AIza", 30),        // Google API key
    (b"AKIA", 16),        // AWS access key id
    (b"EAA", 60),         // Meta access token
    (b"SG.", 40),         // SendGrid
    (b"ghp_", 30),        // GitHub
    (b"github_pat_", 30), // GitHub
    (b"glpat-", 16),      // GitLab
    (b"rk_live_", 16),    // Stripe
    (b"shpat_", 30),      // Shopify
    (b"sk_live_", 16),    // Stripe
    (b"sk_test_", 16),    // Stripe
    (b"xoxb-", 20),       // Slack
    (b"xoxp-", 20),       // Slack
    (b"ya29.", 20),       // Google OAuth
];

/// What a word announces: `Bearer …`, `password: …`, `tel. …`, `SSN …`.
fn after_word(scan: Scan<'_>) -> Option<Found> {
    if !LENGTHS.may_begin(scan.peek()) {
        return None;
    }
    let mut after = scan;
    let word = after.take_while(LONGEST_WORD, |byte| byte.is_ascii_alphabetic() || byte == b'_');
    // Most words are followed by nothing that announces a value: none of the lists is read for them.
    if !(census::announces(after.peek()) && LENGTHS.may_have(word)) {
        return None;
    }
    let is = |known: &str| known.as_bytes().eq_ignore_ascii_case(word);
    let is_any = |known: &[&str]| known.iter().any(|known| is(known));
    if is("bearer") {
        credential(after, is_token)
    } else if is("basic") {
        credential(after, is_user_and_password)
    } else if is_any(PASSWORDS) {
        assigned(after, true)
    } else if is_any(TOKENS) {
        assigned(after, false)
    } else if is_any(PHONES) {
        called(after)
    } else if is_any(NATIONAL_IDS) {
        numbered(after)
    } else {
        None
    }
}

const LONGEST_WORD: usize = 16;

static LENGTHS: Lengths =
    Lengths::of(&[&["bearer", "basic"], PASSWORDS, TOKENS, PHONES, NATIONAL_IDS]);
const PASSWORDS: &[&str] =
    &["password", "passwd", "pwd", "passwort", "passphrase", "contrasena", "wachtwoord", "senha"];
const TOKENS: &[&str] = &[
    "access_token",
    "api_key",
    "apikey",
    "auth_token",
    "client_secret",
    "id_token",
    "refresh_token",
    "secret",
    "token",
];
const PHONES: &[&str] = &[
    "call",
    "cell",
    "cellphone",
    "fax",
    "handy",
    "mobil",
    "mobile",
    "phone",
    "phone_number",
    "phonenumber",
    "tel",
    "telefon",
    "telefone",
    "telefono",
    "telefoon",
    "telephone",
    "whatsapp",
];
const NATIONAL_IDS: &[&str] = &[
    "aadhaar",
    "bsn",
    "cpf",
    "curp",
    "dni",
    "nif",
    "nino",
    "passport",
    "personnummer",
    "pesel",
    "ssn",
    "steuerid",
];

/// `Bearer abc…`, `Basic YWxh…`.
fn credential(mut scan: Scan<'_>, is_credential: fn(&[u8]) -> bool) -> Option<Found> {
    let gap = scan.take_while(3, |byte| is_space(byte) || matches!(byte, b':' | b'='));
    let start = scan.at();
    let token = scan.take_while(usize::MAX, |byte| {
        is_base64url(byte) || matches!(byte, b'.' | b'~' | b'+' | b'/' | b'=')
    });
    (!gap.is_empty() && is_credential(token)).then(|| Found {
        shape: Shape::Secret,
        start,
        end: scan.at(),
    })
}

/// A digit in it, as no word of a sentence has, or the length of none.
fn is_token(token: &[u8]) -> bool {
    token.len() >= 24 || (token.len() >= 8 && token.iter().any(u8::is_ascii_digit))
}

/// RFC 7617; `Basic` is an article's name as well, so what follows it must be such a pair.
fn is_user_and_password(token: &[u8]) -> bool {
    layer::base64(token).is_some_and(|pair| pair.contains(&b':'))
}

/// `password=…`; after a colon, with a space or not, only for words that nothing else is called.
fn assigned(mut scan: Scan<'_>, colon: bool) -> Option<Found> {
    if !(scan.eat(b'=') || (colon && scan.eat(b':'))) {
        return None;
    }
    scan.take_while(2, |byte| matches!(byte, b' ' | b'"' | b'\''));
    let start = scan.at();
    let ends = |byte: u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'&' | b';' | b',' | b'"' | b'\'' | b'<')
    };
    // What an earlier scrubbing left behind. (Asked before the value is read to its end: this fails,
    // and what fails must be short.)
    let mut masked = scan;
    if masked.eat_word("[secret]") && (masked.rest().is_empty() || ends(masked.peek())) {
        return None;
    }
    let value = scan.take_while(usize::MAX, |byte| !ends(byte));
    (value.len() >= 4).then(|| Found { shape: Shape::Secret, start, end: scan.at() })
}

/// `Tel.: 02079460958`, `phone 5550143`.
fn called(scan: Scan<'_>) -> Option<Found> {
    let scan = after_announcement(scan)?;
    let number = Number::read(scan)?;
    // `Mobile 2026-11-20` is a date.
    let dated =
        [Separator::Hyphen, Separator::Dot, Separator::Slash].into_iter().any(|separator| {
            number.is_grouped(&[4, 2, 2], separator) || number.is_grouped(&[2, 2, 4], separator)
        });
    if dated {
        return None;
    }
    let end = phone::longest(&number, |_, digits| (7..=15).contains(&digits))?;
    Some(Found { shape: Shape::Phone, start: scan.at(), end })
}

/// `SSN 123456789`, `PESEL: 02070803628`, `DNI 12345678Z`.
fn numbered(scan: Scan<'_>) -> Option<Found> {
    let mut scan = after_announcement(scan)?;
    let start = scan.at();
    let id = scan
        .take_while(24, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/'));
    let digits = id.iter().filter(|byte| byte.is_ascii_digit()).count();
    let len = id.iter().rposition(u8::is_ascii_alphanumeric)?.saturating_add(1);
    (digits >= 6).then(|| Found { shape: Shape::NationalId, start, end: start.saturating_add(len) })
}

/// Passes `:`, `no.`, `number`, `=` and spaces; there must be something between word and number.
fn after_announcement(mut scan: Scan<'_>) -> Option<Scan<'_>> {
    let between =
        |byte: u8| matches!(byte, b' ' | b'\t' | b'.' | b':' | b'=' | b'#' | b'"' | b'\'');
    let gap = scan.take_while(4, between);
    for word in ["number", "nummer", "num", "nr", "no", "is", "me", "us"] {
        let mut after = scan;
        if after.eat_word(word) && !after.peek().is_ascii_alphabetic() {
            after.take_while(4, between);
            scan = after;
            break;
        }
    }
    // In a query the space is a plus sign; before a country code it stays.
    if gap.is_empty() && scan.peek() == b'+' && !slice(scan.rest(), 1, 2).is_empty() {
        return Some(scan);
    }
    (!gap.is_empty()).then_some(scan)
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_prefix_is_told_by_its_beginning() {
        for (prefix, _) in PREFIXES {
            assert!(begins_prefix(prefix));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn no_shape_is_ruled_out_by_mistake(
            parts in prop::collection::vec(
                prop::sample::select(&[
                    "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "RSSMRA85T10A562S", "X1234567L",
                    "X-1234567-L", "X1234567-L", "Y-", "QQ 12 34 56 C", "AB", "12", "34", "56", "C", "A", "eyJhbGciOiJub25lIn0",
                    ".eyJzdWIiOiIxIn0.", "Bearer", "abcd1234efgh", "password", "access_token", "access", "token",
                    "=hunter2x", "tel", "Tel", "SSN", "no", "123456789", "5550143", "AKIAIOSFODNN7EXAMPLE",
                    "sk_live_", "ya29.", "xoxb-1234567890123456", " ", "+", "-", ".", ":", "=", "_", "/", "#",
                ][..]),
                1..6,
            ),
        ) {
            let text = parts.concat();
            let (len, digits) = census::word(text.as_bytes());
            if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let found = at(Scan::new(text.as_bytes(), 0));
                let may_begin = may_begin(text.as_bytes(), len, digits);
                prop_assert!(may_begin || found.is_none(), "{}: {:?}", text, found);
            }
        }
    }
}
