//! What must hold for every input, with generators aimed at what scrubbers miss.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use predispatch_pii::{UrlOptions, UrlPolicy, scrub_text, scrub_url};
use proptest::prelude::*;

/// Personal data in clear: e-mail addresses, telephone numbers, cards.
fn personal() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9]{1,8}([._+-][a-z0-9]{1,6})?@(mail\\.)?example\\.(com|org|co\\.uk)",
        "\\+44 ?20 ?7946 ?0[0-9]{3}",
        "\\+1 ?\\(?202\\)? ?555-?01[0-9]{2}",
        "\\(?[2-9][0-9]{2}\\)?[ -]555-01[0-9]{2}",
        "[45][1-5][0-9]{13}".prop_map(|number| with_luhn(&number)),
        "37[0-9]{12}".prop_map(|number| with_luhn(&number)),
        "4[0-9]{14}".prop_map(|number| {
            let number = with_luhn(&number);
            let groups: Vec<_> = (0..4).map(|at| number[at * 4..at * 4 + 4].to_owned()).collect();
            groups.join(" ")
        }),
    ]
}

fn with_luhn(number: &str) -> String {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            let twice = digit * 2;
            if place % 2 == 1 { digit } else { twice / 10 + twice % 10 }
        })
        .sum();
    format!("{number}{}", (10 - sum % 10) % 10)
}

/// What `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

fn base64(text: &str, alphabet: &[u8; 2], pad: bool) -> String {
    let letters = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(*alphabet);
    let letters: Vec<char> = letters.map(char::from).collect();
    let mut coded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            coded.push(letters[(bits >> (18 - 6 * place)) as usize & 63]);
        }
        if pad {
            coded.push_str(&"=".repeat(3 - chunk.len()));
        }
    }
    coded
}

/// A form that the data may have in a URL.
fn form(text: &str, form: usize) -> String {
    let every_byte = || text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    match form {
        0 => encode(text),
        1 => encode(&encode(text)),
        2 => encode(&encode(&encode(text))),
        3 => encode(&encode(&encode(&encode(text)))),
        4 => every_byte(),
        5 => every_byte().to_lowercase(),
        6 => base64(text, b"+/", true).replace('/', "%2F"),
        7 => base64(text, b"-_", false),
        8 => encode(&base64(text, b"+/", true)),
        9 => encode(&base64(&format!("{{\"contact\":\"{text}\"}}"), b"+/", true)),
        10 => encode(&format!("{{\"contact\":\"{text}\",\"n\":1}}")),
        11 => encode(&text.chars().map(full_width).collect::<String>()),
        12 => encode(text).replace("%20", "+"),
        _ => text.replace(' ', "%20"),
    }
}
const FORMS: usize = 14;

fn full_width(c: char) -> char {
    let code = u32::from(c);
    char::from_u32(if (0x21..0x7f).contains(&code) { code + 0xfee0 } else { code })
        .expect("a character")
}

/// A URL with `data` in one of the places where it is met.
fn plant(data: &str, place: usize) -> String {
    let host = "https://shop.example.com";
    let nested = format!("https://other.example/x?contact={data}&gclid=AbC");
    match place {
        0 => format!("{host}/p?a=1&q={data}&gclid=AbC"),
        1 => format!("{host}/p?{data}=1&gclid=AbC"),
        2 => format!("{host}/p?{data}&gclid=AbC"),
        3 => format!("{host}/p/{data}/x?gclid=AbC"),
        4 => format!("{host}/p?gclid=AbC#{data}"),
        5 => format!("{host}/p?gclid=AbC&next={}", encode(&nested)),
        6 => format!("{host}/p?gclid=AbC&next={}", encode(&encode(&nested))),
        7 => format!("{host}/p?next={nested}"),
        8 => format!("{host}/p?gclid=AbC;q={data}"),
        9 => format!("{host}/p;v={data};w=1/x?gclid=AbC"),
        10 => format!("{host}/p?gclid=AbC&utm_content={data}"),
        11 => format!("{host}/p?gclid=AbC&kept={data}"),
        12 => format!("{host}/p?gclid=AbC&next={}", encode(&format!("/x/{data}/y"))),
        13 => format!("{host}/p?gclid=AbC&utm_source={}", encode(&nested)),
        14 => format!("https://{}@shop.example.com/p?gclid=AbC", data.replace('/', "")),
        _ => format!("{host}/p?gclid=AbC&p={data}&p2=tel:{data}"),
    }
}
const PLACES: usize = 16;

fn options(strict: bool) -> UrlOptions {
    UrlOptions::new(if strict { UrlPolicy::Strict } else { UrlPolicy::Standard }).allow("kept")
}

