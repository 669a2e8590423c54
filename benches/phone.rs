//! Telephone numbers, beside one bare SHA-256 of the same bytes and the `phonenumber` crate's own
//! parse of the same text.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use predispatch_benches::{Ratio, print_ratios};
use predispatch_pii::{Format, Identifier, Phone};
use predispatch_types::{Country, Sha256Hex};

/// Name, text, country, and the number that must come out.
type Case = (&'static str, &'static str, Option<Country>, &'static str);

/// International as most senders have it. Fiction ranges and the metadata's examples.
const INTERNATIONAL: [Case; 5] = [
    ("plain", "+442079460958", None, "+442079460958"),
    ("separated", "+1 (650) 555-1212", None, "+16505551212"),
    ("prefix_like", "+5491123456789", None, "+5491123456789"),
    // Its national part begins as a national prefix can, so the region's rules look at it.
    ("looked_at", "+541123456789", None, "+541123456789"),
    ("trunk_zero", "+44 (0)20 7946 0958", None, "+442079460958"),
];

const NATIONAL: [Case; 5] = [
    ("us", "(650) 555-1212", Some(Country::US), "+16505551212"),
    ("gb", "020 7946 0958", Some(Country::GB), "+442079460958"),
    ("it", "06 69812345", Some(Country::IT), "+390669812345"),
    ("de", "030/123456", Some(Country::DE), "+4930123456"),
    ("us_extension", "650-555-1212 ext. 99", Some(Country::US), "+16505551212"),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("pii/phone");
    group.throughput(Throughput::Elements(1));
    for (name, text, country, number) in INTERNATIONAL.into_iter().chain(NATIONAL) {
        let expected = Sha256Hex::of(number.as_bytes());
        group.bench_function(format!("{name}_hash"), |bencher| {
            bencher.iter(|| {
                let hash = hash(black_box(text), black_box(country));
                assert_eq!(hash, Some(expected));
            });
        });
        group.bench_function(format!("{name}_parse"), |bencher| {
            bencher.iter(|| Phone::parse(black_box(text), black_box(country)));
        });
        group.bench_function(format!("{name}_sha256"), |bencher| {
            bencher.iter(|| Sha256Hex::of(black_box(number.as_bytes())));
        });
        let id = country.map(|country| country.as_str().parse().expect("a region of the crate"));
        group.bench_function(format!("{name}_phonenumber"), |bencher| {
            bencher.iter(|| phonenumber::parse(black_box(id), black_box(text)));
        });
    }
    group.finish();
    criterion.final_summary();
    print_ratios(&RATIOS);
}

fn hash(text: &str, country: Option<Country>) -> Option<Sha256Hex> {
    Some(Phone::parse(text, country).ok()?.sha256(Format::TikTok).ok()?.hex())
}

const RATIOS: [Ratio; 10] = [
    Ratio {
        claim: "E.164: parse + normalise + hash / SHA-256",
        ours: "pii/phone/plain_hash",
        peer: "pii/phone/plain_sha256",
        budget: 4.0,
    },
    Ratio {
        claim: "E.164 with separators / SHA-256",
        ours: "pii/phone/separated_hash",
        peer: "pii/phone/separated_sha256",
        budget: 4.0,
    },
    Ratio {
        claim: "E.164, Argentine mobile / SHA-256",
        ours: "pii/phone/prefix_like_hash",
        peer: "pii/phone/prefix_like_sha256",
        budget: 4.0,
    },
    Ratio {
        claim: "E.164, looked at by the region's rules / SHA-256",
        ours: "pii/phone/looked_at_hash",
        peer: "pii/phone/looked_at_sha256",
        budget: 4.0,
    },
    Ratio {
        claim: "international with (0): parse / phonenumber",
        ours: "pii/phone/trunk_zero_parse",
        peer: "pii/phone/trunk_zero_phonenumber",
        budget: 1.1,
    },
    Ratio {
        claim: "US national: parse / phonenumber",
        ours: "pii/phone/us_parse",
        peer: "pii/phone/us_phonenumber",
        budget: 1.1,
    },
    Ratio {
        claim: "GB national: parse / phonenumber",
        ours: "pii/phone/gb_parse",
        peer: "pii/phone/gb_phonenumber",
        budget: 1.1,
    },
    Ratio {
        claim: "IT national: parse / phonenumber",
        ours: "pii/phone/it_parse",
        peer: "pii/phone/it_phonenumber",
        budget: 1.1,
    },
    Ratio {
        claim: "DE national: parse / phonenumber",
        ours: "pii/phone/de_parse",
        peer: "pii/phone/de_phonenumber",
        budget: 1.1,
    },
    Ratio {
        claim: "US with extension: parse / phonenumber",
        ours: "pii/phone/us_extension_parse",
        peer: "pii/phone/us_extension_phonenumber",
        budget: 1.1,
    },
];
