//! Reads JSON value by value, by RFC 8259, with a limit on nesting.
//!
//! Why not `serde_json`: it makes numbers floats (money must stay exact), its errors can't say which
//! key of the schema they are about, and it takes the last of two equal keys. A law compares what is
//! accepted with `serde_json`.

use predispatch_types::json_text_len;

use super::string::{self, Room};

/// What is wrong with a text; the reader's place is where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    Syntax,
    TooDeep,
}

/// What a value begins as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Start {
    Object,
    List,
    Text,
    Number,
    True,
    False,
    Null,
}

/// A place in a JSON text.
pub(crate) struct Reader<'a> {
    text: &'a str,
    room: Room<'a>,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Deepest nesting. The schema needs five; signals and consent a little more.
    pub(crate) const MAX_DEPTH: usize = 16;

    /// At the beginning of `text`. What has escapes is written without them into `room`, which is to be
    /// of [`Room::size`].
    pub(crate) const fn new(text: &'a str, room: &'a mut [u8]) -> Self {
        Self { text, room: Room::new(room), at: 0, depth: 0 }
    }

    /// Where it stands, in bytes.
    pub(crate) const fn offset(&self) -> usize {
        self.at
    }

    /// What the next value is.
    pub(crate) fn start(&mut self) -> Result<Start, Fault> {
        match self.next_byte() {
            Some(b'{') => Ok(Start::Object),
            Some(b'[') => Ok(Start::List),
            Some(b'"') => Ok(Start::Text),
            Some(b'-' | b'0'..=b'9') => Ok(Start::Number),
            Some(b't') => Ok(Start::True),
            Some(b'f') => Ok(Start::False),
            Some(b'n') => Ok(Start::Null),
            _ => Err(Fault::Syntax),
        }
    }

    /// Steps over `{` or `[`.
    pub(crate) fn enter(&mut self) -> Result<(), Fault> {
        if self.depth >= Self::MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        self.depth = self.depth.saturating_add(1);
        self.step();
        Ok(())
    }

    /// The next key of an object and the colon after it; `None` at its end.
    pub(crate) fn key(&mut self, is_first: bool) -> Result<Option<&'a str>, Fault> {
        if !self.has_next(b'}', is_first)? {
            return Ok(None);
        }
        if self.next_byte() != Some(b'"') {
            return Err(Fault::Syntax);
        }
        let key = self.string()?;
        if self.next_byte() != Some(b':') {
            return Err(Fault::Syntax);
        }
        self.step();
        Ok(Some(key))
    }

    /// Whether a list has another value.
    pub(crate) fn has_item(&mut self, is_first: bool) -> Result<bool, Fault> {
        self.has_next(b']', is_first)
    }

    /// A text, at its opening quote. Without an escape nothing is copied.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<&'a str, Fault> {
        self.step();
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let end = start.wrapping_add(json_text_len(bytes.get(start..).ok_or(Fault::Syntax)?));
        if bytes.get(end) != Some(&b'"') {
            return self.escaped(end);
        }
        self.at = end.wrapping_add(1);
        self.text.get(start..end).ok_or(Fault::Syntax)
    }

    /// The same, with an escape at `first`, or what may not stand in a text.
    #[cold]
    fn escaped(&mut self, first: usize) -> Result<&'a str, Fault> {
        let read = string::unescape(self.text, self.at, first, &mut self.room);
        let (text, end) = read.map_err(|at| {
            self.at = at;
            Fault::Syntax
        })?;
        self.at = end;
        Ok(text)
    }

    /// A number as it is written.
    pub(crate) fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.step();
        }
        match self.byte() {
            Some(b'0') => self.step(),
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(Fault::Syntax),
        }
        if self.byte() == Some(b'.') {
            self.step();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.step();
            if let Some(b'+' | b'-') = self.byte() {
                self.step();
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// `true`, `false` or `null`.
    pub(crate) fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(Fault::Syntax);
        }
        self.at = self.at.saturating_add(word.len());
        Ok(())
    }

    /// Any value, as it is written.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Fault> {
        let start = self.start()?;
        let from = self.at;
        match start {
            Start::Object => {
                self.enter()?;
                let mut is_first = true;
                while self.key(is_first)?.is_some() {
                    is_first = false;
                    self.skip()?;
                }
            }
            Start::List => {
                self.enter()?;
                let mut is_first = true;
                while self.has_item(is_first)? {
                    is_first = false;
                    self.skip()?;
                }
            }
            Start::Text => {
                self.string()?;
            }
            Start::Number => {
                self.number()?;
            }
            Start::True => self.word("true")?,
            Start::False => self.word("false")?,
            Start::Null => self.word("null")?,
        }
        Ok(self.text.get(from..self.at).unwrap_or_default())
    }

    /// Whether nothing but white space is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.next_byte().is_none()
    }

    /// Steps over a comma or the end of an object or a list.
    fn has_next(&mut self, end: u8, is_first: bool) -> Result<bool, Fault> {
        match self.next_byte() {
            Some(byte) if byte == end => {
                self.step();
                self.depth = self.depth.saturating_sub(1);
                Ok(false)
            }
            Some(_) if is_first => Ok(true),
            Some(b',') => {
                self.step();
                Ok(true)
            }
            _ => Err(Fault::Syntax),
        }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.step();
        }
        if self.at == start { Err(Fault::Syntax) } else { Ok(()) }
    }

    /// The next byte that is not white space.
    #[inline]
    fn next_byte(&mut self) -> Option<u8> {
        match self.byte() {
            // Most events are written without white space.
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.after_white_space(),
        }
    }

    #[cold]
    fn after_white_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.step();
        }
        self.byte()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// It never steps far beyond the text's end, so nothing overflows.
    const fn step(&mut self) {
        self.at = self.at.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip_all(text: &str) -> Result<(), Fault> {
        let mut room = vec![0; Room::size(text.as_bytes())];
        let mut reader = Reader::new(text, &mut room);
        reader.skip()?;
        if reader.is_at_end() { Ok(()) } else { Err(Fault::Syntax) }
    }

    #[test]
    fn it_takes_what_rfc_8259_takes() {
        for good in [
            "{}",
            " [ ] ",
            r#"{"a":[1,-0,0.5,1e9,-1.5E+3,true,false,null,"\ud83d\ude00\n\/é"]}"#,
            "\"\"",
            "\t7\r\n",
        ] {
            assert_eq!(skip_all(good), Ok(()), "{good}");
            assert!(serde_json::from_str::<serde_json::Value>(good).is_ok());
        }
        for bad in [
            "",
            " ",
            "{",
            "[1,]",
            "{,}",
            "[,1]",
            r#"{"a"}"#,
            r#"{"a":1,}"#,
            "01",
            "1.",
            ".5",
            "-",
            "1e",
            "+1",
            "tru",
            "nul",
            "\"",
            "\"\n\"",
            r#""\x""#,
            r#""\ud83d""#,
            r#""\udc00""#,
            r#""\u12""#,
            "1 2",
            "{}}",
            "[1 2]",
            r#"{"a":1 "b":2}"#,
            "'a'",
            "NaN",
        ] {
            assert!(skip_all(bad).is_err(), "{bad}");
            assert!(serde_json::from_str::<serde_json::Value>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(skip_all(&nested(Reader::MAX_DEPTH)), Ok(()));
        assert_eq!(skip_all(&nested(Reader::MAX_DEPTH + 1)), Err(Fault::TooDeep));
        assert_eq!(skip_all(&"[".repeat(60_000)), Err(Fault::TooDeep));
    }
}
