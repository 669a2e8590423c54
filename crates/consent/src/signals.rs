//! Everything that was said about consent, as it arrived.

use predispatch_types::{Platform, Timestamp};

use crate::{ConsentMode, ConsentText, Given};

/// The consent signals of one event, or the newest ones known of its person.
///
/// Each is absent, unreadable or a value. With the feature `serde` it is read from an event's
/// `consent` object; nothing in that object is an error: what has a wrong type is unreadable.
///
/// ```
/// use predispatch_consent::{Given, Signals};
/// use predispatch_types::Platform;
///
/// let mut signals = Signals::default();
/// signals.set_tcf("CPX…");
/// signals.set_cmp(Platform::Meta, Given::Value(true));
/// signals.observe_gpc(["1"]);
/// assert!(signals.gpc.is(true));
/// // Empty is not absent.
/// signals.set_gpp("");
/// assert!(signals.gpp.is_unreadable());
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Signals {
    /// IAB TC string.
    pub tcf: Given<ConsentText>,
    /// Google's Additional Consent string. It speaks only beside a TC string.
    pub additional_consent: Given<ConsentText>,
    /// IAB GPP string.
    pub gpp: Given<ConsentText>,
    /// The GPP sections in force for this event; without −1, which means unknown.
    pub gpp_sid: Given<Vec<u16>>,
    /// US Privacy string.
    pub us_privacy: Given<ConsentText>,
    /// Global Privacy Control. `Value(false)`: somebody looked, and the browser made no statement.
    pub gpc: Given<bool>,
    /// When Global Privacy Control was first seen of this person. Only the one upgrade asks for it
    /// ([`ExplicitConsent`]).
    pub gpc_at: Given<Timestamp>,
    /// Whether the site says that European law applies.
    pub gdpr_applies: Given<bool>,
    /// Consent Mode as an object.
    pub consent_mode: Given<ConsentMode>,
    /// Consent Mode's `gcs` parameter.
    pub gcs: Given<ConsentText>,
    /// Consent Mode's `gcd` parameter.
    pub gcd: Given<ConsentText>,
    /// The consent platform's own answers, by destination.
    pub(crate) cmp: [Given<bool>; Platform::ALL.len()],
    /// When the answers without a time of their own were given.
    pub collected_at: Given<Timestamp>,
    /// The person was still being asked.
    pub pending: Given<bool>,
    /// The person opted out in their account.
    pub opted_out: Given<bool>,
    /// A consent that the person gave expressly, to a text of its own.
    pub explicit_consent: Given<ExplicitConsent>,
    /// The `consent` object had a key, or a shape, that was not understood: it may have been a
    /// refusal.
    pub has_unknown_keys: bool,
}

impl Signals {
    /// The TC string; empty is unreadable.
    pub fn set_tcf(&mut self, text: &str) {
        self.tcf = non_empty(text);
    }

    /// The Additional Consent string; empty is unreadable.
    pub fn set_additional_consent(&mut self, text: &str) {
        self.additional_consent = non_empty(text);
    }

    /// The GPP string; empty is unreadable.
    pub fn set_gpp(&mut self, text: &str) {
        self.gpp = non_empty(text);
    }

    /// The US Privacy string; empty is unreadable.
    pub fn set_us_privacy(&mut self, text: &str) {
        self.us_privacy = non_empty(text);
    }

    /// The consent platform's own answer for `platform`.
    pub fn cmp_answer(&self, platform: Platform) -> Given<bool> {
        index(platform).and_then(|at| self.cmp.get(at)).copied().unwrap_or_default()
    }

    /// Sets the consent platform's own answer for `platform`.
    pub fn set_cmp(&mut self, platform: Platform, answer: Given<bool>) {
        if let Some(slot) = index(platform).and_then(|at| self.cmp.get_mut(at)) {
            *slot = answer;
        }
    }

    /// Makes every answer of the consent platform unreadable that is not there yet.
    pub fn spoil_cmp(&mut self) {
        for slot in self.cmp.iter_mut().filter(|slot| slot.is_absent()) {
            *slot = Given::Unreadable;
        }
    }

    /// Whether the consent platform answered for any destination, readably or not.
    pub fn has_cmp(&self) -> bool {
        self.cmp.iter().any(|answer| !answer.is_absent())
    }

