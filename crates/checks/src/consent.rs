//! Laws of `predispatch-consent`.

use std::sync::LazyLock;

use predispatch_consent::{
    Case, Decision, Destination, DigestKey, EventFacts, EventKey, Flags, Given, GoogleProduct,
    Grant, Newest, Outcome, Person, Place, Policy, Record, SensitiveCategory, Signals, redecide,
};
use predispatch_types::{Platform, Timestamp};

/// Whatever the signals, the places, the person and the subject: no panic; always a reason; a permit
/// exactly when something may go; nothing goes without a yes where one is needed, and nothing after
/// a no; one more no, one more spoilt signal or one more place never relaxes, at the first look or at
/// the second; a spoilt place is never better than none; the second look is never laxer than the
/// first, but for a hold; a record reads back equal and is authentic.
///
/// The input is a header of eight bytes and then the `consent` object of the event, and after a line
/// feed the newest one.
pub(crate) fn decide_law(input: &[u8]) {
    let Some((head, objects)) = input.split_first_chunk::<8>() else { return };
    let (first, newest) = match objects.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&objects[..end], &objects[end + 1..]),
        None => (objects, objects),
    };
    let Ok(signals) = serde_json::from_slice::<Signals>(first) else { return };
    let Ok(newest) = serde_json::from_slice::<Signals>(newest) else { return };
    let question = Question::new(*head, signals, newest);
    let (first, second) = question.ask();

    if question.needs_a_yes() && has_no_yes(&question.signals) {
        assert!(!first.outcome().may_send(), "{first}");
    }
    let platform = question.to.platform();
    let says_no =
        |signals: &Signals| signals.opted_out.is(true) || signals.cmp_answer(platform).is(false);
    if says_no(&question.signals) {
        assert_eq!(first.outcome(), Outcome::Deny, "{first}");
    }
    if says_no(&question.signals) || says_no(&question.newest) {
        assert_eq!(second.outcome(), Outcome::Deny, "{second}");
    }
    // A hold is the one that may resolve.
    assert!(second.outcome() >= first.outcome() || first.outcome() == Outcome::Hold);

    for change in WORSE {
        for changed in question.with_worse_signals(change) {
            let (after, again) = changed.ask();
            assert!(after.outcome() >= first.outcome(), "{first} / {after}");
            assert!(again.outcome() >= second.outcome(), "{second} / {again}");
        }
    }
    if question.places[1].is_absent() {
        for also in [Place::parse("DE", None), Place::parse("US", Some("OH")), Given::Unreadable] {
            let (after, again) = question.with_place(1, also).ask();
            assert!(after.outcome() >= first.outcome(), "{first} / {after}");
            assert!(again.outcome() >= second.outcome(), "{second} / {again}");
        }
    }
    for which in 0..question.places.len() {
        let (missing, _) = question.with_place(which, Given::Absent).ask();
        let (spoilt, _) = question.with_place(which, Given::Unreadable).ask();
        assert!(spoilt.outcome() >= missing.outcome(), "{missing} / {spoilt}");
    }
}

/// Everything that a decision is about.
#[derive(Clone)]
struct Question {
    signals: Signals,
    newest: Signals,
    /// From the caller, a second one, from geolocation.
    places: [Given<Place>; 3],
    to: Destination,
    vertical: Option<&'static str>,
    sensitive: Vec<SensitiveCategory>,
    person: Person,
    headers_seen: bool,
    is_site_policy: bool,
    /// Seconds from the event to the first look, and from there to the second.
    waits: [i64; 2],
}

impl Question {
    fn new(head: [u8; 8], signals: Signals, newest: Signals) -> Self {
        let [place, also, geo, to, subject, age, waits, flags] = head.map(usize::from);
        let destinations = Platform::ALL.map(Destination::from);
        let products = GoogleProduct::ALL.map(Destination::google);
        let is_set = |bit: u32| flags >> bit & 1 == 1;
        let mut person = Person::default();
        person.age = match u8::try_from(age % 64) {
            Ok(age) if age % 64 > 8 => Given::Value(age),
            Ok(8) => Given::Unreadable,
            _ => Given::Absent,
        };
        person.minor = if age >= 192 { Given::Value(true) } else { Given::Absent };
        (person.erased, person.objected) = (flags & 0xC0 == 0xC0, flags & 0x30 == 0x30);
        Self {
            signals,
            newest,
            places: [place, also, geo].map(|at| PLACES[at % PLACES.len()]).map(read_place),
            to: *destinations.iter().chain(&products).cycle().nth(to).unwrap_or(&destinations[0]),
            vertical: VERTICALS[subject % VERTICALS.len()],
            sensitive: if subject >= 224 { vec![SensitiveCategory::Health] } else { Vec::new() },
            person,
            headers_seen: is_set(0),
            is_site_policy: is_set(1),
            waits: [WAITS[waits % WAITS.len()], WAITS[waits / 16 % WAITS.len()].max(0)],
        }
    }

    /// The first look and the second, both sound.
    fn ask(&self) -> (Decision, Decision) {
        let event = self.event();
        let policy = if self.is_site_policy { &*SITE } else { &*BUNDLED };
        let (log, now) = (DigestKey::new([1; 32]), event.time.plus_secs(self.waits[0]));
        let case = Case::new(&self.signals, &self.person, &event, policy, now);
        let (first, record) = case.recorder(&log).decide(self.to);
        let text = serde_json::to_string(&record).expect("records are written");
        let read: Record = serde_json::from_str(&text).expect("and read");
        assert!(read == record && read.is_authentic(&log));
        let newest = Newest::new(event.key, &self.newest, now.plus_secs(self.waits[1]));
        let second = redecide(&read, &newest, policy, &log);
        is_sound(&first);
        is_sound(&second);
        (first, second)
    }

