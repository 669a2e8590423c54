//! GitHub's `meta`.

use super::{
    Loading,
    json::{Member, members},
};
use crate::ip::{LoadError, RowFault};

/// Arrays of networks by purpose, beside arrays that are none.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    members(bytes, |number, member| match member {
        Member::Row { key, value } if !NOT_NETWORKS.contains(&key) => to
            .row(number, |to| to.text(number, value.as_str().ok_or(RowFault::Missing)?, to.base())),
        _ => {}
    })
}

/// Skipped by name: a new kind of array shall be noticed, not passed over.
const NOT_NETWORKS: [&str; 3] = ["domains", "ssh_key_fingerprints", "ssh_keys"];
