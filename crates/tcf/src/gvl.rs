//! The Global Vendor List: who is a vendor, and what each declares.

use core::fmt;

use predispatch_types::Timestamp;
use serde::Deserialize;

use crate::{
    IdSet, SmallId, TcString, VendorDeclaration, VendorId,
    json::{Date, Rows},
    judge::Judge,
    judgement::Judgement,
};

/// A Global Vendor List (format 3, the lists of TCF 2.2 to 2.4), read from its JSON.
///
/// Nothing is fetched: the caller brings the JSON, published weekly at
/// `https://vendor-list.consensu.org/v3/vendor-list.json`. Reading it takes milliseconds; do it
/// once and share it.
///
/// ```
/// use predispatch_tcf::{GlobalVendorList, Purpose, TcString, VendorId};
///
/// let list = GlobalVendorList::from_json(br#"{
///     "gvlSpecificationVersion": 3, "vendorListVersion": 120, "tcfPolicyVersion": 5,
///     "lastUpdated": "2024-12-26T16:00:00Z", "purposes": {}, "standardTexts": {},
///     "vendors": {"2": {"id": 2, "name": "Example Ads", "purposes": [1, 3, 4],
///         "legIntPurposes": [7], "flexiblePurposes": [7], "specialPurposes": [1]}}
/// }"#)?;
/// let tc = TcString::parse("CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.IABM")?;
/// let vendor = VendorId::new(2).expect("not 0");
/// let judgement = list.judge(&tc, vendor, "2025-06-01T12:00:00Z".parse()?);
/// assert_eq!(judgement.purpose(Purpose::STORE_AND_ACCESS).to_string(), "consent");
/// assert_eq!(judgement.purpose(Purpose::MEASURE_ADS).to_string(), "legitimate_interest");
/// assert_eq!(judgement.purpose(Purpose::MEASURE_CONTENT).to_string(), "denied:not_declared");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct GlobalVendorList {
    version: u16,
    policy_version: Option<u8>,
    last_updated: Option<Timestamp>,
    /// Ascending by id.
    vendors: Vec<ListedVendor>,
    faults: Vec<GvlFault>,
}

impl GlobalVendorList {
    /// Largest JSON that is read, in bytes. The lists of 2024 have under 2 MB.
    pub const MAX_LEN: usize = 64 * 1024 * 1024;

    /// Reads the JSON. Purposes, vendors and the like may be maps by id or arrays; unknown keys are
    /// passed over.
    ///
    /// A row that breaks a rule of the list does not spoil the others: the part at fault is left
    /// out, so that the vendor may do less, and stands in [`faults`](Self::faults).
    ///
    /// # Errors
    /// [`GvlError`] if it is not such JSON, of another format, or names a vendor twice.
    pub fn from_json(json: &[u8]) -> Result<Self, GvlError> {
        if json.len() > Self::MAX_LEN {
            return Err(GvlError::TooLong { len: json.len() });
        }
        let raw: RawList = serde_json::from_slice(json)
            .map_err(|error| GvlError::NotAList { line: error.line(), column: error.column() })?;
        if let Some(version @ (..=2 | 4..)) = raw.specification_version {
            return Err(GvlError::UnsupportedFormat { version });
        }
        let mut faults = Vec::new();
        let rows = raw.vendors.0.into_iter();
        let mut vendors: Vec<_> =
            rows.filter_map(|(key, row)| row.into_vendor(key, &mut faults)).collect();
        vendors.sort_by_key(ListedVendor::id);
        let twice = vendors.windows(2).find_map(|pair| match pair {
            [one, two] if one.id() == two.id() => Some(one.id()),
            _ => None,
        });
        if let Some(vendor) = twice {
            return Err(GvlError::DuplicateVendor { vendor });
        }
        Ok(Self {
            version: raw.version,
            policy_version: raw.policy_version,
            last_updated: raw.last_updated.and_then(|date| date.0),
            vendors,
            faults,
        })
    }

    /// The field `vendorListVersion`.
    pub const fn version(&self) -> u16 {
        self.version
    }

    /// The field `tcfPolicyVersion`: which policies a CMP that shows this list must follow.
    pub const fn tcf_policy_version(&self) -> Option<u8> {
        self.policy_version
    }

    /// The field `lastUpdated`.
    pub const fn last_updated(&self) -> Option<Timestamp> {
        self.last_updated
    }

    /// The row of `vendor`, deleted or not.
    pub fn vendor(&self, vendor: VendorId) -> Option<&ListedVendor> {
        let index = self.vendors.binary_search_by_key(&vendor, ListedVendor::id).ok()?;
        self.vendors.get(index)
    }

    /// Every row, ascending by id.
    pub fn vendors(&self) -> impl ExactSizeIterator<Item = &ListedVendor> {
        self.vendors.iter()
    }

    /// What was left out because it breaks a rule of the list.
    pub fn faults(&self) -> &[GvlFault] {
        &self.faults
    }

    /// What `vendor` may do on `tc` when it is `at`, by the default rules; for others see
    /// [`Judge::listed_vendor`].
    pub fn judge(&self, tc: &TcString<'_>, vendor: VendorId, at: Timestamp) -> Judgement {
        Judge::new().listed_vendor(tc, self, vendor, at)
    }
}

