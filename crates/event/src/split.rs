//! Splitting at one ASCII byte: of a short text by looking at each, of a long one with vector
//! instructions. `str` takes a multiple of the time for either.

use memchr::memchr;

/// As [`str::split_once`].
pub(crate) fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let place = if bytes.len() < LONG {
        bytes.iter().position(|other| *other == byte)
    } else {
        memchr(byte, bytes)
    }?;
    Some((text.get(..place)?, text.get(place.saturating_add(1)..)?))
}

/// As [`str::split`].
pub(crate) fn split(text: &str, byte: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let (part, after) = split_once(text, byte).map_or((text, None), |(a, b)| (a, Some(b)));
        rest = after;
        Some(part)
    })
}

/// From about this length on calling `memchr` pays.
const LONG: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    const LONG_TEXT: &str = "utm_source=newsletter&utm_medium=email&&utm_campaign=summer";

    #[test]
    fn it_is_what_the_standard_library_does() {
        for text in ["", "&", "a", "a&", "&a", "a&b", "a&&b", "é&東", "東京", LONG_TEXT] {
            assert_eq!(split_once(text, b'&'), text.split_once('&'), "{text}");
            let parts: Vec<_> = split(text, b'&').collect();
            assert_eq!(parts, text.split('&').collect::<Vec<_>>(), "{text}");
        }
    }
}
