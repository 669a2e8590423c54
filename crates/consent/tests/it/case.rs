//! One row of the decision table.

use std::collections::BTreeMap;

use predispatch_consent::{
    ActionSource, Case as Prepared, Decision, Destination, DigestKey, EventFacts, EventKey, Given,
    Newest, Person, Place, Policy, Reason, SensitiveCategory, Signals, decide, redecide,
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
    place: Option<String>,
    also: Option<String>,
    geo: Option<String>,
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
    pub(crate) expect: String,
    /// All of these are among the reasons.
    #[serde(default)]
    pub(crate) reasons: Vec<String>,
    /// None of these is.
    #[serde(default)]
    pub(crate) not: Vec<String>,
    /// Exactly these flags, as `key=value` in alphabetical order; not looked at if left out.
    pub(crate) flags: Option<Vec<String>>,
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
    pub(crate) fn policy(&self) -> Policy {
        let policy = Policy::bundled();
        let policy = match &self.policy {
            None => policy,
            Some(text) => policy.overlay(&format!("version = \"case\"\n{text}")).unwrap(),
        };
        match &self.vendor_list {
            None => policy,
            Some(_) => policy.with_vendor_list(std::sync::Arc::new(
                predispatch_tcf::GlobalVendorList::from_json(VENDOR_LIST.as_bytes()).unwrap(),
            )),
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

    fn event(&self) -> EventFacts<'_> {
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
        event.place.explicit = place(&self.place);
        event.place.also = place(&self.also);
        event.place.geo = place(&self.geo);
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

    pub(crate) fn decide(&self, destination: &str) -> Decision {
        let destination: Destination = destination.parse().unwrap();
        let (policy, signals, event) = (self.policy(), self.said.signals(), self.event());
        let person = self.person();
        let Some(newest) = &self.newest else {
            return decide(&signals, &person, &event, destination, &policy, self.now());
        };
        let log = DigestKey::new([3; 32]);
        let case = Prepared::new(&signals, &person, &event, &policy, self.time());
        let (_, record) = case.recorder(&log).decide(destination);
        // Through the log and back.
        let record = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
        let signals = newest.said.signals();
        let mut newer = Newest::new(key(), &signals, self.now());
        newer.person.erased = newest.erased;
        redecide(&record, &newer, &policy, &log)
    }

    /// What is wrong with a decision, or nothing.
    pub(crate) fn fault(&self, decision: &Decision) -> Option<String> {
        let reasons = decision.reasons();
        if decision.outcome().as_str() != self.expect {
            return Some(format!("is {}, {reasons:?}", decision.outcome()));
        }
        let reason = |code: &String| Reason::from_code(code).unwrap_or_else(|| panic!("{code}"));
        if let Some(code) = self.reasons.iter().find(|code| !reasons.contains(reason(code))) {
            return Some(format!("lacks {code}: {reasons:?}"));
        }
        if let Some(code) = self.not.iter().find(|code| reasons.contains(reason(code))) {
            return Some(format!("has {code}: {reasons:?}"));
        }
        let flags = flags(decision);
        if self.flags.as_ref().is_some_and(|expected| *expected != flags) {
            return Some(format!("flags {flags:?}"));
        }
        None
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

fn place(text: &Option<String>) -> Given<Place> {
    match text.as_deref() {
        None => Given::Absent,
        Some(text) => {
            let country = text.split('-').next().unwrap();
            Place::parse(country, text.contains('-').then_some(text))
        }
    }
}

const VENDOR_LIST: &str = include_str!("../data/vendor_list.json");
