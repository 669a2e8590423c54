//! Families through the crate `ua-parser`.

use core::fmt;

use super::{Device, Families, FamilyError, FamilyParser, product, readable};

/// Families through `ua-parser`: the fast engine. Building it takes about 0.1 s and 22 MB.
///
/// ```
/// # #[cfg(feature = "bundled")] {
/// use predispatch_bot::ua::{FamilyParser, UapFamilies};
///
/// let parser = UapFamilies::bundled();
/// let families = parser.families(
///     "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
/// );
/// assert_eq!(families.browser.map(|browser| browser.family).as_deref(), Some("Firefox"));
/// assert_eq!(families.os.map(|os| os.family).as_deref(), Some("Windows"));
/// # }
/// ```
pub struct UapFamilies(ua_parser::Extractor<'static>);

impl UapFamilies {
    /// The engine with the bundled rules of uap-core.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Self {
        Self::new(super::RULES).unwrap_or_else(|_| unreachable!("a test reads the bundled rules"))
    }

    /// The engine with other rules: uap-core's `regexes.yaml`, converted to JSON.
    ///
    /// # Errors
    /// If they are not readable or hold an expression that can't be compiled.
    pub fn new(json: &str) -> Result<Self, FamilyError> {
        let rules: ua_parser::Regexes<'static> =
            serde_json::from_str(json).map_err(|_| FamilyError::NotReadable)?;
        rules.try_into().map(Self).map_err(|_| FamilyError::NotCompilable)
    }
}

impl FamilyParser for UapFamilies {
    fn families(&self, user_agent: &str) -> Families {
        let (browser, os, device) = self.0.extract(readable(user_agent));
        Families {
            browser: browser.and_then(|browser| {
                let parts = [browser.major, browser.minor, browser.patch, browser.patch_minor];
                product(&browser.family, parts)
            }),
            os: os.and_then(|os| {
                let parts = [&os.major, &os.minor, &os.patch, &os.patch_minor];
                product(&os.os, parts.map(Option::as_deref))
            }),
            device: device.filter(|device| device.device != "Other").map(|device| Device {
                family: device.device.into_owned(),
                brand: device.brand.map(Into::into),
                model: device.model.map(Into::into),
            }),
        }
    }
}

impl fmt::Debug for UapFamilies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UapFamilies")
    }
}
