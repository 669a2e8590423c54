//! A server under another address.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Passes bytes on, and cuts the connection instead of an answer when it is told to.
pub(super) struct Proxy {
    pub(super) port: u16,
    server: Arc<AtomicU16>,
    pub(super) cut: Arc<AtomicUsize>,
    /// How long a connection stands before it is cut, in milliseconds.
    pub(super) wait: Arc<AtomicU64>,
}

impl Proxy {
    pub(super) fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(AtomicUsize::new(0));
        let cuts = Arc::clone(&cut);
        let wait = Arc::new(AtomicU64::new(0));
        let waits = Arc::clone(&wait);
        let server = Arc::new(AtomicU16::new(server));
        let to = Arc::clone(&server);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, cuts) = (to.load(Ordering::SeqCst), Arc::clone(&cuts));
                let waits = Arc::clone(&waits);
                thread::spawn(move || pass(client, server, &cuts, &waits));
            }
        });
        Self { port, server, cut, wait }
    }

    /// New connections go there; those that stand stay.
    pub(super) fn point_at(&self, server: u16) {
        self.server.store(server, Ordering::SeqCst);
    }

    pub(super) fn cut_answers(&self, count: usize) {
        self.cut.store(count, Ordering::SeqCst);
    }
}

fn pass(mut client: TcpStream, server: u16, cuts: &AtomicUsize, wait: &AtomicU64) {
    let mut to_server = TcpStream::connect(("127.0.0.1", server)).unwrap();
    let mut from_server = to_server.try_clone().unwrap();
    let mut to_client = client.try_clone().unwrap();
    let is_claim = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&is_claim);
    thread::spawn(move || {
        let mut bytes = [0; 65_536];
        while let Ok(length @ 1..) = client.read(&mut bytes) {
            let has_claim = bytes[..length].windows(7).any(|word| word == b"EVALSHA");
            seen.fetch_or(has_claim, Ordering::SeqCst);
            if to_server.write_all(&bytes[..length]).is_err() {
                return;
            }
        }
        let _ = to_server.shutdown(std::net::Shutdown::Both);
    });
    let mut bytes = [0; 65_536];
    while let Ok(length @ 1..) = from_server.read(&mut bytes) {
        let one_less = |left: usize| left.checked_sub(1);
        if is_claim.swap(false, Ordering::SeqCst)
            && cuts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
        {
            thread::sleep(Duration::from_millis(wait.load(Ordering::SeqCst)));
            break;
        }
        if to_client.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    let _ = to_client.shutdown(std::net::Shutdown::Both);
    let _ = from_server.shutdown(std::net::Shutdown::Both);
}
