//! Lists of words that are made ready when they are compiled: most words are in none, and that is
//! told before anything is searched.

use super::Reason;

/// A sorted list of lower-case words, searched among those with the same first letter only.
pub(super) struct Listed {
    words: &'static [(&'static str, Reason)],
    /// Where each letter's words begin, and the end.
    starts: [usize; 27],
    /// One bit for each [`slot`].
    filter: [u64; 128],
}

impl Listed {
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "for statics: checked when it is compiled"
    )]
    pub(super) const fn of(words: &'static [(&'static str, Reason)]) -> Self {
        let (mut starts, mut filter) = ([0; 27], [0; 128]);
        let mut place = 0;
        while place < words.len() {
            let word = words[place].0.as_bytes();
            let slot = slot(word);
            filter[slot >> 6] |= 1 << (slot & 63);
            place += 1;
            let mut later = (word[0] - b'a') as usize + 1;
            while later < starts.len() {
                starts[later] = place;
                later += 1;
            }
        }
        Self { words, starts, filter }
    }

    #[expect(clippy::indexing_slicing, reason = "a slot has 13 bits, the filter as many places")]
    pub(super) fn find(&self, word: &[u8]) -> Option<Reason> {
        let slot = slot(word);
        if self.filter[slot >> 6] & (1 << (slot & 63)) == 0 {
            return None;
        }
        let letter = usize::from(word.first()?.checked_sub(b'a')?);
        let (start, end) = (self.starts.get(letter)?, self.starts.get(letter.saturating_add(1))?);
        let words = self.words.get(*start..*end)?;
        let place = words.binary_search_by(|(known, _)| known.as_bytes().cmp(word)).ok()?;
        words.get(place).map(|&(_, reason)| reason)
    }
}

/// Five bits of the first letter, five of the last, three of the length.
const fn slot(word: &[u8]) -> usize {
    let (Some(first), Some(last)) = (word.first(), word.last()) else { return 0 };
    (*first as usize & 31) | (*last as usize & 31) << 5 | (word.len() & 7) << 10
}

/// The lengths of listed words, as bits, by their first letter in either case.
pub(super) struct Lengths([u32; 32]);

impl Lengths {
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "for statics: checked when it is compiled"
    )]
    pub(super) const fn of(lists: &[&[&str]]) -> Self {
        let mut lengths = [0; 32];
        let mut list = 0;
        while list < lists.len() {
            let mut place = 0;
            while place < lists[list].len() {
                let word = lists[list][place].as_bytes();
                lengths[(word[0] & 31) as usize] |= 1 << word.len();
                place += 1;
            }
            list += 1;
        }
        Self(lengths)
    }

    /// Whether any word in one of the lists begins with this letter.
    #[expect(clippy::indexing_slicing, reason = "the table has a place for every five bits")]
    pub(super) fn may_begin(&self, letter: u8) -> bool {
        self.0[usize::from(letter & 31)] != 0
    }

    /// Whether a word with this first letter and length is in one of the lists.
    #[expect(clippy::indexing_slicing, reason = "the table has a place for every five bits")]
    pub(super) fn may_have(&self, word: &[u8]) -> bool {
        let first = word.first().copied().unwrap_or_default();
        word.len() < 32 && self.0[usize::from(first & 31)] & (1 << word.len()) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scrub::key_table::{ANYWHERE, WHOLE};

    #[test]
    fn every_word_of_a_list_is_found_and_no_other() {
        for table in [ANYWHERE, WHOLE] {
            let listed = Listed::of(table);
            for (word, reason) in table {
                assert_eq!(listed.find(word.as_bytes()), Some(*reason), "{word}");
                let longer = format!("{word}q");
                let known = table.iter().any(|(other, _)| *other == longer);
                assert_eq!(listed.find(longer.as_bytes()).is_some(), known, "{longer}");
            }
            for none in [&b""[..], b"Email", b"\xffmail", b"{", b"`"] {
                assert_eq!(listed.find(none), None);
            }
        }
        let lengths = Lengths::of(&[&["tel", "basic"]]);
        assert!(lengths.may_begin(b'T') && lengths.may_begin(b'b') && !lengths.may_begin(b'x'));
        assert!(lengths.may_have(b"tel") && lengths.may_have(b"BASIC"));
        assert!(
            !lengths.may_have(b"tele") && !lengths.may_have(b"") && !lengths.may_have(&[b't'; 40])
        );
    }
}
