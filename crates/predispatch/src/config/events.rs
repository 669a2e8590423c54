//! `[events]`.

use predispatch_event::{ForwardingHeader, TrustedProxies};
use predispatch_pii::DateOrder;
use predispatch_types::Country;
use serde::Deserialize;

use super::value;
use crate::{PaidOrders, PipelineBuilder};

/// `[events]`: how events are read, and what is known of all of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Events {
    /// Keeps keys that the schema does not have aside, instead of refusing the event.
    pub lenient: bool,
    /// Two letters: where national telephone numbers are from if the event does not say.
    #[serde(deserialize_with = "country")]
    pub default_country: Option<Country>,
    /// How a birth date such as `2/3/1997` is read. Without it such a date is left out.
    pub date_order: Option<DateReading>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Option<Proxies>,
    /// The regulated subject of the whole site, or several with commas, in addition to what an event says
    /// of itself.
    pub vertical: Option<Box<str>>,
    /// Which purchases the bot policy may not drop on weak evidence.
    pub paid_orders: PaidOrders,
}

/// The order of day and month.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DateReading {
    /// `2/3/1997` is in March.
    DayFirst,
    /// `2/3/1997` is in February.
    MonthFirst,
}

/// `events.trusted_proxies`: `client.ip` is the connection's address, and the person's is found behind
/// these proxies.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenProxies")]
#[non_exhaustive]
pub struct Proxies(TrustedProxies);

/// As the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenProxies {
    header: ProxyHeader,
    networks: Vec<String>,
}

/// In which header a proxy says for whom it asks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProxyHeader {
    /// Cloudflare's.
    CfConnectingIp,
    /// RFC 7239.
    Forwarded,
    /// Akamai's.
    TrueClientIp,
    /// The usual one.
    XForwardedFor,
}

impl TryFrom<WrittenProxies> for Proxies {
    type Error = String;

    fn try_from(written: WrittenProxies) -> Result<Self, Self::Error> {
        let header = match written.header {
            ProxyHeader::CfConnectingIp => ForwardingHeader::CfConnectingIp,
            ProxyHeader::Forwarded => ForwardingHeader::Forwarded,
            ProxyHeader::TrueClientIp => ForwardingHeader::TrueClientIp,
            ProxyHeader::XForwardedFor => ForwardingHeader::XForwardedFor,
        };
        TrustedProxies::new(header, written.networks.iter().map(String::as_str))
            .map(Self)
            .map_err(|_| "expected networks such as 10.0.0.0/8".to_owned())
    }
}

impl Events {
    pub(super) fn apply(&self, mut builder: PipelineBuilder) -> PipelineBuilder {
        if self.lenient {
            builder = builder.lenient();
        }
        if let Some(country) = self.default_country {
            builder = builder.default_country(country);
        }
        if let Some(order) = self.date_order {
            builder = builder.date_order(match order {
                DateReading::DayFirst => DateOrder::DayFirst,
                DateReading::MonthFirst => DateOrder::MonthFirst,
            });
        }
        if let Some(Proxies(proxies)) = &self.trusted_proxies {
            builder = builder.trusted_proxies(proxies.clone());
        }
        if let Some(vertical) = &self.vertical {
            builder = builder.vertical(vertical);
        }
        builder.paid_orders(self.paid_orders)
    }
}

fn country<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Country>, D::Error> {
    value::text(from, "a country's two letters such as DE", |text| Country::parse(text).ok())
        .map(Some)
}
