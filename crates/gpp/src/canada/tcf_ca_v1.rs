//! Reading the Canadian section.

use core::fmt;

use predispatch_types::Timestamp;

use super::{
    Restriction, RestrictionType, VendorCoding, VendorList,
    coding::{Vendors, either},
    fields::{Fields, error, reader},
    restrictions::{LAST_PURPOSE, MAX_RESTRICTIONS},
};
use crate::{Fault, MAX_SEGMENTS, SectionError, bits::BitReader};

/// The Canadian section, as a view of its text.
///
/// Ranges of vendors have been written in two ways, and nothing in the text says which. Both are
/// tried: one that can't be read, or that no writer would have written so, yields to the other. A
/// text that is left with two meanings is refused.
///
/// ```
/// use predispatch_gpp::{CaChoice, TcfCaV1};
///
/// let section = TcfCaV1::parse("BQdWToAQdWToAR-gy0DEzFCI4zyQjQVAhgApABKwAUfvf4AIYACZAICA")?;
/// assert_eq!(section.cmp_id(), 1150);
/// assert!(section.vendor_express_consent().iter().eq([20]));
/// assert_eq!(section.choice(4, 20), CaChoice::Express);
/// assert_eq!(section.choice(4, 19), CaChoice::Neither);
/// # Ok::<(), predispatch_gpp::SectionError>(())
/// ```
#[derive(Clone, Copy)]
pub struct TcfCaV1<'a> {
    created: Timestamp,
    last_updated: Timestamp,
    cmp_id: u16,
    cmp_version: u16,
    consent_screen: u8,
    consent_language: [u8; 2],
    vendor_list_version: u16,
    tcf_policy_version: u8,
    use_non_standard_stacks: bool,
    special_feature_express_consent: u16,
    purposes_express_consent: u32,
    purposes_implied_consent: u32,
    vendors: Vendors<'a>,
    disclosed: Option<VendorList<'a>>,
    publisher: Option<PublisherPurposes>,
}

/// The sub-section on the publisher's own purposes.
#[non_exhaustive]
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub struct PublisherPurposes {
    /// Purposes 1 to 24; bit 0 is purpose 1. So are all four.
    pub express_consent: u32,
    /// As above.
    pub implied_consent: u32,
    /// How many purposes the publisher has added, 0 to 63.
    pub num_custom_purposes: u8,
    /// Custom purposes; bit 0 is the first.
    pub custom_express_consent: u64,
    /// As above.
    pub custom_implied_consent: u64,
}

/// What a person chose about one purpose of one vendor in Canada.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CaChoice {
    /// Express consent.
    Express,
    /// Implied consent, and no objection.
    Implied,
    /// None, an objection, or the publisher does not allow it.
    Neither,
}

impl<'a> TcfCaV1<'a> {
    /// The most publisher restrictions that are read: one for each purpose and type.
    pub const MAX_RESTRICTIONS: usize = MAX_RESTRICTIONS;

    /// Reads the text of section 5.
    ///
    /// # Errors
    /// The first broken rule, as a [`SectionError`].
    pub fn parse(text: &'a str) -> Result<Self, SectionError> {
        let mut segments = text.split('.').enumerate();
        let (_, core) = segments.next().unwrap_or_default();
        let mut section = parse_core(core)?;
        for (segment, text) in segments {
            if segment >= MAX_SEGMENTS {
                return Err(error(segment, "", 0, Fault::TooManySegments));
            }
            let mut bits = reader(segment, text)?;
            let field = "SubsectionType";
            let kind = bits.read(3).ok_or_else(|| error(segment, field, 0, Fault::CutShort))?;
            let is_second = match kind {
                DISCLOSED => {
                    // The same writer wrote both.
                    let list = parse_disclosed(segment, bits, section.vendors.coding)?;
                    section.disclosed.replace(list).is_some()
                }
                PUBLISHER => {
                    let purposes = parse_publisher(segment, bits)?;
                    section.publisher.replace(purposes).is_some()
                }
                _ => return Err(error(segment, field, 0, Fault::UnknownSegment)),
            };
            if is_second {
                return Err(error(segment, field, 0, Fault::DuplicateSegment));
            }
        }
        Ok(section)
    }

    /// Version of the layout, always 1.
    pub const fn version(&self) -> u8 {
        1
    }

    /// When consent was first given; whole days by the specification.
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// When it was last changed; whole days by the specification.
    pub const fn last_updated(&self) -> Timestamp {
        self.last_updated
    }

