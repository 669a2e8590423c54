//! What kind of network an address belongs to.
