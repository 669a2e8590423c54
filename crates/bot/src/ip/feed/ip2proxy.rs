//! IP2Proxy's CSV files.

use super::{Loading, asn::read_address, lines};
use crate::ip::{Class, ClassSet, LoadError, RowFault};

/// `"ip_from","ip_to","proxy_type",…`: numbers in decimal.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    for (number, line) in lines::rows(bytes)? {
        to.row(number, |to| {
            let mut columns = lines::columns(line).map(|text| text.ok_or(RowFault::Unreadable));
            let mut next = || columns.next().unwrap_or(Err(RowFault::Missing));
            let first = read_address(next()?)?;
            let last = read_address(next()?)?;
            let classes = match next()? {
                // The files cover all addresses; a dash is one that is no proxy.
                "-" => return Ok(()),
                "VPN" => Class::Vpn,
                "TOR" => Class::Tor,
                "DCH" => Class::Datacenter,
                "PUB" | "WEB" => Class::PublicProxy,
                "RES" => Class::ResidentialProxy,
                "SES" => Class::Crawler,
                "CPN" => Class::PrivacyRelay,
                "EPN" => Class::Business,
                _ => return Err(RowFault::UnknownWord),
            };
            to.range(first, last, to.base_with(ClassSet::of(classes)))
        });
    }
    Ok(())
}
