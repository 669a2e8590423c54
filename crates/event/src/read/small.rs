//! The smaller parts of an event.
//!
//! A part that would widen what may be done with the event if it were left out (who reports, to whom it
//! may go, its regulated subject) is an error when it can't be read. The rest is left out.

use predispatch_consent::{Given, Person, Place, Signals};
use predispatch_pii::{DateOfBirth, DeviceSystem};
use predispatch_types::{EventId, Platform, Timestamp};

use super::{
    issues::Issues,
    raw::{
        Raw, RawApp, RawClient, RawCustomer, RawJurisdiction, RawList, RawOriginalEvent, RawPerson,
    },
    scalars::free_text,
    timestamp,
    user::Reading,
    whole,
};
use crate::{
    ActionSource, App, Customer, Destinations, Event, EventName, OriginalEvent, Source, Text,
    error::{EventError, EventErrorKind},
    event::Vertical,
};

pub(super) fn name(raw: &Raw<'_>) -> Result<EventName, EventError> {
    const KEY: &str = "event_name";
    let name = required_text(raw, KEY)?;
    EventName::parse(name).map_err(|error| whole(EventErrorKind::Name(error), KEY))
}

pub(super) fn time(raw: &Raw<'_>) -> Result<Timestamp, EventError> {
    const KEY: &str = "event_time";
    let text = match raw {
        Raw::Number(number) => number,
        _ => required_text(raw, KEY)?,
    };
    timestamp(text).map_err(|error| whole(EventErrorKind::Time(error), KEY))
}

fn required_text<'r>(raw: &'r Raw<'_>, key: &'static str) -> Result<&'r str, EventError> {
    match raw {
        Raw::Text(text) => Ok(text),
        Raw::Absent => Err(whole(EventErrorKind::Missing, key)),
        _ => Err(whole(EventErrorKind::WrongType, key)),
    }
}

pub(super) fn action_source(raw: &Raw<'_>) -> Result<ActionSource, EventError> {
    word(raw, "action_source", ActionSource::from_name)
}

pub(super) fn source(raw: &Raw<'_>) -> Result<Source, EventError> {
    word(raw, "source", Source::from_name)
}

