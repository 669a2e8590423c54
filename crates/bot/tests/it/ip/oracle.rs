//! The compiled table beside a naive one that asks every prefix length in turn, and beside the
//! Patricia map of `iptrie`.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use iptrie::{Ipv4Prefix, Ipv6Prefix, map::RTrieMap};
use predispatch_bot::ip::{
    Answer, Class, ClassSet, Feed, Format, IpTable, IpTableBuilder, Label, Network, Source,
};

use super::random::Random;

/// Class, number of the autonomous system, provider: what the feeds of this test say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Said {
    classes: ClassSet,
    asn: Option<u32>,
    provider: Option<&'static str>,
    /// A bit for each of [`FEEDS`].
    sources: u8,
}

const FEEDS: [(&str, Class, Option<&str>, Option<u32>); 4] = [
    ("hosters", Class::Datacenter, Some("hoster"), None),
    ("vpns", Class::Vpn, None, None),
    ("lines", Class::Residential, None, Some(4_200_000_000)),
    ("phones", Class::Mobile, Some("carrier"), None),
];

/// A family's networks by prefix length and first address, in the order in which they came.
#[derive(Default)]
struct Naive {
    blocks: BTreeMap<(bool, u8), HashMap<u128, Vec<Said>>>,
    /// Where an answer may change.
    edges: BTreeSet<(bool, u128)>,
}

impl Naive {
    fn add(&mut self, network: Network, said: &Said) {
        let (is_v4, key) = key(network.first());
        let len = network.prefix_len();
        let blocks = self.blocks.entry((is_v4, len)).or_default();
        blocks.entry(key).or_default().push(*said);
        self.edges.insert((is_v4, key));
        self.edges.insert((is_v4, key.wrapping_add(size(is_v4, len))));
    }

    fn answer(&self, address: IpAddr) -> Said {
        let (is_v4, key) = key(address);
        let mut answer = Said::default();
        for (&(_, len), blocks) in self.blocks.range((is_v4, 0)..=(is_v4, 128)) {
            let first = key & !size(is_v4, len).wrapping_sub(1);
            for said in blocks.get(&first).into_iter().flatten() {
                if said.classes.intersects(ClassSet::CONNECTION) {
                    answer.classes = answer.classes.without(ClassSet::CONNECTION);
                }
                answer.classes = answer.classes.union(said.classes);
                answer.asn = said.asn.or(answer.asn);
                answer.provider = said.provider.or(answer.provider);
                answer.sources |= said.sources;
            }
        }
        answer
    }

    /// Could anything in the block differ from the answer at its first address?
    fn is_uniform(&self, is_v4: bool, first: u128, len: u8) -> bool {
        let answer = self.answer(address(is_v4, first));
        let last = first.wrapping_add(size(is_v4, len)).wrapping_sub(1);
        let last = if is_v4 { last & u128::from(u32::MAX) } else { last };
        let mut inside = self.edges.range((is_v4, first)..=(is_v4, last));
        inside.all(|(_, edge)| self.answer(address(is_v4, *edge)) == answer)
    }
}

fn key(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(v4) => (true, u128::from(u32::from(v4))),
        IpAddr::V6(v6) => (false, u128::from(v6)),
    }
}

fn address(is_v4: bool, key: u128) -> IpAddr {
    if is_v4 { Ipv4Addr::from(key as u32).into() } else { Ipv6Addr::from(key).into() }
}

/// How many addresses a block has; 0 for all of IPv6.
fn size(is_v4: bool, len: u8) -> u128 {
    let bits = if is_v4 { 32 } else { 128 };
    1u128.checked_shl(bits - u32::from(len)).unwrap_or(0)
}

/// The blocks of a range, from the top down: what lies inside is taken, what crosses is halved.
fn split(is_v4: bool, first: u128, last: u128, block: u128, len: u8, out: &mut Vec<Network>) {
    let end = block.wrapping_add(size(is_v4, len)).wrapping_sub(1);
    let end = if is_v4 { end & u128::from(u32::MAX) } else { end };
    if block > last || end < first {
        return;
    }
    if block >= first && end <= last {
        out.push(Network::new(address(is_v4, block), len).unwrap());
        return;
    }
    let half = size(is_v4, len + 1);
    split(is_v4, first, last, block, len + 1, out);
    split(is_v4, first, last, block + half, len + 1, out);
}

