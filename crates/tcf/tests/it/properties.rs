//! What must hold for every string, tried on random ones.

use predispatch_tcf::{
    Judge, LetterPair, PublisherTcBuilder, Purpose, PurposeSet, RestrictionType, SpecialFeature,
    SpecialFeatureSet, TcString, TcStringBuilder, VendorDeclaration, VendorId, VendorRange,
    VendorSet,
};
use predispatch_types::Timestamp;
use proptest::{collection, option, prelude::*, sample};
use serde_json::json;

use crate::{
    eager, shape,
    vectors::{VECTORS, lines},
};

fn purposes() -> impl Strategy<Value = PurposeSet> {
    collection::vec(1..=24_u8, 0..12)
        .prop_map(|ids| ids.into_iter().filter_map(Purpose::new).collect())
}

fn interests() -> impl Strategy<Value = PurposeSet> {
    purposes().prop_map(|set| set.iter().filter(|p| p.allows_legitimate_interest()).collect())
}

/// Single ids, long and short ranges, up to small and large numbers.
fn vendors() -> impl Strategy<Value = VendorSet> {
    let range = |max: u16| {
        (1..=max, 0..max / 8 + 1).prop_map(move |(first, length)| {
            VendorRange::new(first, first.saturating_add(length).min(max)).unwrap()
        })
    };
    prop_oneof![
        Just(VendorSet::default()),
        collection::vec(1..900_u16, 0..300)
            .prop_map(|ids| ids.into_iter().filter_map(VendorId::new).collect()),
        collection::vec(range(1_500), 0..20).prop_map(VendorSet::from_iter),
        collection::vec(range(65_535), 0..4).prop_map(VendorSet::from_iter),
    ]
}

fn restriction() -> impl Strategy<Value = (Purpose, RestrictionType, VendorSet)> {
    let kinds = vec![
        RestrictionType::NotAllowed,
        RestrictionType::RequireConsent,
        RestrictionType::RequireLegitimateInterest,
    ];
    let purpose = sample::select(vec![2_u8, 7, 8, 9, 10, 11, 24]);
    (purpose, sample::select(kinds), vendors())
        .prop_map(|(purpose, kind, vendors)| (Purpose::new(purpose).unwrap(), kind, vendors))
}

fn publisher() -> impl Strategy<Value = PublisherTcBuilder> {
    (purposes(), purposes(), collection::vec(any::<(bool, bool)>(), 0..=63)).prop_map(
        |(consent, li, custom)| {
            let builder = PublisherTcBuilder::default();
            let builder = builder.purposes_consent(consent).purposes_li_transparency(li);
            custom.into_iter().fold(builder, |builder, (c, li)| builder.custom_purpose(c, li))
        },
    )
}

#[derive(Clone, Debug)]
struct Sample {
    secs: i64,
    numbers: (u16, u16, u8, u16, u8),
    letters: (String, String),
    flags: (bool, bool),
    purposes: (PurposeSet, PurposeSet),
    special: SpecialFeatureSet,
    vendors: (VendorSet, VendorSet, VendorSet),
    restrictions: Vec<(Purpose, RestrictionType, VendorSet)>,
    publisher: Option<PublisherTcBuilder>,
}

fn sample() -> impl Strategy<Value = Sample> {
    let special = collection::vec(1..=12_u8, 0..4)
        .prop_map(|ids| ids.into_iter().filter_map(SpecialFeature::new).collect());
    (
        0..6_871_910_400_i64,
        (2..=4_095_u16, 0..=4_095_u16, 0..=63_u8, 0..=4_095_u16, 4..=63_u8),
        ("[A-Z]{2}", "[A-Z]{2}"),
        any::<(bool, bool)>(),
        (purposes(), interests()),
        special,
        (vendors(), vendors(), vendors()),
        collection::vec(restriction(), 0..4),
        option::of(publisher()),
    )
        .prop_map(
            |(
                secs,
                numbers,
                letters,
                flags,
                purposes,
                special,
                vendors,
                restrictions,
                publisher,
            )| {
                Sample {
                    secs,
                    numbers,
                    letters,
                    flags,
                    purposes,
                    special,
                    vendors,
                    restrictions,
                    publisher,
                }
            },
        )
}

