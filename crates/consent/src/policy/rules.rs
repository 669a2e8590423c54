//! What a policy file says, once it is read.

use std::sync::Arc;

use predispatch_gpp::SensitiveCategory;
use predispatch_tcf::{PurposeSet, VendorId};
use predispatch_types::{Platform, Region, Timestamp};

use crate::{ActionSource, Destination, GoogleProduct};

/// Choices of the business, beside the tables.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Switches {
    /// A needed purpose may stand on legitimate interest where the vendor list lets it.
    pub accept_legitimate_interest: bool,
    /// The consent platform's own answer is the site's record of consent: its yes counts where no
    /// TC string is given.
    pub cmp_is_record: bool,
    /// Nothing is sent of people who opted out, with or without a restriction flag.
    pub strict_us_optout: bool,
    /// A website event whose request nobody looked at for Global Privacy Control counts as opted
    /// out where the signal is binding.
    pub gpc_unobserved: bool,
    /// Limited events go without contact data, external ids, precise location and click ids.
    pub strip_on_limited: bool,
    /// The site is directed to children: an unknown age is a child's.
    pub child_directed: bool,
    /// A child's consent in a GPP string counts.
    pub gpp_child_consent: bool,
    /// Nobody younger, in years, whatever the place. Under 13 nobody, whatever this says.
    pub minimum_age: u8,
    /// A yes is good for this many days.
    pub max_age_days: u32,
    /// An event collected while the person was being asked waits this long for the answer.
    pub pending_secs: u32,
    /// A permit is good for this long.
    pub permit_secs: u32,
}

/// How a place treats silence.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Model {
    /// Silence is a no.
    OptIn,
    /// Silence is no objection.
    OptOut,
    /// Nothing is sent.
    Closed,
}

/// The kinds of yes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Yes {
    Tcf,
    ConsentMode,
    Cmp,
    CanadaExpress,
    CanadaImplied,
    /// To the text that the exemption of the event's subject names.
    Explicit,
}

impl Yes {
    pub(super) const ALL: [Self; 6] = [
        Self::Tcf,
        Self::ConsentMode,
        Self::Cmp,
        Self::CanadaExpress,
        Self::CanadaImplied,
        Self::Explicit,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Tcf => "tcf",
            Self::ConsentMode => "consent_mode",
            Self::Cmp => "cmp",
            Self::CanadaExpress => "canada_express",
            Self::CanadaImplied => "canada_implied",
            Self::Explicit => "explicit",
        }
    }
}

/// A set of kinds of yes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct YesSet(u8);

impl YesSet {
    pub(crate) const fn insert(&mut self, yes: Yes) {
        self.0 |= 1_u8.wrapping_shl(yes as u32);
    }

    pub(crate) const fn contains(self, yes: Yes) -> bool {
        self.0 & 1_u8.wrapping_shl(yes as u32) != 0
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn without(self, yes: Yes) -> Self {
        Self(self.0 & !1_u8.wrapping_shl(yes as u32))
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A set of rules that places share.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: Box<str>,
    pub(crate) model: Model,
    /// Which kinds of yes count here.
    pub(crate) yes: YesSet,
    /// Which of them are express enough for special categories of data, beside the usual yes.
    pub(crate) special_yes: YesSet,
    /// The law of the states of the United States holds: restriction flags mean something.
    pub(crate) is_united_states: bool,
    /// The consent platform's yes counts only if it is the site's record of consent.
    pub(crate) cmp_needs_record: bool,
    /// A Canadian section that is there must hold a yes.
    pub(crate) honours_canada: bool,
    /// The profile that holds instead for sensitive subjects.
    pub(crate) when_sensitive: Option<usize>,
}

/// A few profiles, by number.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct ProfileSet(u32);

impl ProfileSet {
    pub(crate) const MAX: usize = 32;

    pub(crate) fn insert(&mut self, profile: usize) {
        self.0 |= Self::bit(profile);
    }

    pub(crate) fn contains(self, profile: usize) -> bool {
        self.0 & Self::bit(profile) != 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        core::iter::from_fn(move || {
            let lowest =
                usize::try_from(left.trailing_zeros()).ok().filter(|bit| *bit < Self::MAX)?;
            // The lowest bit goes.
            left &= left.wrapping_sub(1);
            Some(lowest)
        })
    }

    /// Nothing for a number that no profile has.
    fn bit(profile: usize) -> u32 {
        u32::try_from(profile).ok().and_then(|shift| 1_u32.checked_shl(shift)).unwrap_or_default()
    }
}

/// What is special about a country.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CountryRules {
    pub(crate) profile: Option<usize>,
    /// The profile of a person whose part of the country is not known.
    pub(crate) unknown_region: Option<usize>,
    pub(crate) minimum_age: u8,
    pub(crate) is_denied: bool,
}

/// The law of a state of the United States.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StateRules {
    pub(crate) state: Region,
    pub(crate) law_from: Option<Timestamp>,
    pub(crate) gpc_from: Option<Timestamp>,
    pub(crate) minimum_age: u8,
    /// Sensitive data never goes, not even with consent.
    pub(crate) sensitive_never: bool,
    /// A later express consent may set Global Privacy Control aside.
    pub(crate) explicit_consent: bool,
}