/// Pieces that make URLs with everything in the wrong place.
fn messy() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "/",
        "?",
        "&",
        ";",
        "=",
        "#",
        "%",
        "%25",
        "%2525",
        "%26",
        "%3D",
        "%3F",
        "%2F",
        "%40",
        "@",
        ":",
        "+",
        "-",
        ".",
        " ",
        "(",
        ")",
        "email",
        "order",
        "utm_x",
        "gclid",
        "x",
        "ada@example.com",
        "1",
        "02",
        "202",
        "555",
        "0143",
        "+44",
        "20794609",
        "4111",
        "4111111111111111",
        "https://a.example",
        "//",
        "eyJhbGciOiJub25lIn0",
        "YWRhQGV4YW1wbGUuY29t",
        "Bearer ",
        "token",
        "tel ",
        "{\"email\":",
        "\"",
        "é",
        "＠",
        "\u{200b}",
        "٤",
        "redacted",
        "[secret]",
        "DE89370400440532013000",
        "ZQ",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_planted_survives(
        data in personal(), form_ in 0..FORMS, place in 0..PLACES, strict: bool,
    ) {
        let raw = plant(&form(&data, form_), place);
        let Ok(url) = scrub_url(&raw, &options(strict)) else { return Ok(()) };
        let hidden = [base64(&data, b"+/", false), base64(&data, b"-_", false)];
        let squeezed: String = data.chars().filter(char::is_ascii_digit).collect();
        let mut text = url.as_str().to_owned();
        for _ in 0..6 {
            prop_assert!(!text.contains(&data), "{} -> {}", raw, url.as_str());
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            prop_assert!(squeezed.len() < 10 || !digits.contains(&squeezed), "{} -> {}", raw, url.as_str());
            prop_assert!(!hidden.iter().any(|hidden| text.contains(hidden)), "{} -> {}", raw, url.as_str());
            text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        }
        prop_assert!(place == 7 && strict || url.as_str().contains("AbC"), "lost the click id: {}", raw);
        prop_assert!(!url.is_unchanged());
    }

    #[test]
    fn scrubbing_twice_changes_nothing(text in messy(), strict: bool, cut_path: bool) {
        let options = options(strict);
        let options = if cut_path { options.cut_path() } else { options };
        let raw = format!("https://shop.example.com/{text}");
        if let Ok(once) = scrub_url(&raw, &options) {
            let twice = scrub_url(once.as_str(), &options);
            let twice = twice.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(twice.as_str(), once.as_str(), "{}", raw);
            prop_assert!(twice.is_unchanged());
            let room = 8 * raw.bytes().filter(|byte| b"/;".contains(byte)).count();
            prop_assert!(once.as_str().len() <= raw.len() + room + 8);
        }
    }

    #[test]
    fn masking_twice_changes_nothing(text in messy()) {
        let once = scrub_text(&text);
        let twice = scrub_text(once.as_str());
        prop_assert_eq!(twice.as_str(), once.as_str());
        prop_assert_eq!(twice.total(), 0);
    }

    #[test]
    fn no_text_is_too_strange(text: String, messy in messy()) {
        for text in [&text, &messy, &format!("http://{text}"), &format!("http://{messy}")] {
            let _ = scrub_url(text, &UrlOptions::STANDARD);
            let _ = scrub_text(text);
        }
    }

    #[test]
    fn what_parsed_before_parses_after(text in messy(), strict: bool) {
        let raw = format!("https://shop.example.com/{text}");
        if let (Ok(_), Ok(scrubbed)) = (url::Url::parse(&raw), scrub_url(&raw, &options(strict))) {
            prop_assert!(url::Url::parse(scrubbed.as_str()).is_ok(), "{}", scrubbed.as_str());
        }
    }

    #[test]
    fn click_ids_keep_every_byte(
        name in prop::sample::select(vec![
            "fbclid", "gclid", "gbraid", "wbraid", "dclid", "ttclid", "li_fat_id", "ScCid",
            "sc_click_id", "epik", "rdt_cid", "msclkid", "twclid", "aref", "gad_source", "srsltid",
        ]),
        id in "[A-Za-z0-9_.~-]{1,90}(%2[bB]|%3D)?",
        strict: bool,
    ) {
        let raw = format!("https://shop.example.com/p?email=x&{name}={id}&token=y#z");
        let url = scrub_url(&raw, &options(strict));
        let url = url.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(url.as_str(), format!("https://shop.example.com/p?{name}={id}"));
    }

    /// Opaque ids of other makers and plain words as parameters: kept under the standard policy.
    #[test]
    fn digits_and_words_are_no_personal_data(
        id in "[1-9][0-9]{3,12}|0[0-9]{3,11}|[a-f0-9]{32}|[A-Z]{2,4}-?[0-9]{3,6}|[a-z]{3,12}(-[a-z]{2,9}){0,3}",
    ) {
        let raw = format!("https://shop.example.com/p/{id}?item={id}&utm_campaign={id}");
        let url = scrub_url(&raw, &UrlOptions::STANDARD);
        prop_assert_eq!(url.map(|url| url.as_str().to_owned()), Ok(raw));
    }
}
