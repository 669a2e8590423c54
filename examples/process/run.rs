//! The run: rows in batches, each batch through the pipeline, onto the disk, and only then settled.

use std::{
    error::Error,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use predispatch::{
    Config, ConfigError, Outcome, Pipeline, Prepared,
    config::StoreChoice,
    dedup::{Receipt, SettleError, Store, Verdict, Windows},
    event::{CsvRowErrorKind, Event, csv_events},
    types::Timestamp,
};
use serde_json::{Value, json};

use crate::{
    args::Arguments,
    files::Files,
    progress::Progress,
    rows::{Format, Reader, Rows},
    summary::Summary,
};

pub(crate) fn run(arguments: &Arguments, stop: &AtomicBool) -> Result<Summary, String> {
    let named = |error| format!("{}: {}", arguments.config.display(), with_causes(&error));
    let config = Config::read(&arguments.config).map_err(named)?;
    let pipeline = config.pipeline().map_err(named)?;
    let now = clock(arguments);
    let is_rehearsal = arguments.out.is_none();
    let store: Box<dyn Store> = if is_rehearsal {
        // What is claimed in the configured store is left as it is.
        Box::new(config.rehearsal_store())
    } else {
        config.store(now).map_err(named)?
    };
    let (input, size) = open(arguments.input.as_deref())?;
    let format = if arguments.columns.is_some() { Format::Csv } else { Format::Lines };
    let mut reader = Reader::new(input, format);
    let header = header(arguments, &pipeline, &mut reader)?;
    let mut files = arguments.out.as_deref().map(Files::create).transpose()?;
    let mut progress = Progress::new(size);
    let batches = read_ahead(reader, arguments.limit, arguments.batch);
    let mut run = Run {
        arguments,
        pipeline: &pipeline,
        store: &*store,
        header,
        hold_secs: config.dedup.hold_secs.unwrap_or(Windows::default().hold_secs.into()),
        summary: Summary::new(
            !is_rehearsal && !matches!(config.dedup.store, StoreChoice::Memory(_)),
        ),
    };
    let ended = run.batches(&batches, stop, files.as_mut(), &mut progress);
    progress.clear();
    let mut summary = run.summary;
    summary.is_complete &= ended.is_ok();
    summary.took = progress.elapsed();
    let ended = match (&ended, files.as_mut()) {
        (Err(_), Some(files)) => {
            let back = files.roll_back().map_err(|error| error.to_string());
            back.and(ended)
        }
        _ => ended,
    };
    summary.written = files.as_ref().map(|files| files.written.clone());
    let claims = summary.check_claims();
    summary.is_complete &= claims.is_ok();
    let ended = ended.and_then(|()| summary.check()).and(claims);
    let finished = files.map_or(Ok(()), |files| files.finish(&summary.to_json()));
    ended.and(finished.map_err(|error| error.to_string())).map(|()| summary)
}

/// A configuration's error names a file or key; its cause says what is wrong with that.
fn with_causes(error: &ConfigError) -> String {
    let errors = std::iter::successors(Some(error as &dyn Error), |&error| error.source());
    errors.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The time to decide by.
fn clock(arguments: &Arguments) -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "a program has a clock, the library has none")]
    let now = std::time::SystemTime::now;
    let since = || now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let secs = || i64::try_from(since().as_secs()).unwrap_or(i64::MAX);
    arguments.now.unwrap_or_else(|| Timestamp::from_unix_secs(secs()))
}

type Input = Box<dyn BufRead + Send>;

fn open(path: Option<&Path>) -> Result<(Input, Option<u64>), String> {
    let Some(path) = path else { return Ok((Box::new(BufReader::new(io::stdin())), None)) };
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let size = file.metadata().ok().filter(|file| file.is_file()).map(|file| file.len());
    Ok((Box::new(BufReader::with_capacity(1 << 18, file)), size))
}

/// The header of a CSV file, which must have fields only.
fn header(
    arguments: &Arguments,
    pipeline: &Pipeline,
    reader: &mut Reader<Input>,
) -> Result<Vec<u8>, String> {
    let Some(columns) = &arguments.columns else { return Ok(Vec::new()) };
    let mut read = || reader.header().map_err(|error| format!("the input can't be read: {error}"));
    let mut header = read()?.unwrap_or_default();
    // Google's templates have a line before it.
    if header.starts_with(b"Parameters:") {
        header.extend(read()?.unwrap_or_default());
    }
    let options = pipeline.read_options();
    let rows = csv_events(&header, columns, &options).map_err(|error| error.to_string())?;
    drop(rows);
    Ok(header)
}

