//! What a payload must carry, or must not, by decision.

use std::sync::Arc;

use predispatch_types::{Region, Timestamp};

use crate::{
    Destination, Grant, Reason,
    places::UsStates,
    policy::{DestinationRules, LimitedKeyword, LimitedStates, Policy, StripList},
};

/// The conditions of sending.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Flags {
    /// The platform's restriction flag; there is one exactly when the decision is limited.
    pub limited_use: Option<LimitedUse>,
    /// Storage for ads. `None`: the payload has no such field, or nobody was asked.
    pub ad_storage: Option<Grant>,
    /// User data for ads, as above.
    pub ad_user_data: Option<Grant>,
    /// Personalised ads, as above.
    pub ad_personalization: Option<Grant>,
    /// Storage for analytics, if Consent Mode spoke about it. Where it is denied, no id that was
    /// read from analytics storage may go.
    pub analytics_storage: Option<Grant>,
    /// What must go from the payload: the lists of the event's regulated subject and of limited
    /// use.
    pub strip: Vec<Arc<StripList>>,
}

impl Flags {
    /// Nothing to carry and nothing to leave out.
    pub fn new() -> Self {
        Self::default()
    }
}

/// A platform's restriction flag for people in the United States, with what it needs to know.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LimitedUse {
    /// Meta: `data_processing_options: ["LDU"]` with `_country` and `_state`. 0 and 0: Meta places
    /// the person by the client's address, so the payload must carry one.
    Meta {
        /// 1 for the United States, or 0.
        country: u8,
        /// 1000 for California and so on, or 0.
        state: u16,
    },
    /// TikTok: `limited_data_use: true`.
    TikTok,
    /// Pinterest: `opt_out_type: "LDP"` in `custom_data`, with state and country in `user_data`.
    Pinterest {
        /// The person's state.
        state: Region,
    },
    /// Snapchat: `data_processing_options: ["LMU"]`, or `["LDU"]` with `_country` and `_state`, whose numbers
    /// are known for California alone.
    Snapchat {
        /// The word on the wire.
        keyword: LimitedKeyword,
        /// The person's state.
        state: Region,
    },
    /// Reddit: `data_processing_options` in `user`: modes `["LDU"]`, country `US` and the region.
    Reddit {
        /// The person's state, `US-CA` on the wire.
        region: Region,
    },
    /// Amazon: `dataProcessingOptions: {"options": "LIMITED_DATA_USE"}`.
    Amazon,
    /// Google: no field of its own; `ad_personalization` is denied.
    NoPersonalisation,
}

impl LimitedUse {
    /// Whether the payload must carry the client's address for the flag to reach the person.
    pub const fn needs_client_ip(self) -> bool {
        matches!(self, Self::Meta { state: 0, .. })
    }
}

impl Policy {
    /// The restriction flag of `destination` for somebody who opted out in a state of the United
    /// States (`None`: the state is not known), at the time of the event.
    ///
    /// # Errors
    /// [`Reason::NO_LIMITED_FLAG`] or [`Reason::STATE_NOT_IN_LDU`]: then nothing may be sent.
    ///
    /// ```
    /// use predispatch_consent::{LimitedUse, Policy, Reason};
    /// use predispatch_types::{Country, Platform, Region};
    ///
    /// let policy = Policy::bundled();
    /// let at = "2026-11-20T12:00:00Z".parse()?;
    /// let california = Region::new(Country::US, "CA")?;
    /// let meta = policy.limited_use(Platform::Meta.into(), Some(california), at);
    /// assert_eq!(meta, Ok(LimitedUse::Meta { country: 1, state: 1000 }));
    /// let ohio = Region::new(Country::US, "OH")?;
    /// let meta = policy.limited_use(Platform::Meta.into(), Some(ohio), at);
    /// assert_eq!(meta, Err(Reason::STATE_NOT_IN_LDU));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn limited_use(
        &self,
        destination: Destination,
        state: Option<Region>,
        at: Timestamp,
    ) -> Result<LimitedUse, Reason> {
        let Some(rules) = self.destination(destination.platform()) else {
            return Err(Reason::DESTINATION_UNKNOWN);
        };
        limited_use(self, rules, destination, &UsStates::from(state), at)
    }
}

/// Of several states the flag must reach each: the platform may place the person in any of them.
pub(crate) fn limited_use(
    policy: &Policy,
    rules: &DestinationRules,
    destination: Destination,
    states: &UsStates,
    at: Timestamp,
) -> Result<LimitedUse, Reason> {
    use predispatch_types::Platform;
    let Some(limited) = rules.limited.as_ref().filter(|limited| limited.enabled) else {
        return Err(Reason::NO_LIMITED_FLAG);
    };
    let mut code = 0;
    for state in states.known() {
        code = reach(&limited.states, policy, state, at).ok_or(Reason::STATE_NOT_IN_LDU)?;
    }
    let region = states.only();
    if region.is_none() {
        if !states.is_open() && states.known().next().is_none() {
            return Err(Reason::NO_LIMITED_FLAG);
        }
        if states.has_more() || !limited.unknown_state {
            return Err(Reason::STATE_NOT_IN_LDU);
        }
        code = 0;
    }
    let state = || region.ok_or(Reason::STATE_NOT_IN_LDU);
    Ok(match destination.platform() {
        Platform::Amazon => LimitedUse::Amazon,
        Platform::Google if rules.carries(destination).ad_personalization => {
            LimitedUse::NoPersonalisation
        }
        Platform::Meta => LimitedUse::Meta { country: u8::from(code != 0), state: code },
        Platform::Pinterest => LimitedUse::Pinterest { state: state()? },
        Platform::Reddit => LimitedUse::Reddit { region: state()? },
        Platform::Snapchat => LimitedUse::Snapchat { keyword: limited.keyword, state: state()? },
        Platform::TikTok => LimitedUse::TikTok,
        // A table entry for a platform without such a flag makes none.
        _ => return Err(Reason::NO_LIMITED_FLAG),
    })
}

/// The platform's number for the state, or `None` if the flag means nothing there.
fn reach(states: &LimitedStates, policy: &Policy, state: Region, at: Timestamp) -> Option<u16> {
    match states {
        LimitedStates::All => Some(0),
        LimitedStates::WithLaw => {
            policy.us_state(state).is_some_and(|rules| rules.has_law(at)).then_some(0)
        }
        LimitedStates::Listed(states) => {
            states.iter().find(|(known, _)| *known == state).map(|(_, code)| *code)
        }
    }
}
