//! Events as shops send them, for benches of the whole way.
//!
//! A seeded generator: the same list in every run. Shares, of 100 events:
//!
//! | what | shares |
//! |---|---|
//! | event | 45 page views, 22 products looked at, 12 carts, 6 checkouts, 10 purchases, 5 leads |
//! | person | purchases and leads: eight to ten identifiers; half of the carts, a third of the rest: two |
//! | place and signal | 50 Europe with a TC string and the platform's answers, 35 United States with a GPP string or `us_privacy`, 15 elsewhere with Consent Mode or answers |
//! | answer | 85 yes, 15 no (Europe: denied; United States: opted out) |
//! | request | 60 with all headers and cookies in wire order, 40 with address and user agent only |
//! | sender | 97 browsers of twelve makes, 3 programs and crawlers |
//! | address of the page | 30 with a click id, 8 with an e-mail address in the query |
//!
//! People are fictional, telephone numbers reserved for drama where a country has such; network addresses
//! are of the example records of a public test database, because those for documentation are told as
//! reserved.

use std::fmt::Write as _;

use predispatch_gpp::{Field, GppWriter, SectionId, UsSection};
use predispatch_tcf::{Purpose, TcStringBuilder, VendorId, VendorSet};
use predispatch_types::Timestamp;

/// When the events happen that nobody has moved: 2026-11-20T18:03:11Z.
pub const TIME: i64 = 1_795_197_791;

/// One event as text. Its id, its order's number and its time can be changed in place, so that the
/// same text is another event each time.
#[derive(Clone, Debug)]
pub struct Line {
    text: String,
    id: usize,
    order: Option<usize>,
    time: usize,
}

impl Line {
    /// The text.
    pub const fn json(&self) -> &str {
        self.text.as_str()
    }

    /// Makes it event `number`, at `secs` of Unix time (ten digits).
    pub fn renew(&mut self, number: u64, secs: i64) {
        self.put(self.id, &format!("{number:016}"));
        if let Some(order) = self.order {
            self.put(order, &format!("{number:016}"));
        }
        self.put(self.time, &format!("{secs:010}"));
    }

    fn put(&mut self, at: usize, digits: &str) {
        self.text.replace_range(at..at + digits.len(), digits);
    }
}

/// `count` events.
pub fn lines(count: usize) -> Vec<Line> {
    let mut maker = Maker { chance: Chance(0x5eed), signals: Strings::new() };
    (0..count).map(|_| maker.line()).collect()
}

/// SplitMix64: the list must not change with a dependency.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Consent strings of a yes and of a no.
struct Strings {
    tcf: [String; 2],
    gpp: [String; 2],
}

impl Strings {
    #[expect(clippy::unwrap_used, reason = "the parts are well formed")]
    fn new() -> Self {
        let vendors = |keep: fn(u16) -> bool| -> VendorSet {
            (1..=804).filter(|id| keep(*id)).filter_map(VendorId::new).collect()
        };
        let tcf = |says_yes: bool| {
            let purposes = if says_yes { &[1, 2, 3, 4, 7, 9, 10][..] } else { &[][..] };
            let time = Timestamp::from_unix_secs(TIME - 86_400);
            let consents = if says_yes {
                vendors(|id| id % 3 != 1 || id == 755)
            } else {
                VendorSet::default()
            };
            TcStringBuilder::new(300, 178, time, vendors(|_| true))
                .purposes_consent(purposes.iter().filter_map(|id| Purpose::new(*id)).collect())
                .vendor_consents(consents)
                .build()
                .unwrap()
        };
        let gpp = |opt_out: u8| {
            let section = UsSection::new(SectionId::US_NAT).unwrap();
            let section = section.with(Field::SaleOptOut, &[opt_out]).unwrap();
            let text = section.with_gpc(Some(false)).unwrap().to_text();
            GppWriter::new().with(SectionId::US_NAT, &text).unwrap().to_text()
        };
        Self { tcf: [tcf(true), tcf(false)], gpp: [gpp(2), gpp(1)] }
    }
}

