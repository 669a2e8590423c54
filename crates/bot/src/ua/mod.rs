//! User agents: who they say they are, and whether that can be true.
//!
//! ```
//! use predispatch_bot::ua::{UaClassifier, UaKind};
//!
//! # #[cfg(feature = "bundled")] {
//! let classifier = UaClassifier::bundled();
//! let verdict = classifier.classify("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
//! assert_eq!(verdict.kind(), UaKind::Crawler);
//! assert_eq!(verdict.name(), Some("Googlebot"));
//!
//! // 53 was build 2744 to 2785: no Chrome ever sent this.
//! let forged = classifier.classify(
//!     "Mozilla/5.0 (Linux; Android 6.0; Nexus 5 Build/MRA58N) AppleWebKit/537.36 \
//!      (KHTML, like Gecko) Chrome/53.0.7149.1690 Mobile Safari/537.36",
//! );
//! assert_eq!(forged.kind(), UaKind::Forged);
//! let codes: Vec<_> = forged.reasons().map(|reason| reason.code).collect();
//! assert_eq!(codes, ["ua_impossible_build", "ua_emulation_template"]);
//! # }
//! ```
//!
//! # How
//!
//! One pass of an automaton finds products (`Googlebot`, `curl`), words that only programs have
//! (`crawl`, `http://`), signatures of browsers inside apps, and the parts of the usual shape. What
//! says that it is a program is one; what lacks the shape of a browser is another program; what has
//! it must not contradict itself. There is no regular expression: the cost is linear in the text.
//!
//! People come first: telephones called CUBOT, web views of Facebook, Instagram, TikTok and others,
//! consoles, televisions and Kindles are named tests of this crate.
//!
//! # Limits
//!
//! [`UaClassifier::MAX_LEN`] bytes are read of a user agent; more is a finding.
//!
//! # What it does not do
//!
//! A well-copied browser's user agent is a browser's: the other layers have to tell. A name is a
//! claim: whether `Googlebot` is Google's is for the address to tell ([`crate::ip`]).

mod cache;
mod chromium;
mod families;
mod finding;
mod kind;
mod marks;
mod scan;
mod shape;
mod tokens;

use std::sync::Arc;

pub use cache::UaCache;
#[cfg(feature = "families")]
pub use families::UapFamilies;
#[cfg(feature = "families-uaparser")]
pub use families::UaparserFamilies;
pub use families::{Device, Families, FamilyError, FamilyParser, MAX_FAMILY_TEXT, Product};
pub use kind::UaKind;

use chromium::ChromiumBuilds;
use finding::{Finding, Findings};
use scan::{Found, Named, Scanner};
use tokens::Meaning;

use crate::Reason;

/// The tables, and the automaton made of them. Build it once and share it: it holds some megabytes.
#[derive(Debug)]
pub struct UaClassifier {
    scanner: Scanner,
    builds: ChromiumBuilds,
}

impl UaClassifier {
    /// Bytes that are read of a user agent. Real ones stay under half of it; servers let 8 kB pass.
    pub const MAX_LEN: usize = 2_048;

