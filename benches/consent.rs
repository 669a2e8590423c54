//! Decisions: one event from raw strings to four destinations' decisions and permits.
//!
//! `cargo bench -p predispatch-benches --bench consent`. There is no peer that decides; the named
//! baseline is what a gate built on `lib_tcstring` pays to read the same TC string alone, and our
//! own parse of it.
#![expect(clippy::unwrap_used, reason = "a bench fails by its panic")]

use std::hint::black_box;

use criterion::Criterion;
use predispatch_benches::{Ratio, median_ns, print_ratios};
use predispatch_consent::{
    Case, DigestKey, EventFacts, EventKey, Given, Outcome, Person, Place, Policy, Signals,
};
use predispatch_gpp::{Field, GppWriter, SectionId, UsSection};
use predispatch_tcf::{Purpose, TcString, TcStringBuilder, VendorId, VendorSet};
use predispatch_types::{EventId, Platform, Timestamp};

const DESTINATIONS: [Platform; 4] =
    [Platform::Google, Platform::LinkedIn, Platform::Meta, Platform::TikTok];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let policy = Policy::bundled();
    let (europe, california) = (europe(), california());
    let mut group = criterion.benchmark_group("consent/decide_4");
    for (case, place, signals, expected) in [
        ("europe", "DE", &europe, Outcome::Allow),
        ("california", "US-CA", &california, Outcome::Limited),
    ] {
        let event = event(place);
        assert_eq!(four(signals, &event, &policy)[0], expected, "{case}");
        group.bench_function(case, |b| {
            b.iter(|| four(black_box(signals), black_box(&event), &policy));
        });
    }
    let event = event("DE");
    let log = DigestKey::new([7; 32]);
    group.bench_function("europe_recorded", |b| {
        b.iter(|| {
            let case = Case::new(black_box(&europe), &Person::default(), &event, &policy, time());
            let recorder = case.recorder(&log);
            DESTINATIONS.map(|platform| recorder.decide(platform.into()).1)
        });
    });
    group.finish();

    let text = tc_text();
    let mut group = criterion.benchmark_group("consent/tc_parse_alone");
    group.bench_function("lib_tcstring", |b| {
        b.iter(|| lib_tcstring::TcModelV2::try_from(black_box(text.as_str())).unwrap());
    });
    group.bench_function("predispatch", |b| {
        b.iter(|| TcString::parse(black_box(&text)).unwrap().last_updated());
    });
    group.finish();
    criterion.final_summary();
    let ratio = |claim, ours| Ratio {
        claim,
        ours,
        peer: "consent_tc_parse_alone/lib_tcstring",
        budget: 1.0,
    };
    print_ratios(&[
        ratio("Germany, 4 decisions: under lib_tcstring's parse", "consent_decide_4/europe"),
        ratio("California, 4 decisions: under the same", "consent_decide_4/california"),
    ]);
    print_budget("consent_decide_4/europe");
    print_budget("consent_decide_4/california");
}

/// From raw strings to outcomes, permits made where there is one.
fn four(signals: &Signals, event: &EventFacts<'_>, policy: &Policy) -> [Outcome; 4] {
    let case = Case::new(signals, &Person::default(), event, policy, time());
    DESTINATIONS.map(|platform| {
        let decision = case.decide(platform.into());
        let outcome = decision.outcome();
        black_box(decision.into_permit());
        outcome
    })
}

/// A yes of 700 disclosed vendors, Google's and LinkedIn's among them; Additional Consent with
/// Meta; the platform's own answers.
fn europe() -> Signals {
    let mut signals = Signals::default();
    signals.set_tcf(&tc_text());
    signals.set_additional_consent("2~43.46.55.61.70.83.89.93.108.117.122.124.135.143~dv.7.12");
    signals.gdpr_applies = Given::Value(true);
    signals.set_cmp(Platform::TikTok, Given::Value(true));
    signals.collected_at = Given::Value(time());
    signals
}

/// An opt-out of sale in a string with the national section and California's, and the browser's
/// signal.
fn california() -> Signals {
    let section = |id: SectionId| {
        let section = UsSection::new(id).unwrap().with(Field::SaleOptOut, &[1]).unwrap();
        section.with_gpc(Some(true)).unwrap().to_text()
    };
    let gpp = GppWriter::new()
        .with(SectionId::US_NAT, &section(SectionId::US_NAT))
        .and_then(|gpp| gpp.with(SectionId::US_CA, &section(SectionId::US_CA)))
        .unwrap();
    let mut signals = Signals::default();
    signals.set_gpp(&gpp.to_text());
    signals.gpp_sid = Given::Value(vec![8]);
    signals.set_us_privacy("1YYN");
    signals.observe_gpc(["1"]);
    signals
}

fn tc_text() -> String {
    let vendors: VendorSet = (1..=804).filter_map(VendorId::new).collect();
    let odd: VendorSet = (1..=804)
        .filter(|id| id % 3 != 1 || [755, 804].contains(id))
        .filter_map(VendorId::new)
        .collect();
    let purposes = [1, 3, 4, 7].into_iter().filter_map(Purpose::new).collect();
    TcStringBuilder::new(300, 178, time(), vendors)
        .purposes_consent(purposes)
        .vendor_consents(odd)
        .build()
        .unwrap()
}

fn event(place: &str) -> EventFacts<'static> {
    let key = EventKey::of_id("purchase", &EventId::new("01JD8Q2Z6F3K9V7T5W1X4Y0ABC").unwrap());
    let mut event = EventFacts::new(key, "purchase", time());
    event.place.explicit = Place::parse(&place[..2], Some(place));
    event
}

fn time() -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791)
}

#[expect(clippy::print_stdout, reason = "a bench reports on the terminal")]
fn print_budget(id: &str) {
    if let Some(nanos) = median_ns(id) {
        println!("{id}: {nanos:.0} ns, budget 2000 ns");
    }
}
