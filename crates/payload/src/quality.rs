//! How well a platform will probably match an event to a person: an estimate, never the platform's
//! own number.
//!
//! No platform publishes weights. Meta publishes two lists that disagree: the help page on event match
//! quality (e-mail and click id high; phone, birth date, country, external id, browser id medium; names,
//! city, postal code low) and the best practices (e-mail, address of the client, both names, phone
//! high). The points below turn each list into a number, **ours**; the estimate is the range between
//! the two. Other platforms publish no order at all: the same points are used for those identifiers
//! that they take. Sources: `docs/sources/payload.md#match-quality`.

use core::fmt;

use predispatch_event::{Event, StandardEvent};
use predispatch_pii::{Format, Kind, Treatment};
use predispatch_types::{Issue, Platform, Severity, Stage};

use crate::{
    field::{Field, Fields},
    present::Present,
};

/// A range of scores, in tenths: 0 to 100 for 0.0 to 10.0.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Range {
    /// By the list that values what is there least.
    pub low: u8,
    /// By the one that values it most.
    pub high: u8,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = |value: u8| (value / 10, value % 10);
        let ((a, b), (c, d)) = (tenths(self.low), tenths(self.high));
        write!(f, "{a}.{b} to {c}.{d}")
    }
}

/// An estimate with what it rests on.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// From 0 to 10. An estimate: the platform's own number may lie outside.
    pub range: Range,
    /// What practitioners report for good set-ups of this event, if anything.
    pub target: Option<Range>,
    /// What would help most, the best first.
    pub missing: Vec<Advice>,
    /// What was given and could not be used, with the event's own codes.
    pub malformed: Vec<Issue>,
    /// What is there and works less well than it could.
    pub unstable: Vec<Issue>,
}

/// Something to do about an event's match quality.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Advice {
    /// The event's key.
    pub field: &'static str,
    /// Tenths of a point that it could add at most.
    pub gain: u8,
    /// What to do.
    pub action: &'static str,
}

/// Estimates how well `platform` will match `event`.
///
/// ```
/// use predispatch_event::{Event, ReadOptions};
/// use predispatch_payload::quality;
/// use predispatch_types::Platform;
///
/// let thin = br#"{"event_name":"lead","event_time":1795197791,"user":{"email":"ada@example.com"}}"#;
/// let event = Event::from_json(thin, &ReadOptions::new())?;
/// let estimate = quality::estimate(&event, Platform::Meta);
/// assert!(estimate.range.high < estimate.target.unwrap().low);
/// assert_eq!(estimate.missing[0].field, "click_ids.fbc");
/// # Ok::<(), predispatch_event::EventError>(())
/// ```
pub fn estimate(event: &Event, platform: Platform) -> Estimate {
    let mut present = Present::of(event).fields;
    // Of a click Google gives one id of three; who has another can't get this one.
    if present.has(Field::Gbraid) || present.has(Field::Wbraid) {
        present.insert(Field::Gclid);
    }
    let format = Format::of(platform, None).ok();
    let taken = |line: &&Weight| format.is_some_and(|format| is_taken(line.field, format));
    let lines = || WEIGHTS.iter().filter(taken);
    // What a platform does not take can't be held against the event.
    let whole = |points: fn(&Weight) -> u16| lines().map(points).sum::<u16>().max(1);
    let score = |points: fn(&Weight) -> u16| {
        let there = lines().filter(|line| present.has(line.field)).map(points).sum::<u16>();
        u8::try_from(there.saturating_mul(100).div_ceil(whole(points))).unwrap_or(100)
    };
    let (help, best) = (score(|line| line.help), score(|line| line.best));
    let gain = |line: &Weight| {
        let part = |points: u16, whole: u16| points.saturating_mul(100).div_ceil(whole);
        let help = part(line.help, whole(|line| line.help));
        let best = part(line.best, whole(|line| line.best));
        u8::try_from(help.max(best)).unwrap_or(100)
    };
    let mut missing: Vec<_> = lines()
        .filter(|line| !present.has(line.field))
        .map(|line| Advice { field: line.field.as_str(), gain: gain(line), action: line.action })
        .collect();
    missing.sort_by_key(|advice| core::cmp::Reverse(advice.gain));
    Estimate {
        range: Range { low: help.min(best), high: help.max(best) },
        target: event.name().standard().and_then(target),
        missing,
        malformed: malformed(event),
        unstable: unstable(event, present, platform),
    }
}

/// Identifiers that were dropped when the event was read.
fn malformed(event: &Event) -> Vec<Issue> {
    let about_identity = |issue: &&Issue| {
        let groups = ["user.", "click_ids.", "browser_ids.", "client."];
        issue.severity == Severity::Dropped
            && groups.iter().any(|group| issue.field.starts_with(group))
    };
    event.issues().iter().filter(about_identity).copied().collect()
}

