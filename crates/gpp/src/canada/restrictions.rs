//! Publisher restrictions.

use super::vendor_list::{VendorCoding, VendorList};
use crate::{Fault, bits::BitReader};

/// What a publisher forbids or requires for a purpose, and for which vendors.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct Restriction<'a> {
    /// 1 to 24.
    pub purpose: u8,
    /// What is restricted.
    pub kind: RestrictionType,
    /// For whom.
    pub vendors: VendorList<'a>,
}

/// The kind of a [`Restriction`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RestrictionType {
    /// 0: the publisher does not allow the purpose.
    NotAllowed,
    /// 1: only express consent will do.
    RequireExpressConsent,
    /// 2: only implied consent will do.
    RequireImpliedConsent,
}

impl RestrictionType {
    /// The number on the wire.
    pub const fn as_u8(self) -> u8 {
        match self {
            Self::NotAllowed => 0,
            Self::RequireExpressConsent => 1,
            Self::RequireImpliedConsent => 2,
        }
    }

    const fn from_bits(bits: u16) -> Option<Self> {
        match bits {
            0 => Some(Self::NotAllowed),
            1 => Some(Self::RequireExpressConsent),
            2 => Some(Self::RequireImpliedConsent),
            _ => None,
        }
    }
}

/// The field `PubRestrictions`, N-ArrayOfRanges(6,2), checked.
#[derive(Clone, Copy)]
pub(super) struct Restrictions<'a> {
    bits: BitReader<'a>,
    count: u16,
    coding: VendorCoding,
}

impl<'a> Restrictions<'a> {
    /// Int(12) number of entries; each has Int(6) purpose, Int(2) type and vendors.
    ///
    /// The official library takes a text that ends before the number as one without restrictions.
    /// Here it is cut short: what was cut off may have been a "not allowed".
    pub(super) fn parse(
        bits: &mut BitReader<'a>,
        coding: VendorCoding,
    ) -> Result<Self, (usize, Fault)> {
        let at = bits.position();
        let count = bits.read_u16(12).ok_or((at, Fault::CutShort))?;
        if usize::from(count) > MAX_RESTRICTIONS {
            return Err((at, Fault::TooManyRestrictions));
        }
        let restrictions = Self { bits: *bits, count, coding };
        for _ in 0..count {
            parse_one(bits, coding)?;
        }
        Ok(restrictions)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Restriction<'a>> + use<'a> {
        let (mut bits, coding) = (self.bits, self.coding);
        (0..self.count).map_while(move |_| parse_one(&mut bits, coding).ok())
    }

    /// Whether there is any, so that the coding matters.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn are_equal(&self, other: &Self) -> bool {
        let same = |one: Restriction<'_>, other: Restriction<'_>| {
            one.purpose == other.purpose
                && one.kind == other.kind
                && one.vendors.has_ranges_of(&other.vendors)
        };
        self.count == other.count
            && self.iter().zip(other.iter()).all(|(one, other)| same(one, other))
    }

    /// As [`VendorList::is_canonical`].
    pub(super) fn are_canonical(&self) -> bool {
        let has_max = self.coding == VendorCoding::Fibonacci;
        self.iter().all(|restriction| restriction.vendors.is_canonical(self.coding, has_max))
    }
}

fn parse_one<'a>(
    bits: &mut BitReader<'a>,
    coding: VendorCoding,
) -> Result<Restriction<'a>, (usize, Fault)> {
    let at = bits.position();
    let purpose = bits.read_u16(6).ok_or((at, Fault::CutShort))?;
    let kind = bits.read_u16(2).ok_or((at, Fault::CutShort))?;
    let purpose = u8::try_from(purpose).ok().filter(|purpose| (1..=LAST_PURPOSE).contains(purpose));
    let (Some(purpose), Some(kind)) = (purpose, RestrictionType::from_bits(kind)) else {
        return Err((at, Fault::UndefinedValue));
    };
    let vendors = match coding {
        VendorCoding::Fibonacci => VendorList::parse(bits, coding)?,
        VendorCoding::Integer => VendorList::parse_ranges(bits, coding, u16::MAX)?,
    };
    Ok(Restriction { purpose, kind, vendors })
}

/// Purposes 1 to 24.
pub(super) const LAST_PURPOSE: u8 = 24;

/// One for each purpose and type.
pub(super) const MAX_RESTRICTIONS: usize = 72;
