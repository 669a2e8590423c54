//! `Record` as one flat object of texts, so that any audit log can keep it.

use std::collections::BTreeMap;

use predispatch_gpp::SensitiveCategory;
use predispatch_types::{Country, Region, Timestamp};
use serde::{
    de::{Deserialize, Deserializer, Error},
    ser::{Serialize, Serializer},
};

use crate::{
    ActionSource, AgeBand, Destination, Grant, Outcome, Place, PlaceSource, Policy, Reason,
    Reasons, Record, SignalDigests, places::Places,
};

/// The object. Keys that are not here are an error: a record that says more than we know may say
/// something that restricts.
#[derive(serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    event: Box<str>,
    destination: String,
    decision: String,
    reasons: Vec<String>,
    jurisdiction: Vec<Box<str>>,
    place_source: String,
    places: Vec<String>,
    more_places: bool,
    gdpr_added: bool,
    minimum_age: u8,
    policy_version: Box<str>,
    vendor_list_version: Option<u16>,
    proof: Option<Box<str>>,
    decided_at: String,
    held_until: Option<String>,
    event_time: String,
    action_source: String,
    gpc_observed: bool,
    age: String,
    erased: bool,
    objected: bool,
    vertical: Option<Box<str>>,
    unknown_vertical: Vec<Box<str>>,
    event_name: Option<Box<str>>,
    sensitive: Vec<String>,
    flags: BTreeMap<String, String>,
    signals: BTreeMap<Box<str>, Box<str>>,
    seal: Box<str>,
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let flags = [
            ("ad_storage", self.ad_storage),
            ("ad_user_data", self.ad_user_data),
            ("ad_personalization", self.ad_personalization),
            ("analytics_storage", self.analytics_storage),
        ];
        let flag = |(name, grant): (&str, Option<Grant>)| {
            Some((name.to_owned(), grant?.as_str().to_owned()))
        };
        Wire {
            event: self.event.clone(),
            destination: self.destination.to_string(),
            decision: self.outcome.to_string(),
            reasons: self.reasons.iter().map(|reason| reason.to_string()).collect(),
            jurisdiction: self.jurisdiction.clone(),
            place_source: self.place_source.as_str().to_owned(),
            places: self.places.iter().map(ToString::to_string).collect(),
            more_places: self.has_more_places,
            gdpr_added: self.gdpr_added,
            minimum_age: self.minimum_age,
            policy_version: self.policy_version.clone(),
            vendor_list_version: self.vendor_list_version,
            proof: self.proof.clone(),
            decided_at: self.decided_at.to_string(),
            held_until: self.held_until.map(|until| until.to_string()),
            event_time: self.event_time.to_string(),
            action_source: self.source.as_str().to_owned(),
            gpc_observed: self.gpc_observed,
            age: self.age.as_str().to_owned(),
            erased: self.erased,
            objected: self.objected,
            vertical: self.vertical.clone(),
            unknown_vertical: self.unknown_vertical.clone(),
            event_name: self.event_name.clone(),
            sensitive: self.sensitive.iter().map(|one| one.as_str().to_owned()).collect(),
            flags: flags.into_iter().filter_map(flag).collect(),
            signals: self.signals.0.clone(),
            seal: self.seal.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Wire::deserialize(deserializer)?.try_into().map_err(Unreadable::into_error)
    }
}

/// The field of a record that can't be read.
struct Unreadable(&'static str);

impl Unreadable {
    fn into_error<E: Error>(self) -> E {
        E::custom(format_args!("decision record: can't read {}", self.0))
    }
}

impl TryFrom<Wire> for Record {
    type Error = Unreadable;

    fn try_from(wire: Wire) -> Result<Self, Unreadable> {
        let time = |text: &str, field| text.parse::<Timestamp>().map_err(|_| Unreadable(field));
        let mut flags = wire.flags;
        let mut flag = |name: &'static str| match flags.remove(name).as_deref() {
            None => Ok(None),
            Some("granted") => Ok(Some(Grant::Granted)),
            Some("denied") => Ok(Some(Grant::Denied)),
            Some(_) => Err(Unreadable(name)),
        };
        let record = Self {
            event: wire.event,
            destination: known(wire.destination.parse::<Destination>().ok(), "destination")?,
            outcome: known(Outcome::from_name(&wire.decision), "decision")?,
            reasons: wire
                .reasons
                .iter()
                .map(|code| known(Reason::from_code(code), "reasons"))
                .collect::<Result<Reasons, _>>()?,
            jurisdiction: wire.jurisdiction,
            place_source: known(PlaceSource::from_name(&wire.place_source), "place_source")?,
            places: wire
                .places
                .iter()
                .map(|text| known(place(text), "places"))
                .collect::<Result<_, _>>()?,
            has_more_places: wire.more_places,
            gdpr_added: wire.gdpr_added,
            minimum_age: wire.minimum_age,
            policy_version: wire.policy_version,
            vendor_list_version: wire.vendor_list_version,
            proof: wire.proof,
            decided_at: time(&wire.decided_at, "decided_at")?,
            held_until: match &wire.held_until {
                None => None,
                Some(text) => Some(time(text, "held_until")?),
            },
            event_time: time(&wire.event_time, "event_time")?,
            source: known(ActionSource::from_name(&wire.action_source), "action_source")?,
            gpc_observed: wire.gpc_observed,
            age: known(AgeBand::from_name(&wire.age), "age")?,
            erased: wire.erased,
            objected: wire.objected,
            vertical: wire.vertical,
            unknown_vertical: wire.unknown_vertical,
            event_name: wire.event_name,
            sensitive: wire
                .sensitive
                .iter()
                .map(|name| known(category(name), "sensitive"))
                .collect::<Result<_, _>>()?,
            ad_storage: flag("ad_storage")?,
            ad_user_data: flag("ad_user_data")?,
            ad_personalization: flag("ad_personalization")?,
            analytics_storage: flag("analytics_storage")?,
            signals: SignalDigests(wire.signals),
            seal: wire.seal,
        };
        if !flags.is_empty() {
            return Err(Unreadable("flags"));
        }
        match contradiction(&record) {
            Some(field) => Err(Unreadable(field)),
            None => Ok(record),
        }
    }
}