fn unstable(event: &Event, present: Fields, platform: Platform) -> Vec<Issue> {
    let note = |code, field: Field| {
        Issue::new(code, Stage::Quality, field.as_str(), Severity::Noted).at(platform)
    };
    let mut found = Vec::new();
    // Several ids for one person are several persons to a platform that keeps the first.
    if event.user().external_id.len() > 1 {
        found.push(note("external_id_not_one", Field::ExternalId));
    }
    if platform == Platform::Meta && present.has(Field::Fbc) && !present.has(Field::Fbp) {
        found.push(note("click_without_browser_id", Field::Fbp));
    }
    if !present.has(Field::EventId) {
        found.push(note("no_id_to_pair_by", Field::EventId));
    }
    found
}

fn is_taken(field: Field, format: Format) -> bool {
    let kind = |kind| format.treatment(kind) != Treatment::NotTaken;
    match field {
        Field::Email => kind(Kind::Email),
        Field::Phone => kind(Kind::Phone),
        Field::FirstName | Field::LastName => kind(Kind::FirstName),
        Field::DateOfBirth => kind(Kind::DateOfBirth),
        // Analytics takes them; Google Ads matches nobody by them.
        Field::City | Field::ExternalId if format.platform() == Platform::Google => false,
        // It stands beside Amazon's match keys, not among them.
        Field::Country if format.platform() == Platform::Amazon => false,
        Field::City => kind(Kind::City),
        Field::PostalCode => kind(Kind::PostalCode),
        Field::Country => kind(Kind::Country),
        Field::ExternalId => kind(Kind::ExternalId),
        _ => match format.platform() {
            Platform::Meta => matches!(field, Field::Fbc | Field::Fbp) || is_client(field),
            Platform::TikTok => matches!(field, Field::Ttclid | Field::Ttp) || is_client(field),
            Platform::Snapchat => {
                matches!(field, Field::ScClickId | Field::ScCookie1) || is_client(field)
            }
            Platform::Pinterest => matches!(field, Field::Epik) || is_client(field),
            Platform::Reddit => matches!(field, Field::RdtCid | Field::RdtUuid) || is_client(field),
            Platform::Google => matches!(field, Field::Gclid) || is_client(field),
            Platform::LinkedIn => matches!(field, Field::LiFatId | Field::Ip),
            Platform::Microsoft => {
                matches!(field, Field::Msclkid | Field::UetVid) || is_client(field)
            }
            Platform::X => matches!(field, Field::Twclid) || is_client(field),
            _ => false,
        },
    }
}

const fn is_client(field: Field) -> bool {
    matches!(field, Field::Ip | Field::UserAgent)
}

/// Third-party reports about Meta, all web, unconfirmed: page view
/// 4 to 6.5, cart 6 to 8, purchase and lead 8.5 to 9.3.
const fn target(event: StandardEvent) -> Option<Range> {
    match event {
        StandardEvent::PageView | StandardEvent::ViewContent | StandardEvent::Search => {
            Some(Range { low: 40, high: 65 })
        }
        StandardEvent::AddToCart | StandardEvent::InitiateCheckout => {
            Some(Range { low: 60, high: 80 })
        }
        StandardEvent::Purchase | StandardEvent::Lead => Some(Range { low: 85, high: 93 }),
        _ => None,
    }
}

/// Points of one identifier by each of Meta's lists.
struct Weight {
    field: Field,
    help: u16,
    best: u16,
    action: &'static str,
}

const fn weight(field: Field, help: u16, best: u16, action: &'static str) -> Weight {
    Weight { field, help, best, action }
}

/// High 20, medium 8, low 3; a name is half of a pair. A click id is one of its platform's.
const WEIGHTS: &[Weight] = &[
    weight(Field::Email, 20, 20, "ask for the e-mail address, or keep it from sign-in or checkout"),
    weight(Field::Ip, 12, 20, "send the visitor's own address, not the proxy's"),
    weight(Field::UserAgent, 12, 8, "pass the User-Agent header on"),
    weight(Field::Fbc, 20, 8, "keep fbclid from the landing page in the _fbc cookie"),
    weight(Field::Ttclid, 20, 8, "keep ttclid from the landing page for 28 days"),
    weight(Field::ScClickId, 20, 8, "keep ScCid from the landing page"),
    weight(Field::Epik, 20, 8, "keep epik from the landing page or the _epik cookie"),
    weight(Field::RdtCid, 20, 8, "keep rdt_cid from the landing page"),
    weight(Field::Gclid, 20, 8, "keep gclid from the landing page for 90 days"),
    weight(Field::LiFatId, 20, 8, "switch enhanced conversion tracking on and keep li_fat_id"),
    weight(Field::Msclkid, 20, 8, "switch auto-tagging on and keep msclkid"),
    weight(Field::Twclid, 20, 8, "keep twclid from the landing page"),
    weight(Field::Phone, 8, 20, "ask for the phone with its country code"),
    weight(Field::Fbp, 8, 8, "read the _fbp cookie on the server"),
    weight(Field::Ttp, 8, 8, "read the _ttp cookie on the server"),
    weight(Field::ScCookie1, 8, 8, "read the _scid cookie on the server"),
    weight(Field::RdtUuid, 8, 8, "read the second part of the _rdt_uuid cookie"),
    weight(Field::UetVid, 8, 8, "read the _uetvid cookie on the server"),
    weight(Field::ExternalId, 8, 8, "send your own customer number, the same on every channel"),
    weight(Field::DateOfBirth, 8, 3, "send the birth date if you have it anyway"),
    weight(Field::Country, 8, 3, "send the country of the address"),
    weight(Field::FirstName, 3, 10, "send the first name of the order"),
    weight(Field::LastName, 3, 10, "send the last name of the order"),
    weight(Field::City, 3, 3, "send the city of the address"),
    weight(Field::PostalCode, 3, 3, "send the postal code of the address"),
];

