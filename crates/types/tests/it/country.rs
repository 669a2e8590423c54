//! Countries as forms, shops and address books write them.

use std::collections::BTreeSet;

use predispatch_types::{Country, CountryError};
use proptest::prelude::*;

fn parsed(raw: &str) -> Result<&'static str, CountryError> {
    Country::parse(raw).map(Country::as_str)
}

#[test]
fn every_country_reads_back_from_all_it_says_of_itself() {
    let mut seen = 0;
    for country in Country::all() {
        for text in [country.as_str(), country.as_lower_str(), country.alpha3(), country.name()] {
            assert_eq!(Country::parse(text), Ok(country), "{text:?}");
            assert_eq!(Country::parse(&text.to_lowercase()), Ok(country), "{text:?}");
            assert_eq!(Country::parse(&text.to_uppercase()), Ok(country), "{text:?}");
        }
        assert_eq!(Country::parse(&format!(" The  {} ", country.name())), Ok(country));
        assert_eq!(country.as_str().to_lowercase(), country.as_lower_str());
        assert_eq!((country.as_str().len(), country.alpha3().len()), (2, 3));
        assert_eq!(format!("{country:?}"), country.as_str());
        seen += 1;
    }
    assert_eq!(seen, 250, "ISO 3166-1 has 249 codes; Kosovo is the other");
}

