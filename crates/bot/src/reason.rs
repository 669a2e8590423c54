//! What every layer hands to the verdict: one finding, with a stable code and how hard to weigh it.

use core::fmt;

/// One finding of one layer. It holds nothing of the input.
///
/// ```
/// use predispatch_bot::{Layer, Reason, Strength};
///
/// let reason = Reason::new(Layer::Ua, "ua_headless", Strength::Hard);
/// assert_eq!(reason.to_string(), "ua_headless");
/// assert!(reason.strength > Strength::Strong);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Reason {
    /// The layer that found it.
    pub layer: Layer,
    /// A stable code, with the layer's name in front: `ua_headless`, `email_disposable`.
    pub code: &'static str,
    /// How hard to weigh it.
    pub strength: Strength,
    /// What lies behind it; the code itself unless [`because`](Self::because) named something. Of
    /// several findings with one cause only the strongest counts: one fact seen twice is one fact.
    pub cause: &'static str,
}

impl Reason {
    /// A finding of `layer`.
    pub const fn new(layer: Layer, code: &'static str, strength: Strength) -> Self {
        Self { layer, code, strength, cause: code }
    }

    /// The same finding, counted together with all others of `cause`.
    #[must_use]
    pub const fn because(self, cause: &'static str) -> Self {
        Self { cause, ..self }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// The numbers of the bits that are set, ascending: most findings are not there.
pub(crate) fn bits(mut set: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let lowest = set.trailing_zeros();
        set &= set.checked_sub(1)?;
        usize::try_from(lowest).ok()
    })
}

/// Where a finding comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Layer {
    /// The network address.
    Ip,
    /// The user agent.
    Ua,
    /// The other request headers.
    Headers,
    /// What a script in the page measured.
    Device,
    /// The e-mail address.
    Email,
}

impl Layer {
    /// Its stable name, which begins its codes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Ua => "ua",
            Self::Headers => "headers",
            Self::Device => "device",
            Self::Email => "email",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How hard a finding is to be weighed. Later is harder.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Strength {
    /// Worth recording; it weighs nothing.
    Note,
    /// Common among people too: it only adds up.
    Weak,
    /// Rare for people: two of them decide.
    Strong,
    /// Cannot happen with an unmodified browser that a person uses.
    Hard,
}

impl Strength {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Weak => "weak",
            Self::Strong => "strong",
            Self::Hard => "hard",
        }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
