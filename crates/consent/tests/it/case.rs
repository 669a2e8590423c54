//! One row of the decision table.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use predispatch_consent::{
    ActionSource, Case as Prepared, Decision, Destination, DigestKey, EventFacts, EventKey, Given,
    Newest, Person, Place, Policy, SensitiveCategory, Signals, decide, redecide,
};
use predispatch_types::Timestamp;
use serde::Deserialize;

use crate::make::{self, Canada, Tc, Us};

/// See `tests/data/README.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The section of the rules that it follows from.
    pub(crate) rule: String,
    /// One or several destinations with the same answer.
    pub(crate) to: Vec<String>,
    /// One or several with the same answer.
    #[serde(default)]
    place: Places,
    also: Option<String>,
    geo: Option<String>,
    business: Option<String>,
    #[serde(flatten)]
    said: Said,
    /// The newest signals: the case is then about the second look.
    newest: Option<Newer>,
    time: Option<String>,
    now: Option<String>,
    event: Option<String>,
    source: Option<String>,
    #[serde(default)]
    headers_seen: bool,
    vertical: Option<String>,
    #[serde(default)]
    sensitive: Vec<String>,
    age: Option<u8>,
    minor: Option<bool>,
    born: Option<String>,
    #[serde(default)]
    erased: bool,
    #[serde(default)]
    objected: bool,
    /// Laid over the bundled policy.
    policy: Option<String>,
    /// `small`: with the vendor list of that name in the data folder.
    vendor_list: Option<String>,
    /// `small`: with the list of consent platforms of that name in the data folder.
    cmp_list: Option<String>,
    pub(crate) expect: String,
    /// Exactly these reasons, in the order of a decision.
    pub(crate) reasons: Vec<String>,
    /// Exactly these flags, as `key=value` in alphabetical order.
    pub(crate) flags: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
enum Places {
    #[default]
    NotGiven,
    One(String),
    Several(Vec<String>),
}

/// Signals, with strings described instead of written.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Said {
    tc: Option<Tc>,
    /// Section 2 of the GPP string.
    gpp_tc: Option<Tc>,
    canada: Option<Canada>,
    us: Option<Vec<Us>>,
    /// The rest, as in an event's `consent` object.
    signals: Option<BTreeMap<String, toml::Value>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Newer {
    #[serde(flatten)]
    said: Said,
    #[serde(default)]
    erased: bool,
    /// Laid over the policy for the second look.
    policy: Option<String>,
}

impl Newer {
    fn over(&self, policy: &Rc<Policy>) -> (Signals, Person, Rc<Policy>) {
        let mut person = Person::default();
        person.erased = self.erased;
        let policy = match &self.policy {
            None => Rc::clone(policy),
            Some(text) => Rc::new(policy.overlay(&format!("version = \"now\"\n{text}")).unwrap()),
        };
        (self.said.signals(), person, policy)
    }
}

impl Said {
    pub(crate) fn signals(&self) -> Signals {
        let given = self.signals.clone().unwrap_or_default();
        let mut signals: Signals = toml::Value::try_from(given).unwrap().try_into().unwrap();
        if let Some(tc) = &self.tc {
            signals.set_tcf(&tc.text());
        }
        if self.gpp_tc.is_some() || self.canada.is_some() || self.us.is_some() {
            let sections = self.us.as_deref().unwrap_or_default();
            let text = make::gpp(self.gpp_tc.as_ref(), self.canada.as_ref(), sections);
            signals.set_gpp(&text);
        }
        signals
    }
}

impl Case {
    /// Made once for all cases that ask for the same one: reading it is most of a test's time.
    pub(crate) fn policy(&self) -> Rc<Policy> {
        thread_local! {
            static MADE: RefCell<BTreeMap<String, Rc<Policy>>> = RefCell::default();
        }
        let asked = (&self.policy, &self.vendor_list, &self.cmp_list);
        MADE.with_borrow_mut(|made| {
            Rc::clone(
                made.entry(format!("{asked:?}")).or_insert_with(|| Rc::new(self.new_policy())),
            )
        })
    }

    fn new_policy(&self) -> Policy {
        let mut policy = Policy::bundled();
        if let Some(text) = &self.policy {
            policy = policy.overlay(&format!("version = \"case\"\n{text}")).unwrap();
        }
        if self.vendor_list.is_some() {
            let list = predispatch_tcf::GlobalVendorList::from_json(VENDOR_LIST.as_bytes());
            policy = policy.with_vendor_list(Arc::new(list.unwrap()));
        }
        if self.cmp_list.is_some() {
            let list = predispatch_tcf::CmpList::from_json(CMP_LIST.as_bytes());
            policy = policy.with_cmp_list(Arc::new(list.unwrap()));
        }
        policy
    }

    /// The places, each as one question; one that is not given is a question too.
    pub(crate) fn places(&self) -> Vec<Option<&str>> {
        match &self.place {
            Places::NotGiven => vec![None],
            Places::One(place) => vec![Some(place)],
            Places::Several(places) => places.iter().map(|place| Some(place.as_str())).collect(),
        }
    }

