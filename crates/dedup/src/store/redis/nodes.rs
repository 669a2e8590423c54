//! Connections to the nodes, and which node has which slot.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use redis::{
    Client, Connection, ConnectionAddr, ConnectionInfo, ErrorKind, IntoConnectionInfo,
    ServerErrorKind, Value,
};

use super::{RedisError, exchange::Script};

/// A node's host and port.
type Address = (String, u16);

pub(super) struct Nodes {
    /// What was configured; other nodes are reached with the same user, password and TLS.
    seed: ConnectionInfo,
    connect_timeout: Duration,
    response_timeout: Duration,
    /// Empty where there is no cluster. First slot, last slot, node.
    slots: RwLock<Vec<(u16, u16, Address)>>,
    idle: Mutex<HashMap<Option<Address>, Vec<Connection>>>,
    scripts: [String; 2],
    /// Theirs.
    digests: [String; 2],
}

/// A node's address; `None` is the configured server.
pub(super) type Node = Option<Address>;

impl Nodes {
    pub(super) fn open(
        url: &str,
        scripts: [String; 2],
        connect_timeout: Duration,
        response_timeout: Duration,
    ) -> Result<Self, RedisError> {
        let seed = url.into_connection_info().map_err(|_| RedisError::Url)?;
        let mut nodes = Self {
            seed,
            connect_timeout,
            response_timeout,
            slots: RwLock::default(),
            idle: Mutex::default(),
            scripts,
            digests: Default::default(),
        };
        let (connection, digests) = nodes.connect(&None)?;
        nodes.digests = digests;
        nodes.give_back(&None, connection);
        nodes.refresh()?;
        Ok(nodes)
    }

    /// The script's digest.
    pub(super) fn digest(&self, script: Script) -> &str {
        let [claim, settle] = &self.digests;
        match script {
            Script::Claim => claim,
            Script::Settle => settle,
        }
    }

    /// Who has a slot.
    pub(super) fn of_slot(&self, slot: u16) -> Node {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let found = slots.iter().find(|(first, last, _)| (*first..=*last).contains(&slot));
        found.map(|(_, _, address)| address.clone())
    }

