//! A MaxMind database of routes, as much of the format as it needs.

use std::net::IpAddr;

use crate::networks::Route;

/// IPv6 tree with 32-bit records, IPv4 below `::/96`; each record is the system as an unsigned number.
pub(crate) fn database(routes: &[Route]) -> Vec<u8> {
    let mut sorted = routes.to_vec();
    // Wide before narrow: what is narrower pushes the leaf above it down.
    sorted.sort_by_key(|(first, len, _)| depth(*first, *len));
    let mut nodes: Vec<[Child; 2]> = vec![[Child::None; 2]];
    for (first, len, asn) in sorted {
        let key = match first {
            IpAddr::V4(v4) => u128::from(u32::from(v4)),
            IpAddr::V6(v6) => u128::from(v6),
        };
        let depth = depth(first, len);
        let mut node = 0;
        for bit in 0..depth {
            let side = (key >> (127 - bit)) as usize & 1;
            if bit == depth - 1 {
                nodes[node][side] = Child::Leaf(asn);
                break;
            }
            node = match nodes[node][side] {
                Child::Node(next) => next,
                leaf => {
                    nodes.push([leaf; 2]);
                    nodes[node][side] = Child::Node(nodes.len() - 1);
                    nodes.len() - 1
                }
            };
        }
    }
    write(&nodes)
}

#[derive(Clone, Copy)]
enum Child {
    None,
    Node(usize),
    Leaf(u32),
}

fn depth(first: IpAddr, len: u8) -> u32 {
    u32::from(len) + if first.is_ipv4() { 96 } else { 0 }
}

fn write(nodes: &[[Child; 2]]) -> Vec<u8> {
    let count = nodes.len() as u32;
    let mut file = Vec::new();
    for child in nodes.iter().flatten() {
        let record = match child {
            Child::None => count,
            Child::Node(node) => *node as u32,
            // Each number is five bytes: type and size, then the number.
            Child::Leaf(asn) => count + 16 + asn * 5,
        };
        file.extend(record.to_be_bytes());
    }
    file.extend([0; 16]);
    for asn in 0..=84_000u32 {
        file.push(0b110 << 5 | 4);
        file.extend(asn.to_be_bytes());
    }
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let text = |file: &mut Vec<u8>, text: &str| {
        file.push(0b010 << 5 | text.len() as u8);
        file.extend(text.as_bytes());
    };
    let number = |file: &mut Vec<u8>, number: u32| {
        file.push(0b110 << 5 | 4);
        file.extend(number.to_be_bytes());
    };
    let short = |file: &mut Vec<u8>, number: u16| {
        file.push(0b101 << 5 | 2);
        file.extend(number.to_be_bytes());
    };
    file.push(0b111 << 5 | 9);
    text(&mut file, "node_count");
    number(&mut file, count);
    for (key, value) in [("record_size", 32), ("ip_version", 6)] {
        text(&mut file, key);
        short(&mut file, value);
    }
    for (key, value) in [("binary_format_major_version", 2), ("binary_format_minor_version", 0)] {
        let (head, tail) = key.split_at(key.len().min(28));
        file.push(0b010 << 5 | if tail.is_empty() { head.len() as u8 } else { 28 });
        file.extend(head.as_bytes());
        file.extend(tail.as_bytes());
        short(&mut file, value);
    }
    text(&mut file, "database_type");
    text(&mut file, "Bench-ASN");
    text(&mut file, "languages");
    // An empty array, an extended type.
    file.extend([0, 4]);
    text(&mut file, "description");
    file.push(0b111 << 5);
    text(&mut file, "build_epoch");
    // 64 bits, an extended type.
    file.extend([4, 2]);
    file.extend(1_795_305_600u32.to_be_bytes());
    file
}
