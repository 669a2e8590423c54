//! Scrubbing of URLs and texts, beside `url` parsing and rewriting the same URL.
//!
//! ```text
//! cargo bench -p predispatch-benches --bench scrub
//! ```
#![allow(missing_docs, reason = "a bench has no interface")]

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use predispatch_benches::{Ratio, print_ratios};
use predispatch_pii::{UrlOptions, scrub_text, scrub_url};
use url::Url;

/// A landing page as an advertiser's URL builder makes it.
const CLEAN: &str = "https://shop.example.com/collections/shoes/products/red-runner-42?variant=41234567890123\
    &utm_source=facebook&utm_medium=paid_social&utm_campaign=120210123456780123&utm_content=red%20runner\
    &fbclid=IwAR2kx9fVbQ7nR3sT5uV8wX0yZ1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2_aem_AbCdEf";
/// A thank-you page that gives everything away.
const DIRTY: &str = "https://shop.example.com/thanks/ada%40example.com?order=A-1009&email=ada%2540example.com\
    &gclid=Cj0KCQiA5rGuBhCnARIsAN11vgRMnBk&next=https%3A%2F%2Fpay.example%2Fdone%3Fphone%3D%252B442079460958%26v%3D1\
    &utm_source=google&data=YWRhQGV4YW1wbGUuY29t#access_token=abcdef";
/// The same in about 100 bytes.
const CLEAN_100: &str = "https://shop.example.com/products/red-runner-42?variant=41234567890\
    &utm_source=facebook&fbclid=IwAR2k";
const DIRTY_100: &str = "https://shop.example.com/thanks/ada%40example.com?order=A-1009\
    &email=ada%40example.com&gclid=Cj0KCQiA";
const ITEM: &str = "Red Runner 42, men's, cotton (2 pieces)";
const TEXT: &str = "Order 100482991: 2 x Red Runner 42 (SKU RR-42-0017, EAN 4006381333931), shipped on \
    2026-11-20 18:03, EUR 129,90";
const DIRTY_TEXT: &str =
    "Order 100482991 for ada@example.com, +44 20 7946 0958, paid with 4111 1111 1111 1111";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    urls(&mut criterion);
    hostile(&mut criterion);
    texts(&mut criterion);
    criterion.final_summary();
    print_ratios(RATIOS);
}

/// The naive way: parse, list the parameters, write them all again. It removes nothing.
fn rewrite(raw: &str) -> String {
    let mut url = Url::parse(raw).expect("the bench's URLs are sound");
    let pairs: Vec<_> =
        url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url.into()
}

fn urls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pii/scrub_url");
    let cases = [
        ("clean", CLEAN, true),
        ("dirty", DIRTY, false),
        ("clean_100", CLEAN_100, true),
        ("dirty_100", DIRTY_100, false),
    ];
    for (case, raw, clean) in cases {
        group.throughput(Throughput::Bytes(raw.len() as u64));
        group.bench_function(case, |bencher| {
            bencher.iter(|| {
                let url = scrub_url(black_box(raw), &UrlOptions::STANDARD).expect("sound");
                assert_eq!(url.is_unchanged(), clean);
                url
            });
        });
        group.bench_function(format!("{case}_url_crate"), |bencher| {
            bencher.iter(|| rewrite(black_box(raw)));
        });
    }
    group.bench_function("clean_strict", |bencher| {
        bencher.iter(|| scrub_url(black_box(CLEAN), &UrlOptions::STRICT));
    });
    group.finish();
}

/// The longest URLs that are accepted, made to be expensive.
fn hostile(criterion: &mut Criterion) {
    let fill = |unit: &str| {
        let mut url = "https://shop.example.com/?q=".to_owned();
        url.push_str(&unit.repeat((UrlOptions::MAX_LEN - url.len()) / unit.len()));
        url
    };
    let cases = [
        ("plain_64k", fill("a")),
        ("percent_64k", fill("%25")),
        ("deep_percent_64k", fill("%252525252525")),
        ("nested_64k", fill("https://a.example/?b=")),
        ("ats_64k", fill("a@")),
        ("encoded_ats_64k", fill("%2540")),
        ("digits_64k", fill("1 ")),
        ("numbers_64k", fill("12 ")),
        ("brackets_64k", fill("(1")),
        ("base64_64k", fill("YWFhYWFhYWFhYWFh")),
        ("keys_64k", fill("a=")),
        ("pairs_64k", fill("&a_b_c=1")),
        ("semicolons_64k", fill("a;b=")),
        ("words_64k", fill("tel.")),
        ("tokens_64k", fill("eyJ-")),
        ("removed_64k", fill("&email=x")),
    ];
    let mut group = criterion.benchmark_group("pii/scrub_url_hostile");
    for (case, raw) in &cases {
        group.throughput(Throughput::Bytes(raw.len() as u64));
        group.bench_function(*case, |bencher| {
            bencher.iter(|| scrub_url(black_box(raw), &UrlOptions::STANDARD).expect("sound"));
        });
    }
    group.finish();
}

fn texts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pii/scrub_text");
    for (case, text, found) in [("item", ITEM, 0), ("clean", TEXT, 0), ("dirty", DIRTY_TEXT, 3)] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(case, |bencher| {
            bencher.iter(|| {
                let text = scrub_text(black_box(text));
                assert_eq!(text.total(), found);
                text
            });
        });
    }
    group.finish();
}

const RATIOS: &[Ratio] = &[
    Ratio {
        claim: "clean URL: scrub / parse and rewrite with url",
        ours: "pii_scrub_url/clean",
        peer: "pii_scrub_url/clean_url_crate",
        budget: 1.0,
    },
    Ratio {
        claim: "dirty URL: scrub / parse and rewrite with url",
        ours: "pii_scrub_url/dirty",
        peer: "pii_scrub_url/dirty_url_crate",
        budget: 2.0,
    },
    Ratio {
        claim: "clean URL of 100 bytes: scrub / parse and rewrite",
        ours: "pii_scrub_url/clean_100",
        peer: "pii_scrub_url/clean_100_url_crate",
        budget: 1.0,
    },
    Ratio {
        claim: "dirty URL of 100 bytes: scrub / parse and rewrite",
        ours: "pii_scrub_url/dirty_100",
        peer: "pii_scrub_url/dirty_100_url_crate",
        budget: 1.25,
    },
];
