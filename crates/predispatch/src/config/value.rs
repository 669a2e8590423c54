//! Values that are written as text or numbers, checked where they stand.

use std::{fs, path::Path};

use predispatch_types::Timestamp;
use serde::{Deserialize, Deserializer, de};

use crate::ConfigError;

/// Reads text by `parse`; the error says what was expected.
pub(super) fn text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || de::Error::invalid_value(de::Unexpected::Str(&text), &expected);
    parse(&text).ok_or_else(wrong)
}

/// A moment; `None` only if the key is not there at all.
pub(super) fn moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let expected = "a moment such as 2026-11-23T12:00:00Z";
    text(deserializer, expected, |text| text.parse().ok()).map(Some)
}

/// A number of a range; `None` only if the key is not there at all.
pub(super) fn number<'de, D: Deserializer<'de>, const LEAST: u64, const MOST: u64>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    let number = u64::deserialize(deserializer)?;
    if (LEAST..=MOST).contains(&number) {
        return Ok(Some(number));
    }
    let expected = Between(LEAST, MOST);
    Err(de::Error::invalid_value(de::Unexpected::Unsigned(number), &expected))
}

struct Between(u64, u64);

impl de::Expected for Between {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "a number from {} to {}", self.0, self.1)
    }
}

/// The text of a file.
pub(super) fn read_text(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path)
        .map_err(|error| ConfigError::File { path: path.to_owned(), kind: error.kind() })
}

/// The text of a table: at least one line is no comment.
pub(super) fn read_table(path: &Path) -> Result<String, ConfigError> {
    let text = read_text(path)?;
    let mut lines = text.lines().map(|line| line.trim_start_matches('\u{feff}').trim());
    match lines.any(|line| !line.is_empty() && !line.starts_with('#')) {
        true => Ok(text),
        false => Err(ConfigError::NoRows { path: path.to_owned() }),
    }
}

/// The bytes of a file.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, ConfigError> {
    fs::read(path).map_err(|error| ConfigError::File { path: path.to_owned(), kind: error.kind() })
}