/// A thread that is one batch ahead. `None` is the end.
fn read_ahead(
    mut reader: Reader<Input>,
    limit: u64,
    batch: usize,
) -> mpsc::Receiver<io::Result<Option<Rows>>> {
    let (send, receive) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut left = limit;
        loop {
            let most = usize::try_from(left).unwrap_or(batch).min(batch);
            let batch = if left == 0 { Ok(None) } else { reader.batch(most) };
            let rows = batch.as_ref().ok().and_then(Option::as_ref);
            left = left.saturating_sub(rows.map_or(0, |rows| rows.places.len() as u64));
            let is_last = rows.is_none();
            if send.send(batch).is_err() || is_last {
                break;
            }
        }
    });
    receive
}

struct Run<'r> {
    arguments: &'r Arguments,
    pipeline: &'r Pipeline,
    store: &'r dyn Store,
    header: Vec<u8>,
    /// How long a claim is held for who has not settled it.
    hold_secs: u64,
    summary: Summary,
}

/// A row that is no event: the reason's code, and all that can be said about it.
struct Rejected {
    code: &'static str,
    message: String,
}

impl Run<'_> {
    /// Until the input ends or somebody stops it.
    fn batches(
        &mut self,
        batches: &mpsc::Receiver<io::Result<Option<Rows>>>,
        stop: &AtomicBool,
        mut files: Option<&mut Files>,
        progress: &mut Progress,
    ) -> Result<(), String> {
        while !stop.load(Ordering::Relaxed) {
            // The pause is there so that Ctrl-C is seen while nothing comes in.
            match batches.recv_timeout(Duration::from_millis(100)) {
                Ok(Ok(Some(rows))) => {
                    let written = self.batch(&rows, files.as_deref_mut());
                    written.map_err(|error| format!("the files can't be written: {error}"))?;
                    progress.show(self.summary.rows, rows.end);
                }
                Ok(Ok(None)) => return Ok(()),
                Ok(Err(error)) => return Err(format!("the input can't be read: {error}")),
                Err(mpsc::RecvTimeoutError::Timeout) => progress.show(self.summary.rows, 0),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err("the input ended without its end".to_owned());
                }
            }
        }
        self.summary.is_complete = false;
        Ok(())
    }

    fn batch(&mut self, rows: &Rows, files: Option<&mut Files>) -> io::Result<()> {
        let now = clock(self.arguments);
        let events = self.read(rows);
        let outcomes = self.decide(&events, now);
        self.settle_and_write(rows.first, &events, outcomes, files, now)
    }

    /// Rows into events, on all threads.
    fn read(&self, rows: &Rows) -> Vec<Result<Event, Rejected>> {
        let jobs = self.arguments.jobs;
        let share = rows.places.len().div_ceil(jobs).max(1);
        let shares: Vec<_> = rows.places.chunks(share).collect();
        let read = |places: &[Option<std::ops::Range<usize>>]| match &self.arguments.columns {
            None => {
                let row = |place: &Option<std::ops::Range<usize>>| match place {
                    None => Err(Rejected::too_long()),
                    Some(place) => {
                        let event = self.pipeline.read(&rows.bytes[place.clone()]);
                        event.map_err(|error| Rejected::new(error.code(), error))
                    }
                };
                places.iter().map(row).collect()
            }
            Some(_) => self.read_csv(rows, places),
        };
        in_parallel(jobs, shares, read).into_iter().flatten().collect()
    }

    fn read_csv(
        &self,
        rows: &Rows,
        places: &[Option<std::ops::Range<usize>>],
    ) -> Vec<Result<Event, Rejected>> {
        let texts = places.iter().flatten().map(|place| &rows.bytes[place.clone()]);
        let mut events = self.read_csv_rows(texts.clone()).into_iter();
        if events.len() != texts.clone().count() {
            // The row ends are not where a row's reader sees them: each is read by itself.
            let each = texts.map(|text| match self.read_csv_rows([text]).pop() {
                Some(event) => event,
                None => Err(Rejected::not_a_row(CsvRowErrorKind::NotARow)),
            });
            events = each.collect::<Vec<_>>().into_iter();
        }
        let row = |place: &Option<_>| match place {
            Some(_) => {
                events.next().unwrap_or_else(|| Err(Rejected::not_a_row(CsvRowErrorKind::NotARow)))
            }
            None => Err(Rejected::too_long()),
        };
        places.iter().map(row).collect()
    }

    fn read_csv_rows<'t>(
        &self,
        texts: impl IntoIterator<Item = &'t [u8]>,
    ) -> Vec<Result<Event, Rejected>> {
        let Some(columns) = &self.arguments.columns else { return Vec::new() };
        let mut file = self.header.clone();
        for text in texts {
            file.extend_from_slice(text);
            file.push(b'\n');
        }
        let options = self.pipeline.read_options();
        let Ok(rows) = csv_events(&file, columns, &options) else { return Vec::new() };
        rows.map(|row| row.map_err(|error| Rejected::not_a_row(error.kind))).collect()
    }

    /// Consent, sender, one claim each, payloads: all but the claims on all threads.
    fn decide(&self, events: &[Result<Event, Rejected>], now: Timestamp) -> Vec<Option<Outcome>> {
        let jobs = self.arguments.jobs;
        let readable: Vec<Option<&Event>> =
            events.iter().map(|event| event.as_ref().ok()).collect();
        let prepared = in_parallel(jobs, readable, |event| {
            event.map(|event| self.pipeline.prepare(event, now))
        });
        let claims: Vec<_> = prepared.iter().flatten().filter_map(Prepared::claim).collect();
        let mut answers = self.store.reserve(&claims, now).into_iter();
        let answered: Vec<_> = prepared
            .into_iter()
            .map(|prepared| {
                let prepared = prepared?;
                let answer = prepared.claim().and_then(|_| answers.next());
                Some((prepared, answer))
            })
            .collect();
        let mut outcomes = in_parallel(jobs, answered, |answered| {
            answered.map(|(prepared, answer)| prepared.finish(answer))
        });
        let unused: Vec<_> =
            outcomes.iter_mut().flatten().filter_map(Outcome::take_unused).collect();
        self.store.release(&unused, now);
        outcomes
    }

    /// A claim becomes final only when the request that it is about is on the disk.
    fn settle_and_write(
        &mut self,
        first: u64,
        events: &[Result<Event, Rejected>],
        mut outcomes: Vec<Option<Outcome>>,
        mut files: Option<&mut Files>,
        now: Timestamp,
    ) -> io::Result<()> {
        self.write_payloads(&mut outcomes, files.as_deref_mut(), now)?;
        // What waited for another row of this batch is decided now that this one is settled.
        let is_in_flight = |outcome: &Outcome| {
            outcome.destinations().iter().any(|at| at.dedup == Some(Verdict::InFlight))
        };
        // One that goes now may be what others wait for; if none goes, nothing changes any more.
        let mut is_any_sent = true;
        while std::mem::take(&mut is_any_sent) {
            for (event, outcome) in events.iter().zip(&mut outcomes) {
                let (Ok(event), Some(outcome)) = (event, outcome) else { continue };
                if is_in_flight(outcome) {
                    self.pipeline.retry(event, outcome, self.store, now);
                    is_any_sent |= outcome.payloads().next().is_some();
                }
            }
            self.write_payloads(&mut outcomes, files.as_deref_mut(), now)?;
        }
        // Counted are the rows that are written; if there is no room for them, this batch's requests are
        // there all the same, and claimed.
        if let Some(files) = files {
            self.write_rows(first, events, &outcomes, files)?;
        }
        self.count(events, &outcomes, now);
        Ok(())
    }

    fn count(
        &mut self,
        events: &[Result<Event, Rejected>],
        outcomes: &[Option<Outcome>],
        now: Timestamp,
    ) {
        let timed_out = now.plus_secs(i64::try_from(self.hold_secs).unwrap_or(i64::MAX));
        for (event, outcome) in events.iter().zip(outcomes) {
            self.summary.rows += 1;
            match (event, outcome) {
                (Err(rejected), _) => {
                    *self.summary.rejected.entry(rejected.code).or_default() += 1;
                    self.summary.counters.add(&self.pipeline.refuse(rejected.code));
                }
                (Ok(_), outcome) => {
                    outcome.iter().for_each(|outcome| self.summary.add(outcome, timed_out));
                }
            }
        }
    }

    /// What became of each row.
    fn write_rows(
        &self,
        first: u64,
        events: &[Result<Event, Rejected>],
        outcomes: &[Option<Outcome>],
        files: &mut Files,
    ) -> io::Result<()> {
        let shows_ids = self.arguments.shows_ids;
        let lines = in_parallel(self.arguments.jobs, outcomes.iter().collect(), |outcome| {
            outcome.as_ref().map(|outcome| match shows_ids {
                true => outcome.to_json_with_event_id(),
                false => outcome.to_json(),
            })
        });
        for (row, (event, line)) in (first..).zip(events.iter().zip(lines)) {
            if let Err(rejected) = event {
                files.write_rejected(&rejected.line(row))?;
            }
            if let Some(line) = line {
                files.write_outcome(row, &line)?;
            }
        }
        files.sync()
    }

    fn write_payloads(
        &mut self,
        outcomes: &mut [Option<Outcome>],
        files: Option<&mut Files>,
        now: Timestamp,
    ) -> io::Result<()> {
        let payloads: Vec<_> =
            outcomes.iter_mut().flatten().flat_map(Outcome::take_payloads).collect();
        let receipts: Vec<_> =
            outcomes.iter_mut().flatten().filter_map(Outcome::take_receipt).collect();
        let written = match files {
            // A rehearsal: its claims end with the process.
            None => Ok(()),
            Some(_) if payloads.is_empty() => Ok(()),
            Some(files) => files.write_requests(&payloads).and_then(|()| files.sync()),
        };
        match written {
            Ok(()) => {
                self.commit(receipts, now);
                Ok(())
            }
            Err(error) => {
                self.store.release(&receipts, now);
                Err(error)
            }
        }
    }

    /// A store that can't be reached is asked again for some seconds: what is written must stay claimed.
    fn commit(&mut self, mut receipts: Vec<Receipt>, now: Timestamp) {
        for pause in [100, 400, 1_600, 0] {
            let results = self.store.commit(&receipts, now);
            let mut results = results.into_iter();
            receipts.retain(|_| match results.next() {
                Some(Err(SettleError::Unreachable)) => true,
                Some(Err(error)) => {
                    *self.summary.unsettled.entry(error.code()).or_default() += 1;
                    false
                }
                _ => false,
            });
            if receipts.is_empty() {
                return;
            }
            thread::sleep(Duration::from_millis(pause));
        }
        let code = SettleError::Unreachable.code();
        *self.summary.unsettled.entry(code).or_default() += receipts.len() as u64;
    }
}

