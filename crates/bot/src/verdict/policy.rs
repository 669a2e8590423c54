//! What to do with an event, given the verdict on its sender.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use predispatch_types::Platform;

use super::class::{Class, Identity};
use super::record::Verdict;

/// What happens to an event. Later is stricter.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Action {
    /// It goes as it is.
    #[default]
    Send,
    /// It goes, and is marked in the records.
    Mark,
    /// It goes without its value: counted, but not bid on.
    WithoutValue,
    /// It waits for somebody's decision.
    Hold,
    /// It does not go.
    Drop,
}

impl Action {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Mark => "mark",
            Self::WithoutValue => "without_value",
            Self::Hold => "hold",
            Self::Drop => "drop",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An action for each class, where one is set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct Actions {
    /// For [`Class::Human`].
    pub human: Option<Action>,
    /// For [`Class::Suspect`].
    pub suspect: Option<Action>,
    /// For a crawler that only says so.
    pub crawler_claimed: Option<Action>,
    /// For a crawler whose address proves it.
    pub crawler_verified: Option<Action>,
    /// For [`Class::Automation`].
    pub automation: Option<Action>,
    /// For [`Class::NotMeasured`].
    pub not_measured: Option<Action>,
    /// For prefetch and prerender requests, whatever the class, if that is stricter.
    pub speculative: Option<Action>,
    /// For an event without a verdict, because judging failed or was off: `send` fails open, `drop`
    /// fails closed.
    pub unjudged: Option<Action>,
}

/// Actions for one event name, one destination, or both.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Override {
    /// The canonical event name; every event if absent.
    #[cfg_attr(feature = "serde", serde(default))]
    pub event: Option<Box<str>>,
    /// The destination; every one if absent.
    #[cfg_attr(feature = "serde", serde(default, deserialize_with = "platform"))]
    pub destination: Option<Platform>,
    /// What holds there.
    pub actions: Actions,
}

impl Override {
    /// Actions for `event` at `destination`; `None` is every one.
    pub fn new(event: Option<&str>, destination: Option<Platform>, actions: Actions) -> Self {
        Self { event: event.map(Into::into), destination, actions }
    }

    fn fits(&self, subject: &Subject<'_>) -> bool {
        self.event.as_deref().is_none_or(|event| event == subject.event_name)
            && self.destination.is_none_or(|platform| platform == subject.destination)
    }

    fn is_specific(&self) -> u8 {
        u8::from(self.event.is_some())
            .saturating_mul(2)
            .saturating_add(u8::from(self.destination.is_some()))
    }
}

/// Verdicts into actions.
///
/// The most specific setting wins: event and destination, event, destination, [`Self::actions`].
/// What is set nowhere is as in [`Policy::default`].
///
/// ```
/// use predispatch_bot::verdict::{Action, Policy, Subject};
/// use predispatch_types::Platform;
///
/// let policy = Policy::default();
/// let order = Subject::new("purchase", Platform::Meta);
/// assert_eq!(policy.decide(None, &order).action, Action::Send);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct Policy {
    /// For every event and destination.
    pub actions: Actions,
    /// Exceptions.
    pub overrides: Vec<Override>,
    /// A paid, server-confirmed order with a lower score is neither dropped nor held, but marked.
    pub paid_order_score: u8,
    /// Decide and record, but send everything.
    pub shadow: bool,
}

/// People, suspects and what was not measured go (suspects marked); crawlers, programs and
/// speculative requests are dropped; without a verdict the event goes. A paid order is dropped only
/// from a score of 95 on: a hard finding and something else besides. No shadow mode.
impl Default for Policy {
    fn default() -> Self {
        Self {
            actions: Actions::default(),
            overrides: Vec::new(),
            paid_order_score: 95,
            shadow: false,
        }
    }
}

const DEFAULTS: Actions = Actions {
    human: Some(Action::Send),
    suspect: Some(Action::Mark),
    crawler_claimed: Some(Action::Drop),
    crawler_verified: Some(Action::Drop),
    automation: Some(Action::Drop),
    not_measured: Some(Action::Send),
    speculative: Some(Action::Drop),
    unjudged: Some(Action::Send),
};

