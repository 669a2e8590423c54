//! `Sec-CH-UA`: a list of brands, each with a major version.

use super::claims::number;

/// The version of the brand `Chromium`.
pub(super) fn chromium_major(list: &str) -> Option<u32> {
    brands(list).find(|(name, _)| *name == "Chromium").and_then(|(_, major)| major)
}

/// Whether the list names a brand.
pub(super) fn has(list: &str, brand: &str) -> bool {
    brands(list).any(|(name, _)| name == brand)
}

/// Whether some brand besides Chromium is a vendor's. The invented one ("GREASE") holds a character
/// that no vendor's name has; every version of it so far says `Brand`.
pub(super) fn has_vendor(list: &str) -> bool {
    brands(list).any(|(name, _)| name != "Chromium" && !name.contains("Brand"))
}

/// Names and majors: `"Chromium";v="156", "Not:A-Brand";v="8"`.
fn brands(list: &str) -> impl Iterator<Item = (&str, Option<u32>)> {
    // A quoted name, then between the quotes `;v=`, then the version: quotes split them evenly.
    let mut parts = list.split('"');
    core::iter::from_fn(move || {
        parts.next()?;
        let name = parts.next()?;
        parts.next()?;
        let version = parts.next()?;
        Some((name, number(version).map(|(major, _)| major)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_read() {
        let list = r#""Not;A=Brand";v="8", "Chromium";v="150", "Google Chrome";v="150""#;
        assert_eq!(chromium_major(list), Some(150));
        assert!(has(list, "Google Chrome") && has_vendor(list));
        assert!(!has_vendor(r#""Not:A-Brand";v="8", "Chromium";v="156""#));
        for bad in ["", "\"", "Chromium;v=1", "\"Chromium", "\"Chromium\";v=\"x\""] {
            assert_eq!(chromium_major(bad), None, "{bad}");
        }
    }
}
