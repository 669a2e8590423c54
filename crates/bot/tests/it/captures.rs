//! The whole verdict on every capture.

use std::collections::{BTreeMap, BTreeSet};

use predispatch_bot::Strength;
use predispatch_bot::client::Client;
use predispatch_bot::verdict::{
    AUTOMATION, Action, Class, Data, Policy, SUSPECT, Subject, Verdict, judge, score,
};
use predispatch_types::{Platform, Timestamp};
use serde_json::{Value, json};

use crate::capture::{Capture, all};
use crate::make::{NOW, data};

fn verdict(capture: &Capture) -> Verdict {
    judge(&capture.client(), data(), NOW)
}

/// A browser without a window that shows one strong signal and nothing else.
const ONE_STRONG: &str = "firefox_headless_plain";

#[test]
fn every_program_that_ran_the_script_is_automation() {
    let runs: Vec<Capture> =
        all().into_iter().filter(|run| run.is_bot() && run.signals.is_some()).collect();
    assert_eq!(runs.len(), 19);
    for run in &runs {
        let verdict = verdict(run);
        println!("{} {} {}", run.name, verdict.class(), verdict.score());
        if run.name == ONE_STRONG {
            assert!(verdict.score() >= SUSPECT, "{}", run.name);
        } else {
            assert_eq!(verdict.class(), Class::Automation, "{}", run.name);
        }
    }
}

#[test]
fn a_stand_in_of_a_person_is_a_person_whatever_the_machine_lacks() {
    let people: Vec<Capture> = all().into_iter().filter(|run| !run.is_bot()).collect();
    assert_eq!(people.len(), 3);
    let oddities = [
        json!({}),
        json!({"intl": {"tz": "UTC"}}),
        json!({"webgl": {"ur": "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)))"}}),
        json!({"webgl": {"ur": "llvmpipe (LLVM 15.0.6, 256 bits)"}}),
        json!({"webgl": null}),
        json!({"plugins_len": 0, "pdf_viewer_enabled": false}),
        json!({"plugins_len": 0, "pdf_viewer_enabled": null}),
        json!({"connection": {"rtt": 0}, "languages": ["en-US"]}),
        json!({"intl": {"tz": "UTC"}, "webgl": {"ur": "SwiftShader"}, "plugins_len": 0,
               "pdf_viewer_enabled": false, "connection": {"rtt": 0}, "languages": ["en-US"],
               "scrollbar_width": 0}),
    ];
    for person in &people {
        for oddity in &oddities {
            let run = person.patched(oddity);
            let verdict = verdict(&run);
            let shown = format!("{} with {oddity}: {verdict:?}", run.name);
            assert!(matches!(verdict.class(), Class::Human | Class::NotMeasured), "{shown}");
        }
    }
}

#[test]
fn a_person_stays_one_when_any_probe_fails() {
    for person in all().iter().filter(|run| !run.is_bot()) {
        let keys: Vec<String> =
            person.json["signals"].as_object().unwrap().keys().cloned().collect();
        for key in &keys {
            for failure in [json!(null), json!("throws:TypeError"), json!("timeout")] {
                let run = person.patched(&json!({ key.clone(): failure }));
                let class = verdict(&run).class();
                let is_person = matches!(class, Class::Human | Class::NotMeasured);
                // In an engine of today a missing chrome object or layout map is no failed probe.
                assert!(is_person || key == "chrome_obj", "{} without {key}: {class}", run.name);
            }
        }
    }
}