impl Policy {
    /// What happens to the event `subject`, whose sender is judged `verdict`.
    pub fn decide(&self, verdict: Option<&Verdict>, subject: &Subject<'_>) -> Ruling {
        let by_class = self.action(subject, |actions| match verdict.map(Verdict::class) {
            None => actions.unjudged,
            Some(Class::Human) => actions.human,
            Some(Class::Suspect) => actions.suspect,
            Some(Class::Crawler(Identity::Claimed)) => actions.crawler_claimed,
            Some(Class::Crawler(Identity::Verified)) => actions.crawler_verified,
            Some(Class::Automation) => actions.automation,
            Some(Class::NotMeasured) => actions.not_measured,
        });
        let is_speculative = verdict.is_some_and(Verdict::is_speculative);
        let for_speculative = if is_speculative {
            self.action(subject, |actions| actions.speculative)
        } else {
            Action::Send
        };
        let wanted = by_class.max(for_speculative);
        let score = verdict.map_or(0, Verdict::score);
        let guarded = subject.is_paid_order
            && score < self.paid_order_score
            && matches!(wanted, Action::Drop | Action::Hold);
        let decided = if guarded { Action::Mark } else { wanted };
        Ruling {
            action: if self.shadow { Action::Send } else { decided },
            wanted,
            by_speculation: for_speculative > by_class,
            guarded_as_paid: guarded,
            is_shadow: self.shadow,
        }
    }

    /// Whether `subject` gets this action for some class of sender, or without a verdict.
    pub fn may_take(&self, subject: &Subject<'_>, action: Action) -> bool {
        let of_classes: [fn(&Actions) -> Option<Action>; 8] = [
            |of| of.human,
            |of| of.suspect,
            |of| of.crawler_claimed,
            |of| of.crawler_verified,
            |of| of.automation,
            |of| of.not_measured,
            |of| of.speculative,
            |of| of.unjudged,
        ];
        match self.shadow {
            true => action == Action::Send,
            false => of_classes.into_iter().any(|pick| self.action(subject, pick) == action),
        }
    }

    fn action(&self, subject: &Subject<'_>, pick: impl Fn(&Actions) -> Option<Action>) -> Action {
        let exceptions = self.overrides.iter().filter(|exception| exception.fits(subject));
        let set = exceptions
            .filter_map(|exception| Some((exception.is_specific(), pick(&exception.actions)?)))
            // Of equals the later wins, as in most configuration files.
            .max_by_key(|(specific, _)| *specific);
        set.map(|(_, action)| action)
            .or_else(|| pick(&self.actions))
            .or_else(|| pick(&DEFAULTS))
            .unwrap_or_default()
    }
}

/// The event that a policy decides on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Subject<'a> {
    /// Its canonical name.
    pub event_name: &'a str,
    /// Where it would go.
    pub destination: Platform,
    /// Whether it is an order that was paid and that the shop's own server confirmed.
    pub is_paid_order: bool,
}

impl<'a> Subject<'a> {
    /// An event that is not a paid order.
    pub const fn new(event_name: &'a str, destination: Platform) -> Self {
        Self { event_name, destination, is_paid_order: false }
    }

    /// The same, as a paid order that the shop's own server confirmed.
    #[must_use]
    pub const fn paid_order(self) -> Self {
        Self { is_paid_order: true, ..self }
    }
}

/// What a policy decided, and why it is not what the class alone asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Ruling {
    /// What happens.
    #[cfg_attr(feature = "serde", serde(serialize_with = "name"))]
    pub action: Action,
    /// What the settings ask for, before the guard and shadow mode.
    #[cfg_attr(feature = "serde", serde(serialize_with = "name"))]
    pub wanted: Action,
    /// The request was speculative, and that asked for more than the class.
    pub by_speculation: bool,
    /// A paid order was kept.
    pub guarded_as_paid: bool,
    /// Shadow mode: nothing was withheld.
    pub is_shadow: bool,
}

#[cfg(feature = "serde")]
fn name<S: serde::Serializer>(action: &Action, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(action.as_str())
}

#[cfg(feature = "serde")]
fn platform<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Platform>, D::Error> {
    use serde::Deserialize as _;
    let name = Option::<String>::deserialize(deserializer)?;
    let unknown = |_| serde::de::Error::custom("not the name of a destination");
    name.map(|name| name.parse().map_err(unknown)).transpose()
}
