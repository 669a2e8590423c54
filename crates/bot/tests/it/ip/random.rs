//! Seeded numbers and feeds made of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// SplitMix64: small, seeded, good enough to spread addresses.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Mostly in a few crowded parts, as real addresses are.
    pub(crate) fn v4(&mut self) -> Ipv4Addr {
        let address = self.next() as u32;
        Ipv4Addr::from(match self.below(4) {
            0 => address,
            1 => 0x3400_0000 | (address & 0x00ff_ffff),
            _ => 0x3412_0000 | (address & 0x0000_ffff),
        })
    }

    pub(crate) fn v6(&mut self) -> Ipv6Addr {
        let address = (u128::from(self.next()) << 64) | u128::from(self.next());
        let kept = |part: u128, bits: u32| part << bits | address & ((1 << bits) - 1);
        Ipv6Addr::from(match self.below(6) {
            0 => address,
            1 => kept(0x2a00, 112),
            2 => kept(0x2a02_26f7, 96),
            3 => kept(0x2a02_26f7_0000, 80),
            // The halves of addresses, where a /64 is divided.
            4 => kept(0x2a02_26f7_0000_0001, 64),
            _ => kept(0x2a02_26f7_0000_0001_0000_0000_0000, 16),
        })
    }

    pub(crate) fn address(&mut self) -> IpAddr {
        if self.below(2) == 0 { self.v4().into() } else { self.v6().into() }
    }
}
