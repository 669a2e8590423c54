//! Oracle Cloud's `public_ip_ranges.json`.

use serde_json::Value;

use super::{
    Loading,
    json::{Member, members, text, time},
};
use crate::ip::{LoadError, RowFault};

/// A row is one `cidr`, numbered through all regions.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    let mut number = 0u64;
    members(bytes, |_, member| match member {
        Member::Row { key: "regions", value } => {
            let missing = [Value::Null];
            for entry in
                value.get("cidrs").and_then(Value::as_array).map_or(&missing[..], Vec::as_slice)
            {
                number = number.saturating_add(1);
                to.row(number, |to| {
                    to.text(number, text(entry, "cidr").ok_or(RowFault::Missing)?, to.base())
                });
            }
        }
        Member::Field { key: "last_updated_timestamp", value } => {
            if let Some(at) = value.as_str().and_then(time) {
                to.made(at);
            }
        }
        _ => {}
    })
}
