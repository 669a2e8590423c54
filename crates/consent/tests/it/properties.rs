//! What holds for any signals: a refusal never relaxes, a grant that goes never relaxes, what can't
//! be read is never better than what is missing, there is always a reason, and equal inputs make
//! equal records.

use predispatch_consent::{
    Case, ConsentMode, Decision, Destination, DigestKey, EventFacts, Given, GoogleProduct, Grant,
    Outcome, Person, Place, Policy, Signals,
};
use predispatch_types::{Platform, Timestamp};
use proptest::{prelude::*, sample::select};

use crate::{
    case::key,
    make::{self, Tc, Us},
};

/// A situation out of ready-made parts, each of which may be missing.
#[derive(Clone, Debug)]
struct Situation {
    place: &'static str,
    signals: Signals,
    headers_seen: bool,
    cmp_is_record: bool,
}

impl Situation {
    fn decide(&self, signals: &Signals, destination: Destination) -> Decision {
        let time: Timestamp = "2026-11-20T18:00:00Z".parse().unwrap();
        let mut event = EventFacts::new(key(), "purchase", time);
        event.headers_seen = self.headers_seen;
        if !self.place.is_empty() {
            let country = &self.place[..2];
            event.place.explicit = Place::parse(country, Some(self.place).filter(|p| p.len() > 2));
        }
        let policy = self.policy();
        Case::new(signals, &Person::default(), &event, &policy, time.plus_secs(60))
            .decide(destination)
    }

    fn policy(&self) -> Policy {
        thread_local! {
            static POLICIES: [Policy; 2] = [
                Policy::bundled(),
                Policy::bundled()
                    .overlay("version = \"t\"\n[switches]\ncmp_is_record = true\n")
                    .unwrap(),
            ];
        }
        POLICIES.with(|policies| policies[usize::from(self.cmp_is_record)].clone())
    }
}

fn tc_strings() -> Vec<String> {
    let part = |purposes: &[u8], vendors: &[u16], updated: &str| Tc {
        purposes: purposes.to_vec(),
        interests: vec![7],
        vendors: vendors.to_vec(),
        interest_vendors: vec![755],
        disclosed: vec![755, 793, 804, 1126],
        updated: updated.to_owned(),
        cmp: 300,
        restrict: Vec::new(),
        purpose_one_treatment: false,
        without_disclosed: false,
        cut: None,
        bits: Vec::new(),
    };
    let all = [755, 793, 804, 1126];
    vec![
        part(&[1, 3, 4, 7], &all, "2026-11-01").text(),
        part(&[1, 7], &all, "2026-11-01").text(),
        part(&[3, 4, 7], &all, "2026-11-01").text(),
        part(&[1, 3, 4, 7], &[804], "2026-11-01").text(),
        part(&[1, 3, 4, 7], &all, "2025-01-01").text(),
        part(&[], &[], "2026-11-01").text(),
    ]
}

fn gpp_strings() -> Vec<String> {
    let us = |id, sale, gpc| Us {
        id,
        sale: Some(sale),
        share: None,
        targeted: None,
        sale_notice: None,
        sensitive: None,
        child: None,
        personal_data: None,
        service_provider: None,
        gpc,
    };
    vec![
        make::gpp(None, None, &[us(7, 2, Some(false))]),
        make::gpp(None, None, &[us(8, 1, None)]),
        make::gpp(None, None, &[us(8, 2, Some(true)), us(9, 2, None)]),
    ]
}

fn given<T: Clone + core::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Given<T>> {
    prop_oneof![
        4 => Just(Given::Absent),
        1 => Just(Given::Unreadable),
        6 => select(values).prop_map(Given::Value),
    ]
}

fn consent_mode() -> impl Strategy<Value = Given<ConsentMode>> {
    let grants = || given(vec![Grant::Granted, Grant::Granted, Grant::Denied]);
    let mode = (grants(), grants(), grants()).prop_map(|(storage, data, personal)| {
        let mut mode = ConsentMode::default();
        (mode.ad_storage, mode.ad_user_data, mode.ad_personalization) = (storage, data, personal);
        Given::Value(mode)
    });
    prop_oneof![3 => Just(Given::Absent), 1 => Just(Given::Unreadable), 5 => mode]
}

