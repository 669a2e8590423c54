//! What people, programs and broken tags do in a shop.

use std::{error::Error, fs};

use predispatch_examples::Random;
use predispatch_types::Timestamp;
use serde_json::{Map, Value, json};

use crate::{Line, people::Person, senders::Senders};

/// One person's way through the shop: pages, a cart, perhaps an order or a request.
pub(crate) fn visit(
    person: &Person,
    consent: &Value,
    senders: &Senders,
    end: Timestamp,
    random: &mut Random,
    lines: &mut Vec<Line>,
) {
    let start = end.unix_secs() - 600 - random.below(3 * 86_400) as i64;
    let client = senders.person(&person.ip, random);
    let from_ad = random.chance(50);
    let steps: &[&str] = match random.below(10) {
        0..2 => &["page_view"],
        2..4 => &["page_view", "lead"],
        4..6 => &["page_view", "view_content", "add_to_cart"],
        _ => &["view_content", "add_to_cart", "purchase"],
    };
    for (index, name) in steps.iter().enumerate() {
        let time = start + 90 * index as i64;
        let is_order = *name == "purchase";
        let id = format!("{:08x}-{}-{index}", random.below(u64::from(u32::MAX)), person.number);
        let mut event = json!({
            "event_name": name, "event_id": id, "event_time": time,
            "event_source_url": page(name, from_ad, person, random),
            "user": user(name, person),
            "browser_ids": {"fbp": format!("fb.1.{}000.{}", start, 1_000_000_000 + person.number)},
            "client": client, "consent": consent, "jurisdiction": {"country": person.home.country},
        });
        // Signals are many bytes; the order's will do.
        if !is_order && let Some(client) = event["client"].as_object_mut() {
            client.remove("signals");
        }
        if let Some(region) = person.home.region {
            event["jurisdiction"]["region"] = json!(region);
        }
        if matches!(*name, "purchase" | "add_to_cart") {
            event["custom_data"] = amount(person, is_order, random);
        }
        halves(event, time, random, lines);
    }
}

/// The browser's report and the server's, as they really arrive: one missing, the id changed on the
/// way, days late, twice.
fn halves(event: Value, time: i64, random: &mut Random, lines: &mut Vec<Line>) {
    let is_order = event["event_name"] == "purchase";
    // A blocker stops the tag of every fifth.
    if !random.chance(20) {
        let mut half = event.clone();
        half["source"] = json!("browser");
        for only_server in ["user", "headers"] {
            half.as_object_mut().map(|half| half.remove(only_server));
        }
        half["client"] =
            json!({"ip": event["client"]["ip"], "user_agent": event["client"]["user_agent"]});
        lines.push(Line::new(time + 1, &half));
    }
    let mut server = event;
    if is_order && random.chance(25) {
        // Two hundred lines of template code later.
        server["event_id"] =
            json!(format!("srv-{}", server["event_id"].as_str().unwrap_or_default()));
    }
    if is_order && random.chance(30) {
        server["custom_data"]["status"] = json!("paid");
    }
    let arrival = match random.below(20) {
        0 => time + 3 * 86_400,
        1 => time + 8 * 86_400,
        _ => time + 5,
    };
    lines.push(Line::new(arrival, &server));
    // A queue that delivers at least once.
    if random.chance(8) {
        lines.push(Line::new(arrival + 60, &server));
    }
}

fn page(name: &str, from_ad: bool, person: &Person, random: &mut Random) -> String {
    let path = match name {
        "purchase" => "/thank-you",
        "lead" => "/contact",
        _ => "/products/mug",
    };
    let mut url = format!("https://shop.example.com{path}?utm_source=sample");
    if from_ad {
        url += *random.pick(&[
            "&fbclid=IwAR2kx9SampleClick",
            "&gclid=Cj0KCQSampleClick",
            "&ttclid=E.C.P.SampleClick",
        ]);
    }
    // A form that puts what it was told into the address.
    if name == "lead" {
        url += "&email=";
        url += &person.user["email"].as_str().unwrap_or_default().replace('@', "%40");
    }
    url
}

/// Who only looks is known by the shop's own number at most.
fn user(name: &str, person: &Person) -> Value {
    match name {
        "purchase" | "lead" => person.user.clone(),
        _ => json!({"external_id": person.user["external_id"], "country": person.user["country"]}),
    }
}

fn amount(person: &Person, is_order: bool, random: &mut Random) -> Value {
    let units = 1 + random.below(4);
    let (each, value) = match person.home.currency {
        "JPY" | "INR" => ("1200".to_owned(), (1_200 * units).to_string()),
        _ => ("12.90".to_owned(), format!("{}.{}0", 1_290 * units / 100, 1_290 * units / 10 % 10)),
    };
    let mut data = json!({
        "currency": person.home.currency, "value": value,
        "items": [{"id": "sku-7", "name": "Mug", "quantity": units, "price": each}],
    });
    if is_order {
        data["order_id"] = json!(format!("A-{}", 1_000 + person.number));
    }
    data
}