    /// The classifier of the bundled tables.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Self {
        Self::new(
            &[include_str!("../../data/ua/rules.tsv"), include_str!("../../data/ua/crawlers.tsv")],
            include_str!("../../data/ua/chromium_builds.tsv"),
        )
        .unwrap_or_else(|_| unreachable!("a test reads the bundled tables"))
    }

    /// The classifier of other tables: token files (`token TAB kind [TAB match [TAB name]]`, as in
    /// `data/ua/rules.tsv`; a token of an earlier file wins) and Chromium's build ranges (`major TAB
    /// lowest TAB highest`).
    ///
    /// # Errors
    /// If a row is not of that form, or there are too many tokens.
    pub fn new(token_files: &[&str], chromium_builds: &str) -> Result<Self, UaDataError> {
        let (texts, tokens) = tokens::read(token_files)?;
        let scanner = Scanner::new(&texts, tokens)?;
        Ok(Self { scanner, builds: ChromiumBuilds::read(chromium_builds)? })
    }

    /// Bytes that the automaton holds.
    pub fn memory(&self) -> usize {
        self.scanner.memory()
    }

    /// Who a user agent says it is, and whether that can be true. Any text has an answer.
    pub fn classify(&self, user_agent: &str) -> UaVerdict {
        let mut findings = Findings::default();
        let text = Self::readable(user_agent, &mut findings);
        if text.is_empty() {
            findings.add(Finding::Empty);
            return UaVerdict { kind: UaKind::Unknown, name: None, findings };
        }
        let found = self.scanner.scan(text.as_bytes());
        let (kind, name) = self
            .says_program(text, &found, &mut findings)
            .unwrap_or_else(|| self.says_browser(text, &found, &mut findings));
        UaVerdict { kind, name, findings }
    }

    /// The part that is read, without spaces around it.
    fn readable<'a>(user_agent: &'a str, findings: &mut Findings) -> &'a str {
        let mut text = user_agent.trim_matches(|c: char| c.is_ascii_whitespace() || c == '"');
        if text.len() > Self::MAX_LEN {
            findings.add(Finding::TooLong);
            let end = (0..=Self::MAX_LEN).rev().find(|end| text.is_char_boundary(*end));
            text = text.get(..end.unwrap_or(0)).unwrap_or_default();
        }
        // Without an early exit this is one vector pass.
        if text.bytes().fold(false, |any, byte| any | byte.is_ascii_control()) {
            findings.add(Finding::ControlCharacter);
        }
        text
    }

    fn says_program(
        &self,
        text: &str,
        found: &Found,
        findings: &mut Findings,
    ) -> Option<(UaKind, Option<Arc<str>>)> {
        if let Some(Meaning::Replaced(name)) = self.meaning(found.replaced) {
            findings.add(Finding::Replaced);
            return Some((UaKind::Unknown, Some(Arc::clone(name))));
        }
        let shared = found.shared.filter(|_| !shape::is_of_people(text, found));
        let product = Named::first(found.product, shared).map(|named| named.index);
        if let Some(Meaning::Product(kind, name)) = self.meaning(product) {
            findings.add(match kind {
                UaKind::Library => Finding::NamedLibrary,
                UaKind::Headless => Finding::NamedHeadless,
                _ => Finding::NamedBot,
            });
            return Some((*kind, Some(Arc::clone(name))));
        }
        if let Some(Meaning::App(name)) = self.meaning(found.app)
            && !shape::is_browser_like(text, found)
        {
            // A native app may be called anything: Chatbot, Spider Solitaire.
            if found.word.is_some() {
                findings.add(Finding::AppBotWord);
            }
            return Some((UaKind::App, Some(Arc::clone(name))));
        }
        let (kind, start, end) = found.word?;
        findings.add(Finding::BotWord);
        Some((kind, product_around(text, start, end)))
    }

    fn says_browser(
        &self,
        text: &str,
        found: &Found,
        findings: &mut Findings,
    ) -> (UaKind, Option<Arc<str>>) {
        if !shape::is_browser_like(text, found) {
            if shape::is_app_like(found) {
                return (UaKind::App, product_around(text, 0, 0));
            }
            findings.add(Finding::NotABrowser);
            let hint =
                found.hint.map(|(kind, start, end)| (kind, product_around(text, start, end)));
            return hint.unwrap_or_else(|| (UaKind::Program, product_around(text, 0, 0)));
        }
        shape::contradictions(text, found, &self.builds, |finding| findings.add(finding));
        if findings.reasons().any(|reason| reason.strength == crate::Strength::Hard) {
            return (UaKind::Forged, None);
        }
        match self.meaning(found.in_app) {
            Some(Meaning::InApp(name)) => (UaKind::InAppBrowser, Some(Arc::clone(name))),
            _ => (UaKind::Browser, None),
        }
    }

    fn meaning(&self, token: Option<usize>) -> Option<&Meaning> {
        Some(&self.scanner.token(token?)?.meaning)
    }
}

/// The product token around a word, as far as it is plain: `ExampleBot` of `ExampleBot/1.0`.
fn product_around(text: &str, start: usize, end: usize) -> Option<Arc<str>> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let bytes = text.as_bytes();
    let before = bytes.get(..start)?.iter().rev().take(MAX_NAME).take_while(|b| plain(b)).count();
    let after = bytes.get(end..)?.iter().take(MAX_NAME).take_while(|b| plain(b)).count();
    let name = text.get(start.checked_sub(before)?..end.checked_add(after)?)?;
    (!name.is_empty() && name.bytes().all(|byte| plain(&byte))).then(|| Arc::from(name))
}

/// Bytes of a product's name that are kept on each side of the word in it.
const MAX_NAME: usize = 32;

/// What a user agent says, and what of it was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UaVerdict {
    kind: UaKind,
    name: Option<Arc<str>>,
    findings: Findings,
}

impl UaVerdict {
    /// What it says that it is.
    pub const fn kind(&self) -> UaKind {
        self.kind
    }

    /// Whether it says that no person is there, or cannot be true.
    pub const fn is_bot(&self) -> bool {
        self.kind.is_bot()
    }

    /// The crawler's, library's or app's name. For one that is in no list, the part of the user
    /// agent that gave it away.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Why, in a fixed order.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.findings.reasons()
    }
}

/// Why a table cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UaDataError {
    /// A row is not of the table's form.
    #[error("user-agent table: row at line {line} is not of the table's form")]
    Row {
        /// Counted from 1.
        line: usize,
    },
    /// More tokens than an automaton is built for.
    #[error("user-agent table: too many tokens")]
    TooMany,
    /// There is no row.
    #[error("user-agent table: no row")]
    Empty,
}

impl UaDataError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Row { .. } => "ua_data_row",
            Self::TooMany => "ua_data_too_many",
            Self::Empty => "ua_data_empty",
        }
    }
}
