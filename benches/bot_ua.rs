//! User agents beside `isbot`, `ua-parser` and `uaparser`; e-mail domains beside a `HashSet`.
//!
//! ```text
//! cargo bench -p predispatch-benches --bench bot_ua
//! ```
#![allow(missing_docs, reason = "a bench has no interface")]

use std::{collections::HashSet, hint::black_box, sync::Arc};

use criterion::{Criterion, Throughput};
use predispatch_benches::{Ratio, print_ratios};
use predispatch_bot::{
    email::{Domain, EmailClassifier},
    ua::{FamilyParser, UaCache, UaClassifier, UapFamilies, UaparserFamilies},
};

const SAMPLE: &str = include_str!("../crates/bot/tests/data/ua_sample.tsv");
const DISPOSABLE: &str = include_str!("../crates/bot/tests/data/disposable_sample.txt");

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let agents: Vec<&str> = SAMPLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t').map(|(_, text)| text))
        .collect();
    verdicts(&mut criterion, &agents);
    families(&mut criterion, &agents);
    worst(&mut criterion);
    emails(&mut criterion);
    criterion.final_summary();
    print_ratios(RATIOS);
}

/// One user agent after the other, so that no branch is learnt by heart.
fn verdicts(criterion: &mut Criterion, agents: &[&str]) {
    let classifier = Arc::new(UaClassifier::bundled());
    let cache = UaCache::new(Arc::clone(&classifier), 65_536, 0x5eed);
    let bots = agents.iter().filter(|agent| cache.classify(agent).is_bot()).count();
    assert!(bots * 10 > agents.len() * 4, "{bots} bots");
    let peer = isbot::Bots::default();
    let mut group = criterion.benchmark_group("bot/ua");
    group.throughput(Throughput::Elements(1));
    let mut next = agents.iter().cycle();
    group.bench_function("new", |b| {
        b.iter(|| classifier.classify(black_box(next.next().expect("cycle"))))
    });
    group.bench_function("seen", |b| {
        b.iter(|| cache.classify(black_box(next.next().expect("cycle"))))
    });
    group.bench_function("isbot", |b| {
        b.iter(|| peer.is_bot(black_box(next.next().expect("cycle"))))
    });
    group.finish();
}

fn families(criterion: &mut Criterion, agents: &[&str]) {
    let mut group = criterion.benchmark_group("bot/families");
    group.throughput(Throughput::Elements(1));
    group.sample_size(20);
    let engines: [(&str, &dyn FamilyParser); 2] =
        [("ua-parser", &UapFamilies::bundled()), ("uaparser", &UaparserFamilies::bundled())];
    for (name, engine) in engines {
        let mut next = agents.iter().cycle();
        group.bench_function(name, |b| {
            b.iter(|| engine.families(black_box(next.next().expect("cycle"))))
        });
    }
    group.finish();
}

/// 8 kB of whatever makes most tokens match.
fn worst(criterion: &mut Criterion) {
    let classifier = UaClassifier::bundled();
    let parser = UapFamilies::bundled();
    let mut group = criterion.benchmark_group("bot/ua_8kb");
    for (case, unit) in
        [("bot", "bot"), ("url", "http://"), ("cubot", "cubot "), ("at", "@a"), ("plain", "a")]
    {
        let text = unit.repeat(8_192 / unit.len());
        group.bench_function(case, |b| b.iter(|| classifier.classify(black_box(&text))));
    }
    let text = "Mozilla/5.0 (Linux; Android 1; ".repeat(265);
    group.bench_function("families", |b| b.iter(|| parser.families(black_box(&text))));
    group.finish();
}

fn emails(criterion: &mut Criterion) {
    let classifier = EmailClassifier::bundled();
    let domains: Vec<&str> = DISPOSABLE.lines().filter(|line| !line.is_empty()).collect();
    // The naive way: exact names only, so no subdomain, provider or relay is told apart.
    let naive: HashSet<&str> = domains.iter().copied().collect();
    let addresses: Vec<String> =
        domains.iter().map(|domain| format!("jane.doe@{domain}")).collect();
    assert!(addresses.iter().all(|a| classifier.classify(a).is_ok_and(|v| v.is_disposable())));
    let mut group = criterion.benchmark_group("bot/email");
    let mut next = addresses.iter().cycle();
    group.bench_function("disposable", |b| {
        b.iter(|| classifier.classify(black_box(next.next().expect("cycle"))))
    });
    group.bench_function("ordinary", |b| {
        b.iter(|| classifier.classify(black_box("jane.doe@rust-lang.org")))
    });
    let mut next = domains.iter().cycle();
    group.bench_function("hash_set", |b| {
        b.iter(|| {
            Domain::parse(black_box(next.next().expect("cycle")))
                .map(|d| naive.contains(d.as_str()))
        })
    });
    group.finish();
}

const RATIOS: &[Ratio] = &[
    Ratio {
        claim: "user agent, new / isbot",
        ours: "bot/ua/new",
        peer: "bot/ua/isbot",
        budget: 2.0,
    },
    Ratio {
        claim: "user agent, new / ua-parser families",
        ours: "bot/ua/new",
        peer: "bot/families/ua-parser",
        budget: 0.2,
    },
    Ratio {
        claim: "user agent, seen / isbot",
        ours: "bot/ua/seen",
        peer: "bot/ua/isbot",
        budget: 0.25,
    },
    Ratio {
        claim: "families: ua-parser / uaparser",
        ours: "bot/families/ua-parser",
        peer: "bot/families/uaparser",
        budget: 0.1,
    },
    Ratio {
        claim: "disposable address / exact name in a HashSet",
        ours: "bot/email/disposable",
        peer: "bot/email/hash_set",
        budget: 5.0,
    },
];
