//! Which of the two codings of ranges a text has.

use super::{
    restrictions::Restrictions,
    vendor_list::{VendorCoding, VendorList},
};
use crate::{Fault, bits::BitReader};

/// The fields at the end of the core, whose coding has to be found out.
#[derive(Clone, Copy)]
pub(super) struct Vendors<'a> {
    pub(super) express: VendorList<'a>,
    pub(super) implied: VendorList<'a>,
    pub(super) restrictions: Restrictions<'a>,
    pub(super) coding: VendorCoding,
}

impl<'a> Vendors<'a> {
    pub(super) fn parse(
        mut bits: BitReader<'a>,
        coding: VendorCoding,
    ) -> Result<Self, (&'static str, usize, Fault)> {
        let named = |name| move |(bit, fault)| (name, bit, fault);
        let bits = &mut bits;
        let express = VendorList::parse(bits, coding).map_err(named("VendorExpressConsent"))?;
        let implied = VendorList::parse(bits, coding).map_err(named("VendorImpliedConsent"))?;
        let restrictions = Restrictions::parse(bits, coding).map_err(named("PubRestrictions"))?;
        match bits.first_set() {
            Some(bit) => Err(("", bit, Fault::TrailingBits)),
            None => Ok(Self { express, implied, restrictions, coding }),
        }
    }

    pub(super) fn has_ranges(&self) -> bool {
        self.express.has_ranges() || self.implied.has_ranges() || !self.restrictions.is_empty()
    }

    pub(super) fn is_equal(&self, other: &Self) -> bool {
        self.express.has_ranges_of(&other.express)
            && self.implied.has_ranges_of(&other.implied)
            && self.restrictions.are_equal(&other.restrictions)
    }

    pub(super) fn is_canonical(&self) -> bool {
        self.express.is_canonical(self.coding, true)
            && self.implied.is_canonical(self.coding, true)
            && self.restrictions.are_canonical()
    }
}

/// Reads in the coding that fits, `first` before the other.
///
/// The official library takes the Fibonacci reading whenever a writer could have written it, and so
/// misreads some texts of its own older releases. Here a text that either writer could have written,
/// with another meaning each, is refused.
pub(super) fn either<T>(
    first: VendorCoding,
    parse: impl Fn(VendorCoding) -> Result<T, (&'static str, usize, Fault)>,
    has_ranges: impl Fn(&T) -> bool,
    is_canonical: impl Fn(&T) -> bool,
    are_equal: impl Fn(&T, &T) -> bool,
) -> Result<T, (&'static str, usize, Fault)> {
    let second = match first {
        VendorCoding::Fibonacci => VendorCoding::Integer,
        VendorCoding::Integer => VendorCoding::Fibonacci,
    };
    let one = match parse(first) {
        Ok(one) if !has_ranges(&one) => return Ok(one),
        Ok(one) => one,
        Err(error) => return parse(second).map_err(|_| error),
    };
    let Ok(other) = parse(second) else { return Ok(one) };
    match (is_canonical(&one), is_canonical(&other)) {
        (true, false) => Ok(one),
        (false, true) => Ok(other),
        _ if are_equal(&one, &other) => Ok(one),
        _ => Err(("", 0, Fault::AmbiguousEncoding)),
    }
}