    /// The consent platform, 0 to 4095.
    pub const fn cmp_id(&self) -> u16 {
        self.cmp_id
    }

    /// The consent platform's version, 0 to 4095.
    pub const fn cmp_version(&self) -> u16 {
        self.cmp_version
    }

    /// On which of the platform's screens, 0 to 63.
    pub const fn consent_screen(&self) -> u8 {
        self.consent_screen
    }

    /// Two letters of ISO 639-1, upper case.
    pub fn consent_language(&self) -> [char; 2] {
        self.consent_language.map(char::from)
    }

    /// Version of the vendor list, 0 to 4095.
    pub const fn vendor_list_version(&self) -> u16 {
        self.vendor_list_version
    }

    /// Version of the policy, 0 to 63.
    pub const fn tcf_policy_version(&self) -> u8 {
        self.tcf_policy_version
    }

    /// Whether the publisher has its own stacks.
    pub const fn use_non_standard_stacks(&self) -> bool {
        self.use_non_standard_stacks
    }

    /// Whether there is express consent to a special feature, 1 to 12.
    pub fn special_feature_express_consent(&self, feature: u8) -> bool {
        bit_of(u64::from(self.special_feature_express_consent), feature)
    }

    /// Whether there is express consent to a purpose, 1 to 24. Purpose 1 is not used in Canada.
    pub fn purpose_express_consent(&self, purpose: u8) -> bool {
        bit_of(u64::from(self.purposes_express_consent), purpose)
    }

    /// Whether there is implied consent to a purpose, 1 to 24, and no objection.
    pub fn purpose_implied_consent(&self, purpose: u8) -> bool {
        bit_of(u64::from(self.purposes_implied_consent), purpose)
    }

    /// Vendors with express consent.
    pub const fn vendor_express_consent(&self) -> VendorList<'a> {
        self.vendors.express
    }

    /// Vendors with implied consent and no objection.
    pub const fn vendor_implied_consent(&self) -> VendorList<'a> {
        self.vendors.implied
    }

    /// What the publisher forbids or requires.
    pub fn restrictions(&self) -> impl Iterator<Item = Restriction<'a>> + use<'a> {
        self.vendors.restrictions.iter()
    }

    /// Vendors that were shown to the person; `None` if the sub-section is absent, which is not the
    /// same as an empty list.
    pub const fn disclosed_vendors(&self) -> Option<VendorList<'a>> {
        self.disclosed
    }

    /// The publisher's own purposes; `None` if the sub-section is absent.
    pub const fn publisher_purposes(&self) -> Option<PublisherPurposes> {
        self.publisher
    }

    /// How ranges were written. A section without ranges can be read in both ways and counts as
    /// [`VendorCoding::Fibonacci`].
    pub const fn vendor_coding(&self) -> VendorCoding {
        self.vendors.coding
    }

    /// The person's choice about a purpose, 1 to 24, of a vendor, under the publisher's
    /// restrictions. Purpose 1 is not used in Canada: [`CaChoice::Neither`].
    ///
    /// Linear in the text.
    pub fn choice(&self, purpose: u8, vendor: u16) -> CaChoice {
        let (mut express, mut implied) = (purpose != UNUSED_PURPOSE, purpose != UNUSED_PURPOSE);
        for restriction in self.restrictions() {
            if restriction.purpose == purpose && restriction.vendors.contains(vendor) {
                express &= restriction.kind == RestrictionType::RequireExpressConsent;
                implied &= restriction.kind == RestrictionType::RequireImpliedConsent;
            }
        }
        if express && self.purpose_express_consent(purpose) && self.vendors.express.contains(vendor)
        {
            CaChoice::Express
        } else if implied
            && self.purpose_implied_consent(purpose)
            && self.vendors.implied.contains(vendor)
        {
            CaChoice::Implied
        } else {
            CaChoice::Neither
        }
    }
}

/// A person's choices.
impl fmt::Debug for PublisherPurposes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublisherPurposes(<redacted>)")
    }
}

/// A person's choices: which section it is, no more.
impl fmt::Debug for TcfCaV1<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TcfCaV1(<redacted>)")
    }
}