/// Programs with good data: stolen, or typed by somebody for a test. And crawlers with none.
pub(crate) fn bots(
    senders: &Senders,
    end: Timestamp,
    random: &mut Random,
    lines: &mut Vec<Line>,
) -> Result<(), Box<dyn Error>> {
    let clouds = clouds()?;
    let mut clients: Vec<(Map<String, Value>, bool)> =
        senders.driven().map(|client| (client, true)).collect();
    clients.extend(senders.libraries().map(|client| (client, false)));
    for (number, (mut client, is_driven)) in clients.into_iter().enumerate() {
        client.insert("ip".into(), random.pick(&clouds).clone().into());
        let time = end.unix_secs() - 300 - random.below(86_400) as i64;
        let name =
            random.pick(if is_driven { &["purchase", "lead"] } else { &["lead", "page_view"] });
        let mut event = json!({
            "event_name": name, "event_id": format!("bot-{number}"), "event_time": time,
            "event_source_url": "https://shop.example.com/contact",
            "user": {"email": format!("victim{number}@example.com"), "phone": format!("(512) 555-01{number:02}"),
                     "first_name": "Stolen", "last_name": "Sample", "city": "Austin", "postal_code": "78701",
                     "country": "US", "external_id": format!("v-{number}"), "date_of_birth": "1980-01-15"},
            "client": client, "consent": {"gpc": false}, "jurisdiction": {"country": "US", "region": "TX"},
        });
        if *name == "purchase" {
            event["custom_data"] =
                json!({"currency": "USD", "value": "499.00", "order_id": format!("B-{number}")});
        }
        lines.push(Line::new(time + 2, &event));
    }
    for (number, (agent, ip)) in CRAWLERS.iter().enumerate() {
        let time = end.unix_secs() - 300 - random.below(86_400) as i64;
        let event = json!({
            "event_name": "page_view", "event_id": format!("crawl-{number}"), "event_time": time,
            "event_source_url": "https://shop.example.com/products/mug",
            "user": {"external_id": format!("anonymous-{number}")},
            "client": {"ip": ip, "user_agent": agent},
            "consent": {"gpc": false}, "jurisdiction": {"country": "US", "region": "TX"},
        });
        lines.push(Line::new(time + 2, &event));
    }
    Ok(())
}

/// One address of each cloud network, as its operator publishes it.
fn clouds() -> Result<Vec<String>, Box<dyn Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/bot/data/ip.txt");
    let text = fs::read_to_string(path)?;
    let mut clouds = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("@label datacenter ")
            && let Some((address, _)) = lines.next().and_then(|network| network.split_once('/'))
            && let Some((start, _)) = address.rsplit_once('.')
        {
            clouds.push(format!("{start}.77"));
        }
    }
    Ok(clouds)
}

/// The last one says so from a documentation address, which proves nothing.
const CRAWLERS: [(&str, &str); 5] = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "66.249.66.1"),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "157.55.39.1"),
    (
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot)",
        "20.171.206.10",
    ),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "173.252.70.1"),
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "203.0.113.66"),
];

/// Lines that are no event, or one with a field that can't be used.
pub(crate) fn malformed(end: Timestamp, lines: &mut Vec<Line>) {
    let time = end.unix_secs() - 60;
    let good = |more: &str| {
        format!(
            "{{\"event_name\":\"lead\",\"event_time\":{time},\"event_source_url\":\"https://shop.example.com/\",\
             \"jurisdiction\":{{\"country\":\"US\",\"region\":\"TX\"}},\"consent\":{{\"gpc\":false}}{more}}}"
        )
    };
    let texts = [
        // No event.
        "{\"event_name\":\"purchase\",".to_owned(),
        "Internal Server Error".to_owned(),
        "[]".to_owned(),
        "{\"event_time\":1795197791}".to_owned(),
        "{\"event_name\":\"purchase\"}".to_owned(),
        "{\"event_name\":\"purchase\",\"event_time\":\"last Friday\"}".to_owned(),
        "{\"event_name\":\"purchase\",\"event_time\":99}".to_owned(),
        "{\"event_name\":\"lead for ada@example.com\",\"event_time\":1795197791}".to_owned(),
        good(",\"event_id\":\"m-1\",\"emial\":\"ada@example.com\""),
        good(",\"event_id\":\"m-2\",\"source\":\"Server\""),
        format!("{}1{}", "[".repeat(200), "]".repeat(200)),
        // An event, with a field that is left out.
        good(",\"event_id\":\"ada@example.com\",\"user\":{\"external_id\":\"c-1\"}"),
        good(",\"event_id\":\"m-4\",\"user\":{\"email\":\"undefined\",\"external_id\":\"c-2\"}"),
        good(
            ",\"event_id\":\"m-5\",\"user\":{\"email\":\"d41d8cd98f00b204e9800998ecf8427e\",\"external_id\":\"c-3\"}",
        ),
        good(
            ",\"event_id\":\"m-6\",\"user\":{\"email\":\"ada@example.com\"},\"custom_data\":{\"currency\":\"EUR\",\"value\":\"1.299,00\"}",
        ),
        good(
            ",\"event_id\":\"m-7\",\"user\":{\"email\":\"ada@example.com\",\"phone\":\"555 0100\"},\"client\":{\"ip\":\"127.0.0.1\"}",
        ),
    ];
    for (index, text) in texts.into_iter().enumerate() {
        lines.push(Line { arrival: time + index as i64, text });
    }
}
