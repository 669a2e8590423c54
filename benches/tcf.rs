//! TC strings: parse and one vendor's purposes, beside `lib_tcstring` and `iab_gpp`.
//!
//! `cargo bench -p predispatch-benches --bench tcf`. The strings are those of the budgets: 700
//! vendors as bit fields (401 characters), 15 ranges in each list (305 characters), and 4,095
//! overlapping ranges that name 268 million ids (22,578 characters).
#![expect(clippy::unwrap_used, reason = "a bench that can't run should say where")]

use std::{hint::black_box, str::FromStr};

use criterion::{Criterion, Throughput};
use predispatch_benches::{Ratio, allocations, print_ratios};
use predispatch_tcf::{
    AdditionalConsent, AtpStatus, GlobalVendorList, Purpose, TcString, TcStringBuilder, VendorId,
    VendorRange, VendorSet,
};
use predispatch_types::Timestamp;

#[global_allocator]
static COUNTED: allocations::Counted = allocations::Counted;

fn main() {
    const B: &str = "tcf_bitfield/predispatch";
    const R: &str = "tcf_ranges/predispatch";
    let mut criterion = Criterion::default().configure_from_args();
    let (bitfield, ranges, hostile) = (bitfield(), ranges(), hostile());
    one_vendor(&mut criterion, "bitfield", &bitfield);
    one_vendor(&mut criterion, "ranges", &ranges);
    our_own(&mut criterion, &bitfield, &ranges, &hostile);
    criterion.final_summary();
    print_ratios(&[
        faster("bitfield: 15 x faster than lib_tcstring", B, "tcf_bitfield/lib_tcstring", 15.0),
        faster("ranges: 4 x faster than lib_tcstring", R, "tcf_ranges/lib_tcstring", 4.0),
        faster("bitfield: faster than iab_gpp", B, "tcf_bitfield/iab_gpp", 1.0),
        faster("ranges: faster than iab_gpp", R, "tcf_ranges/iab_gpp", 1.0),
    ]);
    for (name, text) in [("bitfield", &bitfield), ("ranges", &ranges), ("hostile", &hostile)] {
        print_heap(name, text);
    }
}

/// The question of the budget: parse, then has vendor 755 consent, and which of the purposes 1, 3,
/// 4 and 7? All five are asked whatever the first answers are.
fn one_vendor(criterion: &mut Criterion, form: &str, text: &str) {
    for vendor in [GOOGLE, VendorId::new(1).unwrap(), VendorId::new(700).unwrap()] {
        let answer = ours(text, vendor);
        assert_eq!(answer.1, 4, "all purposes have consent");
        assert_eq!(lib_tcstring(text, vendor), answer, "lib_tcstring, vendor {vendor}");
        assert_eq!(iab_gpp(text, vendor), answer, "iab_gpp, vendor {vendor}");
    }
    let mut group = criterion.benchmark_group(format!("tcf/{form}"));
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("predispatch", |b| b.iter(|| ours(black_box(text), black_box(GOOGLE))));
    group.bench_function("lib_tcstring", |b| {
        b.iter(|| lib_tcstring(black_box(text), black_box(GOOGLE)));
    });
    group.bench_function("iab_gpp", |b| b.iter(|| iab_gpp(black_box(text), black_box(GOOGLE))));
    group.finish();
}

fn ours(text: &str, vendor: VendorId) -> (bool, usize) {
    let tc = TcString::parse(text).unwrap();
    let consents = tc.purposes_consent();
    let purposes = needed().filter(|&purpose| consents.contains(purpose));
    (tc.vendor_consents().contains(vendor), purposes.count())
}

fn lib_tcstring(text: &str, vendor: VendorId) -> (bool, usize) {
    let tc = lib_tcstring::TcModelV2::try_from(text).unwrap();
    let purposes = needed().filter(|purpose| tc.purposes_consent.contains(&purpose.get()));
    (tc.vendors_consent.contains(&vendor.get()), purposes.count())
}

fn iab_gpp(text: &str, vendor: VendorId) -> (bool, usize) {
    let tc = iab_gpp::sections::tcfeuv2::TcfEuV2::from_str(text).unwrap();
    let consents = &tc.core.purpose_consents;
    let purposes = needed().filter(|purpose| consents.contains(&purpose.get().into()));
    (tc.core.vendor_consents.contains(&vendor.get()), purposes.count())
}

