//! Google's `cloud.json` and `goog.json`, and the crawler files that have their shape.

use super::{
    Loading,
    json::{Member, members, text, time},
};
use crate::ip::{LoadError, RowFault};

pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    members(bytes, |number, member| match member {
        Member::Row { key: "prefixes", value } => to.row(number, |to| {
            let prefix = text(&value, "ipv4Prefix").or_else(|| text(&value, "ipv6Prefix"));
            to.text(number, prefix.ok_or(RowFault::Missing)?, to.base())
        }),
        Member::Field { key: "syncToken", value } => to.version(value.as_str().unwrap_or_default()),
        Member::Field { key: "creationTime", value } => {
            if let Some(at) = value.as_str().and_then(time) {
                to.made(at);
            }
        }
        _ => {}
    })
}
