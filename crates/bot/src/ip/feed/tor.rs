//! The Tor project's `exit-addresses`.

use super::{Loading, json::time, lines};
use crate::ip::{LoadError, RowFault};

/// Records of `ExitNode`, `Published`, `LastStatus` and one or more `ExitAddress`; a row is one of
/// the last. The list is as old as its newest `LastStatus`.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    for (number, line) in lines::rows(bytes)? {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "ExitAddress" => to.row(number, |to| {
                let address = rest.split(' ').next().filter(|text| !text.is_empty());
                to.text(number, address.ok_or(RowFault::Missing)?, to.base())
            }),
            "LastStatus" => {
                if let Some(at) = time(&rest.replace(' ', "T")) {
                    to.made(at);
                }
            }
            "ExitNode" | "Published" => {}
            _ => to.row(number, |_| Err(RowFault::UnknownWord)),
        }
    }
    Ok(())
}
