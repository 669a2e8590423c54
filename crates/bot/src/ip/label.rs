//! What a feed says of a network.

use super::{Class, ClassSet, RowFault};

/// What a feed says of a network: classes, the autonomous system, and two names.
///
/// ```
/// use predispatch_bot::ip::{Class, Label};
///
/// let label = Label::of(Class::Datacenter).provider("hetzner");
/// assert_eq!(label.classes.to_string(), "datacenter");
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Label {
    /// What it is.
    pub classes: ClassSet,
    /// The autonomous system that announces it.
    pub asn: Option<u32>,
    /// Whose servers, VPN, proxies or network it is.
    pub provider: Option<Box<str>>,
    /// Whose crawler comes from it.
    pub operator: Option<Box<str>>,
}

impl Label {
    /// Longest name, in bytes.
    pub const MAX_NAME: usize = 64;

    /// Of one class.
    pub fn of(class: Class) -> Self {
        Self { classes: ClassSet::of(class), ..Self::default() }
    }

    /// A verified crawler of this operator.
    pub fn crawler(operator: &str) -> Self {
        Self { operator: name(operator).ok(), ..Self::of(Class::Crawler) }
    }

    /// With one class more.
    pub fn with(mut self, class: Class) -> Self {
        self.classes = self.classes.with(class);
        self
    }

    /// With the autonomous system.
    pub fn asn(mut self, asn: u32) -> Self {
        self.asn = Some(asn);
        self
    }

    /// With the provider's name. One that breaks the rules of [`RowFault::BadName`] is left out.
    pub fn provider(mut self, provider: &str) -> Self {
        self.provider = name(provider).ok();
        self
    }
}

/// A name as it is kept: trimmed, not empty, short, without control characters.
pub(crate) fn name(text: &str) -> Result<Box<str>, RowFault> {
    let text = text.trim();
    let is_sound =
        !text.is_empty() && text.len() <= Label::MAX_NAME && !text.chars().any(char::is_control);
    if is_sound { Ok(text.into()) } else { Err(RowFault::BadName) }
}
