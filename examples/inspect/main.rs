//! Answers one question at a time: JSON lines in, JSON lines out.
//!
//! ```text
//! echo '{"platform":"meta","kind":"email","value":" John_Smith@gmail.com "}' \
//!   | cargo run --release --example inspect -- pii
//! ```
//!
//! To add a command: a module with `run(&[String]) -> Result<(), UsageError>` and a line in
//! [`COMMANDS`].

mod bot_data;
mod consent;
mod dedup;
mod device;
mod email;
mod event;
mod gpp;
mod ip;
mod lines;
mod pii;
mod quality;
mod reconcile;
mod tcf;
mod ua;
mod url;

use std::process::ExitCode;

use lines::UsageError;

/// Name, one line of help, and what runs it with the arguments after the name.
type Command = (&'static str, &'static str, fn(&[String]) -> Result<(), UsageError>);

const COMMANDS: &[Command] = &[
    (
        "consent",
        "may an event go: decision, reasons, flags [--gvl FILE] [--cmps FILE] [--policy FILE]",
        consent::run,
    ),
    ("device", "is this a person: a page's headers and what the collector measured", device::run),
    (
        "event",
        "what a platform would get [--platform NAME] [--product NAME] [--account JSON] [--now RFC3339]",
        event::run,
    ),
    ("dedup", "events in order: the verdict of each from an empty store in memory", dedup::run),
    ("email", "an address or domain: disposable, relay, role, typing error", email::run),
    ("gpp", "GPP strings: section ids, raw texts, fields", gpp::run),
    ("ip", "addresses: classes, network, provider [--table FILE]", ip::run),
    ("pii", "an identifier's normal form, hash and wire form for one platform", pii::run),
    ("quality", "events: one report of coverage and estimates [--platform NAME]", quality::run),
    (
        "reconcile",
        "PIXEL.jsonl SERVER.jsonl [--json]: how many events met, and why the rest did not",
        reconcile::run,
    ),
    ("tcf", "TC strings: fields; with --gvl FILE --vendor N --at RFC3339 a judgement", tcf::run),
    ("ua", "a user agent: bot or not, kind, name, browser, system, device", ua::run),
    (
        "url",
        "a URL: what may be sent of it, and what was removed [--strict] [--allow KEYS]",
        url::run,
    ),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("inspect: {error}\nTry 'inspect --help'.");
            ExitCode::from(2)
        }
    }
}

fn run(args: &[String]) -> Result<(), UsageError> {
    let Some((name, options)) = args.split_first() else {
        return Err(UsageError::new("a command is missing"));
    };
    if name == "--help" || name == "-h" {
        print_help();
        return Ok(());
    }
    let command = COMMANDS.iter().find(|(command, ..)| command == name);
    let Some((_, _, run)) = command else {
        return Err(UsageError::new("unknown command"));
    };
    run(options)
}

fn print_help() {
    println!("Reads standard input, one item a line; writes one JSON object a line, in order.\n");
    println!("usage: inspect COMMAND [OPTIONS]\n");
    for (name, help, _) in COMMANDS {
        println!("  {name:<10} {help}");
    }
    println!(
        "\nA bad item gives {{\"error\":{{\"code\",\"message\"}}}} on its own line and the run goes on."
    );
    println!("Exit status 2: bad command line or unreadable file.");
}
