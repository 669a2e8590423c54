//! Rows of a file, in batches of bounded size: a row may be of any length, what is kept of it is not.

use std::{
    io::{self, BufRead},
    ops::Range,
};

/// Where one row ends.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Format {
    /// At a line feed.
    Lines,
    /// At a line end outside quotes (RFC 4180).
    Csv,
}

/// Some rows.
#[derive(Default)]
pub(crate) struct Rows {
    /// The rows' bytes, one after the other, with their line ends.
    pub(crate) bytes: Vec<u8>,
    /// Where each row is; `None` for one that was too long to be kept.
    pub(crate) places: Vec<Option<Range<usize>>>,
    /// The number of the first one, from 1.
    pub(crate) first: u64,
    /// Bytes of the input up to the end of the last one.
    pub(crate) end: u64,
}

/// Reads rows.
pub(crate) struct Reader<R> {
    input: R,
    format: Format,
    row: u64,
    byte: u64,
}

/// An event may have 64 KiB; a CSV row's quotes and separators come on top.
const MAX_ROW: usize = 96 * 1024;
/// A batch is full with so many rows at most, or so many bytes.
pub(crate) const MAX_ROWS: usize = 16_384;
const MAX_BYTES: usize = 32 << 20;
/// Some programs begin a file with UTF-8's byte-order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

impl<R: BufRead> Reader<R> {
    pub(crate) const fn new(input: R, format: Format) -> Self {
        Self { input, format, row: 1, byte: 0 }
    }

    /// The first row as it is: the header of a CSV file. `None` at the end.
    pub(crate) fn header(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let header = self.row(&mut bytes)?;
        if bytes.len() > MAX_ROW {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the header is too long"));
        }
        if bytes.starts_with(MARK) {
            bytes.drain(..MARK.len());
        }
        Ok(header.map(|()| bytes))
    }

    /// The next rows, at most so many; `None` at the end.
    pub(crate) fn batch(&mut self, most: usize) -> io::Result<Option<Rows>> {
        let mut rows = Rows { first: self.row, ..Rows::default() };
        while rows.places.len() < most && rows.bytes.len() < MAX_BYTES {
            let (start, is_first) = (rows.bytes.len(), self.byte == 0);
            let Some(()) = self.row(&mut rows.bytes)? else { break };
            let mark = if is_first && rows.bytes.starts_with(MARK) { MARK.len() } else { 0 };
            let is_kept = rows.bytes.len() - start <= MAX_ROW;
            if !is_kept {
                rows.bytes.truncate(start);
            }
            rows.places.push(is_kept.then_some(start + mark..rows.bytes.len()));
            self.row += 1;
        }
        rows.end = self.byte;
        Ok((!rows.places.is_empty()).then_some(rows))
    }

    /// Appends the next row that is not empty. Of one that is too long only the start.
    fn row(&mut self, into: &mut Vec<u8>) -> io::Result<Option<()>> {
        let start = into.len();
        let mut state = State::default();
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                return Ok(is_row(&into[start..]).then_some(()));
            }
            let (taken, is_end) = match self.format {
                Format::Lines => match memchr::memchr(b'\n', buffer) {
                    Some(at) => (at + 1, true),
                    None => (buffer.len(), false),
                },
                Format::Csv => state.find_end(buffer),
            };
            // One byte more than is kept tells that it is too long.
            let room = (MAX_ROW + 1).saturating_sub(into.len() - start);
            into.extend_from_slice(&buffer[..taken.min(room)]);
            self.input.consume(taken);
            self.byte += taken as u64;
            if is_end {
                if is_row(&into[start..]) {
                    return Ok(Some(()));
                }
                into.truncate(start);
                state = State::default();
            }
        }
    }
}

/// Whether it is more than an empty line. Of one that is too long nobody knows what follows.
fn is_row(row: &[u8]) -> bool {
    row.len() > MAX_ROW || !row.iter().all(u8::is_ascii_whitespace)
}