/// A person whose extension replaces the user agent, in requests and in the page, but not in workers
/// and fresh frames: many contradictions and one fact, so a paid order is kept.
#[test]
fn a_user_agent_replaced_in_the_page_is_one_fact() {
    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    const FIREFOX: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
    // As extensions do it: a getter of the navigator object's own for each.
    let replaced = json!(["userAgent", "appVersion", "platform", "vendor", "userAgentData"]);
    // The run without a window gets a mouse; the rest is what Firefox answered.
    let mouse =
        json!({"(pointer: none)": false, "(hover: hover)": true, "(display-mode: browser)": true});
    let firefox = json!({"user_agent": CHROME, "platform": "Win32", "nav_own_props": replaced,
        "media_queries": mouse, "webgl": {"ur": "Intel(R) HD Graphics"}, "intl": {"tz": "Europe/Paris"},
        "uad_low": {"brands": [{"brand": "Chromium", "version": "140"}], "platform": "Windows"},
        "uad_high": {"fullVersionList": [{"brand": "Google Chrome", "version": "140.0.1.2"}]},
        "iframe": {"wd": false, "ua_same": false, "plat_same": false, "lang_same": true,
                   "get_self": true, "cwName": "proto"}});
    let chromium = json!({"user_agent": FIREFOX, "platform": "Win32", "nav_own_props": replaced,
        "uad_low": null, "uad_high": null,
        "webgl": {"ur": "ANGLE (Intel, Mesa Intel(R) UHD Graphics)"}, "intl": {"tz": "Europe/Paris"},
        "iframe": {"wd": false, "ua_same": false, "plat_same": false, "lang_same": true,
                   "get_self": true, "cwName": "proto"}});
    // On a Mac, whose workers say so.
    let mac = json!({"user_agent": CHROME, "platform": "Win32", "nav_own_props": replaced,
        "webgl": {"ur": "ANGLE (Apple, ANGLE Metal Renderer: Apple M2)"},
        "intl": {"tz": "Europe/Paris"},
        "worker": {"ua": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "plat": "MacIntel",
                   "brands": []}});
    let runs = all();
    for (name, patch, user_agent) in [
        (ONE_STRONG, firefox, CHROME),
        ("human_chromium_headed_xvfb", chromium, FIREFOX),
        ("human_chromium_devtools_open", mac, CHROME),
    ] {
        let run = runs.iter().find(|run| run.name == name).unwrap();
        let mut run = run.patched(&patch);
        run.say(user_agent);
        let verdict = verdict(&run);
        println!("{name}: {} {:?}", verdict.score(), verdict.reasons());
        let hard = verdict.reasons().iter().filter(|reason| reason.strength == Strength::Hard);
        assert!(hard.count() >= 1 && verdict.score() < 100, "{name}: {verdict:?}");
        let order = Subject::new("purchase", Platform::Meta).paid_order();
        let ruling = Policy::default().decide(Some(&verdict), &order);
        assert_eq!((ruling.action, ruling.guarded_as_paid), (Action::Mark, true), "{name}");
    }
}

/// How well would the rules do against a tool that nobody had looked at? For each tool only findings
/// count that some *other* tool's run shows, too.
#[test]
fn leave_one_tool_out() {
    let bots: Vec<(Capture, Verdict)> = all()
        .into_iter()
        .filter(|run| run.is_bot() && run.signals.is_some())
        .map(|run| {
            let verdict = verdict(&run);
            (run, verdict)
        })
        .collect();
    let mut caught: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (run, verdict) in &bots {
        let known: BTreeSet<&str> = bots
            .iter()
            .filter(|(other, _)| other.tool() != run.tool())
            .flat_map(|(_, verdict)| verdict.reasons().iter().map(|reason| reason.code))
            .collect();
        let left: Vec<_> =
            verdict.reasons().iter().copied().filter(|it| known.contains(it.code)).collect();
        let points = score(&left);
        println!("{} ({}): {} of {}", run.name, run.tool(), points, verdict.score());
        let entry = caught.entry(run.tool()).or_default();
        entry.0 += usize::from(points >= AUTOMATION);
        entry.1 += usize::from(points >= SUSPECT);
        entry.2 += 1;
    }
    println!("{caught:#?}");
    let sum = |pick: fn(&(usize, usize, usize)) -> usize| caught.values().map(pick).sum::<usize>();
    // docs/sources/bot.md says these numbers.
    assert_eq!((sum(|it| it.0), sum(|it| it.1), sum(|it| it.2)), (18, 19, 19));
}

#[test]
fn a_client_that_copies_a_browser_is_not_measured() {
    let copies: Vec<Capture> = all()
        .into_iter()
        .filter(|run| {
            run.signals.is_none() && run.name.contains("cffi") || run.name.contains("primp")
        })
        .collect();
    assert_eq!(copies.len(), 15);
    for run in &copies {
        let verdict = verdict(run);
        println!("{} {} {:?}", run.name, verdict.class(), verdict.reasons());
        assert_ne!(verdict.class(), Class::Human, "{}", run.name);
        if verdict.reasons().is_empty() {
            assert_eq!(verdict.class(), Class::NotMeasured, "{}", run.name);
        }
    }
}