fn signals() -> impl Strategy<Value = Signals> {
    let texts = (
        given(tc_strings()),
        given(vec!["2~89.2572~dv.7".to_owned(), "2~7~dv.89".to_owned(), "1~89".to_owned()]),
        given(gpp_strings()),
        given(vec!["1YNN".to_owned(), "1---".to_owned(), "1YYN".to_owned()]),
    );
    let flags = (
        given(vec![true, false]),
        given(vec![true, false]),
        prop_oneof![8 => Just(Given::Absent), 1 => Just(Given::Value(true))],
        given(vec![true, true, false]),
        consent_mode(),
        given(vec!["2026-11-20T17:00:00Z", "2026-11-20T19:00:00Z", "2024-01-01T00:00:00Z"]),
    );
    (texts, flags).prop_map(|((tc, ac, gpp, usp), (gpc, gdpr, pending, cmp, mode, collected))| {
        let mut signals = Signals::default();
        let text = |given: Given<String>| given.and_then(|text| Some(text.as_str().into()));
        signals.tcf = text(tc);
        signals.additional_consent = text(ac);
        signals.gpp = text(gpp);
        signals.us_privacy = text(usp);
        (signals.gpc, signals.gdpr_applies, signals.pending) = (gpc, gdpr, pending);
        signals.consent_mode = mode;
        signals.collected_at = collected.and_then(|at| at.parse().ok());
        for platform in Platform::ALL {
            signals.set_cmp(platform, cmp);
        }
        signals
    })
}

fn situation() -> impl Strategy<Value = Situation> {
    let places =
        ["", "DE", "GB", "US", "US-CA", "US-OH", "US-TX", "CA-QC", "CA-ON", "BR", "AU", "CN"];
    (select(places.to_vec()), signals(), any::<bool>(), any::<bool>()).prop_map(
        |(place, signals, headers_seen, cmp_is_record)| Situation {
            place,
            signals,
            headers_seen,
            cmp_is_record,
        },
    )
}

fn destination() -> impl Strategy<Value = Destination> {
    let products = GoogleProduct::ALL.map(Destination::google);
    select(Platform::ALL.map(Destination::from).into_iter().chain(products).collect::<Vec<_>>())
}

/// One more no.
type Refusal = fn(&mut Signals);

const REFUSALS: &[(&str, Refusal)] = &[
    ("gpc", |signals| signals.gpc = Given::Value(true)),
    ("account", |signals| signals.opted_out = Given::Value(true)),
    ("cmp", |signals| {
        Platform::ALL
            .into_iter()
            .for_each(|platform| signals.set_cmp(platform, Given::Value(false)));
    }),
    ("consent mode", |signals| {
        signals.consent_mode = Given::Value(ConsentMode::all(Grant::Denied))
    }),
    ("gcs", |signals| signals.gcs = Given::Value("G100".into())),
    ("us_privacy", |signals| signals.set_us_privacy("1YYN")),
    // In place of one that can't be read it would mend something for those it is not about.
    ("provider", |signals| {
        if !signals.additional_consent.is_unreadable() {
            signals.set_additional_consent("2~~dv.89.2572");
        }
    }),
    ("tcf", |signals| {
        if !signals.tcf.is_unreadable() {
            signals.set_tcf(&tc_strings()[5]);
        }
    }),
    ("california", |signals| {
        if signals.gpp.is_absent() {
            signals.set_gpp(&gpp_strings()[1]);
        }
    }),
];

/// One yes less: from granted to silence.
const GRANTS: &[(&str, Refusal)] = &[
    ("cmp", |signals| {
        for platform in Platform::ALL {
            if signals.cmp_answer(platform).is(true) {
                signals.set_cmp(platform, Given::Absent);
            }
        }
    }),
    ("provider", |signals| {
        if signals.additional_consent.value().is_some_and(|ac| !ac.as_str().ends_with("89")) {
            signals.additional_consent = Given::Absent;
        }
    }),
    ("storage", |signals| drop_grant(signals, |mode| &mut mode.ad_storage)),
    ("user data", |signals| drop_grant(signals, |mode| &mut mode.ad_user_data)),
    ("personal", |signals| drop_grant(signals, |mode| &mut mode.ad_personalization)),
    ("purposes", |signals| {
        let strings = tc_strings();
        if signals.tcf.value().is_some_and(|tc| tc.as_str() == strings[0]) {
            signals.set_tcf(&strings[2]);
        }
    }),
    ("vendors", |signals| {
        let strings = tc_strings();
        if signals.tcf.value().is_some_and(|tc| tc.as_str() == strings[0]) {
            signals.set_tcf(&strings[3]);
        }
    }),
];

fn drop_grant(signals: &mut Signals, of: fn(&mut ConsentMode) -> &mut Given<Grant>) {
    if let Given::Value(mode) = &mut signals.consent_mode
        && of(mode).is(Grant::Granted)
    {
        *of(mode) = Given::Absent;
    }
}

