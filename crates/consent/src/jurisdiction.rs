//! Under which rules the person stands, and why.

use core::fmt;

use predispatch_types::{Country, Region, Timestamp};

use crate::{
    Given, Signals,
    places::{Places, UsStates},
    policy::{Policy, ProfileSet},
};

/// Where the person may have been, from every source that has an idea.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default)]
pub struct Whereabouts {
    /// The caller's own knowledge of the person at the event.
    pub explicit: Given<Place>,
    /// A second place whose rules hold too, such as the residence of a traveller.
    pub also: Given<Place>,
    /// From the address of the request, looked up when the event was collected.
    pub geo: Given<Place>,
    /// Where the business says its customers are.
    pub business: Given<Place>,
}

/// A country, and the part of it if that is known.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Place {
    country: Country,
    region: Option<Region>,
}

impl Place {
    /// A country as a whole: for the United States and Canada this means that the state or province
    /// is not known.
    pub const fn country_only(country: Country) -> Self {
        Self { country, region: None }
    }

    /// A part of a country.
    pub const fn region_of(region: Region) -> Self {
        Self { country: region.country(), region: Some(region) }
    }

    /// Reads a country and its part as events write them.
    ///
    /// A country that can't be read is [`Given::Unreadable`]; a part that can't be read is a part
    /// that is not known, which is the strictest.
    ///
    /// ```
    /// use predispatch_consent::{Given, Place};
    ///
    /// let Given::Value(place) = Place::parse("US", Some("US-CA")) else { panic!() };
    /// assert_eq!(place.to_string(), "US-CA");
    /// assert!(Place::parse("Atlantis", None).is_unreadable());
    /// let Given::Value(place) = Place::parse("US", Some("nowhere")) else { panic!() };
    /// assert_eq!(place.to_string(), "US");
    /// ```
    pub fn parse(country: &str, region: Option<&str>) -> Given<Self> {
        let Ok(country) = Country::parse(country) else { return Given::Unreadable };
        let region = region.and_then(|region| Region::parse(region, Some(country)).ok());
        // A part of another country says nothing about this one.
        let region = region.filter(|region| region.country() == country);
        Given::Value(Self { country, region })
    }

    /// The country.
    pub const fn country(self) -> Country {
        self.country
    }

    /// Its part.
    pub const fn region(self) -> Option<Region> {
        self.region
    }
}

/// `US-CA`, or `DE`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.region {
            Some(region) => f.pad(region.as_str()),
            None => f.pad(self.country.as_str()),
        }
    }
}

/// What told where the person was.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PlaceSource {
    /// The caller.
    Explicit,
    /// `gpp_sid`.
    GppSid,
    /// The flag that European law applies.
    GdprFlag,
    /// The address of the request.
    Geo,
    /// The business's default.
    Business,
    /// Nothing did: the strictest rules apply.
    Unknown,
}

impl PlaceSource {
    /// All of them, best first.
    pub const ALL: [Self; 6] =
        [Self::Explicit, Self::GppSid, Self::GdprFlag, Self::Geo, Self::Business, Self::Unknown];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::GppSid => "gpp_sid",
            Self::GdprFlag => "gdpr_flag",
            Self::Geo => "geo",
            Self::Business => "business",
            Self::Unknown => "unknown",
        }
    }

    /// The source with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }
}

/// The rules that hold for one event, and why these.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Jurisdiction {
    pub(crate) profiles: ProfileSet,
    pub(crate) source: PlaceSource,
    /// The source told a place, not only that some rules hold. The second place of the caller does
    /// not count: it is known no better where a flag says that European law applies.
    pub(crate) is_told: bool,
    pub(crate) places: Places,
    pub(crate) states: UsStates,
    pub(crate) minimum_age: u8,
    pub(crate) is_denied: bool,
    pub(crate) gdpr_added: bool,
    pub(crate) has_conflict: bool,
}

impl Jurisdiction {
    /// What told where the person was.
    pub const fn source(&self) -> PlaceSource {
        self.source
    }

    /// The place, if it was told; of several the best known.
    pub fn place(&self) -> Option<Place> {
        self.places.first()
    }

    /// All places whose rules hold.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.places.iter()
    }

    /// Whether European rules were added because the site says that they apply.
    pub const fn gdpr_added(&self) -> bool {
        self.gdpr_added
    }
}

/// Collects the rules of every place that holds.
struct Resolver<'p> {
    policy: &'p Policy,
    found: Jurisdiction,
}

impl Resolver<'_> {
    fn add_profile(&mut self, profile: usize) {
        self.found.profiles.insert(profile);
    }

    fn add_place(&mut self, place: Place) {
        self.found.add_place(place, self.policy);
    }

    fn add_section(&mut self, section: u16) -> bool {
        let us = |code| {
            Region::new(Country::US, code)
                .map_or(Place::country_only(Country::US), Place::region_of)
        };
        match (section, gpp_state(section)) {
            (2, _) => self.add_profile(self.policy.european_profile()),
            (5, _) => self.add_place(Place::country_only(Country::CA)),
            (6 | 7, _) => self.add_place(Place::country_only(Country::US)),
            (_, Some(code)) => self.add_place(us(code)),
            _ => return false,
        }
        true
    }
}

fn gpp_state(section: u16) -> Option<&'static str> {
    predispatch_gpp::SectionId::new(section)?.us_state()
}

