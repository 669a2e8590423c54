//! Families through the crate `uaparser`.

use core::fmt;

use uaparser::Parser;

use super::{Device, Families, FamilyError, FamilyParser, product, readable};

/// Families through `uaparser`: the slow engine, for those whose reports are made with it.
pub struct UaparserFamilies(uaparser::UserAgentParser);

impl UaparserFamilies {
    /// The engine with the bundled rules of uap-core.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Self {
        Self::new(super::RULES).unwrap_or_else(|_| unreachable!("a test reads the bundled rules"))
    }

    /// The engine with other rules: uap-core's `regexes.yaml`, or the same converted to JSON.
    ///
    /// # Errors
    /// If they can't be used.
    pub fn new(rules: &str) -> Result<Self, FamilyError> {
        uaparser::UserAgentParser::builder()
            .with_unicode_support(false)
            .build_from_bytes(rules.as_bytes())
            .map(Self)
            .map_err(|_| FamilyError::NotCompilable)
    }
}

impl FamilyParser for UaparserFamilies {
    fn families(&self, user_agent: &str) -> Families {
        let client = self.0.parse(readable(user_agent));
        let (browser, os, device) = (client.user_agent, client.os, client.device);
        let browser_parts = [&browser.major, &browser.minor, &browser.patch, &None];
        let os_parts = [&os.major, &os.minor, &os.patch, &os.patch_minor];
        Families {
            browser: product(&browser.family, browser_parts.map(Option::as_deref)),
            os: product(&os.family, os_parts.map(Option::as_deref)),
            device: (device.family != "Other").then(|| Device {
                family: device.family.into_owned(),
                brand: device.brand.map(Into::into),
                model: device.model.map(Into::into),
            }),
        }
    }
}

impl fmt::Debug for UaparserFamilies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UaparserFamilies")
    }
}
