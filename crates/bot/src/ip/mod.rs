//! What kind of network an address belongs to.
//!
//! Feeds (lists of networks in the formats that cloud operators, Apple, the Tor project, MaxMind and
//! others publish) are loaded into an [`IpTableBuilder`] and compiled into an [`IpTable`]: read-only,
//! a few memory accesses a look-up, saved and loaded as one checksummed file, replaced while others
//! read it ([`SharedIpTable`]). An [`Answer`] is a set of [`Class`]es with the autonomous system, the
//! provider, a crawler's operator and the feeds that said so, with their age.
//!
//! ```
//! use predispatch_bot::ip::{Feed, Format, IpTableBuilder};
//!
//! let mut builder = IpTableBuilder::empty();
//! builder.load(&Feed::new("aws", Format::Aws), br#"{
//!     "syncToken": "1790000000", "createDate": "2026-11-22-10-00-00",
//!     "prefixes": [{"ip_prefix": "192.0.2.0/24", "service": "EC2"}],
//!     "ipv6_prefixes": [{"ipv6_prefix": "2001:db8::/40", "service": "CLOUDFRONT"}]
//! }"#)?;
//! // Private Relay stands in data centres; it is none.
//! builder.load(&Feed::new("apple", Format::PrivateRelay), b"192.0.2.10/31,GB,GB-EN,London,\n")?;
//! let table = builder.build();
//!
//! let server = table.lookup("192.0.2.1".parse()?);
//! assert_eq!(server.classes().to_string(), "datacenter");
//! assert_eq!(server.provider(), Some("aws"));
//! let relay = table.lookup("192.0.2.11".parse()?);
//! assert_eq!(relay.classes().to_string(), "privacy_relay");
//! assert_eq!(relay.listed().to_string(), "datacenter,privacy_relay");
//!
//! let aws = server.sources().next().expect("one feed");
//! assert_eq!(aws.age_secs("2026-11-23T10:00:00Z".parse()?), Some(86_400));
//!
//! let file = table.to_bytes();
//! let again = predispatch_bot::ip::IpTable::from_bytes(&file)?;
//! assert_eq!(again.lookup("2001:db8::1".parse()?).classes().to_string(), "cdn,datacenter");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Limits
//!
//! [`Format::max_len`] for a feed, [`IpTableBuilder::MAX_NETWORKS`], [`IpTableBuilder::MAX_SOURCES`]
//! and [`IpTableBuilder::MAX_NAMES`] for a table, [`IpTable::MAX_FILE_LEN`] for its file. Building
//! costs n log n; a look-up of IPv4 a few steps, of IPv6 at most the logarithm of the ranges that share
//! 16 leading bits.
//!
//! # What is not here
//!
//! Nothing is fetched. A class is what a list says, not proof: lists are old, and addresses are
//! shared. Reverse DNS of crawlers needs the network; give its result to the verdict.

mod builder;
#[cfg(feature = "bundled")]
mod bundled;
mod class;
mod cut;
mod divided;
mod feed;
mod file;
mod flatten;
mod label;
mod network;
mod record;
mod report;
mod reserved;
mod search;
mod shared;
mod source;
mod table;
mod v4;
mod v6;

pub use builder::IpTableBuilder;
pub use class::{Class, ClassSet};
pub use feed::{Feed, Format};
pub use file::TableError;
pub use label::Label;
pub use network::{Network, Unwrap};
pub use report::{BadRow, LoadError, LoadReport, RowFault};
pub use shared::{SharedIpTable, TableRef};
pub use source::Source;
pub use table::{Answer, IpTable};
