//! Lists of words that are made ready when they are compiled: most words are in none, and that is
//! told at once.

use super::Reason;

/// A list of lower-case words, each at the first free place from where its letters and length say.
pub(super) struct Listed {
    words: &'static [(&'static str, Reason)],
    /// One more than the place in the list; nought where there is none.
    slots: [u16; SLOTS],
}

/// Most are free, so that few words are compared.
const SLOTS: usize = 2_048;

impl Listed {
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::indexing_slicing,
        reason = "for statics: checked when it is compiled"
    )]
    pub(super) const fn of(words: &'static [(&'static str, Reason)]) -> Self {
        assert!(words.len() < SLOTS / 2, "a search ends at a free slot");
        let mut slots = [0; SLOTS];
        let mut place = 0;
        while place < words.len() {
            let mut slot = slot(words[place].0.as_bytes());
            while slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            place += 1;
            slots[slot] = place as u16;
        }
        Self { words, slots }
    }

    #[expect(clippy::indexing_slicing, reason = "a slot is below their number")]
    pub(super) fn find(&self, word: &[u8]) -> Option<Reason> {
        let mut slot = slot(word);
        loop {
            let place = usize::from(self.slots[slot]).checked_sub(1)?;
            let (known, reason) = self.words.get(place)?;
            if known.as_bytes() == word {
                return Some(*reason);
            }
            slot = slot.wrapping_add(1) % SLOTS;
        }
    }
}

/// Where to look for a word: of its first and last letter and its length.
const fn slot(word: &[u8]) -> usize {
    let (Some(first), Some(last)) = (word.first(), word.last()) else { return 0 };
    let key = *first as usize | (*last as usize) << 8 | word.len() << 16;
    // Fibonacci hashing: the upper bits of the product are mixed best.
    (key.wrapping_mul(0x9e37_79b9) >> 16) % SLOTS
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
