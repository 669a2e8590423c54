//! The TC string as a view of its text.

use core::fmt;

use predispatch_types::Timestamp;

use crate::{
    LetterPair, PublisherRestrictions, PublisherTc, PurposeSet, ReadError, Restrictions,
    SpecialFeatureSet, VendorId, VendorList,
    bits::Bits,
    core_segment::{self, Fixed},
    faults::Faults,
    segments::Layout,
};

/// A TC string, read: a view of the text, checked once, that answers by reading bits.
///
/// Reading allocates nothing and costs the length of the text, whatever ranges stand in it.
/// `Debug` shows no consent; the text itself is personal data.
///
/// ```
/// use predispatch_tcf::{Purpose, TcString, VendorId};
///
/// let tc = TcString::parse("CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.IABM")?;
/// assert_eq!(tc.tcf_policy_version(), 5);
/// assert_eq!(tc.last_updated().to_string(), "2025-01-01T00:00:00Z");
/// assert!(tc.purposes_consent().contains(Purpose::MEASURE_ADS));
/// let vendor = VendorId::new(2).expect("not 0");
/// assert!(tc.vendor_consents().contains(vendor));
/// assert_eq!(tc.disclosed_vendors().map(|list| list.contains(vendor)), Some(true));
/// # Ok::<(), predispatch_tcf::ReadError>(())
/// ```
#[derive(Clone, Copy)]
pub struct TcString<'a> {
    text: &'a str,
    layout: Layout,
}

impl<'a> TcString<'a> {
    /// Longest text that is read, in bytes.
    ///
    /// The three lists of a string as full bit fields of 65,535 vendors are 33,000 characters; the
    /// rest is room for restrictions. Strings of today have 300 to 2,000.
    pub const MAX_LEN: usize = 64 * 1024;

    /// Most segments that are read. Four kinds are defined; the rest is room for kinds to come,
    /// which lenient reading skips.
    pub const MAX_SEGMENTS: usize = 16;

    /// Reads `text` strictly: the first broken rule is an error.
    ///
    /// # Errors
    /// The rule and its place, as a [`ReadError`]; it never holds any of the text.
    pub fn parse(text: &'a str) -> Result<Self, ReadError> {
        Ok(Self { text, layout: Layout::read(text, &mut Faults::refused())? })
    }

