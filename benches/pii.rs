//! Identifiers: plain text in, hash out, beside a bare SHA-256 of the same bytes.
//!
//! `cargo bench -p predispatch-benches --bench pii`
#![expect(clippy::unwrap_used, reason = "a bench")]

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use predispatch_benches::{Ratio, allocations, median_ns, print_ratios};
use predispatch_pii::{
    AddressCountry, City, DateOfBirth, Email, FirstName, Format, HashOnce, Identifier, LastName,
    Phone, PostalCode,
};
use predispatch_types::{Country, Sha256Digest, Sha256Hex, Timestamp};
use sha2::{Digest, Sha256};

#[global_allocator]
static COUNTED: allocations::Counted = allocations::Counted;

const NOW: Timestamp = Timestamp::from_unix_secs(1_795_305_600);
const EMAIL: &str = "Ada.Lovelace@Example.com";
const LOWER: &str = "ada.lovelace@example.com";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    sha256(&mut criterion);
    email(&mut criterion);
    customer(&mut criterion);
    criterion.final_summary();
    print_ratios(&[
        Ratio {
            claim: "one block: Sha256Hex::of against the streaming digest",
            ours: "types/sha256/hex_of",
            peer: "types/sha256/bare",
            budget: 1.6,
        },
        Ratio {
            claim: "e-mail: parse, normalise, hash, hex against bare SHA-256",
            ours: "pii/email/parse_and_hash",
            peer: "types/sha256/bare",
            budget: 1.6,
        },
        Ratio {
            claim: "eight identifiers against eight bare SHA-256",
            ours: "pii/customer/eight_for_meta",
            peer: "types/sha256/eight_bare",
            budget: 4.0,
        },
    ]);
    if let Some(nanoseconds) = median_ns("pii/customer/eight_for_meta") {
        report(&format!("customers a second on one core: {:.0}", 1e9 / nanoseconds));
    }
}

#[expect(clippy::disallowed_methods, reason = "the peer: the library's own interface")]
fn sha256(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("types/sha256");
    group.throughput(Throughput::Bytes(LOWER.len() as u64));
    group.bench_function("bare", |b| b.iter(|| Sha256::digest(black_box(LOWER.as_bytes()))));
    group.bench_function("hex_of", |b| b.iter(|| Sha256Hex::of(black_box(LOWER.as_bytes()))));
    group.bench_function("eight_bare", |b| {
        b.iter(|| NORMAL.map(|form| Sha256::digest(black_box(form.as_bytes()))));
    });
    group.finish();
}

fn email(criterion: &mut Criterion) {
    let expected = Sha256Digest::of(LOWER.as_bytes());
    let mut group = criterion.benchmark_group("pii/email");
    group.throughput(Throughput::Elements(1));
    // Checked once, not in the loop: the peer's loop checks nothing either.
    assert_eq!(Email::parse(EMAIL).unwrap().sha256(Format::Meta), Ok(expected));
    group.bench_function("parse_and_hash", |b| {
        b.iter(|| Email::parse(black_box(EMAIL)).unwrap().sha256(Format::Meta).unwrap().hex());
    });
    group.bench_function("ten_platforms", |b| {
        b.iter(|| {
            let email = Email::parse(black_box(EMAIL)).unwrap();
            let mut once = HashOnce::new(&email);
            Format::ALL.map(|format| once.wire(format).unwrap().hash().map(|hash| hash.hex()))
        });
    });
    group.finish();
}

/// What the eight identifiers of the customer are for Meta.
const NORMAL: [&str; 8] =
    [LOWER, "442079460958", "ada", "lovelace", "19851210", "london", "sw1a1aa", "gb"];

/// Plain text to the digits of eight hashes: what one Purchase costs before its body is written.
fn eight_for_meta() -> [Sha256Hex; 8] {
    let meta = Format::Meta;
    let country = AddressCountry::parse(black_box("GB")).unwrap();
    [
        Email::parse(black_box(EMAIL)).unwrap().sha256(meta).unwrap(),
        Phone::parse(black_box("+44 20 7946 0958"), Some(Country::GB))
            .unwrap()
            .sha256(meta)
            .unwrap(),
        FirstName::parse(black_box("Ada")).unwrap().sha256(meta).unwrap(),
        LastName::parse(black_box("Lovelace")).unwrap().sha256(meta).unwrap(),
        DateOfBirth::parse(black_box("1985-12-10"), None, NOW).unwrap().sha256(meta).unwrap(),
        City::parse(black_box("London")).unwrap().sha256(meta).unwrap(),
        PostalCode::parse(black_box("SW1A 1AA"), country.country()).unwrap().sha256(meta).unwrap(),
        country.sha256(meta).unwrap(),
    ]
    .map(|digest| digest.hex())
}

fn customer(criterion: &mut Criterion) {
    let expected = NORMAL.map(|form| Sha256Hex::of(form.as_bytes()));
    let (allocated, _) = allocations::count(|| assert_eq!(eight_for_meta(), expected));
    report(&format!("allocations for eight identifiers: {allocated}"));
    assert_eq!(allocated, 0, "the usual customer costs no allocation");

    let mut group = criterion.benchmark_group("pii/customer");
    group.throughput(Throughput::Elements(1));
    group.bench_function("eight_for_meta", |b| b.iter(eight_for_meta));
    group.finish();
}

#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
fn report(line: &str) {
    println!("{line}");
}
