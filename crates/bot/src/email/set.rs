//! An exact, compact set of domains with what each is listed as.

use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeMap;

use predispatch_suffix::{Suffix, registrable, suffix};

use super::{Domain, Listing, domain::Parts};

/// Disposable domains: exact, and some ten bytes for each.
///
/// It is a finite-state transducer over the names (crate `fst`): prefixes and endings that many
/// share are kept once.
pub struct DisposableDomains(fst::Map<Cow<'static, [u8]>>);

/// One list that a set is built from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DomainList<'a> {
    /// What a domain on it is.
    pub kind: ListKind,
    /// One domain a line; `#` and `//` begin comments; empty lines are skipped.
    pub text: &'a str,
}

impl<'a> DomainList<'a> {
    /// A list.
    pub const fn new(kind: ListKind, text: &'a str) -> Self {
        Self { kind, text }
    }
}

/// How far a list is to be trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ListKind {
    /// Each entry was looked at by somebody.
    Curated,
    /// Hosts that give every visitor a subdomain.
    Wildcard,
    /// Collected. Two of these have to agree: a single one holds ordinary providers too.
    Collected,
}

/// What became of the rows of the lists.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct LoadReport {
    /// Domains in the set.
    pub domains: usize,
    /// Rows that are no domain, or a whole public suffix such as `co.uk`, with the line of the
    /// first one in its list, counted from 1.
    pub bad_rows: usize,
    /// The line of the first bad row.
    pub first_bad_line: Option<usize>,
}

/// Why a set was not built. The old one stays in use.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// More rows are bad than the caller allows.
    #[error("{bad} of {rows} rows are no domain, more than allowed")]
    TooManyBadRows {
        /// Bad rows.
        bad: usize,
        /// All rows.
        rows: usize,
    },
    /// More than [`DisposableDomains::MAX_ROWS`] rows.
    #[error("more than {} rows", DisposableDomains::MAX_ROWS)]
    TooManyRows,
    /// The set could not be written.
    #[error("the set of domains could not be built")]
    NotBuilt,
}

impl LoadError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooManyBadRows { .. } => "email_list_bad_rows",
            Self::TooManyRows => "email_list_too_many_rows",
            Self::NotBuilt => "email_list_not_built",
        }
    }
}

const CURATED: u64 = 1;
const WILDCARD: u64 = 1 << 1;
const REPORTED: u64 = 1 << 2;
const REPORTED_ONCE: u64 = 1 << 3;

impl DisposableDomains {
    /// The most rows of all lists together.
    pub const MAX_ROWS: usize = 5_000_000;

