//! What each destination needs and has.

use predispatch_tcf::{Purpose, PurposeSet, VendorId};
use predispatch_types::Platform;

use super::{Entries, places::state};
use crate::{
    ActionSource, GoogleProduct,
    policy::{
        Carries, DestinationRules, LimitedKeyword, LimitedRules, LimitedStates, Policy,
        PolicyError, node::Node,
    },
};

pub(super) fn destination(
    policy: &mut Policy,
    name: &str,
    node: &Node<'_>,
) -> Result<(), PolicyError> {
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