/// A vendor's row.
#[derive(Clone, Debug)]
pub struct ListedVendor {
    declaration: VendorDeclaration,
    name: Box<str>,
}

impl ListedVendor {
    /// The vendor's number.
    pub const fn id(&self) -> VendorId {
        self.declaration.id
    }

    /// The vendor's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it declares.
    pub const fn declaration(&self) -> &VendorDeclaration {
        &self.declaration
    }
}

/// A rule of the list that a row breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct GvlFault {
    /// Whose row; `None` if it has no usable id.
    pub vendor: Option<VendorId>,
    /// What is wrong with it.
    pub kind: GvlFaultKind,
}

/// What can be wrong with a row.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum GvlFaultKind {
    /// `deletedDate` can't be read: the vendor counts as deleted for ever.
    BadDeletedDate,
    /// The id is missing, 0, over 65,535, or not the key of the map: the row is left out.
    BadId,
    /// A flexible purpose that is not declared: it is left out.
    FlexibleNotDeclared,
    /// A purpose on consent and on legitimate interest: consent counts.
    TwoBases,
    /// A purpose or feature with a number that a TC string can't carry: it is left out.
    UnknownNumber,
}

/// Why a text is not a Global Vendor List.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GvlError {
    /// Ids are never reused, so the list can't be trusted.
    #[error("vendor {vendor} comes twice")]
    DuplicateVendor {
        /// Which one.
        vendor: VendorId,
    },
    /// Not JSON, or without `vendorListVersion` or `vendors`, or one of another shape.
    #[error("not a vendor list: line {line}, column {column}")]
    NotAList {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// Over [`GlobalVendorList::MAX_LEN`].
    #[error("list is {len} bytes long, limit {}", GlobalVendorList::MAX_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// `gvlSpecificationVersion` is not 3.
    #[error("list format {version} is not supported, only 3 is")]
    UnsupportedFormat {
        /// What the list says.
        version: u32,
    },
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<GvlError>();

#[derive(Deserialize)]
struct RawList {
    #[serde(rename = "gvlSpecificationVersion")]
    specification_version: Option<u32>,
    #[serde(rename = "vendorListVersion")]
    version: u16,
    #[serde(rename = "tcfPolicyVersion")]
    policy_version: Option<u8>,
    #[serde(rename = "lastUpdated")]
    last_updated: Option<Date>,
    vendors: Rows<RawVendor>,
}

/// Numbers are read as wide as JSON has them, so that one odd id does not spoil the list.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawVendor {
    id: Option<u32>,
    name: Option<String>,
    purposes: Vec<u32>,
    leg_int_purposes: Vec<u32>,
    flexible_purposes: Vec<u32>,
    special_purposes: Vec<u32>,
    features: Vec<u32>,
    special_features: Vec<u32>,
    deleted_date: Option<Date>,
}

impl RawVendor {
    fn into_vendor(self, key: Option<u32>, faults: &mut Vec<GvlFault>) -> Option<ListedVendor> {
        let id = match (key, self.id) {
            (Some(key), Some(id)) if key != id => None,
            (key, id) => id.or(key),
        };
        let Some(id) = id.and_then(|id| VendorId::new(u16::try_from(id).ok()?)) else {
            faults.push(GvlFault { vendor: None, kind: GvlFaultKind::BadId });
            return None;
        };
        let mut fault = |kind| faults.push(GvlFault { vendor: Some(id), kind });
        let purposes = id_set(&self.purposes, &mut fault);
        let on_interest = id_set(&self.leg_int_purposes, &mut fault);
        let flexible = id_set(&self.flexible_purposes, &mut fault);
        if !purposes.intersection(on_interest).is_empty() {
            fault(GvlFaultKind::TwoBases);
        }
        let leg_int_purposes = on_interest.difference(purposes);
        let flexible_purposes = flexible.intersection(purposes.union(leg_int_purposes));
        if flexible_purposes != flexible {
            fault(GvlFaultKind::FlexibleNotDeclared);
        }
        let deleted = self.deleted_date.map(|date| {
            date.0.unwrap_or_else(|| {
                fault(GvlFaultKind::BadDeletedDate);
                Timestamp::UNIX_EPOCH
            })
        });
        let declaration = VendorDeclaration {
            purposes,
            leg_int_purposes,
            flexible_purposes,
            special_purposes: id_set(&self.special_purposes, &mut fault),
            features: id_set(&self.features, &mut fault),
            special_features: id_set(&self.special_features, &mut fault),
            deleted,
            ..VendorDeclaration::new(id)
        };
        Some(ListedVendor { declaration, name: self.name.unwrap_or_default().into() })
    }
}

fn id_set<T: SmallId>(ids: &[u32], fault: &mut impl FnMut(GvlFaultKind)) -> IdSet<T> {
    let known = |&id: &u32| T::new(u8::try_from(id).ok()?);
    let set: IdSet<T> = ids.iter().filter_map(known).collect();
    if ids.iter().any(|id| known(id).is_none()) {
        fault(GvlFaultKind::UnknownNumber);
    }
    set
}

impl fmt::Display for ListedVendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.id())
    }
}
