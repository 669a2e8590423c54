//! Readers while the table is replaced.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use predispatch_bot::ip::{Feed, Format, IpTable, IpTableBuilder, Label, SharedIpTable};

/// A table whose two networks name the same system: a mixture of two tables would show.
fn generation(asn: u32) -> IpTable {
    let mut builder = IpTableBuilder::empty();
    let feed = Feed::new("generation", Format::Networks).label(Label::default().asn(asn));
    builder.load(&feed, b"192.0.2.0/24\n2001:db8::/32\n").unwrap();
    builder.build()
}

#[test]
fn a_reader_sees_one_whole_table() {
    let shared = SharedIpTable::new(generation(1));
    let done = AtomicBool::new(false);
    let (v4, v6) = ("192.0.2.9".parse().unwrap(), "2001:db8::9".parse().unwrap());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while !done.load(Ordering::Relaxed) {
                    let table = shared.read();
                    let asn = table.lookup(v4).asn().unwrap();
                    assert_eq!(table.lookup(v6).asn(), Some(asn));
                    assert!(asn >= last, "an older table came back");
                    last = asn;
                }
            });
        }
        for asn in 2..200 {
            shared.replace(generation(asn));
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(shared.read().lookup(v4).asn(), Some(199));
}

#[test]
fn a_refused_feed_changes_nothing() {
    let feed = |asn| Feed::new("list", Format::Networks).label(Label::default().asn(asn));
    let shared = SharedIpTable::new(IpTableBuilder::empty().build());
    let other = Feed::new("other", Format::Networks).label(Label::default().asn(9));
    let list = Feed::new("bad", Format::AsnList);
    for (asn, feed, bytes, refusal) in [
        (7, feed(7), "192.0.2.0/24\n", None),
        (7, list, "AS64500 # name\nnonsense\n", Some("feed_too_many_bad_rows")),
        (7, feed(8).at_least(2), "192.0.2.0/24\n", Some("feed_shrunk")),
        (7, feed(8), "# nothing\n", Some("feed_empty")),
        (8, feed(8), "192.0.2.0/24\n", None),
    ] {
        let mut next = IpTableBuilder::empty();
        next.load(&other, b"198.51.100.0/24\n").unwrap();
        let before = format!("{next:?}");
        let loaded = next.load(&feed, bytes.as_bytes());
        assert_eq!(loaded.as_ref().err().map(|error| error.code()), refusal);
        // As a service does it: what was refused leaves the builder and the table in use alone.
        match loaded {
            Ok(_) => shared.replace(next.build()),
            Err(_) => assert_eq!(format!("{next:?}"), before),
        }
        assert_eq!(shared.read().lookup("192.0.2.1".parse().unwrap()).asn(), Some(asn));
    }
}
