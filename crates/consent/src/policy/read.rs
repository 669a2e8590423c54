//! Policy files into tables. Every key is known or an error; nothing is guessed.

use std::sync::Arc;

use predispatch_gpp::SensitiveCategory;
use predispatch_tcf::{Purpose, PurposeSet, VendorId};
use predispatch_types::{Country, Platform, Region};

use super::{
    Carries, CountryRules, DestinationRules, Exemption, LimitedKeyword, LimitedRules,
    LimitedStates, Model, Policy, PolicyError, PolicyErrorKind as Kind, Profile, ProfileSet,
    StateRules, StripList, Switches, VerticalRules, Yes, YesSet,
    node::{self, Node},
    strip_fields,
};
use crate::{ActionSource, GoogleProduct};

type Entries<'t> = Vec<(&'t str, Node<'t>)>;

/// A file that must say everything.
pub(super) fn whole(text: &str) -> Result<Policy, PolicyError> {
    let mut policy = empty();
    let mut seen = Seen::default();
    apply(&mut policy, text, &mut seen)?;
    for (key, is_there) in [
        ("version", seen.version.is_some()),
        ("date", !policy.date.is_empty()),
        ("switches", seen.switches == Switches::COUNT),
        ("places", seen.places == 3),
        ("profile", !policy.profiles.is_empty()),
        ("countries", policy.countries.iter().any(|(_, rules)| rules.profile.is_some())),
        ("us", !policy.states.is_empty()),
        ("destination", !policy.destinations.is_empty()),
        ("vertical", !policy.verticals.is_empty()),
        ("limited_strip", !policy.limited_strip.fields.is_empty()),
    ] {
        if !is_there {
            return Err(PolicyError::new(0, key, Kind::Missing));
        }
    }
    policy.version = seen.version.unwrap_or_default().into();
    Ok(policy)
}

/// A file that says only what differs from `base`.
pub(super) fn over(base: &Policy, text: &str) -> Result<Policy, PolicyError> {
    let mut policy = base.clone();
    let mut seen = Seen::default();
    apply(&mut policy, text, &mut seen)?;
    let Some(version) = seen.version else {
        return Err(PolicyError::new(0, "version", Kind::Missing));
    };
    policy.version = format!("{}+{version}", base.version).into();
    Ok(policy)
}

/// What the file has said itself.
#[derive(Default)]
struct Seen {
    version: Option<String>,
    switches: usize,
    places: usize,
}

fn apply(policy: &mut Policy, text: &str, seen: &mut Seen) -> Result<(), PolicyError> {
    let parsed = node::parse(text)?;
    let mut entries = node::entries(text, "", parsed.get_ref());
    // Profiles first and exemptions last, by what they name.
    entries.sort_by_key(|(name, _)| match *name {
        "profile" => 0,
        "exemption" => 2,
        _ => 1,
    });
    for (name, node) in entries {
        match name {
            "version" => seen.version = Some(node.name()?.to_owned()),
            "date" => {
                let date = node.date()?.to_string();
                policy.date = date.get(..10).unwrap_or(&date).into();
            }
            "switches" => seen.switches = switches(&mut policy.switches, node.table()?)?,
            "profile" => profiles(policy, node.table()?)?,
            "places" => seen.places = places(policy, node.table()?)?,
            "countries" => countries(policy, node.table()?)?,
            "regions" => regions(policy, node.table()?)?,
            "unknown_region" => {
                for (code, node) in node.table()? {
                    let profile = profile(policy, &node)?;
                    country_slot(policy, country(code, &node)?).unknown_region = Some(profile);
                }
            }
            "minimum_age" => {
                for (code, node) in node.table()? {
                    let age = node.integer(99)?;
                    country_slot(policy, country(code, &node)?).minimum_age = age;
                }
            }
            "denied" => {
                for node in node.list()? {
                    country_slot(policy, country(node.text()?, &node)?).is_denied = true;
                }
            }
            "us" => {
                for (code, node) in node.table()? {
                    us_state(policy, code, &node)?;
                }
            }
            "destination" => {
                for (name, node) in node.table()? {
                    destination(policy, name, &node)?;
                }
            }
            "vertical" => {
                for (name, node) in node.table()? {
                    vertical(policy, name, &node)?;
                }
            }
            "exemption" => {
                for node in node.list()? {
                    let exemption = exemption(policy, &node)?;
                    policy.exemptions.push(exemption);
                }
            }
            "limited_strip" => {
                let mut list =
                    StripList { name: "limited".into(), fields: Vec::new(), url_is_strict: true };
                for (key, node) in node.table()? {
                    if !strip(&mut list, key, &node)? {
                        return Err(node.unknown());
                    }
                }
                policy.limited_strip = Arc::new(list);
            }
            _ => return Err(node.unknown()),
        }
    }
    Ok(())
}

