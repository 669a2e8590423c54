//! Addresses and networks as feeds write them, and the two key spaces that they live in.

use core::{
    fmt::Debug,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::RowFault;

/// A block of addresses: a first one and how many leading bits all share.
///
/// ```
/// use predispatch_bot::ip::Network;
///
/// let network: Network = "198.51.100.0/24".parse()?;
/// assert!(network.contains("198.51.100.7".parse()?));
/// // A bare address is a network of one; IPv4 written as IPv6 is IPv4.
/// assert_eq!("::ffff:192.0.2.1".parse::<Network>()?.to_string(), "192.0.2.1/32");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Network {
    first: IpAddr,
    len: u8,
}

impl Network {
    /// The block of `len` leading bits around `address`; `None` if the family has fewer bits. Bits of
    /// the address after those are cleared. IPv4-mapped IPv6 is folded.
    pub fn new(address: IpAddr, len: u8) -> Option<Self> {
        match address {
            IpAddr::V4(v4) if len <= 32 => Some(Self::of_v4(u32::from(v4), len)),
            IpAddr::V6(v6) if len <= 128 => Some(Self::of_v6(u128::from(v6), len)),
            _ => None,
        }
    }

    /// The first address.
    pub const fn first(self) -> IpAddr {
        self.first
    }

    /// How many leading bits all addresses share: 0 to 32, or 0 to 128.
    pub const fn prefix_len(self) -> u8 {
        self.len
    }

    /// Is the address in it? IPv4-mapped IPv6 is folded first.
    pub fn contains(self, address: IpAddr) -> bool {
        Self::new(fold(address), self.len) == Some(self)
    }

    pub(crate) fn of_v4(key: u32, len: u8) -> Self {
        Self { first: IpAddr::V4(Ipv4Addr::from(key & u32::mask(len))), len }
    }

    fn of_v6(key: u128, len: u8) -> Self {
        // `::ffff:0:0/96` is IPv4; a wider block is not.
        match (fold(IpAddr::V6(Ipv6Addr::from(key))), len.checked_sub(96)) {
            (IpAddr::V4(v4), Some(len)) => Self::of_v4(u32::from(v4), len),
            _ => Self { first: IpAddr::V6(Ipv6Addr::from(key & u128::mask(len))), len },
        }
    }

    /// The widest block around `key` that lies in `first..=last`.
    pub(crate) fn widest_v4(key: u32, first: u32, last: u32) -> Self {
        Self::of_v4(key, widest(key, first, last))
    }

    /// The widest block around `key` that lies in `first..=last`.
    pub(crate) fn widest_v6(key: u128, first: u128, last: u128) -> Self {
        let len = widest(key, first, last);
        Self { first: IpAddr::V6(Ipv6Addr::from(key & u128::mask(len))), len }
    }
}

impl core::fmt::Display for Network {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}/{}", self.first, self.len)
    }
}

impl core::str::FromStr for Network {
    type Err = RowFault;

    /// Reads `192.0.2.0/24`, `2001:db8::/32`, or a bare address. Strict: set host bits are an error.
    fn from_str(text: &str) -> Result<Self, RowFault> {
        match read_network(text)? {
            (network, false) => Ok(network),
            (_, true) => Err(RowFault::HostBits),
        }
    }
}

/// Reads a network or a bare address; `true` if bits were set after its length, which are cleared.
pub(crate) fn read_network(text: &str) -> Result<(Network, bool), RowFault> {
    let (address, len) = match text.split_once('/') {
        Some((address, len)) => (address, Some(len)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| RowFault::BadAddress)?;
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let len = match len {
        None => bits,
        Some(len) if len.len() <= 3 && len.bytes().all(|b| b.is_ascii_digit()) => {
            len.parse().ok().filter(|len| *len <= bits).ok_or(RowFault::BadPrefixLength)?
        }
        Some(_) => return Err(RowFault::BadPrefixLength),
    };
    let network = Network::new(address, len).ok_or(RowFault::BadPrefixLength)?;
    let masks_bits = match address {
        IpAddr::V4(v4) => u32::from(v4) & !u32::mask(len) != 0,
        IpAddr::V6(v6) => u128::from(v6) & !u128::mask(len) != 0,
    };
    Ok((network, masks_bits))
}

/// IPv4-mapped IPv6 (`::ffff:0:0/96`, RFC 4291 §2.5.5.2) as the IPv4 address that it is.
pub(crate) fn fold(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Which IPv6 forms that carry an IPv4 address are looked up by that address.
///
/// IPv4-mapped addresses always are. The others only if asked for: whoever runs the network knows
/// whether such an address can be believed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Unwrap {
    /// `64:ff9b::/96` (RFC 6052): the last 32 bits. For a server behind a translator.
    pub nat64: bool,
    /// `2002::/16` (RFC 3056): bits 16 to 47.
    pub six_to_four: bool,
    /// `2001::/32` (RFC 4380): the last 32 bits, inverted.
    pub teredo: bool,
}

impl Unwrap {
    /// All three forms.
    pub const ALL: Self = Self { nat64: true, six_to_four: true, teredo: true };

    /// The IPv4 address inside, if `address` has one of the chosen forms or is IPv4-mapped; else the
    /// address.
    ///
    /// ```
    /// use predispatch_bot::ip::Unwrap;
    ///
    /// let nat64 = "64:ff9b::c000:201".parse()?;
    /// assert_eq!(Unwrap::ALL.apply(nat64).to_string(), "192.0.2.1");
    /// assert_eq!(Unwrap::default().apply(nat64), nat64);
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn apply(self, address: IpAddr) -> IpAddr {
        let IpAddr::V6(v6) = fold(address) else { return fold(address) };
        let v4 = match v6.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, a, b] if self.nat64 => [a, b],
            [0x2002, a, b, ..] if self.six_to_four => [a, b],
            [0x2001, 0, .., a, b] if self.teredo => [!a, !b],
            _ => return address,
        };
        let [[a, b], [c, d]] = v4.map(u16::to_be_bytes);
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    }
}

