//! Publisher restrictions: purposes that the publisher forbids or ties to one legal basis.
//!
//! Their entries have neither `MaxVendorId` nor an encoding flag; a reader that expects them, as
//! the GPP core document words it, misreads every string with restrictions
//! (`docs/sources/tcf.md#restrictions`).

use core::{fmt, iter::FusedIterator};

use crate::{
    Field, Part, Place, Purpose, PurposeSet, ReadError, Segment, VendorId, VendorRange,
    bits::Bits,
    faults::Faults,
    ranges::{self, Walk},
    vendors::{VendorIds, VendorRanges},
};

/// Where the checked restrictions lie in the core segment.
#[derive(Clone, Copy)]
pub(crate) struct RestrictionsLayout {
    /// Bit of the first restriction.
    at: u32,
    count: u16,
}

impl RestrictionsLayout {
    /// Checks `NumPubRestrictions` at bit `at` and all restrictions; also gives the bit after them.
    pub(crate) fn read(
        bits: Bits<'_>,
        at: u32,
        faults: &mut Faults,
    ) -> Result<(Self, u32), ReadError> {
        const OF: (Segment, Field) = (Segment::Core, Field::PubRestrictions);
        let place = |part, bit| Place { segment: OF.0, field: Some(OF.1), part: Some(part), bit };
        let first = at.saturating_add(12);
        if first > bits.len() {
            return Err(ReadError::Truncated(place(Part::NumPubRestrictions, at)));
        }
        #[expect(clippy::cast_possible_truncation, reason = "12 bits were asked for")]
        let count = bits.peek(at, 12) as u16;
        let mut at = first;
        for _ in 0..count {
            let type_at = at.saturating_add(6);
            let entries_at = at.saturating_add(8);
            if type_at > bits.len() {
                return Err(ReadError::Truncated(place(Part::PurposeId, at)));
            }
            if entries_at > bits.len() {
                return Err(ReadError::Truncated(place(Part::RestrictionType, type_at)));
            }
            let (purpose, kind) = head(bits, at);
            if purpose.is_none() {
                return Err(ReadError::BadRestrictionPurpose(place(Part::PurposeId, at)));
            }
            if kind == RESERVED {
                let place = place(Part::RestrictionType, type_at);
                faults.tolerate(ReadError::ReservedRestrictionType(place))?;
            }
            (_, at) = ranges::read(bits, entries_at, None, OF, faults)?;
        }
        Ok((Self { at: first, count }, at))
    }
}

/// Purpose and type of the restriction at bit `at`.
fn head(bits: Bits<'_>, at: u32) -> (Option<Purpose>, u64) {
    let head = bits.peek(at, 8);
    (u8::try_from(head >> 2).ok().and_then(Purpose::new), head & 3)
}

const RESERVED: u64 = 3;

/// What a publisher restriction says.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RestrictionType {
    /// 0: not allowed, whatever the vendor declared.
    NotAllowed,
    /// 1: only with consent.
    RequireConsent,
    /// 2: only with legitimate interest.
    RequireLegitimateInterest,
}

impl RestrictionType {
    /// The specification's number, 0 to 2.
    pub const fn number(self) -> u8 {
        match self {
            Self::NotAllowed => 0,
            Self::RequireConsent => 1,
            Self::RequireLegitimateInterest => 2,
        }
    }

    /// Type 3 is not defined; only lenient reading lets it in, as "not allowed".
    const fn from_field(kind: u64) -> Self {
        match kind {
            1 => Self::RequireConsent,
            2 => Self::RequireLegitimateInterest,
            _ => Self::NotAllowed,
        }
    }
}

/// The publisher restrictions in the order of the text.
///
/// One (purpose, type) pair may come several times, and a restriction may name no vendor;
/// [`merged`](Self::merged) has neither.
#[derive(Clone)]
pub struct PublisherRestrictions<'a> {
    bits: Bits<'a>,
    at: u32,
    left: u16,
}

impl<'a> PublisherRestrictions<'a> {
    pub(crate) const fn new(bits: Bits<'a>, layout: RestrictionsLayout) -> Self {
        Self { bits, at: layout.at, left: layout.count }
    }

    /// What the restrictions not yet passed say about `vendor`, in one walk over them.
    pub(crate) fn on(self, vendor: VendorId) -> Restrictions {
        let mut on = Restrictions::default();
        self.walk(|purpose, kind, mut vendors| {
            if vendors.any(|range| range.contains(vendor)) {
                match kind {
                    RestrictionType::NotAllowed => on.not_allowed.insert(purpose),
                    RestrictionType::RequireConsent => on.require_consent.insert(purpose),
                    RestrictionType::RequireLegitimateInterest => {
                        on.require_legitimate_interest.insert(purpose);
                    }
                }
            }
            vendors.end()
        });
        on
    }

