//! Signals read: strings once for an event, then what they say about each destination.

mod canada;
mod cmp;
mod consent_mode;
mod tcf;
mod united_states;

use predispatch_gpp::{Choice, Gpp, SectionId, SensitiveCategory, TcfCaV1, UsAnswer};
use predispatch_tcf::AdditionalConsent;
use predispatch_types::{Country, Region};

use self::{consent_mode::Modes, tcf::TcfReading};
use crate::{
    Destination, Given, Reason, Reasons, Signals,
    clock::{Clock, Timing},
    findings::Findings,
    policy::{DestinationRules, Policy},
};

/// The strings of one event, read once for all destinations.
pub(crate) struct Evidence<'a> {
    signals: &'a Signals,
    tcf: TcfReading<'a>,
    additional_consent: Option<AdditionalConsent<'a>>,
    gpp: Option<Gpp<'a>>,
    canada: Option<TcfCaV1<'a>>,
    canada_in_force: bool,
    modes: Modes,
    clock: Clock,
    /// Of the answers that `collected_at` dates.
    timing: Timing,
    /// What holds for every destination.
    common: Findings,
}

impl<'a> Evidence<'a> {
    pub(crate) fn read(signals: &'a Signals, policy: &Policy, clock: Clock) -> Self {
        let mut common = Findings::default();
        let gpp = signals.gpp.and_then(|text| Gpp::parse(text.as_str()).ok());
        let section = |id| gpp.value().and_then(|gpp| gpp.raw(id));
        let in_force =
            |id: SectionId| signals.gpp_sid.value().is_none_or(|ids| ids.contains(&id.as_u16()));
        let tcf = tcf::read(
            &signals.tcf,
            section(SectionId::TCF_EU_V2),
            in_force(SectionId::TCF_EU_V2),
            policy,
            clock,
        );
        let canada = section(SectionId::TCF_CA_V1).map(TcfCaV1::parse);
        let ac = signals
            .additional_consent
            .and_then(|text| AdditionalConsent::parse(text.as_str()).ok());
        let modes = Modes::read(signals);

        if let Some(reason) = tcf.unreadable {
            common.cannot_read(reason);
        }
        for string in tcf.strings.iter().flatten() {
            common.unreadable.add_if(string.is_from_the_future(), Reason::MALFORMED_TCF);
        }
        common.unreadable.add_if(ac.is_unreadable(), Reason::MALFORMED_AC);
        let has_unknown = gpp
            .value()
            .is_some_and(|gpp| gpp.section_ids().any(|id| is_unknown(id) && in_force(id)));
        common.unreadable.add_if(
            gpp.is_unreadable() || matches!(canada, Some(Err(_))) || has_unknown,
            Reason::MALFORMED_GPP,
        );
        let lacks_section = lacks_section(signals, gpp.value());
        common.unreadable.add_if(lacks_section, Reason::GPP_SECTION_MISSING);
        united_states::find(signals, gpp.value(), policy, &mut common);
        modes.find_unreadable(&mut common);
        let timing = clock.of_answers(signals.collected_at);
        plain(signals, timing, &mut common);
        Self {
            signals,
            tcf,
            additional_consent: ac.value().copied(),
            gpp: gpp.value().copied(),
            canada: canada.and_then(Result::ok),
            canada_in_force: in_force(SectionId::TCF_CA_V1),
            modes,
            clock,
            timing,
            common,
        }
    }

    /// Whether `gpp_sid` names sections that the string has, all of them.
    pub(crate) const fn knows_sections_in_force(&self) -> bool {
        !self.common.unreadable.contains(Reason::GPP_SECTION_MISSING)
    }

    /// What is said about one destination.
    pub(crate) fn about(
        &self,
        destination: Destination,
        rules: &DestinationRules,
        policy: &Policy,
    ) -> Findings {
        let mut found = self.common;
        let answer = self.signals.cmp_answer(destination.platform());
        let cmp = cmp::find(answer, self.timing, &mut found);
        let ac = cmp::find_additional(self.additional_consent, rules, &mut found);
        self.modes.find(rules, self.timing, &mut found);
        let vendor_yes = cmp || ac || rules.tcf_alone;
        for tc in self.tcf.strings.iter().flatten() {
            tcf::find(tc, rules, policy, self.clock, vendor_yes, &mut found);
            let asked = rules.vendor.is_none() && self.additional_consent.is_some();
            found.tcf_block.add_if(asked && !vendor_yes, Reason::AC_NOT_CONSENTED);
        }
        if let Some(section) = &self.canada {
            let in_force = self.canada_in_force;
            canada::find(section, in_force, destination, rules, self.clock, cmp, &mut found);
        }
        found
    }

