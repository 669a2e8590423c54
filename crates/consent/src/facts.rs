//! The facts of an event that outlive its signals.

use predispatch_gpp::SensitiveCategory;
use predispatch_types::Timestamp;

use crate::{
    ActionSource, AgeBand, EventFacts, EventKey, Person,
    policy::{Policy, vertical},
};

/// What [`EventFacts`] and [`Person`] come to under a policy: no text of the event, no exact age.
#[derive(Clone)]
pub(crate) struct Facts {
    pub(crate) key: EventKey,
    pub(crate) time: Timestamp,
    pub(crate) source: ActionSource,
    /// The request's headers were at hand, or the signal itself was.
    pub(crate) gpc_observed: bool,
    pub(crate) age: AgeBand,
    pub(crate) erased: bool,
    pub(crate) objected: bool,
    /// The regulated subject's name in the policy.
    pub(crate) vertical: Option<Box<str>>,
    /// A vertical was named that the policy does not know.
    pub(crate) has_unknown_vertical: bool,
    /// The words of all subjects that the policy does not know: a later one may.
    pub(crate) unknown_words: Vec<Box<str>>,
    /// Exactly one regulated subject was named: of several no proof covers all.
    pub(crate) may_be_exempt: bool,
    /// The event's name; only of regulated subjects, whose exemptions go by it.
    pub(crate) name: Option<Box<str>>,
    pub(crate) sensitive: Vec<SensitiveCategory>,
}

impl Facts {
    pub(crate) fn new(
        event: &EventFacts<'_>,
        person: &Person,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let word = event.vertical.map(str::trim).filter(|word| !word.is_empty());
        let is_readable = |word: &&str| word.len() <= EventFacts::MAX_VERTICAL_LEN;
        let (vertical, may_be_exempt) = match word {
            None => (None, true),
            Some(word) if is_readable(&word) => {
                let mut named = policy.verticals_in(word);
                let first = named.next().map(|rules| &*rules.name);
                (first, named.next().is_none())
            }
            // Nobody reads so much for a subject: it may be any.
            Some(_) => (Some(UNREADABLE), false),
        };
        // A word that is known hides none that is not.
        let subjects = || word.filter(is_readable).into_iter().flat_map(vertical::subjects);
        let has_unknown_vertical = subjects().any(|subject| policy.vertical(subject).is_none());
        let mut unknown_words: Vec<_> = subjects().flat_map(vertical::words).collect();
        unknown_words.retain(|word| policy.vertical(word).is_none());
        unknown_words.sort_unstable();
        unknown_words.dedup();
        let is_regulated = vertical.is_some() || !event.sensitive.is_empty();
        Self {
            key: event.key,
            time: event.time,
            source: event.source,
            gpc_observed: event.headers_seen,
            // Nobody grows older by an event that claims to be in the future.
            age: person.age_band(event.time.min(now)),
            erased: person.erased,
            objected: person.objected,
            vertical: vertical.map(Into::into),
            has_unknown_vertical,
            unknown_words,
            may_be_exempt,
            name: is_regulated.then(|| event.name.into()),
            sensitive: event.sensitive.clone(),
        }
    }

    pub(crate) const fn is_regulated(&self) -> bool {
        self.vertical.is_some() || !self.sensitive.is_empty()
    }
}

/// No policy has a vertical of this name, so no exemption names it.
const UNREADABLE: &str = "?";