    /// Reads `text`, living with faults that can only take a yes away, and lists them.
    ///
    /// Tolerated are `=` at a segment's end, segments of an undefined type beside Disclosed Vendors
    /// (skipped), vendor ids over `MaxVendorId` (not in the list), and restriction type 3 (read as
    /// "not allowed"). Everything else is refused as in strict reading: a cut, doubled or
    /// contradictory string is never half-read. An empty segment, or one of an undefined type where
    /// Disclosed Vendors is missing, may have been that segment, without which an older string
    /// allows more.
    ///
    /// ```
    /// use predispatch_tcf::{ReadError, TcString};
    ///
    /// let text = "CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.IABM=";
    /// assert_eq!(TcString::parse(text).unwrap_err(), ReadError::Padding { byte: 49 });
    /// let read = TcString::parse_lenient(text)?;
    /// assert_eq!(read.faults(), [ReadError::Padding { byte: 49 }]);
    /// assert_eq!(read.tc_string().cmp_id(), 300);
    /// # Ok::<(), ReadError>(())
    /// ```
    ///
    /// # Errors
    /// As [`parse`](Self::parse), for the faults that are not tolerated.
    pub fn parse_lenient(text: &'a str) -> Result<Tolerated<'a>, ReadError> {
        let mut faults = Faults::noted();
        let tc_string = Self { text, layout: Layout::read(text, &mut faults)? };
        Ok(Tolerated { tc_string, faults: faults.into_tolerated() })
    }

    /// The text, unchanged: what has to be passed on.
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// A copy that owns its text, for keeping; nothing is read again.
    pub fn to_owned(&self) -> TcStringBuf {
        TcStringBuf { text: self.text.into(), layout: self.layout }
    }

    /// When the string was first made. Since December 2021 the same day as
    /// [`last_updated`](Self::last_updated), at midnight UTC; before, to a tenth of a second.
    pub fn created(&self) -> Timestamp {
        core_segment::CREATED.peek_time(self.core())
    }

    /// When the choice was last made or confirmed.
    pub fn last_updated(&self) -> Timestamp {
        core_segment::LAST_UPDATED.peek_time(self.core())
    }

    /// The consent management platform, 0 to 4,095. 0 and 1 are not assigned.
    pub fn cmp_id(&self) -> u16 {
        core_segment::CMP_ID.peek_u16(self.core())
    }

    /// Version of the consent management platform, 0 to 4,095.
    pub fn cmp_version(&self) -> u16 {
        core_segment::CMP_VERSION.peek_u16(self.core())
    }

    /// The screen on which the choice was made, 0 to 63.
    pub fn consent_screen(&self) -> u8 {
        core_segment::CONSENT_SCREEN.peek_u8(self.core())
    }

    /// The language in which the user was asked.
    pub fn consent_language(&self) -> LetterPair {
        self.letters(core_segment::CONSENT_LANGUAGE)
    }

    /// Version of the Global Vendor List that the user was shown, 0 to 4,095. Numbering restarted
    /// at 1 with list format 3, which goes with policy version 4 and later.
    pub fn vendor_list_version(&self) -> u16 {
        core_segment::VENDOR_LIST_VERSION.peek_u16(self.core())
    }

    /// 2 for TCF 2.0 and 2.1, 4 for 2.2, 5 for later. It does **not** tell 2.3 from 2.2: 5 stood in
    /// vendor lists seven months before TCF 2.3.
    pub fn tcf_policy_version(&self) -> u8 {
        core_segment::TCF_POLICY_VERSION.peek_u8(self.core())
    }

    /// Must be true: strings of global scope are invalid since 2021.
    pub fn is_service_specific(&self) -> bool {
        self.flag(core_segment::IS_SERVICE_SPECIFIC)
    }

    /// Whether the publisher changed texts or stacks.
    pub fn use_non_standard_texts(&self) -> bool {
        self.flag(core_segment::USE_NON_STANDARD_TEXTS)
    }

    /// Special features that the user opted in to.
    pub fn special_feature_opt_ins(&self) -> SpecialFeatureSet {
        let field = core_segment::SPECIAL_FEATURE_OPT_INS;
        SpecialFeatureSet::from_field(field.peek(self.core()), field.width)
    }

    /// Purposes that the user consented to. No basis for a vendor without the vendor's own bit.
    pub fn purposes_consent(&self) -> PurposeSet {
        self.purposes(core_segment::PURPOSES_CONSENT)
    }

    /// Purposes for which legitimate interest was made transparent and not objected to. Bits of
    /// purposes 1 and 3 to 6 may be set in old strings and mean nothing.
    pub fn purposes_li_transparency(&self) -> PurposeSet {
        self.purposes(core_segment::PURPOSES_LI_TRANSPARENCY)
    }

    /// Whether purpose 1 was not disclosed at all.
    pub fn purpose_one_treatment(&self) -> bool {
        self.flag(core_segment::PURPOSE_ONE_TREATMENT)
    }

    /// Under which country's rules the publisher works; `AA` if not known.
    pub fn publisher_cc(&self) -> LetterPair {
        self.letters(core_segment::PUBLISHER_CC)
    }

    /// Vendors that the user consented to.
    pub fn vendor_consents(&self) -> VendorList<'a> {
        VendorList::new(self.core(), self.layout.core.1.vendor_consents)
    }

