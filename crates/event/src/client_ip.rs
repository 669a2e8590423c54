//! Whose address it is: the person's, or a proxy's on the way.
//!
//! A forwarding header is a claim of whoever wrote it. It counts only as far as it was written by a proxy
//! that the operator runs or rents.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use predispatch_types::trimmed;

/// The proxies before a server, and the one header in which they say for whom they ask.
///
/// Name only a header that your proxy sets or overwrites itself: one that it passes on unchanged is
/// written by the visitor.
///
/// ```
/// use predispatch_event::{ForwardingHeader, TrustedProxies};
///
/// let proxies =
///     TrustedProxies::new(ForwardingHeader::XForwardedFor, ["10.0.0.0/8", "2001:db8:1::/48"])?;
/// let peer = "10.0.0.7".parse()?;
/// // The visitor invented the first address; the proxy added the second.
/// let ip = proxies.resolve(peer, ["198.51.100.1, 203.0.113.24"])?;
/// assert_eq!(ip, "203.0.113.24".parse::<std::net::IpAddr>()?);
/// // Nobody else is believed.
/// let stranger = "203.0.113.99".parse()?;
/// assert_eq!(proxies.resolve(stranger, ["198.51.100.1"]), Ok(stranger));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TrustedProxies {
    header: ForwardingHeader,
    networks: Vec<Network>,
}

/// In which header a proxy says for whom it asks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ForwardingHeader {
    /// `CF-Connecting-IP`: one address, set by Cloudflare.
    CfConnectingIp,
    /// `Forwarded` (RFC 7239): each proxy adds an element.
    Forwarded,
    /// `True-Client-IP`: one address, set by Akamai or Cloudflare.
    TrueClientIp,
    /// `X-Forwarded-For`: each proxy adds an address at the end.
    XForwardedFor,
}

impl ForwardingHeader {
    /// The header's name in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CfConnectingIp => "cf-connecting-ip",
            Self::Forwarded => "forwarded",
            Self::TrueClientIp => "true-client-ip",
            Self::XForwardedFor => "x-forwarded-for",
        }
    }
}

impl TrustedProxies {
    /// Most networks.
    pub const MAX: usize = 1_024;

    /// Proxies by address (`10.0.0.7`) or network (`10.0.0.0/8`).
    ///
    /// # Errors
    /// [`NotANetwork`] with the place of the first that is neither.
    pub fn new<'n>(
        header: ForwardingHeader,
        networks: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, NotANetwork> {
        let mut all = Vec::new();
        for (index, text) in networks.into_iter().enumerate() {
            let network = Network::parse(text).filter(|_| index < Self::MAX);
            all.push(network.ok_or(NotANetwork { index })?);
        }
        Ok(Self { header, networks: all })
    }

    /// The header that is read.
    pub const fn header(&self) -> ForwardingHeader {
        self.header
    }

    /// Whether `ip` is one of the proxies.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.networks.iter().any(|network| network.contains(ip))
    }

    /// The address of the person: `peer`, or if that is a trusted proxy the nearest address before it
    /// that is none. `lines` are the lines of [`header`](Self::header), in order.
    ///
    /// # Errors
    /// [`ClientIpError`]: what a proxy says can't be read, is nobody's public address, or is a proxy
    /// again.
    pub fn resolve<'l>(
        &self,
        peer: IpAddr,
        lines: impl IntoIterator<Item = &'l str>,
    ) -> Result<IpAddr, ClientIpError> {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return public(peer);
        }
        let lines: Vec<&str> = lines.into_iter().collect();
        // The nearest first: however many the visitor wrote, they stand before what the proxies added.
        let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(',').map(trimmed));
        match self.header {
            ForwardingHeader::CfConnectingIp | ForwardingHeader::TrueClientIp => {
                let (Some(hop), None) = (hops.next(), hops.next()) else {
                    return Err(ClientIpError::Unreadable);
                };
                self.person(read_address(hop).ok_or(ClientIpError::Unreadable)?)
            }
            ForwardingHeader::Forwarded => self.nearest(hops.map(forwarded_for)),
            ForwardingHeader::XForwardedFor => self.nearest(hops.map(Some)),
        }
    }

    /// From the nearest to the farthest, the first that is no proxy.
    fn nearest<'l>(
        &self,
        hops: impl Iterator<Item = Option<&'l str>>,
    ) -> Result<IpAddr, ClientIpError> {
        for hop in hops.take(MAX_HOPS) {
            let ip = hop.and_then(read_address).ok_or(ClientIpError::Unreadable)?;
            if !self.contains(ip) {
                return public(ip);
            }
        }
        Err(ClientIpError::Proxy)
    }

    fn person(&self, ip: IpAddr) -> Result<IpAddr, ClientIpError> {
        if self.contains(ip) { Err(ClientIpError::Proxy) } else { public(ip) }
    }
}