impl Switches {
    const COUNT: usize = 12;
}

fn switches(switches: &mut Switches, entries: Entries<'_>) -> Result<usize, PolicyError> {
    let count = entries.len();
    for (key, node) in entries {
        match key {
            "accept_legitimate_interest" => switches.accept_legitimate_interest = node.bool()?,
            "cmp_is_record" => switches.cmp_is_record = node.bool()?,
            "strict_us_optout" => switches.strict_us_optout = node.bool()?,
            "gpc_unobserved" => switches.gpc_unobserved = node.bool()?,
            "strip_on_limited" => switches.strip_on_limited = node.bool()?,
            "explicit_consent_upgrade" => switches.explicit_consent_upgrade = node.bool()?,
            "child_directed" => switches.child_directed = node.bool()?,
            "gpp_child_consent" => switches.gpp_child_consent = node.bool()?,
            "minimum_age" => switches.minimum_age = node.integer(99)?,
            "max_age_days" => switches.max_age_days = node.integer(3_650)?,
            "pending_secs" => switches.pending_secs = node.integer(86_400)?,
            "permit_secs" => switches.permit_secs = node.integer(604_800)?,
            _ => return Err(node.unknown()),
        }
    }
    Ok(count)
}

fn profiles(policy: &mut Policy, entries: Entries<'_>) -> Result<(), PolicyError> {
    let mut later = Vec::new();
    for (name, node) in entries {
        let at = match policy.profiles.iter().position(|known| *known.name == *name) {
            Some(at) => at,
            None if policy.profiles.len() >= ProfileSet::MAX => {
                return Err(node.error(Kind::TooMany { limit: ProfileSet::MAX }));
            }
            None => {
                policy.profiles.push(Profile {
                    name: name.into(),
                    model: Model::Closed,
                    yes: YesSet::default(),
                    is_united_states: false,
                    cmp_needs_record: false,
                    honours_canada: false,
                    when_sensitive: None,
                });
                policy.profiles.len().saturating_sub(1)
            }
        };
        for (key, node) in node.table()? {
            let Some(profile) = policy.profiles.get_mut(at) else { continue };
            match key {
                "model" => {
                    profile.model = match node.text()? {
                        "opt_in" => Model::OptIn,
                        "opt_out" => Model::OptOut,
                        "closed" => Model::Closed,
                        _ => return Err(node.bad("opt_in, opt_out or closed")),
                    };
                }
                "yes" => {
                    profile.yes = YesSet::default();
                    for node in node.list()? {
                        let word = node.text()?;
                        let yes = Yes::ALL.into_iter().find(|yes| yes.as_str() == word);
                        profile.yes.insert(yes.ok_or_else(|| node.bad("a kind of yes"))?);
                    }
                }
                "united_states" => profile.is_united_states = node.bool()?,
                "cmp_needs_record" => profile.cmp_needs_record = node.bool()?,
                "honours_canada" => profile.honours_canada = node.bool()?,
                "when_sensitive" => later.push((at, node)),
                _ => return Err(node.unknown()),
            }
        }
    }
    for (at, node) in later {
        let stricter = profile(policy, &node)?;
        if let Some(profile) = policy.profiles.get_mut(at) {
            profile.when_sensitive = Some(stricter);
        }
    }
    Ok(())
}

fn profile(policy: &Policy, node: &Node<'_>) -> Result<usize, PolicyError> {
    profile_named(policy, node.text()?, node)
}

fn profile_named(policy: &Policy, name: &str, node: &Node<'_>) -> Result<usize, PolicyError> {
    let found = policy.profiles.iter().position(|profile| *profile.name == *name);
    found.ok_or_else(|| node.bad("the name of a profile"))
}