/// One of the field's words, or its default if there is none.
fn word<T: Default>(
    raw: &Raw<'_>,
    key: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, EventError> {
    match raw {
        Raw::Absent => Ok(T::default()),
        Raw::Text(text) => read(text).ok_or_else(|| whole(EventErrorKind::UnknownWord, key)),
        _ => Err(whole(EventErrorKind::WrongType, key)),
    }
}

/// A name that is not a platform's restricts like any other; an empty list allows nobody.
pub(super) fn destinations(
    raw: &Option<RawList<'_>>,
    issues: &mut Issues,
) -> Result<Destinations, EventError> {
    const KEY: &str = "destinations";
    let Some(list) = raw else { return Ok(Destinations::ALL) };
    let mut platforms = Vec::with_capacity(list.len());
    for value in list {
        match value {
            Raw::Text(name) => match name.parse::<Platform>() {
                Ok(platform) => platforms.push(platform),
                Err(_) => issues.dropped("unknown_platform", KEY),
            },
            Raw::Absent => {}
            _ => return Err(whole(EventErrorKind::WrongType, KEY)),
        }
    }
    Ok(Destinations::only(platforms))
}

pub(super) fn vertical(raw: &Raw<'_>) -> Result<Option<Vertical>, EventError> {
    match raw {
        Raw::Absent => Ok(None),
        Raw::Text(text) => Ok(Some(Vertical((*text).into()))),
        _ => Err(whole(EventErrorKind::WrongType, "vertical")),
    }
}

/// Sets the app; returns the device's system.
pub(super) fn app(
    raw: &RawApp<'_>,
    event: &mut Event,
    issues: &mut Issues,
) -> Option<DeviceSystem> {
    if raw.wrong {
        issues.dropped("wrong_type", "app");
    }
    let app = App {
        id: raw.id.opaque_id("app.id", issues),
        name: raw.name.free_text("app.name", issues),
        version: raw.version.free_text("app.version", issues),
        platform: system(&raw.platform, issues),
        advertiser_tracking_enabled: permission(
            &raw.advertiser_tracking_enabled,
            raw.wrong,
            "app.advertiser_tracking_enabled",
            issues,
        ),
        application_tracking_enabled: permission(
            &raw.application_tracking_enabled,
            raw.wrong,
            "app.application_tracking_enabled",
            issues,
        ),
        extinfo: extinfo(&raw.extinfo, issues),
    };
    let system = app.platform;
    event.app = (app != App::default()).then(|| Box::new(app));
    system
}

/// The person's answer: what can't be read, or stood in an app that can't be, is a no and no silence.
fn permission(
    raw: &Raw<'_>,
    is_app_wrong: bool,
    field: &'static str,
    issues: &mut Issues,
) -> Option<bool> {
    (is_app_wrong || !raw.is_absent()).then(|| raw.truth(field, issues).is(true))
}

fn system(raw: &Raw<'_>, issues: &mut Issues) -> Option<DeviceSystem> {
    const FIELD: &str = "app.platform";
    let name = raw.as_text(FIELD, issues)?;
    let system = match &*name.trim().to_ascii_lowercase() {
        "android" => Some(DeviceSystem::Android),
        "ios" | "ipados" => Some(DeviceSystem::Ios),
        _ => None,
    };
    if system.is_none() {
        issues.dropped("unknown_word", FIELD);
    }
    system
}

/// Places count: what can't be used becomes an empty text.
fn extinfo(raw: &RawList<'_>, issues: &mut Issues) -> Vec<Box<str>> {
    const FIELD: &str = "app.extinfo";
    let or_empty = |text: Option<Text>| text.map_or_else(Box::default, |text| text.as_str().into());
    raw.iter()
        .map(|value| match value {
            Raw::Bool(truth) => truth.to_string().into(),
            // Also one with a point.
            Raw::Number(number) => or_empty(free_text(number, FIELD, issues)),
            _ => or_empty(value.free_text(FIELD, issues)),
        })
        .collect()
}

pub(super) fn customer(raw: &RawCustomer<'_>, customer: &mut Customer, issues: &mut Issues) {
    if raw.wrong {
        issues.dropped("wrong_type", "customer");
    }
    customer.new_customer =
        raw.new_customer.truth("customer.new_customer", issues).value().copied();
    customer.segment = raw.segment.free_text("customer.segment", issues);
}

pub(super) fn original_event(raw: &RawOriginalEvent<'_>, event: &mut Event, issues: &mut Issues) {
    if raw.wrong {
        issues.dropped("wrong_type", "original_event");
    }
    let original = OriginalEvent {
        event_name: read(&raw.event_name, "original_event.event_name", issues, |text| {
            EventName::parse(text).map_err(|error| error.code())
        }),
        event_time: moment(&raw.event_time, "original_event.event_time", issues),
        event_id: read(&raw.event_id, "original_event.event_id", issues, |text| {
            EventId::new(text).map_err(|error| error.code())
        }),
        order_id: raw.order_id.opaque_id("original_event.order_id", issues),
    };
    event.original_event = (original != OriginalEvent::default()).then(|| Box::new(original));
}

fn read<T>(
    raw: &Raw<'_>,
    field: &'static str,
    issues: &mut Issues,
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Option<T> {
    let text = raw.as_text(field, issues)?;
    parse(text).map_err(|code| issues.dropped(code, field)).ok()
}

/// An optional moment.
pub(super) fn moment(raw: &Raw<'_>, field: &'static str, issues: &mut Issues) -> Option<Timestamp> {
    let text = match raw {
        Raw::Number(number) => *number,
        _ => raw.as_text(field, issues)?,
    };
    timestamp(text).map_err(|error| issues.dropped(error.code(), field)).ok()
}

/// The `consent` crate says what its object means. Global Privacy Control may also stand in the
/// request's headers: it counts there even if the headers as a whole can't be used.
pub(super) fn consent(raw: Option<Signals>, client: Option<&RawClient<'_>>, event: &mut Event) {
    if let Some(signals) = raw {
        event.consent = signals;
    }
    let Some(client) = client else { return };
    let mut lines = client.headers.gpc_lines().peekable();
    if event.client.headers().is_some() || lines.peek().is_some() {
        event.consent.observe_gpc(lines);
    }
    if client.wrong {
        // It may have had headers with an objection.
        event.consent.observe_gpc([""]);
    }
}

/// Of an object in which something was said that nobody can read.
pub(crate) fn unreadable_consent() -> Signals {
    let mut signals = Signals::default();
    signals.has_unknown_keys = true;
    signals
}

pub(super) fn place(raw: &RawJurisdiction<'_>) -> Given<Place> {
    let region = match &raw.region {
        Raw::Text(text) => Some(*text),
        _ => None,
    };
    match &raw.country {
        Raw::Text(country) => Place::parse(country, region),
        // A whole region code says the country too.
        Raw::Absent if !raw.wrong => match region {
            None if raw.region.is_absent() => Given::Absent,
            _ => Given::Unreadable,
        },
        _ => Given::Unreadable,
    }
}

/// The strictest of what is said and of the birth date. What can't be read is not silence.
pub(super) fn person(
    raw: Option<&RawPerson<'_>>,
    born: Given<u8>,
    reading: &Reading<'_>,
    issues: &mut Issues,
) -> Person {
    let mut person = Person::default();
    person.age = born;
    let Some(raw) = raw else { return person };
    let said = match raw.age.count("person.age", issues) {
        Some(years) => Given::from_result(u8::try_from(years)),
        None if raw.age.is_absent() => Given::Absent,
        None => Given::Unreadable,
    };
    person.age = match (said, born) {
        (Given::Unreadable, _) | (_, Given::Unreadable) => Given::Unreadable,
        (Given::Value(said), Given::Value(born)) => Given::Value(said.min(born)),
        (Given::Absent, age) | (age, Given::Absent) => age,
    };
    let minor = raw.minor.truth("person.minor", issues);
    person.minor = if raw.wrong { Given::Unreadable } else { minor };
    person.birth_date = reading.birth_date(&raw.birth_date, issues).and_then(DateOfBirth::date);
    let mut may_be = |raw: &Raw<'_>, field| {
        !matches!(raw.truth(field, issues), Given::Absent | Given::Value(false))
    };
    person.erased = may_be(&raw.erased, "person.erased");
    person.objected = may_be(&raw.objected, "person.objected");
    person
}
