//! The law of reconciling two logs.

use core::time::Duration;

use predispatch_dedup::reconcile::{LogEvent, reconcile};
use predispatch_types::Timestamp;

/// Whatever the ids: every event of either log is matched or has one cause; a log and itself meet in
/// full.
///
/// A line is the log (`p` or `s`), then data set, name, id, seconds and order, separated by tabs.
pub(crate) fn reconcile_law(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let (mut pixel, mut server) = (Vec::new(), Vec::new());
    for line in text.lines().take(1_000) {
        let mut parts = line.split('\t');
        let mut part = || parts.next().unwrap_or_default();
        let (log, data_set, name, id) = (part(), part(), part(), part());
        let time = Timestamp::from_unix_secs(part().parse().unwrap_or_default());
        let mut event = LogEvent::new(data_set, name, id, time);
        event.order_id = Some(part()).filter(|order| !order.is_empty());
        if log == "p" { pixel.push(event) } else { server.push(event) }
    }
    let pairing = Duration::from_secs(48 * 3_600);
    for row in reconcile(&pixel, &server, pairing).values() {
        assert_eq!(row.pixel, row.matched + row.pixel_misses.values().sum::<u64>());
        assert_eq!(row.server, row.matched + row.server_misses.values().sum::<u64>());
    }
    for row in reconcile(&pixel, &pixel, pairing).values() {
        assert_eq!((row.matched, row.per_cent()), (row.pixel, Some(100)));
    }
}
