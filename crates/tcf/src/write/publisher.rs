//! Writing the Publisher TC segment.

use super::{WriteError, error::fit};
use crate::{Field, PublisherTc, PurposeSet, bit_writer::BitWriter};

/// Builds the Publisher TC segment; see
/// [`TcStringBuilder::publisher_tc`](crate::TcStringBuilder::publisher_tc).
#[derive(Clone, Debug, Default)]
pub struct PublisherTcBuilder {
    purposes_consent: PurposeSet,
    purposes_li_transparency: PurposeSet,
    custom_purposes: Vec<(bool, bool)>,
}

impl PublisherTcBuilder {
    pub(super) fn from_tc(publisher: &PublisherTc<'_>) -> Self {
        let numbers = 1..=publisher.num_custom_purposes();
        Self {
            purposes_consent: publisher.purposes_consent(),
            purposes_li_transparency: publisher.purposes_li_transparency(),
            custom_purposes: numbers
                .map(|number| {
                    let consent = publisher.custom_purpose_consent(number);
                    (consent, publisher.custom_purpose_li_transparency(number))
                })
                .collect(),
        }
    }

    /// `PubPurposesConsent`.
    #[must_use]
    pub fn purposes_consent(mut self, purposes: PurposeSet) -> Self {
        self.purposes_consent = purposes;
        self
    }

    /// `PubPurposesLITransparency`. The framework's limits on legitimate interest bind vendors; the
    /// publisher's own bases are left to the publisher.
    #[must_use]
    pub fn purposes_li_transparency(mut self, purposes: PurposeSet) -> Self {
        self.purposes_li_transparency = purposes;
        self
    }

    /// Adds the next custom purpose, the first being number 1; at most 63.
    #[must_use]
    pub fn custom_purpose(mut self, consent: bool, li_transparency: bool) -> Self {
        self.custom_purposes.push((consent, li_transparency));
        self
    }

    pub(super) fn segment(&self) -> Result<String, WriteError> {
        let count = u16::try_from(self.custom_purposes.len()).unwrap_or(u16::MAX);
        let mut bits = BitWriter::default();
        bits.push(3, 3);
        bits.push(self.purposes_consent.to_field(24), 24);
        bits.push(self.purposes_li_transparency.to_field(24), 24);
        bits.push(fit(count, 63, Field::NumCustomPurposes)?, 6);
        for &(consent, _) in &self.custom_purposes {
            bits.push_flag(consent);
        }
        for &(_, li_transparency) in &self.custom_purposes {
            bits.push_flag(li_transparency);
        }
        Ok(bits.finish())
    }
}