impl Sample {
    fn builder(&self) -> TcStringBuilder {
        let (cmp_id, cmp_version, screen, list_version, policy) = self.numbers;
        let at = Timestamp::from_unix_secs(self.secs);
        let mut builder = TcStringBuilder::new(cmp_id, list_version, at, self.vendors.2.clone())
            .cmp_version(cmp_version)
            .consent_screen(screen)
            .tcf_policy_version(policy)
            .consent_language(LetterPair::new(&self.letters.0).unwrap())
            .publisher_cc(LetterPair::new(&self.letters.1).unwrap())
            .use_non_standard_texts(self.flags.0)
            .purpose_one_treatment(self.flags.1)
            .purposes_consent(self.purposes.0)
            .purposes_li_transparency(self.purposes.1)
            .special_feature_opt_ins(self.special)
            .vendor_consents(self.vendors.0.clone())
            .vendor_legitimate_interests(self.vendors.1.clone());
        for (purpose, kind, vendors) in &self.restrictions {
            builder = builder.restrict(*purpose, *kind, vendors.clone());
        }
        match &self.publisher {
            Some(publisher) => builder.publisher_tc(publisher.clone()),
            None => builder,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_equally_by_both_readers(sample in sample()) {
        let text = sample.builder().build().unwrap();
        let tc = TcString::parse(&text).unwrap();
        let fields = shape::of(&tc);
        prop_assert_eq!(eager::read(&text), Some(fields.clone()));
        let ids = |set: &VendorSet| json!(set.iter().map(VendorId::get).collect::<Vec<_>>());
        prop_assert_eq!(&fields["vendorsConsent"], &ids(&sample.vendors.0));
        prop_assert_eq!(&fields["vendorsLI"], &ids(&sample.vendors.1));
        prop_assert_eq!(&fields["disclosed"], &ids(&sample.vendors.2));
        prop_assert_eq!(tc.purposes_consent(), sample.purposes.0);
        prop_assert_eq!(tc.purposes_li_transparency(), sample.purposes.1);
        prop_assert_eq!(tc.special_feature_opt_ins(), sample.special);
        let numbers = (tc.cmp_id(), tc.cmp_version(), tc.consent_screen(), tc.vendor_list_version(), tc.tcf_policy_version());
        prop_assert_eq!(numbers, sample.numbers);
        let letters = (tc.consent_language().to_string(), tc.publisher_cc().to_string());
        prop_assert_eq!(letters, sample.letters);
        prop_assert_eq!((tc.use_non_standard_texts(), tc.purpose_one_treatment()), sample.flags);
        prop_assert_eq!(tc.created(), tc.last_updated());
        prop_assert_eq!(tc.last_updated().unix_secs(), sample.secs - sample.secs % 86_400);
        prop_assert_eq!(tc.publisher_tc().is_some(), sample.publisher.is_some());
        for (purpose, kind, vendors) in sample.restrictions.iter().rev().take(1) {
            let merged = tc.publisher_restrictions().merged();
            let found = merged.iter().find(|r| (r.purpose(), r.restriction_type()) == (*purpose, *kind));
            let found: VendorSet = found.into_iter().flat_map(|r| r.vendors()).collect();
            prop_assert_eq!(&found, vendors);
        }
        prop_assert_eq!(TcStringBuilder::from_tc_string(&tc).build().unwrap(), text);
    }

    #[test]
    fn lists_answer_for_each_vendor_as_they_are_listed(sample in sample(), ids in collection::vec(1..=u16::MAX, 50)) {
        let text = sample.builder().build().unwrap();
        let tc = TcString::parse(&text).unwrap();
        for id in ids.into_iter().chain(1..=1_600).filter_map(VendorId::new) {
            let signals = tc.vendor(id);
            prop_assert_eq!(signals.consent, sample.vendors.0.contains(id));
            prop_assert_eq!(signals.legitimate_interest, sample.vendors.1.contains(id));
            prop_assert_eq!(signals.disclosed, Some(sample.vendors.2.contains(id)));
        }
    }

    /// Every bit on which a yes stands is taken away in turn, and the yes goes; whatever else is
    /// taken away, no other no becomes a yes.
    #[test]
    fn a_yes_goes_with_each_bit_that_it_stands_on(
        sample in sample(),
        declared in (purposes(), purposes(), purposes()),
        id in prop_oneof![1..1_500_u16, 1..=u16::MAX],
    ) {
        let vendor = VendorId::new(id).unwrap();
        let mut declaration = VendorDeclaration::consent_only(vendor, declared.0);
        declaration.leg_int_purposes = declared.1;
        declaration.flexible_purposes = declared.2;
        let at = Timestamp::from_unix_secs(sample.secs);
        let allowed = |sample: &Sample| -> PurposeSet {
            let text = sample.builder().build().unwrap();
            let judgement = Judge::new().vendor(&TcString::parse(&text).unwrap(), &declaration, at);
            (1..=24).filter_map(Purpose::new).filter(|&p| judgement.purpose(p).is_allowed()).collect()
        };
        // Often enough in all lists that there are yeses to take away.
        let mut sample = sample;
        sample.vendors.0.insert(vendor);
        sample.vendors.1.insert(vendor);
        sample.vendors.2.insert(vendor);
        let yes = allowed(&sample);
        let without = |set: &VendorSet| set.iter().filter(|&other| other != vendor).collect::<VendorSet>();

        let mut undisclosed = sample.clone();
        undisclosed.vendors.2 = without(&sample.vendors.2);
        prop_assert!(allowed(&undisclosed).is_empty());

        let mut no_consent = sample.clone();
        no_consent.vendors.0 = without(&sample.vendors.0);
        let mut no_interest = sample.clone();
        no_interest.vendors.1 = without(&sample.vendors.1);
        let (on_interest, on_consent) = (allowed(&no_consent), allowed(&no_interest));
        prop_assert_eq!(on_interest.union(on_consent), yes);
        prop_assert!(on_interest.intersection(on_consent).is_empty());

        for purpose in yes.iter() {
            let gone: PurposeSet = [purpose].into_iter().collect();
            let mut less = sample.clone();
            if on_consent.contains(purpose) {
                less.purposes.0 = less.purposes.0.difference(gone);
            } else {
                less.purposes.1 = less.purposes.1.difference(gone);
            }
            prop_assert_eq!(allowed(&less), yes.difference(gone));
        }
    }

    #[test]
    fn no_text_panics(text in "[A-Za-z0-9_.=~-]{0,200}") {
        for text in [text.clone(), format!("C{text}"), format!("CQKjTcAQKjTcAEsAHBENB4FgAP_gAEPgAAYg{text}")] {
            let _ = TcString::parse(&text);
            if let Ok(read) = TcString::parse_lenient(&text) {
                let _ = shape::of(&read.tc_string());
            }
        }
    }
}

/// A cut string is refused, or is one whose padding or last segments were cut: then the second
/// reader agrees. So does it on a string with one bit turned over, whenever it is read at all.
#[test]
fn every_truncation_and_every_bit_flip_gives_an_error_or_a_consistent_value() {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut cuts, mut flips, mut read) = (0_u32, 0_u32, 0_u32);
    let mut check = |text: &str, count: &mut u32| {
        *count += 1;
        if let Ok(tc) = TcString::parse(text) {
            assert_eq!(Some(shape::of(&tc)), eager::read(text), "{text}");
            read += 1;
        }
    };
    // Short ones, since a bit of a range can stand for 32,768 ids; every second, for time.
    let vectors = lines(VECTORS);
    let texts = vectors.iter().filter_map(|vector| vector["tc"].as_str());
    for text in texts.filter(|text| text.len() <= 85).step_by(2) {
        for end in 0..text.len() {
            check(&text[..end], &mut cuts);
        }
        for (at, character) in text.char_indices().filter(|(_, character)| *character != '.') {
            let value = ALPHABET.find(character).unwrap();
            for bit in 0..6 {
                let flipped = ALPHABET.as_bytes()[value ^ 1 << bit];
                let text = format!("{}{}{}", &text[..at], char::from(flipped), &text[at + 1..]);
                check(&text, &mut flips);
            }
        }
    }
    println!("{cuts} cuts, {flips} flips, {read} of them read");
    assert!(cuts > 1_500 && flips > 9_000 && read > 3_000, "the vectors are still tried");
}