/// What a file of events has, by event name; suspected bots apart, because a bot with stolen data
/// scores high.
#[derive(Clone, Debug)]
pub struct Coverage {
    platform: Platform,
    people: Vec<Tally>,
    suspected_bots: Vec<Tally>,
}

/// The events of one name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tally {
    /// The canonical name, or `custom`.
    pub event: &'static str,
    /// How many events.
    pub events: u64,
    /// How many of them have each identifier that the platform takes, by the event's key.
    pub present: Vec<(&'static str, u64)>,
    /// How many identifiers were given and could not be used.
    pub malformed: u64,
    /// The mean of the ranges' ends, in tenths.
    pub mean: Range,
    low_sum: u64,
    high_sum: u64,
}

impl Coverage {
    /// Nothing is counted yet.
    pub const fn new(platform: Platform) -> Self {
        Self { platform, people: Vec::new(), suspected_bots: Vec::new() }
    }

    /// Counts one event.
    pub fn add(&mut self, event: &Event, is_suspected_bot: bool) {
        let estimate = estimate(event, self.platform);
        let name = event.name().standard().map_or("custom", StandardEvent::as_str);
        let side = if is_suspected_bot { &mut self.suspected_bots } else { &mut self.people };
        let place = side.iter().position(|tally| tally.event == name);
        let place = place.unwrap_or_else(|| {
            side.push(Tally::new(name));
            side.len().saturating_sub(1)
        });
        if let Some(tally) = side.get_mut(place) {
            tally.add(event, &estimate, self.platform);
        }
    }

    /// The platform that it is about.
    pub const fn platform(&self) -> Platform {
        self.platform
    }

    /// Events of people, by name in the order of their first event.
    pub fn people(&self) -> &[Tally] {
        &self.people
    }

    /// Events of suspected bots.
    pub fn suspected_bots(&self) -> &[Tally] {
        &self.suspected_bots
    }
}

impl Tally {
    const fn new(event: &'static str) -> Self {
        let mean = Range { low: 0, high: 0 };
        Self { event, events: 0, present: Vec::new(), malformed: 0, mean, low_sum: 0, high_sum: 0 }
    }

    fn add(&mut self, event: &Event, estimate: &Estimate, platform: Platform) {
        let present = Present::of(event).fields;
        if self.present.is_empty() {
            let format = Format::of(platform, None).ok();
            let taken = |line: &&Weight| format.is_some_and(|format| is_taken(line.field, format));
            self.present =
                WEIGHTS.iter().filter(taken).map(|line| (line.field.as_str(), 0)).collect();
        }
        for (field, count) in &mut self.present {
            if present.iter().any(|there| there.as_str() == *field) {
                *count = count.saturating_add(1);
            }
        }
        self.events = self.events.saturating_add(1);
        let malformed = u64::try_from(estimate.malformed.len()).unwrap_or(u64::MAX);
        self.malformed = self.malformed.saturating_add(malformed);
        self.low_sum = self.low_sum.saturating_add(estimate.range.low.into());
        self.high_sum = self.high_sum.saturating_add(estimate.range.high.into());
        let mean =
            |sum: u64| u8::try_from(sum.checked_div(self.events).unwrap_or(0)).unwrap_or(100);
        self.mean = Range { low: mean(self.low_sum), high: mean(self.high_sum) };
    }

    /// Whether there are too few events to conclude anything: under 30. **Ours**.
    pub const fn is_small(&self) -> bool {
        self.events < 30
    }

    /// What practitioners report for good set-ups of this event.
    pub fn target(&self) -> Option<Range> {
        StandardEvent::from_name(self.event).and_then(target)
    }
}