    /// Whether the US sections that are in force and cover `state`, its own and the national one, permit
    /// a subject, and no section, in force or not, refuses.
    ///
    /// Of the categories that a vertical's subject `may_reveal` they permit each that they have a field
    /// for, and have one for some; of those that the event `has` they permit every one.
    pub(crate) fn permits_sensitive(
        &self,
        may_reveal: &[SensitiveCategory],
        has: &[SensitiveCategory],
        state: Region,
    ) -> bool {
        let Some(gpp) = &self.gpp else { return false };
        let is_in_force = |id: SectionId| match &self.signals.gpp_sid {
            Given::Absent => true,
            Given::Unreadable => false,
            Given::Value(ids) => ids.contains(&id.as_u16()),
        };
        let covers = |id: SectionId| match id.us_state() {
            Some(code) => Region::new(Country::US, code) == Ok(state),
            None => id == SectionId::US_NAT,
        };
        let all = gpp.us_answer(|_| true).unwrap_or(UsAnswer::UNREADABLE).sensitive;
        let Some(own) = gpp.us_answer(|id| is_in_force(id) && covers(id)) else { return false };
        let is_refused = |one| matches!(all.of(one), Choice::Refused | Choice::Unreadable);
        let is_permitted = |one| own.sensitive.of(one) == Choice::Permitted;
        let is_not_asked = |one| own.sensitive.of(one) == Choice::Absent;
        let mut both = may_reveal.iter().chain(has).copied();
        !both.any(is_refused)
            && has.iter().copied().all(is_permitted)
            && may_reveal.iter().copied().all(|one| is_permitted(one) || is_not_asked(one))
            && (may_reveal.is_empty() || may_reveal.iter().copied().any(is_permitted))
    }

    /// What Consent Mode says about storage for analytics.
    pub(crate) fn analytics_storage(&self) -> Option<crate::Grant> {
        self.modes.analytics_storage()
    }

    pub(crate) const fn clock(&self) -> Clock {
        self.clock
    }
}

/// Whether a section is said to be in force that the string does not have: what it says is not known,
/// nor whether it was meant.
fn lacks_section(signals: &Signals, gpp: Option<&Gpp<'_>>) -> bool {
    let ids = signals.gpp_sid.value().map_or(&[][..], Vec::as_slice);
    let has =
        |id: &u16| gpp.is_some_and(|gpp| gpp.section_ids().any(|there| there.as_u16() == *id));
    !ids.iter().all(has)
}

/// Whether nobody here can read the section: it may be a refusal.
const fn is_unknown(section: SectionId) -> bool {
    section.name().is_none()
}

/// Signals that need no reading.
fn plain(signals: &Signals, timing: Timing, found: &mut Findings) {
    match signals.gpc {
        Given::Value(true) => found.opt_out.add(Reason::GPC),
        Given::Value(false) | Given::Absent => {}
        Given::Unreadable => found.cannot_read(Reason::SIGNAL_UNREADABLE),
    }
    match signals.opted_out {
        Given::Value(true) => found.stop.add(Reason::ACCOUNT_OPTED_OUT),
        Given::Value(false) | Given::Absent => {}
        // Nobody notes a "no, they did not" that they can't write: it stops as a yes does.
        Given::Unreadable => {
            found.stop.add(Reason::ACCOUNT_OPTED_OUT);
            found.cannot_read(Reason::SIGNAL_UNREADABLE);
        }
    }
    found.is_pending = signals.pending.is(true);
    let unreadable = [
        signals.gpp_sid.is_unreadable(),
        signals.gdpr_applies.is_unreadable(),
        signals.pending.is_unreadable(),
        signals.explicit_consent.is_unreadable(),
        signals.gpc_at.is_unreadable(),
        signals.has_unknown_keys,
        timing == Timing::Unreadable,
    ];
    found.unreadable.add_if(unreadable.contains(&true), Reason::SIGNAL_UNREADABLE);
}

/// Whether `reasons` holds anything.
const fn any(reasons: Reasons) -> bool {
    !reasons.is_empty()
}
