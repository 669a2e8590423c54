//! Autonomous systems: lists of them, and which addresses each announces.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Loading, lines};
use crate::ip::{LoadError, RowFault, record::InternedLabel};

/// Lines `AS64500 # name`.
pub(super) fn list(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    for (number, line) in lines::rows(bytes)? {
        to.row(number, |to| {
            let asn = read_asn(lines::before_comment(line))?;
            let mut label = to.base();
            if label.provider == 0 {
                let name = line.split_once('#').map_or("", |(_, name)| name);
                label.provider = to.name_or_none(number, name);
            }
            to.asn(asn, label);
            Ok(())
        });
    }
    Ok(())
}

/// `first,last,asn,organisation`.
pub(super) fn ranges(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    for (number, line) in lines::rows(bytes)? {
        to.row(number, |to| {
            let mut columns = lines::columns(line).map(|text| text.ok_or(RowFault::Unreadable));
            let mut next = || columns.next().unwrap_or(Err(RowFault::Missing));
            let first = read_address(next()?)?;
            let last = read_address(next()?)?;
            let asn = read_asn(next()?)?;
            to.range(first, last, InternedLabel { asn, ..to.base() })
        });
    }
    Ok(())
}

/// `64500`, `AS64500`, `as64500`. 0 is no autonomous system's number.
pub(super) fn read_asn(text: &str) -> Result<u32, RowFault> {
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let asn = if is_number { digits.parse().ok() } else { None };
    asn.filter(|asn| *asn != 0).ok_or(RowFault::BadAsn)
}

/// An address, dotted or as a decimal number. A number that fits into 32 bits is IPv4: as IPv6 it
/// would be in `::/96`, where nobody is.
pub(super) fn read_address(text: &str) -> Result<IpAddr, RowFault> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: u128 = text.parse().map_err(|_| RowFault::BadAddress)?;
        return Ok(match u32::try_from(number) {
            Ok(number) => Ipv4Addr::from(number).into(),
            Err(_) => Ipv6Addr::from(number).into(),
        });
    }
    text.parse().map_err(|_| RowFault::BadAddress)
}
