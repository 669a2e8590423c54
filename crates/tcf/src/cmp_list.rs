//! The list of consent management platforms.

use predispatch_types::Timestamp;
use serde::Deserialize;

use crate::json::{Date, Rows};

/// The list of registered CMPs, read from its JSON (`cmp-list.json`): strings made by a CMP after
/// it was taken off the list are invalid.
///
/// ```
/// use predispatch_tcf::CmpList;
///
/// let list = CmpList::from_json(br#"{"lastUpdated": "2026-11-12T17:00:00Z", "cmps": {
///     "300": {"id": 300, "name": "Example CMP", "isCommercial": true},
///     "301": {"id": 301, "name": "Gone CMP", "deletedDate": "2025-01-01T00:00:00Z"}
/// }}"#)?;
/// assert!(list.listed(300).is_some_and(|cmp| cmp.deleted.is_none()));
/// assert!(list.listed(301).is_some_and(|cmp| cmp.deleted.is_some()));
/// assert!(list.listed(302).is_none());
/// # Ok::<(), predispatch_tcf::CmpListError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CmpList {
    /// Ascending by id.
    cmps: Vec<ListedCmp>,
}

/// A CMP's row.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ListedCmp {
    /// 2 to 4,095.
    pub id: u16,
    /// When it was taken off the list.
    pub deleted: Option<Timestamp>,
}

impl CmpList {
    /// Largest JSON that is read, in bytes.
    pub const MAX_LEN: usize = 8 * 1024 * 1024;

    /// Reads the JSON. Unknown keys are passed over. A row without a usable id is left out, so its
    /// CMP is not on the list; a `deletedDate` that can't be read means deleted for ever; of two
    /// rows for one CMP the earlier deletion counts.
    ///
    /// # Errors
    /// [`CmpListError`] if it is not such JSON.
    pub fn from_json(json: &[u8]) -> Result<Self, CmpListError> {
        if json.len() > Self::MAX_LEN {
            return Err(CmpListError::TooLong { len: json.len() });
        }
        let raw: RawList = serde_json::from_slice(json).map_err(|error| {
            CmpListError::NotAList { line: error.line(), column: error.column() }
        })?;
        let rows = raw.cmps.0.into_iter();
        let mut cmps: Vec<_> = rows.filter_map(|(key, row)| row.into_cmp(key)).collect();
        // Deleted ones first among equal ids: `Option` would order them last.
        cmps.sort_by_key(|cmp| (cmp.id, cmp.deleted.is_none(), cmp.deleted));
        cmps.dedup_by_key(|cmp| cmp.id);
        Ok(Self { cmps })
    }

    /// The row of the CMP with this id.
    pub fn listed(&self, id: u16) -> Option<&ListedCmp> {
        let index = self.cmps.binary_search_by_key(&id, |cmp| cmp.id).ok()?;
        self.cmps.get(index)
    }
}

/// Why a text is not a list of CMPs.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CmpListError {
    /// Not JSON, or without `cmps`, or of another shape.
    #[error("not a CMP list: line {line}, column {column}")]
    NotAList {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// Over [`CmpList::MAX_LEN`].
    #[error("list is {len} bytes long, limit {}", CmpList::MAX_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<CmpListError>();

#[derive(Deserialize)]
struct RawList {
    cmps: Rows<RawCmp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCmp {
    id: Option<u32>,
    deleted_date: Option<Date>,
}

impl RawCmp {
    fn into_cmp(self, key: Option<u32>) -> Option<ListedCmp> {
        let id = u16::try_from(self.id.or(key)?).ok()?;
        let deleted = self.deleted_date.map(|date| date.0.unwrap_or(Timestamp::UNIX_EPOCH));
        Some(ListedCmp { id, deleted })
    }
}
