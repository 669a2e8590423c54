//! Geofeeds (RFC 8805), and Apple's list of Private Relay egress addresses, which is one.

use super::{Loading, lines};
use crate::ip::{LoadError, RowFault};

/// Only the first column is used. The others may be empty, in any language, or missing.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    for (number, line) in lines::rows(bytes)? {
        to.row(number, |to| {
            let network = lines::columns(line).next().flatten().ok_or(RowFault::Unreadable)?;
            to.text(number, network, to.base())
        });
    }
    Ok(())
}
