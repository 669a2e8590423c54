//! Regulated subjects, what must go with them, and the proofs that let them go.

use std::sync::Arc;

use predispatch_gpp::SensitiveCategory;
use predispatch_types::Platform;

use crate::policy::{
    Exemption, Policy, PolicyError, PolicyErrorKind as Kind, StripList, VerticalRules, node::Node,
    strip_fields, vertical::is_name,
};

pub(super) fn vertical(
    policy: &mut Policy,
    name: &str,
    node: &Node<'_>,
) -> Result<(), PolicyError> {
    if !is_name(name) {
        return Err(node.bad("one to four words of lower-case letters, joined by underscores"));
    }
    let known = policy.verticals.iter().position(|rules| *rules.name == *name);
    let (mut is_special, mut sensitive, mut list) = match known {
        Some(at) => {
            let rules = policy.verticals.remove(at);
            (rules.is_special, rules.sensitive, (*rules.strip).clone())
        }
        None => {
            let list = StripList { name: name.into(), fields: Vec::new(), url_is_strict: true };
            (true, Vec::new(), list)
        }
    };
    for (key, node) in node.table()? {
        if key == "special" {
            is_special = node.bool()?;
        } else if key == "sensitive" {
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
    let strip = Arc::new(list);
    policy.verticals.push(VerticalRules { name: name.into(), is_special, sensitive, strip });
    Ok(())
}

/// Reads one key of a strip list; false if it is not one.
pub(super) fn strip(list: &mut StripList, key: &str, node: &Node<'_>) -> Result<bool, PolicyError> {
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

pub(super) fn exemption(policy: &Policy, node: &Node<'_>) -> Result<Exemption, PolicyError> {
    let (mut vertical, mut destination, mut event, mut proof) = (None, None, None, None);
    let mut explicit_text = None;
    for (key, node) in node.table()? {
        match key {
            "vertical" => {
                let known = policy.vertical_rules(node.text()?).map(|rules| rules.name.clone());
                vertical = Some(known.ok_or_else(|| node.bad("the name of a vertical"))?);
            }
            "destination" => {
                let platform = node.text()?.parse::<Platform>();
                destination = Some(platform.map_err(|_| node.bad("a platform's name"))?);
            }
            "event" => event = Some(node.name()?.into()),
            "proof" => proof = Some(node.name()?.into()),
            "explicit_text" => explicit_text = Some(node.name()?.into()),
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
        explicit_text,
    })
}