fn places(policy: &mut Policy, entries: Entries<'_>) -> Result<usize, PolicyError> {
    let count = entries.len();
    for (key, node) in entries {
        let profile = profile(policy, &node)?;
        match key {
            "unknown" => policy.unknown_profile = profile,
            "european" => policy.european_profile = profile,
            "default" => policy.default_profile = profile,
            _ => return Err(node.unknown()),
        }
    }
    Ok(count)
}

fn countries(policy: &mut Policy, entries: Entries<'_>) -> Result<(), PolicyError> {
    for (name, node) in entries {
        let profile = profile_named(policy, name, &node)?;
        for node in node.list()? {
            let country = country(node.text()?, &node)?;
            country_slot(policy, country).profile = Some(profile);
        }
    }
    Ok(())
}

fn country(code: &str, node: &Node<'_>) -> Result<Country, PolicyError> {
    Country::from_alpha2(code).ok_or_else(|| node.bad("an ISO 3166-1 code such as DE"))
}

#[expect(clippy::indexing_slicing, reason = "the place was found or filled one line before")]
fn country_slot(policy: &mut Policy, country: Country) -> &mut CountryRules {
    let at = match policy.countries.binary_search_by_key(&country, |(known, _)| *known) {
        Ok(at) => at,
        Err(at) => {
            policy.countries.insert(at, (country, CountryRules::default()));
            at
        }
    };
    &mut policy.countries[at].1
}

fn regions(policy: &mut Policy, entries: Entries<'_>) -> Result<(), PolicyError> {
    for (code, node) in entries {
        let region = Region::parse(code, None).ok().filter(|region| region.as_str() == code);
        let region = region.ok_or_else(|| node.bad("an ISO 3166-2 code such as CA-QC"))?;
        let profile = profile(policy, &node)?;
        match policy.regions.binary_search_by_key(&region, |(known, _)| *known) {
            Ok(at) => {
                if let Some(known) = policy.regions.get_mut(at) {
                    known.1 = profile;
                }
            }
            Err(at) => policy.regions.insert(at, (region, profile)),
        }
    }
    Ok(())
}

fn state(code: &str, node: &Node<'_>) -> Result<Region, PolicyError> {
    Region::new(Country::US, code).map_err(|_| node.bad("a state such as CA"))
}

fn us_state(policy: &mut Policy, code: &str, node: &Node<'_>) -> Result<(), PolicyError> {
    let state = state(code, node)?;
    let found = policy.states.binary_search_by_key(&state, |rules| rules.state);
    let at = found.unwrap_or_else(|at| {
        policy.states.insert(
            at,
            StateRules {
                state,
                law_from: None,
                gpc_from: None,
                minimum_age: 0,
                sensitive_never: false,
                explicit_consent: false,
            },
        );
        at
    });
    for (key, node) in node.table()? {
        let Some(rules) = policy.states.get_mut(at) else { continue };
        match key {
            "law_from" => rules.law_from = Some(node.date()?),
            "gpc_from" => rules.gpc_from = Some(node.date()?),
            "minimum_age" => rules.minimum_age = node.integer(99)?,
            "sensitive_never" => rules.sensitive_never = node.bool()?,
            "explicit_consent" => rules.explicit_consent = node.bool()?,
            _ => return Err(node.unknown()),
        }
    }
    Ok(())
}

