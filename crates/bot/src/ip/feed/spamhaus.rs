//! Spamhaus DROP lists.

use predispatch_types::Timestamp;
use serde_json::Value;

use super::{Loading, json::text, lines};
use crate::ip::{LoadError, RowFault};

/// An object a line: networks (`cidr`), autonomous systems (`asn`), and at the end metadata.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    for (number, line) in lines::rows(bytes)? {
        let object: Option<Value> = serde_json::from_str(line).ok();
        if object.as_ref().is_some_and(|object| text(object, "type") == Some("metadata")) {
            let at = object.and_then(|object| object.get("timestamp")?.as_i64());
            if let Some(at) = at.and_then(|at| Timestamp::detect(at).ok()) {
                to.made(at);
            }
            continue;
        }
        to.row(number, |to| {
            let object = object.ok_or(RowFault::Unreadable)?;
            if let Some(cidr) = text(&object, "cidr") {
                return to.text(number, cidr, to.base());
            }
            let asn = object.get("asn").ok_or(RowFault::Missing)?;
            let asn = asn.as_u64().and_then(|asn| u32::try_from(asn).ok());
            to.asn(asn.filter(|asn| *asn != 0).ok_or(RowFault::BadAsn)?, to.base());
            Ok(())
        });
    }
    Ok(())
}
