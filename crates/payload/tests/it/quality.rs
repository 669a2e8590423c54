//! The estimate of match quality: `tests/data/quality.jsonl`, and what must hold for every event.
//!
//! A case is one line: `platform`, `event` (on top of a name and a time), and what must come out: `range`
//! and `target` in tenths, worked out by hand from the points at the end of `quality.rs`; the `first`
//! advice; fields that are `malformed`; codes of what is `unstable`; fields that are not `asked` for.

use predispatch_payload::quality::{Coverage, Range, estimate};
use predispatch_types::Platform;
use serde_json::{Value, json};

use crate::{
    generate::{Chance, event},
    platforms::data,
    setting::{merge, read},
};

#[test]
fn every_case_of_the_estimate() {
    let text = std::fs::read_to_string(data("quality.jsonl")).unwrap();
    let mut run = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let platform: Platform = case["platform"].as_str().unwrap().parse().unwrap();
        let found = estimate(&read(&on_base(&case["event"])), platform);
        let ends = |range: Range| json!([range.low, range.high]);
        let wanted = |key: &str, found: Value| {
            assert!(case[key].is_null() || case[key] == found, "{line}: {key} is {found}");
        };
        wanted("range", ends(found.range));
        wanted("target", found.target.map_or_else(|| json!("none"), ends));
        wanted(
            "first",
            found.missing.first().map_or_else(|| json!("nothing"), |advice| advice.field.into()),
        );
        wanted("malformed", found.malformed.iter().map(|issue| issue.field).collect());
        wanted("unstable", found.unstable.iter().map(|issue| issue.code).collect());
        for field in case["not_asked"].as_array().into_iter().flatten() {
            let asked = found.missing.iter().any(|advice| *field == advice.field);
            assert!(!asked, "{line}: {field} is asked for");
        }
        run += 1;
    }
    assert!(run >= 25, "{run} cases");
}

fn on_base(patch: &Value) -> Value {
    let mut event = json!({"event_name": "purchase", "event_id": "e-1", "event_time": crate::generate::EVENT_TIME});
    merge(&mut event, patch);
    event
}

/// A range is a range, the best advice comes first and says what to do, and no identifier less makes the
/// estimate better.
#[test]
fn an_identifier_more_never_lowers_the_estimate() {
    let mut compared = 0;
    for seed in 0..200 {
        let json = event(&mut Chance::new(seed));
        let whole = read(&json);
        let found = Platform::ALL.map(|platform| estimate(&whole, platform));
        for estimate in &found {
            assert!(estimate.range.low <= estimate.range.high && estimate.range.high <= 100);
            assert!(estimate.missing.is_sorted_by(|a, b| a.gain >= b.gain));
            assert!(estimate.missing.iter().all(|line| line.gain > 0 && !line.action.is_empty()));
        }
        for group in ["user", "click_ids", "browser_ids", "client"] {
            let keys = json[group].as_object().into_iter().flat_map(|object| object.keys());
            // A country more can make a postal code of another country wrong.
            for key in keys.filter(|key| *key != "country") {
                let mut poorer = json.clone();
                poorer[group].as_object_mut().unwrap().remove(key);
                let poorer = read(&poorer);
                for (platform, whole) in Platform::ALL.into_iter().zip(&found) {
                    let less = estimate(&poorer, platform).range;
                    let is_no_better = less.low <= whole.range.low && less.high <= whole.range.high;
                    assert!(is_no_better, "{platform}: {group}.{key} lowers {json}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 10_000, "only {compared}");
}

/// A bot with stolen data scores high, so it is counted apart.
#[test]
fn a_file_is_counted_by_name_and_bots_apart() {
    let mut coverage = Coverage::new(Platform::Meta);
    let thin = json!({"user": {"email": "ada@example.com"}});
    let bad = json!({"user": {"email": "not an address", "phone": "+44 20 7946 0958"}});
    let own = json!({"event_name": "Size_Chart_Opened", "user": {"email": "ada@example.com"}});
    let rich = json!({"user": {"email": "b@example.com", "phone": "+44 20 7946 0958", "first_name": "Bo"}});
    for (patch, is_bot) in
        [(&thin, false), (&rich, true), (&bad, false), (&own, false), (&thin, false)]
    {
        coverage.add(&read(&on_base(patch)), is_bot);
    }
    let names: Vec<_> = coverage.people().iter().map(|tally| (tally.event, tally.events)).collect();
    assert_eq!(names, [("purchase", 3), ("custom", 1)]);
    let purchases = &coverage.people()[0];
    let with = |field: &str| {
        purchases.present.iter().find(|(known, _)| *known == field).map(|(_, count)| *count)
    };
    assert_eq!((with("user.email"), with("user.phone")), (Some(2), Some(1)));
    assert_eq!(with("click_ids.ttclid"), None, "another platform's click");
    assert_eq!(purchases.malformed, 1);
    assert_eq!(purchases.target(), Some(coverage.suspected_bots()[0].target().unwrap()));
    // Twice 17 to 18 by an e-mail, once 7 to 17 by a telephone: a third of 41 and of 53.
    assert_eq!((purchases.mean.low, purchases.mean.high), (13, 17));
    let bots = coverage.suspected_bots();
    assert_eq!((bots.len(), bots[0].events), (1, 1));
    assert!(bots[0].mean.low > purchases.mean.high);
}

#[test]
fn few_events_are_a_small_sample() {
    let mut coverage = Coverage::new(Platform::Reddit);
    let event = read(&on_base(&json!({})));
    for number in 1..=30 {
        coverage.add(&event, false);
        assert_eq!(coverage.people()[0].is_small(), number < 30, "{number}");
    }
}
