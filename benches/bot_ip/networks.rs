//! Seeded networks with the lengths and the crowding of the Internet's routing tables, and addresses
//! in them.

use std::{
    fmt::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// First address, prefix length, autonomous system.
pub(crate) type Route = (IpAddr, u8, u32);

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}

/// Distinct networks, nested as they fall: `v4` of IPv4, then `v6` of IPv6.
pub(crate) fn routes(v4: usize, v6: usize) -> Vec<Route> {
    let mut random = Random(2_026);
    let mut seen = std::collections::HashSet::new();
    let mut routes = Vec::with_capacity(v4 + v6);
    while routes.len() < v4 + v6 {
        let (first, len) = if routes.len() < v4 {
            let len = random.pick(&V4_LENS);
            let first = (0x0100_0000 + random.below(0xde00_0000) as u32) & (u32::MAX << (32 - len));
            (IpAddr::V4(Ipv4Addr::from(first)), len)
        } else {
            let len = random.pick(&V6_LENS);
            let top = random.pick(&V6_TOPS);
            // Registries hand out /32s one after the other; the space in them is used from its start.
            let block = random.below(0x3000) << 4;
            let inside = random.next() & random.next() & random.next();
            let first =
                (u128::from(top) << 112) | (u128::from(block) << 96) | (u128::from(inside) << 32);
            (IpAddr::V6(Ipv6Addr::from(first & (u128::MAX << (128 - u32::from(len))))), len)
        };
        if seen.insert((first, len)) {
            routes.push((first, len, 1 + random.below(84_000) as u32));
        }
    }
    routes
}

/// Random addresses, each in a random one of the networks.
pub(crate) fn inside<T>(
    routes: &[Route],
    count: usize,
    read: impl Fn(IpAddr) -> Option<T>,
) -> Vec<T> {
    let mut random = Random(7);
    let mut addresses = Vec::with_capacity(count);
    while addresses.len() < count {
        let (first, len, _) = routes[random.below(routes.len() as u64) as usize];
        let wide = (u128::from(random.next()) << 64) | u128::from(random.next());
        let address = match first {
            IpAddr::V4(v4) => {
                let host = u32::MAX.checked_shr(len.into()).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from(u32::from(v4) | (wide as u32 & host)))
            }
            IpAddr::V6(v6) => {
                let host = u128::MAX.checked_shr(len.into()).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from(u128::from(v6) | (wide & host)))
            }
        };
        addresses.extend(read(address));
    }
    addresses
}

/// The routes as a feed.
pub(crate) fn csv(routes: &[Route]) -> String {
    let mut text = "network,asn\n".to_owned();
    for (first, len, asn) in routes {
        let _ = writeln!(text, "{first}/{len},{asn}");
    }
    text
}

/// As in RIPE's routing table, in tenths.
const V4_LENS: [u8; 20] =
    [24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 23, 23, 22, 22, 21, 20, 19, 16];
const V6_LENS: [u8; 20] =
    [48, 48, 48, 48, 48, 48, 48, 48, 48, 32, 32, 32, 32, 44, 44, 40, 36, 36, 29, 64];
const V6_TOPS: [u16; 16] = [
    0x2001, 0x2400, 0x2401, 0x2402, 0x2404, 0x2405, 0x2406, 0x2600, 0x2602, 0x2604, 0x2606, 0x2803,
    0x2a00, 0x2a02, 0x2a03, 0x2a0a,
];
