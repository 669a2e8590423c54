//! A `redis-server` that a test starts, asks and stops.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use predispatch_dedup::store::redis::{RedisOptions, RedisStore};
use tempfile::TempDir;

/// A server of its own for each test.
pub(super) struct Server {
    program: &'static str,
    pub(super) child: Child,
    pub(super) port: u16,
    pub(super) folder: TempDir,
    options: Vec<String>,
}

impl Server {
    /// `None` where there is no server to start: then the test says so, and in CI it fails.
    pub(super) fn start(options: &[&str]) -> Option<Self> {
        let is_there = |name: &&str| Command::new(name).arg("--version").output().is_ok();
        let Some(program) = ["redis-server", "valkey-server"].into_iter().find(is_there) else {
            assert_ne!(
                std::env::var("CI").as_deref(),
                Ok("true"),
                "in CI redis-server must be there"
            );
            println!("skipped: no redis-server; install it with scripts/test --install");
            return None;
        };
        let folder = TempDir::new().unwrap();
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        for _ in 0..5 {
            let port = free_port();
            let mut child = launch(program, port, &folder, &options);
            if answers(&mut child, port) {
                return Some(Self { program, child, port, folder, options });
            }
        }
        panic!("{program} does not start");
    }

    pub(super) fn restart(&mut self) {
        self.child = launch(self.program, self.port, &self.folder, &self.options);
        assert!(answers(&mut self.child, self.port));
    }

    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(super) fn options(&self, prefix: &str) -> RedisOptions {
        options(self.port, prefix)
    }

    pub(super) fn store(&self, prefix: &str) -> RedisStore {
        RedisStore::open(self.options(prefix)).unwrap()
    }

    pub(super) fn command(&self, words: &[&str]) -> String {
        command(self.port, words)
    }

    /// A long answer.
    pub(super) fn text(&self, command: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = String::new();
        reader.read_line(&mut length).unwrap();
        let mut text = vec![0; length.trim_start_matches('$').trim_end().parse().unwrap()];
        reader.read_exact(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn options(port: u16, prefix: &str) -> RedisOptions {
    let mut options = RedisOptions::new(format!("redis://127.0.0.1:{port}"));
    options.prefix = prefix.to_owned();
    options.expected_events = 10_000;
    // A machine that is busy with other tests is not a server that can't be reached.
    options.response_timeout = Duration::from_secs(20);
    options.connect_timeout = Duration::from_secs(20);
    options
}

pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(super) fn launch(program: &str, port: u16, folder: &TempDir, options: &[String]) -> Child {
    Command::new(program)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
        .arg(folder.path())
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

pub(super) fn answers(child: &mut Child, port: u16) -> bool {
    for _ in 0..1_000 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() && command(port, &["PING"]) == "+PONG" {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    false
}

/// The first line of the answer.
pub(super) fn command(port: u16, words: &[&str]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut line = format!("*{}\r\n", words.len());
    for word in words {
        line.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    stream.write_all(line.as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    answer.trim_end().to_owned()
}