struct Maker {
    chance: Chance,
    signals: Strings,
}

impl Maker {
    fn line(&mut self) -> Line {
        let name = self.name();
        let place = *self.chance.one(PLACES);
        let mut text = format!("{{\"event_name\":\"{name}\",\"event_id\":\"ev");
        let id = text.len();
        text.push_str("0000000000000000\",\"event_time\":");
        let time = text.len();
        let _ = write!(text, "{TIME},");
        self.pages(name, &mut text);
        self.person(name, place, &mut text);
        let _ = write!(
            text,
            "\"browser_ids\":{{\"fbp\":\"fb.1.1795190000{:03}.{}\"",
            self.chance.below(1_000),
            1_000_000_000 + self.chance.below(999_999_999)
        );
        if self.chance.percent(50) {
            text.push_str(",\"ttp\":\"2aBcDeFgHiJkLmNoPqRsTuVwXyZ\"");
        }
        text.push_str("},");
        self.client(place, &mut text);
        let order = self.custom_data(name, place, &mut text);
        self.consent(place, &mut text);
        let _ = write!(text, "\"jurisdiction\":{{\"country\":\"{}\"", place.country);
        if !place.region.is_empty() {
            let _ = write!(text, ",\"region\":\"{}\"", place.region);
        }
        text.push_str("}}");
        Line { text, id, order, time }
    }

