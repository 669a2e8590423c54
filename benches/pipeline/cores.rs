//! Two threads on one pipeline and one store, beside one thread, and beside two processes that share
//! nothing: what two processes do not reach either, the machine does not give.

use std::{
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

use crate::setup::{LINES, Source, pipeline, process, store};

/// The flag under which this program is one of the processes.
pub(crate) const WORKER: &str = "--worker";

/// Alternating, so that a neighbour's work falls on all alike; of each the best turn counts.
pub(crate) fn table(rounds: usize) -> String {
    let (mut one, mut two, mut processes) = (0_f64, 0_f64, 0_f64);
    for _ in 0..TURNS {
        one = one.max(threads(1, rounds));
        two = two.max(threads(2, rounds));
        processes = processes.max(two_processes(rounds));
    }
    format!(
        "\none thread: {one:.0} events/s; two threads: {two:.0}, {:.2} ×; two processes: {processes:.0}, {:.2} × \
         (of {} processors, best of {TURNS} turns)",
        two / one,
        processes / one,
        thread::available_parallelism().map_or(0, usize::from)
    )
}

const TURNS: usize = 3;

/// Events a second of `count` threads.
fn threads(count: u64, rounds: usize) -> f64 {
    let (pipeline, store) = (pipeline(4), store());
    let mut sources: Vec<Source> =
        (0..count).map(|thread| Source::new(thread * 1_000_000_000)).collect();
    sources.iter_mut().for_each(|source| process(&pipeline, &store, source));
    let started = Instant::now();
    thread::scope(|scope| {
        for source in &mut sources {
            let (pipeline, store) = (&pipeline, &store);
            scope.spawn(move || {
                for _ in 0..rounds {
                    process(pipeline, store, source);
                }
            });
        }
    });
    count as f64 * (rounds * LINES) as f64 / started.elapsed().as_secs_f64()
}

/// Events a second of two processes together, from the word to both until both are done.
fn two_processes(rounds: usize) -> f64 {
    let mut workers = [worker(rounds), worker(rounds)];
    workers.iter_mut().for_each(wait);
    let started = Instant::now();
    for worker in &mut workers {
        worker.stdin.take().unwrap().write_all(b"!").unwrap();
    }
    workers.iter_mut().for_each(wait);
    let elapsed = started.elapsed().as_secs_f64();
    workers.iter_mut().for_each(|worker| assert!(worker.wait().unwrap().success()));
    2.0 * (rounds * LINES) as f64 / elapsed
}

fn worker(rounds: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([WORKER, &rounds.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait(worker: &mut Child) {
    worker.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
}

/// One of the processes: says when it is ready, waits for the word, says when it is done.
pub(crate) fn work() {
    let rounds = std::env::args().filter_map(|arg| arg.parse::<usize>().ok()).next_back().unwrap();
    let (pipeline, store, mut source) = (pipeline(4), store(), Source::new(0));
    process(&pipeline, &store, &mut source);
    let say = || {
        let mut out = std::io::stdout();
        out.write_all(b".").and_then(|()| out.flush()).unwrap();
    };
    say();
    std::io::stdin().read_exact(&mut [0]).unwrap();
    for _ in 0..rounds {
        process(&pipeline, &store, &mut source);
    }
    say();
}
