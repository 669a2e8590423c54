//! A table that is replaced while others read it.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use super::IpTable;

/// The current table of a process. Readers take no lock and never wait for a writer; who reads keeps
/// the table that it started with.
///
/// ```
/// use predispatch_bot::ip::{Class, Feed, Format, IpTableBuilder, Label, SharedIpTable};
///
/// let shared = SharedIpTable::new(IpTableBuilder::new().build());
/// let address = "9.9.9.9".parse()?;
/// assert!(shared.read().lookup(address).is_empty());
///
/// // A feed that can't be trusted is refused; then nothing is replaced.
/// let mut builder = IpTableBuilder::new();
/// let feed = Feed::new("mine", Format::Networks).label(Label::of(Class::Vpn));
/// if builder.load(&feed, b"9.9.9.0/24\n").is_ok() {
///     shared.replace(builder.build());
/// }
/// assert!(shared.read().lookup(address).classes().contains(Class::Vpn));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SharedIpTable(ArcSwap<IpTable>);

impl SharedIpTable {
    /// With a first table.
    pub fn new(table: IpTable) -> Self {
        Self(ArcSwap::from_pointee(table))
    }

    /// The current table. Keep it for one event or batch, not for ever: it holds the memory.
    #[inline]
    pub fn read(&self) -> TableRef {
        TableRef(self.0.load())
    }

    /// Puts a new table in place of the current one, whose memory is freed when its last reader is
    /// done.
    pub fn replace(&self, table: IpTable) {
        self.0.store(Arc::new(table));
    }
}

/// A table that was current when it was asked for.
#[derive(Debug)]
pub struct TableRef(Guard<Arc<IpTable>>);

impl core::ops::Deref for TableRef {
    type Target = IpTable;

    fn deref(&self) -> &IpTable {
        &self.0
    }
}