    /// Every node that there is.
    pub(super) fn all(&self) -> Vec<Node> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let mut nodes: Vec<Node> = slots.iter().map(|(_, _, node)| Some(node.clone())).collect();
        nodes.sort_unstable();
        nodes.dedup();
        if nodes.is_empty() { vec![None] } else { nodes }
    }

    /// An idle connection, or a new one that was checked.
    pub(super) fn take(&self, node: &Node) -> Result<Connection, RedisError> {
        let idle = self.idle().get_mut(node).and_then(Vec::pop);
        match idle {
            Some(connection) => Ok(connection),
            None => Ok(self.connect(node)?.0),
        }
    }

    pub(super) fn give_back(&self, node: &Node, connection: Connection) {
        let mut idle = self.idle();
        let connections = idle.entry(node.clone()).or_default();
        if connections.len() < MAX_IDLE {
            connections.push(connection);
        }
    }

    /// Forgets the idle connections of a node: what broke one broke all.
    pub(super) fn forget(&self, node: &Node) {
        self.idle().remove(node);
    }

    fn idle(&self) -> MutexGuard<'_, HashMap<Node, Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new connection to a server that has the scripts, and their digests.
    fn connect(&self, node: &Node) -> Result<(Connection, [String; 2]), RedisError> {
        let info = match node {
            None => self.seed.clone(),
            Some(address) => self.seed.clone().set_addr(self.address(address)),
        };
        let client = Client::open(info).map_err(|_| RedisError::Url)?;
        let mut connection = client
            .get_connection_with_timeout(self.connect_timeout)
            .map_err(|error| known(&error))?;
        let limits = connection
            .set_read_timeout(Some(self.response_timeout))
            .and_then(|()| connection.set_write_timeout(Some(self.response_timeout)));
        limits.map_err(|error| known(&error))?;
        refuse_eviction(&mut connection)?;
        let mut digests = <[String; 2]>::default();
        for (script, digest) in self.scripts.iter().zip(&mut digests) {
            let load = redis::cmd("SCRIPT").arg("LOAD").arg(script).query(&mut connection);
            *digest = load.map_err(|error| known(&error))?;
        }
        Ok((connection, digests))
    }

    fn address(&self, (host, port): &Address) -> ConnectionAddr {
        match self.seed.addr() {
            ConnectionAddr::TcpTls { insecure, tls_params, .. } => ConnectionAddr::TcpTls {
                host: host.clone(),
                port: *port,
                insecure: *insecure,
                tls_params: tls_params.clone(),
            },
            _ => ConnectionAddr::Tcp(host.clone(), *port),
        }
    }

    /// Asks a node, any that answers, which slots are whose.
    pub(super) fn refresh(&self) -> Result<(), RedisError> {
        let mut last = Err(RedisError::Unreachable);
        for node in [None].into_iter().chain(self.all()) {
            last = self.take(&node).and_then(|mut connection| {
                let slots = self.ask_slots(&mut connection)?;
                *self.slots.write().unwrap_or_else(PoisonError::into_inner) = slots;
                self.give_back(&node, connection);
                Ok(())
            });
            if last.is_ok() {
                break;
            }
            self.forget(&node);
        }
        last
    }

    fn ask_slots(
        &self,
        connection: &mut Connection,
    ) -> Result<Vec<(u16, u16, Address)>, RedisError> {
        let info: String =
            redis::cmd("INFO").arg("cluster").query(connection).map_err(|error| known(&error))?;
        if !info.lines().any(|line| line.trim() == "cluster_enabled:1") {
            return Ok(Vec::new());
        }
        let slots = redis::cmd("CLUSTER").arg("SLOTS").query(connection);
        let Value::Array(ranges) = slots.map_err(|error| known(&error))? else {
            return Err(RedisError::Answer);
        };
        ranges.iter().map(|range| self.range(range).ok_or(RedisError::Answer)).collect()
    }

    /// `[first, last, [host, port, …], replicas…]`; an empty host is the one that was asked.
    fn range(&self, range: &Value) -> Option<(u16, u16, Address)> {
        let Value::Array(parts) = range else { return None };
        let [Value::Int(first), Value::Int(last), Value::Array(master), ..] = parts.as_slice()
        else {
            return None;
        };
        let [host, Value::Int(port), ..] = master.as_slice() else { return None };
        let host = match host {
            Value::BulkString(host) if !host.is_empty() => String::from_utf8(host.clone()).ok()?,
            _ => match self.seed.addr() {
                ConnectionAddr::Tcp(host, _) | ConnectionAddr::TcpTls { host, .. } => host.clone(),
                _ => return None,
            },
        };
        let number = |number: i64| u16::try_from(number).ok();
        Some((number(*first)?, number(*last)?, (host, number(*port)?)))
    }
}

impl fmt::Debug for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nodes(<redacted>)")
    }
}

/// A server that evicts forgets claims: what was sent would be sent again.
fn refuse_eviction(connection: &mut Connection) -> Result<(), RedisError> {
    let info: String =
        redis::cmd("INFO").arg("memory").query(connection).map_err(|error| known(&error))?;
    let policy = info.lines().find_map(|line| line.trim().strip_prefix("maxmemory_policy:"));
    match policy {
        Some("noeviction") => Ok(()),
        Some(_) => Err(RedisError::Evicts),
        None => Err(RedisError::Answer),
    }
}

/// What a foreign error means here. It is not passed on: it may hold an address or a password.
pub(super) fn known(error: &redis::RedisError) -> RedisError {
    match error.kind() {
        ErrorKind::AuthenticationFailed | ErrorKind::Server(ServerErrorKind::NoPerm) => {
            RedisError::Denied
        }
        ErrorKind::InvalidClientConfig => RedisError::Url,
        ErrorKind::Server(
            ServerErrorKind::Moved
            | ServerErrorKind::Ask
            | ServerErrorKind::TryAgain
            | ServerErrorKind::ClusterDown
            | ServerErrorKind::MasterDown
            | ServerErrorKind::ReadOnly
            | ServerErrorKind::BusyLoading,
        )
        | ErrorKind::Io => RedisError::Unreachable,
        _ if matches!(error.code(), Some("NOAUTH" | "WRONGPASS")) => RedisError::Denied,
        _ if error.code() == Some("OOM") => RedisError::Full,
        _ => RedisError::Answer,
    }
}

const MAX_IDLE: usize = 16;