    fn name(&mut self) -> &'static str {
        match self.chance.below(100) {
            0..45 => "page_view",
            45..67 => "view_content",
            67..79 => "add_to_cart",
            79..85 => "initiate_checkout",
            85..95 => "purchase",
            _ => "lead",
        }
    }

    fn pages(&mut self, name: &str, text: &mut String) {
        let path = match name {
            "page_view" => *self.chance.one(&["", "shirts", "sale/winter", "about-us", "search"]),
            "view_content" => "shirts/blue-oxford-slim-fit-44",
            "add_to_cart" => "cart",
            "lead" => "contact/thank-you",
            _ => "checkout/thank-you",
        };
        let _ = write!(text, "\"event_source_url\":\"https://shop.example.com/{path}");
        let mut queries: Vec<String> = Vec::new();
        if self.chance.percent(40) {
            queries.push("utm_source=newsletter&utm_medium=email&utm_campaign=2026-11-sale".into());
        }
        if self.chance.percent(30) {
            let click = self.chance.next();
            queries.push(match self.chance.below(3) {
                0 => format!("fbclid=IwAR2kx9Zq{click:016x}TnGw4mVbYp"),
                1 => format!("gclid=Cj0KCQiA{click:016x}Zb7EALw_wcB"),
                _ => format!("ttclid=E.C.P.Cnw{click:016x}"),
            });
        }
        if self.chance.percent(8) {
            queries.push("email=ada.example%40example.com".into());
        }
        if !queries.is_empty() {
            let _ = write!(text, "?{}", queries.join("&"));
        }
        text.push_str("\",");
        if self.chance.percent(70) {
            text.push_str("\"referrer_url\":\"https://shop.example.com/shirts?page=2\",");
        }
    }

    fn person(&mut self, name: &str, place: Place, text: &mut String) {
        let whole = matches!(name, "purchase" | "lead" | "initiate_checkout");
        let known = whole || self.chance.percent(if name == "add_to_cart" { 50 } else { 33 });
        if !known {
            return;
        }
        let (first, last) = (*self.chance.one(FIRST), *self.chance.one(LAST));
        let number = self.chance.below(10_000);
        let ascii = |name: &str| name.replace(|c: char| !c.is_ascii_alphabetic(), "");
        let host =
            *self.chance.one(&["example.com", "gmail.com", "example.org", "outlook.example"]);
        let _ = write!(
            text,
            "\"user\":{{\"email\":\"{}.{}{number}@{host}\",\"external_id\":\"c-{number:06}\"",
            ascii(first),
            ascii(last)
        );
        if whole {
            let phone = place.phone.replace("###", &format!("{:03}", number % 100 + 100));
            let _ = write!(
                text,
                ",\"phone\":\"{phone}\",\"first_name\":\"{first}\",\"last_name\":\"{last}\",\
                 \"city\":\"{}\",\"postal_code\":\"{}\",\"country\":\"{}\"",
                place.city, place.postal_code, place.country
            );
            if !place.region.is_empty() {
                let _ = write!(text, ",\"region\":\"{}\"", place.region);
            }
            if self.chance.percent(20) {
                text.push_str(",\"date_of_birth\":\"1984-07-16\",\"gender\":\"f\"");
            }
        }
        text.push_str("},");
    }

    fn client(&mut self, place: Place, text: &mut String) {
        let agent = if self.chance.percent(3) {
            *self.chance.one(PROGRAMS)
        } else {
            *self.chance.one(BROWSERS)
        };
        let ip = match self.chance.below(4) {
            0 => {
                format!("2001:218:{:x}::{:x}", self.chance.below(65_536), self.chance.below(65_536))
            }
            1 => format!("67.43.156.{}", self.chance.below(256)),
            _ => format!("81.2.69.{}", self.chance.below(256)),
        };
        let _ = write!(text, "\"client\":{{\"ip\":\"{ip}\",");
        if self.chance.percent(60) {
            headers(agent, place.language, text);
        } else {
            let _ = write!(text, "\"user_agent\":\"{agent}\",\"language\":\"{}\"", place.language);
        }
        text.push_str("},");
    }

    /// Returns where the order's number stands.
    fn custom_data(&mut self, name: &str, place: Place, text: &mut String) -> Option<usize> {
        let items = match name {
            "page_view" | "lead" => return None,
            "view_content" | "add_to_cart" => 1,
            _ => 1 + self.chance.below(4),
        };
        let cents = 1_000 + self.chance.below(20_000);
        let amount = match place.currency {
            "JPY" => cents.to_string(),
            _ => format!("{}.{:02}", cents / 100, cents % 100),
        };
        let _ = write!(
            text,
            "\"custom_data\":{{\"currency\":\"{}\",\"value\":{amount},\"content_type\":\"product\",\"items\":[",
            place.currency
        );
        for item in 0..items {
            let comma = if item == 0 { "" } else { "," };
            let sku = self.chance.below(90_000) + 10_000;
            let _ = write!(
                text,
                "{comma}{{\"id\":\"sku-{sku}\",\"name\":\"Oxford shirt, slim fit, blue\",\
                 \"category\":\"Clothing > Shirts\",\"brand\":\"Acme\",\"quantity\":1,\"price\":{amount}}}"
            );
        }
        text.push(']');
        let mut order = None;
        if name == "purchase" {
            text.push_str(",\"num_items\":1,\"order_id\":\"A-");
            order = Some(text.len());
            text.push_str("0000000000000000\"");
        }
        text.push_str("},");
        order
    }

    fn consent(&mut self, place: Place, text: &mut String) {
        let says_no = usize::from(self.chance.percent(15));
        let yes = says_no == 0;
        text.push_str("\"consent\":{");
        match place.law {
            Law::Europe => {
                let _ = write!(
                    text,
                    "\"tcf\":\"{}\",\"gdpr_applies\":true,",
                    self.signals.tcf[says_no]
                );
                cmp(yes, text);
            }
            Law::UnitedStates if self.chance.percent(50) => {
                let gpp = &self.signals.gpp[says_no];
                let _ = write!(text, "\"gpp\":\"{gpp}\",\"gpp_sid\":[7],\"gpc\":false");
            }
            Law::UnitedStates => {
                let word = if yes { "1YNN" } else { "1YYN" };
                let _ = write!(text, "\"us_privacy\":\"{word}\",\"gpc\":false");
            }
            Law::ConsentMode => {
                let word = if yes { "granted" } else { "denied" };
                let _ = write!(
                    text,
                    "\"consent_mode\":{{\"ad_storage\":\"{word}\",\"ad_user_data\":\"{word}\",\
                     \"ad_personalization\":\"{word}\",\"analytics_storage\":\"granted\"}},"
                );
                cmp(yes, text);
            }
        }
        text.push_str(",\"collected_at\":\"2026-11-20T17:58:02Z\"},");
    }
}

