//! What a run writes. A file is called `.part` until it is whole.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use predispatch::{
    consent::Destination,
    payload::{Batch, Payload},
    types::Timestamp,
};
use serde_json::{Map, Value, json};

/// The files of a run. Only their owner may read them: they hold addresses, digests and consent.
pub(crate) struct Files {
    folder: PathBuf,
    open: BTreeMap<String, Part>,
    /// Whether a file was made whose name may not be on the disk yet.
    has_new: bool,
    pub(crate) written: Written,
    /// The same of what is on the disk.
    synced: Written,
}

/// What was written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// Requests and events, by destination.
    pub(crate) requests: BTreeMap<Destination, (u64, u64)>,
    /// The last moment of the request that has the earliest.
    pub(crate) send_by: Option<Timestamp>,
}

/// One file.
struct Part {
    writer: BufWriter<File>,
    /// Its length when it was last on the disk.
    synced: u64,
}

impl Files {
    /// In a folder without files of another run.
    pub(crate) fn create(folder: &Path) -> Result<Self, String> {
        let named = |error: io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(named)?;
        for entry in fs::read_dir(folder).map_err(named)? {
            let name = entry.map_err(named)?.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(".part") || name == SUMMARY || name.ends_with(".jsonl") {
                let folder = folder.display();
                return Err(format!("{folder} holds {name} of another run; give an empty folder"));
            }
        }
        let mut files = Self {
            folder: folder.to_owned(),
            open: BTreeMap::new(),
            has_new: false,
            written: Written::default(),
            synced: Written::default(),
        };
        // They are there even if nothing is to be said.
        for name in [OUTCOMES, REJECTED] {
            files.file(name).map_err(named)?;
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
            let written = &mut self.written;
            let (requests, events) = written.requests.entry(batch.destination()).or_default();
            *requests += 1;
            *events += members().count() as u64;
            written.send_by = written.send_by.into_iter().chain(good_until).min();
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
        let mut lengths = Vec::with_capacity(self.open.len());
        for part in self.open.values_mut() {
            part.writer.flush()?;
            let file = part.writer.get_ref();
            file.sync_data()?;
            lengths.push(file.metadata()?.len());
        }
        // A file's name is on the disk only with the folder.
        if std::mem::take(&mut self.has_new) {
            sync_folder(&self.folder)?;
        }
        // All or none: what is taken back is what was written since.
        for (part, length) in self.open.values_mut().zip(lengths) {
            part.synced = length;
        }
        self.synced.clone_from(&self.written);
        Ok(())
    }

    /// Takes back what was written after the last [`sync`](Self::sync): its end may be torn, and its
    /// claims are given back.
    pub(crate) fn roll_back(&mut self) -> io::Result<()> {
        for (name, part) in std::mem::take(&mut self.open) {
            // What is still in memory must not follow.
            let (file, _) = part.writer.into_parts();
            file.set_len(part.synced)?;
            self.open.insert(name, Part { writer: writer(file), synced: part.synced });
        }
        self.written.clone_from(&self.synced);
        Ok(())
    }

    /// Gives the files their names; the summary's comes last.
    pub(crate) fn finish(mut self, summary: &Value) -> io::Result<()> {
        writeln!(self.file(SUMMARY)?, "{summary:#}")?;
        self.sync()?;
        let names = self.open.keys().map(String::as_str).filter(|name| *name != SUMMARY);
        for name in names.chain([SUMMARY]) {
            fs::rename(self.folder.join(format!("{name}.part")), self.folder.join(name))?;
        }
        sync_folder(&self.folder)
    }

    fn file(&mut self, name: &str) -> io::Result<&mut BufWriter<File>> {
        if !self.open.contains_key(name) {
            let mut options = OpenOptions::new();
            options.append(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(self.folder.join(format!("{name}.part")))?;
            self.open.insert(name.to_owned(), Part { writer: writer(file), synced: 0 });
            self.has_new = true;
        }
        let part = self.open.get_mut(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(&mut part.writer)
    }
}

fn writer(file: File) -> BufWriter<File> {
    BufWriter::with_capacity(1 << 18, file)
}

/// Elsewhere than on Unix a folder can't be opened.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

const OUTCOMES: &str = "outcomes.jsonl";
const REJECTED: &str = "rejected.jsonl";
const SUMMARY: &str = "summary.json";

#[cfg(test)]
mod tests {
    use super::*;

    fn text(folder: &Path, name: &str) -> String {
        fs::read_to_string(folder.join(name)).expect("it is there")
    }

    #[test]
    fn what_was_not_on_the_disk_is_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let mut files = Files::create(&out).expect("it is empty");
        files.write_outcome(1, "{}").expect("there is room");
        files.sync().expect("there is room");
        // One that stays in memory and one that does not.
        files.write_outcome(2, "{}").expect("there is room");
        files.write_rejected(&"x".repeat(1 << 20).into()).expect("there is room");
        assert!(fs::metadata(out.join("rejected.jsonl.part")).expect("it is there").len() > 0);
        files.roll_back().expect("it can be shortened");
        files.write_outcome(2, "[]").expect("there is room");
        files.finish(&json!({"complete": false})).expect("there is room");
        let whole = "{\"row\":1,\"outcome\":{}}\n{\"row\":2,\"outcome\":[]}\n";
        assert_eq!(text(&out, OUTCOMES), whole);
        assert_eq!(text(&out, REJECTED), "");
        assert!(text(&out, SUMMARY).contains("false"));
        assert!(Files::create(&out).is_err(), "a second run took the folder");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_them() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::create(folder.path()).expect("it is empty");
        files.finish(&json!({})).expect("there is room");
        for name in [OUTCOMES, REJECTED, SUMMARY] {
            let mode = fs::metadata(folder.path().join(name)).expect("it is there").permissions();
            assert_eq!(mode.mode() & 0o077, 0, "{name}");
        }
    }
}