    /// Vendors whose legitimate interest was made transparent and not objected to.
    pub fn vendor_legitimate_interests(&self) -> VendorList<'a> {
        VendorList::new(self.core(), self.layout.core.1.vendor_legitimate_interests)
    }

    /// What the publisher restricts.
    pub fn publisher_restrictions(&self) -> PublisherRestrictions<'a> {
        PublisherRestrictions::new(self.core(), self.layout.core.1.restrictions)
    }

    /// Vendors that the user was shown: three states, since an absent segment (`None`) is not an
    /// empty one.
    pub fn disclosed_vendors(&self) -> Option<VendorList<'a>> {
        let (span, list) = self.layout.disclosed_vendors?;
        Some(VendorList::new(span.bits(self.text), list))
    }

    /// The list of the withdrawn Allowed Vendors segment. It must not be used for decisions.
    pub fn allowed_vendors(&self) -> Option<VendorList<'a>> {
        let (span, list) = self.layout.allowed_vendors?;
        Some(VendorList::new(span.bits(self.text), list))
    }

    /// The Publisher TC segment.
    pub fn publisher_tc(&self) -> Option<PublisherTc<'a>> {
        Some(PublisherTc::new(self.layout.publisher_tc?.bits(self.text)))
    }

    /// All that the string says about one vendor, in one walk over it.
    pub fn vendor(&self, vendor: VendorId) -> VendorSignals {
        VendorSignals {
            vendor,
            consent: self.vendor_consents().contains(vendor),
            legitimate_interest: self.vendor_legitimate_interests().contains(vendor),
            disclosed: self.disclosed_vendors().map(|list| list.contains(vendor)),
            restrictions: self.publisher_restrictions().on(vendor),
        }
    }

    fn core(&self) -> Bits<'a> {
        self.layout.core.0.bits(self.text)
    }

    fn flag(&self, field: Fixed) -> bool {
        field.peek(self.core()) == 1
    }

    fn purposes(&self, field: Fixed) -> PurposeSet {
        PurposeSet::from_field(field.peek(self.core()), field.width)
    }

    fn letters(&self, field: Fixed) -> LetterPair {
        // Checked when the text was read.
        LetterPair::from_field(field.peek(self.core())).unwrap_or(LetterPair::UNKNOWN)
    }
}

impl fmt::Debug for TcString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TcString(<redacted>, {} bytes)", self.text.len())
    }
}

/// A TC string that owns its text.
///
/// ```
/// # use predispatch_tcf::TcString;
/// let kept = TcString::parse("CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYgABEAAmAA.IABM")?.to_owned();
/// assert_eq!(kept.as_view().cmp_id(), 300);
/// # Ok::<(), predispatch_tcf::ReadError>(())
/// ```
#[derive(Clone)]
pub struct TcStringBuf {
    text: Box<str>,
    layout: Layout,
}

impl TcStringBuf {
    /// The view that answers questions; costs nothing.
    pub fn as_view(&self) -> TcString<'_> {
        TcString { text: &self.text, layout: self.layout }
    }
}

impl fmt::Debug for TcStringBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TcStringBuf(<redacted>, {} bytes)", self.text.len())
    }
}

/// What lenient reading gives: the string and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Tolerated<'a> {
    tc_string: TcString<'a>,
    faults: Vec<ReadError>,
}

impl<'a> Tolerated<'a> {
    /// The string.
    pub const fn tc_string(&self) -> TcString<'a> {
        self.tc_string
    }

    /// What strict reading would have refused, in the order of the text; the first few of each
    /// kind.
    pub fn faults(&self) -> &[ReadError] {
        &self.faults
    }
}

/// What a TC string says about one vendor: bits, not yet a judgement.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VendorSignals {
    /// Whom it is about.
    pub vendor: VendorId,
    /// Whether it is in `VendorConsents`.
    pub consent: bool,
    /// Whether it is in `VendorLegitimateInterests`.
    pub legitimate_interest: bool,
    /// Whether it was disclosed; `None` without a Disclosed Vendors segment.
    pub disclosed: Option<bool>,
    /// What the publisher restricts for it.
    pub restrictions: Restrictions,
}