/// Reads an address as servers and headers write it: with a port, in brackets, with a zone (which means
/// nothing outside the host) or IPv4 mapped into IPv6.
///
/// ```
/// use predispatch_event::read_address;
///
/// let v4 = "203.0.113.24".parse().ok();
/// for text in ["203.0.113.24", "203.0.113.24:4711", "::ffff:203.0.113.24", "[::ffff:203.0.113.24]:80"] {
///     assert_eq!(read_address(text), v4);
/// }
/// assert_eq!(read_address("fe80::1%eth0"), "fe80::1".parse().ok());
/// assert_eq!(read_address("unknown"), None);
/// ```
pub fn read_address(text: &str) -> Option<IpAddr> {
    let text = trimmed(text);
    if text.len() > MAX_TEXT {
        return None;
    }
    // Nearly always there is nothing around it.
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(ip.to_canonical());
    }
    let text = match text.strip_prefix('[') {
        Some(rest) => {
            let (inner, port) = rest.split_once(']')?;
            let port_is_sound = port.is_empty() || is_port(port.strip_prefix(':')?);
            port_is_sound.then_some(inner)?
        }
        None => match text.split_once(':') {
            Some((v4, port)) if v4.contains('.') && is_port(port) => v4,
            _ => text,
        },
    };
    let without_zone = text.split_once('%').map_or(text, |(address, _)| address);
    without_zone.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// The address, if it can be a person's.
///
/// # Errors
/// [`ClientIpError::NotPublic`] for private, shared, loopback, link-local, multicast and reserved
/// addresses. Addresses for documentation pass, because examples are made of them.
pub(crate) fn public(ip: IpAddr) -> Result<IpAddr, ClientIpError> {
    let ip = ip.to_canonical();
    let is_public = match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    };
    if is_public { Ok(ip) } else { Err(ClientIpError::NotPublic) }
}

const fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || a == 0
        || a >= 224
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18))
}

const fn is_public_v6(ip: Ipv6Addr) -> bool {
    // Global unicast is 2000::/3.
    let [first, ..] = ip.segments();
    first & 0xe000 == 0x2000
}

/// Why no address of a person is known.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ClientIpError {
    /// Private, shared, loopback, link-local, multicast or reserved.
    #[error("address is not a public one")]
    NotPublic,
    /// All addresses are of trusted proxies.
    #[error("address is a proxy's")]
    Proxy,
    /// Not an address, or the proxy gave none.
    #[error("address can't be read")]
    Unreadable,
}

impl ClientIpError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotPublic => "ip_not_public",
            Self::Proxy => "ip_is_proxy",
            Self::Unreadable => "ip_unreadable",
        }
    }
}

/// A text is neither an address nor a network, or there are more than [`TrustedProxies::MAX`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("network {index} is not an address or a network such as 10.0.0.0/8")]
pub struct NotANetwork {
    /// Its place, from 0.
    pub index: usize,
}

#[derive(Clone, Copy, Debug)]
struct Network {
    first: u128,
    mask: u128,
    is_v4: bool,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = match trimmed(text).split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (trimmed(text), None),
        };
        let (bits, width, is_v4) = number(address.parse::<IpAddr>().ok()?);
        let length = match length {
            Some(length) => length.parse::<u32>().ok().filter(|length| *length <= width)?,
            None => width,
        };
        let mask = u128::MAX.checked_shl(width.saturating_sub(length)).unwrap_or_default();
        Some(Self { first: bits & mask, mask, is_v4 })
    }

    fn contains(&self, ip: IpAddr) -> bool {
        let (bits, _, is_v4) = number(ip);
        is_v4 == self.is_v4 && bits & self.mask == self.first
    }
}

fn number(ip: IpAddr) -> (u128, u32, bool) {
    match ip {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32, true),
        IpAddr::V6(v6) => (v6.to_bits(), 128, false),
    }
}

/// The `for` of one element: `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<(ClientIpError, NotANetwork)>();

/// An IPv6 address with zone, brackets and port is shorter.
const MAX_TEXT: usize = 96;

