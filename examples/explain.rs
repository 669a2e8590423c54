//! One event's story: what becomes of it at each destination, and why.
//!
//! ```text
//! cargo run --release --example explain -- [--now RFC3339] < EVENT.json
//! ```
//!
//! Without `--now` it is judged at its own time. It goes nowhere, and no identifier is printed.

use std::{error::Error, io::Read, path::Path};

use predispatch::{Config, explain, types::Timestamp};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let now = match arguments.as_slice() {
        [] => None,
        [option, time] if option == "--now" => Some(time.parse::<Timestamp>()?),
        _ => return Err("usage: explain [--now RFC3339] < EVENT.json".into()),
    };
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let config = Config::read(data.join("predispatch.toml"))?;
    let (pipeline, store) = (config.pipeline()?, config.store(Timestamp::UNIX_EPOCH)?);

    let mut text = Vec::new();
    std::io::stdin().read_to_end(&mut text)?;
    let event = match pipeline.read(&text) {
        Ok(event) => event,
        Err(error) => return Err(format!("no event: {error}").into()),
    };
    let outcome = pipeline.process(&event, &*store, now.unwrap_or(event.time()));
    println!("{}", explain(&outcome));
    for issue in outcome.issues() {
        println!("when it was read: {issue}.");
    }
    Ok(())
}
