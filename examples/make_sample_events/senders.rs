//! Browsers and programs, as we captured them.

use std::{error::Error, fs, path::Path};

use predispatch_examples::Random;
use serde_json::{Map, Value, json};

/// What a client sends.
pub(crate) struct Sender {
    name: String,
    headers: Value,
    user_agent: String,
    signals: Value,
}

/// Every capture, by name.
pub(crate) struct Senders(Vec<Sender>);

pub(crate) fn read() -> Result<Senders, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/bot/tests/data/captures");
    let mut senders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let capture: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // The loopback host and its page are the test's, not the visitor's.
        let list = capture["headers"]["document"]["list"].as_array().ok_or("no headers")?;
        let keep = |pair: &&Value| {
            !matches!(pair[0].as_str(), Some("Host" | "Referer" | "host" | "referer"))
        };
        let headers: Vec<_> = list.iter().filter(keep).cloned().collect();
        let agent = headers.iter().find(|pair| {
            pair[0].as_str().is_some_and(|name| name.eq_ignore_ascii_case("user-agent"))
        });
        let user_agent = agent.and_then(|pair| pair[1].as_str()).unwrap_or_default().to_owned();
        let headers = Value::from(headers);
        senders.push(Sender { name, headers, user_agent, signals: capture["signals"].clone() });
    }
    senders.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Senders(senders))
}

impl Senders {
    fn named(&self, name: &str) -> &Sender {
        self.0.iter().find(|sender| sender.name == name).expect("it is committed")
    }

    /// A person's browser: the headed browser that a person's stand-in used, or one of the usual ones
    /// of which only the user agent is known. Signals come with every twelfth.
    pub(crate) fn person(&self, ip: &str, random: &mut Random) -> Value {
        let stand_in = self.named("human_chromium_headed_xvfb");
        match random.below(12) {
            0 => json!({"ip": ip, "user_agent": stand_in.user_agent, "headers": stand_in.headers,
                        "request_kind": "document", "signals": stand_in.signals}),
            1..5 => {
                json!({"ip": ip, "user_agent": stand_in.user_agent, "headers": stand_in.headers,
                           "request_kind": "document"})
            }
            _ => json!({"ip": ip, "user_agent": random.pick(USUAL)}),
        }
    }

    /// Programs that drive a browser, with what the page measured in them.
    pub(crate) fn driven(&self) -> impl Iterator<Item = Map<String, Value>> {
        DRIVEN.iter().map(|name| self.named(name).client(true))
    }

    /// Programs without a browser.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = Map<String, Value>> {
        let libraries = self.0.iter().filter(|sender| sender.name.starts_with("http_"));
        libraries.map(|sender| sender.client(false))
    }
}

impl Sender {
    fn client(&self, with_signals: bool) -> Map<String, Value> {
        let mut client = Map::new();
        client.insert("user_agent".into(), self.user_agent.clone().into());
        client.insert("headers".into(), self.headers.clone());
        client.insert("request_kind".into(), "document".into());
        if with_signals {
            client.insert("signals".into(), self.signals.clone());
        }
        client
    }
}

const DRIVEN: [&str; 10] = [
    "chromium_headless_new",
    "firefox_headless_plain",
    "jsdom",
    "phantomjs",
    "playwright_chromium_headless",
    "playwright_device_iphone_emulation",
    "puppeteer_extra_stealth_headless",
    "puppeteer_headless",
    "selenium_chromedriver_headless",
    "undetected_chromedriver_headed",
];

/// Written after the documented shapes.
const USUAL: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
];
