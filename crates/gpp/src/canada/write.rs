//! Writing the Canadian section.

use core::fmt;

use predispatch_types::Timestamp;

use super::{
    PublisherPurposes, RestrictionType, TcfCaV1, VendorCoding, VendorList,
    restrictions::{LAST_PURPOSE, MAX_RESTRICTIONS},
    tcf_ca_v1::{DISCLOSED, PUBLISHER},
    vendor_list::{MAX_RANGES, RANGES_HEAD_BITS, range_width},
};
use crate::{bit_writer::BitWriter, fibonacci};

/// What a Canadian section says, owned, for CMPs and tests.
///
/// ```
/// use predispatch_gpp::{TcfCaV1, TcfCaV1Values};
///
/// let mut values = TcfCaV1Values::new();
/// values.vendor_express_consent = vec![2, 3, 4, 755];
/// let text = values.to_text()?;
/// let section = TcfCaV1::parse(&text).unwrap();
/// assert!(section.vendor_express_consent().iter().eq([2, 3, 4, 755]));
/// assert_eq!(TcfCaV1Values::from(&section), values);
/// # Ok::<(), predispatch_gpp::TcfCaV1WriteError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Eq, PartialEq)]
pub struct TcfCaV1Values {
    /// When consent was first given.
    pub created: Timestamp,
    /// When it was last changed.
    pub last_updated: Timestamp,
    /// 0 to 4095.
    pub cmp_id: u16,
    /// 0 to 4095.
    pub cmp_version: u16,
    /// 0 to 63.
    pub consent_screen: u8,
    /// Two letters from A to Z.
    pub consent_language: [char; 2],
    /// 0 to 4095.
    pub vendor_list_version: u16,
    /// 0 to 63.
    pub tcf_policy_version: u8,
    /// Whether the publisher has its own stacks.
    pub use_non_standard_stacks: bool,
    /// Special features 1 to 12; bit 0 is the first.
    pub special_feature_express_consent: u16,
    /// Purposes 1 to 24; bit 0 is the first.
    pub purposes_express_consent: u32,
    /// As above.
    pub purposes_implied_consent: u32,
    /// Ids from 1, ascending.
    pub vendor_express_consent: Vec<u16>,
    /// As above.
    pub vendor_implied_consent: Vec<u16>,
    /// Purpose, kind and vendors, ascending.
    pub restrictions: Vec<(u8, RestrictionType, Vec<u16>)>,
    /// `None`: without the sub-section.
    pub disclosed_vendors: Option<Vec<u16>>,
    /// `None`: without the sub-section.
    pub publisher_purposes: Option<PublisherPurposes>,
    /// How ranges are written.
    pub vendor_coding: VendorCoding,
}

impl TcfCaV1Values {
    /// No consent, in English, at the start of 1970.
    pub const fn new() -> Self {
        Self {
            created: Timestamp::UNIX_EPOCH,
            last_updated: Timestamp::UNIX_EPOCH,
            cmp_id: 0,
            cmp_version: 0,
            consent_screen: 0,
            consent_language: ['E', 'N'],
            vendor_list_version: 0,
            tcf_policy_version: 2,
            use_non_standard_stacks: false,
            special_feature_express_consent: 0,
            purposes_express_consent: 0,
            purposes_implied_consent: 0,
            vendor_express_consent: Vec::new(),
            vendor_implied_consent: Vec::new(),
            restrictions: Vec::new(),
            disclosed_vendors: None,
            publisher_purposes: None,
            vendor_coding: VendorCoding::Fibonacci,
        }
    }

    /// The section's text, padded as the official library does.
    ///
    /// # Errors
    /// The first field that can't be written.
    pub fn to_text(&self) -> Result<String, TcfCaV1WriteError> {
        let mut core = Writer { bits: BitWriter::default(), coding: self.vendor_coding };
        core.number("Version", 1, 6)?;
        core.datetime("Created", self.created)?;
        core.datetime("LastUpdated", self.last_updated)?;
        core.number("CmpId", self.cmp_id.into(), 12)?;
        core.number("CmpVersion", self.cmp_version.into(), 12)?;
        core.number("ConsentScreen", self.consent_screen.into(), 6)?;
        for letter in self.consent_language {
            let number = u64::from(letter).checked_sub(u64::from('A')).filter(|n| *n < 26);
            let field = "ConsentLanguage";
            core.number(field, number.ok_or(TcfCaV1WriteError::OutOfRange { field })?, 6)?;
        }
        core.number("VendorListVersion", self.vendor_list_version.into(), 12)?;
        core.number("TcfPolicyVersion", self.tcf_policy_version.into(), 6)?;
        core.bits.bit(self.use_non_standard_stacks);
        let features = self.special_feature_express_consent.into();
        core.bitfield("SpecialFeatureExpressConsent", features, 12)?;
        core.bitfield("PurposesExpressConsent", self.purposes_express_consent.into(), 24)?;
        core.bitfield("PurposesImpliedConsent", self.purposes_implied_consent.into(), 24)?;
        core.vendors("VendorExpressConsent", &self.vendor_express_consent)?;
        core.vendors("VendorImpliedConsent", &self.vendor_implied_consent)?;
        core.restrictions(&self.restrictions)?;
        let mut text = core.bits.to_base64url();
        if let Some(purposes) = &self.publisher_purposes {
            text.push('.');
            text.push_str(&self.publisher(purposes)?);
        }
        if let Some(vendors) = &self.disclosed_vendors {
            let mut segment = Writer { bits: BitWriter::default(), coding: self.vendor_coding };
            segment.bits.write(DISCLOSED, 3);
            segment.vendors("DisclosedVendors", vendors)?;
            text.push('.');
            text.push_str(&segment.bits.to_base64url());
        }
        Ok(text)
    }

