//! Causes of misses.

use std::time::Duration;

use predispatch_dedup::reconcile::{Cause, LogEvent, reconcile};
use predispatch_types::Timestamp;

fn line(
    data_set: &'static str,
    name: &'static str,
    id: &'static str,
    secs: i64,
) -> LogEvent<'static> {
    LogEvent::new(data_set, name, id, Timestamp::from_unix_secs(1_795_197_791 + secs))
}

#[test]
fn each_cause_is_found() {
    const PAIRING: i64 = 48 * 3_600;
    let ordered = |id, order| {
        let mut event = line("p", "Purchase", id, 0);
        event.order_id = Some(order);
        event
    };
    let cases = [
        (line("p", "Purchase", "order-1", 0), line("p", "Purchase", "order-1", PAIRING), None),
        (
            line("p", "Purchase", "order-2", 0),
            line("p", "Purchase", "order-2", PAIRING + 1),
            Some(Cause::Window),
        ),
        (
            line("p", "Purchase", "order-3", 0),
            line("p", "purchase", "order-3", 0),
            Some(Cause::Name),
        ),
        (
            line("p", "Purchase", "order-4", 0),
            line("q", "Purchase", "order-4", 0),
            Some(Cause::DataSet),
        ),
        (
            line("p", "Purchase", "b7c1f0de22b5", 0),
            line("p", "Purchase", "web_B7C1F0DE22B5", 0),
            Some(Cause::Decoration),
        ),
        (
            line("p", "Purchase", "b7c1f0de22b5", 0),
            line("p", "Purchase", "b7c1f0de22b5.retry", 0),
            Some(Cause::Decoration),
        ),
        (ordered("aaaa", "A-1"), ordered("bbbb", "A-1"), Some(Cause::Id)),
        (ordered("aaaa", "A-1"), ordered("bbbb", "A-2"), Some(Cause::Absent)),
    ];
    for (pixel, server, cause) in cases {
        let pairing = Duration::from_secs(PAIRING.unsigned_abs());
        let report = reconcile(&[pixel, pixel], &[server], pairing);
        let row = &report["Purchase"];
        assert_eq!(row.repeated, 1);
        assert_eq!(row.pixel, 1);
        match cause {
            None => assert_eq!((row.matched, row.per_cent()), (1, Some(100))),
            Some(cause) => {
                assert_eq!(row.pixel_misses[&cause], 1, "{cause:?}");
                let server_row = &report[server.event_name];
                assert_eq!(server_row.server_misses[&cause], 1, "{cause:?}");
            }
        }
    }
}

/// What is like an event is its cause only if it has no partner of its own.
#[test]
fn what_met_its_own_is_no_cause_of_another() {
    let purchase = |id| line("p", "Purchase", id, 0);
    let ordered = |id, order| {
        let mut event = purchase(id);
        event.order_id = Some(order);
        event
    };
    let met = ordered("order-1001", "A-1");
    let cases: [(&[LogEvent<'_>], &[LogEvent<'_>], _, _); 7] = [
        // Ids with a part in common are not one id.
        (&[purchase("order-1002")], &[], Cause::Absent, None),
        (&[purchase("order-1002")], &[purchase("order-1003")], Cause::Absent, Some(Cause::Absent)),
        (
            &[ordered("order-1002", "A-2")],
            &[ordered("order-1003", "A-2")],
            Cause::Id,
            Some(Cause::Id),
        ),
        (
            &[purchase("order-1002")],
            &[purchase("web-order-1002")],
            Cause::Decoration,
            Some(Cause::Decoration),
        ),
        (&[purchase("order-1001-2")], &[], Cause::Absent, None),
        (&[ordered("7f3a", "A-1")], &[], Cause::Absent, None),
        (
            &[line("p", "PageView", "view-1", 0), purchase("view-1")],
            &[line("p", "PageView", "view-1", 0)],
            Cause::Absent,
            None,
        ),
    ];
    for (pixel, server, pixel_cause, server_cause) in cases {
        let (pixel, server) = ([&[met], pixel].concat(), [&[met], server].concat());
        let report = reconcile(&pixel, &server, Duration::from_secs(60));
        let row = &report["Purchase"];
        assert_eq!(row.matched, 1);
        assert_eq!(row.pixel_misses, [(pixel_cause, 1)].into(), "{:?}", pixel[1].event_id);
        let expected = server_cause.into_iter().map(|cause| (cause, 1)).collect();
        assert_eq!(row.server_misses, expected, "{:?}", pixel[1].event_id);
    }
}
