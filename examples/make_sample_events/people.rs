//! Fictional people of fifteen countries.

use predispatch_examples::Random;
use serde_json::{Value, json};

/// Somebody who is not there.
pub(crate) struct Person {
    pub(crate) number: usize,
    pub(crate) home: &'static Home,
    pub(crate) user: Value,
    /// Of a documentation network.
    pub(crate) ip: String,
}

/// Where people live.
pub(crate) struct Home {
    pub(crate) country: &'static str,
    pub(crate) region: Option<&'static str>,
    city: &'static str,
    postal_code: &'static str,
    pub(crate) currency: &'static str,
    /// A number reserved for fiction, two digits missing; empty where a country has none.
    phone: &'static str,
    names: [(&'static str, &'static str); 3],
}

/// Numbers: Ofcom, ARCEP, Bundesnetzagentur, PTS, ACMA, and 555-01xx in North America.
pub(crate) const HOMES: [Home; 17] = [
    home(
        "DE",
        None,
        "Köln",
        "50667",
        "EUR",
        "030 231250",
        [("Jürgen", "Groß"), ("Anna", "Müller"), ("Ayşe", "Yılmaz")],
    ),
    home(
        "FR",
        None,
        "Besançon",
        "25000",
        "EUR",
        "01 99 00 12 ",
        [("Hélène", "Lefèvre"), ("Jean-Luc", "D'Arc"), ("Zoé", "Petit")],
    ),
    home(
        "GB",
        None,
        "London",
        "SW1A 1AA",
        "GBP",
        "+44 20 7946 09",
        [("Ada", "Example"), ("Siân", "O'Neill"), ("Mohammed", "Khan")],
    ),
    home(
        "ES",
        None,
        "A Coruña",
        "15001",
        "EUR",
        "",
        [("Iñaki", "Núñez"), ("María José", "García López"), ("Lucía", "Peña")],
    ),
    home(
        "IT",
        None,
        "Forlì",
        "47121",
        "EUR",
        "",
        [("Niccolò", "De Luca"), ("Giulia", "Rossi"), ("Chiara", "D'Angelo")],
    ),
    home(
        "NL",
        None,
        "'s-Hertogenbosch",
        "5211 AA",
        "EUR",
        "",
        [("Jan", "van der Berg"), ("Sanne", "de Vries"), ("Noor", "Bakker")],
    ),
    home(
        "PL",
        None,
        "Łódź",
        "90-001",
        "PLN",
        "",
        [("Łukasz", "Żak"), ("Agnieszka", "Wójcik"), ("Paweł", "Kowalski")],
    ),
    home(
        "SE",
        None,
        "Malmö",
        "211 20",
        "SEK",
        "08-465 004 ",
        [("Åsa", "Öberg"), ("Björn", "Nyström"), ("Linnéa", "Sjö")],
    ),
    home(
        "CH",
        None,
        "Zürich",
        "8001",
        "CHF",
        "",
        [("Reto", "Bühler"), ("Mélanie", "Favre"), ("Luca", "Bernasconi")],
    ),
    home(
        "US",
        Some("CA"),
        "San Francisco",
        "94102-1234",
        "USD",
        "(415) 555-01",
        [("Grace", "Sample"), ("José", "Ramírez"), ("Kim", "Nguyen")],
    ),
    home(
        "US",
        Some("TX"),
        "Austin",
        "78701",
        "USD",
        "(512) 555-01",
        [("Bob", "Smith Jr."), ("Mary-Ann", "O'Connor"), ("Tyrone", "Washington")],
    ),
    home(
        "US",
        Some("OH"),
        "Columbus",
        "43004",
        "USD",
        "(614) 555-01",
        [("Ruth", "Miller"), ("Sam", "Lee"), ("Dana", "Novak")],
    ),
    home(
        "CA",
        Some("QC"),
        "Québec",
        "G1R 4S9",
        "CAD",
        "418-555-01",
        [("Éloïse", "Tremblay"), ("Rémi", "Côté"), ("Maude", "Gagné")],
    ),
    home(
        "BR",
        None,
        "São Paulo",
        "01310-100",
        "BRL",
        "",
        [("João", "da Silva"), ("Conceição", "Araújo"), ("Thaís", "Gonçalves")],
    ),
    home(
        "JP",
        None,
        "札幌市",
        "060-0001",
        "JPY",
        "",
        [("太郎", "見本"), ("花子", "例示"), ("Yuki", "Tanaka")],
    ),
    home(
        "AU",
        None,
        "Sydney",
        "2000",
        "AUD",
        "0491 570 1",
        [("Charlotte", "Wilson"), ("Jack", "O'Brien"), ("Mei", "Chen")],
    ),
    home(
        "IN",
        None,
        "Bengaluru",
        "560001",
        "INR",
        "",
        [("Priya", "Sharma"), ("Arjun", "Reddy"), ("Aditi", "Rao")],
    ),
];

const fn home(
    country: &'static str,
    region: Option<&'static str>,
    city: &'static str,
    postal_code: &'static str,
    currency: &'static str,
    phone: &'static str,
    names: [(&'static str, &'static str); 3],
) -> Home {
    Home { country, region, city, postal_code, currency, phone, names }
}

pub(crate) fn person(number: usize, random: &mut Random) -> Person {
    let home = &HOMES[number % HOMES.len()];
    let (first, last) = home.names[number / HOMES.len() % home.names.len()];
    let host = random.pick(&["example.com", "example.net", "example.org"]);
    let mut user = json!({
        "email": format!("person{number}.{}@{host}", random.below(1_000)),
        "external_id": format!("c-{}", 1_000 + number),
        "country": home.country,
    });
    // Who buys gives more than who looks.
    if random.chance(70) {
        user["first_name"] = json!(first);
        user["last_name"] = json!(last);
        user["city"] = json!(home.city);
        user["postal_code"] = json!(home.postal_code);
    }
    if !home.phone.is_empty() && random.chance(60) {
        user["phone"] = json!(format!("{}{:02}", home.phone, random.below(100)));
    }
    if random.chance(15) {
        user["date_of_birth"] = json!(format!(
            "{}-0{}-1{}",
            1950 + random.below(50),
            1 + random.below(9),
            random.below(9)
        ));
    }
    let block = random.pick(&["192.0.2", "198.51.100", "203.0.113"]);
    Person { number, home, user, ip: format!("{block}.{}", 1 + random.below(250)) }
}
