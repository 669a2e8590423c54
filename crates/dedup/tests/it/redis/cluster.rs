//! A cluster of three nodes.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{Redis, keeps_the_model, server::Server};
use crate::suite;

/// Three nodes: the suite and the model over them.
#[test]
fn a_cluster_is_one_store() {
    let options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "60000"];
    let Some(first) = Server::start(&options) else { return };
    let others = [Server::start(&options).unwrap(), Server::start(&options).unwrap()];
    let nodes = [&first, &others[0], &others[1]];
    for (node, [from, to]) in
        nodes.iter().zip([["0", "5460"], ["5461", "10922"], ["10923", "16383"]])
    {
        assert_eq!(node.command(&["CLUSTER", "ADDSLOTSRANGE", from, to]), "+OK");
        for other in nodes {
            node.command(&["CLUSTER", "MEET", "127.0.0.1", &other.port.to_string()]);
        }
    }
    let started = Instant::now();
    while !nodes.iter().all(|node| is_whole_cluster(node)) {
        assert!(started.elapsed() < Duration::from_secs(60), "the nodes do not meet");
        thread::sleep(Duration::from_millis(50));
    }
    let redis = Redis::at(others[1].port);
    suite::run(&redis);
    keeps_the_model(&redis, 100);
    for node in nodes {
        assert_ne!(node.command(&["DBSIZE"]), ":0", "every node has some of it");
    }
}

fn is_whole_cluster(node: &Server) -> bool {
    let info = node.text("CLUSTER INFO");
    info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
}