/// What has no peer: hostile text, full judgements, Additional Consent strings.
fn our_own(criterion: &mut Criterion, bitfield: &str, ranges: &str, hostile: &str) {
    let mut group = criterion.benchmark_group("tcf/parse");
    for (case, text) in [("bitfield", bitfield), ("ranges", ranges), ("hostile", hostile)] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(case, |b| {
            b.iter(|| TcString::parse(black_box(text)).unwrap().cmp_id())
        });
    }
    group.throughput(Throughput::Bytes(hostile.len() as u64));
    group.bench_function("hostile_and_one_vendor", |b| {
        b.iter(|| {
            let signals = TcString::parse(black_box(hostile)).unwrap().vendor(GOOGLE);
            assert!(signals.consent);
        });
    });
    group.finish();

    let list = GlobalVendorList::from_json(LIST.as_bytes()).unwrap();
    let mut group = criterion.benchmark_group("tcf/parse_and_judge");
    for (case, text) in [("bitfield", bitfield), ("ranges", ranges), ("hostile", hostile)] {
        group.bench_function(case, |b| {
            b.iter(|| {
                let tc = TcString::parse(black_box(text)).unwrap();
                let judgement = list.judge(&tc, GOOGLE, black_box(updated()));
                needed().filter(|&purpose| judgement.purpose(purpose).is_allowed()).count()
            });
        });
    }
    group.finish();

    let ac = additional_consent();
    let mut group = criterion.benchmark_group("tcf/additional_consent");
    group.throughput(Throughput::Bytes(ac.len() as u64));
    group.bench_function("parse_and_one_provider", |b| {
        b.iter(|| {
            let ac = AdditionalConsent::parse(black_box(&ac)).unwrap();
            assert_eq!(ac.status(89), AtpStatus::Consented);
        });
    });
    group.finish();
}

/// Google Advertising Products.
const GOOGLE: VendorId = VendorId::new(755).unwrap();
const LIST: &str = r#"{"gvlSpecificationVersion": 3, "vendorListVersion": 120, "vendors": {"755":
    {"id": 755, "purposes": [1, 3, 4], "legIntPurposes": [7], "flexiblePurposes": [7]}}}"#;

fn needed() -> impl Iterator<Item = Purpose> {
    [1, 3, 4, 7].into_iter().filter_map(Purpose::new)
}

fn updated() -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791)
}

/// Criterion keeps the group `tcf/bitfield` in the folder `tcf_bitfield`, which is how it is named
/// here. The budget for the quotient of our time and the peer's is one over `times`.
fn faster(claim: &'static str, ours: &'static str, peer: &'static str, times: f64) -> Ratio {
    Ratio { claim, ours, peer, budget: 1.0 / times }
}

/// 700 vendors in three bit fields, about half of them set, the last one always.
fn bitfield() -> String {
    let mut random = Random(1);
    let mut half = || -> VendorSet {
        (1..=700)
            .filter(|&id| id == 700 || random.next().is_multiple_of(2))
            .filter_map(VendorId::new)
            .collect()
    };
    let text = builder(half(), half(), half());
    assert_eq!(text.len(), 401);
    text
}

/// Three lists of 15 ranges up to vendor 1,300: half of the vendors, 755 among them.
fn ranges() -> String {
    let list = || -> VendorSet {
        (0..15).filter_map(|n| VendorRange::new(25 + n * 88, 68 + n * 88)).collect()
    };
    let text = builder(list(), list(), list());
    assert_eq!(text.len(), 305);
    text
}

fn builder(consents: VendorSet, interests: VendorSet, disclosed: VendorSet) -> String {
    TcStringBuilder::new(300, 120, updated(), disclosed)
        .purposes_consent((1..=11).filter_map(Purpose::new).collect())
        .purposes_li_transparency((7..=11).filter_map(Purpose::new).collect())
        .vendor_consents(consents)
        .vendor_legitimate_interests(interests)
        .build()
        .unwrap()
}

/// The test vector of 4,095 overlapping full ranges.
fn hostile() -> String {
    let vectors = include_str!("../crates/tcf/tests/data/bad.jsonl").lines();
    let mut texts = vectors.filter(|line| line.contains("268 million ids")).map(|line| {
        let vector: serde_json::Value = serde_json::from_str(line).unwrap();
        vector["tc"].as_str().unwrap().to_owned()
    });
    let text = texts.next().unwrap();
    assert_eq!((text.len(), texts.next()), (22_578, None));
    text
}

/// 1,500 providers, half of them refused.
fn additional_consent() -> String {
    let ids =
        |ids: std::ops::Range<u32>| ids.map(|id| id.to_string()).collect::<Vec<_>>().join(".");
    format!("2~{}~dv.{}", ids(1..750), ids(750..1_500))
}

/// xorshift64; the same seed gives the same strings.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 33
    }
}

/// Bytes and allocations of one parse and one question, by each library.
#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
fn print_heap(form: &str, text: &str) {
    // The peers take seconds and gigabytes on the hostile text.
    let peers: &[(&str, Question)] = &[("lib_tcstring", lib_tcstring), ("iab_gpp", iab_gpp)];
    let peers = if form == "hostile" { &[] } else { peers };
    for (library, question) in [("predispatch", ours as Question)].iter().chain(peers) {
        let (calls, bytes) = allocations::count(|| {
            black_box(question(black_box(text), GOOGLE));
        });
        println!("heap: {form:<10} {library:<14} {bytes:>8} bytes in {calls:>4} allocations");
    }
}

type Question = fn(&str, VendorId) -> (bool, usize);
