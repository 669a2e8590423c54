//! The table's file.

use predispatch_bot::ip::{Class, Feed, Format, IpTable, IpTableBuilder, Label, TableError};
use predispatch_types::Sha256Hex;
use proptest::prelude::*;

use super::random::Random;

fn table(rows: u64, seed: u64) -> IpTable {
    let mut random = Random(seed);
    let mut builder = IpTableBuilder::new();
    for (name, class) in [("a", Class::Datacenter), ("b", Class::Crawler), ("c", Class::Mobile)] {
        let rows: String = (0..rows.max(1)).map(|_| format!("{}\n", random.address())).collect();
        let label = Label::of(class).provider(name).asn(64_500);
        let feed = Feed::new(name, Format::Networks).label(label).licence("CC0-1.0");
        builder.load(&feed, rows.as_bytes()).unwrap();
    }
    builder.build()
}

#[test]
fn a_saved_table_answers_the_same() {
    let table = table(3_000, 1);
    let file = table.to_bytes();
    let again = IpTable::from_bytes(&file).unwrap();
    assert_eq!(again.sources(), table.sources());
    assert_eq!(again.to_bytes(), file);
    let mut random = Random(2);
    for _ in 0..100_000 {
        let address = random.address();
        let (ours, theirs) = (table.lookup(address), again.lookup(address));
        assert_eq!(ours.listed(), theirs.listed());
        assert_eq!((ours.asn(), ours.provider()), (theirs.asn(), theirs.provider()));
        assert_eq!(table.network(address), again.network(address));
    }
}

#[test]
fn each_fault_has_its_error() {
    let file = table(10, 3).to_bytes();
    assert_eq!(IpTable::from_bytes(b"").unwrap_err(), TableError::Truncated { byte: 0 });
    assert_eq!(IpTable::from_bytes(&[0; 100]).unwrap_err(), TableError::NotATable);
    let mut other = file.clone();
    other[8] = 9;
    assert_eq!(IpTable::from_bytes(&other).unwrap_err(), TableError::UnknownVersion { version: 9 });
    let mut other = file.clone();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(IpTable::from_bytes(&other).unwrap_err(), TableError::Checksum);
    let mut longer = file;
    longer.push(0);
    let invalid = TableError::Invalid { byte: longer.len() - 1 };
    assert_eq!(IpTable::from_bytes(&summed(longer)).unwrap_err(), invalid);
}

/// With the checksum made right, so that what follows it is looked at.
fn summed(mut file: Vec<u8>) -> Vec<u8> {
    let sum = Sha256Hex::of(&file[76..]);
    file[12..76].copy_from_slice(sum.as_bytes());
    file
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_spoilt_file_is_an_error_or_a_sound_table(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut file = table(5, 4).to_bytes();
        let at = 76 + at.index(file.len() - 76);
        file[at] = byte;
        if is_cut {
            file.truncate(76 + cut.index(file.len() - 76));
        }
        let file = summed(file);
        if let Ok(table) = IpTable::from_bytes(&file) {
            prop_assert!(table.to_bytes() == file, "another file");
        }
    }
}