/// A request of a script in the page, with its headers in wire order.
fn headers(agent: &str, language: &str, text: &mut String) {
    let encoding = "[\"Accept-Encoding\",\"gzip, deflate, br, zstd\"]";
    let language = format!("[\"Accept-Language\",\"{language}\"]");
    let is_firefox = agent.contains("Firefox/");
    let (first, second) = if is_firefox { (&*language, encoding) } else { (encoding, &*language) };
    let hints = if agent.contains("Windows NT") && agent.ends_with("Chrome/142.0.0.0 Safari/537.36")
    {
        "[\"sec-ch-ua-platform\",\"\\\"Windows\\\"\"],\
         [\"sec-ch-ua\",\"\\\"Chromium\\\";v=\\\"142\\\", \\\"Google Chrome\\\";v=\\\"142\\\", \\\"Not_A Brand\\\";v=\\\"99\\\"\"],\
         [\"sec-ch-ua-mobile\",\"?0\"],"
    } else {
        ""
    };
    let _ = write!(
        text,
        "\"request_kind\":\"fetch\",\"headers\":[[\"Host\",\"collect.shop.example.com\"],\
         [\"Connection\",\"keep-alive\"],[\"Content-Length\",\"1482\"],\
         {hints}[\"User-Agent\",\"{agent}\"],\
         [\"Content-Type\",\"application/json\"],\
         [\"Accept\",\"*/*\"],[\"Origin\",\"https://shop.example.com\"],\
         [\"Sec-Fetch-Site\",\"same-site\"],[\"Sec-Fetch-Mode\",\"cors\"],\
         [\"Sec-Fetch-Dest\",\"empty\"],[\"Referer\",\"https://shop.example.com/\"],\
         {first},{second},\
         [\"Cookie\",\"session=3f9a7c1e5b2d4860; _ga=GA1.1.1098115397.1795190000; \
         _ga_ABCDEF1234=GS2.1.s1795190000$o4$g1$t1795190300$j60$l0$h0; \
         _gcl_au=1.1.1234567890.1795190000; theme=light; cart=7f3e\"]]"
    );
}

/// The consent platform's own answers.
fn cmp(yes: bool, text: &mut String) {
    text.push_str("\"cmp\":{");
    let platforms = [
        "amazon",
        "google",
        "linkedin",
        "meta",
        "microsoft",
        "pinterest",
        "reddit",
        "snapchat",
        "tiktok",
        "x",
    ];
    for (place, platform) in platforms.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\"{platform}\":{yes}");
    }
    text.push('}');
}

#[derive(Clone, Copy)]
struct Place {
    country: &'static str,
    region: &'static str,
    city: &'static str,
    postal_code: &'static str,
    /// Three digits stand open.
    phone: &'static str,
    currency: &'static str,
    language: &'static str,
    law: Law,
}

#[derive(Clone, Copy)]
enum Law {
    Europe,
    UnitedStates,
    ConsentMode,
}

