//! The token files: one text to look for a line, with what it means.

use std::{collections::HashSet, sync::Arc};

use super::{UaDataError, UaKind, marks::MARKS};

/// What a token means, and where in a user agent it counts.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) meaning: Meaning,
    /// Only at the very start.
    pub(super) at_start: bool,
    /// Only with no letter or digit before it.
    pub(super) word_start: bool,
    /// Only with no letter after it.
    pub(super) word_end: bool,
    /// Only with a letter or digit on each side.
    pub(super) inside: bool,
    /// Only before a letter.
    pub(super) before_letter: bool,
    /// Not in what a browser or an app sends: one that people use has that name, too.
    pub(super) is_shared: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// A product that says what it is.
    Product(UaKind, Arc<str>),
    /// A word that only programs have.
    Word(UaKind),
    /// A word that people's devices have too.
    Hint(UaKind),
    /// Words inside this text do not count.
    Person,
    /// The signature of a browser inside an app.
    InApp(Arc<str>),
    /// A native app's HTTP stack.
    App(Arc<str>),
    /// Written by a network in place of what the visitor sent.
    Replaced(Arc<str>),
    /// A part of the usual shape: a platform, an engine, a browser.
    Mark(u64),
}

/// The longest token, in bytes. It bounds what one position of the automaton can match.
const MAX_TOKEN: usize = 64;
/// The most tokens.
const MAX_TOKENS: usize = 20_000;

/// Reads the files in order, the built-in marks first; a token that was there before wins.
pub(super) fn read(files: &[&str]) -> Result<(Vec<String>, Vec<Token>), UaDataError> {
    let mut texts = Vec::new();
    let mut tokens = Vec::new();
    for (text, bit) in MARKS {
        texts.push((*text).to_owned());
        let meaning = Meaning::Mark(*bit);
        tokens.push(Token {
            meaning,
            at_start: false,
            word_start: false,
            word_end: false,
            inside: false,
            before_letter: false,
            is_shared: false,
        });
    }
    let mut seen = HashSet::new();
    for file in files {
        for (index, line) in file.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index.saturating_add(1);
            let (text, how, token) = read_line(line).ok_or(UaDataError::Row { line: number })?;
            if tokens.len() >= MAX_TOKENS {
                return Err(UaDataError::TooMany);
            }
            let text = text.to_ascii_lowercase();
            if seen.insert((text.clone(), how.contains('^'), how.contains('>'))) {
                texts.push(text);
                tokens.push(token);
            }
        }
    }
    Ok((texts, tokens))
}

fn read_line(line: &str) -> Option<(&str, &str, Token)> {
    let mut fields = line.split('\t');
    let (text, kind) = (fields.next()?, fields.next()?);
    let how = fields.next().unwrap_or_default();
    let name = fields.next().filter(|name| !name.is_empty()).unwrap_or(text);
    if text.is_empty() || text.len() > MAX_TOKEN || !how.bytes().all(|b| b"^<>&~*?+-".contains(&b))
    {
        return None;
    }
    let name = || Arc::from(name.trim_matches([' ', '/', '[', '(']));
    let meaning = match kind {
        "person" => Meaning::Person,
        "in_app" => Meaning::InApp(name()),
        "app" => Meaning::App(name()),
        "replaced" => Meaning::Replaced(name()),
        _ => {
            let kind = UaKind::of_token(kind)?;
            match how {
                _ if how.contains('*') => Meaning::Word(kind),
                _ if how.contains('?') => Meaning::Hint(kind),
                _ => Meaning::Product(kind, name()),
            }
        }
    };
    let token = Token {
        meaning,
        at_start: how.contains('^'),
        word_start: how.contains('<'),
        word_end: how.contains('>'),
        inside: how.contains('&'),
        before_letter: how.contains('~'),
        is_shared: how.contains('+'),
    };
    Some((text, how, token))
}
