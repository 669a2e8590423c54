//! The bundled ranges, on addresses that they were not made from.

use std::collections::BTreeMap;

use predispatch_bot::ip::{Class, ClassSet, IpTable};

/// `scripts/sample-bot-ip` drew them; `tests/data/README.md` tells from what.
const SAMPLES: &str = include_str!("../../data/ip_samples.tsv");

#[test]
fn clouds_are_flagged_and_people_are_not() {
    let table = IpTable::bundled();
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for line in SAMPLES.lines() {
        let [group, _, address] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}")
        };
        let answer = table.lookup(address.parse().unwrap());
        let (asked, flagged) = counts.entry(group).or_default();
        *asked += 1;
        *flagged += u32::from(answer.counted().intersects(ClassSet::NOT_A_HOME));
    }
    println!("{counts:?}");
    let asked: Vec<_> = counts.iter().map(|(group, (asked, _))| (*group, *asked)).collect();
    assert_eq!(asked, [("campus", 700), ("cloud", 5_000), ("isp", 3_000), ("mobile", 3_000)]);
    let share = |group| f64::from(counts[group].1) / f64::from(counts[group].0);
    assert!(share("cloud") >= 0.99, "{counts:?}");
    assert!(share("isp") <= 0.003, "{counts:?}");
    assert!(share("mobile") <= 0.003, "{counts:?}");
    assert!(share("campus") <= 0.003, "{counts:?}");
}

#[test]
fn bundled_sources_say_whose_and_how_old_they_are() {
    let table = IpTable::bundled();
    assert_eq!(table.sources().len(), 4);
    for source in table.sources() {
        assert!(source.made.is_some() && source.networks > 0 && source.skipped == 0, "{source:?}");
        assert!(!source.licence.is_empty());
    }
    assert!(!table.has_relay_list());
}

/// Private Relay leaves from networks of Akamai, Cloudflare and Fastly, which lists call data centres.
#[test]
fn networks_that_relays_leave_from_carry_no_weight() {
    let table = IpTable::bundled();
    for address in
        ["104.28.30.1", "172.225.4.5", "146.75.166.10", "2a02:26f7:c000::1", "104.16.0.1"]
    {
        let answer = table.lookup(address.parse().unwrap());
        let counted = answer.counted();
        assert!(!counted.intersects(ClassSet::SAID_OF_RELAYS), "{address}: {counted}");
        assert!(
            answer.classes().intersects(ClassSet::of(Class::RelayHost).with(Class::PrivacyRelay))
        );
    }
}
