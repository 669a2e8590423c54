//! E-mail addresses: what the domain and the local part say about their owner.
//!
//! ```
//! use predispatch_bot::email::{EmailClassifier, Listing, Provider};
//!
//! # #[cfg(feature = "bundled")] {
//! let classifier = EmailClassifier::bundled();
//! let verdict = classifier.classify("jane@eu.mailinator.com")?;
//! assert_eq!(verdict.provider(), Provider::Disposable(Listing::Curated));
//!
//! // Hide My Email is a person who does not want to be followed, not one who is not there.
//! let relay = classifier.classify("x7k2m9@privaterelay.appleid.com")?;
//! assert_eq!(relay.provider(), Provider::Relay);
//! assert!(!relay.is_disposable());
//!
//! let typo = classifier.classify("jane@hotmaiil.it")?;
//! assert_eq!(typo.suggestion(), Some("hotmail.it"));
//! # }
//! # Ok::<(), predispatch_bot::email::EmailError>(())
//! ```
//!
//! # Rules
//!
//! 1. A known mailbox provider or relay wins over every list: lists of disposable domains hold
//!    ordinary providers (`docs/sources/bot.md` counts them).
//! 2. A domain is disposable if it, or a parent of it down to the registrable one, is curated, a
//!    wildcard host, or on two collected lists. One collected list alone is a weak finding.
//! 3. Role accounts, typing errors and random-looking names are weak: people have them too.
//!
//! # Limits
//!
//! [`EmailClassifier::MAX_LEN`] bytes; longer is an error. Nothing is looked up in the network.
//!
//! Personal data: the verdict keeps the domain, never the local part.

mod domain;
mod local;
mod punycode;
mod set;
mod typo;

use std::collections::HashMap;

pub use domain::Domain;
pub use set::{DisposableDomains, DomainList, ListKind, LoadError, LoadReport};

use crate::{Layer, Reason, Strength};

/// The tables that addresses are compared with.
#[derive(Debug)]
pub struct EmailClassifier {
    disposable: DisposableDomains,
    known: HashMap<Box<str>, Provider, foldhash::fast::FixedState>,
}

impl EmailClassifier {
    /// Longest accepted address or domain, in bytes. RFC 5321 allows 254 characters; international
    /// ones have up to four bytes each.
    pub const MAX_LEN: usize = 1_016;

    /// The classifier of the bundled tables.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Self {
        Self::new(DisposableDomains::bundled())
    }

    /// A classifier with another set of disposable domains, and the built-in mailbox providers and
    /// relays.
    pub fn new(disposable: DisposableDomains) -> Self {
        let mut known = HashMap::default();
        for (list, provider) in [(MAILBOXES, Provider::Mailbox), (RELAYS, Provider::Relay)] {
            for name in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
                known.insert(Box::from(name), provider);
            }
        }
        Self { disposable, known }
    }

    /// Allows a domain and all under it: no list counts against it.
    pub fn allow(&mut self, domain: &Domain) {
        self.known.insert(Box::from(domain.as_str()), Provider::Mailbox);
    }

    /// What an address, or a domain alone, says.
    ///
    /// # Errors
    /// If no domain can be read out of it.
    pub fn classify(&self, text: &str) -> Result<EmailVerdict, EmailError> {
        if text.len() > Self::MAX_LEN {
            return Err(EmailError::TooLong { len: text.len() });
        }
        let text = text.trim();
        match text.rsplit_once('@') {
            None => Ok(self.of_domain(Domain::parse(text)?)),
            Some((_, domain)) if domain.starts_with('[') => Err(EmailError::AddressLiteral),
            Some((local, domain)) => {
                let mut verdict = self.of_domain(Domain::parse(domain)?);
                local::findings(local, &mut |finding| verdict.findings.add(finding));
                Ok(verdict)
            }
        }
    }

    fn of_domain(&self, domain: Domain) -> EmailVerdict {
        let parts = domain.parts();
        let provider = self.provider(parts);
        let mut findings = Findings::default();
        let mut suggestion = None;
        match provider {
            Provider::Mailbox => {}
            Provider::Relay => findings.add(Finding::Relay),
            Provider::Disposable(listing) => findings.add(match listing {
                Listing::Curated => Finding::DisposableCurated,
                Listing::Wildcard => Finding::DisposableWildcard,
                Listing::Reported | Listing::ReportedOnce => Finding::DisposableReported,
            }),
            Provider::ReportedOnce => findings.add(Finding::ReportedOnce),
            Provider::Other => {
                suggestion = typo::suggestion(parts.name);
                if suggestion.is_some() {
                    findings.add(Finding::Typo);
                }
            }
        }
        if !parts.has_known_suffix {
            findings.add(Finding::UnknownSuffix);
        }
        EmailVerdict { domain, provider, suggestion, findings }
    }

    fn provider(&self, domain: domain::Parts<'_>) -> Provider {
        let known = domain.up_to_registrable().find_map(|name| self.known.get(name));
        if let Some(known) = known {
            return *known;
        }
        match self.disposable.listing_of(domain) {
            None => Provider::Other,
            Some(Listing::ReportedOnce) => Provider::ReportedOnce,
            Some(listing) => Provider::Disposable(listing),
        }
    }
}

