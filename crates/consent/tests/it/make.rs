//! Consent strings from what they say, so that a case can be read.

use predispatch_gpp::{Field, GppWriter, SectionId, TcfCaV1Values, UsSection};
use predispatch_tcf::{Purpose, PurposeSet, RestrictionType, TcStringBuilder, VendorId, VendorSet};
use predispatch_types::Timestamp;
use serde::Deserialize;

/// A TC string. Everything is consented to, unless said otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tc {
    #[serde(default = "measured_and_personal")]
    pub(crate) purposes: Vec<u8>,
    #[serde(default)]
    pub(crate) interests: Vec<u8>,
    #[serde(default = "all_vendors")]
    pub(crate) vendors: Vec<u16>,
    #[serde(default)]
    pub(crate) interest_vendors: Vec<u16>,
    #[serde(default = "all_vendors")]
    pub(crate) disclosed: Vec<u16>,
    #[serde(default = "recently")]
    pub(crate) updated: String,
    #[serde(default = "one_that_is_listed")]
    pub(crate) cmp: u16,
    /// The version of the vendor list that it was made with; that of the data folder is 178.
    #[serde(default = "older_list")]
    pub(crate) list: u16,
    /// Purpose, type 0 to 2, vendor.
    #[serde(default)]
    pub(crate) restrict: Vec<(u8, u8, u16)>,
    #[serde(default)]
    pub(crate) purpose_one_treatment: bool,
    /// Leaves out the Disclosed Vendors segment.
    #[serde(default)]
    pub(crate) without_disclosed: bool,
    /// Cuts the text after so many bytes.
    pub(crate) cut: Option<usize>,
    /// Bits of the core that no sound writer writes: offset and value.
    #[serde(default)]
    pub(crate) bits: Vec<(usize, u8)>,
}

impl Tc {
    pub(crate) fn text(&self) -> String {
        let purpose = |id: &u8| Purpose::new(*id).unwrap();
        let purposes = |ids: &[u8]| ids.iter().map(purpose).collect::<PurposeSet>();
        let set =
            |ids: &[u16]| ids.iter().filter_map(|id| VendorId::new(*id)).collect::<VendorSet>();
        let mut builder = TcStringBuilder::new(
            self.cmp,
            self.list,
            midnight(&self.updated),
            set(&self.disclosed),
        )
        .purposes_consent(purposes(&self.purposes))
        .purposes_li_transparency(purposes(&self.interests))
        .vendor_consents(set(&self.vendors))
        .vendor_legitimate_interests(set(&self.interest_vendors))
        .purpose_one_treatment(self.purpose_one_treatment);
        for (id, kind, vendor) in &self.restrict {
            let kind = match kind {
                0 => RestrictionType::NotAllowed,
                1 => RestrictionType::RequireConsent,
                _ => RestrictionType::RequireLegitimateInterest,
            };
            builder = builder.restrict(purpose(id), kind, set(&[*vendor]));
        }
        let mut text = builder.build().unwrap();
        if self.without_disclosed {
            text.truncate(text.find('.').unwrap());
        }
        for (offset, bit) in &self.bits {
            text = with_bit(&text, *offset, *bit);
        }
        text.truncate(self.cut.unwrap_or(text.len()));
        text
    }
}

/// A US section of a GPP string, by the specification's numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Us {
    pub(crate) id: u16,
    pub(crate) sale: Option<u8>,
    pub(crate) share: Option<u8>,
    pub(crate) targeted: Option<u8>,
    pub(crate) sale_notice: Option<u8>,
    pub(crate) sensitive: Option<Vec<u8>>,
    pub(crate) child: Option<Vec<u8>>,
    pub(crate) personal_data: Option<u8>,
    pub(crate) service_provider: Option<u8>,
    pub(crate) gpc: Option<bool>,
}

