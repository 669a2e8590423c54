//! `[consent]`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use predispatch_consent::Policy;
use predispatch_tcf::{CmpList, GlobalVendorList};
use serde::Deserialize;

use super::value::read_text;
use crate::ConfigError;

/// `[consent]`: the files that decisions rest on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Consent {
    /// The site's own policy, laid over the bundled one: `predispatch_consent::Policy::overlay`.
    pub policy: Option<PathBuf>,
    /// The Global Vendor List, version 3. Without it the vendors' declarations of the policy count.
    pub vendor_list: Option<PathBuf>,
    /// TCF's list of consent platforms. Without it any assigned number will do.
    pub cmp_list: Option<PathBuf>,
}

impl Consent {
    pub(super) fn policy(&self, folder: &Path) -> Result<Policy, ConfigError> {
        let mut policy = Policy::bundled();
        if let Some(path) = &self.policy {
            let text = read_text(&folder.join(path))?;
            policy = policy
                .overlay(&text)
                .map_err(|source| ConfigError::Policy { path: path.clone(), source })?;
        }
        if let Some(path) = &self.vendor_list {
            let text = read_text(&folder.join(path))?;
            let list = GlobalVendorList::from_json(text.as_bytes())
                .map_err(|source| ConfigError::VendorList { path: path.clone(), source })?;
            policy = policy.with_vendor_list(Arc::new(list));
        }
        if let Some(path) = &self.cmp_list {
            let text = read_text(&folder.join(path))?;
            let list = CmpList::from_json(text.as_bytes())
                .map_err(|source| ConfigError::CmpList { path: path.clone(), source })?;
            policy = policy.with_cmp_list(Arc::new(list));
        }
        Ok(policy)
    }
}
