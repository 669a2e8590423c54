//! `Sec-CH-UA`: a list of brands, each with a major version.

use crate::words::number;

/// What a list of brands says, read in one pass.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Brands {
    /// The version of the first brand `Chromium`.
    pub(super) chromium: Option<u32>,
    /// Whether it names a browser without a window.
    pub(super) is_headless: bool,
    /// Whether some brand besides Chromium is a vendor's. The invented one ("GREASE") holds a
    /// character that no vendor's name has; every version of it so far says `Brand`.
    pub(super) has_vendor: bool,
}

impl Brands {
    /// Names and majors: `"Chromium";v="156", "Not:A-Brand";v="8"`.
    pub(super) fn read(list: &str) -> Self {
        let mut read = Self::default();
        let mut has_chromium = false;
        // A quoted name, then between the quotes `;v=`, then the version: quotes split them evenly.
        let mut parts = list.as_bytes().split(|byte| *byte == b'"');
        while let (Some(_), Some(name), Some(_), Some(version)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            match name {
                b"Chromium" if has_chromium => {}
                b"Chromium" => {
                    has_chromium = true;
                    let version = core::str::from_utf8(version).unwrap_or_default();
                    read.chromium = number(version).map(|(major, _)| major);
                }
                _ => {
                    read.is_headless |= name == b"HeadlessChrome";
                    read.has_vendor |= !name.windows(5).any(|part| part == b"Brand");
                }
            }
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_read() {
        let list = r#""Not;A=Brand";v="8", "Chromium";v="150", "Google Chrome";v="150""#;
        let brands = Brands::read(list);
        assert!(brands.chromium == Some(150) && brands.has_vendor && !brands.is_headless);
        let bare = Brands::read(r#""Not:A-Brand";v="8", "Chromium";v="156""#);
        assert!(bare.chromium == Some(156) && !bare.has_vendor);
        assert!(Brands::read(r#""HeadlessChrome";v="156""#).is_headless);
        for bad in ["", "\"", "Chromium;v=1", "\"Chromium", "\"Chromium\";v=\"x\""] {
            assert_eq!(Brands::read(bad).chromium, None, "{bad}");
        }
    }
}
