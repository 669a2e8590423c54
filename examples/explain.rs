//! One event's story: what becomes of it at each destination, and why.
//!
//! ```text
//! cargo run --release --example explain -- [--config FILE.toml] [--now RFC3339] < EVENT.json
//! ```
//!
//! Without `--config` by the examples' pipeline, without `--now` at the event's own time. The event goes
//! nowhere, nothing is claimed for it, and no identifier is printed.

use std::{error::Error, io::Read, path::Path};

use predispatch::{Config, explain, types::Timestamp};

fn main() -> Result<(), Box<dyn Error>> {
    const USAGE: &str = "usage: explain [--config FILE.toml] [--now RFC3339] < EVENT.json";
    let mut config = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/predispatch.toml");
    let mut now = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        match (&*option, arguments.next()) {
            ("--config", Some(file)) => config = file.into(),
            ("--now", Some(time)) => now = Some(time.parse::<Timestamp>()?),
            _ => return Err(USAGE.into()),
        }
    }
    let config = Config::read(config)?;
    let pipeline = config.pipeline()?;

    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text)?;
    let event = match pipeline.read(&text) {
        Ok(event) => event,
        Err(error) => return Err(format!("no event: {error}").into()),
    };
    let now = now.unwrap_or(event.time());
    // Of its own: to look at an event must not claim it in the store that is in use.
    let store = config.rehearsal_store();
    let outcome = pipeline.process(&event, &store, now);
    println!("{}", explain(&outcome));
    for issue in outcome.issues() {
        println!("when it was read: {issue}.");
    }
    Ok(())
}
