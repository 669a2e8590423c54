//! CSV files whose header names the columns: MaxMind's and IPinfo's.

use core::net::IpAddr;

use super::{
    Loading,
    asn::{read_address, read_asn},
    lines,
};
use crate::ip::{Class, ClassSet, LoadError, RowFault, record::InternedLabel};

/// What a column says.
#[derive(Clone, Copy)]
enum Column {
    Network,
    First,
    Last,
    Asn,
    Provider,
    ConnectionType,
    Flag(Class),
    /// Says nothing about an address's class.
    Other,
}

impl Column {
    fn named(name: &str) -> Self {
        match name {
            "network" => Self::Network,
            "start_ip" | "ip_range_start" => Self::First,
            "end_ip" | "ip_range_end" => Self::Last,
            "asn" | "autonomous_system_number" => Self::Asn,
            "service" | "provider_name" => Self::Provider,
            "connection_type" => Self::ConnectionType,
            "is_anonymous" => Self::Flag(Class::Anonymous),
            "is_anonymous_vpn" | "vpn" => Self::Flag(Class::Vpn),
            "is_hosting_provider" | "hosting" => Self::Flag(Class::Datacenter),
            "is_public_proxy" | "proxy" => Self::Flag(Class::PublicProxy),
            "is_residential_proxy" => Self::Flag(Class::ResidentialProxy),
            "is_tor_exit_node" | "tor" => Self::Flag(Class::Tor),
            "relay" => Self::Flag(Class::PrivacyRelay),
            _ => Self::Other,
        }
    }
}

pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    let mut rows = lines::rows(bytes)?;
    let header: Vec<Column> = match rows.next() {
        Some((_, line)) => lines::columns(line)
            .map(|name| {
                name.map_or(Column::Other, |name| Column::named(&name.to_ascii_lowercase()))
            })
            .collect(),
        None => return Ok(()),
    };
    // Not a header: without it nobody knows what the columns are.
    if !header.iter().any(|column| matches!(column, Column::Network | Column::First)) {
        return Err(LoadError::Malformed { byte: 0 });
    }
    for (number, line) in rows {
        to.row(number, |to| row(to, number, &header, line));
    }
    Ok(())
}

fn row(to: &mut Loading<'_>, number: u64, header: &[Column], line: &str) -> Result<(), RowFault> {
    let mut label = to.base();
    let mut network = None;
    let (mut first, mut last): (Option<IpAddr>, Option<IpAddr>) = (None, None);
    for (column, text) in header.iter().zip(lines::columns(line)) {
        let text = text.ok_or(RowFault::Unreadable)?;
        match column {
            Column::Network => network = Some(text),
            Column::First => first = Some(read_address(text)?),
            Column::Last => last = Some(read_address(text)?),
            Column::Asn if !text.is_empty() => label.asn = read_asn(text)?,
            Column::Provider if !is_flag(text) => label.provider = to.name_or_none(number, text),
            Column::ConnectionType => add(&mut label, connection(text)?),
            Column::Flag(class) if flag(text)? => add(&mut label, Some(*class)),
            _ => {}
        }
    }
    label = without_general_word(label);
    match (network, first, last) {
        (Some(text), _, _) => to.text(number, text, label),
        (None, Some(first), Some(last)) => to.range(first, last, label),
        _ => Err(RowFault::Missing),
    }
}

/// The kind of connection, in MaxMind's words.
pub(super) fn connection(text: &str) -> Result<Option<Class>, RowFault> {
    match text {
        "" => Ok(None),
        "Cable/DSL" | "Dialup" => Ok(Some(Class::Residential)),
        "Cellular" => Ok(Some(Class::Mobile)),
        "Corporate" => Ok(Some(Class::Business)),
        "Satellite" => Ok(Some(Class::Satellite)),
        _ => Err(RowFault::UnknownWord),
    }
}

/// "Anonymous" is said of every kind; it counts only where no kind is named.
pub(super) fn without_general_word(mut label: InternedLabel) -> InternedLabel {
    let general = ClassSet::of(Class::Anonymous);
    let kinds = label.classes.without(general).without(ClassSet::CONNECTION);
    if !kinds.is_empty() {
        label.classes = label.classes.without(general);
    }
    label
}

fn add(label: &mut InternedLabel, class: Option<Class>) {
    if let Some(class) = class {
        label.classes = label.classes.with(class);
    }
}

fn flag(text: &str) -> Result<bool, RowFault> {
    match text {
        "1" | "true" | "True" | "TRUE" => Ok(true),
        "" | "0" | "false" | "False" | "FALSE" => Ok(false),
        _ => Err(RowFault::BadFlag),
    }
}

fn is_flag(text: &str) -> bool {
    flag(text).is_ok()
}
