//! `ip`: what kind of network an address belongs to.

use std::{fs, net::IpAddr};

use predispatch_bot::ip::{IpTable, Unwrap};
use serde::Serialize;

use crate::lines::{ItemError, UsageError, answer_each, shown};

/// Looks up in the bundled ranges, or in the table of `--table FILE`.
pub(crate) fn run(options: &[String]) -> Result<(), UsageError> {
    let table = match options {
        [] => IpTable::bundled(),
        [option, file] if option == "--table" => read(file)?,
        [option, ..] => {
            return Err(UsageError::new(format!(
                "'ip' takes --table FILE, found {}",
                shown(option)
            )));
        }
    };
    answer_each(|line| {
        let address: IpAddr =
            line.trim().parse().map_err(|error| ItemError::new("bad_address", error))?;
        Ok(Answer::of(&table, Unwrap::ALL.apply(address)))
    })
}

fn read(file: &str) -> Result<IpTable, UsageError> {
    let bytes = fs::read(file).map_err(|error| UsageError::new(format!("the table: {error}")))?;
    IpTable::from_bytes(&bytes).map_err(|error| UsageError::new(format!("the table: {error}")))
}

#[derive(Serialize)]
struct Answer {
    /// As it is looked up: IPv4 inside IPv6 is unwrapped.
    ip: String,
    classes: Vec<&'static str>,
    /// The classes that may weigh in a verdict.
    counted: Vec<&'static str>,
    network: String,
    asn: Option<u32>,
    provider: Option<String>,
    operator: Option<String>,
    sources: Vec<Source>,
}

#[derive(Serialize)]
struct Source {
    name: String,
    made: Option<String>,
}

impl Answer {
    fn of(table: &IpTable, address: IpAddr) -> Self {
        let answer = table.lookup(address);
        let source = |source: &predispatch_bot::ip::Source| Source {
            name: source.name.to_string(),
            made: source.made.map(|made| made.to_string()),
        };
        Self {
            ip: address.to_string(),
            classes: answer.classes().iter().map(|class| class.as_str()).collect(),
            counted: answer.counted().iter().map(|class| class.as_str()).collect(),
            network: table.network(address).to_string(),
            asn: answer.asn(),
            provider: answer.provider().map(str::to_owned),
            operator: answer.operator().map(str::to_owned),
            sources: answer.sources().map(source).collect(),
        }
    }
}