/// The rules for a person at `whereabouts`, with what the signals say about it.
///
/// Order: the caller, `gpp_sid`, the European flag, geolocation, the business. A flag that European
/// law applies adds its rules to any; a flag that it does not apply takes none away. Where
/// `gpp_sid` names sections that the string does not have (`knows_sections` is false), or that are of
/// no place known here, it is spoilt.
pub(crate) fn resolve(
    whereabouts: &Whereabouts,
    signals: &Signals,
    knows_sections: bool,
    policy: &Policy,
) -> Jurisdiction {
    let mut resolver = Resolver {
        policy,
        found: Jurisdiction {
            profiles: ProfileSet::default(),
            source: PlaceSource::Unknown,
            is_told: false,
            places: Places::default(),
            states: UsStates::default(),
            minimum_age: policy.switches().minimum_age,
            is_denied: false,
            gdpr_added: false,
            has_conflict: false,
        },
    };
    resolver.found.source = best_source(&mut resolver, whereabouts, signals, knows_sections);
    resolver.found.is_told =
        resolver.found.source != PlaceSource::Unknown && resolver.found.place().is_some();
    if let Given::Value(also) = whereabouts.also {
        resolver.add_place(also);
    }
    let is_unknown = resolver.found.source == PlaceSource::Unknown
        || whereabouts.also.is_unreadable()
        || resolver.found.places.has_more();
    if is_unknown || resolver.found.places.first().is_none() {
        resolver.found.minimum_age = resolver.found.minimum_age.max(policy.highest_minimum_age());
    }
    if is_unknown {
        resolver.add_profile(policy.unknown_profile());
    }
    let european = policy.european_profile();
    let is_european = resolver.found.profiles.contains(european);
    resolver.found.has_conflict = signals.gdpr_applies.is(false) && is_european && !is_unknown;
    resolver.found.add_european(signals, policy);
    resolver.found.find_states(policy);
    resolver.found
}

/// Adds the rules of the best source that has an answer.
///
/// A source that can't be read may have known better than those after it: the place is then not
/// known, and what they say holds too, so that it is never better than one that is missing.
fn best_source(
    resolver: &mut Resolver<'_>,
    whereabouts: &Whereabouts,
    signals: &Signals,
    knows_sections: bool,
) -> PlaceSource {
    let mut is_spoilt = false;
    match whereabouts.explicit {
        Given::Value(place) => {
            resolver.add_place(place);
            return PlaceSource::Explicit;
        }
        Given::Unreadable => is_spoilt = true,
        Given::Absent => {}
    }
    is_spoilt |= signals.gpp_sid.is_unreadable() || !knows_sections;
    let sections = signals.gpp_sid.value().map_or(&[][..], Vec::as_slice);
    let mut known = false;
    for section in sections {
        let has_place = resolver.add_section(*section);
        known |= has_place;
        is_spoilt |= !has_place;
    }
    if known {
        return unless(is_spoilt, PlaceSource::GppSid);
    }
    if signals.gdpr_applies.is(true) {
        resolver.add_profile(resolver.policy.european_profile());
        match whereabouts.geo {
            Given::Value(place) => resolver.add_place(place),
            Given::Unreadable => is_spoilt = true,
            Given::Absent => {}
        }
        return unless(is_spoilt, PlaceSource::GdprFlag);
    }
    for (given, source) in
        [(whereabouts.geo, PlaceSource::Geo), (whereabouts.business, PlaceSource::Business)]
    {
        match given {
            Given::Value(place) => {
                resolver.add_place(place);
                return unless(is_spoilt, source);
            }
            Given::Unreadable => is_spoilt = true,
            Given::Absent => {}
        }
    }
    PlaceSource::Unknown
}

fn unless(is_spoilt: bool, source: PlaceSource) -> PlaceSource {
    if is_spoilt { PlaceSource::Unknown } else { source }
}

impl Jurisdiction {
    /// Adds a place with its rules.
    pub(crate) fn add_place(&mut self, place: Place, policy: &Policy) {
        self.profiles.insert(policy.profile_of(place));
        self.places.add(place);
        self.minimum_age = self.minimum_age.max(policy.minimum_age(place));
        self.is_denied |= policy.country(place.country).is_denied;
    }

    /// Finds the states, once all places and rules are there.
    pub(crate) fn find_states(&mut self, policy: &Policy) {
        let mut profiles = self.profiles.iter();
        let rules_hold = profiles.any(|index| policy.profile(index).is_united_states);
        self.states = UsStates::new(&self.places, policy, rules_hold);
    }

    /// Adds European rules if the signals say that they apply, or can't be read on it.
    pub(crate) fn add_european(&mut self, signals: &Signals, policy: &Policy) {
        let in_force = signals.gpp_sid.value().is_some_and(|ids| ids.contains(&2));
        let applies = match signals.gdpr_applies {
            Given::Value(false) | Given::Absent => in_force,
            Given::Unreadable | Given::Value(true) => true,
        };
        if applies && !self.profiles.contains(policy.european_profile()) {
            self.profiles.insert(policy.european_profile());
            self.gdpr_added = true;
        }
    }

    /// Whether the law of a place binds businesses to Global Privacy Control at this time.
    pub(crate) fn gpc_is_binding(&self, policy: &Policy, at: Timestamp) -> bool {
        let binds = |state| policy.us_state(state).is_some_and(|rules| rules.gpc_binds(at));
        self.states.is_open() || self.states.known().any(binds)
    }
}