impl StateRules {
    pub(crate) fn has_law(&self, at: Timestamp) -> bool {
        self.law_from.is_some_and(|from| from <= at)
    }

    pub(crate) fn gpc_binds(&self, at: Timestamp) -> bool {
        self.gpc_from.is_some_and(|from| from <= at)
    }
}

/// The consent fields that a payload can carry.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Carries {
    pub(crate) ad_storage: bool,
    pub(crate) ad_user_data: bool,
    pub(crate) ad_personalization: bool,
}

/// One destination's needs and means.
#[derive(Clone, Debug)]
pub(crate) struct DestinationRules {
    pub(crate) platform: Platform,
    pub(crate) vendor: Option<VendorId>,
    pub(crate) ac_id: Option<u32>,
    /// Needed to send anything.
    pub(crate) purposes: PurposeSet,
    /// Needed unless the payload can say that ads must not be personal.
    pub(crate) personalisation: PurposeSet,
    /// The signals of Consent Mode whose yes is enough; none: its yes does not speak about this
    /// destination.
    pub(crate) consent_mode: Carries,
    /// The publisher's rule: purposes alone are enough where TCF has no vendor.
    pub(crate) tcf_alone: bool,
    pub(crate) carries: Carries,
    pub(crate) products: Vec<(GoogleProduct, Carries)>,
    /// The consent fields are filled only where a yes was needed.
    pub(crate) carries_where_asked: bool,
    pub(crate) needs_country: bool,
    pub(crate) max_event_age_days: Option<u32>,
    pub(crate) max_event_age_days_at: Vec<(ActionSource, u32)>,
    pub(crate) limited: Option<LimitedRules>,
}

impl DestinationRules {
    pub(crate) fn carries(&self, destination: Destination) -> Carries {
        let product = destination.google_product();
        let own = self.products.iter().find(|(known, _)| Some(*known) == product);
        own.map_or(self.carries, |(_, carries)| *carries)
    }

    /// Whether this product can't be told "not personal" where its platform can: a yes that is silent
    /// on personal ads is then none. For a platform that has no such field at all, `consent_mode`
    /// names the signals that are enough.
    pub(crate) fn assumes_personal(&self, destination: Destination) -> bool {
        self.carries.ad_personalization && !self.carries(destination).ad_personalization
    }

    pub(crate) fn max_event_age_days(&self, source: ActionSource) -> Option<u32> {
        let own = self.max_event_age_days_at.iter().find(|(known, _)| *known == source);
        own.map(|(_, days)| *days).or(self.max_event_age_days)
    }
}

/// A destination's restriction flag.
#[derive(Clone, Debug)]
pub(crate) struct LimitedRules {
    pub(crate) enabled: bool,
    pub(crate) states: LimitedStates,
    /// The platform finds out the state itself, or does not need to know it.
    pub(crate) unknown_state: bool,
    pub(crate) keyword: LimitedKeyword,
}

/// Where a restriction flag means something.
#[derive(Clone, Debug)]
pub(crate) enum LimitedStates {
    /// Everywhere in the United States.
    All,
    /// Where a state's law is in force.
    WithLaw,
    /// In these, with the platform's number for each (0 if it has none).
    Listed(Vec<(Region, u16)>),
}

/// Snapchat's word for limited use, which its documents write in two ways.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the two spellings in Snapchat's documents")]
pub enum LimitedKeyword {
    /// `LMU`: the parameter page.
    #[default]
    Lmu,
    /// `LDU`: older samples.
    Ldu,
}

impl LimitedKeyword {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lmu => "LMU",
            Self::Ldu => "LDU",
        }
    }
}

/// A regulated subject.
#[derive(Clone, Debug)]
pub(crate) struct VerticalRules {
    pub(crate) name: Box<str>,
    /// A special category of data (GDPR 9): a usual yes is not express enough.
    pub(crate) is_special: bool,
    pub(crate) sensitive: Vec<SensitiveCategory>,
    pub(crate) strip: Arc<StripList>,
}

/// What must not be in a payload.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StripList {
    pub(crate) name: Box<str>,
    pub(crate) fields: Vec<&'static str>,
    pub(crate) url_is_strict: bool,
}

impl StripList {
    /// Whose list it is: a vertical, or `limited`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The event's fields that must go, such as `custom_data.content_name`; `user.email` means the
    /// hashed one too.
    pub fn fields(&self) -> &[&'static str] {
        &self.fields
    }

    /// Whether web addresses keep nothing but click ids, `utm_*` and the allow-list.
    pub const fn url_is_strict(&self) -> bool {
        self.url_is_strict
    }
}

/// A proof that a regulated event may go.
#[derive(Clone, Debug)]
pub(crate) struct Exemption {
    pub(crate) vertical: Box<str>,
    pub(crate) destination: Platform,
    pub(crate) event: Box<str>,
    pub(crate) proof: Box<str>,
    /// The text whose express consent makes a special category go where a yes is needed.
    pub(crate) explicit_text: Option<Box<str>>,
}
