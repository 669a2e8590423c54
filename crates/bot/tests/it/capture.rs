//! The captures of `tests/data/captures`: real runs of browsers, tools and clients.

use std::fs;
use std::path::Path;

use predispatch_bot::client::{Client, HeaderList, RequestKind};
use predispatch_bot::device::Signals;
use serde_json::Value;

/// One run.
pub(crate) struct Capture {
    pub(crate) name: String,
    /// `bot` or `human_stand_in`.
    pub(crate) label: String,
    pub(crate) json: Value,
    pub(crate) signals: Option<Signals>,
}

/// How many there are; a runner that finds fewer has not run.
pub(crate) const COUNT: usize = 45;

/// All captures, by name.
pub(crate) fn all() -> Vec<Capture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures");
    let mut captures: Vec<Capture> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let json: Value =
                serde_json::from_str(&fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
            let text = |key: &str| json["meta"][key].as_str().unwrap().to_owned();
            let signals = json["signals"]
                .as_object()
                .filter(|it| !it.is_empty())
                .map(|it| serde_json::from_value(Value::Object(it.clone())).unwrap());
            Capture { name: text("name"), label: text("label"), signals, json }
        })
        .collect();
    captures.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(captures.len(), COUNT);
    captures
}

impl Capture {
    pub(crate) fn is_bot(&self) -> bool {
        self.label == "bot"
    }

    /// The tool that drove it, whatever the mode.
    pub(crate) fn tool(&self) -> &str {
        let name = self.name.strip_prefix("h2_").unwrap_or(&self.name);
        [
            "puppeteer_extra_stealth",
            "puppeteer_firefox",
            "puppeteer",
            "playwright",
            "selenium",
            "undetected",
            "patchright",
            "chromium",
            "firefox",
            "jsdom",
            "phantomjs",
        ]
        .into_iter()
        .find(|tool| name.starts_with(tool))
        .unwrap_or(name)
    }

    /// The same run with other answers of the script.
    pub(crate) fn patched(&self, patch: &Value) -> Self {
        let mut json = self.json.clone();
        let signals = json["signals"].as_object_mut().unwrap();
        for (key, value) in patch.as_object().unwrap() {
            signals.insert(key.clone(), value.clone());
        }
        let signals = Some(serde_json::from_value(json["signals"].clone()).unwrap());
        Self { name: self.name.clone(), label: self.label.clone(), json, signals }
    }

    /// The same run with another user agent in its requests.
    pub(crate) fn say(&mut self, user_agent: &str) {
        let list = self.json["headers"]["document"]["list"].as_array_mut().unwrap();
        let said = list.iter_mut().find(|pair| pair[0] == "User-Agent").unwrap();
        said[1] = user_agent.into();
    }

    /// The sender as the page's own request and the collector show it.
    pub(crate) fn client(&self) -> Client {
        let mut client = Client::new();
        let list = self.json["headers"]["document"]["list"].as_array().unwrap();
        let pairs = list.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
        client.set_headers(HeaderList::in_wire_order(pairs).unwrap());
        client.set_request_kind(RequestKind::Document);
        // Loopback is a trustworthy origin, so browsers send hints and metadata.
        client.set_secure(true);
        if let Some(signals) = &self.signals {
            client.set_signals(signals.clone());
        }
        client
    }
}
