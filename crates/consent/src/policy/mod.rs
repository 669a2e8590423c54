//! The tables that decisions rest on: places, destinations, regulated subjects.

mod error;
mod node;
mod read;
mod rules;
mod strip_fields;
pub(crate) mod vertical;

use std::sync::Arc;

use predispatch_tcf::{CmpList, GlobalVendorList};
use predispatch_types::{Country, Platform, Region};

pub(crate) use self::rules::{
    Carries, CountryRules, DestinationRules, Exemption, LimitedRules, LimitedStates, Model,
    Profile, ProfileSet, StateRules, VerticalRules, Yes, YesSet,
};
pub use self::{
    error::{PolicyError, PolicyErrorKind},
    rules::{LimitedKeyword, StripList, Switches},
};
use crate::Place;

/// Who may receive what, where: a data file with a version and a date, and perhaps a vendor list.
///
/// ```
/// use predispatch_consent::Policy;
///
/// let site = Policy::bundled().overlay(
///     r#"
///     version = "shop-3"
///     [switches]
///     strict_us_optout = true
///     "#,
/// )?;
/// assert!(site.version().ends_with("+shop-3"));
///
/// let wrong = Policy::bundled().overlay("version = \"v\"\n[switches]\nstrict = true\n").unwrap_err();
/// assert_eq!((wrong.line(), wrong.key()), (3, "switches.strict"));
/// assert_eq!(wrong.to_string(), "policy line 3, switches.strict: unknown key");
/// # Ok::<(), predispatch_consent::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    version: Arc<str>,
    date: Box<str>,
    switches: Switches,
    profiles: Vec<Profile>,
    /// Their names, shared with every decision.
    profile_names: Arc<[Box<str>]>,
    unknown_profile: usize,
    european_profile: usize,
    default_profile: usize,
    /// Ascending by country.
    countries: Vec<(Country, CountryRules)>,
    /// Ascending by region.
    regions: Vec<(Region, usize)>,
    /// Ascending by state.
    states: Vec<StateRules>,
    destinations: Vec<DestinationRules>,
    verticals: Vec<VerticalRules>,
    exemptions: Vec<Exemption>,
    limited_strip: Arc<StripList>,
    vendor_list: Option<Arc<GlobalVendorList>>,
    cmp_list: Option<Arc<CmpList>>,
    gpc_upgrade_texts: Vec<Box<str>>,
}

impl Policy {
    /// The tables that come with the crate.
    #[expect(clippy::missing_panics_doc, reason = "a test reads the same constant")]
    pub fn bundled() -> Self {
        Self::parse(BUNDLED).expect("the bundled policy is sound")
    }

    /// The text of the bundled tables, to start a file of one's own from.
    pub const BUNDLED_TEXT: &'static str = BUNDLED;

    /// The longest that an event may be held, in seconds.
    pub(crate) const MAX_PENDING_SECS: u32 = 86_400;

