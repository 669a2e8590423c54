//! Where the parts of a URL are (RFC 3986, appendix B), by hand: a URL library would hand back its
//! own spelling, and platforms match on bytes.

use core::{net::Ipv6Addr, ops::Range};

use memchr::{memchr, memrchr};

use super::{
    UrlError, census,
    layer::Layer,
    scan::{END, slice},
};

/// Byte ranges of a URL's parts, without their delimiters.
#[derive(Debug)]
pub(super) struct Parts {
    /// `user:password@`, with the at sign.
    pub(super) userinfo: Option<Range<usize>>,
    /// Host and port.
    pub(super) host: Range<usize>,
    pub(super) path: Range<usize>,
    pub(super) query: Option<Range<usize>>,
    pub(super) fragment: Option<Range<usize>>,
}

/// The parts of an absolute http or https URL.
pub(super) fn absolute(url: &str) -> Result<Parts, UrlError> {
    let bytes = url.as_bytes();
    // Without a way out: so it takes many bytes at a time.
    if bytes.iter().fold(false, |found, byte| found | byte.is_ascii_control()) {
        return Err(UrlError::Control);
    }
    let scheme = scheme_len(bytes).ok_or(UrlError::Relative)?;
    let name = slice(bytes, 0, scheme);
    if !(name.eq_ignore_ascii_case(b"http") || name.eq_ignore_ascii_case(b"https")) {
        return Err(UrlError::Scheme);
    }
    let after = scheme.saturating_add(1);
    if !slice(bytes, after, bytes.len()).starts_with(b"//") {
        return Err(UrlError::Host);
    }
    let start = after.saturating_add(2);
    let parts = split(bytes, start);
    check_host(slice(bytes, parts.host.start, parts.host.end))?;
    Ok(parts)
}

/// The parts of a URL inside a value; `None` if the value is no URL.
///
/// That is: `http://…`, `//host…`, `/path…`, or anything with a query (`page?key=value`).
pub(super) fn nested(text: &[u8]) -> Option<Parts> {
    let scheme = scheme_len(text).map_or(0, |len| len.saturating_add(1));
    let rest = slice(text, scheme, text.len());
    if rest.starts_with(b"//") {
        return Some(split(text, scheme.saturating_add(2)));
    }
    let has_query = || memchr(b'=', slice(text, memchr(b'?', text)?, text.len()));
    if text.first() == Some(&b'/') || has_query().is_some() {
        return Some(after_authority(text, 0..0, None));
    }
    None
}

fn split(text: &[u8], authority: usize) -> Parts {
    let rest = slice(text, authority, text.len());
    // WHATWG's parser takes a backslash for a slash here.
    let len = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\'));
    let end = authority.saturating_add(len.unwrap_or(rest.len()));
    let at = memrchr(b'@', slice(text, authority, end));
    let userinfo = at.map(|at| authority..authority.saturating_add(at).saturating_add(1));
    let host = userinfo.as_ref().map_or(authority, |userinfo| userinfo.end);
    after_authority(text, host..end, userinfo)
}

fn after_authority(text: &[u8], host: Range<usize>, userinfo: Option<Range<usize>>) -> Parts {
    let path = host.end;
    let find = |from: usize, to: usize, wanted: u8| {
        memchr(wanted, slice(text, from, to)).map(|at| from.saturating_add(at))
    };
    let hash = find(path, text.len(), b'#');
    let end = hash.unwrap_or(text.len());
    let mark = find(path, end, b'?');
    Parts {
        userinfo,
        host,
        path: path..mark.unwrap_or(end),
        query: mark.map(|mark| mark.saturating_add(1)..end),
        fragment: hash.map(|hash| hash.saturating_add(1)..text.len()),
    }
}

/// Letters, digits, `+`, `-` and `.`, then a colon.
fn scheme_len(text: &[u8]) -> Option<usize> {
    // Nearly every address.
    if text.starts_with(b"https:") {
        return Some("https".len());
    }
    let len = text
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))?;
    let sound = text.first().is_some_and(u8::is_ascii_alphabetic);
    (sound && text.get(len) == Some(&b':')).then_some(len)
}

/// A name, also beyond ASCII, or an address; then a port or none.
///
/// A percent sign is refused: `ada%40example.com` as a host would be an address in hiding. So would
/// `ada＠example.com`, and browsers refuse it (WHATWG URL, domain to ASCII, forbidden code points).
fn check_host(host: &[u8]) -> Result<(), UrlError> {
    let (name, port) = match host.first() {
        Some(b'[') => {
            let end = host.iter().position(|&byte| byte == b']').ok_or(UrlError::Host)?;
            let address = core::str::from_utf8(slice(host, 1, end)).map_err(|_| UrlError::Host)?;
            address.parse::<Ipv6Addr>().map_err(|_| UrlError::Host)?;
            (None, slice(host, end.saturating_add(1), host.len()))
        }
        _ => {
            let end = host.iter().position(|&byte| !census::is_host(byte)).unwrap_or(host.len());
            (Some(slice(host, 0, end)), slice(host, end, host.len()))
        }
    };
    // One dot may end it, but a name must be there.
    let sound = |name: &[u8]| {
        name.first().copied().unwrap_or(END) != b'.'
            && name.iter().any(|&byte| byte.is_ascii_alphanumeric() || byte >= 0x80)
    };
    if !name.is_none_or(|name| sound(name) && folds_to_a_host(name)) {
        return Err(UrlError::Host);
    }
    let digits = port.strip_prefix(b":").unwrap_or_default();
    let number = digits.iter().try_fold(0_u16, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| byte.wrapping_sub(b'0'))?;
        number.checked_mul(10)?.checked_add(u16::from(digit))
    });
    match (port.is_empty() || port.starts_with(b":"), number) {
        (true, Some(_)) => Ok(()),
        (true, None) => Err(UrlError::Port),
        (false, _) => Err(UrlError::Host),
    }
}

fn folds_to_a_host(name: &[u8]) -> bool {
    Layer::folded(name).is_none_or(|layer| layer.bytes.iter().all(|&byte| census::is_host(byte)))
}
