//! Why a decision is what it is: stable codes, each with a sentence.

use core::fmt;

use predispatch_tcf::Purpose;

/// One reason of a [`Decision`](crate::Decision).
///
/// Codes are stable and go to logs and dashboards. Most name what stood against sending;
/// [`is_note`](Self::is_note) tells the others.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Reason(u8);

macro_rules! reasons {
    ($($name:ident = $number:literal, $code:literal, $sentence:literal;)*) => {
        impl Reason {
            $(#[doc = concat!("`", $code, "`: ", $sentence)]
            pub const $name: Self = Self($number);)*

            /// Every reason, in the order in which a decision lists them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable code: lower-case, with underscores.
            pub const fn code(self) -> &'static str {
                match self.0 {
                    $($number => $code,)*
                    _ => purpose_code(self.0),
                }
            }

            /// What it means, as a sentence.
            pub const fn sentence(self) -> &'static str {
                match self.0 {
                    $($number => $sentence,)*
                    _ => "",
                }
            }
        }
    };
}

reasons! {
    ERASED = 0, "erased", "The person's data was erased.";
    OBJECTED = 1, "objected", "The person objected to this processing.";
    ACCOUNT_OPTED_OUT = 2, "account_opted_out", "The person opted out in their account.";
    MINOR = 3, "minor", "The person is, or may be, under the age that this place and policy ask for.";
    GPP_CHILD = 4, "gpp_child", "The GPP string says that the person is a child.";
    VERTICAL = 5, "vertical", "The event's subject is regulated and no proof is configured for this destination and event.";
    COUNTRY_DENIED = 6, "country_denied", "The policy sends nothing for this country.";
    EVENT_TOO_OLD = 7, "event_too_old", "The event is older than this destination takes.";
    EVENT_IN_FUTURE = 8, "event_in_future", "The event claims to happen more than two days from now.";
    DESTINATION_UNKNOWN = 9, "destination_unknown", "The policy has no rules for this destination.";
    RECORD_NOT_AUTHENTIC = 10, "record_not_authentic", "The record is of another event, of another log, or was changed.";
    WITHDRAWN_AFTER_EVENT = 11, "withdrawn_after_event", "A no was given after the event and before sending.";
    CONSENT_AFTER_EVENT = 12, "consent_after_event", "The yes was given after the event and does not reach back.";
    CONSENT_PENDING = 13, "consent_pending", "The person was still being asked when the event happened.";
    CONFLICT = 14, "conflict", "Two signals contradict each other.";
    MALFORMED_TCF = 15, "malformed_tcf", "The TC string can't be read.";
    MALFORMED_AC = 16, "malformed_ac", "The Additional Consent string can't be read.";
    MALFORMED_GPP = 17, "malformed_gpp", "The GPP string or one of its sections can't be read.";
    GPP_SECTION_MISSING = 18, "gpp_section_missing", "gpp_sid says that a section is in force which the GPP string does not have.";
    MALFORMED_USP = 19, "malformed_usp", "The US Privacy string can't be read.";
    GCM_UNREADABLE = 20, "gcm_unreadable", "A Consent Mode signal can't be read.";
    SIGNAL_UNREADABLE = 21, "signal_unreadable", "A consent signal is there but empty, of a wrong type, or not understood.";
    TCF_VENDOR = 22, "tcf_vendor", "The TC string holds no consent for this vendor.";
    TCF_NOT_DISCLOSED = 23, "tcf_not_disclosed", "The person was not shown this vendor.";
    TCF_RESTRICTED = 24, "tcf_restricted", "The publisher restricts a purpose that this vendor needs.";
    TCF_STALE = 25, "tcf_stale", "The TC string is too old to be relied on.";
    TCF_INVALID_POLICY = 26, "tcf_invalid_policy", "The TC string was made under a policy version that was no longer valid.";
    TCF_NO_DISCLOSED_SEGMENT = 27, "tcf_no_disclosed_segment", "The TC string lacks the Disclosed Vendors segment that it must have since March 2026.";
    TCF_GLOBAL_SCOPE = 28, "tcf_global_scope", "The TC string claims global scope, which is withdrawn.";
    TCF_NOT_RELIABLE = 29, "tcf_not_reliable", "The TC string contradicts itself, or its CMP is not assigned.";
    TCF_NOT_DECLARED = 30, "tcf_not_declared", "The vendor does not declare a purpose that is needed.";
    VENDOR_UNKNOWN = 31, "vendor_unknown", "The vendor is not on the vendor list, or has no way to a yes under TCF.";
    VENDOR_DELETED = 32, "vendor_deleted", "The vendor was taken off the vendor list.";
    AC_NOT_CONSENTED = 33, "ac_not_consented", "The Additional Consent string holds no consent for this provider.";
    CMP_NO = 34, "cmp_no", "The consent platform's own answer for this destination is no.";
    CMP_NOT_MAPPED = 35, "cmp_not_mapped", "The consent platform's yes is not configured as the site's record of consent.";
    GCM_DENIED = 36, "gcm_denied", "A Consent Mode signal that this destination needs is denied.";
    GCM_UNSET = 37, "gcm_unset", "A Consent Mode signal that this destination needs is not set.";
    GCM_NOT_MAPPED = 38, "gcm_not_mapped", "A yes of Consent Mode does not speak about this destination unless the policy maps it.";
    CA_NOT_CONSENTED = 39, "gpp_ca_not_consented", "The Canadian section holds no consent that is enough for this vendor and place.";
    GPC = 40, "gpc", "The browser sends Global Privacy Control.";
    GPC_NOT_OBSERVED = 41, "gpc_not_observed", "Nobody looked whether the browser sends Global Privacy Control, in a state where it is binding.";
    GPP_SALE = 42, "gpp_sale", "The GPP string holds an opt-out of sale.";
    GPP_SHARE = 43, "gpp_share", "The GPP string holds an opt-out of sharing.";
    GPP_TARGETED = 44, "gpp_targeted", "The GPP string holds an opt-out of targeted advertising.";
    GPP_PERSONAL_DATA = 45, "gpp_personal_data", "The GPP string holds no consent to uses that do not fit the disclosed purposes.";
    GPP_SERVICE_PROVIDER_MODE = 46, "gpp_service_provider_mode", "The business declares service-provider mode: it neither sells nor shares.";
    GPP_NO_NOTICE = 47, "gpp_no_notice", "The GPP string says that the person was not told of the opt-out.";
    GPP_SENSITIVE = 48, "gpp_sensitive", "The event's subject is sensitive and no matching consent is given.";
    USP_OPTOUT = 49, "usp_optout", "The US Privacy string holds an opt-out, or says that no notice was given.";
    SIGNAL_STALE = 50, "signal_stale", "The yes is too old to be relied on.";
    EXPLICIT_CONSENT_NEEDED = 51, "explicit_consent_needed", "The event's subject is a special category: here it needs an express consent of its own.";
    NO_SIGNAL = 52, "no_signal", "A yes is needed here and none was given that counts.";
    JURISDICTION_UNKNOWN = 53, "jurisdiction_unknown", "Where the person is could not be told, so the strictest rules apply.";
    NO_LIMITED_FLAG = 54, "no_limited_flag", "The person opted out and this destination has no restriction flag.";
    STATE_NOT_IN_LDU = 55, "state_not_in_ldu", "The person opted out and the destination's restriction flag does not reach their state.";
    STRICT_US_OPTOUT = 56, "strict_us_optout", "The policy sends nothing for people who opted out, with or without a flag.";
    PERSONALISATION_REFUSED = 57, "personalisation_refused", "Personalised ads are refused; the destination is told, or gets nothing.";
    COUNTRY_NEEDED = 58, "country_needed", "This destination must be told the person's country, and it is not known.";
    // Notes, to the end: they stand against nothing.
    EXPLICIT_CONSENT = 59, "explicit_consent", "A later explicit consent of the same person sets the browser's signal aside.";
    EXEMPT_VERTICAL = 60, "vertical_exempt", "The event's subject is regulated; a configured proof covers it.";
    VERTICAL_UNKNOWN = 61, "vertical_unknown", "The event names a vertical that the policy does not know; that counts as unregulated.";
    GVL_ABSENT = 62, "gvl_absent", "Judged without a vendor list.";
    CMP_MISSING_TIME = 63, "cmp_missing_time", "The consent platform's answer has no time and counts as of the event.";
    NOT_OPTED_OUT = 64, "not_opted_out", "Nobody opted out, and this place asks for no more.";
    GRANTED = 65, "granted", "A yes that this place accepts was given.";
    GVL_OTHER_VERSION = 66, "gvl_other_version", "The TC string was made with another version of the vendor list: legitimate interest is not accepted.";
}

