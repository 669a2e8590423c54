//! The command line.

use std::path::PathBuf;

use predispatch::{event::ColumnMap, types::Timestamp};

use crate::rows::MAX_ROWS;

pub(crate) const HELP: &str = "\
usage: process EVENTS [OPTIONS]

EVENTS is a file of events, one JSON object a line, or CSV with a header; - is standard input.

  --config FILE    the pipeline; default examples/data/predispatch.toml, which is for trying it out: its
                   accounts are nobody's and its key is public
  --out DIR        where to write; without it nothing is written, and what was sent before is not known:
                   claims are kept in memory, whatever the configuration says
  --format F       jsonl or csv; default by the file's name, else jsonl
  --columns C      of CSV: canonical (default; headers are paths such as user.email), meta_offline or
                   google_clicks, the platforms' own templates
  --rename A=B     of CSV: an event called A in the file is B; may be repeated
  --limit N        stop after N rows
  --jobs N         threads; default one for each core
  --batch N        rows that are decided and settled together; default 4096, most 16384
  --now RFC3339    the time to decide by; default the clock
  --show-ids       event ids in outcomes.jsonl; they are personal data

In DIR, for each destination NAME:
  NAME.bodies.jsonl     a request's body on each line, ready to be posted
  NAME.requests.jsonl   its URL, headers, number of events and last moment, line by line
and
  outcomes.jsonl        for each row that is an event, what became of it
  rejected.jsonl        for each other row, why it is none
  summary.json          counts that add up; complete is false if the run was stopped or the store of claims
                        could not be reached

A request may be sent until its last moment (good_until): by the bundled consent policy at most 15 minutes
(permit_secs) after its rows were decided; send_by in the summary is the earliest one. Its claims are final as
soon as it is written: with a store that outlives the run a second one calls the same events duplicate, sent
or not. So send while the run goes on, or give a large file in parts. Nothing gives such claims back; if a run
may turn out to be for nothing, keep a copy of the durable store's file from before it, and put that back.
Rows that are held as dedup_in_flight were claimed by a run that did not settle them, such as one that was
killed: give them again after again_after. With dedup_unreachable the store could not be asked: the run fails.

Files are called *.part until they are whole. If the disk is full, the input can't be read any more, or
Ctrl-C is pressed, whole batches are kept, and what they hold stays claimed; on a full disk the last one's
requests may be there without its outcomes. After a crash the whole lines
of *.part files may be sent: what is claimed is among them, and what a second run makes as well is at
most the last batch. With claims in memory, as by default, a second run knows of no claim: give it the rows
that are left. Exit status: 0 done, 1 failed, 2 wrong command line, 130 stopped.
";

/// What was asked for.
pub(crate) struct Arguments {
    /// `None` is standard input.
    pub(crate) input: Option<PathBuf>,
    pub(crate) config: PathBuf,
    pub(crate) out: Option<PathBuf>,
    /// `None` is JSON lines.
    pub(crate) columns: Option<ColumnMap>,
    pub(crate) limit: u64,
    pub(crate) jobs: usize,
    pub(crate) batch: usize,
    pub(crate) now: Option<Timestamp>,
    pub(crate) shows_ids: bool,
}

/// `None` if help was asked for.
pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut input = None;
    let (mut config, mut out) = (None, None);
    let (mut format, mut columns, mut renames) = (None, None, Vec::new());
    let (mut limit, mut jobs, mut batch) = (u64::MAX, None, 4_096);
    let (mut now, mut shows_ids) = (None, false);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "-h" | "--help" => return Ok(None),
            "--config" => config = Some(PathBuf::from(value()?)),
            "--out" => out = Some(PathBuf::from(value()?)),
            "--format" => format = Some(value()?),
            "--columns" => columns = Some(value()?),
            "--rename" => renames.push(value()?),
            "--limit" => limit = number(&word, &value()?)?,
            "--batch" => batch = number(&word, &value()?)?,
            "--jobs" => jobs = Some(number(&word, &value()?)?),
            "--now" => now = Some(value()?.parse().map_err(|error| format!("--now: {error}"))?),
            "--show-ids" => shows_ids = true,
            option if option.starts_with("--") => return Err(format!("unknown option {option}")),
            _ if input.is_none() => input = Some(word),
            _ => return Err(format!("one input at a time; {word} is a second one")),
        }
    }
    let input = input.ok_or("which events? give a file, or - for standard input")?;
    let is_csv = match format.as_deref() {
        None => input.to_ascii_lowercase().ends_with(".csv") || columns.is_some(),
        Some("csv") => true,
        Some("jsonl") if columns.is_none() => false,
        Some("jsonl") => return Err("--columns is for CSV".to_owned()),
        Some(other) => return Err(format!("--format is jsonl or csv, not {other}")),
    };
    if !is_csv && !renames.is_empty() {
        return Err("--rename is for CSV".to_owned());
    }
    let columns = is_csv.then(|| column_map(columns.as_deref(), &renames)).transpose()?;
    let cores = || std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let jobs = usize::try_from(jobs.unwrap_or_else(cores)).unwrap_or(1).clamp(1, 256);
    let default_config =
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data/predispatch.toml"));
    Ok(Some(Arguments {
        input: (input != "-").then(|| input.into()),
        config: config.unwrap_or_else(default_config),
        out,
        columns,
        limit,
        jobs,
        batch: usize::try_from(batch).unwrap_or(MAX_ROWS).clamp(1, MAX_ROWS),
        now,
        shows_ids,
    }))
}

fn number(option: &str, text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{option} needs a number, not {text}"))
}

fn column_map(name: Option<&str>, renames: &[String]) -> Result<ColumnMap, String> {
    let mut map = match name {
        None | Some("canonical") => ColumnMap::canonical(),
        Some("meta_offline") => ColumnMap::meta_offline(),
        Some("google_clicks") => ColumnMap::google_click_conversions(),
        Some(other) => {
            return Err(format!(
                "--columns is canonical, meta_offline or google_clicks, not {other}"
            ));
        }
    };
    for rename in renames {
        let (from, to) =
            rename.split_once('=').ok_or_else(|| format!("--rename needs A=B, not {rename}"))?;
        map = map.rename_event(from, to);
    }
    Ok(map)
}