    /// The bundled set; `data/NOTICE` says whose lists, and how old.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Self {
        let bytes: &'static [u8] = include_bytes!("../../data/email/disposable.fst");
        let map = fst::Map::new(Cow::Borrowed(bytes));
        Self(map.unwrap_or_else(|_| unreachable!("a test reads the bundled set")))
    }

    /// A set without domains.
    pub fn empty() -> Self {
        Self(fst::Map::default().map_data(Cow::Owned).unwrap_or_else(|_| unreachable!("as it was")))
    }

    /// Builds a set from lists, which may be newer than the bundled ones. Up to `max_bad` of a
    /// thousand rows may be bad.
    ///
    /// # Errors
    /// If more are, or there are too many rows.
    pub fn from_lists(
        lists: &[DomainList<'_>],
        max_bad_per_mille: usize,
    ) -> Result<(Self, LoadReport), LoadError> {
        let mut domains: BTreeMap<String, (u64, u32)> = BTreeMap::new();
        let mut report = LoadReport::default();
        let mut rows = 0_usize;
        for (index, list) in lists.iter().enumerate() {
            for (line, row) in list.text.lines().enumerate() {
                let row = row.trim().trim_start_matches('\u{feff}');
                if row.is_empty() || row.starts_with('#') || row.starts_with("//") {
                    continue;
                }
                rows = rows.saturating_add(1);
                if rows > Self::MAX_ROWS {
                    return Err(LoadError::TooManyRows);
                }
                match listable(row, list.kind) {
                    Some(name) => note(&mut domains, name, list.kind, index),
                    None => {
                        let line = line.saturating_add(1);
                        report.bad_rows = report.bad_rows.saturating_add(1);
                        report.first_bad_line = report.first_bad_line.or(Some(line));
                    }
                }
            }
        }
        if report.bad_rows.saturating_mul(1_000) > rows.saturating_mul(max_bad_per_mille) {
            return Err(LoadError::TooManyBadRows { bad: report.bad_rows, rows });
        }
        report.domains = domains.len();
        Ok((Self::build(domains)?, report))
    }

    fn build(domains: BTreeMap<String, (u64, u32)>) -> Result<Self, LoadError> {
        let rows = domains.into_iter().map(|(name, (bits, lists))| (name, class(bits, lists)));
        let map = fst::Map::from_iter(rows).map_err(|_| LoadError::NotBuilt)?;
        map.map_data(Cow::Owned).map(Self).map_err(|_| LoadError::NotBuilt)
    }

    /// How many domains there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The set's bytes, as they lie in memory: what `scripts/refresh-bot-data` bundles.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_fst().as_bytes()
    }

    /// What a domain, or a parent of it down to the registrable one, is listed as. The surest
    /// listing wins.
    pub fn listing(&self, domain: &Domain) -> Option<Listing> {
        self.listing_of(domain.parts())
    }

    pub(super) fn listing_of(&self, domain: Parts<'_>) -> Option<Listing> {
        let of = |name: &str| self.0.get(name).and_then(listing_of);
        domain.up_to_registrable().filter_map(of).max().or_else(|| {
            // Hosts of wildcard subdomains can themselves stand on the public suffix list. A name of
            // one label never is in the set: it is no `Domain`.
            let parent = domain.parent().filter(|parent| parent.contains('.'));
            parent.and_then(of).filter(|listing| *listing == Listing::Wildcard)
        })
    }
}

fn note(domains: &mut BTreeMap<String, (u64, u32)>, name: String, kind: ListKind, list: usize) {
    let (bits, lists) = domains.entry(name).or_default();
    match kind {
        ListKind::Curated => *bits |= CURATED,
        ListKind::Wildcard => *bits |= WILDCARD,
        // A bit for each list, so that a repeated row is no second opinion.
        ListKind::Collected => {
            *lists |= 1_u32.checked_shl(u32::try_from(list).unwrap_or(31)).unwrap_or(0)
        }
    }
}

const fn class(bits: u64, lists: u32) -> u64 {
    bits | match lists.count_ones() {
        0 => 0,
        1 => REPORTED_ONCE,
        _ => REPORTED,
    }
}

const fn listing_of(bits: u64) -> Option<Listing> {
    Some(match bits {
        _ if bits & CURATED != 0 => Listing::Curated,
        _ if bits & WILDCARD != 0 => Listing::Wildcard,
        _ if bits & REPORTED != 0 => Listing::Reported,
        _ if bits & REPORTED_ONCE != 0 => Listing::ReportedOnce,
        _ => return None,
    })
}

/// The name as it is looked up, if a list may hold it: no public suffix, for that would take all the
/// domains under it. A wildcard host may be one of the list's private part.
fn listable(row: &str, kind: ListKind) -> Option<String> {
    let domain = Domain::parse(row.trim_start_matches("*.")).ok()?;
    let name = domain.as_str();
    let may_be_whole = kind == ListKind::Wildcard && suffix(name) == Suffix::Private;
    if registrable(name).is_none() && !may_be_whole {
        return None;
    }
    Some(name.to_owned())
}

impl fmt::Debug for DisposableDomains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisposableDomains").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use fst::Streamer as _;

    use super::*;

    #[test]
    fn every_bundled_name_has_two_labels() {
        let set = DisposableDomains::bundled();
        let mut names = set.0.keys();
        let mut seen = 0;
        while let Some(name) = names.next() {
            assert!(name.contains(&b'.'));
            seen += 1;
        }
        assert_eq!(seen, set.len());
        assert!(seen > 100_000);
    }
}
