//! Meta's sub-domain index: on which level a site keeps its cookies.

use core::net::Ipv4Addr;
use std::borrow::Cow;

use crate::split::split_once;

/// The labels of the registrable domain less one: 1 for `shop.example.com`, 2 for
/// `shop.example.co.uk`, 0 for an address or a bare name. Without a URL it is 1, as Meta documents for
/// ids made on a server.
///
/// The registrable domain is by the public suffix list, as a snapshot in `predispatch-suffix`.
pub(crate) fn index(url: Option<&str>) -> u8 {
    let Some(host) = url.and_then(host) else { return 1 };
    // An IPv4 address ends with a digit; an IPv6 address stands in brackets.
    let may_be_ipv4 = host.bytes().next_back().is_some_and(|byte| byte.is_ascii_digit());
    if (may_be_ipv4 && host.parse::<Ipv4Addr>().is_ok()) || host.starts_with('[') {
        return 0;
    }
    let host = host.trim_end_matches('.');
    let is_lower = !host.bytes().any(|byte| byte.is_ascii_uppercase());
    let host = if is_lower { Cow::Borrowed(host) } else { Cow::Owned(host.to_ascii_lowercase()) };
    let Some(domain) = predispatch_suffix::registrable(&host) else { return 0 };
    u8::try_from(domain.bytes().filter(|byte| *byte == b'.').count()).unwrap_or(1)
}

/// The host of an absolute URL, without user and port.
fn host(url: &str) -> Option<&str> {
    let mut rest = url;
    // As `split_once("://")`, without the search for a pattern of any length.
    let rest = loop {
        (_, rest) = split_once(rest, b':')?;
        if let Some(rest) = rest.strip_prefix("//") {
            break rest;
        }
    };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let authority = rest.get(..end.unwrap_or(rest.len()))?;
    let user = authority.bytes().rposition(|byte| byte == b'@');
    let host = authority.get(user.map_or(0, |at| at.saturating_add(1))..)?;
    if host.starts_with('[') {
        return Some(host);
    }
    Some(split_once(host, b':').map_or(host, |(host, _)| host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_that_of_the_registrable_domain() {
        for (url, expected) in [
            ("https://example.com/", 1),
            ("https://www.shop.example.com/a?b", 1),
            ("https://example.co.uk/", 2),
            ("https://a.b.example.co.uk:8443/x", 2),
            ("https://u:p@Example.COM./", 1),
            ("view-source:https://example.co.uk/", 2),
            ("https://shop.github.io/", 2),
            ("http://localhost:3000/", 0),
            ("http://192.0.2.7/", 0),
            ("http://[2001:db8::1]:80/", 0),
            ("not a url", 1),
        ] {
            assert_eq!(index(Some(url)), expected, "{url}");
        }
        assert_eq!(index(None), 1);
    }
}