impl Reason {
    /// A purpose is not consented to: `tcf_purpose_1` to `tcf_purpose_24`.
    pub const fn tcf_purpose(purpose: Purpose) -> Self {
        Self(FIRST_PURPOSE.saturating_add(purpose.get()))
    }

    /// Whether it only explains, and stands against nothing.
    pub const fn is_note(self) -> bool {
        self.0 >= Self::EXPLICIT_CONSENT.0 && self.0 < FIRST_PURPOSE
    }

    /// Whether it is the person's own no, rather than a yes that is missing or a rule of the place.
    pub const fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::ERASED
                | Self::OBJECTED
                | Self::ACCOUNT_OPTED_OUT
                | Self::TCF_VENDOR
                | Self::AC_NOT_CONSENTED
                | Self::CMP_NO
                | Self::GCM_DENIED
                | Self::CA_NOT_CONSENTED
                | Self::GPC
                | Self::GPP_SALE
                | Self::GPP_SHARE
                | Self::GPP_TARGETED
                | Self::GPP_PERSONAL_DATA
                | Self::USP_OPTOUT
                | Self::PERSONALISATION_REFUSED
        ) || self.purpose().is_some()
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        let purposes = (1..=24).filter_map(Purpose::new).map(Self::tcf_purpose);
        let mut all = Self::ALL.iter().copied().chain(purposes);
        all.find(|reason| reason.code() == code)
    }

    const fn purpose(self) -> Option<u8> {
        match self.0.checked_sub(FIRST_PURPOSE) {
            Some(purpose) if purpose >= 1 && purpose <= 24 => Some(purpose),
            _ => None,
        }
    }

    /// What it means, with the purpose's number where there is one.
    pub fn explain(self) -> impl fmt::Display {
        Explained(self)
    }
}