    fn event(&self) -> EventFacts<'_> {
        let key = EventKey::of_content(b"fuzz");
        let mut event = EventFacts::new(key, "purchase", Timestamp::from_unix_secs(1_795_197_600));
        event.headers_seen = self.headers_seen;
        event.vertical = self.vertical;
        event.sensitive.clone_from(&self.sensitive);
        [event.place.explicit, event.place.also, event.place.geo] = self.places;
        event
    }

    fn with_worse_signals(&self, change: Change) -> [Self; 2] {
        let [mut first, mut second] = [self.clone(), self.clone()];
        change(&mut first.signals, self.to.platform());
        change(&mut second.newest, self.to.platform());
        [first, second]
    }

    fn with_place(&self, which: usize, place: Given<Place>) -> Self {
        let mut changed = self.clone();
        changed.places[which] = place;
        changed
    }

    /// Where silence is a no. Sections in force may tell where the person is if nothing else does.
    fn needs_a_yes(&self) -> bool {
        let needs = |place: &Given<Place>| match place {
            Given::Absent => false,
            Given::Unreadable => true,
            Given::Value(place) => {
                ["DE", "GB", "CA-QC", "BR", "AU", "CN"].contains(&&*place.to_string())
            }
        };
        let [explicit, also, geo] = &self.places;
        let is_nowhere =
            explicit.is_absent() && geo.is_absent() && self.signals.gpp_sid.value().is_none();
        is_nowhere || needs(explicit) || needs(also)
    }
}

fn is_sound(decision: &Decision) {
    assert!(!decision.reasons().is_empty());
    let may_send = decision.outcome().may_send();
    assert_eq!(decision.flags().limited_use.is_some(), decision.outcome() == Outcome::Limited);
    let against = decision.reasons().iter().any(|reason| !reason.is_note());
    assert!(may_send || against, "{decision}");
    assert!(may_send || *decision.flags() == Flags::new(), "{decision}");
}

/// No text that may hold a yes, no answer `true`, nothing granted.
fn has_no_yes(signals: &Signals) -> bool {
    let mode = signals.consent_mode.value().copied().unwrap_or_default();
    let grants = [mode.ad_storage, mode.ad_user_data, mode.ad_personalization];
    signals.tcf.value().is_none()
        && signals.gpp.value().is_none()
        && signals.gcs.value().is_none()
        && signals.gcd.value().is_none()
        && !grants.contains(&Given::Value(Grant::Granted))
        && Platform::ALL.into_iter().all(|platform| !signals.cmp_answer(platform).is(true))
}

fn read_place(text: &str) -> Given<Place> {
    match text.get(..2) {
        Some(country) => Place::parse(country, Some(text).filter(|text| text.len() > 2)),
        None => Given::Absent,
    }
}

type Change = fn(&mut Signals, Platform);

const WORSE: [Change; 9] = [
    |signals, _| signals.gpc = Given::Value(true),
    |signals, _| signals.opted_out = Given::Unreadable,
    |signals, to| signals.set_cmp(to, Given::Value(false)),
    |signals, _| signals.has_unknown_keys = true,
    |signals, _| signals.explicit_consent = Given::Unreadable,
    |signals, _| signals.gpc_at = Given::Unreadable,
    |signals, _| {
        if signals.gpp_sid.is_absent() {
            signals.gpp_sid = Given::Unreadable;
        }
    },
    |signals, _| {
        if signals.gdpr_applies.is_absent() {
            signals.gdpr_applies = Given::Value(true);
        }
    },
    // In place of a string that says no, it would be a lesser evil in the United States.
    |signals, _| {
        if signals.tcf.is_absent() {
            signals.tcf = Given::Unreadable;
        }
    },
];

static BUNDLED: LazyLock<Policy> = LazyLock::new(Policy::bundled);
/// A site that opens what can be opened.
static SITE: LazyLock<Policy> = LazyLock::new(|| {
    let text = "version = \"fuzz\"\ngpc_upgrade_texts = [\"ca-7\"]\n[switches]\ncmp_is_record = true\n\
                minimum_age = 0\ngpp_child_consent = true\naccept_legitimate_interest = true\n\
                [[exemption]]\nvertical = \"health\"\ndestination = \"google\"\nevent = \"purchase\"\n\
                proof = \"p\"\nexplicit_text = \"ca-7\"\n\
                [[exemption]]\nvertical = \"finance\"\ndestination = \"meta\"\nevent = \"purchase\"\n\
                proof = \"p\"\n";
    Policy::bundled().overlay(text).expect("the site's policy is sound")
});

const PLACES: [&str; 16] = [
    "", "DE", "GB", "US", "US-CA", "US-OH", "US-MD", "CA-QC", "CA-ON", "BR", "AU", "CN", "PR",
    "??", "", "",
];
const VERTICALS: [Option<&str>; 8] = [
    None,
    None,
    None,
    None,
    Some("health"),
    Some("finance"),
    Some("shoes"),
    Some("credit insurance"),
];
const WAITS: [i64; 8] = [0, 30, 600, 2_000, 86_400, 8 * 86_400, -3_600, -4 * 86_400];