/// Mailbox providers, one domain a line. Ours.
const MAILBOXES: &str = include_str!("../../data/email/mailboxes.txt");
/// Relays and aliases, one domain a line. Ours.
const RELAYS: &str = include_str!("../../data/email/relays.txt");

/// Who stands behind a domain.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Provider {
    /// A known provider of mailboxes, or one that the caller allowed.
    Mailbox,
    /// Forwards to a mailbox that it hides. People; never disposable.
    Relay,
    /// Mailboxes for one use.
    Disposable(Listing),
    /// On one collected list only: not enough to call it disposable.
    ReportedOnce,
    /// Anybody: a company, a school, a family.
    Other,
}

impl Provider {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Relay => "relay",
            Self::Disposable(_) => "disposable",
            Self::ReportedOnce => "reported_once",
            Self::Other => "other",
        }
    }
}

/// How sure it is that a domain is disposable. Later is surer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Listing {
    /// On one collected list.
    ReportedOnce,
    /// On two or more collected lists.
    Reported,
    /// A host that gives every visitor a subdomain.
    Wildcard,
    /// On a list whose entries were looked at.
    Curated,
}

/// What an address says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EmailVerdict {
    domain: Domain,
    provider: Provider,
    suggestion: Option<&'static str>,
    findings: Findings,
}

impl EmailVerdict {
    /// The domain.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Who stands behind the domain.
    pub const fn provider(&self) -> Provider {
        self.provider
    }

    /// Whether the domain gives mailboxes for one use.
    pub const fn is_disposable(&self) -> bool {
        matches!(self.provider, Provider::Disposable(_))
    }

    /// Whether the local part is a function rather than a person: `info`, `sales`.
    pub const fn is_role(&self) -> bool {
        self.findings.has(Finding::Role)
    }

    /// The provider that was probably meant.
    pub const fn suggestion(&self) -> Option<&'static str> {
        self.suggestion
    }

    /// Why, in a fixed order.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        let findings = self.findings;
        let found = ALL.iter().filter(move |(finding, ..)| findings.has(*finding));
        found.map(|(_, code, strength)| Reason::new(Layer::Email, code, *strength))
    }
}

/// One finding. Its place is its bit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
enum Finding {
    DisposableCurated,
    DisposableWildcard,
    DisposableReported,
    ReportedOnce,
    Relay,
    Role,
    NoReply,
    Typo,
    RandomLocal,
    LocalSyntax,
    UnknownSuffix,
}

/// All findings, in the order of their bits.
const ALL: [(Finding, &str, Strength); 11] = [
    (Finding::DisposableCurated, "email_disposable", Strength::Strong),
    (Finding::DisposableWildcard, "email_disposable_wildcard", Strength::Strong),
    (Finding::DisposableReported, "email_disposable_reported", Strength::Strong),
    (Finding::ReportedOnce, "email_reported_once", Strength::Weak),
    (Finding::Relay, "email_relay", Strength::Note),
    (Finding::Role, "email_role", Strength::Note),
    (Finding::NoReply, "email_no_reply", Strength::Weak),
    (Finding::Typo, "email_domain_typo", Strength::Weak),
    (Finding::RandomLocal, "email_random_local", Strength::Weak),
    (Finding::LocalSyntax, "email_syntax", Strength::Strong),
    (Finding::UnknownSuffix, "email_unknown_suffix", Strength::Weak),
];

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Findings(u16);

impl Findings {
    const fn add(&mut self, finding: Finding) {
        self.0 |= 1_u16.wrapping_shl(finding as u32);
    }

    const fn has(self, finding: Finding) -> bool {
        self.0 & 1_u16.wrapping_shl(finding as u32) != 0
    }
}

/// Why nothing can be said about an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailError {
    /// Over [`EmailClassifier::MAX_LEN`].
    #[error("e-mail is {len} bytes long, limit {}", EmailClassifier::MAX_LEN)]
    TooLong {
        /// Its bytes.
        len: usize,
    },
    /// The domain is longer than the domain name system allows.
    #[error("e-mail domain is {len} bytes long, limit {}", Domain::MAX_LEN)]
    DomainTooLong {
        /// Its bytes, encoded.
        len: usize,
    },
    /// There is no domain name of two or more labels.
    #[error("e-mail has no domain name")]
    Domain,
    /// The host is an address in brackets. No conversion's mailbox is reached that way.
    #[error("e-mail host is an address literal")]
    AddressLiteral,
}

impl EmailError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "email_too_long",
            Self::DomainTooLong { .. } => "email_domain_too_long",
            Self::Domain => "email_domain",
            Self::AddressLiteral => "email_address_literal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_bits() {
        for (index, (finding, code, _)) in ALL.iter().enumerate() {
            assert_eq!(*finding as usize, index, "{code}");
        }
    }
}
