//! What a run writes. A file is called `.part` until it is whole.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use predispatch::{
    consent::Destination,
    payload::{Batch, Payload},
};
use serde_json::{Map, Value, json};

/// The files of a run.
pub(crate) struct Files {
    folder: PathBuf,
    open: BTreeMap<String, BufWriter<File>>,
    /// Requests and events written, by destination.
    pub(crate) requests: BTreeMap<Destination, (u64, u64)>,
}

impl Files {
    /// In a folder without files of another run.
    pub(crate) fn create(folder: &Path) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".part") || name == SUMMARY || name.ends_with(".jsonl") {
                let folder = folder.display();
                return Err(format!("{folder} holds {name} of another run; give an empty folder"));
            }
        }
        let mut files =
            Self { folder: folder.to_owned(), open: BTreeMap::new(), requests: BTreeMap::new() };
        // They are there even if nothing is to be said.
        for name in [OUTCOMES, REJECTED] {
            files.file(name).map_err(|error| error.to_string())?;
        }
        Ok(files)
    }

    /// Writes requests of these payloads.
    pub(crate) fn write_requests(&mut self, payloads: &[Payload]) -> io::Result<()> {
        for batch in Batch::plan(payloads) {
            let Some(envelope) = batch.envelope(payloads) else { continue };
            let members = || batch.members().iter().filter_map(|place| payloads.get(*place));
            let good_until = members().map(Payload::good_until).min();
            let headers: Map<String, Value> = envelope
                .headers()
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
                .collect();
            let line = json!({
                "url": envelope.url(), "headers": headers, "events": members().count(),
                "good_until": good_until.map(|until| until.to_string()),
            });
            let name = batch.destination().to_string().replace(':', "_");
            let bodies = self.file(&format!("{name}.bodies.jsonl"))?;
            bodies.write_all(&batch.body(payloads))?;
            bodies.write_all(b"\n")?;
            writeln!(self.file(&format!("{name}.requests.jsonl"))?, "{line}")?;
            let (requests, events) = self.requests.entry(batch.destination()).or_default();
            *requests += 1;
            *events += members().count() as u64;
        }
        Ok(())
    }

    pub(crate) fn write_outcome(&mut self, row: u64, outcome: &str) -> io::Result<()> {
        writeln!(self.file(OUTCOMES)?, "{{\"row\":{row},\"outcome\":{outcome}}}")
    }

    pub(crate) fn write_rejected(&mut self, line: &Value) -> io::Result<()> {
        writeln!(self.file(REJECTED)?, "{line}")
    }

    /// Everything so far is on the disk when this returns.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        for file in self.open.values_mut() {
            file.flush()?;
            file.get_ref().sync_data()?;
        }
        Ok(())
    }

    /// Gives the files their names.
    pub(crate) fn finish(mut self, summary: &Value) -> io::Result<()> {
        writeln!(self.file(SUMMARY)?, "{summary:#}")?;
        self.sync()?;
        for name in self.open.keys() {
            fs::rename(self.folder.join(format!("{name}.part")), self.folder.join(name))?;
        }
        // The names themselves are on the disk only with the folder.
        File::open(&self.folder)?.sync_all()
    }

    fn file(&mut self, name: &str) -> io::Result<&mut BufWriter<File>> {
        if !self.open.contains_key(name) {
            let file = File::create_new(self.folder.join(format!("{name}.part")))?;
            self.open.insert(name.to_owned(), BufWriter::with_capacity(1 << 18, file));
        }
        self.open.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

const OUTCOMES: &str = "outcomes.jsonl";
const REJECTED: &str = "rejected.jsonl";
const SUMMARY: &str = "summary.json";
