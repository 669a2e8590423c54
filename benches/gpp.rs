//! GPP strings, beside `iab_gpp` 0.1.2.

#![expect(clippy::unwrap_used, reason = "the inputs are constants that are known to be sound")]

use std::{hint::black_box, str::FromStr};

use criterion::{Criterion, Throughput};
use iab_gpp::{sections::usca::UsCa, sections::usnat::UsNat, v1::GPPString};
use predispatch_benches::{Ratio, print_ratios};
use predispatch_gpp::{CaChoice, Choice, Field, Gpp, Section, SectionId, UsPrivacy};

/// The national section, version 2, with a GPC sub-section.
const NATIONAL: &str = "DBABLA~CSYoghJgYUVE.YA";

/// National and California; only California's is read.
const CALIFORNIA: &str = "DBABrw~CSYoghJgYUVE.YA~BFEmUlCA.YA";

/// Ranges of vendors in Fibonacci numbers, restrictions, both sub-sections.
const CANADA: &str =
    "DBABDA~BQdWToAQdWToAR-gy0DEzFCI4zyQjQVAhgApABKwAUfvf4AIYACZAICA.eED0RuCAgAA.IAKAAAM";

fn header_and_one_section(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gpp/header_and_section");
    for (name, text, id) in [
        ("national", NATIONAL, SectionId::US_NAT),
        ("california_of_two", CALIFORNIA, SectionId::US_CA),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{name}_field"), |bench| {
            bench.iter(|| {
                let gpp = Gpp::parse(black_box(text)).unwrap();
                let Some(Ok(Section::Us(section))) = gpp.section(id) else {
                    panic!("a US section")
                };
                assert_eq!(
                    section.value(Field::SaleOptOut),
                    Some(if name == "national" { 2 } else { 0 })
                );
                section
            });
        });
        group.bench_function(format!("{name}_answer"), |bench| {
            bench.iter(|| {
                let gpp = Gpp::parse(black_box(text)).unwrap();
                let answer = gpp.us_answer(|section| section == id).unwrap();
                assert_ne!(answer.sale, Choice::Unreadable);
                answer
            });
        });
    }
    group.throughput(Throughput::Bytes(NATIONAL.len() as u64));
    group.bench_function("national_iab_gpp", |bench| {
        bench.iter(|| {
            let gpp = GPPString::from_str(black_box(NATIONAL)).unwrap();
            gpp.decode::<UsNat>().unwrap()
        });
    });
    group.throughput(Throughput::Bytes(CALIFORNIA.len() as u64));
    group.bench_function("california_of_two_iab_gpp", |bench| {
        bench.iter(|| {
            let gpp = GPPString::from_str(black_box(CALIFORNIA)).unwrap();
            gpp.decode::<UsCa>().unwrap()
        });
    });
    group.finish();
}

fn canada(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gpp/canada");
    group.throughput(Throughput::Bytes(CANADA.len() as u64));
    // The peer does not read this encoding, so that there is none.
    group.bench_function("fibonacci", |bench| {
        bench.iter(|| {
            let gpp = Gpp::parse(black_box(CANADA)).unwrap();
            let Some(Ok(Section::TcfCaV1(section))) = gpp.section(SectionId::TCF_CA_V1) else {
                panic!("section 5")
            };
            assert_eq!(section.choice(4, 20), CaChoice::Express);
        });
    });
    group.finish();
}

fn us_privacy(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gpp/us_privacy");
    group.throughput(Throughput::Elements(1));
    group.bench_function("opted_out", |bench| {
        bench.iter(|| {
            let answer = UsPrivacy::parse(black_box("1YYN")).unwrap().answer();
            assert_eq!(answer.sale, Choice::Refused);
            answer
        });
    });
    group.finish();
}

/// 64 kB of claims: what a caller of the reader can be made to pay.
fn hostile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gpp/hostile");
    let cases = [
        // One zero run where a section id should be.
        ("zeros", format!("DBAB{}", "A".repeat(65_000)), false),
        ("tildes", format!("DBABBg{}", "~".repeat(65_000)), false),
        // Padding without end after a good section.
        ("padding", format!("{NATIONAL}{}", "A".repeat(65_000)), true),
    ];
    for (name, text, is_read) in &cases {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |bench| {
            bench.iter(|| {
                let answer = Gpp::parse(black_box(text)).map(|gpp| gpp.us_answer(|_| true));
                assert_eq!(answer.is_ok(), *is_read);
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    header_and_one_section(&mut criterion);
    canada(&mut criterion);
    us_privacy(&mut criterion);
    hostile(&mut criterion);
    criterion.final_summary();
    let ratio = |claim, ours, peer| Ratio { claim, ours, peer, budget: 1.0 };
    print_ratios(&[
        ratio(
            "header + national section, one field",
            "gpp_header_and_section/national_field",
            "gpp_header_and_section/national_iab_gpp",
        ),
        ratio(
            "header + national section, whole answer",
            "gpp_header_and_section/national_answer",
            "gpp_header_and_section/national_iab_gpp",
        ),
        ratio(
            "two sections, whole answer of California",
            "gpp_header_and_section/california_of_two_answer",
            "gpp_header_and_section/california_of_two_iab_gpp",
        ),
    ]);
}