impl Rejected {
    fn new(code: &'static str, message: impl std::fmt::Display) -> Self {
        Self { code, message: message.to_string() }
    }

    fn not_a_row(kind: CsvRowErrorKind) -> Self {
        Self::new(kind.code(), kind)
    }

    fn too_long() -> Self {
        Self::new("too_large", "longer than any event may be")
    }

    fn line(&self, row: u64) -> Value {
        json!({"row": row, "code": self.code, "message": self.message})
    }
}

/// Does `work` for each item, on `jobs` threads; the results are in the items' order.
fn in_parallel<T: Send, R: Send>(
    jobs: usize,
    items: Vec<T>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    if jobs == 1 {
        return items.into_iter().map(work).collect();
    }
    let share = items.len().div_ceil(jobs).max(1);
    let mut items = items.into_iter();
    let shares = std::iter::from_fn(|| {
        let share: Vec<T> = items.by_ref().take(share).collect();
        (!share.is_empty()).then_some(share)
    });
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = shares
            .map(|share| scope.spawn(move || share.into_iter().map(work).collect::<Vec<R>>()))
            .collect();
        let done = |thread: thread::ScopedJoinHandle<'_, Vec<R>>| match thread.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        threads.into_iter().flat_map(done).collect()
    })
}

#[cfg(test)]
mod tests {
    use predispatch::{
        Fate,
        dedup::{Claim, Outcome as Claimed, Unknown, store::memory::MemoryStore},
        types::Platform,
    };

