//! The address table in processor time: what `bot_ip` measures, for a machine that is shared.
//!
//! ```text
//! cargo run --release -p predispatch-benches --example bot_ip_processor
//! ```
//!
//! Linux only: it reads the kernel's account of this thread. Waiting does not count; neighbours still
//! take their part of the caches.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "inputs are seeded and sound; it reports on the terminal"
)]

#[path = "../bot_ip/networks.rs"]
mod networks;

use std::{fs, hint::black_box, net::IpAddr};

use networks::{csv, inside, routes};
use predispatch_bot::ip::{Feed, Format, IpTable, IpTableBuilder};

fn main() {
    for (v4, v6) in [(540_000, 160_000), (780_000, 220_000), (4_200_000, 800_000)] {
        measure(v4, v6);
    }
}

fn measure(v4: usize, v6: usize) {
    let routes = routes(v4, v6);
    let mut builder = IpTableBuilder::empty();
    builder.load(&Feed::new("routes", Format::Columns), csv(&routes).as_bytes()).unwrap();
    let mut table = None;
    let build = nanoseconds(1, || table = Some(builder.clone().build()));
    let table = table.unwrap();
    let four = inside(&routes, LOOK_UPS, |address| address.is_ipv4().then_some(address));
    let six = inside(&routes, LOOK_UPS, |address| address.is_ipv6().then_some(address));
    let look_up = |addresses: &[IpAddr]| {
        let asn = |address: &IpAddr| u64::from(table.lookup(*address).asn().unwrap_or(0));
        nanoseconds(60, || black_box(addresses.iter().map(asn).sum::<u64>())) / LOOK_UPS as f64
    };
    let file = table.to_bytes();
    let load = nanoseconds(12, || black_box(IpTable::from_bytes(&file).unwrap()));
    println!(
        "{} networks: {:.1} bytes a network, build {:.0} ms, IPv4 {:.1} ns, IPv6 {:.1} ns, load {:.1} ms",
        routes.len(),
        table.heap_len() as f64 / routes.len() as f64,
        build / 1e6,
        look_up(&four),
        look_up(&six),
        load / 1e6,
    );
}

const LOOK_UPS: usize = 100_000;

/// The mean processor time of `rounds` rounds.
fn nanoseconds<T>(rounds: u32, mut work: impl FnMut() -> T) -> f64 {
    let before = spent();
    (0..rounds).for_each(|_| drop(work()));
    (spent() - before) / f64::from(rounds)
}

/// The processor time of this thread, in nanoseconds.
fn spent() -> f64 {
    let account = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    account.split(' ').next().unwrap().parse().unwrap()
}