    /// Reads a whole policy.
    ///
    /// # Errors
    /// The first fault, as a [`PolicyError`] with its line and key.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        read::whole(text)
    }

    /// Lays a site's own file over these tables: the same keys, only those that differ. It must
    /// have a `version`, which is appended to this one's, so that records tell the two apart.
    ///
    /// A list or an entry of a table replaces the one of the same key; `[[exemption]]`s are added.
    ///
    /// # Errors
    /// The first fault, as a [`PolicyError`] with its line and key.
    pub fn overlay(&self, text: &str) -> Result<Self, PolicyError> {
        read::over(self, text)
    }

    /// Judges TC strings with this list from now on.
    #[must_use]
    pub fn with_vendor_list(mut self, list: Arc<GlobalVendorList>) -> Self {
        self.vendor_list = Some(list);
        self
    }

    /// Trusts TC strings only of the consent platforms on this list from now on: not of those that it
    /// does not have, nor of those that were taken off it before the string was made. Without a list
    /// any assigned number will do.
    #[must_use]
    pub fn with_cmp_list(mut self, list: Arc<CmpList>) -> Self {
        self.cmp_list = Some(list);
        self
    }

    /// The version, with those of overlays after `+`.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn shared_version(&self) -> Arc<str> {
        Arc::clone(&self.version)
    }

    /// The day when the tables were checked, such as `2026-11-22`.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The business's choices.
    pub const fn switches(&self) -> &Switches {
        &self.switches
    }

    /// The vendor list, if one was given.
    pub fn vendor_list(&self) -> Option<&GlobalVendorList> {
        self.vendor_list.as_deref()
    }

    /// The list of consent platforms, if one was given.
    pub fn cmp_list(&self) -> Option<&CmpList> {
        self.cmp_list.as_deref()
    }

    /// Whether an express consent to this text sets an older Global Privacy Control aside, where a
    /// state allows it.
    pub(crate) fn upgrades_gpc(&self, text_id: &str) -> bool {
        self.gpc_upgrade_texts.iter().any(|known| **known == *text_id)
    }

    /// What must go from a limited event when the switch `strip_on_limited` is on.
    pub fn limited_strip(&self) -> &Arc<StripList> {
        &self.limited_strip
    }

    /// The regulated subject that `word` names, by its canonical name; the first of several. Case,
    /// spaces and dashes do not count, and a regulated word among several is one ("health
    /// insurance"). `None`: the word counts as unregulated.
    pub fn vertical(&self, word: &str) -> Option<&str> {
        self.verticals_in(word).next().map(|rules| &*rules.name)
    }

    /// Whether `text` names subjects, with commas between them, and each of them is regulated here.
    pub fn knows_verticals(&self, text: &str) -> bool {
        let mut subjects = vertical::subjects(text).peekable();
        subjects.peek().is_some() && subjects.all(|subject| self.vertical(subject).is_some())
    }

    pub(crate) fn verticals_in(&self, word: &str) -> impl Iterator<Item = &VerticalRules> {
        self.verticals.iter().filter(move |rules| vertical::names(word, &rules.name))
    }

    /// The vertical of exactly this name.
    pub(crate) fn vertical_rules(&self, name: &str) -> Option<&VerticalRules> {
        self.verticals.iter().find(|rules| *rules.name == *name)
    }

    /// The first vertical whose name `is_known`.
    pub(crate) fn vertical_known_as(&self, is_known: impl Fn(&str) -> bool) -> Option<&str> {
        self.verticals.iter().map(|rules| &*rules.name).find(|name| is_known(name))
    }

    pub(crate) fn exemption(
        &self,
        vertical: &str,
        destination: Platform,
        event: &str,
    ) -> Option<&Exemption> {
        self.exemptions.iter().find(|exemption| {
            *exemption.vertical == *vertical
                && exemption.destination == destination
                && *exemption.event == *event
        })
    }

    /// The first event name of an exemption that `is_it`.
    pub(crate) fn exempt_event(&self, is_it: impl Fn(&str) -> bool) -> Option<&str> {
        self.exemptions.iter().map(|exemption| &*exemption.event).find(|name| is_it(name))
    }

    pub(crate) fn destination(&self, platform: Platform) -> Option<&DestinationRules> {
        self.destinations.iter().find(|rules| rules.platform == platform)
    }

    pub(crate) fn country(&self, country: Country) -> CountryRules {
        let found = self.countries.binary_search_by_key(&country, |(known, _)| *known);
        let rules = found.ok().and_then(|at| self.countries.get(at));
        rules.map(|(_, rules)| *rules).unwrap_or_default()
    }

    pub(crate) fn us_state(&self, state: Region) -> Option<&StateRules> {
        let found = self.states.binary_search_by_key(&state, |rules| rules.state);
        found.ok().and_then(|at| self.states.get(at))
    }

    /// The rules of a place.
    pub(crate) fn profile_of(&self, place: Place) -> usize {
        let country = self.country(place.country());
        let own = match place.region() {
            None => country.unknown_region,
            Some(region) => {
                let found = self.regions.binary_search_by_key(&region, |(known, _)| *known);
                found.ok().and_then(|at| self.regions.get(at)).map(|(_, profile)| *profile)
            }
        };
        own.or(country.profile).unwrap_or(self.default_profile)
    }

    /// The highest age that the law of a place asks for; of all states where the state is unknown.
    pub(crate) fn minimum_age(&self, place: Place) -> u8 {
        let own = self.country(place.country()).minimum_age;
        let country = mother_country(place.country())
            .map_or(own, |mother| own.max(self.country(mother).minimum_age));
        let state = |rules: &StateRules| rules.minimum_age;
        let states = match place.region() {
            Some(region) => self.us_state(region).map(state),
            None if place.country() == Country::US => self.states.iter().map(state).max(),
            None => None,
        };
        country.max(states.unwrap_or_default())
    }

    /// The highest age that any place asks for: that of a place which is not known.
    pub(crate) fn highest_minimum_age(&self) -> u8 {
        let countries = self.countries.iter().map(|(_, rules)| rules.minimum_age);
        countries.chain(self.states.iter().map(|rules| rules.minimum_age)).max().unwrap_or_default()
    }

    pub(crate) fn profile(&self, index: usize) -> &Profile {
        self.profiles.get(index).unwrap_or(&CLOSED)
    }

    pub(crate) const fn unknown_profile(&self) -> usize {
        self.unknown_profile
    }

    pub(crate) const fn european_profile(&self) -> usize {
        self.european_profile
    }

    /// The names of all profiles, by their numbers.
    pub(crate) fn profile_names(&self) -> Arc<[Box<str>]> {
        Arc::clone(&self.profile_names)
    }

    pub(crate) fn profiles_named(&self, names: &[Box<str>]) -> ProfileSet {
        let mut set = ProfileSet::default();
        for name in names {
            let known = self.profiles.iter().position(|profile| profile.name == *name);
            // A profile that is gone leaves rules that nobody knows: those of an unknown place.
            set.insert(known.unwrap_or(self.unknown_profile));
        }
        set
    }
}