/// One signal spoilt, and the same signal missing.
const SPOILT: &[(&str, Refusal, Refusal)] = &[
    ("tcf", |s| s.tcf = Given::Unreadable, |s| s.tcf = Given::Absent),
    ("tcf text", |s| s.set_tcf("CQ!"), |s| s.tcf = Given::Absent),
    ("provider", |s| s.set_additional_consent("9~"), |s| s.additional_consent = Given::Absent),
    ("gpp", |s| s.set_gpp("DBAB"), |s| s.gpp = Given::Absent),
    ("gpp_sid", |s| s.gpp_sid = Given::Unreadable, |s| s.gpp_sid = Given::Absent),
    ("us_privacy", |s| s.set_us_privacy("1"), |s| s.us_privacy = Given::Absent),
    ("gpc", |s| s.gpc = Given::Unreadable, |s| s.gpc = Given::Absent),
    ("gdpr", |s| s.gdpr_applies = Given::Unreadable, |s| s.gdpr_applies = Given::Absent),
    ("mode", |s| s.consent_mode = Given::Unreadable, |s| s.consent_mode = Given::Absent),
    ("gcs", |s| s.gcs = Given::Value("G1".into()), |s| s.gcs = Given::Absent),
    ("gcd", |s| s.gcd = Given::Value("13z3z3z3z1l1".into()), |s| s.gcd = Given::Absent),
    ("collected", |s| s.collected_at = Given::Unreadable, |s| s.collected_at = Given::Absent),
    ("pending", |s| s.pending = Given::Unreadable, |s| s.pending = Given::Absent),
    ("account", |s| s.opted_out = Given::Unreadable, |s| s.opted_out = Given::Absent),
    ("key", |s| s.has_unknown_keys = true, |s| s.has_unknown_keys = false),
    (
        "cmp",
        |s| Platform::ALL.into_iter().for_each(|p| s.set_cmp(p, Given::Unreadable)),
        |s| Platform::ALL.into_iter().for_each(|p| s.set_cmp(p, Given::Absent)),
    ),
];

/// Outcome first, then what is told to the destination.
fn strictness(decision: &Decision) -> (Outcome, bool) {
    let is_told = decision.flags().ad_personalization == Some(Grant::Denied);
    (decision.outcome(), is_told && decision.outcome().may_send())
}

fn is_as_strict(stricter: &Decision, than: &Decision) -> bool {
    let (one, other) = (strictness(stricter), strictness(than));
    one.0 > other.0 || (one.0 == other.0 && one.1 >= other.1)
}

proptest! {

    #[test]
    fn a_refusal_never_relaxes(
        situation in situation(),
        to in destination(),
        (name, refuse) in select(REFUSALS),
    ) {
        let before = situation.decide(&situation.signals, to);
        let mut refused = situation.signals.clone();
        refuse(&mut refused);
        let after = situation.decide(&refused, to);
        prop_assert!(is_as_strict(&after, &before), "{name}: {before} / {after}");
    }

    #[test]
    fn a_grant_that_goes_never_relaxes(
        situation in situation(),
        to in destination(),
        (name, remove) in select(GRANTS),
    ) {
        let before = situation.decide(&situation.signals, to);
        let mut without = situation.signals.clone();
        remove(&mut without);
        let after = situation.decide(&without, to);
        prop_assert!(is_as_strict(&after, &before), "{name}: {before} / {after}");
    }

    #[test]
    fn what_cannot_be_read_is_never_better_than_what_is_missing(
        situation in situation(),
        to in destination(),
        (name, spoil, remove) in select(SPOILT),
    ) {
        let (mut spoilt, mut missing) = (situation.signals.clone(), situation.signals.clone());
        spoil(&mut spoilt);
        remove(&mut missing);
        let spoilt = situation.decide(&spoilt, to);
        let missing = situation.decide(&missing, to);
        prop_assert!(is_as_strict(&spoilt, &missing), "{name}: {missing} / {spoilt}");
    }

    #[test]
    fn there_is_a_reason_and_a_permit_exactly_when_it_may_go(
        situation in situation(),
        to in destination(),
    ) {
        let decision = situation.decide(&situation.signals, to);
        prop_assert!(!decision.reasons().is_empty());
        let is_limited = decision.outcome() == Outcome::Limited;
        prop_assert_eq!(decision.flags().limited_use.is_some(), is_limited);
        if !decision.outcome().may_send() {
            let against = decision.reasons().iter().any(|reason| !reason.is_note());
            prop_assert!(against, "{decision}");
        }
        let may_send = decision.outcome().may_send();
        prop_assert_eq!(decision.into_permit().is_some(), may_send);
    }

    #[test]
    fn equal_inputs_make_equal_records_that_read_back(
        situation in situation(),
        to in destination(),
    ) {
        let time = "2026-11-20T18:00:00Z".parse().unwrap();
        let event = EventFacts::new(key(), "purchase", time);
        let policy = situation.policy();
        let record = || {
            let case = Case::new(&situation.signals, &Person::default(), &event, &policy, time);
            case.recorder(&DigestKey::new([5; 32])).decide(to).1
        };
        let (one, other) = (record(), record());
        prop_assert_eq!(&one, &other);
        let text = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(&serde_json::from_str::<predispatch_consent::Record>(&text).unwrap(), &one);
        if let Given::Value(tc) = &situation.signals.tcf {
            prop_assert!(!text.contains(tc.as_str()));
        }
    }
}