/// More proxies than stand in any row.
const MAX_HOPS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_left_of_an_untrusted_address_is_never_read() {
        let proxies = TrustedProxies::new(ForwardingHeader::XForwardedFor, ["10.0.0.0/8"]).unwrap();
        let resolve = |lines: &[&str]| proxies.resolve(ip("10.1.1.1"), lines.iter().copied());
        assert_eq!(resolve(&["1.1.1.1, 8.8.8.8, 10.2.2.2"]), Ok(ip("8.8.8.8")));
        assert_eq!(resolve(&["1.1.1.1", "8.8.8.8,10.2.2.2"]), Ok(ip("8.8.8.8")));
        assert_eq!(resolve(&["1.1.1.1, 192.168.0.9"]), Err(ClientIpError::NotPublic));
        assert_eq!(resolve(&["1.1.1.1, nonsense"]), Err(ClientIpError::Unreadable));
        assert_eq!(resolve(&["1.1.1.1,"]), Err(ClientIpError::Unreadable));
        assert_eq!(resolve(&["10.3.3.3"]), Err(ClientIpError::Proxy));
        assert_eq!(resolve(&[]), Err(ClientIpError::Proxy));
        // Nor does it count how much of it there is.
        let many = "1.1.1.1, ".repeat(MAX_HOPS + 1) + "8.8.8.8, 10.2.2.2";
        assert_eq!(resolve(&[&many]), Ok(ip("8.8.8.8")));
        let many = vec!["1.1.1.1"; MAX_HOPS + 1];
        assert_eq!(resolve(&[&many[..], &["8.8.8.8"]].concat()), Ok(ip("8.8.8.8")));
        assert_eq!(resolve(&["10.3.3.3"; MAX_HOPS + 1]), Err(ClientIpError::Proxy));
        // The mapped form of a proxy is the proxy.
        assert_eq!(proxies.resolve(ip("::ffff:10.1.1.1"), ["8.8.8.8"]), Ok(ip("8.8.8.8")));
    }

    #[test]
    fn each_header_has_its_form() {
        let with = |header| TrustedProxies::new(header, ["10.0.0.0/8"]).unwrap();
        let peer = ip("10.1.1.1");
        let forwarded = with(ForwardingHeader::Forwarded);
        let lines = ["for=1.1.1.1, For=\"[2a00::1]:4711\";proto=https, for=10.9.9.9;by=_x"];
        assert_eq!(forwarded.resolve(peer, lines), Ok(ip("2a00::1")));
        assert_eq!(forwarded.resolve(peer, ["for=_hidden"]), Err(ClientIpError::Unreadable));
        let cloudflare = with(ForwardingHeader::CfConnectingIp);
        assert_eq!(cloudflare.resolve(peer, ["8.8.8.8"]), Ok(ip("8.8.8.8")));
        let several = cloudflare.resolve(peer, ["8.8.8.8", "9.9.9.9"]);
        assert_eq!(several, Err(ClientIpError::Unreadable));
    }

    #[test]
    fn addresses_of_nobody_are_refused() {
        for nobody in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "fec0::1",
        ] {
            assert_eq!(public(ip(nobody)), Err(ClientIpError::NotPublic), "{nobody}");
        }
        for somebody in ["203.0.113.24", "8.8.8.8", "100.128.0.1", "2a00:1450::5", "2001:db8::1"] {
            assert_eq!(public(ip(somebody)), Ok(ip(somebody)));
        }
    }

    #[test]
    fn networks_are_read_whole() {
        let count = |texts: &[&'static str]| {
            TrustedProxies::new(ForwardingHeader::XForwardedFor, texts.iter().copied()).map(drop)
        };
        assert_eq!(count(&["10.0.0.1", "::1", "0.0.0.0/0", "::/0", "10.0.0.0/32"]), Ok(()));
        for bad in ["10.0.0.0/33", "::/129", "10.0.0", "", "a/8", "10.0.0.0/-1", "10.0.0.0/"] {
            assert!(
                TrustedProxies::new(ForwardingHeader::XForwardedFor, ["::1", bad])
                    .is_err_and(|error| error.index == 1)
            );
        }
        let all = TrustedProxies::new(ForwardingHeader::XForwardedFor, ["0.0.0.0/0"]).unwrap();
        assert!(all.contains(ip("8.8.8.8")) && !all.contains(ip("2a00::1")));
    }
}