fn destination(policy: &mut Policy, name: &str, node: &Node<'_>) -> Result<(), PolicyError> {
    let platform: Platform = name.parse().map_err(|_| node.bad("a platform's name"))?;
    let known = policy.destinations.iter().position(|rules| rules.platform == platform);
    let mut rules = match known {
        Some(at) => policy.destinations.remove(at),
        None => DestinationRules {
            platform,
            vendor: None,
            ac_id: None,
            purposes: PurposeSet::EMPTY,
            personalisation: PurposeSet::EMPTY,
            consent_mode: Carries::default(),
            tcf_alone: false,
            carries: Carries::default(),
            products: Vec::new(),
            carries_where_asked: false,
            needs_country: false,
            max_event_age_days: None,
            max_event_age_days_at: Vec::new(),
            limited: None,
        },
    };
    for (key, node) in node.table()? {
        match key {
            "gvl_id" => {
                let vendor = VendorId::new(node.integer(65_535)?);
                rules.vendor = Some(vendor.ok_or_else(|| node.bad("a vendor's number, from 1"))?);
            }
            "ac_id" => rules.ac_id = Some(node.integer(u32::MAX)?),
            "purposes" => rules.purposes = purposes(&node)?,
            "personalisation" => rules.personalisation = purposes(&node)?,
            "consent_mode" => rules.consent_mode = carries(&node)?,
            "tcf_alone" => rules.tcf_alone = node.bool()?,
            "carries" => rules.carries = carries(&node)?,
            "carries_where_asked" => rules.carries_where_asked = node.bool()?,
            "products" => products(&mut rules, node.table()?)?,
            "needs_country" => rules.needs_country = node.bool()?,
            "max_event_age_days" => rules.max_event_age_days = Some(node.integer(3_650)?),
            "max_event_age_days_at" => {
                rules.max_event_age_days_at.clear();
                for (name, node) in node.table()? {
                    let source = ActionSource::from_name(name);
                    let source = source.ok_or_else(|| node.bad("an action source"))?;
                    rules.max_event_age_days_at.push((source, node.integer(3_650)?));
                }
            }
            "limited" => rules.limited = Some(limited(rules.limited.take(), &node)?),
            _ => return Err(node.unknown()),
        }
    }
    // Without a needed purpose any string would be a yes.
    if !rules.purposes.contains(Purpose::STORE_AND_ACCESS) {
        return Err(node.bad("purposes with 1 among them"));
    }
    policy.destinations.push(rules);
    Ok(())
}

fn products(rules: &mut DestinationRules, entries: Entries<'_>) -> Result<(), PolicyError> {
    for (name, node) in entries {
        let product = GoogleProduct::from_name(name)
            .filter(|_| rules.platform == Platform::Google)
            .ok_or_else(|| node.bad("one of Google's products"))?;
        rules.products.retain(|(known, _)| *known != product);
        rules.products.push((product, carries(&node)?));
    }
    Ok(())
}

fn purposes(node: &Node<'_>) -> Result<PurposeSet, PolicyError> {
    let mut set = PurposeSet::EMPTY;
    for node in node.list()? {
        let purpose = node.integer(24).ok().and_then(Purpose::new);
        set.insert(purpose.ok_or_else(|| node.bad("a purpose, 1 to 24"))?);
    }
    Ok(set)
}

fn carries(node: &Node<'_>) -> Result<Carries, PolicyError> {
    let mut carries = Carries::default();
    for node in node.list()? {
        match node.text()? {
            "ad_storage" => carries.ad_storage = true,
            "ad_user_data" => carries.ad_user_data = true,
            "ad_personalization" => carries.ad_personalization = true,
            _ => return Err(node.bad("ad_storage, ad_user_data or ad_personalization")),
        }
    }
    Ok(carries)
}

fn limited(base: Option<LimitedRules>, node: &Node<'_>) -> Result<LimitedRules, PolicyError> {
    let mut rules = base.unwrap_or(LimitedRules {
        enabled: true,
        states: LimitedStates::Listed(Vec::new()),
        unknown_state: false,
        keyword: LimitedKeyword::Lmu,
    });
    for (key, node) in node.table()? {
        match key {
            "enabled" => rules.enabled = node.bool()?,
            "states" => rules.states = limited_states(&node)?,
            "unknown_state" => rules.unknown_state = node.bool()?,
            "keyword" => {
                rules.keyword = match node.text()? {
                    "LMU" => LimitedKeyword::Lmu,
                    "LDU" => LimitedKeyword::Ldu,
                    _ => return Err(node.bad("LMU or LDU")),
                };
            }
            _ => return Err(node.unknown()),
        }
    }
    Ok(rules)
}

/// `"all"`, `"law"`, a list of states, or a table of states and the platform's numbers.
fn limited_states(node: &Node<'_>) -> Result<LimitedStates, PolicyError> {
    match node.as_text() {
        Some("all") => return Ok(LimitedStates::All),
        Some("law") => return Ok(LimitedStates::WithLaw),
        Some(_) => return Err(node.bad("all, law, or states")),
        None => {}
    }
    let mut states = Vec::new();
    if let Ok(entries) = node.table() {
        for (code, node) in entries {
            states.push((state(code, &node)?, node.integer(65_535)?));
        }
    } else {
        for node in node.list()? {
            states.push((state(node.text()?, &node)?, 0));
        }
    }
    Ok(LimitedStates::Listed(states))
}

