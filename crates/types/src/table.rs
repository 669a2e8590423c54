//! A sorted tab-separated text, bisected where it lies: no parsing at start, no copy on the heap.
//!
//! `scripts/refresh-type-data` writes the texts; rows are sorted by the bytes of the first column.

use core::cmp::Ordering;

/// The rows of a committed text. `ROWS` is [`rows`] of that text.
pub(crate) struct Table<const ROWS: usize> {
    text: &'static str,
    /// Where each row begins; found by the compiler.
    starts: [u32; ROWS],
}

impl<const ROWS: usize> Table<ROWS> {
    /// Finds the rows of `text`, skipping its `#` header.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "run by the compiler on a committed text: a mistake fails to compile"
    )]
    pub(crate) const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = [0; ROWS];
        let (mut row, mut at) = (0, 0_u32);
        while row < ROWS {
            if bytes[at as usize] != b'#' {
                starts[row] = at;
                row += 1;
            }
            at = next_line(bytes, at);
        }
        Self { text, starts }
    }

    /// The row whose first column is `key`.
    pub(crate) fn find(&self, key: &[u8]) -> Option<usize> {
        self.starts.binary_search_by(|&start| self.order(start, key)).ok()
    }

    /// The first row whose first column is `key` or sorts after it.
    pub(crate) fn lower_bound(&self, key: &[u8]) -> usize {
        self.starts.partition_point(|&start| self.order(start, key).is_lt())
    }

    /// The first byte of each row's second column.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "run by the compiler on a committed text: a mistake fails to compile"
    )]
    pub(crate) const fn marks(&self) -> [u8; ROWS] {
        let bytes = self.text.as_bytes();
        let mut marks = [0; ROWS];
        let mut row = 0;
        while row < ROWS {
            let mut at = self.starts[row] as usize;
            while bytes[at] != b'\t' {
                at += 1;
            }
            marks[row] = bytes[at + 1];
            row += 1;
        }
        marks
    }

    /// The first column of each row as a [`code_number`], in the order of the rows. For short
    /// codes: searching numbers takes a fifth of the time of searching the text.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "run by the compiler on a committed text: a mistake fails to compile"
    )]
    pub(crate) const fn codes(&self) -> [u64; ROWS] {
        let mut codes = [0; ROWS];
        let mut row = 0;
        while row < ROWS {
            let mut code = [0; 8];
            let mut at = 0;
            while self.text.as_bytes()[self.starts[row] as usize + at] != b'\t' {
                code[at] = self.text.as_bytes()[self.starts[row] as usize + at];
                at += 1;
            }
            codes[row] = code_number(code);
            row += 1;
        }
        codes
    }

    /// A column of a row, counted from 0; empty if there is no such row or column.
    pub(crate) fn column(&self, row: usize, column: usize) -> &'static str {
        self.starts.get(row).map_or("", |&start| self.column_at(start, column))
    }

    /// How the first column of the row at `start` compares with `key`, which holds no tab. The end
    /// of the column is not looked for first: this is the inner loop of every search.
    fn order(&self, start: u32, key: &[u8]) -> Ordering {
        let row = self.text.as_bytes().get(start as usize..).unwrap_or_default();
        let (head, rest) = row.split_at_checked(key.len()).unwrap_or((row, b""));
        // The tab of a shorter column sorts before whatever `key` has there.
        head.cmp(key).then_with(|| rest.first().cmp(&Some(&b'\t')))
    }

    fn column_at(&self, start: u32, column: usize) -> &'static str {
        let rest = self.text.get(start as usize..).unwrap_or_default();
        // The last column ends with its line; a row never has fewer columns than its callers ask for.
        let mut columns = rest.split(['\t', '\n']);
        columns.nth(column).unwrap_or_default()
    }
}

/// The number of a code, padded with zeros behind.
pub(crate) const fn code_number(code: [u8; 8]) -> u64 {
    u64::from_be_bytes(code)
}

/// How many rows `text` has.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "run by the compiler on a committed text: a mistake fails to compile"
)]
pub(crate) const fn rows(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut rows, mut at) = (0, 0_u32);
    while (at as usize) < bytes.len() {
        if bytes[at as usize] != b'#' {
            rows += 1;
        }
        at = next_line(bytes, at);
    }
    rows
}

/// Where the line after the one at `at` begins.
#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "run by the compiler on a committed text: a mistake fails to compile"
)]
const fn next_line(bytes: &[u8], mut at: u32) -> u32 {
    while bytes[at as usize] != b'\n' {
        at += 1;
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# header\n# more\na\t1\nab\t2\tx\nb\t\n";
    static TABLE: Table<{ rows(TEXT) }> = Table::new(TEXT);

    #[test]
    fn rows_are_found_by_their_whole_first_column() {
        assert_eq!(rows(TEXT), 3);
        assert_eq!(TABLE.find(b"a"), Some(0));
        assert_eq!(TABLE.find(b"ab"), Some(1));
        for missing in ["", "aa", "abc", "c", "#", "# header", "ab2", "zz"] {
            assert_eq!(TABLE.find(missing.as_bytes()), None, "{missing:?}");
        }
    }

    #[test]
    fn lower_bound_and_codes_agree_with_the_rows() {
        assert_eq!(TABLE.lower_bound(b"aa"), 1);
        assert_eq!(TABLE.lower_bound(b"ab"), 1);
        assert_eq!(TABLE.lower_bound(b"z"), 3);
        assert_eq!(TABLE.codes().binary_search(&code_number(*b"ab\0\0\0\0\0\0")), Ok(1));
        assert!(TABLE.codes().is_sorted());
    }

    #[test]
    fn missing_rows_and_columns_are_empty() {
        assert_eq!(TABLE.column(1, 2), "x");
        assert_eq!(TABLE.column(2, 1), "");
        assert_eq!(TABLE.column(3, 0), "");
        assert_eq!(TABLE.column(2, 9), "");
    }
}