/// The field that another one contradicts: no decision makes such a record.
fn contradiction(record: &Record) -> Option<&'static str> {
    let may_send = record.outcome.may_send();
    let is_held = record.outcome == Outcome::Hold;
    let has_flags = [record.ad_storage, record.ad_user_data, record.ad_personalization]
        .into_iter()
        .chain([record.analytics_storage])
        .any(|flag| flag.is_some());
    let is_regulated = record.vertical.is_some() || !record.sensitive.is_empty();
    let is_too_young = record.age.at_least().is_some_and(|age| age < record.minimum_age);
    let needs_place = matches!(
        record.place_source,
        PlaceSource::Explicit | PlaceSource::Geo | PlaceSource::Business
    );
    let has_reason_against = record.reasons.iter().any(|reason| !reason.is_note());
    let has_reason_for = [Reason::GRANTED, Reason::NOT_OPTED_OUT]
        .into_iter()
        .any(|reason| record.reasons.contains(reason));
    let latest = i64::from(Policy::MAX_PENDING_SECS);
    let wait = record.held_until.map_or(0, |until| until.secs_since(record.event_time));
    [
        (is_held != record.held_until.is_some(), "held_until"),
        (!(0..=latest).contains(&wait), "held_until"),
        (record.held_until.is_some_and(|until| until < record.decided_at), "held_until"),
        ((record.outcome == Outcome::Allow) != has_reason_for, "reasons"),
        (may_send && record.reasons.iter().any(stops), "reasons"),
        (record.outcome != Outcome::Allow && !has_reason_against, "reasons"),
        (!may_send && has_flags, "flags"),
        (may_send && record.erased, "erased"),
        (may_send && record.objected, "objected"),
        (may_send && is_too_young, "age"),
        (may_send && is_regulated && record.proof.is_none(), "proof"),
        (record.proof.is_some() && record.vertical.is_none(), "proof"),
        (is_regulated != record.event_name.is_some(), "event_name"),
        (record.jurisdiction.is_empty(), "jurisdiction"),
        (record.places.len() > Places::MAX, "places"),
        (record.has_more_places && record.places.len() < Places::MAX, "more_places"),
        (needs_place && record.places.is_empty(), "places"),
    ]
    .into_iter()
    .find_map(|(is_so, field)| is_so.then_some(field))
}

/// Whether nothing is ever sent where it holds: no flag and no other yes answers it.
const fn stops(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::ERASED
            | Reason::OBJECTED
            | Reason::ACCOUNT_OPTED_OUT
            | Reason::MINOR
            | Reason::GPP_CHILD
            | Reason::VERTICAL
            | Reason::COUNTRY_DENIED
            | Reason::EVENT_TOO_OLD
            | Reason::EVENT_IN_FUTURE
            | Reason::DESTINATION_UNKNOWN
            | Reason::RECORD_NOT_AUTHENTIC
            | Reason::WITHDRAWN_AFTER_EVENT
            | Reason::CONSENT_AFTER_EVENT
            | Reason::CONSENT_PENDING
            | Reason::CMP_NO
            | Reason::GPP_NO_NOTICE
            | Reason::GPP_SENSITIVE
            | Reason::EXPLICIT_CONSENT_NEEDED
            | Reason::NO_SIGNAL
            | Reason::NO_LIMITED_FLAG
            | Reason::STATE_NOT_IN_LDU
            | Reason::STRICT_US_OPTOUT
            | Reason::COUNTRY_NEEDED
    )
}

fn known<T>(value: Option<T>, field: &'static str) -> Result<T, Unreadable> {
    value.ok_or(Unreadable(field))
}

fn region(text: &str) -> Option<Region> {
    Region::parse(text, None).ok().filter(|region| region.as_str() == text)
}

fn place(text: &str) -> Option<Place> {
    region(text)
        .map(Place::region_of)
        .or_else(|| Country::from_alpha2(text).map(Place::country_only))
}

fn category(name: &str) -> Option<SensitiveCategory> {
    SensitiveCategory::ALL.into_iter().find(|known| known.as_str() == name)
}
