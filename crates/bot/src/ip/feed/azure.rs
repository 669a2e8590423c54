//! Azure's service tags.

use serde_json::Value;

use super::{
    Loading,
    json::{Member, members, text},
};
use crate::ip::{Class, ClassSet, LoadError, RowFault};

/// A row is one address prefix; both families stand in one list. They are numbered through all tags.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    let mut number = 0u64;
    members(bytes, |_, member| match member {
        Member::Row { key: "values", value } => {
            let name = text(&value, "name").unwrap_or_default();
            let is_cdn = name.starts_with("AzureFrontDoor") || name.starts_with("AzureCDN");
            let classes = if is_cdn { ClassSet::of(Class::Cdn) } else { ClassSet::EMPTY };
            let label = to.base_with(classes);
            // A tag without a list is one bad row; an empty list is none.
            let missing = [Value::Null];
            let prefixes = value.pointer("/properties/addressPrefixes").and_then(Value::as_array);
            for prefix in prefixes.map_or(&missing[..], Vec::as_slice) {
                number = number.saturating_add(1);
                to.row(number, |to| {
                    to.text(number, prefix.as_str().ok_or(RowFault::Missing)?, label)
                });
            }
        }
        Member::Field { key: "changeNumber", value } => to.version(&value.to_string()),
        _ => {}
    })
}