    /// The restrictions not yet passed, one for each (purpose, type) pair that names a vendor,
    /// ascending by both.
    ///
    /// Sorts a copy of the entries: as much memory as a few times the text.
    pub fn merged(self) -> Vec<MergedRestriction> {
        let mut entries = Vec::new();
        self.walk(|purpose, kind, mut vendors| {
            entries.extend(vendors.by_ref().map(|range| (purpose, kind, range)));
            vendors.end()
        });
        entries.sort_unstable();
        let same_pair = |a: &Entry, b: &Entry| (a.0, a.1) == (b.0, b.1);
        let of_pair = |entries: &[Entry]| {
            let &(purpose, restriction_type, _) = entries.first()?;
            let vendors = ranges::merge(entries.iter().map(|entry| entry.2).collect());
            Some(MergedRestriction { purpose, restriction_type, vendors })
        };
        entries.chunk_by(same_pair).filter_map(of_pair).collect()
    }

    /// Gives each restriction to `visit`, which returns the bit after its entries.
    fn walk(mut self, mut visit: impl FnMut(Purpose, RestrictionType, Walk<'a>) -> u32) {
        while let Some((purpose, kind, vendors)) = self.next_head() {
            self.at = visit(purpose, kind, vendors);
        }
    }

    /// The next restriction; the caller moves `at` past its entries.
    fn next_head(&mut self) -> Option<(Purpose, RestrictionType, Walk<'a>)> {
        self.left = self.left.checked_sub(1)?;
        let (purpose, kind) = head(self.bits, self.at);
        let vendors = ranges::walk_at(self.bits, self.at.saturating_add(8));
        Some((purpose?, RestrictionType::from_field(kind), vendors))
    }
}

type Entry = (Purpose, RestrictionType, VendorRange);

impl<'a> Iterator for PublisherRestrictions<'a> {
    type Item = PublisherRestriction<'a>;

    /// Costs the entries of the restriction that it passes.
    fn next(&mut self) -> Option<Self::Item> {
        let (purpose, restriction_type, vendors) = self.next_head()?;
        self.at = vendors.clone().end();
        Some(PublisherRestriction { purpose, restriction_type, vendors })
    }
}

impl FusedIterator for PublisherRestrictions<'_> {}

impl fmt::Debug for PublisherRestrictions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublisherRestrictions").field("left", &self.left).finish_non_exhaustive()
    }
}

/// One restriction as it was written.
#[derive(Clone)]
pub struct PublisherRestriction<'a> {
    purpose: Purpose,
    restriction_type: RestrictionType,
    vendors: Walk<'a>,
}

impl<'a> PublisherRestriction<'a> {
    /// What is restricted.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// To what.
    pub const fn restriction_type(&self) -> RestrictionType {
        self.restriction_type
    }

    /// Whether it concerns `vendor`.
    pub fn contains(&self, vendor: VendorId) -> bool {
        self.vendors.clone().any(|range| range.contains(vendor))
    }

    /// The ranges as written; they may overlap, need not ascend, and may name vendors that are not
    /// on any list.
    pub fn ranges(&self) -> VendorRanges<'a> {
        VendorRanges::written(self.vendors.clone())
    }
}

impl fmt::Debug for PublisherRestriction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublisherRestriction")
            .field("purpose", &self.purpose)
            .field("restriction_type", &self.restriction_type)
            .finish_non_exhaustive()
    }
}

/// All vendors of one (purpose, type) pair.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MergedRestriction {
    purpose: Purpose,
    restriction_type: RestrictionType,
    vendors: Vec<VendorRange>,
}

impl MergedRestriction {
    /// What is restricted.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// To what.
    pub const fn restriction_type(&self) -> RestrictionType {
        self.restriction_type
    }

    /// Ascending, apart from each other, at least one.
    pub fn ranges(&self) -> &[VendorRange] {
        &self.vendors
    }

    /// Each vendor once, ascending.
    pub fn vendors(&self) -> VendorIds<'static> {
        VendorIds::new(VendorRanges::merged(self.vendors.clone()))
    }
}

/// What the publisher's restrictions say about one vendor.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Restrictions {
    /// Purposes under restriction type 0.
    pub not_allowed: PurposeSet,
    /// Purposes under restriction type 1.
    pub require_consent: PurposeSet,
    /// Purposes under restriction type 2.
    pub require_legitimate_interest: PurposeSet,
}
