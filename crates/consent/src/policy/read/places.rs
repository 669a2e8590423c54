//! Sets of rules, and the places where they hold.

use std::collections::BTreeSet;

use predispatch_types::{Country, Region};

use super::Entries;
use crate::policy::{
    CountryRules, Model, Policy, PolicyError, PolicyErrorKind as Kind, Profile, ProfileSet,
    StateRules, Yes, YesSet, node::Node,
};

pub(super) fn profiles(policy: &mut Policy, entries: Entries<'_>) -> Result<(), PolicyError> {
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
                    special_yes: YesSet::default(),
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
                "yes" => profile.yes = kinds_of_yes(&node)?,
                "special_yes" => profile.special_yes = kinds_of_yes(&node)?,
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

fn kinds_of_yes(node: &Node<'_>) -> Result<YesSet, PolicyError> {
    let mut kinds = YesSet::default();
    for node in node.list()? {
        let word = node.text()?;
        let yes = Yes::ALL.into_iter().find(|yes| yes.as_str() == word);
        kinds.insert(yes.ok_or_else(|| node.bad("a kind of yes"))?);
    }
    Ok(kinds)
}

pub(super) fn profile(policy: &Policy, node: &Node<'_>) -> Result<usize, PolicyError> {
    profile_named(policy, node.text()?, node)
}

fn profile_named(policy: &Policy, name: &str, node: &Node<'_>) -> Result<usize, PolicyError> {
    let found = policy.profiles.iter().position(|profile| *profile.name == *name);
    found.ok_or_else(|| node.bad("the name of a profile"))
}

pub(super) fn places(policy: &mut Policy, entries: Entries<'_>) -> Result<usize, PolicyError> {
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

pub(super) fn countries(policy: &mut Policy, entries: Entries<'_>) -> Result<(), PolicyError> {
    let mut named = BTreeSet::new();
    for (name, node) in entries {
        let profile = profile_named(policy, name, &node)?;
        for node in node.list()? {
            let country = country(node.text()?, &node)?;
            if !named.insert(country) {
                return Err(node.bad("a country that the file names once"));
            }
            country_slot(policy, country).profile = Some(profile);
        }
    }
    Ok(())
}

pub(super) fn country(code: &str, node: &Node<'_>) -> Result<Country, PolicyError> {
    Country::from_alpha2(code).ok_or_else(|| node.bad("an ISO 3166-1 code such as DE"))
}

#[expect(clippy::indexing_slicing, reason = "the place was found or filled one line before")]
pub(super) fn country_slot(policy: &mut Policy, country: Country) -> &mut CountryRules {
    let at = match policy.countries.binary_search_by_key(&country, |(known, _)| *known) {
        Ok(at) => at,
        Err(at) => {
            policy.countries.insert(at, (country, CountryRules::default()));
            at
        }
    };
    &mut policy.countries[at].1
}

pub(super) fn regions(policy: &mut Policy, entries: Entries<'_>) -> Result<(), PolicyError> {
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

pub(super) fn state(code: &str, node: &Node<'_>) -> Result<Region, PolicyError> {
    Region::new(Country::US, code).map_err(|_| node.bad("a state such as CA"))
}

pub(super) fn us_state(
    policy: &mut Policy,
    code: &str,
    node: &Node<'_>,
) -> Result<(), PolicyError> {
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
