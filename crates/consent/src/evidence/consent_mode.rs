//! Consent Mode from its three carriers, taken together.

use crate::{
    Given, Grant, Reason, Signals,
    clock::Timing,
    consent_mode,
    findings::Findings,
    policy::{DestinationRules, Yes},
};

/// What the object, `gcs` and `gcd` say about each signal.
pub(super) struct Modes {
    storage: Said,
    user_data: Said,
    personalization: Said,
    analytics: Said,
    has_unreadable: bool,
    is_given: bool,
}

/// All that was said about one signal. A denial anywhere is a denial; a yes beside something
/// unreadable is none, and neither is one that `gcd` does not have.
#[derive(Clone, Copy, Default)]
struct Said {
    is_granted: bool,
    is_denied: bool,
    /// A denial is somebody's answer, as far as can be told, and not the site's default.
    is_refused: bool,
    is_unreadable: bool,
    is_unset_in_gcd: bool,
}

impl Said {
    fn add(&mut self, given: Given<Grant>, is_default: bool) {
        match given {
            Given::Absent => {}
            Given::Unreadable => self.is_unreadable = true,
            // The site's own word.
            Given::Value(Grant::Granted) if is_default => {}
            Given::Value(Grant::Granted) => self.is_granted = true,
            Given::Value(Grant::Denied) => {
                self.is_denied = true;
                self.is_refused |= !is_default;
            }
        }
    }

    const fn is_yes(self) -> bool {
        self.is_granted && !self.is_denied && !self.is_unreadable && !self.is_unset_in_gcd
    }
}

impl Modes {
    pub(super) fn read(signals: &Signals) -> Self {
        let carriers = signals.consent_modes();
        let mut modes = Self {
            storage: Said::default(),
            user_data: Said::default(),
            personalization: Said::default(),
            analytics: Said::default(),
            has_unreadable: carriers.iter().any(Given::is_unreadable),
            is_given: carriers.iter().any(|carrier| !carrier.is_absent()),
        };
        for mode in carriers.iter().filter_map(Given::value) {
            modes.storage.add(mode.ad_storage, mode.is_default);
            modes.user_data.add(mode.ad_user_data, mode.is_default);
            modes.personalization.add(mode.ad_personalization, mode.is_default);
            modes.analytics.add(mode.analytics_storage, mode.is_default);
        }
        // Only `gcd` tells an answer from a default, which the others repeat.
        if let [_, _, Given::Value(gcd)] = &carriers {
            modes.storage.is_unset_in_gcd = gcd.ad_storage.is_absent();
            modes.user_data.is_unset_in_gcd = gcd.ad_user_data.is_absent();
            modes.personalization.is_unset_in_gcd = gcd.ad_personalization.is_absent();
            modes.analytics.is_unset_in_gcd = gcd.analytics_storage.is_absent();
        }
        if let Given::Value(text) = &signals.gcd {
            let [storage, user_data, personalization] = consent_mode::gcd_waits(text.as_str());
            modes.storage.is_refused &= !storage;
            modes.user_data.is_refused &= !user_data;
            modes.personalization.is_refused &= !personalization;
        }
        let ads = [modes.storage, modes.user_data, modes.personalization];
        modes.has_unreadable |= ads.iter().any(|said| said.is_unreadable);
        modes
    }

    pub(super) const fn find_unreadable(&self, found: &mut Findings) {
        found.unreadable.add_if(self.has_unreadable, Reason::GCM_UNREADABLE);
    }

    /// A denial counts for every destination, a yes for those that it speaks about.
    pub(super) fn find(&self, rules: &DestinationRules, timing: Timing, found: &mut Findings) {
        found.no.add_if(self.storage.is_denied || self.user_data.is_denied, Reason::GCM_DENIED);
        found.personal_no.add_if(self.personalization.is_denied, Reason::GCM_DENIED);
        let ads = [self.storage, self.user_data, self.personalization];
        found.gcm_is_refused = ads.iter().any(|said| said.is_refused);
        if !self.is_given {
            return;
        }
        let needed = rules.consent_mode;
        if needed == crate::policy::Carries::default() {
            let is_yes = self.storage.is_yes() || self.user_data.is_yes();
            found.lacking.add_if(is_yes, Reason::GCM_NOT_MAPPED);
            return;
        }
        let is_yes = (self.storage.is_yes() || !needed.ad_storage)
            && (self.user_data.is_yes() || !needed.ad_user_data)
            && (self.personalization.is_yes() || !needed.ad_personalization);
        if !is_yes {
            found.lacking.add(Reason::GCM_UNSET);
        } else if let Some(objection) = timing.objection(Reason::SIGNAL_STALE) {
            found.lacking.add(objection);
        } else {
            found.yes.insert(Yes::ConsentMode);
            if self.personalization.is_yes() {
                found.personal_yes.insert(Yes::ConsentMode);
            }
        }
    }

    pub(super) const fn analytics_storage(&self) -> Option<Grant> {
        let said = self.analytics;
        if said.is_denied || said.is_unreadable {
            Some(Grant::Denied)
        } else if said.is_yes() {
            Some(Grant::Granted)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConsentMode;

    #[test]
    fn a_default_grants_nothing_whatever_is_set_on_it() {
        let mut mode = ConsentMode::all(Grant::Denied).as_default();
        mode.ad_storage = Given::Value(Grant::Granted);
        let signals = Signals { consent_mode: Given::Value(mode), ..Signals::default() };
        let read = Modes::read(&signals);
        assert!(!read.storage.is_yes() && read.user_data.is_denied);
    }
}
