//! The words of a user agent that header and device rules ask about, found in one pass.

use core::cell::OnceCell;
use std::sync::LazyLock;

use aho_corasick::{
    Anchored, MatchKind,
    automaton::{Automaton, StateID},
    dfa::DFA,
};

/// Which words stand in a user agent, and the versions after some of them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Words {
    bits: u32,
    /// The first number after `Chrome/`.
    pub(crate) chrome: Option<u32>,
    /// The first number after `Firefox/`.
    pub(crate) firefox: Option<u32>,
    /// Major and minor number after the first `Version/`.
    pub(crate) version: Option<(u32, u32)>,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let mut words = Self::default();
        // Asked for once: for each byte the question whether it was built costs more than the step.
        let automaton: &DFA = &AUTOMATON;
        let Ok(mut state) = automaton.start_state(Anchored::No) else { return words };
        for (at, byte) in text.bytes().enumerate() {
            state = automaton.next_state(Anchored::No, state, byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                let rest = text.get(at.saturating_add(1)..).unwrap_or_default();
                words.add(automaton, state, rest);
            }
        }
        words
    }

    /// Is one of these there?
    pub(crate) const fn has(&self, bits: u32) -> bool {
        self.bits & bits != 0
    }

    /// The words that end where `state` was reached, before `rest`.
    fn add(&mut self, automaton: &DFA, state: StateID, rest: &str) {
        for nth in 0..automaton.match_len(state) {
            let word = automaton.match_pattern(state, nth).as_usize();
            let bits = WORDS.get(word).map_or(0, |(_, bits)| *bits);
            match bits {
                CHROME => self.chrome = self.chrome.or_else(|| major(rest)),
                FIREFOX => self.firefox = self.firefox.or_else(|| major(rest)),
                VERSION if !self.has(VERSION) => self.version = major_and_minor(rest),
                _ => {}
            }
            self.bits |= bits;
        }
    }
}

/// A user agent that is read once, when it is asked about: request, page and worker mostly name the
/// same, and where neither headers nor signals are there nobody asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read<'a> {
    text: &'a str,
    words: OnceCell<Words>,
}

impl<'a> Read<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, words: OnceCell::new() }
    }

    /// The same with the words that an earlier reading of `text` found.
    pub(crate) fn known(text: &'a str, words: Words) -> Self {
        Self { text, words: OnceCell::from(words) }
    }

    /// The words of `text`.
    pub(crate) fn words(&self, text: &str) -> Words {
        if text == self.text {
            *self.words.get_or_init(|| Words::of(text))
        } else {
            Words::of(text)
        }
    }
}

fn major(text: &str) -> Option<u32> {
    number(text).map(|(major, _)| major)
}

fn major_and_minor(text: &str) -> Option<(u32, u32)> {
    let (major, rest) = number(text)?;
    let minor = rest.strip_prefix('.').and_then(number).map_or(0, |(minor, _)| minor);
    Some((major, minor))
}

/// The number that a text begins with, and what follows.
pub(crate) fn number(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(len)?;
    Some((digits.parse().ok()?, rest))
}

/// Built once, at the first user agent.
static AUTOMATON: LazyLock<DFA> = LazyLock::new(|| {
    DFA::builder()
        .match_kind(MatchKind::Standard)
        .build(WORDS.iter().map(|(word, _)| word))
        .expect("a fixed list of short words")
});

pub(crate) const WINDOWS: u32 = 1;
pub(crate) const IOS: u32 = 1 << 1;
pub(crate) const ANDROID: u32 = 1 << 2;
pub(crate) const MAC: u32 = 1 << 3;
pub(crate) const LINUX: u32 = 1 << 4;
pub(crate) const CHROME_OS: u32 = 1 << 5;
/// Not desktop computers, whatever system they name.
pub(crate) const SPECIAL: u32 = 1 << 6;
pub(crate) const CHROME: u32 = 1 << 7;
/// "like Chrome/" is Amazon Silk, which has its own habits.
pub(crate) const LIKE_CHROME: u32 = 1 << 8;
pub(crate) const ON_IOS: u32 = 1 << 9;
pub(crate) const FIREFOX: u32 = 1 << 10;
pub(crate) const GECKO: u32 = 1 << 11;
pub(crate) const VERSION: u32 = 1 << 12;
pub(crate) const SAFARI: u32 = 1 << 13;
/// Marks of browsers inside apps.
pub(crate) const IN_APP: u32 = 1 << 14;
pub(crate) const HEADLESS: u32 = 1 << 15;
pub(crate) const MOBILE: u32 = 1 << 16;
/// Android's web view: it leaves out what its app did not ask for.
pub(crate) const WEB_VIEW: u32 = 1 << 17;

const WORDS: &[(&str, u32)] = &[
    ("Windows NT", WINDOWS),
    ("iPhone", IOS),
    ("iPad", IOS),
    ("iPod", IOS),
    ("Android", ANDROID),
    ("Macintosh", MAC),
    ("Linux", LINUX),
    ("Chrome/", CHROME),
    ("like Chrome/", LIKE_CHROME),
    ("CriOS/", ON_IOS),
    ("FxiOS/", ON_IOS),
    ("EdgiOS/", ON_IOS),
    ("Firefox/", FIREFOX),
    ("Gecko/", GECKO),
    ("Version/", VERSION),
    ("Safari/", SAFARI),
    ("Mobile", MOBILE),
    ("TV", SPECIAL),
    ("Tizen", SPECIAL),
    ("Web0S", SPECIAL),
    ("PlayStation", SPECIAL),
    ("Xbox", SPECIAL),
    ("Nintendo", SPECIAL),
    ("CrOS", SPECIAL | CHROME_OS),
    ("Kindle", SPECIAL),
    ("Silk", SPECIAL),
    ("Roku", SPECIAL),
    ("VIDAA", SPECIAL),
    ("OculusBrowser", SPECIAL),
    ("Windows Phone", SPECIAL),
    ("PPC", SPECIAL),
    ("KAIOS", SPECIAL),
    ("; wv)", IN_APP | WEB_VIEW),
    ("Version/4.0 Chrome/", WEB_VIEW),
    ("FBAN", IN_APP),
    ("FBAV", IN_APP),
    ("FB_IAB", IN_APP),
    ("MetaIAB", IN_APP),
    ("Instagram", IN_APP),
    ("musical_ly", IN_APP),
    ("BytedanceWebview", IN_APP),
    ("TikTok", IN_APP),
    ("Line/", IN_APP),
    ("MicroMessenger", IN_APP),
    ("Snapchat", IN_APP),
    ("Pinterest", IN_APP),
    ("Electron/", IN_APP),
    ("GSA/", IN_APP),
    ("HeadlessChrome", HEADLESS),
    ("PhantomJS", HEADLESS),
    ("jsdom", HEADLESS),
    ("SlimerJS", HEADLESS),
];
