//! A TOML value that knows its key and line, so that every error does too.

use predispatch_types::Timestamp;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{PolicyError, PolicyErrorKind as Kind};

/// A value in the file.
pub(super) struct Node<'t> {
    text: &'t str,
    key: String,
    value: &'t Spanned<DeValue<'t>>,
}

/// The file's top table, or a syntax error with its line.
pub(super) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, PolicyError> {
    DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        PolicyError::new(line, "", Kind::Syntax)
    })
}

/// Every entry of `table`; `key` is what stands before theirs.
pub(super) fn entries<'t>(
    text: &'t str,
    key: &str,
    table: &'t DeTable<'t>,
) -> Vec<(&'t str, Node<'t>)> {
    table
        .iter()
        .map(|(name, value)| {
            let name: &'t str = name.get_ref();
            let key = if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
            (name, Node { text, key, value })
        })
        .collect()
}

impl<'t> Node<'t> {
    pub(super) fn error(&self, kind: Kind) -> PolicyError {
        PolicyError::new(line_of(self.text, self.value.span().start), self.key.as_str(), kind)
    }

    pub(super) fn bad(&self, expected: &'static str) -> PolicyError {
        self.error(Kind::BadValue { expected })
    }

    pub(super) fn unknown(&self) -> PolicyError {
        self.error(Kind::UnknownKey)
    }

    fn wrong(&self, expected: &'static str) -> PolicyError {
        self.error(Kind::WrongType { expected })
    }

    pub(super) fn table(&self) -> Result<Vec<(&'t str, Self)>, PolicyError> {
        let table = self.value.get_ref().as_table().ok_or_else(|| self.wrong("a table"))?;
        Ok(entries(self.text, &self.key, table))
    }

    pub(super) fn list(&self) -> Result<Vec<Self>, PolicyError> {
        let list = self.value.get_ref().as_array().ok_or_else(|| self.wrong("a list"))?;
        let node = |value| Self { text: self.text, key: self.key.clone(), value };
        Ok(list.iter().map(node).collect())
    }

    pub(super) fn text(&self) -> Result<&'t str, PolicyError> {
        self.value.get_ref().as_str().ok_or_else(|| self.wrong("a text"))
    }

    pub(super) fn as_text(&self) -> Option<&'t str> {
        self.value.get_ref().as_str()
    }

    /// A text with something in it.
    pub(super) fn name(&self) -> Result<&'t str, PolicyError> {
        let text = self.text()?;
        if text.trim().is_empty() || text.len() > 128 || text.contains(char::is_control) {
            return Err(self.bad("1 to 128 bytes of text"));
        }
        Ok(text)
    }

    pub(super) fn bool(&self) -> Result<bool, PolicyError> {
        self.value.get_ref().as_bool().ok_or_else(|| self.wrong("true or false"))
    }

    pub(super) fn integer<N: TryFrom<u32>>(&self, max: u32) -> Result<N, PolicyError> {
        let integer = self.value.get_ref().as_integer().ok_or_else(|| self.wrong("a number"))?;
        u32::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .filter(|number| *number <= max)
            .and_then(|number| N::try_from(number).ok())
            .ok_or_else(|| self.bad("a whole number within its range"))
    }

    /// Midnight UTC of a date such as `2026-11-22`, without quotes.
    pub(super) fn date(&self) -> Result<Timestamp, PolicyError> {
        let date = self.value.get_ref().as_datetime().and_then(|value| {
            (value.time.is_none() && value.offset.is_none()).then_some(value.date?)
        });
        let date = date.ok_or_else(|| self.wrong("a date such as 2026-11-22"))?;
        format!("{date}T00:00:00Z").parse().map_err(|_| self.bad("a date after 1999"))
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
}
