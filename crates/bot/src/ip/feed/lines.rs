//! Text feeds: lines, and the columns of a CSV line.

use crate::ip::LoadError;

/// The lines that hold something, numbered from 1: without a byte order mark, carriage returns and
/// white space around them.
///
/// # Errors
/// If the text is not UTF-8.
pub(super) fn lines(bytes: &[u8]) -> Result<impl Iterator<Item = (u64, &str)>, LoadError> {
    let text = core::str::from_utf8(bytes).map_err(|error| LoadError::Malformed {
        byte: u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX),
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = (1u64..).zip(text.lines());
    Ok(numbered.map(|(number, line)| (number, line.trim())).filter(|(_, line)| !line.is_empty()))
}

/// The same without lines that begin with `#` or `;`.
pub(super) fn rows(bytes: &[u8]) -> Result<impl Iterator<Item = (u64, &str)>, LoadError> {
    Ok(lines(bytes)?.filter(|(_, line)| !line.starts_with(['#', ';'])))
}

/// A line without the comment at its end.
pub(super) fn before_comment(line: &str) -> &str {
    line.split(['#', ';']).next().unwrap_or_default().trim()
}

/// The columns of a CSV line. Quotes around a column are removed, and commas inside them are text;
/// doubled quotes inside stay as they are written. `None` at an unclosed quote, after which nothing
/// comes.
pub(super) fn columns(line: &str) -> impl Iterator<Item = Option<&str>> {
    let mut rest = Some(line);
    core::iter::from_fn(move || {
        let text = rest?;
        if let Some(quoted) = text.trim_start().strip_prefix('"') {
            let Some(end) = closing_quote(quoted) else {
                rest = None;
                return Some(None);
            };
            let (column, after) = quoted.split_at(end);
            rest = after.split_once(',').map(|(_, after)| after);
            return Some(Some(column));
        }
        let (column, after) = match text.split_once(',') {
            Some((column, after)) => (column, Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(Some(column.trim()))
    })
}

/// Where the quote is that ends a column: one that is not doubled.
fn closing_quote(quoted: &str) -> Option<usize> {
    let mut quotes = quoted.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        if quotes.peek().copied() == at.checked_add(1) {
            quotes.next();
        } else {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_line() {
        let read = |line| columns(line).collect::<Vec<_>>();
        assert_eq!(read("a, b ,,"), [Some("a"), Some("b"), Some(""), Some("")]);
        assert_eq!(read(r#""1","a ""b"", c",x"#), [Some("1"), Some(r#"a ""b"", c"#), Some("x")]);
        assert_eq!(read(r#"1,"open"#), [Some("1"), None]);
    }

    #[test]
    fn lines_of_any_system() {
        let read = |text: &'static str| rows(text.as_bytes()).unwrap().collect::<Vec<_>>();
        assert_eq!(read("\u{feff}a\r\n\r\n# no\n; no\n b"), [(1, "a"), (5, "b")]);
        assert!(lines(b"a\n\xff").is_err_and(|e| e == LoadError::Malformed { byte: 2 }));
    }
}
