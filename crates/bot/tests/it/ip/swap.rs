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
    let mut builder = IpTableBuilder::empty();
    let feed = Feed::new("good", Format::Networks).label(Label::default().asn(7));
    builder.load(&feed, b"192.0.2.0/24\n").unwrap();
    let shared = SharedIpTable::new(builder.build());

    let mut next = IpTableBuilder::empty();
    next.load(&feed, b"192.0.2.0/24\n").unwrap();
    let before = format!("{next:?}");
    let list = Feed::new("bad", Format::AsnList);
    assert_eq!(
        next.load(&list, b"AS64500 # name\nnonsense\n").unwrap_err().code(),
        "feed_too_many_bad_rows"
    );
    assert_eq!(
        next.load(&feed.clone().at_least(2), b"192.0.2.0/24\n").unwrap_err().code(),
        "feed_shrunk"
    );
    assert_eq!(next.load(&feed, b"# nothing\n").unwrap_err().code(), "feed_empty");
    assert_eq!(format!("{next:?}"), before);
    assert_eq!(shared.read().lookup("192.0.2.1".parse().unwrap()).asn(), Some(7));
}