    fn publisher(&self, purposes: &PublisherPurposes) -> Result<String, TcfCaV1WriteError> {
        let mut segment = Writer { bits: BitWriter::default(), coding: self.vendor_coding };
        segment.bits.write(PUBLISHER, 3);
        segment.bitfield("PubPurposesExpressConsent", purposes.express_consent.into(), 24)?;
        segment.bitfield("PubPurposesImpliedConsent", purposes.implied_consent.into(), 24)?;
        segment.number("NumCustomPurposes", purposes.num_custom_purposes.into(), 6)?;
        let width = purposes.num_custom_purposes.into();
        let express = purposes.custom_express_consent;
        segment.bitfield("CustomPurposesExpressConsent", express, width)?;
        let implied = purposes.custom_implied_consent;
        segment.bitfield("CustomPurposesImpliedConsent", implied, width)?;
        Ok(segment.bits.to_base64url())
    }
}

impl Default for TcfCaV1Values {
    fn default() -> Self {
        Self::new()
    }
}

/// A person's choices.
impl fmt::Debug for TcfCaV1Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TcfCaV1Values(<redacted>)")
    }
}

/// Copies every list: a short text may name very many vendors.
impl From<&TcfCaV1<'_>> for TcfCaV1Values {
    fn from(section: &TcfCaV1<'_>) -> Self {
        let ids = |list: VendorList<'_>| list.iter().collect::<Vec<_>>();
        let set = |last: u8, is_set: &dyn Fn(u8) -> bool| {
            (1..=last).rev().fold(0, |bits: u32, id| (bits << 1) | u32::from(is_set(id)))
        };
        let features = set(12, &|id| section.special_feature_express_consent(id));
        Self {
            created: section.created(),
            last_updated: section.last_updated(),
            cmp_id: section.cmp_id(),
            cmp_version: section.cmp_version(),
            consent_screen: section.consent_screen(),
            consent_language: section.consent_language(),
            vendor_list_version: section.vendor_list_version(),
            tcf_policy_version: section.tcf_policy_version(),
            use_non_standard_stacks: section.use_non_standard_stacks(),
            special_feature_express_consent: u16::try_from(features).unwrap_or_default(),
            purposes_express_consent: set(LAST_PURPOSE, &|id| section.purpose_express_consent(id)),
            purposes_implied_consent: set(LAST_PURPOSE, &|id| section.purpose_implied_consent(id)),
            vendor_express_consent: ids(section.vendor_express_consent()),
            vendor_implied_consent: ids(section.vendor_implied_consent()),
            restrictions: section
                .restrictions()
                .map(|restriction| {
                    (restriction.purpose, restriction.kind, ids(restriction.vendors))
                })
                .collect(),
            disclosed_vendors: section.disclosed_vendors().map(ids),
            publisher_purposes: section.publisher_purposes(),
            vendor_coding: section.vendor_coding(),
        }
    }
}

/// Why a Canadian section can't be written.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TcfCaV1WriteError {
    /// A number, letter or time that does not fit its field, or a set bit past its end.
    #[error("{field} does not fit")]
    OutOfRange {
        /// The field's name in the specification.
        field: &'static str,
    },
    /// Over [`TcfCaV1::MAX_RESTRICTIONS`], or more ranges than the list's
    /// Int(12) can count.
    #[error("{field} has too many entries")]
    TooMany {
        /// The field's name in the specification.
        field: &'static str,
    },
    /// Ids are not ascending, or one is 0.
    #[error("{field} is not ascending from 1")]
    VendorOrder {
        /// The field's name in the specification.
        field: &'static str,
    },
}

