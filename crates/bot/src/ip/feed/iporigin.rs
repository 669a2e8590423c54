//! The Python package `iporigin`: `ranges.bin`.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use predispatch_types::Timestamp;

use super::Loading;
use crate::ip::{Class, LoadError, RowFault, record::InternedLabel};

/// Header (magic, version, time, numbers of labels and ranges), labels `provider\tkind`, IPv4 ranges
/// in little-endian numbers, IPv6 ranges in network order; layout as in the package's own reader.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    let mut reader = Reader { bytes, at: 0 };
    let (magic, version) = (reader.take::<8>()?, u16::from_le_bytes(reader.take()?));
    if &magic != b"IPORIGIN" || version != 1 {
        return Err(LoadError::Malformed { byte: 0 });
    }
    let made = i64::from_le_bytes(reader.take()?);
    if let Ok(at) = Timestamp::detect(made) {
        to.made(at);
    }
    let labels = u16::from_le_bytes(reader.take()?);
    let v4 = u32::from_le_bytes(reader.take()?);
    let v6 = u32::from_le_bytes(reader.take()?);
    let labels = (0..labels)
        .map(|_| {
            let len = u16::from_le_bytes(reader.take()?);
            let text = core::str::from_utf8(reader.slice(usize::from(len))?);
            Ok(text.ok().and_then(|text| label(to, text)))
        })
        .collect::<Result<Vec<_>, LoadError>>()?;

    let mut number = 0u64;
    let mut add = |first: IpAddr, last: IpAddr, label: [u8; 2]| {
        number = number.saturating_add(1);
        to.row(number, |to| {
            let label = labels.get(usize::from(u16::from_le_bytes(label))).copied().flatten();
            to.range(first, last, label.ok_or(RowFault::UnknownWord)?)
        });
    };
    for _ in 0..v4 {
        let address = |bytes| Ipv4Addr::from(u32::from_le_bytes(bytes)).into();
        let (first, last) = (address(reader.take()?), address(reader.take()?));
        add(first, last, reader.take()?);
    }
    for _ in 0..v6 {
        let address = |bytes: [u8; 16]| Ipv6Addr::from(bytes).into();
        let (first, last) = (address(reader.take()?), address(reader.take()?));
        add(first, last, reader.take()?);
    }
    if reader.slice(1).is_ok() {
        return Err(LoadError::Malformed { byte: u64::try_from(reader.at).unwrap_or(u64::MAX) });
    }
    Ok(())
}

/// The label of `provider\tkind`; `None` for a kind that is not known.
fn label(to: &mut Loading<'_>, text: &str) -> Option<InternedLabel> {
    let (provider, kind) = text.split_once('\t')?;
    let class = match kind {
        // Its list of relays stands under this kind.
        "vpn" if provider == "Apple Private Relay" => Class::PrivacyRelay,
        "bot" => Class::Crawler,
        "cdn" => Class::Cdn,
        "hosting" => Class::Datacenter,
        "tor" => Class::Tor,
        "vpn" => Class::Vpn,
        _ => return None,
    };
    let name = to.name_or_none(0, provider);
    let mut label = to.base();
    label.classes = label.classes.with(class);
    if class == Class::Crawler {
        label.operator = name;
    } else {
        label.provider = name;
    }
    Some(label)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn slice(&mut self, len: usize) -> Result<&'a [u8], LoadError> {
        let end = self.at.saturating_add(len);
        let malformed = LoadError::Malformed { byte: u64::try_from(self.at).unwrap_or(u64::MAX) };
        let slice = self.bytes.get(self.at..end).ok_or(malformed)?;
        self.at = end;
        Ok(slice)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], LoadError> {
        let slice = self.slice(N)?;
        slice.try_into().map_err(|_| LoadError::Malformed { byte: 0 })
    }
}
