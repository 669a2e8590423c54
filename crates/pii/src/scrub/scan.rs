//! A cursor over bytes that can't run over the end.

/// A place in a text. Past the end every byte is [`END`].
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

/// What stands past the end. A NUL byte in the text ends a shape as well, which is right.
pub(super) const END: u8 = 0;

impl<'a> Scan<'a> {
    pub(super) const fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at }
    }

    pub(super) const fn at(self) -> usize {
        self.at
    }

    pub(super) fn peek(self) -> u8 {
        self.ahead(0)
    }

    pub(super) fn ahead(self, bytes: usize) -> u8 {
        self.text.get(self.at.saturating_add(bytes)).copied().unwrap_or(END)
    }

    /// The byte that stands `bytes` before this place; 1 is the last one passed.
    pub(super) fn behind(self, bytes: usize) -> u8 {
        let place = self.at.checked_sub(bytes);
        place.and_then(|place| self.text.get(place)).copied().unwrap_or(END)
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && self.at < self.text.len();
        if found {
            self.skip(1);
        }
        found
    }

    /// Passes `word`, in any case.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.rest().get(..word.len());
        let found = found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()));
        if found {
            self.skip(word.len());
        }
        found
    }

    /// Passes at most `limit` bytes that `wanted` takes.
    pub(super) fn take_while(&mut self, limit: usize, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let rest = slice(rest, 0, rest.len().min(limit));
        let len = rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
        self.skip(len);
        slice(rest, 0, len)
    }

    pub(super) fn rest(self) -> &'a [u8] {
        slice(self.text, self.at, self.text.len())
    }
}

/// The bytes from `start` up to `end`; none if there are none.
pub(super) fn slice(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end).unwrap_or_default()
}

/// White space as it is written in texts and, as `+`, in queries.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'+' | b'\t')
}
