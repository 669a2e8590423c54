//! What people answered, as consent platforms write it.

use std::error::Error;

use predispatch_examples::Random;
use predispatch_gpp::{GppWriter, SectionId, UsSection};
use predispatch_tcf::{Purpose, PurposeSet, TcStringBuilder, VendorId, VendorSet};
use predispatch_types::Timestamp;
use serde_json::{Value, json};

use crate::people::Person;

/// The `consent` object of an event.
pub(crate) fn of(
    person: &Person,
    end: Timestamp,
    random: &mut Random,
) -> Result<Value, Box<dyn Error>> {
    let asked = end.plus_secs(-86_400 * (5 + random.below(90) as i64));
    Ok(match (person.home.country, person.home.region) {
        ("US", region) => united_states(region, random)?,
        ("CA" | "BR" | "JP" | "AU" | "IN", _) => answer(random.chance(75), asked),
        _ => europe(asked, random)?,
    })
}

/// A consent platform's own answer for each destination.
fn answer(is_yes: bool, asked: Timestamp) -> Value {
    let each = json!({"meta": is_yes, "google": is_yes, "tiktok": is_yes, "pinterest": is_yes});
    json!({"cmp": each, "collected_at": asked.to_string()})
}

fn europe(asked: Timestamp, random: &mut Random) -> Result<Value, Box<dyn Error>> {
    let all = (1..=11).filter_map(Purpose::new).collect::<PurposeSet>();
    let some = [Purpose::STORE_AND_ACCESS, Purpose::MEASURE_ADS].into_iter().collect();
    Ok(match random.below(20) {
        0..12 => {
            let mut consent = answer(true, asked);
            consent["tcf"] = json!(string(asked, all)?);
            consent["additional_consent"] = json!("2~89.2572~dv.");
            consent["gdpr_applies"] = json!(true);
            consent
        }
        // Measurement, but no profile.
        12..14 => {
            json!({"tcf": string(asked, some)?, "gdpr_applies": true, "collected_at": asked.to_string()})
        }
        14..17 => {
            let mut consent = answer(false, asked);
            consent["tcf"] = json!(string(asked, PurposeSet::EMPTY)?);
            consent["gdpr_applies"] = json!(true);
            consent
        }
        // Cut off on its way through a cookie.
        17 => json!({"tcf": string(asked, all)?[..20], "gdpr_applies": true}),
        18 => json!({}),
        // The banner is still up.
        _ => json!({"pending": true}),
    })
}

/// A TC string of a consent platform that showed all vendors.
fn string(asked: Timestamp, purposes: PurposeSet) -> Result<String, Box<dyn Error>> {
    let disclosed: VendorSet = (1..=1_200).filter_map(VendorId::new).collect();
    let vendors = match purposes == PurposeSet::EMPTY {
        true => VendorSet::default(),
        false => [755, 793, 804, 1_126].into_iter().filter_map(VendorId::new).collect(),
    };
    let builder = TcStringBuilder::new(300, 120, asked, disclosed)
        .cmp_version(7)
        .consent_screen(1)
        .purposes_consent(purposes)
        .vendor_consents(vendors);
    Ok(builder.build()?)
}

/// Most say nothing; some opted out, by a string or by their browser.
fn united_states(region: Option<&str>, random: &mut Random) -> Result<Value, Box<dyn Error>> {
    let opted_out = random.chance(30);
    let id = match region {
        Some("CA") => SectionId::US_CA,
        Some("TX") => SectionId::US_TX,
        _ => {
            return Ok(if opted_out {
                json!({"us_privacy": "1YYN"})
            } else {
                json!({"us_privacy": "1YNN"})
            });
        }
    };
    let mut section = UsSection::new(id)?;
    for field in section.fields().collect::<Vec<_>>() {
        let value = match field.as_str() {
            "MspaCoveredTransaction" | "MspaOptOutOptionMode" | "MspaServiceProviderMode" => 2,
            name if name.ends_with("Notice") => 1,
            name if name.ends_with("OptOut") => 2 - u8::from(opted_out),
            _ => 0,
        };
        section = section.with(field, &vec![value; section.number_of_values(field)])?;
    }
    let gpp = GppWriter::new().with(id, &section.to_text())?.to_text();
    let mut consent = json!({"gpp": gpp, "gpp_sid": [id.as_u16()]});
    if random.chance(15) {
        consent["gpc"] = json!(true);
    }
    Ok(consent)
}