/// For a number that no profile has, which no reader makes: nothing is sent.
static CLOSED: std::sync::LazyLock<Profile> = std::sync::LazyLock::new(|| Profile {
    name: "closed".into(),
    model: Model::Closed,
    yes: YesSet::default(),
    is_united_states: false,
    special_yes: YesSet::default(),
    cmp_needs_record: true,
    honours_canada: false,
    when_sensitive: None,
});

const BUNDLED: &str = include_str!("../../data/policy.toml");

/// The country whose ages hold in a territory that has a country code of its own.
fn mother_country(territory: Country) -> Option<Country> {
    match territory.as_str() {
        "GF" | "GP" | "MF" | "MQ" | "RE" | "YT" => Some(Country::FR),
        "AX" => Some(Country::FI),
        "GG" | "GI" | "IM" | "JE" => Some(Country::GB),
        "AS" | "GU" | "MP" | "PR" | "UM" | "VI" => Some(Country::US),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_tables_read_and_know_every_platform() {
        let policy = Policy::bundled();
        assert_eq!(policy.date(), "2026-11-23");
        for platform in Platform::ALL {
            assert!(policy.destination(platform).is_some(), "{platform}");
        }
        assert_eq!(policy.states.iter().filter(|state| state.gpc_from.is_some()).count(), 12);
        let meta = policy.destination(Platform::Meta).and_then(|rules| rules.limited.as_ref());
        let Some(LimitedStates::Listed(states)) = meta.map(|limited| &limited.states) else {
            panic!()
        };
        let mut codes: Vec<u16> = states.iter().map(|(_, code)| *code).collect();
        codes.sort_unstable();
        assert!(codes.into_iter().eq(1000..=1013));
    }

    #[test]
    fn places_have_the_rules_of_their_part() {
        let policy = Policy::bundled();
        let name = |country: &str, region: Option<&str>| {
            let crate::Given::Value(place) = Place::parse(country, region) else {
                panic!("{country}")
            };
            policy.profile(policy.profile_of(place)).name.clone()
        };
        for (country, region, expected) in [
            ("DE", None, "eea"),
            ("GF", None, "eea"),
            ("GB", Some("SCT"), "eea"),
            ("GI", None, "eea"),
            ("CH", None, "eea"),
            ("US", Some("CA"), "us"),
            ("PR", None, "us"),
            ("CA", Some("ON"), "canada"),
            ("CA", Some("QC"), "quebec"),
            ("CA", None, "quebec"),
            ("CA", Some("nowhere"), "quebec"),
            ("BR", None, "opt_in"),
            ("CN", None, "closed"),
            ("AU", None, "default"),
        ] {
            assert_eq!(&*name(country, region), expected, "{country} {region:?}");
        }
    }

    #[test]
    fn seventeen_territories_have_the_ages_of_another_country() {
        assert_eq!(Country::all().filter_map(mother_country).count(), 17);
    }

    #[test]
    fn vertical_words_are_read_in_any_case() {
        let policy = Policy::bundled();
        for word in ["health", "HEALTH", " Health "] {
            assert_eq!(policy.vertical(word), Some("health"), "{word}");
        }
        assert_eq!(policy.vertical("Sexual-Life"), Some("sexual_life"));
        assert_eq!(policy.vertical("sexual life"), Some("sexual_life"));
        assert_eq!(policy.vertical("health insurance"), Some("health"));
        assert_eq!(policy.vertical("news, credit"), Some("credit"));
        assert_eq!(policy.vertical("Wellness: sexual life toys"), Some("sexual_life"));
        assert_eq!(policy.vertical("gambling"), None);
        assert_eq!(policy.vertical("accreditation"), None);
    }

    #[test]
    fn of_several_subjects_each_has_to_be_known() {
        let policy = Policy::bundled();
        for text in ["health", "health, Finance", "sexual life / religion,", "health insurance"] {
            assert!(policy.knows_verticals(text), "{text}");
        }
        for text in ["", " , ", "gambling", "health, gambling", "helth/finance"] {
            assert!(!policy.knows_verticals(text), "{text}");
        }
    }

    #[test]
    fn an_overlay_of_a_strip_list_keeps_the_fields_that_it_does_not_name() {
        let base = Policy::bundled();
        let over = |list: &str| {
            let site = base.overlay(&format!("version = \"s\"\n[limited_strip]\n{list}\n"));
            Arc::clone(site.unwrap().limited_strip())
        };
        let relaxed = over("url = \"standard\"");
        assert!(!relaxed.url_is_strict() && base.limited_strip().url_is_strict());
        assert_eq!(relaxed.fields(), base.limited_strip().fields());
        assert!(!relaxed.fields().is_empty());
        assert_eq!(over("strip = [\"user.phone\"]").fields(), ["user.phone"]);
        assert!(over("strip = [\"user.phone\"]").url_is_strict());
    }

    #[test]
    fn an_overlay_changes_what_it_names_and_nothing_else() {
        let base = Policy::bundled();
        let site = base
            .overlay(
                "version = \"s\"\n[countries]\nnotice = [\"AU\"]\n[destination.meta]\ntcf_alone = true\n\
                 [us.VA]\ngpc_from = 2026-01-01\n",
            )
            .unwrap();
        let profile = |policy: &Policy, country| {
            policy.profile(policy.profile_of(Place::country_only(country))).name.clone()
        };
        assert_eq!(&*profile(&base, Country::AU), "default");
        assert_eq!(&*profile(&site, Country::AU), "notice");
        assert_eq!(&*profile(&site, Country::DE), "eea");
        let meta = site.destination(Platform::Meta).unwrap();
        assert!(meta.tcf_alone && meta.ac_id == Some(89));
        let virginia = site.us_state(Region::new(Country::US, "VA").unwrap()).unwrap();
        assert!(virginia.gpc_from.is_some() && virginia.law_from.is_some());
        assert_eq!(site.version(), format!("{}+s", base.version()));
    }

    #[test]
    fn each_fault_names_its_line_and_key() {
        for (text, line, key, kind) in [
            ("version = \"v\"\n[switches\n", 2, "", PolicyErrorKind::Syntax),
            ("", 0, "version", PolicyErrorKind::Missing),
            ("version = 3", 1, "version", PolicyErrorKind::WrongType { expected: "a text" }),
            ("version = \"v\"\nx = 1", 2, "x", PolicyErrorKind::UnknownKey),
            (
                "version = \"v\"\n[destination.metta]\n",
                2,
                "destination.metta",
                PolicyErrorKind::BadValue { expected: "a platform's name" },
            ),
            (
                "version = \"v\"\n[destination.meta]\npurposes = [1,\n 25]",
                4,
                "destination.meta.purposes",
                PolicyErrorKind::BadValue { expected: "a purpose, 1 to 24" },
            ),
            (
                "version = \"v\"\n[countries]\neea = [\"Germany\"]",
                3,
                "countries.eea",
                PolicyErrorKind::BadValue { expected: "an ISO 3166-1 code such as DE" },
            ),
            (
                "version = \"v\"\n[countries]\neea = [\"AU\"]\nnotice = [\"AU\"]",
                4,
                "countries.notice",
                PolicyErrorKind::BadValue { expected: "a country that the file names once" },
            ),
            (
                "version = \"v\"\n[countries]\nnone = [\"DE\"]",
                3,
                "countries.none",
                PolicyErrorKind::BadValue { expected: "the name of a profile" },
            ),
            (
                "version = \"v\"\n[us.QC]\n",
                2,
                "us.QC",
                PolicyErrorKind::BadValue { expected: "a state such as CA" },
            ),
            (
                "version = \"v\"\n[us.CA]\nlaw_from = \"2020-01-01\"",
                3,
                "us.CA.law_from",
                PolicyErrorKind::WrongType { expected: "a date such as 2026-11-22" },
            ),
            (
                "version = \"v\"\n[vertical.health]\nstrip = [\"custom_data.nam\"]",
                3,
                "vertical.health.strip",
                PolicyErrorKind::BadValue {
                    expected: "a field of the event, such as custom_data.content_name",
                },
            ),
            (
                "version = \"v\"\n[[exemption]]\nvertical = \"health\"",
                2,
                "exemption.destination",
                PolicyErrorKind::Missing,
            ),
            (
                "version = \"v\"\n[switches]\nminimum_age = 300",
                3,
                "switches.minimum_age",
                PolicyErrorKind::BadValue { expected: "a whole number within its range" },
            ),
        ] {
            let error = Policy::bundled().overlay(text).unwrap_err();
            assert_eq!((error.line(), error.key(), error.kind()), (line, key, kind), "{text}");
        }
    }

    #[test]
    fn a_whole_policy_lacks_nothing() {
        for key in ["version", "date"] {
            let text: String = BUNDLED
                .lines()
                .filter(|line| !line.starts_with(key))
                .map(|line| format!("{line}\n"))
                .collect();
            let error = Policy::parse(&text).unwrap_err();
            assert_eq!((error.key(), error.kind()), (key, PolicyErrorKind::Missing));
        }
        let error = Policy::parse("version = \"v\"\ndate = 2026-11-22\n").unwrap_err();
        assert_eq!(error.kind(), PolicyErrorKind::Missing);
    }
}
