//! The platforms under test. A new one is a line here and a folder in `tests/data`.

use std::{fs, path::PathBuf};

use predispatch_consent::Destination;
use predispatch_payload::{Account, AccountKeys};
use serde_json::Value;

/// A folder of `tests/data`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Subject {
    /// The folder, and the table in `plain_fields.toml`.
    pub(crate) name: &'static str,
    /// The destination's name.
    pub(crate) destination: &'static str,
    /// An account that takes everything, as JSON.
    pub(crate) account: &'static str,
}

pub(crate) const SUBJECTS: &[Subject] = &[
    Subject {
        name: "amazon",
        destination: "amazon",
        account: r#"{"region":"na","account_id":"4512345678901","client_id":"amzn1.application-oa2-client.0a1b2c","country":"CA"}"#,
    },
    Subject {
        name: "google_ads_adjustment",
        destination: "google:ads_adjustment",
        account: r#"{"operating_account_id":"1234567890","conversion_action_id":"987654321"}"#,
    },
    Subject {
        name: "google_ads_click",
        destination: "google:ads_click",
        account: r#"{"operating_account_id":"1234567890","conversion_action_id":"987654321"}"#,
    },
    Subject {
        name: "google_analytics_4",
        destination: "google:ga4",
        account: r#"{"measurement_id":"G-AB12CD34EF"}"#,
    },
    Subject {
        name: "google_data_manager",
        destination: "google",
        account: r#"{"operating_account_id":"1234567890","conversion_action_id":"987654321"}"#,
    },
    Subject {
        name: "linkedin",
        destination: "linkedin",
        account: r#"{"conversion_rules":{"*":"104001"}}"#,
    },
    Subject { name: "meta", destination: "meta", account: r#"{"pixel_id":"1234567890"}"# },
    Subject { name: "microsoft", destination: "microsoft", account: r#"{"tag_id":"187123456"}"# },
    Subject {
        name: "pinterest",
        destination: "pinterest",
        account: r#"{"ad_account_id":"549755885175"}"#,
    },
    Subject { name: "reddit", destination: "reddit", account: r#"{"pixel_id":"t2_pixel"}"# },
    Subject {
        name: "snapchat",
        destination: "snapchat",
        account: r#"{"pixel_id":"0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d","app_id":"6f1c2b3a-0d4e-4f5a-8b6c-7d8e9fa0b1c2"}"#,
    },
    Subject {
        name: "tiktok",
        destination: "tiktok",
        account: r#"{"pixel_code":"C9ABCDEF0123456789XY","app_id":"7001","event_set_id":"8001"}"#,
    },
    Subject {
        name: "x",
        destination: "x",
        account: r#"{"pixel_id":"o8z6j","event_tags":{"*":"tw-o8z6j-o87ne"}}"#,
    },
];

impl Subject {
    pub(crate) fn destination(&self) -> Destination {
        self.destination.parse().unwrap()
    }

    /// The account with more keys, such as `event_names`.
    pub(crate) fn account(&self, more: &Value) -> Account {
        let mut keys: Value = serde_json::from_str(self.account).unwrap();
        for (key, value) in more.as_object().into_iter().flatten() {
            keys[key] = value.clone();
        }
        let keys: AccountKeys = serde_json::from_value(keys).unwrap();
        Account::from_keys(self.destination(), &keys).unwrap()
    }

    /// What makes the account send most in clear: Amazon gets the client's address from Europe only.
    pub(crate) fn clearest(&self) -> Value {
        match self.name {
            "amazon" => serde_json::json!({"region": "eu"}),
            _ => Value::Null,
        }
    }

    /// Whether the platform demands a list that may be empty.
    pub(crate) fn may_have_empty_lists(&self) -> bool {
        self.destination == "linkedin"
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        data(&format!("{}/{file}", self.name))
    }

    pub(crate) fn read(&self, file: &str) -> String {
        let path = self.path(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

pub(crate) fn data(file: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data")).join(file)
}