impl Place {
    const fn new(
        [country, region, city, postal_code, phone, currency, language]: [&'static str; 7],
        law: Law,
    ) -> Self {
        Self { country, region, city, postal_code, phone, currency, language, law }
    }
}

/// Each stands for five of a hundred.
#[rustfmt::skip]
const PLACES: &[Place] = &[
    Place::new(["DE", "", "Köln", "50667", "+49 30 23125 ###", "EUR", "de-DE,de;q=0.9,en;q=0.8"], Law::Europe),
    Place::new(["DE", "", "Berlin", "10115", "030 23125 ###", "EUR", "de-DE,de;q=0.9"], Law::Europe),
    Place::new(["DE", "", "Frankfurt am Main", "60311", "+49-30-23125-###", "EUR", "de"], Law::Europe),
    Place::new(["DE", "", "Hamburg", "20095", "+493023125###", "EUR", "de-DE"], Law::Europe),
    Place::new(["FR", "", "Paris", "75001", "+33 1 99 00 1###", "EUR", "fr-FR,fr;q=0.9"], Law::Europe),
    Place::new(["FR", "", "Saint-Étienne", "42000", "+3319900 1###", "EUR", "fr"], Law::Europe),
    Place::new(["GB", "", "London", "SW1A 1AA", "+44 20 7946 0###", "GBP", "en-GB,en;q=0.9"], Law::Europe),
    Place::new(["GB", "", "Leeds", "LS1 4AP", "+441134960###", "GBP", "en-GB"], Law::Europe),
    Place::new(["NL", "", "Utrecht", "3511 AB", "+31 20 555 1###", "EUR", "nl-NL,nl;q=0.9"], Law::Europe),
    Place::new(["IT", "", "Milano", "20121", "+39 02 5555 1###", "EUR", "it-IT,it;q=0.9"], Law::Europe),
    Place::new(["US", "CA", "San Francisco", "94103", "+1 415 555 0###", "USD", "en-US,en;q=0.9"], Law::UnitedStates),
    Place::new(["US", "CA", "Los Angeles", "90012-1234", "(213) 555-0###", "USD", "en-US"], Law::UnitedStates),
    Place::new(["US", "TX", "Austin", "78701", "+15125550###", "USD", "en-US,en;q=0.9"], Law::UnitedStates),
    Place::new(["US", "NY", "New York", "10001", "+1-212-555-0###", "USD", "en-US,en;q=0.9,es;q=0.8"], Law::UnitedStates),
    Place::new(["US", "NY", "Buffalo", "14201", "+17165550###", "USD", "en-US"], Law::UnitedStates),
    Place::new(["US", "FL", "Miami", "33101", "305-555-0###", "USD", "en-US,en;q=0.9"], Law::UnitedStates),
    Place::new(["US", "OH", "Columbus", "43004", "+16145550###", "USD", "en-US,en;q=0.9"], Law::UnitedStates),
    Place::new(["JP", "", "東京", "100-0001", "+81 3 5555 1###", "JPY", "ja-JP,ja;q=0.9"], Law::ConsentMode),
    Place::new(["BR", "", "São Paulo", "01000-000", "+55 11 5555 1###", "BRL", "pt-BR,pt;q=0.9"], Law::ConsentMode),
    Place::new(["AU", "", "Sydney", "2000", "+61 2 5550 1###", "AUD", "en-AU,en;q=0.9"], Law::ConsentMode),
];

#[rustfmt::skip]
const FIRST: &[&str] = &[
    "Ada", "Anna", "Ben", "Carlos", "Chloé", "Dana", "Emil", "Fatima", "Grace", "Hugo", "Ines", "Jan",
    "Jean-Luc", "José", "Kim", "Laura", "Lena", "Mary Jane", "Max", "Nora", "Omar", "Paul", "Renée", "Sven",
];

#[rustfmt::skip]
const LAST: &[&str] = &[
    "Example", "Müller", "O'Brien", "Smith", "García", "Rossi", "Jansen", "Dubois", "Schmidt", "Brown",
    "van der Berg", "Silva", "Tanaka", "Weiß", "Jones", "Martin", "Kowalski", "Novák", "Lopez", "Nguyen",
];

#[rustfmt::skip]
const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "Mozilla/5.0 (iPad; CPU OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
];

const PROGRAMS: &[&str] = &[
    "curl/8.5.0",
    "python-requests/2.32.3",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
];
