//! One pass of the automaton over a user agent.

use core::cmp::Reverse;

use aho_corasick::{
    Anchored, MatchKind,
    automaton::{Automaton, StateID},
    dfa::DFA,
};

use super::{
    UaDataError, UaKind, marks,
    tokens::{Meaning, Token},
};

/// All tokens at once. Time is linear in the text, whatever the text is: a deterministic automaton
/// reads each byte once, and a position can match no more tokens than end there.
#[derive(Debug)]
pub(super) struct Scanner {
    automaton: DFA,
    tokens: Box<[Token]>,
}

/// What one pass found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// Bits of `marks`.
    pub(super) marks: u64,
    /// Where the text after the first `Chrome/` begins.
    pub(super) chrome: Option<usize>,
    /// Where the text after the last `Firefox/` begins.
    pub(super) firefox: Option<usize>,
    /// Where the text after the first `rv:` begins.
    pub(super) rv: Option<usize>,
    /// The first product, in its longest form.
    pub(super) product: Option<Named>,
    /// The same of the products whose name a browser or an app of people has, too.
    pub(super) shared: Option<Named>,
    /// The first word that counts: its kind, start and end.
    pub(super) word: Option<(UaKind, usize, usize)>,
    /// The first word that people's devices have too: its kind, start and end.
    pub(super) hint: Option<(UaKind, usize, usize)>,
    /// Index of the app whose browser it is, of the native app, of the network that wrote it.
    pub(super) in_app: Option<usize>,
    pub(super) app: Option<usize>,
    pub(super) replaced: Option<usize>,
    person_end: usize,
}

/// Where a product is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) index: usize,
    start: usize,
    end: usize,
}

impl Named {
    /// The first one named, in its longest form: Googlebot-Image rather than Googlebot.
    pub(super) fn first(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        one.into_iter().chain(other).min_by_key(|named| (named.start, Reverse(named.end)))
    }
}

impl Scanner {
    pub(super) fn new(texts: &[String], tokens: Vec<Token>) -> Result<Self, UaDataError> {
        let automaton = DFA::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(texts)
            .map_err(|_| UaDataError::TooMany)?;
        Ok(Self { automaton, tokens: tokens.into_boxed_slice() })
    }

    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// Bytes that the automaton holds.
    pub(super) fn memory(&self) -> usize {
        self.automaton.memory_usage()
    }

    pub(super) fn scan(&self, text: &[u8]) -> Found {
        let mut found = Found::default();
        let Ok(mut state) = self.automaton.start_state(Anchored::No) else { return found };
        for (at, byte) in text.iter().enumerate() {
            state = self.automaton.next_state(Anchored::No, state, *byte);
            if self.automaton.is_special(state) && self.automaton.is_match(state) {
                self.add_hits(&mut found, text, state, at.saturating_add(1));
            }
        }
        found
    }

    /// The tokens that end where `state` was reached.
    fn add_hits(&self, found: &mut Found, text: &[u8], state: StateID, end: usize) {
        for nth in 0..self.automaton.match_len(state) {
            let pattern = self.automaton.match_pattern(state, nth);
            let start = end.saturating_sub(self.automaton.pattern_len(pattern));
            let index = pattern.as_usize();
            if let Some(token) = self.tokens.get(index)
                && stands_alone(token, text, start, end)
            {
                found.add(index, token, start, end);
            }
        }
    }
}

impl Found {
    pub(super) const fn has(&self, marks: u64) -> bool {
        self.marks & marks != 0
    }

    fn add(&mut self, index: usize, token: &Token, start: usize, end: usize) {
        match &token.meaning {
            Meaning::Mark(bit) => self.mark(*bit, end),
            Meaning::Product(..) => {
                let slot = if token.is_shared { &mut self.shared } else { &mut self.product };
                *slot = Named::first(*slot, Some(Named { index, start, end }));
            }
            Meaning::Word(kind) => {
                if self.word.is_none() && start >= self.person_end {
                    self.word = Some((*kind, start, end));
                }
            }
            Meaning::Hint(kind) => self.hint = self.hint.or(Some((*kind, start, end))),
            Meaning::Person => {
                self.person_end = self.person_end.max(end);
                if self.word.is_some_and(|(_, word, _)| word >= start) {
                    self.word = None;
                }
            }
            Meaning::InApp(_) => self.in_app = self.in_app.or(Some(index)),
            Meaning::App(_) => self.app = self.app.or(Some(index)),
            Meaning::Replaced(_) => self.replaced = self.replaced.or(Some(index)),
        }
    }

    fn mark(&mut self, bit: u64, end: usize) {
        self.marks |= bit;
        match bit {
            marks::CHROME => self.chrome = self.chrome.or(Some(end)),
            marks::FIREFOX => self.firefox = Some(end),
            marks::RV => self.rv = self.rv.or(Some(end)),
            _ => {}
        }
    }
}

/// Whether the bytes around a hit are what its token asks for.
fn stands_alone(token: &Token, text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let after = text.get(end);
    let in_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if token.at_start && start != 0 {
        return false;
    }
    if token.word_start && in_word(before) {
        return false;
    }
    if token.inside && !(in_word(before) && in_word(after)) {
        return false;
    }
    if token.before_letter && !after.is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    !(token.word_end && after.is_some_and(u8::is_ascii_alphabetic))
}