    use super::*;
    use crate::args;

    /// A store that can't be reached, or one whose claims nobody settles.
    struct Away(Option<MemoryStore>);

    impl Store for Away {
        fn reserve_into(&self, claims: &[Claim], now: Timestamp, outcomes: &mut Vec<Claimed>) {
            match &self.0 {
                Some(store) => store.reserve_into(claims, now, outcomes),
                None => {
                    let none = |it: &Claim| Claimed::unknown(it.destinations, Unknown::Unreachable);
                    outcomes.extend(claims.iter().map(none));
                }
            }
        }

        fn commit(&self, receipts: &[Receipt], _: Timestamp) -> Vec<Result<(), SettleError>> {
            receipts.iter().map(|_| Ok(())).collect()
        }

        fn release(&self, receipts: &[Receipt], now: Timestamp) -> Vec<Result<(), SettleError>> {
            self.commit(receipts, now)
        }
    }

    /// A run that the store of claims gave no answer is no success, and one after a crash says when the
    /// rows that it left may go.
    #[test]
    fn what_the_store_holds_is_said() {
        let words = ["-", "--now", "2026-11-20T18:05:00Z", "--jobs", "1"].map(str::to_owned);
        let arguments = args::read(words.into_iter()).expect("they are sound").expect("no help");
        let config = Config::read(&arguments.config).expect("it is there");
        let pipeline = config.pipeline().expect("it is whole");
        for (store, held, is_reached) in [
            (Away(None), "dedup_unreachable", false),
            (Away(Some(MemoryStore::new(&Default::default()))), "dedup_in_flight", true),
        ] {
            let header = Vec::new();
            let (store, summary) = (&store, Summary::new(false));
            let mut run = Run {
                arguments: &arguments,
                pipeline: &pipeline,
                store,
                header,
                hold_secs: 60,
                summary,
            };
            let line = event(json!({})).to_string();
            for first in [1, 2] {
                let bytes = line.clone().into_bytes();
                let rows = Rows { places: vec![Some(0..bytes.len())], bytes, first, end: 0 };
                run.batch(&rows, None).expect("nothing is written");
            }
            let summary = run.summary;
            let rows = if is_reached { 1 } else { 2 };
            assert_eq!(summary.held.get(held), Some(&rows), "{:?}", summary.held);
            assert_eq!(summary.check_claims().is_ok(), is_reached);
            let again = is_reached.then(|| "2026-11-20T18:06:00Z".parse().expect("a moment"));
            assert_eq!(summary.again_after, again);
        }
    }