/// The code.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// The code.
impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

struct Explained(Reason);

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.purpose() {
            Some(purpose) => write!(f, "The TC string holds no consent for purpose {purpose}."),
            None => f.write_str(self.0.sentence()),
        }
    }
}

/// A set of reasons; it iterates in one fixed order, the weightiest first.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Reasons(u128);

impl Reasons {
    /// No reason.
    pub const EMPTY: Self = Self(0);

    /// The set of one.
    pub const fn of(reason: Reason) -> Self {
        // Numbers end at 96 + 24, so the shift never overflows.
        Self(1_u128.wrapping_shl(reason.0 as u32))
    }

    /// Adds `reason`.
    pub const fn add(&mut self, reason: Reason) {
        self.0 |= Self::of(reason).0;
    }

    /// Adds `reason` if `is_so`.
    pub const fn add_if(&mut self, is_so: bool, reason: Reason) {
        if is_so {
            self.add(reason);
        }
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without the members of `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether `reason` is one of them.
    pub const fn contains(self, reason: Reason) -> bool {
        self.0 & Self::of(reason).0 != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The reasons in their order.
    pub fn iter(self) -> impl Iterator<Item = Reason> + Clone {
        let mut left = self.0;
        core::iter::from_fn(move || {
            let reason = u8::try_from(left.trailing_zeros()).ok().filter(|place| *place <= LAST)?;
            left &= left.wrapping_sub(1);
            Some(Reason(reason))
        })
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        let mut set = Self::EMPTY;
        reasons.into_iter().for_each(|reason| set.add(reason));
        set
    }
}

impl fmt::Debug for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Purpose n is number 96 + n.
const FIRST_PURPOSE: u8 = 96;
const LAST: u8 = FIRST_PURPOSE + 24;

const fn purpose_code(number: u8) -> &'static str {
    match number {
        97 => "tcf_purpose_1",
        98 => "tcf_purpose_2",
        99 => "tcf_purpose_3",
        100 => "tcf_purpose_4",
        101 => "tcf_purpose_5",
        102 => "tcf_purpose_6",
        103 => "tcf_purpose_7",
        104 => "tcf_purpose_8",
        105 => "tcf_purpose_9",
        106 => "tcf_purpose_10",
        107 => "tcf_purpose_11",
        108 => "tcf_purpose_12",
        109 => "tcf_purpose_13",
        110 => "tcf_purpose_14",
        111 => "tcf_purpose_15",
        112 => "tcf_purpose_16",
        113 => "tcf_purpose_17",
        114 => "tcf_purpose_18",
        115 => "tcf_purpose_19",
        116 => "tcf_purpose_20",
        117 => "tcf_purpose_21",
        118 => "tcf_purpose_22",
        119 => "tcf_purpose_23",
        120 => "tcf_purpose_24",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_has_a_sentence() {
        let purposes = (1..=24).map(|id| Reason::tcf_purpose(Purpose::new(id).unwrap()));
        let mut seen = Reasons::EMPTY;
        for reason in Reason::ALL.iter().copied().chain(purposes) {
            let code = reason.code();
            assert_eq!((code, Reason::from_code(code)), (&*reason.to_string(), Some(reason)));
            assert!(!code.is_empty());
            assert!(reason.explain().to_string().ends_with('.'), "{code}");
            assert!(!seen.contains(reason), "{code} has another's number");
            seen.add(reason);
        }
        assert_eq!(seen.iter().count(), Reason::ALL.len() + 24);
        for code in ["", "tcf_purpose_0", "tcf_purpose_25", "tcf_purpose_07", "tcf_purpose_+7"] {
            assert_eq!(Reason::from_code(code), None, "{code}");
        }
    }

    #[test]
    fn only_the_explaining_ones_are_notes() {
        assert!(Reason::GRANTED.is_note() && Reason::GVL_ABSENT.is_note());
        assert!(!Reason::COUNTRY_NEEDED.is_note() && !Reason::NO_SIGNAL.is_note());
        assert!(!Reason::EVENT_IN_FUTURE.is_note());
        assert!(!Reason::tcf_purpose(Purpose::MEASURE_ADS).is_note());
    }
}
