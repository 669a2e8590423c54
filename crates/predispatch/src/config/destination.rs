//! `[[destination]]`.

use predispatch_consent::Destination;
use predispatch_payload::{Account, AccountKeys};
use predispatch_types::Timestamp;
use serde::Deserialize;

use super::value;
use crate::{BrowserTag, SecretSource};

/// `[[destination]]`: one account, with its test mode and the place of its token.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
#[non_exhaustive]
pub struct DestinationEntry {
    /// The account, in test mode if it has an end for that.
    pub account: Account,
    /// Where the platform's access token is read from: [`Config::token`](crate::Config::token). No pipeline
    /// reads it: it is for whoever sends.
    pub token: Option<SecretSource>,
    /// Whether the page has the platform's tag; `None` is what is usual for the product.
    pub browser_tag: Option<BrowserTag>,
}

/// As the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(deserialize_with = "destination")]
    to: Destination,
    account: AccountKeys,
    #[serde(default)]
    token: Option<SecretSource>,
    #[serde(default)]
    browser_tag: Option<bool>,
    #[serde(default, deserialize_with = "value::moment")]
    test_until: Option<Timestamp>,
}

impl TryFrom<Written> for DestinationEntry {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { to, account, token, browser_tag, test_until } = written;
        let account = Account::from_keys(to, &account)
            .map_err(|error| format!("destination {to}: {error}"))?;
        let account = match test_until {
            Some(until) => account.in_test_mode(until),
            None => account,
        };
        let tag = |is_there| if is_there { BrowserTag::Present } else { BrowserTag::Absent };
        Ok(Self { account, token, browser_tag: browser_tag.map(tag) })
    }
}

fn destination<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Destination, D::Error> {
    value::text(from, "a platform's name such as meta, or google:PRODUCT", |text| text.parse().ok())
}
