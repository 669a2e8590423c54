//! Addresses looked up in 700,000 networks, beside tries, a binary database and its reader.
//!
//! Values are autonomous systems. The sums over all answers must agree before anything is measured.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "inputs are seeded and sound; a bench reports on the terminal"
)]

mod mmdb;
mod networks;

use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use criterion::{BatchSize, Criterion, Throughput};
use ip_network_table::IpNetworkTable;
use ipnet::{Ipv4Net, Ipv6Net};
use iptrie::{Ipv4Prefix, Ipv6Prefix, map::RTrieMap};
use networks::{Route, csv, inside, routes};
use predispatch_benches::{Ratio, median_ns, print_ratios};
use predispatch_bot::ip::{Feed, Format, IpTable, IpTableBuilder, SharedIpTable};
use prefix_trie::PrefixMap;

/// Look-ups in one iteration.
const BATCH: usize = 100_000;

const PEERS: [&str; 5] =
    ["iptrie_rtrie", "iptrie_lctrie", "prefix_trie", "ip_network_table", "maxminddb"];

fn builder(routes: &[Route]) -> IpTableBuilder {
    let mut builder = IpTableBuilder::empty();
    builder.load(&Feed::new("routes", Format::Columns), csv(routes).as_bytes()).unwrap();
    builder
}

/// Sums the answers to all addresses.
fn sum<T: Copy>(addresses: &[T], answer: impl Fn(T) -> u32) -> u64 {
    addresses.iter().map(|address| u64::from(answer(*address))).sum()
}

/// One way of looking up, measured on one family after its sum was compared.
fn measure<T: Copy>(
    criterion: &mut Criterion,
    family: &str,
    name: &str,
    (addresses, expected): (&[T], u64),
    answer: impl Fn(T) -> u32,
) {
    assert_eq!(sum(addresses, &answer), expected, "{family} {name}");
    let mut group = criterion.benchmark_group(format!("bot_ip/{family}"));
    group.throughput(Throughput::Elements(addresses.len() as u64));
    group.bench_function(name, |bench| bench.iter(|| sum(black_box(addresses), &answer)));
    group.finish();
}

fn look_up(criterion: &mut Criterion, routes: &[Route], table: &IpTable) {
    let v4 = inside(routes, BATCH, |address| match address {
        IpAddr::V4(v4) => Some(v4),
        IpAddr::V6(_) => None,
    });
    let v6 = inside(routes, BATCH, |address| match address {
        IpAddr::V6(v6) => Some(v6),
        IpAddr::V4(_) => None,
    });

    let mut trie4 = RTrieMap::with_root(0u32);
    let mut trie6 = RTrieMap::with_root(0u32);
    let mut map4 = PrefixMap::<Ipv4Net, u32>::new();
    let mut map6 = PrefixMap::<Ipv6Net, u32>::new();
    let mut bitmap = IpNetworkTable::new();
    for (first, len, asn) in routes {
        bitmap.insert(ip_network::IpNetwork::new(*first, *len).unwrap(), *asn);
        match first {
            IpAddr::V4(v4) => {
                trie4.insert(Ipv4Prefix::new(*v4, *len).unwrap(), *asn);
                map4.insert(Ipv4Net::new(*v4, *len).unwrap(), *asn);
            }
            IpAddr::V6(v6) => {
                trie6.insert(Ipv6Prefix::new(*v6, *len).unwrap(), *asn);
                map6.insert(Ipv6Net::new(*v6, *len).unwrap(), *asn);
            }
        }
    }
    let file = mmdb::database(routes);
    let reader = maxminddb::Reader::from_source(&file[..]).unwrap();
    let read = |address: IpAddr| reader.lookup(address).unwrap().decode().unwrap().unwrap_or(0u32);

    let four = (&v4[..], sum(&v4, |address| *trie4.lookup(&address).1));
    let six = (&v6[..], sum(&v6, |address| *trie6.lookup(&address).1));
    let asn = |address: IpAddr| table.lookup(address).asn().unwrap_or(0);
    measure(criterion, "v4", "ours", four, |address| asn(address.into()));
    measure(criterion, "v6", "ours", six, |address| asn(address.into()));
    let shared = SharedIpTable::new(table.clone());
    let swapped = |address: IpAddr| shared.read().lookup(address).asn().unwrap_or(0);
    measure(criterion, "v4", "ours_shared", four, |address| swapped(address.into()));
    measure(criterion, "v4", "iptrie_rtrie", four, |address| *trie4.lookup(&address).1);
    measure(criterion, "v6", "iptrie_rtrie", six, |address| *trie6.lookup(&address).1);
    let (dense4, dense6) = (trie4.compress(), trie6.compress());
    measure(criterion, "v4", "iptrie_lctrie", four, |address| *dense4.lookup(&address).1);
    measure(criterion, "v6", "iptrie_lctrie", six, |address| *dense6.lookup(&address).1);
    measure(criterion, "v4", "prefix_trie", four, |address: Ipv4Addr| {
        map4.get_lpm(&address.into()).map_or(0, |(_, asn)| *asn)
    });
    measure(criterion, "v6", "prefix_trie", six, |address: Ipv6Addr| {
        map6.get_lpm(&address.into()).map_or(0, |(_, asn)| *asn)
    });
    measure(criterion, "v4", "ip_network_table", four, |address| {
        bitmap.longest_match_ipv4(address).map_or(0, |(_, asn)| *asn)
    });
    measure(criterion, "v6", "ip_network_table", six, |address| {
        bitmap.longest_match_ipv6(address).map_or(0, |(_, asn)| *asn)
    });
    measure(criterion, "v4", "maxminddb", four, |address| read(address.into()));
    measure(criterion, "v6", "maxminddb", six, |address| read(address.into()));
}