/// Four feeds of nested, equal and overlapping networks and ranges.
fn feeds(random: &mut Random, rows: u64) -> (IpTable, Naive) {
    let mut builder = IpTableBuilder::empty();
    let mut naive = Naive::default();
    for (bit, (name, class, provider, asn)) in FEEDS.into_iter().enumerate() {
        let mut label = Label::of(class);
        label.asn = asn;
        label.provider = provider.map(Into::into);
        let mut text = String::new();
        let classes = ClassSet::of(class);
        let said = Said { classes, asn, provider, sources: 1 << bit };
        for _ in 0..rows {
            let first = random.address();
            let lens: &[u8] = if first.is_ipv4() {
                &[8, 12, 16, 20, 23, 24, 28, 31, 32]
            } else {
                &[16, 29, 32, 48, 56, 63, 64, 65, 96, 112, 127, 128]
            };
            let len = lens[random.below(lens.len() as u64) as usize];
            if random.below(5) == 0 {
                let (is_v4, start) = key(first);
                let most = if is_v4 { u128::from(u32::MAX) } else { u128::MAX };
                let last = start.saturating_add(random.below(5_000).into()).min(most);
                text += &format!("{first}-{}\n", address(is_v4, last));
                let mut blocks = Vec::new();
                split(is_v4, start, last, 0, 0, &mut blocks);
                blocks.into_iter().for_each(|network| naive.add(network, &said));
            } else {
                let network = Network::new(first, len).unwrap();
                // Some stand there twice.
                for _ in 0..=random.below(8) / 7 {
                    text += &format!("{network}\n");
                    naive.add(network, &said);
                }
            }
        }
        let report = builder.load(&Feed::new(name, Format::Networks).label(label), text.as_bytes());
        assert_eq!(report.unwrap().skipped, 0);
    }
    (builder.build(), naive)
}

fn said(answer: Answer<'_>) -> Said {
    let bit = |source: &Source| FEEDS.iter().position(|(name, ..)| *name == &*source.name).unwrap();
    Said {
        classes: answer.listed(),
        asn: answer.asn(),
        provider: answer
            .provider()
            .map(|name| FEEDS.iter().find_map(|feed| feed.2.filter(|n| *n == name)).unwrap()),
        sources: answer.sources().map(|source| 1 << bit(source)).sum(),
    }
}

#[test]
fn a_million_addresses_get_the_naive_answer() {
    let mut random = Random(5);
    let (table, naive) = feeds(&mut random, 2_000);
    let edges: Vec<_> = naive.edges.iter().copied().collect();
    let mut known = 0u32;
    for round in 0..1_000_000u32 {
        // A quarter of them at and around the edges.
        let asked = if round % 4 == 0 {
            let (is_v4, edge) = edges[random.below(edges.len() as u64) as usize];
            address(is_v4, edge.wrapping_add(random.below(3).into()).wrapping_sub(1))
        } else {
            random.address()
        };
        let answer = table.lookup(asked);
        assert_eq!(said(answer), naive.answer(asked), "{asked}");
        known += u32::from(!answer.is_empty());
    }
    assert!((400_000..1_000_000).contains(&known), "{known} had an answer");
    println!("1000000 addresses, {known} with an answer, {} edges", edges.len());
}

#[test]
fn a_network_is_as_wide_as_its_answer() {
    let mut random = Random(6);
    let (table, naive) = feeds(&mut random, 40);
    for _ in 0..400 {
        let asked = random.address();
        let network = table.network(asked);
        assert!(network.contains(asked), "{network} {asked}");
        let (is_v4, first) = key(network.first());
        let len = network.prefix_len();
        assert!(naive.is_uniform(is_v4, first, len), "{network}");
        if let Some(wider) = len.checked_sub(1) {
            let first = first & !size(is_v4, wider).wrapping_sub(1);
            assert!(!naive.is_uniform(is_v4, first, wider), "{network} could be wider");
        }
    }
}

/// Systems by networks of many lengths: the longest prefix's number is what a Patricia trie finds.
#[test]
fn systems_are_those_that_iptrie_finds() {
    let mut random = Random(7);
    let mut v4 = RTrieMap::with_root(0u32);
    let mut v6 = RTrieMap::with_root(0u32);
    let mut text = String::new();
    for _ in 0..40_000 {
        // Above 2^31 too.
        let asn = 1 + random.below(u32::MAX.into()) as u32;
        let len = random.below(129) as u8;
        let network = match random.address() {
            address @ IpAddr::V4(_) => Network::new(address, len % 33).unwrap(),
            address => Network::new(address, len).unwrap(),
        };
        match network.first() {
            IpAddr::V4(first) => {
                v4.insert(Ipv4Prefix::new(first, network.prefix_len()).unwrap(), asn);
            }
            IpAddr::V6(first) => {
                v6.insert(Ipv6Prefix::new(first, network.prefix_len()).unwrap(), asn);
            }
        }
        text += &format!("{network},AS{asn}\n");
    }
    let mut builder = IpTableBuilder::empty();
    let csv = format!("network,asn\n{text}");
    builder.load(&Feed::new("systems", Format::Columns), csv.as_bytes()).unwrap();
    let table = builder.build();
    for _ in 0..200_000 {
        let asked = random.address();
        let found = match asked {
            IpAddr::V4(v4_address) => *v4.lookup(&v4_address).1,
            IpAddr::V6(v6_address) => *v6.lookup(&v6_address).1,
        };
        assert_eq!(table.lookup(asked).asn(), Some(found).filter(|asn| *asn != 0), "{asked}");
    }
}
