//! Telephone numbers: vectors, the metadata's own examples, properties.

use std::collections::BTreeMap;

use phonenumber::{
    Mode,
    metadata::{DATABASE, Metadata},
};
use predispatch_pii::{Format, Identifier, Phone, PhoneError, Withheld};
use predispatch_testkit::ExpectedDifferences;
use predispatch_types::{Country, Platform, Sha256Hex};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    input: String,
    country: Option<String>,
    format: String,
    theirs: String,
    sha256: Option<String>,
}

#[test]
fn the_vectors_hold_or_are_listed() {
    let file: File = toml::from_str(include_str!("../data/phone.toml")).unwrap();
    let mut expected =
        ExpectedDifferences::parse(include_str!("../data/phone_expected_differences.toml"));
    for case in &file.case {
        assert!(!case.source.is_empty(), "{}", case.name);
        let country = case.country.as_deref().map(|code| Country::from_alpha2(code).unwrap());
        let parsed = Phone::parse(&case.input, country);
        let ours = match &parsed {
            Ok(phone) => phone.normal_form(format(&case.format)).unwrap().as_str().to_owned(),
            Err(_) if case.theirs == "<error>" => case.theirs.clone(),
            Err(error) => format!("<{}>", error.code()),
        };
        expected.check(&case.name, &ours, &case.theirs);
        if ours == case.theirs
            && let (Ok(phone), Some(sha256)) = (parsed, &case.sha256)
        {
            assert_eq!(phone.sha256(format(&case.format)).unwrap().as_str(), sha256, "{}", case.name);
        }
    }
    expected.finish(81);
}

fn format(name: &str) -> Format {
    let (platform, product) = match name.split_once('/') {
        Some((platform, product)) => (platform, Some(product)),
        None => (name, None),
    };
    Format::of(platform.parse::<Platform>().unwrap(), product).unwrap()
}

#[test]
fn each_format_has_the_plus_or_has_it_not() {
    let phone = Phone::parse("+44 20 7946 0958", None).unwrap();
    for format in Format::ALL {
        let expected = match format.platform() {
            Platform::Amazon | Platform::Meta | Platform::Pinterest | Platform::Snapchat => {
                Some("442079460958")
            }
            Platform::LinkedIn => None,
            _ => Some("+442079460958"),
        };
        let form = phone.normal_form(format);
        match expected {
            Some(text) => {
                assert_eq!(form.unwrap().as_str(), text, "{format:?}");
                assert_eq!(phone.sha256(format), Ok(Sha256Hex::of(text.as_bytes())), "{format:?}");
            }
            None => assert_eq!(form, Err(Withheld::NotTaken), "{format:?}"),
        }
    }
}

/// What came out of a way of writing, per region.
#[derive(Debug, Default)]
struct Tally {
    examples: usize,
    regions: std::collections::BTreeSet<String>,
    /// The crate's own parse gives another number than its metadata: region, kind, what it gives.
    crate_differs: Vec<String>,
    ours_differs: Vec<String>,
    not_assigned: Vec<String>,
}

impl Tally {
    fn check(&mut self, example: &str, ours: Option<String>, theirs: Option<String>, right: &str) {
        if theirs.as_deref() != Some(right) {
            self.crate_differs.push(format!("{example}: {theirs:?}, not {right}"));
        }
        if ours.as_deref() != Some(right) {
            self.ours_differs.push(format!("{example}: {ours:?}, not {right}"));
        }
    }
}