fn vertical(policy: &mut Policy, name: &str, node: &Node<'_>) -> Result<(), PolicyError> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(node.bad("a name of lower-case letters and underscores"));
    }
    let known = policy.verticals.iter().position(|rules| *rules.name == *name);
    let (mut sensitive, mut list) = match known {
        Some(at) => {
            let rules = policy.verticals.remove(at);
            (rules.sensitive, (*rules.strip).clone())
        }
        None => {
            (Vec::new(), StripList { name: name.into(), fields: Vec::new(), url_is_strict: true })
        }
    };
    for (key, node) in node.table()? {
        if key == "sensitive" {
            sensitive.clear();
            for node in node.list()? {
                let word = node.text()?;
                let category =
                    SensitiveCategory::ALL.into_iter().find(|known| known.as_str() == word);
                sensitive.push(category.ok_or_else(|| node.bad("a sensitive category"))?);
            }
        } else if !strip(&mut list, key, &node)? {
            return Err(node.unknown());
        }
    }
    policy.verticals.push(VerticalRules { name: name.into(), sensitive, strip: Arc::new(list) });
    Ok(())
}

/// Reads one key of a strip list; false if it is not one.
fn strip(list: &mut StripList, key: &str, node: &Node<'_>) -> Result<bool, PolicyError> {
    match key {
        "url" => {
            list.url_is_strict = match node.text()? {
                "strict" => true,
                "standard" => false,
                _ => return Err(node.bad("strict or standard")),
            };
        }
        "strip" => {
            list.fields.clear();
            for node in node.list()? {
                let field = strip_fields::known(node.text()?);
                list.fields.push(field.ok_or_else(|| {
                    node.bad("a field of the event, such as custom_data.content_name")
                })?);
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn exemption(policy: &Policy, node: &Node<'_>) -> Result<Exemption, PolicyError> {
    let (mut vertical, mut destination, mut event, mut proof) = (None, None, None, None);
    for (key, node) in node.table()? {
        match key {
            "vertical" => {
                let known = policy.vertical(node.text()?);
                vertical = Some(known.ok_or_else(|| node.bad("the name of a vertical"))?.into());
            }
            "destination" => {
                let platform = node.text()?.parse::<Platform>();
                destination = Some(platform.map_err(|_| node.bad("a platform's name"))?);
            }
            "event" => event = Some(node.name()?.into()),
            "proof" => proof = Some(node.name()?.into()),
            _ => return Err(node.unknown()),
        }
    }
    let missing = |key: &str| {
        let error = node.error(Kind::Missing);
        PolicyError::new(error.line(), format!("exemption.{key}"), Kind::Missing)
    };
    Ok(Exemption {
        vertical: vertical.ok_or_else(|| missing("vertical"))?,
        destination: destination.ok_or_else(|| missing("destination"))?,
        event: event.ok_or_else(|| missing("event"))?,
        proof: proof.ok_or_else(|| missing("proof"))?,
    })
}

/// Nothing yet; `whole` checks that a file fills it.
fn empty() -> Policy {
    Policy {
        version: Arc::from(""),
        date: "".into(),
        switches: Switches {
            accept_legitimate_interest: false,
            cmp_is_record: false,
            strict_us_optout: true,
            gpc_unobserved: true,
            strip_on_limited: true,
            explicit_consent_upgrade: false,
            child_directed: true,
            gpp_child_consent: false,
            minimum_age: 18,
            max_age_days: 0,
            pending_secs: 0,
            permit_secs: 0,
        },
        profiles: Vec::new(),
        unknown_profile: 0,
        european_profile: 0,
        default_profile: 0,
        countries: Vec::new(),
        regions: Vec::new(),
        states: Vec::new(),
        destinations: Vec::new(),
        verticals: Vec::new(),
        exemptions: Vec::new(),
        limited_strip: Arc::new(StripList {
            name: "limited".into(),
            fields: Vec::new(),
            url_is_strict: true,
        }),
        vendor_list: None,
    }
}