/// Where in a CSV row one is. A quote counts only at the start of a cell.
#[derive(Default)]
enum State {
    #[default]
    CellStart,
    Plain,
    Quoted,
    /// After a quote in a quoted cell: the end of it, or the first of two.
    QuoteInQuoted,
}

impl State {
    /// Bytes up to the row's end, and whether it is there.
    fn find_end(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            *self = match (&*self, byte) {
                (Self::Quoted, b'"') => Self::QuoteInQuoted,
                (Self::Quoted, _) => Self::Quoted,
                (_, b'\n' | b'\r') => return (at + 1, true),
                (Self::QuoteInQuoted | Self::CellStart, b'"') => Self::Quoted,
                (_, b',') => Self::CellStart,
                _ => Self::Plain,
            };
        }
        (bytes.len(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], format: Format, buffer: usize) -> Vec<Option<Vec<u8>>> {
        let mut reader = Reader::new(io::BufReader::with_capacity(buffer, text), format);
        let mut all = Vec::new();
        while let Some(rows) = reader.batch(3).expect("memory can be read") {
            assert!(rows.places.len() <= 3);
            all.extend(rows.places.iter().cloned().map(|place| Some(rows.bytes[place?].to_vec())));
        }
        all
    }

    #[test]
    fn rows_end_where_they_should_whatever_the_buffer() {
        let text = b"a,b\r\n\n\"x\ny\",\"q\"\"\n\"\n1,2\"3\n\"\"\nlast";
        for buffer in 1..20 {
            let found = rows(text, Format::Csv, buffer);
            let texts: Vec<_> = found
                .into_iter()
                .flatten()
                .map(|row| String::from_utf8_lossy(&row).trim().to_owned())
                .collect();
            assert_eq!(
                texts,
                ["a,b", "\"x\ny\",\"q\"\"\n\"", "1,2\"3", "\"\"", "last"],
                "{buffer}"
            );
            let lines = rows(b"{}\n\n{\"a\":1}\r\n3", Format::Lines, buffer);
            assert_eq!(lines.len(), 3, "{buffer}");
        }
    }

    #[test]
    fn a_mark_of_encoding_is_no_part_of_the_first_row() {
        for buffer in 1..8 {
            let found = rows(b"\xef\xbb\xbf{}\n\xef\xbb\xbf{}\n", Format::Lines, buffer);
            assert_eq!(found, [Some(b"{}\n".to_vec()), Some(b"\xef\xbb\xbf{}\n".to_vec())]);
        }
    }

    #[test]
    fn a_header_is_whole_or_an_error() {
        let text = vec![b'x'; 2 * MAX_ROW];
        assert!(Reader::new(&*text, Format::Csv).header().is_err());
        let header = Reader::new(&b"a,b\n1,2\n"[..], Format::Csv).header().expect("it is short");
        assert_eq!(header, Some(b"a,b\n".to_vec()));
        let marked = Reader::new(&b"\xef\xbb\xbfParameters:x\n"[..], Format::Csv).header();
        assert_eq!(marked.expect("it is short"), Some(b"Parameters:x\n".to_vec()));
    }

    #[test]
    fn a_row_of_any_length_is_passed_over() {
        let mut text = vec![b'x'; 3 * MAX_ROW];
        text.extend_from_slice(b"\n{}\n");
        let found = rows(&text, Format::Lines, 4_096);
        assert_eq!(found, [None, Some(b"{}\n".to_vec())]);
        // Nobody knows whether something follows so many spaces.
        let mut far = vec![b' '; 3 * MAX_ROW];
        far.extend_from_slice(b"{}\n \n{}");
        for format in [Format::Lines, Format::Csv] {
            assert_eq!(rows(&far, format, 4_096), [None, Some(b"{}".to_vec())]);
        }
        let mut open = b"\"".to_vec();
        open.extend_from_slice(&vec![b'\n'; 3 * MAX_ROW]);
        assert_eq!(rows(&open, Format::Csv, 4_096), [None]);
    }
}