    fn person(&self) -> Person {
        let mut person = Person::default();
        person.age = self.age.into();
        person.minor = self.minor.into();
        person.birth_date = Given::from(self.born.as_ref().map(|born| born.parse().unwrap()));
        person.erased = self.erased;
        person.objected = self.objected;
        person
    }

    fn event(&self, at: Option<&str>) -> EventFacts<'_> {
        let name = self.event.as_deref().unwrap_or("purchase");
        let mut event = EventFacts::new(key(), name, self.time());
        event.headers_seen = self.headers_seen;
        event.vertical = self.vertical.as_deref();
        if let Some(source) = &self.source {
            event.source = ActionSource::from_name(source).unwrap();
        }
        let category = |name: &String| {
            SensitiveCategory::ALL.into_iter().find(|one| one.as_str() == *name).unwrap()
        };
        event.sensitive = self.sensitive.iter().map(category).collect();
        event.place.explicit = place(at);
        event.place.also = place(self.also.as_deref());
        event.place.geo = place(self.geo.as_deref());
        event.place.business = place(self.business.as_deref());
        event
    }

    fn time(&self) -> Timestamp {
        self.time.as_deref().unwrap_or("2026-11-20T18:00:00Z").parse().unwrap()
    }

    fn now(&self) -> Timestamp {
        match &self.now {
            Some(now) => now.parse().unwrap(),
            None => self.time().plus_secs(300),
        }
    }

    /// What is asked, but for place and destination.
    pub(crate) fn input(&self) -> String {
        let input = Self {
            name: String::new(),
            rule: String::new(),
            to: Vec::new(),
            place: Places::NotGiven,
            expect: String::new(),
            reasons: Vec::new(),
            flags: Vec::new(),
            ..self.clone()
        };
        format!("{input:?}")
    }

    /// Every place with every destination.
    pub(crate) fn questions(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        let all = |place| self.to.iter().map(move |to| (place, to.as_str()));
        self.places().into_iter().flat_map(all)
    }

    /// Every question with its decision; what they share is made once.
    pub(crate) fn decisions(&self) -> Vec<(Option<&str>, &str, Decision)> {
        let (policy, signals) = (self.policy(), self.said.signals());
        let newest = self.newest.as_ref().map(|newest| newest.over(&policy));
        let decide = |place, to: &str| {
            self.decide(place, to.parse().unwrap(), &policy, &signals, newest.as_ref())
        };
        self.questions().map(|(place, to)| (place, to, decide(place, to))).collect()
    }

    fn decide(
        &self,
        place: Option<&str>,
        destination: Destination,
        policy: &Policy,
        signals: &Signals,
        newest: Option<&(Signals, Person, Rc<Policy>)>,
    ) -> Decision {
        let (event, person) = (self.event(place), self.person());
        let Some((newest, newer, policy_now)) = newest else {
            return decide(signals, &person, &event, destination, policy, self.now());
        };
        let log = DigestKey::new([3; 32]);
        let case = Prepared::new(signals, &person, &event, policy, self.time());
        let (_, record) = case.recorder(&log).decide(destination);
        // Through the log and back.
        let record = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
        let mut newest = Newest::new(key(), newest, self.now());
        newest.person = *newer;
        redecide(&record, &newest, policy_now, &log)
    }

    /// What is wrong with a decision, or nothing.
    pub(crate) fn fault(&self, decision: &Decision) -> Option<String> {
        let reasons: Vec<String> = decision.reasons().iter().map(|one| one.to_string()).collect();
        let flags = flags(decision);
        let is_right = decision.outcome().as_str() == self.expect
            && reasons == self.reasons
            && flags == self.flags;
        (!is_right).then(|| format!("is {}, {reasons:?}, {flags:?}", decision.outcome()))
    }
}

/// The flags as texts in alphabetical order.
pub(crate) fn flags(decision: &Decision) -> Vec<String> {
    let flags = decision.flags();
    let mut all = Vec::new();
    for (name, grant) in [
        ("ad_storage", flags.ad_storage),
        ("ad_user_data", flags.ad_user_data),
        ("ad_personalization", flags.ad_personalization),
        ("analytics_storage", flags.analytics_storage),
    ] {
        all.extend(grant.map(|grant| format!("{name}={}", grant.as_str())));
    }
    all.extend(flags.limited_use.map(|limited| format!("limited={limited:?}")));
    all.extend(flags.strip.iter().map(|list| format!("strip={}", list.name())));
    all.sort();
    all
}

pub(crate) fn key() -> EventKey {
    EventKey::of_content(b"the event of this case")
}

fn place(text: Option<&str>) -> Given<Place> {
    match text {
        None => Given::Absent,
        Some(text) => {
            let country = text.split('-').next().unwrap();
            Place::parse(country, text.contains('-').then_some(text))
        }
    }
}

const CMP_LIST: &str = include_str!("../data/cmp_list.json");
const VENDOR_LIST: &str = include_str!("../data/vendor_list.json");
