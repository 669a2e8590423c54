//! The special networks of the IANA registries.

use predispatch_types::Timestamp;

use super::{Class, Feed, Format, Label};

pub(super) fn feed() -> Feed {
    Feed::new("iana_special", Format::Networks)
        .label(Label::of(Class::Reserved))
        .made(Timestamp::from_unix_secs(1_795_305_600))
        .licence("IANA special-purpose and multicast address registries; facts, no licence needed")
        .tolerance(0.0)
}

/// What no packet on the public Internet comes from (`docs/sources/bot.md#special-networks`).
///
/// Not here: forms that carry an IPv4 address (`64:ff9b::/96`, `2002::/16`, Teredo), anycast services
/// of `192.0.0.0/24` and `2001::/23` that are globally reachable, and space that is only unassigned.
pub(super) const NETWORKS: &[u8] = b"\
# IANA IPv4 Special-Purpose Address Registry
0.0.0.0/8
10.0.0.0/8
100.64.0.0/10
127.0.0.0/8
169.254.0.0/16
172.16.0.0/12
192.0.0.0/29
192.0.0.8
192.0.0.170/31
192.0.2.0/24
192.168.0.0/16
198.18.0.0/15
198.51.100.0/24
203.0.113.0/24
240.0.0.0/4
# IPv4 multicast
224.0.0.0/4
# IANA IPv6 Special-Purpose Address Registry
::/127
64:ff9b:1::/48
100::/64
100:0:0:1::/64
2001:2::/48
2001:10::/28
2001:db8::/32
3fff::/20
5f00::/16
fc00::/7
fe80::/10
# Deprecated site-local addresses, RFC 3879
fec0::/10
# IPv6 multicast
ff00::/8
";
