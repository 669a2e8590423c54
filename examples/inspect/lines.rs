//! The frame of every command: a line in, a JSON object out.

use std::{
    fmt,
    io::{self, BufRead, BufWriter, Write},
};

use serde::Serialize;

/// The longest line that is read, in bytes. A longer one gets an error object.
const MAX_LINE: usize = 1 << 20;

/// Gives each line of standard input to `answer` and prints what comes back.
///
/// # Errors
/// Only if standard input or output fails; a bad item is an object on its own line.
pub(crate) fn answer_each<T: Serialize>(
    mut answer: impl FnMut(&str) -> Result<T, ItemError>,
) -> Result<(), UsageError> {
    let mut input = io::stdin().lock();
    let mut output = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    while read_line(&mut input, &mut line)? {
        let text = core::str::from_utf8(&line);
        let result = match text {
            _ if line.len() > MAX_LINE => Err(ItemError::new("too_long", "line is over 1 MiB")),
            Err(_) => Err(ItemError::new("not_utf8", "line is not UTF-8")),
            Ok(text) => answer(text.strip_suffix('\r').unwrap_or(text)),
        };
        let written = match &result {
            Ok(object) => serde_json::to_writer(&mut output, object),
            Err(error) => {
                serde_json::to_writer(&mut output, &serde_json::json!({ "error": error }))
            }
        };
        written.map_err(|error| UsageError::new(format!("can't write: {error}")))?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(())
}

/// Gives each line of standard input to `take`; one that is too long or not UTF-8 as an empty text.
///
/// # Errors
/// Only if standard input fails.
pub(crate) fn each_line(mut take: impl FnMut(&str)) -> Result<(), UsageError> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    while read_line(&mut input, &mut line)? {
        let text = core::str::from_utf8(&line).ok().filter(|text| text.len() <= MAX_LINE);
        take(text.map_or("", |text| text.strip_suffix('\r').unwrap_or(text)));
    }
    Ok(())
}

/// Prints one object.
///
/// # Errors
/// Only if standard output fails.
pub(crate) fn print(object: &impl Serialize) -> Result<(), UsageError> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, object)
        .map_err(|error| UsageError::new(format!("can't write: {error}")))?;
    output.write_all(b"\n")?;
    Ok(())
}

/// For a command that takes no options.
///
/// # Errors
/// If there is one.
pub(crate) fn no_options(command: &str, options: &[String]) -> Result<(), UsageError> {
    match options.first() {
        None => Ok(()),
        Some(option) => {
            Err(UsageError::new(format!("'{command}' takes no options, found {}", shown(option))))
        }
    }
}

/// An argument for an error message: an option's name; anything else may be an identifier that was
/// typed in the wrong place.
pub(crate) fn shown(argument: &str) -> &str {
    let name = argument.split('=').next().unwrap_or_default();
    let is_name = |b: u8| b.is_ascii_lowercase() || b == b'-';
    if name.starts_with("--") && name.len() <= 24 && name.bytes().all(is_name) {
        name
    } else {
        "an argument that is no option; items are read from standard input"
    }
}

/// Reads up to the next line feed, keeping at most one byte more than [`MAX_LINE`] of it.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = chunk.iter().position(|&byte| byte == b'\n');
        let text = &chunk[..end.unwrap_or(chunk.len())];
        let room = (MAX_LINE + 1).saturating_sub(line.len());
        line.extend_from_slice(&text[..text.len().min(room)]);
        let used = end.map_or(chunk.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// Why one item has no answer. It never holds the item.
#[derive(Debug, Serialize)]
pub(crate) struct ItemError {
    code: &'static str,
    message: String,
}

impl ItemError {
    pub(crate) fn new(code: &'static str, message: impl fmt::Display) -> Self {
        Self { code, message: message.to_string() }
    }
}

/// A bad command line, an unreadable file, or a broken pipe.
#[derive(Debug)]
pub(crate) struct UsageError(String);

impl UsageError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for UsageError {
    fn from(error: io::Error) -> Self {
        Self(format!("input or output failed: {error}"))
    }
}
