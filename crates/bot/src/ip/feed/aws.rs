//! Amazon's `ip-ranges.json`.

use serde_json::Value;

use super::{
    Loading,
    json::{Member, members, text, time},
};
use crate::ip::{Class, ClassSet, LoadError, RowFault};

/// A prefix stands there once for each service, `AMAZON` being all of them, and prefixes nest: the
/// classes of all are united.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    members(bytes, |number, member| match member {
        Member::Row { key: "prefixes", value } => row(to, number, "ip_prefix", &value),
        Member::Row { key: "ipv6_prefixes", value } => {
            row(to, number, "ipv6_prefix", &value);
        }
        Member::Field { key: "syncToken", value } => to.version(value.as_str().unwrap_or_default()),
        Member::Field { key: "createDate", value } => {
            if let Some(at) = value.as_str().and_then(create_date) {
                to.made(at);
            }
        }
        _ => {}
    })
}

fn row(to: &mut Loading<'_>, number: u64, key: &str, row: &Value) {
    to.row(number, |to| {
        let prefix = text(row, key).ok_or(RowFault::Missing)?;
        let is_cdn = text(row, "service").is_some_and(|service| service.starts_with("CLOUDFRONT"));
        let classes = if is_cdn { ClassSet::of(Class::Cdn) } else { ClassSet::EMPTY };
        to.text(number, prefix, to.base_with(classes))
    });
}

/// `2026-11-22-10-00-00`, in UTC.
fn create_date(text: &str) -> Option<predispatch_types::Timestamp> {
    let (date, clock) = text.split_at_checked(10)?;
    time(&format!("{date}T{}", clock.strip_prefix('-')?.replace('-', ":")))
}
