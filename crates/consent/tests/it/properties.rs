//! What holds for any signals: a refusal never relaxes, a grant that goes never relaxes, what can't
//! be read is never better than what is missing, there is always a reason, and equal inputs make
//! equal records.

use predispatch_consent::{
    ActionSource, Case, ConsentMode, Decision, Destination, DigestKey, EventFacts, ExplicitConsent,
    Flags, Given, GoogleProduct, Grant, Newest, Outcome, Person, Place, Policy, Record,
    SensitiveCategory, Signals, redecide, redecide_and_record,
};
use predispatch_types::{Platform, Timestamp};
use proptest::{prelude::*, sample::select};

use crate::{
    case::key,
    make::{self, Canada, Tc, Us},
};

/// A situation out of ready-made parts, each of which may be missing.
#[derive(Clone, Debug)]
struct Situation {
    /// From the caller, a second one, geolocation, the business's default.
    places: [&'static str; 4],
    signals: Signals,
    newest: Signals,
    headers_seen: bool,
    source: ActionSource,
    vertical: Option<&'static str>,
    sensitive: Vec<SensitiveCategory>,
    person: Person,
    /// From the event to the first decision, and from there to the second.
    waits: [i64; 2],
    is_site_policy: bool,
}

impl Situation {
    fn event(&self) -> EventFacts<'_> {
        let mut event = EventFacts::new(key(), "purchase", time());
        event.headers_seen = self.headers_seen;
        event.source = self.source;
        event.vertical = self.vertical;
        event.sensitive.clone_from(&self.sensitive);
        let [explicit, also, geo, business] = self.places.map(place);
        (event.place.explicit, event.place.also) = (explicit, also);
        (event.place.geo, event.place.business) = (geo, business);
        event
    }

    fn decide(&self, to: Destination) -> Decision {
        self.recorded(to).0
    }

    fn recorded(&self, to: Destination) -> (Decision, Record) {
        let (event, policy) = (self.event(), self.policy());
        let now = time().plus_secs(self.waits[0]);
        let case = Case::new(&self.signals, &self.person, &event, &policy, now);
        case.recorder(&log()).decide(to)
    }

    /// The second look, at a record that went through a log.
    fn redecide(&self, to: Destination) -> Decision {
        let now = time().plus_secs(self.waits[0] + self.waits[1]);
        let newest = Newest::new(key(), &self.newest, now);
        redecide(&logged(&self.recorded(to).1), &newest, &self.policy(), &log())
    }

    /// The second look's own record, and a third look at it on the event's own signals.
    fn look_three_times(&self, to: Destination) -> (Decision, Record, Decision) {
        let (policy, log) = (self.policy(), log());
        let now = time().plus_secs(self.waits[0] + self.waits[1]);
        let newest = Newest::new(key(), &self.newest, now);
        let first = logged(&self.recorded(to).1);
        let (second, record) = redecide_and_record(&first, &newest, &policy, &log);
        let newest = Newest::new(key(), &self.signals, now.plus_secs(self.waits[1]));
        let third = redecide(&logged(&record), &newest, &policy, &log);
        (second, record, third)
    }

    /// What the change does to the first look, and to the second by either set of signals.
    fn with(&self, change: impl Fn(&mut Signals)) -> [Self; 3] {
        let [mut first, mut second, mut both] = [self.clone(), self.clone(), self.clone()];
        change(&mut first.signals);
        change(&mut second.newest);
        change(&mut both.signals);
        change(&mut both.newest);
        [first, second, both]
    }

    fn policy(&self) -> Policy {
        thread_local! {
            static POLICIES: [Policy; 2] =
                [Policy::bundled(), Policy::bundled().overlay(SITE).unwrap()];
        }
        POLICIES.with(|policies| policies[usize::from(self.is_site_policy)].clone())
    }
}

/// A site that opens what can be opened.
const SITE: &str = r#"
version = "t"
gpc_upgrade_texts = ["text-1"]
[switches]
cmp_is_record = true
minimum_age = 0
gpp_child_consent = true
[countries]
notice = ["NZ"]
[[exemption]]
vertical = "health"
destination = "google"
event = "purchase"
proof = "p"
explicit_text = "text-1"
[[exemption]]
vertical = "finance"
destination = "meta"
event = "purchase"
proof = "p"
"#;

fn time() -> Timestamp {
    "2026-11-20T18:00:00Z".parse().unwrap()
}

fn log() -> DigestKey {
    DigestKey::new([5; 32])
}

fn place(text: &str) -> Given<Place> {
    match text {
        "" => Given::Absent,
        _ => Place::parse(&text[..2], Some(text).filter(|text| text.len() > 2)),
    }
}

