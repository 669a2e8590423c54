//! E-mail addresses in running text.

use super::{Found, Shape};
use crate::scrub::scan::{Scan, slice};

/// Looks at what may be an at sign at `at`: `@`, or one of its escaped forms.
///
/// `Some(Err(end))` is an at sign without an address around it; `None` is no at sign.
pub(super) fn around(text: &[u8], floor: usize, at: usize) -> Option<Result<Found, usize>> {
    let host_start = after_at_sign(text, at)?;
    let found = local_start(text, floor, at).zip(host_end(text, host_start));
    Some(match found {
        Some((start, end)) => Ok(Found { shape: Shape::Email, start, end }),
        None => Err(host_start),
    })
}

/// Free text may quote a URL, JSON or HTML: `%40` (and `%2540` and deeper), `\u0040`, `&#64;` and
/// `&#x40;` are at signs as well.
fn after_at_sign(text: &[u8], at: usize) -> Option<usize> {
    let mut scan = Scan::new(text, at);
    let found = match scan.peek() {
        b'@' => scan.eat(b'@'),
        b'%' => {
            scan.skip(1);
            while scan.peek() == b'2' && scan.ahead(1) == b'5' {
                scan.skip(2);
            }
            scan.eat_word("40")
        }
        b'\\' => scan.eat_word("\\u0040"),
        b'&' => ["&#64;", "&#x40;", "&commat;"].into_iter().any(|form| scan.eat_word(form)),
        _ => false,
    };
    found.then(|| scan.at())
}

/// Goes back over the characters that real addresses have before the at sign.
///
/// RFC 5322 allows more, such as `/`, `=` and `?`; with those, a whole URL would be taken for the
/// beginning of the address that it holds.
fn local_start(text: &[u8], floor: usize, at: usize) -> Option<usize> {
    let before = slice(text, floor, at);
    let len = before.iter().rev().take_while(|&&byte| is_local(byte)).count();
    let local = slice(before, before.len().saturating_sub(len), before.len());
    // A quotation mark or a hyphen before an address is no part of it.
    let lead = local.iter().position(|&byte| is_letter(byte) || byte == b'_')?;
    local.iter().any(|&byte| is_letter(byte)).then(|| {
        let from = at.saturating_sub(len);
        from.saturating_add(lead)
    })
}

/// Goes over a host with a dot in it, whose last label is a word.
fn host_end(text: &[u8], start: usize) -> Option<usize> {
    let mut scan = Scan::new(text, start);
    let host = scan.take_while(usize::MAX, |byte| is_letter(byte) || matches!(byte, b'-' | b'.'));
    let len = host.iter().rposition(|&byte| is_letter(byte))?.saturating_add(1);
    let host = slice(host, 0, len);
    let dot = host.iter().rposition(|&byte| byte == b'.')?;
    let last = slice(host, dot.saturating_add(1), len);
    let word = last.len() >= 2 && last.first().is_some_and(|byte| !byte.is_ascii_digit());
    let named = slice(host, 0, dot).iter().any(|&byte| is_letter(byte));
    (word && named && !is_scaled_image(host, last)).then(|| start.saturating_add(len))
}

/// `logo@2x.png`: the name of a picture for a screen of twice the density.
fn is_scaled_image(host: &[u8], extension: &[u8]) -> bool {
    let scaled = matches!(host, [b'1'..=b'9', b'x' | b'X', b'.', ..]);
    let known = [&b"png"[..], b"jpg", b"jpeg", b"gif", b"webp", b"avif", b"svg"];
    scaled && known.iter().any(|known| known.eq_ignore_ascii_case(extension))
}

const fn is_local(byte: u8) -> bool {
    is_letter(byte)
        || matches!(
            byte,
            b'.' | b'_' | b'-' | b'+' | b'%' | b'\'' | b'~' | b'!' | b'#' | b'$' | b'*' | b'^'
        )
}

/// Letters beyond ASCII stand in both parts (RFC 6531).
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}
