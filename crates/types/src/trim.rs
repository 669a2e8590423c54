//! White space around a text.

/// As [`str::trim`], for the many short texts around which there is none: their first and last byte tell.
///
/// ```
/// use predispatch_types::trimmed;
///
/// assert_eq!(trimmed("Ada"), "Ada");
/// assert_eq!(trimmed("\u{a0}Ada Example\n"), "Ada Example");
/// ```
#[inline]
pub fn trimmed(text: &str) -> &str {
    let is_graphic = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_graphic(bytes.first()) && is_graphic(bytes.last()) { text } else { text.trim() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_the_standard_library_does(text in "[ a~\t\u{85}\u{a0}é\u{2003}\u{feff}]{0,6}") {
            prop_assert_eq!(trimmed(&text), text.trim());
        }
    }
}