fn parse_core(text: &str) -> Result<TcfCaV1<'_>, SectionError> {
    let mut bits = reader(0, text)?;
    let mut field = Fields { bits: &mut bits };
    if field.read("Version", 6)? != VERSION {
        return Err(error(0, "Version", 0, Fault::UnsupportedVersion));
    }
    let created = field.datetime("Created")?;
    let last_updated = field.datetime("LastUpdated")?;
    let cmp_id = field.small("CmpId", 12)?;
    let cmp_version = field.small("CmpVersion", 12)?;
    let consent_screen = field.small("ConsentScreen", 6)?;
    let consent_language = [field.letter("ConsentLanguage")?, field.letter("ConsentLanguage")?];
    let vendor_list_version = field.small("VendorListVersion", 12)?;
    let tcf_policy_version = field.small("TcfPolicyVersion", 6)?;
    let use_non_standard_stacks = field.read("UseNonStandardStacks", 1)? == 1;
    let special_feature_express_consent = field.bitfield("SpecialFeatureExpressConsent", 12)?;
    let purposes_express_consent = field.bitfield("PurposesExpressConsent", PURPOSES)?;
    let purposes_implied_consent = field.bitfield("PurposesImpliedConsent", PURPOSES)?;
    let vendors = either(
        VendorCoding::Fibonacci,
        |coding| Vendors::parse(bits, coding),
        Vendors::has_ranges,
        Vendors::is_canonical,
        Vendors::is_equal,
    )
    .map_err(|(name, bit, fault)| error(0, name, bit, fault))?;
    Ok(TcfCaV1 {
        created,
        last_updated,
        cmp_id,
        cmp_version,
        consent_screen,
        consent_language,
        vendor_list_version,
        tcf_policy_version,
        use_non_standard_stacks,
        special_feature_express_consent,
        purposes_express_consent,
        purposes_implied_consent,
        vendors,
        disclosed: None,
        publisher: None,
    })
}

fn parse_disclosed<'a>(
    segment: usize,
    bits: BitReader<'a>,
    preferred: VendorCoding,
) -> Result<VendorList<'a>, SectionError> {
    let parse = |coding| {
        let mut bits = bits;
        let list = VendorList::parse(&mut bits, coding)
            .map_err(|(bit, fault)| ("DisclosedVendors", bit, fault))?;
        match bits.first_set() {
            Some(bit) => Err(("", bit, Fault::TrailingBits)),
            None => Ok((list, coding)),
        }
    };
    either(
        preferred,
        parse,
        |(list, _)| list.has_ranges(),
        |(list, coding)| list.is_canonical(*coding, true),
        |(one, _), (other, _)| one.has_ranges_of(other),
    )
    .map(|(list, _)| list)
    .map_err(|(name, bit, fault)| error(segment, name, bit, fault))
}

fn parse_publisher(
    segment: usize,
    mut bits: BitReader<'_>,
) -> Result<PublisherPurposes, SectionError> {
    let in_segment = |error| SectionError { segment, ..error };
    let mut field = Fields { bits: &mut bits };
    let mut read = || {
        let express_consent = field.bitfield("PubPurposesExpressConsent", PURPOSES)?;
        let implied_consent = field.bitfield("PubPurposesImpliedConsent", PURPOSES)?;
        let num_custom_purposes = field.small("NumCustomPurposes", 6)?;
        let custom = u32::from(num_custom_purposes);
        Ok(PublisherPurposes {
            express_consent,
            implied_consent,
            num_custom_purposes,
            custom_express_consent: field.long_bitfield("CustomPurposesExpressConsent", custom)?,
            custom_implied_consent: field.long_bitfield("CustomPurposesImpliedConsent", custom)?,
        })
    };
    let purposes = read().map_err(in_segment)?;
    match bits.first_set() {
        Some(bit) => Err(error(segment, "", bit, Fault::TrailingBits)),
        None => Ok(purposes),
    }
}

/// Whether number `id`, from 1, is in a field whose lowest bit is 1.
fn bit_of(field: u64, id: u8) -> bool {
    id.checked_sub(1).and_then(|place| field.checked_shr(u32::from(place))).unwrap_or(0) & 1 == 1
}

const VERSION: u64 = 1;

/// Bits of every field of purposes.
const PURPOSES: u32 = LAST_PURPOSE as u32;

/// Storage on a device is no purpose of its own in Canada.
const UNUSED_PURPOSE: u8 = 1;

/// Segment types, Int(3).
pub(super) const DISCLOSED: u64 = 1;
pub(super) const PUBLISHER: u64 = 3;
