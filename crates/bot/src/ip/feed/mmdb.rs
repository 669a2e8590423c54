//! MaxMind databases.

use std::{borrow::Cow, collections::HashMap};

use maxminddb::{Reader, WithinOptions};
use predispatch_types::Timestamp;
use serde::Deserialize;

use super::{
    Loading,
    asn::read_asn,
    columns::{connection, without_general_word},
};
use crate::ip::{Class, LoadError, Network, RowFault, record::InternedLabel};

/// The keys of all databases that tell something. A flag is there only when it is true.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Row<'a> {
    is_anonymous: bool,
    is_anonymous_vpn: bool,
    is_hosting_provider: bool,
    is_public_proxy: bool,
    is_residential_proxy: bool,
    is_tor_exit_node: bool,
    anonymizer_confidence: Option<u16>,
    #[serde(borrow)]
    provider_name: Option<Cow<'a, str>>,
    autonomous_system_number: Option<u32>,
    /// IPinfo's: `AS64500`.
    #[serde(borrow)]
    asn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mobile_country_code: Option<Cow<'a, str>>,
    #[serde(borrow)]
    connection_type: Option<Cow<'a, str>>,
}

/// Reads every network of the database. Networks with an empty record say nothing and are no rows.
pub(super) fn read(
    to: &mut Loading<'_>,
    bytes: &[u8],
    min_confidence: u16,
) -> Result<(), LoadError> {
    let malformed = LoadError::Malformed { byte: 0 };
    let database = Reader::from_source(bytes).map_err(|_| malformed)?;
    let metadata = database.metadata();
    let built = i64::try_from(metadata.build_epoch).ok();
    if let Some(at) = built.and_then(|built| Timestamp::detect(built).ok()) {
        to.made(at);
    }
    to.version(&format!("{} {}", metadata.database_type, metadata.build_epoch));

    // A tree with n nodes has n + 1 leaves. A hostile one shares nodes and has up to 2^128: every
    // leaf is walked past, the empty ones too, so that the walk ends.
    let mut leaves = u64::from(metadata.node_count).saturating_add(1);
    let options = WithinOptions::default().include_networks_without_data();
    // Networks share records: each is decoded once.
    let mut known: HashMap<usize, Result<Option<InternedLabel>, RowFault>> = HashMap::new();
    let mut number = 0u64;
    for found in database.networks(options).map_err(|_| malformed)? {
        leaves = leaves.checked_sub(1).ok_or(malformed)?;
        let found = found.map_err(|_| malformed)?;
        let Some(offset) = found.offset() else { continue };
        number = number.saturating_add(1);
        let label = match known.get(&offset) {
            Some(label) => *label,
            None => {
                let row: Result<Option<Row<'_>>, _> = found.decode();
                let row = row.map_err(|_| RowFault::Unreadable);
                let label = row.and_then(|row| match row {
                    Some(row) => label(to, number, &row, min_confidence),
                    None => Ok(None),
                });
                known.insert(offset, label);
                label
            }
        };
        if label == Ok(None) {
            continue;
        }
        to.row(number, |to| {
            let block = found.network().map_err(|_| RowFault::Unreadable)?;
            let network = Network::new(block.ip(), block.prefix());
            let network = network.ok_or(RowFault::BadPrefixLength)?;
            if let Some(label) = label? {
                to.network(network, label);
            }
            Ok(())
        });
    }
    Ok(())
}

/// What a record says; `None` if nothing.
fn label(
    to: &mut Loading<'_>,
    number: u64,
    row: &Row<'_>,
    min_confidence: u16,
) -> Result<Option<InternedLabel>, RowFault> {
    let mut label = to.base();
    let flags = [
        (row.is_anonymous, Class::Anonymous),
        (row.is_anonymous_vpn, Class::Vpn),
        (row.is_hosting_provider, Class::Datacenter),
        (row.is_public_proxy, Class::PublicProxy),
        (row.is_residential_proxy, Class::ResidentialProxy),
        (row.is_tor_exit_node, Class::Tor),
    ];
    let is_confident = row.anonymizer_confidence.is_none_or(|found| found >= min_confidence);
    for (_, class) in flags.into_iter().filter(|(is_set, _)| *is_set && is_confident) {
        label.classes = label.classes.with(class);
    }
    if let Some(provider) = row.provider_name.as_deref().filter(|_| is_confident) {
        label.provider = to.name_or_none(number, provider);
    }
    let kind = connection(row.connection_type.as_deref().unwrap_or_default())?;
    let is_mobile = row.mobile_country_code.as_deref().is_some_and(|code| !code.is_empty());
    for class in [kind, is_mobile.then_some(Class::Mobile)].into_iter().flatten() {
        label.classes = label.classes.with(class);
    }
    label.asn = match (row.autonomous_system_number, row.asn.as_deref()) {
        (Some(0), _) => return Err(RowFault::BadAsn),
        (Some(asn), _) => asn,
        (None, Some(text)) => read_asn(text)?,
        (None, None) => label.asn,
    };
    let label = without_general_word(label);
    let says_nothing = InternedLabel { source: label.source, ..InternedLabel::default() } == label;
    Ok((!says_nothing).then_some(label))
}