/// The number behind an address or a part of one: `u32` for IPv4, `u128` for IPv6.
pub(crate) trait Key: Copy + Debug + Default + Ord {
    const BITS: u32;
    const MAX: Self;

    /// Ones in the `len` leading bits.
    fn mask(len: u8) -> Self;
    /// The last address of the block of `len` leading bits that starts here.
    fn last(self, len: u8) -> Self;
    fn next(self) -> Option<Self>;
    fn previous(self) -> Option<Self>;
    /// How many low bits are zero; all of them for 0.
    fn trailing_zeros(self) -> u32;
}

macro_rules! key {
    ($type:ty) => {
        impl Key for $type {
            const BITS: u32 = <$type>::BITS;
            const MAX: Self = <$type>::MAX;

            #[inline]
            fn mask(len: u8) -> Self {
                match <$type>::BITS.checked_sub(u32::from(len)) {
                    Some(host) => <$type>::MAX.checked_shl(host).unwrap_or(0),
                    None => <$type>::MAX,
                }
            }

            fn last(self, len: u8) -> Self {
                self | !Self::mask(len)
            }

            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }

            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }

            fn trailing_zeros(self) -> u32 {
                <$type>::trailing_zeros(self)
            }
        }
    };
}
key!(u8);
key!(u32);
key!(u64);
key!(u128);

/// The shortest prefix length whose block around `key` lies in `first..=last`.
fn widest<K: Key + core::ops::BitAnd<Output = K>>(key: K, first: K, last: K) -> u8 {
    let mut len = 0;
    while u32::from(len) < K::BITS {
        let start = key & K::mask(len);
        if start >= first && start.last(len) <= last {
            break;
        }
        len = len.saturating_add(1);
    }
    len
}

/// The blocks that make up `first..=last`, in order; none if it ends before it starts.
pub(crate) fn blocks<K: Key>(first: K, last: K) -> impl Iterator<Item = (K, u8)> {
    let mut from = (first <= last).then_some(first);
    core::iter::from_fn(move || {
        let start = from?;
        // As wide as the start's alignment and the end allow.
        let mut len = u8::try_from(K::BITS.saturating_sub(start.trailing_zeros())).unwrap_or(0);
        while start.last(len) > last {
            len = len.saturating_add(1);
        }
        from = start.last(len).next().filter(|next| *next <= last);
        Some((start, len))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_its_blocks() {
        let all: Vec<_> = blocks(0u32, u32::MAX).collect();
        assert_eq!(all, [(0, 0)]);
        assert_eq!(blocks(1u32, 6).collect::<Vec<_>>(), [(1, 32), (2, 31), (4, 31), (6, 32)]);
        assert_eq!(blocks(u128::MAX, u128::MAX).collect::<Vec<_>>(), [(u128::MAX, 128)]);
        assert_eq!(blocks(2u32, 1).count(), 0);
    }

    #[test]
    fn forms_of_a_network() {
        let read = |text| read_network(text).map(|(n, masked)| (n.to_string(), masked));
        assert_eq!(read("192.0.2.0/24"), Ok(("192.0.2.0/24".to_owned(), false)));
        assert_eq!(read("192.0.2.9/24"), Ok(("192.0.2.0/24".to_owned(), true)));
        assert_eq!(read("::ffff:192.0.2.0/120"), Ok(("192.0.2.0/24".to_owned(), false)));
        assert_eq!(read("::/8"), Ok(("::/8".to_owned(), false)));
        assert_eq!(read("192.0.2.0/33"), Err(RowFault::BadPrefixLength));
        assert_eq!(read("192.0.2.0/+8"), Err(RowFault::BadPrefixLength));
        assert_eq!(read("192.0.2.0/"), Err(RowFault::BadPrefixLength));
        assert_eq!(read("192.0.2/24"), Err(RowFault::BadAddress));
        assert_eq!(read("fe80::1%eth0"), Err(RowFault::BadAddress));
        assert!(!"::/0".parse::<Network>().unwrap().contains("192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn addresses_inside_addresses() {
        let unwrap = |text: &str| Unwrap::ALL.apply(text.parse().unwrap()).to_string();
        assert_eq!(unwrap("2002:c000:201::1"), "192.0.2.1");
        assert_eq!(unwrap("2001:0:1:2:3:4:3fff:fdfe"), "192.0.2.1");
        assert_eq!(unwrap("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(unwrap("64:ff9b:1::c000:201"), "64:ff9b:1::c000:201");
    }
}