    /// What a run without `--out` of these rows, in batches of so many, comes to at Meta.
    fn rehearse(rows: &[Value], batch: &str) -> Vec<(Fate, u64)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("events.jsonl");
        let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
        std::fs::write(&path, lines.join("\n")).expect("there is room");
        let path = path.to_str().expect("it is ASCII");
        let words = [path, "--now", "2026-11-20T18:05:00Z", "--jobs", "1", "--batch", batch];
        let arguments = args::read(words.into_iter().map(str::to_owned));
        let arguments = arguments.expect("they are sound").expect("no help");
        let summary = run(&arguments, &AtomicBool::new(false)).expect("it runs");
        let fate = |fate| (fate, summary.counters.fate(Platform::Meta.into(), fate));
        Fate::ALL.map(fate).into_iter().filter(|(_, count)| *count > 0).collect()
    }

    fn event(more: Value) -> Value {
        let mut event = json!({
            "event_name": "purchase", "event_id": "order-1", "event_time": "2026-11-20T18:03:11Z",
            "event_source_url": "https://shop.example.com/thank-you", "user": {"external_id": "c-1"},
            "client": {"user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"},
            "custom_data": {"currency": "USD", "value": 1}, "consent": {"gpc": false},
            "jurisdiction": {"country": "US", "region": "TX"},
        });
        for (key, value) in more.as_object().expect("an object") {
            event[key] = value.clone();
        }
        event
    }

    #[test]
    fn a_rehearsal_counts_a_repetition_once() {
        let rows = [event(json!({})), event(json!({})), event(json!({}))];
        for batch in ["1", "2", "3"] {
            let found = rehearse(&rows, batch);
            assert_eq!(found, [(Fate::Ready, 1), (Fate::Duplicate, 2)], "batches of {batch}");
        }
    }

    /// The first comes to nothing, so the second goes, for which the third has to wait.
    #[test]
    fn no_row_waits_for_one_that_is_settled() {
        let nobody = event(json!({"user": {}, "client": {}}));
        let rows = [nobody, event(json!({})), event(json!({}))];
        let expected = [(Fate::Ready, 1), (Fate::Duplicate, 1), (Fate::Invalid, 1)];
        for batch in ["1", "2", "3"] {
            assert_eq!(rehearse(&rows, batch), expected, "batches of {batch}");
        }
    }
}