    /// Takes Global Privacy Control from the request's `Sec-GPC` header lines, all of them in
    /// order; pass none if the request had none.
    ///
    /// Only `1` is defined. Anything else can't be understood, and so is unreadable. A "yes, I
    /// object" that was already there stays.
    pub fn observe_gpc<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        let seen = lines
            .into_iter()
            .map(|line| line.trim_matches([' ', '\t']) == "1")
            .reduce(|all, one| all && one);
        let header = match seen {
            None => Given::Value(false),
            Some(true) => Given::Value(true),
            Some(false) => Given::Unreadable,
        };
        self.gpc = match (self.gpc, header) {
            (Given::Value(true), _) | (_, Given::Value(true)) => Given::Value(true),
            (Given::Unreadable, _) | (_, Given::Unreadable) => Given::Unreadable,
            _ => Given::Value(false),
        };
    }

    /// What the object, `gcs` and `gcd` say together.
    pub(crate) fn consent_modes(&self) -> [Given<ConsentMode>; 3] {
        [
            self.consent_mode,
            self.gcs.and_then(|text| ConsentMode::from_gcs(text.as_str())),
            self.gcd.and_then(|text| ConsentMode::from_gcd(text.as_str())),
        ]
    }
}

/// An express consent to one text, such as a statement that a person signs or ticks.
///
/// Alone it permits nothing. It counts where the policy names its text, for two things: as the
/// express consent that special categories of data need beside the usual yes (`explicit_text` of an
/// `[[exemption]]`), and, in California, to set aside a Global Privacy Control that is older, by
/// [`Signals::gpc_at`] (`gpc_upgrade_texts`; 11 CCR 7025(c)(3)).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ExplicitConsent {
    /// When it was given.
    pub time: Timestamp,
    /// The business's own id of the text that was agreed to.
    pub text_id: Box<str>,
}

impl ExplicitConsent {
    /// `None` if `text_id` is empty: a consent to nothing in particular is none.
    pub fn new(time: Timestamp, text_id: &str) -> Option<Self> {
        (!text_id.trim().is_empty()).then(|| Self { time, text_id: text_id.into() })
    }
}

fn non_empty(text: &str) -> Given<ConsentText> {
    if text.trim().is_empty() { Given::Unreadable } else { Given::Value(text.into()) }
}

fn index(platform: Platform) -> Option<usize> {
    Platform::ALL.iter().position(|known| *known == platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_gpc_is_on_for_ones_only_and_never_off_by_accident() {
        let read = |lines: &[&str]| {
            let mut signals = Signals::default();
            signals.observe_gpc(lines.iter().copied());
            signals.gpc
        };
        assert_eq!(read(&[]), Given::Value(false));
        assert_eq!(read(&["1"]), Given::Value(true));
        assert_eq!(read(&[" 1\t", "1"]), Given::Value(true));
        for odd in [&["0"][..], &[""], &["true"], &["1, 1"], &["1", "0"], &["0", "1"]] {
            assert_eq!(read(odd), Given::Unreadable, "{odd:?}");
        }
    }

    #[test]
    fn a_header_never_takes_an_objection_back() {
        let mut signals = Signals { gpc: Given::Value(true), ..Signals::default() };
        signals.observe_gpc([]);
        assert!(signals.gpc.is(true));
        signals.gpc = Given::Unreadable;
        signals.observe_gpc([]);
        assert!(signals.gpc.is_unreadable());
    }

    #[test]
    fn every_platform_has_its_own_answer() {
        let mut signals = Signals::default();
        for platform in Platform::ALL {
            assert!(signals.cmp_answer(platform).is_absent(), "{platform}");
            signals.set_cmp(platform, Given::Value(true));
            assert!(signals.cmp_answer(platform).is(true), "{platform}");
        }
        let mut signals = Signals::default();
        signals.set_cmp(Platform::Meta, Given::Value(true));
        signals.spoil_cmp();
        assert!(
            signals.cmp_answer(Platform::Meta).is(true)
                && signals.cmp_answer(Platform::X).is_unreadable()
        );
    }

    #[test]
    fn debug_prints_no_string() {
        let mut signals = Signals::default();
        signals.set_tcf("marked");
        signals.set_gpp("marked");
        assert!(!format!("{signals:?}").contains("marked"));
    }
}
