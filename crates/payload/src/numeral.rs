//! Numbers, amounts and addresses in digits, as JSON and platforms have them.

use core::net::IpAddr;
use std::io::Write as _;

use predispatch_types::Money;

pub(crate) fn integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(Digits::of(value.unsigned_abs(), 1).as_bytes());
}

/// An amount in whole units, with or without its trailing zeros.
pub(crate) fn decimal(out: &mut Vec<u8>, money: Money, trailing_zeros: bool) {
    if money.minor_units() < 0 {
        out.push(b'-');
    }
    let places = usize::from(money.currency().exponent());
    let digits = Digits::of(money.minor_units().unsigned_abs(), places.saturating_add(1));
    let digits = digits.as_bytes();
    let (whole, mut fraction) = digits.split_at(digits.len().saturating_sub(places));
    while !trailing_zeros && let Some((b'0', rest)) = fraction.split_last() {
        fraction = rest;
    }
    out.extend_from_slice(whole);
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend_from_slice(fraction);
    }
}

/// A number in decimal digits.
struct Digits {
    /// They stand at the end.
    buffer: [u8; Self::MOST],
    count: usize,
}

impl Digits {
    /// Those of `u64::MAX`.
    const MOST: usize = 20;

    /// At least `least` of them, at most [`MOST`](Self::MOST).
    fn of(value: u64, least: usize) -> Self {
        let (mut buffer, mut count, mut rest) = ([b'0'; Self::MOST], 0_usize, value);
        // Two at a time, because each division waits for the one before.
        for pair in buffer.as_chunks_mut::<2>().0.iter_mut().rev() {
            if rest == 0 && count >= least {
                break;
            }
            *pair = [rest % 100 / 10, rest % 10].map(|digit| b'0' | digit.to_le_bytes()[0]);
            rest /= 100;
            count = count.saturating_add(2);
        }
        let mut digits = Self { buffer, count };
        // The first pair may have brought a zero that nobody asked for.
        if count > least && digits.as_bytes().first() == Some(&b'0') {
            digits.count = count.saturating_sub(1);
        }
        digits
    }

    fn as_bytes(&self) -> &[u8] {
        self.buffer.get(Self::MOST.saturating_sub(self.count)..).unwrap_or_default()
    }
}

/// An address as its `Display` writes it; the formatting machinery costs more than four numbers do.
pub(crate) fn address(out: &mut Vec<u8>, ip: IpAddr) {
    match ip {
        IpAddr::V4(v4) => {
            for (place, octet) in v4.octets().into_iter().enumerate() {
                if place > 0 {
                    out.push(b'.');
                }
                if octet >= 100 {
                    out.push(b'0' | (octet / 100));
                }
                if octet >= 10 {
                    out.push(b'0' | (octet / 10 % 10));
                }
                out.push(b'0' | (octet % 10));
            }
        }
        // Writing to a vector can't fail.
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => _ = write!(out, "{v6}"),
        IpAddr::V6(v6) => groups(out, v6.segments()),
    }
}

/// The groups of an address in hexadecimal digits, the first of the longest runs of zeros, if of two or
/// more, as `::` (RFC 5952, section 4).
fn groups(out: &mut Vec<u8>, groups: [u16; 8]) {
    let (mut run, mut start) = (0..0, 0_usize);
    for (place, group) in groups.into_iter().enumerate() {
        let next = place.saturating_add(1);
        if group != 0 {
            start = next;
        } else if (start..next).len() > run.len() {
            run = start..next;
        }
    }
    if run.len() == 1 {
        run = 0..0;
    }
    for (place, group) in groups.into_iter().enumerate() {
        if run.contains(&place) {
            if place == run.start {
                out.extend_from_slice(b"::");
            }
            continue;
        }
        if place > 0 && place != run.end {
            out.push(b':');
        }
        for left in [group >> 12, group >> 8, group >> 4] {
            if left > 0 {
                out.push(hex_digit(left & 0xf));
            }
        }
        out.push(hex_digit(group & 0xf));
    }
}

/// Of a number below 16.
pub(crate) fn hex_digit(digit: u16) -> u8 {
    char::from_digit(digit.into(), 16).map_or(b'0', |digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use predispatch_types::Currency;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_number_of_an_address_is_written_as_it_is_displayed() {
        for number in 0..=u8::MAX {
            let ip = IpAddr::from([number, 255, 0, number]);
            let mut out = Vec::new();
            address(&mut out, ip);
            assert_eq!(String::from_utf8(out).unwrap(), ip.to_string());
        }
    }

    #[test]
    fn an_address_is_written_as_it_is_displayed() {
        for ip in [
            "0.0.0.0",
            "203.0.113.24",
            "255.255.255.255",
            "1.20.9.100",
            "2001:db8::1",
            "::",
            "::1",
            "::ffff:1.2.3.4",
        ] {
            let mut out = Vec::new();
            address(&mut out, ip.parse().unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), ip);
        }
    }

    proptest! {
        /// Groups of few values, so that there are runs of zeros.
        #[test]
        fn an_address_of_groups_is_written_as_it_is_displayed(
            few in proptest::array::uniform8(prop_oneof![3 => Just(0), 1 => Just(0xffff), 2 => any::<u16>()]),
        ) {
            let ip = IpAddr::from(few);
            let mut out = Vec::new();
            address(&mut out, ip);
            prop_assert_eq!(String::from_utf8(out).unwrap(), ip.to_string());
        }

        #[test]
        fn an_integer_is_written_as_it_is_displayed(value: i64, bits in 0..64_u32) {
            let value = value >> bits;
            let mut out = Vec::new();
            integer(&mut out, value);
            prop_assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }

        #[test]
        fn amounts_agree_with_their_own_text(minor: i64, bits in 0..64_u32, code in "EUR|JPY|KWD|CLF") {
            let money = Money::from_minor_units(minor >> bits, Currency::parse(&code).unwrap());
            for (zeros, text) in [(false, money.decimal()), (true, money.fixed_decimal())] {
                let mut out = Vec::new();
                decimal(&mut out, money, zeros);
                prop_assert_eq!(String::from_utf8(out).unwrap(), text.to_string());
            }
        }
    }
}