fn make(criterion: &mut Criterion, table: &IpTable) {
    let mut group = criterion.benchmark_group("bot_ip/make");
    group.sample_size(10);
    let million = routes(780_000, 220_000);
    let loaded = builder(&million);
    group.bench_function("build_1m", |bench| {
        bench.iter_batched(|| loaded.clone(), IpTableBuilder::build, BatchSize::PerIteration);
    });
    let feed = csv(&million);
    group.bench_function("read_text_and_build_1m", |bench| {
        bench.iter(|| {
            let mut builder = IpTableBuilder::empty();
            builder.load(&Feed::new("routes", Format::Columns), feed.as_bytes()).unwrap();
            builder.build()
        });
    });
    group.bench_function("build_1m_iptrie_rtrie", |bench| {
        bench.iter(|| {
            let mut trie4 = RTrieMap::with_root(0u32);
            let mut trie6 = RTrieMap::with_root(0u32);
            for (first, len, asn) in &million {
                match first {
                    IpAddr::V4(v4) => drop(trie4.insert(Ipv4Prefix::new(*v4, *len).unwrap(), *asn)),
                    IpAddr::V6(v6) => drop(trie6.insert(Ipv6Prefix::new(*v6, *len).unwrap(), *asn)),
                }
            }
            (trie4.compress(), trie6.compress())
        });
    });
    let file = table.to_bytes();
    group.bench_function("load_700k", |bench| {
        bench.iter(|| IpTable::from_bytes(black_box(&file)).unwrap());
    });
    group.bench_function("bundled", |bench| bench.iter(IpTable::bundled));
    group.finish();
    println!("file of 700,000 networks: {} bytes", file.len());
}

/// Five million networks: what all lists of a large service come to.
fn scale(criterion: &mut Criterion) {
    let routes = routes(4_200_000, 800_000);
    let loaded = builder(&routes);
    let mut group = criterion.benchmark_group("bot_ip/scale_5m");
    group.sample_size(10);
    group.bench_function("build", |bench| {
        bench.iter_batched(|| loaded.clone(), IpTableBuilder::build, BatchSize::PerIteration);
    });
    group.finish();
    let table = loaded.build();
    print_size(&routes, &table);
    let all = inside(&routes, BATCH, Some);
    let mut group = criterion.benchmark_group("bot_ip/scale_5m");
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("look_up", |bench| {
        bench.iter(|| sum(black_box(&all), |address| table.lookup(address).asn().unwrap_or(0)));
    });
    group.finish();
}

fn print_size(routes: &[Route], table: &IpTable) {
    println!(
        "{} networks: {} bytes on the heap, {:.1} a network",
        routes.len(),
        table.heap_len(),
        table.heap_len() as f64 / routes.len() as f64
    );
}

/// Criterion's medians are of batches; this prints single look-ups.
fn print_look_ups() {
    for family in ["v4", "v6"] {
        for name in ["ours", "ours_shared"].iter().chain(&PEERS) {
            if let Some(batch) = median_ns(&format!("bot_ip/{family}/{name}")) {
                println!("{family} {name:<18} {:>7.1} ns a look-up", batch / BATCH as f64);
            }
        }
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let is_test = std::env::args().any(|arg| arg == "--test")
        || !std::env::args().any(|arg| arg == "--bench");
    // As a test, a small table does.
    let routes = if is_test { routes(5_000, 2_000) } else { routes(540_000, 160_000) };
    let table = builder(&routes).build();
    print_size(&routes, &table);
    look_up(&mut criterion, &routes, &table);
    if !is_test {
        make(&mut criterion, &table);
        scale(&mut criterion);
        print_look_ups();
    }
    criterion.final_summary();
    let mut ratios = Vec::new();
    for peer in [
        ["IPv4 / iptrie RTrieMap", "bot_ip_v4/ours", "bot_ip_v4/iptrie_rtrie"],
        ["IPv4 / iptrie LCTrieMap", "bot_ip_v4/ours", "bot_ip_v4/iptrie_lctrie"],
        ["IPv4 / prefix-trie", "bot_ip_v4/ours", "bot_ip_v4/prefix_trie"],
        ["IPv4 / ip_network_table", "bot_ip_v4/ours", "bot_ip_v4/ip_network_table"],
        ["IPv4 / maxminddb", "bot_ip_v4/ours", "bot_ip_v4/maxminddb"],
        ["IPv6 / iptrie RTrieMap", "bot_ip_v6/ours", "bot_ip_v6/iptrie_rtrie"],
        ["IPv6 / iptrie LCTrieMap", "bot_ip_v6/ours", "bot_ip_v6/iptrie_lctrie"],
        ["IPv6 / prefix-trie", "bot_ip_v6/ours", "bot_ip_v6/prefix_trie"],
        ["IPv6 / ip_network_table", "bot_ip_v6/ours", "bot_ip_v6/ip_network_table"],
        ["IPv6 / maxminddb", "bot_ip_v6/ours", "bot_ip_v6/maxminddb"],
    ] {
        let [claim, ours, peer] = peer;
        ratios.push(Ratio { claim, ours, peer, budget: 1.0 });
    }
    print_ratios(&ratios);
}
