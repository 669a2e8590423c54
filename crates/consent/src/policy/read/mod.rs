//! Policy files into tables. Every key is known or an error; nothing is guessed.

mod destinations;
mod places;
mod verticals;

use std::sync::Arc;

use self::{
    destinations::destination,
    places::{countries, country, country_slot, places, profile, profiles, regions, us_state},
    verticals::{exemption, strip, vertical},
};
use super::{
    Policy, PolicyError, PolicyErrorKind as Kind, StripList, Switches,
    node::{self, Node},
};

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
        entry(policy, name, &node, seen)?;
    }
    policy.profile_names = policy.profiles.iter().map(|profile| profile.name.clone()).collect();
    Ok(())
}

/// One key of the file's first level.
fn entry(
    policy: &mut Policy,
    name: &str,
    node: &Node<'_>,
    seen: &mut Seen,
) -> Result<(), PolicyError> {
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
        "unknown_region" => each_of(node.table()?, |code, node| {
            let profile = profile(policy, node)?;
            country_slot(policy, country(code, node)?).unknown_region = Some(profile);
            Ok(())
        })?,
        "minimum_age" => each_of(node.table()?, |code, node| {
            let age = node.integer(99)?;
            country_slot(policy, country(code, node)?).minimum_age = age;
            Ok(())
        })?,
        "denied" => {
            for node in node.list()? {
                country_slot(policy, country(node.text()?, &node)?).is_denied = true;
            }
        }
        "gpc_upgrade_texts" => {
            let texts = node.list()?.into_iter().map(|node| Ok(node.name()?.into()));
            policy.gpc_upgrade_texts = texts.collect::<Result<_, PolicyError>>()?;
        }
        "us" => each_of(node.table()?, |code, node| us_state(policy, code, node))?,
        "destination" => each_of(node.table()?, |name, node| destination(policy, name, node))?,
        "vertical" => each_of(node.table()?, |name, node| vertical(policy, name, node))?,
        "exemption" => {
            for node in node.list()? {
                let exemption = exemption(policy, &node)?;
                policy.exemptions.push(exemption);
            }
        }
        "limited_strip" => limited_strip(policy, node.table()?)?,
        _ => return Err(node.unknown()),
    }
    Ok(())
}

fn each_of<'t>(
    entries: Entries<'t>,
    mut read: impl FnMut(&'t str, &Node<'t>) -> Result<(), PolicyError>,
) -> Result<(), PolicyError> {
    entries.into_iter().try_for_each(|(key, node)| read(key, &node))
}

fn limited_strip(policy: &mut Policy, entries: Entries<'_>) -> Result<(), PolicyError> {
    let mut list = (*policy.limited_strip).clone();
    for (key, node) in entries {
        if !strip(&mut list, key, &node)? {
            return Err(node.unknown());
        }
    }
    policy.limited_strip = Arc::new(list);
    Ok(())
}

impl Switches {
    const COUNT: usize = 11;
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
            "child_directed" => switches.child_directed = node.bool()?,
            "gpp_child_consent" => switches.gpp_child_consent = node.bool()?,
            "minimum_age" => switches.minimum_age = node.integer(99)?,
            "max_age_days" => switches.max_age_days = node.integer(3_650)?,
            "pending_secs" => switches.pending_secs = node.integer(Policy::MAX_PENDING_SECS)?,
            "permit_secs" => switches.permit_secs = node.integer(3_600)?,
            _ => return Err(node.unknown()),
        }
    }
    Ok(count)
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
            child_directed: true,
            gpp_child_consent: false,
            minimum_age: 18,
            max_age_days: 0,
            pending_secs: 0,
            permit_secs: 0,
        },
        profiles: Vec::new(),
        profile_names: Arc::from([]),
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
        cmp_list: None,
        gpc_upgrade_texts: Vec::new(),
    }
}
