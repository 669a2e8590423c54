//! Writes GPP strings: every section, with values from a seed.
//!
//! ```text
//! cargo run --example write_gpp -- COUNT SEED
//! ```
//!
//! `scripts/conformance-gpp` gives them to the official library.

use std::error::Error;

use predispatch_examples::Random;
use predispatch_gpp::{
    GppWriter, PublisherPurposes, RestrictionType, SectionId, TcfCaV1Values, UsPrivacy, UsSection,
    UspAnswer,
};
use predispatch_types::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|arg| arg.parse::<u64>());
    let (Some(count), Some(seed)) = (numbers.next(), numbers.next()) else {
        return Err("usage: write_gpp COUNT SEED".into());
    };
    let mut random = Random::new(seed?);
    for _ in 0..count? {
        let mut gpp = GppWriter::new();
        for id in (5..=27).filter_map(SectionId::new) {
            // About three sections a string; runs of neighbours are groups in the header.
            if random.below(8) == 0 {
                gpp = gpp.with(id, &section(id, &mut random)?)?;
            }
        }
        println!("{}", gpp.to_text());
    }
    Ok(())
}

fn section(id: SectionId, random: &mut Random) -> Result<String, Box<dyn Error>> {
    Ok(match id {
        SectionId::TCF_CA_V1 => canada(random).to_text()?,
        SectionId::USP_V1 => {
            let mut answer =
                || [UspAnswer::Yes, UspAnswer::No, UspAnswer::NotApplicable][random.index(3)];
            UsPrivacy::new(answer(), answer(), answer()).to_text()
        }
        _ => us(id, random)?.to_text(),
    })
}

fn us(id: SectionId, random: &mut Random) -> Result<UsSection, Box<dyn Error>> {
    let mut section = match id {
        SectionId::US_NAT if random.below(2) == 0 => UsSection::us_national_v1()?,
        _ => UsSection::new(id)?,
    };
    for field in section.fields().collect::<Vec<_>>() {
        let values = (0..section.number_of_values(field)).map(|_| random.index(3) as u8);
        section = section.with(field, &values.collect::<Vec<_>>())?;
    }
    if section.defines_gpc() {
        section = section.with_gpc([None, Some(false), Some(true)][random.index(3)])?;
    }
    Ok(if random.below(3) == 0 { section.without_sensitive_segment() } else { section })
}

fn canada(random: &mut Random) -> TcfCaV1Values {
    let mut values = TcfCaV1Values::new();
    values.created = Timestamp::from_unix_secs(1_767_225_600);
    values.last_updated = values.created.plus_secs(86_400);
    values.cmp_id = random.below(4_096) as u16;
    values.consent_language = ['F', 'R'];
    values.special_feature_express_consent = random.below(1 << 12) as u16;
    values.purposes_express_consent = random.below(1 << 24) as u32;
    values.purposes_implied_consent = random.below(1 << 24) as u32;
    values.vendor_express_consent = vendors(random);
    values.vendor_implied_consent = vendors(random);
    let kinds = [
        RestrictionType::NotAllowed,
        RestrictionType::RequireExpressConsent,
        RestrictionType::RequireImpliedConsent,
    ];
    for _ in 0..random.index(3) {
        let purpose = 2 + random.below(23) as u8;
        values.restrictions.push((purpose, kinds[random.index(3)], vendors(random)));
    }
    let mut publisher = PublisherPurposes::default();
    publisher.express_consent = random.below(1 << 24) as u32;
    publisher.num_custom_purposes = random.below(64) as u8;
    publisher.custom_implied_consent = random.below(1 << publisher.num_custom_purposes);
    values.publisher_purposes = Some(publisher);
    values.disclosed_vendors = (random.below(2) == 0).then(|| vendors(random));
    values
}

/// Few, many, or in runs.
fn vendors(random: &mut Random) -> Vec<u16> {
    let max = [10, 200, 1_400, 65_000][random.index(4)];
    let share = [1, 30, 500, 990][random.index(4)];
    let run = [1, 40][random.index(2)];
    let share = if max > 2_000 { 1 } else { share };
    let starts: Vec<u16> = (0..=max / run).filter(|_| random.below(1_000) < share).collect();
    let ids = starts.into_iter().flat_map(|start| (1..=run).map(move |id| start * run + id));
    ids.collect()
}
