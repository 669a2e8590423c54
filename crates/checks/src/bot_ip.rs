//! Laws of `predispatch-bot`'s `ip`.

use predispatch_bot::ip::{Feed, Format, IpTable, IpTableBuilder, Label};
use predispatch_types::Sha256Hex;

/// The first byte picks the format, the rest is the feed.
///
/// No panic. A refused feed leaves nothing behind. What an accepted one adds is counted, and the table
/// made of it is the same after its file was written and read.
pub(crate) fn feed(input: &[u8]) {
    let Some((format, feed)) = input.split_first() else { return };
    load(FORMATS[usize::from(*format) % FORMATS.len()], feed);
}

/// The same for MaxMind databases.
pub(crate) fn mmdb(input: &[u8]) {
    load(Format::Mmdb, input);
}

/// What can be read as a table is written as it was; the checksum is made right first, so that what
/// follows it is looked at.
pub(crate) fn table(input: &[u8]) {
    let mut file = input.to_vec();
    if let Some((head, body)) = file.split_at_mut_checked(76) {
        head[12..].copy_from_slice(Sha256Hex::of(body).as_bytes());
    }
    let Ok(table) = IpTable::from_bytes(&file) else { return };
    assert!(table.to_bytes() == file, "another file");
    for address in ["0.0.0.0", "255.255.255.255", "::", "2001:db8::1", "ffff::"] {
        let address = address.parse().unwrap_or_else(|error| panic!("{error}"));
        let network = table.network(address);
        assert!(network.contains(address), "{network}");
        let answer = table.lookup(address);
        assert_eq!(answer.listed(), table.lookup(network.first()).listed());
        assert!(answer.sources().count() <= table.sources().len());
    }
}

fn load(format: Format, bytes: &[u8]) {
    let mut builder = IpTableBuilder::empty();
    let before = format!("{builder:?}");
    let label = Label::default().asn(64_500);
    let Ok(report) = builder.load(&Feed::new("fuzz", format).label(label).tolerance(0.5), bytes)
    else {
        assert_eq!(format!("{builder:?}"), before);
        return;
    };
    assert!(report.skipped <= report.rows && report.networks > 0);
    assert!(report.bad_rows.len() as u64 <= report.skipped + report.corrected);
    let built = builder.build();
    assert_eq!(built.sources()[0].networks, report.networks);
    let file = built.to_bytes();
    let again = IpTable::from_bytes(&file).unwrap_or_else(|error| panic!("{error}"));
    assert!(again.to_bytes() == file, "another file");
}

const FORMATS: [Format; 15] = [
    Format::AsnList,
    Format::AsnRanges,
    Format::Aws,
    Format::Azure,
    Format::Columns,
    Format::Geofeed,
    Format::Github,
    Format::Google,
    Format::Ip2Proxy,
    Format::Iporigin,
    Format::Labelled,
    Format::Networks,
    Format::Oracle,
    Format::Spamhaus,
    Format::TorExits,
];