/// Whatever the page and the address say for a person: where one hard finding stands it is no person,
/// and where one strong one stands it is at most a suspect.
#[cfg(feature = "bundled")]
#[test]
fn no_hard_finding_is_a_person_or_unknown() {
    let data = Data::bundled();
    let runs = all();
    let person = runs.iter().find(|run| run.name == "human_chromium_headed_xvfb").unwrap();
    let rows = include_str!("../data/ua_sample.tsv").lines();
    let rows = rows.chain(include_str!("../data/ua_spoofed_sample.tsv").lines());
    let agents: Vec<&str> = rows
        .filter(|row| !row.starts_with('#'))
        .map(|row| row.split_once('\t').unwrap().1)
        .collect();
    assert_eq!(agents.len(), 2_154);
    // A home, a cloud, a crawler's range, and nothing known.
    let addresses = [Some("93.184.216.34"), Some("52.95.110.1"), Some("66.249.66.1"), None];
    let (mut hard, mut people) = (0, 0);
    for (text, address) in agents.iter().flat_map(|text| addresses.map(|address| (text, address))) {
        for is_measured in [true, false] {
            let mut client = if is_measured { person.client() } else { Client::new() };
            client.set_user_agent(text).unwrap();
            if let Some(address) = address {
                client.set_ip(address.parse().unwrap());
            }
            // Old ranges count for less, so after a year, too.
            for now in [NOW, Timestamp::from_unix_secs(NOW.unix_secs() + 366 * 86_400)] {
                let verdict = judge(&client, &data, now);
                let strongest = verdict.reasons().iter().map(|reason| reason.strength).max();
                let class = verdict.class();
                match strongest {
                    Some(Strength::Hard) => {
                        hard += 1;
                        let is_told = matches!(class, Class::Automation | Class::Crawler(_));
                        assert!(is_told, "{text}: {verdict:?}");
                    }
                    Some(Strength::Strong) => {
                        let is_person = matches!(class, Class::Human | Class::NotMeasured);
                        assert!(!is_person, "{text}: {verdict:?}");
                    }
                    _ => people += u32::from(class == Class::Human),
                }
                assert!(class != Class::Human || is_measured, "{text}: {verdict:?}");
            }
        }
    }
    assert!(hard > 10_000, "{hard}");
    println!("{hard} with a hard finding, {people} people");
}

#[test]
fn a_library_is_automation_by_its_user_agent() {
    let libraries = [
        "http_curl",
        "http_wget",
        "http_python_requests",
        "http_python_aiohttp",
        "http_python_urllib",
        "http_node_axios",
        "http_node_fetch",
        "http_node_got",
    ];
    let runs: Vec<Capture> =
        all().into_iter().filter(|run| libraries.contains(&run.name.as_str())).collect();
    assert_eq!(runs.len(), libraries.len());
    for run in &runs {
        let verdict = verdict(run);
        assert_eq!(verdict.class(), Class::Automation, "{}", run.name);
        let by_name = verdict.reasons().iter().any(|reason| reason.code == "ua_library");
        assert!(by_name, "{}: {:?}", run.name, verdict.reasons());
    }
}

#[test]
fn no_verdict_shows_anything_of_the_sender() {
    for run in all() {
        let verdict = verdict(&run);
        let record = serde_json::to_string(&verdict).unwrap();
        for text in [format!("{verdict:?}"), record] {
            assert!(!text.contains("Mozilla") && !text.contains("Linux"), "{text}");
        }
    }
}

#[test]
fn a_record_names_class_score_reasons_and_data() {
    let runs = all();
    let run = runs.iter().find(|run| run.name == ONE_STRONG).unwrap();
    let record = serde_json::to_value(verdict(run)).unwrap();
    assert_eq!(record["class"], "suspect");
    let reasons = record["reasons"].as_array().unwrap();
    let strong: Vec<&Value> = reasons.iter().filter(|it| it["strength"] == "strong").collect();
    let expected = json!({"code": "device_no_pointer", "layer": "device", "strength": "strong",
                          "weight": 40});
    assert_eq!(strong, [&expected]);
}