impl TcfCaV1WriteError {
    /// Stable, lower-case, with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "out_of_range",
            Self::TooMany { .. } => "too_many",
            Self::VendorOrder { .. } => "vendor_order",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<TcfCaV1WriteError>();

struct Writer {
    bits: BitWriter,
    coding: VendorCoding,
}

impl Writer {
    fn number(
        &mut self,
        field: &'static str,
        number: u64,
        width: u32,
    ) -> Result<(), TcfCaV1WriteError> {
        if number.checked_shr(width).unwrap_or_default() != 0 {
            return Err(TcfCaV1WriteError::OutOfRange { field });
        }
        self.bits.write(number, width);
        Ok(())
    }

    fn datetime(
        &mut self,
        field: &'static str,
        moment: Timestamp,
    ) -> Result<(), TcfCaV1WriteError> {
        let tenths = u64::try_from(moment.unix_millis().div_euclid(100));
        self.number(field, tenths.map_err(|_| TcfCaV1WriteError::OutOfRange { field })?, 36)
    }

    /// The lowest bit first.
    fn bitfield(
        &mut self,
        field: &'static str,
        set: u64,
        width: u32,
    ) -> Result<(), TcfCaV1WriteError> {
        if set.checked_shr(width).unwrap_or_default() != 0 {
            return Err(TcfCaV1WriteError::OutOfRange { field });
        }
        for place in 0..width {
            self.bits.bit(set.checked_shr(place).unwrap_or_default() & 1 == 1);
        }
        Ok(())
    }

    /// The shorter of ranges and a bit for each id; ranges if equal, as the official library does.
    /// (More ranges than their number can tell are bits; the library's count overflows there.)
    fn vendors(&mut self, field: &'static str, ids: &[u16]) -> Result<(), TcfCaV1WriteError> {
        let ranges = ranges(field, ids)?;
        let max = ids.last().copied().unwrap_or_default();
        let mut width = RANGES_HEAD_BITS;
        let mut last = 0;
        for &(start, end) in &ranges {
            width = width.saturating_add(range_width(self.coding, last, start, end));
            last = end;
        }
        self.bits.write(u64::from(max), 16);
        let as_ranges = width <= usize::from(max) && ranges.len() <= MAX_RANGES;
        self.bits.bit(as_ranges);
        if as_ranges {
            return self.ranges(field, &ranges);
        }
        let mut ids = ids.iter().peekable();
        for id in 1..=max {
            self.bits.bit(ids.next_if_eq(&&id).is_some());
        }
        Ok(())
    }

    fn ranges(
        &mut self,
        field: &'static str,
        ranges: &[(u16, u16)],
    ) -> Result<(), TcfCaV1WriteError> {
        if ranges.len() > MAX_RANGES {
            return Err(TcfCaV1WriteError::TooMany { field });
        }
        self.bits.write(u64::try_from(ranges.len()).unwrap_or_default(), 12);
        let mut last = 0;
        for &(start, end) in ranges {
            let is_group = end > start;
            self.bits.bit(is_group);
            match self.coding {
                VendorCoding::Fibonacci => {
                    fibonacci::write(&mut self.bits, start.saturating_sub(last));
                    fibonacci::write(&mut self.bits, end.saturating_sub(start));
                }
                VendorCoding::Integer => {
                    self.bits.write(u64::from(start), 16);
                    if is_group {
                        self.bits.write(u64::from(end), 16);
                    }
                }
            }
            last = end;
        }
        Ok(())
    }

    fn restrictions(
        &mut self,
        restrictions: &[(u8, RestrictionType, Vec<u16>)],
    ) -> Result<(), TcfCaV1WriteError> {
        let field = "PubRestrictions";
        if restrictions.len() > MAX_RESTRICTIONS {
            return Err(TcfCaV1WriteError::TooMany { field });
        }
        self.bits.write(u64::try_from(restrictions.len()).unwrap_or_default(), 12);
        for (purpose, kind, vendors) in restrictions {
            if !(1..=LAST_PURPOSE).contains(purpose) {
                return Err(TcfCaV1WriteError::OutOfRange { field });
            }
            self.bits.write(u64::from(*purpose), 6);
            self.bits.write(u64::from(kind.as_u8()), 2);
            match self.coding {
                VendorCoding::Fibonacci => self.vendors(field, vendors)?,
                VendorCoding::Integer => self.ranges(field, &ranges(field, vendors)?)?,
            }
        }
        Ok(())
    }
}

/// Neighbouring ids joined.
fn ranges(field: &'static str, ids: &[u16]) -> Result<Vec<(u16, u16)>, TcfCaV1WriteError> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    let mut last = 0;
    for &id in ids {
        if id <= last {
            return Err(TcfCaV1WriteError::VendorOrder { field });
        }
        match ranges.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(id) => *end = id,
            _ => ranges.push((id, id)),
        }
        last = id;
    }
    Ok(ranges)
}