impl Us {
    fn text(&self) -> String {
        let mut section = UsSection::new(SectionId::new(self.id).unwrap()).unwrap();
        for (field, value) in [
            (Field::SaleOptOut, self.sale.map(|value| vec![value])),
            (Field::SharingOptOut, self.share.map(|value| vec![value])),
            (Field::TargetedAdvertisingOptOut, self.targeted.map(|value| vec![value])),
            (Field::SaleOptOutNotice, self.sale_notice.map(|value| vec![value])),
            (Field::SensitiveDataProcessing, self.sensitive.clone()),
            (Field::KnownChildSensitiveDataConsents, self.child.clone()),
            (Field::PersonalDataConsents, self.personal_data.map(|value| vec![value])),
            (Field::MspaServiceProviderMode, self.service_provider.map(|value| vec![value])),
        ] {
            if let Some(values) = value {
                section = section.with(field, &values).unwrap();
            }
        }
        if self.gpc.is_some() {
            section = section.with_gpc(self.gpc).unwrap();
        }
        section.to_text()
    }
}

/// The Canadian section.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Canada {
    #[serde(default)]
    pub(crate) express: Vec<u8>,
    #[serde(default)]
    pub(crate) implied: Vec<u8>,
    #[serde(default)]
    pub(crate) express_vendors: Vec<u16>,
    #[serde(default)]
    pub(crate) implied_vendors: Vec<u16>,
    /// Without it the section has no list of those that were shown.
    pub(crate) disclosed: Option<Vec<u16>>,
    #[serde(default = "recently")]
    pub(crate) updated: String,
}

impl Canada {
    fn text(&self) -> String {
        let bits = |ids: &[u8]| ids.iter().fold(0, |all, id| all | 1_u32 << (id - 1));
        let mut values = TcfCaV1Values::new();
        values.created = midnight(&self.updated);
        values.last_updated = midnight(&self.updated);
        values.cmp_id = 300;
        values.purposes_express_consent = bits(&self.express);
        values.purposes_implied_consent = bits(&self.implied);
        values.vendor_express_consent = self.express_vendors.clone();
        values.vendor_implied_consent = self.implied_vendors.clone();
        values.disclosed_vendors = self.disclosed.clone();
        values.to_text().unwrap()
    }
}

/// A GPP string of these sections, which stand in ascending order of their ids.
pub(crate) fn gpp(tc: Option<&Tc>, canada: Option<&Canada>, sections: &[Us]) -> String {
    let mut writer = GppWriter::new();
    let mut add = |id: SectionId, text: String| {
        writer = core::mem::take(&mut writer).with(id, &text).unwrap();
    };
    if let Some(tc) = tc {
        add(SectionId::TCF_EU_V2, tc.text());
    }
    if let Some(canada) = canada {
        add(SectionId::TCF_CA_V1, canada.text());
    }
    for section in sections {
        add(SectionId::new(section.id).unwrap(), section.text());
    }
    writer.to_text()
}

/// The text with one bit set or cleared.
fn with_bit(text: &str, offset: usize, bit: u8) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = text.as_bytes().to_vec();
    let letter = &mut bytes[offset / 6];
    let value = ALPHABET.iter().position(|known| known == letter).unwrap();
    let mask = 0b10_0000 >> (offset % 6);
    *letter = ALPHABET[if bit == 1 { value | mask } else { value & !mask }];
    String::from_utf8(bytes).unwrap()
}

fn midnight(day: &str) -> Timestamp {
    format!("{day}T00:00:00Z").parse().unwrap()
}

const fn older_list() -> u16 {
    120
}

fn one_that_is_listed() -> u16 {
    300
}

fn measured_and_personal() -> Vec<u8> {
    vec![1, 2, 3, 4, 7, 9, 10]
}

/// Amazon, Google, LinkedIn, Microsoft.
fn all_vendors() -> Vec<u16> {
    vec![755, 793, 804, 1126]
}

fn recently() -> String {
    "2026-11-01".to_owned()
}
