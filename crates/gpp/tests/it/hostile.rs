//! Short texts that claim much.

use predispatch_gpp::{
    Fault, Gpp, GppError, RestrictionType, SectionId, TcfCaV1, TcfCaV1Values, TcfCaV1WriteError,
    VendorCoding,
};

#[test]
fn a_text_that_names_every_vendor_many_times_is_read_in_one_pass() {
    let everyone: Vec<u16> = (1..=u16::MAX).collect();
    for coding in [VendorCoding::Fibonacci, VendorCoding::Integer] {
        let mut values = TcfCaV1Values::new();
        values.vendor_coding = coding;
        values.vendor_express_consent = everyone.clone();
        values.restrictions = (1..=24)
            .flat_map(|purpose| {
                [RestrictionType::RequireExpressConsent, RestrictionType::RequireImpliedConsent]
                    .map(|kind| (purpose, kind, everyone.clone()))
            })
            .collect();
        let text = values.to_text().unwrap();
        assert!(text.len() < 700, "{} characters", text.len());
        let section = TcfCaV1::parse(&text).unwrap();
        assert_eq!(section.vendor_coding(), coding);
        let named: usize = section.restrictions().map(|r| r.vendors.count()).sum();
        assert_eq!(named, 48 * 65_535);
        assert!(section.vendor_express_consent().contains(u16::MAX));
        assert!(!section.vendor_express_consent().contains(0));
        assert_eq!(section.vendor_express_consent().iter().last(), Some(u16::MAX));
        assert_eq!(TcfCaV1Values::from(&section), values);
    }
}

#[test]
fn more_restrictions_than_pairs_are_refused() {
    let mut values = TcfCaV1Values::new();
    values.restrictions = vec![(2, RestrictionType::NotAllowed, vec![1]); 73];
    let field = "PubRestrictions";
    assert_eq!(values.to_text(), Err(TcfCaV1WriteError::TooMany { field }));
    values.restrictions.pop();
    let text = values.to_text().unwrap();
    assert_eq!(TcfCaV1::parse(&text).unwrap().restrictions().count(), 72);
    let error = raise_restriction_count(&text).unwrap_err();
    assert_eq!((error.field, error.fault), (field, Fault::TooManyRestrictions));
}

/// Sets all twelve bits of the number of restrictions, which begins at bit 233 in a section whose
/// two lists are empty.
fn raise_restriction_count(text: &str) -> Result<(), predispatch_gpp::SectionError> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits: Vec<bool> = text
        .bytes()
        .map(|byte| ALPHABET.iter().position(|other| *other == byte).unwrap())
        .flat_map(|six| (0..6).rev().map(move |bit| six >> bit & 1 == 1))
        .collect();
    bits[233..245].fill(true);
    let six = |chunk: &[bool]| chunk.iter().fold(0, |six, &bit| six << 1 | usize::from(bit));
    let text: String = bits.chunks(6).map(|chunk| char::from(ALPHABET[six(chunk)])).collect();
    TcfCaV1::parse(&text).map(|_| ())
}

#[test]
fn more_ranges_than_can_be_counted_are_written_as_bits() {
    let mut values = TcfCaV1Values::new();
    values.vendor_express_consent = (1..=u16::MAX / 15).map(|index| index * 15).collect();
    assert!(values.vendor_express_consent.len() > 4_095);
    let text = values.to_text().unwrap();
    assert!(text.len() * 6 > 65_535, "a bit for each id");
    assert_eq!(TcfCaV1Values::from(&TcfCaV1::parse(&text).unwrap()), values);
    // Restrictions in the older coding have no other shape.
    values.vendor_coding = VendorCoding::Integer;
    values.restrictions =
        vec![(2, RestrictionType::NotAllowed, values.vendor_express_consent.clone())];
    let field = "PubRestrictions";
    assert_eq!(values.to_text(), Err(TcfCaV1WriteError::TooMany { field }));
}

#[test]
fn a_long_text_of_dots_or_tildes_stops_at_its_limit() {
    let dots = format!("DBABBg~{}", ".".repeat(60_000));
    let error = Gpp::parse(&dots).unwrap().section(SectionId::US_CA).unwrap().unwrap_err();
    assert_eq!(error.fault, Fault::Empty);
    let tildes = format!("DBABBg{}", "~".repeat(60_000));
    assert_eq!(
        Gpp::parse(&tildes).unwrap_err(),
        GppError::SectionCount { listed: 1, found: 60_000 },
    );
    let zeros = format!("DBAB{}", "A".repeat(60_000));
    assert_eq!(Gpp::parse(&zeros).unwrap_err(), GppError::SectionIdTooBig { bit: 25 });
}

#[test]
fn a_cut_before_the_restrictions_does_not_lift_them() {
    let mut values = TcfCaV1Values::new();
    values.restrictions = vec![(2, RestrictionType::NotAllowed, vec![1])];
    let text = values.to_text().unwrap();
    // Bit 233 is where their number starts; 39 characters end a bit after it, and only zeros follow.
    let error = TcfCaV1::parse(&text[..39]).unwrap_err();
    assert_eq!((error.field, error.bit, error.fault), ("PubRestrictions", 233, Fault::CutShort));
    for end in 0..text.len() - 1 {
        assert!(TcfCaV1::parse(&text[..end]).is_err(), "{end}");
    }
}

#[test]
fn restrictions_bar_what_they_bar() {
    use predispatch_gpp::CaChoice::{Express, Implied, Neither};
    let mut values = TcfCaV1Values::new();
    values.purposes_express_consent = 0b111_1111;
    values.purposes_implied_consent = 0b111_1111;
    values.vendor_express_consent = vec![1, 2];
    values.vendor_implied_consent = vec![2, 3];
    values.restrictions = vec![
        (3, RestrictionType::NotAllowed, vec![2]),
        (4, RestrictionType::RequireExpressConsent, vec![2, 3]),
        (5, RestrictionType::RequireImpliedConsent, vec![1, 2]),
        (6, RestrictionType::RequireExpressConsent, vec![2]),
        (6, RestrictionType::RequireImpliedConsent, vec![2]),
    ];
    let text = values.to_text().unwrap();
    let section = TcfCaV1::parse(&text).unwrap();
    let table = [
        // Purpose, then vendors 1, 2, 3 and 4.
        (1, [Neither, Neither, Neither, Neither]),
        (2, [Express, Express, Implied, Neither]),
        (3, [Express, Neither, Implied, Neither]),
        (4, [Express, Express, Neither, Neither]),
        (5, [Neither, Implied, Implied, Neither]),
        (6, [Express, Neither, Implied, Neither]),
        (8, [Neither, Neither, Neither, Neither]),
        (0, [Neither, Neither, Neither, Neither]),
        (25, [Neither, Neither, Neither, Neither]),
    ];
    for (purpose, choices) in table {
        let ours = [1, 2, 3, 4].map(|vendor| section.choice(purpose, vendor));
        assert_eq!(ours, choices, "purpose {purpose}");
    }
}
