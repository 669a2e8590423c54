//! The main job on sample events: every stage, four platforms, every fate explained.
//!
//! ```text
//! cargo run --release --example quickstart
//! ```

use std::{collections::BTreeMap, error::Error, fs, path::Path, time::Instant};

use predispatch::{
    Config, Counters, Fate, Outcome, Pipeline,
    consent::{Destination, Reason},
    dedup::Store,
    event::Event,
    explain,
    payload::{
        Batch, Payload,
        quality::{Coverage, Tally},
    },
    types::{Platform, Timestamp},
};

fn main() -> Result<(), Box<dyn Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let config = Config::read(data.join("predispatch.toml"))?;
    let pipeline = config.pipeline()?;
    let lines = fs::read_to_string(data.join("sample_events.jsonl"))?;
    #[expect(clippy::disallowed_methods, reason = "the time that the run takes is printed")]
    let start = Instant::now();
    let mut run = Run::new(&pipeline, config.store(Timestamp::UNIX_EPOCH)?);
    for line in lines.lines() {
        run.take(line.as_bytes());
    }
    let took = start.elapsed();
    run.report();
    println!("\ntime taken: {:.1} ms for {} lines", took.as_secs_f64() * 1e3, run.lines);
    Ok(())
}

struct Run<'p> {
    pipeline: &'p Pipeline,
    store: Box<dyn Store>,
    /// The events are of the past; their own times are the clock.
    now: Timestamp,
    lines: u64,
    unreadable: BTreeMap<&'static str, u64>,
    counters: Counters,
    coverage: Coverage,
    first: BTreeMap<Destination, (Vec<u8>, String)>,
    /// Of the first event that may go to one destination and not to another.
    story: Option<String>,
}

impl<'p> Run<'p> {
    fn new(pipeline: &'p Pipeline, store: Box<dyn Store>) -> Self {
        Self {
            pipeline,
            store,
            now: Timestamp::UNIX_EPOCH,
            lines: 0,
            unreadable: BTreeMap::new(),
            counters: Counters::default(),
            coverage: Coverage::new(Platform::Meta),
            first: BTreeMap::new(),
            story: None,
        }
    }

    fn take(&mut self, line: &[u8]) {
        self.lines += 1;
        let outcome = match self.pipeline.read(line) {
            Ok(event) => self.decide(&event),
            Err(error) => {
                *self.unreadable.entry(error.code()).or_default() += 1;
                self.pipeline.unreadable(error)
            }
        };
        self.counters.add(&outcome);
    }

    fn decide(&mut self, event: &Event) -> Outcome {
        self.now = self.now.max(event.time().plus_secs(2));
        let mut outcome = self.pipeline.process(event, &*self.store, self.now);
        for payload in outcome.payloads() {
            let first = self.first.entry(payload.destination());
            first.or_insert_with(|| request(payload));
        }
        let is = |fate: fn(Fate) -> bool| outcome.destinations().iter().any(|at| fate(at.fate));
        if self.story.is_none() && is(Fate::has_payload) && is(|fate| fate == Fate::Denied) {
            self.story = Some(explain(&outcome).to_string());
        }
        // Here the requests are sent. The platforms took them all:
        outcome.settle(&*self.store, self.now, |_| true).expect("memory can be reached");
        let is_about_quality = |fate: Fate| fate.has_payload() || fate == Fate::Bot;
        if outcome.destinations().iter().any(|at| is_about_quality(at.fate)) {
            self.coverage.add(event, outcome.is_suspected_bot());
        }
        outcome
    }

    fn report(&self) {
        println!("{} lines in. What became of them at each destination:\n", self.lines);
        self.funnel();
        println!("\nlines that are no event:");
        for (code, count) in &self.unreadable {
            println!("{count:>6}  {code}");
        }
        self.reasons();
        if let Some(story) = &self.story {
            println!("\nthe first event that may go to one platform and not to another:\n{story}");
        }
        self.halves();
        quality("people and what was not measured", self.coverage.people());
        quality("suspected bots: stolen data match well", self.coverage.suspected_bots());
        for (destination, (body, url)) in &self.first {
            println!("\nthe first request to {destination}: POST {url}");
            println!("{}", String::from_utf8_lossy(body));
        }
    }

    fn funnel(&self) {
        print!("{:<12}", "");
        for destination in self.counters.destinations() {
            print!("{:>12}", destination.to_string());
        }
        println!();
        for fate in Fate::ALL {
            print!("{:<12}", fate.as_str());
            for destination in self.counters.destinations() {
                print!("{:>12}", self.counters.fate(destination, fate));
            }
            println!();
        }
        print!("{:<12}", "sum");
        for destination in self.counters.destinations() {
            let fates = Fate::ALL.iter().map(|fate| self.counters.fate(destination, *fate));
            let sum: u64 = fates.sum();
            assert_eq!(sum, self.lines, "every line has one fate at {destination}");
            print!("{sum:>12}");
        }
        println!();
    }

    fn reasons(&self) {
        println!("\nwhy nothing was sent to meta, the most frequent first:");
        let meta = Destination::from(Platform::Meta);
        let mut reasons: Vec<_> = self
            .counters
            .reasons()
            .filter(|(at, fate, ..)| *at == meta && !fate.has_payload() && *fate != Fate::Observed)
            // Notes say what was looked at, not what stood against sending.
            .filter(|(.., reason, _)| !Reason::from_code(reason).is_some_and(Reason::is_note))
            .map(|(_, fate, reason, count)| (count, fate, reason))
            .collect();
        reasons.sort_by(|a, b| b.0.cmp(&a.0).then(a.2.cmp(b.2)));
        for (count, fate, reason) in reasons.iter().take(12) {
            println!("{count:>6}  {:<10} {reason}", fate.as_str());
        }
    }

    fn halves(&self) {
        println!("\nPixel and server reports of one action, at most one counted:");
        println!(
            "{:<14}{:>9}{:>8}{:>8}{:>7}{:>9}{:>12}{:>8}",
            "", "browser", "server", "paired", "late", "rotated", "repetitions", "rate"
        );
        for (name, counts) in self.counters.dedup().names() {
            let rate = counts.dedup_per_cent().map_or("-".to_owned(), |rate| format!("{rate} %"));
            println!(
                "{name:<14}{:>9}{:>8}{:>8}{:>7}{:>9}{:>12}{rate:>8}",
                counts.browser_halves,
                counts.server_halves,
                counts.paired,
                counts.late,
                counts.rotated,
                counts.duplicates,
            );
        }
        for (name, _) in self.counters.dedup().alarms() {
            println!("alarm: fewer than 90 % of {name} events find their other half");
        }
    }
}

fn quality(title: &str, tallies: &[Tally]) {
    println!("\nmatch quality at meta (an estimate, 0 to 10), {title}:");
    for tally in tallies {
        let note = if tally.is_small() { "  (few events)" } else { "" };
        println!("{:<14}{:>5} events  {}{note}", tally.event, tally.events, tally.mean);
    }
}

/// One event as a request of its own.
fn request(payload: &Payload) -> (Vec<u8>, String) {
    let list = [payload.clone()];
    let batch = Batch::plan(&list).remove(0);
    let url = batch.envelope(&list).map_or_else(String::new, |envelope| envelope.url().to_owned());
    (batch.body(&list), url)
}