#[test]
fn codes_are_unique_and_sorted() {
    let all: Vec<Country> = Country::all().collect();
    assert!(all.is_sorted_by(|a, b| a < b && a.as_str() < b.as_str()));
    assert_eq!(
        all.iter().map(|country| country.alpha3()).collect::<BTreeSet<_>>().len(),
        all.len()
    );
    assert_eq!(all.iter().map(|country| country.name()).collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn exactly_the_assigned_pairs_of_letters_are_codes() {
    let letters = || (b'A'..=b'Z').map(char::from);
    let pairs = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
    let known = pairs.filter(|pair| Country::from_alpha2(pair).is_some()).count();
    assert_eq!(known, 250);
    for reserved in
        ["UK", "EL", "EU", "SU", "AN", "XX", "ZZ", "A1", "T1", "", "U", "USA", " US", "ÄÖ"]
    {
        assert_eq!(Country::from_alpha2(reserved), None, "{reserved:?}");
    }
}

#[test]
fn names_and_their_variants() {
    for (name, code) in [
        ("UK", "GB"),
        ("u.k.", "GB"),
        ("England", "GB"),
        ("SCOTLAND", "GB"),
        ("Wales", "GB"),
        ("Northern Ireland", "GB"),
        ("Great Britain", "GB"),
        ("United Kingdom of Great Britain and Northern Ireland", "GB"),
        ("U.S.A.", "US"),
        ("U.S.", "US"),
        ("The United  States of America", "US"),
        ("united-states", "US"),
        ("ＵＳＡ", "US"),
        ("ＵＳ", "US"),
        ("EL", "GR"),
        ("Holland", "NL"),
        ("Netherlands (Kingdom of the)", "NL"),
        ("Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("Türkiye", "TR"),
        ("TURKIYE", "TR"),
        ("Turkey", "TR"),
        ("Ivory Coast", "CI"),
        ("Cote d'Ivoire", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Korea, South", "KR"),
        ("North Korea", "KP"),
        ("Russia", "RU"),
        ("Russian Federation", "RU"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Guinea", "GN"),
        ("Papua New Guinea", "PG"),
        ("Niger", "NE"),
        ("Samoa", "WS"),
        ("Saint Martin", "MF"),
        ("St. Martin", "MF"),
        ("St Lucia", "LC"),
        ("Trinidad & Tobago", "TT"),
        ("Bahamas, The", "BS"),
        ("Congo-Kinshasa", "CD"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Republic of the Congo", "CG"),
        ("Macau", "MO"),
        ("Swaziland", "SZ"),
        ("Kosovo", "XK"),
        ("xkx", "XK"),
    ] {
        assert_eq!(parsed(name), Ok(code), "{name:?}");
    }
}

#[test]
fn names_in_their_own_languages() {
    for (name, code) in [
        ("Österreich", "AT"),
        ("OESTERREICH", "AT"),
        ("Osterreich", "AT"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("Niemcy", "DE"),
        ("Schweiz", "CH"),
        ("Suisse", "CH"),
        ("España", "ES"),
        ("ESPANA", "ES"),
        ("Italia", "IT"),
        ("Brasil", "BR"),
        ("Nederland", "NL"),
        ("België", "BE"),
        ("Belgique", "BE"),
        ("Polska", "PL"),
        ("Sverige", "SE"),
        ("Danmark", "DK"),
        ("Norge", "NO"),
        ("Suomi", "FI"),
        ("Česko", "CZ"),
        ("Magyarország", "HU"),
        ("România", "RO"),
        ("Ελλάδα", "GR"),
        ("ΕΛΛΑΔΑ", "GR"),
        ("Россия", "RU"),
        ("Україна", "UA"),
        ("Almanya", "DE"),
        ("ABD", "US"),
        ("مصر", "EG"),
        ("السعودية", "SA"),
        ("ישראל", "IL"),
        ("日本", "JP"),
        ("대한민국", "KR"),
        ("中国", "CN"),
        ("アメリカ合衆国", "US"),
        ("Hoa Kỳ", "US"),
        ("États-Unis", "US"),
        ("EE.UU.", "US"),
        ("美國", "US"),
        ("臺灣", "TW"),
        ("한국", "KR"),
        ("Gran Bretaña", "GB"),
        ("ประเทศไทย", "TH"),
    ] {
        assert_eq!(parsed(name), Ok(code), "{name:?}");
    }
}

#[test]
fn a_name_of_two_countries_is_refused() {
    let names = [
        "Korea",
        "Corée",
        "Корея",
        "Congo",
        "Kongo",
        "the Congo",
        "Virgin Islands",
        "Channel Islands",
    ];
    for name in names {
        assert_eq!(parsed(name), Err(CountryError::Ambiguous), "{name:?}");
    }
}

#[test]
fn what_is_no_country_is_refused() {
    for name in [
        "Atlantis",
        "XX",
        "EU",
        "European Union",
        "n/a",
        "N.A.",
        "N.a",
        "null",
        "None",
        "NaN",
        "U",
        "...",
        "Mỹ",
        "CAD",
        "🇺🇸",
    ] {
        assert_eq!(parsed(name), Err(CountryError::Unknown), "{name:?}");
    }
    assert_eq!(parsed(" \t\u{3000}"), Err(CountryError::Empty));
    assert_eq!(parsed(&"x".repeat(257)), Err(CountryError::TooLong { len: 257 }));
    assert_eq!(parsed(&"x".repeat(256)), Err(CountryError::Unknown));
}

proptest! {
    #[test]
    fn any_text_is_answered_and_the_answer_reads_back(
        raw in "\\PC{0,40}|[A-Za-z.]{1,4}|[\u{0}-\u{7f}]{0,8}",
    ) {
        if let Ok(country) = Country::parse(&raw) {
            prop_assert_eq!(Country::parse(country.as_str()), Ok(country));
            prop_assert_eq!(country.to_string().parse(), Ok(country));
        }
    }

    #[test]
    fn dots_spaces_and_case_never_change_the_country(
        at in 0..250_usize,
        upper: bool,
        dot in "[ .,'-]{0,2}",
    ) {
        let country = Country::all().nth(at).unwrap();
        let name = country.name().replace(' ', &format!(" {dot}"));
        let name = if upper { name.to_uppercase() } else { name.to_lowercase() };
        prop_assert_eq!(Country::parse(&name), Ok(country));
    }
}