fn tc_strings() -> Vec<String> {
    let part = |purposes: &[u8], vendors: &[u16], updated: &str| Tc {
        list: 120,
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
        part(&[1, 2, 3, 4, 7, 9, 10], &all, "2026-11-01").text(),
        part(&[1, 7], &all, "2026-11-01").text(),
        part(&[3, 4, 7], &all, "2026-11-01").text(),
        part(&[1, 2, 3, 4, 7, 9, 10], &[804], "2026-11-01").text(),
        part(&[1, 2, 3, 4, 7, 9, 10], &all, "2025-01-01").text(),
        part(&[], &[], "2026-11-01").text(),
        part(&[1, 2, 3, 4, 7, 9, 10], &all, "2026-11-20").text(),
        part(&[1, 2, 3, 4, 7, 9, 10], &all, "2026-11-22").text(),
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
    let sensitive = Us { sensitive: Some(vec![2; 16]), ..us(7, 2, None) };
    let child = |values: &[u8]| Us { child: Some(values.to_vec()), ..us(7, 2, None) };
    let canada = |purposes: &[u8]| Canada {
        express: purposes.to_vec(),
        implied: Vec::new(),
        express_vendors: vec![755, 793, 804, 1126],
        implied_vendors: Vec::new(),
        disclosed: None,
        updated: "2026-11-01".to_owned(),
    };
    vec![
        make::gpp(None, None, &[us(7, 2, Some(false))]),
        make::gpp(None, None, &[us(8, 1, None)]),
        make::gpp(None, None, &[us(8, 2, Some(true)), us(9, 2, None)]),
        make::gpp(None, None, &[us(7, 2, None), us(8, 2, None)]),
        make::gpp(None, None, &[sensitive]),
        make::gpp(None, None, &[child(&[0, 1, 0])]),
        make::gpp(None, None, &[child(&[0, 2, 0])]),
        make::gpp(None, Some(&canada(&[2, 3, 4, 7, 9, 10])), &[]),
        make::gpp(None, Some(&canada(&[])), &[us(7, 2, None)]),
        // The part about children can't be read.
        "DBABLA~CVQVAAAAAg".to_owned(),
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
    let rest = (
        given(vec![vec![7], vec![8], vec![7, 8], vec![9], vec![5], vec![2]]),
        given(vec![("2026-11-01T00:00:00Z", "text-1"), ("2026-11-21T00:00:00Z", "text-1")]),
        given(vec!["2026-10-01T00:00:00Z", "2026-11-10T00:00:00Z"]),
    );
    (texts, flags, rest).prop_map(|((tc, ac, gpp, usp), flags, (sid, explicit, gpc_at))| {
        let (gpc, gdpr, pending, cmp, mode, collected) = flags;
        let mut signals = Signals::default();
        let text = |given: Given<String>| given.and_then(|text| Some(text.as_str().into()));
        signals.tcf = text(tc);
        signals.additional_consent = text(ac);
        signals.gpp = text(gpp);
        signals.us_privacy = text(usp);
        (signals.gpc, signals.gdpr_applies, signals.pending) = (gpc, gdpr, pending);
        signals.consent_mode = mode;
        signals.collected_at = collected.and_then(|at| at.parse().ok());
        signals.gpp_sid = sid;
        signals.explicit_consent =
            explicit.and_then(|(time, text)| ExplicitConsent::new(time.parse().unwrap(), text));
        signals.gpc_at = gpc_at.and_then(|at| at.parse().ok());
        for platform in Platform::ALL {
            signals.set_cmp(platform, cmp);
        }
        signals
    })
}

fn person() -> impl Strategy<Value = Person> {
    let age = prop_oneof![6 => Just(Given::Absent), 4 => given(vec![12, 15, 17, 18, 40])];
    let minor = prop_oneof![6 => Just(Given::Absent), 1 => given(vec![true, false])];
    let rarely = || prop::bool::weighted(0.05);
    (age, minor, rarely(), rarely()).prop_map(|(age, minor, erased, objected)| {
        let mut person = Person::default();
        (person.age, person.minor) = (age, minor);
        (person.erased, person.objected) = (erased, objected);
        person
    })
}

fn situation() -> impl Strategy<Value = Situation> {
    const PLACES: [&str; 16] = [
        "", "DE", "GB", "US", "US-CA", "US-OH", "US-TX", "US-MD", "PR", "CA-QC", "CA-ON", "BR",
        "AU", "NZ", "CN", "??",
    ];
    let explicit = select(PLACES.to_vec());
    let others = || prop_oneof![5 => Just(""), 2 => select(PLACES.to_vec())];
    let subject = (
        prop_oneof![
            6 => Just(None),
            3 => select(vec!["health", "finance", "shoes", "credit insurance"]).prop_map(Some),
        ],
        prop_oneof![8 => Just(Vec::new()), 1 => Just(vec![SensitiveCategory::Health])],
        select(vec![ActionSource::Website, ActionSource::App, ActionSource::PhysicalStore]),
    );
    let waits = (
        select(vec![0_i64, 60, 86_400, -3_600, -3 * 86_400]),
        select(vec![0_i64, 60, 1_200, 2_000, 4 * 86_400, 40 * 86_400]),
    );
    let flags = (any::<bool>(), any::<bool>());
    (
        (explicit, others(), others(), others()),
        signals(),
        signals(),
        subject,
        person(),
        waits,
        flags,
    )
        .prop_map(|(places, signals, newest, subject, person, waits, flags)| Situation {
            places: places.into(),
            signals,
            newest,
            headers_seen: flags.0,
            source: subject.2,
            vertical: subject.0,
            sensitive: subject.1,
            person,
            waits: waits.into(),
            is_site_policy: flags.1,
        })
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
    // Where `gpp_sid` names it, a section that is there is better than one that is missing.
    ("california", |signals| {
        if signals.gpp.is_absent() && signals.gpp_sid.is_absent() {
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
    ("explicit", |signals| {
        if signals.explicit_consent.value().is_some() {
            signals.explicit_consent = Given::Absent;
        }
    }),
    ("looked at", |signals| {
        if signals.gpc.is(false) {
            signals.gpc = Given::Absent;
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
    ("unknown section", |s| s.set_gpp("DBABKY~B"), |s| s.gpp = Given::Absent),
    ("gpp_sid", |s| s.gpp_sid = Given::Unreadable, |s| s.gpp_sid = Given::Absent),
    ("us_privacy", |s| s.set_us_privacy("1"), |s| s.us_privacy = Given::Absent),
    ("gpc", |s| s.gpc = Given::Unreadable, |s| s.gpc = Given::Absent),
    ("gdpr", |s| s.gdpr_applies = Given::Unreadable, |s| s.gdpr_applies = Given::Absent),
    ("mode", |s| s.consent_mode = Given::Unreadable, |s| s.consent_mode = Given::Absent),
    ("gcs", |s| s.gcs = Given::Value("G1".into()), |s| s.gcs = Given::Absent),
    ("gcd", |s| s.gcd = Given::Value("13z3z3z3z1l1".into()), |s| s.gcd = Given::Absent),
    ("gpc_at", |s| s.gpc_at = Given::Unreadable, |s| s.gpc_at = Given::Absent),
    (
        "explicit",
        |s| s.explicit_consent = Given::Unreadable,
        |s| s.explicit_consent = Given::Absent,
    ),
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

/// Both looks: no outcome of `stricter` is laxer than that of `than`.
fn none_is_laxer(stricter: &Situation, than: &Situation, to: Destination) -> Result<(), String> {
    for (name, after, before) in [
        ("first", stricter.decide(to), than.decide(to)),
        ("second", stricter.redecide(to), than.redecide(to)),
    ] {
        if !is_as_strict(&after, &before) {
            return Err(format!("{name} look: {before} / {after}"));
        }
    }
    Ok(())
}

/// The same of situations that differ in their places. If newer signals bring European rules, the second
/// look asks for a yes that the record keeps only where one was needed at the first: then the place that
/// had needed it may be the better one, so only the first look is compared.
fn no_place_is_laxer(
    stricter: &Situation,
    than: &Situation,
    to: Destination,
) -> Result<(), String> {
    let (first, second) = (than.decide(to), than.redecide(to));
    if first.jurisdiction_names().eq(second.jurisdiction_names()) {
        return none_is_laxer(stricter, than, to);
    }
    let after = stricter.decide(to);
    let is_so = is_as_strict(&after, &first);
    if is_so { Ok(()) } else { Err(format!("first look: {first} / {after}")) }
}

/// As it is read back.
fn logged(record: &Record) -> Record {
    serde_json::from_str(&serde_json::to_string(record).unwrap()).unwrap()
}

fn is_sound(decision: Decision) -> Result<(), String> {
    let (outcome, shown) = (decision.outcome(), format!("{decision}"));
    let against = decision.reasons().iter().any(|reason| !reason.is_note());
    let is_limited = decision.flags().limited_use.is_some();
    let has_flags = *decision.flags() != Flags::new();
    for (is_so, fault) in [
        (decision.reasons().is_empty(), "no reason"),
        (!outcome.may_send() && !against, "only notes against it"),
        (!outcome.may_send() && has_flags, "flags"),
        (is_limited != (outcome == Outcome::Limited), "restriction flag"),
        (decision.into_permit().is_some() != outcome.may_send(), "permit"),
    ] {
        if is_so {
            return Err(format!("{fault}: {shown}"));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_refusal_never_relaxes(
        situation in situation(),
        to in destination(),
        (name, refuse) in select(REFUSALS),
    ) {
        for refused in situation.with(refuse) {
            let fault = none_is_laxer(&refused, &situation, to);
            prop_assert!(fault.is_ok(), "{name}: {fault:?}");
        }
    }

    #[test]
    fn what_stands_against_the_person_or_subject_never_relaxes(
        situation in situation(),
        to in destination(),
        which in 0..6_u8,
    ) {
        let mut stricter = situation.clone();
        match which {
            0 => stricter.person.erased = true,
            1 => stricter.person.objected = true,
            2 => stricter.person.minor = Given::Value(true),
            3 => stricter.person.age = Given::Value(9),
            4 => stricter.person.age = Given::Unreadable,
            _ => stricter.vertical = Some("political"),
        }
        let fault = none_is_laxer(&stricter, &situation, to);
        prop_assert!(fault.is_ok(), "{which}: {fault:?}");
    }

    #[test]
    fn one_more_place_never_relaxes(
        situation in situation(),
        to in destination(),
        also in select(vec!["DE", "US-CA", "US-OH", "CA-QC", "CN", "??"]),
    ) {
        let mut situation = situation;
        situation.places[1] = "";
        let mut stricter = situation.clone();
        stricter.places[1] = also;
        let fault = no_place_is_laxer(&stricter, &situation, to);
        prop_assert!(fault.is_ok(), "{also}: {fault:?}");
    }

    #[test]
    fn a_place_that_cannot_be_read_is_never_better_than_one_that_is_missing(
        situation in situation(),
        to in destination(),
        which in 0..4_usize,
        next in select(vec!["CN", "US-CA", "DE"]),
        says_only_yes in any::<bool>(),
    ) {
        let mut situation = situation;
        // What the next source says shows only where nothing else stands in the way.
        if says_only_yes {
            situation.signals = Signals::default();
            situation.signals.set_tcf(&tc_strings()[0]);
            situation.places = [""; 4];
            situation.places[if which < 2 { 2 } else { 3 }] = next;
            (situation.vertical, situation.person) = (None, Person::default());
            situation.sensitive.clear();
        }
        let (mut spoilt, mut missing) = (situation.clone(), situation);
        spoilt.places[which] = "??";
        missing.places[which] = "";
        let fault = no_place_is_laxer(&spoilt, &missing, to);
        prop_assert!(fault.is_ok(), "{which}: {fault:?}");
    }

    #[test]
    fn a_grant_that_goes_never_relaxes(
        situation in situation(),
        to in destination(),
        (name, remove) in select(GRANTS),
    ) {
        for without in situation.with(remove) {
            let fault = none_is_laxer(&without, &situation, to);
            prop_assert!(fault.is_ok(), "{name}: {fault:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_never_better_than_what_is_missing(
        situation in situation(),
        to in destination(),
        (name, spoil, remove) in select(SPOILT),
    ) {
        for (spoilt, missing) in situation.with(spoil).iter().zip(situation.with(remove)) {
            let fault = none_is_laxer(spoilt, &missing, to);
            prop_assert!(fault.is_ok(), "{name}: {fault:?}");
        }
    }

    #[test]
    fn there_is_a_reason_and_a_permit_exactly_when_it_may_go(
        situation in situation(),
        to in destination(),
    ) {
        for decision in [situation.decide(to), situation.redecide(to)] {
            let fault = is_sound(decision);
            prop_assert!(fault.is_ok(), "{fault:?}");
        }
    }

    #[test]
    fn the_second_look_is_never_laxer_but_for_a_hold(
        situation in situation(),
        to in destination(),
    ) {
        let (first, second) = (situation.decide(to), situation.redecide(to));
        let may_relax = first.outcome() == Outcome::Hold;
        prop_assert!(may_relax || is_as_strict(&second, &first), "{first} / {second}");
    }

    /// What a look restricted, the next one does not forget; and its record reads back.
    #[test]
    fn a_third_look_is_never_laxer_than_the_second_but_for_a_hold(
        situation in situation(),
        to in destination(),
    ) {
        let (second, record, third) = situation.look_three_times(to);
        prop_assert_eq!(&second, &situation.redecide(to));
        prop_assert!(record.is_authentic(&log()));
        prop_assert_eq!(&logged(&record), &record);
        let may_relax = second.outcome() == Outcome::Hold;
        prop_assert!(may_relax || is_as_strict(&third, &second), "{second} / {third}");
        prop_assert!(may_relax || record.outcome() == second.outcome());
    }

    #[test]
    fn equal_inputs_make_equal_records_that_read_back(
        situation in situation(),
        to in destination(),
    ) {
        let (one, other) = (situation.recorded(to).1, situation.recorded(to).1);
        prop_assert_eq!(&one, &other);
        prop_assert!(one.is_authentic(&log()));
        let text = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Record>(&text).unwrap(), &one);
        if let Given::Value(tc) = &situation.signals.tcf {
            prop_assert!(!text.contains(tc.as_str()));
        }
    }
}