/// Every example number of the metadata, written internationally and nationally.
#[test]
fn the_examples_of_every_region_come_out_as_the_metadata_has_them() {
    let mut international = Tally::default();
    let mut national = Tally::default();
    let regions: BTreeMap<&str, &Metadata> =
        DATABASE.iter().map(|meta| (meta.id(), meta)).collect();
    for (region, meta) in regions {
        let (Some(country), Ok(id)) = (Country::from_alpha2(region), region.parse()) else {
            continue;
        };
        for (kind, digits) in examples(meta) {
            let example = format!("{region} {kind}");
            let right = format!("+{}{digits}", meta.country_code());
            if right.len() <= Phone::MIN_DIGITS {
                assert_eq!(
                    Phone::parse(&right, None),
                    Err(PhoneError::TooShort { digits: right.len() - 1 }),
                    "{example}"
                );
                continue;
            }
            international.examples += 1;
            international.regions.insert(region.to_owned());
            let theirs = phonenumber::parse(None, &right).ok();
            let ours = Phone::parse(&right, None).ok();
            if ours.as_ref().and_then(Phone::is_assigned) != Some(true) {
                international.not_assigned.push(format!("{example} {right}"));
            }
            international.check(&example, ours.as_ref().map(plus), theirs.map(e164), &right);

            // The crate writes it as one writes it in the region; then both read that.
            let Ok(number) = phonenumber::parse(Some(id), &right) else { continue };
            if e164(number.clone()) != right {
                continue;
            }
            let written = number.format().mode(Mode::National).to_string();
            national.examples += 1;
            national.regions.insert(region.to_owned());
            let theirs = phonenumber::parse(Some(id), &written).ok();
            let ours = Phone::parse(&written, Some(country)).ok();
            let example = format!("{example} {written:?}");
            national.check(&example, ours.as_ref().map(plus), theirs.map(e164), &right);
        }
    }
    println!("international {international:#?}\nnational {national:#?}");
    assert!(international.ours_differs.is_empty() && national.ours_differs.is_empty());
}

/// The examples of the kinds of number that can be called from abroad.
fn examples(meta: &Metadata) -> impl Iterator<Item = (&'static str, &str)> {
    let all = meta.descriptors();
    [
        ("fixed line", all.fixed_line()),
        ("mobile", all.mobile()),
        ("toll free", all.toll_free()),
        ("premium rate", all.premium_rate()),
        ("shared cost", all.shared_cost()),
        ("personal", all.personal_number()),
        ("voip", all.voip()),
        ("pager", all.pager()),
        ("uan", all.uan()),
        ("voicemail", all.voicemail()),
    ]
    .into_iter()
    .filter_map(|(kind, descriptor)| Some((kind, descriptor?.example()?)))
}

fn plus(phone: &Phone) -> String {
    phone.normal_form(Format::TikTok).unwrap().as_str().to_owned()
}

fn e164(number: phonenumber::PhoneNumber) -> String {
    number.format().mode(Mode::E164).to_string()
}

fn some_country() -> impl Strategy<Value = Option<Country>> {
    let all: Vec<_> = Country::all().collect();
    prop_oneof![Just(None), proptest::sample::select(all).prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_normal_form_reads_as_itself(raw in "(\\+|00)?[0-9]{1,3}( ?\\(0\\))?[ 0-9]{4,14}", country in some_country()) {
        if let Ok(phone) = Phone::parse(&raw, country) {
            prop_assert_eq!(Phone::parse(&plus(&phone), None), Ok(phone.clone()));
            prop_assert_eq!(Phone::parse(&plus(&phone), country), Ok(phone));
        }
    }

    #[test]
    fn nothing_panics_and_the_hash_is_that_of_the_normal_form(
        raw in "[-+0-9０-９٠-٩ .()/;,#x\u{a0}\u{200e}a-zA-Z=@:＋]{0,40}|\\PC{0,60}|tel:[+0-9-]{0,20}(;ext=|ext| x|#)?[0-9]{0,6}",
        country in some_country(),
    ) {
        match Phone::parse(&raw, country) {
            Ok(phone) => for format in Format::ALL {
                let Ok(form) = phone.normal_form(format) else { continue };
                prop_assert_eq!(phone.sha256(format), Ok(Sha256Hex::of(form.as_bytes())));
                let digits = form.as_str().trim_start_matches('+');
                prop_assert!((8..=15).contains(&digits.len()) && !digits.starts_with('0'));
            },
            Err(error) => prop_assert!(error.code().starts_with("phone_")),
        }
    }
}
